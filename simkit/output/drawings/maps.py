"""Tile maps of England side by side, one a year, in the same classes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import median

from simkit.data.tiles import Tile, tiles
from simkit.output.drawings.shapes import Box, Drawing, Label, Shape, wrapped
from simkit.output.figures.tile_map import CLASSES, class_breaks, class_words
from simkit.output.look import LINE, SOFT

_TITLE, _SIZE, _SMALL, _LEADING = 16.0, 13.0, 12.0, 16.0
_COLUMNS = 15  # tiles from west to east
_LEAST = 8.5  # pixels of a tile
_BETWEEN = 14.0  # pixels between maps
_ROOM = 110.0  # pixels of a class in the legend at most


def maps_drawing(values: Mapping[int, Mapping[str, float]], title: str, under: str, width: float) -> Drawing:
    """A small tile map for each year, oldest first, with the middle authority's value.

    ``values``: by year and code of the Department for Education. An authority without one is an empty tile.
    """
    shapes: list[Shape] = []
    top = 0.0
    for text in wrapped(title, width - 8, _TITLE, bold=True):
        top += _LEADING + 4
        shapes.append(Label(0, top, text, _TITLE, bold=True))
    for text in wrapped(under, width - 8, _SMALL):
        top += _LEADING
        shapes.append(Label(0, top, text, _SMALL, colour=SOFT))
    breaks = class_breaks([value for year in values.values() for value in year.values()])
    shapes += _classes(breaks, width, top + 10)
    top += 56
    across = max(1, int((width + _BETWEEN) / (_LEAST * _COLUMNS + _BETWEEN)))
    side = ((width + _BETWEEN) / across - _BETWEEN) / _COLUMNS
    high = 0.0
    for number, (year, found) in enumerate(values.items()):
        if number and number % across == 0:
            top += high + _BETWEEN
        left = (number % across) * (side * _COLUMNS + _BETWEEN)
        middle = f"{median(found.values()):.1f}" if found else "no value"
        shapes.append(Label(left, top + 12, f"{year}: {middle}", _SIZE, bold=True))
        every = tiles(year)
        shapes += (_tile(tile, found.get(tile.la_code), breaks, left, top + 18, side) for tile in every)
        high = 18 + side * (1 + max(tile.row for tile in every))
    return Drawing(title, width, top + high + 4, tuple(shapes))


def maps_words(values: Mapping[int, Mapping[str, float]], unit: str) -> str:
    """The figure in words."""
    parts = (
        f"{year}: {median(found.values()):.1f} in the middle authority, from {min(found.values()):.1f} to "
        f"{max(found.values()):.1f}, {len(found)} authorities"
        for year, found in values.items()
        if found
    )
    return f"In {unit} by year to March. {'; '.join(parts)}."


def _classes(breaks: tuple[float, ...], width: float, top: float) -> Iterator[Shape]:
    """The legend: a box for each class with its range."""
    room = min(_ROOM, width / (len(breaks) + 1))
    ends = (None, *breaks, None)
    for number, (low, high) in enumerate(pairwise(ends)):
        words = class_words(low, high, short=room < _ROOM)
        yield Box(number * room, top, room - 3, 14, fill=CLASSES[number], edge=LINE)
        yield Label(number * room, top + 29, words, _SMALL, colour=SOFT)


def _tile(
    tile: Tile, value: float | None, breaks: tuple[float, ...], left: float, top: float, side: float
) -> Shape:
    fill = "#FFFFFF" if value is None else CLASSES[bisect_right(breaks, value)]
    x, y = left + tile.column * side, top + tile.row * side
    if value is None:
        return Box(x + 0.8, y + 0.8, side - 2, side - 2, fill=fill, edge=LINE, dashed=True)
    return Box(x, y, side - 0.6, side - 0.6, fill=fill)
