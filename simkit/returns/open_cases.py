"""Open cases to begin a run with, so that no figure of the run tells a count that the return withholds."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.counts import Counted

__all__ = ["shown_open_cases"]

Ints = NDArray[np.int64]
_Cell = tuple[str, int]  # route, and number of the age

_LIMIT = 45
_OLDEST = 120  # the last age has no end: withheld children of it are spread up to here, as the age before


def shown_open_cases(counted: Counted, withheld: frozenset[str]) -> OpenCases | None:
    """The open cases of a return as far as it may show them; None where their total is withheld.

    Children of a group (route and age) that is shown keep the days that they have waited. Withheld groups
    share evenly what the totals leave for them, on either side of 45 days where the number over 45 is
    shown, and their days lie evenly over the group's: an assumption, which rests on shown counts alone.
    """
    if "open_assessments" in withheld:
        return None
    cells = [(route, age) for route in OPEN_ROUTES for age in range(len(AGES))]
    out = [cell for cell in cells if _name(cell) in withheld]
    if not out:
        return counted.open_cases
    exact = counted.open_cases
    age = np.searchsorted(np.array([top for _, top in AGES]), exact.waited)
    hidden = np.zeros(len(exact), dtype=bool)
    for route, number in out:
        hidden |= (exact.route == ROUTES.index(route)) & (age == number)
    routes, waited = [exact.route[~hidden]], [exact.waited[~hidden]]
    for cell, children in _dealt(counted, withheld, cells, out).items():
        routes.append(np.full(children, ROUTES.index(cell[0]), dtype=np.int64))
        waited.append(_spread(cell[1], children))
    return OpenCases(np.concatenate(routes), np.concatenate(waited))


def _name(cell: _Cell) -> str:
    return f"open.{cell[0]}.{AGES[cell[1]][0]}"


def _late(cell: _Cell) -> bool:
    return AGES[cell[1]][1] > _LIMIT


def _dealt(
    counted: Counted, withheld: frozenset[str], cells: list[_Cell], out: list[_Cell]
) -> dict[_Cell, int]:
    """How many children each withheld group is taken to hold: worked out from shown counts alone."""
    counts = counted.counts

    def left(total: int, of: list[_Cell]) -> int:
        return total - sum(counts[_name(cell)] for cell in of if cell not in out)

    parts = [(out, left(counts["open_assessments"], cells))]
    if "open_over_45" not in withheld:
        late = [cell for cell in cells if _late(cell)]
        rest = left(counts["open_over_45"], late)
        early = [cell for cell in out if not _late(cell)]
        parts = [([cell for cell in out if _late(cell)], rest), (early, parts[0][1] - rest)]
    dealt = dict.fromkeys(out, 0)
    for group, children in parts:
        for cell, _ in zip(cycle(group), range(children), strict=False):
            dealt[cell] += 1
    return dealt


def _spread(age: int, children: int) -> Ints:
    first = 0 if age == 0 else AGES[age - 1][1] + 1
    last = min(AGES[age][1], _OLDEST)
    return (first + (last - first) * (np.arange(children) + 0.5) / max(children, 1)).round().astype(np.int64)
