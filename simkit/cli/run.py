"""The command that simulates: ``run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import (
    Convention,
    Counting,
    Engine,
    Engines,
    Format,
    Name,
    Out,
    Output,
    ScenarioName,
    Seed,
    Workers,
    Year,
    whole,
)
from simkit.cli.show_answer import looked_at
from simkit.cli.terminal import complain, emit, say

__all__ = ["run"]


def run(
    name: Name,
    scenario: ScenarioName = "as-published",
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            parser=whole("--replications", 1, 10_000),
            metavar="<number>",
            help="Years to simulate, 1 to 10000. Default: 30 to 200, until precise.",
        ),
    ] = None,
    seed: Seed = 1,
    engine: Engines = Engine.auto,
    convention: Convention = Counting.day_0,
    year: Year = None,
    caseload: Annotated[
        Path | None,
        typer.Option("--caseload", metavar="FILE", help="Your own: profile.json of `simkit read-return`."),
    ] = None,
    practice: Annotated[
        Path | None,
        typer.Option("--practice", metavar="FILE", help="Your own: a file of `simkit calibrate`."),
    ] = None,
    workers: Workers = None,
    out: Out = None,
    output: Output = Format.text,
) -> None:
    """Simulate an authority's framework on its published caseload: how long do assessments take?"""
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.answers.result.files import save

    looked_at(out)
    from simkit.study.experiment import run as simulate

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
    )
    before = frozenset() if out is None else existing_files(out)
    written = () if out is None else save(result, out)
    if output is Format.json:
        from simkit.output.answers.result.data import to_json

        emit(to_json(result))
    else:
        from simkit.output.answers.result.terminal import render

        say(render(result))
    for file in written:
        complain(written_message(file, before))
