"""When each assessment is planned to end: practice applied to the families that come."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simkit.framework.framework import ROUTES, Framework
from simkit.model.calendar import model_days
from simkit.model.demand import STOCK, Families
from simkit.model.draws import Draws, truncated_exponential
from simkit.model.practice import (
    Practice,
    Pull,
    conclusion_pulls,
    first_stage_days,
    natural_span,
    planned_day,
    practice_of,
)

__all__ = ["Plan", "plan"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plan:
    """One row a family; working days, -1 for families that are not assessed.

    ``natural``: days the assessment would take with nobody watching the clock; ``conclusion``: the
    day after its start on which it is planned to be authorised; ``first_stage``: the day planned
    for the end of a first stage, where the regime has two; ``goes_on``: whether it goes on to the
    second; ``conference``: the day after the strategy discussion planned for a conference.
    """

    natural: Ints
    conclusion: Ints
    first_stage: Ints
    goes_on: NDArray[np.bool_]
    conference: Ints

    def take(self, rows: Ints | NDArray[np.bool_]) -> Plan:
        """The plans of these rows alone."""
        return Plan(
            self.natural[rows],
            self.conclusion[rows],
            self.first_stage[rows],
            self.goes_on[rows],
            self.conference[rows],
        )


def plan(framework: Framework, came: Families, draws: Draws) -> tuple[Families, Plan]:
    """The plan of each family, and the families without those of the stock whose assessment has ended."""
    practice = practice_of(framework)
    natural = np.full(len(came), -1, dtype=np.int64)
    conclusion = natural.copy()
    first_stage = natural.copy()
    goes_on = np.ones(len(came), dtype=bool)
    for code, route in enumerate(ROUTES):
        rows = np.flatnonzero(came.route == code)
        mine = came.take(rows)
        natural[rows] = natural_span(
            mine.uniform(draws, "span"), np.full(len(rows), route == "brief"), practice
        )
        conclusion[rows] = planned_day(
            natural[rows],
            mine.uniform(draws, "pull"),
            mine.uniform(draws, "margin"),
            mine.uniform(draws, "slip"),
            conclusion_pulls(framework, practice, route),
            practice,
        )
        stage = first_stage_days(framework)
        if stage is not None:
            early = truncated_exponential(mine.uniform(draws, "first stage"), practice.margin, stage - 1)
            goes_on[rows] = conclusion[rows] > stage
            first_stage[rows] = np.where(goes_on[rows], stage - early, conclusion[rows])
    # Of the stock those are left that are planned to end on the run's first day or after it.
    stock = came.kind == STOCK
    left = ~stock | (conclusion >= came.waited)
    conclusion = np.where(stock, conclusion - came.waited, conclusion)
    first_stage = np.where(stock, conclusion, first_stage)
    whole = Plan(natural, conclusion, first_stage, goes_on, _conferences(framework, practice, came, draws))
    return came.take(left), whole.take(left)


def _conferences(framework: Framework, practice: Practice, came: Families, draws: Draws) -> Ints:
    """Day after the strategy discussion for which a family's conference would be planned."""
    spans = practice.conference_median * np.exp(
        practice.conference_sigma * ndtri(came.uniform(draws, "conference_span"))
    )
    natural = np.maximum(1, np.rint(spans)).astype(np.int64)
    limit = framework.timescales.get("conference")
    if limit is None or limit.amount is None:
        return np.asarray(natural)
    own = replace(practice, margin=practice.conference_margin, slip=0.0)
    return planned_day(
        natural,
        came.uniform(draws, "conference_pull"),
        came.uniform(draws, "conference_margin"),
        np.ones(len(came)),
        (Pull(limit.id, model_days(limit.amount), practice.conference_pull),),
        own,
    )
