"""A workload's tables as plain lists, which Python reads fastest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.model.event_order import NONE
from simkit.model.workload.workload import Workload

__all__ = ["WorkloadLists", "workload_lists"]


@dataclass(frozen=True, slots=True)
class WorkloadLists:
    """What the SimPy engine reads: the columns of the tables under their names, by row.

    ``outside``: cases that follow from no other, in the order in which they come; ``returns``: those
    that follow from a case; ``opening``: tasks that follow from a case's arrival; ``next_task`` and
    ``branches``: the first and the further tasks that follow from a task; ``work``: how many tasks of a
    case are no reviews.
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
    """The tables of a workload."""
    cases, tasks, staff = workload.cases, workload.tasks, workload.workers
    first = np.full(len(tasks), NONE)
    rows = np.flatnonzero(tasks.parent >= 0)
    first[tasks.parent[rows[::-1]]] = rows[::-1]
    first_tasks: dict[int, list[int]] = {}
    for task in np.flatnonzero(tasks.parent < 0).tolist():
        first_tasks.setdefault(int(tasks.case[task]), []).append(task)
    branches: dict[int, list[int]] = {}
    for task in rows[first[tasks.parent[rows]] != rows].tolist():
        branches.setdefault(int(tasks.parent[task]), []).append(task)
    rereferrals: dict[int, list[int]] = {}
    for again in np.flatnonzero(cases.source >= 0).tolist():
        rereferrals.setdefault(int(cases.source[again]), []).append(again)
    outside = np.flatnonzero(cases.source < 0)
    return WorkloadLists(
        planned_arrival=cases.arrival.tolist(),
        children=cases.children.tolist(),
        first_task=cases.first_task.tolist(),
        work_tasks=np.bincount(tasks.case[~tasks.review], minlength=len(cases)).tolist(),
        outside=outside[np.argsort(cases.arrival[outside], kind="stable")].tolist(),
        rereferrals=rereferrals,
        case=tasks.case.tolist(),
        pool=tasks.pool.tolist(),
        effort=tasks.effort.tolist(),
        wait_from=tasks.wait_from.tolist(),
        wait=tasks.wait.tolist(),
        hold_from=tasks.hold_from.tolist(),
        hold=tasks.hold.tolist(),
        due_from=tasks.due_from.tolist(),
        due=tasks.due.tolist(),
        limit_from=tasks.limit_from.tolist(),
        limit=tasks.limit.tolist(),
        urgency=tasks.urgency.tolist(),
        review=tasks.review.tolist(),
        closes=tasks.closes.tolist(),
        first_tasks=first_tasks,
        next_task=first.tolist(),
        branches=branches,
        role=staff.pool.tolist(),
        fte=staff.fte.tolist(),
        starts=staff.starts.tolist(),
        leaves=staff.leaves.tolist(),
        notice=staff.notice.tolist(),
        opens=staff.opens.tolist(),
        shuts=staff.shuts.tolist(),
    )
