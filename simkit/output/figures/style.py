"""What all figures share: colours that everybody can tell apart, a title that says whose, a foot."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["BLACK", "BLUE", "ORANGE", "SKY", "image", "sheet", "tidy"]

# Okabe and Ito's palette: told apart with any kind of colour vision. Hatching tells them apart in print.
BLACK, BLUE, SKY, ORANGE = "#000000", "#0072B2", "#56B4E9", "#E69F00"

_WIDTH, _HEIGHT = 8.0, 5.6  # inches; text stays readable on A4
_DPI = 150
_LINE = 0.2  # inches from one line of small text to the next
_TITLE_CHARACTERS, _UNDER_CHARACTERS, _FOOT_CHARACTERS = 76, 120, 138


def sheet(title: str, subtitle: str, foot: Iterable[str]) -> tuple[Figure, Axes]:
    """A figure with its title, the line under it and its foot in place, and the axes between them."""
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI)
    FigureCanvasAgg(figure)
    titles = textwrap.wrap(title, _TITLE_CHARACTERS)
    under = textwrap.wrap(subtitle, _UNDER_CHARACTERS)
    feet = [line for sentence in foot for line in textwrap.wrap(sentence, _FOOT_CHARACTERS)]
    top = 1 - 0.12 / _HEIGHT
    for line in titles:
        figure.text(0.015, top, line, fontsize=12, fontweight="bold", va="top", parse_math=False)
        top -= 1.2 * _LINE / _HEIGHT
    for line in under:
        figure.text(0.015, top, line, fontsize=8.5, va="top", parse_math=False)
        top -= _LINE / _HEIGHT
    bottom = 0.08 / _HEIGHT
    for line in reversed(feet):
        figure.text(0.015, bottom, line, fontsize=7.5, color="#333333", va="bottom", parse_math=False)
        bottom += 0.85 * _LINE / _HEIGHT
    left, below, above = 0.085, 0.62 / _HEIGHT, 0.42 / _HEIGHT
    axes = figure.add_axes((left, bottom + below, 0.985 - left, top - above - bottom - below))
    return figure, axes


def tidy(axes: Axes) -> None:
    """Light lines across, no box around, the legend above the data."""
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, fontsize=8.5, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)


def image(figure: Figure, kind: Literal["png", "svg"]) -> bytes:
    """The figure as the content of an image file, the same for the same figure."""
    buffer = io.BytesIO()
    nameless = {"Software": None} if kind == "png" else {"Creator": None, "Date": None}
    with mpl.rc_context({"svg.hashsalt": "simkit", "svg.fonttype": "path"}):
        figure.savefig(buffer, format=kind, dpi=_DPI, metadata=nameless)
    return buffer.getvalue()
