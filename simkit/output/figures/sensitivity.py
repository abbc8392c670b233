"""How far the answer moves over the range of each assumption, widest first."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.style import BLACK, BLUE, ORANGE, sheet, tidy
from simkit.output.figures.values import Caption, Span, Swing

__all__ = ["sensitivity", "sensitivity_alt"]

_LEFT, _NAME_CHARACTERS = 0.43, 46
_MOST, _ROW = 18, 0.36


def sensitivity(swings: Sequence[Swing], base: Span, unit: str, caption: Caption) -> Figure:
    """The answer at the two ends of each assumption's range, beside the answer as it is.

    The grey band is the interval of ``base``: what lies within is no more than chance. The widest are
    shown; the foot says how many are not.
    """
    shown, rest = _shown(swings)
    figure, axes = sheet(
        caption.title,
        caption.under,
        (*caption.foot, *([_left_out(rest, unit)] if rest else [])),
        plot=0.3 + _ROW * max(len(shown), 2),
        left=_LEFT,
    )
    place = np.arange(len(shown))
    for ends, colour, hatch, label in (
        ([swing.low for swing in shown], ORANGE, "////", "At the low end of its range"),
        ([swing.high for swing in shown], BLUE, "", "At the high end"),
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
    axes.set_ylim(max(len(shown), 2) - 0.4, -0.6)
    axes.set_yticks(place, [_name(swing) for swing in shown])
    axes.set_xlabel(f"{base.label}, {unit}", fontsize=9)
    axes.margins(x=0.08)
    tidy(axes, "x")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8.5, frameon=False)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    return figure


def sensitivity_alt(swings: Sequence[Swing], base: Span, unit: str, caption: Caption) -> str:
    """The figure in one line."""
    shown, rest = _shown(swings)
    parts = [
        f"{swing.label}: {swing.low:.1f} at {swing.at_low}, {swing.high:.1f} at {swing.at_high}"
        for swing in shown
    ]
    left = f" {_left_out(rest, unit)}" if rest else ""
    return (
        f"{caption.title}. {base.label}: {base.value:.1f} ({base.low:.1f} to {base.high:.1f}) {unit}. "
        f"{'; '.join(parts)}.{left}"
    )


def _shown(swings: Sequence[Swing]) -> tuple[list[Swing], list[Swing]]:
    ordered = sorted(swings, key=lambda swing: -swing.width)
    return ordered[:_MOST], ordered[_MOST:]


def _left_out(rest: Sequence[Swing], unit: str) -> str:
    count = "1 more assumption moves" if len(rest) == 1 else f"{len(rest)} more assumptions move"
    return f"{count} the answer by at most {max(swing.width for swing in rest):.1f} {unit}: not shown."


def _name(swing: Swing) -> str:
    """The number and its range on two lines; where that is too little the name is cut, never the range."""
    ends = f"{swing.at_low} to {swing.at_high}"
    words = swing.label.split()
    for kept in range(len(words), 0, -1):
        cut = "" if kept == len(words) else "..."
        lines = wrap(f"{' '.join(words[:kept])}{cut}: {ends}", _NAME_CHARACTERS)
        if len(lines) <= 2:
            return "\n".join(lines)
    return ends
