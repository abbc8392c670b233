"""Dates as exact as their source: a day, a month or a year, each a span of days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

Span = tuple[date, date]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def span(written: object) -> Span | None:
    """First and last day of ``2025-04-01``, ``2025-04`` or ``2025``; None where there is no such day."""
    parts = str(written).strip().split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    try:
        if len(numbers) == 3:
            day = date(*numbers)
            return day, day
        if len(numbers) == 2:
            first = date(numbers[0], numbers[1], 1)
            return first, date(numbers[0], numbers[1], monthrange(numbers[0], numbers[1])[1])
        return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
    except (ValueError, OverflowError):
        return None


def overlap(one: Span, other: Span) -> bool:
    """Whether the two spans may share a day."""
    return one[0] <= other[1] and other[0] <= one[1]


def in_force_on(when: Span, start: object | None, end: object | None) -> bool:
    """Whether something that runs from ``start`` to ``end`` (None: not known, open) may cover ``when``."""
    first = span(start) if start is not None else None
    last = span(end) if end not in (None, "open") else None
    return (first is None or first[0] <= when[1]) and (last is None or when[0] <= last[1])


def date_words(written: str) -> str:
    """``2025-04-01`` as ``1 April 2025``, ``2025-04`` as ``April 2025``: as exact as it was written."""
    parts = written.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (1, 2, 3):
        return written
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return written
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, _MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def when_words(written: str) -> str:
    """``on 1 April 2025``, ``in April 2025``, ``in 2025``: when something happened or will."""
    return f"{'on' if written.count('-') == 2 else 'in'} {date_words(written)}"
