"""Does the model answer as sense demands: the same cases under another rule, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from kit import council, review, setting, with_numbers, with_reviews, without
from numpy.typing import NDArray
from scipy import stats

from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import CLOSED, Workload

Simulate = Callable[[Workload], Outcome]
Floats = NDArray[np.float64]

LIMIT = 45
SOME_HARM = 0.3  # points: more people or less work must not raise the share over 45 days by more than this


@dataclass(frozen=True)
class Trial:
    """Size of a council, how many replications, and what a difference is held to.

    A few small years can only show that harm is not proven (lower 99% bound); many large ones that there is
    none to speak of (upper 99% bound).
    """

    referrals: float
    replications: int
    conclusive: bool

    def holds(self, values: Floats) -> bool:
        """Whether differences in points are no harm."""
        error = values.std(ddof=1) / np.sqrt(len(values))
        side = 1 if self.conclusive else -1
        return bool(values.mean() + side * stats.t.ppf(0.99, len(values) - 1) * error <= SOME_HARM)


@pytest.fixture(
    scope="module",
    params=[Trial(150.0, 6, False), pytest.param(Trial(4000.0, 30, True), marks=pytest.mark.long)],
    ids=["quick", "long"],
)
def trial(request: pytest.FixtureRequest) -> Trial:
    found: Trial = request.param
    return found


def days_open(work: Workload, run: Outcome) -> tuple[NDArray[np.int64], Floats]:
    """Days from referral of the window's assessments, open ones up to the stop, and their children."""
    rows = np.flatnonzero(
        (run.arrival >= work.window[0]) & (run.arrival < work.window[1]) & (work.cases.route != CLOSED)
    )
    end = event_minutes(work, run, "authorised")[rows]
    length = work.calendar.day_minutes
    seen = np.where(end == MISSING, run.stopped + length, end)
    return (seen - 1) // length - run.arrival[rows] // length, work.cases.children[rows].astype(float)


def over(work: Workload, run: Outcome) -> float:
    """Percentage of the window's assessed children over 45 working days from referral, open ones included."""
    days, children = days_open(work, run)
    return float(100 * np.average(days > LIMIT, weights=children))


def differences(fastest: Simulate, first: Setting, second: Setting, replications: int) -> Floats:
    """The second's share over 45 days less the first's, replication by replication."""
    return np.array(
        [
            over(w2, fastest(w2)) - over(w1, fastest(w1))
            for w1, w2 in (
                (sample(s1, 6, k), sample(s2, 6, k))
                for k, (s1, s2) in enumerate([(first, second)] * replications)
            )
        ]
    )


def at(framework: Framework, utilisation: float, referrals: float, **values: Any) -> Setting:
    return setting(with_numbers(framework, {"staff.utilisation": utilisation}), council(referrals), **values)


@pytest.mark.parametrize("utilisation", [0.8, 1.0])
def test_one_more_case_holder_does_not_raise_the_share_over_45_days(
    framework: Framework, fastest: Simulate, trial: Trial, utilisation: float
) -> None:
    """Allocation and queues change, so single cases may get later; the whole must not."""
    base = at(framework, utilisation, trial.referrals)
    fte = {**base.staffing.fte, CASE_HOLDER: base.staffing.fte[CASE_HOLDER] + 1}
    more = replace(base, staffing=replace(base.staffing, fte=fte))
    found = differences(fastest, base, more, trial.replications)
    assert trial.holds(found)


@pytest.mark.parametrize("utilisation", [0.8, 1.0])
def test_fewer_referrals_do_not_raise_the_share_over_45_days(
    framework: Framework, fastest: Simulate, trial: Trial, utilisation: float
) -> None:
    """A tenth of the families stay away; measured on those who come in both."""
    base = at(framework, utilisation, trial.referrals)
    fewer = replace(base, factors=(0.9,) * 12)
    found = []
    for k in range(trial.replications):
        w1, w2 = sample(base, 6, k), sample(fewer, 6, k)
        (d1, n1), (d2, n2) = days_open(w1, fastest(w1)), days_open(w2, fastest(w2))
        both = np.isin(_ids(w1), _ids(w2))
        found.append(
            100 * (np.average(d2 > LIMIT, weights=n2) - np.average(d1[both] > LIMIT, weights=n1[both]))
        )
    assert trial.holds(np.array(found))


