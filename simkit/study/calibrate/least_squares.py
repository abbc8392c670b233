"""Nonlinear least squares: the minimum, profile-likelihood intervals, and draws of the parameters.

Everything here knows a function of residuals alone: half the sum of their squares is the negative logarithm
of a (quasi-)likelihood times a prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Floats

Residuals = Callable[[Floats], Floats]
Quantity = Callable[[Floats], float]

CHI_SQUARE_95 = 3.841458820694124  # 95% quantile with one degree of freedom
_STEP = 1e-5  # of a forward difference
_LONGEST_MOVE = 1.5  # of one parameter in one step
_STIFFNESS = 30.0  # how sharply a profile holds its quantity, in standard errors
_WALK = 400  # steps of a random walk for each parameter
_CANDIDATES = 12
_SETTLING = 300  # steps that are left out
_REACH = 2.38  # of a step, in standard errors over the root of the dimension


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the sum of squares is least: ``at``, its ``value``, and the curvature there (half its second
    derivatives), of which the inverse is the covariance of the parameters."""

    at: Floats
    value: float
    curvature: Floats

    @property
    def covariance(self) -> Floats:
        """Covariance of the parameters near the minimum."""
        return np.asarray(np.linalg.inv(self.curvature))


def minimum(residuals: Residuals, start: Floats, steps: int = 60, exact: float = 1e-6) -> Minimum:
    """The minimum near ``start``, by Levenberg's and Marquardt's method.

    It stops where a step gains less than the part ``exact`` of the sum of squares.
    """
    at = start.astype(np.float64)
    errors = residuals(at)
    value = float(errors @ errors)
    damping = 1e-3
    slope = _slope(residuals, at, errors)
    for _ in range(steps):
        curvature, gradient = slope.T @ slope, slope.T @ errors
        move = -np.linalg.solve(curvature + damping * np.diag(np.diag(curvature) + 1e-9), gradient)
        longest = float(np.abs(move).max())
        if longest > _LONGEST_MOVE:
            move *= _LONGEST_MOVE / longest
        trial = residuals(at + move)
        other = float(trial @ trial)
        if np.isfinite(other) and other < value:
            gained = value - other
            at, errors, value = at + move, trial, other
            slope = _slope(residuals, at, errors)
            damping = max(damping / 5, 1e-9)
            if gained < exact * (1 + value):
                break
        else:
            damping *= 6
            if damping > 1e8 or longest < 1e-7:
                break
    return Minimum(at, value, slope.T @ slope)


def _slope(residuals: Residuals, at: Floats, errors: Floats) -> Floats:
    columns = []
    for k in range(len(at)):
        moved = at.copy()
        moved[k] += _STEP
        columns.append((residuals(moved) - errors) / _STEP)
    return np.stack(columns, axis=1)


def inflated(residuals: Residuals, best: Minimum, factor: float, deviation: Floats) -> Residuals:
    """Residuals with the same minimum, inflated for overdispersion by ``factor``.

    A prior of standard deviation ``deviation`` for each parameter keeps it bounded.
    """

    def wider(x: Floats) -> Floats:
        return np.concatenate([residuals(x) / np.sqrt(factor), (x - best.at) / deviation])

    return wider


def profile(
    residuals: Residuals, best: Minimum, quantity: Quantity, least: float, most: float
) -> tuple[float, float]:
    """The 95% interval of a quantity of the parameters, along its profile, within ``least`` and ``most``.

    It holds each value at which the best of all other parameters raises the sum of squares by no more
    than the chi-square's 3.84. Standard errors would be symmetric where the likelihood isn't.
    """
    middle = quantity(best.at)
    slope = np.array([(quantity(best.at + _STEP * unit) - middle) / _STEP for unit in np.eye(len(best.at))])
    error = float(np.sqrt(max(slope @ best.covariance @ slope, 1e-16)))
    error = max(error, 1e-6 * (most - least))
    return (
        _interval_end(residuals, best, quantity, middle, -error, least),
        _interval_end(residuals, best, quantity, middle, error, most),
    )


def _interval_end(
    residuals: Residuals, best: Minimum, quantity: Quantity, middle: float, step: float, limit: float
) -> float:
    """One end of an interval: outwards in steps until the sum of squares rises enough, then interpolated."""
    at, before = best.at, (middle, 0.0)
    size = abs(step)
    for k in range(1, 25):
        goal_value = middle + step * k
        beyond = goal_value >= limit if step > 0 else goal_value <= limit
        goal_value = limit if beyond else goal_value

        def held(x: Floats, goal_value: float = goal_value) -> Floats:
            return np.append(residuals(x), _STIFFNESS * (quantity(x) - goal_value) / size)

        optimum = minimum(held, at, steps=12, exact=1e-3)
        at = optimum.at
        reached, rise = quantity(at), max(0.0, float((residuals(at) ** 2).sum()) - best.value)
        now = (reached, float(np.sqrt(rise)))
        goal = float(np.sqrt(CHI_SQUARE_95))
        if now[1] >= goal:
            part = (goal - before[1]) / (now[1] - before[1])
            return before[0] + part * (now[0] - before[0])
        if beyond or abs(reached - goal_value) > 0.1 * size:
            return limit  # nothing that the quantity can be raises it enough
        before = now
    return before[0]


def draws(
    residuals: Residuals, best: Minimum, outlook: Residuals, number: int, random: np.random.Generator
) -> Floats:
    """``number`` equally likely draws of the parameters (rows) from their uncertainty.

    A random walk around the minimum is put in order along its widest direction and cut into ``number`` parts,
    of each of which one point is taken: of some candidates the one that brings the mean ``outlook`` of all
    points so far nearest to the outlook at the minimum (herding: Welling 2009). So few draws stand for all
    of the uncertainty, and the first of them, however few, for the estimate.
    """
    walk = _metropolis(residuals, best, random)
    widest = np.linalg.eigh(best.covariance)[1][:, -1]
    parts = np.array_split(np.argsort((walk - best.at) @ widest, kind="stable"), number)
    goal = outlook(best.at)
    ahead = np.zeros_like(goal)
    points = []
    for k in random.permutation(number):
        candidates = walk[random.choice(parts[k], _CANDIDATES)]
        away = np.array([ahead + outlook(x) - goal for x in candidates])
        nearest = int(np.argmin((away**2).sum(axis=1)))
        ahead = away[nearest]
        points.append(candidates[nearest])
    return np.array(points)


def _metropolis(residuals: Residuals, best: Minimum, random: np.random.Generator) -> Floats:
    """A random-walk Metropolis chain, scaled as in Roberts, Gelman and Gilks (1997), without its burn-in."""
    size = len(best.at)
    values, vectors = np.linalg.eigh(best.covariance)
    reach = np.sqrt(np.maximum(values, 1e-12)) * _REACH / np.sqrt(size)
    length = _WALK * size
    steps = random.standard_normal((length, size)) * reach
    accepted = np.log(random.random(length))
    at, height = best.at, -0.5 * best.value
    walk = np.empty((length, size))
    for k in range(length):
        candidate = at + vectors @ steps[k]
        errors = residuals(candidate)
        other = -0.5 * float(errors @ errors)
        if accepted[k] < other - height:
            at, height = candidate, other
        walk[k] = at
    return walk[_SETTLING:]
