"""The survey as files: CSV for programs, Excel for people, a figure for a slide."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import astuple, fields
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simkit.common.atomic_files import safe_text
from simkit.common.errors import SimkitError
from simkit.framework.vocabulary import ANSWERS, NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.output.answers.survey.survey import Survey, SurveyValue

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["contents", "csv_text", "survey_figure", "values_text", "workbook"]

_FIXED = {
    "la_code": "DfE code",
    "gss_code": "ONS code",
    "la_name": "Authority",
    "framework": "Framework",
    "status": "Status",
    "edition": "National edition",
}
_NAME = 3  # the authority's column


def contents(survey: Survey, out: Path) -> dict[str, bytes]:
    """The files to write at ``out`` by name: one by its ending, or all of them for a folder.

    Raises SimkitError for another ending.
    """
    writers: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: csv_text(survey).encode("utf-8-sig"),
        ".xlsx": lambda: workbook(survey),
        ".png": lambda: _image(survey, "png"),
        ".svg": lambda: _image(survey, "svg"),
    }
    ending = out.suffix.lower()
    if ending in writers and not out.is_dir():
        return {out.name: writers[ending]()}
    if ending and not out.is_dir():
        raise SimkitError(f"{out}: a survey goes to a folder, or a file that ends in {', '.join(writers)}.")
    return {
        **{f"survey{ending}": write() for ending, write in writers.items()},
        "survey-values.csv": values_text(survey).encode("utf-8-sig"),
    }


def csv_text(survey: Survey) -> str:
    """The table as CSV, columns named by their ids; no cell is a formula."""
    page = io.StringIO(newline="")
    table = survey.table()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([*_FIXED, *(column.id for column in survey.columns)])
    for row in table:
        writer.writerow([safe_text(text) for text in row.values()])
    return page.getvalue()


def values_text(survey: Survey) -> str:
    """Every local value with its source, a row each, as CSV; no cell is a formula."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(SurveyValue))
    for value in (value for row in survey.rows for value in row.values):
        writer.writerow([safe_text(text) for text in astuple(value)])
    return page.getvalue()


def workbook(survey: Survey) -> bytes:
    """The table as an Excel workbook: header and names stay in sight, every cell is text."""
    if find_spec("openpyxl") is None:
        raise SimkitError("Excel files need one more package: install openpyxl (the extra `returns`).")
    import pandas as pd
    from openpyxl.styles import Font

    from simkit.output.render.excel import book_bytes, lines, new_book, table

    titles = [*_FIXED.values(), *(column.title for column in survey.columns)]
    book = new_book("Survey of frameworks")
    sheet = book.create_sheet("Survey")
    rows = [list(row.values()) for row in survey.table()]
    table(sheet, pd.DataFrame(rows, columns=titles, dtype=str), names=_NAME)
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row):
        if cell.value in ANSWERS:
            cell.font = Font(name="Calibri", size=11, color="595959")
    sheet.freeze_panes = "D2"
    heads = [field.name.replace("_", " ").capitalize() for field in fields(SurveyValue)]
    known = [astuple(value) for row in survey.rows for value in row.values]
    values = pd.DataFrame(known, columns=heads, dtype=str)
    table(book.create_sheet("Values and sources"), values, names=2)
    lines(book.create_sheet("How to read it"), "How to read it", _about(survey))
    return book_bytes(book)


def _about(survey: Survey) -> list[str]:
    return [
        survey.headline(),
        *([survey.years_words()] if survey.years_words() else []),
        "A cell is a value, or one of these:",
        f"{NOT_KNOWN}: not found in what was read, or nothing was found to read. It is not: none.",
        f"{NONE_SET}: somebody has decided to set nothing of the kind.",
        f"{NOT_DECIDED}: the authority wrote the framework, and it says nothing of it so far.",
        "Columns are what a timescale or review is about; authorities call them differently.",
        "Compiled from published sources unless the status says otherwise; the authorities have neither "
        "written nor agreed these values.",
    ]


def survey_figure(survey: Survey) -> Figure:
    """Who sets what: authorities down, commitments across."""
    from simkit.output import figures

    return figures.survey_figure(survey)


def _image(survey: Survey, kind: Literal["png", "svg"]) -> bytes:
    from simkit.output.figures import image

    return image(survey_figure(survey), kind)
