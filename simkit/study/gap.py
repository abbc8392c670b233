"""The difference between two sides of a comparison, replication by replication, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from simkit.model.definitions import Definition
from simkit.study.estimate import interval

__all__ = ["SMALL", "Gap", "Verdict", "gap", "more_needed", "unpaired"]

Floats = NDArray[np.float64]
Verdict = Literal["lower", "higher", "same", "about the same", "unclear", "not known"]

SMALL = 0.5  # points or working days: a difference that is surely less is called about the same
MOST_MORE = 5_000  # replications beyond which it is said that more of them will not help
_UNITS = {"%": "points"}
_SMALL_UNITS = ("points", "working days")


@dataclass(frozen=True, slots=True)
class Gap:
    """By how much a measure differs: ``value`` is the mean of second less first, with its 95% interval.

    ``unit``: points for shares, else the measure's own. ``replications``: those in which both sides have
    the measure. ``more``: how many more replications would make the difference clear, if its mean and its
    spread stay what they are; None where it is clear, where none is to be expected or where there would be
    too many. ``paired``: whether the sides are compared replication by replication.
    """

    measure: str
    title: str
    unit: str
    of: str
    value: float
    low: float
    high: float
    replications: int
    more: int | None
    paired: bool = True

    @property
    def verdict(self) -> Verdict:
        """What the interval says of the second side."""
        if math.isnan(self.low):
            return "not known"  # no year, or one alone
        if self.value == self.low == self.high == 0:
            return "same"
        if self.high < 0:
            return "lower"
        if self.low > 0:
            return "higher"
        if self.unit in _SMALL_UNITS and max(abs(self.low), abs(self.high)) <= SMALL:
            return "about the same"
        return "unclear"

    def clear_among(self, tried: int) -> bool:
        """Whether 0 lies outside an interval that holds for all of ``tried`` differences together.

        Of many differences that are nothing one in twenty leaves 0 out of its own 95% interval. Bonferroni:
        the chance of an error is shared out among those tried. For paired differences.
        """
        if math.isnan(self.low):
            return False
        own, all_ = (float(stdtrit(self.replications - 1, 1 - 0.025 / each)) for each in (1, tried))
        return abs(self.value) > (self.high - self.low) / 2 * all_ / own

    def __str__(self) -> str:
        return f"{self.title}: {self.value:+.1f} ({self.low:+.1f} to {self.high:+.1f}) {self.unit}"


def gap(definition: Definition, first: Floats, second: Floats) -> Gap:
    """The paired difference of a measure's values, which stand in the order of the replications.

    Replications in which either side has no value take no part. The interval is Student's, of the mean of
    the differences: exactly 0 where both sides are the same in every replication.
    """
    differences = second - first
    known = differences[~np.isnan(differences)]
    value, low, high = interval(known)
    if len(known) > 1 and np.all(known == 0):
        low = high = 0.0
    return Gap(
        measure=definition.name,
        title=definition.title,
        unit=_UNITS.get(definition.unit, definition.unit),
        of=definition.of,
        value=value,
        low=low,
        high=high,
        replications=len(known),
        more=more_needed(known),
    )


def unpaired(definition: Definition, first: Floats, second: Floats) -> Gap:
    """The difference of two means whose runs have nothing to do with each other (Welch's interval)."""
    one, other = first[~np.isnan(first)], second[~np.isnan(second)]
    value = float(other.mean() - one.mean()) if len(one) and len(other) else float("nan")
    low = high = float("nan")
    if len(one) > 1 and len(other) > 1:
        a, b = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
        if a + b > 0:
            freedom = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(other) - 1))
            half = float(stdtrit(freedom, 0.975) * math.sqrt(a + b))
            low, high = value - half, value + half
        else:
            low = high = value
    return Gap(
        measure=definition.name,
        title=definition.title,
        unit=_UNITS.get(definition.unit, definition.unit),
        of=definition.of,
        value=value,
        low=low,
        high=high,
        replications=min(len(one), len(other)),
        more=None,
        paired=False,
    )


def more_needed(differences: Floats, confidence: float = 0.95) -> int | None:
    """Further replications until the interval of these differences leaves 0 out; see ``Gap.more``."""
    count = len(differences)
    if count < 2:
        return None
    mean, spread = abs(float(differences.mean())), float(differences.std(ddof=1))
    if mean == 0 or _half(spread, count, confidence) < mean:
        return None
    needed = max(count, math.ceil((float(ndtri((1 + confidence) / 2)) * spread / mean) ** 2))
    # The normal quantile is a little below Student's, so a few more than it says are needed.
    while needed <= count + MOST_MORE and _half(spread, needed, confidence) >= mean:
        needed += max(1, needed // 100)
    return needed - count if needed <= count + MOST_MORE else None


def _half(spread: float, count: int, confidence: float) -> float:
    return float(stdtrit(count - 1, (1 + confidence) / 2)) * spread / math.sqrt(count)
