"""Comparing frameworks and scenarios on the same simulated cases (common random numbers)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.earlier_names import earlier_name
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.shell import command_line
from simkit.common.text import is_text
from simkit.data import Authority
from simkit.framework.check import GivenFramework, file_name
from simkit.framework.difference import Difference, difference
from simkit.framework.framework import Framework
from simkit.framework.library import NameNotFound
from simkit.model.inputs.practice import is_calibrated
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario, Scenario, load_scenario
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import Definition, RunMeasures
from simkit.study.compare.arms import ENGLAND, Arm, ArmPlan, arms_of, frameworks_and_scenarios, host_of
from simkit.study.compare.paired_difference import (
    FEW,
    PairedDifference,
    paired_difference,
    without_rare_interval,
)
from simkit.study.compare.plan_file import Plan, find_plan, with_comparisons
from simkit.study.compare.ranking import Ranking, ranking
from simkit.study.compare.robustness import (
    Range,
    Variants,
    ranges_of,
    stages_differ,
    variants_of,
    with_own_staff,
)
from simkit.study.estimate import Estimate, definitions_of, estimate_of, values_of
from simkit.study.experiment import LEAST, summary
from simkit.study.overload_notes import ALL_IN_USE, all_in_use, most_in_use
from simkit.study.result import HEADLINE, NO_FILE, Experiment, Result
from simkit.study.runner import Job, open_runner, tasks_of

FEWEST = 5
"""Replications that a comparison needs at least: of fewer an interval says next to nothing."""

NARROWING: Mapping[str, Definition] = {
    route: Definition(
        f"narrowing.{route}",
        f"Narrowing: share over 45 days on {words} less that on section 47",
        "points",
        "children referred in the year and assessed, counted at each assessment, by route",
    )
    for route, words in (("section_17", "section 17"), ("disabled_children", "disabled children's route"))
}
"""How much later other children are than those in section 47 enquiries: it rises where attention narrows."""


@dataclass(frozen=True, eq=False)
class Comparison(Answer):
    """Arms on the same simulated cases; every other arm is compared with the first.

    ``host``: the authority whose caseload, staff and practice they use. ``results``: one for each arm.
    ``paired_differences``: for every other arm, each measure less that of the first. ``narrowing``: for each
    arm, how far its routes lie apart. ``ranking`` is by the share over 45 working days. ``ranges``: the
    comparison over what nobody knows of the arms' limits and reviews; empty where they don't differ in them.
    ``differences``: between the frameworks, in words.
    """

    title: str
    question: str
    host: Experiment
    arms: tuple[Arm, ...]
    results: tuple[Result, ...]
    paired_differences: tuple[Mapping[str, PairedDifference], ...]
    narrowing: tuple[Mapping[str, Estimate], ...]
    ranking: Ranking
    ranges: tuple[Range, ...]
    differences: tuple[Difference, ...]
    replications: int
    seed: int
    engine: str
    convention: Convention
    names: tuple[str, ...]

    sides = earlier_name("arms")
    gaps = earlier_name("paired_differences")

    @property
    def headline(self) -> tuple[PairedDifference, ...]:
        """The difference in the share over 45 working days of each side but the first."""
        return tuple(each[HEADLINE] for each in self.paired_differences)

    @property
    def overfull(self) -> tuple[tuple[str, ...], ...]:
        """Of each side the roles whose time is all in use: such a side is in no difference or ranking."""
        return tuple(
            tuple(all_in_use(a.framework, r.measures)) for a, r in zip(self.arms, self.results, strict=True)
        )

    @property
    def lowest(self) -> int | None:
        """The side that is surely below every other in use, whatever is unknown; None where none is.

        None too where a side is not calibrated: which of them is lowest would say more than is known.
        """
        if self.not_calibrated:
            return None
        lowest_arms = {each.lowest for each in self._rankings}
        return lowest_arms.pop() if len(lowest_arms) == 1 else None

    @property
    def ranked(self) -> bool:
        """Whether what is unknown leaves it the same which side has, or may have, the fewest.

        False with fewer than ``FEW`` simulated years, from which no chance can be told.
        """
        if self.not_calibrated or self.replications < FEW:
            return False
        same = len({each.may_be_lowest for each in self._rankings}) == 1
        return self.lowest is not None or (self.settled_by_evidence and same)

    @property
    def _rankings(self) -> tuple[Ranking, ...]:
        """The ranking in these runs, and where no side has more work than hours that at each point tried."""
        points = (point.ranking for each in self.ranges for point in each.points)
        return (self.ranking, *(each for each in points if each.ranked == self.ranking.ranked))

    def settled(self, number: int) -> bool:
        """Whether evidence settles the difference of a side (the first after the first is 0).

        It does where the difference says one thing over the whole range of all that is unknown, and both
        sides have rules for which something published could be fitted and more hours than work.
        """
        labels, full = self.not_calibrated, self.overfull
        return all(r.settled(number) for r in self.ranges) and not any(
            self.arms[side].label in labels or full[side] for side in (0, number + 1)
        )

    @property
    def settled_by_evidence(self) -> bool:
        """Whether evidence settles every difference."""
        return all(self.settled(number) for number in range(len(self.paired_differences)))

    @property
    def not_calibrated(self) -> tuple[str, ...]:
        """The labels of the sides under rules for which nothing published could be fitted."""
        return tuple(s.label for s in self.arms if not is_calibrated(s.framework))

    @property
    def command(self) -> str:
        """The command that repeats the comparison."""
        words = ["simkit", "compare", *self.names, "--authority", _authority(self.host)]
        words += ["--year", str(self.host.profile.year), "--replications", str(self.replications)]
        words += ["--seed", str(self.seed), "--engine", self.engine, "--convention", self.convention.value]
        return command_line(*words)

    def __repr__(self) -> str:
        differences = "; ".join(f"{s.label} {g}" for s, g in zip(self.arms[1:], self.headline, strict=True))
        return f"Comparison({self.title!r}, against {self.arms[0].label}: {differences})"


@checked_arguments
@with_progress("Simulating years")
def compare(
    *names: GivenFramework | GivenScenario,
    authority: str | Authority | Profile | Framework | None = None,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare frameworks, scenarios or both on the same cases; the others are compared with the first side.

    ``names``: frameworks and scenarios, or one shipped comparison (``comparison/single-assessment``) or file
    of one. Several frameworks are compared as they are, and under each scenario named; one framework, or
    none, is compared with itself under each scenario. ``authority``: the authority whose caseload,
    staff and practice are used; by default the first one among the frameworks, else England's average
    authority. 30 replications unless given. Raises SimkitError for what can't be compared.

    Example::

        simkit.compare("hackney", "wirral", authority="leeds", seed=1)
        simkit.compare("halton", "as-published", "no-national-limit", seed=1)
    """
    count = enough(replications)
    whose: str | None = authority if isinstance(authority, str) else getattr(authority, "la_code", None)
    given = [load_scenario(each) if isinstance(each, Scenario | Mapping) else each for each in names]
    plan, host = _plan_for(given, whose, year)
    return run_plan(
        plan, host, count, seed=seed, engine=engine, convention=convention, workers=workers, progress=progress
    )


