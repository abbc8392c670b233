"""Days as whole numbers, and working days between them.

A day is a number of days since 1 January 1970, as numpy counts. ``NONE`` stands for an empty cell or a
placeholder for one, and ``UNREADABLE`` for a cell that holds something else than a date: an assessment whose
end can't be read has ended, so the two are not the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Ints
from simkit.model.inputs.calendar import holidays

NONE = int(np.iinfo(np.int64).min)
UNREADABLE = NONE + 1
_FIRST, _LAST = dt.date(1902, 1, 1), dt.date(2100, 12, 31)
_EPOCH = dt.date(1970, 1, 1)
_COUNT_START = np.datetime64("1990-01-01")

DAY_NUMBER, PLACEHOLDER, SWAPPED = "day_number", "placeholder_date", "swapped_date"
"""What may have to be said of a date that was read; the rules of the quality report have these names."""

_REST = r"(?:[T ,].*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:Z|[+-]\d\d:\d\d|{_REST})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){_REST}")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\.0*)?")
_WORDS = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ /-]([a-z]{{3,9}})\.?,?[ /-](\d{{4}}|\d{{2}}){_REST}", re.I
)
_MONTH_WORD_FIRST = re.compile(rf"([a-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_REST}", re.I)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,.]+", re.I)
_EXCEL_NUMBER = re.compile(r"\d{5}(?:\.\d*)?")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_EMPTY = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "nat", "nil", "."})
_NOT_YET = frozenset(
    {"#n/a", "open", "still open", "ongoing", "on going", "on-going", "in progress", "current", "tbc", "tba"}
    | {"to be confirmed", "not yet", "not completed", "incomplete", "pending", "outstanding", "0", "0.0"}
    | {"00/01/1900", "00:00:00", "0000-00-00"}
)
_PLACEHOLDER_YEARS = frozenset({1, 1753, 1800, 1899, 1900, 1901, 2199, 2999, 3000, 4000, 9998, 9999})
_PLACEHOLDER_DAYS = frozenset({dt.date(2099, 12, 31), dt.date(2100, 1, 1), dt.date(2100, 12, 31)})
_SERIALS = range(36_526, 55_153)  # Excel's day numbers of 2000 to 2050
_LONGEST = 40


def number_of(day: dt.date) -> int:
    """The number of a day."""
    return (day - _EPOCH).days


def date_of(number: int) -> dt.date:
    """The day with a number."""
    return _EPOCH + dt.timedelta(days=number)


def day_of(text: str) -> int:
    """The day that a text names: ``31/12/2023``, ``2023-12-31``, ``20231231``, ``31-DEC-23``.

    The day comes before the month where both are numbers; a weekday before it and a time of day after it are
    left out. NONE for an empty text or a placeholder such as ``Open`` or ``31/12/9999``, UNREADABLE for
    anything else.
    """
    return _read(text)[0]


def excel_day(cell: object) -> int:
    """The day in a cell of a workbook: a date, a text, or a day number whose format was lost."""
    return _day_in(cell)[0]


def _day_in(cell: object) -> tuple[int, str]:
    """The day in a cell, and what has to be said of it."""
    if cell is None:
        return NONE, ""
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.time):  # the number 0, formatted as a date
        return NONE, PLACEHOLDER
    if isinstance(cell, dt.date):
        return _day(cell.year, cell.month, cell.day)
    text = str(cell).strip()
    if _EXCEL_NUMBER.fullmatch(text) and int(float(text)) in _SERIALS:
        return number_of(dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))), DAY_NUMBER
    return _read(text) if len(text) <= 4 * _LONGEST else (UNREADABLE, "")


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[int, str]:
    plain = " ".join(text.split())
    if plain.lower() in _EMPTY:
        return NONE, ""
    if plain.lower() in _NOT_YET:
        return NONE, PLACEHOLDER
    plain = _WEEKDAY.sub("", plain, count=1) if _WEEKDAY.match(plain) else plain
    if parts := _YEAR_FIRST.fullmatch(plain):
        return _day(int(parts[1]), int(parts[3]), int(parts[4]))
    if parts := _DAY_FIRST.fullmatch(plain):
        return _day(_year(parts[3]), int(parts[2]), int(parts[1]))
    if parts := _COMPACT.fullmatch(plain):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]))
    if (parts := _WORDS.fullmatch(plain)) and (month := _month(parts[2])):
        return _day(_year(parts[3]), month, int(parts[1]))
    if (parts := _MONTH_WORD_FIRST.fullmatch(plain)) and (month := _month(parts[1])):
        return _day(int(parts[3]), month, int(parts[2]))
    return UNREADABLE, ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(word: str) -> int:
    """The number of a month by its name or the first letters of it, at least three; 0 for another word."""
    plain = "sep" if word.lower() == "sept" else word.lower()
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(plain)), 0)


def _day(year: int, month: int, day: int) -> tuple[int, str]:
    if year in _PLACEHOLDER_YEARS:
        return NONE, PLACEHOLDER
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return UNREADABLE, ""
    if date in _PLACEHOLDER_DAYS:
        return NONE, PLACEHOLDER
    return (number_of(date), "") if _FIRST <= date <= _LAST else (UNREADABLE, "")


def shape_of(text: str) -> str:
    """A text that is no date as its shape, in which no digit and no word of it is left: ``mm/dd/yyyy``."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        return "a longer text"
    if (parts := _DAY_FIRST.fullmatch(plain)) and int(parts[2]) > 12 >= int(parts[1]):
        plain = (
            plain[: parts.start(1)]
            + "mm"
            + plain[parts.end(1) : parts.start(2)]
            + "dd"
            + plain[parts.end(2) :]
        )
    pieces = re.findall(r"\d+|[A-Za-z]+|[/:., -]|.", plain)
    return "".join(_shape_of_piece(piece) for piece in pieces)


