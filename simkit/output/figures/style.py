"""What all figures share: colours for all colour vision, paper, title, foot, legend, image files."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from importlib import import_module
from textwrap import fill, wrap
from typing import Any, Literal, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font_names
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator

from simkit.output.look import FAMILY, FIGURE, FONTS, GRID, SOFT

TITLE, TEXT = FIGURE["title"], FIGURE["text"]

CLEAR: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
"""The background of a label among lines."""

_FAMILY = re.compile(
    rb"(font(?:-family)?: [^;\"]*?)(?:'[A-Za-z ]+'|sans-serif)(?:, (?:'[A-Za-z ]+'|sans-serif))*"
)
_WIDTH = 7.0  # inches: as wide as the text on A4
_PLOT = 2.9  # inches: height of the axes
_LEFT, _MARGIN = 0.665, 0.105  # inches left of the axes, and right of them
_DPI, _NOTEBOOK_DPI = 150, 120
_SHADES = 96  # of the palette of a figure in a notebook
_LINE = 0.2  # inches from one line of the title to the next
_SMALL = 0.165  # ... and of the other words
_TITLE_CHARACTERS, _CHARACTERS = 62, 98
_LEGEND_CHARACTERS, _LEGEND_COLUMNS, _ROOMY = 86, 3, 0.97
_LABEL_CHARACTERS = 13.5  # of an axis's label, for each inch of the axis


@dataclass(frozen=True, slots=True)
class Paper:
    """What a figure is drawn on: ``width`` in inches, ``panels`` in a row at most.

    Type has the same size on any paper: on a narrow one words take more lines. ``axes``: those of another
    figure, where it is drawn into them.
    """

    width: float
    panels: int
    axes: Axes | None = None

    def fits(self, wide: int) -> int:
        """How many letters or labels fit here, where ``wide`` fit on ``WIDE``."""
        return int(wide * (self.width - 2 * _MARGIN) / (_WIDTH - 2 * _MARGIN))


WIDE = Paper(_WIDTH, 3)
NARROW = Paper(3.4, 1)
"""For a telephone, with type as large as on A4."""


class Drawing(Figure):
    """A figure that shows itself in a notebook without pyplot: small, and with its text alternative."""

    heading = ""  # its title
    text_alternative = ""  # at most 150 characters
    in_words = ""  # all of its values
    made_by = ""  # the name of its function
    heads: tuple[Text, ...] = ()  # the lines above its axes, placed in inches
    below_heads = 0.0  # inches of its height, up to them
    on: Callable[[Paper], Figure] | None = None  # the same on other paper

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return small(self), {"alt": self.text_alternative}

    def _ipython_display_(self) -> None:
        # With pyplot imported, IPython would draw the figure itself, larger and without its text
        # alternative. This method comes first.
        # Exported pages show the HTML, as they drop the text alternative of a picture.
        picture, words = self._repr_png_()
        address = f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
        html = (
            f'<img alt="{escape(self.text_alternative)}" src="{address}" width="800">'
            f"<details><summary>The figure, in words</summary><p>{escape(self.in_words)}</p></details>"
        )
        import_module("IPython.display").publish_display_data(
            {"image/png": picture, "text/html": html, "text/plain": repr(self)}, {"image/png": words}
        )


@dataclass(frozen=True, eq=False)
class Sheet:
    """A figure with its words in place, and the room for axes: ``bottom`` and ``plot`` in inches."""

    figure: Figure
    width: float
    bottom: float
    plot: float

    def axes(self, left: float, right: float, bottom: float = 0.0, top: float = 1.0, **options: Any) -> Axes:
        """Axes from ``left`` to ``right`` of the width and ``bottom`` to ``top`` of the room for axes."""
        height = self.figure.get_figheight()
        low = (self.bottom + bottom * self.plot) / height
        place = (left, low, right - left, (top - bottom) * self.plot / height)
        return self.figure.add_axes(place, **options)


def blank(
    title: str,
    subtitle: str,
    foot: Iterable[str],
    *,
    paper: Paper = WIDE,
    plot: float = _PLOT,
    gap: float = 0.14,
    labels: float = 0.54,
) -> Sheet:
    """A figure with its title, the line under it and its foot in place, as high as its words need.

    The title is what the figure shows; the line under it says what is measured, whose and of which year. The
    foot has two lines at most on wide paper.

    ``plot``: inches for the axes; ``gap``: inches above them; ``labels``: inches below them for the labels.
    """
    heads: list[tuple[str, float, dict[str, Any]]] = [
        (line, 1.15 * _LINE, {"fontsize": TITLE, "fontweight": "bold"})
        for line in wrap(title, paper.fits(_TITLE_CHARACTERS))
    ]
    heads += [
        (line, _SMALL, {"fontsize": TEXT, "color": SOFT}) for line in wrap(subtitle, paper.fits(_CHARACTERS))
    ]
    feet = wrap(" ".join(foot), paper.fits(_CHARACTERS))
    below = 0.16 + _SMALL * len(feet) + labels
    top = below + plot + gap + sum(lines for _, lines, _ in heads)
    figure = Drawing(figsize=(paper.width, top + 0.12), dpi=_DPI)
    figure.heading = title
    FigureCanvasAgg(figure)
    figure.below_heads = below + plot + gap
    put = partial(figure.text, _MARGIN, parse_math=False, transform=figure.dpi_scale_trans)
    head_texts = []
    for line, lines, look in heads:
        head_texts.append(put(top, line, va="top", **look))
        top -= lines
    figure.heads = tuple(head_texts)
    for number, line in enumerate(feet, 1):
        low = 0.08 + _SMALL * (len(feet) - number)
        put(low, line, va="bottom", fontsize=TEXT, color=SOFT)
    return Sheet(figure, paper.width, below, plot)


def sheet(
    title: str,
    subtitle: str,
    foot: Iterable[str],
    across: str,
    *,
    paper: Paper = WIDE,
    plot: float = _PLOT,
    left: float = _LEFT,
    labels: float = 0.54,
) -> tuple[Figure, Axes]:
    """A figure with its words in place and one pair of axes.

    ``across`` says what the axis below counts; ``left``: inches left of the axes.
    """
    label_lines = wrap(across, max(10, int(_LABEL_CHARACTERS * (paper.width - left - _MARGIN))))
    if paper.axes is not None:
        lines = wrap(title, max(20, paper.fits(_TITLE_CHARACTERS)))
        paper.axes.set_title(
            "\n".join(lines), loc="left", fontsize=TITLE, fontweight="bold", parse_math=False
        )
        paper.axes.set_xlabel("\n".join(label_lines), fontsize=TEXT)
        return cast(Figure, paper.axes.figure), paper.axes
    page = blank(
        title, subtitle, foot, paper=paper, plot=plot, labels=labels + 0.8 * _LINE * (len(label_lines) - 1)
    )
    axes = page.axes(left / page.width, 1 - _MARGIN / page.width)
    axes.set_xlabel("\n".join(label_lines), fontsize=TEXT)
    return page.figure, axes


def legend(axes: Axes) -> None:
    """The legend between title and axes; the figure grows by its height."""
    figure = axes.get_figure()
    if not isinstance(figure, Drawing):  # drawn into the axes of another figure
        axes.legend(fontsize=TEXT, frameon=False)
        return
    width = figure.get_figwidth()
    handles, labels = axes.get_legend_handles_labels()
    letters = int(_LEGEND_CHARACTERS * width / _WIDTH)
    for columns in range(_LEGEND_COLUMNS, 0, -1):
        box_of_labels = axes.legend(
            handles,
            [fill(label, letters) for label in labels],
            loc="upper left",
            bbox_to_anchor=(_MARGIN, figure.below_heads),
            bbox_transform=figure.dpi_scale_trans,
            borderaxespad=0.0,
            borderpad=0.2,
            ncols=columns,
            fontsize=TEXT,
            frameon=False,
            handlelength=1.8,
            columnspacing=1.2,
        )
        box = box_of_labels.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
        if box.x1 <= _ROOMY * width:  # widths of letters differ a little between resolutions
            break
    _grow(figure, box.height)
    box_of_labels.set_bbox_to_anchor((_MARGIN, figure.below_heads), transform=figure.dpi_scale_trans)


def with_room(axes: Axes, room: float) -> None:
    """Leave ``room`` inches free of data at the right end of axes, for words; the ticks stay on the data."""
    low, high = axes.get_xlim()
    inches = axes.get_position().width * axes.get_figure().get_figwidth()  # type: ignore[union-attr]
    axes.set_xlim(low, low + (high - low) * inches / (inches - min(room, 0.7 * inches)))
    axes.xaxis.set_major_locator(FixedLocator(_ticks(low, high)))


def _ticks(low: float, high: float) -> list[float]:
    every = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in every if low <= tick <= high]


def nothing(axes: Axes, why: str) -> None:
    """Axes replaced by a sentence where there is nothing to draw."""
    axes.set_axis_off()
    axes.set_xlabel("")
    axes.text(0.0, 0.5, why, transform=axes.transAxes, fontsize=TEXT, va="center")


def _grow(figure: Drawing, inches: float) -> None:
    """Add room between the axes and the words above them."""
    height = figure.get_figheight()
    figure.set_figheight(height + inches)
    for axes in figure.axes:
        x, y, wide, high = axes.get_position().bounds
        axes.set_position((x, y * height / (height + inches), wide, high * height / (height + inches)))
    for line in figure.heads:
        line.set_y(line.get_position()[1] + inches)
    figure.below_heads += inches


def tidy(axes: Axes, across: Literal["x", "y"] = "y") -> None:
    """Light grid lines, no box."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=across, color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=TEXT)
    values = axes.yaxis if across == "y" else axes.xaxis
    values.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True))


