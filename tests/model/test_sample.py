"""The task table: well formed whatever the framework, and what each part of a framework becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import (
    council,
    national,
    new_assessments,
    number,
    of_step,
    review,
    setting,
    spread,
    timescale,
    with_numbers,
    with_reviews,
    without,
)

from simkit.framework.check import load
from simkit.framework.framework import ROUTES, Framework, Review, Step
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.staffing import CASE_HOLDER, work_minutes
from simkit.model.queue_order import ORDINARY, RAISED, URGENT
from simkit.model.workload.arrivals import REPEAT, STOCK, STOCK_DAYS, mean_children
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, CLOSED, OWN_WORKER, Workload

COUNCIL = council(150.0)
SHARES = {"urgent": 0.1, "potential": 0.2, "likely": 0.7}
BY_PRIORITY = {"urgent": "3 working days", "potential": "5 working days", "likely": "10 working days"}
NOWHERE = review().origin


def drawn(framework: Framework, replication: int = 0, **values: Any) -> Workload:
    return sample(setting(framework, COUNCIL, **values), 1, replication)


# What holds for every task table


def check(work: Workload) -> None:
    """The promises of ``workload.Tasks`` that both engines rely on."""
    cases, tasks = work.cases, work.tasks
    row = np.arange(len(tasks))
    # Tasks lie case by case, and each case has some.
    assert (np.diff(tasks.case) >= 0).all()
    assert cases.first_task[0] == 0 and cases.first_task[-1] == len(tasks)
    assert (np.diff(cases.first_task) > 0).all()
    assert np.array_equal(tasks.case, np.repeat(np.arange(len(cases)), np.diff(cases.first_task)))
    # What a task refers to is an earlier task of the same case.
    for name in ("parent", "wait_from", "hold_from", "due_from", "limit_from"):
        other = getattr(tasks, name)
        some = other >= 0
        assert (other < row).all(), name
        assert (other >= -1).all(), name
        assert (tasks.case[other[some]] == tasks.case[some]).all(), name
    # And it has ended before: it is an ancestor, not a task on another line of work.
    ancestors = ancestry(work)
    for name in ("wait_from", "hold_from", "due_from", "limit_from"):
        assert all(o < 0 or o in ancestors[t] for t, o in enumerate(getattr(tasks, name).tolist())), name
    # Every assessed case is authorised once, by its last sign-off; no closed one is.
    closing = np.bincount(tasks.case[tasks.closes], minlength=len(cases))
    assert (closing[cases.route != CLOSED] == 1).all()
    assert (closing[cases.route == CLOSED] == 0).all()
    # Each has one allocation; the closed ones none.
    allocation = np.bincount(tasks.case[tasks.pool == ALLOCATION], minlength=len(cases))
    assert (allocation == (cases.route != CLOSED)).all()
    assert (tasks.effort[tasks.pool == ALLOCATION] == 0).all()
    # Work of the case's own person comes after its allocation.
    for task in np.flatnonzero(tasks.pool == OWN_WORKER).tolist():
        assert any(tasks.pool[a] == ALLOCATION for a in ancestors[task])
    assert ((tasks.pool >= ALLOCATION) & (tasks.pool < len(work.pools))).all()
    assert (tasks.effort[tasks.pool != ALLOCATION] >= 1).all()
    assert (
        (tasks.wait >= 0).all()
        and (tasks.hold >= -1).all()
        and (tasks.due >= -1).all()
        and (tasks.limit >= -1).all()
    )
    assert (tasks.step < len(work.steps)).all()
    # Enquiries go first, and nothing else does; then whatever leads to the child being seen.
    enquiry = np.isin(tasks.step, [work.steps.index(s) for s in ("enquiry", "conference") if s in work.steps])
    assert (tasks.urgency[enquiry] == URGENT).all()
    other = cases.route[tasks.case] != ROUTES.index("section_47")
    names = np.array(work.steps, dtype=object)[tasks.step]
    early = np.isin(names, ("allocation_decision", "allocation", "planning", "first_visit"))
    late = np.isin(
        names,
        (
            "initial_write_up",
            "initial_sign_off",
            "further_visit",
            "analysis",
            "write_up",
            "sign_off",
            "rework",
        ),
    )
    assert (tasks.urgency[other] != URGENT).all()
    assert (tasks.urgency[other & early & (cases.kind[tasks.case] != STOCK)] == RAISED).all()
    assert (tasks.urgency[other & late & (cases.kind[tasks.case] != STOCK)] == ORDINARY).all()
    assert np.array_equal(tasks.review, [work.steps[s].startswith("review ") for s in tasks.step.tolist()])
    # Planned days: of every assessed case, none of a closed one.
    assert ((cases.planned_day >= 0) == (cases.route != CLOSED)).all()
    assert (cases.planned_day <= np.maximum(cases.natural_day, 10_000)).all()


def ancestry(work: Workload) -> list[frozenset[int]]:
    """The tasks that have ended when each task can be done."""
    ancestors: list[frozenset[int]] = []
    for parent in work.tasks.parent.tolist():
        ancestors.append(ancestors[parent] | {parent} if parent >= 0 else frozenset())
    return ancestors


@st.composite
def reviews(draw: st.DrawFn) -> tuple[Review, ...]:
    """Review points of each kind that the format allows, one after another at times."""
    found = []
    for name in draw(st.lists(st.sampled_from(["a", "b", "c"]), unique=True)):
        values: dict[str, Any] = draw(
            st.sampled_from(
                [
                    {"at": "10 working days"},
                    {"at": "2 weeks"},
                    {"at_most_every": "10 working days"},
                    {"by_priority": BY_PRIORITY},
                    {"by_priority": {"urgent": "3 working days"}},
                    {"words": "when needed"},
                ]
            )
        )
        if found and draw(st.booleans()):
            values = {**values, "after": found[-1].id}
        if draw(st.booleans()):
            values = {**values, "routes": ("section_17", "section_47")}
        found.append(review(name, **values))
    return tuple(found)


@settings(max_examples=25, deadline=None)
@given(
    reviews(),
    st.booleans(),
    st.floats(0, 1),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.sampled_from([0.0, 0.07, 1.0]),
    st.integers(0, 100),
)
def test_task_tables_are_well_formed(
    points: tuple[Review, ...],
    limited: bool,
    back: float,
    most: int,
    section_47: float,
    brief: float,
    seed: int,
) -> None:
    changed = with_numbers(
        national(), {"work.send_back": back, "work.most_send_backs": most, "practice.brief_share": brief}
    )
    changed = with_reviews(changed if limited else without(changed, "assessment"), *points, shares=SHARES)
    work = sample(setting(changed, council(40.0, section_47_share=section_47)), seed, 0)
    check(work)


@pytest.mark.parametrize(
    "name",
    [
        "trials/hackney",
        "authorities/gloucestershire",
        "national/working-together-2010",
        "national/working-together-2006",
    ],
)
def test_shipped_frameworks_make_well_formed_tables(name: str) -> None:
    check(drawn(load(name)))


def test_no_demand_is_an_empty_table(framework: Framework) -> None:
    work = drawn(framework, factors=(0.0,) * 12)
    assert len(work.cases) == 0 and len(work.tasks) == 0


def test_steps_that_follow_nothing_are_refused(framework: Framework) -> None:
    orphan = Step("orphan", "Orphan", CASE_HOLDER, NOWHERE, follows="nowhere", effort=spread(60, 90))
    with pytest.raises(ValueError, match="orphan follows nowhere"):
        drawn(replace(framework, steps={**framework.steps, "orphan": orphan}))


def test_a_wait_for_what_lies_later_or_elsewhere_is_refused(framework: Framework) -> None:
    """The engines would count it from the case's arrival, which nobody could have meant."""
    aside = replace(framework.steps["further_visit"], follows="planning")
    waiting = replace(framework.steps["write_up"], wait_after="further_visit")
    with pytest.raises(StepsError, match="write_up waits for what was asked for at further_visit"):
        drawn(replace(framework, steps={**framework.steps, "further_visit": aside, "write_up": waiting}))
    before = replace(framework.steps["planning"], wait=spread(60, 90), wait_after="write_up")
    with pytest.raises(StepsError, match="planning waits for what was asked for at write_up"):
        drawn(replace(framework, steps={**framework.steps, "planning": before}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": "again", "marks": ()}, "again gives the case a second social worker"),
        ({"only_if": "conference"}, "allocation gives only some cases a social worker"),
        ({"share": number("share", 0.5, "share")}, "allocation gives only some cases a social worker"),
    ],
)
def test_a_case_has_one_social_worker(framework: Framework, changes: dict[str, Any], told: str) -> None:
    step = replace(framework.steps["allocation"], **changes)
    with pytest.raises(StepsError, match=told):
        drawn(replace(framework, steps={**framework.steps, step.id: step}))


