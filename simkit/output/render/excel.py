"""A report and its tables as an Excel workbook: text as text, numbers as numbers, pages that can be printed.

Text is written as text, whatever it begins with: no cell can become a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from simkit.common.amounts import amount_in
from simkit.common.blocks import Cell, Facts, Items, Paragraph, Section, Table, Verbatim, words_of
from simkit.output.look import FONTS, POINTS, STAMP
from simkit.output.report.blocks import Report
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

_BODY = Font(name=FONTS[0], size=POINTS["Sheet"])
_HEAD = Font(name=FONTS[0], size=POINTS["Sheet"], bold=True)
_STAMP = Font(name=FONTS[0], size=POINTS["Sheet"], bold=True, color=STAMP.removeprefix("#"))
_LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)
_SHADE = PatternFill("solid", fgColor="E7EEF5")
_LEAST, _NARROWEST, _MIDDLING, _WIDEST = 7, 16, 30, 46  # characters
_FIRST, _OTHERS, _ROOM = 62, 15, 140  # characters: columns of the summary, and a sentence over several
_READABLE = 73  # percent: 11 points become 8
_ACROSS = 780.0  # points between the margins of A4
_LINE = 15.0  # points
_PICTURE = 672  # pixels: the width of a figure, whose type is then as large as it is meant
_EDGES = 1  # characters of a cell's padding
_NARROW = 1.2  # characters of text to one digit, the unit of a column's width
_DATE = "d mmm yyyy"


def workbook(report: Report, frames: Mapping[str, pd.DataFrame]) -> bytes:
    """The content of a workbook: the answer with the report's tables, a sheet for each frame, the appendices.

    A frame may have titles of its columns in ``attrs["titles"]``. A stamp stands on every sheet and page.
    """
    book = new_book(report.title)
    top = 2 if report.stamp else 1
    _Page(book.create_sheet("Summary"), top).summary(report)
    for name, frame in frames.items():
        title = name.replace("_", " ").replace("-", " ").capitalize()[:31]
        table(book.create_sheet(title), frame, top=top)
    _Page(book.create_sheet("How to repeat"), top).repeat(report)
    for sheet in book if report.stamp else ():
        put(sheet, 1, 1, report.stamp).font = _STAMP
        sheet.oddHeader.center.text = report.stamp
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Page:
    """A sheet of sentences and tables, one under the other."""

    def __init__(self, sheet: Any, top: int) -> None:
        self.sheet, self.top, self.row = sheet, top, top

    def summary(self, report: Report) -> None:
        """The answer, what puts it in doubt, and what the report says but for its appendices."""
        main = [section for section in report.sections if not section.appendix]
        tables = [block for section in main for block in section.blocks if isinstance(block, Table)]
        self.columns = max((len(block.heads) for block in tables), default=2)
        self.sentence(report.title, bold=True)
        standing = "" if report.standing.rstrip(".") == report.subtitle.rstrip(".") else report.standing
        for line in filter(None, (report.subtitle, standing, report.question)):
            self.sentence(line)
        for line in report.answer.splitlines():
            self.sentence(line, bold=True)
        for doubt in report.doubts:
            self.sentence(f"Caution: {doubt}")
        figure = next(iter(report.pictures()), None)
        if figure is not None and figure.small:
            self.picture(figure.small)
        for section in main:
            self.section(section)
        self.row += 1
        for line in filter(None, (*report.cautions, report.attribution, report.quality)):
            self.sentence(line)
        self.finish()

    def repeat(self, report: Report) -> None:
        """The command, and the report's appendices."""
        self.columns = 2
        self.sentence("How to repeat it", bold=True)
        for line in filter(None, (report.command, f"simkit {report.version}")):
            self.sentence(line)
        self.finish()

    def section(self, section: Section) -> None:
        for number, block in enumerate(section.blocks):
            title = section.title if number == 0 else ""
            match block:
                case Paragraph(text):
                    self.titled(title, (words_of(text),))
                case Verbatim(text):
                    self.titled(title, text.splitlines())
                case Items(lines):
                    self.titled(title, map(words_of, lines))
                case Facts(caption, rows):
                    self.titled(caption or title, (f"{label}: {words_of(value)}" for label, value in rows))
                case Table():
                    self.titled(block.caption or title, ())
                    self.table(block)

    def picture(self, content: bytes) -> None:
        """A picture over the columns, with the rows that it covers left free."""
        picture = Image(io.BytesIO(content))
        picture.height, picture.width = round(picture.height * _PICTURE / picture.width), _PICTURE
        self.row += 1
        self.sheet.add_image(picture, f"A{self.row}")
        self.row += math.ceil(0.75 * picture.height / _LINE) + 1

    def titled(self, title: str, lines: Iterable[str]) -> None:
        self.row += 1
        if title:
            self.sentence(title, bold=True)
        for line in lines:
            self.sentence(line)

    def table(self, block: Table) -> None:
        numbers = range(len(block.heads) - block.numbers + 1, len(block.heads) + 1)
        if any(block.heads):
            head(self.sheet, self.row, block.heads, numbers)
            self.row += 1
        for row in block.rows:
            for column, value in enumerate(row, start=1):
                _put_words(self.sheet, self.row, column, value, column in numbers)
            self.row += 1
        for note in block.notes:
            self.sentence(note)

    def sentence(self, text: str, *, bold: bool = False) -> None:
        """One sentence over all columns."""
        cell = put(self.sheet, self.row, 1, text)
        self.sheet.merge_cells(
            start_row=self.row, start_column=1, end_row=self.row, end_column=max(2, self.columns)
        )
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if bold:
            cell.font = _HEAD
        room = max(_ROOM, _FIRST + _OTHERS * (self.columns - 1))
        self.sheet.row_dimensions[self.row].height = _LINE * max(1, math.ceil(len(text) * 1.08 / room))
        self.row += 1

    def finish(self) -> None:
        second = max(_OTHERS, _ROOM - _FIRST) if self.columns <= 2 else _OTHERS
        widths(self.sheet, (_FIRST, *(second,) * (max(2, self.columns) - 1)))
        self.sheet.freeze_panes = f"A{self.top + 1}"
        paper(self.sheet, titles=f"{self.top}:{self.top}")


