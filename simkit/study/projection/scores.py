"""Forecast scores: of a point, an interval and the bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simkit.common.arrays import Floats

LEVEL = 0.8
"""The share of years that an interval from the 10th to the 90th percentile should hold."""


def mean_absolute_error(projected: Floats, observed: Floats) -> float:
    """Mean of the absolute differences, in the unit of both."""
    return float(np.mean(np.abs(projected - observed)))


def coverage(low: Floats, high: Floats, observed: Floats) -> float:
    """Share of what was seen that lies within its interval, ends included."""
    return float(np.mean((low <= observed) & (observed <= high)))


def interval_score(low: Floats, high: Floats, observed: Floats, level: float = LEVEL) -> float:
    """Mean interval score, less is better (Gneiting and Raftery 2007, equation 43).

    The interval's width, plus 2 / (1 - level) for each unit by which what was seen lies outside it.
    """
    outside = np.maximum(low - observed, 0) + np.maximum(observed - high, 0)
    return float(np.mean(high - low + 2 / (1 - level) * outside))


def band_distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Sum over eight bands of the absolute differences of cumulative shares (0 to 1).

    The nine published bands with the first two, the same day and 1 to 10, taken together.
    """
    difference = np.cumsum(np.asarray(one) - np.asarray(other))
    return float(np.abs(difference[1:-1]).sum())
