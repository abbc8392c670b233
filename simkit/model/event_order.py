"""The two total orders of the model, each packed into one integer, so that no ties exist.

A moment, such as ``DONE + task``: what happens first among all that is due in one minute. A ``queue_key``:
which of the work that waits in a queue is taken first. Tasks stand in their table by case, step and
attempt, so a task's row is the last part of either. Both engines use these layouts and no other.
"""

from __future__ import annotations

import numpy as np

from simkit.model.workload.workload import Workload

__all__ = [
    "ANSWER",
    "ARRIVAL",
    "DONE",
    "NONE",
    "ORDINARY",
    "PLAN",
    "RAISED",
    "REVIEWED",
    "ROW_BITS",
    "URGENT",
    "WORKER",
    "check_tables",
    "queue_key",
    "raised_key",
    "task_of_key",
    "urgency_of_key",
]

# Urgency of waiting work. An enquiry and its conference go first, then what leads to the child being seen
# and what has a limit near, then what a review has raised.
URGENT, RAISED, REVIEWED, ORDINARY = range(4)

MINUTE_BITS, ROW_BITS = 28, 27

# What happens in a minute, first to last: work completed; external answers; staff leave, return or start;
# reviews, planned releases and limits coming near; arrivals. Each plus the row of the task, person or case.
DONE, ANSWER, WORKER, PLAN, ARRIVAL = (kind << ROW_BITS for kind in range(5))

NONE = -1  # no task, no person
MOST_CHILDREN = 3_000_000  # so that any load for any hours fits beside a count of allocations
MOST_TASKS = 2**15 - 1  # of one case, each named by its place in two bytes
MOST_POOLS = 2**7 - 1


def queue_key(urgency: int, due: int, task: int) -> int:
    """Order within a queue: urgency, due minute, task."""
    return (urgency << MINUTE_BITS | due) << ROW_BITS | task


def urgency_of_key(waiting: int) -> int:
    """The urgency packed in a key."""
    return waiting >> MINUTE_BITS + ROW_BITS


def task_of_key(waiting: int) -> int:
    """The row of the task packed in a key."""
    return waiting & (1 << ROW_BITS) - 1


def raised_key(waiting: int, urgency: int) -> int:
    """The key of the same work under another urgency."""
    return waiting + (urgency - urgency_of_key(waiting) << MINUTE_BITS + ROW_BITS)


def check_tables(workload: Workload) -> None:
    """Raise ValueError where a workload does not fit these layouts, or its tables contradict each other."""
    cases, tasks, staff = workload.cases, workload.tasks, workload.workers
    latest = workload.final_minute + max(int(tasks.due.max(initial=0)), workload.due_within)
    rows, children = max(len(cases), len(tasks), 2 * len(staff) + 1), int(cases.children.sum())
    of_a_case, pools = int(np.diff(cases.first_task).max(initial=0)), len(workload.pools)
    large = rows >= 1 << ROW_BITS or latest >= 1 << MINUTE_BITS or children > MOST_CHILDREN
    if large or of_a_case > MOST_TASKS or pools > MOST_POOLS:
        raise ValueError(
            f"too large for one run: {len(cases)} cases, {children} children, {len(tasks)} tasks, up to "
            f"{of_a_case} of a case, {len(staff)} people in {pools} roles, due minutes up to {latest}"
        )
    days = workload.final_minute / workload.calendar.day_minutes
    possible = {
        "the run ends within the days of its staff": not len(staff) or days <= staff.opens.shape[1],
        "nobody leaves before starting": bool((staff.starts <= staff.leaves).all()),
        "notice ends with leaving": bool((staff.notice <= staff.leaves).all()),
        "everybody has hours": bool((staff.fte > 0).all()),
        "no day ends before it begins": bool((staff.opens <= staff.shuts).all()),
        "nothing is before the first minute": min(cases.arrival.min(initial=0), staff.starts.min(initial=0))
        >= 0,
        "urgency is urgent, raised or ordinary": bool(
            ((tasks.urgency == URGENT) | (tasks.urgency == RAISED) | (tasks.urgency == ORDINARY)).all()
        ),
    }
    for rule, holds in possible.items():
        if not holds:
            raise ValueError(f"these tables cannot be run: it must hold that {rule}")
