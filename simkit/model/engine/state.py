"""The state of a run in the SimPy engine: what has happened to each case, task and worker so far."""

from __future__ import annotations

from simkit.model.engine.pressure import Pressure
from simkit.model.engine.tables import workload_lists
from simkit.model.event_order import NONE
from simkit.model.outcome import MISSING
from simkit.model.workload.workload import Workload


class State:
    """Cases, tasks and workers by row; ``arrival`` to ``effort`` are the columns of the Outcome."""

    def __init__(self, workload: Workload) -> None:
        self.workload, self.tables = workload, workload_lists(workload)
        self.day_minutes = workload.calendar.day_minutes
        cases, tasks, workers = len(workload.cases), len(workload.tasks), len(workload.workers)
        self.arrival = [MISSING] * cases
        self.ready, self.queued, self.start, self.end = ([MISSING] * tasks for _ in range(4))
        self.worker, self.handover = [MISSING] * tasks, [0] * tasks
        self.effort = self.tables.effort.copy()
        table = workload.effort_table
        self.pressure = None if table is None else Pressure(table)
        # Cases.
        self.holder, self.unfinished = [NONE] * cases, self.tables.work_tasks.copy()
        self.authorised, self.reviewed, self.handover_due = ([False] * cases for _ in range(3))
        self.outstanding = 1  # unfinished cases that arrived in the window, and the end of the window
        # People.
        self.case_holders: list[int] = []  # in post, by row
        self.cases_held: list[set[int]] = [set() for _ in range(workers)]
        self.free = [False] * workers  # in post, without a task, and not known to be away

    def end_of(self, earlier: int, case: int) -> int:
        """End of an earlier task; the arrival of the case if there is no such task or it has not ended."""
        end = self.end[earlier] if earlier != NONE else MISSING
        return end if end != MISSING else self.arrival[case]

    def day_of(self, earlier: int, case: int) -> int:
        """Start of the day of ``end_of``."""
        end = self.end_of(earlier, case)
        return end - end % self.day_minutes

    def tasks_of(self, case: int) -> range:
        """The rows of a case's tasks."""
        return range(self.tables.first_task[case], self.tables.first_task[case + 1])

    def is_in_window(self, case: int) -> bool:
        """Whether a case arrived in the days that the run is about."""
        start, end = self.workload.window
        return start <= self.arrival[case] < end

    def was_withdrawn(self, task: int) -> bool:
        """Whether a task is a review of a case that has been authorised."""
        return self.tables.review[task] and self.authorised[self.tables.case[task]]
