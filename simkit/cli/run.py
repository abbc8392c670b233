"""``simkit run``: simulates one framework."""

from __future__ import annotations

from simkit.cli.options import (
    AnswerOptions,
    ModelOptions,
    Name,
    OwnCaseload,
    OwnPractice,
    ScenarioName,
    SimulatedYears,
    Workers,
)
from simkit.cli.show_answer import check_destination, show


def run(
    name: Name,
    scenario: ScenarioName = "as-published",
    replications: SimulatedYears = None,
    *,
    model: ModelOptions,
    caseload: OwnCaseload = None,
    practice: OwnPractice = None,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """Simulate an authority's framework with its published caseload: how long do assessments take?"""
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
