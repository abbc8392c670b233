"""What counts of children may be shown: 1 to 5 never, nor anything that would give one of them away.

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

__all__ = ["SMALL", "Sum", "is_small", "withheld"]

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


def withheld(counts: Mapping[str, int], sums: Iterable[Sum], unseen: Iterable[str] = ()) -> frozenset[str]:
    """The names of the counts that must not be shown.

    ``unseen``: counts that are shown nowhere, but that the sums would give away. Every sum must hold among
    the counts; ValueError where one doesn't.
    """
    rules = tuple(sums)
    for rule in rules:
        if counts[rule.total] != sum(counts[part] for part in rule.parts):
            raise ValueError(f"{rule.total} is not the sum of its parts")
    hidden = frozenset(unseen)
    small = sorted(name for name, count in counts.items() if is_small(count))
    out = {name for name in small if name not in hidden}
    whole = {rule.total for rule in rules} - {part for rule in rules for part in rule.parts}

    def order(other: str) -> tuple[bool, int, str]:
        """The totals of everything go last: much is made of them."""
        return (other in whole, counts[other], other)

    for name in small:
        while _most(name, counts, rules, out, hidden) <= SMALL:
            around = sorted(_around(name, counts, rules, out | hidden), key=order)
            if not around:
                break  # nothing that it is tied to is shown
            parts = [each for each in around if each not in whole]
            enough = (each for each in parts if _most(name, counts, rules, out | {each}, hidden) > SMALL)
            out.add(next(enough, around[0]))
    return frozenset(out)


def _around(
    name: str, counts: Mapping[str, int], rules: tuple[Sum, ...], unknown: AbstractSet[str]
) -> AbstractSet[str]:
    """The counts shown, nought left out, that are in a sum with it or with what is unknown beside it."""
    tied = {name}
    while True:
        reached = tied.union(*({r.total, *r.parts} for r in rules if tied & {r.total, *r.parts}))
        if reached & unknown <= tied:
            return {each for each in reached - unknown if counts[each] > 0}
        tied |= reached & unknown


def _most(
    name: str,
    counts: Mapping[str, int],
    rules: tuple[Sum, ...],
    out: AbstractSet[str],
    hidden: AbstractSet[str],
) -> float:
    """The most that a count can be for somebody who knows every other, and that ``c`` is 1 at least."""
    names = sorted(out | hidden)
    at = {each: number for number, each in enumerate(names)}
    rows, sums = [], []
    for rule in rules:
        row, known = np.zeros(len(names)), 0.0
        for each, sign in ((rule.total, -1.0), *((part, 1.0) for part in rule.parts)):
            if each in at:
                row[at[each]] += sign
            else:
                known -= sign * counts[each]
        if row.any():
            rows.append(row)
            sums.append(known)
    if not any(row[at[name]] for row in rows):
        return float("inf")
    goal = np.zeros(len(names))
    goal[at[name]] = -1.0
    bounds = [(0 if each in hidden else 1, None) for each in names]
    found = linprog(goal, A_eq=np.array(rows), b_eq=np.array(sums), bounds=bounds, method="highs")
    return float("inf") if found.fun is None else float(np.floor(1e-6 - found.fun))