def test_an_assessment_that_nothing_holds_back_ends_as_soon_as_it_can(framework: Framework) -> None:
    """Its stock too: with no step held until the planned day, the sign-off is what is left."""
    free = replace(framework.steps["write_up"], held_until=None, wait=None)
    work = drawn(replace(framework, steps={**framework.steps, "write_up": free}))
    check(work)
    assert (work.tasks.hold[of_step(work, "write_up")] == -1).all()
    stock = work.cases.kind[work.tasks.case] == STOCK
    assert {work.steps[s] for s in np.unique(work.tasks.step[stock])} >= {"allocation", "sign_off"}


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ((30, "minutes"), 30),
        ((2, "hours"), 120),
        ((2, "working days"), 888),
        ((1, "weeks"), 2220),
        ((7, "calendar days"), 2220),
        ((12, "months"), 253 * 444),
    ],
)
def test_work_and_waits_are_written_in_any_unit(
    framework: Framework, written: tuple[float, str], minutes: int
) -> None:
    value, unit = written
    amount = spread(value, value, unit)
    step = replace(framework.steps["analysis"], effort=amount, wait=amount, wait_after=None)
    alone = with_numbers(framework, {"demand.sibling_effort": 0.0})
    work = drawn(replace(alone, steps={**alone.steps, "analysis": step}))
    rows = of_step(work, "analysis")
    assert set(work.tasks.effort[rows].tolist()) == set(work.tasks.wait[rows].tolist()) == {minutes}
    assert work_minutes(step, 444) == pytest.approx(minutes)


