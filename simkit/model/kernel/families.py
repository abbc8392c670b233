"""The families of blocks in the kernel: identical to ``families_of`` in ``workload/arrivals``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from simkit.framework.framework import ROUTES
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import wide
from simkit.model.kernel.streams import fill_four, stream_name
from simkit.model.workload.arrivals import (
    FIRST,
    MOST_CHILDREN,
    REPEAT,
    REREFERRAL,
    STOCK,
    Block,
    Chances,
    Families,
)
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.workload import CLOSED

_PURPOSES = (
    *("siblings", "section_47", "brief", "disabled", "thin"),
    *("rereferral", "front_door", "turned away", "pull", "slip"),
)
_SIBLINGS, _ENQUIRY, _BRIEF, _DISABLED, _THIN, _AGAIN, _DOOR, _AWAY, _PULL, _SLIP = range(len(_PURPOSES))
_STREAMS = np.array([stream_name(purpose, 1) for purpose in _PURPOSES])
_COLUMNS = tuple(field.name for field in fields(Families))
_SECTION_17, _DISABLED_CHILDREN, _SECTION_47, _BRIEF_ONES = (
    ROUTES.index(route) for route in ("section_17", "disabled_children", "section_47", "brief")
)


class DayColumns(NamedTuple):
    """Columns of Days, and of a Block by day; ``reached`` has one number more."""

    date: Any
    opens: Any
    in_hours: Any
    next_minute: Any
    days_open: Any
    share: Any
    reached: Any


class Rows(NamedTuple):
    """Columns of Families, with room for all."""

    block: Any
    position: Any
    arrival: Any
    date: Any
    children: Any
    route: Any
    kind: Any
    days_open: Any


def families_of(blocks: Sequence[Block], chances: Chances, draws: Draws) -> Families:
    """As in ``workload/arrivals``."""
    gaps = [block.gaps(draws) for block in blocks]
    table = Rows(*np.empty((len(_COLUMNS), sum(map(len, gaps))), dtype=np.int64))
    numbers, count = np.empty((len(_PURPOSES), 4)), 0
    for block, between in zip(blocks, gaps, strict=True):
        days = block.days
        first = [_THIN] * bool(block.share.min() < 1) + [_PULL, _SLIP] * (block.kind == STOCK)
        others = [_SIBLINGS, _ENQUIRY, _BRIEF, _DISABLED] + [_AWAY] * (block.turned_away > 0)
        others += [_AGAIN, _DOOR] * (block.kind == FIRST)
        columns = DayColumns(
            days.dates.view(np.int64),
            days.opens,
            days.in_hours,
            days.next_minute,
            days.days_open,
            block.share,
            block.reached,
        )
        count = _draw(
            draws.key,
            np.array(first, dtype=np.int64),
            np.array(others),
            _STREAMS,
            numbers,
            between,
            columns,
            chances,
            block.number,
            block.kind,
            float(block.turned_away),
            block.last_clock,
            days.day_minutes,
            table,
            count,
        )
    found = {name: getattr(table, name)[:count] for name in _COLUMNS}
    return Families(**{**found, "date": found["date"].view("datetime64[D]")})


@entry
def _draw(
    key: Any,
    first: Any,
    others: Any,
    streams: Any,
    numbers: Any,
    gaps: Any,
    days: DayColumns,
    chances: Chances,
    block: int,
    kind: int,
    turned_away: float,
    last_clock: tuple[float, float],
    day_minutes: int,
    table: Rows,
    row: int,
) -> int:
    """Write a block's families from ``row`` on. The row after them."""
    day, point, last, drawn = 0, 0.0, len(days.share) - 1, -1
    for position in range(len(gaps)):
        point += gaps[position]
        if point >= days.reached[last + 1]:
            break
        while point >= days.reached[day + 1]:
            day += 1
        which = position & 3
        if which == 0:
            for purpose in first:
                fill_four(key, streams[purpose], block, wide(0), position, numbers[purpose])
        if days.share[day] < 1 and numbers[_THIN, which] >= days.share[day]:
            continue
        late = kind == STOCK and days.days_open[day] > last_clock[0]
        if late and numbers[_PULL, which] < last_clock[1] and numbers[_SLIP, which] >= chances.slip:
            continue
        if position - which != drawn:
            drawn = position - which
            for purpose in others:
                fill_four(key, streams[purpose], block, wide(0), drawn, numbers[purpose])
        route = _SECTION_17
        if numbers[_DISABLED, which] < chances.disabled:
            route = _DISABLED_CHILDREN
        if numbers[_BRIEF, which] < chances.brief:
            route = _BRIEF_ONES
        if numbers[_ENQUIRY, which] < chances.section_47:
            route = _SECTION_47
        which_kind = kind
        if kind == FIRST:
            if numbers[_DOOR, which] >= chances.assessed:
                route = CLOSED
            if numbers[_AGAIN, which] < chances.rereferral:
                which_kind = REREFERRAL
        if turned_away > 0:
            away = numbers[_AWAY, which] * (1 - chances.section_47) < turned_away
            if away and route != _SECTION_47:
                if kind == REPEAT:
                    continue
                route = CLOSED
        children = 1
        for further in range(MOST_CHILDREN - 1):
            children += numbers[_SIBLINGS, which] < chances.siblings[further]
        before, in_hours = days.reached[day], days.in_hours[day]
        part = (point - before) / max(days.reached[day + 1] - before, 1e-300)
        arrival = days.next_minute[day]
        if part < in_hours:
            arrival = days.opens[day] + np.int64(np.floor(part / in_hours * day_minutes))
        table.block[row], table.position[row], table.arrival[row] = block, position, arrival
        table.date[row], table.days_open[row] = days.date[day], days.days_open[day]
        table.children[row], table.route[row], table.kind[row] = children, route, which_kind
        row += 1
    return row
