"""Records that a list has more than once."""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.returns.dates import NONE, known


def duplicates(child: Ints, *columns: Ints) -> Bools:
    """Whether each record repeats an earlier one of the same child; False where the child is unknown."""
    keys = np.stack([child, *columns], axis=1)
    result = np.ones(len(child), dtype=bool)
    if len(child):
        _, first = np.unique(keys, axis=0, return_index=True)
        result[first] = False
    return result & (child >= 0)


def twins(child: Ints, start: Ints, end: Ints) -> Bools:
    """Rows without an end, if another row has one for the same child and start."""
    is_known = (child >= 0) & known(start)
    key = np.stack([child, start], axis=1)
    ended = {tuple(each) for each in key[is_known & (end != NONE)].tolist()}
    is_open = is_known & (end == NONE)
    result = np.zeros(len(child), dtype=bool)
    result[is_open] = [tuple(each) in ended for each in key[is_open].tolist()]
    return result