def enough(replications: int | None) -> int:
    """How many replications a comparison has. Raises SimkitError for so few that they say nothing."""
    count = LEAST if replications is None else replications
    if count < FEWEST:
        raise SimkitError(
            f"A comparison needs at least {FEWEST} replications: with {count} its intervals would mean "
            f"nothing. Leave --replications out for {LEAST}."
        )
    return count


def run_plan(
    plan: Plan,
    host: Experiment,
    count: int,
    *,
    seed: int,
    engine: str,
    convention: Convention | str | None,
    workers: int | None,
    progress: Progress | None,
) -> Comparison:
    """Run the sides of a plan on a host's caseload, staff and practice, ``count`` replications of each."""
    sides = sides_of(plan, host, convention)
    settings, tried = sides.variants.settings, sides.tried
    tally = Tally(sides, count)
    work = sum(tasks_of(settings[which], count) for which in tried)
    with open_runner(engine, work, workers) as runner:
        jobs = (
            Job(settings[which], seed, number, sides.convention) for number in range(count) for which in tried
        )
        for index, measured in enumerate(runner.map(jobs, len(tried) * count, progress)):
            number, place = divmod(index, len(tried))
            tally.add(tried[place], number, measured)
    return tally.comparison(seed, runner.engine.name)


@dataclass(frozen=True, eq=False)
class Sides:
    """The sides of a comparison, ready to be run: the settings are those of ``variants``."""

    plan: Plan
    host: Experiment
    arms: tuple[Arm, ...]
    variants: Variants
    convention: Convention

    @property
    def tried(self) -> tuple[int, ...]:
        """The numbers of the settings to run, those of the sides first."""
        every = dict.fromkeys((*self.variants.arms, *range(len(self.variants.settings))))
        return tuple(which for which in every if which not in self.variants.overfull)