def _put_words(sheet: Any, row: int, column: int, words: Cell, is_number: bool) -> None:
    """Words in a cell; what is one amount is a number, shown as it is written."""
    text = words_of(words)
    amount = amount_in(text) if is_number else None
    if amount is None or amount.interval:
        cell = put(sheet, row, column, text)
    else:
        cell = put(sheet, row, column, amount.value)
        cell.number_format = amount.number_format
    horizontal = "right" if is_number else "left"
    indent = 1 if horizontal == "left" and column > 1 else 0
    cell.alignment = Alignment(horizontal=horizontal, vertical="top", wrap_text=True, indent=indent)


def new_book(title: str) -> Any:
    """A workbook without sheets."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = f"simkit {__version__}"
    book.properties.title = title
    return book


def put(sheet: Any, row: int, column: int, value: object) -> Any:
    """Write a value into a cell, empty where there is none; gives the cell."""
    cell = sheet.cell(row=row, column=column)
    cell.font = _BODY
    missing = value is None or type(value).__name__ == "NAType"
    if missing or (isinstance(value, float) and not math.isfinite(value)):
        return cell
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        if value.isdigit():
            cell.number_format = "@"  # a code stays text when edited
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = _DATE
    return cell


def head(sheet: Any, row: int, titles: Iterable[str], numbers: Iterable[int] = ()) -> None:
    """The heads of a table; columns in ``numbers`` (from 1) are set to the right."""
    right = set(numbers)
    for column, title in enumerate(titles, start=1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill = _HEAD, _SHADE
        horizontal = "right" if column in right else "left"
        indent = 1 if horizontal == "left" and column > 1 else 0
        cell.alignment = Alignment(horizontal=horizontal, vertical="top", wrap_text=True, indent=indent)


def table(sheet: Any, frame: pd.DataFrame, *, top: int = 1, names: int = 0) -> None:
    """A table from the row ``top`` down, with frozen heads, a filter and fitted column widths.

    In print, leading columns with one value throughout are left out and given in the foot instead.
    ``names``: the column (from 1) repeated on each page across; by default the first in print.
    """
    same = _constant_columns(frame)
    titles = frame.attrs.get("titles", frame.columns)
    head(sheet, top, titles, (n for n, kind in enumerate(frame.dtypes, 1) if kind.kind in "fiu"))
    for number, row in enumerate(frame.itertuples(index=False), start=top + 1):
        for column, value in enumerate(row, start=1):
            cell = put(sheet, number, column, value.item() if hasattr(value, "item") else value)
            if isinstance(value, float):
                cell.number_format = "0.00"
            if isinstance(value, str):
                wrapped, indent = column > len(same), int(column > 1)
                cell.alignment = Alignment("left", "top", wrap_text=wrapped, indent=indent)
            else:
                cell.alignment = Alignment(vertical="top")
    natural = [_natural(column) for column in sheet.iter_cols(min_row=top)]
    widths(sheet, [*natural[: len(same)], *_fitted(natural[len(same) :])])
    names = names or next((n for n, c in enumerate(frame, 1) if c == "la_name" and n > len(same)), 0)
    sheet.freeze_panes = f"{get_column_letter(names + 1)}{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(frame.columns))}{sheet.max_row}"
    paper(sheet, titles=f"{top}:{top}", first=len(same) + 1, names=names or len(same) + 1)
    if footer := [text for text in same if len(text) <= _WIDEST]:
        sheet.oddFooter.left.text = ", ".join(footer).replace("&", "&&")


def _constant_columns(frame: pd.DataFrame) -> list[str]:
    """Leading columns with the same value in every row, as text; none in a table of one row."""
    if len(frame) < 2:
        return []
    columns = (column for _, column in frame.iloc[:, :-1].items())
    leading = takewhile(lambda column: column.nunique(dropna=False) == 1, columns)
    return [str(column.iloc[0]) for column in leading]


def _natural(column: Iterable[Any]) -> float:
    longest = max((len(_text_of(cell)) for cell in column), default=0)
    return min(_WIDEST, max(_LEAST, longest * 1.05 + 2))


def _fitted(natural: Sequence[float]) -> list[float]:
    """The widths, the widest narrowed until all fit a readable page across, if they can."""
    room = _ACROSS * 100 / _READABLE
    caps = range(_WIDEST, _NARROWEST - 1, -1)
    cap = next((cap for cap in caps if _points(min(cap, wide) for wide in natural) <= room), _MIDDLING)
    return [min(cap, wide) for wide in natural]


def _points(widths: Iterable[float]) -> float:
    """The width of columns in print at full size: a digit of Calibri 11 takes half its size."""
    return sum(wide * 5.6 for wide in widths)


def widths(sheet: Any, characters: Sequence[float]) -> None:
    """Set the widths of columns, in characters, and rows as high as their lines."""
    for number, wide in enumerate(characters, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = wide
    merged = {row for area in sheet.merged_cells.ranges for row in range(area.min_row, area.max_row + 1)}
    for row in sheet.iter_rows():
        if row[0].row not in merged:
            lines = max(_lines(cell, sheet) for cell in row)
            sheet.row_dimensions[row[0].row].height = _LINE * lines


def _text_of(cell: Any) -> str:
    if cell.value is None:
        return ""
    return f"{cell.value:.2f}" if isinstance(cell.value, float) else str(cell.value)


def _lines(cell: Any, sheet: Any) -> int:
    """How many lines a cell's words take in its column."""
    if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
        return 1
    free = sheet.column_dimensions[cell.column_letter].width - _EDGES - cell.alignment.indent
    room = max(1.0, free * _NARROW)
    lines, used = 1, 0.0
    for word in cell.value.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0.0
        used += len(word) + (1 if used else 0)
        while used > room:
            lines, used = lines + 1, used - room
    return lines


def paper(sheet: Any, titles: str | None = None, first: int = 1, names: int = 1) -> None:
    """A4 landscape in type of 8 points or more, sheet and page number in the foot.

    ``titles``: rows repeated on each page. Columns that do not fit go on a further page, with the column
    ``names`` again. ``first``: the first column printed.
    """
    last = sheet.max_column
    columns = [get_column_letter(number) for number in range(first, last + 1)]
    wide = _points(sheet.column_dimensions[letter].width for letter in columns)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_area = f"{columns[0]}1:{columns[-1]}{sheet.max_row}"
    sheet.oddFooter.right.text = "&A, page &P of &N"
    if titles is not None:
        sheet.print_title_rows = titles
    if wide <= _ACROSS * 100 / _READABLE:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        return
    sheet.page_setup.scale, sheet.page_setup.pageOrder = _READABLE, "overThenDown"
    name = get_column_letter(names)
    sheet.print_title_cols = f"{name}:{name}"
