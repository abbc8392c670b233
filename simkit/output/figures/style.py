"""What all figures share: colours that everybody can tell apart, a title that says whose, a foot."""

from __future__ import annotations

import io
from collections.abc import Iterable
from textwrap import wrap
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

__all__ = ["BLACK", "BLUE", "ORANGE", "SKY", "image", "sheet", "tidy"]

# Okabe and Ito's palette: told apart with any kind of colour vision. Hatching tells them apart in print.
BLACK, BLUE, SKY, ORANGE = "#000000", "#0072B2", "#56B4E9", "#E69F00"
_GREY = "#333333"

_WIDTH, _PLOT = (
    7.0,
    2.9,
)  # inches: as wide as the text on A4, so that print stays readable; height of the axes
_LEFT, _RIGHT = 0.095, 0.985  # of the width: where the axes begin and end
_DPI = 150
_LINE = 0.2  # inches from one line of small text to the next
_TITLE_CHARACTERS, _UNDER_CHARACTERS, _FOOT_CHARACTERS = 64, 104, 118


def sheet(title: str, subtitle: str, foot: Iterable[str]) -> tuple[Figure, Axes]:
    """A figure with its title, the line under it and its foot in place, and the axes between them.

    It is as high as its words need; the axes always have the same size.
    """
    heads: list[tuple[str, float, dict[str, Any]]] = [
        (line, 1.2, {"fontsize": 12, "fontweight": "bold"}) for line in wrap(title, _TITLE_CHARACTERS)
    ]
    heads += [(line, 1.0, {"fontsize": 8.5}) for line in wrap(subtitle, _UNDER_CHARACTERS)]
    feet = [line for sentence in foot for line in wrap(sentence, _FOOT_CHARACTERS)]
    above = 0.12 + _LINE * sum(lines for _, lines, _ in heads) + 0.42  # the legend's place included
    below = 0.08 + 0.85 * _LINE * len(feet) + 0.62  # with that of the labels of the axis
    height = above + _PLOT + below
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    top = height - 0.12
    for line, lines, look in heads:
        figure.text(0.015, top / height, line, va="top", parse_math=False, **look)
        top -= lines * _LINE
    for number, line in enumerate(feet):
        bottom = 0.08 + 0.85 * _LINE * (len(feet) - 1 - number)
        figure.text(0.015, bottom / height, line, va="bottom", parse_math=False, fontsize=7.5, color=_GREY)
    axes = figure.add_axes((_LEFT, below / height, _RIGHT - _LEFT, _PLOT / height))
    return figure, axes


def tidy(axes: Axes) -> None:
    """Light lines across, no box around, the legend above the data."""
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, fontsize=8.5, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True))


def image(figure: Figure, kind: Literal["png", "svg"], text: str = "") -> bytes:
    """The figure as the content of an image file, the same for the same figure.

    ``text``, its text alternative, is kept in the file as its description.
    """
    buffer = io.BytesIO()
    described = {"Description": text}
    nameless = {"Software": None} if kind == "png" else {"Creator": None, "Date": None}
    with mpl.rc_context({"svg.hashsalt": "simkit", "svg.fonttype": "path"}):
        figure.savefig(buffer, format=kind, dpi=_DPI, metadata=described | nameless)
    return buffer.getvalue()
