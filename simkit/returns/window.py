"""The days that a return covers: a census year, or the window of a list inferred from its dates."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.dates import date_of, known, number_of, working_days, year_window
from simkit.returns.disclosure import SMALL
from simkit.returns.durations import FEW
from simkit.returns.errors import ReturnError
from simkit.returns.records import Records
from simkit.returns.wording import option

FIRST_YEAR, LAST_YEAR = 2012, 2030  # bank holidays are known for these and the year before
_NEAR = 14  # a day is not taken for an end of the window unless three dates lie within so many days of it
_TWELVE_MONTHS = 365  # days
_RECENT = 42  # days before the end whose completed assessments are compared with those open
_HARDLY = 0.1
_LONG_BEFORE = 30  # working days
_LONG_ENOUGH = 90  # days of a window, below which no growth through it is looked for
_MARKEDLY, _ERRORS, _FAMILIES = 0.8, 3, 2.4  # brothers and sisters come together: the variance of counts


class ListContents(StrEnum):
    """Which assessments a list takes in."""

    OPEN = "open"
    BOTH = "both"
    COMPLETED = "completed"
    BEGUN = "begun"
    FINISHED = "begun-and-completed"

    @property
    def text(self) -> str:
        """The rule in words."""
        return {
            ListContents.OPEN: "assessments open at some time in these days, those still open among them",
            ListContents.BOTH: "assessments begun or completed in these days",
            ListContents.COMPLETED: "assessments completed in these days, whenever they were begun",
            ListContents.BEGUN: "assessments begun in these days, those still open among them",
            ListContents.FINISHED: "assessments both begun and completed in these days",
        }[self]

    @property
    def has_every_completion(self) -> bool:
        """Whether every assessment completed in the window is in the list."""
        return self in (ListContents.OPEN, ListContents.BOTH, ListContents.COMPLETED)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day covered (numbers of days), whether it is a whole census year, and what it holds.

    ``days_shown``: whether its days may be shown. Those of a list of few are days of somebody.
    """

    first: int
    last: int
    whole_year: bool
    holds: ListContents = ListContents.COMPLETED
    days_shown: bool = True

    @property
    def days(self) -> int:
        """Days covered, both ends included."""
        return self.last - self.first + 1

    @property
    def months(self) -> int:
        """Its length to whole months, which may be shown where its days may not."""
        return max(1, round(self.days * 12 / 365))

    @property
    def year(self) -> int:
        """The year ending 31 March in which most of the window's last twelve months lie."""
        return _year_of((max(self.first, self.last - _TWELVE_MONTHS + 1) + self.last) // 2)

    @property
    def text(self) -> str:
        """What is covered, in words: the year, or the first and the last day; of a list of few the months."""
        if self.whole_year:
            return f"the year to 31 March {self.year}"
        first, last = date_of(self.first), date_of(self.last)
        if not self.days_shown:
            return f"{first:%B %Y} to {last:%B %Y}"
        return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def _year_of(day: int) -> int:
    """The year ending 31 March that a day lies in."""
    date = date_of(day)
    return date.year + (date.month > 3)


def window_of_year(year: int) -> Window:
    """The census year that ends on 31 March ``year``. Raises ReturnError where no calendar is known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ReturnError(
            f"The year to 31 March {year} can't be counted: working days are known for {FIRST_YEAR} to "
            f"{LAST_YEAR}."
        )
    return Window(*year_window(year), whole_year=True)


def window_of_list(
    records: Records,
    first: dt.date | None,
    last: dt.date | None,
    holds: ListContents | None = None,
    year: int | None = None,
) -> Window:
    """The window and the contents of a list: as given, or those of a year, else inferred from its dates.

    It ends with the last day on which anything began or ended. Where the list holds every assessment that was
    completed, it begins with the first day on which assessments ended and referrals came; where it holds what
    was begun, with the first start. A window taken too short costs a little data, one taken too long would
    bias what is estimated.
    """
    work = records.assessments
    today = number_of(dt.date.today())
    started = known(work.start) & (work.start <= today)
    finished = started & known(work.end) & (work.end >= work.start) & (work.end <= today)
    all_days = np.concatenate([work.start[started], work.end[finished]])
    referral_days = records.referrals.date if "referrals" in records.contents else np.zeros(0, dtype=np.int64)
    referral_days = referral_days[known(referral_days) & (referral_days <= today)]
    if not len(all_days):
        raise ReturnError("No assessment in the file has a start that can be read and isn't in the future.")
    whole = window_of_year(year) if year is not None else None
    first_given = whole.first if whole else number_of(first) if first else None
    last_day = (
        whole.last
        if whole
        else number_of(last)
        if last
        else edge(np.concatenate([all_days, referral_days]), last=True)
    )
    ended = finished & (work.end <= last_day)
    is_open = started & (work.start <= last_day) & ~ended
    starts, ends, referral_days = work.start[ended], work.end[ended], referral_days[referral_days <= last_day]
    if not len(ends):
        starts = ends = work.start[is_open]
    if not len(ends):
        raise _nothing_until(last_day if last else None, whole)
    kind = holds or _contents_of(starts, ends, work.start[is_open], last_day, first_given)
    if whole is not None:
        return replace(whole, holds=holds or ListContents.COMPLETED)
    edges = [edge(ends if kind.has_every_completion else starts, last=False)]
    edges += [edge(referral_days, last=False)] if len(referral_days) and kind.has_every_completion else []
    first_day = max(edges) if first_given is None else first_given
    if first_day > last_day:
        raise ReturnError(f"The window ends before it begins: check {option('first')} and {option('last')}.")
    days_shown = bool(first and last) or int((ended | is_open).sum()) >= FEW
    window = Window(first_day, last_day, whole_year=False, holds=kind, days_shown=days_shown)
    for part, of in ("Most of the list is", window.year), ("The list ends", _year_of(last_day)):
        if not FIRST_YEAR <= of <= LAST_YEAR:
            raise ReturnError(
                f"{part} in the year to 31 March {of}. simkit knows working days only for {FIRST_YEAR} to "
                f"{LAST_YEAR}. If the dates are wrong, say what the list covers: {option('first')} and "
                f"{option('last')}."
            )
    return window


def refuse_unreached(records: Records, window: Window) -> None:
    """Raise ReturnError for a window after everything in the file: all that is open would be a backlog."""
    work = records.assessments
    every = np.concatenate([records.referrals.date, work.start, work.end, records.enquiries.start])
    every = every[known(every) & (every <= number_of(dt.date.today()))]
    if len(every) and every.max() < window.first:
        way = "Choose another year." if window.whole_year else f"Check {option('first')} and the dates."
        raise ReturnError(
            f"Nothing in the file is from the time you asked for, {window.text}: its referrals, assessments "
            f"and enquiries are earlier. {way}"
        )


def _nothing_until(last_day: int | None, year: Window | None) -> ReturnError:
    """The refusal of a list without assessments. ``last_day``: as given; None if it was inferred.

    An inferred day is one on which something happened to somebody, so it is not said.
    """
    if year is not None:
        return ReturnError(
            f"No assessment in the file began before the end of {year.text}. Choose another year."
        )
    last = None if last_day is None else date_of(last_day)
    words = "before its referrals end" if last is None else f"by {last.day} {last:%B %Y}"
    return ReturnError(f"No assessment in the file began {words}. Check {option('last')} and the dates.")


def _contents_of(
    starts: Ints, ends: Ints, open_starts: Ints, last_day: int, first: int | None
) -> ListContents:
    """The contents of a list, inferred from its dates.

    About as many are open as end in a month and a half: where there are hardly any, it leaves them out. Few
    are hardly any, however many ended: else what is said of the list would narrow their count. What was
    completed in a window began up to months before it; what was begun in it did not. A list of what was
    begun or completed leaves out what was open before the window and after it.
    """
    reaches = reaches_back(starts, ends, _LONG_BEFORE, first)
    few = max(SMALL + 1, _HARDLY * int((ends > last_day - _RECENT).sum()))
    if len(open_starts) < few:
        return ListContents.COMPLETED if reaches else ListContents.FINISHED
    if not reaches:
        return ListContents.BEGUN
    begins = edge(ends, last=False) if first is None else first
    return ListContents.OPEN if (open_starts < begins).any() else ListContents.BOTH


def begins_within(records: Records, window: Window) -> bool:
    """Whether what was begun long before the window and may have ended in it isn't in the list."""
    work = records.assessments
    starts = work.start[known(work.start)]
    return not reaches_back(starts, starts, _LONG_BEFORE, window.first)


def thin_beginning(days: Ints, window: Window) -> bool:
    """Whether what is counted by these days is markedly rarer in the first third of the window than later.

    Markedly: less than four fifths, and by more than three standard errors of families that come together.
    """
    if window.days < _LONG_ENOUGH:
        return False
    third = window.first + window.days // 3
    early, late = int((days < third).sum()), int((days >= third).sum())
    expected = (early + late) / 3
    error = math.sqrt(_FAMILIES * expected * 2 / 3)
    return early < _MARKEDLY * late / 2 and expected - early > _ERRORS * error


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
