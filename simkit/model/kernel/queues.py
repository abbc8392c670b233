"""Free workers and queues in the kernel, as in ``engine/dispatch.py``."""

from __future__ import annotations

from simkit.model import queue_order, working_hours
from simkit.model.event_order import NONE, WORKER
from simkit.model.kernel import heaps
from simkit.model.kernel.events import schedule
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.pressure import add_children
from simkit.model.kernel.tables import FAR, Run
from simkit.model.outcome import MISSING
from simkit.model.queue_order import ORDINARY, RAISED, REVIEWED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER

back_at = compiled(working_hours.next_at_work)
key, task_of = compiled(queue_order.queue_key), compiled(queue_order.task_of_key)
urgency_of = compiled(queue_order.urgency_of_key)

# Free workers


@compiled
def becomes_free(run: Run, row: int) -> None:
    """After the start of employment, a return to work or the end of a task."""
    worker = run.workers[row]
    worker.free = True
    if worker.role == OWN_WORKER:
        mark_pending(run, row)
    else:
        pool = run.pools[worker.role]
        heaps.push(run.free_workers, wide(pool.first_free), wide(pool.free), row)
        pool.free += 1
        pool.pending = True


@compiled
def mark_pending(run: Run, row: int) -> None:
    worker = run.workers[row]
    if not worker.pending:
        worker.pending = True
        run.workers_pending[run.state[0].workers_pending] = row
        run.state[0].workers_pending += 1


@compiled
def schedule_return(run: Run, row: int, now: int) -> None:
    """Mark an absent worker as not free until the next minute at work."""
    worker = run.workers[row]
    worker.free = False
    back = back_at(run.opens[:, row], run.shuts[:, row], run.state[0].day_minutes, now)
    if back < worker.leaves:
        schedule(run, back, WORKER + 2 * row + 1)


# Queues


@compiled
def end_of(run: Run, earlier: int, case: int) -> int:
    """End of an earlier task; the arrival of the case if there is no such task or it has not ended."""
    end = run.tasks[run.cases[case].first_task + earlier].end if earlier != NONE else MISSING
    return end if end != MISSING else run.cases[case].arrival


@compiled
def day_of(run: Run, earlier: int, case: int) -> int:
    """Start of the day of ``end_of``."""
    end = end_of(run, earlier, case)
    return end - end % run.state[0].day_minutes


@compiled
def enqueue(run: Run, row: int, now: int) -> None:
    """Queue a ready task, or let it wait until its case has a worker."""
    task, state = run.tasks[row], run.state[0]
    task.ready = now
    due = now + state.due_within
    if task.due >= 0:
        due = min(due, day_of(run, task.due_from, task.case) + task.due)
    task.due = due
    if task.limit >= 0:
        task.limit += day_of(run, task.limit_from, task.case) - state.raise_before
    else:
        task.limit = FAR
    if state.week_length > 0 and task.pool == ALLOCATION:
        add_children(run, wide(run.cases[task.case].children), now)
    if task.pool == OWN_WORKER and run.cases[task.case].holder == NONE:
        task.awaits_holder = True
    else:
        task.queued = now
        push(run, row, now)


@compiled
def push(run: Run, row: int, now: int) -> None:
    """Add a task to its queue under its present urgency."""
    task = run.tasks[row]
    urgency = task.urgency
    if urgency == ORDINARY:
        if task.limit <= now:
            urgency = RAISED
        else:
            run.newly_queued[run.state[0].newly_queued] = row
            run.state[0].newly_queued += 1
            if run.cases[task.case].reviewed:
                urgency = REVIEWED
    task.waiting = urgency
    insert(run, queue_of(run, row), key(urgency, task.due, row))


@compiled
def allocation_queue(run: Run) -> int:
    """The waiting list for allocation, after the queues of workers and pools."""
    return len(run.queues) - 1


@compiled
def queue_of(run: Run, row: int) -> int:
    """The queue of a task, marked for the next dispatch."""
    task = run.tasks[row]
    if task.pool == OWN_WORKER:
        holder = run.cases[task.case].holder
        mark_pending(run, holder)
        return holder
    if task.pool == ALLOCATION:
        run.state[0].allocation_pending = True
        return allocation_queue(run)
    run.pools[task.pool].pending = True
    return len(run.workers) + task.pool


@compiled
def raise_urgency(run: Run, row: int, urgency: int) -> None:
    """Re-queue a waiting task under a higher urgency; its earlier key becomes a stale entry."""
    task = run.tasks[row]
    if task.waiting > urgency:
        task.waiting = urgency
        insert(run, queue_of(run, row), key(urgency, task.due, row))


@compiled
def case_allocated(run: Run, row: int, now: int) -> None:
    """The case has a worker: its tasks that awaited one join the worker's queue."""
    case = run.cases[row]
    for task in range(case.first_task, case.end_task):
        if run.tasks[task].awaits_holder:
            run.tasks[task].awaits_holder = False
            run.tasks[task].queued = now
            push(run, task, now)


@compiled
def first_of(run: Run, queue: int) -> int:
    """The first task waiting in a queue, or NONE. Drops stale entries and reviews of authorised cases."""
    while run.queues[queue].root != NONE:
        waiting = run.nodes[run.queues[queue].root].key
        row = task_of(waiting)
        task = run.tasks[row]
        if task.waiting == urgency_of(waiting):
            if not (task.review and run.cases[task.case].authorised):
                return row
            task.waiting = MISSING
        drop_first(run, queue)
    return NONE


@compiled
def insert(run: Run, queue: int, waiting: int) -> None:
    """Add a key to a queue."""
    state = run.state[0]
    node = state.free_node
    if node == NONE:
        node = state.new_node
        state.new_node += 1
    else:
        state.free_node = run.nodes[node].left
    run.nodes[node].key = waiting
    run.nodes[node].left = NONE
    run.nodes[node].right = NONE
    run.queues[queue].root = heaps.meld(run.nodes, wide(run.queues[queue].root), node)


@compiled
def drop_first(run: Run, queue: int) -> None:
    """Remove the first key of a queue."""
    first = run.queues[queue].root
    run.queues[queue].root = heaps.meld(run.nodes, wide(run.nodes[first].left), wide(run.nodes[first].right))
    run.nodes[first].left = run.state[0].free_node
    run.state[0].free_node = first
