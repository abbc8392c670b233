"""Staffing: full-time equivalents by role, turnover and absence, from the published caseload.

The workforce census counts all case holders and all cases, so the share of time for assessments is an
assumption: the published caseload uses a stated part of it (utilisation). Staffing is worked out once, from
the published caseload and the authority's own framework with its review points, and kept when rules or demand
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Floats
from simkit.framework.framework import ROUTES, Framework, Review, Step
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, working_minutes
from simkit.model.inputs.practice import (
    conclusion_pulls,
    day_shares,
    first_stage_days,
    first_stage_limits,
    practice_of,
)
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.review_points import expected_reviews
from simkit.model.workload.arrivals import mean_children, route_shares
from simkit.model.workload.random_streams import lognormal_mean

CASE_HOLDER = "social_worker"
UTILISATION = {
    CASE_HOLDER: "staff.utilisation",
    "team_manager": "staff.manager_utilisation",
    "front_door": "staff.front_door_utilisation",
    "conference_chair": "staff.chair_utilisation",
}
"""The number that says how much of a role's time the published caseload fills."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """Full-time equivalents in assessment work, by role, with turnover and absence.

    ``fte``: workers in post, agency cover included, vacancies not. ``other_work``: the share of their day for
    other work. ``assessment_share``: the part of the published case holders' time that this is. ``turnover``:
    leavers a year for each worker; ``sickness``: share of days; ``agency_cover``: share of vacancies covered.
    """

    fte: Mapping[str, float]
    other_work: float
    turnover: float
    sickness: float
    agency_cover: float
    assessment_share: float

    def scaled(self, factors: Mapping[str, float]) -> Staffing:
        """The same with as many times the full-time equivalents of each role, once where none is given."""
        return replace(self, fte={role: fte * factors.get(role, 1.0) for role, fte in self.fte.items()})


def work_minutes(step: Step, day: float) -> float:
    """Mean minutes of a step for a family with one child; a working day has ``day`` minutes."""
    if step.effort is None:
        return 0.0
    return lognormal_mean(step.effort) * working_minutes(step.effort.typical.unit, day)


def expected_minutes(framework: Framework, profile: Profile) -> dict[str, float]:
    """Minutes of work a year by role for the published caseload, without review points.

    Pulls that differ from case to case are left out too.
    """
    day = framework.number("time.working_day")
    referred = profile.referrals / mean_children(framework.number("demand.further_sibling"))
    assessed = _assessments(framework, profile)
    siblings = _siblings(framework)
    chance = framework.number("work.send_back")
    send_backs = sum(chance**k for k in range(1, int(framework.number("work.most_send_backs")) + 1))
    second_stage = {route: _second_stage_share(framework, route) for route in ROUTES}
    minutes = {CASE_HOLDER: 0.0}  # cases are allocated to them, whatever the steps
    for step in framework.steps.values():
        if step.only_if == "review_point" or step.effort is None:
            continue
        families = sum(
            assessed[route] * _on_stage(framework, step, route, second_stage[route])
            for route in step.routes
            if route in ROUTES
        )
        if "closed" in step.routes:
            families = referred  # a step of the front door, not of repeat assessments
        if step.only_if == "conference":
            families *= profile.conference_share
        if step.only_if == "sent_back":
            families *= send_backs
        if "authorised" in step.marks:
            families *= 1 + send_backs
        if step.share is not None:
            families *= step.share.value
        minutes[step.by] = minutes.get(step.by, 0.0) + families * work_minutes(step, day) * siblings
    return minutes


def review_minutes(framework: Framework, profile: Profile) -> dict[str, float]:
    """Minutes of work a year by role for a framework's review points with the published caseload.

    A review is held in assessments that reach the event it counts from and are planned to end on its day or
    later. Its own role holds it, if the simulation has people in that role.
    """
    day, siblings = framework.number("time.working_day"), _siblings(framework)
    steps = [step for step in framework.steps.values() if step.only_if == "review_point"]
    roles = {CASE_HOLDER, *(step.by for step in framework.steps.values())} - {"allocation"}
    minutes: dict[str, float] = {}
    for route, families in _assessments(framework, profile).items():
        still_open, second_stage = _open_shares(framework, route), _second_stage_share(framework, route)
        for step in steps:
            held: dict[str, float] = {}
            for review in framework.reviews.values():
                if not review.routes or route in review.routes:
                    role = review.by[0] if review.by[0] in roles else step.by
                    share = _comes_to(framework, review, route, profile.conference_share)
                    times = share * expected_reviews(framework, review, still_open, second_stage)
                    held[role] = held.get(role, 0.0) + times
            for role, times in held.items():
                work = families * times * work_minutes(step, day) * siblings
                minutes[role] = minutes.get(role, 0.0) + work
    return minutes


def _comes_to(framework: Framework, review: Review, route: str, conference: float) -> float:
    """Share of the assessments on ``route`` that reach the event a review counts from.

    If it is held for conferences alone, they also have to reach a conference.
    """
    first = review
    while first.after is not None and first.after in framework.reviews:
        first = framework.reviews[first.after]
    start = first.start or "assessment_started"
    steps = [step for step in framework.steps.values() if route in step.routes]
    marking = [step for step in steps if start in step.marks]
    if start != "referral" and not marking:
        return 0.0
    if review.only_if == "conference":
        return conference if any(step.only_if == "conference" for step in steps) else 0.0
    return conference if marking and all(step.only_if == "conference" for step in marking) else 1.0


def _assessments(framework: Framework, profile: Profile) -> dict[str, float]:
    """Families assessed in a year by route, repeat assessments included."""
    referred = profile.referrals / mean_children(framework.number("demand.further_sibling"))
    past_door = referred * (1 - profile.nfa_share)
    assessed, repeated = past_door * profile.assessed_share, past_door * profile.repeat_share
    shares = route_shares(framework, profile)
    return {route: (assessed + repeated) * shares[route] for route in ROUTES}


def expected_children(framework: Framework, profile: Profile) -> dict[str, float]:
    """Children assessed in a year by route, repeat assessments included, as the caseload implies."""
    children = mean_children(framework.number("demand.further_sibling"))
    return {route: children * families for route, families in _assessments(framework, profile).items()}


def _siblings(framework: Framework) -> float:
    """Mean work for a family, in multiples of the work for one child."""
    further = framework.number("demand.further_sibling")
    return 1 + framework.number("demand.sibling_effort") * (mean_children(further) - 1)


def _open_shares(framework: Framework, route: str) -> Floats:
    """Share of the assessments on ``route`` planned to end on each day or later."""
    practice = replace(practice_of(framework), brief_share=float(route == "brief"))
    longest = 10 * WORKING_DAYS_A_YEAR
    shares = day_shares(practice, conclusion_pulls(framework, practice, route), longest)
    return np.asarray(shares[::-1].cumsum()[::-1])


def _second_stage_share(framework: Framework, route: str) -> float:
    """Share of the assessments on ``route`` planned to last longer than a first stage."""
    days = first_stage_days(framework, route)
    return 1.0 if days is None else float(_open_shares(framework, route)[days + 1])


def _on_stage(framework: Framework, step: Step, route: str, second_stage: float) -> float:
    """Share of the assessments on ``route`` that reach the stage of a step."""
    if step.only_if == "first_stage":
        return float(bool(first_stage_limits(framework, route)))
    return second_stage if step.only_if in ("second_stage", "sent_back") else 1.0


def staffing(framework: Framework, profile: Profile) -> Staffing:
    """The staff that the published caseload needs under a framework, review points included."""
    other_work = framework.number("staff.other_work")
    day = framework.number("time.working_day") * (1 - other_work)
    at_work = share_present(framework, profile.absence_rate)
    least = framework.number("staff.least_people")
    reviewing = review_minutes(framework, profile)
    fte = {
        role: max(
            least,
            (minutes + reviewing.get(role, 0.0))
            / (framework.number(UTILISATION[role]) * day * WORKING_DAYS_A_YEAR * at_work),
        )
        for role, minutes in expected_minutes(framework, profile).items()
        if role in UTILISATION
    }
    share = fte[CASE_HOLDER] * (1 - other_work) / profile.case_holders_fte
    return Staffing(
        fte=fte,
        other_work=other_work,
        turnover=profile.turnover_rate,
        sickness=profile.absence_rate,
        agency_cover=profile.agency_cover_rate,
        assessment_share=share,
    )


def share_present(framework: Framework, sickness: float) -> float:
    """Share of working days on which a worker in post is at work."""
    leave = framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR
    return (1 - leave) * (1 - sickness)
