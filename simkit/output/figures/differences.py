"""Paired differences with their intervals: which are settled by the runs and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, GREY, WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption, Span

_LEFT, _NAME_CHARACTERS = 0.36, 36  # of the width, for names
_ROW = 0.34  # inches
_NAME_LINE, _HEAD_LINE = 0.44, 0.5  # rows that a line of a name and of a heading takes
_HEAD_CHARACTERS = 84
_EDGE = 0.015  # of the width


def differences_alt(spans: Sequence[Span], unit: str, caption: Caption) -> str:
    """The figure in one line."""
    parts = [
        f"{f'{span.group}, ' if span.group else ''}{span.label}: {span.value:+.1f} "
        f"({span.low:+.1f} to {span.high:+.1f}{'' if _settled(span) else ', includes 0'})"
        for span in spans
    ]
    return f"{caption.title}. Differences in {unit} with 95% intervals: {'; '.join(parts)}."


@with_alt(differences_alt)
def differences(spans: Sequence[Span], unit: str, caption: Caption, *, paper: Paper = WIDE) -> Figure:
    """Each difference with its 95% interval.

    Filled: the interval excludes 0. Hollow: it includes 0, so the runs do not tell which is
    larger. Spans of one ``group`` are set under its name.
    """
    names = [wrap(span.label, paper.fits(_NAME_CHARACTERS)) for span in spans]
    places, headings, rows = _places(spans, names, paper.fits(_HEAD_CHARACTERS))
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        f"Difference, {unit}, with 95% interval",
        paper=paper,
        plot=0.2 + _ROW * max(rows, 2.0),
        left=_LEFT * paper.width,
    )
    for sure, label in ((True, "Interval on one side of 0"), (False, "Interval includes 0")):
        group = [(span, place) for span, place in zip(spans, places, strict=True) if _settled(span) is sure]
        if group:
            _points(axes, group, sure, label)
    axes.axvline(0, color=BLACK, linewidth=1.2)
    axes.set_ylim(rows, 0)
    axes.set_yticks(places, ["\n".join(lines) for lines in names])
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    for lines, place in headings:
        axes.text(
            _EDGE,
            place,
            "\n".join(lines),
            transform=blended_transform_factory(figure.transFigure, axes.transData),
            fontsize=8.5,
            fontweight="bold",
            va="center",
        )
    legend(axes)
    return figure


def _settled(span: Span) -> bool:
    return span.low > 0 or span.high < 0


def _places(
    spans: Sequence[Span], names: Sequence[list[str]], letters: int
) -> tuple[list[float], list[tuple[list[str], float]], float]:
    """The row of each span, each group's heading with its row, and the number of rows."""
    places: list[float] = []
    headings: list[tuple[list[str], float]] = []
    row, group = 0.0, ""
    for span, name in zip(spans, names, strict=True):
        if span.group != group:
            group = span.group
            if lines := wrap(group, letters):
                height = 0.3 + _HEAD_LINE * len(lines)
                headings.append((lines, row + height / 2))
                row += height
        height = max(1.0, 0.1 + _NAME_LINE * len(name))
        places.append(row + height / 2)
        row += height
    return places, headings, row


def _points(axes: Axes, group: list[tuple[Span, float]], sure: bool, label: str) -> None:
    values = [span.value for span, _ in group]
    axes.errorbar(
        values,
        [place for _, place in group],
        xerr=[
            [max(0.0, span.value - span.low) for span, _ in group],
            [max(0.0, span.high - span.value) for span, _ in group],
        ],
        fmt="o" if sure else "D",
        color=BLUE if sure else GREY,
        markerfacecolor=BLUE if sure else "white",
        markeredgecolor=BLACK,
        markersize=6.5,
        ecolor=BLACK,
        elinewidth=1.1,
        capsize=3,
        label=label,
    )