def sides_of(plan: Plan, host: Experiment, convention: Convention | str | None) -> Sides:
    """The sides of a plan on a host's caseload, staff and practice. Raises SimkitError as ``compare``."""
    arms = arms_of(host, plan.arms)
    if stages_differ([arm.setting for arm in arms], host.setting):
        arms = tuple(arm.with_setting(with_own_staff(arm.setting, host.setting)) for arm in arms)
    counting = Convention.of(convention, (arm.framework for arm in arms))
    fitted = [arm.experiment.fitted for arm in arms]
    variants = variants_of([arm.setting for arm in arms], host.setting, fitted)
    return Sides(plan, host, arms, variants, counting)


class Tally:
    """What a comparison keeps of its runs: ``count`` replications of each setting."""

    def __init__(self, sides: Sides, count: int) -> None:
        self.sides, self.count = sides, count
        self._base: dict[int, list[RunMeasures]] = {which: [] for which in sides.variants.arms}
        self._values, self._in_use = np.full((2, len(sides.variants.settings), count), np.nan)

    def add(self, which: int, number: int, measured: RunMeasures) -> None:
        """Keep replication ``number`` of the setting ``which``; those of a setting come in their order."""
        setting = self.sides.variants.settings[which]
        self._values[which, number] = measured.values[HEADLINE]
        self._in_use[which, number] = most_in_use(setting.framework, measured.values)
        if which in self._base:
            self._base[which].append(measured)

    def comparison(self, seed: int, engine: str) -> Comparison:
        """The comparison, once every replication of every setting is there."""
        sides, values = self.sides, self._values.copy()
        arms, variants = sides.arms, sides.variants
        for which in sides.tried:
            if self._in_use[which].mean() > ALL_IN_USE:
                values[which] = np.nan
        runs_by_arm = [self._base[which] for which in variants.arms]
        results = tuple(
            summary(arm.experiment, runs, seed=seed, engine=engine, convention=sides.convention)
            for arm, runs in zip(arms, runs_by_arm, strict=True)
        )
        return Comparison(
            title=sides.plan.title,
            question=sides.plan.question,
            host=sides.host,
            arms=arms,
            results=results,
            paired_differences=of_sides_with_hours(
                results,
                tuple(
                    _paired_differences(arms[0], runs_by_arm[0], arm, runs)
                    for arm, runs in zip(arms[1:], runs_by_arm[1:], strict=True)
                ),
            ),
            narrowing=tuple(_narrowing(runs) for runs in runs_by_arm),
            ranking=ranking([values[which] for which in variants.arms], seed),
            ranges=ranges_of(variants, values, definitions_of(arms[0].framework)[HEADLINE], seed),
            differences=tuple(difference(arms[0].framework, s.framework) for s in arms[1:]),
            replications=self.count,
            seed=seed,
            engine=engine,
            convention=sides.convention,
            names=sides.plan.names,
        )


def _plan_for(
    names: Sequence[GivenFramework | Scenario], authority: str | None, year: int | None
) -> tuple[Plan, Experiment]:
    """The plan of the comparison, and its host."""
    if len(names) == 1 and isinstance(names[0], str | Path) and not is_text(str(names[0])):
        plan = find_plan(str(names[0]))
        if plan is not None:
            named = [each.framework for each in plan.arms if each.framework]
            host = host_of(authority or plan.authority, named, year)
            own = host.framework.name
            return replace(
                plan, arms=tuple(replace(w, framework=w.framework or own) for w in plan.arms)
            ), host
    try:
        frameworks, scenarios = frameworks_and_scenarios(names)
    except NameNotFound as error:
        raise with_comparisons(error) from None
    host = host_of(authority, frameworks, year)
    plans = list(_arm_plans(frameworks or (host.framework.name,), scenarios))
    if len(plans) < 2:
        twice = next((each for each in names if names.count(each) > 1), None)
        if twice is not None:
            raise SimkitError(
                f"{command_name(twice)} is named twice, and is only one thing to compare. Name another "
                "framework "
                f"or a scenario: `simkit compare {command_name(twice)} winter-surge`."
            )
        names_text = " ".join(dict.fromkeys(map(command_name, names))) or "hackney"
        raise SimkitError(
            "There is only one thing to compare. Name another framework or a scenario: `simkit compare "
            f"{names_text} winter-surge`, or see the shipped comparisons with `simkit compare --list`."
        )
    title = "Comparison on the same simulated cases"
    return Plan(title, "", tuple(plans), None, tuple(map(command_name, names))), host


