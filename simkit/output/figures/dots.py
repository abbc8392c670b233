"""Values of several things under one or more conditions, as dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption, Span
from simkit.output.look import LOCAL, SERIES

_LEFT, _NAME_CHARACTERS = 0.36, 34  # of the width, for names; on wide paper
_ROW, _DOT = 0.2, 0.17  # inches: space around a row, and for each of its dots
_LOOKS = (("o", LOCAL, LOCAL), ("o", LOCAL, "white"), ("s", SERIES[2], SERIES[2]), ("D", SERIES[3], "white"))


def dots_alt(spans: Sequence[Span], unit: str, caption: Caption) -> str:
    """The figure in one line."""
    parts = (f"{each.label}, {each.group}: {_words(each)}" for each in spans)
    return f"{caption.title}. In {unit}: {'; '.join(parts)}."


@with_alt(dots_alt)
def dots(spans: Sequence[Span], unit: str, caption: Caption, *, paper: Paper = WIDE) -> Figure:
    """A row for each label, from the top down in their order, with a dot and its interval for each group.

    At most four groups have looks of their own; more are left out. ``unit`` says what is measured.
    """
    names = list(dict.fromkeys(span.label for span in spans))
    groups = list(dict.fromkeys(span.group for span in spans))[: len(_LOOKS)]
    height = _ROW + _DOT * len(groups)
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        unit,
        paper=paper,
        plot=max(2, len(names)) * height,
        left=_LEFT * paper.width,
    )
    for number, group in enumerate(groups):
        marker, edge, fill = _LOOKS[number]
        own = [span for span in spans if span.group == group and span.value == span.value]
        places = [
            (names.index(span.label) + 0.5) * height + (number - (len(groups) - 1) / 2) * _DOT for span in own
        ]
        for span, place in zip(own, places, strict=True):
            if span.low == span.low:
                axes.plot([span.low, span.high], [place, place], color=edge, linewidth=1.2, zorder=2)
        axes.plot(
            [span.value for span in own],
            places,
            marker=marker,
            linestyle="",
            color=edge,
            markerfacecolor=fill,
            markersize=6,
            label=group,
            zorder=3,
            clip_on=False,
        )
    axes.set_ylim(max(2, len(names)) * height, 0)
    axes.set_xlim(left=0)
    axes.set_yticks(
        [(number + 0.5) * height for number in range(len(names))],
        ["\n".join(wrap(name, paper.fits(_NAME_CHARACTERS))) for name in names],
    )
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0)
    if len(groups) > 1:
        legend(axes)
    return figure


def _words(span: Span) -> str:
    if span.value != span.value:
        return "no value"
    interval = "" if span.low != span.low else f" ({span.low:.1f} to {span.high:.1f})"
    return f"{span.value:.1f}{interval}"
