"""Where the time of each case went, minute by minute, from referral to authorisation.

Several things may hold at once on one case; each minute goes to the first that is true, in the
order of ``CAUSES``. So the parts of a case add up to its duration, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simkit.model.event_order import MINUTE_BITS
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["CAUSES", "TimeBreakdown", "minutes_without_queues", "minutes_worked", "time_breakdown"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CAUSES = (
    ("work", "Work"),
    ("worker_away", "Worker away mid-task"),
    ("waiting_worker", "Waiting for the worker"),
    ("waiting_manager", "Waiting for the manager"),
    ("waiting_front_door", "Waiting for the front door or a conference chair"),
    ("waiting_agency", "Waiting for another agency or family"),
    ("planned_pause", "Planned pause"),
    ("waiting_allocation", "Waiting for allocation"),
)
_WORK, _AWAY, _WORKER, _MANAGER, _OTHER, _AGENCY, _PAUSE, _ALLOCATION = range(len(CAUSES))
_IDLE_DAYS = 10

# An edge of a span is one number: case, minute, cause, and whether the span begins or ends there. So a plain
# sort puts the edges of all cases in order.
_EDGE_BITS = 4

# What covers a case at a minute is one number too: for each cause how many spans, the first cause in the
# highest bits. Allocation is what is left, and needs none.
_COUNT_BITS = 9
_MOST_AT_ONCE = 2 ** (_COUNT_BITS - 1) - 1
_ONE = np.append(1 << _COUNT_BITS * np.arange(_ALLOCATION - 1, -1, -1, dtype=np.int64), 0)
_BEGINS = len(CAUSES)  # ends go first in a minute
_CHANGE = np.append(-_ONE, _ONE)
_BY_BITS = np.append(_ALLOCATION, np.repeat(np.arange(_ALLOCATION - 1, -1, -1), _COUNT_BITS))
_BUSY = (_ONE[_WORK] | _ONE[_AGENCY]) * (2**_COUNT_BITS - 1)
_BUSY_OR_PAUSED = _BUSY | _ONE[_PAUSE] * (2**_COUNT_BITS - 1)


@dataclass(frozen=True, eq=False)
class TimeBreakdown:
    """``minutes`` (cases x causes) add up to each case's duration; ``idle`` and ``idle_or_paused``:
    whether it had ten or more working days on end with no work and no outside answer awaited,
    planned pauses left out and counted.
    """

    minutes: Ints
    idle: Bools
    idle_or_paused: Bools


def time_breakdown(workload: Workload, outcome: Outcome, cases: Ints) -> TimeBreakdown:
    """The decomposition for the given rows of the case table, all of them authorised.

    Raises ValueError for a case on which more than 255 things happen at once.
    """
    number = np.arange(len(cases), dtype=np.int64)
    begin = _moment(number, outcome.arrival[cases])
    close = _moment(number, event_minutes(workload, outcome, "authorised")[cases])
    spans = [_edges(*span) for span in _spans(workload, outcome, cases)]
    edges = np.sort(np.concatenate([moment << _EDGE_BITS | _ALLOCATION for moment in (begin, close)] + spans))
    change = _CHANGE[edges & (1 << _EDGE_BITS) - 1]
    if np.diff(workload.cases.first_task).max(initial=0) > _MOST_AT_ONCE:
        at_once = int(np.cumsum(np.sign(change)).max(initial=0))
        if at_once > _MOST_AT_ONCE:
            raise ValueError(
                f"{at_once} things happen at once on a case: at most {_MOST_AT_ONCE} can be told"
            )
    moment = edges >> _EDGE_BITS
    length = np.diff(moment)
    # Stretches in which nothing changes; what lies behind the end of its case is no part of it.
    stretch = np.flatnonzero(length)
    stretch = stretch[moment[stretch] < close[moment[stretch] >> MINUTE_BITS]]
    covered, case, length = np.cumsum(change)[stretch], moment[stretch] >> MINUTE_BITS, length[stretch]
    place = case * len(CAUSES) + _first_cause(covered)
    total = np.bincount(place, weights=length, minlength=len(cases) * len(CAUSES))

    def has_spell(kinds: int) -> Bools:
        busy = covered & kinds != 0
        idle = np.flatnonzero(~busy)
        spell = (np.cumsum(busy) + case)[idle]  # another after each busy stretch, and for each case
        long = np.bincount(spell, weights=length[idle]) >= _IDLE_DAYS * workload.calendar.day_minutes
        return np.bincount(case[idle[long[spell]]], minlength=len(cases)) > 0

    minutes = total.astype(np.int64).reshape(len(cases), len(CAUSES))
    return TimeBreakdown(minutes, has_spell(_BUSY_OR_PAUSED), has_spell(_BUSY))


def _moment(number: Ints, minute: Ints) -> Ints:
    return number << MINUTE_BITS | minute


def _first_cause(covered: Ints) -> Ints:
    """The first cause of which there is any, told by the highest bit."""
    _, bits = np.frexp(covered.astype(np.float64))
    return _BY_BITS[bits]


def _edges(number: Ints, cause: Ints | int, start: Ints, end: Ints) -> Ints:
    """Begin and end of each span that lasts at all."""
    some = np.flatnonzero(end > start)
    rest = number[some] << MINUTE_BITS + _EDGE_BITS | (cause if isinstance(cause, int) else cause[some])
    return np.concatenate([rest + (start[some] << _EDGE_BITS | _BEGINS), rest + (end[some] << _EDGE_BITS)])


def _tasks_of(workload: Workload, cases: Ints) -> tuple[Ints, Ints, Ints]:
    """Number in ``cases``, place on the way of its case, and row of each of their tasks."""
    first = workload.cases.first_task[cases]
    count = workload.cases.first_task[cases + 1] - first
    number = np.repeat(np.arange(len(cases), dtype=np.int64), count)
    place = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    return number, place, first[number] + place


def _spans(
    workload: Workload, outcome: Outcome, cases: Ints
) -> Iterator[tuple[Ints, Ints | int, Ints, Ints]]:
    """Every span of every task of these cases: number of the case, cause, start, end."""
    tasks = workload.tasks
    every, _, rows = _tasks_of(workload, cases)
    ready, begun = outcome.ready[rows], outcome.start[rows]
    # A review point waits for its day beside the work: that is nobody's pause.
    work = np.flatnonzero((ready != MISSING) & ~tasks.review[rows])
    number, row, ready, began = every[work], rows[work], ready[work], begun[work]
    began = np.where(began == MISSING, workload.final_minute, began)
    arrival, parent, wait = outcome.arrival[cases][number], tasks.parent[row], tasks.wait[row]
    freed = np.where(parent >= 0, outcome.end[parent], arrival)
    answered = freed.copy()
    asks = np.flatnonzero(wait > 0)
    asked = tasks.wait_from[row[asks]]
    answer = np.where(asked >= 0, outcome.end[asked], arrival[asks]) + wait[asks]
    answered[asks] = np.clip(answer, freed[asks], ready[asks])
    queued = outcome.queued[row]
    yield number, _AGENCY, freed, answered
    yield number, _PAUSE, answered, ready
    yield number, _waits(workload)[tasks.pool[row]], np.where(queued == MISSING, began, queued), began
    done = np.flatnonzero((begun != MISSING) & (tasks.pool[rows] != ALLOCATION))
    row, begun = rows[done], begun[done]
    finished = outcome.end[row]
    finished = np.where(finished == MISSING, workload.final_minute, finished)
    yield from _worked(workload, every[done], outcome.worker[row], begun, finished)


def _waits(workload: Workload) -> Ints:
    """What is waited for in the queue of each pool, allocation last."""
    causes = np.full(len(workload.pools) + 1, _OTHER)
    if "team_manager" in workload.pools:
        causes[workload.pools.index("team_manager")] = _MANAGER
    causes[OWN_WORKER], causes[ALLOCATION] = _WORKER, _ALLOCATION
    return causes


def _worked(
    workload: Workload, number: Ints, person: Ints, begun: Ints, finished: Ints
) -> Iterator[tuple[Ints, int, Ints, Ints]]:
    """Spans of work within the worker's hours, and the whole task: what is left of it is the worker away."""
    staff, length = workload.workers, workload.calendar.day_minutes
    days = staff.opens.shape[1]
    today = person * days + begun // length
    at_once = (staff.opens.ravel()[today] <= begun) & (finished <= staff.shuts.ravel()[today])
    once, again = np.flatnonzero(at_once), np.flatnonzero(~at_once)
    yield number[once], _WORK, begun[once], finished[once]
    number, person, begun, finished = number[again], person[again], begun[again], finished[again]
    yield number, _AWAY, begun, finished
    # Its working hours day by day.
    first = begun // length
    count = np.minimum((np.maximum(finished, begun + 1) - 1) // length, days - 1) - first + 1
    row = np.repeat(np.arange(len(begun)), count)
    day = (person * days + first - (np.cumsum(count) - count))[row] + np.arange(len(row))
    start = np.maximum(staff.opens.ravel()[day], begun[row])
    yield number[row], _WORK, start, np.minimum(staff.shuts.ravel()[day], finished[row])


def minutes_worked(workload: Workload, outcome: Outcome, since: int, until: int) -> Ints:
    """Minutes that each person worked on tasks between two minutes that open a day."""
    staff, length = workload.workers, workload.calendar.day_minutes
    first, last = since // length, until // length
    if first >= last:
        return np.zeros(len(staff), dtype=np.int64)
    inside = (outcome.start < until) & ((outcome.end > since) | (outcome.end == MISSING))
    inside &= (outcome.start != MISSING) & (workload.tasks.pool != ALLOCATION)
    rows = np.flatnonzero(inside)
    person, finished = outcome.worker[rows], outcome.end[rows]
    finished = np.where(finished == MISSING, outcome.stopped, finished)
    opens, shuts = staff.opens[:, first:last].ravel(), staff.shuts[:, first:last].ravel()
    given = np.cumsum(shuts - opens)

    def reached(minute: Ints) -> Ints:
        """Working minutes of everybody before the person in the table, and of the person up to a minute."""
        minute = np.clip(minute, since, until)
        day = np.minimum(minute // length, last - 1) - first + person * (last - first)
        return given[day] - (shuts[day] - np.clip(minute, opens[day], shuts[day]))

    minutes = reached(finished) - reached(outcome.start[rows])
    return np.bincount(person, weights=minutes, minlength=len(staff)).astype(np.int64)


def minutes_without_queues(workload: Workload, outcome: Outcome, cases: Ints) -> Ints:
    """Minutes each of the given cases would last, referral to authorisation, with every person free at once.

    The plan is kept: planned days, outside answers and the work itself are what they were. MISSING
    where the case is not assessed, and without meaning where it has not come. Work takes its
    minutes without a break.
    """
    tasks, length = workload.tasks, workload.calendar.day_minutes
    number, place, rows = _tasks_of(workload, cases)
    # One place on the way of all cases after the other: what a task follows stands at an earlier one.
    order = np.argsort(place.astype(np.min_scalar_type(int(place.max(initial=0)))), kind="stable")
    number, rows = number[order], rows[order]
    bounds = np.append(0, np.cumsum(np.bincount(place)))
    found = np.empty(len(tasks), dtype=np.int64)
    found[rows] = np.arange(len(rows))
    # The ends of the tasks in that order, the arrivals of the cases, and a nought for what holds nothing.
    end = np.concatenate([np.empty(len(rows), dtype=np.int64), outcome.arrival[cases], [0]])
    arrival = len(rows) + number

    def after(task: Ints, here: Ints | slice = slice(None)) -> Ints:
        return np.where(task >= 0, found[task], arrival[here])

    effort, wait, hold = tasks.effort[rows], tasks.wait[rows], tasks.hold[rows]
    parent = after(tasks.parent[rows])
    asks, holds = np.flatnonzero(wait > 0), np.flatnonzero(hold >= 0)
    asked, held = parent.copy(), np.full(len(rows), len(end) - 1)
    asked[asks] = after(tasks.wait_from[rows[asks]], asks)
    held[holds] = after(tasks.hold_from[rows[holds]], holds)
    hold = np.maximum(hold, 0)
    for begin, stop in pairwise(bounds.tolist()):
        here = slice(begin, stop)
        counted = end[held[here]]
        release = counted - counted % length + hold[here]
        answered = np.maximum(end[parent[here]], end[asked[here]] + wait[here])
        end[here] = np.maximum(answered, release) + effort[here]
    result = np.full(len(cases), MISSING, dtype=np.int64)
    closing = np.flatnonzero(tasks.closes[rows])
    result[number[closing]] = end[closing] - end[arrival[closing]]
    return result
