"""Sums by route in the kernel: identical to ``measures/route_sums``."""

from __future__ import annotations

from typing import Any

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.time_breakdown import day_of
from simkit.model.measures import route_sums
from simkit.model.measures.route_sums import SUFFIXES, with_all
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import CLOSED, NEVER

CODES = CLOSED + 1


class RouteSums(route_sums.RouteSums):
    """The same sums, added in the same order."""

    def totals(self, route: Ints, weight: Floats) -> Floats:
        """As in ``measures/route_sums``."""
        return self.by_day(route, np.zeros_like(route), weight, 1)[:, 0]

    def means(self, route: Ints, values: Floats | Ints | Bools, weight: Floats) -> Floats:
        """As in ``measures/route_sums``."""
        table = values.astype(np.float64, copy=False).reshape(len(values), *values.shape[1:] or (1,))
        sums, result = np.zeros((CODES, table.shape[1] + 1)), np.empty((len(SUFFIXES), table.shape[1]))
        _means(route, table, weight, sums, result)
        return result.reshape(len(SUFFIXES), *values.shape[1:])

    def by_day(self, route: Ints, day: Ints, weight: Floats, days: int) -> Floats:
        """As in ``measures/route_sums``."""
        sums = np.zeros((CODES, days))
        _add_by_day(route, day, weight, sums)
        return with_all(sums)

    def open_counts(self, route: Ints, begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
        """As in ``measures/route_sums``."""
        if len(ends) == 0:
            return np.empty((len(SUFFIXES), 0))
        begun, ended = np.zeros((2, CODES, len(ends) + 1))
        _add_spans(route, begin, finish, weight, ends, begun, ended)
        return np.asarray(np.cumsum(with_all(begun) - with_all(ended), axis=1)[:, :-1])


@entry
def _means(route: Any, values: Any, weight: Any, sums: Any, result: Any) -> None:
    columns = values.shape[1]
    for row in range(len(route)):
        for column in range(columns):
            sums[route[row], column] += values[row, column] * weight[row]
        sums[route[row], columns] += weight[row]
    for place in range(len(result)):
        whole = total(sums, place, columns)
        for column in range(columns):
            result[place, column] = total(sums, place, column) / whole if whole > 0 else np.nan


@compiled
def total(sums: Any, place: int, column: int) -> float:
    """The sum over all route codes for place 0, otherwise that of one code."""
    if place > 0:
        return sums[place - 1, column]  # type: ignore[no-any-return]
    added = 0.0
    for code in range(CODES):
        added += sums[code, column]
    return added


@entry
def _add_by_day(route: Any, day: Any, weight: Any, sums: Any) -> None:
    for row in range(len(route)):
        sums[route[row], day[row]] += weight[row]


@entry
def _add_spans(route: Any, begin: Any, finish: Any, weight: Any, ends: Any, begun: Any, ended: Any) -> None:
    count = len(ends)
    first, last = ends[0], ends[count - 1]
    apart = (last - first) // max(count - 1, 1)
    for row in range(len(route)):
        begins, finishes = begin[row], finish[row]
        if begins == MISSING or begins >= last:
            continue
        if finishes == MISSING:
            finishes = NEVER
        if finishes > begins and finishes > first:
            begun[route[row], place_after(first, last, apart, count, begins + 1)] += weight[row]
            ended[route[row], place_after(first, last, apart, count, finishes)] += weight[row]


@compiled
def place_after(first: int, last: int, apart: int, count: int, minute: int) -> int:
    """How many of the ends, from ``first`` to ``last``, lie before a minute."""
    if minute <= first:
        return 0
    return count if minute > last else 1 + day_of(apart, minute - first - 1)
