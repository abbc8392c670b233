"""A document as a Word file, in the council's own styles where it gives a template."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.framework.document.blocks import (
    Block,
    Cell,
    Facts,
    Items,
    Line,
    Paragraph,
    Picture,
    Section,
    Table,
    Text,
)
from simkit.framework.document.document import Document
from simkit.output.document.html import MissingPackageError
from simkit.output.drawings import SHRUNK, drawings
from simkit.output.drawings.png import png

if TYPE_CHECKING:
    from simkit.output.render.word import Page

__all__ = ["word"]

# Shares of the width, by the number of columns.
_SHARES = {2: (34, 66), 3: (24, 50, 26), 4: (28, 24, 24, 24), 5: (26, 25, 19, 14, 16)}

_SHORT, _FEW_WORDS = 4, 500  # most rows and letters of a table that is kept on one page


def word(document: Document, template: str | Path | None = None) -> bytes:
    """The content of a .docx file. ``template`` is a .docx whose styles, page and header are used.

    Raises MissingPackageError, or TemplateError where the template can't be used.
    """
    try:
        from simkit.output.render.word import open_page
    except ImportError as error:
        raise MissingPackageError from error
    page = open_page(template)
    page.on_every_page(document.title, document.standing)
    page.named(document.title, document.authority if document.own else "Compiled from published sources")
    page.paragraph("Title").add_run(page.clean(document.title))
    page.paragraph("Subtitle").add_run(page.clean(document.subtitle))
    page.notice(document.standing)
    _section(page, Section("about", "About this document", document.about), 1)
    for section in document.sections:
        _section(page, section, 1)
    page.notice(document.standing)
    buffer = io.BytesIO()
    page.file.save(buffer)
    return buffer.getvalue()


def _section(page: Page, section: Section, level: int) -> None:
    heading = page.paragraph(f"Heading {min(level, 9)}")
    heading.add_run(page.clean(section.title))
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.page_break_before = section.own_page
    for block in section.blocks:
        _block(page, block)
    for each in section.sections:
        _section(page, each, level + 1)


def _block(page: Page, block: Block) -> None:
    if isinstance(block, Paragraph):
        _lines(page, page.paragraph("Normal"), block.lines)
    elif isinstance(block, Items):
        for each in block.lines:
            _line(page, page.bullet(), each)
    elif isinstance(block, Facts):
        _table(page, block.caption, (), [(((Text(label),),), value) for label, value in block.rows], ())
    elif isinstance(block, Table):
        _table(page, block.caption, block.heads, block.rows, block.anchors)
    else:
        _picture(page, block)


def _lines(page: Page, paragraph: Any, lines: Cell) -> None:
    for number, each in enumerate(lines):
        if number:
            paragraph.add_run().add_break()
        _line(page, paragraph, each)


def _line(page: Page, paragraph: Any, line: Line, bold: bool = False) -> None:
    for text in line:
        if text.link:
            page.link(paragraph, text.words, text.link)
            continue
        run = paragraph.add_run(page.clean(text.words))
        run.bold = True if bold else None
        if text.gap:
            page.missing(run)


def _table(
    page: Page,
    caption: str,
    heads: tuple[str, ...],
    rows: Iterable[tuple[Cell, ...]],
    anchors: tuple[str, ...],
) -> None:
    cells_by_row = list(rows)
    columns = len(heads) or 2
    page.caption(caption)
    table = page.table(caption, len(cells_by_row) + bool(heads), _SHARES.get(columns, (1,) * columns))
    if heads:
        for place, head in zip(table.rows[0].cells, heads, strict=True):
            page.tight(place.paragraphs[0])
            place.paragraphs[0].add_run(page.clean(head)).bold = True
            page.shade(place)
        page.repeat(table.rows[0])
    for number, row in enumerate(cells_by_row):
        cells = table.rows[number + bool(heads)].cells
        for column, (place, cell) in enumerate(zip(cells, row, strict=True)):
            _fill(page, place, cell, header=column == 0)
        if anchors:
            page.bookmark(cells[0].paragraphs[0], anchors[number])
    letters = sum(len(text.words) for row in cells_by_row for cell in row for each in cell for text in each)
    if len(cells_by_row) <= _SHORT and letters <= _FEW_WORDS:
        page.keep_together(table)
    page.after_table()


def _fill(page: Page, place: Any, lines: Cell, header: bool) -> None:
    for number, each in enumerate(lines):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        page.tight(paragraph)
        _line(page, paragraph, each, bold=header and number == 0)
    if not lines:
        place.paragraphs[0].add_run("Not stated")


def _picture(page: Page, picture: Picture) -> None:
    pieces = drawings(picture.drawing, page=SHRUNK)
    for number, piece in enumerate(pieces):
        words = (
            " ".join(picture.drawing.words) if number == 0 else "The description of the first part covers it."
        )
        page.picture(png(piece), piece.width, piece.height, piece.title, words)
    page.caption(picture.caption, above=False)
