"""Days of their own: limits set case by case, reviews set by priority, and which clocks act at all."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from kit import council, new_assessments, of_step, review, setting, timescale, with_numbers, with_reviews

from simkit.framework.amount import parse_amount
from simkit.framework.check import load
from simkit.framework.framework import Framework, Timescale
from simkit.model.engine import process
from simkit.model.workload import arrivals
from simkit.model.workload.arrivals import Families, arriving_families
from simkit.model.workload.planned_dates import Plan, limit_days, plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import Workload

COUNCIL = council(1500.0)
SHARES = {"urgent": 0.2, "likely": 0.8}
BATH = "authorities/bath-and-north-east-somerset"


def planned(framework: Framework) -> tuple[Families, Plan]:
    made = setting(framework, COUNCIL)
    draws = Draws(1, 0)
    span = made.horizon
    return plan(
        framework,
        arriving_families(framework, COUNCIL, (1.0,) * 12, span.calendar, span.last_arrival, draws),
        draws,
    )


def between(name: str, low: str, high: str) -> Timescale:
    limit = timescale(name, "referral", "authorised", high, set_by="team_manager")
    return replace(limit, kind="between", lower=parse_amount(low))


def with_limit(framework: Framework, limit: Timescale) -> Framework:
    return replace(framework, timescales={**framework.timescales, limit.id: limit})


# The stock


@pytest.mark.parametrize("pull", (0.0, 0.6))
@pytest.mark.parametrize(
    "name", ("hackney", "gloucestershire", "trials/knowsley", "national/working-together-2006", BATH)
)
def test_only_stock_that_has_ended_is_left_out(
    name: str, pull: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {f"practice.{clock}": pull for clock in ("pull_local_limit", "pull_review", "retention")}
    framework = with_numbers(load(name), own)
    came, some = planned(framework)
    monkeypatch.setattr(arrivals, "last_clock", lambda _: (np.inf, 0.0))
    everybody, every = planned(framework)
    assert np.array_equal(came.id, everybody.id)
    for column in fields(Plan):
        assert np.array_equal(getattr(some, column.name), getattr(every, column.name))


# Limits set case by case


def test_each_case_gets_a_day_between_the_two_as_likely_as_another(framework: Framework) -> None:
    came, _ = planned(framework)
    days = limit_days(between("own", "15 working days", "45 working days"), came, Draws(1, 0))
    assert days.min() == 15 and days.max() == 45
    counts = np.bincount(days, minlength=46)[15:]
    assert counts == pytest.approx(np.full(31, len(days) / 31), rel=0.35)
    assert np.array_equal(
        days, limit_days(between("own", "15 working days", "45 working days"), came, Draws(1, 0))
    )


def test_a_limit_set_for_the_case_raises_its_work(framework: Framework) -> None:
    """It is the case's first limit, never later than the national one."""
    work = sample(
        setting(with_limit(framework, between("own", "15 working days", "60 working days")), COUNCIL), 1, 0
    )
    rows = of_step(work, "write_up")
    days = work.tasks.limit[rows] // work.calendar.day_minutes - 1
    assert days.min() == 15 and days.max() == 45
    assert 0.3 < (days == 45).mean() < 0.4  # 16 of 46 days


def test_it_pulls_as_far_as_local_limits_are_assumed_to(framework: Framework) -> None:
    limit = between("own", "15 working days", "40 working days")
    plain, (came, quiet) = planned(framework)[1], planned(with_limit(framework, limit))
    assert np.array_equal(plain.conclusion, quiet.conclusion)
    strong = with_numbers(
        with_limit(framework, limit), {"practice.pull_local_limit": 1.0, "practice.slip": 0.0}
    )
    came, pulled = planned(strong)
    days = limit_days(limit, came, Draws(1, 0))
    # What was open when the run begins has its days counted from then.
    over = (pulled.natural > days) & (came.days_open == 0)
    assert (pulled.conclusion[over] <= days[over]).all()
    assert (pulled.conclusion[over] >= 1).all()
    kept = (pulled.natural <= days) & (came.days_open == 0) & (pulled.natural >= 0)
    assert np.array_equal(pulled.conclusion[kept], pulled.natural[kept])


