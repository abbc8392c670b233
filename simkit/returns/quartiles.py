"""Quartiles of durations as far as they may be shown: the day, or the bands in which it lies.

That a quartile lies in a band says how many lie below it. Where this, with all that is shown, would narrow a
withheld count, the quartile is shown as several bands together, or not at all. Which bands stand together
is decided before it is looked where the quartile lies: else that they do would tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.returns.disclosure import SMALL, Relation, linked_to, protects
from simkit.returns.durations import COMPLETED, FEW, Distribution, Quartile

QUARTILES = {"p25_days": 1, "median_days": 2, "p75_days": 3}
"""Quarters of the assessments that have ended by each."""


WITHHELD = Quartile(None, None, None)


@dataclass(frozen=True)
class Shown:
    """What is shown of the counts of a return, and what is known of them: see ``disclosure``."""

    counts: Mapping[str, int]
    relations: tuple[Relation, ...]
    withheld: frozenset[str]
    never_shown: frozenset[str]

    def secrets(self, relations: Sequence[Relation]) -> frozenset[str]:
        """The protected counts, not shown, about which more ``relations`` could tell something."""
        rules, unknown = (*self.relations, *relations), self.withheld | self.never_shown
        touched = {name for rule in relations for name in rule.names & self.withheld}
        linked = frozenset[str]().union(*(linked_to(name, rules, unknown) for name in touched))
        return frozenset(name for name in linked if self._could_be(name, SMALL + 1, self.relations))

    def tells_nothing(self, secrets: Iterable[str], name: str, relations: Sequence[Relation]) -> bool:
        """Whether the ``secrets`` stay protected if more ``relations`` are known, or these can't all be true.

        ``name``: a withheld count in the relations.
        """
        rules = (*self.relations, *relations)
        return not self._could_be(name, 1, rules) or all(
            self._could_be(each, SMALL + 1, rules) for each in secrets
        )

    def _could_be(self, name: str, least: int, rules: tuple[Relation, ...]) -> bool:
        return protects(name, self.counts, rules, self.withheld, self.never_shown, least)


def shown_quartiles(
    days: Distribution, bands: Sequence[tuple[str, int]], shown: Shown, internal: bool
) -> tuple[Quartile, Quartile, Quartile]:
    """The three quartiles; ``bands`` are the names of the counts by duration and their last days."""
    if days.events < FEW and not internal:
        return WITHHELD, WITHHELD, WITHHELD
    exact = {name: days.quantile(quarter / 4) for name, quarter in QUARTILES.items()}
    names = [name for name, _ in bands]
    if internal or not shown.withheld & set(names):
        return _three({name: _on(day) for name, day in exact.items()})
    if days.method != COMPLETED:
        return WITHHELD, WITHHELD, WITHHELD
    found: dict[str, Quartile] = {}
    known: list[Relation] = []
    for name in ("median_days", "p25_days", "p75_days"):
        day = exact[name]
        found[name] = WITHHELD
        if day is None:
            continue
        band = int(np.searchsorted([top for _, top in bands], day))
        for first, last in _ranges(names, QUARTILES[name], known, shown):
            if first <= band <= last:
                known += _relations(names, first, last, QUARTILES[name])
                found[name] = _on(day) if first == last else _between(bands, first, last)
    return _three(found)


def _three(found: Mapping[str, Quartile]) -> tuple[Quartile, Quartile, Quartile]:
    return found["p25_days"], found["median_days"], found["p75_days"]


def _on(day: float | None) -> Quartile:
    return WITHHELD if day is None else Quartile(day, int(day), int(day))


def _between(bands: Sequence[tuple[str, int]], first: int, last: int) -> Quartile:
    low = 0 if first == 0 else bands[first - 1][1] + 1
    return Quartile(None, low, None if last == len(bands) - 1 else bands[last][1])


def _ranges(
    names: Sequence[str], quarter: int, known: Sequence[Relation], shown: Shown
) -> list[tuple[int, int]]:
    """The bands, those together of which one alone would tell something; none if all would have to be."""
    ranges = [(number, number) for number in range(len(names))]
    withheld = next(name for name in names if name in shown.withheld)
    secrets = shown.secrets([*known, *_relations(names, 1, 1, quarter)])
    while len(ranges) > 1:
        telling = (
            place
            for place, (first, last) in enumerate(ranges)
            if not shown.tells_nothing(secrets, withheld, [*known, *_relations(names, first, last, quarter)])
        )
        place = next(telling, None)
        if place is None:
            return [_without_empty_ends(names, each, shown) for each in ranges]
        place = min(place, len(ranges) - 2)
        ranges[place : place + 2] = [(ranges[place][0], ranges[place + 1][1])]
    return []


def _without_empty_ends(names: Sequence[str], ends: tuple[int, int], shown: Shown) -> tuple[int, int]:
    """Bands without those at either end that hold nobody, as everybody can see."""
    first, last = ends
    while first < last and shown.counts[names[first]] == 0:
        first += 1
    while first < last and shown.counts[names[last]] == 0:
        last -= 1
    return first, last


def _relations(names: Sequence[str], first: int, last: int, quarter: int) -> list[Relation]:
    """Fewer than so many quarters of all lie before the first band, and at least so many up to the last."""
    relations = []
    if first > 0:
        relations.append(_share(names, first, quarter, -np.inf, -1))
    if last < len(names) - 1:
        relations.append(_share(names, last + 1, quarter, 0, np.inf))
    return relations


def _share(names: Sequence[str], before: int, quarter: int, low: float, high: float) -> Relation:
    coefficients = tuple((name, (4 if number < before else 0) - quarter) for number, name in enumerate(names))
    return Relation(coefficients, low, high)
