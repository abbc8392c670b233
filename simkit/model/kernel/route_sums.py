"""Sums by route and the effort used in the kernel: identical to ``measures/route_sums`` and ``pressure``."""

from __future__ import annotations

from typing import Any

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled
from simkit.model.measures import pressure, route_sums
from simkit.model.measures.pressure import EffortUsed
from simkit.model.measures.route_sums import SUFFIXES, with_all
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload import effort_table
from simkit.model.workload.effort_table import WHOLE
from simkit.model.workload.workload import CLOSED, OWN_WORKER, Workload

_CODES = CLOSED + 1


class RouteSums(route_sums.RouteSums):
    """The same sums, added in the same order."""

    def totals(self, route: Ints, weight: Floats) -> Floats:
        """As in ``measures/route_sums``."""
        return np.asarray(_sums(route, weight, weight)[1])

    def means(self, route: Ints, values: Floats | Ints, weight: Floats) -> Floats:
        """As in ``measures/route_sums``."""
        return np.asarray(_sums(route, values.astype(np.float64, copy=False), weight)[2])

    def shares(self, route: Ints, yes: Bools, weight: Floats) -> Floats:
        """As in ``measures/route_sums``."""
        return np.asarray(100 * _sums(route, yes.astype(np.float64), weight)[2])

    def by_day(self, route: Ints, day: Ints, weight: Floats, days: int) -> Floats:
        """As in ``measures/route_sums``."""
        sums = np.zeros((_CODES, days))
        _add_by_day(route, day, weight, sums)
        return with_all(sums)

    def open_counts(self, route: Ints, begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
        """As in ``measures/route_sums``."""
        if len(ends) == 0:
            return np.empty((len(SUFFIXES), 0))
        begun, ended = np.zeros((2, _CODES, len(ends) + 1))
        _add_spans(route, begin, finish, weight, ends, begun, ended)
        return np.asarray(np.cumsum(with_all(begun) - with_all(ended), axis=1)[:, :-1])


def _sums(route: Ints, values: Floats, weight: Floats) -> Floats:
    """Sums of values times weight, of weight, and the one divided by the other, for all and by route."""
    sums, result = np.zeros((2, _CODES)), np.empty((3, len(SUFFIXES)))
    _add(route, values, weight, sums, result)
    return result


@entry
def _add(route: Any, values: Any, weight: Any, sums: Any, result: Any) -> None:
    for row in range(len(route)):
        sums[0, route[row]] += values[row] * weight[row]
        sums[1, route[row]] += weight[row]
    for which in range(2):
        result[which, 0] = 0.0
        for code in range(_CODES):
            result[which, 0] += sums[which, code]
            if code < CLOSED:
                result[which, 1 + code] = sums[which, code]
    for place in range(len(result[0])):
        result[2, place] = result[0, place] / result[1, place] if result[1, place] > 0 else np.nan


@entry
def _add_by_day(route: Any, day: Any, weight: Any, sums: Any) -> None:
    for row in range(len(route)):
        sums[route[row], day[row]] += weight[row]


@entry
def _add_spans(route: Any, begin: Any, finish: Any, weight: Any, ends: Any, begun: Any, ended: Any) -> None:
    for row in range(len(route)):
        if finish[row] > begin[row] and finish[row] > ends[0] and begin[row] < ends[len(ends) - 1]:
            begun[route[row], place_after(ends, begin[row] + 1)] += weight[row]
            ended[route[row], place_after(ends, finish[row])] += weight[row]


@compiled
def place_after(ends: Any, minute: int) -> int:
    """How many of the ascending ends lie before a minute."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) >> 1
        if ends[middle] < minute:
            low = middle + 1
        else:
            high = middle
    return low


def effort_used(workload: Workload, outcome: Outcome) -> EffortUsed:
    """The effort of the measured year, as in ``measures/pressure``."""
    sums, counts = np.zeros((2, _CODES)), np.zeros(2, dtype=np.int64)
    tasks, least = workload.tasks, pressure.least_factor(workload)
    columns = (workload.cases.route, tasks.case, tasks.pool, tasks.effort, outcome.start, outcome.effort)
    _add_effort(*columns, *workload.window, least, sums, counts)
    drawn, used = (with_all(minutes[:, np.newaxis])[:, 0] for minutes in sums)
    return EffortUsed(drawn, used, int(counts[0]), int(counts[1]))


shortened = compiled(effort_table.shortened)


@entry
def _add_effort(
    route: Any,
    case: Any,
    pool: Any,
    drawn: Any,
    start: Any,
    used: Any,
    since: int,
    until: int,
    least: int,
    sums: Any,
    counts: Any,
) -> None:
    for row in range(len(case)):
        begun = start[row] != MISSING and since <= start[row] < until
        if not begun or pool[row] != OWN_WORKER or drawn[row] <= 0:
            continue
        sums[0, route[case[row]]] += drawn[row]
        sums[1, route[case[row]]] += used[row]
        counts[0] += 1
        if least < WHOLE:
            shortest = shortened(drawn[row], least)
            counts[1] += used[row] == shortest and shortest < drawn[row]
