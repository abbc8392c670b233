"""Counting and repeating with whole numbers of 64 bits on every platform.

Where integers have 32 bits (WebAssembly, 32-bit Windows) numpy's ``repeat`` and ``bincount`` refuse numbers
that have 64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simkit.common.arrays import Floats, Ints


def repeated(values: ArrayLike, counts: ArrayLike, axis: int | None = None) -> NDArray[Any]:
    """Each value as often as its count says: ``numpy.repeat`` for counts of any whole type."""
    return np.repeat(np.asarray(values), np.asarray(counts).astype(np.intp), axis)


def counts_of(values: ArrayLike, least: int = 0) -> Ints:
    """How often each whole number from 0 occurs, at least for the first ``least``: ``numpy.bincount``."""
    return np.bincount(np.asarray(values).astype(np.intp), minlength=least).astype(np.int64)


def sums_of(values: ArrayLike, weights: ArrayLike, least: int = 0) -> Floats:
    """The sum of the weights at each whole number from 0: ``numpy.bincount`` with weights."""
    return np.bincount(np.asarray(values).astype(np.intp), np.asarray(weights), least).astype(np.float64)
