"""Giving out work in the kernel: the part of ``engine.py`` under the same heading.
"""

from __future__ import annotations

from simkit.model import hours
from simkit.model.kernel import heaps
from simkit.model.kernel.events import happens
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.queues import drop_first, first_of, is_away, to_allocate
from simkit.model.kernel.tables import Run
from simkit.model.order import DONE, NONE, PLAN, STAFF
from simkit.model.outcome import MISSING
from simkit.model.workload import OWN_WORKER
from simkit.model.workload import NEVER as _NEVER


__all__ = ["carry", "give_out", "let_go", "next_morning"]

NEVER = int(_NEVER)

present, away, finish = compiled(hours.present), compiled(hours.away), compiled(hours.finish)


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
        task = run.fresh[state.fresh]
        if run.tasks[task].waiting_key != MISSING and run.tasks[task].raise_at < NEVER and not run.tasks[task].raise_set:
            run.tasks[task].raise_set = run.tasks[task].raise_at < run.state[0].final
            happens(run, run.tasks[task].raise_at, PLAN + task)


@compiled
def allocate(run: Run, now: int) -> None:
    """Give waiting cases, first key first, each to the case holder with the least load."""
    queue, state = to_allocate(run), run.state[0]
    task = first_of(run, queue)
    while task != NONE:
        case = run.tasks[task].case
        person = best_holder(run, case, now)
        if person == NONE:
            break
        drop_first(run, queue)
        run.tasks[task].waiting_key = MISSING
        run.cases[case].holder = person
        hold(run, person, case)
        carry(run, person, run.cases[case].children, now)
        state.turns += 1
        run.people[person].turn = state.turns
        if run.tasks[task].start == MISSING:
            run.tasks[task].start, run.tasks[task].worker = now, person
        happens(run, now, DONE + task)
        task = first_of(run, queue)
    if task != NONE and not state.morning_set:
        state.morning_set = True
        tomorrow = now - now % run.state[0].length + run.state[0].length
        happens(run, tomorrow, STAFF + 2 * len(run.people))


@compiled
def next_morning(run: Run) -> None:
    """Waiting cases are looked at again each morning: somebody may be back."""
    run.state[0].morning_set = False
    run.state[0].look_at_allocation = True


@compiled
def best_holder(run: Run, case: int, now: int) -> int:
    """Who takes a case: least load for their hours, then longest without a new one, then first in the table."""
    best, least, longest = NONE, NEVER, 0
    for person in run.holders:
        load = run.people[person].burden
        if load > least or load == NEVER or (load == least and run.people[person].turn >= longest):
            continue
        if now >= run.people[person].notice:
            run.people[person].burden = NEVER
        elif (run.people[person].load + run.cases[case].children) * 10_000 // run.people[person].fte <= run.state[0].room and not away(
            run.opens[person], run.shuts[person], run.state[0].length, now, run.state[0].away_days
        ):
            best, least, longest = person, load, run.people[person].turn
    return best


# Cases in hand


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
def carry(run: Run, person: int, children: int, now: int) -> None:
    """Change a person's load; the burden is the load for their hours, out of reach where no new case is taken."""
    run.people[person].load += children
    taking = run.people[person].in_post and now < run.people[person].notice
    run.people[person].burden = run.people[person].load * 10_000 // run.people[person].fte if taking else NEVER


# Taking work


@compiled
def take_own(run: Run, person: int, now: int) -> None:
    task = first_of(run, person)
    if task != NONE and run.people[person].free:
        take(run, task, person, person, now)


@compiled
def take_from_pool(run: Run, pool: int, now: int) -> None:
    """Free people of a role, in the order of the table, each take the first of what waits."""
    queue, first = len(run.people) + pool, run.pools[pool].first_free
    unable = NONE
    while run.pools[pool].free > 0:
        task = first_of(run, queue)
        if task == NONE:
            break
        person = heaps.pop(run.free_in, first, run.pools[pool].free)
        run.pools[pool].free -= 1
        if run.people[person].free:
            take(run, task, queue, person, now)
        if run.people[person].free:
            run.people[person].next_unable = unable
            unable = person
    while unable != NONE:
        heaps.push(run.free_in, first, run.pools[pool].free, unable)
        run.pools[pool].free += 1
        unable = run.people[unable].next_unable


@compiled
def take(run: Run, task: int, queue: int, person: int, now: int) -> None:
    """Begin a task, unless the person is away or would leave before its end."""
    opens, shuts = run.opens[person], run.shuts[person]
    if not present(opens, shuts, run.state[0].length, now):
        is_away(run, person, now)
        return
    case, extra = run.tasks[task].case, 0
    if run.cases[case].taken_over and run.tasks[task].pool == OWN_WORKER:
        extra = run.state[0].handover
    end = finish(opens, shuts, run.state[0].length, now, run.tasks[task].effort + extra)
    if end > run.people[person].leaves:
        return
    drop_first(run, queue)
    run.tasks[task].waiting_key = MISSING
    run.tasks[task].start, run.tasks[task].worker, run.tasks[task].handover = now, person, extra
    run.people[person].free = False
    if extra:
        run.cases[case].taken_over = False
    happens(run, end, DONE + task)
