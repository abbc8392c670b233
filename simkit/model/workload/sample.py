"""Sampling: the Workload of one replication, with all its random draws, from a Setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Timescale
from simkit.model.inputs.horizon import Horizon
from simkit.model.inputs.onset import Onset, Posts
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.response import Response
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing
from simkit.model.workload.arrivals import Drawing, Families, arriving_families, concatenated
from simkit.model.workload.open_cases import OpenCases, beginning_with
from simkit.model.workload.passes import NUMPY, Passes
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.planned_dates import plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.rereferrals import roots, sources, with_rereferrals
from simkit.model.workload.task_table import TaskTable
from simkit.model.workload.workers import workers
from simkit.model.workload.workload import NEVER, Cases, Clock, Workload


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting of a simulation: rules, caseload, staff and period.

    ``factors`` scale the demand of the months April to March. ``practices``: draws of uncertain practice
    (modelling numbers by path), one for each replication in turn. ``open_cases``: the cases with which the
    measured year begins, in place of a drawn stock and a warm-up. ``onset``: the caseload and staff up to a
    change; then ``profile``, ``staffing`` and ``factors`` apply from its day on, else to the whole run.
    ``response``: the service's response to the change, None without one.
    """

    framework: Framework
    profile: Profile
    staffing: Staffing
    horizon: Horizon
    factors: tuple[float, ...] = (1.0,) * 12
    practices: tuple[Mapping[str, float], ...] = ()
    open_cases: OpenCases | None = None
    onset: Onset | None = None
    response: Response | None = None

    def scaled(self, factors: Mapping[str, float]) -> Setting:
        """The same with as many times the full-time equivalents of each role, in the whole run."""
        onset = None if self.onset is None else self.onset.scaled(factors)
        return replace(self, staffing=self.staffing.scaled(factors), onset=onset)

    def with_case_holders(self, factor: float) -> Setting:
        """The same with ``factor`` times the assessment time of case holders, in the whole run."""
        return self.scaled({CASE_HOLDER: factor})

    @property
    def without_change(self) -> Setting:
        """The same rules with the caseload and staff from before the change, in the whole run."""
        if self.onset is None:
            return self
        earlier = replace(self, profile=self.onset.profile, staffing=self.onset.staffing, factors=(1.0,) * 12)
        return replace(earlier, onset=None, response=None)

    @property
    def without_response(self) -> Setting:
        """The same change where nobody responds: no agency staff, nobody turned away, no shorter work."""
        if self.onset is None or self.response is None:
            return replace(self, response=None)
        posts = Posts(self.onset.posts.filled)
        staffing = self.staffing.scaled({CASE_HOLDER: posts.total / self.onset.posts.total})
        return replace(self, staffing=staffing, onset=replace(self.onset, posts=posts), response=None)

    @property
    def with_section_47_exempt(self) -> Setting:
        """The same change where the response leaves the work of section 47 enquiries as long as it is."""
        response = None if self.response is None else replace(self.response, shortens_section_47=False)
        return replace(self, response=response)

    def for_replication(self, replication: int) -> Setting:
        """The setting of one replication, with its draw of practice."""
        if not self.practices:
            return self
        practice = self.practices[replication % len(self.practices)]
        return replace(self, framework=self.framework.with_numbers(practice), practices=())