def test_bath_sets_the_time_of_each_case(fastest) -> None:  # type: ignore[no-untyped-def]
    """15 to 45 working days by the team manager, beside the national limit; both engines agree on it."""
    work = sample(setting(load(BATH), council(150.0)), 1, 0)
    rows = of_step(work, "write_up")
    days = set((work.tasks.limit[rows] // work.calendar.day_minutes - 1).tolist())
    assert min(days) == 15 and max(days) == 45 and len(days) > 20
    assert fastest(work) == process.simulate(work)


@pytest.mark.parametrize("kind", ["expected_within", "every", "at_least_before", "no_number"])
def test_what_is_no_limit_does_nothing(framework: Framework, kind: str) -> None:
    hoped = replace(timescale("hoped", "referral", "authorised", "20 working days"), kind=kind)
    strong = with_numbers(framework, {"practice.pull_local_limit": 1.0})
    with_it = with_limit(strong, hoped)
    assert np.array_equal(planned(strong)[1].conclusion, planned(with_it)[1].conclusion)
    one, other = (sample(setting(f, council(100.0)), 1, 0) for f in (strong, with_it))
    assert np.array_equal(one.tasks.limit, other.tasks.limit)


# Limits count from their own event


def test_a_limit_from_allocation_is_raised_from_allocation(framework: Framework) -> None:
    local = timescale("local", "allocated", "authorised", "30 working days")
    work = sample(setting(with_limit(framework, local), council(100.0)), 1, 0)
    rows = of_step(work, "write_up")
    rows = rows[new_assessments(work)[work.tasks.case[rows]]]
    assert set((work.tasks.limit[rows] // work.calendar.day_minutes).tolist()) == {31}
    since = work.tasks.step[work.tasks.limit_from[rows]]
    assert set(since.tolist()) == {work.steps.index("allocation")}


def test_before_its_event_it_counts_from_the_start_of_the_assessment(framework: Framework) -> None:
    local = timescale("local", "child_seen", "authorised", "30 working days")
    work = sample(setting(with_limit(framework, local), council(100.0)), 1, 0)
    rows = of_step(work, "planning")
    rows = rows[work.cases.kind[work.tasks.case[rows]] < 2]
    since = work.tasks.step[work.tasks.limit_from[rows]]
    assert set(since.tolist()) == {work.steps.index("screening")}


# Reviews set by priority


def by_priority(framework: Framework, pull: float) -> Framework:
    points = review(by_priority={"urgent": "10 working days", "likely": "25 working days"})
    return with_numbers(
        with_reviews(framework, points, shares=SHARES),
        {"practice.pull_review": pull, "practice.slip": 0.0},
    )


def test_a_review_by_priority_pulls_each_case_to_its_own_day(framework: Framework) -> None:
    came, pulled = planned(by_priority(framework, 1.0))
    day = np.array([10, 25])[pulled.priority]
    new = (came.days_open == 0) & (pulled.natural >= 0)
    over = new & (pulled.natural > day)
    assert set(pulled.priority[over].tolist()) == {0, 1}
    assert (pulled.conclusion[over] <= day[over]).all()
    assert np.array_equal(pulled.conclusion[new & ~over], pulled.natural[new & ~over])


def test_with_no_pull_it_only_costs_time(framework: Framework) -> None:
    plain = with_numbers(framework, {"practice.slip": 0.0})
    assert np.array_equal(planned(by_priority(framework, 0.0))[1].conclusion, planned(plain)[1].conclusion)


def test_a_priority_that_does_not_say_pulls_nothing(framework: Framework) -> None:
    points = review(by_priority={"urgent": "10 working days"})
    changed = with_numbers(with_reviews(framework, points, shares=SHARES), {"practice.pull_review": 1.0})
    plain = planned(with_reviews(framework, shares=SHARES))[1]
    came, pulled = planned(changed)
    new = (came.days_open == 0) & (pulled.natural >= 0)
    ids = {p: pulled.priority == k for k, p in enumerate(SHARES)}
    moved = dict(zip(came.id.tolist(), pulled.conclusion.tolist(), strict=True))
    before, _ = planned(with_reviews(framework, shares=SHARES))
    same = dict(zip(before.id.tolist(), plain.conclusion.tolist(), strict=True))
    assert all(moved[i] == same[i] for i in came.id[new & ids["likely"]].tolist())
    assert any(moved[i] != same[i] for i in came.id[new & ids["urgent"]].tolist())


def test_a_review_after_another_pulls_to_the_sum_of_both(framework: Framework) -> None:
    points = (
        review("first", by_priority={"urgent": "3 working days", "likely": "10 working days"}),
        review("second", after="first", at="5 working days"),
    )
    changed = with_numbers(
        with_reviews(framework, *points, shares=SHARES),
        {"practice.pull_review": 1.0, "practice.slip": 0.0, "practice.margin": 0.0},
    )
    one_only = replace(changed, reviews={"second": replace(points[1], after=None, at=points[1].at)})
    came, pulled = planned(changed)
    new = (came.days_open == 0) & (pulled.natural >= 0)
    first = np.array([3, 10])[pulled.priority]
    assert set(pulled.conclusion[new & (pulled.natural > first)].tolist()) <= {3, 10}
    assert 5 in planned(one_only)[1].conclusion.tolist()


# A review of what a case never comes to


def test_a_review_of_what_a_case_never_comes_to_is_not_held(framework: Framework) -> None:
    """Counted from the conference: of enquiries without one it would have no day to count from."""
    after = replace(review("after", at="5 working days"), start="conference")
    again = replace(review("again", at="5 working days", after="after"), start=None)
    work: Workload = sample(setting(with_reviews(framework, after, again), council(300.0)), 1, 0)
    held = set(work.tasks.case[of_step(work, "conference")].tolist())
    assert held
    for name in ("review after", "review again"):
        rows = of_step(work, name)
        assert set(work.tasks.case[rows].tolist()) == held
    parents = work.tasks.step[work.tasks.parent[of_step(work, "review after")]]
    assert set(parents.tolist()) == {work.steps.index("conference")}


def test_a_review_of_the_decision_is_held_where_an_assessment_begins_without_one(
    framework: Framework,
) -> None:
    """A repeat assessment begins on an open case: it is decided as it comes."""
    work = sample(
        setting(
            with_reviews(framework, replace(review(at="5 working days"), start="decided")),
            council(300.0, repeat_share=0.3),
        ),
        1,
        0,
    )
    assert len(of_step(work, "review first")) == new_assessments(work).sum()


def test_a_visit_due_from_what_a_case_never_comes_to_is_due_by_its_plan(framework: Framework) -> None:
    """A further visit is made in a part of cases; a limit that counts from it holds for those."""
    marked = {
        **framework.steps,
        "further_visit": replace(framework.steps["further_visit"], marks=("plan_visit",)),
        "analysis": replace(framework.steps["analysis"], marks=("next_visit",)),
    }
    local = timescale("local", "plan_visit", "next_visit", "3 working days")
    work = sample(setting(with_limit(replace(framework, steps=marked), local), council(300.0)), 1, 0)
    visited = np.zeros(len(work.cases), dtype=bool)
    visited[work.tasks.case[of_step(work, "further_visit")]] = True
    rows = of_step(work, "analysis")
    mine = visited[work.tasks.case[rows]]
    assert mine.any() and not mine.all()
    days = work.tasks.limit[rows] // work.calendar.day_minutes
    assert set(days[mine].tolist()) == {4} and set(days[~mine].tolist()) == {46}


@pytest.mark.parametrize(
    ("condition", "held"), [("still_open", "sign_off"), ("conference", "conference"), ("exceptional", None)]
)
def test_a_review_is_held_under_the_conditions_that_are_known(
    framework: Framework, condition: str, held: str | None
) -> None:
    points = review(at="5 working days", only_if=condition)
    strong = with_numbers(with_reviews(framework, points), {"practice.pull_review": 1.0})
    work = sample(setting(strong, council(300.0)), 1, 0)
    new = new_assessments(work)
    rows = np.unique(work.tasks.case[of_step(work, held)]) if held else np.array([], dtype=int)
    assert set(work.tasks.case[of_step(work, "review first")].tolist()) == set(rows[new[rows]].tolist())
    if condition != "still_open":
        assert np.array_equal(planned(strong)[1].conclusion, planned(framework)[1].conclusion)


@pytest.mark.parametrize(
    ("name", "limit", "fewer"),
    [
        ("national/working-together-2018", "conference", "14 working days"),
        ("national/working-together-2018", "assessment", "44 working days"),
        ("national/working-together-2010", "initial_assessment", "9 working days"),
    ],
)
def test_a_limit_whose_first_day_is_day_1_is_planned_for_as_one_a_day_shorter(
    name: str, limit: str, fewer: str
) -> None:
    """Measured so, it would else be missed by a day by those who mean to keep it."""
    framework = load(name)
    own = framework.timescales[limit]
    from_1, shorter = (
        replace(framework, timescales={**framework.timescales, limit: each})
        for each in (replace(own, starting_day=1), replace(own, amount=parse_amount(fewer)))
    )
    profile = council(2000.0)
    one, other, plain = (sample(setting(each, profile), 1, 0) for each in (from_1, shorter, framework))
    columns = [field.name for field in fields(one.tasks)]
    differs = [c for c in columns if not np.array_equal(getattr(one.tasks, c), getattr(other.tasks, c))]
    assert differs == []
    assert not np.array_equal(one.tasks.hold, plain.tasks.hold)
