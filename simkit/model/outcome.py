"""What a run gives back: facts in integer working minutes, never rates."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["MISSING", "Outcome"]

Ints = NDArray[np.int64]

MISSING = -1  # a moment that did not come before the run ended

Ending = Literal["finished", "final minute"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What happened to every case and task of the Workload it came from, in the same order.

    ``came``: minute at which each case was referred. Of each task: ``ready``: minute from which the
    task could be done; ``queued``: minute it last joined the queue of whoever did it (later than
    ``ready`` where the case had no worker); ``start``, ``end``: begun and finished; ``worker``: row
    of the staff table; ``handover``: minutes spent on taking the case over, part of the task; ``effort``:
    minutes of work, the drawn ones where nothing made them shorter. MISSING where it has not happened.
    ``stopped``: the minute at which the run stopped, and ``ending`` why.
    """

    arrival: Ints
    ready: Ints
    queued: Ints
    start: Ints
    end: Ints
    worker: Ints
    handover: Ints
    effort: Ints
    stopped: int
    ending: Ending

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        done = int((self.end != MISSING).sum())
        return f"Outcome({done} of {len(self.end)} tasks done, stopped at {self.stopped}: {self.ending})"
