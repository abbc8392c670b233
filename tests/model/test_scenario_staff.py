"""What a scenario does to the staff: vacancies, turnover and agency cover, on the way through ``case``."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.inputs.scenario import scenario_of
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import NEVER, Workload
from simkit.study.experiment import experiment
from simkit.study.result import Experiment


@pytest.mark.slow
def test_a_quarter_vacant_leaves_three_quarters_of_the_posts() -> None:
    """The published staff leaves out the published vacancies, so these come back before a quarter goes."""
    base, vacant = experiment("hackney"), experiment("hackney", "quarter-vacant")
    published = base.profile.vacancy_rate
    before, after = base.setting.staffing, vacant.setting.staffing
    assert after.fte[CASE_HOLDER] == pytest.approx(before.fte[CASE_HOLDER] * 0.75 / (1 - published))
    assert {r: f for r, f in after.fte.items() if r != CASE_HOLDER} == {
        r: f for r, f in before.fte.items() if r != CASE_HOLDER
    }
    means = [
        np.mean([in_post_of(each, k) for k in range(12)]) / each.setting.staffing.fte[CASE_HOLDER]
        for each in (base, vacant)
    ]
    assert means == pytest.approx([1.0, 1.0], abs=0.05)


def in_post_of(found: Experiment, replication: int) -> float:
    """Full-time case holders in post, in the mean over the measured year."""
    work = sample(found.setting, 3, replication)
    mine = work.workers.pool == 0
    day = np.arange(*work.window, work.calendar.day_minutes)
    there = (work.workers.starts[mine, None] <= day) & (day < work.workers.leaves[mine, None])
    return float((there * work.workers.fte[mine, None] / 100).sum(axis=0).mean())


@pytest.mark.slow
def test_more_turnover_is_more_leavers_and_the_same_number_in_post() -> None:
    """Staff first, from what is published; then the scenario's rates."""
    more = scenario_of({"title": "Turnover", "workforce": {"turnover": "+40 points"}})
    base, changed = experiment("hackney"), experiment("hackney", more)
    assert changed.setting.staffing.fte == base.setting.staffing.fte
    assert changed.setting.staffing.turnover == pytest.approx(base.setting.staffing.turnover + 0.4)
    leavers, present = [], []
    for each in (base, changed):
        works = [sample(each.setting, 3, k) for k in range(10)]
        leavers.append(sum(int(leaving(work).sum()) for work in works))
        present.append(np.mean([in_post_of(each, k) for k in range(10)]))
    assert leavers[1] > 2 * leavers[0]
    assert present[1] == pytest.approx(present[0], rel=0.06)


def leaving(work: Workload) -> np.ndarray:
    """Which case holders leave once the change has begun: with the measured year."""
    leaves = work.workers.leaves[work.workers.pool == 0]
    return (work.window[0] <= leaves) & (leaves < NEVER)


def test_without_agency_cover_gaps_are_longer_and_posts_more() -> None:
    bare = scenario_of({"title": "No agency", "workforce": {"agency_cover": "0%", "turnover": "60%"}})
    full = scenario_of({"title": "All covered", "workforce": {"agency_cover": "100%", "turnover": "60%"}})
    none, all_ = (sample(experiment("hackney", each).setting, 3, 0).workers for each in (bare, full))
    posts = [len(np.unique(s.id[s.pool == 0] // 64)) for s in (none, all_)]
    assert posts[0] > posts[1]
    first = experiment("hackney").setting.horizon.window[0]
    agency = [int((s.id[(s.pool == 0) & (s.starts >= first)] % 2).sum()) for s in (none, all_)]
    assert agency[0] == 0 and agency[1] > 0
