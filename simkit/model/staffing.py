"""Who does the work: people in posts, with part-time weeks, leave, sickness, leavers and starters.

The published workforce counts all case holders and all cases, not assessment work, so the share of
time that goes to assessments is an assumption: it is set so that the published caseload fills a
stated part of it. Staffing is therefore worked out once, from the published caseload, and kept when
rules or demand change.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Step
from simkit.model.calendar import WORKING_DAYS_A_YEAR, Calendar, model_days
from simkit.model.demand import mean_children, route_shares
from simkit.model.draws import Draws, lognormal_mean
from simkit.model.practice import conclusion_pulls, day_shares, first_stage_limits, practice_of
from simkit.model.profile import Profile
from simkit.model.workload import NEVER, Staff

__all__ = [
    "CASE_HOLDER",
    "Staffing",
    "expected_minutes",
    "people",
    "staffing",
    "work_minutes",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CASE_HOLDER = "social_worker"
_UTILISATION = {
    CASE_HOLDER: "staff.utilisation",
    "team_manager": "staff.manager_utilisation",
    "front_door": "staff.front_door_utilisation",
    "conference_chair": "staff.chair_utilisation",
}
_MINUTES = {"minutes": 1, "hours": 60}
_SPELLS = 64  # most people one after the other in a post, half of them permanent and half agency


@dataclass(frozen=True, slots=True)
class Staffing:
    """Full-time equivalents in assessment work, by role, and how they come and go.

    ``fte`` counts people in post (agency cover included, empty posts not); ``other_work`` is the
    share of their day that goes elsewhere. ``assessment_share`` is what part of the
    published case holders' time this makes. Rates are shares a year, ``sickness`` a share of days.
    """

    fte: Mapping[str, float]
    other_work: float
    turnover: float
    sickness: float
    agency_cover: float
    assessment_share: float

    def with_case_holders(self, factor: float) -> Staffing:
        """The same with ``factor`` times the assessment time of case holders."""
        return replace(self, fte={**self.fte, CASE_HOLDER: self.fte[CASE_HOLDER] * factor})


def work_minutes(step: Step) -> float:
    """Mean minutes of one doing of a step, for a family with one child."""
    if step.effort is None:
        return 0.0
    return lognormal_mean(step.effort) * _MINUTES[step.effort.typical.unit]


def expected_minutes(framework: Framework, profile: Profile) -> dict[str, float]:
    """Minutes of work a year by role that the published caseload brings, review points left out.

    Review points are left out so that two frameworks on the same caseload get the same staff; pulls
    that differ from case to case, for the same reason.
    """
    further = framework.number("demand.further_sibling")
    referred = profile.referrals / mean_children(further)
    past_door = referred * (1 - profile.nfa_share)
    assessed = past_door * profile.assessed_share
    repeated = past_door * profile.repeat_share
    shares = route_shares(framework, profile)
    # The mean size of a family by children beyond the first.
    siblings = 1 + framework.number("demand.sibling_effort") * (mean_children(further) - 1)
    back = framework.number("work.send_back")
    returns = sum(back**k for k in range(1, int(framework.number("work.most_send_backs")) + 1))
    goes_on = {route: _goes_on(framework, route) for route in ROUTES}
    minutes: dict[str, float] = {}
    for step in framework.steps.values():
        if step.only_if == "review_point" or step.effort is None:
            continue
        families = sum(
            (assessed + repeated) * shares[route] * _on_stage(framework, step, route, goes_on[route])
            for route in step.routes
            if route in ROUTES
        )
        if "closed" in step.routes:
            families = referred  # a step of the front door, which repeat assessments do not pass
        if step.only_if == "conference":
            families *= profile.conference_share
        if step.only_if == "sent_back":
            families *= returns
        if "authorised" in step.marks:
            families *= 1 + returns
        if step.share is not None:
            families *= step.share.value
        minutes[step.by] = minutes.get(step.by, 0.0) + families * work_minutes(step) * siblings
    return minutes


def _goes_on(framework: Framework, route: str) -> float:
    """Share of the assessments on ``route`` that are planned for longer than a first stage."""
    days = [model_days(t.amount) for t in first_stage_limits(framework, route) if t.amount is not None]
    if not days:
        return 1.0
    own = replace(practice_of(framework), brief_share=float(route == "brief"))
    longest = 10 * WORKING_DAYS_A_YEAR
    return float(day_shares(own, conclusion_pulls(framework, own, route), longest)[min(days) + 1 :].sum())


def _on_stage(framework: Framework, step: Step, route: str, goes_on: float) -> float:
    """Share of the assessments on ``route`` that come to the stage of a step."""
    if step.only_if == "first_stage":
        return float(bool(first_stage_limits(framework, route)))
    return goes_on if step.only_if in ("second_stage", "sent_back") else 1.0


def staffing(framework: Framework, profile: Profile) -> Staffing:
    """The staff that the published caseload of a profile implies under a framework's assumptions."""
    other_work = framework.number("staff.other_work")
    day = framework.number("time.working_day") * (1 - other_work)
    present = _present(framework, profile.absence_rate)
    least = framework.number("staff.least_people")
    fte = {
        role: max(
            least, minutes / (framework.number(_UTILISATION[role]) * day * WORKING_DAYS_A_YEAR * present)
        )
        for role, minutes in expected_minutes(framework, profile).items()
        if role in _UTILISATION
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


def _present(framework: Framework, sickness: float) -> float:
    """Share of working days on which a person in post is at work."""
    leave = framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR
    return (1 - leave) * (1 - sickness)


def people(
    framework: Framework, staffing: Staffing, pools: tuple[str, ...], calendar: Calendar, draws: Draws
) -> Staff:
    """Everybody who works in the calendar's days, one row a person, by role and post.

    A role without any work in ``pools`` is left out: staff are worked out under the rules as
    published, and a scenario may have no use for some of them.
    """
    nobody = np.zeros(0, dtype=np.int64)
    no_hours = np.zeros((0, len(calendar.days)), dtype=np.int64)
    parts = [
        Staff(*(nobody,) * 6, opens=no_hours, shuts=no_hours),
        *(
            _role(framework, staffing, pool, role, staffing.fte[role], calendar, draws)
            for pool, role in enumerate(pools)
            if staffing.fte.get(role, 0) > 0
        ),
    ]
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("id", "pool", "fte", "starts", "leaves", "notice", "opens", "shuts")
    }
    return Staff(**joined)


