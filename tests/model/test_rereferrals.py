"""Families that come back: from outside as published, or from the end of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import laws
import numpy as np
import pytest
from kit import council, setting, with_numbers

from simkit.framework.framework import Framework
from simkit.model.engine import process
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.profile import Profile
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import REPEAT, REREFERRAL, STOCK
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import CLOSED, Workload
from simkit.study.experiment import experiment

Simulate = Callable[[Workload], Outcome]

COUNCIL = council(300.0, repeat_share=0.15, assessed_share=1.0)
SCENARIO = "returns-from-closures"


def returning(framework: Framework, profile: Profile = COUNCIL, share: float = 1.0) -> Setting:
    return setting(with_numbers(framework, {"demand.returns_from_closures": share}), profile)


def drawn(framework: Framework, share: float, **values: float) -> Workload:
    made = returning(framework, share=share)
    return sample(replace(made, framework=with_numbers(made.framework, values)), 1, 0)


def test_by_default_everybody_comes_from_outside(framework: Framework) -> None:
    assert framework.number("demand.returns_from_closures") == 0
    assert (drawn(framework, 0.0).cases.source == -1).all()


def test_the_shipped_scenario_is_all_of_them(framework: Framework) -> None:
    made = experiment("hackney", SCENARIO)
    assert made.framework.number("demand.returns_from_closures") == 1
    assert made.setting.staffing == experiment("hackney").setting.staffing


def test_a_return_follows_an_earlier_case_within_a_year(framework: Framework) -> None:
    work = drawn(framework, 1.0)
    cases = work.cases
    back = np.flatnonzero(cases.source >= 0)
    before = cases.source[back]
    assert len(back) > 50
    assert (before < back).all()
    assert len(np.unique(before)) == len(before)  # one return after each end
    assert set(cases.kind[back].tolist()) == {REREFERRAL, REPEAT}
    assert np.array_equal(cases.children[back], cases.children[before])
    assert (cases.route[before[cases.kind[back] == REPEAT]] != CLOSED).all()
    assert (cases.route[back[cases.kind[back] == REPEAT]] != CLOSED).all()
    days = cases.arrival[back] / work.calendar.day_minutes
    assert days.min() >= 1 and days.max() < WORKING_DAYS_A_YEAR
    assert np.isnat(cases.date[back]).all()


@pytest.mark.parametrize("most", [1, 3])
def test_a_family_comes_back_so_often_at_most(framework: Framework, most: int) -> None:
    source = drawn(framework, 1.0, **{"demand.most_returns": most}).cases.source
    depth = np.zeros(len(source), dtype=int)
    for row in np.flatnonzero(source >= 0).tolist():
        depth[row] = depth[source[row]] + 1
    assert depth.max() == most


def columns(work: Workload) -> dict[int, tuple[int, ...]]:
    names = ("arrival", "children", "route", "kind", "priority", "natural_day", "planned_day")
    rows = zip(*(getattr(work.cases, name).tolist() for name in names), strict=True)
    return dict(zip(work.cases.id.tolist(), rows, strict=True))


def test_first_referrals_stay_as_they_were(framework: Framework) -> None:
    """Only returns change places: whoever comes for the first time, or was there, is the same."""
    outside, back = drawn(framework, 0.0), drawn(framework, 1.0)
    first = ~np.isin(outside.cases.kind, (REREFERRAL, REPEAT))
    kept = {i: v for i, v in columns(outside).items() if i in set(outside.cases.id[first].tolist())}
    assert kept.items() <= columns(back).items()
    from_outside = back.cases.id[back.cases.source == -1]
    assert set(from_outside.tolist()) <= set(outside.cases.id.tolist())


def test_another_delay_moves_returns_and_changes_nothing_else(framework: Framework) -> None:
    """Of those who came for the first time; who still comes from outside depends on the delay."""
    soon, late = drawn(framework, 1.0), drawn(framework, 1.0, **{"demand.return_delay": 200.0})
    slots = [
        {i: v for i, v in columns(work).items() if i >= 2**56 and i % 2**56 in first_comers(work)}
        for work in (soon, late)
    ]
    assert slots[0].keys() == slots[1].keys()
    assert all(slots[0][i][1:] == slots[1][i][1:] for i in slots[0])
    assert all(slots[0][i][0] <= slots[1][i][0] for i in slots[0])
    assert sum(v[0] for v in slots[0].values()) < sum(v[0] for v in slots[1].values())


def first_comers(work: Workload) -> set[int]:
    outside = (work.cases.source == -1) & ~np.isin(work.cases.kind, (REREFERRAL, REPEAT))
    return set(work.cases.id[outside].tolist())


def test_what_ended_before_the_run_still_brings_somebody(framework: Framework) -> None:
    """Returns from outside thin out over the first year of the run and then are gone."""
    cases = drawn(framework, 1.0).cases
    outside = np.isin(cases.kind, (REREFERRAL, REPEAT)) & (cases.source == -1)
    days = cases.arrival[outside] / 444
    assert outside.any()
    assert days.max() < WORKING_DAYS_A_YEAR
    assert (days < 100).sum() > 2 * (days >= 150).sum()


def test_they_come_so_long_after_the_end(framework: Framework, simulate: Simulate) -> None:
    work = drawn(framework, 1.0)
    run = simulate(work)
    laws.arrivals(work, run)
    came = (work.cases.source >= 0) & (run.arrival != MISSING)
    over = laws.ends(work, run)[work.cases.source[came]]
    assert np.array_equal(run.arrival[came] - over, work.cases.arrival[came])


def test_engines_agree_on_returns(framework: Framework, simulate: Simulate) -> None:
    work = drawn(framework, 1.0)
    assert simulate(work) == process.simulate(work)


def totals(made: Setting, replications: int, simulate: Simulate) -> tuple[np.ndarray, np.ndarray]:
    """Children in the measured year (referrals, re-referrals, repeats) in the mean, and its error."""
    found = []
    for k in range(replications):
        work = sample(made, 3, k)
        run = simulate(work)
        start, end = work.window
        here = (run.arrival >= start) & (run.arrival < end)
        kinds = (work.cases.kind < REPEAT, work.cases.kind == REREFERRAL, work.cases.kind == REPEAT)
        found.append([work.cases.children[here & kind].sum() for kind in kinds])
    error: np.ndarray = np.std(found, axis=0, ddof=1) / np.sqrt(replications)
    return np.mean(found, axis=0), error


def published(profile: Profile) -> np.ndarray:
    past_door = profile.referrals * (1 - profile.nfa_share)
    return np.array(
        [
            profile.referrals,
            profile.referrals * profile.rereferral_share,
            past_door * profile.repeat_share,
        ]
    )


OFTEN = council(4000.0, rereferral_share=0.35, repeat_share=0.15, assessed_share=1.0, nfa_share=0.05)


@pytest.mark.long
@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("profile", [council(4000.0), OFTEN], ids=["usual", "often"])
def test_totals_are_the_published_ones(
    framework: Framework, fastest: Simulate, profile: Profile, share: float
) -> None:
    mean, error = totals(returning(framework, profile, share), 80, fastest)
    expected = published(profile)
    assert (error < 0.011 * expected).all()
    assert (abs(mean - expected) <= 0.02 * expected).all()


@pytest.mark.slow
def test_totals_are_about_the_published_ones(framework: Framework, fastest: Simulate) -> None:
    mean, error = totals(returning(framework, OFTEN), 8, fastest)
    expected = published(OFTEN)
    assert (abs(mean - expected) <= 0.02 * expected + 3 * error).all()


def test_the_stock_brings_returns_too(framework: Framework) -> None:
    work = drawn(framework, 1.0)
    back = work.cases.source >= 0
    assert (work.cases.kind[work.cases.source[back]] == STOCK).any()
