"""The same cases, tasks and hours in textbook SimPy: one ``PriorityResource`` for each worker.

It waits as the engine does: for a turn, for a limit that comes near and raises the urgency, for the worker to
leave. It does less: reviews raise nothing, nobody starts later, there is no handover, and who asks first in a
minute is served first. It is here to be timed, not for its results.
"""

from __future__ import annotations

from typing import Any

import simpy

from simkit.model import working_hours
from simkit.model.engine.tables import workload_lists
from simkit.model.event_order import NONE
from simkit.model.queue_order import ORDINARY, RAISED
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

__all__ = ["simulate"]


def simulate(workload: Workload) -> list[int]:
    """The minute at which each task ended, -1 where it has not."""
    drawn, length = workload_lists(workload), workload.calendar.day_minutes
    env = simpy.Environment()
    people = range(len(drawn.fte))
    desk = [simpy.PriorityResource(env, 1) for _ in people]
    members = [[p for p in people if drawn.role[p] == pool] for pool in range(len(workload.pools))]
    gone = [env.timeout(leaves) for leaves in drawn.leaves]
    load = [0] * len(people)
    end = [-1] * len(drawn.case)
    authorised = [False] * len(drawn.planned_arrival)

    def here(pool: int) -> list[int]:
        now = int(env.now)
        return [p for p in members[pool] if drawn.starts[p] <= now < drawn.notice[p]] or members[pool]

    def ended(task: int, case: int) -> int:
        return end[task] if task != NONE and end[task] >= 0 else drawn.planned_arrival[case]

    def line(case: int, task: int, holder: list[int]) -> Any:
        while task != NONE:
            now = int(env.now)
            ready = now
            if drawn.wait[task] > 0:
                ready = max(ready, ended(drawn.wait_from[task], case) + drawn.wait[task])
            if drawn.hold[task] >= 0:
                day = ended(drawn.hold_from[task], case)
                ready = max(ready, day - day % length + drawn.hold[task])
            yield env.timeout(ready - now)
            if drawn.review[task] and authorised[case]:
                return
            pool = drawn.pool[task]
            if pool == ALLOCATION:
                best = min(here(OWN_WORKER), key=lambda p: load[p] / drawn.fte[p])
                holder.append(best)
                load[best] += drawn.children[case]
            else:
                if pool == OWN_WORKER:
                    if drawn.leaves[holder[-1]] <= env.now:
                        holder.append(min(here(OWN_WORKER), key=lambda p: load[p] / drawn.fte[p]))
                    worker = holder[-1]
                else:
                    worker = min(here(pool), key=lambda p: len(desk[p].queue) + desk[p].count)
                near = ended(drawn.limit_from[task], case) + drawn.limit[task] - workload.raise_before
                urgency = drawn.urgency[task]
                if urgency == ORDINARY and drawn.limit[task] >= 0 and near <= env.now:
                    urgency = RAISED
                turn = desk[worker].request(priority=urgency)
                while not turn.processed:
                    first = turn if pool != OWN_WORKER else turn | gone[worker]
                    if urgency == ORDINARY and drawn.limit[task] >= 0:
                        first |= env.timeout(max(0, near - env.now))
                    yield first
                    if not turn.processed and not turn.triggered:
                        turn.cancel()
                        if env.now >= near:
                            urgency = RAISED
                        if pool == OWN_WORKER and gone[worker].processed:
                            worker = min(here(OWN_WORKER), key=lambda p: load[p] / drawn.fte[p])
                            holder.append(worker)
                        turn = desk[worker].request(priority=urgency)
                with turn:
                    now = int(env.now)
                    opens, shuts = drawn.opens[worker], drawn.shuts[worker]
                    begin = working_hours.next_at_work(opens, shuts, length, now)
                    if begin >= workload.final_minute:
                        return
                    until = working_hours.finish(opens, shuts, length, begin, drawn.effort[task])
                    if until >= workload.final_minute:
                        return
                    yield env.timeout(until - now)
            end[task] = int(env.now)
            if drawn.closes[task]:
                authorised[case] = True
                load[holder[-1]] -= drawn.children[case]
            for branch in drawn.branches.get(task, ()):
                env.process(line(case, branch, holder))
            task = drawn.next_task[task]

    def referrals() -> Any:
        for case in drawn.outside:
            yield env.timeout(drawn.planned_arrival[case] - env.now)
            holder: list[int] = []
            for task in drawn.first_tasks.get(case, ()):
                env.process(line(case, task, holder))

    env.process(referrals())
    env.run(until=workload.final_minute)
    return end
