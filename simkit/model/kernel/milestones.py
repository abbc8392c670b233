"""The minutes of events in the kernel, in one pass over the tasks: identical to ``measures/milestones``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Ints
from simkit.model.kernel.compiler import entry
from simkit.model.measures import milestones
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.workload import Workload

_AUTHORISED = "authorised"


class Milestones(milestones.Milestones):
    """The events of one run, all found at once."""

    def __init__(self, workload: Workload, outcome: Outcome) -> None:
        super().__init__(workload, outcome)
        tasks, events = workload.tasks, tuple(workload.marks)
        marked: list[list[int]] = [[] for _ in workload.steps]
        for number, event in enumerate(events):
            for step in workload.marks[event]:
                if event != _AUTHORISED and step < len(marked):
                    marked[step].append(number)
        first = np.cumsum([0, *(len(each) for each in marked)])
        marks = np.array([number for each in marked for number in each], dtype=np.int64)
        shape = (len(events) + 2, len(workload.cases))
        minutes = np.full(shape, MISSING, dtype=np.int64)
        expected, closing = np.zeros((2, *shape), dtype=np.bool_)
        columns = (tasks.case, tasks.step, tasks.attempt, tasks.closes)
        _mark(*columns, outcome.end, first, marks, minutes, expected, closing)
        self._rows = {event: number for number, event in enumerate(events) if event != _AUTHORISED}
        self._rows[_AUTHORISED] = len(events)
        self._all_minutes, self._all_expected, self._all_closing = minutes, expected, closing

    def _minutes(self, event: str) -> Ints:
        return self.past_the_door(event, self._of(event, self._all_minutes))

    def expected(self, event: str) -> Bools:
        """As in ``measures/milestones``."""
        return np.asarray(self._of(event, self._all_expected))

    def closed_by(self, event: str) -> Bools:
        """As in ``measures/milestones``."""
        return np.asarray(self._of(event, self._all_closing))

    def _of(self, event: str, rows: NDArray[Any]) -> NDArray[Any]:
        """The row of an event; the last row is that of an event that no step marks."""
        row: NDArray[Any] = rows[self._rows.get(event, len(rows) - 1)]
        return row


@entry
def _mark(
    case: Any,
    step: Any,
    attempt: Any,
    closes: Any,
    end: Any,
    first: Any,
    marks: Any,
    minutes: Any,
    expected: Any,
    closing: Any,
) -> None:
    authorised = len(minutes) - 2
    for row in range(len(case)):
        of = case[row]
        for place in range(first[step[row]], first[step[row] + 1]):
            event = marks[place]
            expected[event, of] = True
            if attempt[row] == 0:
                minutes[event, of] = end[row]
            if closes[row]:
                closing[event, of] = True
        if closes[row]:
            minutes[authorised, of] = end[row]
            expected[authorised, of] = closing[authorised, of] = True
