"""The command that simulates: ``run``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.frameworks import Format, Name
from simkit.cli.options import one_of, whole
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
            "--replications",
            parser=whole("--replications", 1, 10_000),
            metavar="<number>",
            help="Years to simulate, 1 to 10000. Default: 30 to 200, until precise.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            parser=whole("--seed", 0, 2**63 - 1),
            metavar="<number>",
            help="Start of the random numbers: the same number gives the same result.",
        ),
    ] = 1,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            parser=one_of("--engine", Engine),
            metavar="<auto|simpy|kernel>",
            help="What runs the model.",
        ),
    ] = Engine.auto,
    convention: Annotated[
        Counting,
        typer.Option(
            "--convention",
            parser=one_of("--convention", Counting),
            metavar="<day_0|day_1>",
            help="Number of the day on which a limit starts.",
        ),
    ] = Counting.day_0,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            parser=whole("--year"),
            metavar="<year>",
            help="Published caseload of the year to 31 March. Default: the latest.",
        ),
    ] = None,
    caseload: Annotated[
        Path | None,
        typer.Option("--caseload", metavar="FILE", help="Your own: profile.json of `simkit read-return`."),
    ] = None,
    practice: Annotated[
        Path | None,
        typer.Option("--practice", metavar="FILE", help="Your own: a file of `simkit calibrate`."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            parser=whole("--workers", 1, 1024),
            metavar="<number>",
            help="How many at once, 1 to 1024. Default: all cores.",
        ),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write tables and figure there.")
    ] = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            parser=one_of("--format", Format),
            metavar="<text|json>",
            help="Text for people, JSON for programs.",
        ),
    ] = Format.text,
) -> None:
    """Simulate an authority's framework on its published caseload: how long do assessments take?"""
    from simkit.output.files import destination, present, save, told

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
            caseload=caseload,
            calibration=practice,
            workers=workers,
            progress=report,
        )
    before = frozenset() if out is None else present(out)
    written = () if out is None else save(result, out)
    if output is Format.json:
        from simkit.output.plain import to_json

        emit(to_json(result))
    else:
        from simkit.output.text import render

        say(render(result))
    for file in written:
        complain(told(file, before))
