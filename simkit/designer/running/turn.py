"""Work that pages ask for in small steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

PAUSE = 0.05
"""Seconds to wait if there is nothing to do yet: another page does the work, or another process compiles."""


class Turn:
    """Lets one page at a time do the work of a run or a fit."""

    def __init__(self) -> None:
        self._lock = Lock()

    def take(self, step: Callable[[], bool], seconds: float) -> None:
        """Take steps, at least one, until ``seconds`` have passed or ``step`` says that there are no more.

        Takes none, and returns after ``PAUSE``, if another page is taking them.
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
