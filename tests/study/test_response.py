"""How a service answers pressure: no change is no response, and a rise is met by shorter work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kit import council, national

from simkit.framework.problem import FrameworkError
from simkit.model.engine_choice import Engine, engine
from simkit.model.inputs.response import Response, response_of
from simkit.model.inputs.scenario import scenario_of
from simkit.model.inputs.staffing import CASE_HOLDER, staffing
from simkit.model.outcome import MISSING
from simkit.model.workload.effort_table import WHOLE, factor_at, shortened, weekly_load, with_response
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import CLOSED, OWN_WORKER
from simkit.study.experiment import experiment, run
from simkit.study.runner import simulated
from simkit.study.scenario_setting import setting_under

COUNCIL = council(600.0)
MORE = {"demand": {"referrals": "+30%"}}


def fastest() -> Engine:
    return engine("auto", 10**9)


def under(**data: Any) -> Setting:
    staff = staffing(national(), COUNCIL)
    return setting_under(scenario_of({"title": "A change", **data}), national(), COUNCIL, staff)


def test_with_no_change_every_factor_is_one_and_every_outcome_the_same() -> None:
    """The load is held against itself: week by week the same number."""
    setting = under(**MORE).without_change
    work = sample(setting, 3, 0)
    usual = fastest().run(work)
    answered = with_response(work, work, usual, response_of(national()))
    assert answered.effort_table is not None and len(answered.effort_table.factors) > 100
    assert fastest().run(answered) == usual
    assert engine("simpy", 0).run(answered) == usual


def test_a_change_of_rules_has_no_response() -> None:
    rules = {"what_if": "yes", "framework": {"timescales": {"assessment": "remove"}}}
    assert experiment("wirral", scenario_of({"title": "x", **rules})).setting.response is None
    assert experiment("wirral").setting.response is None


def test_pressure_makes_case_holders_work_shorter_and_nobody_elses() -> None:
    work, run_ = simulated(under(**MORE), 3, 0, fastest())
    begun = run_.start != MISSING
    mine = begun & (work.tasks.pool == OWN_WORKER)
    assert (run_.effort[begun & ~mine] == work.tasks.effort[begun & ~mine]).all()
    assert (run_.effort[mine] <= work.tasks.effort[mine]).all()
    before = mine & (run_.start < work.window[0])
    assert (run_.effort[before] == work.tasks.effort[before]).all()
    late = mine & (run_.start >= work.window[0] + 120 * 444) & (run_.start < work.window[1])
    used = run_.effort[late].sum() / work.tasks.effort[late].sum()
    assert 0.75 <= used < 0.92


def test_fewer_referrals_leave_work_as_it_is() -> None:
    """Only load above the usual one shortens work."""
    work, run_ = simulated(under(demand={"referrals": "-30%"}), 3, 0, fastest())
    begun = run_.start != MISSING
    assert run_.effort[begun].sum() == work.tasks.effort[begun].sum()


def test_section_47_work_can_be_spared() -> None:
    setting = under(**MORE)
    assert setting.response is not None
    spared = replace(setting, response=replace(setting.response, shortens_section_47=False))
    work, run_ = simulated(spared, 3, 0, fastest())
    enquiry = (work.cases.route == 2)[work.tasks.case] & (run_.start != MISSING)
    assert (run_.effort[enquiry] == work.tasks.effort[enquiry]).all()


def test_a_part_of_a_rise_is_closed_at_the_front_door_and_no_enquiry_is() -> None:
    setting = under(**MORE)
    with_, without = sample(setting, 3, 0).cases, sample(setting.without_response, 3, 0).cases
    ids = {int(case): int(route) for case, route in zip(without.id, without.route, strict=True)}
    turned = [
        ids[int(c)]
        for c, r in zip(with_.id, with_.route, strict=True)
        if r == CLOSED and ids[int(c)] != CLOSED
    ]
    assert len(turned) > 5
    assert 2 not in turned
    more = len(without.id) - len(sample(setting.without_change, 3, 0).cases.id)
    assert 0.05 < (len(turned) + len(without.id) - len(with_.id)) / more < 0.25


def test_agency_staff_fill_the_posts_that_fall_vacant() -> None:
    setting = under(workforce={"vacancies": "+15 points"})
    assert setting.onset is not None
    usual = setting.onset.case_holders
    assert setting.staffing.fte[CASE_HOLDER] == pytest.approx(usual)
    lost = setting.without_response.staffing.fte[CASE_HOLDER]
    assert lost == pytest.approx(usual * (1 - COUNCIL.vacancy_rate - 0.15) / (1 - COUNCIL.vacancy_rate))
    assert setting.onset.posts.covered == pytest.approx(usual - lost)


def test_for_a_rise_some_agency_staff_come_later() -> None:
    setting = under(**MORE)
    assert setting.onset is not None
    assert setting.onset.posts.late == pytest.approx(0.09 * 0.3 * setting.onset.case_holders)
    assert setting.onset.posts.covered == 0


def test_weekly_load_is_what_a_run_counts() -> None:
    work = sample(under(**MORE).without_change, 3, 0)
    outcome = fastest().run(work)
    week = 5 * 444
    load = weekly_load(work, outcome, week, 40)
    minute = np.arange(10 * week, 11 * week, 37)
    waits = np.flatnonzero((work.tasks.pool == -1) & (outcome.ready != MISSING))
    ends = np.zeros(len(work.cases), dtype=np.int64)
    np.maximum.at(
        ends,
        work.tasks.case,
        np.where(work.tasks.review, 0, np.where(outcome.end == MISSING, 10**9, outcome.end)),
    )
    case = work.tasks.case[waits]
    open_ = (outcome.ready[waits, None] <= minute) & (minute < ends[case, None])
    mean = (open_ * work.cases.children[case, None]).sum(axis=0).mean()
    assert load[10] / week == pytest.approx(mean, rel=0.02)


@pytest.mark.parametrize(
    ("load", "usual", "expected"),
    [(100, 100, 1000), (99, 100, 1000), (0, 0, 1000), (110, 100, 909), (900, 100, 750), (5, 0, 750)],
)
def test_the_factor_is_usual_over_present_load_within_bounds(load: int, usual: int, expected: int) -> None:
    response = Response(1.0, 0.25, 1, 0, 0, 0)
    setting = under(**MORE).without_change
    work = sample(setting, 3, 0)
    table = with_response(work, work, fastest().run(work), response).effort_table
    assert table is not None
    assert factor_at(load, usual, table.factors.tolist()) == expected


def test_shortened_work_is_a_whole_minute_at_least() -> None:
    assert [shortened(effort, 750) for effort in (0, 1, 2, 100)] == [0, 1, 2, 75]
    assert all(shortened(effort, WHOLE) == effort for effort in range(2000))


@pytest.mark.slow
def test_a_result_has_the_answer_with_and_without_and_its_price() -> None:

    result = run("wirral", scenario_of({"title": "A surge", **MORE}), replications=3)
    assert result.without_response is not None and result.as_published is not None
    assert result.since == "The change begins with the measured year, on 1 April 2023."
    assert result.price["effort_used_pct"].value < 95
    assert result.as_published["effort_used_pct"].value == 100
    within = "published_within_45_days_pct"
    assert result.without_response[within].value < result.measures[within].value
    data = result.to_dict()
    assert data["without_response"][within]["value"] == result.without_response[within].value
    assert data["since"] == result.since
    plain = run("wirral", replications=3)
    assert plain.without_response is None and plain.price == {} and plain.since is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("throughput", 3),
        ("shorter_at_most", "50%"),
        ("noticed_over", "52 weeks"),
        ("front_door", "40%"),
        ("cover_vacancies", "50%"),
    ],
)
def test_a_response_outside_its_range_is_a_problem_with_its_line(name: str, value: Any) -> None:
    data = {
        "title": "x",
        **MORE,
        "framework": {"model": {"response": {name: {"value": value, "assumption": "A try."}}}},
    }
    with pytest.raises(FrameworkError) as caught:
        experiment("wirral", scenario_of(data))
    assert [problem.code for problem in caught.value.problems if problem.severity == "error"] == ["M030"]
