"""Distributions of how long assessments took, corrected for truncation and censoring by the list.

A census return holds every assessment completed in its year, so they are counted as the department does.
A list of a recent window does not. What it leaves out depends on what it takes in:

- what was open at some time in the window: each assessment counts from the day it could be seen (left
  truncation) to its end or to the end of the window (right censoring): the product-limit estimator with
  delayed entry, Kaplan and Meier 1958, Tsai, Jewell and Wang 1987. What was begun in the window, or begun or
  completed in it, is estimated in the same way from what began in it.
- what was completed in the window: as the statistics count.
- what began and ended in it: short assessments have a better chance to be there (right truncation). The
  product-limit estimator in reverse time, Lynden-Bell 1971, gives their distribution up to the length of the
  window; beyond it nothing can be known.

A product-limit estimate stops where few are left to be watched: where one record stands for more than one in
24 of all. What lasts longer is known to be longer, and not by how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import counts_of, sums_of
from simkit.data import PublishedBands
from simkit.model.measures.day_counts import BANDS

COMPLETED = "completed in the window, as in the statistics"
CENSORED = (
    "product-limit estimate with delayed entry: left truncation and open assessments taken into account"
)
TRUNCATED = "product-limit estimate in reverse time: right truncation taken into account"

FEW = (
    24  # records below which a quarter of them, and what one of them stands for, would show or move too much
)
LONGEST = 400  # working days in which a distribution is kept; what is longer is put there


@dataclass(frozen=True, eq=False)
class Distribution:
    """A distribution of durations: ``shares`` of those that lasted 0, 1, 2 ... working days, summing to 1.

    ``events``: ended assessments that it rests on. ``reach``: working days up to which it is known; what
    is beyond stands in its last day. ``errors``: standard error of the share that had ended by each day
    (Greenwood), 0 where everything was counted and nothing estimated; it takes each assessment for one of its
    own, though brothers and sisters come together.
    """

    shares: Floats = field(repr=False)
    errors: Floats = field(repr=False)
    events: int = field(repr=False)
    reach: int
    method: str

    @property
    def by_band(self) -> tuple[float, ...]:
        """Shares of the nine published bands."""
        return tuple(float(x) for x in _banded(self.shares))

    def quantile(self, q: float) -> float | None:
        """The first working day by which the share ``q`` had ended; None where that isn't known."""
        day = int(np.searchsorted(np.cumsum(self.shares), q - 1e-12)) if self.events else self.reach + 1
        return float(day) if day <= self.reach else None

    def share_within(self, day: int) -> float | None:
        """The share that had ended by a working day; None where that isn't known."""
        if not self.events or day > self.reach:
            return None
        share = float(self.shares[: day + 1].sum())
        # the last digits of a sum depend on its parts, which may be withheld
        return round(share * self.events) / self.events if self.method == COMPLETED else share


@dataclass(frozen=True, slots=True)
class Quartile:
    """A quartile in working days: the ``day``, None where only its bands may be shown.

    ``low`` and ``high``: the days between which it lies, both None where it is withheld; ``high`` is None for
    the last band, which has no end.
    """

    day: float | None
    low: int | None
    high: int | None

    def __str__(self) -> str:
        if self.day is not None:
            return f"{self.day:.0f} days"
        if self.low is None:
            return "withheld"
        return f"{self.low} days or more" if self.high is None else f"{self.low} to {self.high} days"


@dataclass(frozen=True, slots=True)
class Durations:
    """Completed assessments of an authority by duration: what a calibration fits.

    ``counts`` follow ``data.BANDS`` (from a list of a window: the shares estimated times the number of
    assessments completed in it, so they may be fractions). Where any count is withheld they are those of
    ``shown``, with None for it: what is fitted to them can't give away what is not in them. ``shown`` is
    what may stand in an output. ``n``: assessments that the counts rest on. The days of quartiles are None
    where they may not be shown; ``quartiles`` say then between which days they lie. ``covers``: the days, in
    words; ``source``: the kind of return; ``method``: how the counts came about. ``within_45_interval``: 95%
    interval of the share within 45 working days; None where it was counted.
    """

    area: str
    name: str
    year: int
    counts: tuple[float | None, ...] = field(repr=False)
    n: float = field(repr=False)
    p25_days: float | None
    median_days: float | None
    p75_days: float | None
    source: str
    method: str
    shown: PublishedBands
    quartiles: tuple[Quartile, Quartile, Quartile]
    covers: str
    within_45_interval: tuple[float, float] | None = None

    @property
    def shares(self) -> tuple[float | None, ...]:
        """The bands' shares of all assessments, None where withheld."""
        return tuple(None if count is None else count / self.n for count in self.counts)

    @property
    def total(self) -> float:
        """Assessments that the counts rest on, the withheld ones among them."""
        return self.n

    @property
    def within_45_share(self) -> float | None:
        """The share within 45 working days (0 to 1), None where withheld."""
        return self.shown.within_45_share

    def __str__(self) -> str:
        within = self.within_45_share
        share = "withheld" if within is None else f"{within:.1%}"
        number = f"{self.n:.0f} assessments, in time {share}"
        return f"{self.name}, {self.covers}: {number}, {self.method}"


