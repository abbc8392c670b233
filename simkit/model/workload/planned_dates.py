"""Planned days: when each family's assessment, its first stage and its conference are planned to end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Ints
from simkit.common.special import ndtri
from simkit.framework.framework import ROUTES, Framework, Timescale
from simkit.model.inputs.calendar import counted_days, model_days
from simkit.model.inputs.practice import (
    Practice,
    Pull,
    conclusion_limits,
    conclusion_pulls,
    first_stage_limits,
    is_retained,
    national_pull,
    natural_span,
    planned_day,
    practice_of,
    retained_limit,
    review_day,
)
from simkit.model.workload.arrivals import STOCK, Families
from simkit.model.workload.open_cases import days_if_open
from simkit.model.workload.random_streams import Draws, truncated_exponential
from simkit.model.workload.rereferrals import roots
from simkit.model.workload.workload import NEVER


@dataclass(frozen=True, eq=False)
class Plan:
    """One row for each family; working days, -1 for families that are not assessed.

    ``priority``: index into the framework's priorities, -1 without any. ``natural``: days the assessment
    would take without any clock; ``conclusion``: the day after its start for which authorisation is planned;
    ``first_stage``: the day planned for the end of a first stage, where the regime has two;
    ``second_stage``: whether it continues to the second; ``conference``: the day after the
    strategy discussion planned for a conference, on routes that have one. ``retained``: whether it is treated
    as under a national limit that was removed.
    """

    priority: Ints
    natural: Ints
    conclusion: Ints
    first_stage: Ints
    second_stage: NDArray[np.bool_]
    conference: Ints
    retained: NDArray[np.bool_]

    def take(self, rows: Ints | NDArray[np.bool_]) -> Plan:
        """The plans of these rows."""
        return Plan(
            self.priority[rows],
            self.natural[rows],
            self.conclusion[rows],
            self.first_stage[rows],
            self.second_stage[rows],
            self.conference[rows],
            self.retained[rows],
        )


def plan(framework: Framework, families: Families, draws: Draws) -> tuple[Families, Plan]:
    """The plan of each family, and the families, without those of the stock whose assessment has ended."""
    practice = practice_of(framework)
    uniforms, everybody = draws.of(families), np.arange(len(families))
    span, pull, margin, slip = (uniforms.of(everybody, each) for each in ("span", "pull", "margin", "slip"))
    priority = _priorities(framework, families, draws)
    natural = np.full(len(families), -1, dtype=np.int64)
    conclusion = natural.copy()
    first_stage = natural.copy()
    second_stage = np.ones(len(families), dtype=bool)
    retained = np.ones(len(families), dtype=bool)
    retention = framework.number("practice.retention")
    for code, route in enumerate(ROUTES):
        rows = np.flatnonzero(families.route == code)
        natural[rows] = natural_span(span[rows], route == "brief", practice)
        conclusion[rows] = planned_day(
            natural[rows],
            pull[rows],
            margin[rows],
            slip[rows],
            (
                *conclusion_pulls(framework, practice, route),
                *_own_pulls(framework, practice, route, families, rows, priority, draws),
            ),
            practice,
        )
        if retained_limit(framework, route) is not None:
            retained[rows] = is_retained(pull[rows], practice.pull, retention)
        stages = first_stage_limits(framework, route)
        if stages:
            stage = min(model_days(t.amount) for t in stages if t.amount is not None)
            early = truncated_exponential(uniforms.of(rows, "first stage"), practice.margin, stage - 1)
            second_stage[rows] = conclusion[rows] > stage
            first_stage[rows] = np.where(second_stage[rows], stage - early, conclusion[rows])
    # Of a drawn stock, only cases planned to end on the first day of the run or later are kept, with their
    # re-referrals. An authority's own open cases arrived on the day on which their assessment began.
    own = (families.kind == STOCK) & (families.arrival > 0)
    for code, route in enumerate(ROUTES):
        rows = np.flatnonzero(own & (families.route == code))
        if len(rows):
            conclusion[rows] = days_if_open(framework, practice, route, families.days_open[rows], span[rows])
    natural = np.where(own, conclusion, natural)
    first_stage = np.where(own, conclusion, first_stage)
    stock, days_open = (families.kind == STOCK) & ~own, families.days_open
    remaining = ~stock | (conclusion >= days_open)
    remaining &= remaining[roots(families)]
    families = families.take(remaining)
    return families, Plan(
        priority=priority[remaining],
        natural=natural[remaining],
        conclusion=np.where(stock, conclusion - days_open, conclusion)[remaining],
        first_stage=np.where(stock, conclusion - days_open, first_stage)[remaining],
        second_stage=second_stage[remaining],
        conference=_conferences(framework, practice, families, draws),
        retained=retained[remaining],
    )


def limit_days(timescale: Timescale, families: Families, draws: Draws) -> Ints:
    """Working days of a limit for each family: the same for all, or set case by case.

    There is no evidence on what managers set between two values: all days are equally likely.
    """
    assert timescale.amount is not None
    high = counted_days(timescale.amount, timescale.starting_day)
    if timescale.lower is None:
        return np.full(len(families), high, dtype=np.int64)
    low = counted_days(timescale.lower, timescale.starting_day)
    return low + np.floor(families.uniform(draws, f"limit {timescale.id}") * (high - low + 1)).astype(
        np.int64
    )


def _priorities(framework: Framework, families: Families, draws: Draws) -> Ints:
    """Index of each family's priority, drawn by ``model.priority_share``; -1 without priorities."""
    shares = np.cumsum([framework.number(f"priority_share.{p}") for p in framework.priorities])
    if not len(shares):
        return np.full(len(families), -1, dtype=np.int64)
    uniform = families.uniform(draws, "priority")
    # The last priority includes what rounding leaves of the shares.
    return np.searchsorted(shares[:-1], uniform).astype(np.int64)


