"""Effort under pressure: how much case holders' work was shortened, and case holders in post."""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Floats, Ints
from simkit.model.measures.route_sums import totals
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.effort_table import shortened
from simkit.model.workload.workload import OWN_WORKER, Workload


def _started(workload: Workload, outcome: Outcome) -> Ints:
    """Case holders' tasks with effort, started in the measured year."""
    start, end = workload.window
    own = (workload.tasks.pool == OWN_WORKER) & (workload.tasks.effort > 0)
    return np.flatnonzero(own & (outcome.start != MISSING) & (outcome.start >= start) & (outcome.start < end))


def effort_used(workload: Workload, outcome: Outcome) -> Floats:
    """Minutes of case holders' tasks in per cent of the drawn effort, for all and by route."""
    rows = _started(workload, outcome)
    route = workload.cases.route[workload.tasks.case[rows]]
    drawn = totals(route, workload.tasks.effort[rows].astype(np.float64))
    used = totals(route, outcome.effort[rows].astype(np.float64))
    return np.asarray(100 * np.divide(used, drawn, out=np.full(len(drawn), np.nan), where=drawn > 0))


def at_the_bound(workload: Workload, outcome: Outcome) -> float:
    """The share of case holders' tasks shortened as far as possible, in per cent."""
    rows = _started(workload, outcome)
    table = workload.effort_table
    if not len(rows):
        return float("nan")
    if table is None or table.factors[-1] == table.factors[0]:
        return 0.0
    least = int(table.factors[-1])
    shortest = np.array([shortened(each, least) for each in workload.tasks.effort[rows].tolist()])
    at_bound = (outcome.effort[rows] == shortest) & (shortest < workload.tasks.effort[rows])
    return 100 * float(at_bound.mean())


def case_holders_in_post(workload: Workload) -> float:
    """Full-time equivalents of case holders in post, mean over the measured year."""
    workers = workload.workers
    own = workers.pool == OWN_WORKER
    start, end = workload.window
    in_post = np.clip(workers.leaves[own], start, end) - np.clip(workers.starts[own], start, end)
    return float((in_post * workers.fte[own]).sum()) / 100 / max(end - start, 1)
