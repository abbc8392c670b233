"""Pictures that need no matplotlib: those of a document, laid out once and written as SVG or PNG, and figures
of a run that is still going on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simkit.common.arguments import checked_arguments
from simkit.framework.check import GivenFramework, load
from simkit.framework.document.blocks import Timeline
from simkit.framework.document.timeline import timeline as commitments
from simkit.output.drawings.shapes import Drawing, pack
from simkit.output.drawings.svg import svg
from simkit.output.drawings.timeline import timeline_strips

if TYPE_CHECKING:
    from simkit.study.result import Result

__all__ = ["NARROW", "PAGE", "WIDE", "Drawing", "drawings", "durations_svg", "timeline_svg", "weeks_svg"]

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


@checked_arguments
def timeline_svg(framework: GivenFramework, width: float = WIDE, place: str = "timeline") -> str:
    """The timeline of a framework as an ``svg`` element in one piece, from WIDE on with columns beside it.

    ``place`` is an id that nothing else on the page has. Every word in it is escaped.
    """
    what = commitments(load(framework))
    (drawing,) = drawings(what, width, None)
    return svg(drawing, place, " ".join(what.words))


@checked_arguments
def durations_svg(result: Result, width: float = WIDE, place: str = "durations") -> str:
    """How long assessments take, simulated on published, as an ``svg`` element; also of a result so far.

    ``place`` is an id that nothing else on the page has. Every word in it is escaped.
    """
    from simkit.output.drawings.live import durations_drawing, durations_words

    return svg(durations_drawing(result, width), place, durations_words(result))


@checked_arguments
def weeks_svg(result: Result, width: float = WIDE, place: str = "weeks") -> str:
    """Open assessments by week and those past day 45, as an ``svg`` element; also of a result so far.

    ``place`` is an id that nothing else on the page has. Every word in it is escaped.
    """
    from simkit.output.drawings.live import weeks_drawing, weeks_words

    return svg(weeks_drawing(result, width), place, weeks_words(result))
