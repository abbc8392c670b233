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
from simkit.model.engine.tables import workload_lists
from simkit.model.event_order import (
    DONE,
    NONE,
    ORDINARY,
    PLAN,
    RAISED,
    REVIEWED,
    ROW_BITS,
    WORKER,
    queue_key,
    raised_key,
    task_of_key,
    urgency_of_key,
)
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import ALLOCATION, NEVER, OWN_WORKER, Workload

__all__ = ["FIRST", "Dispatcher", "TimedEvent"]

FIRST = 2  # SimPy's own priorities are 0 and 1
_LAST = 7 << ROW_BITS  # after every moment of a minute


class TimedEvent(simpy.Event):
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


class Dispatcher:
    """What waits, who is free and what has happened. Rows of the tables name cases, tasks and people."""

    def __init__(self, workload: Workload) -> None:
        self.workload, self.tables = workload, workload_lists(workload)
        self.day_minutes = workload.calendar.day_minutes
        cases, tasks, workers = len(workload.cases), len(workload.tasks), len(workload.workers)
        pools = len(workload.pools)
        self.env = simpy.Environment()
        self.schedule_event = self.env.schedule
        self.stop = self.env.event()
        self.outstanding = 1  # the window's end, and the unfinished cases that came in it
        self.dispatch_minutes: set[int] = set()  # at whose end work will be given out
        # What the Outcome records.
        self.arrival = [MISSING] * cases
        self.ready, self.queued, self.start, self.end = ([MISSING] * tasks for _ in range(4))
        self.worker, self.handover = [MISSING] * tasks, [0] * tasks
        self.effort = self.tables.effort.copy()
        table = workload.effort_table
        self.pressure = None if table is None else Pressure(table)
        # Queues hold keys of tasks. A task's key is current while it waits; other keys of it are stale.
        self.allocation_queue: list[int] = []
        self.own_queues: list[list[int]] = [[] for _ in range(workers)]
        self.pool_queues: list[list[int]] = [[] for _ in range(pools)]
        self.waiting_key = [MISSING] * tasks
        self.due_at, self.raise_at = [MISSING] * tasks, [int(NEVER)] * tasks  # due, and a limit on it near
        self.awaits_holder = [False] * tasks  # waits for its case to have a worker
        self.done: dict[int, TimedEvent] = {}  # the ends of what waits or is at work
        # Cases.
        self.holder, self.unfinished = [NONE] * cases, self.tables.work_tasks.copy()
        self.authorised, self.reviewed, self.handover_due = ([False] * cases for _ in range(3))
        # People.
        self.case_holders: list[int] = []  # those in post
        self.cases_held: list[set[int]] = [set() for _ in range(workers)]
        self.load, self.last_allocation, self.allocations = [0] * workers, [0] * workers, 0
        self.rank = [0] * workers  # for the next case, least first
        self.free = [False] * workers  # in post, without a task, and not known to be away
        self.free_workers: list[list[int]] = [[] for _ in range(pools)]
        # What the next giving out has to look at.
        self.allocation_pending = self.morning_scheduled = False
        self.workers_pending: set[int] = set()
        self.pools_pending: set[int] = set()
        self.newly_queued: list[int] = []  # ordinary work queued in this minute

    # Time

    def schedule(self, event: TimedEvent, now: int, minute: int, order: int) -> TimedEvent:
        """Set when an event happens; work is given out at the end of every minute in which anything does."""
        delay = minute - now
        event._value = event.minute = minute
        self.schedule_event(event, FIRST + order, delay)  # type: ignore[arg-type]
        if minute not in self.dispatch_minutes:
            self.dispatch_minutes.add(minute)
            end = TimedEvent(self.env)
            end.minute = minute
            end.callbacks.append(self.dispatch)
            self.schedule_event(end, FIRST + _LAST, delay)  # type: ignore[arg-type]
        return event

    def event_at(self, now: int, minute: int, order: int) -> TimedEvent:
        """Something that happens at a minute, at its place in the order of that minute."""
        return self.schedule(TimedEvent(self.env), now, minute, order)

    def call_at(
        self, now: int, minute: int, order: int, row: int, action: Callable[[TimedEvent], None]
    ) -> None:
        """Do something at its place in the order of a minute."""
        event = TimedEvent(self.env)
        event.row = row
        event.callbacks.append(action)
        self.schedule(event, now, minute, order)

    # What has happened

    def end_of(self, earlier: int, case: int) -> int:
        """When an earlier task of the case ended; the case's arrival where it has not, or there is none."""
        end = self.end[earlier] if earlier != NONE else MISSING
        return end if end != MISSING else self.arrival[case]

    def day_of(self, earlier: int, case: int) -> int:
        """Start of the day on which an earlier task of the case ended."""
        end = self.end[earlier] if earlier != NONE else MISSING
        if end == MISSING:
            end = self.arrival[case]
        return end - end % self.day_minutes

    def tasks_of(self, case: int) -> range:
        return range(self.tables.first_task[case], self.tables.first_task[case + 1])

    # Who is free

    def becomes_free(self, worker: int) -> None:
        """Somebody has come, come back or ended a task."""
        role = self.tables.role[worker]
        self.free[worker] = True
        if role == OWN_WORKER:
            if self.own_queues[worker]:
                self.workers_pending.add(worker)
        else:
            heappush(self.free_workers[role], worker)
            if self.pool_queues[role]:
                self.pools_pending.add(role)

    def schedule_return(self, worker: int, now: int) -> None:
        """Look at somebody again when they are next at work."""
        self.free[worker] = False
        back = working_hours.next_at_work(
            self.tables.opens[worker], self.tables.shuts[worker], self.day_minutes, now
        )
        if back < self.tables.leaves[worker]:
            self.call_at(now, back, WORKER + 2 * worker + 1, worker, self.returns_to_work)

    def returns_to_work(self, event: TimedEvent) -> None:
        self.becomes_free(event.row)

    # Queues

    def enqueue(self, task: int, now: int) -> TimedEvent:
        """Put a task where it waits to be done; what is returned is its end."""
        tables, case = self.tables, self.tables.case[task]
        self.ready[task] = now
        due = now + self.workload.due_within
        if tables.due[task] >= 0:
            planned = self.day_of(tables.due_from[task], case) + tables.due[task]
            due = planned if planned < due else due
        self.due_at[task] = due
        if tables.limit[task] >= 0 and tables.urgency[task] == ORDINARY:
            limit = self.day_of(tables.limit_from[task], case) + tables.limit[task]
            self.raise_at[task] = limit - self.workload.raise_before
        if self.pressure is not None and tables.pool[task] == ALLOCATION:
            self.pressure.changes(tables.children[case], now)
        done = self.done[task] = TimedEvent(self.env)
        if tables.pool[task] == OWN_WORKER and self.holder[case] == NONE:
            self.awaits_holder[task] = True
        else:
            self.queued[task] = now
            self.push(task, now)
        return done

    def push(self, task: int, now: int) -> None:
        """Put a task into the queue it waits in, under its present urgency."""
        urgency = self.tables.urgency[task]
        if urgency == ORDINARY:
            if self.raise_at[task] <= now:
                urgency = RAISED
            else:
                self.newly_queued.append(task)
                if self.reviewed[self.tables.case[task]]:
                    urgency = REVIEWED
        waiting = self.waiting_key[task] = queue_key(urgency, self.due_at[task], task)
        heappush(self.queue_of(task), waiting)

    def queue_of(self, task: int) -> list[int]:
        """The queue a task waits in, which the next giving out has to look at."""
        pool = self.tables.pool[task]
        if pool == OWN_WORKER:
            holder = self.holder[self.tables.case[task]]
            if self.free[holder]:
                self.workers_pending.add(holder)
            return self.own_queues[holder]
        if pool == ALLOCATION:
            self.allocation_pending = True
            return self.allocation_queue
        self.pools_pending.add(pool)
        return self.pool_queues[pool]

    def raise_urgency(self, task: int, urgency: int) -> None:
        """Queue a waiting task again, ahead of what is less urgent."""
        waiting = self.waiting_key[task]
        if waiting != MISSING and urgency_of_key(waiting) > urgency:
            self.waiting_key[task] = raised_key(waiting, urgency)
            heappush(self.queue_of(task), self.waiting_key[task])

    def limit_nears(self, event: TimedEvent) -> None:
        self.raise_urgency(event.row, RAISED)

    def case_allocated(self, case: int, now: int) -> None:
        """The case has its worker: work that waited for one joins the queue."""
        for task in self.tasks_of(case):
            if self.awaits_holder[task]:
                self.awaits_holder[task] = False
                self.queued[task] = now
                self.push(task, now)

    def first_of(self, queue: list[int]) -> int:
        """The first task that waits in a queue, NONE where none does. Stale keys are dropped."""
        while queue:
            task = task_of_key(queue[0])
            if self.waiting_key[task] == queue[0]:
                if not (self.tables.review[task] and self.authorised[self.tables.case[task]]):
                    return task
                self.waiting_key[task] = MISSING
            heappop(queue)
        return NONE

    # Giving out work, after everything of the minute has happened

    def dispatch(self, end_of_minute: TimedEvent) -> None:
        """Allocate cases, then let every free person take the first of what waits for them."""
        now = end_of_minute.minute
        self.dispatch_minutes.remove(now)
        if self.allocation_pending:
            self.allocation_pending = False
            self.allocate(now)
        while self.workers_pending:
            self.start_own_task(self.workers_pending.pop(), now)
        while self.pools_pending:
            self.start_pool_tasks(self.pools_pending.pop(), now)
        while self.newly_queued:
            task = self.newly_queued.pop()
            if self.waiting_key[task] != MISSING and self.raise_at[task] < NEVER:
                self.call_at(now, self.raise_at[task], PLAN + task, task, self.limit_nears)
        if self.outstanding == 0 and self.env.peek() > now:
            self.stop.succeed()

    def allocate(self, now: int) -> None:
        """Give waiting cases, first key first, each to the case holder with the least load."""
        while (task := self.first_of(self.allocation_queue)) != NONE:
            case = self.tables.case[task]
            worker = self.best_holder(case, now)
            if worker == NONE:
                break
            heappop(self.allocation_queue)
            self.waiting_key[task] = MISSING
            self.holder[case] = worker
            self.cases_held[worker].add(case)
            self.allocations += 1
            self.last_allocation[worker] = self.allocations
            self.change_load(worker, self.tables.children[case])
            if self.start[task] == MISSING:
                self.start[task], self.worker[task] = now, worker
                self.schedule(self.done[task], now, now, DONE + task)
            else:
                self.call_at(now, now, DONE + task, case, self.case_reallocated)
        if self.allocation_queue and not self.morning_scheduled:
            self.morning_scheduled = True
            tomorrow = now - now % self.day_minutes + self.day_minutes
            self.call_at(now, tomorrow, WORKER + 2 * len(self.free), NONE, self.next_morning)

    def case_reallocated(self, event: TimedEvent) -> None:
        self.case_allocated(event.row, event.minute)

    def next_morning(self, _: TimedEvent) -> None:
        """Waiting cases are looked at again each morning: somebody may be back."""
        self.morning_scheduled = False
        self.allocation_pending = True

    def best_holder(self, case: int, now: int) -> int:
        """Who takes a case: least load for their hours, longest without a new one, first in the table."""
        room = self.workload.caseload_limit - self.workload.other_cases
        for worker in sorted(self.case_holders, key=self.rank.__getitem__):
            load = (self.load[worker] + self.tables.children[case]) * 10_000 // self.tables.fte[worker]
            if load <= room and now < self.tables.notice[worker] and not self.is_away_for_days(worker, now):
                return worker
        return NONE

    def is_away_for_days(self, worker: int, now: int) -> bool:
        opens, shuts = self.tables.opens[worker], self.tables.shuts[worker]
        return working_hours.is_away_for(opens, shuts, self.day_minutes, now, self.workload.away_days)

    def change_load(self, worker: int, children: int) -> None:
        """Change somebody's load, and with it their rank for the next case."""
        self.load[worker] += children
        self.rank[worker] = (
            self.load[worker] * 10_000 // self.tables.fte[worker] << 32 | self.last_allocation[worker]
        )

    def start_own_task(self, worker: int, now: int) -> None:
        queue = self.own_queues[worker]
        if queue and self.free[worker] and (task := self.first_of(queue)) != NONE:
            self.start_task(task, queue, worker, now)

    def start_pool_tasks(self, pool: int, now: int) -> None:
        """Free people of a role, in the order of the table, each take the first of what waits."""
        queue, free, unable = self.pool_queues[pool], self.free_workers[pool], []
        while free and (task := self.first_of(queue)) != NONE:
            worker = heappop(free)
            if self.free[worker]:
                self.start_task(task, queue, worker, now)
            if self.free[worker]:
                unable.append(worker)
        for worker in unable:
            heappush(free, worker)

    def start_task(self, task: int, queue: list[int], worker: int, now: int) -> None:
        """Begin a task, unless the person is away or would leave before its end."""
        tables = self.tables
        opens, shuts = tables.opens[worker], tables.shuts[worker]
        today = now // self.day_minutes
        if not opens[today] <= now < shuts[today]:
            self.schedule_return(worker, now)
            return
        case, extra, effort = tables.case[task], 0, tables.effort[task]
        if tables.pool[task] == OWN_WORKER:
            if self.handover_due[case]:
                extra = self.workload.handover
            if self.pressure is not None:
                effort = self.pressure.shortened(case, effort, now)
        end = now + effort + extra
        if end > shuts[today]:  # it goes on another day
            end = working_hours.finish(opens, shuts, self.day_minutes, now, effort + extra)
        if end > tables.leaves[worker]:
            return
        heappop(queue)
        self.waiting_key[task] = MISSING
        self.start[task], self.worker[task], self.effort[task] = now, worker, effort
        self.free[worker] = False
        if extra:
            self.handover_due[case], self.handover[task] = False, extra
        self.schedule(self.done[task], now, end, DONE + task)
