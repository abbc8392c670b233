"""A comparison in which every side is tried on its own authority's caseload, against the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.shell import command_line
from simkit.common.text import is_text, listed
from simkit.data import authority
from simkit.framework.check import DEFAULT_EDITION, GivenFramework, load
from simkit.framework.library import NameNotFound
from simkit.model.measures.day_counts import Convention
from simkit.study.compare.arms import ArmPlan, frameworks_and_scenarios, host_of
from simkit.study.compare.compare import Comparison, command_name, enough, run_plan
from simkit.study.compare.plan_file import Plan, find_plan, with_comparisons
from simkit.study.indicators import published_within_45

OWN = "own"
"""The word in place of an authority's name for each side's own."""

_TRIALS = f"simkit compare trials --authority {OWN}"
_EXAMPLE = "hackney"  # an authority in a command that a message gives


@dataclass(frozen=True, slots=True)
class AtHome:
    """One side on its own authority's caseload, staff and practice, against the first.

    ``published``: the authority's published share within 45 working days in the caseload's year, in per
    cent; None where there is none.
    """

    la_code: str
    authority: str
    comparison: Comparison
    published: float | None


@dataclass(frozen=True, eq=False)
class AtHomes(Answer):
    """The sides of a comparison, each on its own authority's caseload.

    ``left_out``: which were not run, and why.
    """

    title: str
    question: str
    homes: tuple[AtHome, ...]
    left_out: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def first(self) -> Comparison:
        """The first of the comparisons, which has the settings of all."""
        return self.homes[0].comparison

    @property
    def command(self) -> str:
        """The command that repeats it."""
        run = self.first
        years = {home.comparison.host.profile.year for home in self.homes}
        words = ["simkit", "compare", *self.names, "--authority", OWN]
        words += ["--year", str(*years)] if len(years) == 1 else []  # else each had its latest
        words += ["--replications", str(run.replications), "--seed", str(run.seed)]
        return command_line(*words, "--engine", run.engine, "--convention", run.convention.value)

    def __repr__(self) -> str:
        return f"AtHomes({self.title!r}, {len(self.homes)} authorities)"


@checked_arguments
@with_progress("Simulating years")
def compare_at_home(
    *names: GivenFramework,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> AtHomes:
    """Compare each authority's side with the first, on that authority's caseload, staff and practice.

    ``names``: a comparison, or frameworks, of which the others are compared with the first. Raises
    SimkitError if no side is an authority's.
    """
    count = enough(replications)
    plan = _plan(names)
    first, *others = plan.arms
    homes: list[AtHome] = []
    left_out: list[str] = []
    no_year: list[str] = []
    for arm in others:
        framework = load(arm.framework) if arm.framework else None
        if framework is None or framework.la_code is None:
            left_out.append(f"{arm.label or arm.framework or 'A side'} has no authority of its own.")
            continue
        name = authority(framework.la_code).name
        try:
            host = host_of(framework.la_code, (), year)
        except SimkitError as error:
            no_year.append(str(error))
            left_out.append(f"{name}: {error}")
            continue
        found = run_plan(
            replace(plan, arms=(first, arm)),
            host,
            count,
            seed=seed,
            engine=engine,
            convention=convention,
            workers=workers,
            progress=None,
        )
        published = published_within_45(framework.la_code, host.profile.year)
        homes.append(AtHome(framework.la_code, name, found, published))
        if progress is not None:
            progress(len(homes) + len(left_out), len(others))
    if not homes:
        none = "No side can be tried on its own authority's caseload."
        if year is not None and no_year:
            raise SimkitError(
                f"{none} {no_year[0]}\nFor the latest year of each, leave --year out: "
                f"{command_line('simkit', 'compare', *plan.names, '--authority', OWN)}"
            )
        raise SimkitError(
            f"{none} {' '.join(left_out)}\n"
            "To try all sides on the caseload of one authority, name it: "
            f"{command_line('simkit', 'compare', *plan.names, '--authority', _EXAMPLE)}\n"
            f"To try each on its own authority's, name authorities' rules, or a comparison of them: {_TRIALS}"
        )
    return AtHomes(plan.title, plan.question, tuple(homes), tuple(left_out), plan.names)


def _plan(names: Sequence[GivenFramework]) -> Plan:
    single = names[0] if len(names) == 1 else None
    plan = find_plan(str(single)) if isinstance(single, str | Path) and not is_text(str(single)) else None
    if plan is not None:
        return plan
    try:
        frameworks, scenarios = frameworks_and_scenarios(names)
    except NameNotFound as error:
        raise with_comparisons(error) from None
    if scenarios:
        example = command_line("simkit", "compare", _EXAMPLE, scenarios[0].name)
        raise SimkitError(
            f"{listed(each.name for each in scenarios)}: a scenario has no authority of its own. To see what "
            f"it does on an authority's caseload, leave --authority out: {example}"
        )
    words = tuple(map(command_name, frameworks))
    if len(frameworks) < 2:
        first, second = (DEFAULT_EDITION, *words) if words != (DEFAULT_EDITION,) else (*words, _EXAMPLE)
        raise SimkitError(
            "There is only one thing to compare. Each authority's rules are compared with the first ones "
            f"named: {command_line('simkit', 'compare', first, second, '--authority', OWN)}\n"
            f"Or name a comparison: {_TRIALS}"
        )
    return Plan("Rules compared", "", tuple(map(ArmPlan, frameworks)), None, words)
