"""Sensitivity analysis: each assumption over its range alone, and Morris's screening of all together.

One at a time: every number marked as an assumption at both ends of its range, everything else as it is,
on the same simulated years. Morris's screening moves them together, and measures the effect of each from many
starting points (Morris 1991; Campolongo, Cariboni and Saltelli 2007, whose mean of absolute effects
it gives). How long is simulated, which assumes nothing about the service, is varied alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.earlier_names import earlier_name
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.shell import command_line
from simkit.framework.check import GivenFramework
from simkit.framework.framework import Framework, Number
from simkit.model.inputs.calibration import Calibration
from simkit.model.inputs.own_rates import with_rates
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.review_points import is_scheduled
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario
from simkit.model.inputs.staffing import CASE_HOLDER, staffing
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import Definition
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import SMALL, PairedDifference, paired_difference
from simkit.study.compare.unknowns import UNKNOWNS
from simkit.study.estimate import LEAST_YEARS, Estimate, definitions_of, estimate_of
from simkit.study.experiment import experiment
from simkit.study.result import HEADLINE, Experiment
from simkit.study.runner import Job, open_runner, tasks_of
from simkit.study.scenario_setting import setting_under

REPLICATIONS = 8  # of each end of each range
# Random variation falls with the square root of the number referred. From about 15,500 children a year,
# Student's intervals for a hundred differences together are as narrow with 5 years as with 8 in an authority
# of median size, which has 3,361.
_REPLICATIONS_OF_MANY, _MANY = 5, 15_500
TRAJECTORIES = 8  # of Morris's screening; each has one run more than there are assumptions
_LEVELS = 4
_FEWEST = 3
_SIMULATED_TIME = "run."  # begins the names of the lengths of the simulation
_REVIEW_EFFORT = "steps.review.effort.typical"
_NOT_SCREENED = (float("nan"),) * 3


@dataclass(frozen=True, slots=True)
class Influence:
    """What an assumption does to the answer.

    ``at_low`` and ``at_high``: the paired difference from the answer with the assumption at that end of its
    range. ``screened``: Morris's mean of absolute effects over the whole range, with ``screened_within`` as
    half of its 95% interval, in the measure's unit, and ``spread`` the standard deviation of the effects:
    large where what it does depends on the other assumptions. NaN where it is not screened. ``tried``: the
    differences that were looked at together, two for each assumption.
    """

    number: Number
    at_low: PairedDifference
    at_high: PairedDifference
    screened: float
    screened_within: float
    spread: float
    tried: int

    @property
    def swing(self) -> float:
        """The most that the answer moves over the range."""
        ends = (0.0, self.at_low.value, self.at_high.value)
        return max(ends) - min(ends)

    @property
    def matters(self) -> bool:
        """Whether an end of the range surely moves the answer, by half a point or half a day or more.

        Surely: beyond what chance makes of the largest of all the differences tried. Fewer than
        ``LEAST_YEARS`` simulated years are too few to say so.
        """
        return any(
            each.replications >= LEAST_YEARS and each.clear_among(self.tried) and abs(each.value) >= SMALL
            for each in (self.at_low, self.at_high)
        )


@dataclass(frozen=True, eq=False)
class Sensitivity(Answer):
    """The answer and every assumption behind it, the most important first.

    ``left_out``: assumptions without a range, or without an effect here. ``trajectories``: of Morris's
    screening, 0 without it.
    """

    experiment: Experiment
    measure: Definition
    base: Estimate
    influences: tuple[Influence, ...]
    left_out: tuple[Number, ...]
    replications: int
    trajectories: int
    seed: int
    engine: str
    convention: Convention

    hangs_on = earlier_name("decisive")

    @property
    def decisive(self) -> tuple[Influence, ...]:
        """The assumptions that surely move the answer."""
        return tuple(each for each in self.influences if each.matters)

    @property
    def command(self) -> str:
        """The command that repeats it."""
        words = ["simkit", "sensitivity", self.experiment.name, "--measure", self.measure.name]
        words += ["--scenario", self.experiment.scenario_name, "--year", str(self.experiment.profile.year)]
        words += self.experiment.command_options
        words += ["--replications", str(self.replications), "--trajectories", str(self.trajectories)]
        words += ["--seed", str(self.seed), "--engine", self.engine, "--convention", self.convention.value]
        return command_line(*words)

    def __repr__(self) -> str:
        names = ", ".join(each.number.path for each in self.decisive[:5]) or "none of the assumptions"
        return f"Sensitivity({self.base}: depends on {names})"


@checked_arguments
@with_progress("Simulating years under other assumptions")
def sensitivity(
    name: GivenFramework,
    scenario: GivenScenario = AS_PUBLISHED,
    *,
    measure: str = HEADLINE,
    replications: int | None = None,
    trajectories: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Vary every number marked as an assumption over its range and see what it does to a measure.

    Staff are worked out again for each value, as they would be under that assumption. Practice stays as it
    was fitted: under other assumptions the fit would differ. ``caseload`` and ``calibration`` as in ``run``:
    numbers from own data are not varied. ``replications``: years simulated at each end of each range, 8 by
    default, and 5 if 15,500 children a year or more are referred, which is as precise.
    ``trajectories`` 0 leaves out Morris's screening. Raises SimkitError for an unknown measure, and if SALib
    is missing.

    Example::

        simkit.sensitivity("hackney", replications=10, seed=1)
    """
    paths = TRAJECTORIES if trajectories is None else trajectories
    if replications is not None and replications < _FEWEST:
        raise SimkitError(
            f"{replications} replications are too few for an interval: give at least {_FEWEST}."
        )
    if paths and find_spec("SALib") is None:
        raise SimkitError(
            "Morris's screening needs one more package: install SALib (the extra `study`), or leave the "
            "screening out with `--trajectories 0`."
        )
    if paths == 1:
        raise SimkitError("One trajectory has no spread: give 2 or more, or 0 to leave the screening out.")
    base = experiment(name, scenario, year=year, caseload=caseload, calibration=calibration)
    count = replications or _replications_for(base.profile)
    definition = _definition(base.framework, measure)
    numbers, left_out = split_assumptions(base)
    ends = [{number.path: end} for number in numbers for end in (number.low, number.high)]
    together = [number for number in numbers if not number.path.startswith(_SIMULATED_TIME)]
    design = _design(together, paths, seed)
    counting = Convention.of(convention, (base.framework,))
    steps = len(together) + 1
    screened = (dict(zip(_paths(together), row, strict=True)) for row in design)
    expected = (len(ends) + 1) * count + len(design)
    jobs = chain(
        (
            Job(setting, seed, number, counting)
            for setting in (with_assumptions(base, values) for values in ({}, *ends))
            for number in range(count)
        ),
        # a trajectory's runs are one simulated year, so that only what was changed differs
        (
            Job(with_assumptions(base, values), seed, row // steps, counting)
            for row, values in enumerate(screened)
        ),
    )
    with open_runner(engine, tasks_of(base.setting, expected), workers) as runner:
        runs = runner.values((definition.name,), jobs, expected, progress)
        values = np.array([each[definition.name] for each in runs])
        engine_name = runner.engine.name
    alone = (len(ends) + 1) * count
    table = values[:alone].reshape(-1, count)
    effects = _morris(together, design, values[alone:], seed)
    influences = [
        Influence(
            number,
            paired_difference(definition, table[0], table[2 * n + 1]),
            paired_difference(definition, table[0], table[2 * n + 2]),
            *effects.get(number.path, _NOT_SCREENED),
            tried=len(ends),
        )
        for n, number in enumerate(numbers)
    ]
    return Sensitivity(
        experiment=base,
        measure=definition,
        base=estimate_of(definition, table[0]),
        influences=tuple(sorted(influences, key=lambda each: (not each.matters, -each.swing))),
        left_out=left_out,
        replications=count,
        trajectories=paths,
        seed=seed,
        engine=engine_name,
        convention=counting,
    )


def split_assumptions(experiment: Experiment) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """The assumptions that are varied, and those that are left out.

    Left out are those without a range, and those with no effect here (``acts_only_where``). The high end of
    an effort or wait has no range of its own: it moves with what is typical.
    """
    varied: list[Number] = []
    left_out: list[Number] = []
    for number in experiment.framework.assumed():
        acts = number.low < number.high and not acts_only_where(number, experiment)
        (varied if acts else left_out).append(number)
    return tuple(varied), tuple(left_out)


def acts_only_where(number: Number, experiment: Experiment) -> str:
    """What an assumption needs to have an effect and does not find here, in words; empty where it acts."""
    framework = experiment.framework
    group, name = number.path.split(".")[:2]
    if group == "response":
        return "" if experiment.scenario.changes_pressure else "a scenario changes caseload or staff"
    if group == "steps" and framework.steps[name].only_if == "first_stage":
        return "" if framework.two_stages else "assessments have two stages"
    if number.path == _REVIEW_EFFORT:
        reviews = (*framework.reviews.values(), *experiment.reviewed.values())
        return "" if any(map(is_scheduled, reviews)) else "the framework says when a case is reviewed"
    if number.path == "staff.other_cases":
        limited = "caseload_limit" in framework.roles.get(CASE_HOLDER, {})
        return "" if limited else "the framework limits how many cases a worker has"
    unknown = next((each for each in UNKNOWNS if each.path == number.path), None)
    return "" if unknown is None or unknown.affects(framework) else unknown.where


def with_assumptions(experiment: Experiment, values: Mapping[str, float]) -> Setting:
    """What an experiment simulates under other assumptions: staff, time and response are worked out anew.

    An effort or a wait keeps its shape: its high end moves in proportion to what is typical. What the
    scenario does to caseload and staff follows from the new numbers.
    """
    setting = experiment.setting
    if not values:
        return setting
    before = setting.framework
    more = dict(values)
    for path, value in values.items():
        high = path.removesuffix(".typical") + ".high"
        if path.endswith(".typical") and high in before.numbers:
            more[high] = before.number(high) * value / before.number(path)
    framework = before.with_numbers(more)
    base = setting.without_change
    profile = with_rates(base.profile, before, framework)
    staff_before = staffing(replace(before, reviews=experiment.reviewed), base.profile)
    staff_after = staffing(replace(framework, reviews=experiment.reviewed), profile)
    staff = replace(
        base.staffing,
        fte={
            role: fte * staff_after.fte[role] / staff_before.fte[role]
            for role, fte in base.staffing.fte.items()
        },
        turnover=profile.turnover_rate,
        sickness=profile.absence_rate,
        agency_cover=profile.agency_cover_rate,
    )
    practices = tuple({p: v for p, v in draw.items() if p not in more} for draw in setting.practices)
    return setting_under(experiment.scenario, framework, profile, staff, practices, setting.open_cases)


def _replications_for(profile: Profile) -> int:
    return _REPLICATIONS_OF_MANY if profile.referrals >= _MANY else REPLICATIONS


def _definition(framework: Framework, measure: str) -> Definition:
    defined = definitions_of(framework)
    if measure not in defined:
        from difflib import get_close_matches

        suggestions = get_close_matches(measure, defined, n=3, cutoff=0.5)
        hint = (
            f" Did you mean {' or '.join(suggestions)}?"
            if suggestions
            else " They are in the measures.csv of a run."
        )
        raise SimkitError(f"No measure is called {measure!r}.{hint}")
    return defined[measure]


def _paths(numbers: Sequence[Number]) -> list[str]:
    return [number.path for number in numbers]


def _problem(numbers: Sequence[Number]) -> dict[str, object]:
    """The assumptions in the words of SALib."""
    bounds = [[number.low, number.high] for number in numbers]
    return {"num_vars": len(numbers), "names": _paths(numbers), "bounds": bounds}


def _design(numbers: Sequence[Number], trajectories: int, seed: int) -> Floats:
    """The values of all assumptions in each run of the screening, a row a run."""
    if not trajectories:
        return np.empty((0, len(numbers)))
    from SALib.sample import morris

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own making
        design = morris.sample(_problem(numbers), trajectories, num_levels=_LEVELS, seed=seed)
    return np.asarray(design, dtype=np.float64)


def _morris(
    numbers: Sequence[Number], design: Floats, values: Floats, seed: int
) -> dict[str, tuple[float, float, float]]:
    """By assumption: mean of absolute effects, half of its interval, and the spread of effects."""
    if not len(design):
        return {}
    from SALib.analyze import morris

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        analysis = morris.analyze(_problem(numbers), design, values, num_levels=_LEVELS, seed=seed)
    columns = (map(float, analysis[key]) for key in ("mu_star", "mu_star_conf", "sigma"))
    return dict(zip(_paths(numbers), zip(*columns, strict=True), strict=True))
