"""Work that pages ask for a little at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

PAUSE = 0.05
"""Seconds to wait where there is nothing to do yet: another page does it, or another process compiles."""


class Turn:
    """Lets one page at a time do the work of a run or a fit."""

    def __init__(self) -> None:
        self._lock = Lock()

    def take(self, step: Callable[[], bool], seconds: float) -> None:
        """Take steps for so long, at least one, or until a step says that it was the last.

        Returns at once where another page takes them already.
        """
        if not self._lock.acquire(blocking=False):
            time.sleep(PAUSE)
            return
        try:
            until = time.monotonic() + seconds
            while step() and time.monotonic() < until:
                pass
        finally:
            self._lock.release()
