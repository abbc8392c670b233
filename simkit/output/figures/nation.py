"""Published figures of all authorities: ranked, as a funnel and by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.common.text import upper_first
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import CLEAR, TEXT, WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption, Line, Point
from simkit.output.look import INK, LOCAL, NATIONAL, SERIES, SOFT

_ABOVE, _BELOW = SERIES[2], LOCAL
_SIDES = (
    (1, "Above the middle authority", _ABOVE, "^"),
    (0, "Chance may explain the difference", "white", "o"),
    (-1, "Below it", _BELOW, "v"),
    (None, "An authority", LOCAL, "o"),
)
_NAMED = 3  # at each end
_AWAY = tuple((side * d, up * d) for d in (5, 9, 14, 20) for up in (1, -1) for side in (1, -1))
_CLEARANCE = 3.0  # pixels between a name and a dot that is not its own
_NARROW = 5.0  # inches: on narrower paper no names stand in the plot


def ranking_alt(points: Sequence[Point], middle: float, unit: str, caption: Caption) -> str:
    """The figure in words."""
    sides = [point.side for point in points]
    verdicts = (
        f": {sides.count(1)} above it, {sides.count(-1)} below it, of {sides.count(0)} chance may explain "
        "the difference"
    )
    return (
        f"{caption.title}. {len(points)} authorities in order, middle {middle:.1f} {unit}"
        f"{'' if set(sides) == {None} else verdicts}. Lowest: {_named(points[:_NAMED])}. "
        f"Highest: {_named(points[: -_NAMED - 1 : -1])}."
    )


@with_alt(ranking_alt)
def ranking(
    points: Sequence[Point], middle: float, unit: str, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """Every authority in order of its value, with its 95% interval where it has one."""
    figure, axes = sheet(
        caption.title, caption.under, caption.foot, "Authorities, the lowest first", paper=paper, plot=3.2
    )
    places = {point.label: place for place, point in enumerate(points, start=1)}
    for side, label, colour, marker in _SIDES:
        group = [point for point in points if point.side == side]
        if group:
            across = [places[point.label] for point in group]
            values = [point.value for point in group]
            ends = [
                (p.value if p.low is None else p.low, p.value if p.high is None else p.high) for p in group
            ]
            axes.vlines(across, *zip(*ends, strict=True), color=SOFT, linewidth=0.8)
            axes.plot(
                across,
                values,
                marker,
                color=colour,
                markeredgecolor=INK,
                markeredgewidth=0.5,
                markersize=4,
                label=label,
                clip_on=False,
            )
    axes.axhline(middle, color=INK, linewidth=1.0, linestyle="--", label="Middle authority")
    axes.set_xticks([])
    axes.set_xlim(0, len(points) + 1)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(unit, fontsize=TEXT)
    tidy(axes, "y")
    legend(axes)
    return figure


def funnel_alt(
    points: Sequence[Point], middle: float, limits: Line, unit: str, of: str, caption: Caption
) -> str:
    """The figure in words."""
    outside = sum(_outside(point, limits) for point in points)
    return (
        f"{caption.title}. Share of each of {len(points)} authorities by the number of {of}, "
        "with the limits in which chance alone would keep 95 of 100 around "
        f"{middle:.1f} {unit}: {outside} lie outside."
    )


def _outside(point: Point, limits: Line) -> bool:
    if not point.children:
        return False
    low, high = (float(np.interp(point.children, limits.x, ends)) for ends in (limits.low, limits.high))
    return not low <= point.value <= high


@with_alt(funnel_alt)
def funnel(
    points: Sequence[Point],
    middle: float,
    limits: Line,
    unit: str,
    of: str,
    caption: Caption,
    *,
    paper: Paper = WIDE,
) -> Figure:
    """Each authority's share by the number it is a share ``of``, with limits of chance around the middle."""
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        f"{upper_first(of)}, logarithmic scale",
        paper=paper,
        plot=3.4,
    )
    axes.fill_between(limits.x, limits.low, limits.high, color=NATIONAL, label="95 of 100 by chance alone")
    axes.axhline(middle, color=INK, linewidth=1.0, linestyle="--", label="Middle authority")
    with_size = [point for point in points if point.children]
    axes.plot(
        [point.children or 0.0 for point in with_size],
        [point.value for point in with_size],
        "o",
        color=LOCAL,
        markersize=4,
        markeredgecolor="white",
        markeredgewidth=0.4,
        label="An authority",
        clip_on=False,
    )
    axes.set_xscale("log")
    axes.set_xlim(limits.x[0], limits.x[-1])
    axes.set_ylim(bottom=0)
    axes.set_ylabel(unit, fontsize=TEXT)
    tidy(axes, "y")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    legend(axes)
    places = [(point.children or 0.0, point.value) for point in with_size]
    for point in (max(with_size, key=lambda p: p.value), min(with_size, key=lambda p: p.value)):
        _name(axes, point.label, (point.children or 0.0, point.value), places)
    return figure


