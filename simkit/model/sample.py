"""From a framework, a profile and a staff to the Workload of one replication: all drawing happens here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Timescale
from simkit.model.demand import Families, families
from simkit.model.draws import Draws
from simkit.model.horizon import Horizon
from simkit.model.plan import plan
from simkit.model.profile import Profile
from simkit.model.staffing import CASE_HOLDER, Staffing, people
from simkit.model.tasks import Tables, tables
from simkit.model.workload import NEVER, Cases, Clock, Workload

__all__ = ["Setting", "clocks", "pools_of", "sample"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to simulate: rules, caseload, staff and time.

    ``factors`` scale the demand of the months April to March.
    """

    framework: Framework
    profile: Profile
    staffing: Staffing
    horizon: Horizon
    factors: tuple[float, ...] = (1.0,) * 12


def sample(setting: Setting, seed: int, replication: int) -> Workload:
    """Draw one replication.

    The same seed and replication give every family, person and step the same draws in every setting.
    Raises ValueError where the framework's steps cannot be put in order.
    """
    draws = Draws(seed, replication)
    framework, horizon = setting.framework, setting.horizon
    calendar = horizon.calendar
    everybody = families(framework, setting.profile, setting.factors, calendar, horizon.last_arrival, draws)
    came, planned = plan(framework, everybody, draws)
    priority = _priorities(framework, came, draws)
    pools = pools_of(framework)
    work: Tables = tables(
        framework,
        setting.profile,
        came,
        planned,
        priority,
        pools,
        day=calendar.day_minutes,
        stretch=1 / (1 - setting.staffing.other_work),
        draws=draws,
    )
    number = framework.number
    length = calendar.day_minutes
    return Workload(
        calendar=calendar,
        pools=pools,
        steps=work.steps,
        marks=work.marks,
        cases=Cases(
            id=came.id,
            arrival=came.arrival,
            source=np.full(len(came), -1, dtype=np.int64),
            date=came.date,
            children=came.children,
            route=came.route,
            kind=came.kind,
            priority=priority,
            first_task=work.first_task,
            planned_day=planned.conclusion,
            natural_day=planned.natural,
        ),
        tasks=work.tasks,
        staff=people(framework, setting.staffing, pools, calendar, draws),
        clocks=clocks(framework),
        window=horizon.window,
        handover=round(number("staff.handover")),
        patience=round(number("work.due_within")) * length,
        raise_before=round(number("work.raise_before")) * length,
        away_days=max(1, int(number("staff.no_new_cases_when_away"))),
        other_cases=round(100 * number("staff.other_cases")),
        caseload_limit=int(NEVER),
        final_minute=len(calendar.days) * length,
    )


def pools_of(framework: Framework) -> tuple[str, ...]:
    """The roles that do the steps of a framework, case holders first."""
    return (CASE_HOLDER, *sorted({s.by for s in framework.steps.values()} - {CASE_HOLDER, "allocation"}))


def clocks(framework: Framework) -> tuple[Clock, ...]:
    """Every timescale with a number between two events that the model has.

    A timescale that names routes replaces, on them, the authority's own one for all routes that
    ends at the same event.
    """
    events = {"referral", *(event for step in framework.steps.values() for event in step.marks)}

    def routes(own: Timescale) -> tuple[str, ...]:
        if own.routes or own.national:
            return own.routes or ROUTES
        named = {r for t in framework.timescales.values() if t.end == own.end for r in t.routes}
        return tuple(route for route in ROUTES if route not in named)

    return tuple(
        Clock(t.id, t.title, t.start, t.end, t.amount, routes(t), t.national)
        for t in framework.timescales.values()
        if t.kind in ("within", "expected_within")
        and t.amount is not None
        and t.only_if is None
        and {t.start, t.end} <= events
    )


def _priorities(framework: Framework, came: Families, draws: Draws) -> Ints:
    """Index of each family's priority by the shares of ``model.priority_share``; -1 without any."""
    ids = tuple(framework.priorities)
    if not ids:
        return np.full(len(came), -1, dtype=np.int64)
    shares = np.cumsum([framework.number(f"priority_share.{p}") for p in ids])
    drawn = np.searchsorted(shares, came.uniform(draws, "priority"))
    return np.minimum(drawn, len(ids) - 1).astype(np.int64)
