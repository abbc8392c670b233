"""The tile map of England's authorities: one tile each, roughly in place."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from textwrap import wrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simkit.data import authority, region_of
from simkit.data.tiles import Tile, tiles
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, WIDE, Paper, blank
from simkit.output.figures.values import Caption

_TILE, _NAMED = 0.4, 0.35  # inches of a tile at most, and at least for a name to fit
_COLUMNS = 15
_KEY_CHARACTERS = 36
_COLOURS = "cividis"  # lightness rises with the value, for all colour vision and in grey
_TOO_DARK = 0.42  # luminance below which text is white


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

    On narrow paper tiles have no names. ``year``: whose authorities; None for the latest statistics.
    """
    every_tile = tiles(year)
    rows = 1 + max(tile.row for tile in every_tile)
    side = min(_TILE, (paper.width - 0.2) / _COLUMNS)
    with_names = side >= _NAMED
    about = "Tiles: one for each authority, our own work."
    page = blank(
        caption.title,
        caption.under,
        (
            *caption.foot,
            _missing_words(values, every_tile),
            about
            if with_names
            else f"{about} Their names stand in the wider map, on a larger screen or on paper.",
        ),
        paper=paper,
        plot=side * rows,
        gap=0.22,
        labels=0.08,
    )
    left = (page.width - side * _COLUMNS) / 2 / page.width
    axes = page.axes(left, left + side * _COLUMNS / page.width)
    axes.set_xlim(0, _COLUMNS)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    shown_values = [values[tile.la_code] for tile in every_tile if tile.la_code in values]
    low = min(shown_values, default=0.0)
    high = max([*shown_values, low + 1e-9])
    scale = Normalize(low, high)
    colours = mpl.colormaps[_COLOURS]
    for tile in every_tile:
        value = values.get(tile.la_code)
        fill = None if value is None else colours(scale(value))
        _tile(axes, tile, value, fill, with_names)
    for tile in every_tile:
        _borders(axes, tile, {(t.row, t.column): t for t in every_tile})
    key = page.axes(left, left + 0.26, 0.93, 0.945)
    key.imshow(np.linspace(0, 1, 128)[None, :], aspect="auto", cmap=_COLOURS, extent=(low, high, 0, 1))
    key.set_yticks([])
    key.tick_params(labelsize=7.5)
    key.locator_params(axis="x", nbins=4)
    key.set_title("\n".join(wrap(unit, paper.fits(_KEY_CHARACTERS))), fontsize=8.5, loc="left")
    return page.figure


def _missing_words(values: Mapping[str, float], every_tile: tuple[Tile, ...]) -> str:
    missing = [authority(tile.la_code).name for tile in every_tile if tile.la_code not in values]
    if not missing:
        return "Every authority has a value."
    names = "; ".join(missing) if len(missing) <= 6 else f"{len(missing)} authorities"
    return f"Without a value, white and hatched: {names}."


def _tile(
    axes: Axes,
    tile: Tile,
    value: float | None,
    fill: tuple[float, float, float, float] | None,
    with_name: bool,
) -> None:
    axes.add_patch(
        Rectangle(
            (tile.column, tile.row),
            1,
            1,
            facecolor="white" if fill is None else fill,
            edgecolor="white" if fill is not None else "#999999",
            hatch=None if fill is not None else "////",
            linewidth=0.6,
        )
    )
    ink = BLACK if fill is None or _luminance(fill) > _TOO_DARK else "white"
    size = min(5.0, 40 / len(tile.short_name))
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.4} if fill is None else None
    if with_name:
        axes.text(
            tile.column + 0.5, tile.row + 0.32, tile.short_name,
            fontsize=size, ha="center", va="center", color=ink, bbox=ground,
        )  # fmt: skip
    if value is not None:
        axes.text(
            tile.column + 0.5,
            tile.row + (0.68 if with_name else 0.52),
            f"{value:.0f}",
            fontsize=6.5,
            ha="center",
            va="center",
            color=ink,
        )


def _luminance(colour: tuple[float, float, float, float]) -> float:
    red, green, blue, _ = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


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
            axes.plot(xs, ys, color=BLACK, linewidth=1.0, solid_capstyle="round")
