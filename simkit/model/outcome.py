"""The outcome of a run: when each case arrived and each task was ready, started and done."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from simkit.common.arrays import Ints

MISSING = -1  # a minute not reached before the run ended

Ending = Literal["finished", "final minute"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What happened to each case and task of a Workload, by row of its tables, in integer working minutes.

    ``arrival``: of each case. Of each task: ``ready``: from when it could be done; ``queued``: when it last
    joined a queue (later than ``ready`` where the case had no worker); ``start``, ``end``; ``worker``: row of
    the table of workers; ``handover``: minutes of the task spent on taking the case over; ``effort``: minutes
    of work, the drawn ones where nothing made them shorter. MISSING where it has not happened. ``stopped``:
    when the run stopped, and ``ending`` why.
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
