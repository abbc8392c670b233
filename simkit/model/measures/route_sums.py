"""Weighted totals, means, shares and daily counts for all cases and by route, in one pass.

A result has one row for all cases, then one for each of ROUTES; cases closed at the front door count in the
first only. ``route``: the code of each case; ``weight``: its number of children.
"""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import sums_of
from simkit.framework.framework import ROUTES
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import CLOSED, NEVER

SUFFIXES = ("", *(f".{route}" for route in ROUTES))


class RouteSums:
    """The sums of rows by route; ``route``, ``weight`` and the like have one value for each row."""

    def totals(self, route: Ints, weight: Floats) -> Floats:
        """The sum of the weights."""
        return self.by_day(route, np.zeros_like(route), weight, 1)[:, 0]

    def means(self, route: Ints, values: Floats | Ints | Bools, weight: Floats) -> Floats:
        """The weighted mean of the values, or of each column of a table of them; NaN without any weight."""
        if values.ndim == 2:
            return np.stack([self.means(route, column, weight) for column in values.T], axis=1)
        return ratio(self.totals(route, values * weight), self.totals(route, weight))

    def shares(self, route: Ints, yes: Bools, weight: Floats) -> Floats:
        """The share of the weight with ``yes``, in per cent; NaN without any weight."""
        return 100 * self.means(route, yes, weight)

    def by_day(self, route: Ints, day: Ints, weight: Floats, days: int) -> Floats:
        """The weight on each day 0 to ``days`` - 1."""
        sums = sums_of(route * days + day, weight, (CLOSED + 1) * days).reshape(CLOSED + 1, days)
        return with_all(sums.astype(np.float64, copy=False))  # without any row numpy returns integers

    def open_counts(self, route: Ints, begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
        """The weight of the spans open at each of ``ends``, equally far apart: begun before it and not
        finished by it. A minute that is MISSING has not come.

        What begins on the minute that ends a day begins with the next day.
        """
        if len(ends) == 0:
            return np.empty((len(SUFFIXES), 0))
        finish = np.where(finish == MISSING, NEVER, finish)
        rows = np.flatnonzero((begin != MISSING) & (finish > begin) & (finish > ends[0]) & (begin < ends[-1]))
        route, weight = route[rows], weight[rows]
        days = len(ends) + 1
        first = np.searchsorted(ends, begin[rows], side="right")
        last = np.searchsorted(ends, finish[rows], side="left")
        change = self.by_day(route, first, weight, days) - self.by_day(route, last, weight, days)
        return np.asarray(np.cumsum(change, axis=1)[:, :-1])


def with_all(sums: Floats) -> Floats:
    """The sums for all cases, then those of each of ROUTES, from the sums of each code of a route."""
    return np.concatenate([sums.sum(axis=0, keepdims=True), sums[:CLOSED]])


def ratio(part: Floats, whole: Floats) -> Floats:
    """A part of a whole; NaN where there is no whole."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))
