"""The command that answers what a target needs: ``staff``."""

from __future__ import annotations

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
    WrongUseError,
    Year,
    whole,
)
from simkit.cli.show_answer import looked_at, show
from simkit.common.errors import SimkitError

__all__ = ["staff"]


def staff(
    name: Name,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            metavar="TEXT",
            help='What is to be kept, such as "over 45 days <= 10%" or "child seen within 5 days >= 95%".',
        ),
    ] = None,
    confidence: Annotated[
        str,
        typer.Option(
            "--confidence", metavar="<percent>", help="Part of the years that keeps it, 50% to 99%."
        ),
    ] = "90%",
    scenario: ScenarioName = "as-published",
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            parser=whole("--replications", 10, 10_000),
            metavar="<number>",
            help="Years to simulate at each size of staff, 10 to 10000. Default: 30.",
        ),
    ] = None,
    seed: Seed = 1,
    engine: Engines = Engine.auto,
    convention: Convention = Counting.day_0,
    year: Year = None,
    workers: Workers = None,
    out: Out = None,
    output: Output = Format.text,
) -> None:
    """What assessment time keeps a target? First what unlimited staff would reach, then the change it
    takes.
    """
    from simkit.study.staff.staff import confidence_of
    from simkit.study.staff.staff import staff as answered

    if target is None:
        raise WrongUseError('Say what is to be kept, as in --target "over 45 days <= 10%".')
    try:
        confidence_of(confidence)
    except SimkitError as error:
        raise WrongUseError(str(error)) from None
    looked_at(out)
    found = answered(
        name,
        target,
        confidence=confidence,
        scenario=scenario,
        replications=replications,
        seed=seed,
        engine=engine.value,
        convention=convention.value,
        year=year,
        workers=workers,
    )
    from simkit.output.answers.staff import report_of_staffed, words_of_staffed
    from simkit.output.answers.staff_data import staffed_dict, staffed_tables

    show(
        words_of_staffed(found),
        lambda: report_of_staffed(found),
        staffed_dict(found),
        lambda: staffed_tables(found),
        out,
        output,
    )