@cache
def family() -> list[str]:
    """The names of the family that this computer has; matplotlib's own where it has none."""
    known = set(get_font_names())
    return [name for name in FONTS if name in known] or list(mpl.rcParamsDefault["font.family"])


def small(figure: Figure) -> bytes:
    """The figure as a PNG for a notebook, with a palette: a third of the size of full colour."""
    from PIL import Image

    picture = Image.open(io.BytesIO(image(figure, "png", dpi=_NOTEBOOK_DPI))).convert("RGB")
    buffer = io.BytesIO()
    picture.quantize(_SHADES, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def image(figure: Figure, kind: Literal["png", "svg"], text: str = "", *, dpi: int = _DPI) -> bytes:
    """The content of an image file; the same figure gives the same bytes.

    ``text``, the text alternative, becomes the file's description. ``dpi`` is for PNG.
    """
    buffer = io.BytesIO()
    described = {"Description": text}
    nameless = {"Software": None} if kind == "png" else {"Creator": None, "Date": None}
    if kind == "svg":
        described["Title"] = text
    with mpl.rc_context({"svg.hashsalt": "simkit", "svg.fonttype": "none", "hatch.linewidth": 0.6}):
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=described | nameless)
    content = buffer.getvalue()
    # whichever of its fonts this computer has, a page shows the words in the one that the reader's has
    return content if kind == "png" else _FAMILY.sub(rb"\1" + FAMILY.encode(), content)
