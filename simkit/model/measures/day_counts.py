"""Day counts of durations and limits, quantiles and Kaplan-Meier survival, weighted by children.

A duration is the difference between the index of the end day and that of the start day: 0 for a span that
ends on the day it began. Guidance leaves open whether the starting day is day 0 or day 1 of a limit; that
is the ``Convention``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np

from simkit.common.arrays import Floats, Ints
from simkit.common.whole_numbers import sums_of
from simkit.framework.framework import Framework

BANDS: tuple[tuple[str, int], ...] = (
    ("same_day", 0),
    ("1_10", 10),
    ("11_20", 20),
    ("21_30", 30),
    ("31_40", 40),
    ("41_45", 45),
    ("46_50", 50),
    ("51_60", 60),
    ("61_plus", 10**9),
)
"""The nine published duration bands: name, and last working day in it."""


class Convention(StrEnum):
    """How the days of a limit are counted.

    ``day_0``: the day on which it starts is day 0, as the census counts the conference's target date.
    ``day_1``: the starting day is day 1, as the open census validator counts the 45 days.
    """

    DAY_0 = "day_0"
    DAY_1 = "day_1"

    @classmethod
    def of(cls, asked: Convention | str | None, frameworks: Iterable[Framework]) -> Convention:
        """The convention that is asked for; without one that which every framework states, else day 0."""
        if asked is not None:
            return cls(asked)
        stated = {framework.counting.get("starting_day") for framework in frameworks}
        return cls.DAY_1 if stated == {"day 1"} else cls.DAY_0

    @property
    def starting_day(self) -> int:
        """The number of the day on which a limit starts."""
        return int(self is Convention.DAY_1)

    @property
    def text(self) -> str:
        """The convention in words, for captions."""
        return f"the starting day is day {self.starting_day}"


def end_day(start: Ints, end: Ints, day: int) -> Ints:
    """Index of the day on which a span ends; the first minute of a day belongs to the day before it."""
    return np.where(end > start, (end - 1) // day, start // day)


def latest_in_time(start: Ints, last_day: Ints | Floats, day: int, convention: Convention) -> Floats:
    """The last minute within the limit of each span, whose last day under ``day_0`` is ``last_day``.

    A fraction of ``last_day`` is the part of the next day that is within the limit too.
    """
    allowed = last_day - convention.starting_day
    return np.asarray((np.maximum(allowed, start // day) + 1) * day, dtype=np.float64)


def band_shares(days: Ints, weights: Floats) -> Floats:
    """Share of the weight in each of the nine bands; NaN without any weight."""
    total = weights.sum()
    if total == 0:
        return np.full(len(BANDS), np.nan)
    tops = np.array([top for _, top in BANDS])
    counts = sums_of(np.searchsorted(tops, days), weights, len(BANDS))
    return np.asarray(counts / total)


def quantile(by_day: Floats, q: float) -> Floats:
    """The first day by which at least the share ``q`` of the weight is reached; NaN without any weight.

    ``by_day``: the weight on each day 0, 1, ..., along the last axis.
    """
    reached = np.cumsum(by_day, axis=-1)
    total = reached[..., -1:]
    below = (reached < q * total * (1 - 1e-12)) | (reached == 0)
    return np.where(total[..., 0] > 0, below.sum(axis=-1), np.nan)


def kaplan_meier(events: Floats, exits: Floats) -> Floats:
    """Kaplan-Meier estimate of the share still open after each day, along the last axis; 1 without weight.

    ``events``: the weight that ends on each day 0, 1, ...; ``exits``: that plus the weight censored (last
    known to be open) on that day.
    """
    exited = np.cumsum(exits, axis=-1)
    exited_before = np.concatenate([np.zeros_like(exited[..., :1]), exited[..., :-1]], axis=-1)
    at_risk = exited[..., -1:] - exited_before
    surviving = 1 - np.divide(events, at_risk, out=np.zeros(at_risk.shape), where=at_risk > 0)
    return np.asarray(np.cumprod(surviving, axis=-1))


def first_day_at(survival: Floats, share: float) -> Floats:
    """The first day after which at most ``share`` are still open; NaN if there is none."""
    reached = survival <= share + 1e-12
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), np.nan)
