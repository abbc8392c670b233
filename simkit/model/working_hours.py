"""Working hours: when a person is at work, and when a piece of work would be done.

``opens[day]`` and ``shuts[day]`` are the minutes from and until which a person works on a day, equal on a
day off; ``length`` is the minutes in a day. Both engines use these functions, the kernel compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["AFTER_CALENDAR", "finish", "is_at_work", "is_away_for", "next_at_work"]

Minutes = Sequence[int]

AFTER_CALENDAR = 2**40  # the minute of what no day of the calendar sees


def is_at_work(opens: Minutes, shuts: Minutes, length: int, minute: int) -> bool:
    """Whether the person is at work at this minute."""
    day = minute // length
    return opens[day] <= minute < shuts[day]


def next_at_work(opens: Minutes, shuts: Minutes, length: int, minute: int) -> int:
    """The first minute from ``minute`` on at which the person is at work."""
    for day in range(minute // length, len(opens)):
        begin = max(minute, opens[day])
        if begin < shuts[day]:
            return begin
    return AFTER_CALENDAR


def is_away_for(opens: Minutes, shuts: Minutes, length: int, minute: int, days: int) -> bool:
    """Whether the person does not work on this day, nor on the next ``days`` - 1."""
    today = minute // length
    for day in range(today, min(today + days, len(opens))):  # noqa: SIM110 (numba knows no all())
        if opens[day] < shuts[day]:
            return False
    return True


def finish(opens: Minutes, shuts: Minutes, length: int, minute: int, work: int) -> int:
    """The minute at which ``work`` minutes begun at ``minute`` are done."""
    if work == 0:
        return minute
    for day in range(minute // length, len(opens)):
        begin = opens[day] if opens[day] > minute else minute
        if begin + work <= shuts[day]:
            return begin + work
        if begin < shuts[day]:
            work -= shuts[day] - begin
    return AFTER_CALENDAR