def _posts(target: float, part_time: float, week: float) -> list[float]:
    """Full-time equivalents of the posts that make up ``target``: whole, part-time and a remainder.

    Fewer than two full-time equivalents are shared by two people, so that one can be away.
    """
    if target < 2:
        return [target / 2, target / 2]
    posts: list[float] = []
    left = target
    while left > 1e-9:
        number = len(posts)
        is_part = int((number + 1) * part_time) > int(number * part_time)
        size = min(left, week / 5 if is_part else 1.0)
        posts.append(size)
        left -= size
    return posts


def _role(
    framework: Framework,
    staffing: Staffing,
    pool: int,
    role: str,
    fte: float,
    calendar: Calendar,
    draws: Draws,
) -> Staff:
    days = len(calendar.days)
    turnover = min(staffing.turnover, 3.0)
    gap_days = framework.number("staff.post_empty")
    stay_days = WORKING_DAYS_A_YEAR / turnover if turnover > 0 else np.inf
    empty = 0.0 if turnover <= 0 else gap_days / (gap_days + stay_days)
    filled = 1 - empty * (1 - staffing.agency_cover)
    week = framework.number("staff.part_time_week")
    sizes = np.array(_posts(fte / filled, framework.number("staff.part_time_posts"), week))
    post, turn, starts, leaves = _spells(role, len(sizes), stay_days, gap_days, staffing, days, draws)
    opens, shuts = (minutes[post] for minutes in _windows(framework, staffing, role, sizes, calendar, draws))
    day = np.arange(days)
    there = (day >= starts[:, None]) & (day < leaves[:, None])
    np.copyto(shuts, opens, where=~there)
    length = calendar.day_minutes
    notice_days = int(framework.number("staff.no_new_cases_before_leaving"))
    stays = leaves >= days
    return Staff(
        id=post * _SPELLS + turn + (zlib.crc32(role.encode("utf-8")) << 24),
        pool=np.full(len(post), pool, dtype=np.int64),
        fte=np.maximum(1, np.rint(sizes[post] * 100)).astype(np.int64),
        starts=starts * length,
        leaves=np.where(stays, NEVER, leaves * length),
        notice=np.where(stays, NEVER, np.maximum(starts, leaves - notice_days) * length),
        opens=opens,
        shuts=shuts,
    )


