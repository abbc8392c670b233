"""What assessment time a target needs: first what unlimited staff would reach, then the change that is
enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.shell import command_line
from simkit.framework.check import GivenFramework, load
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario
from simkit.model.inputs.staffing import CASE_HOLDER, staffing
from simkit.model.measures.day_counts import Convention
from simkit.model.workload.sample import Setting
from simkit.study.estimate import Estimate, estimate
from simkit.study.experiment import LEAST, experiment
from simkit.study.result import Experiment
from simkit.study.runner import Job, Runner, open_runner, tasks_of
from simkit.study.staff.practice_changes import Lever, levers_of
from simkit.study.staff.target import Target, target_of

UNLIMITED = 8.0  # times the assessment time of now: nobody waits for a case holder who is at work
_LEAST, _BRACKETS = 0.7, (1.1, 1.25, 1.6, 2.5, UNLIMITED)
_EXACT = 0.01  # the change of assessment time is found to a hundredth of what there is now
_DRAWS = 2_000
_GRID = (0.9, 1.0, 1.1, 1.25, 1.6, 2.5)  # what the curve has beside what the search came by
_SHARE = "staff.utilisation"


@dataclass(frozen=True, slots=True)
class Curve:
    """What the target is about at each change of assessment time, in percent of what there is now.

    ``value``, ``low``, ``high``: the mean of the simulated years with its 95% interval; ``kept``: the
    percentage of the years that keep the target.
    """

    change: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    kept: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """The change of assessment time that keeps the target, in percent of what there is now.

    ``filled``: what share of the assessment time the published caseload is taken to fill, an assumption.
    ``low`` and ``high``: a 95% interval, from drawing the simulated years anew; NaN where it can't be told.
    ``now``: the mean of what the target is about with the staff of now, if the caseload fills that share.
    ``at_most``: whether the least that was tried keeps it, so that even less might. ``low_or_less`` and
    ``high_or_more``: whether the interval goes beyond that end, which is then the least or most tried.
    """

    filled: float
    change: float
    low: float
    high: float
    now: float
    at_most: bool = False
    low_or_less: bool = False
    high_or_more: bool = False


@dataclass(frozen=True, eq=False)
class StaffAnswer(Answer):
    """The answer. ``needs``: at the assumed share of time filled first, then at the ends of its range; empty
    where staff alone can't reach the target. ``levers``: where it can't, what changes of practice
    would do beside unlimited staff. ``now_kept`` and ``floor_kept``: percentages of the years that keep the
    target.
    """

    experiment: Experiment
    target: Target
    confidence: float
    now: Estimate
    now_kept: float
    floor: Estimate
    floor_kept: float
    reachable: bool
    needs: tuple[Need, ...]
    curve: Curve
    levers: tuple[Lever, ...]
    replications: int
    seed: int
    engine: str
    convention: Convention

    @property
    def over_range(self) -> tuple[float, float] | None:
        """The least and the most change over the whole range of the assumed share; None without an answer."""
        ends = [end for need in self.needs for end in (need.low, need.change, need.high) if not np.isnan(end)]
        return (min(ends), max(ends)) if ends else None

    @property
    def command(self) -> str:
        """The command that repeats the answer."""
        words = ["simkit", "staff", self.experiment.name, "--target", self.target.text]
        words += ["--confidence", f"{100 * self.confidence:g}%", "--scenario", self.experiment.scenario_name]
        words += ["--year", str(self.experiment.profile.year), "--replications", str(self.replications)]
        words += ["--seed", str(self.seed), "--engine", self.engine, "--convention", self.convention.value]
        return command_line(*words)

    def __repr__(self) -> str:
        if not self.reachable:
            return f"StaffAnswer({str(self.target)!r}: not by staff alone, floor {self.floor})"
        change = f"{self.needs[0].change:+z.0f}% ({self.needs[0].low:+z.0f} to {self.needs[0].high:+z.0f})"
        return f"StaffAnswer({str(self.target)!r}: assessment time {change})"


def confidence_of(text: str | float) -> float:
    """A confidence as a share: ``90%``, ``90`` or ``0.9``. Raises SimkitError outside 50% to 99%."""
    try:
        number = float(str(text).strip().removesuffix("%"))
    except ValueError:
        number = float("nan")
    share = number / 100 if number > 1 or str(text).strip().endswith("%") else number
    if not 0.5 <= share <= 0.99:
        raise SimkitError(f"The confidence is a percentage from 50% to 99%, such as 90%. '{text}' is not.")
    return share


@checked_arguments
@with_progress("Simulating years with more and less staff")
def staff(
    name: GivenFramework,
    target: str,
    *,
    confidence: str | float = 0.9,
    scenario: GivenScenario = AS_PUBLISHED,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> StaffAnswer:
    """The change of case holders' assessment time that meets a target, with the stated confidence.

    A confidence of 90% means that nine in ten simulated years meet the target. Unlimited staff comes first:
    if it would not meet the target, no staff will. Otherwise the change is found by bisection on the
    same simulated years, to a hundredth of the present time, and given over the range of the share of
    that time which the caseload fills. Raises TargetError for a target that can't be read, SimkitError for
    other input that can't be used.

    Example::

        simkit.staff("hackney", "over 45 days <= 10%", seed=1)
    """
    share = confidence_of(confidence)
    count = LEAST if replications is None else replications
    if count < 10:
        raise SimkitError(
            f"{count} replications are too few to tell how often a target is kept: the least is 10."
        )
    base = experiment(name, scenario, year=year)
    goal = target_of(target, base.framework)
    counting = Convention.of(convention, (base.framework,))
    setting = replace(base.setting.without_response, framework=goal.on(base.framework))
    with open_runner(engine, tasks_of(setting, 12 * count), workers) as runner:
        years = _SimulatedYears(runner, goal, setting, seed, count, counting, progress)
        return _answer(base, goal, share, years)


@dataclass(eq=False)
class _SimulatedYears:
    """Simulated years at each size of staff, run once for each size and kept: the same years at all of
    them.
    """

    runner: Runner
    target: Target
    setting: Setting
    seed: int
    count: int
    convention: Convention
    progress: Progress | None = None
    known: dict[float, Floats] = field(default_factory=dict)
    done: int = 0
    expected: int = 12

    def at(self, factor: float) -> Floats:
        """What the target is about in each year with ``factor`` times the assessment time of now."""
        if factor not in self.known:
            self.known[factor] = self.of(self.setting.with_case_holders(factor), self.count)
        return self.known[factor]

    def of(self, setting: Setting, count: int) -> Floats:
        """The same for another setting, in the first ``count`` years."""
        jobs = (Job(setting, self.seed, number, self.convention) for number in range(count))
        runs = self.runner.values((self.target.measure,), jobs)
        values = np.array([self.target.value(each) for each in runs])
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, max(self.expected, self.done + 1))
        return values


def _answer(base: Experiment, goal: Target, share: float, years: _SimulatedYears) -> StaffAnswer:
    now, floor = years.at(1.0), years.at(UNLIMITED)
    if np.isnan(now).all():
        raise SimkitError(f"The target can't be tried: no simulated year has any case for '{goal.title}'.")
    reachable = goal.is_met(goal.worst(floor, share))
    if reachable:
        factors = search(lambda factor: goal.is_met(goal.worst(years.at(factor), share)))
        levers: tuple[Lever, ...] = ()
    else:
        factors = None
        unlimited = years.setting.with_case_holders(UNLIMITED)
        years.expected += 40
        levers = levers_of(goal, share, unlimited, load(base.name), years.of, floor)
    for factor in _GRID:
        years.at(factor)
    needs = () if factors is None else tuple(_needs(base, goal, share, years, factors))

    def title(values: Floats, name: str) -> Estimate:
        return estimate(name, goal.title, goal.unit, goal.of, values)

    return StaffAnswer(
        experiment=base,
        target=goal,
        confidence=share,
        now=title(now, "now"),
        now_kept=_kept(goal, now),
        floor=title(floor, "floor"),
        floor_kept=_kept(goal, floor),
        reachable=reachable,
        needs=needs,
        curve=_curve(goal, years.known),
        levers=levers,
        replications=years.count,
        seed=years.seed,
        engine=years.runner.engine.name,
        convention=years.convention,
    )


def search(enough: Callable[[float], bool]) -> tuple[float, float]:
    """Between which two factors of staff the target begins to be kept, no further apart than a hundredth.

    ``enough`` says whether a factor keeps it, and does at ``UNLIMITED``. Where even the least that is tried
    does, both are that.
    """
    if enough(1.0):
        if enough(_LEAST):
            return _LEAST, _LEAST
        low, high = _LEAST, 1.0
    else:
        low, high = 1.0, UNLIMITED
        for factor in _BRACKETS:
            if enough(factor):
                high = factor
                break
            low = factor
    while high / low > 1 + _EXACT:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if enough(middle) else (middle, high)
    return low, high


def _needs(
    base: Experiment, goal: Target, share: float, years: _SimulatedYears, factors: tuple[float, float]
) -> Iterable[Need]:
    """The need at the assumed share of time filled, then at the low and high ends of its range.

    What has to be there is the same whatever share the caseload fills now; what there is now differs. So the
    years are run once, and only what is called a change is worked out for each share.
    """
    number = base.framework.numbers[_SHARE]
    low, high, less, more = _interval(goal, share, years.known, years.seed)
    for filled in (number.value, number.low, number.high):
        factor_now = _case_holders_by_share(base, filled)
        yield Need(
            filled=filled,
            change=100 * (factors[1] / factor_now - 1),
            low=100 * (low / factor_now - 1),
            high=100 * (high / factor_now - 1),
            now=float(np.nanmean(years.at(factor_now))),
            at_most=factors[0] == factors[1],
            low_or_less=less,
            high_or_more=more,
        )


def _case_holders_by_share(base: Experiment, filled: float) -> float:
    """The case holders there are now if the caseload fills this share of their time, for each assumed."""
    if filled == base.framework.number(_SHARE):
        return 1.0
    other = base.framework.with_numbers({_SHARE: filled})
    before, after = (staffing(each, base.profile).fte[CASE_HOLDER] for each in (base.framework, other))
    return after / before


def _interval(
    goal: Target, share: float, values: Mapping[float, Floats], seed: int
) -> tuple[float, float, bool, bool]:
    """95% interval of the factor that keeps the target: 2.5% to 97.5% of those found on years drawn anew.

    Between the factors that were run, the target's measure is interpolated linearly. The last two tell
    whether the interval goes on below the least factor that was run, and above the most.
    """
    factors = np.array(sorted(values))
    table = np.array([values[factor] for factor in factors])
    count = table.shape[1]
    resamples = np.random.default_rng(seed).integers(0, count, size=(_DRAWS, count))
    quantile = share if goal.at_most else 1 - share
    crossings = []
    for rows in resamples:
        with np.errstate(all="ignore"):
            worst = np.nanquantile(table[:, rows], quantile, axis=1)
        crossings.append(_crossing(factors, (worst - goal.amount) * (1 if goal.at_most else -1)))
    within = np.clip(crossings, factors[0], factors[-1])
    least, most = np.quantile(within, [0.025, 0.975])
    less, more = np.mean(np.isneginf(crossings)) >= 0.025, np.mean(np.isposinf(crossings)) >= 0.025
    return float(least), float(most), bool(less), bool(more)


def _crossing(factors: Floats, excess: Floats) -> float:
    """The least factor from which on nothing is in excess; -infinity if all keep it, infinity if none."""
    over = np.flatnonzero(~(excess <= 0))
    if len(over) == 0:
        return -math.inf
    last = int(over[-1])
    if last + 1 == len(factors):
        return math.inf
    part = excess[last] / (excess[last] - excess[last + 1])
    return float(factors[last] + part * (factors[last + 1] - factors[last]))


def _kept(goal: Target, values: Floats) -> float:
    outcomes = [goal.is_met(value) for value in values if not np.isnan(value)]
    return 100 * float(np.mean(outcomes)) if outcomes else float("nan")


def _curve(goal: Target, values: Mapping[float, Floats]) -> Curve:
    factors = sorted(factor for factor in values if factor <= _BRACKETS[-2])
    means = [estimate("", "", goal.unit, "", values[factor]) for factor in factors]
    return Curve(
        change=tuple(100 * (factor - 1) for factor in factors),
        value=tuple(each.value for each in means),
        low=tuple(each.low for each in means),
        high=tuple(each.high for each in means),
        kept=tuple(_kept(goal, values[factor]) for factor in factors),
    )


Staffed = StaffAnswer
"""The earlier name of ``StaffAnswer``, kept for one release."""
