"""Editions of two stages and of one, trials and drafts: what each makes of the same families."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import laws
import numpy as np
import pytest
from kit import council, new_assessments, of_step, setting, with_numbers

from simkit.framework.check import load
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.practice import (
    FIRST_STAGE,
    NATIONAL_LIMIT,
    conclusion_pulls,
    first_stage_limits,
    is_calibrated,
    practice_of,
)
from simkit.model.inputs.staffing import expected_minutes, work_minutes
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import STOCK, arriving_families
from simkit.model.workload.planned_dates import plan
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import Workload

Simulate = Callable[[Workload], Outcome]

TWO_STAGES = {"national/working-together-2006": 7, "national/working-together-2010": 10}
ONE_STAGE = [
    "national/working-together-2013",
    "national/working-together-2015",
    "national/working-together-2018",
    "national/working-together-2023",
    "national/consultation-drafts-2012",
    *(
        f"trials/{name}"
        for name in (
            "cumbria",
            "hackney",
            "hammersmith-and-fulham",
            "islington",
            "kensington-and-chelsea",
            "knowsley",
            "wandsworth",
            "westminster",
        )
    ),
]
INITIAL = {"initial_write_up", "initial_sign_off"}
COUNCIL = council(400.0)


def drawn(framework: Framework, replication: int = 0) -> Workload:
    return sample(setting(framework, COUNCIL), 1, replication)


def with_step(work: Workload, name: str) -> np.ndarray:
    """Which cases have a step."""
    result = np.zeros(len(work.cases), dtype=bool)
    result[work.tasks.case[of_step(work, name)]] = True
    return result


@pytest.mark.parametrize(("name", "days"), TWO_STAGES.items())
def test_a_case_ends_with_its_initial_assessment_if_planned_within_its_days(name: str, days: int) -> None:
    """One span a family: the planned day alone says whether the case goes on."""
    work = drawn(load(name))
    new = new_assessments(work)
    first, second = with_step(work, "initial_sign_off"), with_step(work, "sign_off")
    assert first[new].all()
    assert np.array_equal(second[new], work.cases.planned_day[new] > days)
    assert second[new].any() and not second[new].all()
    only_first = np.flatnonzero(new & ~second)
    names = {work.steps[s] for s in np.unique(work.tasks.step[np.isin(work.tasks.case, only_first)])}
    assert names >= INITIAL
    assert not names & {"further_visit", "analysis", "write_up", "sign_off", "rework"}


@pytest.mark.parametrize("name", TWO_STAGES)
def test_two_stages_take_the_same_families_and_spans_as_one(name: str, framework: Framework) -> None:
    one, two = drawn(framework), drawn(load(name))
    both = {w: dict(zip(w.cases.id.tolist(), w.cases.natural_day.tolist(), strict=True)) for w in (one, two)}
    shared = both[one].keys() & both[two].keys()
    assert len(shared) > 0.9 * len(one.cases)
    assert all(both[one][i] == both[two][i] for i in shared)


@pytest.mark.parametrize("name", TWO_STAGES)
def test_an_initial_assessment_takes_ten_hours(name: str) -> None:
    """The one figure that has a source: 10 hours on average, for one child, by the social worker."""
    steps = load(name).steps
    hours = sum(work_minutes(steps[s], 444) for s in ("planning", "first_visit", "initial_write_up")) / 60
    assert hours == pytest.approx(10, abs=0.05)


@pytest.mark.parametrize("name", TWO_STAGES)
def test_work_is_released_for_the_planned_day_of_each_stage(name: str) -> None:
    """Nobody else in the way, the first stage ends on its own day and the whole on the planned one."""
    framework = with_numbers(load(name), {"work.send_back": 0.0})
    made = setting(framework, COUNCIL)
    work = sample(made, 1, 0)
    length, stretch = work.calendar.day_minutes, 1 / (1 - made.staffing.other_work)
    for held, signed in (("initial_write_up", "initial_sign_off"), ("write_up", "sign_off")):
        for task in of_step(work, held).tolist():
            assert work.steps[work.tasks.step[task + 1]] == signed
            left = sum(round(int(work.tasks.effort[t]) * stretch) for t in (task, task + 1))
            day = (int(work.tasks.hold[task]) + left) // length
            case = work.tasks.case[task]
            if work.tasks.closes[task + 1]:
                assert day == work.cases.planned_day[case] or work.tasks.hold[task] == 0
            else:
                assert day <= TWO_STAGES[name] or work.tasks.hold[task] == 0


@pytest.mark.parametrize("name", TWO_STAGES)
def test_both_stages_are_measured_and_enquiries_go_on(name: str, simulate: Simulate) -> None:
    """Each case is authorised once, not before its initial assessment; both clocks stand in the results."""
    work = drawn(load(name))
    run = simulate(work)
    laws.arrivals(work, run)
    laws.decomposition(work, run)
    completed, authorised = (event_minutes(work, run, e) for e in (FIRST_STAGE, "authorised"))
    there = new_assessments(work) & (authorised != MISSING)
    assert (completed[there] != MISSING).all()
    one = ~with_step(work, "sign_off") & there
    assert np.array_equal(completed[one], authorised[one])
    assert (completed[there & ~one] < authorised[there & ~one]).all()
    assert {"initial_assessment", "core_assessment"} <= {clock.id for clock in work.clocks}
    enquired = work.cases.route == ROUTES.index("section_47")
    assert (event_minutes(work, run, "enquiry_concluded")[enquired & there] != MISSING).all()
    assert (event_minutes(work, run, "conference")[enquired & there] != MISSING).any()


def test_the_first_stage_has_its_own_limit_and_the_core_assessment_follows_it() -> None:
    work = drawn(load("national/working-together-2010"))
    length = work.calendar.day_minutes
    new = new_assessments(work)
    rows = of_step(work, "initial_write_up")
    rows = rows[new[work.tasks.case[rows]]]
    assert set((work.tasks.limit[rows] // length).tolist()) == {11}
    assert set(work.tasks.limit_from[rows].tolist()) == {-1}  # from the referral
    rows = of_step(work, "write_up")
    rows = rows[new[work.tasks.case[rows]]]
    assert set((work.tasks.limit[rows] // length).tolist()) == {36}
    since = work.tasks.step[work.tasks.limit_from[rows]]
    assert set(since.tolist()) == {work.steps.index("initial_sign_off")}


@pytest.mark.parametrize("name", TWO_STAGES)
def test_staff_is_worked_out_for_both_stages(name: str) -> None:
    profile = council(4000.0)
    framework = load(name)
    expected = expected_minutes(framework, profile)
    found = []
    for k in range(6):
        work = sample(setting(framework, profile), 5, k)
        start, end = work.window
        here = (work.cases.arrival >= start) & (work.cases.arrival < end)
        rows = (work.tasks.pool == 0) & here[work.tasks.case]
        found.append(float(work.tasks.effort[rows].sum()))
    assert np.mean(found) == pytest.approx(expected["social_worker"], rel=0.03)


@pytest.mark.parametrize("name", ONE_STAGE)
def test_an_edition_without_a_limit_on_a_first_stage_has_none(name: str) -> None:
    framework = load(name)
    assert all(first_stage_limits(framework, route) == () for route in ROUTES)
    work = drawn(framework)
    assert not INITIAL & set(work.steps)
    new = new_assessments(work)
    assert with_step(work, "sign_off")[new].all()


def test_calibrated_are_single_assessments_under_the_national_limit() -> None:
    editions = [name for name in (*TWO_STAGES, *ONE_STAGE) if is_calibrated(load(name))]
    assert editions == [name for name in ONE_STAGE if name.startswith("national/working")]


@pytest.mark.parametrize("name", ["trials/hackney", "trials/islington", "national/consultation-drafts-2012"])
def test_without_a_number_the_limit_keeps_what_is_retained_of_its_pull(name: str) -> None:
    framework = load(name)
    own = practice_of(framework)
    for kept in (0.0, 0.5, 1.0):
        changed = with_numbers(framework, {"practice.retention": kept})
        pulls = {p.clock: p.share for p in conclusion_pulls(changed, own, "section_17")}
        assert pulls == ({} if kept == 0 else {NATIONAL_LIMIT: pytest.approx(own.pull * kept)})


@pytest.mark.parametrize("name", ONE_STAGE[4:])
def test_trials_and_drafts_run(name: str, fastest: Simulate) -> None:
    work = drawn(load(name))
    run = fastest(work)
    laws.arrivals(work, run)
    laws.number_in_system(work, run)


def test_coventry_and_devon_of_today_have_one_stage() -> None:
    """What they wrote under the edition of 2010 is kept with its dates and not simulated."""
    for name in ("coventry", "devon"):
        assert first_stage_limits(load(name), "section_17") == ()


def test_stricter_initial_limit_of_our_own_decides() -> None:
    """Seven days kept where ten were allowed, as Coventry did."""
    framework = load("national/working-together-2010")
    seven = load("national/working-together-2006").timescales["initial_assessment"]
    own = replace(seven, id="own", layer="authorities/coventry")
    both = replace(framework, timescales={**framework.timescales, "own": own})
    work = drawn(both)
    new = new_assessments(work)
    assert np.array_equal(with_step(work, "sign_off")[new], work.cases.planned_day[new] > 7)


def test_plans_of_the_stock_end_with_the_stage_they_are_in() -> None:
    framework = load("national/working-together-2010")
    made = setting(framework, COUNCIL)
    draws = Draws(1, 0)
    came, planned = plan(
        framework,
        arriving_families(
            framework, COUNCIL, (1.0,) * 12, made.horizon.calendar, made.horizon.last_arrival, draws
        ),
        draws,
    )
    stock = came.kind == STOCK
    assert (planned.conclusion[stock] >= 0).all()
    assert np.array_equal(planned.first_stage[stock], planned.conclusion[stock])
