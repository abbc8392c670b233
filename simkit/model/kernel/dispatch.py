"""Dispatch in the kernel: allocation of cases and the start of tasks, as in ``engine/dispatch.py``."""

from __future__ import annotations

from collections.abc import MutableSequence

from simkit.model import working_hours
from simkit.model.event_order import DONE, NONE, PLAN, WORKER
from simkit.model.kernel import heaps
from simkit.model.kernel.events import schedule
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.pressure import effort_now
from simkit.model.kernel.queues import allocation_queue, drop_first, first_of, schedule_return
from simkit.model.kernel.tables import BLOCK, NEVER, TURN_BITS, Run
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import OWN_WORKER

present, away, finish = (
    compiled(working_hours.is_at_work),
    compiled(working_hours.is_away_for),
    compiled(working_hours.finish),
)


@compiled
def dispatch(run: Run, now: int) -> None:
    """Allocate cases, then let each free worker start the first task of their queue."""
    state = run.state[0]
    if state.allocation_pending:
        state.allocation_pending = False
        allocate(run, now)
    while state.workers_pending > 0:
        state.workers_pending -= 1
        worker = wide(run.workers_pending[state.workers_pending])
        run.workers[worker].pending = False
        start_own_task(run, worker, now)
    for pool in range(len(run.pools)):
        if run.pools[pool].pending:
            run.pools[pool].pending = False
            start_pool_tasks(run, pool, now)
    while state.newly_queued > 0:
        state.newly_queued -= 1
        row = wide(run.newly_queued[state.newly_queued])
        task = run.tasks[row]
        if task.waiting != MISSING and task.limit < state.final and not task.limit_scheduled:
            task.limit_scheduled = True
            schedule(run, wide(task.limit), PLAN + row)


@compiled
def allocate(run: Run, now: int) -> None:
    """Allocate the cases of the waiting list, by key, each to the case holder with the least load."""
    queue, state = allocation_queue(run), run.state[0]
    row = first_of(run, queue)
    while row != NONE:
        task = run.tasks[row]
        case = run.cases[task.case]
        worker = best_holder(run, wide(case.children), now)
        if worker == NONE:
            break
        drop_first(run, queue)
        task.waiting = MISSING
        case.holder = worker
        add_case(run, worker, wide(task.case))
        state.allocations += 1
        run.workers[worker].last_allocation = state.allocations
        change_load(run, worker, wide(case.children), now)
        if task.start == MISSING:
            task.start, task.worker = now, worker
        schedule(run, now, DONE + row)
        row = first_of(run, queue)
    if row != NONE and not state.morning_scheduled:
        state.morning_scheduled = True
        tomorrow = now - now % state.day_minutes + state.day_minutes
        schedule(run, tomorrow, WORKER + 2 * len(run.workers))


@compiled
def next_morning(run: Run) -> None:
    """Examine the waiting list again each morning: a case holder may be back."""
    run.state[0].morning_scheduled = False
    run.state[0].allocation_pending = True


@compiled
def best_holder(run: Run, children: int, now: int) -> int:
    """The case holder for a case: least load for their hours, longest without a new case, least row."""
    if run.state[0].today != now // run.state[0].day_minutes:
        new_day(run, now)
    first = first_rank(run)
    if first == NONE or fits(run, first, children, now):
        return first
    # The first has no room for it, or has given notice: try all case holders.
    best = NONE
    for row in run.holders:
        if (best == NONE or run.rank[row] < run.rank[best]) and fits(run, row, children, now):
            best = row
    return best


@compiled
def fits(run: Run, row: int, children: int, now: int) -> bool:
    """Whether a worker takes new cases, and has room for this one under the caseload limit."""
    worker = run.workers[row]
    takes = run.rank[row] < NEVER and now < worker.notice
    return takes and (worker.load + children) * 10_000 // worker.fte <= run.state[0].room


