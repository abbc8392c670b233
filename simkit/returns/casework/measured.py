"""Figures measured in an authority's own records: value, 95% interval, how many they rest on.

Intervals take brothers and sisters to come together, 1.6 to a family as the model assumes, which about
doubles the variance of a number of children.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Floats, Ints
from simkit.returns.durations import FEW

_FAMILIES = 2.0  # times the variance of as many single children
_SURE = 1.96
_STUDENT_11 = 2.201  # of 12 month ends

WITHHELD, TOO_FEW, NOT_HELD = "withheld", "too few", "not in the dataset"
"""Why a figure has no value."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95% interval. Shares run from 0 to 1, times are in working days.

    ``value``, ``low`` and ``high`` are None where it may not be shown or isn't known, and ``why`` says which.
    ``n``: records it rests on, ``of`` which; None where their number may not be shown. ``missing``: share of
    these records in which it isn't recorded. ``rests_on``: counts of the return that must be shown for it.
    """

    name: str
    title: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    of: str
    missing: float | None
    rests_on: tuple[str, ...] = ()
    why: str = ""

    def without_value(self, why: str) -> Measured:
        """The same without its value, its number and what is missing."""
        return replace(self, value=None, low=None, high=None, n=None, missing=None, why=why)


def share_measured(
    name: str, title: str, yes: int, number: int, of: str, rests_on: tuple[str, ...], missing: float = 0.0
) -> Measured:
    """A share with Wilson's interval."""
    figure = Measured(name, title, "share", None, None, None, number, of, missing, rests_on)
    if number < FEW:
        return figure.without_value(TOO_FEW)
    low, high = wilson(yes, number)
    return replace(figure, value=yes / number, low=low, high=high)


def wilson(yes: float, number: float) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927), for children who come in families."""
    size = number / _FAMILIES
    share, square = yes / number, _SURE**2 / size
    middle = (share + square / 2) / (1 + square)
    half = _SURE * math.sqrt(share * (1 - share) / size + square / (4 * size)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def median_measured(
    name: str, title: str, days: Ints, number: int, of: str, rests_on: tuple[str, ...]
) -> Measured:
    """The first working day by which half of those with a time had come, and between which ranks it lies.

    ``number``: records asked, with a time or without.
    """
    missing = 1 - len(days) / number if number else None
    figure = Measured(name, title, "working days", None, None, None, len(days), of, missing, rests_on)
    if len(days) < FEW:
        return figure.without_value(TOO_FEW)
    ordered, size = np.sort(days), len(days)
    half = _SURE * math.sqrt(size * _FAMILIES) / 2
    at = [math.ceil(size / 2) - 1, math.floor(size / 2 - half) - 1, math.ceil(size / 2 + half)]
    value, low, high = (float(ordered[min(max(rank, 0), size - 1)]) for rank in at)
    return replace(figure, value=value, low=low, high=high)


def mean_measured(
    name: str, title: str, unit: str, values: Floats | Ints, number: int, of: str, rests_on: tuple[str, ...]
) -> Measured:
    """A mean of records with its interval; ``number``: records asked, with a value or without."""
    missing = 1 - len(values) / number if number else None
    figure = Measured(name, title, unit, None, None, None, len(values), of, missing, rests_on)
    if len(values) < FEW:
        return figure.without_value(TOO_FEW)
    mean = float(np.mean(values))
    half = _SURE * float(np.std(values, ddof=1)) * math.sqrt(_FAMILIES / len(values))
    return replace(figure, value=mean, low=max(0.0, mean - half), high=mean + half)


def month_ends_measured(
    name: str, title: str, unit: str, values: Floats, of: str, rests_on: tuple[str, ...], missing: float = 0.0
) -> Measured:
    """The mean of twelve month ends; the interval is of their mean, as if months were independent."""
    mean = float(np.mean(values))
    half = _STUDENT_11 * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Measured(
        name, title, unit, mean, max(0.0, mean - half), mean + half, len(values), of, missing, rests_on
    )
