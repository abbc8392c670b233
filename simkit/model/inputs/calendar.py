"""The calendar of a run: working days of England, and the conversion between dates and working minutes.

Time in a run is one integer: working minutes since the start of the first working day of the calendar.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.data import bank_holidays
from simkit.framework.amount import Amount, Unit

Dates = NDArray[np.datetime64]

WORKING_DAYS_A_YEAR = 253

# Working days in a unit, where no date is known: in planned days and keys of queues.
_WORKING_DAYS = {
    Unit.WORKING_DAYS: 1.0,
    Unit.CALENDAR_DAYS: 5 / 7,
    Unit.WEEKS: 5.0,
    Unit.MONTHS: WORKING_DAYS_A_YEAR / 12,
    Unit.YEARS: float(WORKING_DAYS_A_YEAR),
}


_WHOLE = (Unit.WORKING_DAYS, Unit.WEEKS)  # with a whole number of working days in each
_EXACT = 1e-9  # of a day: what decimals such as 1.1 lack as binary fractions


@cache
def holidays() -> Dates:
    """The bank holidays of ``simkit.data.bank_holidays`` as an array of dates, sorted."""
    return np.array([day for day, _, _ in bank_holidays()], dtype="datetime64[D]")


def model_days(amount: Amount) -> int:
    """The amount in whole working days, where no date is known.

    Every 24 hours, or part of them, are one working day: the model has no out-of-hours response. Of working
    days and weeks these are the whole days within the amount, of longer units their mean number.
    """
    if amount.unit in (Unit.HOURS, Unit.MINUTES):
        hours = amount.number if amount.unit is Unit.HOURS else amount.number / 60
        return max(1, int(np.ceil(hours / 24)))
    days = amount.number * _WORKING_DAYS[amount.unit]
    return math.floor(days + _EXACT) if amount.unit in _WHOLE else round(days)


def part_of_day(amount: Amount) -> float:
    """What an amount has beyond ``model_days``, as a part of a working day: half of one in 1.5 weeks."""
    if amount.unit not in _WHOLE:
        return 0.0
    return max(0.0, amount.number * _WORKING_DAYS[amount.unit] - model_days(amount))


def counted_days(amount: Amount, starting_day: int | None) -> int:
    """``model_days`` after the day on which a limit starts, one less where that day is day 1."""
    return max(0, model_days(amount) - (starting_day or 0))


def working_minutes(unit: str, day: float) -> float:
    """Working minutes in one ``unit`` of work or waiting, for a working day of ``day`` minutes."""
    clock_units = {Unit.MINUTES: 1.0, Unit.HOURS: 60.0}
    return clock_units[Unit(unit)] if unit in clock_units else _WORKING_DAYS[Unit(unit)] * day


@dataclass(frozen=True, eq=False)
class Calendar:
    """Consecutive working days, each of ``day_minutes`` working minutes."""

    days: Dates
    day_minutes: int

    def __repr__(self) -> str:
        return f"Calendar({self.days[0]} to {self.days[-1]}, {self.day_minutes} minutes a day)"

    def day_index(self, date: dt.date | np.datetime64 | str) -> int:
        """Index of the first working day on or after ``date``."""
        return int(np.searchsorted(self.days, np.datetime64(str(date), "D")))

    def minute(self, date: dt.date | np.datetime64 | str) -> int:
        """The minute at which the first working day on or after ``date`` begins."""
        return self.day_index(date) * self.day_minutes

    def date(self, minutes: Ints) -> Dates:
        """The date of each minute."""
        return self.days[np.minimum(minutes // self.day_minutes, len(self.days) - 1)]

    def end_date(self, minutes: Ints) -> Dates:
        """The date of each minute as the end of a span: a day's first minute belongs to the day before."""
        return self.date(np.maximum(minutes - 1, 0))

    def last_day(self, start_days: Ints, amount: Amount) -> Floats:
        """Index of the last working day within a limit, for spans that start on ``start_days``.

        The starting day is day 0. Calendar days, weeks, months and years are counted by date; a date that
        is not a working day counts as the working day before it. A fraction is the part of the next day that
        is within the limit too; parts of a month are counted in days, of 30.4 days to a month.
        """
        if amount.unit in (Unit.WORKING_DAYS, Unit.HOURS, Unit.MINUTES):
            return start_days.astype(np.float64) + model_days(amount) + part_of_day(amount)
        dates = self.days[np.minimum(start_days, len(self.days) - 1)]
        if amount.unit in (Unit.CALENDAR_DAYS, Unit.WEEKS):
            months, more = 0, amount.number * (7 if amount.unit is Unit.WEEKS else 1)
        else:
            number = amount.number * (12 if amount.unit is Unit.YEARS else 1)
            months = math.floor(number + _EXACT)
            more = round((number - months) * 365.25 / 12)
        whole = math.floor(more + _EXACT)
        due = (_add_months(dates, months) if months else dates) + np.timedelta64(whole, "D")
        last = np.searchsorted(self.days, due, side="right") - 1.0
        following = np.searchsorted(self.days, due + np.timedelta64(1, "D"), side="right") - 1.0
        return last + max(0.0, more - whole) * (following > last)


def _add_months(dates: Dates, months: int) -> Dates:
    """The same day of a later month, or its last day if it is shorter."""
    first = dates.astype("datetime64[M]")
    target = first + np.timedelta64(months, "M")
    same = target.astype("datetime64[D]") + (dates - first.astype("datetime64[D]"))
    following = (target + np.timedelta64(1, "M")).astype("datetime64[D]")
    result: Dates = np.minimum(same, following - np.timedelta64(1, "D"))
    return result


def working_calendar(first: dt.date, last: dt.date, day_minutes: int) -> Calendar:
    """The working days from ``first`` to ``last``, both included.

    Raises ValueError outside the years whose bank holidays are known.
    """
    days_off = holidays()
    known = days_off.astype("datetime64[Y]").astype(np.int64) + 1970
    if first.year < known.min() or last.year > known.max():
        raise ValueError(
            f"dates from {first} to {last} need bank holidays from {known.min()} to {known.max()} only"
        )
    week = np.busdaycalendar(holidays=days_off)
    every = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + np.timedelta64(1, "D"))
    return Calendar(every[np.is_busday(every, busdaycal=week)], day_minutes)