def _shape_of_piece(piece: str) -> str:
    if piece.isdigit():
        return "yyyy" if len(piece) == 4 else "n" * min(len(piece), 9)
    if piece in ("mm", "dd"):
        return piece
    if piece.isalpha():
        if _month(piece) and len(piece) > 2:
            return "Mon" if len(piece) == 3 else "Month"
        return "weekday" if _WEEKDAY.match(f"{piece} ") else "word"
    return piece if piece in "/:., -" else "?"


class DateColumns:
    """Reads whole columns of dates, and keeps what has to be said of them.

    ``said`` counts dates by what has to be said of them, ``shapes`` the shapes of those that can't be read,
    by kind of date.

    A spreadsheet that takes British dates for American ones swaps day and month where the day is 12 or less
    and leaves the others as text. Where every true date of a column has such a day and every date in words
    or figures has a later one, chance can't explain it: these dates are swapped back.
    """

    def __init__(self) -> None:
        self.said: Counter[str] = Counter({DAY_NUMBER: 0, PLACEHOLDER: 0, SWAPPED: 0})
        self.shapes: dict[str, Counter[str]] = {}

    def read(self, columns: Mapping[str, Sequence[object]]) -> dict[str, Ints]:
        """The days of each column of one table, by the kind of date."""
        days = {kind: self._read_column(kind, cells) for kind, cells in columns.items()}
        evidence = {kind: _Order.of(columns[kind], days[kind]) for kind in columns}
        together = _Order.sum(evidence.values())
        for kind, order in evidence.items():
            if order.true_dates and (together.is_swapped or order.is_swapped):
                self.said[SWAPPED] += _swap_back(columns[kind], days[kind])
        return days

    def one(self, kind: str, text: str) -> int:
        """The day of a single text of a kind of date."""
        day, remark = _read(text)
        self._note(kind, text, day, remark)
        return day

    def cell(self, kind: str, cell: object) -> int:
        """The day in a single cell of a kind of date: a text, or a date of a database."""
        if cell is None:
            return NONE
        day, remark = _day_in(cell)
        self._note(kind, cell, day, remark)
        return day

    def _read_column(self, kind: str, cells: Sequence[object]) -> Ints:
        days = np.full(len(cells), NONE, dtype=np.int64)
        for row, cell in enumerate(cells):
            if cell is not None:
                days[row], remark = _day_in(cell)
                self._note(kind, cell, int(days[row]), remark)
        return days

    def _note(self, kind: str, cell: object, day: int, remark: str) -> None:
        if remark:
            self.said[remark] += 1
        if day == UNREADABLE:
            self.shapes.setdefault(kind, Counter())[shape_of(str(cell))] += 1

    @property
    def unreadable(self) -> int:
        """How many dates can't be read."""
        return sum(sum(shapes.values()) for shapes in self.shapes.values())


class _Order:
    """How many true dates and dates in figures a column holds, and whether they show a swap."""

    _EACH = 5
    _CHANCE = 1e-6
    _UP_TO_12 = 144 / 365.25  # of all days of a year, those whose day of the month is 12 or less

    def __init__(self, true_dates: int, texts: int, fits: bool) -> None:
        self.true_dates, self.texts, self.fits = true_dates, texts, fits

    @classmethod
    def of(cls, cells: Sequence[object], days: Ints) -> _Order:
        true_dates, texts, fits = 0, 0, True
        for cell, day in zip(cells, days.tolist(), strict=True):
            if day <= UNREADABLE:
                continue
            is_early = date_of(day).day <= 12
            if isinstance(cell, dt.date):
                true_dates, fits = true_dates + 1, fits and is_early
            elif isinstance(cell, str) and _DAY_FIRST.fullmatch(cell.strip()):
                texts, fits = texts + 1, fits and not is_early
            if not fits:
                break
        return cls(true_dates, texts, fits)

    @classmethod
    def sum(cls, orders: Iterable[_Order]) -> _Order:
        each = list(orders)
        return cls(sum(o.true_dates for o in each), sum(o.texts for o in each), all(o.fits for o in each))

    @property
    def is_swapped(self) -> bool:
        chance = self._UP_TO_12**self.true_dates * (1 - self._UP_TO_12) ** self.texts
        return self.fits and min(self.true_dates, self.texts) >= self._EACH and chance < self._CHANCE


def _swap_back(cells: Sequence[object], days: Ints) -> int:
    """Swaps day and month of the true dates of a column, in place; gives how many changed."""
    changed = 0
    for row, cell in enumerate(cells):
        if isinstance(cell, dt.date) and days[row] > UNREADABLE and cell.day != cell.month:
            days[row] = number_of(dt.date(cell.year, cell.day, cell.month))
            changed += 1
    return changed


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
    until = np.busday_count(_COUNT_START, _dates(np.asarray(end) + 1), holidays=holidays()) - 1
    return np.maximum(np.asarray(until - count, dtype=np.int64), 0)


def _dates(days: Ints) -> NDArray[np.datetime64]:
    return np.asarray(days, dtype=np.int64).astype("datetime64[D]")


def year_window(year: int) -> tuple[int, int]:
    """The first and the last day of the year that ends on 31 March ``year``."""
    return number_of(dt.date(year - 1, 4, 1)), number_of(dt.date(year, 3, 31))


def year_before(days: Ints) -> Ints:
    """The same day of the year before; of a 29 February the 28th."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    in_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    before = months - np.timedelta64(12, "M")
    first = before.astype("datetime64[D]").astype(np.int64)
    after = (before + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    return np.asarray(first + np.minimum(in_month, after - first - 1))
