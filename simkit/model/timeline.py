"""Where the time of each case went, minute by minute, from referral to authorisation.

Several things may hold at once on one case; each minute goes to the first that is true, in the
order of ``CAUSES``. So the parts of a case add up to its duration, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simkit.model.demand import REPEAT
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["CAUSES", "Timeline", "event_minutes", "timeline", "unqueued", "work_spans"]

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


@dataclass(frozen=True, eq=False)
class Timeline:
    """``minutes`` (cases x causes) add up to each case's duration; ``idle`` and ``idle_or_paused``:
    whether it had ten or more working days on end with no work and no outside answer awaited,
    planned pauses left out and counted.
    """

    minutes: Ints
    idle: Bools
    idle_or_paused: Bools


def event_minutes(workload: Workload, outcome: Outcome, event: str) -> Ints:
    """The minute at which each case reached an event, MISSING where it has not or never would.

    For ``authorised`` this is the end of the sign-off that closed it, whatever was sent back before.
    """
    if event == "referral":
        return outcome.came
    result = np.full(len(workload.cases), MISSING, dtype=np.int64)
    tasks = workload.tasks
    if event == "authorised":
        rows = np.flatnonzero(tasks.closes)
    else:
        rows = np.flatnonzero(np.isin(tasks.step, workload.marks.get(event, ())) & (tasks.attempt == 0))
    result[tasks.case[rows]] = outcome.end[rows]
    if event in ("assessment_started", "decided"):
        # A repeat assessment, or one open already, passes no front door: it starts when it comes.
        again = workload.cases.kind >= REPEAT
        result[again] = outcome.came[again]
    return result


def timeline(workload: Workload, outcome: Outcome, cases: Ints) -> Timeline:
    """The decomposition for the given rows of the case table, all of them authorised."""
    authorised = event_minutes(workload, outcome, "authorised")
    begin, close = outcome.came[cases], authorised[cases]
    number = np.full(len(workload.cases), MISSING, dtype=np.int64)
    number[cases] = np.arange(len(cases))
    owner, cause, start, end = _spans(workload, outcome, number)
    start, end = np.maximum(start, begin[owner]), np.minimum(end, close[owner])
    some = end > start
    owner, cause, start, end = owner[some], cause[some], start[some], end[some]
    # One sweep over all edges of all cases: how many spans of each cause cover each stretch.
    edge_case = np.concatenate([owner, owner, np.arange(len(cases)), np.arange(len(cases))])
    edge_time = np.concatenate([start, end, begin, close])
    order = np.lexsort((edge_time, edge_case))
    step = np.zeros((len(CAUSES), len(edge_case)), dtype=np.int32)
    spans = np.arange(len(owner))
    step[cause, spans] = 1
    step[cause, len(owner) + spans] = -1
    open_ = np.cumsum(step[:, order], axis=1) > 0
    sorted_case, sorted_time = edge_case[order], edge_time[order]
    length = np.zeros(len(order), dtype=np.int64)
    same = sorted_case[1:] == sorted_case[:-1]
    length[:-1] = np.where(same, sorted_time[1:] - sorted_time[:-1], 0)
    open_[_ALLOCATION] |= ~open_.any(axis=0)
    first = np.argmax(open_, axis=0)
    total = np.bincount(sorted_case * len(CAUSES) + first, weights=length, minlength=len(cases) * len(CAUSES))
    minutes = total.astype(np.int64).reshape(len(cases), len(CAUSES))
    busy = open_[_WORK] | open_[_AGENCY]
    limit = _IDLE_DAYS * workload.calendar.day_minutes
    return Timeline(
        minutes,
        _has_spell(sorted_case, length, busy | open_[_PAUSE], limit, len(cases)),
        _has_spell(sorted_case, length, busy, limit, len(cases)),
    )


def _has_spell(case: Ints, length: Ints, busy: Bools, limit: int, count: int) -> Bools:
    """Whether each case has a stretch of at least ``limit`` minutes on end that is not busy."""
    breaks = busy & (length > 0)
    breaks[1:] |= case[1:] != case[:-1]
    # Stretches end at a busy one; each is numbered by the breaks before it.
    group = np.cumsum(breaks)
    spell = np.bincount(group, weights=np.where(busy, 0, length))
    result = np.zeros(count, dtype=bool)
    long = spell >= limit
    result[case[long[group] & ~busy & (length > 0)]] = True
    return result


def _spans(workload: Workload, outcome: Outcome, number: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Every span of every task of the numbered cases: case number, cause, start, end."""
    tasks = workload.tasks
    rows = np.flatnonzero((number[tasks.case] >= 0) & (outcome.ready != MISSING))
    owner, far = number[tasks.case[rows]], np.int64(workload.final_minute)
    parent = tasks.parent[rows]
    arrival = outcome.came[tasks.case[rows]]
    freed = np.where(parent >= 0, outcome.end[parent], arrival)
    ready = outcome.ready[rows]
    begun, queued = outcome.start[rows], outcome.queued[rows]
    began = np.where(begun == MISSING, far, begun)
    in_queue = np.where(queued == MISSING, began, queued)
    pool = tasks.pool[rows]
    asked = tasks.answer_from[rows]
    answered = np.where(asked >= 0, outcome.end[asked], arrival) + tasks.wait[rows]
    answered = np.where(tasks.wait[rows] > 0, np.clip(answered, freed, ready), freed)
    # A review point waits for its day beside the work: that is nobody's pause.
    work = ~tasks.review[rows]
    manager = workload.pools.index("team_manager") if "team_manager" in workload.pools else -9
    waits = np.select(
        [pool == ALLOCATION, pool == OWN_WORKER, pool == manager], [_ALLOCATION, _WORKER, _MANAGER], _OTHER
    )
    parts = [
        (owner[work], np.full(int(work.sum()), _AGENCY), freed[work], answered[work]),
        (owner[work], np.full(int(work.sum()), _PAUSE), answered[work], ready[work]),
        (owner[work], np.full(int(work.sum()), _ALLOCATION), ready[work], in_queue[work]),
        (owner[work], waits[work], in_queue[work], began[work]),
    ]
    done = (begun != MISSING) & (pool != ALLOCATION)
    finished = outcome.end[rows][done]
    parts += _worked(
        workload,
        owner[done],
        outcome.worker[rows][done],
        begun[done],
        np.where(finished == MISSING, far, finished),
    )
    return tuple(np.concatenate([part[column] for part in parts]).astype(np.int64) for column in range(4))  # type: ignore[return-value]


