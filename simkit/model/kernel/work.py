"""The work of the measured year in the kernel, in one pass over the tasks, as in ``measures/pressure``."""

from __future__ import annotations

from typing import Any

import numpy as np

from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.route_sums import CODES
from simkit.model.kernel.time_breakdown import Times, day_of, is_within_a_day, times_of
from simkit.model.measures import pressure
from simkit.model.measures.pressure import EffortUsed, WorkDone
from simkit.model.measures.route_sums import with_all
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload import effort_table
from simkit.model.workload.effort_table import WHOLE
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload


def work_done(workload: Workload, outcome: Outcome) -> WorkDone:
    """The work of the measured year, as in ``measures/pressure``."""
    minutes = np.zeros(len(workload.workers), dtype=np.int64)
    sums, counts = np.zeros((2, CODES)), np.zeros(2, dtype=np.int64)
    columns = (workload.tasks.case, workload.cases.route, outcome.effort)
    least = pressure.least_factor(workload)
    _work(times_of(workload, outcome), *columns, *workload.window, least, minutes, sums, counts)
    drawn, used = (with_all(effort[:, np.newaxis])[:, 0] for effort in sums)
    return WorkDone(minutes, EffortUsed(drawn, used, int(counts[0]), int(counts[1])))


@entry
def _work(
    times: Times,
    case: Any,
    route: Any,
    used: Any,
    since: int,
    until: int,
    least: int,
    minutes: Any,
    sums: Any,
    counts: Any,
) -> None:
    first_day, last_day = since // times.day, until // times.day - 1
    for row in range(len(times.pool)):
        start, end, pool = times.start[row], times.end[row], times.pool[row]
        if start == MISSING or start >= until or pool == ALLOCATION:
            continue
        drawn = times.effort[row]
        if start >= since and pool == OWN_WORKER and drawn > 0:
            code = route[case[row]]
            sums[0, code] += drawn
            sums[1, code] += used[row]
            counts[0] += 1
            if least < WHOLE:
                shortest = shortened(drawn, least)
                counts[1] += used[row] == shortest and shortest < drawn
        if end == MISSING or end > since:
            minutes[times.worker[row]] += worked_on(times, row, first_day, last_day)


shortened = compiled(effort_table.shortened)


@compiled
def worked_on(times: Times, row: int, first_day: int, last_day: int) -> int:
    """Minutes of work on a task from one day to another."""
    day, start, end, worker = times.day, times.start[row], times.end[row], times.worker[row]
    if is_within_a_day(day, start, end):
        return end - start  # type: ignore[no-any-return]
    end, minutes = times.stopped if end == MISSING else end, 0
    for today in range(max(day_of(day, start), first_day), min(day_of(day, end - 1), last_day) + 1):
        minutes += max(min(times.shuts[worker, today], end) - max(times.opens[worker, today], start), 0)
    return minutes
