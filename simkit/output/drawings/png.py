"""Drawings as PNG, for Word."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from simkit.output.drawings.shapes import Box, Diamond, Drawing, Label, Shape, Stroke

_PIXELS, _SHARP = 100.0, 220  # of the layout and of the picture, to the inch
_POINT = 72 / _PIXELS
_DASH = (0, (5, 3))


def png(drawing: Drawing) -> bytes:
    """The drawing as the content of an image file, sharp enough for print."""
    figure = Figure(figsize=(drawing.width / _PIXELS, drawing.height / _PIXELS), dpi=_SHARP)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.set_axis_off()
    for order, shape in enumerate(drawing.shapes):
        _draw(axes, shape, order)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_SHARP, metadata={"Software": None})
    return buffer.getvalue()


def _draw(axes: Axes, shape: Shape, order: int) -> None:
    if isinstance(shape, Box):
        patch = Rectangle(
            (shape.x, shape.y),
            shape.width,
            shape.height,
            facecolor=shape.fill or "none",
            edgecolor=shape.edge or "none",
            linestyle=_DASH if shape.dashed else "solid",
            linewidth=_POINT,
            zorder=order,
        )
        axes.add_patch(patch)
    elif isinstance(shape, Diamond):
        fill, edge = shape.fill, shape.edge
        axes.add_patch(Polygon(shape.corners, facecolor=fill, edgecolor=edge, linewidth=_POINT, zorder=order))
    elif isinstance(shape, Label):
        axes.text(
            shape.x,
            shape.y,
            shape.words,
            fontsize=shape.size * _POINT,
            fontweight="bold" if shape.bold else "normal",
            fontstyle="italic" if shape.italic else "normal",
            ha="center" if shape.centred else "left",
            va="baseline",
            parse_math=False,
            zorder=order,
        )
    else:
        _line(axes, shape, order)


def _line(axes: Axes, shape: Stroke, order: int) -> None:
    axes.plot(
        (shape.x, shape.to_x),
        (shape.y, shape.to_y),
        color=shape.colour,
        linewidth=shape.thick * _POINT,
        linestyle=_DASH if shape.dashed else "solid",
        solid_capstyle="butt",
        zorder=order,
    )
    if shape.arrow:
        axes.add_patch(Polygon(shape.head, color=shape.colour, zorder=order))
