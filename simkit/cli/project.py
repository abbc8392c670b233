"""``simkit project``: projects timeliness in a later year."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption, WrongUseError, choice_option, number_option
from simkit.cli.show_answer import deliver
from simkit.cli.terminal import emit, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["project"]


class Predictor(StrEnum):
    """The model that projects."""

    regression = "regression"
    simulation = "simulation"
    both = "both"


def project(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="Authorities by name, slug or code."),
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
        typer.Option("--back-test", help="Project the years 2018 to 2023 from earlier ones and score that."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Also write a table there.")
    ] = None,
    output_format: FormatOption = Format.text,
) -> None:
    """Project timeliness in a later year from an authority's history and that year's referrals and staff.

    A conditional projection: durations of the later year are not used, even where they are published.
    """
    _check_options(names or [], first, target, every, back_test, out)
    if back_test:
        _back_test(out, output_format)
        return
    from simkit.output.answers.projection import projections_json, projections_table, projections_text
    from simkit.study.projection.project import project as projections_for

    assert first is not None and target is not None
    projections = projections_for(first, target, names or [], predictor=predictor.value)

    def print_text() -> None:
        if out is None or not every:
            say(projections_text(projections))
            return
        for line in (projections, *projections.notes):
            emit(f"{line}\n")

    deliver(
        out,
        output_format,
        save=lambda file: _write(projections_table(projections), Path(file)),
        data=lambda: projections_json(projections),
        text=print_text,
    )


def _back_test(out: Path | None, output_format: Format) -> None:
    from simkit.output.answers.projection import backtest_table, backtest_text
    from simkit.study.projection.backtest import backtest

    test = backtest()
    table = backtest_table(test)
    deliver(
        out,
        output_format,
        save=lambda file: _write(table, Path(file)),
        data=lambda: table.to_json(orient="records", indent=2) + "\n",
        text=lambda: say(backtest_text(test)),
    )


def _check_options(
    names: list[str], first: int | None, target: int | None, every: bool, back_test: bool, out: Path | None
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
    if out is not None and out.suffix.lower() != ".csv":
        raise WrongUseError(f"--out is a file that ends in .csv, not '{out}'.")
    if out is not None and out.is_dir():
        raise SimkitError(f"{out} is a folder. Give the file's name too.")
    if out is not None and not out.absolute().parent.is_dir():
        raise SimkitError(f"The folder {out.absolute().parent} does not exist, so {out} can't be made in it.")


def _write(table: pd.DataFrame, file: Path) -> tuple[Path, ...]:
    from simkit.common.atomic_files import csv_bytes, write_all

    return write_all(file.absolute().parent, {file.name: csv_bytes(table)})