def _ids(work: Workload) -> NDArray[np.int64]:
    """Ids of the window's assessments, in the order of ``days_open``."""
    came = work.cases.arrival
    return work.cases.id[(came >= work.window[0]) & (came < work.window[1]) & (work.cases.route != CLOSED)]


def test_shorter_external_waits_do_not_raise_the_share_over_45_days(
    framework: Framework, fastest: Simulate, trial: Trial
) -> None:
    waits = {
        f"steps.{step.id}.wait.{which}": framework.number(f"steps.{step.id}.wait.{which}") / 2
        for step in framework.steps.values()
        if step.wait is not None
        for which in ("typical", "high")
    }
    assert waits
    base = at(framework, 0.85, trial.referrals)
    shorter = replace(base, framework=with_numbers(base.framework, waits))
    assert trial.holds(differences(fastest, base, shorter, trial.replications))


def test_many_more_people_leave_the_plan_alone(framework: Framework, fastest: Simulate) -> None:
    """With nobody waiting, what is over 45 days was planned to be: capacity does not explain everything."""
    base = at(framework, 0.85, 150.0)
    fte = {role: 10 * size for role, size in base.staffing.fte.items()}
    work = sample(replace(base, staffing=replace(base.staffing, fte=fte)), 6, 0)
    run = fastest(work)
    end = event_minutes(work, run, "authorised")
    started = event_minutes(work, run, "assessment_started")
    length = work.calendar.day_minutes
    rows = np.flatnonzero((end != MISSING) & (work.cases.planned_day > 10))
    late = (end[rows] - 1) // length - started[rows] // length - work.cases.planned_day[rows]
    assert np.median(late) <= 2
    assert (late >= -1).all()


# Practice, seen through the whole model