@pytest.mark.parametrize("back", [0.0, 1.0])
def test_two_stages_close_at_the_first_or_the_second(back: float) -> None:
    """Planned for within the first stage's ten days it ends with it; every case ends once, stock too."""
    staged = with_numbers(load("national/working-together-2010"), {"work.send_back": back})
    work = sample(setting(staged, council(400.0)), 1, 0)
    check(work)
    closing = np.flatnonzero(work.tasks.closes)
    new = work.cases.kind[work.tasks.case[closing]] != STOCK
    first = work.tasks.step[closing] == work.steps.index("initial_sign_off")
    early = work.cases.planned_day[work.tasks.case[closing]] <= 10
    assert np.array_equal(first[new], early[new])
    assert first[new].any() and not first[new].all()


# What was open when the run begins


def test_the_stock_is_as_large_as_a_steady_year_leaves_open(framework: Framework) -> None:
    """As many as come a day, times the days each is planned to take: the run begins settled."""
    profile = council(3000.0)
    found, days = [], []
    for k in range(8):
        work = sample(setting(framework, profile), 1, k)
        stock, new = work.cases.kind == STOCK, new_assessments(work)
        found.append(int(stock.sum()))
        days.append(float(np.minimum(work.cases.planned_day[new], STOCK_DAYS).mean()))
        assert (work.cases.arrival[stock] == 0).all()
        assert (work.cases.planned_day[stock] >= 0).all()
    children = mean_children(framework.number("demand.further_sibling"))
    a_day = profile.referrals / children * (1 - profile.nfa_share) * (0.9 + 0.08) / WORKING_DAYS_A_YEAR
    assert np.mean(found) == pytest.approx(a_day * np.mean(days), rel=0.05)


