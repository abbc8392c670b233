"""One authority's published figures over the years, with its neighbours, mergers and editions marked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simkit.output.answers.nation import amount, measure_words
from simkit.output.drawings.shapes import (
    Box,
    Disc,
    Drawing,
    Label,
    Shape,
    Stroke,
    hatched,
    line,
    moved,
    width_of,
    wrapped,
)
from simkit.output.look import GRID, INK, LINE, LOCAL, NATIONAL, SERIES, SOFT, UNSURE
from simkit.study.nation import AuthorityYears, Figure

_TITLE, _SIZE, _SMALL, _LEADING = 16.0, 13.0, 12.0, 16.0
_MARGIN, _LEFT, _RIGHT = 10.0, 50.0, 10.0  # of the words, and of the axes
_EDITION, _EDITION_GAP = 15.0, 8.0  # from one row of editions to the next; between two names in a row
_EARLIER = SERIES[2:5]
_CHANCE = UNSURE["chance"][1]
_CAP = 3.0  # half of the line across the end of an interval
_DOT = 3.4  # radius
_NOT_PUBLISHED, _NO_INTERVAL = "not published", "no interval"
_ROOMY = 480.0  # pixels: narrower drawings name an edition by its year alone


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where years and values lie, in pixels."""

    first: int
    last: int
    most: float
    width: float
    top: float
    height: float

    @property
    def step(self) -> float:
        """Pixels from one year to the next."""
        return (self.width - _LEFT - _RIGHT) / (self.last - self.first + 1)

    def x(self, year: float) -> float:
        return _LEFT + (year - self.first + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - value / self.most)


def years_drawing(years: AuthorityYears, width: float) -> Drawing:
    """The series: own figures, those of what it came from, both with intervals, on neighbours and England.

    A new edition and a merger are lines between two years. A year without a figure is hatched.
    """
    title = title_words(years)
    shapes: list[Shape] = []
    top = 0.0
    for text in wrapped(title, width - 2 * _MARGIN, _TITLE, bold=True):
        top += _LEADING + 4
        shapes.append(Label(_MARGIN, top, text, _TITLE, bold=True))
    under = f"Published figures, {measure_words(years.measure)}, by year to 31 March."
    if any(f.low is not None for _, series, *_ in _with_dots(years) for f in series):
        under += " Upright lines are 95% intervals."
    for text in wrapped(under, width - 2 * _MARGIN, _SMALL):
        top += _LEADING
        shapes.append(Label(_MARGIN, top, text, _SMALL, colour=SOFT))
    keys, top = _key(years, width, top + 10)
    shapes += keys
    if not years.england:  # the years in which the authority, or what it came from, has figures
        return Drawing(title, width, top + 4, tuple(shapes))
    rows = max((row for *_, row in _edition_names(years, _axes(years, width, 0.0))), default=-1) + 1
    axes = _axes(years, width, top + 7.0 + _EDITION * rows)
    shapes += _grid(axes)
    shapes += _editions(years, axes)
    shapes += _gaps(years, axes)
    for near in years.near.values():
        shapes += _line(near, axes, NATIONAL, 1.2)
    middle = [(y, value) for y, (value, _) in sorted(years.neighbours.items())]
    shapes += _polyline(middle, axes, LINE, 2.4)
    shapes += _polyline(sorted(years.england.items()), axes, INK, 1.6, dotted=True)
    for _, series, colour, thick in reversed(_with_dots(years)):
        shapes += _dotted(series, axes, colour, thick)
    shapes += _mergers(years, axes)
    return Drawing(title, width, axes.top + axes.height + 26, tuple(shapes))


def _axes(years: AuthorityYears, width: float, top: float) -> _Axes:
    """Axes that hold every value of the years shown, and every interval."""
    first, last = min(years.england), max(years.england)
    every = [f for series in (*years.earlier.values(), *years.near.values()) for f in series]
    most = [f.value for f in every if first <= f.year <= last] + list(years.england.values())
    dotted = (f for _, series, *_ in _with_dots(years) for f in series)
    most += [f.value if f.high is None else f.high for f in dotted]
    return _Axes(first, last, _round_up(1.05 * max(most)), width, top, max(170.0, min(270.0, 0.4 * width)))


