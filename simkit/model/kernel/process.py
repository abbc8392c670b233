"""Cases and people in the kernel, and the run itself: the parts of ``engine.py`` under the same headings."""

from __future__ import annotations

from simkit.model.event_order import ANSWER, ARRIVAL, DONE, NONE, PLAN, RAISED, REVIEWED, STAFF
from simkit.model.kernel.dispatch import carry, give_out, let_go, next_morning
from simkit.model.kernel.events import happens, is_due, next_minute, take_event
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.pressure import changes
from simkit.model.kernel.queues import (
    becomes_free,
    case_is_placed,
    day_of,
    drop_first,
    end_of,
    push,
    queue,
    raise_urgency,
)
from simkit.model.kernel.tables import FAR, Run
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER

__all__ = ["run_to_end"]


@compiled
def run_to_end(run: Run) -> tuple[int, bool]:
    """Run; the minute at which it stopped, and whether it had finished."""
    next_referral(run)
    for person in range(len(run.people)):
        happens(run, run.people[person].starts, STAFF + 2 * person)
    happens(run, run.state[0].window_ends, ARRIVAL + len(run.cases))
    now = next_minute(run)
    while now < run.state[0].final:
        while is_due(run, now):
            kind, row = take_event(run)
            happen(run, kind, row, now)
        give_out(run, now)
        following = next_minute(run)
        if run.state[0].to_watch == 0 and following > now:
            tell(run)
            return now, True
        now = following
    tell(run)
    return now, False


@compiled
def tell(run: Run) -> None:
    """Put down what happened to every case and task."""
    facts = run.facts
    for row in range(len(run.cases)):
        case = run.cases[row]
        facts.came[row] = case.came
        for at in range(case.first_task, case.end_task):
            if case.came == MISSING:
                read(run, at)
            task = run.tasks[at]
            facts.ready[at] = task.ready
            facts.queued[at] = task.queued
            facts.start[at] = task.start
            facts.end[at] = task.end
            facts.worker[at] = task.worker
            facts.handover[at] = run.state[0].handover if task.handed_over else 0
            facts.effort[at] = task.effort if run.state[0].week_length > 0 else run.drawn.effort[at]


@compiled
def happen(run: Run, kind: int, row: int, now: int) -> None:
    """Let something happen to the task, person or case of a row."""
    if kind == DONE:
        if run.tasks[row].end == MISSING:
            task_ends(run, row, now)
        else:  # allocated, not for the first time
            case_is_placed(run, run.tasks[row].case, now)
    elif kind == ANSWER or kind == PLAN:  # noqa: SIM109
        if run.tasks[row].ready != MISSING:
            limit_nears(run, row)
        elif not (run.tasks[row].review and run.cases[run.tasks[row].case].authorised):
            queue(run, row, now)
    elif kind == STAFF:
        if row == 2 * len(run.people):
            next_morning(run)
        elif row & 1:
            becomes_free(run, row >> 1)
        else:
            person_comes_or_goes(run, row >> 1, now)
    elif row == len(run.cases):
        run.state[0].to_watch -= 1
    else:
        if run.cases[row].source < 0:
            next_referral(run)
        case_comes(run, row, now)


# Cases


@compiled
def next_referral(run: Run) -> None:
    """Cases from outside come; a case that follows from another is sent by its end."""
    following = run.state[0].next_outside
    if following < len(run.outside):
        run.state[0].next_outside += 1
        case = run.outside[following]
        happens(run, run.cases[case].arrival, ARRIVAL + case)


@compiled
def case_comes(run: Run, row: int, now: int) -> None:
    case = run.cases[row]
    case.came = now
    if is_watched(run, row):
        run.state[0].to_watch += 1
    for task in range(case.first_task, case.end_task):
        read(run, task)
        if run.drawn.parent[task] < 0:
            can_be_done(run, task, now)
    if case.unfinished == 0:
        case_ends(run, row, now)


