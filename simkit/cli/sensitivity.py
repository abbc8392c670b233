"""The command that says what an answer hangs on: ``sensitivity``."""

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
    Year,
    whole,
)
from simkit.cli.show_answer import looked_at, show

__all__ = ["sensitivity"]


def sensitivity(
    name: Name,
    scenario: ScenarioName = "as-published",
    measure: Annotated[
        str, typer.Option("--measure", metavar="NAME", help="The measure whose answer is looked at.")
    ] = "cohort_over_45_days_pct",
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            parser=whole("--replications", 3, 1000),
            metavar="<number>",
            help="Years to simulate at each end of each range, 3 to 1000. Default: 8.",
        ),
    ] = None,
    trajectories: Annotated[
        int | None,
        typer.Option(
            "--trajectories",
            parser=whole("--trajectories", 0, 1000),
            metavar="<number>",
            help="Of Morris's screening, 0 to leave it out. Default: 8.",
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
    """Which assumptions does the answer hang on? Each over its range, and all of them together."""
    from simkit.study.sensitivity import sensitivity as found_by

    looked_at(out)
    found = found_by(
        name,
        scenario,
        measure=measure,
        replications=replications,
        trajectories=trajectories,
        seed=seed,
        engine=engine.value,
        convention=convention.value,
        year=year,
        workers=workers,
    )
    from simkit.output.answers.sensitivity import (
        report_of_sensitivity,
        sensitivity_dict,
        sensitivity_tables,
        words_of_sensitivity,
    )

    show(
        words_of_sensitivity(found),
        lambda: report_of_sensitivity(found),
        sensitivity_dict(found),
        lambda: sensitivity_tables(found),
        out,
        output,
    )