def _worked(
    workload: Workload, owner: Ints, person: Ints, begun: Ints, finished: Ints
) -> list[tuple[Ints, Ints, Ints, Ints]]:
    """Spans of work within the worker's hours, and the whole task: what is left of it is the worker away."""
    row, start, end = _hours(workload, person, begun, finished)
    return [
        (owner[row], np.full(len(row), _WORK), start, end),
        (owner, np.full(len(owner), _AWAY), begun, finished),
    ]


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
    some = end > start
    return row[some], start[some], end[some]


def work_spans(workload: Workload, outcome: Outcome) -> tuple[Ints, Ints, Ints]:
    """Every stretch of work of everybody: person, from, until (working minutes)."""
    done = np.flatnonzero((outcome.start != MISSING) & (workload.tasks.pool != ALLOCATION))
    finished = np.where(outcome.end[done] == MISSING, outcome.stopped, outcome.end[done])
    person = outcome.worker[done]
    row, start, end = _hours(workload, person, outcome.start[done], finished)
    return person[row], start, end


def unqueued(workload: Workload, outcome: Outcome) -> Ints:
    """Minutes each case would last, referral to authorisation, with every person free at once.

    The plan is kept: planned days, outside answers and the work itself are what they were. MISSING
    where the case is not assessed, and without meaning where it has not come. Work takes its
    minutes without a break.
    """
    tasks, cases = workload.tasks, workload.cases
    length = workload.calendar.day_minutes
    end = np.zeros(len(tasks), dtype=np.int64)
    place = np.arange(len(tasks)) - cases.first_task[tasks.case]
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(int(place.max(initial=0)) + 2))
    arrival = outcome.came[tasks.case]
    for first, last in pairwise(bounds):
        rows = order[first:last]
        came = arrival[rows]

        def of(task: Ints, came: Ints = came) -> Ints:
            return np.where(task >= 0, end[task], came)

        begin = of(tasks.parent[rows])
        begin = np.where(
            tasks.wait[rows] > 0, np.maximum(begin, of(tasks.answer_from[rows]) + tasks.wait[rows]), begin
        )
        held = of(tasks.held_from[rows])
        release = held - held % length + tasks.hold[rows]
        begin = np.where(tasks.hold[rows] >= 0, np.maximum(begin, release), begin)
        end[rows] = begin + tasks.effort[rows]
    result = np.full(len(cases), MISSING, dtype=np.int64)
    closing = np.flatnonzero(tasks.closes)
    result[tasks.case[closing]] = end[closing] - arrival[closing]
    return result
