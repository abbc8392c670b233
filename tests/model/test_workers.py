"""Who does the work: the time in post that was meant, hours inside the day, and draws that stay put."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from kit import YEAR, council, review, setting, with_numbers, with_reviews
from scipy import stats

from simkit.framework.framework import Framework, Review
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.horizon import Horizon, horizon
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing, expected_minutes, staffing, work_minutes
from simkit.model.outcome import Outcome
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.sample import sample
from simkit.model.workload.workers import workers
from simkit.model.workload.workload import NEVER, Workers, Workload
from simkit.study.experiment import experiment

OFTEN = (review(at="5 working days"), review("further", after="first", at_most_every="10 working days"))

POOLS = (CASE_HOLDER, "conference_chair", "front_door", "team_manager")
PLAIN = Staffing(
    {CASE_HOLDER: 12.0}, other_work=0.27, turnover=0.2, sickness=0.04, agency_cover=0.7, assessment_share=0.3
)


def drawn(framework: Framework, staff: Staffing, replication: int = 0) -> Workers:
    return workers(framework, staff, POOLS, span(framework).calendar, Draws(3, replication))


def span(framework: Framework) -> Horizon:
    return horizon(framework, *YEAR)


def minutes(staff: Workers) -> np.ndarray:
    return staff.shuts - staff.opens


def in_post(framework: Framework, staff: Workers) -> np.ndarray:
    """Full-time equivalents in post on each day of the measured year, in the mean."""
    length = span(framework).calendar.day_minutes
    first, last = (m // length for m in span(framework).window)
    day = np.arange(first, last) * length
    there = (staff.starts[:, None] <= day) & (day < staff.leaves[:, None])
    return (there * staff.fte[:, None] / 100).sum(axis=0).mean()


def year_of(framework: Framework, values: np.ndarray) -> np.ndarray:
    first, last = (m // span(framework).calendar.day_minutes for m in span(framework).window)
    return values[:, first:last]


def around(values: list[float], expected: float, most: float) -> bool:
    """Whether the mean lies within three standard errors of a value, and is known within ``most`` of it."""
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    assert 3 * error <= most * expected, f"too few replications: three errors are {3 * error / expected:.1%}"
    return abs(np.mean(values) - expected) <= 3 * error + 0.003 * expected


# How many


@pytest.mark.parametrize(
    ("turnover", "cover"), [(0.0, 0.7), (0.2, 0.7), (1.0, 0.0), (1.0, 0.7), (1.0, 1.0)], ids=str
)
def test_people_in_post_are_the_target(framework: Framework, turnover: float, cover: float) -> None:
    """Gaps after leavers are made up by more posts, so that the published number is the mean in post."""
    staff = replace(PLAIN, turnover=turnover, agency_cover=cover, fte={CASE_HOLDER: 60.0})
    means = [in_post(framework, drawn(framework, staff, k)) for k in range(15)]
    assert around(means, 60.0, most=0.04)


def test_time_for_assessments_is_what_is_left_of_posts(framework: Framework) -> None:
    """Less leave, less sickness, less the share of the day for other work."""
    staff = replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.0)
    present = (1 - framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR) * (1 - PLAIN.sickness)
    length = span(framework).calendar.day_minutes
    shares = []
    for k in range(12):
        given = year_of(framework, minutes(drawn(framework, staff, k)))
        shares.append(given.sum() / (given.shape[1] * length * 60.0))
    assert around(shares, present * (1 - PLAIN.other_work), most=0.02)


@pytest.mark.parametrize("sickness", [0.0, 0.035, 0.2])
def test_share_of_days_lost_to_sickness(framework: Framework, sickness: float) -> None:
    calm = with_numbers(framework, {"staff.annual_leave": 0.0, "staff.part_time_posts": 0.0})
    staff = replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.0, sickness=sickness)
    absent = [float((year_of(calm, minutes(drawn(calm, staff, k))) == 0).mean()) for k in range(24)]
    if sickness == 0:
        assert not any(absent)
    else:
        assert around(absent, sickness, most=0.13)


def test_sickness_comes_in_spells_of_their_length(framework: Framework) -> None:
    """Nobody else away: a spell is a run of days off, of the assumed mean and at times much longer."""
    calm = with_numbers(
        framework, {"staff.annual_leave": 0.0, "staff.part_time_posts": 0.0, "staff.sickness_spell": 6.0}
    )
    staff = replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.0, sickness=0.02)
    lengths = []
    for k in range(4):
        away = minutes(drawn(calm, staff, k)) == 0
        for row in away:
            edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
            lengths += (edges[1::2] - edges[::2]).tolist()
    assert np.mean(lengths) == pytest.approx(6.0, rel=0.12)
    assert max(lengths) > 15


def test_leave_is_its_share_of_days(framework: Framework) -> None:
    calm = with_numbers(framework, {"staff.part_time_posts": 0.0})
    staff = replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.0, sickness=0.0)
    absent = [float((year_of(calm, minutes(drawn(calm, staff, k))) == 0).mean()) for k in range(12)]
    assert around(absent, framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR, most=0.05)


def test_part_time_posts_have_their_share_and_their_days(framework: Framework) -> None:
    calm = with_numbers(
        framework, {"staff.annual_leave": 0.0, "staff.part_time_posts": 0.25, "staff.part_time_week": 3.0}
    )
    staff = drawn(calm, replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.0, sickness=0.0))
    part = staff.fte == 60
    assert part.mean() == pytest.approx(0.25, abs=0.02)
    assert set(staff.fte[:-1].tolist()) == {60, 100}
    days = (minutes(staff) > 0).mean(axis=1)
    assert days[part] == pytest.approx(0.6, abs=0.02)  # bank holidays fall on Mondays
    assert (days[staff.fte == 100] == 1).all()


@pytest.mark.parametrize("target", [0.05, 0.3, 1.0, 1.9])
def test_a_tiny_authority_has_two_people_with_a_part_of_each_day(framework: Framework, target: float) -> None:
    """One person would leave nobody when away; two share what there is."""
    calm = with_numbers(framework, {"staff.annual_leave": 0.0})
    staff = drawn(calm, replace(PLAIN, fte={CASE_HOLDER: target}, turnover=0.0, sickness=0.0))
    assert len(staff) == 2
    length = span(framework).calendar.day_minutes
    a_day = minutes(staff).sum(axis=0).mean()
    assert a_day == pytest.approx(target * (1 - PLAIN.other_work) * length, abs=1.5)
    assert (staff.fte >= 1).all()


@pytest.mark.parametrize("target", [0.05, 1.0, 7.3, 40.0])
def test_hours_lie_inside_the_day(framework: Framework, target: float) -> None:
    length = span(framework).calendar.day_minutes
    staff = drawn(framework, replace(PLAIN, fte={CASE_HOLDER: target}))
    day = np.arange(staff.opens.shape[1]) * length
    assert (staff.opens >= day).all()
    assert (staff.shuts <= day + length).all()
    assert (staff.shuts >= staff.opens).all()


def test_nobody_works_before_starting_or_after_leaving(framework: Framework) -> None:
    length = span(framework).calendar.day_minutes
    staff = drawn(framework, replace(PLAIN, turnover=1.5))
    days = np.arange(staff.opens.shape[1]) * length
    there = (staff.starts[:, None] <= days) & (days < staff.leaves[:, None])
    assert (minutes(staff)[~there] == 0).all()
    assert (staff.starts < staff.leaves).all()
    assert ((staff.starts <= staff.notice) & (staff.notice <= staff.leaves)).all()
    assert (staff.notice[staff.leaves == NEVER] == NEVER).all()


def test_a_post_has_one_person_at_a_time(framework: Framework) -> None:
    staff = drawn(framework, replace(PLAIN, turnover=2.5, agency_cover=0.5))
    assert len(np.unique(staff.id)) == len(staff)
    for post in np.unique(staff.id // 64):
        rows = np.flatnonzero(staff.id // 64 == post)
        rows = rows[np.argsort(staff.starts[rows])]
        assert (staff.starts[rows[1:]] >= staff.leaves[rows[:-1]]).all()


def test_stays_are_exponential_with_the_published_turnover(framework: Framework) -> None:
    """Leavers in a year for each person in post."""
    staff = replace(PLAIN, fte={CASE_HOLDER: 60.0}, turnover=0.3, agency_cover=0.0)
    length = span(framework).calendar.day_minutes
    first, last = span(framework).window
    leavers, years = 0, 0.0
    for k in range(10):
        one = drawn(framework, staff, k)
        leavers += int(((one.leaves >= first) & (one.leaves < last)).sum())
        days = np.arange(first, last, length)
        there = (one.starts[:, None] <= days) & (days < one.leaves[:, None])
        years += there.sum() / WORKING_DAYS_A_YEAR
    low, high = stats.poisson.interval(0.999, 0.3 * years)
    assert low <= leavers <= high


# Staff from the published caseload


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.slow
def test_expected_minutes_are_the_mean_of_what_is_drawn(framework: Framework, share: float) -> None:
    """They size the staff: were they wrong, every utilisation would be another than the one shown."""
    profile = council(4000.0, section_47_share=share, repeat_share=0.1)
    expected = expected_minutes(framework, profile)
    one = setting(framework, profile)
    found: dict[str, list[float]] = {role: [] for role in expected}
    for k in range(25):
        work = sample(one, 5, k)
        start, end = work.window
        case = (work.cases.arrival >= start) & (work.cases.arrival < end)
        for number, role in enumerate(work.pools):
            rows = (work.tasks.pool == number) & case[work.tasks.case] & ~work.tasks.review
            if role in found:
                found[role].append(float(work.tasks.effort[rows].sum()))
    assert set(expected) == set(found)
    for role, values in found.items():
        assert around(values, expected[role], most=0.07 if role == "conference_chair" else 0.03), role


def test_mean_work_of_a_step_in_closed_form(framework: Framework) -> None:
    """Median 90 and 90th percentile 180 minutes: sigma = ln 2 / 1.2816, mean = 90 exp(sigma squared / 2)."""
    changed = with_numbers(
        framework, {"steps.planning.effort.typical": 90.0, "steps.planning.effort.high": 180.0}
    )
    sigma = np.log(2) / 1.2815515655446004
    assert work_minutes(changed.steps["planning"], 444) == pytest.approx(90 * np.exp(sigma**2 / 2))
    assert work_minutes(changed.steps["allocation"], 444) == 0


def test_case_holders_are_there_where_all_the_work_is_done_by_others(framework: Framework) -> None:
    """Cases are allocated to somebody all the same."""
    others = {
        name: replace(step, by="team_manager") if step.by == CASE_HOLDER else step
        for name, step in framework.steps.items()
    }
    staff = staffing(replace(framework, steps=others), council())
    assert staff.fte[CASE_HOLDER] == framework.number("staff.least_people")


@pytest.mark.parametrize(("reviews", "more"), [((), 0.0), (OFTEN, 0.05)])
@pytest.mark.slow
def test_the_published_caseload_fills_the_share_of_time_asked_for(
    framework: Framework, simulate: Callable[[Workload], Outcome], reviews: tuple[Review, ...], more: float
) -> None:
    """85% asked for is 85% simulated, in the mean over replications, for every role.

    Managers with reviews every ten days have a twentieth more: queues, which the sum of expected reviews
    leaves aside, keep assessments open for some reviews longer.
    """
    asked = {
        CASE_HOLDER: "staff.utilisation",
        "team_manager": "staff.manager_utilisation",
        "front_door": "staff.front_door_utilisation",
    }
    roomy = with_numbers(with_reviews(framework, *reviews), {"staff.least_people": 0.0})
    one = setting(roomy, council(1200.0))
    found: dict[str, list[float]] = {role: [] for role in asked}
    for k in range(5):
        work = sample(one, 9, k)
        run = simulate(work)
        length = work.calendar.day_minutes
        first, last = (minute // length for minute in work.window)
        done = (run.start >= work.window[0]) & (run.start < work.window[1])
        for number, role in enumerate(work.pools):
            if role in found:
                there = work.workers.pool == number
                time = (work.workers.shuts - work.workers.opens)[there, first:last].sum()
                rows = done & (work.tasks.pool == number)
                found[role].append(float(work.tasks.effort[rows].sum() / time))
    for role, values in found.items():
        expected = framework.number(asked[role]) + more * (role == "team_manager")
        assert np.mean(values) == pytest.approx(expected, abs=0.03), role


def test_staff_follow_the_utilisation_assumed(framework: Framework) -> None:
    """Half the utilisation is twice the time, and the share of published case holders follows."""
    profile = council(1000.0)
    full, half = (staffing(with_numbers(framework, {"staff.utilisation": u}), profile) for u in (0.8, 0.4))
    assert half.fte[CASE_HOLDER] == pytest.approx(2 * full.fte[CASE_HOLDER])
    assert half.assessment_share == pytest.approx(2 * full.assessment_share)
    assert half.fte["team_manager"] == full.fte["team_manager"]


def test_managers_are_there_for_the_reviews_of_the_framework_as_written(framework: Framework) -> None:
    """Its published durations came about with them; case holders hold none."""
    profile = council(5000.0)
    plain, reviewed = (staffing(each, profile) for each in (framework, with_reviews(framework, *OFTEN)))
    assert reviewed.fte["team_manager"] > 1.1 * plain.fte["team_manager"]
    assert {**reviewed.fte, "team_manager": 0} == {**plain.fte, "team_manager": 0}


def test_reviews_that_a_scenario_brings_come_without_managers() -> None:
    """What a review costs must show as lost time: the staff is that of the framework before."""
    before, after = experiment("hackney"), experiment("hackney", "reviews-by-priority")
    assert len(after.framework.reviews) > len(before.framework.reviews)
    assert after.setting.staffing == before.setting.staffing


def test_other_work_leaves_the_assessment_time_needed_as_it_is(framework: Framework) -> None:
    """More other work at the same utilisation needs more people, not more hours."""
    profile = council(1000.0)
    low, high = (staffing(with_numbers(framework, {"staff.other_work": w}), profile) for w in (0.2, 0.4))
    assert low.fte[CASE_HOLDER] * 0.8 == pytest.approx(high.fte[CASE_HOLDER] * 0.6)
    assert low.assessment_share == pytest.approx(high.assessment_share)


# Other people stay as they were


def rows(staff: Workers) -> dict[int, tuple[int, int, int, bytes, bytes]]:
    return {
        int(i): (int(f), int(s), int(e), o.tobytes(), c.tobytes())
        for i, f, s, e, o, c in zip(
            staff.id, staff.fte, staff.starts, staff.leaves, staff.opens, staff.shuts, strict=True
        )
    }


def test_another_worker_leaves_everybody_else_as_they_were(framework: Framework) -> None:
    fte = {CASE_HOLDER: 8.0, "team_manager": 3.0}
    staff = drawn(framework, replace(PLAIN, fte=fte))
    more = rows(drawn(framework, replace(PLAIN, fte={**fte, CASE_HOLDER: 9.0})))
    base, last_post = rows(staff), staff.id[staff.pool == 0].max() // 64  # a part of a post, which grows
    whole = {i: row for i, row in base.items() if i // 64 != last_post}
    assert len(whole) > len(base) - 5
    assert whole.items() <= more.items()
    assert len(more) > len(base)


def test_vacancies_take_the_last_posts_away(framework: Framework) -> None:
    base = drawn(framework, replace(PLAIN, fte={CASE_HOLDER: 12.0}))
    fewer = drawn(framework, replace(PLAIN, fte={CASE_HOLDER: 12.0}).scaled({CASE_HOLDER: 0.75}))
    assert in_post(framework, fewer) < 0.85 * in_post(framework, base)
    last_post = fewer.id.max() // 64
    kept = {i: row for i, row in rows(fewer).items() if i // 64 != last_post}
    assert kept.items() <= rows(base).items()


def test_other_roles_do_not_depend_on_one_another(framework: Framework) -> None:
    """A framework without conferences has no chairs; its managers and front door stay the same people."""
    fte = {CASE_HOLDER: 3.0, "front_door": 2.5, "team_manager": 2.0}
    calendar = span(framework).calendar
    roles = (POOLS, tuple(p for p in POOLS if p != "conference_chair"))
    with_chairs, without_chairs = (
        workers(framework, replace(PLAIN, fte=fte), r, calendar, Draws(3, 0)) for r in roles
    )
    for name in ("fte", "starts", "leaves", "opens", "shuts"):
        assert np.array_equal(getattr(with_chairs, name), getattr(without_chairs, name)), name


def test_agency_cover_leaves_permanent_staff_as_they_were(framework: Framework) -> None:
    """Covering more gaps adds agency workers; those who come after them have the same leave and hours."""
    staff = replace(PLAIN, turnover=1.0)
    none, all_ = (drawn(framework, replace(staff, agency_cover=cover), 1) for cover in (0.0, 1.0))
    some = 0
    for post in range(8):  # the number of posts depends on the gaps; the first ones are in both
        first = {(int(s), int(e)): o.tobytes() for s, e, o in _of(none, post)}
        second = {(int(s), int(e)): o.tobytes() for s, e, o in _of(all_, post)}
        assert first.items() <= second.items()
        some += len(second) - len(first)
    assert some > 0


def _of(staff: Workers, post: int) -> zip[tuple[int, int, np.ndarray]]:
    at = staff.id % 2**24 // 64 == post
    return zip(staff.starts[at], staff.leaves[at], staff.opens[at], strict=True)


def test_replications_are_different_years(framework: Framework) -> None:
    assert not np.array_equal(drawn(framework, PLAIN, 0).opens[0], drawn(framework, PLAIN, 1).opens[0])


def test_the_average_week_needs_no_profile_of_its_own(framework: Framework) -> None:
    """Twice the caseload needs twice the people, and the same share of those published."""
    roomy = with_numbers(framework, {"staff.least_people": 0.0})
    one, two = (staffing(roomy, _sized(k)) for k in (1, 2))
    assert two.assessment_share == pytest.approx(one.assessment_share)
    for role, fte in one.fte.items():
        assert two.fte[role] == pytest.approx(2 * fte)


def test_every_role_has_its_least_people_however_small_the_caseload(framework: Framework) -> None:
    tiny = staffing(with_numbers(framework, {"staff.least_people": 2.0}), council(60.0))
    assert min(tiny.fte.values()) == 2.0


def _sized(times: int) -> Profile:
    return council(500.0 * times)


# Supervision


def supervised(framework: Framework, hours: float, role: str = CASE_HOLDER, **values: float) -> np.ndarray:
    """Minutes of each day of full-time people of a role who are always at work."""
    numbers = {"staff.annual_leave": 0.0, "staff.part_time_posts": 0.0, "staff.supervision": hours, **values}
    calm = with_numbers(framework, numbers)
    staff = replace(PLAIN, fte={role: 10.0}, turnover=0.0, sickness=0.0)
    return minutes(drawn(calm, staff))


def month_of(framework: Framework) -> np.ndarray:
    months: np.ndarray = span(framework).calendar.days.astype("datetime64[M]").astype(int)
    return months - months[0]


def test_a_case_holder_has_one_meeting_a_month(framework: Framework) -> None:
    given, month = supervised(framework, 1.9), month_of(framework)
    for person in given:
        usual = int(np.median(person))
        assert usual - person.min() == pytest.approx(1.9 * 60, abs=1)
        shorter = np.bincount(month, weights=person < usual)
        assert set(shorter.tolist()) == {1.0}
    days = {int(np.flatnonzero(person < np.median(person))[0]) for person in given}
    assert len(days) > 5


def test_a_manager_has_as_many_as_they_supervise(framework: Framework) -> None:
    given = supervised(framework, 1.9, "team_manager", **{"staff.supervised_by_a_manager": 6.0})
    month = month_of(framework)
    for person in given:
        usual = int(np.median(person))
        assert set(np.bincount(month, weights=person < usual).tolist()) == {6.0}
        assert usual - person.min() == pytest.approx(1.9 * 60, abs=1)


def test_others_are_not_supervised_here(framework: Framework) -> None:
    for role in ("front_door", "conference_chair"):
        assert np.array_equal(supervised(framework, 0.0, role), supervised(framework, 3.0, role))


@pytest.mark.parametrize("role", [CASE_HOLDER, "team_manager"])
def test_supervision_is_part_of_other_work_and_not_added_to_it(framework: Framework, role: str) -> None:
    """The time for assessments stays: days without a meeting are longer by what the meetings take."""
    length = span(framework).calendar.day_minutes
    for hours in (0.0, 1.9, 4.0):
        share = supervised(framework, hours, role).mean() / length
        assert share == pytest.approx(1 - PLAIN.other_work, abs=0.002), hours


def test_nobody_is_at_work_for_longer_than_a_day(framework: Framework) -> None:
    given = supervised(framework, 8.0, "team_manager", **{"staff.supervised_by_a_manager": 20.0})
    assert given.min() >= 1
    assert given.max() <= span(framework).calendar.day_minutes


def test_supervision_moves_no_other_draw(framework: Framework) -> None:
    """Who is there on which day stays as it was."""
    staff = replace(PLAIN, fte={CASE_HOLDER: 20.0, "team_manager": 4.0})
    with_it, without_it = (
        drawn(with_numbers(framework, {"staff.supervision": hours}), staff) for hours in (1.9, 0.0)
    )
    for name in ("id", "fte", "starts", "leaves"):
        assert np.array_equal(getattr(with_it, name), getattr(without_it, name))
    assert np.array_equal(minutes(with_it) > 0, minutes(without_it) > 0)


# Posts and days


def test_a_longer_calendar_leaves_the_days_before(framework: Framework) -> None:
    """A longer run-out adds days and moves none: a post's day has its own draws."""
    calendar = span(framework).calendar
    shorter = replace(calendar, days=calendar.days[:-70])
    staff = replace(PLAIN, fte={CASE_HOLDER: 9.0, "team_manager": 3.0})
    long, short = (workers(framework, staff, POOLS, each, Draws(3, 0)) for each in (calendar, shorter))
    # The last month of the shorter one may be cut, and with it the days on which people meet.
    days = len(shorter.days) - 25
    later = dict(zip(long.id.tolist(), minutes(long)[:, :days].tolist(), strict=True))
    for person, given in zip(short.id.tolist(), minutes(short)[:, :days].tolist(), strict=True):
        assert later[person] == given


def test_more_sickness_adds_days_off_and_takes_none_away(framework: Framework) -> None:
    staff = replace(PLAIN, fte={CASE_HOLDER: 20.0}, turnover=0.0)
    less, more = (minutes(drawn(framework, replace(staff, sickness=share))) > 0 for share in (0.03, 0.06))
    assert (more <= less).all()
    assert (more < less).any()


def test_another_role_leaves_everybody_else(framework: Framework) -> None:
    fte = {CASE_HOLDER: 5.0, "front_door": 2.0}
    base = rows(drawn(framework, replace(PLAIN, fte=fte)))
    more = rows(drawn(framework, replace(PLAIN, fte={**fte, "conference_chair": 3.0})))
    assert base.items() < more.items()


def test_nobody_is_a_staff_too(framework: Framework) -> None:
    nobody = drawn(framework, replace(PLAIN, fte={}))
    assert len(nobody) == 0 and nobody.opens.shape == (0, len(span(framework).calendar.days))
