"""A result as an Excel workbook: Summary, Tables, Assumptions, Sources, How to repeat.

Text is written as text, whatever it begins with: no cell can become a formula.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from simkit import __version__
from simkit.output import tables
from simkit.output.published import beside, peers
from simkit.output.summary import closing, heading, notes, sections
from simkit.study.experiment import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["workbook_bytes"]

_HEAD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="E7EEF5")
_WIDEST = 70


def workbook_bytes(result: Result) -> bytes:
    """The workbook's content."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = f"simkit {__version__}"
    book.properties.title = result.case.framework.title
    _summary(book.create_sheet("Summary"), result)
    _table(book.create_sheet("Tables"), tables.measures(result), tables.bands(result))
    _table(book.create_sheet("Assumptions"), _assumptions_first(result))
    _table(book.create_sheet("Sources"), tables.sources(result))
    _how(book.create_sheet("How to repeat"), result)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(sheet: Any, row: int, column: int, value: object) -> Any:
    cell = sheet.cell(row=row, column=column)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return cell
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
    return cell


def _head(sheet: Any, row: int, titles: Iterable[str]) -> None:
    for column, title in enumerate(titles, start=1):
        cell = _put(sheet, row, column, title)
        cell.font, cell.fill = _HEAD, _SHADE
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _table(sheet: Any, frame: pd.DataFrame, *below: pd.DataFrame) -> None:
    """A table with its heading frozen and a filter, others under it, columns as wide as what they hold."""
    last = _filled(sheet, 1, frame)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for other in below:
        last = _filled(sheet, last + 2, other)
    _widths(sheet)
    _paper(sheet, titles="1:1" if not below else None)


def _filled(sheet: Any, top: int, frame: pd.DataFrame) -> int:
    """Write a table from the row ``top`` down; gives its last row."""
    _head(sheet, top, list(frame.columns))
    for number, row in enumerate(frame.itertuples(index=False), start=top + 1):
        for column, value in enumerate(row, start=1):
            cell = _put(sheet, number, column, value.item() if hasattr(value, "item") else value)
            if isinstance(value, float):
                cell.number_format = "0.00"
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    return top + len(frame)


def _widths(sheet: Any, least: int = 8) -> None:
    for number, column in enumerate(sheet.iter_cols(), start=1):
        longest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(_WIDEST, max(least, longest * 1.1 + 2))


def _paper(sheet: Any, titles: str | None = None) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A, page &P of &N"
    if titles is not None:
        sheet.print_title_rows = titles


def _rows(sheet: Any, start: int, rows: Iterable[Sequence[object]]) -> int:
    """Write rows from ``start``; gives the next free row."""
    row = start
    for cells in rows:
        for column, value in enumerate(cells, start=1):
            cell = _put(sheet, row, column, value)
            cell.alignment = Alignment(vertical="top", wrap_text=column == 1 or isinstance(value, str))
            if isinstance(value, float):
                cell.number_format = "0.0"
        row += 1
    return row


def _wide(sheet: Any, row: int, text: str, columns: int = 7) -> int:
    """One sentence over the whole width; gives the next free row."""
    cell = _put(sheet, row, 1, text)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.row_dimensions[row].height = 15 * (1 + len(text) // 115)
    return row + 1


def _summary(sheet: Any, result: Result) -> None:
    _head(sheet, 1, ("Measure", "Value", "95% low", "95% high", "One year low", "One year high", "Unit"))
    row = 2
    for label, text in heading(result):
        row = _wide(sheet, row, f"{label}: {text}")
    for section in sections(result):
        _put(sheet, row + 1, 1, section.title).font = _HEAD
        sheet.merge_cells(start_row=row + 1, start_column=1, end_row=row + 1, end_column=7)
        found = (r.estimate for r in section.rows)
        row = _rows(
            sheet,
            row + 2,
            (
                (r.title, e.value, e.low, e.high, e.year_low, e.year_high, e.unit)
                for r, e in zip(section.rows, found, strict=True)
            ),
        )
        for text in section.notes:
            row = _wide(sheet, row, text)
    row = _beside(sheet, row + 1, result)
    for text in (*notes(result), *closing(result)):
        row = _wide(sheet, row, text)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 58
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 15
    _paper(sheet, titles="1:1")


def _beside(sheet: Any, row: int, result: Result) -> int:
    who = peers(result)
    heads = ("Measure", "Simulated", who.own_name, "Neighbours, median", who.region_name or "Region")
    _put(sheet, row, 1, f"Beside the published figures, year to 31 March {who.year}").font = _HEAD
    _head(
        sheet,
        row + 1,
        (*heads, "England", "Unit"),
    )
    body = (
        (b.estimate.title, b.estimate.value, b.own, b.neighbours, b.region, b.england, b.estimate.unit)
        for b in beside(result)
    )
    return _rows(sheet, row + 2, body) + 1


def _assumptions_first(result: Result) -> pd.DataFrame:
    """Every modelling number: assumptions, then what was fitted, then what has a source."""
    frame = tables.numbers(result.case.framework)
    order = {"assumption": 0, "fitted": 1, "source": 2}
    return frame.sort_values("basis", key=lambda basis: basis.map(order), kind="stable")


def _how(sheet: Any, result: Result) -> None:
    _head(sheet, 1, ("What", "Value"))
    how = (
        *heading(result),
        ("Command", result.command),
        ("simkit version", __version__),
        ("Framework layers", ", ".join(result.case.framework.layers)),
        ("Replications", result.replications),
        ("Seed", result.seed),
    )
    _rows(sheet, 2, how)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 110
    _paper(sheet)
