"""Days as whole numbers, and working days between them.

A day is a number of days since 1 January 1970, as numpy counts. ``NONE`` stands for an empty cell or a
placeholder for one, and ``UNREADABLE`` for a cell that holds something else than a date: an assessment whose
end can't be read has ended, so the two are not the same.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Ints
from simkit.model.inputs.calendar import holidays
from simkit.returns.cells import cell_text
from simkit.returns.errors import ReturnError

NONE = int(np.iinfo(np.int64).min)
UNREADABLE = NONE + 1
_FIRST, _LAST = dt.date(1902, 1, 1), dt.date(2100, 12, 31)
_EPOCH = dt.date(1970, 1, 1)
_COUNT_START = np.datetime64("1990-01-01")

DAY_NUMBER, PLACEHOLDER, SWAPPED, ELEVEN = "day_number", "placeholder_date", "swapped_date", "eleven_at_night"
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
_WITH_ZONE = re.compile(
    r"(.+?)[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)", re.I
)
_A_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}/\d{1,2}/\d{2})"
_ELEVEN = re.compile(r"(.+?)[T ]23:00(?::00(?:[.,]0+)?)?")
_TWO_DATES = re.compile(rf"(?<!\d){_A_DATE}\D(?:.*\D)?{_A_DATE}(?!\d)")
_EXCEL_NUMBER = re.compile(r"\d{5}(?:\.\d*)?")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_EMPTY = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "nat", "nil", "."})
_NOT_YET = frozenset(
    {"#n/a", "open", "still open", "ongoing", "on going", "on-going", "in progress", "current", "tbc", "tba"}
    | {"to be confirmed", "not yet", "not completed", "incomplete", "pending", "outstanding", "0", "0.0"}
    | {"00/01/1900", "00:00:00", "0000-00-00", "00/00/0000", "blank", "(blank)", "<na>", "n.a."}
    | {"no date", "no end date", "not set", "not applicable", "not authorised", "not signed off", "not ended"}
    | {"not closed", "not finished", "open case"}
)
_MASK = re.compile(r"[?_ -]*(?:[/.-][?_ -]*){2}")  # as in --/--/----
_PLACEHOLDER_YEARS = frozenset({1, 1753, 1800, 1899, 1900, 1901, 2199, 2999, 3000, 4000, 9998, 9999})
_PLACEHOLDER_DAYS = frozenset(
    {dt.date(1970, 1, 1), dt.date(2079, 6, 6)}  # the first day of Unix, and the last of SQL Server
    | {dt.date(2099, 12, 31), dt.date(2100, 1, 1), dt.date(2100, 12, 31)}
)
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


def _day_in(cell: object, number_offset: int = 0) -> tuple[int, str]:
    """The day in a cell, and any remark on it. ``number_offset``: see ``DateColumns.read``."""
    if cell is None:
        return NONE, ""
    if isinstance(cell, dt.datetime):
        if cell.utcoffset() is None and (cell.hour, cell.minute) == (23, 0) and _is_summer(cell):
            return _day(cell.year, cell.month, cell.day)[0], ELEVEN
        cell = _in_england(cell)
    if isinstance(cell, dt.time):  # the number 0, formatted as a date
        return NONE, PLACEHOLDER
    if isinstance(cell, dt.date):
        return _day(cell.year, cell.month, cell.day)
    text = str(cell).strip()
    if _EXCEL_NUMBER.fullmatch(text) and (number := int(float(text)) + number_offset) in _SERIALS:
        return number_of(dt.date(1899, 12, 30) + dt.timedelta(days=number)), DAY_NUMBER
    return _read(text) if len(text) <= 4 * _LONGEST else (UNREADABLE, "")


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[int, str]:
    plain = cell_text(text)
    if plain.lower() in _EMPTY:
        return NONE, ""
    if plain.lower() in _NOT_YET or _MASK.fullmatch(plain):
        return NONE, PLACEHOLDER
    plain = _WEEKDAY.sub("", plain, count=1) if _WEEKDAY.match(plain) else plain
    if _TWO_DATES.search(plain):
        return UNREADABLE, ""
    if parts := _WITH_ZONE.fullmatch(plain):
        return _read_moment(parts)
    if parts := _ELEVEN.fullmatch(plain):
        day, remark = _read(parts[1])
        is_summer = day > UNREADABLE and _is_summer(dt.datetime.combine(date_of(day), dt.time(23)))
        return day, ELEVEN if is_summer else remark
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


def _read_moment(parts: re.Match[str]) -> tuple[int, str]:
    """The day in England of a time with its time zone, and any remark."""
    day, remark = _read(parts[1])
    hour, minute, second = int(parts[2]), int(parts[3]), int(parts[4] or 0)
    if day <= UNREADABLE:
        return day, remark
    if hour > 23 or minute > 59 or second > 59:
        return UNREADABLE, remark
    offset = dt.timedelta(hours=int(parts[6] or 0), minutes=int(parts[7] or 0))
    zone = dt.timezone(-offset if parts[5] == "-" else offset)
    date = _in_england(dt.datetime.combine(date_of(day), dt.time(hour, minute, second), zone))
    return _day(date.year, date.month, date.day)


def _in_england(moment: dt.datetime) -> dt.date:
    """The day in England at a time. One without a time zone is taken as it is written.

    A database in universal time writes midnight on a summer's day as 11pm the day before. The last minute of
    a day stays on its day, since systems use it for the end of the day.
    """
    offset = moment.utcoffset()
    if offset is None or (not offset and (moment.hour, moment.minute) == (23, 59)):
        return moment.date()
    if moment.year in _PLACEHOLDER_YEARS:
        return moment.date()
    universal = moment.replace(tzinfo=None) - offset
    return (universal + dt.timedelta(hours=_is_summer(universal))).date()


def _is_summer(universal: dt.datetime) -> bool:
    """Whether it is summer time in England."""
    return _last_sunday(universal.year, 3) <= universal < _last_sunday(universal.year, 10)


def _last_sunday(year: int, month: int) -> dt.datetime:
    """1am on the last Sunday of March or October, when the clocks change."""
    last = dt.datetime(year, month, 31, 1)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


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
    plain = cell_text(text)
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
    and leaves the others as text with the day first. When it saves, it may write the swapped ones in any
    form. If every text with the day first has a day after the 12th, and every other date one up to the 12th,
    that is not chance: the others are swapped back. If nearly all have, we can't tell which were swapped.
    """

    def __init__(self) -> None:
        self.said: Counter[str] = Counter({DAY_NUMBER: 0, PLACEHOLDER: 0, SWAPPED: 0, ELEVEN: 0})
        self.shapes: dict[str, Counter[str]] = {}

    def read(
        self, where: str, columns: Mapping[str, Sequence[object]], number_offset: int = 0
    ) -> dict[str, Ints]:
        """The days of each column of one table, by the kind of date.

        ``number_offset``: days to add to a day number, in a workbook that doesn't count from 1900. ``where``:
        the table's name in messages. Raises ReturnError if some dates were swapped and we can't tell which.
        """
        days = {kind: self._read_column(kind, cells, number_offset) for kind, cells in columns.items()}
        evidence = {kind: _Order.of(columns[kind], days[kind]) for kind in columns}
        together = _Order.sum(evidence.values())
        for kind, order in evidence.items():
            if order.is_doubtful or (together.is_doubtful and not order.is_swapped and order.in_other_forms):
                raise ReturnError(
                    f"{where}: a spreadsheet has swapped day and month in most dates of the {kind}, but not "
                    "in all. simkit can't tell which to swap back. Export the return again, and don't open "
                    "it in a spreadsheet before simkit reads it."
                )
            if order.in_other_forms and (together.is_swapped or order.is_swapped):
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

    def _read_column(self, kind: str, cells: Sequence[object], number_offset: int) -> Ints:
        days = np.full(len(cells), NONE, dtype=np.int64)
        for row, cell in enumerate(cells):
            if cell is not None:
                days[row], remark = _day_in(cell, number_offset)
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
    """How many dates of a column are texts with the day first, how many are not, and on which days they are.

    ``early``: dates in other forms with a day of 12 or less; ``late``: texts with a later day.
    """

    _EACH = 5
    _CHANCE = 1e-6
    _UP_TO_12 = 144 / 365.25  # of all days of a year, those whose day of the month is 12 or less
    _NEARLY = 0.9

    def __init__(self, in_other_forms: int, early: int, texts: int, late: int) -> None:
        self.in_other_forms, self.early, self.texts, self.late = in_other_forms, early, texts, late

    @classmethod
    def of(cls, cells: Sequence[object], days: Ints) -> _Order:
        in_other_forms, early, texts, late = 0, 0, 0, 0
        for row in np.flatnonzero(known(days)).tolist():
            is_early = date_of(int(days[row])).day <= 12
            if _is_day_first(cells[row]):
                texts, late = texts + 1, late + (not is_early)
            else:
                in_other_forms, early = in_other_forms + 1, early + is_early
        return cls(in_other_forms, early, texts, late)

    @classmethod
    def sum(cls, orders: Iterable[_Order]) -> _Order:
        each = list(orders)
        return cls(
            sum(o.in_other_forms for o in each),
            sum(o.early for o in each),
            sum(o.texts for o in each),
            sum(o.late for o in each),
        )

    @property
    def is_swapped(self) -> bool:
        return self._is_no_chance and self.early == self.in_other_forms and self.late == self.texts

    @property
    def is_doubtful(self) -> bool:
        """Whether nearly all dates, but not all of them, show a swap."""
        nearly = min(self.early / max(self.in_other_forms, 1), self.late / max(self.texts, 1)) >= self._NEARLY
        return self._is_no_chance and nearly and not self.is_swapped

    @property
    def _is_no_chance(self) -> bool:
        if min(self.in_other_forms, self.texts) < self._EACH:
            return False
        log = _log_chance(self.early, self.in_other_forms, self._UP_TO_12)
        return log + _log_chance(self.late, self.texts, 1 - self._UP_TO_12) < math.log(self._CHANCE)


