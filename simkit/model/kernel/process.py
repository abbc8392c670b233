"""The kernel's event loop, cases and workers, as in ``engine/process.py``."""

from __future__ import annotations

from simkit.model.event_order import ANSWER, ARRIVAL, DONE, NONE, PLAN, WORKER
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.dispatch import change_load, dispatch, next_morning, remove_case
from simkit.model.kernel.events import is_due, next_minute, pop_event, schedule
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.pressure import add_children
from simkit.model.kernel.queues import (
    becomes_free,
    case_allocated,
    day_of,
    drop_first,
    end_of,
    enqueue,
    push,
    raise_urgency,
)
from simkit.model.kernel.tables import FAR, OutcomeColumns, Run, TaskColumns
from simkit.model.outcome import MISSING
from simkit.model.queue_order import RAISED, REVIEWED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER


@entry
def run_to_end(run: Run, columns: TaskColumns, outcome: OutcomeColumns) -> tuple[int, bool]:
    """Run until everything is finished or the final minute; when it stopped, and whether it had finished."""
    next_arrival(run)
    for worker in range(len(run.workers)):
        schedule(run, run.workers[worker].starts, WORKER + 2 * worker)
    schedule(run, run.state[0].window_ends, ARRIVAL + len(run.cases))
    now, finished = next_minute(run), False
    while now < run.state[0].final:
        while is_due(run, now):
            kind, row = pop_event(run)
            handle(run, columns, kind, row, now)
        dispatch(run, now)
        following = next_minute(run)
        if run.state[0].outstanding == 0 and following > now:
            finished = True
            break
        now = following
    record_outcome(run, columns, outcome)
    return now, finished


@compiled
def record_outcome(run: Run, columns: TaskColumns, outcome: OutcomeColumns) -> None:
    """Fill the columns of the Outcome."""
    for row in range(len(run.cases)):
        case = run.cases[row]
        outcome.arrival[row] = case.arrival
        for at in range(case.first_task, case.end_task):
            if case.arrival == MISSING:
                load_task(run, columns, at)
            task = run.tasks[at]
            outcome.ready[at] = task.ready
            outcome.queued[at] = task.queued
            outcome.start[at] = task.start
            outcome.end[at] = task.end
            outcome.worker[at] = task.worker
            outcome.handover[at] = run.state[0].handover if task.has_handover else 0
            outcome.effort[at] = task.effort if run.state[0].week_length > 0 else columns.effort[at]


@compiled
def handle(run: Run, columns: TaskColumns, kind: int, row: int, now: int) -> None:
    """Handle an event of the task, worker or case of a row."""
    if kind == DONE:
        if run.tasks[row].end == MISSING:
            task_ends(run, row, now)
        else:  # allocated again
            case_allocated(run, wide(run.tasks[row].case), now)
    elif kind == ANSWER or kind == PLAN:  # noqa: SIM109
        if run.tasks[row].ready != MISSING:
            limit_nears(run, row)
        elif not (run.tasks[row].review and run.cases[run.tasks[row].case].authorised):
            enqueue(run, row, now)
    elif kind == WORKER:
        if row == 2 * len(run.workers):
            next_morning(run)
        elif row & 1:
            becomes_free(run, row >> 1)
        else:
            employment(run, row >> 1, now)
    elif row == len(run.cases):
        run.state[0].outstanding -= 1
    else:
        if run.cases[row].source < 0:
            next_arrival(run)
        case_arrives(run, columns, row, now)


# Cases


@compiled
def next_arrival(run: Run) -> None:
    """Schedule the next arrival from outside; a re-referral is scheduled by the end of the case before it."""
    following = run.state[0].next_outside
    if following < len(run.outside):
        run.state[0].next_outside += 1
        case = run.outside[following]
        schedule(run, wide(run.cases[case].planned_arrival), ARRIVAL + case)


@compiled
def case_arrives(run: Run, columns: TaskColumns, row: int, now: int) -> None:
    case = run.cases[row]
    case.arrival = now
    if is_in_window(run, row):
        run.state[0].outstanding += 1
    for task in range(case.first_task, case.end_task):
        load_task(run, columns, task)
        if not columns.review[task]:
            case.unfinished += 1
        if columns.parent[task] < 0:
            schedule_ready(run, task, now)
    if case.unfinished == 0:
        case_ends(run, row, now)


