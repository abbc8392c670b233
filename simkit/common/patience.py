"""Tries again for a moment what Windows refuses while another program has a file open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE, TRIES = 0.05, 20

T = TypeVar("T")


def patiently(act: Callable[[], T]) -> T:
    """What ``act`` gives. A PermissionError is raised only once it has lasted for a second.

    A virus scanner, a search index or another run of simkit opens a file for less than that.
    """
    for _ in range(TRIES):
        try:
            return act()
        except PermissionError:
            time.sleep(PAUSE)
    return act()
