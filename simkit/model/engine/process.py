"""The model, in SimPy: cases and the people who work on them, minute by minute.

A case is one or more lines of work: each task is waited for, queued, done by whoever does it, and
followed by the next. People come, leave their posts, and take the first of what waits for them when they
are free and at work. Everything due in a minute happens in the order of ``order``; only then
is work given out (``giving_out``), so nobody profits from the order in which things were written down.

``kernel/cases.py`` is the same for speed, under the same names.
"""

from __future__ import annotations

import gc
from bisect import insort
from collections.abc import Generator

import numpy as np
import simpy

from simkit.model.engine.dispatch import FIRST, Dispatcher, TimedEvent
from simkit.model.event_order import ANSWER, ARRIVAL, NONE, PLAN, REVIEWED, WORKER, check_tables
from simkit.model.outcome import MISSING, Ending, Outcome
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["simulate"]

Process = Generator[simpy.Event, int, None]


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    check_tables(workload)
    # What a run makes goes as soon as it has happened; a search for cycles would find none, again and again.
    searching = gc.isenabled()
    gc.disable()
    try:
        return _Run(workload).outcome()
    finally:
        if searching:
            gc.enable()


class _Run(Dispatcher):
    """One run: cases come, are worked on and end; people come and go."""

    def __init__(self, workload: Workload) -> None:
        super().__init__(workload)
        self.ending: Ending = "finished"

    def outcome(self) -> Outcome:
        """Run, and say what happened."""
        self.env.process(self.arrivals())
        for worker in range(len(self.tables.fte)):
            self.env.process(self.employment(worker))
        self.env.process(self.window_ends())
        self.env.process(self.time_runs_out())
        self.env.run(until=self.stop)
        names = ("arrival", "ready", "queued", "start", "end", "worker", "handover", "effort")
        facts = {name: np.array(getattr(self, name), dtype=np.int64) for name in names}
        return Outcome(**facts, stopped=int(self.env.now), ending=self.ending)

    # Time

    def window_ends(self) -> Process:
        yield self.event_at(0, self.workload.window[1], ARRIVAL + len(self.tables.planned_arrival))
        self.outstanding -= 1

    def time_runs_out(self) -> Process:
        """Nothing of the final minute happens any more."""
        yield self.event_at(0, self.workload.final_minute, -FIRST)
        self.ending = "final minute"
        self.stop.succeed()

    # Cases

    def arrivals(self) -> Process:
        """Cases from outside come; a case that follows from another is sent by its end."""
        now = 0
        for case in self.tables.outside:
            now = yield self.event_at(now, self.tables.planned_arrival[case], ARRIVAL + case)
            self.case_arrives(case, now)

    def case_arrives(self, case: int, now: int) -> None:
        self.arrival[case] = now
        if self.is_in_window(case):
            self.outstanding += 1
        for task in self.tables.first_tasks.get(case, ()):
            self.env.process(self.line_of_work(task, now))
        if self.unfinished[case] == 0:
            self.case_ends(case, now)

    def is_in_window(self, case: int) -> bool:
        start, end = self.workload.window
        return start <= self.arrival[case] < end

    def line_of_work(self, task: int, now: int) -> Process:
        """Wait until a task can be done, queue it, and go on with what follows when it is done."""
        tables = self.tables
        while task != NONE:
            now = yield self.schedule_ready(task, now)
            if tables.review[task] and self.authorised[tables.case[task]]:
                return
            now = yield self.enqueue(task, now)
            self.task_ends(task, now)
            for branch in tables.branches.get(task, ()):
                self.env.process(self.line_of_work(branch, now))
            task = tables.next_task[task]

    def schedule_ready(self, task: int, now: int) -> TimedEvent:
        """The moment from which a task can be done: answers are in, and its planned day has come."""
        tables = self.tables
        case, wait, hold = tables.case[task], tables.wait[task], tables.hold[task]
        minute, kind = now, ANSWER
        if wait > 0:
            minute = max(minute, self.end_of(tables.wait_from[task], case) + wait)
        if hold >= 0:
            release = self.day_of(tables.hold_from[task], case) + hold
            if release > minute or tables.review[task]:
                minute, kind = max(minute, release), PLAN
        return self.schedule(TimedEvent(self.env), now, minute, kind + task)

    def task_ends(self, task: int, now: int) -> None:
        tables, case = self.tables, self.tables.case[task]
        self.end[task] = now
        del self.done[task]
        if tables.pool[task] == ALLOCATION:
            self.case_allocated(case, now)
        else:
            self.becomes_free(self.worker[task])
        if tables.closes[task]:
            self.authorised[case] = True
        if tables.review[task]:
            self.reviewed[case] = True
            for other in self.tasks_of(case):
                self.raise_urgency(other, REVIEWED)
        else:
            self.unfinished[case] -= 1
            if self.unfinished[case] == 0:
                self.case_ends(case, now)

    def case_ends(self, case: int, now: int) -> None:
        if self.pressure is not None:
            for task in self.tasks_of(case):
                if self.tables.pool[task] == ALLOCATION and self.ready[task] != MISSING:
                    self.pressure.changes(-self.tables.children[case], now)
        holder = self.holder[case]
        if holder != NONE:
            self.cases_held[holder].remove(case)
            self.change_load(holder, -self.tables.children[case])
            self.allocation_pending = True
        else:
            for task in self.tasks_of(case):  # it needs no worker any more
                if self.tables.pool[task] == ALLOCATION:
                    self.waiting_key[task] = MISSING
        if self.is_in_window(case):
            self.outstanding -= 1
        for again in self.tables.rereferrals.get(case, ()):
            self.env.process(self.rereferral(again, now))

    def rereferral(self, case: int, now: int) -> Process:
        """A case that follows from another comes so long after its end."""
        now = yield self.event_at(now, now + self.tables.planned_arrival[case], ARRIVAL + case)
        self.case_arrives(case, now)

    # People

    def employment(self, worker: int) -> Process:
        yield self.event_at(0, self.tables.starts[worker], WORKER + 2 * worker)
        if self.tables.role[worker] == OWN_WORKER:
            insort(self.case_holders, worker)
            self.allocation_pending = True
        self.becomes_free(worker)
        yield self.event_at(self.tables.starts[worker], self.tables.leaves[worker], WORKER + 2 * worker)
        self.free[worker] = False
        if self.tables.role[worker] == OWN_WORKER:
            self.case_holders.remove(worker)
            self.requeue_cases(worker, self.tables.leaves[worker])

    def requeue_cases(self, worker: int, now: int) -> None:
        """The cases of somebody who leaves wait for allocation again, and their queued work for a worker."""
        for case in self.cases_held[worker]:
            self.holder[case], self.handover_due[case] = NONE, True
            for task in self.tasks_of(case):
                if self.tables.pool[task] == ALLOCATION:
                    self.push(task, now)
                elif self.tables.pool[task] == OWN_WORKER and self.waiting_key[task] != MISSING:
                    self.waiting_key[task], self.awaits_holder[task] = MISSING, True
        self.cases_held[worker].clear()
        self.own_queues[worker].clear()
        self.allocation_pending = True
