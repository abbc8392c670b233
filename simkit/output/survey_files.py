"""The survey as files: CSV for programs, Excel for people, a figure for a slide."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from simkit.framework.concepts import ABSENT, NOT_KNOWN, NOT_WRITTEN
from simkit.framework.problem import SimkitError
from simkit.output.survey import Survey

__all__ = ["contents", "csv_text", "workbook"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIXED = {
    "la_code": "DfE code",
    "gss_code": "ONS code",
    "la_name": "Authority",
    "framework": "Framework",
    "status": "Status",
    "edition": "National edition",
}
_WIDE = 34


def contents(survey: Survey, out: Path) -> dict[str, bytes]:
    """What to write where ``out`` points: one file by its ending, or a folder of all four.

    Raises SimkitError where the ending is another one.
    """
    made: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: csv_text(survey).encode("utf-8-sig"),
        ".xlsx": lambda: workbook(survey),
        ".png": lambda: _image(survey, "png"),
        ".svg": lambda: _image(survey, "svg"),
    }
    ending = out.suffix.lower()
    if ending in made and not out.is_dir():
        return {out.name: made[ending]()}
    if ending and not out.is_dir():
        raise SimkitError(f"{out}: a survey goes to a folder, or a file that ends in {', '.join(made)}.")
    return {f"survey{ending}": make() for ending, make in made.items()}


def csv_text(survey: Survey) -> str:
    """The table as CSV, every column by its id, no cell a formula."""
    page = io.StringIO(newline="")
    table = survey.table()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([*_FIXED, *(column.id for column in survey.columns)])
    for row in table:
        writer.writerow([_safe(text) for text in row.values()])
    return page.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def workbook(survey: Survey) -> bytes:
    """The table as an Excel workbook: header and names stay in sight, every cell is text."""
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise SimkitError(
            "Excel files need one more package: install openpyxl (the extra `returns`)."
        ) from error

    book = Workbook()
    sheet = book.active
    sheet.title = "Survey"
    titles = [*_FIXED.values(), *(column.title for column in survey.columns)]
    _rows(sheet, titles, (row.values() for row in survey.table()))
    about = book.create_sheet("How to read it")
    about.column_dimensions["A"].width = 100
    for line in _about(survey):
        about.append([line])
    for (cell,) in about.iter_rows():
        _as_text(cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _about(survey: Survey) -> list[str]:
    return [
        survey.headline(),
        "A cell is a value, or one of these:",
        f"{NOT_KNOWN}: not found in what was read, or nothing was found to read. It is not: none.",
        f"{ABSENT}: the framework is known and sets nothing of the kind.",
        f"{NOT_WRITTEN}: the framework is a draft and says nothing of it so far.",
        "Columns are what a timescale or review is about; authorities call them differently.",
        "Compiled from published sources unless the status says otherwise; the authorities have neither "
        "written nor agreed these values.",
    ]


def _rows(sheet: Any, titles: list[str], rows: Iterable[Iterable[str]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append(titles)
    for row in rows:
        sheet.append(list(row))
    head = Font(bold=True), PatternFill("solid", fgColor="E7EEF5")
    grey = Font(color="595959")
    for number, cells in enumerate(sheet.iter_rows()):
        for cell in cells:
            _as_text(cell)
            if number == 0:
                cell.font, cell.fill = head
            elif cell.value in (NOT_KNOWN, ABSENT, NOT_WRITTEN):
                cell.font = grey
    for number in range(1, len(titles) + 1):
        longest = max(
            len(str(cell.value or "")) for cell in sheet[get_column_letter(number)][1:] or [sheet["A1"]]
        )
        sheet.column_dimensions[get_column_letter(number)].width = min(_WIDE, max(12, longest + 2))
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.print_title_rows = "1:1"


def _as_text(cell: Any) -> None:
    """Text stays text: a code keeps its digits, and nothing becomes a formula."""
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = isinstance(cell.value, str) and cell.value.startswith(_FORMULA)


def _image(survey: Survey, kind: str) -> bytes:
    from simkit.output.figures.style import image
    from simkit.output.figures.survey import survey_figure

    return image(survey_figure(survey), "svg" if kind == "svg" else "png")
