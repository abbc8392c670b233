"""The task table: all tasks of all families, route by route."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework
from simkit.model.workload.arrivals import Families, Uniforms
from simkit.model.workload.pathway import RouteStep, route_steps, step_needs
from simkit.model.workload.planned_dates import Plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.route_tasks import DEFAULTS, RouteTasks
from simkit.model.workload.workload import ALLOCATION, CLOSED, Tasks

__all__ = ["TaskTable", "task_table"]

Ints = NDArray[np.int64]

_OF_A_PIECE = ("step", "attempt", "pool", "urgency", "review")  # columns that depend on the step alone


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
    drawn = Uniforms(families, draws)
    ways = []
    for code in (*range(len(ROUTES)), CLOSED):
        route = ROUTES[code] if code != CLOSED else "closed"
        rows = np.flatnonzero(families.route == code)
        mine, plans, work = families.take(rows), planned.take(rows), route_steps(framework, route)
        need = step_needs(framework, conference[rows], work, mine, plans, partial(drawn.of, rows))
        own = stretch[rows]
        ways.append(RouteTasks(framework, route, rows, mine, plans, work, need, day, own, draws, drawn))
    count = np.zeros(len(families), dtype=np.int64)
    for way in ways:
        count[way.rows] = way.need.sum(axis=0)
    first = np.concatenate([[0], np.cumsum(count)])
    # One allocation: many arrays would be returned to the system after each run and requested again.
    block = np.empty((1 + len(DEFAULTS) + len(_OF_A_PIECE), first[-1]), dtype=np.int64)
    table = dict(zip(("case", *DEFAULTS, *_OF_A_PIECE), block, strict=True))
    table["case"][:] = np.repeat(np.arange(len(families)), count)
    for name, usual in DEFAULTS.items():
        table[name].fill(usual)
    names = _Names(pools)
    for way in ways:
        way.fill(table, first[way.rows], names.piece)
    piece = table.pop("piece")
    for name, values in zip(_OF_A_PIECE, zip(*names.route_steps, strict=True), strict=True):
        table[name][:] = np.array(values, dtype=np.int64)[piece]
    review, closes = table.pop("review") > 0, table.pop("closes") > 0
    marks = {event: tuple(sorted(steps)) for event, steps in names.marks.items()}
    return TaskTable(first, Tasks(**table, review=review, closes=closes), tuple(names.steps), marks)


@dataclass(slots=True)
class _Names:
    """Numbers of step names and of steps on routes, in order of first use."""

    pools: tuple[str, ...]
    steps: list[str] = field(default_factory=list)
    marks: dict[str, set[int]] = field(default_factory=dict)
    route_steps: list[tuple[int, ...]] = field(default_factory=list)

    def piece(self, piece: RouteStep, urgency: int) -> int:
        """The number of a piece: where ``pieces`` has its columns of _OF_A_PIECE."""
        review = piece.review is not None
        self.route_steps.append((self._step(piece), piece.attempt, self._pool(piece), urgency, review))
        return len(self.route_steps) - 1

    def _step(self, piece: RouteStep) -> int:
        if piece.label not in self.steps:
            self.steps.append(piece.label)
        code = self.steps.index(piece.label)
        if piece.review is None:
            for event in piece.step.marks:
                self.marks.setdefault(event, set()).add(code)
        return code

    def _pool(self, piece: RouteStep) -> int:
        """The role that does a step: a review's own if the model has workers of it, else the step's."""
        if piece.step.by == "allocation":
            return ALLOCATION
        own = piece.review is not None and piece.review.by in self.pools
        return self.pools.index(piece.review.by if own and piece.review else piece.step.by)
