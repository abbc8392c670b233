"""The work of the measured year, how much pressure shortened it, and case holders in post."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Floats, Ints
from simkit.model.measures.route_sums import RouteSums, ratio
from simkit.model.measures.time_breakdown import minutes_worked
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.effort_table import WHOLE, shortened
from simkit.model.workload.workload import OWN_WORKER, Workload


@dataclass(frozen=True, eq=False)
class EffortUsed:
    """Of case holders' tasks with effort, started in the measured year: minutes ``drawn`` and ``used``, for
    all and by route; the ``tasks``, and those that were shortened as far as possible, ``at_bound``.
    """

    drawn: Floats
    used: Floats
    tasks: int
    at_bound: int

    @property
    def used_pct(self) -> Floats:
        """Minutes in per cent of the drawn ones."""
        return 100 * ratio(self.used, self.drawn)

    @property
    def at_bound_pct(self) -> float:
        """The share of the tasks shortened as far as possible, in per cent."""
        return 100 * (self.at_bound / self.tasks) if self.tasks else float("nan")


@dataclass(frozen=True, eq=False)
class WorkDone:
    """The work of the measured year: the ``minutes`` of each worker, and the ``effort`` that tasks took."""

    minutes: Ints
    effort: EffortUsed


def work_done(workload: Workload, outcome: Outcome) -> WorkDone:
    """The work of the measured year."""
    minutes = minutes_worked(workload, outcome, *workload.window)
    return WorkDone(minutes, effort_used(workload, outcome))


def effort_used(workload: Workload, outcome: Outcome) -> EffortUsed:
    """The effort of the measured year, under pressure."""
    start, end = workload.window
    own = (workload.tasks.pool == OWN_WORKER) & (workload.tasks.effort > 0)
    begun = (outcome.start != MISSING) & (outcome.start >= start) & (outcome.start < end)
    rows = np.flatnonzero(own & begun)
    route = workload.cases.route[workload.tasks.case[rows]]
    drawn, used = workload.tasks.effort[rows], outcome.effort[rows]
    least = least_factor(workload)
    at_bound = 0
    if least < WHOLE:
        shortest = np.array([shortened(each, least) for each in drawn.tolist()], dtype=np.int64)
        at_bound = int(((used == shortest) & (shortest < drawn)).sum())
    sums = RouteSums()
    totals = [sums.totals(route, minutes.astype(np.float64)) for minutes in (drawn, used)]
    return EffortUsed(totals[0], totals[1], len(rows), at_bound)


def least_factor(workload: Workload) -> int:
    """The least factor of effort, in thousandths; that of unshortened work where nothing shortens any."""
    table = workload.effort_table
    return WHOLE if table is None or table.factors[-1] == table.factors[0] else int(table.factors[-1])


def case_holders_in_post(workload: Workload) -> float:
    """Full-time equivalents of case holders in post, mean over the measured year."""
    workers = workload.workers
    own = workers.pool == OWN_WORKER
    start, end = workload.window
    in_post = np.clip(workers.leaves[own], start, end) - np.clip(workers.starts[own], start, end)
    return float((in_post * workers.fte[own]).sum()) / 100 / max(end - start, 1)
