"""The days that a return covers: a census year, or the window of a list inferred from its dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from simkit.returns.dates import known, number_of, working_days, year_window
from simkit.returns.errors import ReturnError
from simkit.returns.records import Records

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "ListContents",
    "Window",
    "edge",
    "reaches_back",
    "window_of_list",
    "window_of_year",
]

Ints = NDArray[np.int64]

FIRST_YEAR, LAST_YEAR = 2012, 2030  # bank holidays are known for these and the year before
_NEAR = 14  # a day is not taken for an end of the window unless three dates lie within so many days of it
_RECENT = 42  # days before the end whose completed assessments are compared with those open
_HARDLY = 0.1
_LONG_BEFORE = 30  # working days


class ListContents(StrEnum):
    """Which assessments a list takes in."""

    OPEN = "open"
    COMPLETED = "completed"
    BEGUN = "begun"

    @property
    def text(self) -> str:
        """The rule in words."""
        return {
            ListContents.OPEN: "assessments open at some time in the window, those still open among them",
            ListContents.COMPLETED: "assessments completed in the window, whenever they were begun",
            ListContents.BEGUN: "assessments both begun and completed in the window",
        }[self]


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day covered (numbers of days), whether it is a whole census year, and what it holds."""

    first: int
    last: int
    whole_year: bool
    holds: ListContents = ListContents.COMPLETED

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


def window_of_list(
    records: Records, first: dt.date | None, last: dt.date | None, holds: ListContents | None = None
) -> Window:
    """The window and the contents of a list: as given, else inferred from its dates.

    It ends with the last day on which anything began or ended. Where the list holds what was open or
    completed in it, it begins with the first day on which assessments ended and referrals came; where it
    holds what was begun in it, with the first start. A window taken too short costs a little data, one taken
    too long would bias what is estimated.
    """
    work = records.assessments
    today = number_of(dt.date.today())
    started = known(work.start) & (work.start <= today)
    finished = started & known(work.end) & (work.end >= work.start) & (work.end <= today)
    all_days = np.concatenate([work.start[started], work.end[finished]])
    referral_days = records.referrals.date
    referral_days = referral_days[known(referral_days) & (referral_days <= today)]
    if not len(all_days):
        raise ReturnError("No assessment in the file has a start that can be read and isn't in the future.")
    last_day = number_of(last) if last else edge(np.concatenate([all_days, referral_days]), last=True)
    ended = finished & (work.end <= last_day)
    is_open = started & (work.start <= last_day) & ~ended
    starts, ends, referral_days = work.start[ended], work.end[ended], referral_days[referral_days <= last_day]
    if not len(ends):
        starts = ends = work.start[is_open]
    if not len(ends):
        raise ReturnError("The window ends before it begins: look at --from and --until.")
    kind = holds or _contents_of(
        starts, ends, int(is_open.sum()), last_day, number_of(first) if first else None
    )
    edges = [edge(starts if kind is ListContents.BEGUN else ends, last=False)]
    edges += (
        [edge(referral_days, last=False)] if len(referral_days) and kind is not ListContents.BEGUN else []
    )
    first_day = number_of(first) if first else max(edges)
    if first_day > last_day:
        raise ReturnError("The window ends before it begins: look at --from and --until.")
    window = Window(first_day, last_day, whole_year=False, holds=kind)
    if not FIRST_YEAR <= window.year <= LAST_YEAR:
        raise ReturnError(
            f"The list ends in the year to 31 March {window.year}; working days are known for {FIRST_YEAR} "
            f"to {LAST_YEAR}. If its dates are wrong, say what it covers: --from and --until."
        )
    return window


def _contents_of(starts: Ints, ends: Ints, is_open: int, last_day: int, first: int | None) -> ListContents:
    """The contents of a list, inferred from its dates.

    About as many are open as end in a month and a half: where there are hardly any, it leaves them out. What
    was completed in a window began up to months before it; what was begun in it did not.
    """
    if is_open >= _HARDLY * max(1, int((ends > last_day - _RECENT).sum())):
        return ListContents.OPEN
    return ListContents.COMPLETED if reaches_back(starts, ends, _LONG_BEFORE, first) else ListContents.BEGUN


def reaches_back(starts: Ints, ends: Ints, working_days_: int, first: int | None = None) -> bool:
    """Whether the first start lies so many working days before the first end, or before a given first day."""
    started = np.array([edge(starts, last=False)])
    first_day = np.array([edge(ends, last=False) if first is None else first])
    return bool(started[0] < first_day[0] and working_days(started, first_day)[0] > working_days_)


def edge(days: Ints, *, last: bool) -> int:
    """The last (first) day with two others within a fortnight of it, so that no slip of the pen is taken."""
    ordered = np.sort(-days if last else days)
    near = ordered[2:] - ordered[:-2] <= _NEAR
    day = int(ordered[:-2][near][0]) if near.any() else int(ordered[0])
    return -day if last else day
