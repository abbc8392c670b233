"""The minute at which each case reached each event, and whether its tasks lead to the event at all."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import counts_of
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import REPEAT
from simkit.model.workload.workload import Workload


def event_minutes(workload: Workload, outcome: Outcome, event: str) -> Ints:
    """The minute at which each case reached an event, MISSING where it did not.

    ``authorised`` is the end of the sign-off that closed the case, after any send-backs.
    """
    return Milestones(workload, outcome).at(event)


class Milestones:
    """The events of one run. Tasks are sorted by step once, when first needed."""

    def __init__(self, workload: Workload, outcome: Outcome) -> None:
        self.workload, self.outcome = workload, outcome
        self._at: dict[str, Ints] = {}
        self._expected: dict[str, Bools] = {}

    def at(self, event: str) -> Ints:
        """The minute of an event, by case; MISSING where it was not reached."""
        if event == "referral":
            return self.outcome.arrival
        if event not in self._at:
            self._at[event] = self._minutes(event)
        return self._at[event]

    def expected(self, event: str) -> Bools:
        """Whether each case has a task whose end is the event."""
        if event not in self._expected:
            expected = np.zeros(len(self.workload.cases), dtype=bool)
            expected[self.workload.tasks.case[self.tasks(event)]] = True
            self._expected[event] = expected
        return self._expected[event]

    def closed_by(self, event: str) -> Bools:
        """Whether a task whose end is the event authorises each case."""
        tasks, closed = self.workload.tasks, np.zeros(len(self.workload.cases), dtype=bool)
        rows = self.tasks(event)
        closed[tasks.case[rows[tasks.closes[rows]]]] = True
        return closed

    def tasks(self, event: str) -> Ints:
        """Rows of the tasks whose end is the event, all attempts."""
        if event == "authorised":
            return np.flatnonzero(self.workload.tasks.closes)
        by_step = self._by_step
        rows = [by_step[step] for step in self.workload.marks.get(event, ()) if step < len(by_step)]
        if len(rows) == 1:
            return rows[0]
        return np.sort(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)

    @cached_property
    def _by_step(self) -> list[Ints]:
        """Rows of the tasks of each step."""
        step = self.workload.tasks.step
        # numpy sorts integers of one or two bytes by radix.
        narrow = step.astype(np.min_scalar_type(int(step.max(initial=0))))
        ends = np.cumsum(counts_of(narrow))
        return np.split(np.argsort(narrow, kind="stable"), ends[:-1])

    def _minutes(self, event: str) -> Ints:
        cases, tasks, outcome = self.workload.cases, self.workload.tasks, self.outcome
        rows = self.tasks(event)
        if event != "authorised":
            rows = rows[tasks.attempt[rows] == 0]
        minutes = np.full(len(cases), MISSING, dtype=np.int64)
        minutes[tasks.case[rows]] = outcome.end[rows]
        return self.past_the_door(event, minutes)

    def past_the_door(self, event: str, minutes: Ints) -> Ints:
        """The minutes of an event, with the arrival of cases that pass no front door where they start on it.

        These are repeat assessments and cases open at the start.
        """
        if event in ("assessment_started", "decided"):
            return np.where(self.workload.cases.kind >= REPEAT, self.outcome.arrival, minutes)
        return minutes
