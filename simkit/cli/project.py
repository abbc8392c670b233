"""The command that projects a later year: ``project``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, Output, WrongUseError, one_of, whole
from simkit.cli.terminal import complain, emit, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["project"]


class Way(StrEnum):
    """How to project."""

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
        typer.Option(
            "--from",
            parser=whole("--from"),
            metavar="<year>",
            help="The last year to learn from, ending 31 March.",
        ),
    ] = None,
    target: Annotated[
        int | None,
        typer.Option("--to", parser=whole("--to"), metavar="<year>", help="The later year to project."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All authorities of the later year.")] = False,
    predictor: Annotated[
        Way,
        typer.Option(
            "--predictor",
            parser=one_of("--predictor", Way),
            metavar="<regression|simulation|both>",
            help="What to project with.",
        ),
    ] = Way.regression,
    back_test: Annotated[
        bool,
        typer.Option("--back-test", help="Project the years 2018 to 2023 from earlier ones and score that."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Also write a table there.")
    ] = None,
    output: Output = Format.text,
) -> None:
    """Project timeliness in a later year from an authority's history and that year's referrals and staff.

    A conditional projection: durations of the later year are not used, even where they are published.
    """
    asked = names or []
    _can_be(asked, first, target, every, back_test, out)
    if back_test:
        _back_test(out, output)
        return
    from simkit.output.answers.projection import projections_json, projections_table, projections_text
    from simkit.study.projection.project import project as projected

    assert first is not None and target is not None
    found = projected(first, target, asked, predictor=predictor.value)
    written = None if out is None else _write(projections_table(found), out)
    if output is Format.json:
        emit(projections_json(found))
    elif written is None or not every:
        say(projections_text(found))
    else:
        emit(f"{found}\n")
        for note in found.notes:
            emit(f"{note}\n")
    if written is not None:
        complain(written)


def _back_test(out: Path | None, output: Format) -> None:
    from simkit.output.answers.projection import backtest_table, backtest_text
    from simkit.study.projection.backtest import backtest

    tested = backtest()
    frame = backtest_table(tested)
    written = None if out is None else _write(frame, out)
    if output is Format.json:
        emit(frame.to_json(orient="records", indent=2) + "\n")
    else:
        say(backtest_text(tested))
    if written is not None:
        complain(written)


def _can_be(
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


def _write(frame: pd.DataFrame, out: Path) -> str:
    """Write a table; gives what to say of it."""
    from simkit.common.atomic_files import csv_bytes, existing_files, write_all, written_message

    before = existing_files(out)
    (file,) = write_all(out.absolute().parent, {out.name: csv_bytes(frame)})
    return written_message(file, before)
