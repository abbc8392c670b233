"""The command that simulates: ``run``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from simkit.cli.frameworks import Format, Name, OutputFormat
from simkit.cli.terminal import complain, emit, progress, say

__all__ = ["run"]


class Engine(StrEnum):
    """What runs the model."""

    auto = "auto"
    simpy = "simpy"
    kernel = "kernel"


class Counting(StrEnum):
    """Which number the starting day of a limit has."""

    day_0 = "day_0"
    day_1 = "day_1"


def run(
    name: Name,
    scenario: Annotated[
        str, typer.Option("--scenario", help="A shipped scenario or a file.")
    ] = "as-published",
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications", min=1, max=10_000, help="Years to simulate. Default: 30 to 200, until precise."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="Start of the random numbers.")
    ] = 1,
    engine: Annotated[Engine, typer.Option("--engine", help="What runs the model.")] = Engine.auto,
    convention: Annotated[
        Counting, typer.Option("--convention", help="Number of the day on which a limit starts.")
    ] = Counting.day_0,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Published caseload of the year to 31 March. Default: the latest."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=1024, help="How many at once. Default: all cores.")
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write tables and figure there.")
    ] = None,
    output: OutputFormat = Format.text,
) -> None:
    """Simulate an authority's framework on its published caseload: how long do assessments take?"""
    from simkit.output.files import destination, save

    if out is not None:
        destination(out)
    from simkit.study.experiment import run as simulate

    with progress("Simulating years") as report:
        result = simulate(
            name,
            scenario,
            replications=replications,
            seed=seed,
            engine=engine.value,
            convention=convention.value,
            year=year,
            workers=workers,
            progress=report,
        )
    written = () if out is None else save(result, out)
    if output is Format.json:
        from simkit.output.plain import to_json

        emit(to_json(result))
    else:
        from simkit.output.text import render

        say(render(result))
    for file in written:
        complain(f"Written: {file}")
