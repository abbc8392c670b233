"""The difference between two sides of a comparison, replication by replication, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.special import ndtri, stdtr, stdtrit
from simkit.model.measures.definitions import Definition
from simkit.study.estimate import ALLOWED, interval

Verdict = Literal["lower", "higher", "same", "about the same", "unclear", "not known"]

SMALL = 0.5  # points or working days: a difference that is surely less is called about the same
RARE = 30  # children in all years together, of whom none need be touched by a change that touches others
FEW = 10  # replications; how much fewer than these differ says little of how much others would
MOST_MORE = 5_000  # replications beyond which it is said that more of them will not help
_UNITS = {"%": "points"}
_SMALL_UNITS = ("points", "working days")


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The difference of a measure between two arms: the mean of second less first, with its 95% interval.

    ``unit``: points for shares, else the measure's own. ``replications``: those in which both arms have
    the measure. ``more``: how many more replications would make the difference clear, if its mean and its
    spread stay what they are; None where it is clear, where none is to be expected or where there would be
    too many. ``paired``: whether the arms are compared replication by replication.
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

    def __float__(self) -> float:
        return self.value

    @property
    def verdict(self) -> Verdict:
        """The second arm against the first, as far as the interval settles it."""
        if math.isnan(self.low):
            return "not known"  # no year, or one alone
        if self.value == self.low == self.high == 0:
            return "same"
        if self.high < 0:
            return "lower"
        if self.low > 0:
            return "higher"
        return "about the same" if self.little else "unclear"

    @property
    def little(self) -> bool:
        """Whether the interval lies within what is called about the same."""
        return self.unit in _SMALL_UNITS and max(abs(self.low), abs(self.high)) <= SMALL

    @property
    def chance(self) -> float:
        """The chance to see so large a difference where there is none; NaN without an interval.

        Student's, two-sided. With one degree of freedom less than replications, which for unpaired
        differences is the fewest that Welch's can have: beyond 95% it errs on the careful side.
        """
        if math.isnan(self.low) or self.value == 0:
            return float("nan") if math.isnan(self.low) else 1.0
        half, freedom = max(self.high - self.value, self.value - self.low), self.replications - 1
        if half == 0:
            return 0.0
        return 2 * float(stdtr(freedom, -abs(self.value) / half * stdtrit(freedom, 0.975)))

    def clear_among(self, tried: int) -> bool:
        """Whether 0 lies outside an interval that holds for all of ``tried`` differences together.

        Of many differences that are nothing one in twenty leaves 0 out of its own 95% interval. Bonferroni:
        the chance of an error is shared out among those tried.
        """
        return self.chance < 0.05 / tried

    def __str__(self) -> str:
        return f"{self.title}: {self.value:+z.1f} ({self.low:+z.1f} to {self.high:+z.1f}) {self.unit}"


def paired_difference(definition: Definition, first: Floats, second: Floats) -> PairedDifference:
    """The paired difference of a measure's values, which stand in the order of the replications.

    Replications in which either arm has no value take no part. The interval is Student's, of the mean of
    the differences, within what the measure allows (from 20% a share can't fall by 30 points), and exactly 0
    where both arms are the same in every replication.
    """
    differences = second - first
    has_both = ~np.isnan(differences)
    complete = differences[has_both]
    value, low, high = interval(complete)
    if len(complete) > 1 and np.all(complete == 0):
        low = high = 0.0
    elif len(complete) > 1:
        least, most = ALLOWED.get(definition.unit, (-math.inf, math.inf))
        before = float(first[has_both].mean())
        low, high = max(low, least - before), min(high, most - before)
    return _difference(definition, value, low, high, len(complete), replications_needed(complete))


def _difference(
    definition: Definition,
    value: float,
    low: float,
    high: float,
    replications: int,
    more: int | None,
    *,
    paired: bool = True,
) -> PairedDifference:
    unit = _UNITS.get(definition.unit, definition.unit)
    return PairedDifference(
        definition.name, definition.title, unit, definition.of, value, low, high, replications, more, paired
    )


def without_rare_interval(difference: PairedDifference, first: Floats) -> PairedDifference:
    """The difference, without an interval where a rare thing was alike on both sides in every year.

    For arms that differ elsewhere: of what happens to none or to all every year, or to fewer than ``RARE``
    children in all of them, years that are alike don't say that others would be.
    """
    complete = first[~np.isnan(first)]
    few = difference.unit == "children" and complete.sum() < RARE
    none_or_all = np.all(complete == 0) or np.all(complete == 100)
    if difference.verdict != "same" or not (few or none_or_all):
        return difference
    return replace(difference, low=float("nan"), high=float("nan"))


def clear_differences(differences: Sequence[PairedDifference]) -> tuple[bool, ...]:
    """Which of several differences are clear, tested together.

    The chance that any of them is none is 5% at most, however many they are (Holm 1979, a simple
    sequentially rejective multiple test procedure). Those without an interval take no part.
    """
    chances = np.array([each.chance for each in differences])
    clear = np.zeros(len(differences), dtype=bool)
    remaining = int((~np.isnan(chances)).sum())
    for number in np.argsort(chances)[:remaining]:  # NaN comes last
        if not differences[number].clear_among(remaining):
            break
        clear[number] = True
        remaining -= 1
    return tuple(clear.tolist())


def unpaired_difference(definition: Definition, first: Floats, second: Floats) -> PairedDifference:
    """The difference of the means of independent runs, with Welch's interval."""
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
    return _difference(definition, value, low, high, min(len(one), len(other)), None, paired=False)


def replications_needed(differences: Floats, confidence: float = 0.95) -> int | None:
    """Further replications until the interval of these differences leaves 0 out, as in ``more``."""
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
