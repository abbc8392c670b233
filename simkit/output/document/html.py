"""A document as HTML: a whole page that needs nothing else, or a fragment for an online manual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.framework.document.blocks import Picture
from simkit.framework.document.document import Document
from simkit.output.drawings import NARROW, WIDE, drawings
from simkit.output.drawings.svg import svg
from simkit.output.render.stylesheet import stylesheet

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["MissingPackageError", "fragment", "page"]

_TEMPLATES = PACKAGE / "output" / "templates" / "document"


class MissingPackageError(SimkitError):
    """A package that only documents need is not installed; the text says how to install it."""

    def __init__(self) -> None:
        super().__init__(
            "Documents need two more packages: install jinja2 and python-docx (the extra `report`)."
        )


@dataclass(frozen=True, slots=True)
class _Inline:
    """A drawing as inline SVG; ``layout`` is the CSS class of its frame."""

    layout: str
    svg: Markup


def page(document: Document) -> str:
    """The whole page, with its style and drawings in it. Raises MissingPackageError."""
    css = stylesheet("document")
    environment = _environment(_both)
    from markupsafe import Markup

    return environment.get_template("page.html.jinja").render(document=document, css=Markup(css)) + "\n"


def fragment(document: Document) -> str:
    """The document as one ``section`` that begins with a heading of level 2. Raises MissingPackageError."""
    prefix = "".join(c if c.isalnum() else "-" for c in document.name.lower()).strip("-") + "-"
    template = _environment(_wide).get_template("fragment.html.jinja")
    return template.render(document=document, prefix=prefix) + "\n"


def _environment(pictures: object) -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingPackageError from error
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals["kind"] = lambda part: type(part).__name__
    environment.globals["pictures"] = pictures
    return environment


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
