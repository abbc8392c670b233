"""Queues, and who takes what from them: the part of the SimPy engine that gives out work.

Everything due in a minute happens first; only then do people who are free and at work take what waits.
``kernel/queues.py`` and ``kernel/giving_out.py`` are the same for speed, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

import simpy

from simkit.model import working_hours
from simkit.model.engine.pressure import Pressure
from simkit.model.engine.tables import lists
from simkit.model.event_order import (
    DONE,
    NONE,
    ORDINARY,
    PLAN,
    RAISED,
    REVIEWED,
    ROW_BITS,
    STAFF,
    key,
    raised_key,
    task_of,
    urgency_of,
)
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import ALLOCATION, NEVER, OWN_WORKER, Workload

__all__ = ["FIRST", "GivingOut", "Moment"]

FIRST = 2  # SimPy's own priorities are 0 and 1
_LAST = 7 << ROW_BITS  # after every moment of a minute


class Moment(simpy.Event):
    """Something that happens at a minute, its value, to the task, person or case of a ``row``.

    The minute may be set later than its creation.
    """

    _ok = True
    _value: int | None = None
    minute: int
    row: int

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []


class GivingOut:
    """What waits, who is free and what has happened. Rows of the tables name cases, tasks and people."""

    def __init__(self, workload: Workload) -> None:
        self.workload, self.drawn = workload, lists(workload)
        self.length = workload.calendar.day_minutes
        cases, tasks, people = len(workload.cases), len(workload.tasks), len(workload.staff)
        pools = len(workload.pools)
        self.env = simpy.Environment()
        self.schedule = self.env.schedule
        self.over = self.env.event()
        self.to_watch = 1  # the window's end, and the unfinished cases that came in it
        self.minutes: set[int] = set()  # at whose end work will be given out
        # What the Outcome records.
        self.came = [MISSING] * cases
        self.ready, self.queued, self.start, self.end = ([MISSING] * tasks for _ in range(4))
        self.worker, self.handover = [MISSING] * tasks, [0] * tasks
        self.effort = self.drawn.effort.copy()
        table = workload.effort_table
        self.pressure = None if table is None else Pressure(table)
        # Queues hold keys of tasks. A task's key is current while it waits; other keys of it are stale.
        self.to_allocate: list[int] = []
        self.own_queue: list[list[int]] = [[] for _ in range(people)]
        self.pool_queue: list[list[int]] = [[] for _ in range(pools)]
        self.waiting_key = [MISSING] * tasks
        self.due_at, self.raise_at = [MISSING] * tasks, [int(NEVER)] * tasks  # due, and a limit on it near
        self.homeless = [False] * tasks  # waits for its case to have a worker
        self.done: dict[int, Moment] = {}  # the ends of what waits or is at work
        # Cases.
        self.holder, self.unfinished = [NONE] * cases, self.drawn.work.copy()
        self.authorised, self.reviewed, self.taken_over = ([False] * cases for _ in range(3))
        # People.
        self.case_holders: list[int] = []  # those in post
        self.held: list[set[int]] = [set() for _ in range(people)]
        self.load, self.turn, self.turns = [0] * people, [0] * people, 0
        self.rank = [0] * people  # for the next case, least first
        self.free = [False] * people  # in post, without a task, and not known to be away
        self.free_in: list[list[int]] = [[] for _ in range(pools)]
        # What the next giving out has to look at.
        self.look_at_allocation = self.morning_set = False
        self.look_at_people: set[int] = set()
        self.look_at_pools: set[int] = set()
        self.fresh: list[int] = []  # ordinary work queued in this minute

    # Time

    def happens(self, event: Moment, now: int, minute: int, order: int) -> Moment:
        """Set when an event happens; work is given out at the end of every minute in which anything does."""
        delay = minute - now
        event._value = event.minute = minute
        self.schedule(event, FIRST + order, delay)  # type: ignore[arg-type]
        if minute not in self.minutes:
            self.minutes.add(minute)
            end = Moment(self.env)
            end.minute = minute
            end.callbacks.append(self.give_out)
            self.schedule(end, FIRST + _LAST, delay)  # type: ignore[arg-type]
        return event

    def moment(self, now: int, minute: int, order: int) -> Moment:
        """Something that happens at a minute, at its place in the order of that minute."""
        return self.happens(Moment(self.env), now, minute, order)

    def then(self, now: int, minute: int, order: int, row: int, action: Callable[[Moment], None]) -> None:
        """Do something at its place in the order of a minute."""
        event = Moment(self.env)
        event.row = row
        event.callbacks.append(action)
        self.happens(event, now, minute, order)

    # What has happened

    def end_of(self, earlier: int, case: int) -> int:
        """When an earlier task of the case ended; the case's arrival where it has not, or there is none."""
        end = self.end[earlier] if earlier != NONE else MISSING
        return end if end != MISSING else self.came[case]

    def day_of(self, earlier: int, case: int) -> int:
        """Start of the day on which an earlier task of the case ended."""
        end = self.end[earlier] if earlier != NONE else MISSING
        if end == MISSING:
            end = self.came[case]
        return end - end % self.length

    def tasks_of(self, case: int) -> range:
        return range(self.drawn.first_task[case], self.drawn.first_task[case + 1])

    # Who is free

    def becomes_free(self, person: int) -> None:
        """Somebody has come, come back or ended a task."""
        role = self.drawn.role[person]
        self.free[person] = True
        if role == OWN_WORKER:
            if self.own_queue[person]:
                self.look_at_people.add(person)
        else:
            heappush(self.free_in[role], person)
            if self.pool_queue[role]:
                self.look_at_pools.add(role)

    def is_away(self, person: int, now: int) -> None:
        """Look at somebody again when they are next at work."""
        self.free[person] = False
        back = working_hours.back(self.drawn.opens[person], self.drawn.shuts[person], self.length, now)
        if back < self.drawn.leaves[person]:
            self.then(now, back, STAFF + 2 * person + 1, person, self.is_back)

    def is_back(self, moment: Moment) -> None:
        self.becomes_free(moment.row)

    # Queues

    def queue(self, task: int, now: int) -> Moment:
        """Put a task where it waits to be done; what is returned is its end."""
        drawn, case = self.drawn, self.drawn.case[task]
        self.ready[task] = now
        due = now + self.workload.patience
        if drawn.due[task] >= 0:
            planned = self.day_of(drawn.due_from[task], case) + drawn.due[task]
            due = planned if planned < due else due
        self.due_at[task] = due
        if drawn.limit[task] >= 0 and drawn.urgency[task] == ORDINARY:
            limit = self.day_of(drawn.limit_from[task], case) + drawn.limit[task]
            self.raise_at[task] = limit - self.workload.raise_before
        if self.pressure is not None and drawn.pool[task] == ALLOCATION:
            self.pressure.changes(drawn.children[case], now)
        done = self.done[task] = Moment(self.env)
        if drawn.pool[task] == OWN_WORKER and self.holder[case] == NONE:
            self.homeless[task] = True
        else:
            self.queued[task] = now
            self.push(task, now)
        return done

    def push(self, task: int, now: int) -> None:
        """Put a task into the queue it waits in, under its present urgency."""
        urgency = self.drawn.urgency[task]
        if urgency == ORDINARY:
            if self.raise_at[task] <= now:
                urgency = RAISED
            else:
                self.fresh.append(task)
                if self.reviewed[self.drawn.case[task]]:
                    urgency = REVIEWED
        waiting = self.waiting_key[task] = key(urgency, self.due_at[task], task)
        heappush(self.queue_of(task), waiting)

    def queue_of(self, task: int) -> list[int]:
        """The queue a task waits in, which the next giving out has to look at."""
        pool = self.drawn.pool[task]
        if pool == OWN_WORKER:
            holder = self.holder[self.drawn.case[task]]
            if self.free[holder]:
                self.look_at_people.add(holder)
            return self.own_queue[holder]
        if pool == ALLOCATION:
            self.look_at_allocation = True
            return self.to_allocate
        self.look_at_pools.add(pool)
        return self.pool_queue[pool]

    def raise_urgency(self, task: int, urgency: int) -> None:
        """Queue a waiting task again, ahead of what is less urgent."""
        waiting = self.waiting_key[task]
        if waiting != MISSING and urgency_of(waiting) > urgency:
            self.waiting_key[task] = raised_key(waiting, urgency)
            heappush(self.queue_of(task), self.waiting_key[task])

    def limit_nears(self, moment: Moment) -> None:
        self.raise_urgency(moment.row, RAISED)

    def case_is_placed(self, case: int, now: int) -> None:
        """The case has its worker: work that waited for one joins the queue."""
        for task in self.tasks_of(case):
            if self.homeless[task]:
                self.homeless[task] = False
                self.queued[task] = now
                self.push(task, now)

    def first_of(self, queue: list[int]) -> int:
        """The first task that waits in a queue, NONE where none does. Stale keys are dropped."""
        while queue:
            task = task_of(queue[0])
            if self.waiting_key[task] == queue[0]:
                if not (self.drawn.review[task] and self.authorised[self.drawn.case[task]]):
                    return task
                self.waiting_key[task] = MISSING
            heappop(queue)
        return NONE

    # Giving out work, after everything of the minute has happened

    def give_out(self, end_of_minute: Moment) -> None:
        """Allocate cases, then let every free person take the first of what waits for them."""
        now = end_of_minute.minute
        self.minutes.remove(now)
        if self.look_at_allocation:
            self.look_at_allocation = False
            self.allocate(now)
        while self.look_at_people:
            self.take_own(self.look_at_people.pop(), now)
        while self.look_at_pools:
            self.take_from_pool(self.look_at_pools.pop(), now)
        while self.fresh:
            task = self.fresh.pop()
            if self.waiting_key[task] != MISSING and self.raise_at[task] < NEVER:
                self.then(now, self.raise_at[task], PLAN + task, task, self.limit_nears)
        if self.to_watch == 0 and self.env.peek() > now:
            self.over.succeed()

    def allocate(self, now: int) -> None:
        """Give waiting cases, first key first, each to the case holder with the least load."""
        while (task := self.first_of(self.to_allocate)) != NONE:
            case = self.drawn.case[task]
            person = self.best_holder(case, now)
            if person == NONE:
                break
            heappop(self.to_allocate)
            self.waiting_key[task] = MISSING
            self.holder[case] = person
            self.held[person].add(case)
            self.turns += 1
            self.turn[person] = self.turns
            self.carry(person, self.drawn.children[case])
            if self.start[task] == MISSING:
                self.start[task], self.worker[task] = now, person
                self.happens(self.done[task], now, now, DONE + task)
            else:
                self.then(now, now, DONE + task, case, self.has_next_worker)
        if self.to_allocate and not self.morning_set:
            self.morning_set = True
            tomorrow = now - now % self.length + self.length
            self.then(now, tomorrow, STAFF + 2 * len(self.free), NONE, self.next_morning)

    def has_next_worker(self, moment: Moment) -> None:
        self.case_is_placed(moment.row, moment.minute)

    def next_morning(self, _: Moment) -> None:
        """Waiting cases are looked at again each morning: somebody may be back."""
        self.morning_set = False
        self.look_at_allocation = True

    def best_holder(self, case: int, now: int) -> int:
        """Who takes a case: least load for their hours, longest without a new one, first in the table."""
        room = self.workload.caseload_limit - self.workload.other_cases
        for person in sorted(self.case_holders, key=self.rank.__getitem__):
            load = (self.load[person] + self.drawn.children[case]) * 10_000 // self.drawn.fte[person]
            if load <= room and now < self.drawn.notice[person] and not self.is_long_away(person, now):
                return person
        return NONE

    def is_long_away(self, person: int, now: int) -> bool:
        opens, shuts = self.drawn.opens[person], self.drawn.shuts[person]
        return working_hours.away(opens, shuts, self.length, now, self.workload.away_days)

    def carry(self, person: int, children: int) -> None:
        """Change somebody's load, and with it their rank for the next case."""
        self.load[person] += children
        self.rank[person] = self.load[person] * 10_000 // self.drawn.fte[person] << 32 | self.turn[person]

    def take_own(self, person: int, now: int) -> None:
        queue = self.own_queue[person]
        if queue and self.free[person] and (task := self.first_of(queue)) != NONE:
            self.take(task, queue, person, now)

    def take_from_pool(self, pool: int, now: int) -> None:
        """Free people of a role, in the order of the table, each take the first of what waits."""
        queue, free, unable = self.pool_queue[pool], self.free_in[pool], []
        while free and (task := self.first_of(queue)) != NONE:
            person = heappop(free)
            if self.free[person]:
                self.take(task, queue, person, now)
            if self.free[person]:
                unable.append(person)
        for person in unable:
            heappush(free, person)

    def take(self, task: int, queue: list[int], person: int, now: int) -> None:
        """Begin a task, unless the person is away or would leave before its end."""
        drawn = self.drawn
        opens, shuts = drawn.opens[person], drawn.shuts[person]
        today = now // self.length
        if not opens[today] <= now < shuts[today]:
            self.is_away(person, now)
            return
        case, extra, effort = drawn.case[task], 0, drawn.effort[task]
        if drawn.pool[task] == OWN_WORKER:
            if self.taken_over[case]:
                extra = self.workload.handover
            if self.pressure is not None:
                effort = self.pressure.shortened(case, effort, now)
        end = now + effort + extra
        if end > shuts[today]:  # it goes on another day
            end = working_hours.finish(opens, shuts, self.length, now, effort + extra)
        if end > drawn.leaves[person]:
            return
        heappop(queue)
        self.waiting_key[task] = MISSING
        self.start[task], self.worker[task], self.effort[task] = now, person, effort
        self.free[person] = False
        if extra:
            self.taken_over[case], self.handover[task] = False, extra
        self.happens(self.done[task], now, end, DONE + task)
