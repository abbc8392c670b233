"""The passes over families and tasks that drawing consists of: numpy's, or those of the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from simkit.common.arrays import Floats
from simkit.framework.framework import Framework
from simkit.model.workload import task_table
from simkit.model.workload.arrivals import Drawing, Families, families_of
from simkit.model.workload.hours import Hours, hours_of
from simkit.model.workload.planned_dates import Plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.task_table import TaskTable


class _Tasks(Protocol):
    def __call__(
        self,
        framework: Framework,
        families: Families,
        planned: Plan,
        pools: tuple[str, ...],
        *,
        conference: Floats,
        day: int,
        stretch: Floats,
        draws: Draws,
    ) -> TaskTable: ...


@dataclass(frozen=True, slots=True)
class Passes:
    """Functions with the same results; what each gives is said where numpy's is defined."""

    draws: type[Draws]
    families: Drawing
    task_table: _Tasks
    hours: Hours


NUMPY = Passes(Draws, families_of, task_table.task_table, hours_of)
