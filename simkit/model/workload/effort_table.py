"""The effort table of a workload: per-mille factors by which pressure shortens case holders' work.

The load of a week is the children in assessment or waiting for allocation, per minute of case holders' time.
If that of recent weeks exceeds the usual one, tasks that case holders start in the next week are shorter. The
usual load is that of the same replication without the change, so without a change every factor is exactly 1,
and seasons and leave cancel. Recent weeks are taken together because single weeks above the usual load by
chance would shorten work, and those below it would not lengthen it. Both engines use the same integer
arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate

import numpy as np

from simkit.common.arrays import Ints
from simkit.framework.framework import ROUTES
from simkit.model.inputs.response import Response
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, EffortTable, Workload

WHOLE = 1000
"""The factor of unshortened work, in thousandths."""

_WEEK_DAYS = 5


def factor_at(load: int, usual: int, factors: Sequence[int]) -> int:
    """The factor, in thousandths, for the child minutes of a week and the usual ones. For both engines."""
    if load <= usual:
        return factors[0]
    return factors[min((load - usual) * WHOLE // max(usual, 1), len(factors) - 1)]


def recent(before: int, load: int, memory: int) -> int:
    """The recent load at the end of a week, from that a week before and the week's own. For both engines.

    Each week counts for one part in ``memory``, those before it for ever less, so that chance weeks cancel.
    """
    return before + (load - before) // memory


def shortened(effort: int, factor: int) -> int:
    """Minutes of work under a factor, at least one if there is any work. For both engines."""
    if effort == 0:
        return 0
    return max(1, (effort * factor + WHOLE // 2) // WHOLE)


def with_response(workload: Workload, usual: Workload, outcome: Outcome, response: Response) -> Workload:
    """The workload with its effort table; ``usual``: the same replication without the change, with its
    ``outcome``.
    """
    week = _WEEK_DAYS * workload.calendar.day_minutes
    weeks = -(-workload.final_minute // week) + 1
    available, usually = (_minutes_by_week(each, weeks) for each in (workload, usual))
    load = weekly_load(usual, outcome, week, weeks)
    usual_load = np.where(usually > 0, load * available // np.maximum(usually, 1), load)
    section_47 = workload.cases.route == ROUTES.index("section_47")
    table = EffortTable(
        factors=_factors(response),
        usual=_recent_loads(usual_load, response.noticed_over),
        week=week,
        memory=response.noticed_over,
        exempt=section_47 & (not response.shortens_section_47),
    )
    return replace(workload, effort_table=table)


def weekly_load(workload: Workload, outcome: Outcome, week: int, weeks: int) -> Ints:
    """Child minutes in each week of a run, from the first wait for allocation to the end of the case.

    Weeks that the run did not complete have the value of the last complete one.
    """
    tasks, cases = workload.tasks, workload.cases
    ends = np.zeros(len(cases), dtype=np.int64)
    rows = np.flatnonzero(~tasks.review)
    end = np.where(outcome.end[rows] == MISSING, weeks * week, outcome.end[rows])
    np.maximum.at(ends, tasks.case[rows], end)
    allocations = np.flatnonzero((tasks.pool == ALLOCATION) & (outcome.ready != MISSING))
    case = tasks.case[allocations]
    edges = np.arange(weeks + 1) * week
    started = _reached(edges, outcome.ready[allocations], cases.children[case])
    load = np.diff(started - _reached(edges, ends[case], cases.children[case]))
    complete = outcome.stopped // week
    if 0 < complete < weeks:
        load[complete:] = load[complete - 1]
    return load


def _recent_loads(loads: Ints, memory: int) -> Ints:
    """The recent load at the end of each week."""
    steps = accumulate(loads.tolist(), partial(recent, memory=memory), initial=0)
    return np.array(list(steps)[1:], dtype=np.int64)


def _reached(edges: Ints, minutes: Ints, children: Ints) -> Ints:
    """Total child minutes from each of ``minutes`` to each edge."""
    order = np.argsort(minutes, kind="stable")
    minutes, children = minutes[order], children[order]
    before = np.searchsorted(minutes, edges, side="right")
    count = np.concatenate([[0], np.cumsum(children)])[before]
    moment = np.concatenate([[0], np.cumsum(children * minutes)])[before]
    return np.asarray(count * edges - moment, dtype=np.int64)


def _minutes_by_week(workload: Workload, weeks: int) -> Ints:
    """Minutes of case holders for this work in each week."""
    workers = workload.workers
    own = workers.pool == OWN_WORKER
    by_day = (workers.shuts[own] - workers.opens[own]).sum(axis=0)[: weeks * _WEEK_DAYS]
    padded = np.pad(by_day, (0, weeks * _WEEK_DAYS - len(by_day)))
    return np.asarray(padded.reshape(weeks, _WEEK_DAYS).sum(axis=1), dtype=np.int64)


def _factors(response: Response) -> Ints:
    """The factor for each thousandth of load above the usual, down to the least factor."""
    least = round(WHOLE * (1 - response.shorter_at_most))
    if response.throughput <= 0:
        return np.array([WHOLE], dtype=np.int64)
    most = int(np.ceil(WHOLE * ((1 - response.shorter_at_most) ** (-1 / response.throughput) - 1))) + 1
    above = np.arange(most + 1) / WHOLE
    factors = np.rint(WHOLE * (1 + above) ** -response.throughput).astype(np.int64)
    return np.maximum(factors, least)
