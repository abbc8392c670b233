"""Queues and dispatch in the SimPy engine: which waiting task each free worker takes next.

Work is dispatched at the end of a minute, after all events of the minute, to workers who are free and at
work. ``kernel/queues.py`` and ``kernel/dispatch.py`` are the compiled counterparts, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

import simpy

from simkit.model import working_hours
from simkit.model.engine.pressure import Pressure
from simkit.model.engine.tables import workload_lists
from simkit.model.event_order import DONE, NONE, PLAN, WORKER
from simkit.model.outcome import MISSING
from simkit.model.queue_order import (
    ORDINARY,
    RAISED,
    REVIEWED,
    ROW_BITS,
    queue_key,
    raised_key,
    task_of_key,
    urgency_of_key,
)
from simkit.model.workload.workload import ALLOCATION, NEVER, OWN_WORKER, Workload

__all__ = ["FIRST", "Dispatcher", "TimedEvent"]

FIRST = 2  # SimPy's own priorities are 0 and 1
_DISPATCH = 7 << ROW_BITS  # after every other event of a minute


class TimedEvent(simpy.Event):
    """A SimPy event due at ``minute``, which is also its value; ``row`` is that of its task, worker or case.

    The minute may be set after creation.
    """

    _ok = True
    _value: int | None = None
    minute: int
    row: int

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []


class Dispatcher:
    """State of a run, its queues and their dispatch. Cases, tasks and workers are rows of their tables."""

    def __init__(self, workload: Workload) -> None:
        self.workload, self.tables = workload, workload_lists(workload)
        self.day_minutes = workload.calendar.day_minutes
        cases, tasks, workers = len(workload.cases), len(workload.tasks), len(workload.workers)
        pools = len(workload.pools)
        self.env = simpy.Environment()
        self.schedule_event = self.env.schedule
        self.stop = self.env.event()
        self.outstanding = 1  # unfinished cases that arrived in the window, and the end of the window
        self.dispatch_minutes: set[int] = set()  # minutes with a dispatch scheduled at their end
        # Columns of the Outcome.
        self.arrival = [MISSING] * cases
        self.ready, self.queued, self.start, self.end = ([MISSING] * tasks for _ in range(4))
        self.worker, self.handover = [MISSING] * tasks, [0] * tasks
        self.effort = self.tables.effort.copy()
        table = workload.effort_table
        self.pressure = None if table is None else Pressure(table)
        # Queues are heaps of keys. A waiting task has one current key; its other keys are stale entries.
        self.allocation_queue: list[int] = []
        self.own_queues: list[list[int]] = [[] for _ in range(workers)]
        self.pool_queues: list[list[int]] = [[] for _ in range(pools)]
        self.waiting_key = [MISSING] * tasks
        self.due_at, self.raise_at = (
            [MISSING] * tasks,
            [int(NEVER)] * tasks,
        )  # due minute; minute from which a limit is near
        self.awaits_holder = [False] * tasks  # ready, but its case has no worker
        self.done: dict[int, TimedEvent] = {}  # end of each task that waits or is in progress
        # Cases.
        self.holder, self.unfinished = [NONE] * cases, self.tables.work_tasks.copy()
        self.authorised, self.reviewed, self.handover_due = ([False] * cases for _ in range(3))
        # People.
        self.case_holders: list[int] = []  # in post, by row
        self.cases_held: list[set[int]] = [set() for _ in range(workers)]
        self.load, self.last_allocation, self.allocations = [0] * workers, [0] * workers, 0
        self.rank = [0] * workers  # for the next allocation, least first
        self.free = [False] * workers  # in post, without a task, and not known to be away
        self.free_workers: list[list[int]] = [[] for _ in range(pools)]
        # What the next dispatch has to examine.
        self.allocation_pending = self.morning_scheduled = False
        self.workers_pending: set[int] = set()
        self.pools_pending: set[int] = set()
        self.newly_queued: list[int] = []  # ordinary tasks queued in this minute

    # Time

    def schedule(self, event: TimedEvent, now: int, minute: int, order: int) -> TimedEvent:
        """Schedule an event at its place in the order of a minute, and a dispatch at that minute's end."""
        delay = minute - now
        event._value = event.minute = minute
        self.schedule_event(event, FIRST + order, delay)  # type: ignore[arg-type]
        if minute not in self.dispatch_minutes:
            self.dispatch_minutes.add(minute)
            end = TimedEvent(self.env)
            end.minute = minute
            end.callbacks.append(self.dispatch)
            self.schedule_event(end, FIRST + _DISPATCH, delay)  # type: ignore[arg-type]
        return event

    def event_at(self, now: int, minute: int, order: int) -> TimedEvent:
        """A new event, scheduled at its place in the order of a minute."""
        return self.schedule(TimedEvent(self.env), now, minute, order)

    def call_at(
        self, now: int, minute: int, order: int, row: int, action: Callable[[TimedEvent], None]
    ) -> None:
        """Call ``action`` at its place in the order of a minute, with an event that carries ``row``."""
        event = TimedEvent(self.env)
        event.row = row
        event.callbacks.append(action)
        self.schedule(event, now, minute, order)

    # Reference times

    def end_of(self, earlier: int, case: int) -> int:
        """End of an earlier task; the arrival of the case if there is no such task or it has not ended."""
        end = self.end[earlier] if earlier != NONE else MISSING
        return end if end != MISSING else self.arrival[case]

    def day_of(self, earlier: int, case: int) -> int:
        """Start of the day of ``end_of``."""
        end = self.end[earlier] if earlier != NONE else MISSING
        if end == MISSING:
            end = self.arrival[case]
        return end - end % self.day_minutes

    def tasks_of(self, case: int) -> range:
        return range(self.tables.first_task[case], self.tables.first_task[case + 1])

    # Free workers

    def becomes_free(self, worker: int) -> None:
        """After the start of employment, a return to work or the end of a task."""
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
        """Mark an absent worker as not free until the next minute at work."""
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
        """Queue a ready task, or let it wait until its case has a worker. Returns the event of its end."""
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
            self.pressure.add_children(tables.children[case], now)
        done = self.done[task] = TimedEvent(self.env)
        if tables.pool[task] == OWN_WORKER and self.holder[case] == NONE:
            self.awaits_holder[task] = True
        else:
            self.queued[task] = now
            self.push(task, now)
        return done

    def push(self, task: int, now: int) -> None:
        """Add a task to its queue under its present urgency."""
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
        """The queue of a task, marked for the next dispatch."""
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
        """Re-queue a waiting task under a higher urgency; its earlier key becomes a stale entry."""
        waiting = self.waiting_key[task]
        if waiting != MISSING and urgency_of_key(waiting) > urgency:
            self.waiting_key[task] = raised_key(waiting, urgency)
            heappush(self.queue_of(task), self.waiting_key[task])

    def limit_nears(self, event: TimedEvent) -> None:
        self.raise_urgency(event.row, RAISED)

    def case_allocated(self, case: int, now: int) -> None:
        """The case has a worker: its tasks that awaited one join the worker's queue."""
        for task in self.tasks_of(case):
            if self.awaits_holder[task]:
                self.awaits_holder[task] = False
                self.queued[task] = now
                self.push(task, now)

    def first_of(self, queue: list[int]) -> int:
        """The first task waiting in a queue, or NONE. Drops stale entries and reviews of authorised cases."""
        while queue:
            task = task_of_key(queue[0])
            if self.waiting_key[task] == queue[0]:
                if not (self.tables.review[task] and self.authorised[self.tables.case[task]]):
                    return task
                self.waiting_key[task] = MISSING
            heappop(queue)
        return NONE

    # Dispatch

    def dispatch(self, end_of_minute: TimedEvent) -> None:
        """Allocate cases, then let each free worker start the first task of their queue."""
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
        """Allocate the cases of the waiting list, by key, each to the case holder with the least load."""
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
        """Examine the waiting list again each morning: a case holder may be back."""
        self.morning_scheduled = False
        self.allocation_pending = True

    def best_holder(self, case: int, now: int) -> int:
        """The case holder for a case: least load for their hours, longest without a new case, least row."""
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
        """Change a worker's load, and with it the rank for the next allocation."""
        self.load[worker] += children
        self.rank[worker] = (
            self.load[worker] * 10_000 // self.tables.fte[worker] << 32 | self.last_allocation[worker]
        )

    def start_own_task(self, worker: int, now: int) -> None:
        queue = self.own_queues[worker]
        if queue and self.free[worker] and (task := self.first_of(queue)) != NONE:
            self.start_task(task, queue, worker, now)

    def start_pool_tasks(self, pool: int, now: int) -> None:
        """Each free worker of a role, by row, starts the first task of the pool's queue."""
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
        """Start a task, unless the worker is away or would leave before its end."""
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
                effort = self.pressure.effort_now(case, effort, now)
        end = now + effort + extra
        if end > shuts[today]:  # continued on another day
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
