"""Breakdown of each case's time in the kernel, case by case: identical to ``measures/time_breakdown``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simkit.common.arrays import Ints
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.measures.time_breakdown import (
    AGENCY,
    AWAY,
    BEGINS,
    BUSY,
    BUSY_OR_PAUSED,
    BY_BITS,
    CAUSES,
    CHANGE,
    EDGE_BITS,
    IDLE_DAYS,
    MOST_AT_ONCE,
    PAUSE,
    REMAINDER,
    WORK,
    TimeBreakdown,
    causes_of_waits,
    too_many_at_once,
)
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.workload import ALLOCATION, Workload

_KIND = (1 << EDGE_BITS) - 1
_EXPONENT, _EXPONENT_OF_1 = 52, 1023  # of a floating-point number: its lowest bit, and that of 1


class Times(NamedTuple):
    """Columns of the task table, of the outcome and of the workers' hours."""

    first_task: Any
    pool: Any
    effort: Any
    parent: Any
    wait_from: Any
    wait: Any
    hold_from: Any
    hold: Any
    review: Any
    closes: Any
    arrival: Any
    ready: Any
    queued: Any
    start: Any
    end: Any
    worker: Any
    opens: Any
    shuts: Any
    day: int
    final: int
    stopped: int


def times_of(workload: Workload, outcome: Outcome) -> Times:
    """The columns that a breakdown reads."""
    tasks, workers = workload.tasks, workload.workers
    of_tasks = ("pool", "effort", "parent", "wait_from", "wait", "hold_from", "hold", "review", "closes")
    of_outcome = ("arrival", "ready", "queued", "start", "end", "worker")
    return Times(
        first_task=workload.cases.first_task,
        **{name: getattr(tasks, name) for name in of_tasks},
        **{name: getattr(outcome, name) for name in of_outcome},
        opens=np.ascontiguousarray(workers.opens),
        shuts=np.ascontiguousarray(workers.shuts),
        day=workload.calendar.day_minutes,
        final=workload.final_minute,
        stopped=outcome.stopped,
    )


def time_breakdown(workload: Workload, outcome: Outcome, cases: Ints) -> TimeBreakdown:
    """The breakdown for these rows of the case table; errors as in ``measures/time_breakdown``."""
    minutes = np.zeros((len(cases), len(CAUSES)), dtype=np.int64)
    idle, idle_or_paused = np.zeros((2, len(cases)), dtype=np.bool_)
    most = int(np.diff(workload.cases.first_task).max(initial=0))
    days = workload.workers.opens.shape[1]
    edges = np.empty(3 + most * (8 + 2 * days), dtype=np.int64)  # mostly never touched
    times, waits = times_of(workload, outcome), causes_of_waits(workload)
    free, ends = np.empty(len(cases), dtype=np.int64), np.empty(most, dtype=np.int64)
    at_once = _break_down(times, cases, waits, edges, ends, minutes, idle, idle_or_paused, free)
    if at_once > MOST_AT_ONCE:
        raise too_many_at_once(at_once)
    return TimeBreakdown(minutes, idle, idle_or_paused, free)


@entry
def _break_down(
    times: Times,
    cases: Any,
    waits: Any,
    edges: Any,
    ends: Any,
    minutes: Any,
    idle: Any,
    idle_or_paused: Any,
    free: Any,
) -> int:
    most = 0
    for number in range(len(cases)):
        case = cases[number]
        count, close = spans_of(times, case, waits, edges)
        sort(edges, count)
        if times.first_task[case + 1] - times.first_task[case] > MOST_AT_ONCE:
            most = max(most, most_at_once(edges, count))
        if most <= MOST_AT_ONCE:
            longest, longest_or_paused = sweep(edges, count, close, minutes[number])
            idle[number] = longest >= IDLE_DAYS * times.day
            idle_or_paused[number] = longest_or_paused >= IDLE_DAYS * times.day
        free[number] = without_queues(times, case, ends)
    return most


@compiled
def spans_of(times: Times, case: int, waits: Any, edges: Any) -> tuple[int, int]:
    """The edges of all spans of a case, their number, and when the case was authorised."""
    arrival, close = times.arrival[case], MISSING
    edges[0] = arrival << EDGE_BITS | REMAINDER
    count = 1
    for row in range(times.first_task[case], times.first_task[case + 1]):
        ready, start, end = times.ready[row], times.start[row], times.end[row]
        if times.closes[row]:
            close = end
        # A review point waits for its day in parallel with the work: that is not a planned pause.
        if ready != MISSING and not times.review[row]:
            possible = ended(times.end, times.parent[row], arrival)
            if ready > possible:
                answered = possible
                if times.wait[row] > 0:
                    answer = ended(times.end, times.wait_from[row], arrival) + times.wait[row]
                    answered = min(max(answer, possible), ready)
                count = span(edges, count, wide(AGENCY), possible, answered)
                count = span(edges, count, wide(PAUSE), answered, ready)
            begun = times.final if start == MISSING else start
            queued = begun if times.queued[row] == MISSING else times.queued[row]
            count = span(edges, count, waits[times.pool[row]], queued, begun)
        if start != MISSING and times.pool[row] != ALLOCATION:
            if is_within_a_day(times.day, start, end):
                count = span(edges, count, wide(WORK), start, end)
            else:
                opens, shuts = times.opens[times.worker[row]], times.shuts[times.worker[row]]
                finished = times.final if end == MISSING else end
                count = worked(opens, shuts, times.day, edges, count, start, finished)
    edges[count] = close << EDGE_BITS | REMAINDER  # last, since hardly any is after it
    return count + 1, close


