"""Queueing delays: counted in simulated years by planned day, and applied to closed-form durations.

A planned day is when an assessment would end with everybody free. Queues, part-time weeks and waits for
others delay it, by more or less as the planned day is early or late and the assessment brief or not. So
the distribution of simulated durations is the closed form of planned days, moved by these delays. Counting
delays by planned day takes most of the noise of a simulated year away: its draws of planned days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.steps import Steps, finished
from simkit.common.whole_numbers import sums_of
from simkit.framework.framework import ROUTES
from simkit.model.engine_choice import Engine
from simkit.model.inputs.horizon import horizon
from simkit.model.measures.day_counts import end_day
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import Workload
from simkit.study.calibrate.observed import CONFERENCE_EDGES, DAYS

CONFERENCE_DAYS = CONFERENCE_EDGES[-1]
_LONGEST = 300  # delays and durations counted one by one, in working days

# First planned days of the groups within which delays are taken to be alike. Work is raised as the limit
# comes near, so that delays fall from day to day before it.
_GROUPS = (0, 1, 2, 4, 6, 8, 11, 14, 17, 20, 23, 26, *range(28, 50), 53, 57, DAYS - 1, DAYS)
_CONFERENCE_GROUPS = (0, 4, 8, 11, 13, 14, 15, 16, 18, CONFERENCE_DAYS)
_LENT = 20.0  # children's worth of the groups beside it that a group is filled up with


@dataclass(frozen=True, eq=False)
class Delays:
    """Children counted by planned day (row) and working days of delay (column), and by working days taken.

    ``other`` and ``brief``: assessments authorised in simulated years; ``conference``: conferences held in
    them; ``days`` and ``conference_days``: all of these by what they took, whatever was planned.
    """

    other: Floats
    brief: Floats
    conference: Floats
    days: Floats
    conference_days: Floats

    def __add__(self, more: Delays) -> Delays:
        return Delays(**{f.name: getattr(self, f.name) + getattr(more, f.name) for f in fields(self)})

    @cached_property
    def other_moves(self) -> Floats:
        """Chance of each day taken (column) for each planned day (row) of assessments that are not brief."""
        return _moves(self.other, _GROUPS)

    @cached_property
    def brief_moves(self) -> Floats:
        """The same of brief assessments."""
        return _moves(self.brief, _GROUPS)

    @cached_property
    def conference_moves(self) -> Floats:
        """The same of conferences."""
        return _moves(self.conference, _CONFERENCE_GROUPS)


def without_run_out(setting: Setting) -> Setting:
    """The setting without the run-out after its year, which is not needed for what ends within it."""
    framework = setting.framework.with_numbers({"run.run_out": 0.0})
    year = setting.horizon
    return replace(setting, framework=framework, horizon=horizon(framework, year.start, year.end))


def count_delays(setting: Setting, engine: Engine, seed: int, replications: Iterable[int]) -> Delays:
    """The summed delays of some simulated years of a setting ``without_run_out``."""
    return finished(count_delays_in_steps(setting, engine, seed, replications))


def count_delays_in_steps(
    setting: Setting, engine: Engine, seed: int, replications: Iterable[int]
) -> Steps[Delays]:
    """``count_delays``, a simulated year a step."""
    total: Delays | None = None
    for replication in replications:
        year = delays_of_year(setting, engine, seed, replication)
        total = year if total is None else total + year
        yield
    assert total is not None
    return total


def delays_of_year(setting: Setting, engine: Engine, seed: int, replication: int) -> Delays:
    """The delays of one simulated year."""
    workload = sample(setting.for_replication(replication), seed, replication, engine.drawing)
    outcome = engine.run(workload)
    cases, day = workload.cases, workload.calendar.day_minutes
    start, end = workload.window

    def spans(since: str, until: str) -> tuple[Ints, NDArray[np.bool_]]:
        first = event_minutes(workload, outcome, since)
        last = event_minutes(workload, outcome, until)
        in_window = (last >= start) & (last < end) & (first != MISSING)
        return end_day(first, last, day) - first // day, in_window

    children = cases.children.astype(np.float64)
    days_taken, completed = spans("assessment_started", "authorised")
    brief = cases.route == ROUTES.index("brief")
    planned = cases.planned_day
    plain = completed & (cases.kind != STOCK)  # of the stock only what is left was planned
    conference_days, conferences = spans("strategy_discussion", "conference")
    conference_plans = _conference_plans(workload)
    return Delays(
        other=_counts(planned, days_taken - planned, children, plain & ~brief, DAYS),
        brief=_counts(planned, days_taken - planned, children, plain & brief, DAYS),
        conference=_counts(
            conference_plans, conference_days - conference_plans, children, conferences, CONFERENCE_DAYS
        ),
        days=_bins(days_taken[completed], children[completed]),
        conference_days=_bins(conference_days[conferences], children[conferences]),
    )


def _conference_plans(workload: Workload) -> Ints:
    """Day after the strategy discussion for which each case's conference is planned, -1 without one.

    The task is held until its line of work, which takes less than a day, would end at midday of the plan.
    """
    tasks, day = workload.tasks, workload.calendar.day_minutes
    rows = np.flatnonzero(np.isin(tasks.step, workload.marks.get("conference", ())) & (tasks.hold >= 0))
    plans = np.full(len(workload.cases), -1, dtype=np.int64)
    plans[tasks.case[rows]] = -(-(tasks.hold[rows] - day // 2) // day)
    return plans


def _counts(planned: Ints, delay: Ints, children: Floats, rows: NDArray[np.bool_], days: int) -> Floats:
    row = np.minimum(np.maximum(planned[rows], 0), days - 1)
    column = np.minimum(np.maximum(delay[rows], 0), days - 1)
    counts = sums_of(row * days + column, children[rows], days * days)
    return np.asarray(counts.reshape(days, days))


def _bins(days: Ints, children: Floats) -> Floats:
    return np.asarray(sums_of(np.minimum(days, _LONGEST), children, _LONGEST + 1))


def _moves(counts: Floats, groups: Sequence[int]) -> Floats:
    """Chances of days taken by planned day, from delays counted in groups of planned days."""
    days = len(counts)
    by_group = np.array([counts[a:b].sum(axis=0) for a, b in pairwise(groups)])
    chances = np.array([_chances(by_group, group) for group in range(len(by_group))])
    moves = np.zeros((days, days))
    for group, (first, last) in enumerate(pairwise(groups)):
        for planned in range(first, last):
            remaining = days - 1 - planned
            moves[planned, planned : days - 1] = chances[group, :remaining]
            moves[planned, days - 1] = chances[group, remaining:].sum()
    return moves


def _chances(by_group: Floats, group: int) -> Floats:
    """Chances of each delay in a group, smoothed with neighbouring groups; no delay where all are empty."""
    for reach in range(1, len(by_group) + 1):
        neighbours = by_group[max(0, group - reach) : group + reach + 1].sum(axis=0)
        if neighbours.sum() > 0:
            filled = by_group[group] + _LENT * neighbours / neighbours.sum()
            return np.asarray(filled / filled.sum())
    at_once = np.zeros(by_group.shape[1])
    at_once[0] = 1.0
    return at_once