def sample(setting: Setting, seed: int, replication: int, passes: Passes = NUMPY) -> Workload:
    """The workload of one replication.

    The same seed and replication give every family, worker and step the same draws in every setting, and
    whatever the ``passes``. Raises StepsError (a ValueError) if the framework's steps cannot be carried out.
    """
    draws = passes.draws(seed, replication)
    framework, horizon = setting.framework, setting.horizon
    calendar = horizon.calendar
    families, planned = plan(framework, _families(setting, draws, passes.families), draws)
    pools = pools_of(framework)
    nobody = [pool for pool in pools[1:] if pool not in setting.staffing.fte]
    if nobody:
        raise StepsError(
            f"There are steps by {' and '.join(nobody)}, a role for which the simulation has no people."
        )
    early = _early(setting, families)

    def by_onset(of: Callable[[Profile, Staffing], float]) -> NDArray[np.float64]:
        """A number of each family: that from before the change for who came before it."""
        values = np.full(len(families), of(setting.profile, setting.staffing))
        if setting.onset is not None:
            values[early] = of(setting.onset.profile, setting.onset.staffing)
        return values

    work: TaskTable = passes.task_table(
        framework,
        families,
        planned,
        pools,
        conference=by_onset(lambda profile, _: profile.conference_share),
        day=calendar.day_minutes,
        stretch=by_onset(lambda _, staff: 1 / (1 - staff.other_work)),
        draws=draws,
    )
    number = framework.number
    length = calendar.day_minutes
    handover = round(number("staff.handover"))
    longest = int(work.tasks.effort.max(initial=0)) + handover
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
        workers=workers(
            framework, setting.staffing, pools, calendar, draws, setting.onset, longest, passes.hours
        ),
        clocks=clocks(framework),
        window=horizon.window,
        handover=handover,
        due_within=round(number("work.due_within")) * length,
        raise_before=round(number("work.raise_before")) * length,
        away_days=max(1, int(number("staff.no_new_cases_when_away"))),
        other_cases=round(100 * number("staff.other_cases")),
        caseload_limit=_caseload_limit(framework),
        final_minute=len(calendar.days) * length,
    )


def _families(setting: Setting, draws: Draws, drawing: Drawing) -> Families:
    """Everybody who comes, by id: until the day of a change as before it, from that day on as after it."""
    before = setting.onset
    if before is None:
        return _families_of(setting, setting.profile, setting.factors, draws, drawing)
    early = _families_of(setting.without_change, before.profile, (1.0,) * 12, draws, drawing)
    late = _families_of(setting, setting.profile, setting.factors, draws, drawing)
    families = concatenated([early.take(_early(setting, early)), late.take(~_early(setting, late))])
    return families.take(np.argsort(families.id, kind="stable"))


def _families_of(
    setting: Setting, profile: Profile, factors: tuple[float, ...], draws: Draws, drawing: Drawing
) -> Families:
    framework, horizon = setting.framework, setting.horizon
    calendar = horizon.calendar
    away = 0.0 if setting.response is None else setting.response.front_door
    last = horizon.last_arrival
    outside = arriving_families(framework, profile, factors, calendar, last, draws, away, drawing)
    if setting.open_cases is not None:
        outside = beginning_with(setting.open_cases, outside, horizon, framework, profile, draws)
    return with_rereferrals(framework, profile, outside, calendar.day_minutes, draws)


def _early(setting: Setting, families: Families) -> NDArray[np.bool_]:
    """Whether each family came before the change; who comes back goes with the first time."""
    if setting.onset is None:
        return np.zeros(len(families), dtype=bool)
    return np.asarray(families.date[roots(families)] < np.datetime64(setting.onset.since, "D"))


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
        named = {r for t in framework.limits.values() if t.end == own.end for r in t.routes}
        return tuple(route for route in ROUTES if route not in named)

    return tuple(
        Clock(t.id, t.title, t.start, t.end, t.amount, routes(t), t.national, t.starting_day, _remarks(t))
        for t in framework.limits.values()
        if t.kind in ("within", "expected_within", "at_most")
        and t.amount is not None
        and t.only_if is None
        and {t.start, t.end} <= events
    )


def _remarks(t: Timescale) -> tuple[str, ...]:
    remarks = []
    if t.kind == "at_most":
        remarks.append("set for each case, the longest")
    if t.target is not None:
        remarks.append(f"a target for {100 * t.target:g}%")
    if t.starting_day is not None:
        remarks.append(f"its first day is day {t.starting_day}")
    if t.carried_over is not None:
        remarks.append("carried over from another edition")
    return tuple(remarks)


def _caseload_limit(framework: Framework) -> int:
    """Children and other cases that a full-time case holder may have, in hundredths; NEVER for no limit."""
    limit = framework.roles.get(CASE_HOLDER, {}).get("caseload_limit")
    return int(NEVER) if limit is None else round(100 * float(limit))
