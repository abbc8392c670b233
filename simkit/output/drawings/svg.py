"""Drawings as inline SVG: no scripts, nothing from elsewhere, named for screen readers."""

from __future__ import annotations

from html import escape

from simkit.common.xml_text import xml_text
from simkit.output.drawings.shapes import Box, Disc, Drawing, Shape, Stroke
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
        edge = f' stroke="{shape.edge}" stroke-width="{_n(shape.thick)}"{dash}' if shape.edge else ""
        size = f'width="{_n(shape.width)}" height="{_n(shape.height)}"'
        return f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" {size} fill="{shape.fill or "none"}"{edge}/>'
    if isinstance(shape, Disc):
        look = f'fill="{shape.fill}" stroke="{shape.edge}" stroke-width="{_n(shape.thick)}"'
        return f'<circle cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}" {look}/>'
    if isinstance(shape, Stroke):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        dash = ' stroke-dasharray="2 2"' if shape.dotted else ""
        look = f'fill="{shape.fill or "none"}" stroke="{shape.colour}" stroke-width="{_n(shape.thick)}"{dash}'
        return f'<polyline points="{points}" {look}/>'
    kind = ' font-weight="bold"' if shape.bold else ""
    kind += ' font-style="italic"' if shape.italic else ""
    kind += f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"'
    return f'<text {place} fill="{shape.colour}"{kind}>{_escaped(shape.words)}</text>'
