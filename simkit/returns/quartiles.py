"""Quartiles of durations as far as they may be shown: the day, or the bands in which it lies.

That a quartile lies in a band says how many lie below it. Where this, with all that is shown, would narrow a
withheld count, the quartile is shown as several bands together, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.returns.disclosure import Relation, is_small, protects
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

    def keeps_secret(self, names: Sequence[str], relations: Sequence[Relation]) -> bool:
        """Whether each small one of these counts is still protected where more relations are known."""
        rules = (*self.relations, *relations)
        return all(
            protects(name, self.counts, rules, self.withheld, self.never_shown)
            for name in names
            if is_small(self.counts[name])
        )


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
    secret = [name for name in shown.counts if is_small(shown.counts[name])]
    found: dict[str, Quartile] = {}
    known: list[Relation] = []
    for name in ("median_days", "p25_days", "p75_days"):
        day = exact[name]
        found[name] = WITHHELD
        if day is None:
            continue
        band = int(np.searchsorted([top for _, top in bands], day))
        for first, last in _ranges(band, len(bands)):
            relations = [*known, *_relations(names, first, last, QUARTILES[name])]
            if shown.keeps_secret(secret, relations):
                known = relations
                found[name] = _on(day) if first == last else _between(bands, first, last)
                break
    return _three(found)


def _three(found: Mapping[str, Quartile]) -> tuple[Quartile, Quartile, Quartile]:
    return found["p25_days"], found["median_days"], found["p75_days"]


def _on(day: float | None) -> Quartile:
    return WITHHELD if day is None else Quartile(day, int(day), int(day))


def _between(bands: Sequence[tuple[str, int]], first: int, last: int) -> Quartile:
    low = 0 if first == 0 else bands[first - 1][1] + 1
    return Quartile(None, low, None if last == len(bands) - 1 else bands[last][1])


def _ranges(band: int, number: int) -> list[tuple[int, int]]:
    """Ranges of bands that hold a band, the narrowest first; never all of them, which would say nothing."""
    every = [(first, last) for first in range(band + 1) for last in range(band, number)]
    return sorted((each for each in every if each != (0, number - 1)), key=lambda r: (r[1] - r[0], r[0]))


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
