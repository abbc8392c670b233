"""The pictures of a document: laid out once, then written as SVG or PNG."""

from __future__ import annotations

from simkit.framework.document.blocks import Pathway, Timeline
from simkit.output.drawings.pathway import pathway_strips
from simkit.output.drawings.shapes import Drawing, pack
from simkit.output.drawings.timeline import timeline_strips

__all__ = ["NARROW", "PAGE", "SHRUNK", "WIDE", "Drawing", "drawings"]

WIDE = 720.0
"""Width for a page or a screen, in pixels."""

NARROW = 320.0
"""Width for a telephone."""

PAGE = 980.0
"""Height of a page of A4 for a drawing as wide as WIDE at full size."""

SHRUNK = 1300.0
"""Height of a page where the drawing may be scaled down and its words stay readable."""


def drawings(what: Timeline | Pathway, width: float = WIDE, page: float = PAGE) -> tuple[Drawing, ...]:
    """The drawing: where wide in one piece a page, where narrow in a single piece."""
    wide = width >= WIDE
    if isinstance(what, Timeline):
        heading, strips = timeline_strips(what, width, wide=wide)
    else:
        heading, strips = None, pathway_strips(what, width, wide=wide)
    return pack(strips, width, what.title, heading, page if wide else None)
