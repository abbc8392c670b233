"""What all figures share: colours that everybody can tell apart, a title that says whose, a foot."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from textwrap import wrap
from typing import Any, Literal, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

__all__ = [
    "BLACK",
    "BLUE",
    "CLEAR",
    "FILLS",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "SKY",
    "VERMILION",
    "YELLOW",
    "Drawing",
    "Sheet",
    "blank",
    "described",
    "image",
    "legend",
    "sheet",
    "small",
    "tidy",
    "worded",
]

# Okabe and Ito's palette: told apart with any kind of colour vision. Hatching tells them apart in print.
BLACK, BLUE, SKY, ORANGE = "#000000", "#0072B2", "#56B4E9", "#E69F00"
GREEN, VERMILION, PURPLE, YELLOW = "#009E73", "#D55E00", "#CC79A7", "#F0E442"
GREY = "#333333"

FILLS: tuple[tuple[str, str], ...] = (
    (BLUE, ""),
    (VERMILION, "xxxx"),
    (ORANGE, "////"),
    (YELLOW, "...."),
    (GREEN, "\\\\\\\\"),
    (SKY, "||||"),
    ("#FFFFFF", ""),
    (PURPLE, "----"),
)
"""A colour and a hatch for each part of a whole: told apart without colour too."""

CLEAR: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
"""The ground of a label that stands among lines."""

_WIDTH, _PLOT = (
    7.0,
    2.9,
)  # inches: as wide as the text on A4, so that print stays readable; height of the axes
_LEFT, _RIGHT = 0.095, 0.985  # of the width: where the axes begin and end
_DPI, _NOTEBOOK_DPI = 150, 120
_SHADES = 96  # of the palette of a figure in a notebook
_LINE = 0.2  # inches from one line of small text to the next
_TITLE_CHARACTERS, _UNDER_CHARACTERS, _FOOT_CHARACTERS = 64, 104, 118


class Drawing(Figure):
    """A figure that shows itself in a notebook without pyplot: small, and with its text alternative."""

    text_alternative = ""

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return small(self), {"alt": self.text_alternative}

    def _ipython_display_(self) -> None:
        # Once anything has imported pyplot, IPython draws every matplotlib figure by itself, larger and
        # without its text alternative. This is what it asks before that.
        picture, words = self._repr_png_()
        import_module("IPython.display").publish_display_data(
            {"image/png": picture, "text/plain": repr(self)}, {"image/png": words}
        )


_P = ParamSpec("_P")


def worded(draw: Callable[_P, Figure], words: Callable[_P, str]) -> Callable[_P, Figure]:
    """A figure's function whose figures know their text alternative, which ``words`` makes."""

    @wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        figure = draw(*args, **kwargs)
        if isinstance(figure, Drawing):
            figure.text_alternative = words(*args, **kwargs)
        return figure

    return drawn


def described(figure: Figure) -> str:
    """The text alternative of a figure made here; nothing for another one."""
    return figure.text_alternative if isinstance(figure, Drawing) else ""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A figure with its words in place, and what is left for the axes: ``bottom`` and ``plot`` in inches."""

    figure: Figure
    width: float
    height: float
    bottom: float
    plot: float

    def axes(self, left: float, right: float, bottom: float = 0.0, top: float = 1.0, **options: Any) -> Axes:
        """Axes from ``left`` to ``right`` of the width and ``bottom`` to ``top`` of the place for axes."""
        low = (self.bottom + bottom * self.plot) / self.height
        place = (left, low, right - left, (top - bottom) * self.plot / self.height)
        return self.figure.add_axes(place, **options)


def blank(
    title: str,
    subtitle: str,
    foot: Iterable[str],
    *,
    plot: float = _PLOT,
    legend_lines: int = 1,
    labels: float = 0.54,
) -> Sheet:
    """A figure with its title, the line under it and its foot in place, as high as its words need.

    ``plot``: inches between them for the axes; ``legend_lines``: how many lines of legend stand above
    the axes; ``labels``: inches below them for the labels of the axis.
    """
    heads: list[tuple[str, float, dict[str, Any]]] = [
        (line, 1.2, {"fontsize": 12, "fontweight": "bold"}) for line in wrap(title, _TITLE_CHARACTERS)
    ]
    heads += [(line, 1.0, {"fontsize": 8.5}) for line in wrap(subtitle, _UNDER_CHARACTERS)]
    feet = [line for sentence in foot for line in wrap(sentence, _FOOT_CHARACTERS)]
    above = 0.12 + _LINE * sum(lines for _, lines, _ in heads) + 0.22 + _LINE * legend_lines
    below = 0.16 + 0.85 * _LINE * len(feet) + labels
    height = above + plot + below
    figure = Drawing(figsize=(_WIDTH, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    top = height - 0.12
    for line, lines, look in heads:
        figure.text(0.015, top / height, line, va="top", parse_math=False, **look)
        top -= lines * _LINE
    for number, line in enumerate(feet):
        bottom = 0.08 + 0.85 * _LINE * (len(feet) - 1 - number)
        figure.text(0.015, bottom / height, line, va="bottom", parse_math=False, fontsize=7.5, color=GREY)
    return Sheet(figure, _WIDTH, height, below, plot)


def sheet(
    title: str,
    subtitle: str,
    foot: Iterable[str],
    *,
    plot: float = _PLOT,
    left: float = _LEFT,
    legend_lines: int = 1,
) -> tuple[Figure, Axes]:
    """A figure with its words in place, and the one pair of axes between them."""
    page = blank(title, subtitle, foot, plot=plot, legend_lines=legend_lines)
    return page.figure, page.axes(left, _RIGHT)


def legend(axes: Axes, columns: int = 3, x: float = -0.01) -> None:
    """The legend above the data, never over it."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(x, 1.0),
        ncols=columns,
        fontsize=8.5,
        frameon=False,
        handlelength=2.2,
        columnspacing=1.4,
    )


def tidy(axes: Axes, across: Literal["x", "y"] = "y") -> None:
    """Light lines across the values, no box around, the legend above the data where there is one."""
    if axes.get_legend_handles_labels()[0]:
        legend(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=across, color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)
    values = axes.yaxis if across == "y" else axes.xaxis
    values.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True))


def small(figure: Figure) -> bytes:
    """The figure as a PNG for a notebook: a palette in place of full colour takes a third of the room."""
    from PIL import Image

    drawn = Image.open(io.BytesIO(image(figure, "png", dpi=_NOTEBOOK_DPI))).convert("RGB")
    buffer = io.BytesIO()
    drawn.quantize(_SHADES, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def image(figure: Figure, kind: Literal["png", "svg"], text: str = "", *, dpi: int = _DPI) -> bytes:
    """The figure as the content of an image file, the same for the same figure.

    ``text``, its text alternative, is kept in the file as its description. ``dpi`` of a PNG.
    """
    buffer = io.BytesIO()
    described = {"Description": text}
    nameless = {"Software": None} if kind == "png" else {"Creator": None, "Date": None}
    with mpl.rc_context({"svg.hashsalt": "simkit", "svg.fonttype": "path", "hatch.linewidth": 0.6}):
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=described | nameless)
    return buffer.getvalue()
