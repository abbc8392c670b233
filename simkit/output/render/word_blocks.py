"""Blocks and sections in a Word file, and a whole report."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from simkit.common.blocks import (
    Cell,
    Facts,
    Items,
    Line,
    Paragraph,
    Section,
    Table,
    Verbatim,
    leads_somewhere,
    lines_of,
    words_of,
)
from simkit.output.render.templates import MissingPackageError
from simkit.output.report.blocks import TO_KNOW, Picture, Report

try:
    from simkit.output.render.word import Page, open_page
except ImportError as error:
    raise MissingPackageError from error

# Shares of the width, by the number of columns.
_SHARES = {2: (34, 66), 3: (24, 50, 26), 4: (28, 24, 24, 24), 5: (26, 25, 19, 14, 16)}
_SHORT, _FEW_WORDS = 4, 500  # most rows and letters of a table that is kept on one page
_DOT = 96 / 150  # pixels of a page to a dot of a figure


def word(report: Report) -> bytes:
    """The content of a .docx file. Raises MissingPackageError."""
    page = open_page(None)
    standing = report.standing or report.subtitle
    page.on_every_page(report.title, standing)
    page.named(report.title, f"simkit {report.version}")
    page.paragraph("Title").add_run(page.clean(report.title))
    if report.subtitle:
        page.paragraph("Subtitle").add_run(page.clean(report.subtitle))
    if standing:
        page.notice(standing)
    answer = [Paragraph(report.question)] if report.question else []
    answer += [Paragraph(line) for line in report.answer.splitlines()]
    answer += [Paragraph(f"Caution: {doubt}") for doubt in report.doubts]
    beside = Items(report.cautions)
    repeat = (Paragraph(report.command), Paragraph(f"simkit {report.version}"))
    main = [Section("The question and the answer", tuple(answer))] if answer else []
    main += [section for section in report.sections if not section.appendix]
    main += [Section(TO_KNOW, (beside,))] if report.cautions else []
    main += [Section("How to repeat it", repeat)] if report.command else []
    for section in (*main, *(section for section in report.sections if section.appendix)):
        put_section(page, section, 1, _figure)
    for line in filter(None, (report.attribution, report.quality)):
        page.paragraph("Normal").add_run(page.clean(line))
    buffer = io.BytesIO()
    page.file.save(buffer)
    return buffer.getvalue()


def _figure(page: Page, picture: Any) -> None:
    assert isinstance(picture, Picture)
    if picture.png:
        width, height = (int.from_bytes(picture.png[at : at + 4], "big") * _DOT for at in (16, 20))
        page.picture(picture.png, width, height, picture.title, picture.alt)
    page.caption(picture.title, above=False)
    if picture.words:
        page.paragraph("Normal").add_run(page.clean(picture.words))


def put_section(page: Page, section: Section, level: int, picture: Callable[[Page, Any], None]) -> None:
    """A section at the end; ``picture`` writes a block that is a picture."""
    heading = page.paragraph(f"Heading {min(level, 9)}")
    heading.add_run(page.clean(section.title))
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.page_break_before = section.own_page
    for block in section.blocks:
        match block:
            case Paragraph(text):
                _lines(page, page.paragraph("Normal"), text)
            case Verbatim(text):
                _lines(page, page.paragraph("Normal"), text)
            case Items(lines):
                for each in lines:
                    _lines(page, page.bullet(), each)
            case Facts(caption, rows):
                _table(page, Table(caption, (), rows))
            case Table():
                _table(page, block)
            case _:
                picture(page, block)
    for inner in section.sections:
        put_section(page, inner, level + 1, picture)


def _lines(page: Page, paragraph: Any, cell: Cell) -> None:
    for number, each in enumerate(lines_of(cell)):
        if number:
            paragraph.add_run().add_break()
        _line(page, paragraph, each)


def _line(page: Page, paragraph: Any, line: Line, bold: bool = False) -> None:
    for text in line:
        if leads_somewhere(text):
            page.link(paragraph, text.words, str(text.link))
            continue
        run = paragraph.add_run(page.clean(text.words))
        run.bold = True if bold else None
        if text.gap:
            page.missing(run)
        if text.change:
            page.tracked(run, gone=text.change == "gone")


def _table(page: Page, table: Table) -> None:
    has_heads = any(table.heads)
    columns = len(table.heads) or 2
    if table.caption:
        page.caption(table.caption)
    grid = page.table(
        table.caption, len(table.rows) + has_heads, _SHARES.get(columns, (2, *(1,) * (columns - 1)))
    )
    if has_heads:
        for place, head in zip(grid.rows[0].cells, table.heads, strict=True):
            page.tight(place.paragraphs[0])
            place.paragraphs[0].add_run(page.clean(head)).bold = True
            page.shade(place)
        page.repeat(grid.rows[0])
    rows = [row.cells for row in grid.rows[has_heads:]]  # each access to cells walks the whole table
    for number, (cells, row) in enumerate(zip(rows, table.rows, strict=True)):
        for column, (place, cell) in enumerate(zip(cells, row, strict=True)):
            _fill(page, place, lines_of(cell), header=column == 0)
        if table.anchors:
            page.bookmark(cells[0].paragraphs[0], table.anchors[number])
    letters = sum(len(words_of(cell)) for row in table.rows for cell in row)
    if len(table.rows) <= _SHORT and letters <= _FEW_WORDS:
        page.keep_together(grid)
    page.after_table()
    for note in table.notes:
        page.paragraph("Normal").add_run(page.clean(note))


def _fill(page: Page, place: Any, lines: tuple[Line, ...], header: bool) -> None:
    for number, each in enumerate(lines):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        page.tight(paragraph)
        _line(page, paragraph, each, bold=header and number == 0)
    if not lines:
        place.paragraphs[0].add_run("Not stated")
