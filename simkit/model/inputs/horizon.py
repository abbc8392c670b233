"""The period of a run: warm-up, measured year, and run-out for the cases still open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import Calendar, working_calendar


@dataclass(frozen=True, eq=False)
class Horizon:
    """The measured year from ``start`` to ``end``, both included, within the calendar of the whole run.

    ``window``: first minute of the year, and the minute after its last. Referrals arrive until
    ``last_arrival`` (a date, excluded).
    """

    start: dt.date
    end: dt.date
    calendar: Calendar
    window: tuple[int, int]
    last_arrival: np.datetime64

    def __repr__(self) -> str:
        return f"Horizon({self.start} to {self.end}, simulated from {self.calendar.days[0]})"


def horizon(framework: Framework, start: dt.date, end: dt.date) -> Horizon:
    """The horizon around the year from ``start`` to ``end``, both included.

    Raises ValueError if it ends before it starts or is outside the years of known bank holidays.
    """
    if end <= start:
        raise ValueError(f"the horizon ends on {end}, which is not after its start, {start}")
    warm_up = round(framework.number("run.warm_up"))
    run_out = round(framework.number("run.run_out"))
    first = _months_later(start, -warm_up)
    last = _months_later(end + dt.timedelta(days=1), run_out)
    length = round(framework.number("time.working_day"))
    calendar = working_calendar(first, last, length)
    window = (calendar.minute(start), calendar.minute(end + dt.timedelta(days=1)))
    return Horizon(start, end, calendar, window, np.datetime64(last, "D"))


def _months_later(date: dt.date, months: int) -> dt.date:
    month = date.year * 12 + date.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, min(date.day, 28))