def _spells(
    role: str, posts: int, stay_days: float, gap_days: float, staffing: Staffing, days: int, draws: Draws
) -> tuple[Ints, Ints, Ints, Ints]:
    """The people in each post, one after the other: post, number, first day, day after the last.

    Stays and gaps are exponential; an empty post has an agency worker with the chance ``agency_cover``.
    Permanent staff have even numbers and agency workers odd ones: a person's number depends on nobody else.
    """
    if not np.isfinite(stay_days):
        nought = np.zeros(posts, dtype=np.int64)
        return np.arange(posts), nought, nought, np.full(posts, days)

    def turns(purpose: str) -> Floats:
        return draws.uniform(f"{purpose} {role}", posts * _SPELLS // 2).reshape(posts, _SPELLS // 2)

    stays = np.maximum(1, np.rint(-stay_days * np.log(turns("stay")))).astype(np.int64)
    gaps = np.rint(-gap_days * np.log(turns("gap"))).astype(np.int64)
    filled_again = np.cumsum(stays + gaps, axis=1)
    empty = filled_again - gaps
    starts = np.stack([empty - stays, empty], axis=2).reshape(posts, _SPELLS)
    leaves = np.minimum(days, np.stack([empty, filled_again], axis=2).reshape(posts, _SPELLS))
    covered = np.stack([stays > 0, turns("cover") < staffing.agency_cover], axis=2).reshape(posts, _SPELLS)
    post, turn = np.nonzero(covered & (starts < leaves))
    return post, turn, starts[post, turn], leaves[post, turn]


def _windows(
    framework: Framework,
    staffing: Staffing,
    role: str,
    size: Floats,
    calendar: Calendar,
    draws: Draws,
) -> tuple[Ints, Ints]:
    """Minutes of each day that whoever is in each post gives to this work (posts x days): from, until.

    Part-time people work whole days on part of the week; those with less than a fifth of a week work a
    part of every day. The part of the day that goes to this work begins at a drawn minute. Supervision
    is part of the other work and falls on a few days of the month: they are shorter, the others longer.
    Days off and their causes are drawn by post and day, since a post holds one person at a time.
    """
    posts, days = len(size), len(calendar.days)
    length = calendar.day_minutes
    whole_days = (size > 0.2) & (size < 1)
    week_days = np.where(whole_days, np.ceil(size * 5 - 1e-9), 5).astype(np.int64)
    meetings, lasts = _supervision(framework, role)
    at_work = week_days / 5 * _present(framework, staffing.sickness) * WORKING_DAYS_A_YEAR / 12
    met = np.minimum(meetings * lasts * size / at_work, staffing.other_work * length * size * 5 / week_days)
    a_day = (1 - staffing.other_work) * length * np.where(size < 1, size * 5 / week_days, 1.0)
    minutes = np.maximum(1, np.rint(a_day + met)).astype(np.int64)[:, None]
    shorter = np.rint(met * at_work / max(meetings, 1)).astype(np.int64)[:, None]

    def by_day(purpose: str) -> Floats:
        return draws.rows(f"{purpose} {role}", posts, days)

    weekday = (calendar.days.astype(np.int64) + 3) % 7  # Monday is 0
    week = (calendar.days.astype(np.int64) + 3) // 7
    week -= week[0]
    on_leave = framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR
    # Half of the leave is taken in whole weeks, half in single days; a day may fall to both.
    half = 1 - np.sqrt(1 - on_leave)
    first = (draws.uniform(f"week {role}", posts) * 5).astype(np.int64)
    since_first = ((weekday - np.arange(5)[:, None]) % 5)[first]
    works = since_first < week_days[:, None]
    works &= (draws.rows(f"leave in weeks {role}", posts, int(week[-1]) + 1) >= half)[:, week]
    works &= by_day("leave in days") >= half
    works &= ~_ill(by_day("ill"), staffing.sickness, framework.number("staff.sickness_spell"))
    given = np.where(works, minutes, 0)
    if meetings > 0:
        met_on = _lowest_of_month(by_day("supervision"), works, calendar, meetings)
        np.subtract(given, np.minimum(shorter, minutes - 1), out=given, where=met_on)
    opens = np.arange(days) * length + (by_day("hours") * (length - minutes + 1)).astype(np.int64)
    return opens, opens + given


def _supervision(framework: Framework, role: str) -> tuple[int, float]:
    """Meetings a month of a person in a role, and minutes of each. Managers meet several case holders."""
    people = {CASE_HOLDER: 1, "team_manager": int(framework.number("staff.supervised_by_a_manager"))}
    return people.get(role, 0), 60 * framework.number("staff.supervision")


def _lowest_of_month(drawn: Floats, works: Bools, calendar: Calendar, count: int) -> Bools:
    """For each row the ``count`` days of each month with the lowest draws of those on which it works."""
    _, first, days = np.unique(calendar.days.astype("datetime64[M]"), return_index=True, return_counts=True)
    left = np.where(works, drawn, 1.0)
    for _ in range(count):
        lowest = np.repeat(np.minimum.reduceat(left, first, axis=1), days, axis=1)
        np.copyto(left, 1.0, where=left == lowest)
    found: Bools = works & (left == 1.0)
    return found


def _ill(drawn: Floats, sick: float, mean: float) -> Bools:
    """Days on which each row is ill: spells begin on any day and last geometrically, ``mean`` days.

    Spells may overlap. Days without one are those on which none of a Poisson number runs. How far a
    day's draw lies below the chance that a spell begins says how long this lasts.
    """
    chance = -np.log1p(-sick) / mean
    ill = np.zeros(drawn.shape, dtype=bool)
    rows, days = np.nonzero(drawn < chance)
    lengths = 1 + np.log(drawn[rows, days] / max(chance, 1e-300)) / np.log1p(-1 / max(mean, 1.000001))
    for row, day, length in zip(rows.tolist(), days.tolist(), lengths.astype(np.int64).tolist(), strict=True):
        ill[row, day : day + length] = True
    return ill
