"""Sums over all cases and over those of each route, in one pass.

A result has one row for all, then one for each of ROUTES. What was closed at the front door counts among
all alone. ``route`` is the code of each case in question, ``weight`` what it counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.workload.workload import CLOSED

__all__ = ["SUFFIXES", "by_day", "means", "open_counts", "shares", "totals"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SUFFIXES = ("", *(f".{route}" for route in ROUTES))


def totals(route: Ints, weight: Floats) -> Floats:
    """The sum of the weights."""
    return by_day(route, np.zeros_like(route), weight, 1)[:, 0]


def means(route: Ints, values: Floats | Ints, weight: Floats) -> Floats:
    """The weighted mean of the values; NaN where there is no weight."""
    return _ratio(totals(route, values * weight), totals(route, weight))


def shares(route: Ints, yes: Bools, weight: Floats) -> Floats:
    """The share of the weight for which something holds, in per cent; NaN where there is no weight."""
    return 100 * _ratio(totals(route[yes], weight[yes]), totals(route, weight))


def by_day(route: Ints, day: Ints, weight: Floats, days: int) -> Floats:
    """The weight on each day 0 to ``days`` - 1."""
    found = np.bincount(route * days + day, weight, (CLOSED + 1) * days).reshape(CLOSED + 1, days)
    found = found.astype(np.float64, copy=False)  # the sums of nothing are integers
    return np.concatenate([found.sum(axis=0, keepdims=True), found[:CLOSED]])


def open_counts(route: Ints, begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
    """The weight of the spans that stand at each of ``ends``: begun before it and not finished by it.

    What comes on the minute that ends a day comes with the next day.
    """
    if len(ends) == 0:
        return np.empty((len(SUFFIXES), 0))
    some = np.flatnonzero((finish > begin) & (finish > ends[0]) & (begin < ends[-1]))
    route, weight = route[some], weight[some]
    days = len(ends) + 1
    first = np.searchsorted(ends, begin[some], side="right")
    gone = np.searchsorted(ends, finish[some], side="left")
    change = by_day(route, first, weight, days) - by_day(route, gone, weight, days)
    return np.asarray(np.cumsum(change, axis=1)[:, :-1])


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))
