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

from simkit.model.moments import event_minutes
from simkit.model.order import MINUTE_BITS
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["CAUSES", "Timeline", "timeline", "unqueued", "worked"]

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
_ONE = np.append(1 << _COUNT_BITS * np.arange(_ALLOCATION - 1, -1, -1), 0)
_CHANGE = np.stack([_ONE, -_ONE], axis=1).ravel()
_BUSY = (_ONE[_WORK] | _ONE[_AGENCY]) * (2**_COUNT_BITS - 1)
_BUSY_OR_PAUSED = _BUSY | _ONE[_PAUSE] * (2**_COUNT_BITS - 1)


@dataclass(frozen=True, eq=False)
class Timeline:
    """``minutes`` (cases x causes) add up to each case's duration; ``idle`` and ``idle_or_paused``:
    whether it had ten or more working days on end with no work and no outside answer awaited,
    planned pauses left out and counted.
    """

    minutes: Ints
    idle: Bools
    idle_or_paused: Bools


def timeline(workload: Workload, outcome: Outcome, cases: Ints) -> Timeline:
    """The decomposition for the given rows of the case table, all of them authorised.

    Raises ValueError for a case on which more than 255 things happen at once.
    """
    begin = _moment(np.arange(len(cases)), outcome.came[cases])
    close = _moment(np.arange(len(cases)), event_minutes(workload, outcome, "authorised")[cases])
    edges = np.sort(np.concatenate([*_edges(workload, outcome, cases, begin, close)]))
    change = _CHANGE[edges & (1 << _EDGE_BITS) - 1]
    if np.diff(workload.cases.first_task).max(initial=0) > _MOST_AT_ONCE:
        at_once = int(np.cumsum(np.sign(change)).max(initial=0))
        if at_once > _MOST_AT_ONCE:
            raise ValueError(
                f"{at_once} things happen at once on one case; at most {_MOST_AT_ONCE} can be told"
            )
    moment = edges >> _EDGE_BITS
    length = np.diff(moment)
    stretch = np.flatnonzero(length)
    stretch = stretch[moment[stretch] >> MINUTE_BITS == moment[stretch + 1] >> MINUTE_BITS]  # of one case
    covered, moment, length = np.cumsum(change)[stretch], moment[stretch], length[stretch]
    case = moment >> MINUTE_BITS
    place = case * len(CAUSES) + _first_cause(covered)
    total = np.bincount(place, weights=length, minlength=len(cases) * len(CAUSES))

    def has_spell(kinds: int) -> Bools:
        busy = covered & kinds != 0
        idle = np.flatnonzero(~busy)
        spell = (np.cumsum(busy) + case)[idle]  # another after each busy stretch, and for each case
        long = np.bincount(spell, weights=length[idle]) >= _IDLE_DAYS * workload.calendar.day_minutes
        return np.bincount(case[idle[long[spell]]], minlength=len(cases)) > 0

    minutes = total.astype(np.int64).reshape(len(cases), len(CAUSES))
    return Timeline(minutes, has_spell(_BUSY_OR_PAUSED), has_spell(_BUSY))


def _moment(number: Ints, minute: Ints) -> Ints:
    return number << MINUTE_BITS | minute


