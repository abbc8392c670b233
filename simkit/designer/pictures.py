"""The timeline of a framework as drawings for a wide page and a narrow one, and in words."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from simkit.framework.document.timeline import timeline
from simkit.framework.framework import Framework
from simkit.output.drawings import NARROW, timeline_svg

_WIDE = 960.0


@dataclass(frozen=True, slots=True)
class Pictures:
    """Inline SVG for a wide and a narrow page, and the same as sentences."""

    wide: Markup
    narrow: Markup
    words: tuple[str, ...]


def pictures(framework: Framework) -> Pictures:
    """The timeline; every word in it is escaped by ``timeline_svg``."""
    return Pictures(
        Markup(timeline_svg(framework, _WIDE, "timeline-wide")),
        Markup(timeline_svg(framework, NARROW, "timeline-narrow")),
        timeline(framework).words,
    )