@compiled
def read(run: Run, row: int) -> None:
    """Put what was drawn for a task beside what happens to it, and the task behind the one it follows."""
    task, drawn = run.tasks[row], run.drawn
    task.ready, task.queued, task.start, task.end, task.worker = MISSING, MISSING, MISSING, MISSING, MISSING
    task.waiting, task.first_next, task.next_sibling = MISSING, NONE, NONE
    task.watched, task.homeless, task.handed_over = False, False, False
    task.case = drawn.case[row]
    first, parent = run.cases[task.case].first_task, drawn.parent[row]
    if parent >= 0:
        task.next_sibling = run.tasks[parent].first_next
        run.tasks[parent].first_next = row - first
    task.pool = drawn.pool[row]
    task.urgency = drawn.urgency[row]
    task.effort = min(drawn.effort[row], FAR)
    task.wait = min(drawn.wait[row], FAR)
    task.hold = min(drawn.hold[row], FAR)
    task.due = min(drawn.due[row], FAR)
    task.limit = min(drawn.limit[row], FAR)
    task.answer_from = place(drawn.answer_from[row], first)
    task.held_from = place(drawn.held_from[row], first)
    task.due_from = place(drawn.due_from[row], first)
    task.limit_from = place(drawn.limit_from[row], first)
    task.review = drawn.review[row]
    task.closes = drawn.closes[row]


@compiled
def place(row: int, first: int) -> int:
    """The place of a task on the way of its case, NONE for none."""
    return row - first if row >= 0 else NONE


@compiled
def is_watched(run: Run, case: int) -> bool:
    return run.state[0].window_starts <= run.cases[case].came < run.state[0].window_ends


@compiled
def can_be_done(run: Run, row: int, now: int) -> None:
    """Set the moment from which a task can be done: answers are in, and its planned day has come."""
    task = run.tasks[row]
    minute, kind = now, ANSWER
    if task.wait > 0:
        minute = max(minute, end_of(run, task.answer_from, task.case) + task.wait)
    if task.hold >= 0:
        release = day_of(run, task.held_from, task.case) + task.hold
        if release > minute or task.review:
            minute, kind = max(minute, release), PLAN
    happens(run, minute, kind + row)


@compiled
def task_ends(run: Run, row: int, now: int) -> None:
    task = run.tasks[row]
    case = run.cases[task.case]
    task.end = now
    if task.pool == ALLOCATION:
        case_is_placed(run, task.case, now)
    else:
        becomes_free(run, task.worker)
    if task.closes:
        case.authorised = True
    if task.review:
        case.reviewed = True
        for other in range(case.first_task, case.end_task):
            raise_urgency(run, other, REVIEWED)
    else:
        case.unfinished -= 1
        if case.unfinished == 0:
            case_ends(run, task.case, now)
    following = task.first_next
    while following != NONE:
        after = case.first_task + following
        can_be_done(run, after, now)
        following = run.tasks[after].next_sibling


@compiled
def limit_nears(run: Run, task: int) -> None:
    run.tasks[task].watched = False
    raise_urgency(run, task, RAISED)


@compiled
def case_ends(run: Run, row: int, now: int) -> None:
    case = run.cases[row]
    if run.state[0].week_length > 0:
        for task in range(case.first_task, case.end_task):
            if run.tasks[task].pool == ALLOCATION and run.tasks[task].ready != MISSING:
                changes(run, -case.children, now)
    if case.holder != NONE:
        let_go(run, case.holder, row)
        carry(run, case.holder, -case.children, now)
        run.state[0].look_at_allocation = True
    else:  # it needs no worker any more
        for task in range(case.first_task, case.end_task):
            if run.tasks[task].pool == ALLOCATION:
                run.tasks[task].waiting = MISSING
    if is_watched(run, row):
        run.state[0].to_watch -= 1
    again = case.first_return
    while again != NONE:
        happens(run, now + run.cases[again].arrival, ARRIVAL + again)
        again = run.cases[again].next_return


# People


@compiled
def person_comes_or_goes(run: Run, row: int, now: int) -> None:
    person = run.people[row]
    if not person.in_post:
        person.in_post = True
        if person.role == OWN_WORKER:
            carry(run, row, 0, now)
            run.state[0].look_at_allocation = True
        becomes_free(run, row)
        happens(run, person.leaves, STAFF + 2 * row)
    else:
        person.free = False
        if person.role == OWN_WORKER:
            person.in_post = False
            carry(run, row, 0, now)
            cases_come_back(run, row, now)


@compiled
def cases_come_back(run: Run, person: int, now: int) -> None:
    """The cases of somebody who leaves wait for allocation again, and their queued work for a worker."""
    row = run.people[person].first_held
    while row != NONE:
        case = run.cases[row]
        case.holder, case.taken_over = NONE, True
        for at in range(case.first_task, case.end_task):
            task = run.tasks[at]
            if task.pool == ALLOCATION:
                push(run, at, now)
            elif task.pool == OWN_WORKER and task.waiting != MISSING:
                task.waiting, task.homeless = MISSING, True
        row = case.next_held
    run.people[person].first_held = NONE
    while run.queues[person].root != NONE:
        drop_first(run, person)
    run.state[0].look_at_allocation = True
