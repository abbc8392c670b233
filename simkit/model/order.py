"""The two total orders of the model, each packed into one integer, so that no ties exist.

``moment``: what happens first among all that is due in one minute. ``key``: which of the work that
waits in a queue is taken first. Both engines use these layouts and no other.
"""

from __future__ import annotations

from simkit.model.workload import Workload

__all__ = [
    "ANSWER",
    "ARRIVAL",
    "CASE_BITS",
    "DONE",
    "DUE_BITS",
    "ORDINARY",
    "PLACE_BITS",
    "PLAN",
    "RAISED",
    "STAFF",
    "URGENT",
    "case_of",
    "check",
    "due_of",
    "key",
    "moment",
    "place_of",
    "raised_key",
    "urgency_of",
]

# Kinds of moment, first to last within a minute: work completed; external answers; staff leave,
# return or start; reviews, planned releases and due dates coming near; arrivals.
DONE, ANSWER, STAFF, PLAN, ARRIVAL = range(5)

# Urgency of waiting work. An enquiry and its conference go first; ordinary work is raised by a review or a near
# due date.
URGENT, RAISED, ORDINARY = range(3)

DUE_BITS, CASE_BITS, PLACE_BITS = 28, 22, 8


def moment(kind: int, row: int, place: int = 0) -> int:
    """Order within a minute: kind, then case or person, then the task's place in its case."""
    return (kind << CASE_BITS | row) << PLACE_BITS | place


def key(urgency: int, due: int, case: int, place: int) -> int:
    """Order within a queue: urgency, due minute, case, the task's place in its case."""
    return ((urgency << DUE_BITS | due) << CASE_BITS | case) << PLACE_BITS | place


def urgency_of(waiting: int) -> int:
    """The urgency packed in a key."""
    return waiting >> DUE_BITS + CASE_BITS + PLACE_BITS


def due_of(waiting: int) -> int:
    """The due minute packed in a key."""
    return waiting >> CASE_BITS + PLACE_BITS & (1 << DUE_BITS) - 1


def case_of(waiting: int) -> int:
    """The case packed in a key."""
    return waiting >> PLACE_BITS & (1 << CASE_BITS) - 1


def place_of(waiting: int) -> int:
    """The task's place in its case packed in a key."""
    return waiting & (1 << PLACE_BITS) - 1


def raised_key(waiting: int) -> int:
    """The key of the same work, ordinary until now and raised."""
    return waiting - (ORDINARY - RAISED << DUE_BITS + CASE_BITS + PLACE_BITS)


def check(workload: Workload) -> None:
    """Raise ValueError where a workload is too large for these layouts."""
    first = workload.cases.first_task
    longest = int((first[1:] - first[:-1]).max()) if len(workload.cases) else 0
    latest = workload.final_minute + int(workload.tasks.due.max(initial=0))
    if (
        len(workload.cases) >= 1 << CASE_BITS
        or len(workload.staff) + 1 >= 1 << CASE_BITS
        or longest >= 1 << PLACE_BITS
        or latest >= 1 << DUE_BITS
    ):
        raise ValueError(
            f"too large for one run: {len(workload.cases)} cases, {len(workload.staff)} people, "
            f"{longest} pieces of work in one case, due minutes up to {latest}"
        )
