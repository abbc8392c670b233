"""``simkit sensitivity``: the assumptions on which an answer depends most."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.options import (
    AnswerOptions,
    ModelOptions,
    Name,
    OwnCaseload,
    OwnPractice,
    ScenarioName,
    Workers,
    number_option,
)
from simkit.cli.show_answer import check_destination, show


def sensitivity(
    name: Name,
    scenario: ScenarioName = "as-published",
    measure: Annotated[
        str, typer.Option("--measure", metavar="NAME", help="The measure to test.")
    ] = "cohort_over_45_days_pct",
    replications: Annotated[
        int | None,
        number_option(
            "--replications",
            "Years to simulate at each end of each range, 3 to 1000. Default: 8, and 5 in the largest "
            "authorities.",
            3,
            1000,
        ),
    ] = None,
    trajectories: Annotated[
        int | None,
        number_option(
            "--trajectories", "Trajectories of Morris's screening; 0: no screening. Default: 8.", 0, 1000
        ),
    ] = None,
    *,
    model: ModelOptions,
    caseload: OwnCaseload = None,
    practice: OwnPractice = None,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """Which assumptions does the answer depend on? Each over its range, and all of them together."""
    from simkit.study.sensitivity import sensitivity as sensitivity_of

    check_destination(answer.out)
    result = sensitivity_of(
        name,
        scenario,
        measure=measure,
        replications=replications,
        trajectories=trajectories,
        caseload=caseload,
        calibration=practice,
        workers=workers,
        **model.arguments(),
    )
    show(result, answer.out, answer.format, full=answer.full)
