"""The model as SimPy processes: arrivals, lines of work, re-referrals, and the employment of workers.

A case has one or more lines of work: each task becomes ready, is queued, is done by a worker and is
followed by the next. Events of a minute have a total order (``clock``) and dispatch follows them
(``dispatch``), so the order of the code decides nothing. ``kernel/process.py`` is the compiled
counterpart, under the same names.
"""

from __future__ import annotations

import gc
from bisect import insort
from collections.abc import Generator

import numpy as np
import simpy

from simkit.model.engine.clock import BEFORE_ALL, Due
from simkit.model.engine.dispatch import Dispatcher
from simkit.model.engine.state import State
from simkit.model.event_order import ANSWER, ARRIVAL, NONE, PLAN, WORKER, check_tables
from simkit.model.outcome import MISSING, Ending, Outcome
from simkit.model.queue_order import REVIEWED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

Process = Generator[simpy.Event, int, None]


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    check_tables(workload)
    # Python's cycle collector is off while a run lasts: it would look at everything again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Run(workload).outcome()
    finally:
        if collecting:
            gc.enable()


class _Run:
    """The processes of one run."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.state = State(workload)
        self.tables = self.state.tables
        self.dispatcher = Dispatcher(self.state)
        self.clock = self.dispatcher.clock
        self.ending: Ending = "finished"

    def outcome(self) -> Outcome:
        """Start all processes, run to the end, and return the Outcome."""
        self.clock.process(self.arrivals())
        for worker in range(len(self.tables.fte)):
            self.clock.process(self.employment(worker))
        self.clock.process(self.window_ends())
        self.clock.process(self.time_runs_out())
        self.clock.run(until=self.dispatcher.stop)
        names = ("arrival", "ready", "queued", "start", "end", "worker", "handover", "effort")
        columns = {name: np.array(getattr(self.state, name), dtype=np.int64) for name in names}
        return Outcome(**columns, stopped=int(self.clock.now), ending=self.ending)

    # End of the run

    def window_ends(self) -> Process:
        """From the end of the window on, only its unfinished cases keep the run going."""
        yield self.clock.at(self.workload.window[1], ARRIVAL + len(self.tables.planned_arrival))
        self.state.outstanding -= 1

    def time_runs_out(self) -> Process:
        """Stop the run before any event of the final minute."""
        yield self.clock.at(self.workload.final_minute, BEFORE_ALL)
        self.ending = "final minute"
        self.dispatcher.stop.succeed()

    # Cases

    def arrivals(self) -> Process:
        """Cases from outside arrive; a re-referral is scheduled by the end of the case before it."""
        for case in self.tables.outside:
            now = yield self.clock.at(self.tables.planned_arrival[case], ARRIVAL + case)
            self.case_arrives(case, now)

    def rereferral(self, case: int, now: int) -> Process:
        """A re-referral or repeat assessment arrives a drawn delay after the end of the case before it."""
        now = yield self.clock.at(now + self.tables.planned_arrival[case], ARRIVAL + case)
        self.case_arrives(case, now)

    def case_arrives(self, case: int, now: int) -> None:
        """Its lines of work begin; a case without any has ended."""
        state = self.state
        state.arrival[case] = now
        if state.is_in_window(case):
            state.outstanding += 1
        for task in self.tables.first_tasks.get(case, ()):
            self.clock.process(self.line_of_work(task, now))
        if state.unfinished[case] == 0:
            self.case_ends(case, now)

    def line_of_work(self, task: int, now: int) -> Process:
        """Wait until a task is ready, queue it, and continue with the tasks that follow its end."""
        while task != NONE:
            now = yield self.readiness(task, now)
            if self.state.was_withdrawn(task):
                return
            now = yield self.dispatcher.enqueue(task, now)
            self.task_ends(task, now)
            for branch in self.tables.branches.get(task, ()):
                self.clock.process(self.line_of_work(branch, now))
            task = self.tables.next_task[task]

    def readiness(self, task: int, now: int) -> Due:
        """When a task is ready: its external answer has come and its planned day has begun."""
        tables, state = self.tables, self.state
        case, wait, hold = tables.case[task], tables.wait[task], tables.hold[task]
        minute, kind = now, ANSWER
        if wait > 0:
            minute = max(minute, state.end_of(tables.wait_from[task], case) + wait)
        if hold >= 0:
            release = state.day_of(tables.hold_from[task], case) + hold
            if release > minute or tables.review[task]:
                minute, kind = max(minute, release), PLAN
        return self.clock.at(minute, kind + task)

    def task_ends(self, task: int, now: int) -> None:
        """The worker is free again; the case has a worker, is authorised, reviewed or has ended."""
        tables, state, dispatcher = self.tables, self.state, self.dispatcher
        case = tables.case[task]
        state.end[task] = now
        del dispatcher.done[task]
        if tables.pool[task] == ALLOCATION:
            dispatcher.case_allocated(case, now)
        else:
            dispatcher.becomes_free(state.worker[task])
        if tables.closes[task]:
            state.authorised[case] = True
        if tables.review[task]:
            state.reviewed[case] = True
            for other in state.tasks_of(case):
                dispatcher.raise_urgency(other, REVIEWED)
        else:
            state.unfinished[case] -= 1
            if state.unfinished[case] == 0:
                self.case_ends(case, now)

    def case_ends(self, case: int, now: int) -> None:
        """The case leaves its worker; cases that follow it are on their way."""
        state, tables = self.state, self.tables
        if state.pressure is not None:
            for task in state.tasks_of(case):
                if tables.pool[task] == ALLOCATION and state.ready[task] != MISSING:
                    state.pressure.add_children(-tables.children[case], now)
        self.dispatcher.release(case)
        if state.is_in_window(case):
            state.outstanding -= 1
        for following in tables.rereferrals.get(case, ()):
            self.clock.process(self.rereferral(following, now))

    # Workers

    def employment(self, worker: int) -> Process:
        """A worker starts, works while in post, and leaves."""
        state, holds_cases = self.state, self.tables.role[worker] == OWN_WORKER
        yield self.clock.at(self.tables.starts[worker], WORKER + 2 * worker)
        if holds_cases:
            insort(state.case_holders, worker)
            self.dispatcher.allocation_pending = True
        self.dispatcher.becomes_free(worker)
        now = yield self.clock.at(self.tables.leaves[worker], WORKER + 2 * worker)
        state.free[worker] = False
        if holds_cases:
            state.case_holders.remove(worker)
            self.dispatcher.requeue_cases(worker, now)