def from_completed(days: Ints) -> Distribution:
    """The distribution of assessments that ended, each counting the same."""
    shares = counts_of(np.minimum(days, LONGEST), LONGEST + 1).astype(float)
    return Distribution(shares / max(len(days), 1), np.zeros(LONGEST + 1), len(days), LONGEST, COMPLETED)


def survival(ending: Ints, at_risk: Ints) -> tuple[Floats, Floats, int]:
    """The product-limit estimate of what is left after each day, its standard error, and its last day.

    It stops before the first day on which each of those at risk would stand for more than one in ``FEW`` of
    all (-1: it never begins). From there on nothing ends.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, ending / np.maximum(at_risk, 1), 0.0)
    left = np.cumprod(1 - hazard)
    before = np.concatenate([[1.0], left[:-1]])
    too_few = np.flatnonzero((at_risk < FEW * before) & (before > 1e-12))
    stop = int(too_few[0]) if len(too_few) else len(left)
    hazard[stop:] = 0.0
    left = np.cumprod(1 - hazard)
    counted = np.where(np.arange(len(ending)) < stop, ending, 0)
    return left, left * np.sqrt(np.cumsum(_greenwood(counted, at_risk))), stop - 1


def from_delayed_entry(days: Ints, entered: Ints, ended: Bools) -> Distribution:
    """The distribution of assessments that are seen only from some day of theirs on.

    ``days``: to the end, or to the last day seen of those not ``ended``. ``entered``: working days that
    had passed when it could first be seen, 0 for those begun in the window. What lasts longer than the
    estimate reaches is put into the last day.
    """
    days = np.minimum(days, LONGEST)
    top = LONGEST + 2
    ending = counts_of(days[ended], top)[:top]
    entering = np.cumsum(counts_of(np.minimum(entered, LONGEST), top)[:top])
    departed = np.concatenate([[0], np.cumsum(counts_of(days, top)[:top])[:-1]])
    left, errors, last = survival(ending, entering - departed)
    shares = np.concatenate([[1 - left[0]], -np.diff(left)])[: LONGEST + 1]
    tail = max(0.0, 1 - shares.sum())
    shares[LONGEST] += tail
    reach = last if tail > 1e-9 else LONGEST
    return Distribution(shares, errors[: LONGEST + 1], int(ended.sum()), reach, CENSORED)


def from_right_truncated(days: Ints, room: Ints) -> Distribution:
    """The distribution of assessments that are listed only if they ended within their ``room``.

    ``room``: working days from each start to the end of the window. Gives the distribution up to the
    longest room that at least ``FEW`` of them had; what took longer is left out.
    """
    days, room = np.minimum(days, LONGEST), np.minimum(room, LONGEST)
    top = LONGEST + 1
    had_room = len(room) - np.concatenate([[0], np.cumsum(counts_of(room, top)[:top])[:-1]])
    reach = int(np.flatnonzero(had_room >= FEW)[-1]) if len(room) >= FEW else -1
    days, room = days[days <= reach], room[days <= reach]
    ending = counts_of(days, top)[:top]
    started = np.cumsum(ending)  # that had ended by each day
    too_short = np.concatenate([[0], np.cumsum(counts_of(room, top)[:top])[:-1]])
    at_risk = started - too_short
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where((at_risk > 0) & (ending > 0), ending / at_risk, 0.0)
    # share ended by day t: the product over later days of one less the reverse hazard
    later = np.concatenate([np.cumprod((1 - hazard)[::-1])[::-1][1:], [1.0]])
    shares = np.diff(np.concatenate([[0.0], later])) if len(days) else np.zeros(top)
    tail = np.concatenate([np.cumsum(_greenwood(ending, at_risk)[::-1])[::-1][1:], [0.0]])
    return Distribution(np.maximum(shares, 0.0), later * np.sqrt(tail), len(days), reach, TRUNCATED)


def _greenwood(ending: Ints, at_risk: Ints) -> Floats:
    """The part of each day in the variance of the logarithm of what is left; 0 where nothing is left."""
    remaining = at_risk - ending
    usable = (at_risk > 0) & (remaining > 0)
    return np.where(usable, ending / np.maximum(at_risk * remaining, 1), 0.0)


def band_counts(days: Ints) -> tuple[int, ...]:
    """How many of these lie in each of the nine bands."""
    return tuple(int(count) for count in counts_of(_band(days), len(BANDS)))


def _band(days: Ints) -> Ints:
    return np.searchsorted(np.array([top for _, top in BANDS]), days).astype(np.int64)


def _banded(shares: Floats) -> Floats:
    return np.asarray(sums_of(_band(np.arange(len(shares))), shares, len(BANDS)), dtype=float)
