"""A document as a Word file, in the council's own styles where it gives a template."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from simkit.common.blocks import Section
from simkit.framework.document.document import Document
from simkit.output.drawings import drawings
from simkit.output.drawings.png import png
from simkit.output.render.templates import MissingPackageError


def word(document: Document, template: str | Path | bytes | None = None) -> bytes:
    """The content of a .docx file. ``template`` is a .docx, or its content, whose styles and header are used.

    Raises MissingPackageError, or TemplateError where the template can't be used.
    """
    try:
        from simkit.output.render.word import open_page
        from simkit.output.render.word_blocks import put_section
    except ImportError as error:
        raise MissingPackageError from error
    page = open_page(template)
    page.on_every_page(document.title, document.standing)
    page.named(document.title, document.authority if document.own else "Compiled from published sources")
    page.paragraph("Title").add_run(page.clean(document.title))
    page.paragraph("Subtitle").add_run(page.clean(document.subtitle))
    page.notice(document.standing)
    head = (Section("About this document", document.about),) if document.about else ()
    for section in (*document.front, *head, *document.sections):
        put_section(page, section, 1, _picture)
    if document.about:
        page.notice(document.standing)
    buffer = io.BytesIO()
    page.file.save(buffer)
    return buffer.getvalue()


def _picture(page: Any, picture: Any) -> None:
    pieces = drawings(picture.drawing)
    for piece in pieces:
        page.picture(png(piece), piece.width, piece.height, piece.title, piece.title)
    page.caption(picture.caption, above=False)
