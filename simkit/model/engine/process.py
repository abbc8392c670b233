"""The model as SimPy processes: arrivals, lines of work, re-referrals, and the employment of workers.

A case has one or more lines of work: each task becomes ready, is queued, is done by a worker and is
followed by the next. Events of a minute have a total order (``event_order``) and dispatch follows them
(``dispatch``), so the order of the code decides nothing. ``kernel/process.py`` is the compiled
counterpart, under the same names.
"""

from __future__ import annotations

import gc
from bisect import insort
from collections.abc import Generator

import numpy as np
import simpy

from simkit.model.engine.dispatch import FIRST, Dispatcher, TimedEvent
from simkit.model.event_order import ANSWER, ARRIVAL, NONE, PLAN, WORKER, check_tables
from simkit.model.outcome import MISSING, Ending, Outcome
from simkit.model.queue_order import REVIEWED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["simulate"]

Process = Generator[simpy.Event, int, None]


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    check_tables(workload)
    # A run leaves no reference cycles, so Python's cycle collector is switched off while it runs.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Run(workload).outcome()
    finally:
        if collecting:
            gc.enable()


class _Run(Dispatcher):
    """The processes of one run."""

    def __init__(self, workload: Workload) -> None:
        super().__init__(workload)
        self.ending: Ending = "finished"

    def outcome(self) -> Outcome:
        """Start all processes, run to the end, and return the Outcome."""
        self.env.process(self.arrivals())
        for worker in range(len(self.tables.fte)):
            self.env.process(self.employment(worker))
        self.env.process(self.window_ends())
        self.env.process(self.time_runs_out())
        self.env.run(until=self.stop)
        names = ("arrival", "ready", "queued", "start", "end", "worker", "handover", "effort")
        columns = {name: np.array(getattr(self, name), dtype=np.int64) for name in names}
        return Outcome(**columns, stopped=int(self.env.now), ending=self.ending)

    # End of the run

    def window_ends(self) -> Process:
        """From the end of the window on, only its unfinished cases keep the run going."""
        yield self.event_at(0, self.workload.window[1], ARRIVAL + len(self.tables.planned_arrival))
        self.outstanding -= 1

    def time_runs_out(self) -> Process:
        """Stop the run before any event of the final minute."""
        yield self.event_at(0, self.workload.final_minute, -FIRST)
        self.ending = "final minute"
        self.stop.succeed()

    # Cases

    def arrivals(self) -> Process:
        """Cases from outside arrive; a re-referral is scheduled by the end of the case before it."""
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
        """Wait until a task is ready, queue it, and continue with the tasks that follow its end."""
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
        """Schedule when a task is ready: its external answer has come and its planned day has begun."""
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
                    self.pressure.add_children(-self.tables.children[case], now)
        holder = self.holder[case]
        if holder != NONE:
            self.cases_held[holder].remove(case)
            self.change_load(holder, -self.tables.children[case])
            self.allocation_pending = True
        else:
            for task in self.tasks_of(case):  # no longer waits for allocation
                if self.tables.pool[task] == ALLOCATION:
                    self.waiting_key[task] = MISSING
        if self.is_in_window(case):
            self.outstanding -= 1
        for following in self.tables.rereferrals.get(case, ()):
            self.env.process(self.rereferral(following, now))

    def rereferral(self, case: int, now: int) -> Process:
        """A re-referral or repeat assessment arrives a drawn delay after the end of the case before it."""
        now = yield self.event_at(now, now + self.tables.planned_arrival[case], ARRIVAL + case)
        self.case_arrives(case, now)

    # Workers

    def employment(self, worker: int) -> Process:
        """A worker starts, works while in post, and leaves."""
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
        """A leaver's cases return to the waiting list; their queued tasks wait for the next worker."""
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
