"""Curves: the effect of assessment time with a target, and of a number that no evidence settles."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import (
    BLACK,
    BLUE,
    CLEAR,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    VERMILION,
    WIDE,
    Paper,
    legend,
    sheet,
    tidy,
)
from simkit.output.figures.values import Caption, Line, Span

_Y_CHARACTERS = 40  # of a line along the axis
_LOOKS = (
    (BLUE, "-", "o"),
    (ORANGE, "--", "s"),
    (GREEN, "-.", "^"),
    (VERMILION, ":", "D"),
    (PURPLE, (0, (6, 2)), "v"),
    (GREY, (0, (1, 1)), "x"),
)


def staffing_curve_alt(
    lines: Sequence[Line], *, y_title: str, target: float, floor: Span, answer: Span | None, caption: Caption
) -> str:
    """The figure in one line."""
    outcome = (
        "not reached by a change of assessment time alone"
        if answer is None
        else f"kept with {answer.value:+.0f}% assessment time ({answer.low:+.0f} to {answer.high:+.0f})"
    )
    return (
        f"{caption.title}. {y_title} by change of assessment time. {_ends(lines, '% time')} {floor.label}: "
        f"{floor.value:.1f} ({floor.low:.1f} to {floor.high:.1f}). Target {target:g}: {outcome}."
    )


@with_alt(staffing_curve_alt)
def staffing_curve(
    lines: Sequence[Line],
    *,
    y_title: str,
    target: float,
    floor: Span,
    answer: Span | None,
    caption: Caption,
    paper: Paper = WIDE,
) -> Figure:
    """The effect of a change of assessment time, one line for each assumed assessment share.

    ``floor``: what unlimited staff would reach; ``answer``: the change of assessment time, in percent,
    that keeps the ``target``, None where no change of staff alone does.
    """
    y_lines = wrap(y_title, _Y_CHARACTERS)
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        "Assessment time against now, %",
        paper=paper,
        plot=3.1,
        left=0.665 + 0.155 * (len(y_lines) - 1),
    )
    _draw(axes, lines)
    axes.axhline(target, color=BLACK, linestyle="--", linewidth=1.3, label=f"Target: {target:g}")
    axes.axhspan(floor.low, floor.high, color="#BBBBBB", alpha=0.6, linewidth=0, zorder=0)
    axes.axhline(
        floor.value,
        color=GREY,
        linestyle=(0, (1, 1)),
        linewidth=1.6,
        label=f"{floor.label}: {floor.value:.1f}",
    )
    if answer is not None:
        axes.axvspan(answer.low, answer.high, color=BLUE, alpha=0.14, linewidth=0)
        axes.axvline(answer.value, color=BLUE, linewidth=1.2)
    axes.axvline(0, color="#999999", linewidth=0.8)
    axes.set_ylabel("\n".join(y_lines), fontsize=9)
    tidy(axes)
    legend(axes)
    return figure


def unknown_range_alt(lines: Sequence[Line], x_title: str, unit: str, caption: Caption) -> str:
    """The figure in one line."""
    signs = []
    for line in lines:
        places = ", ".join(f"{x:.2g}" for x in crossings(line))
        signs.append(f"{line.label} {f'changes sign at {places}' if places else 'does not change sign'}")
    return f"{caption.title}. Difference in {unit} by {x_title}. {_ends(lines)} {'; '.join(signs)}."


@with_alt(unknown_range_alt)
def unknown_range(
    lines: Sequence[Line], x_title: str, unit: str, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """The answer over the range of a number that no evidence settles; marked where its sign changes."""
    figure, axes = sheet(caption.title, caption.under, caption.foot, x_title, paper=paper, plot=3.1)
    _draw(axes, lines)
    axes.axhline(0, color=BLACK, linewidth=1.2)
    for number, place in enumerate(sorted({round(x, 2) for line in lines for x in crossings(line)})):
        axes.axvline(place, color=BLACK, linestyle=":", linewidth=1.1)
        axes.text(
            place,
            0.97 - 0.09 * (number % 3),
            f" changes sign at {place:g}",
            transform=axes.get_xaxis_transform(),
            fontsize=8,
            va="top",
            ha="left" if place < _middle(lines) else "right",
            bbox=CLEAR,
        )
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + 0.28 * (top - bottom))
    axes.set_ylabel(f"Difference, {unit}", fontsize=9)
    tidy(axes)
    legend(axes)
    return figure


def crossings(line: Line) -> tuple[float, ...]:
    """Where a curve crosses 0, interpolated between its points."""
    places: list[float] = []
    for number in range(len(line.x) - 1):
        (x0, x1), (y0, y1) = line.x[number : number + 2], line.value[number : number + 2]
        if y0 * y1 < 0:
            places.append(x0 + (x1 - x0) * y0 / (y0 - y1))
    # A point at 0 counts where the curve changes sign there.
    for number in range(1, len(line.x) - 1):
        if line.value[number] == 0 and line.value[number - 1] * line.value[number + 1] < 0:
            places.append(line.x[number])
    return tuple(sorted(places))


def _middle(lines: Sequence[Line]) -> float:
    every = [x for line in lines for x in line.x]
    return (min(every) + max(every)) / 2


def _draw(axes: Axes, lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines):
        colour, style, marker = _LOOKS[number % len(_LOOKS)]
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(
            line.x,
            line.value,
            color=colour,
            linestyle=style,
            marker=marker,
            markersize=5,
            markeredgecolor=BLACK,
            markeredgewidth=0.5,
            linewidth=1.6,
            label=line.label,
        )
    every = np.array([x for line in lines for x in line.x])
    margin = 0.02 * (every.max() - every.min())  # room for the markers and labels at both ends
    axes.set_xlim(every.min() - margin, every.max() + margin)


def _ends(lines: Sequence[Line], unit: str = "") -> str:
    """The first and the last point of each curve in words."""
    parts = [
        f"{line.label}: "
        + ", ".join(
            f"{line.value[at]:.1f} ({line.low[at]:.1f} to {line.high[at]:.1f}) at {line.x[at]:g}{unit}"
            for at in (0, -1)
        )
        for line in lines
    ]
    return "; ".join(parts) + "."
