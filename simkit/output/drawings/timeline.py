"""The timeline as shapes: lanes on a spine, each with a scale of its own, local bars on national ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from simkit.framework.document.blocks import Form, Lane, Mark, Row, Side, State, Timeline
from simkit.output.drawings.shapes import (
    Anchor,
    Box,
    Disc,
    Label,
    Shape,
    Strip,
    Stroke,
    diamond,
    hatched,
    line,
    loop,
    lowered,
    width_of,
    wrapped,
)
from simkit.output.look import GRID, INK, LANE, LOCAL, NATIONAL, NATIONAL_EDGE, SOFT, UNDECIDED

_TITLE, _SIZE, _SMALL = 16.0, 13.0, 12.0
_LEADING, _GAP, _HEAD = 16.0, 8.0, 22.0
_THIN, _THICK = 9.0, 18.0  # height of a local bar and of a national one
_SPINE = 12.0  # the middle of the spine
_SWATCH = 28.0  # width of a state's mark
_BELOW = 22.0  # from the middle of a bar to that of an answer below it
_STATES: tuple[State, ...] = ("none set", "not decided", "not known")
_WORDS = {
    "none set": "None set: decided",
    "not decided": "Not decided yet",
    "not known": "Not known",
}
_FORMS = {
    "limit": "limit",
    "exceptional": "limit by exception",
    "expected": "expected, not a limit",
    "range": "set case by case",
    "repeat": "repeats",
    "review": "review",
    "latest": "review by this day",
    "one of": "one of these reviews",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """Where things are. ``columns`` are the middles of the columns; on narrow paper there are none."""

    width: float
    axis: float
    axis_width: float
    last: int
    columns: tuple[float, ...]
    column_width: float

    @property
    def wide(self) -> bool:
        """Whether words are beside the bars, not above them."""
        return bool(self.columns)

    @property
    def words(self) -> float:
        """Where the words of a row begin."""
        return _SPINE + 16

    @property
    def room(self) -> float:
        """The width of the words of a row."""
        return self.axis - self.words - 14 if self.wide else self.width - self.words - 4

    @property
    def end(self) -> float:
        """The right end of the scale."""
        return self.axis + self.axis_width

    def at(self, day: float) -> float:
        """Where a day is drawn: one beyond the scale at its end."""
        return self.axis + self.axis_width * min(day, self.last) / self.last

    @property
    def days(self) -> range:
        """The days that are named."""
        step = 5 if self.axis_width * 5 / self.last >= 24 else 15 if self.last % 15 == 0 else 10
        return range(0, self.last + 1, step)


def timeline_strips(what: Timeline, width: float, *, wide: bool) -> tuple[Strip, Strip, list[Strip]]:
    """What stands above it once, what stands above each page of it, and the strips of its lanes."""
    page = _page(what, width, wide)
    strips: list[Strip] = []
    for number, lane in enumerate(what.lanes):
        last = number == len(what.lanes) - 1 or not what.lanes[number + 1].start
        head = _head(lane, page, above=number > 0, below=not last)
        strips.append(head)
        for place, row in enumerate(lane.rows):
            strips.append(replace(_row(row, page, spine=not last), under=(head,) if place else ()))
    if strips:
        strips[-1] = replace(strips[-1], with_next=True)
        strips.append(_days(page))
    if what.foot and strips:
        lines = wrapped(what.foot, width - 8, _SMALL)
        shapes = (Label(4, 18 + n * _LEADING, words, _SMALL, colour=SOFT) for n, words in enumerate(lines))
        strips[-1] = replace(strips[-1], with_next=True)
        strips.append(Strip(24 + (len(lines) - 1) * _LEADING, tuple(shapes)))
    return _opening(what, page), _key(what, page), strips


def _page(what: Timeline, width: float, wide: bool) -> _Page:
    if not wide:
        return _Page(width, _SPINE + 16, width - _SPINE - 16 - 18, what.last, (), 0.0)
    heads = len(what.heads) or 1
    column = 92.0 if heads == 2 else 110.0
    axis = round(0.335 * width)
    end = width - heads * column - 14
    middles = tuple(width - (heads - n - 0.5) * column for n in range(heads))
    return _Page(width, axis, end - axis, what.last, middles, column - 8)


# Above the lanes


def _opening(what: Timeline, page: _Page) -> Strip:
    shapes: list[Shape] = []
    base = 18.0
    for words in wrapped(what.title, page.width - 8, _TITLE, bold=True):
        shapes.append(Label(4, base, words, _TITLE, bold=True))
        base += 20
    for words in wrapped(what.under, page.width - 8, _SMALL):
        shapes.append(Label(4, base, words, _SMALL, colour=SOFT))
        base += _LEADING
    return Strip(base - 4, tuple(shapes), with_next=True)


def _key(what: Timeline, page: _Page) -> Strip:
    """What the marks mean, then the days."""
    shapes: list[Shape] = []
    left, top = 4.0, 0.0
    for words, mark in _legend(what):
        wide = 44 + width_of(words, _SMALL) + 14
        if left + wide > page.width and left > 4:
            left, top = 4.0, top + 24
        shapes += mark(left, top + 12)
        shapes.append(Label(left + 44, top + 16, words, _SMALL))
        left += wide
    scale = lowered(_scale(what, page), top + 30)
    return Strip(top + 30 + scale.height, (*shapes, *scale.shapes), with_next=True)


def _legend(what: Timeline) -> Iterator[tuple[str, _Swatch]]:
    rows = [row for lane in what.lanes for row in lane.rows]
    sides = [
        ("Local", [row.local for row in rows if row.local]),
        ("National", [row.national for row in rows]),
    ]
    for name, said in sides:
        marks = {mark.form for side in said for mark in side.marks}
        for form, words in _FORMS.items():
            if form in marks:
                yield f"{name}: {words}", _Swatch(form, name == "National")
    shown = {side.state for _, said in sides for side in said}
    for state in _STATES:
        if state in shown:
            yield _WORDS[state], _Swatch(state, False)


@dataclass(frozen=True, slots=True)
class _Swatch:
    """A mark of the legend."""

    kind: str
    national: bool

    def __call__(self, x: float, y: float) -> Iterator[Shape]:
        if self.kind in _STATES:
            yield from _state(self.kind, x, y)
            return
        form = cast(Form, self.kind)
        scale = _Page(40, x, 12 if form == "repeat" else 26, 1, (), 0.0)
        days = {"range": (0.4, 1.0), "one of": (0.25, 0.9)}.get(form, (1.0,))
        yield from _mark(Mark(form, days), scale, y, self.national, 0.35 if form == "exceptional" else 0)


def _scale(what: Timeline, page: _Page) -> Strip:
    days = _days(page)
    if not page.wide:
        below = Label(page.axis, 14, "Working days", _SMALL, bold=True)
        return Strip(
            37, (below, *(replace(day, y=31.0) for day in days.shapes if isinstance(day, Label))), True
        )
    shapes = [*days.shapes]
    shapes.append(Label(page.axis - 14, 15, "Working days", _SMALL, bold=True, anchor="end"))
    for middle, head in zip(page.columns, what.heads, strict=False):
        shapes.append(Label(middle, 15, head, _SMALL, bold=True, anchor="middle"))
    return Strip(21, tuple(shapes), with_next=True)


def _days(page: _Page) -> Strip:
    labels = (
        Label(page.at(day), 15, str(day), _SMALL, bold=day in (0, page.last), anchor="middle")
        for day in page.days
    )
    return Strip(21, tuple(labels), with_next=True)


# Lanes


def _head(lane: Lane, page: _Page, above: bool, below: bool) -> Strip:
    lines = wrapped(lane.title, page.width - page.words - 8, _SIZE, bold=True)
    height = _HEAD + (len(lines) - 1) * _LEADING
    shapes: list[Shape] = [Box(page.words - 6, 4, page.width - page.words + 6, height, fill=LANE)]
    shapes += (
        Label(page.words + 2, 19.5 + n * _LEADING, words, _SIZE, bold=True) for n, words in enumerate(lines)
    )
    if lane.start:
        middle = 4 + height / 2
        top, end = 0.0 if above else middle, height + 7 if below else middle
        shapes.append(line(_SPINE, top, _SPINE, end, SOFT, 2))
        shapes.append(Disc(_SPINE, middle, 6, "#FFFFFF", SOFT, 2.5))
    return Strip(height + 7, tuple(shapes), with_next=True)


def _row(row: Row, page: _Page, spine: bool) -> Strip:
    words = list(_row_words(row, page))
    text = len(words) * _LEADING
    columns = [_column(side, page) for _, side in row.sides] if page.wide else []
    below = _BELOW if _goes_below(row, page) else 0.0
    if page.wide:
        middle = 12.0 if len(words) == 1 else 14.0
        drawn_to = middle + below + 10.0
        height = max(text + 2, 24.0, drawn_to, *(len(lines) * _LEADING for lines in columns)) + _GAP
        grid = (0.0, height)
    else:
        drawn = bool(row.sides and any(side.marks or side.state in _STATES for _, side in row.sides))
        height = text + (30.0 + below if drawn else 6.0)
        middle = text + 13.0
        grid = (text + 1, height - 3) if drawn else (0.0, 0.0)
    shapes: list[Shape] = [
        line(page.at(day), grid[0], page.at(day), grid[1], SOFT if day == 0 else GRID, 1.4 if day == 0 else 1)
        for day in page.days
        if grid[1] > grid[0]
    ]
    if spine:
        shapes.append(line(_SPINE, 0, _SPINE, height, SOFT, 2))
    for number, label in enumerate(words):
        shapes.append(replace(label, y=13.0 + number * _LEADING))
    for place, (_, side), lines in zip(page.columns, row.sides, columns, strict=False):
        for number, words_ in enumerate(lines):
            shapes.append(replace(_says(side, place, words_, "middle"), y=16.0 + number * _LEADING))
    shapes += _bars(row, page, middle)
    return Strip(height, tuple(shapes))


def _column(side: Side, page: _Page) -> list[str]:
    return wrapped(side.words, page.column_width, _SMALL, bold=side.state == "value")


def _row_words(row: Row, page: _Page) -> Iterator[Label]:
    for words in wrapped(row.title, page.room, _SIZE, bold=True):
        yield Label(page.words, 0, words, _SIZE, bold=True)
    if not page.wide:
        values = " · ".join(f"{name}: {side.words}" for name, side in row.sides)
        for words in wrapped(values, page.room, _SMALL):
            yield Label(page.words, 0, words, _SMALL)
    for words in wrapped("; ".join(row.notes), page.room, _SMALL) if row.notes else ():
        yield Label(page.words, 0, words, _SMALL, colour=SOFT)


def _says(side: Side, x: float, words: str, anchor: Anchor = "start") -> Label:
    """The words of a side in the manner of its state."""
    colour = {"not decided": UNDECIDED, "not known": SOFT, "unset": SOFT}.get(side.state, INK)
    bold = side.state == "value"
    return Label(x, 0, words, _SMALL, bold=bold, italic=side.state in _STATES, colour=colour, anchor=anchor)


# Marks


def _bars(row: Row, page: _Page, y: float) -> Iterator[Shape]:
    for side, national in ((row.national, True), (row.local, False)):
        if side is None:
            continue
        plain = max((day for m in side.marks if m.form != "exceptional" for day in m.days), default=0.0)
        for mark in side.marks:
            yield from _mark(mark, page, y, national, plain)
    if (ours := _answering(row)) is not None:
        below = _goes_below(row, page)
        x = (page.axis if below else _end_of_bars(row, page)) + 6
        base = y + _BELOW if below else y
        yield from _state(ours.state, x, base)
        yield replace(_says(ours, x + _SWATCH + 8, ours.state), y=base + 4)


def _answering(row: Row) -> Side | None:
    """The side whose answer in place of a value is drawn as a mark with its word, if there is one."""
    ours = row.local if row.local is not None else row.national
    return ours if ours.state in _STATES else None


def _end_of_bars(row: Row, page: _Page) -> float:
    """Where the longest bar of a row ends, its tick or loop included; with no bar, the start of the scale."""
    marks = [mark for _, side in row.sides for mark in side.marks]
    ends = (page.at(max(m.days)) + (22.0 if m.form == "repeat" else 10.0) for m in marks)
    return max(ends, default=page.axis)


def _goes_below(row: Row, page: _Page) -> bool:
    """Whether an answer goes below the bar, for want of room beside it: on the bar it would cut it in two."""
    ours = _answering(row)
    if ours is None:
        return False
    room = 6 + _SWATCH + 8 + width_of(ours.state, _SMALL)
    return _end_of_bars(row, page) + room > page.end


def _state(state: str, x: float, y: float) -> Iterator[Shape]:
    if state == "none set":
        middle = x + _SWATCH / 2
        yield Disc(middle, y, 6.5, "#FFFFFF", LOCAL, 2)
        yield line(middle - 5, y + 5, middle + 5, y - 5, LOCAL, 2)
    elif state == "not decided":
        yield Box(x, y - 5, _SWATCH, 10, fill="#FFFFFF", edge=UNDECIDED, dashed=True, thick=1.6)
    else:
        yield from hatched(x, y - 5, _SWATCH, 10)


def _mark(mark: Mark, page: _Page, y: float, national: bool, plain: float) -> Iterator[Shape]:
    fill, edge = (NATIONAL, NATIONAL_EDGE) if national else (LOCAL, LOCAL)
    tall = _THICK if national else _THIN
    low, day = page.at(mark.days[0]), page.at(mark.days[-1])
    beyond = mark.days[-1] > page.last
    if mark.form == "review":
        yield diamond(day, y, 7, fill, edge)
    elif mark.form == "latest":
        yield Stroke(((page.axis, y), (day, y)), edge, 2, dotted=True)
        yield diamond(day, y, 7, fill, edge)
    elif mark.form == "one of":
        for each in mark.days:
            yield diamond(page.at(each), y, 7, "#FFFFFF", edge)
    elif mark.form == "repeat":
        yield Stroke(((page.axis, y), (day, y)), edge, 2, dotted=True)
        yield from _end(day, y, tall, edge, beyond)
        if not beyond:
            yield from loop(day + 13, y, 7, edge)
    elif mark.form == "expected":
        yield Box(
            page.axis, y - tall / 2, max(day - page.axis, 3), tall, fill="#FFFFFF", edge=edge, thick=1.4
        )
        if len(mark.days) > 1:
            yield line(low, y - tall / 2, low, y + tall / 2, edge, 1.4)
    elif mark.form == "range":
        if low > page.axis:
            yield Box(page.axis, y - tall / 2, low - page.axis, tall, fill=fill)
        yield Box(low, y - tall / 2, max(day - low, 3), tall, fill="#FFFFFF", edge=edge, thick=1.4)
        yield from _end(day, y, tall, edge, beyond)
    elif mark.form == "exceptional":
        start = page.at(plain)
        yield line(start, y, day, y, edge, 2)
        yield line(day, y - 6, day, y + 6, edge, 2)
    else:
        yield Box(page.axis, y - tall / 2, max(day - page.axis, 3), tall, fill=fill)
        yield from _end(day, y, tall, edge, beyond)


def _end(x: float, y: float, tall: float, colour: str, beyond: bool) -> Iterator[Shape]:
    """The tick of a limit; beyond the scale, a point to the right."""
    half = tall / 2 + 3
    if beyond:
        yield Stroke(((x + 1, y - half), (x + 10, y), (x + 1, y + half)), colour, 3)
    else:
        yield line(x, y - half, x, y + half, colour, 3 if tall == _THICK else 4)