def test_the_stock_has_only_its_conclusion_left(framework: Framework) -> None:
    changed = with_reviews(framework, review(at="10 working days"))
    work = drawn(changed)
    stock = work.cases.kind[work.tasks.case] == STOCK
    names = {work.steps[s] for s in np.unique(work.tasks.step[stock])}
    assert {"allocation", "write_up", "sign_off"} <= names
    assert not names & {"screening", "first_visit", "planning", "enquiry", "conference", "review first"}


# What each part of a framework becomes


def test_send_backs_are_bounded_and_as_often_as_assumed(framework: Framework) -> None:
    """Each reading but the last sends back with the assumed chance; the last accepts."""
    always = drawn(with_numbers(framework, {"work.send_back": 1.0, "work.most_send_backs": 3}))
    assessed = (always.cases.route != CLOSED).sum()
    assert len(of_step(always, "sign_off")) == 4 * assessed
    assert len(of_step(always, "rework")) == 3 * assessed
    closing = always.tasks.closes
    assert (always.tasks.attempt[closing] == 3).all()
    never = drawn(with_numbers(framework, {"work.send_back": 0.0}))
    assert len(of_step(never, "rework")) == 0
    some = sample(setting(framework, council(1500.0)), 1, 0)
    attempt = some.tasks.attempt[of_step(some, "sign_off")]
    first, second, third = (int((attempt == k).sum()) for k in range(3))
    chance = framework.number("work.send_back")
    assert second / first == pytest.approx(chance, rel=0.15)
    assert third / second == pytest.approx(chance, rel=0.3)


def test_brief_assessments_have_few_steps_and_wait_for_nobody(framework: Framework) -> None:
    work = sample(setting(with_numbers(framework, {"practice.brief_share": 0.5}), COUNCIL), 1, 0)
    brief = work.cases.route[work.tasks.case] == ROUTES.index("brief")
    assert brief.any()
    assert (work.tasks.wait[brief] == 0).all()
    names = {work.steps[s] for s in np.unique(work.tasks.step[brief])}
    assert "planning" not in names and {"first_visit", "write_up", "sign_off"} <= names


def test_repeat_assessments_skip_the_front_door(framework: Framework) -> None:
    work = sample(setting(framework, council(600.0, repeat_share=0.5)), 1, 0)
    screened = np.zeros(len(work.cases), dtype=bool)
    screened[work.tasks.case[of_step(work, "screening")]] = True
    again = work.cases.kind == REPEAT
    assert again.any()
    assert not screened[again].any() and screened[work.cases.kind < REPEAT].all()


def test_a_referral_closed_at_the_front_door_is_screened_and_nothing_else(framework: Framework) -> None:
    work = drawn(framework)
    closed = work.cases.route[work.tasks.case] == CLOSED
    assert {work.steps[s] for s in np.unique(work.tasks.step[closed])} == {"screening"}


def test_conferences_are_held_for_their_share_of_enquiries(framework: Framework) -> None:
    work = sample(setting(framework, council(2000.0)), 1, 0)
    enquiries, conferences = len(of_step(work, "enquiry")), len(of_step(work, "conference"))
    assert enquiries == (work.cases.route[work.cases.kind != STOCK] == ROUTES.index("section_47")).sum()
    assert conferences / enquiries == pytest.approx(0.35, abs=0.05)


def test_a_conference_is_planned_within_its_limit_or_as_late_as_it_would_be(framework: Framework) -> None:
    """Pulled by all its strength, none is planned for later than 15 days after the strategy discussion."""
    work = sample(setting(with_numbers(framework, {"practice.pull_conference": 1.0}), council(600.0)), 1, 0)
    rows = of_step(work, "conference")
    assert (work.tasks.hold[rows] < 16 * work.calendar.day_minutes).all()
    marked = work.tasks.hold_from[rows]
    assert {work.steps[s] for s in np.unique(work.tasks.step[marked])} == {"strategy_discussion"}


def test_concluding_work_is_released_for_the_planned_day(framework: Framework) -> None:
    """Hold plus the case's own remaining minutes, nobody else being in the way, reach the planned day."""
    work = drawn(with_numbers(framework, {"work.send_back": 0.0}))
    length = work.calendar.day_minutes
    stretch = 1 / (1 - framework.number("staff.other_work"))
    for task in of_step(work, "write_up").tolist():
        case = work.tasks.case[task]
        sign_off = task + 1
        left = sum(round(int(work.tasks.effort[t]) * stretch) for t in (task, sign_off))
        end = int(work.tasks.hold[task]) + left
        day = int(work.cases.planned_day[case])
        assert end // length == day or (work.tasks.hold[task] == 0 and end >= day * length)


