"""Drawings as inline SVG: no scripts, nothing from elsewhere, named for screen readers."""

from __future__ import annotations

from html import escape

from simkit.common.xml_text import xml_text
from simkit.output.drawings.shapes import Box, Corners, Diamond, Drawing, Label, Shape, Stroke
from simkit.output.look import FAMILY


def svg(drawing: Drawing, place: str, description: str) -> str:
    """The drawing as an ``svg`` element. ``place`` is an id that nothing else on the page has."""
    width, height = _n(drawing.width), _n(drawing.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" '
        f'aria-labelledby="{place}-title {place}-desc" font-family="{FAMILY}">'
        f'<title id="{place}-title">{_escaped(drawing.title)}</title>'
        f'<desc id="{place}-desc">{_escaped(description)}</desc>'
        f"{''.join(_element(shape) for shape in drawing.shapes)}</svg>"
    )


def _escaped(words: str) -> str:
    return escape(xml_text(words))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _element(shape: Shape) -> str:
    if isinstance(shape, Box):
        dash = ' stroke-dasharray="5 3"' if shape.dashed else ""
        edge = f' stroke="{shape.edge}"{dash}' if shape.edge else ""
        size = f'width="{_n(shape.width)}" height="{_n(shape.height)}"'
        return f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" {size} fill="{shape.fill or "none"}"{edge}/>'
    if isinstance(shape, Diamond):
        return f'<polygon points="{_points(shape.corners)}" fill="{shape.fill}" stroke="{shape.edge}"/>'
    if isinstance(shape, Label):
        kind = (' font-weight="bold"' if shape.bold else "") + (
            ' font-style="italic"' if shape.italic else ""
        )
        anchor = ' text-anchor="middle"' if shape.centred else ""
        place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"'
        return f'<text {place} fill="#000000"{kind}{anchor}>{_escaped(shape.words)}</text>'
    return _line(shape)


def _line(shape: Stroke) -> str:
    dash = ' stroke-dasharray="5 3"' if shape.dashed else ""
    elements = (
        f'<line x1="{_n(shape.x)}" y1="{_n(shape.y)}" x2="{_n(shape.to_x)}" y2="{_n(shape.to_y)}" '
        f'stroke="{shape.colour}" stroke-width="{_n(shape.thick)}"{dash}/>'
    )
    if shape.arrow:
        elements += f'<polygon points="{_points(shape.head)}" fill="{shape.colour}"/>'
    return elements


def _points(corners: Corners) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
