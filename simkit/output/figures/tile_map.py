"""The tile map of England's authorities: one tile each, roughly in place."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from statistics import median, quantiles

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simkit.data import authority, region_of
from simkit.data.tiles import Tile, tiles
from simkit.output.drawings.shapes import width_of
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, Sheet, blank
from simkit.output.figures.values import Caption
from simkit.output.look import INK, LOCAL, SOFT

_TILE = 0.42  # inches of a tile at most
_NAMED = 0.38  # inches of a tile at least, for letters of its name
_COLUMNS, _LETTERS = 15, 5
CLASSES = ("#E4EDF6", "#B9D0E8", "#84ABD3", "#3D74AE", LOCAL)
"""Light to dark with the value, for all colour vision and in grey."""

_DARK = 3  # the first class with white words
_STRIP = 0.42  # inches of the legend


def tile_map_alt(values: Mapping[str, float], unit: str, year: int | None, caption: Caption) -> str:
    """The figure in one line."""
    every_tile = tiles(year)
    ordered = sorted(
        (values[t.la_code], authority(t.la_code).name) for t in every_tile if t.la_code in values
    )
    if not ordered:
        return f"{caption.title}. No values."
    lowest = ", ".join(f"{name} {value:.1f}" for value, name in ordered[:3])
    highest = ", ".join(f"{name} {value:.1f}" for value, name in ordered[:-4:-1])
    return (
        f"{caption.title}. {unit} of {len(ordered)} authorities as tiles: median "
        f"{median(value for value, _ in ordered):.1f}; lowest {lowest}; highest {highest}. "
        f"{_missing_words(values, every_tile)}"
    )


@with_alt(tile_map_alt)
def tile_map(
    values: Mapping[str, float], unit: str, year: int | None, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """The value of each authority in its tile. ``values`` by DfE code; one without is white and hatched.

    On wide paper a tile has the first letters of its name and its value; a table has them in full.
    ``year``: whose authorities; None for the latest statistics.
    """
    every_tile = tiles(year)
    rows = 1 + max(tile.row for tile in every_tile)
    side = min(_TILE, (paper.width - 0.2) / _COLUMNS)
    names = short_names(year) if side >= _NAMED else {}
    page = blank(
        caption.title,
        f"{unit[:1].upper()}{unit[1:]}. {caption.under}",
        (_missing_words(values, every_tile), *caption.foot),
        paper=paper,
        plot=side * rows + _STRIP + 0.25,
        gap=0.05,
        labels=0.08,
    )
    left = (page.width - side * _COLUMNS) / 2 / page.width
    axes = page.axes(left, left + side * _COLUMNS / page.width, 0.0, side * rows / page.plot)
    axes.set_xlim(0, _COLUMNS)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    breaks = class_breaks([values[tile.la_code] for tile in every_tile if tile.la_code in values])
    for tile in every_tile:
        value = values.get(tile.la_code)
        _tile(
            axes,
            tile,
            value,
            None if value is None else bisect_right(breaks, value),
            names.get(tile.short_name, ""),
        )
    for tile in every_tile:
        _borders(axes, tile, {(t.row, t.column): t for t in every_tile})
    _strip(page, breaks, paper)
    return page.figure


@cache
def short_names(year: int | None) -> Mapping[str, str]:
    """A few letters of each short name of a year that no other has: the first, or the first consonants."""
    every = [tile.short_name for tile in tiles(year)]
    taken = Counter(map(_letters, every))
    return {name: _letters(name) if taken[_letters(name)] == 1 else _consonants(name) for name in every}


def _letters(name: str) -> str:
    first, _, last = name.rstrip(".").rpartition(" ")
    if first and len(last) <= 2:
        return f"{_cut(first.replace(' ', ''), _LETTERS - 1)}{last[0]}"
    return _cut(name.replace(" ", "").rstrip("."), _LETTERS)


def _consonants(name: str) -> str:
    plain = name.replace(" ", "").rstrip(".")
    if len(plain) <= _LETTERS:
        return _cut(plain, _LETTERS)
    return _cut(plain[0] + "".join(letter for letter in plain[1:] if letter not in "aeiou"), _LETTERS)


def _cut(letters: str, most: int) -> str:
    """At most so many letters, fewer where they are wide."""
    short = letters[:most]
    while width_of(short, TEXT) > 72 * _TILE:
        short = short[:-1]
    return short


def class_breaks(values: Sequence[float]) -> tuple[float, ...]:
    """Whole numbers between five classes of about as many authorities each; fewer where they are alike."""
    if not values:
        return ()
    quintiles = quantiles(values, n=5, method="inclusive") if len(values) > 1 else []
    return tuple(
        sorted({float(round(each)) for each in quintiles if min(values) < round(each) < max(values)})
    )


def class_words(low: float | None, high: float | None, *, short: bool) -> str:
    """The values of a class, which holds its lower end and not its upper one."""
    if low is None and high is None:
        return "all alike"
    under, or_more = ("<", "+") if short else ("under ", " or more")
    if high is None:
        return f"{low:g}{or_more}"
    return f"{under}{high:g}" if low is None else f"{low:g} to {under}{high:g}"


def _strip(page: Sheet, breaks: Sequence[float], paper: Paper) -> None:
    """The legend: a box for each class with its range."""
    low = 1 - _STRIP / page.plot
    axes = page.axes(0.015, 0.985, low, 1.0)
    axes.set_axis_off()
    axes.set_xlim(0, len(CLASSES))
    axes.set_ylim(0, 1)
    ends = (None, *breaks, None)
    for number in range(len(breaks) + 1):
        below, above = ends[number], ends[number + 1]
        words = class_words(below, above, short=paper.panels == 1)
        axes.add_patch(Rectangle((number, 0.5), 0.97, 0.5, facecolor=CLASSES[number], edgecolor=SOFT))
        axes.text(number + 0.48, 0.2, words, ha="center", va="center", fontsize=TEXT)


def _missing_words(values: Mapping[str, float], every_tile: tuple[Tile, ...]) -> str:
    missing = [authority(tile.la_code).name for tile in every_tile if tile.la_code not in values]
    if not missing:
        return "Every authority has a value."
    names = "; ".join(missing) if len(missing) <= 6 else f"{len(missing)} authorities"
    return f"Without a value, white and hatched: {names}."


def _tile(axes: Axes, tile: Tile, value: float | None, shade: int | None, name: str) -> None:
    axes.add_patch(
        Rectangle(
            (tile.column, tile.row),
            1,
            1,
            facecolor="white" if shade is None else CLASSES[shade],
            edgecolor="white" if shade is not None else "#999999",
            hatch=None if shade is not None else "////",
            linewidth=0.6,
        )
    )
    ink = INK if shade is None or shade < _DARK else "white"
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.4} if shade is None else None
    middle = tile.column + 0.5
    if name:
        axes.text(
            middle, tile.row + 0.3, name, fontsize=TEXT, ha="center", va="center", color=ink, bbox=ground
        )
    if value is not None and name:
        axes.text(middle, tile.row + 0.7, f"{value:.0f}", fontsize=TEXT, ha="center", va="center", color=ink)


def _borders(axes: Axes, tile: Tile, at: Mapping[tuple[int, int], Tile]) -> None:
    """A black line at the border of a region."""
    row, column = tile.row, tile.column
    region = region_of(tile.la_code)
    for (down, right), (xs, ys) in {
        (-1, 0): ((column, column + 1), (row, row)),
        (1, 0): ((column, column + 1), (row + 1, row + 1)),
        (0, -1): ((column, column), (row, row + 1)),
        (0, 1): ((column + 1, column + 1), (row, row + 1)),
    }.items():
        other = at.get((row + down, column + right))
        if other is None or region_of(other.la_code) != region:
            axes.plot(xs, ys, color=INK, linewidth=1.0, solid_capstyle="round")
