"""Curves: the effect of assessment time with a target, and of a number that no evidence settles."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import CLEAR, TEXT, WIDE, Paper, sheet, tidy, with_room
from simkit.output.figures.values import Caption, Line, Span
from simkit.output.look import INK, LOCAL, NATIONAL, NATIONAL_EDGE, SERIES, SOFT, UNDECIDED

_Y_CHARACTERS = 40  # of a line along the axis
_COLOURS = (LOCAL, UNDECIDED, *SERIES[3:5], SOFT)
_STYLES = ("-", "--", "-.", ":", (0, (6, 2)))
_BESIDE, _NARROW_BESIDE, _LETTERS = 1.6, 1.2, 12.5  # inches beside the lines, for labels; letters of an inch
_LEADER = 0.14  # inches from a line's end to its label
_NEAR = 0.05  # of the scale: as exactly as a place between points may be told


def staffing_curve_alt(
    lines: Sequence[Line], *, y_title: str, target: float, floor: Span, answer: Span | None, caption: Caption
) -> str:
    """The figure in one line."""
    outcome = (
        "not reached by a change of assessment time alone"
        if answer is None
        else f"kept with assessment time of {answer.says}"
    )
    return (
        f"{caption.title}. {y_title} by change of assessment time. {_ends(lines, '% time')} "
        f"{floor.label}: {floor.value:.1f}{_interval(floor.low, floor.high)}. "
        f"Target {target:g}: {outcome}."
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
        "Change of assessment time against now, %",
        paper=paper,
        plot=3.1,
        left=0.665 + 0.155 * (len(y_lines) - 1),
    )
    _draw(axes, lines)
    ends = axes.get_xlim()
    axes.fill_between(ends, floor.low, floor.high, color=NATIONAL, alpha=0.8, linewidth=0, zorder=0)
    axes.plot(ends, [floor.value] * 2, color=NATIONAL_EDGE, linewidth=1.2)
    axes.plot(ends, [target] * 2, color=UNDECIDED, linestyle="--", linewidth=1.4)
    if answer is not None:
        axes.axvspan(answer.low, answer.high, color=LOCAL, alpha=0.12, linewidth=0)
        axes.axvline(answer.value, color=LOCAL, linewidth=1.0)
    axes.axvline(0, color=NATIONAL_EDGE, linewidth=0.8)
    top = 1.12 * max([target, floor.high, *(y for line in lines for y in line.high if y == y)])
    axes.set_ylim(0, top)
    places = [
        (target, f"Target: {target:g}", UNDECIDED),
        (floor.value, f"{floor.label}: {floor.value:.1f}", NATIONAL_EDGE),
        *(
            (line.value[-1], line.label, _COLOURS[number % len(_COLOURS)])
            for number, line in enumerate(lines)
        ),
    ]
    axes.set_ylabel("\n".join(y_lines), fontsize=TEXT)
    tidy(axes)
    axes.set_xlim(ends)
    with_room(axes, _BESIDE if paper.panels > 1 else _NARROW_BESIDE)
    _beside(axes, ends[1], places, top, paper)
    return figure


def _beside(
    axes: Axes, right: float, places: Sequence[tuple[float, str, str]], top: float, paper: Paper
) -> None:
    """Labels right of the ends of lines, each led to from its line, apart where the ends are close."""
    inches = _BESIDE if paper.panels > 1 else _NARROW_BESIDE
    low, high = axes.get_xlim()
    wide = axes.get_position().width * axes.get_figure().get_figwidth()  # type: ignore[union-attr]
    inch = (high - low) / wide
    at, end = right + _LEADER * inch, right + (_LEADER - 0.03) * inch
    labels = [
        (value, wrap(words, int(_LETTERS * (inches - _LEADER))), colour)
        for value, words, colour in sorted(places, key=lambda place: place[0])
    ]
    line = 0.058 * top  # height of a line of words
    middles = spread([value for value, _, _ in labels], [line * (len(w) + 0.35) for _, w, _ in labels], top)
    for (value, words, colour), middle in zip(labels, middles, strict=True):
        axes.plot([right, end], [value, middle], color=colour, linewidth=0.8)
        axes.text(at, middle, "\n".join(words), ha="left", va="center", fontsize=TEXT, color=colour)


def spread(wanted: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """The middles of labels of these heights, lowest first: apart, from 0 to ``top``, near where wanted.

    Labels that would touch make a block, which has its middle where its labels want to be on average.
    """
    blocks: list[tuple[list[int], float]] = []  # of labels, with where a block begins

    def begin(members: Sequence[int]) -> float:
        below, total = 0.0, 0.0
        for n in members:
            total += wanted[n] - below - heights[n] / 2
            below += heights[n]
        return max(0.0, min(total / len(members), top - below))

    for number in range(len(wanted)):
        members = [number]
        while blocks and blocks[-1][1] + sum(heights[n] for n in blocks[-1][0]) > begin(members):
            members = [*blocks.pop()[0], *members]
        blocks.append((members, begin(members)))
    middles = []
    for members, start in blocks:
        for n in members:
            middles.append(start + heights[n] / 2)
            start += heights[n]
    return middles


def unknown_range_alt(lines: Sequence[Line], x_title: str, unit: str, caption: Caption) -> str:
    """The figure in one line."""
    signs = "; ".join(f"{line.label}: {doubt_words(line)}" for line in lines)
    return f"{caption.title}. Difference in {unit} by {x_title}. {_ends(lines)} {signs}."


@with_alt(unknown_range_alt)
def unknown_range(
    lines: Sequence[Line], x_title: str, unit: str, caption: Caption, *, paper: Paper = WIDE
) -> Figure:
    """The answer over the range of a number that no evidence settles, each line with its interval.

    Between the points that were simulated nothing is known exactly: where the sign changes is said to the
    nearest twentieth of the range.
    """
    figure, axes = sheet(
        caption.title, caption.under, caption.foot, x_title, paper=paper, plot=3.1, left=0.82
    )
    _draw(axes, lines)
    axes.axhline(0, color=INK, linewidth=1.2)
    ends = [(number, line.value[-1]) for number, line in enumerate(lines)]
    bottom, top = axes.get_ylim()
    _, right = axes.get_xlim()
    letters = max(12, paper.fits(60))
    room = sum(1 + len(wrap(_label(line), letters)) for line in lines)
    axes.set_ylim(bottom, top + 0.062 * room * (top - bottom))
    low, high = axes.get_ylim()
    at = high
    for number, _ in sorted(ends, key=lambda end: -end[1]):
        words = "\n".join(wrap(_label(lines[number]), letters))
        colour = _COLOURS[number % len(_COLOURS)]
        axes.text(right, at, words, ha="right", va="top", fontsize=TEXT, color=colour, bbox=CLEAR, zorder=6)
        at -= 0.058 * (high - low) * (words.count("\n") + 1) + 0.02 * (high - low)
    axes.set_ylabel(f"Difference, {unit}\n(above 0: more late)", fontsize=TEXT)
    tidy(axes)
    return figure


def _label(line: Line) -> str:
    return f"{line.label}: {doubt_words(line)}"


def doubt_words(line: Line) -> str:
    """Where a curve changes its sign, and from where to where its interval holds zero, about."""
    step = _NEAR * (line.x[-1] - line.x[0])

    def near(x: float) -> str:
        place = round(x / step) * step
        return f"{place:.0f}" if step >= 1 else f"{place:.2f}"

    grid = np.linspace(line.x[0], line.x[-1], 201)
    low, high = np.interp(grid, line.x, line.low), np.interp(grid, line.x, line.high)
    unsure = grid[(low <= 0) & (high >= 0)]
    if len(unsure) == len(grid):
        return "not settled anywhere"
    parts = [f"sign changes near {' and '.join(dict.fromkeys(near(x) for x in crossings(line)))}"]
    if not crossings(line):
        most = max(line.value, key=abs)
        parts = ["higher throughout" if most > 0 else "lower throughout" if most < 0 else "the same"]
    if len(unsure):
        start, end = near(unsure[0]), near(unsure[-1])
        parts.append(
            f"not settled from about {start} to {end}" if start != end else f"not settled near {start}"
        )
    return "; ".join(parts)


def crossings(line: Line) -> tuple[float, ...]:
    """Where a curve crosses zero, interpolated between its points."""
    places: list[float] = []
    for number in range(len(line.x) - 1):
        (x0, x1), (y0, y1) = line.x[number : number + 2], line.value[number : number + 2]
        if y0 * y1 < 0:
            places.append(x0 + (x1 - x0) * y0 / (y0 - y1))
    # A point at zero counts where the curve changes sign there.
    for number in range(1, len(line.x) - 1):
        if line.value[number] == 0 and line.value[number - 1] * line.value[number + 1] < 0:
            places.append(line.x[number])
    return tuple(sorted(places))


def _draw(axes: Axes, lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
        style = _STYLES[number % len(_STYLES)]
        axes.plot(
            line.x, line.value, color=colour, linestyle=style, marker="o", markersize=4.5, linewidth=1.8
        )
    every = np.array([x for line in lines for x in line.x])
    margin = 0.02 * (every.max() - every.min())  # room for the markers at both ends
    axes.set_xlim(every.min() - margin, every.max() + margin)


def _ends(lines: Sequence[Line], unit: str = "") -> str:
    """The first and the last point of each curve in words."""
    parts = [
        f"{line.label}: "
        + ", ".join(
            f"{line.value[at]:.1f}{_interval(line.low[at], line.high[at])} at {line.x[at]:g}{unit}"
            for at in (0, -1)
        )
        for line in lines
    ]
    return "; ".join(parts) + "."


def _interval(low: float, high: float) -> str:
    """An interval in brackets; empty if all simulated years are the same, or too few."""
    return f" ({low:.1f} to {high:.1f})" if low < high else ""
