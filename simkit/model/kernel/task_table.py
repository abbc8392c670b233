"""The task table in the kernel: identical to ``workload/task_table``, under the same name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simkit.common.special import ndtri
from simkit.framework.framework import ROUTES, Framework
from simkit.model.kernel.drawing import Choice, Drawn, Family, Place, TaskRows, draw_steps, write_tasks
from simkit.model.kernel.pathway import pathways
from simkit.model.kernel.streams import none_kept
from simkit.model.kernel.tables import empty, read_only
from simkit.model.workload.arrivals import Families
from simkit.model.workload.planned_dates import Plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.route_tasks import nobody_signs
from simkit.model.workload.task_table import TaskTable
from simkit.model.workload.workload import Tasks

_FLAGS = ("review", "closes")


def task_table(
    framework: Framework,
    families: Families,
    planned: Plan,
    pools: tuple[str, ...],
    *,
    conference: NDArray[np.float64],
    day: int,
    stretch: NDArray[np.float64],
    draws: Draws,
) -> TaskTable:
    """Every task of every family; arguments and errors as in ``workload/task_table``."""
    paths, names = pathways(framework, pools, day)
    columns = _families(families, planned, conference, stretch)
    steps, count = int(np.diff(paths.first)[families.route].sum()), len(families)
    uniform, sigma = np.empty((2, 2 * steps))  # mostly never touched
    drawn = Drawn(
        key=draws.key,
        kept=none_kept(len(paths.streams)),
        need=np.empty(steps, dtype=np.int8),
        first_need=np.empty(count + 1, dtype=np.int64),
        first_task=np.empty(count + 1, dtype=np.int64),
        uniform=uniform,
        sigma=sigma,
    )
    number, unsigned = draw_steps(paths, columns, drawn)
    if unsigned >= 0:
        raise nobody_signs(ROUTES[unsigned])
    amounts = uniform[:number]
    ndtri(amounts, out=amounts)
    np.multiply(sigma[:number], amounts, out=amounts)
    np.exp(amounts, out=amounts)
    rows = int(drawn.first_task[-1])
    # One allocation: many arrays would be returned to the system after each run and requested again.
    block = iter(np.empty((len(TaskRows._fields) - len(_FLAGS), rows), dtype=np.int64))
    table = TaskRows(
        **{name: np.empty(rows, np.bool_) if name in _FLAGS else next(block) for name in TaskRows._fields}
    )
    places, choices = empty(Place, len(paths.steps)), empty(Choice, len(paths.due_times))
    siblings = framework.number("demand.sibling_effort")
    write_tasks(paths, columns, drawn, amounts, siblings, day, table, places, choices)
    return TaskTable(drawn.first_task, Tasks(**table._asdict()), tuple(names.steps), names.events)


def _families(
    families: Families, planned: Plan, conference: NDArray[np.float64], stretch: NDArray[np.float64]
) -> Family:
    """The columns of families."""
    columns = {name: getattr(families, name) for name in ("block", "position", "children", "route", "kind")}
    plan = ("priority", "conclusion", "first_stage", "second_stage", "conference", "retained", "earliest")
    for name in plan:
        columns[name] = getattr(planned, name)
    whole = {name: read_only(values) for name, values in columns.items()}
    return Family(**whole, conference_share=conference, stretch=stretch)
