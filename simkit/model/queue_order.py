"""The order in which waiting work is taken: urgency, then due minute, then task, packed into one integer.

The smallest ``queue_key`` is taken first, and no two are equal. Rows of the task table follow case, step and
attempt, so the row is the last part of a key. Both engines use these keys.
"""

from __future__ import annotations

# Urgency of a waiting task: a section 47 enquiry and its conference; then what leads to the child being seen
# and what has a limit near; then what a review has raised.
URGENT, RAISED, REVIEWED, ORDINARY = range(4)

MINUTE_BITS, ROW_BITS = 28, 27


def queue_key(urgency: int, due: int, task: int) -> int:
    """The key of a task in a queue: urgency, due minute, row."""
    return (urgency << MINUTE_BITS | due) << ROW_BITS | task


def urgency_of_key(key: int) -> int:
    """The urgency in a key."""
    return key >> MINUTE_BITS + ROW_BITS


def task_of_key(key: int) -> int:
    """The task's row in a key."""
    return key & (1 << ROW_BITS) - 1


def raised_key(key: int, urgency: int) -> int:
    """The key of the same task under another urgency."""
    return key + (urgency - urgency_of_key(key) << MINUTE_BITS + ROW_BITS)
