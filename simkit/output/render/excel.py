"""Sheets of an Excel workbook: text as text, numbers as numbers, dates as dates, pages that can be printed.

Text is written as text, whatever it begins with: no cell can become a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIRST_ROW",
    "book_bytes",
    "facts",
    "head",
    "lines",
    "new_book",
    "paper",
    "put",
    "rows",
    "sentence",
    "set_page_header",
    "table",
    "widths",
    "write_stamp",
]

FIRST_ROW = 2
"""The row under a sheet's frozen heads."""

_HEAD = Font(name="Calibri", size=11, bold=True)
_LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)
_SHADE = PatternFill("solid", fgColor="E7EEF5")
_LEAST, _NARROWEST, _MIDDLING, _WIDEST = 7, 16, 30, 46  # characters
_SENTENCE, _FACTS = 140, (32, 110)
_READABLE = 73  # percent: 11 points become 8
_ACROSS = 780.0  # points between the margins of A4
_LINE = 15.0  # points
_EDGES = 1  # characters of a cell's padding
_NARROW = 1.2  # characters of text to one digit, the unit of a column's width
_DATE = "d mmm yyyy"


def new_book(title: str) -> Any:
    """A workbook without sheets."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = f"simkit {__version__}"
    book.properties.title = title
    return book


def book_bytes(book: Any) -> bytes:
    """The workbook's content."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet: Any, row: int, column: int, value: object) -> Any:
    """Write a value into a cell, empty where there is none; gives the cell."""
    cell = sheet.cell(row=row, column=column)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
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
    head(sheet, top, frame.columns, (n for n, kind in enumerate(frame.dtypes, 1) if kind.kind in "fiu"))
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
    sheet.freeze_panes = f"A{top + 1}"
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


def rows(sheet: Any, start: int, values: Iterable[Sequence[object]], number_format: str = "0.0") -> int:
    """Write rows from ``start``; gives the next free row."""
    row = start
    for cells in values:
        for column, value in enumerate(cells, start=1):
            cell = put(sheet, row, column, value)
            horizontal = "right" if isinstance(value, int | float) else "left"
            indent = 1 if isinstance(value, str) and column > 1 else 0
            cell.alignment = Alignment(
                horizontal=horizontal, vertical="top", wrap_text=isinstance(value, str), indent=indent
            )
            if isinstance(value, float):
                cell.number_format = "#,##0" if abs(value) >= 1000 else number_format
        row += 1
    return row


def sentence(sheet: Any, row: int, text: str, columns: int, room: int, *, bold: bool = False) -> int:
    """One sentence over ``columns``, which hold ``room`` characters together; gives the next free row."""
    cell = put(sheet, row, 1, text)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = _HEAD
    sheet.row_dimensions[row].height = _LINE * max(1, math.ceil(len(text) * 1.08 / room))
    return row + 1


def write_stamp(sheet: Any, text: str) -> None:
    """A red sentence in the first row of a sheet."""
    put(sheet, 1, 1, text).font = Font(name="Calibri", size=11, bold=True, color="A80000")


def set_page_header(book: Any, text: str) -> None:
    """A sentence at the head of every printed page."""
    for sheet in book:
        sheet.oddHeader.center.text = text


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


def facts(sheet: Any, values: Iterable[tuple[str, object]], top: int = 1) -> None:
    """A sheet of labels and values, from the row ``top`` down."""
    head(sheet, top, ("What", "Value"))
    last = rows(sheet, top + 1, values)
    for row in range(top + 1, last):
        sheet.cell(row=row, column=2).alignment = _LEFT
    widths(sheet, _FACTS)
    sheet.freeze_panes = f"A{top + 1}"
    paper(sheet, titles=f"{top}:{top}")


def lines(sheet: Any, title: str, texts: Iterable[str]) -> None:
    """A sheet of sentences under a head."""
    head(sheet, 1, (title,))
    rows(sheet, FIRST_ROW, ((text,) for text in texts))
    widths(sheet, (_SENTENCE,))
    sheet.freeze_panes = "A2"
    paper(sheet, titles="1:1")
