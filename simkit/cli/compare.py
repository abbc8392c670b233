"""``simkit compare``: compares frameworks and scenarios, or an authority with its neighbours."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.options import (
    AnswerOptions,
    ModelOptions,
    Workers,
    WrongUseError,
    number_option,
    say_which_taken,
)
from simkit.cli.show_answer import check_destination, show
from simkit.cli.terminal import emit


def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME|SCENARIO",
            help="Frameworks, scenarios or both, or one shipped comparison (see --list). "
            "The others are compared with the first.",
            callback=say_which_taken,
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
            help="The authority whose caseload and practice every side has. Staff follow from the caseload. "
            "england: the average authority; own: each side on its own authority's.",
        ),
    ] = None,
    replications: Annotated[
        int | None,
        number_option(
            "--replications", "Years to simulate of each side, 5 to 10000. Default: 30.", 5, 10_000
        ),
    ] = None,
    *,
    model: ModelOptions,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """Compare frameworks and scenarios on the same simulated children."""
    if shipped:
        _list(names or [])
        return
    if not names:
        raise WrongUseError(
            "Name what to compare, or see the comparisons that come with simkit: simkit compare --list"
        )
    if neighbours and (len(names) > 1 or authority is not None):
        raise WrongUseError("With --neighbours, name one authority and nothing else.")
    check_destination(answer.out)
    arguments = {"replications": replications, "workers": workers, **model.arguments()}
    if neighbours:
        from simkit.study.neighbours import beside_neighbours

        show(beside_neighbours(names[0], **arguments), answer.out, answer.format, full=answer.full)
        return
    from simkit.study.compare.at_home import OWN, compare_at_home

    if authority == OWN:
        show(compare_at_home(*names, **arguments), answer.out, answer.format, full=answer.full)
        return
    from simkit.study.compare.compare import compare as comparison_of

    show(comparison_of(*names, authority=authority, **arguments), answer.out, answer.format, full=answer.full)


def _list(names: list[str]) -> None:
    """Print the shipped comparisons, or those named with their sides."""
    from simkit.data import ENGLAND
    from simkit.model.inputs.scenario import AS_PUBLISHED
    from simkit.study.compare.plan_file import comparisons, plan_named

    for name in names or comparisons():
        plan = plan_named(name)
        emit(f"{plan.names[0]}\n    {plan.title}. {plan.question}\n")
        for side in plan.arms if names else ():
            framework = side.framework or "the authority's own framework"
            under = "" if side.scenario == AS_PUBLISHED else f", scenario {side.scenario.name}"
            emit(f"    - {side.label or 'Without a title'}: {framework}{under}\n")
        if names and plan.authority:
            whose = "England's average authority" if plan.authority == ENGLAND else plan.authority
            emit(f"    On the caseload and practice of {whose}, with staff worked out from it.\n")
