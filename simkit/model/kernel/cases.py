"""Cases and people in the kernel, and the run itself: the parts of ``engine.py`` under the same headings.
"""

from __future__ import annotations

from simkit.model.kernel.events import happens, is_due, next_minute, take_event
from simkit.model.kernel.giving_out import carry, give_out, let_go, next_morning
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.queues import (
    becomes_free,
    case_is_placed,
    day_of,
    end_of,
    push,
    queue,
    raise_urgency,
    to_allocate,
)
from simkit.model.kernel.tables import Run
from simkit.model.order import ANSWER, ARRIVAL, DONE, NONE, PLAN, STAFF
from simkit.model.outcome import MISSING
from simkit.model.workload import ALLOCATION, OWN_WORKER
from simkit.model.workload import NEVER as _NEVER


__all__ = ["run_to_end"]

NEVER = int(_NEVER)


@compiled
def run_to_end(run: Run) -> tuple[int, bool]:
    """Run; the minute at which it stopped, and whether it had finished."""
    next_referral(run)
    for person in range(len(run.people)):
        happens(run, run.people[person].starts, STAFF + 2 * person)
    happens(run, run.state[0].ends_at, ARRIVAL + len(run.cases))
    now = next_minute(run)
    while now < run.state[0].final:
        while is_due(run, now):
            kind, row = take_event(run)
            happen(run, kind, row, now)
        give_out(run, now)
        following = next_minute(run)
        if run.state[0].to_watch == 0 and following > now:
            return now, True
        now = following
    return now, False


@compiled
def happen(run: Run, kind: int, row: int, now: int) -> None:
    if kind == DONE:
        if run.tasks[row].end == MISSING:
            task_ends(run, row, now)
        else:
            case_is_placed(run, run.tasks[row].case, now)
    elif kind == ANSWER or kind == PLAN:
        if run.tasks[row].ready != MISSING:
            run.tasks[row].raise_set = False
            raise_urgency(run, row)
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
def case_comes(run: Run, case: int, now: int) -> None:
    run.cases[case].came = now
    if is_watched(run, case):
        run.state[0].to_watch += 1
    for task in range(run.cases[case].first_task, run.cases[case].end_task):
        if run.tasks[task].parent < 0:
            can_be_done(run, task, now)
    if run.cases[case].unfinished == 0:
        case_ends(run, case, now)


@compiled
def is_watched(run: Run, case: int) -> bool:
    return run.state[0].opens_at <= run.cases[case].came < run.state[0].ends_at


@compiled
def can_be_done(run: Run, task: int, now: int) -> None:
    """Set the moment from which a task can be done: answers are in, and its planned day has come."""
    case, wait, hold = run.tasks[task].case, run.tasks[task].wait, run.tasks[task].hold
    minute, kind = now, ANSWER
    if wait > 0:
        minute = max(minute, end_of(run, run.tasks[task].answer_from, case) + wait)
    if hold >= 0:
        release = day_of(run, run.tasks[task].held_from, case) + hold
        if release > minute or run.tasks[task].review:
            minute, kind = max(minute, release), PLAN
    happens(run, minute, kind + task)


@compiled
def task_ends(run: Run, task: int, now: int) -> None:
    case = run.tasks[task].case
    run.tasks[task].end = now
    if run.tasks[task].pool == ALLOCATION:
        case_is_placed(run, case, now)
    else:
        becomes_free(run, run.tasks[task].worker)
    if run.tasks[task].closes:
        run.cases[case].authorised = True
    if run.tasks[task].review:
        run.cases[case].reviewed = True
        for other in range(run.cases[case].first_task, run.cases[case].end_task):
            raise_urgency(run, other)
    else:
        run.cases[case].unfinished -= 1
        if run.cases[case].unfinished == 0:
            case_ends(run, case, now)
    following = run.tasks[task].first_next
    while following != NONE:
        can_be_done(run, following, now)
        following = run.tasks[following].next_sibling


@compiled
def case_ends(run: Run, case: int, now: int) -> None:
    holder = run.cases[case].holder
    if holder != NONE:
        let_go(run, holder, case)
        carry(run, holder, -run.cases[case].children, now)
        run.state[0].look_at_allocation = True
    else:
        for task in range(run.cases[case].first_task, run.cases[case].end_task):  # it needs no worker any more
            run.tasks[task].waiting_key = MISSING
    if is_watched(run, case):
        run.state[0].to_watch -= 1
    again = run.cases[case].first_return
    while again != NONE:
        happens(run, now + run.cases[again].arrival, ARRIVAL + again)
        again = run.cases[again].next_return


# People


@compiled
def person_comes_or_goes(run: Run, person: int, now: int) -> None:
    if not run.people[person].in_post:
        run.people[person].in_post = True
        if run.people[person].role == OWN_WORKER:
            carry(run, person, 0, now)
            run.state[0].look_at_allocation = True
        becomes_free(run, person)
        happens(run, run.people[person].leaves, STAFF + 2 * person)
    else:
        run.people[person].free = False
        if run.people[person].role == OWN_WORKER:
            cases_come_back(run, person, now)


@compiled
def cases_come_back(run: Run, person: int, now: int) -> None:
    """The cases of somebody who leaves wait for allocation again, and their queued work for a worker."""
    case = run.people[person].first_held
    while case != NONE:
        run.cases[case].holder, run.cases[case].taken_over = NONE, True
        for task in range(run.cases[case].first_task, run.cases[case].end_task):
            if run.tasks[task].pool == ALLOCATION:
                push(run, task, to_allocate(run), now)
            elif run.tasks[task].pool == OWN_WORKER and run.tasks[task].waiting_key != MISSING:
                run.tasks[task].waiting_key, run.tasks[task].homeless = MISSING, True
        case = run.cases[case].next_held
    run.people[person].first_held = NONE
    run.queues[person].root = NONE
    run.people[person].burden = NEVER
    run.state[0].look_at_allocation = True
