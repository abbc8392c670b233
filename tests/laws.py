"""What must hold of any run of the model, to the minute."""

from __future__ import annotations

import numpy as np

from simkit.model.measures.milestones import event_minutes
from simkit.model.measures.time_breakdown import time_breakdown
from simkit.model.outcome import MISSING, Outcome
from simkit.model.queue_order import ORDINARY, RAISED, REVIEWED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

FAR = 2**40


def ends(work: Workload, run: Outcome) -> np.ndarray:
    """When each case was over: its last task that is no review, else its arrival; FAR if never."""
    tasks = work.tasks
    result = np.where(run.arrival == MISSING, FAR, run.arrival)
    rows = np.flatnonzero(~tasks.review)
    np.maximum.at(result, tasks.case[rows], np.where(run.end[rows] == MISSING, FAR, run.end[rows]))
    return result


def number_in_system(work: Workload, run: Outcome) -> None:
    """Cases in are cases out and cases open; the area under their number is the sum of their times."""
    over = ends(work, run)
    come = run.arrival != MISSING
    out = over <= run.stopped
    assert come[out].all()
    edges = np.zeros(run.stopped + 2, dtype=np.int64)
    np.add.at(edges, run.arrival[come], 1)
    np.add.at(edges, over[out], -1)
    number = np.cumsum(edges)
    assert (number >= 0).all()
    assert number[run.stopped] == come.sum() - out.sum()
    times = np.minimum(over, run.stopped)[come] - run.arrival[come]
    assert number[: run.stopped].sum() == times.sum()


def arrivals(work: Workload, run: Outcome) -> None:
    """Who is due before the end has come, at the minute drawn or so long after the case before."""
    cases = work.cases
    over = ends(work, run)
    due = np.where(
        cases.source < 0, cases.arrival, cases.arrival + np.where(cases.source < 0, 0, over[cases.source])
    )
    last = run.stopped if run.ending == "final minute" else run.stopped + 1
    assert np.array_equal(run.arrival, np.where(due < last, due, MISSING))


def decomposition(work: Workload, run: Outcome) -> None:
    """The time of every authorised case, by cause, adds up to its duration."""
    authorised = event_minutes(work, run, "authorised")
    rows = np.flatnonzero(authorised != MISSING)
    assert np.array_equal(
        time_breakdown(work, run, rows).minutes.sum(axis=1), (authorised - run.arrival)[rows]
    )


def readiness(work: Workload, run: Outcome) -> None:
    """A task is ready when all it waits for has happened, no sooner and no later."""
    tasks = work.tasks
    came = run.arrival[tasks.case]
    length = work.calendar.day_minutes

    def end(row: np.ndarray) -> np.ndarray:
        found = np.where(row >= 0, run.end[row], MISSING)
        return np.where(found == MISSING, came, found)

    first = np.where(tasks.parent >= 0, run.end[tasks.parent], came)
    due = np.where(tasks.wait > 0, np.maximum(first, end(tasks.wait_from) + tasks.wait), first)
    held = end(tasks.hold_from)
    due = np.where(tasks.hold >= 0, np.maximum(due, held - held % length + tasks.hold), due)
    ready = run.ready != MISSING
    assert np.array_equal(run.ready[ready], due[ready])
    authorised = event_minutes(work, run, "authorised")[tasks.case]
    dropped = tasks.review & (authorised != MISSING) & (authorised <= due)
    last = run.stopped if run.ending == "final minute" else run.stopped + 1
    assert (ready == ((first != MISSING) & (due < last) & ~(dropped & (run.ready == MISSING)))).all()
    for earlier, later in ((run.ready, run.queued), (run.queued, run.start), (run.start, run.end)):
        there = later != MISSING
        assert (earlier[there] != MISSING).all()
        assert (earlier[there] <= later[there]).all()


def nobody_works_twice(work: Workload, run: Outcome) -> None:
    """People do one thing at a time, within their hours and their time in post, and every minute of it."""
    tasks, staff = work.tasks, work.workers
    rows = np.flatnonzero((run.start != MISSING) & (tasks.pool != ALLOCATION))
    worker, start = run.worker[rows], run.start[rows]
    assert np.array_equal(staff.pool[worker], tasks.pool[rows])
    end = np.where(run.end[rows] == MISSING, FAR, run.end[rows])
    order = np.lexsort((end, start, worker))
    same = worker[order][1:] == worker[order][:-1]
    assert (start[order][1:][same] >= end[order][:-1][same]).all()
    assert (start >= staff.starts[worker]).all()
    assert (end[run.end[rows] != MISSING] <= staff.leaves[worker][run.end[rows] != MISSING]).all()
    for row, person in zip(rows.tolist(), worker.tolist(), strict=True):
        hours = (staff.opens[person], staff.shuts[person])
        assert ((hours[0] <= run.start[row]) & (run.start[row] < hours[1])).any()
        until = run.end[row] if run.end[row] != MISSING else work.final_minute
        worked = np.maximum(0, np.minimum(hours[1], until) - np.maximum(hours[0], run.start[row])).sum()
        wanted = run.effort[row] + run.handover[row]
        if run.end[row] != MISSING:
            assert worked == wanted
            assert wanted == 0 or ((hours[0] < run.end[row]) & (run.end[row] <= hours[1])).any()
        elif run.ending == "final minute":
            assert worked <= wanted


def queues_in_order(work: Workload, run: Outcome) -> None:
    """Nothing is begun while work with a smaller key waits in the same queue."""
    tasks, length = work.tasks, work.calendar.day_minutes
    came = run.arrival[tasks.case]

    def day(row: np.ndarray) -> np.ndarray:
        end = np.where(row >= 0, run.end[row], came)
        return end - end % length

    due = run.ready + work.due_within
    due = np.where(tasks.due >= 0, np.minimum(due, day(tasks.due_from) + tasks.due), due)
    raised = np.where(tasks.limit >= 0, day(tasks.limit_from) + tasks.limit - work.raise_before, FAR)
    held = np.full(len(work.cases), FAR)
    done = np.flatnonzero(tasks.review & (run.end != MISSING))
    np.minimum.at(held, tasks.case[done], run.end[done])
    held = held[tasks.case]
    closed = np.full(len(work.cases), FAR)
    rows = np.flatnonzero(tasks.closes & (run.end != MISSING))
    closed[tasks.case[rows]] = run.end[rows]
    dropped = np.where(tasks.review, closed[tasks.case], FAR)

    def key(row: int, before: int) -> tuple[int, int, int]:
        urgency = int(tasks.urgency[row])
        if urgency == ORDINARY and raised[row] < before:
            urgency = RAISED
        elif urgency == ORDINARY and held[row] < before:
            urgency = REVIEWED
        return (urgency, int(due[row]), row)

    begun = np.where(run.start == MISSING, FAR, run.start)
    for row in np.flatnonzero((run.start != MISSING) & (tasks.pool != ALLOCATION)).tolist():
        at = int(run.start[row])
        waits = (tasks.pool == tasks.pool[row]) & (run.queued != MISSING) & (run.queued < at) & (begun > at)
        waits &= dropped > at
        if tasks.pool[row] == OWN_WORKER:
            waits &= run.worker == run.worker[row]
        for other in np.flatnonzero(waits).tolist():
            assert key(other, at) > key(row, at + 1)


ALL = (number_in_system, arrivals, decomposition, readiness, nobody_works_twice, queues_in_order)


def check(work: Workload, run: Outcome) -> None:
    for law in ALL:
        law(work, run)
