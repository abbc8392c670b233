"""Giving out work in the kernel: the part of ``model/giving_out.py`` under the same heading."""

from __future__ import annotations

from collections.abc import MutableSequence

from simkit.model import working_hours
from simkit.model.event_order import DONE, NONE, PLAN, STAFF
from simkit.model.kernel import heaps
from simkit.model.kernel.events import happens
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.pressure import effort_now
from simkit.model.kernel.queues import drop_first, first_of, is_away, to_allocate
from simkit.model.kernel.tables import BLOCK, NEVER, TURN_BITS, Run
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import OWN_WORKER

__all__ = ["carry", "give_out", "let_go", "next_morning"]

present, away, finish = (
    compiled(working_hours.present),
    compiled(working_hours.away),
    compiled(working_hours.finish),
)


@compiled
def give_out(run: Run, now: int) -> None:
    """Allocate cases, then let every free person take the first of what waits for them."""
    state = run.state[0]
    if state.look_at_allocation:
        state.look_at_allocation = False
        allocate(run, now)
    while state.people_to_look_at > 0:
        state.people_to_look_at -= 1
        person = run.people_to_look_at[state.people_to_look_at]
        run.people[person].look_at = False
        take_own(run, person, now)
    for pool in range(len(run.pools)):
        if run.pools[pool].look_at:
            run.pools[pool].look_at = False
            take_from_pool(run, pool, now)
    while state.fresh > 0:
        state.fresh -= 1
        row = run.fresh[state.fresh]
        task = run.tasks[row]
        if task.waiting != MISSING and task.limit < state.final and not task.watched:
            task.watched = True
            happens(run, task.limit, PLAN + row)


@compiled
def allocate(run: Run, now: int) -> None:
    """Give waiting cases, first key first, each to the case holder with the least load."""
    queue, state = to_allocate(run), run.state[0]
    row = first_of(run, queue)
    while row != NONE:
        task = run.tasks[row]
        case = run.cases[task.case]
        person = best_holder(run, case.children, now)
        if person == NONE:
            break
        drop_first(run, queue)
        task.waiting = MISSING
        case.holder = person
        hold(run, person, task.case)
        state.turns += 1
        run.people[person].turn = state.turns
        carry(run, person, case.children, now)
        if task.start == MISSING:
            task.start, task.worker = now, person
        happens(run, now, DONE + row)
        row = first_of(run, queue)
    if row != NONE and not state.morning_set:
        state.morning_set = True
        tomorrow = now - now % state.length + state.length
        happens(run, tomorrow, STAFF + 2 * len(run.people))


@compiled
def next_morning(run: Run) -> None:
    """Waiting cases are looked at again each morning: somebody may be back."""
    run.state[0].morning_set = False
    run.state[0].look_at_allocation = True


@compiled
def best_holder(run: Run, children: int, now: int) -> int:
    """Who takes a case: least load for their hours, longest without a new one, first in the table."""
    if run.state[0].today != now // run.state[0].length:
        new_day(run, now)
    first = first_rank(run)
    if first == NONE or fits(run, first, children, now):
        return first
    # The first has no room for it, or has given notice: ask everybody.
    best = NONE
    for row in run.holders:
        if (best == NONE or run.rank[row] < run.rank[best]) and fits(run, row, children, now):
            best = row
    return best


@compiled
def fits(run: Run, row: int, children: int, now: int) -> bool:
    """Whether somebody takes cases, and has room for this one under the caseload limit."""
    person = run.people[row]
    takes = run.rank[row] < NEVER and now < person.notice
    return takes and (person.load + children) * 10_000 // person.fte <= run.state[0].room


@compiled
def first_rank(run: Run) -> int:
    """The first of those with the least rank, NONE where nobody takes cases."""
    least = least_of(run.least, 0, len(run.least))
    if least == NEVER:
        return NONE
    block = place_of(run.least, 0, least)
    return place_of(run.rank, block * BLOCK, least)