@compiled
def first_rank(run: Run) -> int:
    """The first case holder of the least rank, NONE where nobody takes cases."""
    least = least_of(run.least, wide(0), len(run.least))
    if least == NEVER:
        return NONE
    block = place_of(run.least, wide(0), least)
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
    """Rank the case holders for a day; those away for days take no case."""
    state = run.state[0]
    state.today = now // state.day_minutes
    for row in run.holders:
        run.workers[row].away = away(
            run.opens[:, row], run.shuts[:, row], state.day_minutes, now, state.away_days
        )
        run.rank[row] = rank_of(run, row, now)
    for block in range(len(run.least)):
        run.least[block] = least_of(run.rank, block * BLOCK, (block + 1) * BLOCK)


@compiled
def change_load(run: Run, row: int, children: int, now: int) -> None:
    """Change a worker's load, and with it the rank for the next allocation."""
    run.workers[row].load += children
    run.rank[row] = rank_of(run, row, now)
    block = row // BLOCK
    run.least[block] = least_of(run.rank, block * BLOCK, (block + 1) * BLOCK)


@compiled
def rank_of(run: Run, row: int, now: int) -> int:
    """Load for the hours, then the last allocation; NEVER for a worker who takes no case."""
    worker = run.workers[row]
    if worker.in_post and now < worker.notice and not worker.away:
        return worker.load * 10_000 // worker.fte << TURN_BITS | worker.last_allocation
    return NEVER


@compiled
def add_case(run: Run, worker: int, case: int) -> None:
    """Add a case to the linked list of those that a worker holds."""
    first = run.workers[worker].first_case
    run.cases[case].next_of_holder, run.cases[case].previous_of_holder = first, NONE
    if first != NONE:
        run.cases[first].previous_of_holder = case
    run.workers[worker].first_case = case


@compiled
def remove_case(run: Run, worker: int, case: int) -> None:
    """Remove a case from that list."""
    before, after = run.cases[case].previous_of_holder, run.cases[case].next_of_holder
    if before != NONE:
        run.cases[before].next_of_holder = after
    else:
        run.workers[worker].first_case = after
    if after != NONE:
        run.cases[after].previous_of_holder = before


@compiled
def start_own_task(run: Run, worker: int, now: int) -> None:
    if run.workers[worker].free:
        task = first_of(run, worker)
        if task != NONE:
            start_task(run, task, worker, worker, now)


@compiled
def start_pool_tasks(run: Run, row: int, now: int) -> None:
    """Each free worker of a role, by row, starts the first task of the pool's queue."""
    pool = run.pools[row]
    queue, unable = len(run.workers) + row, NONE
    while pool.free > 0:
        task = first_of(run, queue)
        if task == NONE:
            break
        worker = wide(heaps.pop(run.free_workers, wide(pool.first_free), wide(pool.free)))
        pool.free -= 1
        if run.workers[worker].free:
            start_task(run, task, queue, worker, now)
        if run.workers[worker].free:
            run.workers[worker].next_unable = unable
            unable = worker
    while unable != NONE:
        heaps.push(run.free_workers, wide(pool.first_free), wide(pool.free), unable)
        pool.free += 1
        unable = wide(run.workers[unable].next_unable)


@compiled
def start_task(run: Run, row: int, queue: int, worker_row: int, now: int) -> None:
    """Start a task, unless the worker is away or would leave before its end."""
    opens, shuts, day_minutes = run.opens[:, worker_row], run.shuts[:, worker_row], run.state[0].day_minutes
    if not present(opens, shuts, day_minutes, now):
        schedule_return(run, worker_row, now)
        return
    task, worker = run.tasks[row], run.workers[worker_row]
    case, extra, effort = run.cases[task.case], 0, task.effort
    if task.pool == OWN_WORKER:
        if case.handover_due:
            extra = run.state[0].handover
        if run.state[0].week_length > 0:
            effort = effort_now(run, wide(task.case), wide(effort), now)
    end = finish(opens, shuts, day_minutes, now, effort + extra)
    if end > worker.leaves:
        return
    drop_first(run, queue)
    task.waiting = MISSING
    task.start, task.worker, task.effort = now, worker_row, effort
    worker.free = False
    if extra:
        case.handover_due, task.has_handover = False, True
    schedule(run, end, DONE + row)
