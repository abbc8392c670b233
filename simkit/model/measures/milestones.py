"""When each case reached each event, and whether it lies on the case's way at all."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import REPEAT
from simkit.model.workload.workload import Workload

__all__ = ["Milestones", "event_minutes"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def event_minutes(workload: Workload, outcome: Outcome, event: str) -> Ints:
    """The minute at which each case reached an event, MISSING where it has not or never would.

    For ``authorised`` this is the end of the sign-off that closed it, whatever was sent back before.
    """
    return Milestones(workload, outcome).at(event)


class Milestones:
    """The events of one run. Tasks are sorted by step once, if any event asked for needs it."""

    def __init__(self, workload: Workload, outcome: Outcome) -> None:
        self.workload, self.outcome = workload, outcome
        self._at: dict[str, Ints] = {}
        self._expected: dict[str, Bools] = {}

    def at(self, event: str) -> Ints:
        """The minute of an event by case; MISSING where it has not come."""
        if event == "referral":
            return self.outcome.arrival
        if event not in self._at:
            self._at[event] = self._minutes(event)
        return self._at[event]

    def expected(self, event: str) -> Bools:
        """Whether an event lies on each case's way."""
        if event not in self._expected:
            found = np.zeros(len(self.workload.cases), dtype=bool)
            found[self.workload.tasks.case[self.tasks(event)]] = True
            self._expected[event] = found
        return self._expected[event]

    def tasks(self, event: str) -> Ints:
        """The rows of the task table that bring an event, each attempt."""
        if event == "authorised":
            return np.flatnonzero(self.workload.tasks.closes)
        by_step = self._by_step
        found = [by_step[step] for step in self.workload.marks.get(event, ()) if step < len(by_step)]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    @cached_property
    def _by_step(self) -> list[Ints]:
        """The rows of the task table that are of each step."""
        step = self.workload.tasks.step
        # Numbers of one or two bytes are sorted in a single pass.
        narrow = step.astype(np.min_scalar_type(int(step.max(initial=0))))
        ends = np.cumsum(np.bincount(narrow))
        return np.split(np.argsort(narrow, kind="stable"), ends[:-1])

    def _minutes(self, event: str) -> Ints:
        cases, tasks, outcome = self.workload.cases, self.workload.tasks, self.outcome
        rows = self.tasks(event)
        if event != "authorised":
            rows = rows[tasks.attempt[rows] == 0]
        minutes = np.full(len(cases), MISSING, dtype=np.int64)
        minutes[tasks.case[rows]] = outcome.end[rows]
        if event in ("assessment_started", "decided"):
            # A repeat assessment, or one open already, passes no front door: it starts when it comes.
            again = cases.kind >= REPEAT
            minutes[again] = outcome.arrival[again]
        return minutes