def held(work: Workload, label: str) -> np.ndarray:
    """Days after their start on which a review's points are held, of each case that has it."""
    return work.tasks.hold[of_step(work, label)] // work.calendar.day_minutes


def test_a_review_at_a_day(framework: Framework) -> None:
    work = drawn(with_reviews(framework, review(at="10 working days")))
    assert len(of_step(work, "review first")) == new_assessments(work).sum()
    assert set(held(work, "review first").tolist()) == {10}
    assert work.tasks.review[of_step(work, "review first")].all()


def test_a_review_by_priority(framework: Framework) -> None:
    changed = with_reviews(framework, review(by_priority=BY_PRIORITY), shares=SHARES)
    work = sample(setting(changed, council(900.0)), 1, 0)
    priority = work.cases.priority[work.tasks.case[of_step(work, "review first")]]
    assert np.array_equal(held(work, "review first"), np.array([3, 5, 10])[priority])
    found = np.bincount(work.cases.priority, minlength=3) / len(work.cases)
    assert found == pytest.approx(list(SHARES.values()), abs=0.04)


def test_a_priority_without_this_review_has_none(framework: Framework) -> None:
    changed = with_reviews(framework, review(by_priority={"urgent": "3 working days"}), shares=SHARES)
    work = drawn(changed)
    rows = of_step(work, "review first")
    assert len(rows) == ((work.cases.priority == 0) & new_assessments(work)).sum()
    assert (work.cases.priority[work.tasks.case[rows]] == 0).all()


def test_a_repeating_review_counts_from_the_one_before(framework: Framework) -> None:
    work = drawn(with_reviews(framework, review(at_most_every="10 working days")))
    rows = of_step(work, "review first")
    again = rows[work.tasks.attempt[rows] > 0]
    assert set(held(work, "review first").tolist()) == {10}
    before = work.tasks.parent[again]
    assert np.array_equal(before, work.tasks.hold_from[again])
    assert (work.tasks.attempt[before] == work.tasks.attempt[again] - 1).all()
    assert work.tasks.review[before].all()


def test_a_review_after_another(framework: Framework) -> None:
    changed = with_reviews(
        framework, review(at="10 working days"), review("further", after="first", at="5 working days")
    )
    work = drawn(changed)
    rows = of_step(work, "review further")
    assert len(rows) == len(of_step(work, "review first"))
    assert (work.tasks.step[work.tasks.parent[rows]] == work.steps.index("review first")).all()


def test_a_review_without_a_number_or_for_other_routes_is_not_held(framework: Framework) -> None:
    points = (
        review(words="as set out in the protocol"),
        review("child_protection", at="5 working days", routes=("section_47",)),
    )
    work = drawn(with_reviews(framework, *points))
    assert "review first" not in work.steps
    routes = work.cases.route[work.tasks.case[of_step(work, "review child_protection")]]
    assert set(routes.tolist()) == {ROUTES.index("section_47")}


def test_a_step_is_due_by_the_limit_on_its_own_event(framework: Framework) -> None:
    """One for the case's route goes before one for all routes."""
    limits = {
        "visit": timescale("visit", "allocated", "child_seen", "7 working days"),
        "visit_47": timescale("visit_47", "allocated", "child_seen", "1 working day", routes=("section_47",)),
    }
    work = drawn(replace(framework, timescales={**framework.timescales, **limits}))
    rows = of_step(work, "first_visit")
    urgent = work.cases.route[work.tasks.case[rows]] == ROUTES.index("section_47")
    days = work.tasks.due[rows] // work.calendar.day_minutes
    assert set(days[urgent].tolist()) == {2} and set(days[~urgent].tolist()) == {8}
    assert (work.tasks.pool[work.tasks.due_from[rows]] == ALLOCATION).all()
