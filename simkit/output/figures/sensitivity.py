"""How far the answer moves over the range of each assumption, widest first."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, ORANGE, WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption, Span, Swing

_LEFT, _NAME_CHARACTERS, _NAME_LINES = 0.43, 46, 2  # of the width, for names; on wide paper
_MOST, _LINE = 18, 0.12  # assumptions shown; inches of a line of a name


def sensitivity_alt(swings: Sequence[Swing], base: Span, unit: str, caption: Caption) -> str:
    """The figure in one line."""
    widest, rest = _widest(swings)
    parts = [
        f"{swing.label}: {swing.low:.1f} at {swing.at_low}, {swing.high:.1f} at {swing.at_high}"
        for swing in widest
    ]
    rest_words = f" {_rest_words(rest, unit)}" if rest else ""
    return (
        f"{caption.title}. {base.label}: {base.value:.1f} ({base.low:.1f} to {base.high:.1f}) {unit}. "
        f"{'; '.join(parts)}.{rest_words}"
    )


@with_alt(sensitivity_alt)
def sensitivity(
    swings: Sequence[Swing], base: Span, unit: str, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """The answer at the two ends of each assumption's range, and as assumed.

    The grey band is the interval of ``base``: what lies within may be chance. The widest ranges are
    drawn; the foot says how many are not.
    """
    widest, rest = _widest(swings)
    letters = paper.fits(_NAME_CHARACTERS)
    lines = -(-_NAME_LINES * _NAME_CHARACTERS // letters)
    figure, axes = sheet(
        caption.title,
        caption.under,
        (*caption.foot, *([_rest_words(rest, unit)] if rest else [])),
        f"{base.label}, {unit}",
        paper=paper,
        plot=0.3 + _LINE * (lines + 1) * max(len(widest), 2),
        left=_LEFT * paper.width,
    )
    place = np.arange(len(widest))
    for ends, colour, hatch, label in (
        ([swing.low for swing in widest], ORANGE, "////", "At the low end of its range"),
        ([swing.high for swing in widest], BLUE, "", "At the high end"),
    ):
        axes.barh(
            place + (-0.19 if hatch else 0.19),
            np.array(ends) - base.value,
            0.36,
            left=base.value,
            color=colour,
            hatch=hatch,
            edgecolor=BLACK,
            linewidth=0.6,
            label=label,
        )
    axes.axvspan(base.low, base.high, color="#BBBBBB", alpha=0.6, linewidth=0, zorder=0)
    axes.axvline(base.value, color=BLACK, linewidth=1.2)
    axes.set_ylim(max(len(widest), 2) - 0.4, -0.6)
    axes.set_yticks(place, [_name(swing, letters, lines) for swing in widest])
    axes.margins(x=0.08)
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    legend(axes)
    return figure


def _widest(swings: Sequence[Swing]) -> tuple[list[Swing], list[Swing]]:
    ordered = sorted(swings, key=lambda swing: -swing.width)
    return ordered[:_MOST], ordered[_MOST:]


def _rest_words(rest: Sequence[Swing], unit: str) -> str:
    count = "1 more assumption moves" if len(rest) == 1 else f"{len(rest)} more assumptions move"
    return f"{count} the answer by at most {max(swing.width for swing in rest):.1f} {unit}: not shown."


def _name(swing: Swing, letters: int, most: int) -> str:
    """The number's name and range on ``most`` lines; the name is cut to fit, never the range."""
    ends = f"{swing.at_low} to {swing.at_high}"
    words = swing.label.split()
    for count in range(len(words), 0, -1):
        cut = "" if count == len(words) else "..."
        lines = wrap(f"{' '.join(words[:count])}{cut}: {ends}", letters)
        if len(lines) <= most:
            return "\n".join(lines)
    return ends
