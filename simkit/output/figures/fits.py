"""Published and fitted durations of many authorities as small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, blank
from simkit.output.figures.values import Caption, Fit
from simkit.output.look import FILL, INK

_COLUMNS, _ROW, _MOST = 4, 1.0, 16  # panels in a row; inches from one row to the next; panels
_LEFT, _RIGHT = 0.02, 0.985
_OVER = 3.5  # the limit is before the last three bands
_FIRST = {8: "up to 10 days", 9: "same day, 1-10"}  # the eight that are fitted, or the nine published


def fits_alt(authorities: Sequence[Fit], caption: Caption) -> str:
    """The figure in one line."""
    ordered = _ordered(authorities)
    if not ordered:
        return f"{caption.title}. No fits."
    worst = ", ".join(f"{each.label} {each.distance:.2f}" for each in ordered[:5])
    return (
        f"{caption.title}. {len(ordered)} authorities, published against fitted shares in bands. "
        f"Distance: median {median(each.distance for each in ordered):.2f}, largest {worst}."
    )


@with_alt(fits_alt)
def fits(authorities: Sequence[Fit], caption: Caption) -> Figure:
    """Bars: published shares in the bands; line: fitted. The worst fits come first.

    All have the same scale. The dotted line is the limit of 45 working days.
    """
    every = _ordered(authorities)
    ordered, rest = every[:_MOST], every[_MOST:]
    more = f" The other {len(rest)} are closer." if rest else ""
    first = _FIRST[len(ordered[0].published) if ordered else 9]
    rows = max(1, -(-len(ordered) // _COLUMNS))
    page = blank(
        caption.title,
        f"{caption.under}. Bars: published; line: fitted; dotted: day 45; number: distance of the two",
        (
            f"Bands: {first}, 11-20, 21-30, 31-40, 41-45, 46-50, 51-60, 61 or more.{more}",
            *caption.foot,
        ),
        plot=_ROW * rows,
        gap=0.02,
        labels=0.0,
    )
    top = max([1.0, *(share for each in ordered for share in (*each.published, *each.fitted))])
    across, gap = (_RIGHT - _LEFT) / _COLUMNS, 0.012
    for number, each in enumerate(ordered):
        down, right = divmod(number, _COLUMNS)
        left = _LEFT + right * across
        bottom = 1 - (down + 0.93) / rows
        axes = page.axes(left, left + across - gap, bottom, bottom + 0.72 / rows)
        _small(axes, each, top)
    return page.figure


def _ordered(authorities: Sequence[Fit]) -> list[Fit]:
    return sorted(authorities, key=lambda each: (-each.distance, each.label))


def _small(axes: Axes, fit: Fit, top: float) -> None:
    place = np.arange(len(fit.published))
    axes.bar(place, fit.published, 0.9, color=FILL, linewidth=0)
    axes.plot(place, fit.fitted, color=INK, linewidth=1.3, marker=".", markersize=4)
    axes.axvline(len(place) - _OVER, color=INK, linestyle=":", linewidth=1.0)
    axes.set_ylim(0, top * 1.02)
    axes.set_xlim(-0.6, len(place) - 0.4)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_linewidth(0.5)
    name = fit.label if len(fit.label) <= 18 else f"{fit.label[:16].rstrip()}..."
    axes.set_title(f"{name} {fit.distance:.2f}", fontsize=TEXT, pad=1.5, loc="left")
