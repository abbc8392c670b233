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
"""What of a drawing as wide as WIDE goes on one page of A4 in its full size."""

SHRUNK = 1300.0
"""What goes on one page where the picture may be made smaller, its words still to be read."""


def drawings(what: Timeline | Pathway, width: float = WIDE, page: float = PAGE) -> tuple[Drawing, ...]:
    """The picture, in as many pieces as pages need where it is wide, in one where it is narrow."""
    wide = width >= WIDE
    if isinstance(what, Timeline):
        heading, strips = timeline_strips(what, width, beside=wide)
    else:
        heading, strips = None, pathway_strips(what, width, beside=wide)
    return pack(strips, width, what.title, heading, page if wide else None)