def _name(axes: Axes, label: str, at: tuple[float, float], dots: Sequence[tuple[float, float]]) -> None:
    """A name beside its dot, where it covers no dot, or else the fewest."""
    named = axes.annotate(label, at, (0, 0), textcoords="offset points", fontsize=TEXT, bbox=CLEAR)
    spots, room = axes.transData.transform(dots), axes.get_window_extent()
    points = 72 / axes.get_figure().dpi  # type: ignore[union-attr]  # of a pixel

    def place(away: tuple[int, int]) -> None:
        across, up = away
        named.set_horizontalalignment("left" if across > 0 else "right")
        named.set_verticalalignment("bottom" if up > 0 else "top")
        named.xyann = away
        box = named.get_window_extent()
        named.xyann = (across + points * (max(0, room.x0 - box.x0) + min(0, room.x1 - box.x1)), up)

    def covered(away: tuple[int, int]) -> tuple[bool, int]:
        place(away)
        box = named.get_window_extent()
        inside = room.y0 <= box.y0 and box.y1 <= room.y1
        return not inside, box.padded(_CLEARANCE).count_contains(spots)

    place(min(_AWAY, key=covered))


def by_year_alt(years: Mapping[int, Sequence[float]], unit: str, caption: Caption) -> str:
    """The figure in words."""
    parts = []
    for year, values in years.items():
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
        parts.append(f"{year}: {middle:.1f} (half between {low:.1f} and {high:.1f})")
    return f"{caption.title}. Middle authority in {unit} by year to March: {'; '.join(parts)}."


@with_alt(by_year_alt)
def by_year(
    years: Mapping[int, Sequence[float]], unit: str, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """Every authority's value in each year as a dot, with the middle half as a bar."""
    figure, axes = sheet(
        caption.title, caption.under, caption.foot, "Year to 31 March", paper=paper, plot=3.2
    )
    for place, values in enumerate(years.values()):
        ordered = np.sort(np.asarray(values, dtype=np.float64))
        low, middle, high = np.quantile(ordered, (0.25, 0.5, 0.75))
        first = place == 0
        axes.bar(
            place, high - low, bottom=low, width=0.62, color=NATIONAL, label="Middle half" if first else None
        )
        spread = (np.arange(len(ordered)) * 0.618034) % 1 - 0.5  # evenly spread, and the same each time
        axes.plot(
            place + 0.5 * spread,
            ordered,
            ".",
            color=LOCAL,
            markersize=3,
            label="An authority" if first else None,
            clip_on=False,
        )
        axes.hlines(
            middle,
            place - 0.31,
            place + 0.31,
            color=INK,
            linewidth=1.6,
            label="Middle authority" if first else "",
        )
    step = 1 if paper.width > _NARROW else 2
    axes.set_xticks(range(0, len(years), step), [str(year) for year in list(years)[::step]])
    axes.set_ylim(bottom=0)
    axes.set_ylabel(unit, fontsize=TEXT)
    tidy(axes, "y")
    legend(axes)
    return figure


def _named(points: Sequence[Point]) -> str:
    return ", ".join(f"{point.label} {point.value:.1f}" for point in points)
