"""Disclosure control: counts of 1 to 5 are withheld, and whatever would narrow one of them.

Taking out the small counts is not enough: a total less the parts that are shown is a count too, a part of a
count gives the rest of it, and a quartile says how many lie below it. So every relation among the counts is
written down, and for each small count it is asked whether somebody who knows all that is shown, and all the
relations, could still take it for more than 5 (an integer programme). While they could not, the smallest
count beside it is taken out as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

SMALL = 5
"""Counts from 1 to this are not shown."""

_INFEASIBLE = 2  # as scipy's milp says it


@dataclass(frozen=True, slots=True)
class Relation:
    """What is known of some counts together: ``low`` <= the sum of coefficient times count <= ``high``."""

    coefficients: tuple[tuple[str, int], ...]
    low: float
    high: float

    @property
    def names(self) -> frozenset[str]:
        """The counts in it."""
        return frozenset(name for name, _ in self.coefficients)

    def holds(self, counts: Mapping[str, int]) -> bool:
        """Whether it is true of these counts."""
        return (
            self.low
            <= sum(coefficient * counts[name] for name, coefficient in self.coefficients)
            <= self.high
        )


def sums_to(total: str, parts: Sequence[str]) -> Relation:
    """A count that is the sum of others."""
    return Relation(((total, -1), *((part, 1) for part in parts)), 0, 0)


def at_most(parts: Sequence[str], wholes: Sequence[str]) -> Relation:
    """Counts that together are at most as many as others together."""
    times = Counter(parts)
    times.subtract(Counter(wholes))
    return Relation(tuple(times.items()), -np.inf, 0)


def is_small(count: float) -> bool:
    """Whether a count is 1 to 5."""
    return 0 < count <= SMALL


def counts_to_withhold(
    counts: Mapping[str, int], relations: Iterable[Relation], never_shown: Iterable[str] = ()
) -> frozenset[str]:
    """The names of the counts that must not be shown.

    ``never_shown``: counts that are shown nowhere, but that the relations would give away. Raises ValueError
    for a relation that doesn't hold among the counts.
    """
    rules = tuple(relations)
    for rule in rules:
        if not rule.holds(counts):
            raise ValueError(f"a relation of {', '.join(sorted(rule.names))} doesn't hold among the counts")
    hidden = frozenset(never_shown)
    small = sorted(name for name, count in counts.items() if is_small(count))
    withheld = {name for name in small if name not in hidden}
    sums = [rule for rule in rules if rule.low == rule.high]
    totals = {name for rule in sums for name, coefficient in rule.coefficients if coefficient < 0}
    grand_totals = totals - {
        name for rule in sums for name, coefficient in rule.coefficients if coefficient > 0
    }

    def order(other: str) -> tuple[bool, int, str]:
        """The totals of everything go last: much is made of them."""
        return (other in grand_totals, counts[other], other)

    for name in small:
        while not protects(name, counts, rules, withheld, hidden):
            candidates = sorted(_candidates(name, counts, rules, withheld | hidden), key=order)
            if not candidates:
                break  # nothing that it is tied to is shown
            parts = [each for each in candidates if each not in grand_totals]
            sufficient = (each for each in parts if protects(name, counts, rules, withheld | {each}, hidden))
            withheld.add(next(sufficient, candidates[0]))
    return frozenset(withheld)


def _candidates(
    name: str, counts: Mapping[str, int], rules: Sequence[Relation], unknown: AbstractSet[str]
) -> AbstractSet[str]:
    """The counts shown, without zeros, that are in a relation with it or with what is unknown beside it."""
    linked = linked_to(name, rules, unknown)
    return {
        each for rule in rules if rule.names & linked for each in rule.names - unknown if counts[each] > 0
    }


def linked_to(name: str, rules: Sequence[Relation], unknown: AbstractSet[str]) -> frozenset[str]:
    """The unknown counts that are tied to one by relations among unknown counts, itself included."""
    linked = frozenset({name})
    while True:
        reached = linked.union(*(rule.names & unknown for rule in rules if rule.names & linked))
        if reached == linked:
            return linked
        linked = reached


def protects(
    name: str,
    counts: Mapping[str, int],
    rules: Sequence[Relation],
    withheld: AbstractSet[str],
    never_shown: AbstractSet[str],
    least_count: int = SMALL + 1,
) -> bool:
    """Whether a count could be more than 5 for somebody who knows every other count and relation.

    They know that a withheld count is 1 at least. ``least_count``: another number that it could be.
    """
    unknown = linked_to(name, rules, withheld | never_shown)
    names = sorted(unknown)
    column = {each: number for number, each in enumerate(names)}
    rows, low, high = [], [], []
    for rule in rules:
        if not rule.names & unknown:
            continue
        row, rest = np.zeros(len(names)), 0
        for each, coefficient in rule.coefficients:
            if each in column:
                row[column[each]] += coefficient
            else:
                rest += coefficient * counts[each]
        rows.append(row)
        low.append(rule.low - rest)
        high.append(rule.high - rest)
    least = np.array([0.0 if each in never_shown else 1.0 for each in names])
    least[column[name]] = least_count
    if not rows:
        return True
    answer = milp(
        np.zeros(len(names)),
        integrality=np.ones(len(names)),
        bounds=Bounds(least, np.inf),
        constraints=LinearConstraint(np.array(rows), low, high),
    )
    return int(answer.status) != _INFEASIBLE
