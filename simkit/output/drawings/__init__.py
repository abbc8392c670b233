"""The pictures of a document: laid out once, then written as SVG or PNG."""

from __future__ import annotations

from simkit.framework.document.blocks import Timeline
from simkit.framework.document.timeline import timeline as commitments
from simkit.framework.framework import Framework
from simkit.output.drawings.shapes import Drawing, pack
from simkit.output.drawings.svg import svg
from simkit.output.drawings.timeline import timeline_strips

__all__ = ["NARROW", "PAGE", "WIDE", "Drawing", "drawings", "timeline_svg"]

WIDE = 720.0
"""Width for a page or a screen, in pixels."""

NARROW = 320.0
"""Width for a telephone."""

PAGE = 980.0
"""Height of a page of A4, for a drawing as wide as WIDE on it."""


def drawings(what: Timeline, width: float = WIDE, page: float | None = PAGE) -> tuple[Drawing, ...]:
    """The drawing: where wide in one piece a page, where narrow, or ``page`` is None, in a single piece."""
    wide = width >= WIDE
    opening, key, strips = timeline_strips(what, width, wide=wide)
    return pack(strips, width, what.title, opening, key, page if wide else None)


def timeline_svg(framework: Framework, width: float = WIDE, place: str = "timeline") -> str:
    """The timeline of a framework as an ``svg`` element in one piece, from WIDE on with columns beside it.

    ``place`` is an id that nothing else on the page has. Every word in it is escaped.
    """
    what = commitments(framework)
    (drawing,) = drawings(what, width, None)
    return svg(drawing, place, " ".join(what.words))
