"""How far the answer moves over the range of each assumption, with the chance in it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, legend, nothing, sheet, tidy, with_room
from simkit.output.figures.values import Caption, Span, Swing
from simkit.output.look import FILL, INK, LOCAL, NATIONAL, SOFT

_LEFT, _NARROW_LEFT, _LETTERS = 0.36, 0.52, 13.3  # of the width, for names; letters of an inch of it
_EDGE, _CHARACTERS = 0.105, 98  # inches at the left where nothing is told; letters of a line there
_NAME_LINES = 3
_RANGE = 1.35  # inches at the right, for the range of the number
_MOST, _LINE = 8, 0.165  # assumptions shown; inches of a line of a name


def sensitivity_alt(swings: Sequence[Swing], base: Span, unit: str, caption: Caption, untold: int = 0) -> str:
    """The figure in one line."""
    if not swings:
        return f"{caption.title}. {_untold_words(untold)}"
    widest, rest = _widest(swings)
    parts = [
        f"{swing.label}: {_end(swing.low)} at {swing.at_low}, {_end(swing.high)} at {swing.at_high}"
        + ("" if swing.sure else ", may be chance")
        for swing in widest
    ]
    rest_words = f" {_rest_words(rest, unit)}" if rest else ""
    untold_words = f" {_untold_words(untold)}" if untold else ""
    return (
        f"{caption.title}. {base.label}, as assumed: {_end(base)} {unit}. "
        f"{'; '.join(parts)}.{rest_words}{untold_words}"
    )


def _end(span: Span) -> str:
    return f"{span.value:.1f} ({span.low:.1f} to {span.high:.1f})"


@with_alt(sensitivity_alt)
def sensitivity(
    swings: Sequence[Swing],
    base: Span,
    unit: str,
    caption: Caption,
    untold: int = 0,
    *,
    paper: Paper = WIDE,
) -> Figure:
    """The answer at the two ends of each assumption's range, with 95% intervals.

    A bar joins the ends only where one of them surely moves the answer. The grey band is the interval as
    assumed; ``base`` is labelled with what is measured. The foot says how many assumptions are not drawn,
    and of how many, ``untold``, too few simulated years have a value.
    """
    widest, rest = _widest(swings)
    wide = paper.panels > 1
    left = paper.width * (_LEFT if wide else _NARROW_LEFT) if swings else _EDGE
    names = [_name(swing, int(_LETTERS * left), wide) for swing in widest]
    heights = [max(2, len(name)) * _LINE + 0.12 for name in names]
    figure, axes = sheet(
        caption.title,
        caption.under,
        (
            *([_rest_words(rest, unit)] if rest else []),
            *([_untold_words(untold)] if untold and swings else []),
            *caption.foot,
        ),
        f"{base.label}, {unit}",
        paper=paper,
        plot=0.25 + sum(heights),
        left=left,
    )
    if not swings:
        nothing(axes, "\n".join(wrap(_untold_words(untold), paper.fits(_CHARACTERS))))
        return figure
    axes.axvspan(base.low, base.high, color=NATIONAL, alpha=0.7, linewidth=0, zorder=0, label="As assumed")
    axes.axvline(base.value, color=INK, linewidth=1.0)
    places, row = [], 0.25
    for height in heights:
        places.append(row + height / 2)
        row += height
    for number, (swing, place) in enumerate(zip(widest, places, strict=True)):
        _row(axes, swing, place, first=number == 0)
    axes.set_ylim(row, 0)
    axes.set_yticks(places, ["\n".join(name) for name in names])
    axes.margins(x=0.05)
    tidy(axes, "x")
    if wide:
        with_room(axes, _RANGE)
        beside = blended_transform_factory(axes.transAxes, axes.transData)
        axes.text(1.0, 0.1, "Its range", transform=beside, ha="right", va="center", fontsize=TEXT, color=SOFT)
        for swing, place in zip(widest, places, strict=True):
            words = f"{swing.at_low}\nto {swing.at_high}"
            axes.text(1.0, place, words, transform=beside, ha="right", va="center", fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    legend(axes)
    return figure


def _row(axes: Axes, swing: Swing, place: float, first: bool) -> None:
    if swing.sure:
        axes.plot([swing.low.value, swing.high.value], [place, place], color=FILL, linewidth=8, zorder=1,
                  solid_capstyle="butt")  # fmt: skip
    for span, filled, shift, label in (
        (swing.low, False, -0.05, "At the low end of its range"),
        (swing.high, True, 0.05, "At the high end"),
    ):
        axes.plot([span.low, span.high], [place + shift] * 2, color=LOCAL, linewidth=1.2, zorder=2)
        axes.plot(
            [span.value], [place + shift], marker="o", linestyle="", color=LOCAL, markersize=6, zorder=3,
            markerfacecolor=LOCAL if filled else "white", label=label if first else None,
        )  # fmt: skip


def _widest(swings: Sequence[Swing]) -> tuple[list[Swing], list[Swing]]:
    ordered = sorted(swings, key=lambda swing: (not swing.sure, -swing.width))
    return ordered[:_MOST], ordered[_MOST:]


def _rest_words(rest: Sequence[Swing], unit: str) -> str:
    count = "1 more assumption moves" if len(rest) == 1 else f"{len(rest)} more assumptions move"
    points = "points" if unit == "%" else unit
    return f"{count} the answer by at most {max(swing.width for swing in rest):.1f} {points}: not shown."


def _untold_words(untold: int) -> str:
    """Of how many assumptions nothing is told."""
    return f"{'1 assumption' if untold == 1 else f'{untold} assumptions'}: too few simulated years to tell."


def _name(swing: Swing, letters: int, wide: bool) -> list[str]:
    """The number's name, cut to fit; with its range on narrow paper, which is never cut."""
    lines = wrap(swing.label, letters)
    if len(lines) > _NAME_LINES:
        lines = [*lines[: _NAME_LINES - 1], f"{lines[_NAME_LINES - 1][: letters - 3].rstrip()}..."]
    return lines if wide else [*lines, *wrap(f"{swing.at_low} to {swing.at_high}", letters)]
