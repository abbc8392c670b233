"""Queues and free people in the kernel: the part of ``engine.py`` under the same heading.
"""

from __future__ import annotations

from simkit.model import hours, order
from simkit.model.kernel import heaps
from simkit.model.kernel.events import happens
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.tables import Run
from simkit.model.order import NONE, ORDINARY, RAISED, STAFF
from simkit.model.outcome import MISSING
from simkit.model.workload import ALLOCATION, OWN_WORKER


__all__ = ["becomes_free", "case_is_placed", "day_of", "drop_first", "end_of", "first_of", "is_away", "push", "queue", "raise_urgency", "to_allocate"]


key, back = compiled(order.key), compiled(hours.back)
task_of, urgency_of, raised_key = compiled(order.task_of), compiled(order.urgency_of), compiled(order.raised_key)

# Who is free


@compiled
def becomes_free(run: Run, person: int) -> None:
    """Somebody has come, come back or ended a task."""
    role = run.people[person].role
    run.people[person].free = True
    if role == OWN_WORKER:
        look_at(run, person)
    else:
        heaps.push(run.free_in, run.pools[role].first_free, run.pools[role].free, person)
        run.pools[role].free += 1
        run.pools[role].look_at = True


@compiled
def is_away(run: Run, person: int, now: int) -> None:
    """Look at somebody again when they are next at work."""
    run.people[person].free = False
    again = back(run.opens[person], run.shuts[person], run.state[0].length, now)
    if again < run.people[person].leaves:
        happens(run, again, STAFF + 2 * person + 1)


@compiled
def look_at(run: Run, person: int) -> None:
    if not run.people[person].look_at:
        run.people[person].look_at = True
        run.people_to_look_at[run.state[0].people_to_look_at] = person
        run.state[0].people_to_look_at += 1


# Queues


@compiled
def end_of(run: Run, earlier: int, case: int) -> int:
    """When an earlier task of the case ended; the case's arrival where it has not, or there is none."""
    end = run.tasks[earlier].end if earlier != NONE else MISSING
    return end if end != MISSING else run.cases[case].came


@compiled
def day_of(run: Run, earlier: int, case: int) -> int:
    """Start of the day on which an earlier task of the case ended."""
    end = end_of(run, earlier, case)
    return end - end % run.state[0].length


@compiled
def queue(run: Run, task: int, now: int) -> None:
    """Put a task where it waits to be done."""
    case = run.tasks[task].case
    run.tasks[task].ready = now
    run.tasks[task].due_at = now + run.state[0].patience
    if run.tasks[task].due >= 0:
        run.tasks[task].due_at = min(run.tasks[task].due_at, day_of(run, run.tasks[task].due_from, case) + run.tasks[task].due)
    if run.tasks[task].limit >= 0:
        run.tasks[task].raise_at = day_of(run, run.tasks[task].limit_from, case) + run.tasks[task].limit - run.state[0].raise_before
    if run.tasks[task].pool == OWN_WORKER and run.cases[case].holder == NONE:
        run.tasks[task].homeless = True
    else:
        join_queue(run, task, now)


@compiled
def join_queue(run: Run, task: int, now: int) -> None:
    run.tasks[task].queued = now
    push(run, task, queue_of(run, task), now)


@compiled
def queue_of(run: Run, task: int) -> int:
    """The queue a task waits in, which the next giving out has to look at."""
    pool = run.tasks[task].pool
    if pool == OWN_WORKER:
        holder = run.cases[run.tasks[task].case].holder
        look_at(run, holder)
        return holder
    if pool == ALLOCATION:
        run.state[0].look_at_allocation = True
        return to_allocate(run)
    run.pools[pool].look_at = True
    return len(run.people) + pool


@compiled
def to_allocate(run: Run) -> int:
    """The queue for allocation; the people's own come first, then the pools'."""
    return len(run.queues) - 1


@compiled
def push(run: Run, task: int, queue: int, now: int) -> None:
    """Queue a task under its present urgency."""
    urgency = run.tasks[task].urgency
    if urgency == ORDINARY:
        if run.cases[run.tasks[task].case].reviewed or run.tasks[task].raise_at <= now:
            urgency = RAISED
        else:
            run.fresh[run.state[0].fresh] = task
            run.state[0].fresh += 1
    run.tasks[task].waiting_key = key(urgency, run.tasks[task].due_at, task)
    insert(run, queue, 2 * task + (urgency == RAISED), run.tasks[task].waiting_key)


@compiled
def raise_urgency(run: Run, task: int) -> None:
    """Queue a waiting task again, ahead of ordinary work."""
    waiting = run.tasks[task].waiting_key
    if waiting != MISSING and urgency_of(waiting) == ORDINARY:
        run.tasks[task].waiting_key = raised_key(waiting)
        insert(run, queue_of(run, task), 2 * task + 1, run.tasks[task].waiting_key)


@compiled
def case_is_placed(run: Run, case: int, now: int) -> None:
    """The case has its worker: work that waited for one joins the queue."""
    for task in range(run.cases[case].first_task, run.cases[case].end_task):
        if run.tasks[task].homeless:
            run.tasks[task].homeless = False
            join_queue(run, task, now)


@compiled
def first_of(run: Run, queue: int) -> int:
    """The first task that waits in a queue, NONE where none does. Stale keys are dropped."""
    while run.queues[queue].root != NONE:
        waiting = run.nodes[run.queues[queue].root].key
        task = task_of(waiting)
        if run.tasks[task].waiting_key == waiting:
            if not (run.tasks[task].review and run.cases[run.tasks[task].case].authorised):
                return task
            run.tasks[task].waiting_key = MISSING
        drop_first(run, queue)
    return NONE


@compiled
def insert(run: Run, queue: int, node: int, waiting: int) -> None:
    """Put a key into a queue. A task has two nodes: one for its first key, one for its raised key."""
    run.nodes[node].key = waiting
    run.nodes[node].left = NONE
    run.nodes[node].right = NONE
    run.queues[queue].root = heaps.meld(run.nodes, run.queues[queue].root, node)


@compiled
def drop_first(run: Run, queue: int) -> None:
    first = run.queues[queue].root
    run.queues[queue].root = heaps.meld(run.nodes, run.nodes[first].left, run.nodes[first].right)