def _log_chance(found: int, of: int, share: float) -> float:
    """The log of Chernoff's bound on the chance that ``found`` or more have what a ``share`` has."""
    seen = found / of
    if seen <= share:
        return 0.0
    rest = (1 - seen) * math.log((1 - seen) / (1 - share)) if seen < 1 else 0.0
    return -of * (seen * math.log(seen / share) + rest)


def _is_day_first(cell: object) -> bool:
    return isinstance(cell, str) and _DAY_FIRST.fullmatch(cell_text(cell)) is not None


def _swap_back(cells: Sequence[object], days: Ints) -> int:
    """Swap day and month, in place, of the dates of a column that are not texts with the day first.

    Returns how many changed.
    """
    changed = 0
    for row in np.flatnonzero(known(days)).tolist():
        day = date_of(int(days[row]))
        if day.day != day.month and not _is_day_first(cells[row]):
            days[row] = number_of(dt.date(day.year, day.day, day.month))
            changed += 1
    return changed


def known(days: Ints) -> Bools:
    """Which of these are days."""
    return np.asarray(days > UNREADABLE)


def in_order(start: Ints, end: Ints) -> Bools:
    """Which of these began on a known day, and ended on a later or the same one or not yet.

    One whose end can't be read is over, but not known to be in order.
    """
    return np.asarray(known(start) & (end != UNREADABLE) & (~known(end) | (end >= start)))


def over_by(ends: Ints, day: int) -> Bools:
    """Which of these ends had come by a day; so had one that can't be read."""
    return np.asarray((ends != NONE) & (ends <= day))


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
