"""``simkit staff``: the staff, or the change of practice, that a target needs."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.options import (
    AnswerOptions,
    ModelOptions,
    Name,
    ScenarioName,
    Workers,
    WrongUseError,
    number_option,
)
from simkit.cli.show_answer import check_destination, show
from simkit.common.errors import SimkitError


def staff(
    name: Name,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            metavar="TEXT",
            help='The target, such as "over 45 days <= 10%" or "child seen within 5 days >= 95%".',
        ),
    ] = None,
    confidence: Annotated[
        str,
        typer.Option(
            "--confidence", metavar="<percent>", help="Share of years that must meet it, 50% to 99%."
        ),
    ] = "90%",
    scenario: ScenarioName = "as-published",
    replications: Annotated[
        int | None,
        number_option(
            "--replications",
            "Years to simulate at each size of staff, 10 to 10000. Default: 30.",
            10,
            10_000,
        ),
    ] = None,
    *,
    model: ModelOptions,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """How much assessment time meets a target? First what unlimited staff would reach, then the change it
    takes.
    """
    from simkit.study.staff.staff import confidence_of
    from simkit.study.staff.staff import staff as staff_for

    if target is None:
        raise WrongUseError('Give a target, as in --target "over 45 days <= 10%".')
    try:
        confidence_of(confidence)
    except SimkitError as error:
        raise WrongUseError(str(error)) from None
    check_destination(answer.out)
    result = staff_for(
        name,
        target,
        confidence=confidence,
        scenario=scenario,
        replications=replications,
        workers=workers,
        **model.arguments(),
    )
    show(result, answer.out, answer.format, full=answer.full)
