"""Days as whole numbers, and working days between them.

A day is a number of days since 1 January 1970, as numpy counts. ``NONE`` stands for an empty cell and
``UNREADABLE`` for one that holds something else than a date: an assessment whose end can't be read has
ended, so the two are not the same.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simkit.model.inputs.calendar import holidays

__all__ = [
    "NONE",
    "UNREADABLE",
    "day_of",
    "excel_day",
    "is_day_number",
    "known",
    "number_of",
    "working_days",
    "year_window",
]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE = int(np.iinfo(np.int64).min)
UNREADABLE = NONE + 1
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_EPOCH = dt.date(1970, 1, 1)
_COUNT_START = np.datetime64("1990-01-01")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*|Z|[+-]\d\d:\d\d)?")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[T ,].*)?")
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})(?:[T ,].*)?")
_DAY_NUMBER = re.compile(r"\d{5}(?:\.\d*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EMPTY = frozenset({"", "-", "n/a", "na", "none", "null", "nan", "nat"})
_SERIALS = range(36_526, 55_153)  # Excel's day numbers of 2000 to 2050


def number_of(day: dt.date) -> int:
    """The number of a day."""
    return (day - _EPOCH).days


@lru_cache(maxsize=65_536)
def day_of(text: str) -> int:
    """The day that a text names: ``31/12/2023``, ``2023-12-31`` or ``31 Dec 2023``, day before month.

    A time of day after it is left out. NONE for an empty text, UNREADABLE for anything else.
    """
    plain = text.strip()
    if plain.lower() in _EMPTY:
        return NONE
    if parts := _ISO.fullmatch(plain):
        return _day_number(parts[1], parts[2], parts[3])
    if parts := _BRITISH.fullmatch(plain):
        year = parts[3] if len(parts[3]) == 4 else f"20{parts[3]}"
        return _day_number(year, parts[2], parts[1])
    if (parts := _WORDS.fullmatch(plain)) and parts[2].lower() in _MONTHS:
        return _day_number(parts[3], str(_MONTHS.index(parts[2].lower()) + 1), parts[1])
    return UNREADABLE


def excel_day(cell: object) -> int:
    """The day in a cell of a workbook: a date, a text, or a day number whose format was lost."""
    if cell is None:
        return NONE
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return number_of(cell) if _FIRST <= cell <= _LAST else UNREADABLE
    if is_day_number(cell):
        return number_of(dt.date(1899, 12, 30) + dt.timedelta(days=int(float(str(cell)))))
    return day_of(str(cell))


def is_day_number(cell: object) -> bool:
    """Whether a cell holds Excel's number of a day from 2000 to 2050, as a number or as text (CSV)."""
    return bool(_DAY_NUMBER.fullmatch(str(cell).strip())) and int(float(str(cell))) in _SERIALS


def _day_number(year: str, month: str, day: str) -> int:
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return UNREADABLE
    return number_of(date) if _FIRST <= date <= _LAST else UNREADABLE


def known(days: Ints) -> Bools:
    """Which of these are days."""
    return np.asarray(days > UNREADABLE)


def working_days(start: Ints, end: Ints) -> Ints:
    """Working days from each start to its end: 0 where it ended on the day it began.

    The day of the start is day 0. What starts on a day that is no working day starts on the next, and
    what ends on one ended on the last before it: as a run counts, and as the published bands begin with
    the same day. Both must be known days; bank holidays are known from 2010 to 2030.
    """
    count = np.busday_count(_COUNT_START, _dates(start), holidays=holidays())
    until = np.busday_count(_COUNT_START, _dates(end) + 1, holidays=holidays()) - 1
    return np.maximum(np.asarray(until - count, dtype=np.int64), 0)


def _dates(days: Ints) -> NDArray[np.datetime64]:
    return np.asarray(days, dtype=np.int64).astype("datetime64[D]")


def year_window(year: int) -> tuple[int, int]:
    """The first and the last day of the year that ends on 31 March ``year``."""
    return number_of(dt.date(year - 1, 4, 1)), number_of(dt.date(year, 3, 31))
