"""Sorted days of children or cases: the first after a day, the last before it, how many between."""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.dates import NONE, known

_DAYS = 1 << 20  # more than the number of any day, so that owner and day make one number that sorts


class Diary:
    """The days of many owners (running numbers); rows without an owner or a day are left out."""

    def __init__(self, owner: Ints, day: Ints) -> None:
        rows = (owner >= 0) & known(day)
        self._keys = np.sort(owner[rows] * _DAYS + day[rows])

    def first_from(self, owner: Ints, day: Ints, until: Ints) -> Ints:
        """The first day of each owner from ``day`` to ``until``, both included; NONE without one."""
        at = np.searchsorted(self._keys, owner * _DAYS + day, side="left")
        return self._found(at, owner, day, until)

    def last_up_to(self, owner: Ints, day: Ints, since: Ints) -> Ints:
        """The last day of each owner from ``since`` to ``day``, both included; NONE without one."""
        at = np.searchsorted(self._keys, owner * _DAYS + day, side="right") - 1
        return self._found(at, owner, since, day)

    def number_between(self, owner: Ints, first: Ints, last: Ints) -> Ints:
        """How many days each owner has from ``first`` to ``last``, both included."""
        before = np.searchsorted(self._keys, owner * _DAYS + first, side="left")
        upto = np.searchsorted(self._keys, owner * _DAYS + last, side="right")
        return np.where(owner >= 0, upto - before, 0)

    def _found(self, at: Ints, owner: Ints, low: Ints, high: Ints) -> Ints:
        if not len(self._keys):
            return np.full(len(owner), NONE, dtype=np.int64)
        key = self._keys[np.clip(at, 0, len(self._keys) - 1)]
        inside = (at >= 0) & (at < len(self._keys)) & (owner >= 0)
        inside &= (key >= owner * _DAYS + low) & (key <= owner * _DAYS + high)
        return np.where(inside, key - owner * _DAYS, NONE)
