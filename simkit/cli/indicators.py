"""The command that computes the published indicators: ``indicators``."""

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

__all__ = ["indicators"]


def indicators(
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
    workers: Workers = None,
    out: Out = None,
    output: Output = Format.text,
) -> None:
    """The published timeliness indicators of simulated years, beside the published figures."""
    from simkit.output.answers.indicators import indicators_dict, indicators_table, report_of_indicators
    from simkit.study.experiment import run
    from simkit.study.indicators import indicators as computed

    looked_at(out)
    result = run(
        name,
        scenario,
        replications=replications,
        seed=seed,
        engine=engine.value,
        convention=convention.value,
        year=year,
        workers=workers,
    )
    found = computed(result)
    words = report_of_indicators(result, found)
    plain = indicators_dict(result, found)
    show(words, lambda: words, plain, lambda: {"indicators": indicators_table(result, found)}, out, output)
