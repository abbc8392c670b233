"""``simkit project``: projects timeliness in a later year."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption, FullOption, WrongUseError, choice_option, number_option
from simkit.cli.show_answer import check_destination, show

if TYPE_CHECKING:
    from simkit.common.display import Answer


class Predictor(StrEnum):
    """The model that projects."""

    regression = "regression"
    simulation = "simulation"
    both = "both"


def project(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAMES", help="Authorities by name, slug or code."),
    ] = None,
    first: Annotated[
        int | None,
        number_option("--from", "The last year to learn from, ending 31 March.", metavar="<year>"),
    ] = None,
    target: Annotated[
        int | None,
        number_option("--to", "The later year to project.", metavar="<year>"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All authorities of the later year.")] = False,
    predictor: Annotated[
        Predictor, choice_option("--predictor", Predictor, "What to project with.")
    ] = Predictor.regression,
    back_test: Annotated[
        bool,
        typer.Option(
            "--back-test", help="Project the years 2018 to 2025 from earlier ones, and score the projections."
        ),
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR|FILE", help="Also write it there: a folder, .csv, .xlsx, .docx."),
    ] = None,
    output_format: FormatOption = Format.text,
    full: FullOption = False,
) -> None:
    """Project timeliness in a later year from an authority's history and that year's referrals and staff.

    A conditional projection: durations of the later year are not used, even where they are published.
    """
    _check_options(names or [], first, target, every, back_test, out)
    answer: Answer
    if back_test:
        from simkit.study.projection.backtest import backtest

        answer = backtest()
    else:
        from simkit.study.projection.project import project as projections_for

        assert first is not None and target is not None
        answer = projections_for(first, target, names or [], predictor=predictor.value)
    show(answer, out, output_format, full=full)


def _check_options(
    names: list[str], first: int | None, target: int | None, every: bool, back_test: bool, out: str | None
) -> None:
    """Raise WrongUseError for options that don't go together, before anything is worked out."""
    if back_test:
        if names or every or first is not None or target is not None:
            raise WrongUseError(
                "--back-test has years and authorities of its own: leave out names, --all, --from and --to."
            )
    elif first is None or target is None:
        raise WrongUseError("Give both years: --from 2023 --to 2024.")
    elif bool(names) == every:
        raise WrongUseError(
            "Name authorities, or write --all for every one"
            + (": not both." if every else ": simkit project hackney --from 2023 --to 2024.")
        )
    check_destination(out)
