"""The timeline: every clock that counts in working days, by kind of case and by what it counts from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from simkit.framework.amount import Amount, Unit
from simkit.framework.document.blocks import Group, Lane, Row, Timeline
from simkit.framework.document.phrases import (
    FORCES,
    after,
    condition,
    opening,
    ordered,
    phase_of,
    review_words,
    route_words,
    timescale_words,
)
from simkit.framework.framework import ROUTES, Framework, Review, Timescale

_NOT_DRAWN = ("Serious incidents", "Emergency powers", "The protocol itself")
_HOURS = 24


def timeline(framework: Framework) -> Timeline:
    """The clocks of an assessment and of what follows from it, ready to be drawn.

    Only working days and hours can be drawn as working days; 24 hours stand at day 1. What has no
    such number is told in words beside it.
    """
    clocks = [t for t in ordered(framework.timescales.values()) if phase_of(t) not in _NOT_DRAWN]
    reviews = list(framework.reviews.values())
    every: tuple[Timescale | Review, ...] = (*clocks, *reviews)
    names = next((each.names for each in every), None)
    placed: dict[tuple[str, ...], dict[str, list[Row]]] = {}
    left_out: list[str] = []
    for routes, start, row in _rows(framework, clocks, reviews):
        if row.days:
            placed.setdefault(routes, {}).setdefault(start, []).append(row)
        else:
            left_out.append(f"{row.title}, {row.says}")
    lanes = tuple(
        Lane(
            opening(route_words(routes, names)),
            tuple(
                Group(
                    f"Counted from {start}", tuple(sorted(rows, key=lambda row: (max(row.days), row.title)))
                )
                for start, rows in placed[routes].items()
            ),
        )
        for routes in sorted(placed, key=_lane_order)
    )
    most = max((max(row.days) for lane in lanes for group in lane.groups for row in group.rows), default=0)
    title = f"Timeline in working days: {framework.title}"
    return Timeline(title, lanes, max(5, 5 * math.ceil(most / 5)), tuple(left_out))


def _lane_order(routes: tuple[str, ...]) -> tuple[bool, tuple[int, ...]]:
    return bool(routes), tuple(ROUTES.index(route) if route in ROUTES else 9 for route in routes)


def _rows(
    framework: Framework, clocks: Iterable[Timescale], reviews: Iterable[Review]
) -> Iterator[tuple[tuple[str, ...], str, Row]]:
    review_starts = {r.start for r in reviews if r.start}
    starts: set[str] = set()
    for t in clocks:
        if t.start not in starts and t.start in review_starts:
            yield from _review_rows(framework, (r for r in reviews if r.start == t.start), t.start)
        starts.add(t.start)
        start_words = "the one before" if t.kind == "every" and t.start == t.end else after(t.start, t.names)
        yield t.routes, start_words, _clock(t)
    for start in dict.fromkeys(r.start for r in reviews if r.start and r.start not in starts):
        yield from _review_rows(framework, (r for r in reviews if r.start == start), start)
    for r in reviews:
        if not r.start:
            yield r.routes, "the review before", _review(framework, r)


def _review_rows(
    framework: Framework, reviews: Iterable[Review], start: str
) -> Iterator[tuple[tuple[str, ...], str, Row]]:
    for r in reviews:
        yield r.routes, after(start, r.names), _review(framework, r)


def _clock(t: Timescale) -> Row:
    numbers = tuple(_days(amount) for amount in (t.lower, t.amount) if amount)
    days = tuple(n for n in numbers if n is not None)
    whole = days if len(days) == len(numbers) else ()
    says = "; ".join(part for part in (timescale_words(t), condition(t), FORCES[t.force].lower()) if part)
    if t.kind == "between":
        return Row(t.title, says, "range", whole, t.national)
    if t.kind == "expected_within":
        return Row(t.title, says, "expected", whole, t.national)
    if t.kind == "every":
        return Row(t.title, says, "repeat", whole, t.national)
    if t.kind == "at_least_before":
        return Row(t.title, says, "before", (), t.national)
    return Row(t.title, says, "limit", whole, t.national)


def _review(framework: Framework, r: Review) -> Row:
    national = r.layer.startswith("national/")
    says = "; ".join(
        part for part in (review_words(r, framework.reviews), condition(r), FORCES[r.force].lower()) if part
    )
    if r.at_most_every is not None:
        interval = _days(r.at_most_every)
        return Row(r.title, says, "repeat", (interval,) if interval else (), national)
    amounts = [r.at] if r.at else list(r.by_priority.values())
    days = {_days(amount) for amount in amounts}
    known = tuple(sorted(day for day in days if day is not None))
    return Row(r.title, says, "review", known if len(known) == len(days) else (), national)


def _days(amount: Amount) -> float | None:
    """Working days on the drawing; None for units that have no exact number of them."""
    if amount.unit is Unit.WORKING_DAYS:
        return amount.number
    if amount.unit is Unit.HOURS:
        return amount.number / _HOURS
    return None
