"""What is simulated: a framework, a caseload and a staff under a scenario, and the day its changes begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from simkit.common.errors import SimkitError
from simkit.framework.framework import Framework
from simkit.framework.problem import FrameworkError, Problems
from simkit.framework.rules.scenario import outside_the_run
from simkit.model.inputs.horizon import Horizon, horizon
from simkit.model.inputs.onset import Onset, Posts
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.response import Response, response_of
from simkit.model.inputs.scenario import (
    Scenario,
    apply_to_profile,
    case_holder_factor,
    demand_factors,
    other_work,
    period,
    vacancy_factor,
)
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing
from simkit.model.workload.open_cases import OpenCases
from simkit.model.workload.sample import Setting


def setting_under(
    scenario: Scenario,
    framework: Framework,
    base: Profile,
    staff: Staffing,
    practices: tuple[Mapping[str, float], ...] = (),
    open_cases: OpenCases | None = None,
) -> Setting:
    """What is simulated under a scenario. ``base`` and ``staff`` are as they are without it.

    Raises SimkitError for a time that can't be simulated, FrameworkError for a change that would begin
    outside it.
    """
    try:
        time = horizon(framework, *period(scenario, base, later=int(open_cases is not None)))
    except ValueError as error:
        raise SimkitError(f"{scenario.title}: {error}.") from error
    changed = apply_to_profile(base, scenario)
    factors = demand_factors(scenario, base)
    response = response_of(framework) if scenario.changes_pressure else None
    posts = _posts(scenario, base, staff.fte[CASE_HOLDER], factors, response)
    after = replace(
        staff,
        fte={**staff.fte, CASE_HOLDER: posts.total},
        other_work=other_work(scenario, staff.other_work),
        turnover=changed.turnover_rate,
        sickness=changed.absence_rate,
        agency_cover=changed.agency_cover_rate,
    )
    onset = None
    if scenario.changes_pressure:
        onset = Onset(_since(scenario, time), base, staff, posts)
    return Setting(framework, changed, after, time, factors, practices, open_cases, onset, response)


def _posts(
    scenario: Scenario, base: Profile, now: float, factors: tuple[float, ...], response: Response | None
) -> Posts:
    """The case holders after the change, of ``now`` before it."""
    factor = case_holder_factor(scenario, base)
    if response is None:
        return Posts(filled=now * factor)
    vacant = max(0.0, 1 - vacancy_factor(scenario, base))
    others = factor / vacancy_factor(scenario, base)
    rise = max(0.0, float(np.dot(factors, base.by_month)) - 1)
    return Posts(
        filled=now * factor,
        covered=now * others * vacant * response.cover_vacancies,
        late=now * response.cover_demand * rise,
    )


def _since(scenario: Scenario, time: Horizon) -> date:
    """The first day of the changes: the scenario's, or the first one measured."""
    if scenario.since is None:
        return time.start
    first = time.calendar.days[0].astype("datetime64[D]").item()
    if not first <= scenario.since <= time.end:
        assert scenario.source is not None
        raise FrameworkError(Problems((outside_the_run(scenario.source, scenario.since, first, time.end),)))
    return scenario.since
