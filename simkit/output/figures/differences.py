"""Paired differences with two layers of uncertainty: chance, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, legend, sheet, tidy, with_room
from simkit.output.figures.values import Caption, Span
from simkit.output.look import INK, LOCAL, SOFT, UNSURE

_LEFT, _NARROW_LEFT, _LETTERS = 0.36, 0.44, 13.3  # of the width, for names; letters of an inch of it
_SAYS, _SAYS_LETTERS = 1.08, 14  # inches at the right, for the finding of a row; letters of a line of it
_APART = 4.0  # points from the line at zero to the words beside it
_ROW = 0.36  # inches
_NAME_LINE, _HEAD_LINE = 0.46, 0.5  # rows that a line of a name and of a heading takes
_HEAD_CHARACTERS = 78
_EDGE = 0.015  # of the width
_ALONE = "zero is outside"  # what settles a difference on its own


def differences_alt(spans: Sequence[Span], unit: str, caption: Caption, *, test: str = _ALONE) -> str:
    """The figure in one line."""
    parts = []
    for span in merged(spans):
        name = f"{f'{span.group}, ' if span.group else ''}{span.label}"
        if not span.told:
            parts.append(f"{name}: {span.says}")
            continue
        over = "" if span.unknown is None else f", over what is not known {_range(span.unknown)}"
        says = f", {span.says}" if span.says else "" if span.settled else ", may be zero"
        parts.append(f"{name}: {span.value:+z.1f} ({span.low:+z.1f} to {span.high:+z.1f}{over}{says})")
    settled = "" if test == _ALONE else f", settled: {test}"
    return f"{caption.title}. Differences in {unit} with 95% intervals{settled}: {'; '.join(parts)}."


@with_alt(differences_alt)
def differences(
    spans: Sequence[Span], unit: str, caption: Caption, *, test: str = _ALONE, paper: Paper = WIDE
) -> Figure:
    """Each difference with its 95% interval, dark, on what it may be over what nobody knows, pale.

    A marker is filled where a difference is settled; ``test`` is what the legend gives as the reason. Spans
    of one ``group`` are set under its name, and those that are alike share a row. One without a value has
    its row too, with what it ``says`` in its place.
    """
    rows_of = merged(spans)
    wide = paper.panels > 1
    left = paper.width * (_LEFT if wide else _NARROW_LEFT)
    letters = int(_LETTERS * left)
    # on narrow paper a row's finding is below its name, so that the values have room
    names = [wrap(span.label, letters) + ([] if wide else wrap(span.says, letters)) for span in rows_of]
    places, headings, rows = _places(rows_of, names, paper.fits(_HEAD_CHARACTERS))
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        f"Difference, {unit}, with 95% interval",
        paper=paper,
        plot=0.34 + _ROW * max(rows, 2.0),
        left=left,
    )
    _points(axes, list(zip(rows_of, places, strict=True)), f"Settled: {test}")
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.set_ylim(rows, -0.34 / _ROW)
    axes.set_yticks(places, ["\n".join(lines) for lines in names])
    axes.margins(x=0.06)
    tidy(axes, "x")
    if wide and any(span.says for span in rows_of):
        with_room(axes, _SAYS)
    axes.tick_params(axis="y", length=0)
    low, high = axes.get_xlim()
    if low < 0 < high:
        for words, side, apart in (("fewer late", "right", -_APART), ("more late", "left", _APART)):
            room = (-low if side == "right" else high) / (high - low) * (paper.width - left)
            if room > 0.85:
                axes.annotate(
                    words, (0, -0.17 / _ROW), (apart, 0), textcoords="offset points", ha=side, va="center",
                    fontsize=TEXT, color=SOFT,
                )  # fmt: skip
    beside = blended_transform_factory(axes.transAxes, axes.transData)
    for span, place in zip(rows_of, places, strict=True) if wide else ():
        says = "\n".join(wrap(span.says, _SAYS_LETTERS))
        axes.text(1.0, place, says, transform=beside, ha="right", va="center", fontsize=TEXT, color=INK)
    at_left = blended_transform_factory(figure.transFigure, axes.transData)
    for lines, place in headings:
        words = "\n".join(lines)
        axes.text(_EDGE, place, words, transform=at_left, fontsize=TEXT, fontweight="bold", va="center")
    legend(axes)
    return figure


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans, those of a group that are alike as one under all their names."""
    labels: dict[Span, list[str]] = {}
    for span in spans:
        labels.setdefault(replace(span, label=""), []).append(span.label)
    return tuple(replace(span, label=_shared(names)) for span, names in labels.items())


def _shared(names: Sequence[str]) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} others, alike"


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:+z.1f} to {ends[1]:+z.1f}"


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


def _points(axes: Axes, rows: Sequence[tuple[Span, float]], settled: str) -> None:
    pale, _ = UNSURE["not known"]
    named: set[str] = set()

    def once(label: str) -> str | None:
        new = label not in named
        named.add(label)
        return label if new else None

    for span, place in rows:
        if not span.told:
            continue
        if span.unknown is not None:
            label = once("Over what is not known")
            axes.plot(
                span.unknown, [place, place], color=LOCAL, alpha=pale, linewidth=9, label=label,
                solid_capstyle="butt", zorder=1,
            )  # fmt: skip
        for value in span.either:
            label = once("One or the other of two cases")
            axes.plot(
                [value], [place], marker="s", linestyle="", color=LOCAL, alpha=0.6, markersize=6, label=label,
                zorder=2,
            )  # fmt: skip
        axes.plot([span.low, span.high], [place, place], color=LOCAL, linewidth=1.4, zorder=3)
        fill, label = (LOCAL, settled) if span.settled else ("white", "Not settled")
        axes.plot(
            [span.value], [place], marker="o", linestyle="", color=LOCAL, markerfacecolor=fill,
            markersize=6.5, label=once(label), zorder=4,
        )  # fmt: skip
