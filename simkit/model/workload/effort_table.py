"""How much shorter work gets under pressure: a table of whole per-mille factors that a workload carries.

The load of a week is the children in assessment with case holders or waiting for one, for the case holders'
time there is. Where it lay above the usual load of the same week, work that a case holder begins in the week
after is shorter. The usual load is that of the same replication without the change, so that with no change
every factor is exactly 1, and seasons and leave cancel. Both engines do the same arithmetic in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.inputs.response import Response
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, EffortTable, Workload

__all__ = ["WHOLE", "factor_at", "shortened", "weekly_load", "with_response"]

Ints = NDArray[np.int64]

WHOLE = 1000
"""The factor of work that is not shortened, in thousandths."""

_WEEK_DAYS = 5


def factor_at(load: int, usual: int, factors: Sequence[int]) -> int:
    """The factor in thousandths, for child minutes of a week and the usual ones. Both engines use it."""
    if load <= usual:
        return factors[0]
    return factors[min((load - usual) * WHOLE // max(usual, 1), len(factors) - 1)]


def shortened(effort: int, factor: int) -> int:
    """Minutes of work under a factor, at least one where there is any. Both engines use it."""
    if effort == 0:
        return 0
    return max(1, (effort * factor + WHOLE // 2) // WHOLE)


def with_response(workload: Workload, usual: Workload, happened: Outcome, response: Response) -> Workload:
    """The workload with its effort table. ``usual`` is the same replication without the change, and
    ``happened`` its outcome.
    """
    week = _WEEK_DAYS * workload.calendar.day_minutes
    weeks = -(-workload.final_minute // week) + 1
    now, then = (_minutes_by_week(each, weeks) for each in (workload, usual))
    load = weekly_load(usual, happened, week, weeks)
    there = np.where(then > 0, load * now // np.maximum(then, 1), load)
    section_47 = workload.cases.route == ROUTES.index("section_47")
    table = EffortTable(
        factors=_factors(response),
        usual=there,
        week=week,
        spared=section_47 & (not response.section_47_too),
    )
    return replace(workload, effort_table=table)


def weekly_load(workload: Workload, outcome: Outcome, week: int, weeks: int) -> Ints:
    """Child minutes in each week of a run: children from the first wait for a case holder to the end of the
    case. Weeks that the run did not finish count as the last one that it did.
    """
    tasks, cases = workload.tasks, workload.cases
    ends = np.zeros(len(cases), dtype=np.int64)
    rows = np.flatnonzero(~tasks.review)
    end = np.where(outcome.end[rows] == MISSING, weeks * week, outcome.end[rows])
    np.maximum.at(ends, tasks.case[rows], end)
    waits = np.flatnonzero((tasks.pool == ALLOCATION) & (outcome.ready != MISSING))
    case = tasks.case[waits]
    edges = np.arange(weeks + 1) * week
    came = _reached(edges, outcome.ready[waits], cases.children[case])
    load = np.diff(came - _reached(edges, ends[case], cases.children[case]))
    whole = outcome.stopped // week
    if 0 < whole < weeks:
        load[whole:] = load[whole - 1]
    return load


def _reached(edges: Ints, minutes: Ints, children: Ints) -> Ints:
    """Child minutes since each of the ``minutes``, summed up to each edge."""
    order = np.argsort(minutes, kind="stable")
    minutes, children = minutes[order], children[order]
    before = np.searchsorted(minutes, edges, side="right")
    count = np.concatenate([[0], np.cumsum(children)])[before]
    moment = np.concatenate([[0], np.cumsum(children * minutes)])[before]
    return np.asarray(count * edges - moment, dtype=np.int64)


def _minutes_by_week(workload: Workload, weeks: int) -> Ints:
    """Minutes that case holders have for this work in each week."""
    staff = workload.workers
    mine = staff.pool == OWN_WORKER
    by_day = (staff.shuts[mine] - staff.opens[mine]).sum(axis=0)[: weeks * _WEEK_DAYS]
    padded = np.pad(by_day, (0, weeks * _WEEK_DAYS - len(by_day)))
    return np.asarray(padded.reshape(weeks, _WEEK_DAYS).sum(axis=1), dtype=np.int64)


def _factors(response: Response) -> Ints:
    """The factor for each thousandth of load above the usual, down to the shortest."""
    least = round(WHOLE * (1 - response.most))
    if response.throughput <= 0:
        return np.array([WHOLE], dtype=np.int64)
    most = int(np.ceil(WHOLE * ((1 - response.most) ** (-1 / response.throughput) - 1))) + 1
    above = np.arange(most + 1) / WHOLE
    factors = np.rint(WHOLE * (1 + above) ** -response.throughput).astype(np.int64)
    return np.maximum(factors, least)
