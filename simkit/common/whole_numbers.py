"""Counting and repeating with 64-bit whole numbers on every platform.

Where integers have 32 bits (WebAssembly, 32-bit Windows) numpy's own functions refuse counts of 64 bits and
add up in 32, which can wrap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["counts_of", "repeated", "running_total", "total"]

Ints = NDArray[np.int64]


def repeated(values: ArrayLike, counts: ArrayLike) -> NDArray[np.generic]:
    """Each value as often as its count says: ``numpy.repeat`` for counts of any whole type."""
    return np.repeat(np.asarray(values), np.asarray(counts).astype(np.intp))


def counts_of(values: ArrayLike, least: int = 0) -> Ints:
    """How often each whole number from 0 occurs, at least for the first ``least``: ``numpy.bincount``."""
    return np.bincount(np.asarray(values).astype(np.intp), minlength=least).astype(np.int64)


def total(values: ArrayLike) -> int:
    """The sum of whole numbers or of true values, in 64 bits."""
    return int(np.sum(np.asarray(values), dtype=np.int64))


def running_total(values: ArrayLike) -> Ints:
    """The sums of the values up to each one, in 64 bits."""
    return np.cumsum(np.asarray(values), dtype=np.int64)
