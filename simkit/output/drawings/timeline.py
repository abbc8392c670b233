"""The timeline as shapes: a bar for each clock, from the event it counts from, in lanes by kind of case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simkit.framework.document.blocks import Row, Timeline
from simkit.output.drawings.shapes import Box, Diamond, Label, Shape, Strip, Stroke, wrapped
from simkit.output.look import LOCAL, NATIONAL

# Dark and light, so that they differ in print without colour; the words at each bar say the same.
_EDGE, _GRID, _LANE = "#333333", "#D0D0D0", "#E8E8E8"
_SIZE, _SMALL, _LEADING = 13.0, 12.0, 16.0
_BAR, _GAP, _RIGHT = 14.0, 12.0, 26.0

_LEGEND = {
    "limit": "limit",
    "expected": "expectation, not a limit",
    "range": "set for each case",
    "repeat": "repeats",
    "review": "review",
}


@dataclass(frozen=True, slots=True)
class _Axis:
    left: float
    width: float
    last: int

    def at(self, day: float) -> float:
        return self.left + self.width * day / self.last

    @property
    def steps(self) -> range:
        for step in (5, 10, 20, 50, 100, 200, 500, 1000):
            if self.width * step / self.last >= 26 + 4 * len(str(self.last)):
                return range(0, self.last + 1, step)
        return range(0, self.last + 1, self.last)


def timeline_strips(what: Timeline, width: float, *, wide: bool) -> tuple[Strip, list[Strip]]:
    """The scale and its strips. ``wide``: words to the left of the bars, not above them."""
    left = width * 0.42 if wide else 6.0
    axis = _Axis(left, width - left - _RIGHT, what.last)
    strips: list[Strip] = []
    for lane in what.lanes:
        head = _head(lane.title, width)
        strips.append(head)
        for number, group in enumerate(lane.groups):
            counted = _counted(group.title, width, under=(head,) if number else ())
            strips.append(counted)
            for place, row in enumerate(group.rows):
                under = (head, replace(counted, under=())) if place else ()
                strips.append(replace(_row(row, axis, width, wide), under=under))
    if strips:
        strips[-1] = replace(strips[-1], with_next=True)  # no page with the legend alone
    strips += _legend(what)
    return _scale(axis), strips


def _head(title: str, width: float) -> Strip:
    lines = wrapped(title, width - 16, _SIZE, bold=True)
    height = len(lines) * _LEADING + 10
    shapes: list[Shape] = [Box(0, 4, width, height - 4, fill=_LANE)]
    shapes += (Label(8, 19 + n * _LEADING, words, _SIZE, bold=True) for n, words in enumerate(lines))
    return Strip(height + 4, tuple(shapes), with_next=True)


def _counted(title: str, width: float, under: tuple[Strip, ...]) -> Strip:
    lines = wrapped(title, width - 8, _SMALL)
    shapes = tuple(Label(4, 16 + n * _LEADING, words, _SMALL, italic=True) for n, words in enumerate(lines))
    return Strip(len(lines) * _LEADING + 6, shapes, with_next=True, under=under)


def _row(row: Row, axis: _Axis, width: float, wide: bool) -> Strip:
    room = axis.left - 20 if wide else width - 12
    titles = wrapped(row.title, room, _SIZE, bold=True)
    says = wrapped(row.says, room, _SMALL)
    shapes: list[Shape] = []
    base = 13.0
    for number, words in enumerate((*titles, *says)):
        title = number < len(titles)
        shapes.append(Label(4, base, words, _SIZE if title else _SMALL, bold=title))
        base += _LEADING
    text = base - 13 + 4
    top = 2.0 if wide else text
    height = max(text, _BAR + 8) if wide else text + _BAR + 4
    grid_top, grid_end = (0.0, height + _GAP) if wide else (top - 4, top + _BAR + 4)
    for day in axis.steps:
        x = axis.at(day)
        colour = _EDGE if day == 0 else _GRID
        shapes.append(Stroke(x, grid_top, x, grid_end, colour, 1.5 if day == 0 else 1.0))
    shapes += _bar(row, axis, top)
    return Strip(height + _GAP, tuple(shapes))


def _bar(row: Row, axis: _Axis, top: float) -> Iterator[Shape]:
    fill = NATIONAL if row.national else LOCAL
    start, end, middle = axis.at(0), axis.at(max(row.days)), top + _BAR / 2
    long = max(end - start, 3.0)
    if row.kind == "review":
        yield Stroke(start, middle, end, middle, _EDGE, 1.0)
        for day in row.days:
            yield Diamond(axis.at(day), middle, 7, fill)
        return
    if row.kind == "expected":
        yield Box(start, top, long, _BAR, fill="#FFFFFF", edge=_EDGE, dashed=True)
        return
    if row.kind == "range":
        low = axis.at(min(row.days))
        yield Box(start, top, low - start, _BAR, fill="#FFFFFF", edge=_EDGE)
        yield Box(low, top, max(end - low, 3.0), _BAR, fill=fill, edge=_EDGE)
        return
    yield Box(start, top, long, _BAR, fill=fill, edge=_EDGE)
    if row.kind == "repeat":
        yield Stroke(end + 2, middle, end + 20, middle, _EDGE, 2.0, arrow=True)


def _scale(axis: _Axis) -> Strip:
    words = "Working days"
    shapes: list[Shape] = [Label(axis.at(day), 30, str(day), _SMALL, centred=True) for day in axis.steps]
    shapes.append(Label(axis.left if axis.left < 20 else axis.left - 4, 13, words, _SMALL, bold=True))
    shapes += (Stroke(axis.at(day), 34, axis.at(day), 40, _EDGE) for day in axis.steps)
    shapes.append(Stroke(axis.at(0), 40, axis.at(axis.last), 40, _EDGE))
    return Strip(42, tuple(shapes))


def _legend(what: Timeline) -> Iterator[Strip]:
    rows = [row for lane in what.lanes for group in lane.groups for row in group.rows]
    used = [
        (kind, words, national)
        for kind, words in _LEGEND.items()
        for national in (True, False)
        if any(row.kind == kind and row.national is national for row in rows)
    ]
    yield Strip(
        24, (Stroke(0, 6, 300, 6, _GRID), Label(4, 22, "What the marks mean", _SMALL, bold=True)), True
    )
    for number, (kind, words, national) in enumerate(used):
        text = f"{'National' if national else 'Local'}: {words}"
        if kind == "expected":
            text = "Expectation, not a limit"
            if number and used[number - 1][0] == "expected":
                continue
        days = (0.4, 1.0) if kind == "range" else (1.0,)
        row = Row("", "", kind, days, national)  # type: ignore[arg-type]
        shapes = (*_bar(row, _Axis(8, 34, 1), 4), Label(72, 16, text, _SMALL))
        yield Strip(22, shapes, with_next=number < len(used) - 1)
