"""Sheets of an Excel workbook: text as text, numbers as numbers, dates as dates, pages that can be printed.

Text is written as text, whatever it begins with: no cell can become a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from simkit import __version__

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIRST_ROW",
    "LEFT",
    "bytes_of",
    "head",
    "marked",
    "new_book",
    "paper",
    "put",
    "rows",
    "sentence",
    "table",
    "widths",
]

FIRST_ROW = 2
"""The row under a sheet's frozen heads."""

LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)

_HEAD = Font(name="Calibri", size=11, bold=True)
_SHADE = PatternFill("solid", fgColor="E7EEF5")
_LEAST, _WIDEST = 7, 46  # characters
_LINE = 15.0  # points
_NARROW = 1.25  # characters of a text to one of a column's width, which is counted in digits
_DATE = "d mmm yyyy"


def new_book(title: str) -> Any:
    """A workbook without sheets."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = f"simkit {__version__}"
    book.properties.title = title
    return book


def bytes_of(book: Any) -> bytes:
    """The workbook's content."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet: Any, row: int, column: int, value: object) -> Any:
    """Write a value into a cell; nothing where there is no value. Gives the cell."""
    cell = sheet.cell(row=row, column=column)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return cell
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = _DATE
    return cell


def head(sheet: Any, row: int, titles: Iterable[str], numbers: Iterable[int] = ()) -> None:
    """The heads of a table; those of the columns in ``numbers`` (from 1) stand to the right."""
    right = set(numbers)
    for column, title in enumerate(titles, start=1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill = _HEAD, _SHADE
        side = "right" if column in right else "left"
        indent = 1 if side == "left" and column > 1 else 0
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True, indent=indent)


def table(sheet: Any, frame: pd.DataFrame, *below: pd.DataFrame) -> None:
    """A table with its heads frozen and a filter, columns as wide as what it holds; others under it."""
    last = first = _filled(sheet, 1, frame)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    tops = [1]
    for other in below:
        tops.append(last + 2)
        last = _filled(sheet, last + 2, other)
    widths(sheet, until=first)
    for top in tops:
        sheet.row_dimensions[top].height = _LINE * 2
    paper(sheet, titles="1:1" if not below else None)


def _filled(sheet: Any, top: int, frame: pd.DataFrame) -> int:
    """Write a table from the row ``top`` down; gives its last row."""
    columns = list(frame.columns)
    numeric = [n for n, name in enumerate(columns, 1) if frame[name].dtype.kind in "fiu"]
    head(sheet, top, columns, numeric)
    for number, row in enumerate(frame.itertuples(index=False), start=top + 1):
        for column, value in enumerate(row, start=1):
            cell = put(sheet, number, column, value.item() if hasattr(value, "item") else value)
            if isinstance(value, float):
                cell.number_format = "0.00"
            indent = 1 if isinstance(value, str) and column > 1 else 0
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str), indent=indent)
    return top + len(frame)


def widths(sheet: Any, given: Sequence[float] = (), until: int | None = None) -> None:
    """Columns as wide as what they hold, within bounds, or as ``given``; rows as high as their lines.

    ``until``: the last row that is looked at for the widths.
    """
    for number, column in enumerate(sheet.iter_cols(max_row=until), start=1):
        longest = max((len(_shown(cell)) for cell in column), default=0)
        wide = given[number - 1] if number <= len(given) else min(_WIDEST, max(_LEAST, longest * 1.05 + 2))
        sheet.column_dimensions[get_column_letter(number)].width = wide
    merged = {row for area in sheet.merged_cells.ranges for row in range(area.min_row, area.max_row + 1)}
    for row in sheet.iter_rows():
        if row[0].row not in merged:
            lines = max(_lines(cell, sheet) for cell in row)
            sheet.row_dimensions[row[0].row].height = _LINE * lines


def _shown(cell: Any) -> str:
    if cell.value is None:
        return ""
    return f"{cell.value:.2f}" if isinstance(cell.value, float) else str(cell.value)


def _lines(cell: Any, sheet: Any) -> int:
    """How many lines a cell's words take in its column."""
    if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
        return 1
    room = max(1.0, sheet.column_dimensions[cell.column_letter].width * _NARROW)
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
            side = "right" if isinstance(value, int | float) else "left"
            indent = 1 if isinstance(value, str) and column > 1 else 0
            cell.alignment = Alignment(
                horizontal=side, vertical="top", wrap_text=isinstance(value, str), indent=indent
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


def marked(book: Any, text: str) -> None:
    """A sentence at the head of every printed page."""
    for sheet in book:
        sheet.oddHeader.center.text = text


def paper(sheet: Any, titles: str | None = None) -> None:
    """A4 across, fit to its width, name and page number at the foot; ``titles``: rows on each page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "&A, page &P of &N"
    if titles is not None:
        sheet.print_title_rows = titles
