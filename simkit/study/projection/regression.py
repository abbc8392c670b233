"""Regressions for projections: ridge quantile regression, and a least-squares line."""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Floats

SHRINKAGE = 20.0
"""Strength of the pull of coefficients towards what they are shrunken to: an assumption, in units of
absolute error on the logit scale."""

LEAST, MOST = 0.01, 0.995  # shares are kept within, so that a logit is finite
_STEPS = 200
_NEAR = 0.03  # errors smaller than this count as squares, which makes the sum smooth


def logit(share: float) -> float:
    """Log odds of a share, which is kept within 1% and 99.5%."""
    bounded = min(MOST, max(LEAST, share))
    return float(np.log(bounded / (1 - bounded)))


def share_of(odds: Floats) -> Floats:
    """The shares (0 to 1) of log odds."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(odds, dtype=np.float64))))


def quantile_regression(
    rows: Floats,
    outcomes: Floats,
    quantile: float,
    towards: Floats,
    weights: Floats | None = None,
    shrinkage: float = SHRINKAGE,
) -> Floats:
    """Coefficients of a linear model of one quantile, the first column's (the constant) not shrunken.

    Minimises the weighted sum of pinball losses, twice the usual so that the median's are absolute
    errors, plus ``shrinkage`` / 2 times the squared distance of the coefficients from ``towards``, by
    iteratively reweighted least squares (Koenker and Bassett 1978; Schlossmacher 1973). ``quantile``
    lies between 0 and 1; rows: observations by coefficients.
    """
    penalties = np.full(rows.shape[1], shrinkage)
    penalties[0] = 0.0
    base = np.ones(len(outcomes)) if weights is None else weights
    coefficients = np.asarray(towards, dtype=np.float64)
    for _ in range(_STEPS):
        error = outcomes - rows @ coefficients
        slope = np.where(error >= 0, quantile, 1 - quantile)
        weight = base * 2 * slope / np.maximum(np.abs(error), _NEAR)
        weighted = rows * weight[:, np.newaxis]
        normal_matrix = weighted.T @ rows + np.diag(penalties)
        right_side = weighted.T @ outcomes + penalties * towards
        new: Floats = np.linalg.solve(normal_matrix, right_side).astype(np.float64)
        settled = bool(np.max(np.abs(new - coefficients)) < 1e-7)
        coefficients = new
        if settled:
            break
    return np.asarray(coefficients)


def least_squares_line(x: Floats, y: Floats) -> tuple[float, float]:
    """Constant and slope of the straight line with the least squared errors."""
    slope = float(np.cov(x, y, bias=True)[0, 1] / np.var(x))
    return float(np.mean(y)) - slope * float(np.mean(x)), slope