def durations(fastest: Simulate, framework: Framework, referrals: float = 1000.0) -> Floats:
    """Working days of all assessments that came by the end of the window, with time to spare."""
    one = setting(
        with_numbers(framework, {"staff.utilisation": 0.5, "work.send_back": 0.0}), council(referrals)
    )
    work = sample(one, 6, 0)
    run = fastest(work)
    end = event_minutes(work, run, "authorised")
    rows = np.flatnonzero((end != MISSING) & (run.arrival < work.window[1]))
    length = work.calendar.day_minutes
    return ((end[rows] - 1) // length - run.arrival[rows] // length).astype(float)


def test_taking_the_limit_away_removes_the_pile_and_lengthens_the_tail(
    framework: Framework, fastest: Simulate
) -> None:
    """With a limit twice as many end in the days before it, against those after, and fewer are past 60."""
    with_limit = durations(fastest, framework)
    gone = with_numbers(without(framework, "assessment"), {"practice.retention": 0.0})
    without_limit = durations(fastest, gone)

    def pile(days: Floats) -> float:
        return float(((days > 35) & (days <= 46)).mean() / ((days > 46) & (days <= 57)).mean())

    assert pile(with_limit) > 2 * pile(without_limit)
    assert (without_limit > 60).mean() > 1.5 * (with_limit > 60).mean()


def test_half_retained_is_half_way(framework: Framework, fastest: Simulate) -> None:
    shares = []
    for retention in (0.0, 0.5, 1.0):
        gone = with_numbers(without(framework, "assessment"), {"practice.retention": retention})
        shares.append(float((durations(fastest, gone, 500.0) > LIMIT).mean()))
    assert shares[0] > shares[1] > shares[2]
    assert shares[1] == pytest.approx((shares[0] + shares[2]) / 2, abs=0.03)


def test_a_review_that_pulls_draws_conclusions_towards_it(framework: Framework, fastest: Simulate) -> None:
    """More end shortly before day 20, and fewer after it, than with a review that pulls nothing."""
    reviewed = with_reviews(framework, review(at="20 working days"))
    still = durations(fastest, with_numbers(reviewed, {"practice.pull_review": 0.0}))
    pulling = durations(fastest, with_numbers(reviewed, {"practice.pull_review": 0.5}))
    near = [float(((days > 10) & (days <= 21)).mean()) for days in (still, pulling)]
    assert near[1] > near[0] + 0.1
    assert (pulling > 30).mean() < (still > 30).mean() - 0.1


def test_a_review_that_does_not_pull_only_costs_time(framework: Framework, fastest: Simulate) -> None:
    """The same plans; the manager has more to do, and nobody gets earlier for it but by urgency."""
    base = setting(framework, council(150.0))
    reviewed = replace(base, framework=with_reviews(framework, review(at="20 working days")))
    first, second = sample(base, 6, 0), sample(reviewed, 6, 0)
    assert np.array_equal(first.cases.planned_day, second.cases.planned_day)
    runs = fastest(first), fastest(second)
    manager = first.pools.index("team_manager")
    spent = [
        int(w.tasks.effort[(w.tasks.pool == manager) & (r.end != MISSING)].sum())
        for w, r in zip((first, second), runs, strict=True)
    ]
    held = second.tasks.review & (runs[1].end != MISSING)
    assert held.any()
    assert spent[1] - spent[0] == pytest.approx(second.tasks.effort[held].sum(), rel=0.05)
    # A case concluded before its review's day has none held.
    authorised = event_minutes(second, runs[1], "authorised")[second.tasks.case[held]]
    assert ((authorised == MISSING) | (authorised >= runs[1].start[held])).all()


def test_section_47_visits_go_first(framework: Framework, fastest: Simulate) -> None:
    """In an overloaded council the child is seen sooner after a section 47 referral than after another."""
    work = sample(at(framework, 1.1, 300.0), 6, 0)
    run = fastest(work)
    seen = event_minutes(work, run, "child_seen")
    allocated = event_minutes(work, run, "allocated")
    wait = (seen - allocated)[seen != MISSING]
    route = work.cases.route[seen != MISSING]
    urgent, others = (wait[route == ROUTES.index(r)].mean() for r in ("section_47", "section_17"))
    assert urgent < others


def test_impossible_workloads_end(framework: Framework, fastest: Simulate) -> None:
    """Ten times the work there is time for, or nobody to do it, is a result with open cases, no hang."""
    base = setting(framework, council(100.0))
    for fte in (
        {role: size / 10 for role, size in base.staffing.fte.items()},
        {**base.staffing.fte, CASE_HOLDER: 0.0},
        dict.fromkeys(base.staffing.fte, 0.0),
    ):
        work = sample(replace(base, staffing=replace(base.staffing, fte=fte)), 6, 0)
        run = fastest(work)
        assert run.ending == "final minute"
        assert run.stopped == work.final_minute
        assert over(work, run) > 80


def test_pairing_narrows_the_difference(framework: Framework, fastest: Simulate) -> None:
    """The same cases on both sides: the variance of a difference is a part of that of unpaired runs."""
    base = at(framework, 0.85, 150.0)
    less = replace(base, framework=with_numbers(base.framework, {"practice.slip": 0.2}))
    one, two = (
        np.array([over(w, fastest(w)) for w in (sample(s, 6, k) for k in range(8))]) for s in (base, less)
    )
    paired, unpaired = (two - one).var(ddof=1), one.var(ddof=1) + two.var(ddof=1)
    assert paired < unpaired / 2


@pytest.mark.long
def test_what_pairing_gains_is_what_the_page_on_the_model_says(
    framework: Framework, fastest: Simulate
) -> None:
    """Variances of the difference in points over 30 replications, paired and unpaired."""
    base = setting(with_numbers(framework, {"staff.utilisation": 0.85}), council(1000.0))
    fte = {**base.staffing.fte, CASE_HOLDER: base.staffing.fte[CASE_HOLDER] + 1}
    others = {
        "slip": replace(base, framework=with_numbers(base.framework, {"practice.slip": 0.2})),
        "one more case holder": replace(base, staffing=replace(base.staffing, fte=fte)),
        "a tenth more demand": replace(base, factors=(1.1,) * 12),
    }
    said = {"slip": (4.8, 17.6), "one more case holder": (4.2, 12.3), "a tenth more demand": (73, 107)}

    def shares(one: Setting) -> Floats:
        return np.array([over(w, fastest(w)) for w in (sample(one, 6, k) for k in range(30))])

    before = shares(base)
    for what, other in others.items():
        after = shares(other)
        paired, unpaired = (after - before).var(ddof=1), before.var(ddof=1) + after.var(ddof=1)
        assert (paired, unpaired) == pytest.approx(said[what], rel=0.02), what
