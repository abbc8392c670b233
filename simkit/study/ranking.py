"""Places in a ranking of published shares, with what chance makes of them.

The interval of a place is that of Mogstad, Romano, Shaikh and Wilhelm (2024, Inference for ranks): every
authority that is lower or higher by more than chance would explain is certain, all others may be on either
side. The comparisons of one authority with all others are taken together (Holm 1979), so that its interval
holds its true place in 95 of 100 years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.special import ndtr

P = TypeVar("P")

_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Rank:
    """A place among ``of``, counted from the lowest, and the 95% interval of the true one."""

    place: int
    low: int
    high: int
    of: int


def ranks(shares: Mapping[P, tuple[float, float | None]]) -> dict[P, Rank]:
    """The place of each share.

    ``shares``: for each, the share in per cent and the number of independent children it is a share of; None
    where that is not known, and then chance may explain any difference from it.
    """
    values = np.array([share for share, _ in shares.values()])
    counts = np.array([0.0 if count is None else count for _, count in shares.values()])
    found = {}
    for number, each in enumerate(shares):
        sure = _differs(number, values / 100, counts)
        lower, higher = values < values[number], values > values[number]
        found[each] = Rank(
            1 + int(lower.sum()),
            1 + int((sure & lower).sum()),
            len(values) - int((sure & higher).sum()),
            len(values),
        )
    return found


def _differs(number: int, shares: Floats, counts: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which shares differ from one of them by more than chance would explain."""
    with np.errstate(divide="ignore", invalid="ignore"):
        together = (shares * counts + shares[number] * counts[number]) / (counts + counts[number])
        deviation = np.sqrt(together * (1 - together) * (1 / counts + 1 / counts[number]))
        chances = 2 * ndtr(-np.abs(shares - shares[number]) / deviation)
    chances[~np.isfinite(chances)] = 1.0  # no count, or the same share of none or all
    order = np.argsort(chances)
    order = order[order != number]
    passed = chances[order] <= _LEVEL / np.arange(len(order), 0, -1)
    first = len(order) if passed.all() else int(np.argmin(passed))
    sure = np.zeros(len(shares), dtype=np.bool_)
    sure[order[:first]] = True
    return sure
