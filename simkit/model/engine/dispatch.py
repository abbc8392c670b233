"""Queues and dispatch in the SimPy engine: which waiting task each free worker takes next.

Waiting work is ordered here and not in SimPy's resources: its urgency rises while it waits, a leaver's work
changes hands, and who is free depends on everybody's hours. So each queue is a heap of keys
(``queue_order``), and work is handed out once a minute, when everything of that minute has happened.
``kernel/queues.py`` and ``kernel/dispatch.py`` are the compiled counterparts, under the same names.
"""

from __future__ import annotations

from heapq import heappop, heappush

from simkit.model import working_hours
from simkit.model.engine.clock import Clock, Due
from simkit.model.engine.state import State
from simkit.model.event_order import DONE, NONE, PLAN, WORKER
from simkit.model.outcome import MISSING
from simkit.model.queue_order import (
    ORDINARY,
    RAISED,
    REVIEWED,
    queue_key,
    raised_key,
    task_of_key,
    urgency_of_key,
)
from simkit.model.workload.workload import ALLOCATION, NEVER, OWN_WORKER


class Dispatcher:
    """The queues of a run and their dispatch."""

    def __init__(self, state: State) -> None:
        self.state, self.tables, self.workload = state, state.tables, state.workload
        self.clock = Clock(self.dispatch)
        self.stop = self.clock.event()
        tasks, workers = len(self.workload.tasks), len(self.workload.workers)
        pools = len(self.workload.pools)
        # A waiting task has one current key; its other keys are stale entries.
        self.allocation_queue: list[int] = []
        self.own_queues: list[list[int]] = [[] for _ in range(workers)]
        self.pool_queues: list[list[int]] = [[] for _ in range(pools)]
        self.waiting_key = [MISSING] * tasks
        self.due_at = [MISSING] * tasks
        self.raise_at = [int(NEVER)] * tasks  # minute from which a limit is near
        self.awaits_holder = [False] * tasks  # ready, but its case has no worker
        self.done: dict[int, Due] = {}  # end of each task that waits or is in progress
        self.free_workers: list[list[int]] = [[] for _ in range(pools)]
        self.load, self.last_allocation, self.allocations = [0] * workers, [0] * workers, 0
        self.rank = [0] * workers  # for the next allocation, least first
        # What the next dispatch has to examine.
        self.allocation_pending = self.morning_scheduled = False
        self.workers_pending: set[int] = set()
        self.pools_pending: set[int] = set()
        self.newly_queued: list[int] = []  # ordinary tasks queued in this minute

    # Free workers

    def becomes_free(self, worker: int) -> None:
        """After the start of employment, a return to work or the end of a task."""
        role = self.tables.role[worker]
        self.state.free[worker] = True
        if role == OWN_WORKER:
            if self.own_queues[worker]:
                self.workers_pending.add(worker)
        else:
            heappush(self.free_workers[role], worker)
            if self.pool_queues[role]:
                self.pools_pending.add(role)

    def schedule_return(self, worker: int, now: int) -> None:
        """Mark an absent worker as not free until the next minute at work."""
        opens, shuts = self.tables.opens[worker], self.tables.shuts[worker]
        self.state.free[worker] = False
        back = working_hours.next_at_work(opens, shuts, self.state.day_minutes, now)
        if back < self.tables.leaves[worker]:
            self.clock.call_at(back, WORKER + 2 * worker + 1, self.becomes_free, worker)

    # Queues

    def enqueue(self, task: int, now: int) -> Due:
        """Queue a ready task, or let it wait until its case has a worker. Returns the event of its end."""
        state, tables = self.state, self.tables
        case = tables.case[task]
        state.ready[task] = now
        due = now + self.workload.due_within
        if tables.due[task] >= 0:
            due = min(due, state.day_of(tables.due_from[task], case) + tables.due[task])
        self.due_at[task] = due
        if tables.limit[task] >= 0 and tables.urgency[task] == ORDINARY:
            limit = state.day_of(tables.limit_from[task], case) + tables.limit[task]
            self.raise_at[task] = limit - self.workload.raise_before
        if state.pressure is not None and tables.pool[task] == ALLOCATION:
            state.pressure.add_children(tables.children[case], now)
        done = self.done[task] = Due(self.clock)
        if tables.pool[task] == OWN_WORKER and state.holder[case] == NONE:
            self.awaits_holder[task] = True
        else:
            state.queued[task] = now
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
                if self.state.reviewed[self.tables.case[task]]:
                    urgency = REVIEWED
        waiting = self.waiting_key[task] = queue_key(urgency, self.due_at[task], task)
        heappush(self.queue_of(task), waiting)

    def queue_of(self, task: int) -> list[int]:
        """The queue of a task, marked for the next dispatch."""
        pool = self.tables.pool[task]
        if pool == OWN_WORKER:
            holder = self.state.holder[self.tables.case[task]]
            if self.state.free[holder]:
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

    def case_allocated(self, case: int, now: int) -> None:
        """The case has a worker: its tasks that awaited one join the worker's queue."""
        for task in self.state.tasks_of(case):
            if self.awaits_holder[task]:
                self.awaits_holder[task] = False
                self.state.queued[task] = now
                self.push(task, now)

    def requeue_cases(self, worker: int, now: int) -> None:
        """A leaver's cases return to the waiting list; their queued tasks wait for the next worker."""
        state, pools = self.state, self.tables.pool
        for case in state.cases_held[worker]:
            state.holder[case], state.handover_due[case] = NONE, True
            for task in state.tasks_of(case):
                if pools[task] == ALLOCATION:
                    self.push(task, now)
                elif pools[task] == OWN_WORKER and self.waiting_key[task] != MISSING:
                    self.waiting_key[task], self.awaits_holder[task] = MISSING, True
        state.cases_held[worker].clear()
        self.own_queues[worker].clear()
        self.allocation_pending = True

    def release(self, case: int) -> None:
        """An ended case leaves its worker, or the waiting list."""
        state, holder = self.state, self.state.holder[case]
        if holder != NONE:
            state.cases_held[holder].remove(case)
            self.change_load(holder, -self.tables.children[case])
            self.allocation_pending = True
            return
        for task in state.tasks_of(case):
            if self.tables.pool[task] == ALLOCATION:
                self.waiting_key[task] = MISSING

    def first_of(self, queue: list[int]) -> int:
        """The first task waiting in a queue, or NONE. Drops stale entries and reviews of authorised cases."""
        while queue:
            task = task_of_key(queue[0])
            if self.waiting_key[task] == queue[0]:
                if not self.state.was_withdrawn(task):
                    return task
                self.waiting_key[task] = MISSING
            heappop(queue)
        return NONE

    # Dispatch

    def dispatch(self, now: int) -> None:
        """Allocate cases, then let each free worker start the first task of their queue."""
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
                self.clock.call_at(self.raise_at[task], PLAN + task, self.raise_urgency, task, RAISED)
        if self.state.outstanding == 0 and self.clock.peek() > now:
            self.stop.succeed()

    def allocate(self, now: int) -> None:
        """Allocate the cases of the waiting list, by key, each to the case holder with the least load."""
        state = self.state
        while (task := self.first_of(self.allocation_queue)) != NONE:
            case = self.tables.case[task]
            worker = self.best_holder(case, now)
            if worker == NONE:
                break
            heappop(self.allocation_queue)
            self.waiting_key[task] = MISSING
            state.holder[case] = worker
            state.cases_held[worker].add(case)
            self.allocations += 1
            self.last_allocation[worker] = self.allocations
            self.change_load(worker, self.tables.children[case])
            if state.start[task] == MISSING:
                state.start[task], state.worker[task] = now, worker
                self.clock.at(now, DONE + task, self.done[task])
            else:  # allocated again
                self.clock.call_at(now, DONE + task, self.case_allocated, case, now)
        if self.allocation_queue and not self.morning_scheduled:
            self.morning_scheduled = True
            tomorrow = now - now % state.day_minutes + state.day_minutes
            self.clock.call_at(tomorrow, WORKER + 2 * len(state.free), self.next_morning)

    def next_morning(self) -> None:
        """Examine the waiting list again each morning: a case holder may be back."""
        self.morning_scheduled = False
        self.allocation_pending = True

    def best_holder(self, case: int, now: int) -> int:
        """The case holder for a case: least load for their hours, longest without a new case, least row."""
        room = self.workload.caseload_limit - self.workload.other_cases
        for worker in sorted(self.state.case_holders, key=self.rank.__getitem__):
            load = (self.load[worker] + self.tables.children[case]) * 10_000 // self.tables.fte[worker]
            if load <= room and now < self.tables.notice[worker] and not self.is_away_for_days(worker, now):
                return worker
        return NONE

    def is_away_for_days(self, worker: int, now: int) -> bool:
        opens, shuts = self.tables.opens[worker], self.tables.shuts[worker]
        return working_hours.is_away_for(opens, shuts, self.state.day_minutes, now, self.workload.away_days)

    def change_load(self, worker: int, children: int) -> None:
        """Change a worker's load, and with it the rank for the next allocation."""
        self.load[worker] += children
        load = self.load[worker] * 10_000 // self.tables.fte[worker]
        self.rank[worker] = load << 32 | self.last_allocation[worker]

    def start_own_task(self, worker: int, now: int) -> None:
        queue = self.own_queues[worker]
        if queue and self.state.free[worker] and (task := self.first_of(queue)) != NONE:
            self.start_task(task, queue, worker, now)

    def start_pool_tasks(self, pool: int, now: int) -> None:
        """Each free worker of a role, by row, starts the first task of the pool's queue."""
        queue, waiting, unable, free = self.pool_queues[pool], self.free_workers[pool], [], self.state.free
        while waiting and (task := self.first_of(queue)) != NONE:
            worker = heappop(waiting)
            if free[worker]:
                self.start_task(task, queue, worker, now)
            if free[worker]:
                unable.append(worker)
        for worker in unable:
            heappush(waiting, worker)

    def start_task(self, task: int, queue: list[int], worker: int, now: int) -> None:
        """Start a task, unless the worker is away or would leave before its end."""
        state, tables = self.state, self.tables
        opens, shuts = tables.opens[worker], tables.shuts[worker]
        today = now // state.day_minutes
        if not opens[today] <= now < shuts[today]:
            self.schedule_return(worker, now)
            return
        case, extra, effort = tables.case[task], 0, tables.effort[task]
        if tables.pool[task] == OWN_WORKER:
            if state.handover_due[case]:
                extra = self.workload.handover
            if state.pressure is not None:
                effort = state.pressure.effort_now(case, effort, now)
        end = now + effort + extra
        if end > shuts[today]:  # continued on another day
            end = working_hours.finish(opens, shuts, state.day_minutes, now, effort + extra)
        if end > tables.leaves[worker]:
            return
        heappop(queue)
        self.waiting_key[task] = MISSING
        state.start[task], state.worker[task], state.effort[task] = now, worker, effort
        state.free[worker] = False
        if extra:
            state.handover_due[case], state.handover[task] = False, extra
        self.clock.at(end, DONE + task, self.done[task])