def _first_cause(covered: Ints) -> Ints:
    """The first cause of which there is any, told by the highest bit."""
    _, bits = np.frexp(covered.astype(np.float64))
    return np.where(bits == 0, _ALLOCATION, _ALLOCATION - 1 - (bits - 1) // _COUNT_BITS)


def _edges(workload: Workload, outcome: Outcome, cases: Ints, begin: Ints, close: Ints) -> Iterator[Ints]:
    """The edges of every span of every task of these cases, and of the cases."""
    yield begin << _EDGE_BITS | 2 * _ALLOCATION
    yield close << _EDGE_BITS | 2 * _ALLOCATION
    number = np.full(len(workload.cases), MISSING, dtype=np.int64)
    number[cases] = np.arange(len(cases))
    for owner, cause, start, end in _spans(workload, outcome, number):
        some = np.flatnonzero(end > start)
        here, what = owner[some], 2 * (cause[some] if isinstance(cause, np.ndarray) else cause)
        for minute, edge in ((start, what), (end, what + 1)):
            moment = np.clip(_moment(here, minute[some]), begin[here], close[here])
            yield moment << _EDGE_BITS | edge


def _spans(
    workload: Workload, outcome: Outcome, number: Ints
) -> Iterator[tuple[Ints, Ints | int, Ints, Ints]]:
    """Every span of every task of the numbered cases: case number, cause, start, end."""
    tasks = workload.tasks
    rows = np.flatnonzero((number[tasks.case] >= 0) & (outcome.ready != MISSING))
    far = np.int64(workload.final_minute)
    ready, begun, queued = outcome.ready[rows], outcome.start[rows], outcome.queued[rows]
    began = np.where(begun == MISSING, far, begun)
    in_queue = np.where(queued == MISSING, began, queued)
    pool, owner = tasks.pool[rows], number[tasks.case[rows]]
    # A review point waits for its day beside the work: that is nobody's pause.
    work = np.flatnonzero(~tasks.review[rows])
    of_case, of_task = owner[work], rows[work]
    arrival, parent = outcome.came[tasks.case[of_task]], tasks.parent[of_task]
    freed = np.where(parent >= 0, outcome.end[parent], arrival)
    asked, wait = tasks.answer_from[of_task], tasks.wait[of_task]
    answered = np.where(asked >= 0, outcome.end[asked], arrival) + wait
    answered = np.where(wait > 0, np.clip(answered, freed, ready[work]), freed)
    manager = workload.pools.index("team_manager") if "team_manager" in workload.pools else -9
    waits = np.select(
        [pool == ALLOCATION, pool == OWN_WORKER, pool == manager], [_ALLOCATION, _WORKER, _MANAGER], _OTHER
    )
    yield of_case, _AGENCY, freed, answered
    yield of_case, _PAUSE, answered, ready[work]
    yield of_case, waits[work], in_queue[work], began[work]
    done = np.flatnonzero((begun != MISSING) & (pool != ALLOCATION))
    finished = outcome.end[rows[done]]
    finished = np.where(finished == MISSING, far, finished)
    yield from _worked(workload, owner[done], outcome.worker[rows[done]], begun[done], finished)


def _worked(
    workload: Workload, owner: Ints, person: Ints, begun: Ints, finished: Ints
) -> Iterator[tuple[Ints, int, Ints, Ints]]:
    """Spans of work within the worker's hours, and the whole task: what is left of it is the worker away."""
    staff, today = workload.staff, begun // workload.calendar.day_minutes
    at_once = (staff.opens[person, today] <= begun) & (finished <= staff.shuts[person, today])
    once, again = np.flatnonzero(at_once), np.flatnonzero(~at_once)
    yield owner[once], _WORK, begun[once], finished[once]
    yield owner[again], _AWAY, begun[again], finished[again]
    row, start, end = _hours(workload, person[again], begun[again], finished[again])
    yield owner[again[row]], _WORK, start, end


def _hours(workload: Workload, person: Ints, begun: Ints, finished: Ints) -> tuple[Ints, Ints, Ints]:
    """The working hours within each span, day by day: row of the span, from, until."""
    length = workload.calendar.day_minutes
    first = begun // length
    last = np.minimum((np.maximum(finished, begun + 1) - 1) // length, workload.staff.opens.shape[1] - 1)
    days = last - first + 1
    row = np.repeat(np.arange(len(begun)), days)
    day = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(days) - days, days)
    start = np.maximum(workload.staff.opens[person[row], day], begun[row])
    end = np.minimum(workload.staff.shuts[person[row], day], finished[row])
    return row, start, end


def worked(workload: Workload, outcome: Outcome, since: int, until: int) -> Ints:
    """Minutes that each person worked on tasks between two minutes that open a day."""
    staff, length = workload.staff, workload.calendar.day_minutes
    finished = np.where(outcome.end == MISSING, outcome.stopped, outcome.end)
    inside = (outcome.start != MISSING) & (outcome.start < until) & (finished > since)
    rows = np.flatnonzero(inside & (workload.tasks.pool != ALLOCATION))
    person = outcome.worker[rows]
    first, last = since // length, until // length
    opens, shuts = staff.opens[:, first:last], staff.shuts[:, first:last]
    given = np.cumsum(shuts - opens, axis=1)

    def before(minute: Ints) -> Ints:
        """Working minutes of the person from ``since`` to this minute."""
        day = np.minimum(minute // length, last - 1) - first
        left = np.minimum(shuts[person, day], np.maximum(minute, opens[person, day]))
        return np.asarray(given[person, day] - (shuts[person, day] - left))

    if first >= last:
        return np.zeros(len(staff), dtype=np.int64)
    begun = np.maximum(outcome.start[rows], since)
    minutes = before(np.minimum(finished[rows], until)) - before(begun)
    return np.bincount(person, weights=minutes, minlength=len(staff)).astype(np.int64)


def unqueued(workload: Workload, outcome: Outcome, cases: Ints) -> Ints:
    """Minutes each of the given cases would last, referral to authorisation, with every person free at once.

    The plan is kept: planned days, outside answers and the work itself are what they were. MISSING
    where the case is not assessed, and without meaning where it has not come. Work takes its
    minutes without a break.
    """
    tasks, length = workload.tasks, workload.calendar.day_minutes
    first = workload.cases.first_task[cases]
    count = workload.cases.first_task[cases + 1] - first
    number = np.repeat(np.arange(len(cases)), count)
    place = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    # One place on the way of all cases after the other: what a task follows stands at an earlier one.
    order = np.argsort(place.astype(np.min_scalar_type(int(count.max(initial=0)))), kind="stable")
    number, rows = number[order], (first[number] + place)[order]
    bounds = np.append(0, np.cumsum(np.bincount(place)))
    found = np.empty(len(tasks), dtype=np.int64)
    found[rows] = np.arange(len(rows))
    # The ends of the tasks in that order, the arrivals of the cases, and a nought for what holds nothing.
    end = np.concatenate([np.empty(len(rows), dtype=np.int64), outcome.came[cases], [0]])
    arrival, nought = len(rows) + number, len(end) - 1

    def after(task: Ints) -> Ints:
        return np.where(task >= 0, found[task], arrival)

    effort, wait, hold = tasks.effort[rows], tasks.wait[rows], tasks.hold[rows]
    parent = after(tasks.parent[rows])
    asked = np.where(wait > 0, after(tasks.answer_from[rows]), parent)
    held = np.where(hold >= 0, after(tasks.held_from[rows]), nought)
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