def _own_pulls(
    framework: Framework,
    practice: Practice,
    route: str,
    families: Families,
    rows: Ints,
    priority: Ints,
    draws: Draws,
) -> tuple[Pull, ...]:
    """The clocks whose day differs between these cases: limits set case by case, reviews by priority."""
    local = framework.number("practice.pull_local_limit")
    pulls = [
        Pull(
            t.id,
            limit_days(t, families.take(rows), draws),
            national_pull(framework, t, practice.pull) if t.national else local,
        )
        for t in conclusion_limits(framework, route)
        if t.kind == "between"
    ]
    at_review = framework.number("practice.pull_review")
    for review in framework.reviews.values():
        if review_day(framework, review) is None and (not review.routes or route in review.routes):
            days = [review_day(framework, review, p) for p in framework.priorities]
            if any(day is not None for day in days):
                by_priority = np.array([NEVER if day is None else day for day in days], dtype=np.int64)
                pulls.append(Pull(review.id, by_priority[priority[rows]], at_review))
    return tuple(pull for pull in pulls if pull.share > 0)


def _conferences(framework: Framework, practice: Practice, families: Families, draws: Draws) -> Ints:
    """Day after the strategy discussion for which a conference would be planned, -1 on other routes."""
    routes = {r for s in framework.steps.values() if s.held_until == "conference" for r in s.routes}
    on_route = np.array([*(route in routes for route in ROUTES), False])  # the last are closed at the door
    rows = np.flatnonzero(on_route[families.route])
    uniforms, result = draws.of(families), np.full(len(families), -1, dtype=np.int64)
    spans = practice.conference_median * np.exp(
        practice.conference_sigma * ndtri(uniforms.of(rows, "conference_span"))
    )
    result[rows] = np.maximum(1, np.rint(spans))
    limit = framework.timescales.get("conference")
    if limit is not None and limit.amount is not None:
        pull = national_pull(framework, limit, practice.conference_pull)
        result[rows] = planned_day(
            result[rows],
            uniforms.of(rows, "conference_pull"),
            uniforms.of(rows, "conference_margin"),
            np.ones(len(rows)),
            (Pull(limit.id, model_days(limit.amount), pull),),
            replace(practice, margin=practice.conference_margin, slip=0.0),
        )
    return result
