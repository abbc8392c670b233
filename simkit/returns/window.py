"""The days that a return covers: a year of the census, or what a list seems to cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.returns.dates import known, number_of, year_window
from simkit.returns.errors import ReturnError
from simkit.returns.records import Records

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Window", "window_of_list", "window_of_year"]

Ints = NDArray[np.int64]

FIRST_YEAR, LAST_YEAR = 2012, 2030  # bank holidays are known for these and the year before
_ALONE = 14  # a day is not taken for an end of the window unless three dates lie within so many days of it


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day covered (numbers of days), and whether it is a whole census year."""

    first: int
    last: int
    whole_year: bool

    @property
    def days(self) -> int:
        """Days covered, both ends included."""
        return self.last - self.first + 1

    @property
    def year(self) -> int:
        """The year ending 31 March in which the window ends."""
        last = dt.date(1970, 1, 1) + dt.timedelta(days=self.last)
        return last.year + (last.month > 3)

    @property
    def text(self) -> str:
        """What is covered, in words; of a list only how long it is."""
        if self.whole_year:
            return f"the year to 31 March {self.year}"
        return f"a window of {round(self.days / 7)} weeks"


def window_of_year(year: int) -> Window:
    """The census year that ends on 31 March ``year``. Raises ReturnError where no calendar is known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ReturnError(
            f"The year to 31 March {year} can't be counted: working days are known for {FIRST_YEAR} to "
            f"{LAST_YEAR}."
        )
    return Window(*year_window(year), whole_year=True)


def window_of_list(records: Records, first: dt.date | None, last: dt.date | None) -> Window:
    """The window that a list covers: as given, else from its first to its last date that isn't alone.

    It ends with the last day on which anything began or ended, and starts with the first on which both lists,
    of what ended and of what was referred, have something: a window taken too short costs a little data,
    one taken too long would bias what is estimated.
    """
    ends = _days(records.assessments.end)
    starts = [_days(records.referrals.date)] if len(records.referrals) else []
    everything = np.concatenate([ends, _days(records.assessments.start), *starts])
    today = number_of(dt.date.today())
    everything = everything[everything <= today]
    if not len(everything):
        raise ReturnError("No assessment in the file has a date that can be read and isn't in the future.")
    until = number_of(last) if last else _edge(everything, last=True)
    begun = [series[series <= until] for series in (ends, *starts)]
    edges = [_edge(series, last=False) for series in begun if len(series)]
    since = number_of(first) if first else max(edges, default=int(everything.min()))
    if since > until:
        raise ReturnError("The window ends before it begins: look at --from and --until.")
    window = Window(since, until, whole_year=False)
    if not FIRST_YEAR <= window.year <= LAST_YEAR:
        raise ReturnError(
            f"The list ends in the year to 31 March {window.year}; working days are known from "
            f"{FIRST_YEAR} to {LAST_YEAR}. If its dates are wrong, say what it covers: --from and --until."
        )
    return window


def _days(column: Ints) -> Ints:
    return column[known(column)]


def _edge(days: Ints, *, last: bool) -> int:
    """The last (first) day with two others within a fortnight of it, so that no slip of the pen is taken."""
    ordered = np.sort(-days if last else days)
    near = ordered[2:] - ordered[:-2] <= _ALONE
    edge = int(ordered[:-2][near][0]) if near.any() else int(ordered[0])
    return -edge if last else edge
