"""Tells rows of a list that are no records: headings again, totals, footers, and rows of words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simkit.returns.cells import cell_text
from simkit.returns.dates import UNREADABLE, excel_day
from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import ColumnMatch, normalised

_NOT_A_CHILD = re.compile(
    r".*\b(?:sub ?)?totals?\b.*|(?:count|average|minimum|maximum|latest|earliest|report|run (?:on|at|by|date)"
    r"|printed|exported|extracted|generated|produced|created|as at|as of|date of|end of)\b.*",
    re.I,
)
_LEAST_WORDS = 2  # in place of dates: with one alone, a row may be a record with a slip
_DATES = ("date", "referral", "start", "end", "enquiry", "conference", "closed")


class NoRecords:
    """Tells the rows of one list that are no records, by the columns matched (``matches``), and counts them.

    ``where``: what messages call the list.
    """

    def __init__(self, where: str, matches: Sequence[ColumnMatch]) -> None:
        self._where, self._matches = where, matches
        self._heads = {normalised(match.heading) for match in matches}
        self._child = next((each.column for each in matches if each.field == "child"), None)
        self._dates = [each.column for each in matches if each.field in _DATES]
        self.number, self._records = 0, 0

    def has(self, number: int, row: Sequence[object]) -> bool:
        """Whether a row, with its number in the file, is no record. Raises ReturnError: see below."""
        found = self._is_summary(row) or (not self._has_date(row) and self._is_words(number, row))
        self.number += found
        self._records += not found
        return found

    def _is_summary(self, row: Sequence[object]) -> bool:
        child = None if self._child is None else _text(row, self._child)
        words = _first_words(row) if child == "" else child or ""
        return not _has_digit(words) and _NOT_A_CHILD.fullmatch(words) is not None

    def _has_date(self, row: Sequence[object]) -> bool:
        return any(excel_day(row[at]) > UNREADABLE for at in self._dates if at < len(row))

    def _is_words(self, number: int, row: Sequence[object]) -> bool:
        """Whether a row has the headings again, or words where dates and numbers should be."""
        days = [text for at in self._dates if (text := _text(row, at))]
        child = "" if self._child is None else _text(row, self._child)
        if self._is_heading(number, row):
            return True
        if not days and " " in child and not _has_digit(child):
            return True  # a sentence, such as "No enquiries in these months"
        if not any(any(map(str.isalnum, str(cell))) for cell in row if cell is not None):
            return True
        if len(days) < _LEAST_WORDS or any(map(_has_digit, (child, *days))):
            return False
        found = all(excel_day(text) == UNREADABLE for text in days)
        if found and self._records:
            raise self._two_lists(number)
        return found

    def _is_heading(self, number: int, row: Sequence[object]) -> bool:
        """Whether a row repeats the headings. Raises ReturnError where they are in other columns."""
        here = [normalised(_text(row, each.column)) for each in self._matches]
        same = sum(text == normalised(each.heading) for text, each in zip(here, self._matches, strict=True))
        again = {normalised(cell) for cell in row if isinstance(cell, str)} & self._heads
        if same == len(self._matches):
            return True
        if len(again) > 1 and len(again) > len(self._heads) / 2:
            raise self._two_lists(number)
        return False

    def _two_lists(self, number: int) -> ReturnError:
        return ReturnError(
            f"{self._where}, row {number}: there are words in place of dates. If another list begins there, "
            "put it in a file or sheet of its own. If not, delete the row."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say about the rows left out."""
        table = self._matches[0].table if self._matches else ""
        if not self.number:
            return ()
        what = "1 row" if self.number == 1 else f"{self.number} rows"
        of = f" of {table}" if table else ""
        return (
            f"simkit left out {what}{of} with words in place of a child's number or dates, such as a "
            "heading, a total or a footer.",
        )


def _text(row: Sequence[object], at: int) -> str:
    return cell_text(row[at]) if at < len(row) else ""


def _first_words(row: Sequence[object]) -> str:
    return next((text for at in range(len(row)) if (text := _text(row, at))), "")


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
