"""Open cases to begin a run with, from which no count that the return withholds can be worked out."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.counts import Counts

__all__ = ["disclosable_open_cases"]

Ints = NDArray[np.int64]
_Cell = tuple[str, int]  # route, and number of the age

_LIMIT = 45
_OLDEST = 120  # the last age has no end: withheld children of it are spread up to here, as the age before


def disclosable_open_cases(counts: Counts, withheld: frozenset[str]) -> OpenCases | None:
    """The open cases of a return as far as it may show them; None where their total is withheld.

    Children of a group (route and age) that is shown keep the days that they have waited. Withheld groups
    share evenly what the totals leave for them, on either side of 45 days where the number over 45 is
    shown, and their days lie evenly over the group's: an assumption, which rests on shown counts alone.
    """
    if "open_assessments" in withheld:
        return None
    cells = [(route, age) for route in OPEN_ROUTES for age in range(len(AGES))]
    withheld_cells = [cell for cell in cells if _name(cell) in withheld]
    if not withheld_cells:
        return counts.open_cases
    open_cases = counts.open_cases
    age = np.searchsorted(np.array([top for _, top in AGES]), open_cases.days_open)
    hidden = np.zeros(len(open_cases), dtype=bool)
    for route, number in withheld_cells:
        hidden |= (open_cases.route == ROUTES.index(route)) & (age == number)
    routes, waited = [open_cases.route[~hidden]], [open_cases.days_open[~hidden]]
    for cell, children in _shared_out(counts, withheld, cells, withheld_cells).items():
        routes.append(np.full(children, ROUTES.index(cell[0]), dtype=np.int64))
        waited.append(_even_days(cell[1], children))
    return OpenCases(np.concatenate(routes), np.concatenate(waited))


def _name(cell: _Cell) -> str:
    return f"open.{cell[0]}.{AGES[cell[1]][0]}"


def _over_limit(cell: _Cell) -> bool:
    return AGES[cell[1]][1] > _LIMIT


def _shared_out(
    counts: Counts, withheld: frozenset[str], cells: list[_Cell], withheld_cells: list[_Cell]
) -> dict[_Cell, int]:
    """How many children each withheld group is taken to hold: worked out from shown counts alone."""
    number = counts.counts

    def remainder(total: int, of: list[_Cell]) -> int:
        return total - sum(number[_name(cell)] for cell in of if cell not in withheld_cells)

    parts = [(withheld_cells, remainder(number["open_assessments"], cells))]
    if "open_over_45" not in withheld:
        over_limit = [cell for cell in cells if _over_limit(cell)]
        over_limit_number = remainder(number["open_over_45"], over_limit)
        within_limit = [cell for cell in withheld_cells if not _over_limit(cell)]
        parts = [
            ([cell for cell in withheld_cells if _over_limit(cell)], over_limit_number),
            (within_limit, parts[0][1] - over_limit_number),
        ]
    numbers = dict.fromkeys(withheld_cells, 0)
    for group, children in parts:
        for cell, _ in zip(cycle(group), range(children), strict=False):
            numbers[cell] += 1
    return numbers


def _even_days(age: int, children: int) -> Ints:
    first = 0 if age == 0 else AGES[age - 1][1] + 1
    last = min(AGES[age][1], _OLDEST)
    return (first + (last - first) * (np.arange(children) + 0.5) / max(children, 1)).round().astype(np.int64)