def title_words(years: AuthorityYears) -> str:
    """The finding: the newest figure."""
    title = f"{years.measure.title}: {years.authority.name}"
    if years.figures:
        newest = years.figures[-1]
        title += f", {amount(newest.value, years.measure)} in {newest.year}"
    return title


def years_words(years: AuthorityYears) -> str:
    """The figure in words."""
    parts = [f"{years.authority.name}: {_told(years.figures)}"]
    parts += [f"{name}: {_told(series)}" for name, series in years.earlier.items() if series]
    middle = "; ".join(f"{y}: {value:.1f}" for y, (value, _) in sorted(years.neighbours.items()))
    parts += [f"Median of its statistical neighbours: {middle}"] if middle else []
    england = "; ".join(f"{y}: {value:.1f}" for y, value in sorted(years.england.items()))
    parts += [f"England: {england}"] if england else []
    parts += [f"Working Together {e.title} began in the year to March {e.year}" for e in years.editions]
    return f"{title_words(years)}. {'. '.join(parts)}."


def _told(series: Sequence[Figure]) -> str:
    return "; ".join(
        f"{f.year}: {f.value:.1f}"
        + ("" if f.low is None or f.high is None else f" ({f.low:.1f} to {f.high:.1f})")
        for f in series
    )


def _key(years: AuthorityYears, width: float, top: float) -> tuple[list[Shape], float]:
    """What the lines and dots mean, in rows as wide as the drawing; gives where they end."""
    dotted = _with_dots(years)
    entries = [(name, _dotted_mark(colour, thick, series)) for name, series, colour, thick in dotted]
    if years.near:
        entries.append(("Statistical neighbours", _stroke_mark(NATIONAL, 1.6)))
    if years.neighbours:
        entries.append(("their median", _stroke_mark(LINE, 2.4)))
    if years.england:
        entries.append(("England", _stroke_mark(INK, 1.6, dotted=True)))
    bare = {f.low is None for _, series, *_ in dotted for f in series}
    if bare == {True, False}:
        entries.append((_NO_INTERVAL, (Disc(13.0, -4.0, _DOT, "#FFFFFF", SOFT, 1.6),)))
    if years.not_published:
        entries.append((_NOT_PUBLISHED, tuple(hatched(0.0, -10.0, 26, 12))))
    shapes: list[Shape] = []
    across, row = _MARGIN, top + 12
    for words, mark in entries:
        room = 34 + width_of(words, _SIZE) + 14
        if across > _MARGIN and across + room > width:
            across, row = _MARGIN, row + 20
        shapes += (moved(shape, across, row) for shape in mark)
        shapes.append(Label(across + 34, row, words, _SIZE))
        across += room
    return shapes, row + 8


def _stroke_mark(colour: str, thick: float, dotted: bool = False) -> tuple[Shape, ...]:
    return (Stroke(((0.0, -4.0), (26.0, -4.0)), colour, thick, dotted),)


def _dotted_mark(colour: str, thick: float, series: Sequence[Figure]) -> tuple[Shape, ...]:
    """A line with a dot, filled as those of the series are, where any has an interval."""
    fill = colour if any(f.low is not None for f in series) else "#FFFFFF"
    return (*_stroke_mark(colour, thick), Disc(13.0, -4.0, _DOT, fill, colour, 1.6))


def _grid(axes: _Axes) -> Iterator[Shape]:
    for tick in range(5):
        value = axes.most * tick / 4
        yield line(_LEFT, axes.y(value), axes.width - _RIGHT, axes.y(value), GRID)
        yield Label(_LEFT - 6, axes.y(value) + 4, f"{value:g}", _SMALL, colour=SOFT, anchor="end")
    every = 1 if axes.step >= 36 else 2 if axes.step >= 18 else 3
    for year in range(axes.first, axes.last + 1):
        if (axes.last - year) % every == 0:
            below = axes.top + axes.height + 18
            yield Label(axes.x(year), below, str(year), _SMALL, colour=SOFT, anchor="middle")


def _editions(years: AuthorityYears, axes: _Axes) -> Iterator[Shape]:
    """A dotted line where an edition begins, with its name above."""
    for x, left, name, row in _edition_names(years, axes):
        foot = axes.top - 4 - _EDITION * row
        yield Stroke(((x, foot), (x, axes.top + axes.height)), SOFT, 1.0, dotted=True)
        yield Label(left, foot - 3, name, _SMALL, colour=SOFT)


