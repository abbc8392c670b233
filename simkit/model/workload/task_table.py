"""The task table: all tasks of all families, route by route."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import ROUTES, Framework
from simkit.model.workload.arrivals import Families
from simkit.model.workload.pathway import RouteStep, route_steps, step_needs
from simkit.model.workload.planned_dates import Plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.route_tasks import DEFAULTS, RouteTasks
from simkit.model.workload.workload import ALLOCATION, CLOSED, Tasks

_STEP_COLUMNS = ("step", "attempt", "pool", "urgency", "review")  # columns that depend on the step alone


@dataclass(frozen=True, eq=False)
class TaskTable:
    """``tasks``, the first row of each case, the names of the steps, and the steps that mark each event."""

    first_task: Ints
    tasks: Tasks
    steps: tuple[str, ...]
    marks: dict[str, tuple[int, ...]]


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
    """Every task of every family. ``conference``: the chance that each family's enquiry ends in one;
    ``day``: working minutes of a day; ``stretch``: working minutes that pass while a person who is free does
    a minute of each family's work. Raises StepsError where a step
    follows one that its route lacks, or where nobody would authorise an assessment.
    """
    uniforms = draws.of(families)
    routes = []
    for code in (*range(len(ROUTES)), CLOSED):
        route = ROUTES[code] if code != CLOSED else "closed"
        rows = np.flatnonzero(families.route == code)
        mine, plans, work = families.take(rows), planned.take(rows), route_steps(framework, route)
        need = step_needs(framework, conference[rows], work, mine, plans, partial(uniforms.of, rows))
        own = stretch[rows]
        routes.append(RouteTasks(framework, route, rows, mine, plans, work, need, day, own, draws, uniforms))
    count = np.zeros(len(families), dtype=np.int64)
    for each in routes:
        count[each.rows] = each.need.sum(axis=0)
    first = np.concatenate([[0], np.cumsum(count)])
    # One allocation: many arrays would be returned to the system after each run and requested again.
    block = np.empty((1 + len(DEFAULTS) + len(_STEP_COLUMNS), first[-1]), dtype=np.int64)
    table = dict(zip(("case", *DEFAULTS, *_STEP_COLUMNS), block, strict=True))
    table["case"][:] = repeated(np.arange(len(families)), count)
    for name, default in DEFAULTS.items():
        table[name].fill(default)
    names = StepNames(pools)
    for each in routes:
        each.fill(table, first[each.rows], names.number)
    route_step = table.pop("route_step")
    for name, values in zip(_STEP_COLUMNS, zip(*names.route_steps, strict=True), strict=True):
        table[name][:] = np.array(values, dtype=np.int64)[route_step]
    review, closes = table.pop("review") > 0, table.pop("closes") > 0
    return TaskTable(first, Tasks(**table, review=review, closes=closes), tuple(names.steps), names.events)


@dataclass(slots=True)
class StepNames:
    """Numbers of step names and of steps on routes, in order of first use."""

    pools: tuple[str, ...]
    steps: list[str] = field(default_factory=list)
    marks: dict[str, set[int]] = field(default_factory=dict)
    route_steps: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def events(self) -> dict[str, tuple[int, ...]]:
        """The steps that mark each event."""
        return {event: tuple(sorted(steps)) for event, steps in self.marks.items()}

    def number(self, route_step: RouteStep, urgency: int) -> int:
        """The number of a step on a route: its position in ``route_steps``, which has its columns."""
        review = route_step.review is not None
        self.route_steps.append(
            (self.step(route_step), route_step.attempt, self.pool(route_step), urgency, review)
        )
        return len(self.route_steps) - 1

    def step(self, route_step: RouteStep) -> int:
        """The number of a step's name, whose events it marks."""
        if route_step.label not in self.steps:
            self.steps.append(route_step.label)
        code = self.steps.index(route_step.label)
        if route_step.review is None:
            for event in route_step.step.marks:
                self.marks.setdefault(event, set()).add(code)
        return code

    def pool(self, route_step: RouteStep) -> int:
        """The role that does a step: a review's own if the model has workers of it, else the step's."""
        if route_step.step.by == "allocation":
            return ALLOCATION
        own = route_step.review is not None and route_step.review.by[0] in self.pools
        return self.pools.index(route_step.review.by[0] if own and route_step.review else route_step.step.by)