@compiled
def ended(end: Any, task: int, arrival: int) -> int:
    """The end of a task, or the arrival where there is none."""
    minute: int = end[task] if task >= 0 else arrival
    return minute


@compiled
def span(edges: Any, count: int, cause: int, start: int, end: int) -> int:
    """Add the begin and end of a span. An empty one is not counted, so the next overwrites it."""
    edges[count] = start << EDGE_BITS | BEGINS | cause
    edges[count + 1] = end << EDGE_BITS | cause
    return count + 2 if end > start else count


@compiled
def worked(opens: Any, shuts: Any, day: int, edges: Any, count: int, start: int, end: int) -> int:
    """Spans of work within the worker's hours; what remains of the task is the worker's absence."""
    if end <= start:
        return count
    edges[count] = start << EDGE_BITS | BEGINS | AWAY
    count += 1
    for today in range(day_of(day, start), min(day_of(day, end - 1) + 1, len(opens))):
        count = span(edges, count, wide(WORK), max(opens[today], start), min(shuts[today], end))
    edges[count] = end << EDGE_BITS | AWAY
    return count + 1


@compiled
def is_within_a_day(day: int, start: int, end: int) -> bool:
    """Whether a task ended on the day of its start, and was therefore not interrupted; never if MISSING."""
    return day_of(day, start) == day_of(day, end - 1)


@compiled
def day_of(day: int, minute: int) -> int:
    """The day of a minute; in 32 bits, which processors divide faster."""
    return np.int64(np.uint32(minute) // np.uint32(day))  # type: ignore[return-value]


@compiled
def sort(values: Any, count: int) -> None:
    """Sort the first values by insertion: spans come nearly in order."""
    for place in range(1, count):
        value, at = values[place], place
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value


@compiled
def most_at_once(edges: Any, count: int) -> int:
    """The most spans of a case at once."""
    most, at_once = 0, 0
    for place in range(count):
        at_once += np.sign(CHANGE[edges[place] & _KIND])
        most = max(most, at_once)
    return most


@compiled
def sweep(edges: Any, count: int, close: int, minutes: Any) -> tuple[int, int]:
    """Add up the minutes of a case by their first cause; its longest idle spell, and that with pauses.

    Stretches of no length are left in, since they change nothing and take less time than to tell them apart.
    """
    covered: int = 0
    idle, longest, idle_or_paused, longest_or_paused = 0, 0, 0, 0
    edges[count] = edges[count - 1]
    moment = edges[0] >> EDGE_BITS
    for place in range(count):
        covered += int(CHANGE[edges[place] & _KIND])
        until = min(edges[place + 1] >> EDGE_BITS, close)
        length, moment = max(until - moment, 0), until
        exponent = int(np.float64(covered).view(np.int64)) >> _EXPONENT  # that of 0 is 0
        minutes[BY_BITS[max(exponent - _EXPONENT_OF_1 + 1, 0)]] += length
        idle = 0 if covered & BUSY_OR_PAUSED else idle + length
        idle_or_paused = 0 if covered & BUSY else idle_or_paused + length
        longest, longest_or_paused = max(longest, idle), max(longest_or_paused, idle_or_paused)
    return longest, longest_or_paused


@compiled
def without_queues(times: Times, case: int, ends: Any) -> int:
    """Minutes from referral to authorisation of a case if a worker were free at once for every task."""
    first, arrival, minutes = times.first_task[case], times.arrival[case], MISSING
    for row in range(first, times.first_task[case + 1]):
        end = free_end(ends, times.parent[row] - first, arrival)
        if times.wait[row] > 0:
            end = max(end, free_end(ends, times.wait_from[row] - first, arrival) + times.wait[row])
        if times.hold[row] >= 0:
            held = free_end(ends, times.hold_from[row] - first, arrival)
            end = max(end, day_of(times.day, held) * times.day + times.hold[row])
        end = max(end, 0) + times.effort[row]
        ends[row - first] = end
        if times.closes[row]:
            minutes = end - arrival
    return minutes


@compiled
def free_end(ends: Any, place: int, arrival: int) -> int:
    """The end of a task at a place of its case, or the arrival before the first."""
    return ends[place] if place >= 0 else arrival
