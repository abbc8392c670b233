"""``simkit run``: simulates one framework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import AnswerOptions, ModelOptions, Name, ScenarioName, SimulatedYears, Workers
from simkit.cli.show_answer import check_destination, show


def run(
    name: Name,
    scenario: ScenarioName = "as-published",
    replications: SimulatedYears = None,
    *,
    model: ModelOptions,
    caseload: Annotated[
        Path | None,
        typer.Option("--caseload", metavar="FILE", help="Your own: profile.json of `simkit read-return`."),
    ] = None,
    practice: Annotated[
        Path | None,
        typer.Option("--practice", metavar="FILE", help="Your own: a file of `simkit calibrate`."),
    ] = None,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """Simulate an authority's framework on its published caseload: how long do assessments take?"""
    from simkit.study import experiment

    check_destination(answer.out)
    result = experiment.run(
        name,
        scenario,
        replications=replications,
        caseload=caseload,
        calibration=practice,
        workers=workers,
        **model.arguments(),
    )
    show(result, answer.out, answer.format, full=answer.full)
