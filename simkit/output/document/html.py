"""A document as HTML: a whole page that needs nothing else, or a fragment for an online manual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.framework.document.blocks import Picture
from simkit.framework.document.document import Document
from simkit.output.drawings import NARROW, WIDE, drawings
from simkit.output.drawings.svg import svg
from simkit.output.render.templates import stylesheet, template

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class _Inline:
    """A drawing as inline SVG; ``layout`` is the CSS class of its frame."""

    layout: str
    svg: Markup


def page(document: Document) -> str:
    """The whole page, with its style and drawings in it. Raises MissingPackageError."""
    laid_out = template("document", "page.html.jinja", pictures=_both)
    from markupsafe import Markup

    return laid_out.render(document=document, css=Markup(stylesheet("document"))) + "\n"


def fragment(document: Document) -> str:
    """The document as one ``section`` that begins with a heading of level 2. Raises MissingPackageError."""
    prefix = "".join(c if c.isalnum() else "-" for c in document.name.lower()).strip("-") + "-"
    laid_out = template("document", "fragment.html.jinja", pictures=_wide)
    return laid_out.render(document=document, prefix=prefix) + "\n"


def _wide(picture: Picture, prefix: str) -> tuple[_Inline, ...]:
    return _inline(picture, f"{prefix}{picture.id}", "for-page", WIDE)


def _both(picture: Picture, prefix: str) -> tuple[_Inline, ...]:
    phone = _inline(picture, f"{prefix}{picture.id}-phone", "for-phone", NARROW)
    return (*_wide(picture, prefix), *phone)


def _inline(picture: Picture, place: str, layout: str, width: float) -> tuple[_Inline, ...]:
    from markupsafe import Markup

    pieces = drawings(picture.drawing, width)
    description = "The list below the picture says the same in words."
    # svg() escapes every word it is given.
    return tuple(
        _Inline(layout, Markup(svg(piece, f"{place}-{number}", description)))
        for number, piece in enumerate(pieces, 1)
    )
