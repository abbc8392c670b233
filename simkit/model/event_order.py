"""The order of what happens in one minute, and the sizes of table that fit the packed integers.

An event is its kind plus a row, such as ``DONE + task``: what is due in a minute happens in this order,
and no two are equal. Both engines use it. What waits in a queue has an order of its own (``queue_order``).
"""

from __future__ import annotations

import numpy as np

from simkit.model.queue_order import MINUTE_BITS, ORDINARY, RAISED, ROW_BITS, URGENT
from simkit.model.workload.workload import Workload

# Kinds of event in a minute, first to last: tasks done; external answers; workers start, leave or return;
# reviews, planned releases and limits coming near; arrivals. Each plus the row of the task, worker or case.
DONE, ANSWER, WORKER, PLAN, ARRIVAL = (kind << ROW_BITS for kind in range(5))

NONE = -1  # no task, no worker
MOST_CHILDREN = 3_000_000  # any load for any hours fits beside a count of allocations
MOST_TASKS = 2**15 - 1  # of one case: the kernel keeps a task's place in its case in two bytes
MOST_POOLS = 2**7 - 1


def check_tables(workload: Workload) -> None:
    """Raise ValueError if a workload does not fit these layouts or its tables contradict each other."""
    cases, tasks, workers = workload.cases, workload.tasks, workload.workers
    latest = workload.final_minute + max(int(tasks.due.max(initial=0)), workload.due_within)
    rows, children = max(len(cases), len(tasks), 2 * len(workers) + 1), int(cases.children.sum())
    of_a_case, pools = int(np.diff(cases.first_task).max(initial=0)), len(workload.pools)
    large = rows >= 1 << ROW_BITS or latest >= 1 << MINUTE_BITS or children > MOST_CHILDREN
    if large or of_a_case > MOST_TASKS or pools > MOST_POOLS:
        raise ValueError(
            f"too large for one run: {len(cases)} cases, {children} children, {len(tasks)} tasks, up to "
            f"{of_a_case} of a case, {len(workers)} people in {pools} roles, due minutes up to {latest}"
        )
    days = workload.final_minute / workload.calendar.day_minutes
    rules = {
        "the run ends within the days of its staff": not len(workers) or days <= workers.opens.shape[1],
        "nobody leaves before starting": bool((workers.starts <= workers.leaves).all()),
        "notice ends with leaving": bool((workers.notice <= workers.leaves).all()),
        "everybody has hours": bool((workers.fte > 0).all()),
        "no day ends before it begins": bool((workers.opens <= workers.shuts).all()),
        "nothing is before the first minute": min(cases.arrival.min(initial=0), workers.starts.min(initial=0))
        >= 0,
        "urgency is urgent, raised or ordinary": bool(
            ((tasks.urgency == URGENT) | (tasks.urgency == RAISED) | (tasks.urgency == ORDINARY)).all()
        ),
    }
    for rule, holds in rules.items():
        if not holds:
            raise ValueError(f"these tables cannot be run: it must hold that {rule}")
