"""The command that compares: ``compare``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from simkit.cli.options import (
    Convention,
    Counting,
    Engine,
    Engines,
    Format,
    Out,
    Output,
    Seed,
    Workers,
    WrongUseError,
    Year,
    whole,
)
from simkit.cli.show_answer import looked_at, show
from simkit.cli.terminal import emit

__all__ = ["compare"]


def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME|SCENARIO]...",
            help="Frameworks, scenarios or both, or one shipped comparison (see --list). "
            "The first is what others are measured against.",
        ),
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--list", help="List the shipped comparisons, or the sides of those named.")
    ] = False,
    neighbours: Annotated[
        bool,
        typer.Option(
            "--neighbours", help="An authority beside its statistical neighbours, region and England."
        ),
    ] = False,
    authority: Annotated[
        str | None,
        typer.Option(
            "--authority",
            metavar="NAME",
            help="On whose caseload and practice; staff follows from it. england: the average authority.",
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            parser=whole("--replications", 2, 10_000),
            metavar="<number>",
            help="Years to simulate of each side, 2 to 10000. Default: 30.",
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
    """Compare frameworks and scenarios on the same simulated cases: which keeps assessments from drifting?"""
    if shipped:
        _list(names or [])
        return
    given = names or []
    if not given:
        raise WrongUseError(
            "Name what is to be compared, or see the shipped comparisons: simkit compare --list"
        )
    if neighbours and (len(given) > 1 or authority is not None):
        raise WrongUseError("With --neighbours one authority is named, and nothing else.")
    looked_at(out)
    options: dict[str, Any] = {
        "replications": replications,
        "seed": seed,
        "engine": engine.value,
        "convention": convention.value,
        "year": year,
        "workers": workers,
    }
    if neighbours:
        _neighbours(given[0], options, out, output)
        return
    from simkit.output.answers.comparison.report import report_of_comparison, words_of_comparison
    from simkit.output.answers.comparison.tables import comparison_dict, comparison_tables
    from simkit.study.compare.compare import compare as compared

    found = compared(*given, authority=authority, **options)
    show(
        words_of_comparison(found),
        lambda: report_of_comparison(found),
        comparison_dict(found),
        lambda: comparison_tables(found),
        out,
        output,
    )


def _neighbours(name: str, options: dict[str, Any], out: str | None, output: Format) -> None:
    from simkit.output.answers.neighbours import neighbours_dict, neighbours_tables, report_of_neighbours
    from simkit.study.neighbours import beside_neighbours

    found = beside_neighbours(name, **options)
    words = report_of_neighbours(found)
    show(words, lambda: words, neighbours_dict(found), lambda: neighbours_tables(found), out, output)


def _list(names: list[str]) -> None:
    """The shipped comparisons, or those named with their sides."""
    from simkit.data import ENGLAND
    from simkit.model.inputs.scenario import AS_PUBLISHED
    from simkit.study.compare.plan_file import comparisons, plan_named

    for name in names or comparisons():
        plan = plan_named(name)
        emit(f"{plan.asked[0]}\n    {plan.title}. {plan.question}\n")
        for side in plan.wanted if names else ():
            framework = side.framework or "the authority's own framework"
            under = "" if side.scenario == AS_PUBLISHED else f", scenario {side.scenario.name}"
            emit(f"    - {side.label or 'Without a title'}: {framework}{under}\n")
        if names and plan.authority:
            whose = "England's average authority" if plan.authority == ENGLAND else plan.authority
            emit(f"    On the caseload and practice of {whose}, with staff worked out from it.\n")