@compiled
def load_task(run: Run, columns: TaskColumns, row: int) -> None:
    """Copy a task's columns into its record, and link it to its parent."""
    task = run.tasks[row]
    task.ready, task.queued, task.start, task.end, task.worker = MISSING, MISSING, MISSING, MISSING, MISSING
    task.waiting, task.first_next, task.next_sibling = MISSING, NONE, NONE
    task.limit_scheduled, task.awaits_holder, task.has_handover = False, False, False
    task.case = columns.case[row]
    first, parent = run.cases[task.case].first_task, columns.parent[row]
    if parent >= 0:
        task.next_sibling = run.tasks[parent].first_next
        run.tasks[parent].first_next = row - first
    task.pool = columns.pool[row]
    task.urgency = columns.urgency[row]
    task.effort = min(columns.effort[row], FAR)
    task.wait = min(columns.wait[row], FAR)
    task.hold = min(columns.hold[row], FAR)
    task.due = min(columns.due[row], FAR)
    task.limit = min(columns.limit[row], FAR)
    task.wait_from = place_in_case(columns.wait_from[row], first)
    task.hold_from = place_in_case(columns.hold_from[row], first)
    task.due_from = place_in_case(columns.due_from[row], first)
    task.limit_from = place_in_case(columns.limit_from[row], first)
    task.review = columns.review[row]
    task.closes = columns.closes[row]


@compiled
def place_in_case(row: int, first: int) -> int:
    """A task's place among the tasks of its case, NONE for no task."""
    return row - first if row >= 0 else NONE


@compiled
def is_in_window(run: Run, case: int) -> bool:
    return run.state[0].window_starts <= run.cases[case].arrival < run.state[0].window_ends


@compiled
def schedule_ready(run: Run, row: int, now: int) -> None:
    """Schedule when a task is ready: its external answer has come and its planned day has begun."""
    task = run.tasks[row]
    minute, kind = now, ANSWER
    if task.wait > 0:
        minute = max(minute, end_of(run, task.wait_from, task.case) + task.wait)
    if task.hold >= 0:
        release = day_of(run, task.hold_from, task.case) + task.hold
        if release > minute or task.review:
            minute, kind = max(minute, release), PLAN
    schedule(run, minute, kind + row)


@compiled
def task_ends(run: Run, row: int, now: int) -> None:
    task = run.tasks[row]
    of = wide(task.case)
    case = run.cases[of]
    task.end = now
    if task.pool == ALLOCATION:
        case_allocated(run, of, now)
    else:
        becomes_free(run, wide(task.worker))
    if task.closes:
        case.authorised = True
    if task.review:
        case.reviewed = True
        for other in range(case.first_task, case.end_task):
            raise_urgency(run, other, wide(REVIEWED))
    else:
        case.unfinished -= 1
        if case.unfinished == 0:
            case_ends(run, of, now)
    following = task.first_next
    while following != NONE:
        after = case.first_task + following
        schedule_ready(run, after, now)
        following = run.tasks[after].next_sibling


@compiled
def limit_nears(run: Run, task: int) -> None:
    run.tasks[task].limit_scheduled = False
    raise_urgency(run, task, wide(RAISED))


@compiled
def case_ends(run: Run, row: int, now: int) -> None:
    case = run.cases[row]
    if run.state[0].week_length > 0:
        for task in range(case.first_task, case.end_task):
            if run.tasks[task].pool == ALLOCATION and run.tasks[task].ready != MISSING:
                add_children(run, -wide(case.children), now)
    if case.holder != NONE:
        remove_case(run, case.holder, row)
        change_load(run, case.holder, -wide(case.children), now)
        run.state[0].allocation_pending = True
    else:  # no longer waits for allocation
        for task in range(case.first_task, case.end_task):
            if run.tasks[task].pool == ALLOCATION:
                run.tasks[task].waiting = MISSING
    if is_in_window(run, row):
        run.state[0].outstanding -= 1
    again = case.first_rereferral
    while again != NONE:
        schedule(run, now + run.cases[again].planned_arrival, ARRIVAL + again)
        again = run.cases[again].next_rereferral


# Workers


@compiled
def employment(run: Run, row: int, now: int) -> None:
    worker = run.workers[row]
    if not worker.in_post:
        worker.in_post = True
        if worker.role == OWN_WORKER:
            change_load(run, row, wide(0), now)
            run.state[0].allocation_pending = True
        becomes_free(run, row)
        schedule(run, worker.leaves, WORKER + 2 * row)
    else:
        worker.free = False
        if worker.role == OWN_WORKER:
            worker.in_post = False
            change_load(run, row, wide(0), now)
            requeue_cases(run, row, now)


@compiled
def requeue_cases(run: Run, worker: int, now: int) -> None:
    """A leaver's cases return to the waiting list; their queued tasks wait for the next worker."""
    row = run.workers[worker].first_case
    while row != NONE:
        case = run.cases[row]
        case.holder, case.handover_due = NONE, True
        for at in range(case.first_task, case.end_task):
            task = run.tasks[at]
            if task.pool == ALLOCATION:
                push(run, at, now)
            elif task.pool == OWN_WORKER and task.waiting != MISSING:
                task.waiting, task.awaits_holder = MISSING, True
        row = case.next_of_holder
    run.workers[worker].first_case = NONE
    while run.queues[worker].root != NONE:
        drop_first(run, worker)
    run.state[0].allocation_pending = True
