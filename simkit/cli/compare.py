"""The command that compares: ``compare``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from simkit.cli.frameworks import Format
from simkit.cli.options import WrongUseError, one_of, whole
from simkit.cli.simulate import Counting, Engine
from simkit.cli.terminal import complain, emit, progress, say

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
    shipped: Annotated[bool, typer.Option("--list", help="List the shipped comparisons.")] = False,
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
            help="On whose caseload, staff and practice; england for the average authority.",
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
        str | None,
        typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write tables, figures and report there."),
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
    """Compare frameworks and scenarios on the same simulated cases: which keeps assessments from drifting?"""
    from simkit.output.answer import json_text, render, save_answer
    from simkit.output.files import destination, present, told

    if shipped:
        _list()
        return
    given = names or []
    if not given:
        raise WrongUseError(
            "Name what is to be compared, or see the shipped comparisons: simkit compare --list"
        )
    if neighbours and len(given) > 1:
        raise WrongUseError("With --neighbours one authority is named, and nothing else.")
    if out is not None:
        destination(out)
    options: dict[str, Any] = {
        "replications": replications,
        "seed": seed,
        "engine": engine.value,
        "convention": convention.value,
        "year": year,
        "workers": workers,
    }
    if neighbours:
        from simkit.output.neighbours import neighbours_dict, neighbours_tables, report_of_neighbours
        from simkit.study.neighbours import beside_neighbours

        with progress("Simulating years") as report:
            around = beside_neighbours(given[0], progress=report, **options)
        words, plain, tables = (
            report_of_neighbours(around),
            neighbours_dict(around),
            neighbours_tables(around),
        )
        full = words
    else:
        from simkit.output.compare_plain import comparison_dict, comparison_tables
        from simkit.output.compare_report import report_of_comparison, words_of_comparison
        from simkit.study.compare import compare as compared

        with progress("Simulating years") as report:
            found = compared(*given, authority=authority, progress=report, **options)
        words, plain, tables = words_of_comparison(found), comparison_dict(found), comparison_tables(found)
        full = words if out is None else report_of_comparison(found)
    before = frozenset() if out is None else present(out)
    written = () if out is None else save_answer(full, plain, tables, out)
    if output is Format.json:
        emit(json_text(plain))
    else:
        say(render(words))
    for file in written:
        complain(told(file, before))


def _list() -> None:
    from simkit.study.comparison_file import comparisons, plan_called

    for name in comparisons():
        plan = plan_called(name)
        assert plan is not None
        emit(f"{name}\n    {plan.title}. {plan.question}\n")