def _arm_plans(frameworks: Iterable[GivenFramework], scenarios: Sequence[Scenario]) -> Iterable[ArmPlan]:
    """Every framework as published, then under each scenario."""
    changed = [each for each in scenarios if each.name != AS_PUBLISHED.name]
    for framework in frameworks:
        yield ArmPlan(framework)
        for scenario in changed:
            yield ArmPlan(framework, scenario)


def command_name(name: GivenFramework | Scenario) -> str:
    """What a command takes for it."""
    return name.name if isinstance(name, Scenario) else file_name(name) or NO_FILE


def _authority(host: Experiment) -> str:
    return host.framework.name if host.framework.la_code is not None else ENGLAND


def _paired_differences(
    first: Arm, before: Sequence[RunMeasures], second: Arm, after: Sequence[RunMeasures]
) -> dict[str, PairedDifference]:
    """The paired differences of every measure that both arms have, and of the narrowing.

    Those that a limit decides which one of the two has from another edition are not known.
    """
    nothing = np.full(len(before), np.nan)
    both = set(definitions_of(first.framework))
    unread = _measures_not_known(first.framework, second.framework)
    differences = {
        name: paired_difference(each, values_of(before, name), values_of(after, name))
        if name.partition(".")[0] not in unread
        else paired_difference(each, nothing, nothing)
        for name, each in definitions_of(second.framework).items()
        if name in both
    }
    for route, definition in NARROWING.items():
        differences[definition.name] = paired_difference(
            definition, _narrowing_values(before, route), _narrowing_values(after, route)
        )
    if not any(abs(each.value) > 0 for each in differences.values()):
        return differences
    rare = {
        name: without_rare_interval(differences[name], values_of(before, name))
        for name in differences
        if name in before[0].values
    }
    return {**differences, **rare, HEADLINE: differences[HEADLINE]}


def of_sides_with_hours(
    results: Sequence[Result], differences: Sequence[dict[str, PairedDifference]]
) -> tuple[dict[str, PairedDifference], ...]:
    """The differences, of a side whose time is all in use only those of the time in use.

    Its queues grow for as long as it is run, so its other figures say how long that was.
    """
    full = [bool(all_in_use(each.experiment.framework, each.measures)) for each in results]
    nan = float("nan")

    def known(name: str, difference: PairedDifference, overfull: bool) -> PairedDifference:
        if not overfull or name.startswith("utilisation_"):
            return difference
        return replace(difference, value=nan, low=nan, high=nan, replications=0, more=None)

    return tuple(
        {name: known(name, each, full[0] or own) for name, each in by_measure.items()}
        for by_measure, own in zip(differences, full[1:], strict=True)
    )


def _measures_not_known(first: Framework, second: Framework) -> frozenset[str]:
    """The measures decided by a limit whose value one of the two has from another edition."""
    clocks = {each.id for each in first.carried_over} ^ {each.id for each in second.carried_over}
    measures = {f"cohort_clock_{clock}_pct" for clock in clocks}
    return frozenset(measures | ({"published_icpc_within_15_days_pct"} if "conference" in clocks else set()))


def _narrowing_values(runs: Sequence[RunMeasures], route: str) -> Floats:
    return values_of(runs, f"{HEADLINE}.{route}") - values_of(runs, f"{HEADLINE}.section_47")


def _narrowing(runs: Sequence[RunMeasures]) -> dict[str, Estimate]:
    return {
        route: estimate_of(definition, _narrowing_values(runs, route))
        for route, definition in NARROWING.items()
    }
