"""Working hours: when a worker is at work, and when a task would be done within those hours.

``opens[day]`` and ``shuts[day]`` are the minutes from and until which a worker works on a day, equal on a
day off; ``day_minutes`` is the length of a day. Both engines use these functions; the kernel compiles them.
"""

from __future__ import annotations

from collections.abc import Sequence

Minutes = Sequence[int]

AFTER_CALENDAR = 2**40  # for a minute after the last day of the calendar


def is_at_work(opens: Minutes, shuts: Minutes, day_minutes: int, minute: int) -> bool:
    """Whether the worker is at work at this minute."""
    day = minute // day_minutes
    return opens[day] <= minute < shuts[day]


def next_at_work(opens: Minutes, shuts: Minutes, day_minutes: int, minute: int) -> int:
    """The first minute from ``minute`` on at which the worker is at work."""
    for day in range(minute // day_minutes, len(opens)):
        begin = max(minute, opens[day])
        if begin < shuts[day]:
            return begin
    return AFTER_CALENDAR


def is_away_for(opens: Minutes, shuts: Minutes, day_minutes: int, minute: int, days: int) -> bool:
    """Whether the worker is off on this day and the next ``days`` - 1."""
    today = minute // day_minutes
    for day in range(today, min(today + days, len(opens))):  # noqa: SIM110 (numba knows no all())
        if opens[day] < shuts[day]:
            return False
    return True


def finish(opens: Minutes, shuts: Minutes, day_minutes: int, minute: int, work: int) -> int:
    """The minute at which ``work`` minutes of work started at ``minute`` are done."""
    if work == 0:
        return minute
    for day in range(minute // day_minutes, len(opens)):
        begin = opens[day] if opens[day] > minute else minute
        if begin + work <= shuts[day]:
            return begin + work
        if begin < shuts[day]:
            work -= shuts[day] - begin
    return AFTER_CALENDAR