def _edition_names(years: AuthorityYears, axes: _Axes) -> Iterator[tuple[float, float, str, int]]:
    """The place of each edition, where its name begins, the name, and its row above the axes.

    Rows count upwards. A name begins at its line and is in the lowest row where it ends before the next name
    begins, so that the line of one in a higher row passes left of the names below it.
    """
    short = "Working Together " if axes.width >= _ROOMY else "WT "
    begins: list[float] = []  # where the leftmost name of each row so far begins
    for each in reversed(years.editions):
        x, name = axes.x(each.year - 0.5), f"{short}{each.title}"
        wide = width_of(name, _SMALL)
        left = min(x, axes.width - _RIGHT - wide)
        end = left + wide + _EDITION_GAP
        row = next((n for n, begin in enumerate(begins) if end <= begin), len(begins))
        begins[row : row + 1] = [left]
        yield x, left, name, row


def _mergers(years: AuthorityYears, axes: _Axes) -> Iterator[Shape]:
    """A solid line where the authority began or ended, with a word."""
    place = years.authority
    marks = [(place.first_year, "begins")] if years.earlier else []
    marks += [(place.last_year + 1, "ends")] if years.later else []
    for year, word in marks:
        x = min(axes.x(year - 0.5), axes.width - 2.0)
        foot = axes.top + axes.height
        yield line(x, axes.top, x, foot, INK, 1.4)
        end = x > axes.width / 2
        room = width_of(word, _SMALL) + 6
        yield Box(x - 3 - room if end else x + 3, axes.top + 4, room, 17, fill="#FFFFFF")
        yield Label(x - 6 if end else x + 6, axes.top + 16, word, _SMALL, anchor="end" if end else "start")


def _gaps(years: AuthorityYears, axes: _Axes) -> Iterator[Shape]:
    """Hatching where the authority was there and no figure is published."""
    for year in years.not_published:
        yield from hatched(axes.x(year - 0.5), axes.top + axes.height - 16, axes.step, 16)


def _with_dots(years: AuthorityYears) -> list[tuple[str, Sequence[Figure], str, float]]:
    """The series that have a dot in each year: its name, figures, colour and thickness, the own one first."""
    earlier = ((name, series) for name, series in years.earlier.items() if series)
    own = [(years.authority.name, years.figures, LOCAL, 2.4)] if years.figures else []
    return [
        *own,
        *((name, series, colour, 1.6) for (name, series), colour in zip(earlier, _EARLIER, strict=False)),
    ]


def _dotted(series: Sequence[Figure], axes: _Axes, colour: str, thick: float) -> Iterator[Shape]:
    """A line with a dot for each year, hollow where the figure has no interval."""
    yield from _line(series, axes, colour, thick)
    for f in series:
        x = axes.x(f.year)
        if f.low is not None and f.high is not None:
            low, high = axes.y(f.low), axes.y(f.high)
            yield line(x, low, x, high, colour, _CHANCE)
            for end in (low, high):
                yield line(x - _CAP, end, x + _CAP, end, colour, _CHANCE)
        yield Disc(x, axes.y(f.value), _DOT, "#FFFFFF" if f.low is None else colour, colour, 1.6)


def _line(series: Sequence[Figure], axes: _Axes, colour: str, thick: float) -> Iterator[Shape]:
    yield from _polyline([(f.year, f.value) for f in series], axes, colour, thick)


def _polyline(
    points: Sequence[tuple[int, float]], axes: _Axes, colour: str, thick: float, dotted: bool = False
) -> Iterator[Shape]:
    """Lines between years that follow each other; a gap stays open."""
    run: list[tuple[float, float]] = []
    inside = [(year, value) for year, value in points if axes.first <= year <= axes.last]
    for number, (year, value) in enumerate(inside):
        if number and year != inside[number - 1][0] + 1:
            yield from _stroke(run, colour, thick, dotted)
            run = []
        run.append((axes.x(year), axes.y(value)))
    yield from _stroke(run, colour, thick, dotted)


def _stroke(run: Sequence[tuple[float, float]], colour: str, thick: float, dotted: bool) -> Iterator[Shape]:
    if len(run) > 1:
        yield Stroke(tuple(run), colour, thick, dotted)


def _round_up(value: float) -> float:
    """The next number that four equal steps divide into round ones."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)
