"""Which of several arms is lowest: simultaneous intervals of all pairs, and bootstrap chances.

The intervals of all pairs hold together with 95% confidence (Bonferroni: with k arms each pair has
1 - 0.05 / (k (k - 1) / 2)). The chances come from drawing the replications anew with replacement, ten
thousand times, the same replications for every arm, so the pairing is kept. Both speak of chance in the
simulation alone: whether its assumptions hold is not in them.
"""

from __future__ import annotations

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
    """All pairs of sides, and of each side the chance that it is the lowest (shares that sum to 1)."""

    pairs: tuple[Pair, ...]
    chances: tuple[float, ...]

    @property
    def lowest(self) -> int | None:
        """The side that is surely below every other one; None where there is none."""
        for arm in range(len(self.chances)):
            if all(pair.lower == arm for pair in self.pairs if arm in (pair.first, pair.second)):
                return arm
        return None

    @property
    def may_be_lowest(self) -> tuple[int, ...]:
        """The sides that no other one is surely below."""
        beaten = {
            pair.first if pair.lower == pair.second else pair.second
            for pair in self.pairs
            if pair.lower is not None
        }
        return tuple(arm for arm in range(len(self.chances)) if arm not in beaten)


def ranking(values: Sequence[Floats], seed: int = 1) -> Ranking:
    """Rank sides by the mean of their values, which stand in the order of the replications.

    Replications in which any arm has no value take no part. Arms that are lowest together share it.
    """
    table = np.array(values, dtype=np.float64)
    table = table[:, ~np.isnan(table).any(axis=0)]
    arms, count = table.shape
    number = max(1, arms * (arms - 1) // 2)
    pairs = []
    for first, second in combinations(range(arms), 2):
        differences = table[second] - table[first]
        value, low, high = interval(differences, 1 - 0.05 / number)
        pairs.append(Pair(first, second, value, low, high))
    if count == 0:
        return Ranking(tuple(pairs), (float("nan"),) * arms)
    resamples = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=_DRAWS)
    means = resamples @ table.T / count
    lowest = means <= means.min(axis=1, keepdims=True) + _TIE
    chances = (lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)
    return Ranking(tuple(pairs), tuple(float(chance) for chance in chances))
