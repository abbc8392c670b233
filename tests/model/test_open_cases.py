"""Runs that begin with an authority's own open assessments: all of them, as old as they are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from kit import national

from simkit.framework.framework import ROUTES
from simkit.model.engine_choice import engine
from simkit.model.inputs.practice import conclusion_pulls, day_shares, practice_of
from simkit.model.measures.measures import measure
from simkit.model.measures.milestones import event_minutes
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.open_cases import OpenCases, days_if_open
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, Workload
from simkit.returns.dates import working_days
from simkit.study.experiment import experiment, run_experiment
from simkit.study.result import Experiment

WAITED = np.array([3, 3, 3, 20, 44, 45, 46, 60, 200, 1, 0, 30], dtype=np.int64)
ROUTE = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2], dtype=np.int64)


@cache
def chosen() -> Experiment:
    return experiment("rutland", year=2022, open_cases=OpenCases(ROUTE, WAITED))


@cache
def workload() -> Workload:
    return sample(chosen().setting, 1, 0)


def test_every_open_child_is_there_and_nobody_was_referred_before_the_year() -> None:
    cases, window = workload().cases, workload().window
    own = cases.kind == STOCK
    assert cases.children[own].sum() == len(WAITED)
    enquiry = ROUTES.index("section_47")
    enquired = cases.children[own & (cases.route == enquiry)].sum()
    assert enquired == np.sum(np.equal(ROUTE, enquiry))  # no family has children of two routes
    assert (cases.arrival[~own] >= window[0]).all()
    assert str(chosen().setting.horizon.start) == "2022-04-01"


def test_each_is_as_old_as_it_was_and_planned_to_end_later() -> None:
    work = workload()
    own, day = work.cases.kind == STOCK, work.calendar.day_minutes
    counted = work.window[0] // day - 1
    days = counted - work.cases.arrival[own] // day
    assert str(work.calendar.days[counted]) == "2022-03-31"
    assert set(days) <= set(WAITED)
    assert (work.cases.planned_day[own] > days).all()
    began = work.cases.date[own].astype("datetime64[D]").astype(np.int64)
    last = np.full(len(days), np.datetime64("2022-03-31").astype(np.int64))
    assert working_days(began, last).tolist() == days.tolist()  # as a return counts them


def test_what_began_on_the_last_day_is_nobodys_referral_of_the_year() -> None:
    """It is a day old when the year begins, and part of what is open then."""
    work = sample(replace(chosen().setting, open_cases=OpenCases(ROUTE[:4], WAITED[:4] * 0)), 1, 0)
    own = work.cases.kind == STOCK
    assert (work.cases.arrival[own] == work.window[0] - work.calendar.day_minutes).all()
    found = measure(work, engine("simpy", 1).run(work))
    others = replace(chosen().setting, open_cases=OpenCases(ROUTE[:0], WAITED[:0]))
    without = sample(others, 1, 0)
    expected = measure(without, engine("simpy", 1).run(without))
    assert found.values["cohort_assessments"] == expected.values["cohort_assessments"]


def test_an_assessment_can_end_on_the_first_day_of_the_year() -> None:
    """Many are in their last days before the limit, and none of their work is done before the year."""
    at_limit = OpenCases(np.zeros(300, dtype=np.int64), np.full(300, 44, dtype=np.int64))
    work = sample(replace(chosen().setting, open_cases=at_limit), 1, 0)
    own = np.flatnonzero(work.cases.kind == STOCK)
    run = engine("simpy", 1).run(work)
    began = run.start[np.isin(work.tasks.case, own) & (work.tasks.pool != ALLOCATION)]
    assert began.min() >= work.window[0]
    ended = event_minutes(work, run, "authorised")[own]
    assert ended.min() <= work.window[0] + work.calendar.day_minutes


@pytest.mark.parametrize("name", ["simpy", "kernel"])
def test_all_are_open_when_the_year_begins_and_end_in_it_or_after(name: str) -> None:
    work = workload()
    outcome = engine(name, 1).run(work)
    ended = event_minutes(work, outcome, "authorised")[work.cases.kind == STOCK]
    assert (ended >= work.window[0]).all()
    assert outcome == engine("simpy", 1).run(work)


def test_those_past_day_45_count_as_late_when_they_end() -> None:
    """All sixty days old: whatever they take, none of them is in time, and the published share is lower."""
    old = OpenCases(np.zeros(400, dtype=np.int64), np.full(400, 60, dtype=np.int64))
    setting = chosen().setting
    young = sample(replace(setting, open_cases=OpenCases(old.route[:0], old.days_open[:0])), 1, 0)
    late = sample(replace(setting, open_cases=old), 1, 0)
    few, many = (measure(each, engine("kernel", 1).run(each)) for each in (young, late))
    assert many.values["open_over_45_days"] > few.values["open_over_45_days"]
    assert many.over_45_by_week[0] > 300
    assert few.over_45_by_week[0] == 0
    share = "published_within_45_days_pct"
    assert many.values[share] < few.values[share] - 20
    assert many.values["cohort_assessments"] == few.values["cohort_assessments"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("days_open", [0, 20, 46])
def test_what_is_open_ends_as_the_practice_says_of_what_is_open(route: str, days_open: int) -> None:
    """On an even grid of uniforms the drawn days have the conditional distribution, to the grid's width."""
    framework, practice = national(), practice_of(national())
    grid = (np.arange(20_000) + 0.5) / 20_000
    drawn = days_if_open(framework, practice, route, np.full(len(grid), days_open), grid)
    alone = replace(practice, brief_share=float(route == "brief"))
    shares = day_shares(alone, conclusion_pulls(framework, practice, route), 2000)
    shares[: days_open + 1] = 0
    shares /= shares.sum()
    found = np.bincount(np.minimum(drawn, 400), minlength=401)[:400] / len(grid)
    assert np.abs(np.cumsum(found) - np.cumsum(shares[:400])).max() < 1e-3


def test_no_open_cases_at_all_is_a_start_too() -> None:
    nobody = OpenCases(ROUTE[:0], WAITED[:0])
    result = run_experiment(
        experiment("rutland", year=2022, open_cases=nobody), replications=2, engine="simpy", workers=1
    )
    assert result.settled
    assert any("own open assessments" in note for note in result.notes)
