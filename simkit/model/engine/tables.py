"""The tables of a workload as Python lists, which the SimPy engine reads faster than arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simkit.common.whole_numbers import counts_of
from simkit.model.event_order import NONE
from simkit.model.workload.workload import Workload

_TASK_COLUMNS = (
    *("case", "pool", "effort", "wait_from", "wait", "hold_from", "hold"),
    *("due_from", "due", "limit_from", "limit", "urgency", "review", "closes"),
)


@dataclass(frozen=True, slots=True)
class WorkloadLists:
    """Columns of the tables, by row, and indexes of what follows what.

    ``outside``: cases without a source, by arrival; ``rereferrals``: cases by their source;
    ``first_tasks``: tasks without a parent, by case; ``next_task`` and ``branches``: the first and the
    further children of a task; ``work_tasks``: number of tasks of a case, reviews left out.
    """

    planned_arrival: list[int]
    children: list[int]
    first_task: list[int]
    work_tasks: list[int]
    outside: list[int]
    rereferrals: dict[int, list[int]]
    case: list[int]
    pool: list[int]
    effort: list[int]
    wait_from: list[int]
    wait: list[int]
    hold_from: list[int]
    hold: list[int]
    due_from: list[int]
    due: list[int]
    limit_from: list[int]
    limit: list[int]
    urgency: list[int]
    review: list[bool]
    closes: list[bool]
    first_tasks: dict[int, list[int]]
    next_task: list[int]
    branches: dict[int, list[int]]
    role: list[int]
    fte: list[int]
    starts: list[int]
    leaves: list[int]
    notice: list[int]
    opens: list[list[int]]
    shuts: list[list[int]]


def workload_lists(workload: Workload) -> WorkloadLists:
    """The lists of a workload."""
    cases, tasks, workers = workload.cases, workload.tasks, workload.workers
    next_task = np.full(len(tasks), NONE)
    rows = np.flatnonzero(tasks.parent >= 0)
    next_task[tasks.parent[rows[::-1]]] = rows[::-1]
    first_tasks: dict[int, list[int]] = {}
    for task in np.flatnonzero(tasks.parent < 0).tolist():
        first_tasks.setdefault(int(tasks.case[task]), []).append(task)
    branches: dict[int, list[int]] = {}
    for task in rows[next_task[tasks.parent[rows]] != rows].tolist():
        branches.setdefault(int(tasks.parent[task]), []).append(task)
    rereferrals: dict[int, list[int]] = {}
    for case in np.flatnonzero(cases.source >= 0).tolist():
        rereferrals.setdefault(int(cases.source[case]), []).append(case)
    outside = np.flatnonzero(cases.source < 0)
    return WorkloadLists(
        planned_arrival=cases.arrival.tolist(),
        work_tasks=counts_of(tasks.case[~tasks.review], len(cases)).tolist(),
        outside=outside[np.argsort(cases.arrival[outside], kind="stable")].tolist(),
        rereferrals=rereferrals,
        first_tasks=first_tasks,
        next_task=next_task.tolist(),
        branches=branches,
        role=workers.pool.tolist(),
        **_columns(cases, "children", "first_task"),
        **_columns(tasks, *_TASK_COLUMNS),
        **_columns(workers, "fte", "starts", "leaves", "notice", "opens", "shuts"),
    )


def _columns(table: object, *names: str) -> dict[str, Any]:
    return {name: getattr(table, name).tolist() for name in names}
