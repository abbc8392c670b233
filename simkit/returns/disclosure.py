"""Disclosure control: counts of 1 to 5 are withheld, and counts that would reveal one of them.

Taking out the small counts is not enough: a total less the parts that are shown is a count too. So every
sum among the counts is written down, and for each small count it is asked what somebody who knows all the
shown ones and all the sums could still find out (a linear programme). While the most that it could be is
5 or less, the smallest count beside it is taken out as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

__all__ = ["SMALL", "Sum", "counts_to_withhold", "is_small"]

SMALL = 5
"""Counts from 1 to this are not shown."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A count that is the sum of others. Names that aren't among the counts shown are counts nobody sees."""

    total: str
    parts: tuple[str, ...]


def is_small(count: float) -> bool:
    """Whether a count is 1 to 5."""
    return 0 < count <= SMALL


def counts_to_withhold(
    counts: Mapping[str, int], sums: Iterable[Sum], never_shown_names: Iterable[str] = ()
) -> frozenset[str]:
    """The names of the counts that must not be shown.

    ``never_shown_names``: counts that are shown nowhere, but that the sums would give away. Raises
    ValueError for a sum that doesn't hold among the counts.
    """
    rules = tuple(sums)
    for rule in rules:
        if counts[rule.total] != sum(counts[part] for part in rule.parts):
            raise ValueError(f"{rule.total} is not the sum of its parts")
    never_shown = frozenset(never_shown_names)
    small = sorted(name for name, count in counts.items() if is_small(count))
    withheld = {name for name in small if name not in never_shown}
    grand_totals = {rule.total for rule in rules} - {part for rule in rules for part in rule.parts}

    def order(other: str) -> tuple[bool, int, str]:
        """The totals of everything go last: much is made of them."""
        return (other in grand_totals, counts[other], other)

    for name in small:
        while _upper_bound(name, counts, rules, withheld, never_shown) <= SMALL:
            candidates = sorted(_candidates(name, counts, rules, withheld | never_shown), key=order)
            if not candidates:
                break  # nothing that it is tied to is shown
            parts = [each for each in candidates if each not in grand_totals]
            sufficient = (
                each
                for each in parts
                if _upper_bound(name, counts, rules, withheld | {each}, never_shown) > SMALL
            )
            withheld.add(next(sufficient, candidates[0]))
    return frozenset(withheld)


def _candidates(
    name: str, counts: Mapping[str, int], rules: tuple[Sum, ...], unknown: AbstractSet[str]
) -> AbstractSet[str]:
    """The counts shown, nought left out, that are in a sum with it or with what is unknown beside it."""
    linked = {name}
    while True:
        reachable = linked.union(*({r.total, *r.parts} for r in rules if linked & {r.total, *r.parts}))
        if reachable & unknown <= linked:
            return {each for each in reachable - unknown if counts[each] > 0}
        linked |= reachable & unknown


def _upper_bound(
    name: str,
    counts: Mapping[str, int],
    rules: tuple[Sum, ...],
    withheld: AbstractSet[str],
    never_shown: AbstractSet[str],
) -> float:
    """The most that a count can be for somebody who knows every other, and that ``c`` is 1 at least."""
    names = sorted(withheld | never_shown)
    column = {each: number for number, each in enumerate(names)}
    rows, sums = [], []
    for rule in rules:
        row, known = np.zeros(len(names)), 0.0
        for each, sign in ((rule.total, -1.0), *((part, 1.0) for part in rule.parts)):
            if each in column:
                row[column[each]] += sign
            else:
                known -= sign * counts[each]
        if row.any():
            rows.append(row)
            sums.append(known)
    if not any(row[column[name]] for row in rows):
        return float("inf")
    goal = np.zeros(len(names))
    goal[column[name]] = -1.0
    bounds = [(0 if each in never_shown else 1, None) for each in names]
    optimum = linprog(goal, A_eq=np.array(rows), b_eq=np.array(sums), bounds=bounds, method="highs")
    return float("inf") if optimum.fun is None else float(np.floor(1e-6 - optimum.fun))
