"""A result as an Excel workbook: Summary, Tables (one a sheet), Assumptions, Sources, How to repeat.

Imported only where openpyxl is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simkit.output.answers.result import tables
from simkit.output.answers.result.headline import answer, further_notes
from simkit.output.answers.result.measures import closing, heading, sections
from simkit.output.answers.result.published import (
    only_published,
    peers,
    published_columns,
    published_measures,
)
from simkit.output.answers.wording import stamp
from simkit.output.render.excel import (
    FIRST_ROW,
    book_bytes,
    facts,
    head,
    new_book,
    paper,
    rows,
    sentence,
    set_page_header,
    table,
    widths,
)
from simkit.study.notes import doubts
from simkit.study.result import Result
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["workbook_bytes"]

_WIDTHS = (62, 12, 14, 14, 14, 14, 14)
_COLUMNS, _ROOM = len(_WIDTHS), sum(_WIDTHS)


def workbook_bytes(result: Result) -> bytes:
    """The workbook's content."""
    book = new_book(result.experiment.framework.title)
    _summary(book.create_sheet("Summary"), result)
    table(book.create_sheet("Tables"), tables.measures(result))
    table(book.create_sheet("Bands"), tables.bands(result))
    table(book.create_sheet("Beside published"), tables.beside(result))
    table(book.create_sheet("Weeks"), tables.weekly(result))
    table(book.create_sheet("Assumptions"), _assumptions_first(result))
    table(book.create_sheet("Sources"), tables.sources(result))
    _how(book.create_sheet("How to repeat"), result)
    if stamp(result):
        set_page_header(book, stamp(result))
    return book_bytes(book)


def _summary(sheet: Any, result: Result) -> None:
    heads = ("Measure", "Value", "95% low", "95% high", "One year low", "One year high", "Unit")
    head(sheet, 1, heads, numbers=range(2, 7))
    row = _sentence(sheet, FIRST_ROW, answer(result), bold=True)
    cautions = doubts(result)
    for text in cautions:
        row = _sentence(sheet, row, f"Caution: {text}")
    for label, text in heading(result):
        row = _sentence(sheet, row, f"{label}: {text}")
    for section in sections(result):
        row = _sentence(sheet, row + 1, section.title, bold=True)
        body = ((r.title, *_values(r.estimate), r.estimate.unit) for r in section.rows)
        row = rows(sheet, row, body)
        for text in section.notes:
            row = _sentence(sheet, row, text)
    row = _beside(sheet, row + 1, result)
    for text in (*(note for note in further_notes(result) if note not in cautions), *closing(result)):
        row = _sentence(sheet, row, text)
    widths(sheet, _WIDTHS)
    sheet.freeze_panes = "A2"
    paper(sheet, titles="1:1")


def _sentence(sheet: Any, row: int, text: str, *, bold: bool = False) -> int:
    return sentence(sheet, row, text, _COLUMNS, _ROOM, bold=bold)


def _values(estimate: Any) -> tuple[float, ...]:
    return estimate.value, estimate.low, estimate.high, estimate.year_low, estimate.year_high


def _beside(sheet: Any, row: int, result: Result) -> int:
    """The authority's published figures, its neighbours' median, its region's and England's."""
    who = peers(result)
    row = _sentence(sheet, row, f"Beside the published figures, year to 31 March {who.year}", bold=True)
    fields = published_columns(result)
    heads = ("Measure", "Simulated", *fields, "Unit")
    head(sheet, row, heads, numbers=range(2, len(heads)))
    body = (
        (b.estimate.title, b.estimate.value, *(getattr(b, f) for f in fields.values()), b.estimate.unit)
        for b in published_measures(result)
    )
    row = rows(sheet, row + 1, body)
    only = only_published(result)
    return (_sentence(sheet, row, only) if only else row) + 1


def _assumptions_first(result: Result) -> pd.DataFrame:
    """Every modelling number: assumptions, then fitted ones, then those with a source."""
    frame = tables.numbers(result.experiment.framework)
    order = {"assumption": 0, "fitted": 1, "source": 2}
    return frame.sort_values("basis", key=lambda basis: basis.map(order), kind="stable")


def _how(sheet: Any, result: Result) -> None:
    horizon = result.experiment.setting.horizon
    how = (
        ("Command", result.command),
        *heading(result),
        ("First day of the simulated year", horizon.start),
        ("Last day of the simulated year", horizon.end),
        ("Replications", result.replications),
        ("Seed", result.seed),
        ("Engine", result.engine),
        ("simkit version", __version__),
        ("Framework layers", ", ".join(result.experiment.framework.layers)),
    )
    facts(sheet, how)
