"""Counting days, and statistics of durations in which each case counts with its children.

A day of working time is a number of minutes; a span's start day and end day are whole numbers and
its duration is their difference, so a span that ends on the day it began lasts 0 days. Whether the
starting day is day 0 or day 1 of a limit is an open question of guidance: it is the ``Convention``.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BANDS",
    "Convention",
    "band_shares",
    "end_day",
    "first_day_at",
    "in_time",
    "kaplan_meier",
    "quantile",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

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

    @property
    def text(self) -> str:
        """The convention in words, for captions."""
        number = "0" if self is Convention.DAY_0 else "1"
        return f"the starting day is day {number}"


def end_day(start: Ints, end: Ints, day: int) -> Ints:
    """Index of the day on which a span ends; a minute that opens a day closes the one before it."""
    return np.where(end > start, (end - 1) // day, start // day)


def in_time(start: Ints, end: Ints, last_day: Ints, day: int, convention: Convention) -> Bools:
    """Whether each span ended within its limit, whose last day under ``day_0`` is ``last_day``."""
    allowed = last_day - (1 if convention is Convention.DAY_1 else 0)
    return end_day(start, end, day) <= np.maximum(allowed, start // day)


def band_shares(days: Ints, weights: Floats) -> Floats:
    """Share of the weight in each of the nine bands; NaN where there is no weight at all."""
    total = weights.sum()
    if total == 0:
        return np.full(len(BANDS), np.nan)
    tops = np.array([top for _, top in BANDS])
    counts = np.bincount(np.searchsorted(tops, days), weights=weights, minlength=len(BANDS))
    return np.asarray(counts / total)


def quantile(by_day: Floats, q: float) -> Floats:
    """The first day with at least the share ``q`` of the weight on it or before; NaN for no weight.

    ``by_day``: the weight on each day 0, 1, ..., along the last axis.
    """
    reached = np.cumsum(by_day, axis=-1)
    total = reached[..., -1:]
    before = (reached < q * total * (1 - 1e-12)) | (reached == 0)
    return np.where(total[..., 0] > 0, before.sum(axis=-1), np.nan)


def kaplan_meier(ending: Floats, leaving: Floats) -> Floats:
    """Share still open after each day, along the last axis; open cases count until their last seen day.

    ``ending``: the weight that ends on each day 0, 1, ...; ``leaving``: the same with what was last seen,
    open, on that day. Ones where there is no weight.
    """
    gone = np.cumsum(leaving, axis=-1)
    before = np.concatenate([np.zeros_like(gone[..., :1]), gone[..., :-1]], axis=-1)
    at_risk = gone[..., -1:] - before
    staying = 1 - np.divide(ending, at_risk, out=np.zeros(at_risk.shape), where=at_risk > 0)
    return np.asarray(np.cumprod(staying, axis=-1))


def first_day_at(survival: Floats, share: float) -> Floats:
    """The first day after which at most ``share`` are still open; NaN where that is never reached."""
    reached = survival <= share + 1e-12
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), np.nan)
