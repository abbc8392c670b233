"""Open cases to begin a run with, made of the counts that the return shows and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np

from simkit.common.arrays import Ints
from simkit.framework.framework import ROUTES
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases

_Cell = tuple[str, int]  # route, and number of the age

_LIMIT = 45
_OF_WITHHELD = 3  # children, an assumption: the middle of the 1 to 5 that a withheld group may hold
_OLDEST = 120  # working days, an assumption: the last age has no end, and is taken to be as long as this


def disclosable_open_cases(shown: Mapping[str, int | None]) -> OpenCases | None:
    """The open cases of a return as far as it may show them; None where their total is withheld.

    ``shown``: the counts of the return, None where one is withheld. Children of a group (route and age) lie
    evenly over the days of its age: an assumption. Withheld groups share evenly what the totals leave for
    them, on either side of 45 days where the number over 45 is shown.
    """
    if shown["open_assessments"] is None:
        return None
    cells = [(r, age) for r in OPEN_ROUTES for age in range(len(AGES)) if _name((r, age)) in shown]
    number = {cell: shown[_name(cell)] for cell in cells}
    withheld = [cell for cell in cells if number[cell] is None]
    children = {cell: count for cell, count in number.items() if count is not None}
    children |= _shared_out(shown, children, withheld)
    routes = [np.full(count, ROUTES.index(cell[0]), dtype=np.int64) for cell, count in children.items()]
    days = [_even_days(cell[1], count) for cell, count in children.items()]
    return OpenCases(np.concatenate(routes), np.concatenate(days))


def with_assumed_total(shown: Mapping[str, int | None]) -> Mapping[str, int | None]:
    """The counts with an assumed number of open cases if it is withheld, which follows from what is shown.

    Each withheld group is taken to hold ``_OF_WITHHELD`` children. This is near enough for estimates of how
    long assessments take, where few are open beside those that ended. A run does not begin with them.
    """
    if shown["open_assessments"] is not None:
        return shown
    groups = [count for name, count in shown.items() if name.startswith("open.")]
    total = sum(_OF_WITHHELD if count is None else count for count in groups or [None])
    return {**shown, "open_assessments": total, "open_over_45": None}


def _name(cell: _Cell) -> str:
    return f"open.{cell[0]}.{AGES[cell[1]][0]}"


def _over_limit(cell: _Cell) -> bool:
    return AGES[cell[1]][1] > _LIMIT


def _shared_out(
    shown: Mapping[str, int | None], children: Mapping[_Cell, int], withheld: list[_Cell]
) -> dict[_Cell, int]:
    """How many children each withheld group is taken to hold."""
    rest = (shown["open_assessments"] or 0) - sum(children.values())
    over = shown["open_over_45"]
    parts = [(withheld, rest)]
    if over is not None:
        late = over - sum(count for cell, count in children.items() if _over_limit(cell))
        parts = [
            ([cell for cell in withheld if _over_limit(cell)], late),
            ([cell for cell in withheld if not _over_limit(cell)], rest - late),
        ]
    numbers = dict.fromkeys(withheld, 0)
    for group, count in parts:
        for cell, _ in zip(cycle(group), range(count), strict=False):
            numbers[cell] += 1
    return numbers


def _even_days(age: int, children: int) -> Ints:
    first = 0 if age == 0 else AGES[age - 1][1] + 1
    last = min(AGES[age][1], _OLDEST)
    return (first + (last - first) * (np.arange(children) + 0.5) / max(children, 1)).round().astype(np.int64)
