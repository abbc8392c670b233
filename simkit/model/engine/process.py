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

from simkit.model.engine.dispatch import FIRST, GivingOut, Moment
from simkit.model.event_order import ANSWER, ARRIVAL, NONE, PLAN, REVIEWED, STAFF, check
from simkit.model.outcome import MISSING, Ending, Outcome
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["simulate"]

Process = Generator[simpy.Event, int, None]


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    check(workload)
    # What a run makes goes as soon as it has happened; a search for cycles would find none, again and again.
    searching = gc.isenabled()
    gc.disable()
    try:
        return _Run(workload).outcome()
    finally:
        if searching:
            gc.enable()


class _Run(GivingOut):
    """One run: cases come, are worked on and end; people come and go."""

    def __init__(self, workload: Workload) -> None:
        super().__init__(workload)
        self.ending: Ending = "finished"

    def outcome(self) -> Outcome:
        """Run, and say what happened."""
        self.env.process(self.referrals_come())
        for person in range(len(self.drawn.fte)):
            self.env.process(self.person_comes_and_goes(person))
        self.env.process(self.window_ends())
        self.env.process(self.time_runs_out())
        self.env.run(until=self.over)
        names = ("came", "ready", "queued", "start", "end", "worker", "handover", "effort")
        facts = {name: np.array(getattr(self, name), dtype=np.int64) for name in names}
        return Outcome(**facts, stopped=int(self.env.now), ending=self.ending)

    # Time

    def window_ends(self) -> Process:
        yield self.moment(0, self.workload.window[1], ARRIVAL + len(self.drawn.arrival))
        self.to_watch -= 1

    def time_runs_out(self) -> Process:
        """Nothing of the final minute happens any more."""
        yield self.moment(0, self.workload.final_minute, -FIRST)
        self.ending = "final minute"
        self.over.succeed()

    # Cases

    def referrals_come(self) -> Process:
        """Cases from outside come; a case that follows from another is sent by its end."""
        now = 0
        for case in self.drawn.outside:
            now = yield self.moment(now, self.drawn.arrival[case], ARRIVAL + case)
            self.case_comes(case, now)

    def case_comes(self, case: int, now: int) -> None:
        self.came[case] = now
        if self.is_watched(case):
            self.to_watch += 1
        for task in self.drawn.opening.get(case, ()):
            self.env.process(self.line_of_work(task, now))
        if self.unfinished[case] == 0:
            self.case_ends(case, now)

    def is_watched(self, case: int) -> bool:
        start, end = self.workload.window
        return start <= self.came[case] < end

    def line_of_work(self, task: int, now: int) -> Process:
        """Wait until a task can be done, queue it, and go on with what follows when it is done."""
        drawn = self.drawn
        while task != NONE:
            now = yield self.can_be_done(task, now)
            if drawn.review[task] and self.authorised[drawn.case[task]]:
                return
            now = yield self.queue(task, now)
            self.task_ends(task, now)
            for branch in drawn.branches.get(task, ()):
                self.env.process(self.line_of_work(branch, now))
            task = drawn.next_task[task]

    def can_be_done(self, task: int, now: int) -> Moment:
        """The moment from which a task can be done: answers are in, and its planned day has come."""
        drawn = self.drawn
        case, wait, hold = drawn.case[task], drawn.wait[task], drawn.hold[task]
        minute, kind = now, ANSWER
        if wait > 0:
            minute = max(minute, self.end_of(drawn.answer_from[task], case) + wait)
        if hold >= 0:
            release = self.day_of(drawn.held_from[task], case) + hold
            if release > minute or drawn.review[task]:
                minute, kind = max(minute, release), PLAN
        return self.happens(Moment(self.env), now, minute, kind + task)

    def task_ends(self, task: int, now: int) -> None:
        drawn, case = self.drawn, self.drawn.case[task]
        self.end[task] = now
        del self.done[task]
        if drawn.pool[task] == ALLOCATION:
            self.case_is_placed(case, now)
        else:
            self.becomes_free(self.worker[task])
        if drawn.closes[task]:
            self.authorised[case] = True
        if drawn.review[task]:
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
                if self.drawn.pool[task] == ALLOCATION and self.ready[task] != MISSING:
                    self.pressure.changes(-self.drawn.children[case], now)
        holder = self.holder[case]
        if holder != NONE:
            self.held[holder].remove(case)
            self.carry(holder, -self.drawn.children[case])
            self.look_at_allocation = True
        else:
            for task in self.tasks_of(case):  # it needs no worker any more
                if self.drawn.pool[task] == ALLOCATION:
                    self.waiting_key[task] = MISSING
        if self.is_watched(case):
            self.to_watch -= 1
        for again in self.drawn.returns.get(case, ()):
            self.env.process(self.case_returns(again, now))

    def case_returns(self, case: int, now: int) -> Process:
        """A case that follows from another comes so long after its end."""
        now = yield self.moment(now, now + self.drawn.arrival[case], ARRIVAL + case)
        self.case_comes(case, now)

    # People

    def person_comes_and_goes(self, person: int) -> Process:
        yield self.moment(0, self.drawn.starts[person], STAFF + 2 * person)
        if self.drawn.role[person] == OWN_WORKER:
            insort(self.case_holders, person)
            self.look_at_allocation = True
        self.becomes_free(person)
        yield self.moment(self.drawn.starts[person], self.drawn.leaves[person], STAFF + 2 * person)
        self.free[person] = False
        if self.drawn.role[person] == OWN_WORKER:
            self.case_holders.remove(person)
            self.cases_come_back(person, self.drawn.leaves[person])

    def cases_come_back(self, person: int, now: int) -> None:
        """The cases of somebody who leaves wait for allocation again, and their queued work for a worker."""
        for case in self.held[person]:
            self.holder[case], self.taken_over[case] = NONE, True
            for task in self.tasks_of(case):
                if self.drawn.pool[task] == ALLOCATION:
                    self.push(task, now)
                elif self.drawn.pool[task] == OWN_WORKER and self.waiting_key[task] != MISSING:
                    self.waiting_key[task], self.homeless[task] = MISSING, True
        self.held[person].clear()
        self.own_queue[person].clear()
        self.look_at_allocation = True
