"""Breakdown of each case's time by cause, from referral to authorisation; duration without queues; work.

Each minute of a case belongs to the first cause that applies, in the order of ``CAUSES``, so the parts of a
case add up to its duration exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import counts_of, repeated, sums_of
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.queue_order import MINUTE_BITS
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

CAUSES = (
    ("work", "Work"),
    ("worker_away", "Worker away mid-task"),
    ("waiting_worker", "Waiting for the worker"),
    ("waiting_manager", "Waiting for the manager"),
    ("waiting_front_door", "Waiting for the front door or a conference chair"),
    ("waiting_agency", "Waiting for another agency or family"),
    ("planned_pause", "Planned pause (an assumption)"),
    ("waiting_allocation", "Waiting for allocation"),
)
WORK, AWAY, WORKER, _MANAGER, _OTHER, AGENCY, PAUSE, REMAINDER = range(len(CAUSES))
IDLE_DAYS = 10

# An edge of a span is one number: case, minute, cause, and whether the span begins or ends there, so that a
# plain sort orders the edges of all cases.
EDGE_BITS = 4

# The spans that cover a case at a minute are one number too: their count by cause, the first cause in the
# highest bits. Allocation is the remainder and needs no bits.
_COUNT_BITS = 9
MOST_AT_ONCE = 2 ** (_COUNT_BITS - 1) - 1
_ONE = np.append(1 << _COUNT_BITS * np.arange(REMAINDER - 1, -1, -1, dtype=np.int64), 0)
BEGINS = len(CAUSES)  # ends sort before beginnings
CHANGE = np.append(-_ONE, _ONE)
BY_BITS = np.append(REMAINDER, repeated(np.arange(REMAINDER - 1, -1, -1), _COUNT_BITS))
BUSY = int(_ONE[WORK] | _ONE[AGENCY]) * (2**_COUNT_BITS - 1)
BUSY_OR_PAUSED = BUSY | int(_ONE[PAUSE]) * (2**_COUNT_BITS - 1)


@dataclass(frozen=True, eq=False)
class TimeBreakdown:
    """``minutes`` (cases x causes) add up to each case's duration. ``idle`` and ``idle_or_paused``: whether
    it had ten or more consecutive working days with no work and no external answer awaited; planned pauses
    count as idle in the second only. ``without_queues``: see ``minutes_without_queues``.
    """

    minutes: Ints
    idle: Bools
    idle_or_paused: Bools
    without_queues: Ints


def time_breakdown(workload: Workload, outcome: Outcome, cases: Ints) -> TimeBreakdown:
    """The breakdown for these rows of the case table, all of them authorised.

    Raises ValueError for a case with more than 255 simultaneous spans.
    """
    number = np.arange(len(cases), dtype=np.int64)
    begin = _moment(number, outcome.arrival[cases])
    close = _moment(number, event_minutes(workload, outcome, "authorised")[cases])
    spans = [_edges(*span) for span in _spans(workload, outcome, cases)]
    edges = np.sort(np.concatenate([moment << EDGE_BITS | REMAINDER for moment in (begin, close)] + spans))
    change = CHANGE[edges & (1 << EDGE_BITS) - 1]
    if np.diff(workload.cases.first_task).max(initial=0) > MOST_AT_ONCE:
        simultaneous = int(np.cumsum(np.sign(change)).max(initial=0))
        if simultaneous > MOST_AT_ONCE:
            raise too_many_at_once(simultaneous)
    moment = edges >> EDGE_BITS
    length = np.diff(moment)
    # Stretches without a change, those after the end of their case left out.
    stretch = np.flatnonzero(length)
    stretch = stretch[moment[stretch] < close[moment[stretch] >> MINUTE_BITS]]
    covered, case, length = np.cumsum(change)[stretch], moment[stretch] >> MINUTE_BITS, length[stretch]
    place = case * len(CAUSES) + _first_cause(covered)
    total = sums_of(place, length, len(cases) * len(CAUSES))

    def has_spell(kinds: int) -> Bools:
        busy = covered & kinds != 0
        idle = np.flatnonzero(~busy)
        spell = (np.cumsum(busy) + case)[idle]  # a new spell after each busy stretch and for each case
        long = sums_of(spell, length[idle]) >= IDLE_DAYS * workload.calendar.day_minutes
        return counts_of(case[idle[long[spell]]], len(cases)) > 0

    minutes = total.astype(np.int64).reshape(len(cases), len(CAUSES))
    free = minutes_without_queues(workload, outcome, cases)
    return TimeBreakdown(minutes, has_spell(BUSY_OR_PAUSED), has_spell(BUSY), free)


def too_many_at_once(spans: int) -> ValueError:
    """The error where more happens at once on a case than can be told."""
    return ValueError(f"{spans} things happen at once on a case: at most {MOST_AT_ONCE} can be told")


def _moment(number: Ints, minute: Ints) -> Ints:
    return number << MINUTE_BITS | minute


def _first_cause(covered: Ints) -> Ints:
    """The first cause with any span, from the highest bit."""
    _, bits = np.frexp(covered.astype(np.float64))
    return BY_BITS[bits]


def _edges(number: Ints, cause: Ints | int, start: Ints, end: Ints) -> Ints:
    """Begin and end of each span longer than 0."""
    some = np.flatnonzero(end > start)
    rest = number[some] << MINUTE_BITS + EDGE_BITS | (cause if isinstance(cause, int) else cause[some])
    return np.concatenate([rest + (start[some] << EDGE_BITS | BEGINS), rest + (end[some] << EDGE_BITS)])


def _tasks_of(workload: Workload, cases: Ints) -> tuple[Ints, Ints, Ints]:
    """Of each task of these cases: position in ``cases``, place in its case, and row."""
    first = workload.cases.first_task[cases]
    count = workload.cases.first_task[cases + 1] - first
    number = repeated(np.arange(len(cases), dtype=np.int64), count)
    place = np.arange(len(number)) - repeated(np.cumsum(count) - count, count)
    return number, place, first[number] + place


def _spans(
    workload: Workload, outcome: Outcome, cases: Ints
) -> Iterator[tuple[Ints, Ints | int, Ints, Ints]]:
    """All spans of the tasks of these cases: position in ``cases``, cause, start, end."""
    tasks = workload.tasks
    every, _, rows = _tasks_of(workload, cases)
    ready, started = outcome.ready[rows], outcome.start[rows]
    # A review point waits for its day in parallel with the work: that is not a planned pause.
    work = np.flatnonzero((ready != MISSING) & ~tasks.review[rows])
    number, row, ready, start = every[work], rows[work], ready[work], started[work]
    start = np.where(start == MISSING, workload.final_minute, start)
    arrival, parent, wait = outcome.arrival[cases][number], tasks.parent[row], tasks.wait[row]
    possible = np.where(parent >= 0, outcome.end[parent], arrival)
    answered = possible.copy()
    awaits = np.flatnonzero(wait > 0)
    answered_by = tasks.wait_from[row[awaits]]
    answer = np.where(answered_by >= 0, outcome.end[answered_by], arrival[awaits]) + wait[awaits]
    answered[awaits] = np.clip(answer, possible[awaits], ready[awaits])
    queued = outcome.queued[row]
    yield number, AGENCY, possible, answered
    yield number, PAUSE, answered, ready
    yield (
        number,
        causes_of_waits(workload)[tasks.pool[row]],
        np.where(queued == MISSING, start, queued),
        start,
    )
    done = np.flatnonzero((started != MISSING) & (tasks.pool[rows] != ALLOCATION))
    row, started = rows[done], started[done]
    yield from _worked(workload, every[done], outcome.worker[row], started, outcome.end[row])


def causes_of_waits(workload: Workload) -> Ints:
    """The cause of waiting in the queue of each pool, allocation last."""
    causes = np.full(len(workload.pools) + 1, _OTHER)
    if "team_manager" in workload.pools:
        causes[workload.pools.index("team_manager")] = _MANAGER
    causes[OWN_WORKER], causes[ALLOCATION] = WORKER, REMAINDER
    return causes


def _worked(
    workload: Workload, number: Ints, worker: Ints, started: Ints, ended: Ints
) -> Iterator[tuple[Ints, int, Ints, Ints]]:
    """Spans of work within the worker's hours, and whole tasks, whose remainder is the worker's absence.

    A task that ended on the day of its start was not interrupted: a day's hours are in one piece.
    """
    workers, length = workload.workers, workload.calendar.day_minutes
    days = workers.opens.shape[1]
    within_day = started // length == (ended - 1) // length
    once, longer = np.flatnonzero(within_day), np.flatnonzero(~within_day)
    yield number[once], WORK, started[once], ended[once]
    number, worker, started, finished = number[longer], worker[longer], started[longer], ended[longer]
    finished = np.where(finished == MISSING, workload.final_minute, finished)
    yield number, AWAY, started, finished
    # The hours of its worker, day by day.
    first = started // length
    count = np.minimum((np.maximum(finished, started + 1) - 1) // length, days - 1) - first + 1
    row = repeated(np.arange(len(started)), count)
    day = (worker * days + first - (np.cumsum(count) - count))[row] + np.arange(len(row))
    start = np.maximum(workers.opens.ravel()[day], started[row])
    yield number[row], WORK, start, np.minimum(workers.shuts.ravel()[day], finished[row])


def minutes_worked(workload: Workload, outcome: Outcome, since: int, until: int) -> Ints:
    """Minutes that each worker worked on tasks between ``since`` and ``until``, each the first of a day."""
    workers, length = workload.workers, workload.calendar.day_minutes
    first, last = since // length, until // length
    if first >= last:
        return np.zeros(len(workers), dtype=np.int64)
    worked = (outcome.start < until) & ((outcome.end > since) | (outcome.end == MISSING))
    worked &= (outcome.start != MISSING) & (workload.tasks.pool != ALLOCATION)
    rows = np.flatnonzero(worked)
    worker, finished = outcome.worker[rows], outcome.end[rows]
    finished = np.where(finished == MISSING, outcome.stopped, finished)
    opens, shuts = workers.opens[:, first:last].ravel(), workers.shuts[:, first:last].ravel()
    available = np.cumsum(shuts - opens)

    def reached(minute: Ints) -> Ints:
        """Working minutes of all earlier workers in the table, and of this worker up to a minute."""
        minute = np.clip(minute, since, until)
        day = np.minimum(minute // length, last - 1) - first + worker * (last - first)
        return available[day] - (shuts[day] - np.clip(minute, opens[day], shuts[day]))

    minutes = reached(finished) - reached(outcome.start[rows])
    return sums_of(worker, minutes, len(workers)).astype(np.int64)


def minutes_without_queues(workload: Workload, outcome: Outcome, cases: Ints) -> Ints:
    """Minutes from referral to authorisation of these cases if a worker were free at once for every task.

    Planned days, external answers and effort stay the same, and work is not interrupted. MISSING where the
    case is not assessed; undefined where it has not arrived.
    """
    tasks, length = workload.tasks, workload.calendar.day_minutes
    number, place, rows = _tasks_of(workload, cases)
    # Place by place for all cases: a task follows others at earlier places only.
    order = np.argsort(place.astype(np.min_scalar_type(int(place.max(initial=0)))), kind="stable")
    number, rows = number[order], rows[order]
    bounds = np.append(0, np.cumsum(counts_of(place)))
    position = np.empty(len(tasks), dtype=np.int64)
    position[rows] = np.arange(len(rows))
    # Ends of the tasks in that order, arrivals of the cases, and a 0 for tasks without a hold.
    end = np.concatenate([np.empty(len(rows), dtype=np.int64), outcome.arrival[cases], [0]])
    arrival = len(rows) + number

    def end_of(task: Ints, selected: Ints | slice = slice(None)) -> Ints:
        return np.where(task >= 0, position[task], arrival[selected])

    effort, wait, hold = tasks.effort[rows], tasks.wait[rows], tasks.hold[rows]
    parent = end_of(tasks.parent[rows])
    awaits, holds = np.flatnonzero(wait > 0), np.flatnonzero(hold >= 0)
    answered_by, held_by = parent.copy(), np.full(len(rows), len(end) - 1)
    answered_by[awaits] = end_of(tasks.wait_from[rows[awaits]], awaits)
    held_by[holds] = end_of(tasks.hold_from[rows[holds]], holds)
    hold = np.maximum(hold, 0)
    for first, stop in pairwise(bounds.tolist()):
        batch = slice(first, stop)
        hold_from = end[held_by[batch]]
        release = hold_from - hold_from % length + hold[batch]
        answered = np.maximum(end[parent[batch]], end[answered_by[batch]] + wait[batch])
        end[batch] = np.maximum(answered, release) + effort[batch]
    result = np.full(len(cases), MISSING, dtype=np.int64)
    closing = np.flatnonzero(tasks.closes[rows])
    result[number[closing]] = end[closing] - end[arrival[closing]]
    return result
