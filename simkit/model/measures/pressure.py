"""What assessments cost in work: how much of case holders' work pressure took away, and who does it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simkit.model.measures.route_sums import totals
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.effort_table import shortened
from simkit.model.workload.workload import OWN_WORKER, Workload

__all__ = ["at_the_bound", "case_holders_in_post", "effort_used"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _begun(workload: Workload, outcome: Outcome) -> Ints:
    """Case holders' tasks that were begun in the measured year and are work at all."""
    start, end = workload.window
    mine = (workload.tasks.pool == OWN_WORKER) & (workload.tasks.effort > 0)
    return np.flatnonzero(
        mine & (outcome.start != MISSING) & (outcome.start >= start) & (outcome.start < end)
    )


def effort_used(workload: Workload, outcome: Outcome) -> Floats:
    """Minutes of case holders' tasks in per cent of what these would have been, for all and by route."""
    rows = _begun(workload, outcome)
    route = workload.cases.route[workload.tasks.case[rows]]
    drawn = totals(route, workload.tasks.effort[rows].astype(np.float64))
    used = totals(route, outcome.effort[rows].astype(np.float64))
    return np.asarray(100 * np.divide(used, drawn, out=np.full(len(drawn), np.nan), where=drawn > 0))


def at_the_bound(workload: Workload, outcome: Outcome) -> float:
    """The share of case holders' tasks that were as short as they can get, in per cent."""
    rows = _begun(workload, outcome)
    table = workload.effort_table
    if not len(rows):
        return float("nan")
    if table is None or table.factors[-1] == table.factors[0]:
        return 0.0
    least = int(table.factors[-1])
    shortest = np.array([shortened(each, least) for each in workload.tasks.effort[rows].tolist()])
    here = (outcome.effort[rows] == shortest) & (shortest < workload.tasks.effort[rows])
    return 100 * float(here.mean())


def case_holders_in_post(workload: Workload) -> float:
    """Full-time case holders in post, in the mean over the days of the measured year."""
    staff = workload.workers
    mine = staff.pool == OWN_WORKER
    start, end = workload.window
    there = np.clip(staff.leaves[mine], start, end) - np.clip(staff.starts[mine], start, end)
    return float((there * staff.fte[mine]).sum()) / 100 / max(end - start, 1)
