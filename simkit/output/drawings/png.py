"""Drawings as PNG, for Word, and as figures of matplotlib."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Polygon, Rectangle

from simkit.common.text import text_alternative
from simkit.output.drawings.shapes import Box, Disc, Drawing, Label, Shape
from simkit.output.figures import style

_PIXELS, _SHARP = 100.0, 220  # of the layout and of the picture, to the inch
_POINT = 72 / _PIXELS
_DASH, _DOTS = (0, (5, 3)), (0, (2, 2))


def png(drawing: Drawing) -> bytes:
    """The drawing as the content of an image file, sharp enough for print."""
    buffer = io.BytesIO()
    as_figure(drawing).savefig(buffer, format="png", dpi=_SHARP, metadata={"Software": None})
    return buffer.getvalue()


def as_figure(drawing: Drawing, words: str = "") -> Figure:
    """The drawing as a figure, which says its values in ``words``."""
    figure = style.Drawing(figsize=(drawing.width / _PIXELS, drawing.height / _PIXELS), dpi=_SHARP)
    figure.heading, figure.in_words = drawing.title, words
    figure.text_alternative = text_alternative(drawing.title)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.set_axis_off()
    for order, shape in enumerate(drawing.shapes):
        _draw(axes, shape, order)
    return figure


def _draw(axes: Axes, shape: Shape, order: int) -> None:
    if isinstance(shape, Label):
        axes.text(
            shape.x,
            shape.y,
            shape.words,
            family=style.family(),
            fontsize=shape.size * _POINT,
            fontweight="bold" if shape.bold else "normal",
            fontstyle="italic" if shape.italic else "normal",
            color=shape.colour,
            ha={"start": "left", "middle": "center", "end": "right"}[shape.anchor],
            va="baseline",
            parse_math=False,
            zorder=order,
        )
        return
    patch: Patch
    if isinstance(shape, Box):
        patch = Rectangle(
            (shape.x, shape.y), shape.width, shape.height, linestyle=_DASH if shape.dashed else "-"
        )
        edge = shape.edge
    elif isinstance(shape, Disc):
        patch, edge = Circle((shape.x, shape.y), shape.radius), shape.edge
    else:
        patch = Polygon(shape.points, closed=False, capstyle="butt", linestyle=_DOTS if shape.dotted else "-")
        edge = shape.colour
    patch.set(
        facecolor=shape.fill or "none", edgecolor=edge or "none", linewidth=shape.thick * _POINT, zorder=order
    )
    axes.add_patch(patch)