@compiled
def least_of(values: MutableSequence[int], begin: int, end: int) -> int:
    least = values[begin]
    for place in range(begin, end):
        least = min(least, values[place])
    return least


@compiled
def place_of(values: MutableSequence[int], begin: int, value: int) -> int:
    place = begin
    while values[place] != value:
        place += 1
    return place


@compiled
def new_day(run: Run, now: int) -> None:
    """See who takes cases today: not those who are away for days."""
    state = run.state[0]
    state.today = now // state.length
    for row in run.holders:
        run.people[row].away = away(run.opens[:, row], run.shuts[:, row], state.length, now, state.away_days)
        run.rank[row] = rank_of(run, row, now)
    for block in range(len(run.least)):
        run.least[block] = least_of(run.rank, block * BLOCK, (block + 1) * BLOCK)


@compiled
def carry(run: Run, row: int, children: int, now: int) -> None:
    """Change somebody's load, and with it their rank for the next case."""
    run.people[row].load += children
    run.rank[row] = rank_of(run, row, now)
    block = row // BLOCK
    run.least[block] = least_of(run.rank, block * BLOCK, (block + 1) * BLOCK)


@compiled
def rank_of(run: Run, row: int, now: int) -> int:
    """Load for the hours, then the turn; NEVER for who takes no case."""
    person = run.people[row]
    if person.in_post and now < person.notice and not person.away:
        return person.load * 10_000 // person.fte << TURN_BITS | person.turn
    return NEVER


@compiled
def hold(run: Run, person: int, case: int) -> None:
    """Put a case on the list of those that a person holds."""
    first = run.people[person].first_held
    run.cases[case].next_held, run.cases[case].previous_held = first, NONE
    if first != NONE:
        run.cases[first].previous_held = case
    run.people[person].first_held = case


@compiled
def let_go(run: Run, person: int, case: int) -> None:
    """Take a case off that list."""
    before, after = run.cases[case].previous_held, run.cases[case].next_held
    if before != NONE:
        run.cases[before].next_held = after
    else:
        run.people[person].first_held = after
    if after != NONE:
        run.cases[after].previous_held = before


@compiled
def take_own(run: Run, person: int, now: int) -> None:
    if run.people[person].free:
        task = first_of(run, person)
        if task != NONE:
            take(run, task, person, person, now)


@compiled
def take_from_pool(run: Run, row: int, now: int) -> None:
    """Free people of a role, in the order of the table, each take the first of what waits."""
    pool = run.pools[row]
    queue, unable = len(run.people) + row, NONE
    while pool.free > 0:
        task = first_of(run, queue)
        if task == NONE:
            break
        person = heaps.pop(run.free_in, pool.first_free, pool.free)
        pool.free -= 1
        if run.people[person].free:
            take(run, task, queue, person, now)
        if run.people[person].free:
            run.people[person].next_unable = unable
            unable = person
    while unable != NONE:
        heaps.push(run.free_in, pool.first_free, pool.free, unable)
        pool.free += 1
        unable = run.people[unable].next_unable


@compiled
def take(run: Run, row: int, queue: int, worker: int, now: int) -> None:
    """Begin a task, unless the person is away or would leave before its end."""
    opens, shuts, length = run.opens[:, worker], run.shuts[:, worker], run.state[0].length
    if not present(opens, shuts, length, now):
        is_away(run, worker, now)
        return
    task, person = run.tasks[row], run.people[worker]
    case, extra, effort = run.cases[task.case], 0, task.effort
    if task.pool == OWN_WORKER:
        if case.taken_over:
            extra = run.state[0].handover
        if run.state[0].week_length > 0:
            effort = effort_now(run, task.case, effort, now)
    end = finish(opens, shuts, length, now, effort + extra)
    if end > person.leaves:
        return
    drop_first(run, queue)
    task.waiting = MISSING
    task.start, task.worker, task.effort = now, worker, effort
    person.free = False
    if extra:
        case.taken_over, task.handed_over = False, True
    happens(run, end, DONE + row)
