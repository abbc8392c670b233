"""Heaps of the kernel: binary heaps in arrays, and skew heaps that share one table of nodes."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from typing import Any, TypeVar, cast

import numba
import numpy as np

from simkit.model.event_order import NONE
from simkit.model.kernel.tables import Node, Table

Function = TypeVar("Function", bound=Callable[..., Any])

# The kernel creates no array, so numba need not count references (``_nrt``): seven times as fast. It runs
# without Python's lock, so replications can use several cores. Numba's rewrites are for what it does not do:
# to leave them out saves a sixteenth of the time that compiling takes.
SETTINGS = {"nogil": True, "_nrt": False, "error_model": "numpy", "no_rewrites": True}

_njit: Any = numba.njit


wide = cast(Callable[[int], int], np.int64)
"""A number in 64 bits, so that a function that is given it is not compiled again for a narrow one."""


def compiled(function: Function) -> Function:
    """A function of the kernel: inlined where it is called, and not callable from Python."""
    part = _njit(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **SETTINGS)
    return cast(Function, part(function))


@compiled
def push(heap: MutableSequence[int], first: int, count: int, value: int) -> None:
    """Add a value to the ``count`` of the binary heap that begins at ``first``."""
    at = count
    while at > 0:
        above = (at - 1) >> 1
        if heap[first + above] <= value:
            break
        heap[first + at] = heap[first + above]
        at = above
    heap[first + at] = value


@compiled
def pop(heap: MutableSequence[int], first: int, count: int) -> int:
    """Remove and return the least of the ``count`` values of the binary heap that begins at ``first``."""
    least = heap[first]
    value = heap[first + count - 1]
    at, below = 0, 1
    while below < count - 1:
        if below + 1 < count - 1 and heap[first + below + 1] < heap[first + below]:
            below += 1
        if value <= heap[first + below]:
            break
        heap[first + at] = heap[first + below]
        at, below = below, 2 * below + 1
    heap[first + at] = value
    return least


@compiled
def meld(nodes: Table[Node], one: int, other: int) -> int:
    """Merge the skew heaps with these roots; the root of the result."""
    if one == NONE:
        return other
    if other == NONE:
        return one
    if nodes[other].key < nodes[one].key:
        one, other = other, one
    root = one
    while True:
        below = nodes[one].right
        nodes[one].right = nodes[one].left
        if below == NONE:
            nodes[one].left = other
            return root
        if nodes[other].key < nodes[below].key:
            below, other = other, below
        nodes[one].left = below
        one = below
