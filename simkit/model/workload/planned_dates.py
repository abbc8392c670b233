"""Planned days: when each family's assessment, its first stage and its conference are planned to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.special import ndtri
from simkit.framework.framework import ROUTES, Framework, Timescale
from simkit.model.inputs.calendar import counted_days
from simkit.model.inputs.practice import (
    Practice,
    Pull,
    conclusion_limits,
    conclusion_pulls,
    first_stage_days,
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
from simkit.model.workload.random_streams import Draws, Uniforms, truncated_exponential
from simkit.model.workload.rereferrals import roots
from simkit.model.workload.workload import CLOSED, NEVER


@dataclass(frozen=True, eq=False)
class Plan:
    """One row for each family; working days, -1 for families that are not assessed.

    ``priority``: index into the framework's priorities, -1 without any. ``natural``: days the assessment
    would take without any clock; ``conclusion``: the day after its start for which authorisation is planned;
    ``first_stage``: the day planned for the end of a first stage, where the regime has two;
    ``second_stage``: whether it continues to the second; ``conference``: the day after the
    strategy discussion planned for a conference, on routes that have one. ``retained``: whether it is treated
    as under a national limit that was removed. ``earliest``: the first day on which planned work is done.
    """

    priority: Ints
    natural: Ints
    conclusion: Ints
    first_stage: Ints
    second_stage: NDArray[np.bool_]
    conference: Ints
    retained: NDArray[np.bool_]
    earliest: Ints

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
            self.earliest[rows],
        )


def plan(framework: Framework, families: Families, draws: Draws) -> tuple[Families, Plan]:
    """The plan of each family, and the families, without those of the stock whose assessment has ended."""
    practice = practice_of(framework)
    uniforms, route = draws.of(families), families.route
    priority = _priorities(framework, families, draws)
    natural, conclusion, first_stage = np.full((3, len(families)), -1, dtype=np.int64)
    second_stage = np.ones(len(families), dtype=bool)
    retained = np.ones(len(families), dtype=bool)
    alike: dict[_Rules, list[int]] = {}
    for code, name in enumerate(ROUTES):
        alike.setdefault(_rules_of(framework, practice, name), []).append(code)
    for rules, codes in alike.items():
        rows = _on_routes(families, codes)
        pulled = uniforms.of(rows, "pull")
        pulls = (*rules.pulls, *_own_pulls(framework, rules, families, rows, priority, draws))
        span, brief = uniforms.of(rows, "span"), np.flatnonzero(route[rows] == ROUTES.index("brief"))
        days = natural_span(span, False, practice)
        days[brief] = natural_span(span[brief], True, practice)
        margin, slip = (partial(_of, uniforms, rows, purpose) for purpose in ("margin", "slip"))
        natural[rows] = days
        conclusion[rows] = planned_day(days, pulled, margin, slip, pulls, practice)
        if rules.retained:
            retained[rows] = is_retained(pulled, practice.pull, framework.number("practice.retention"))
        if rules.stage is not None:
            stage = rules.stage
            early = truncated_exponential(uniforms.of(rows, "first stage"), practice.margin, stage - 1)
            second_stage[rows] = conclusion[rows] > stage
            first_stage[rows] = np.where(second_stage[rows], stage - early, conclusion[rows])
    # An authority's own open cases arrived on the day on which their assessment began.
    stock = families.kind == STOCK
    own = np.flatnonzero(stock & (families.arrival > 0))
    stock[own] = False
    earliest = np.zeros(len(families), dtype=np.int64)
    earliest[own] = families.days_open[own] + 1  # they have been open that long
    for code, name in enumerate(ROUTES):
        rows = own[route[own] == code]
        if len(rows):
            spans = uniforms.of(rows, "span")
            conclusion[rows] = days_if_open(framework, practice, name, families.days_open[rows], spans)
    natural[own] = first_stage[own] = conclusion[own]
    # Of a drawn stock, only cases planned to end on the first day of the run or later are kept, with their
    # re-referrals.
    remaining = ~stock | (conclusion >= families.days_open)
    remaining &= remaining[roots(families)]
    rows = np.flatnonzero(remaining)
    stock = np.flatnonzero(stock & remaining)
    conclusion[stock] -= families.days_open[stock]
    first_stage[stock] = conclusion[stock]
    families = families.take(rows)
    return families, Plan(
        priority=priority[rows],
        natural=natural[rows],
        conclusion=conclusion[rows],
        first_stage=first_stage[rows],
        second_stage=second_stage[rows],
        conference=_conferences(framework, practice, families, draws),
        retained=retained[rows],
        earliest=earliest[rows],
    )


def _of(uniforms: Uniforms, rows: Ints, purpose: str, some: Ints) -> Floats:
    """The uniforms of some of the rows."""
    return uniforms.of(rows[some], purpose)


class _Rules(NamedTuple):
    """The rules that plan an assessment's conclusion, the same on most routes.

    ``limits`` and ``reviews``: those whose day differs between cases, and their pulls; ``retained``: whether
    a national limit was removed; ``stage``: days of a first stage.
    """

    pulls: tuple[Pull, ...]
    limits: tuple[tuple[str, float], ...]
    reviews: tuple[tuple[str, float], ...]
    retained: bool
    stage: int | None


def _rules_of(framework: Framework, practice: Practice, route: str) -> _Rules:
    local, at_review = framework.number("practice.pull_local_limit"), framework.number("practice.pull_review")
    pulls = {
        t.id: national_pull(framework, t, practice.pull) if t.national else local
        for t in conclusion_limits(framework, route)
        if t.kind == "between"
    }
    reviews = (r for r in framework.reviews.values() if not r.routes or route in r.routes)
    return _Rules(
        pulls=conclusion_pulls(framework, practice, route),
        limits=tuple((limit, share) for limit, share in pulls.items() if share > 0),
        reviews=tuple(
            (r.id, at_review) for r in reviews if at_review > 0 and review_day(framework, r) is None
        ),
        retained=retained_limit(framework, route) is not None,
        stage=first_stage_days(framework, route),
    )


def _on_routes(families: Families, codes: Iterable[int]) -> Ints:
    """Rows of the families on these routes."""
    on_route = np.zeros(CLOSED + 1, dtype=bool)
    on_route[list(codes)] = True
    return np.flatnonzero(on_route[families.route])


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
    framework: Framework, rules: _Rules, families: Families, rows: Ints, priority: Ints, draws: Draws
) -> Iterator[Pull]:
    """The clocks whose day differs between these cases: limits set case by case, reviews by priority."""
    for limit, share in rules.limits:
        yield Pull(limit, limit_days(framework.limits[limit], families.take(rows), draws), share)
    for review, share in rules.reviews:
        days = [review_day(framework, framework.reviews[review], p) for p in framework.priorities]
        if any(day is not None for day in days):
            by_priority = np.array([NEVER if day is None else day for day in days], dtype=np.int64)
            yield Pull(review, by_priority[priority[rows]], share)


def _conferences(framework: Framework, practice: Practice, families: Families, draws: Draws) -> Ints:
    """Day after the strategy discussion for which a conference would be planned, -1 on other routes."""
    routes = {r for s in framework.steps.values() if s.held_until == "conference" for r in s.routes}
    rows = _on_routes(families, (code for code, route in enumerate(ROUTES) if route in routes))
    uniforms, result = draws.of(families), np.full(len(families), -1, dtype=np.int64)
    spans = practice.conference_median * np.exp(
        practice.conference_sigma * ndtri(uniforms.of(rows, "conference_span"))
    )
    days = np.maximum(1, np.rint(spans)).astype(np.int64)
    limit = framework.timescales.get("conference")
    if limit is not None and limit.amount is not None:
        pull = national_pull(framework, limit, practice.conference_pull)
        days = planned_day(
            days,
            uniforms.of(rows, "conference_pull"),
            partial(_of, uniforms, rows, "conference_margin"),
            partial(_of, uniforms, rows, "conference_slip"),
            (Pull(limit.id, counted_days(limit.amount, limit.starting_day), pull),),
            replace(practice, margin=practice.conference_margin, slip=0.0),
        )
    result[rows] = days
    return result
