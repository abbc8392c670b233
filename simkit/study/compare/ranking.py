"""Which of several arms is lowest: simultaneous intervals of all pairs, and bootstrap chances.

The intervals of all pairs hold together with 95% confidence (Bonferroni: with k arms each pair has
1 - 0.05 / (k (k - 1) / 2)). The chances come from drawing the replications anew with replacement, ten
thousand times, the same replications for every arm, so the pairing is kept. Both speak of chance in the
simulation alone: whether its assumptions hold is not in them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from simkit.common.arrays import Floats
from simkit.study.estimate import interval

_DRAWS = 10_000
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Pair:
    """Second less first, by their numbers, with an interval that holds together with all others' at 95%."""

    first: int
    second: int
    value: float
    low: float
    high: float

    @property
    def lower(self) -> int | None:
        """The side that is surely the lower of the two; None where neither is."""
        return self.second if self.high < 0 else self.first if self.low > 0 else None


@dataclass(frozen=True, slots=True)
class Ranking:
    """All pairs of sides, and of each side the chance that it is the lowest (shares that sum to 1).

    A side without values takes no part: its chance and its intervals are NaN.
    """

    pairs: tuple[Pair, ...]
    chances: tuple[float, ...]

    @property
    def lowest(self) -> int | None:
        """The side that is surely below every other one; None where there is none."""
        for arm in self.ranked:
            pairs = [p for p in self.pairs if arm in (p.first, p.second) and not math.isnan(p.value)]
            if pairs and all(pair.lower == arm for pair in pairs):
                return arm
        return None

    @property
    def ranked(self) -> tuple[int, ...]:
        """The sides that take part."""
        return tuple(arm for arm, chance in enumerate(self.chances) if not math.isnan(chance))

    @property
    def may_be_lowest(self) -> tuple[int, ...]:
        """The sides that no other one is surely below."""
        beaten = {
            pair.first if pair.lower == pair.second else pair.second
            for pair in self.pairs
            if pair.lower is not None
        }
        return tuple(arm for arm in self.ranked if arm not in beaten)


def ranking(values: Sequence[Floats], seed: int = 1) -> Ranking:
    """Rank sides by the mean of their values, which stand in the order of the replications.

    Replications in which any of the sides that take part has no value are left out. Arms that are lowest
    together share it.
    """
    table = np.array(values, dtype=np.float64)
    has_values = ~np.isnan(table).all(axis=1)
    table = table[:, ~np.isnan(table[has_values]).any(axis=0)]
    arms, count = len(table), table.shape[1] if has_values.any() else 0
    number = max(1, int(has_values.sum()) * (int(has_values.sum()) - 1) // 2)
    pairs = []
    for first, second in combinations(range(arms), 2):
        differences = table[second] - table[first]
        value, low, high = interval(differences, 1 - 0.05 / number)
        pairs.append(Pair(first, second, value, low, high))
    if count == 0:
        return Ranking(tuple(pairs), (float("nan"),) * arms)
    chances = np.full(arms, np.nan)
    chances[has_values] = _chances(table[has_values], seed)
    return Ranking(tuple(pairs), tuple(chances.tolist()))


def _chances(table: Floats, seed: int) -> Floats:
    """Of each row the chance that its mean is the lowest; columns are drawn anew with replacement."""
    count = table.shape[1]
    resamples = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=_DRAWS)
    means = resamples @ table.T / count
    lowest = means <= means.min(axis=1, keepdims=True) + _TIE
    return np.asarray((lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0))
