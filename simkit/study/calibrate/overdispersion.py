"""Overdispersion: how many times larger the variance is than that of independent children.

Brothers and sisters are assessed together, what delays one case (a team away, a backlog) delays others, and
the form of the model is only nearly right. The first alone makes the variance about twice a
multinomial's. How much all three make it is seen in what a fit leaves over: the chi-square of its
residuals over their degrees of freedom, a quasi-likelihood's dispersion (McCullagh and Nelder 1989, 9.2).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simkit.framework.framework import Framework
from simkit.model.workload.arrivals import MOST_CHILDREN

_OWN_FREEDOM = 4.0
"""Degrees of freedom that a fit leaves: seven of the bands and three quartiles less six parameters."""

_SHARED_FREEDOM = 4.0
"""Degrees of freedom that the value of all authorities counts with: an assumption, as much as an own one."""


def family_overdispersion(framework: Framework) -> float:
    """The overdispersion due to siblings: the mean family size of a child, E[n^2] / E[n].

    Each further child comes with the chance ``demand.further_sibling``, an assumption.
    """
    further = framework.number("demand.further_sibling")
    sizes = np.arange(1, MOST_CHILDREN + 1)
    chances = further ** (sizes - 1.0) * np.where(sizes < MOST_CHILDREN, 1 - further, 1.0)
    return float((sizes**2 * chances).sum() / (sizes * chances).sum())


def typical_overdispersion(chi_squares: Iterable[float], least: float) -> float:
    """The overdispersion of a typical authority, from the chi-squares of a year's fits."""
    return max(least, float(np.median(list(chi_squares))) / _OWN_FREEDOM)


def shrunk(chi_square: float | None, shared: float, least: float) -> float:
    """An authority's overdispersion: its own, shrunk towards that of all (Smyth 2004).

    ``chi_square``: what its fit leaves, None where some bands are suppressed and it tells nothing.
    """
    if chi_square is None:
        return shared
    total = _SHARED_FREEDOM * shared + chi_square
    return max(least, total / (_SHARED_FREEDOM + _OWN_FREEDOM))
