"""Sampling: the Workload of one replication, with all its random draws, from a Setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simkit.framework.framework import ROUTES, Framework, Timescale
from simkit.model.inputs.horizon import Horizon
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing
from simkit.model.workload.arrivals import arriving_families
from simkit.model.workload.open_cases import OpenCases, beginning_with
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.planned_dates import plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.rereferrals import sources, with_rereferrals
from simkit.model.workload.task_table import TaskTable, task_table
from simkit.model.workload.workers import workers
from simkit.model.workload.workload import NEVER, Cases, Clock, Workload

__all__ = ["Setting", "clocks", "pools_of", "sample"]


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting of a simulation: rules, caseload, staff and period.

    ``factors`` scale the demand of the months April to March. ``practices``: draws of uncertain practice
    (modelling numbers by path), one for each replication in turn.
    ``open_cases``: what the measured year begins with in place of a drawn stock and a warm-up.
    """

    framework: Framework
    profile: Profile
    staffing: Staffing
    horizon: Horizon
    factors: tuple[float, ...] = (1.0,) * 12
    practices: tuple[Mapping[str, float], ...] = ()
    open_cases: OpenCases | None = None

    def for_replication(self, replication: int) -> Setting:
        """The setting of one replication, with its draw of practice."""
        if not self.practices:
            return self
        practice = self.practices[replication % len(self.practices)]
        return replace(self, framework=self.framework.with_numbers(practice), practices=())


def sample(setting: Setting, seed: int, replication: int) -> Workload:
    """The workload of one replication.

    The same seed and replication give every family, worker and step the same draws in every setting. Raises
    StepsError (a ValueError) if the framework's steps cannot be carried out.
    """
    draws = Draws(seed, replication)
    framework, horizon, profile = setting.framework, setting.horizon, setting.profile
    calendar = horizon.calendar
    outside = arriving_families(framework, profile, setting.factors, calendar, horizon.last_arrival, draws)
    if setting.open_cases is not None:
        outside = beginning_with(setting.open_cases, outside, horizon, framework, profile, draws)
    everybody = with_rereferrals(framework, profile, outside, calendar.day_minutes, draws)
    families, planned = plan(framework, everybody, draws)
    pools = pools_of(framework)
    nobody = [pool for pool in pools[1:] if pool not in setting.staffing.fte]
    if nobody:
        raise StepsError(
            f"There are steps by {' and '.join(nobody)}, a role for which the simulation has no people."
        )
    work: TaskTable = task_table(
        framework,
        profile,
        families,
        planned,
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
            id=families.id,
            arrival=families.arrival,
            source=sources(families),
            date=families.date,
            children=families.children,
            route=families.route,
            kind=families.kind,
            priority=planned.priority,
            first_task=work.first_task,
            planned_day=planned.conclusion,
            natural_day=planned.natural,
        ),
        tasks=work.tasks,
        workers=workers(framework, setting.staffing, pools, calendar, draws),
        clocks=clocks(framework),
        window=horizon.window,
        handover=round(number("staff.handover")),
        due_within=round(number("work.due_within")) * length,
        raise_before=round(number("work.raise_before")) * length,
        away_days=max(1, int(number("staff.no_new_cases_when_away"))),
        other_cases=round(100 * number("staff.other_cases")),
        caseload_limit=_caseload_limit(framework),
        final_minute=len(calendar.days) * length,
    )


def pools_of(framework: Framework) -> tuple[str, ...]:
    """The roles that do the steps of a framework, case holders first."""
    return (CASE_HOLDER, *sorted({s.by for s in framework.steps.values()} - {CASE_HOLDER, "allocation"}))


def clocks(framework: Framework) -> tuple[Clock, ...]:
    """Every timescale with a number between two events of the model.

    A timescale for some routes replaces on them the authority's own one for all routes with the same end.
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


def _caseload_limit(framework: Framework) -> int:
    """Children and other cases that a full-time case holder may have, in hundredths; NEVER for no limit."""
    limit = framework.roles.get(CASE_HOLDER, {}).get("caseload_limit")
    return int(NEVER) if limit is None else round(100 * float(limit))
