"""When a change of caseload and staff begins: until its first day everything is as it was, draw by draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from results import tiny

from simkit.framework.problem import FrameworkError
from simkit.model.engine_choice import engine
from simkit.model.inputs.onset import EMPTYING_DAYS
from simkit.model.inputs.scenario import Scenario, scenario_of
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import NEVER, OWN_WORKER, Workload
from simkit.study.experiment import experiment

PLACE = "wirral"
SEED = 5

CHANGES: dict[str, dict[str, Any]] = {
    "more referrals": {"demand": {"referrals": "+20%"}},
    "fewer referrals": {"demand": {"referrals": "-20%"}},
    "a winter surge": {"demand": {"referrals": "+40%", "months": ["november", "december"]}},
    "other shares": {
        "demand": {
            "closed_at_front_door": "+9 points",
            "rereferrals": "-4 points",
            "section_47": "+5 points",
            "conferences": "-9 points",
        }
    },
    "vacancies": {"workforce": {"vacancies": "+15 points"}},
    "fewer case holders": {"workforce": {"case_holders": "-30%"}},
    "more case holders": {"workforce": {"case_holders": "+30%"}},
    "turnover": {"workforce": {"turnover": "+40 points"}},
    "less turnover": {"workforce": {"turnover": "2%"}},
    "sickness": {"workforce": {"sickness": "20%"}},
    "agency": {"workforce": {"agency_cover": "5%"}},
    "other work": {"workforce": {"other_work": "45%"}},
}


def written(since: str | None = None, **data: Any) -> Scenario:
    return scenario_of({"title": "A change", **({"since": since} if since else {}), **data})


def setting(scenario: Scenario) -> Setting:
    return experiment(PLACE, scenario, year=2023).setting


def simulated(one: Setting, replication: int = 0) -> tuple[Workload, Outcome]:
    work = sample(one.for_replication(replication), SEED, replication)
    return work, engine("auto", 10**9).run(work)


def happened(work: Workload, run: Outcome, until: int) -> dict[str, Any]:
    """Everything that had happened before a minute, by case, step, attempt and person, whatever the rows."""
    tasks = work.tasks
    of_case = work.cases.id[tasks.case]
    people = work.workers.id
    told: dict[str, Any] = {}
    for name in ("ready", "queued", "start", "end"):
        minute = getattr(run, name)
        rows = np.flatnonzero((minute != MISSING) & (minute < until))
        if name == "queued":  # who is queued anew later is no longer known to have been queued before
            rows = rows[(run.start[rows] != MISSING) & (run.start[rows] < until)]
        keys = zip(
            of_case[rows].tolist(),
            [work.steps[step] for step in tasks.step[rows].tolist()],
            tasks.attempt[rows].tolist(),
            strict=True,
        )
        told[name] = dict(zip(keys, minute[rows].tolist(), strict=True))
        if name == "start":
            told["worker"] = dict(zip(told[name], people[run.worker[rows]].tolist(), strict=True))
    here = (run.arrival != MISSING) & (run.arrival < until)
    told["came"] = dict(zip(work.cases.id[here].tolist(), run.arrival[here].tolist(), strict=True))
    return told


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("since", [None, "2022-01"])
@pytest.mark.slow
def test_until_the_change_begins_the_outcome_is_the_same_draw_by_draw(name: str, since: str | None) -> None:
    base = setting(written())
    changed = setting(written(since, **CHANGES[name]))
    assert changed.onset is not None
    first = changed.horizon.calendar.minute(changed.onset.since)
    assert (first == base.horizon.window[0]) == (since is None)
    one, other = simulated(base), simulated(changed)
    assert happened(*one, first) == happened(*other, first)
    assert happened(*one, one[0].final_minute) != happened(*other, other[0].final_minute)


def test_a_change_of_rules_alone_holds_for_the_whole_run() -> None:
    fifth = {
        "reviews": {
            "first": {"title": "First", "by": "team_manager", "from": "referral", "at": "5 working days"}
        }
    }
    assert setting(written(framework=fifth)).onset is None


def test_from_the_first_day_of_the_run_on_a_change_holds_for_all_of_it() -> None:
    """As every change did before changes had a day on which they begin."""
    whole = setting(written("2020-10-01", demand={"referrals": "+20%"}))
    always = replace(whole.without_response, onset=None)
    one, same = sample(whole.without_response, SEED, 0), sample(always, SEED, 0)
    assert np.array_equal(one.cases.id, same.cases.id)
    assert np.array_equal(one.tasks.effort, same.tasks.effort)
    assert engine("auto", 0).run(one) == engine("auto", 0).run(same)


def test_a_day_before_the_run_is_a_problem_with_its_line() -> None:
    early = written("2019-01", demand={"referrals": "+20%"})
    with pytest.raises(FrameworkError) as caught:
        setting(early)
    (problem,) = caught.value.problems
    assert problem.code == "M109"
    assert problem.path == "since"
    assert "2019-01" in problem.message and "2023-03-31" in problem.message
    month = problem.hint.split("since: ")[1][:7]
    assert setting(written(month, demand={"referrals": "+20%"})), "a month that the hint names is in the run"


# Staff


def in_post(work: Workload, day: int) -> float:
    """Full-time case holders in post on a day."""
    minute = day * work.calendar.day_minutes
    staff = work.workers
    here = (staff.pool == OWN_WORKER) & (staff.starts <= minute) & (minute < staff.leaves)
    return float(staff.fte[here].sum()) / 100


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "since"),
    [
        ({"demand": {"referrals": "+20%"}}, "The change begins with the measured year, on 1 April 2023."),
        (
            {"demand": {"referrals": "+20%"}, "since": "2024-01-01"},
            "The change begins on 1 January 2024.",
        ),
        (
            {"demand": {"referrals": "+20%", "months": ["november", "december", "january"]}},
            "Referrals change only in November, December and January.",
        ),
        (
            {"demand": {"referrals": "-10%", "months": ["august"]}, "since": "2023-06-01"},
            "Referrals change only in August, from 1 June 2023 on.",
        ),
        (
            {"demand": {"referrals": "+20%", "months": ["january"]}, "workforce": {"vacancies": "30%"}},
            "The change begins with the measured year, on 1 April 2023. Referrals change only in January.",
        ),
    ],
)
def test_a_change_of_some_months_is_dated_to_these(change: dict[str, Any], since: str) -> None:
    changed = experiment("hackney", scenario_of({"title": "A change", **change}), year=2024)
    assert replace(tiny(), experiment=changed).since == since


def test_posts_empty_over_three_months_one_leaver_after_the_other() -> None:
    base, fewer = (setting(each) for each in (written(), written(workforce={"case_holders": "-30%"})))
    works = [
        (sample(base.for_replication(k), SEED, k), sample(fewer.for_replication(k), SEED, k))
        for k in range(6)
    ]
    first = base.horizon.window[0] // base.horizon.calendar.day_minutes

    def left(day: int) -> float:
        """Of those who go, the part that is still there."""
        there = np.mean([in_post(two, day) - in_post(one, day) for one, two in works])
        return 1 + float(there) / (0.3 * base.staffing.fte[CASE_HOLDER])

    assert left(first - 1) == 1
    assert left(first + 5) == 1
    assert 0.2 < left(first + EMPTYING_DAYS // 2) < 0.9
    assert left(first + 2 * EMPTYING_DAYS) == pytest.approx(0, abs=0.15)
    days = {int(leaver) // 444 for _, work in works for leaver in leavers(work, first) if leaver < NEVER}
    assert len(days) > 10


def leavers(work: Workload, first: int) -> np.ndarray:
    staff = work.workers
    here = (staff.pool == OWN_WORKER) & (staff.leaves < NEVER)
    return staff.leaves[here & (staff.leaves >= first * work.calendar.day_minutes)]


def test_a_leavers_cases_go_to_others_who_take_them_over() -> None:
    work, run = simulated(setting(written(workforce={"vacancies": "+20 points"})))
    first, last = work.window
    taken = run.handover[(run.start >= first) & (run.start < last)]
    _, usual = simulated(setting(written()))
    before = usual.handover[(usual.start >= first) & (usual.start < last)]
    assert np.count_nonzero(taken) > np.count_nonzero(before)


def test_more_posts_are_filled_from_the_first_day_on() -> None:
    base, more = (setting(each) for each in (written(), written(workforce={"case_holders": "+30%"})))
    one, two = sample(base.for_replication(0), SEED, 0), sample(more.for_replication(0), SEED, 0)
    first = base.horizon.window[0] // base.horizon.calendar.day_minutes
    assert in_post(one, first - 1) == in_post(two, first - 1)
    after = np.mean([in_post(two, day) / in_post(one, day) for day in range(first + 70, first + 250)])
    assert after == pytest.approx(1.3, abs=0.08)


def test_a_person_keeps_the_row_through_a_change_that_is_not_theirs() -> None:
    """Only who goes, and who comes in their place, is another person; nobody else changes hands."""
    base, fewer = (setting(each) for each in (written(), written(workforce={"case_holders": "-30%"})))
    one, two = (
        sample(base.for_replication(0), SEED, 0).workers,
        sample(fewer.for_replication(0), SEED, 0).workers,
    )
    kept = set(one.id.tolist()) & set(two.id.tolist())
    assert len(kept) > 0.8 * len(one)
    assert len(set(two.id.tolist())) == len(two)


def test_a_year_of_own_open_cases_begins_with_the_change() -> None:
    """There is no warm-up: whoever comes in it comes under the change."""
    from simkit.model.workload.open_cases import OpenCases

    own = OpenCases(np.zeros(30, dtype=np.int64), np.arange(30, dtype=np.int64))
    more = written(demand={"referrals": "+20%"})
    one = experiment(PLACE, more, year=2023, open_cases=own).setting
    assert one.onset is not None
    whole = replace(one, onset=None)
    came, same = sample(one, SEED, 0).cases, sample(whole, SEED, 0).cases
    assert np.array_equal(came.id, same.id)
    assert np.array_equal(came.arrival, same.arrival)
    assert np.array_equal(came.route, same.route)


def test_the_change_and_what_was_before_it_are_scaled_together() -> None:
    """`simkit staff` asks what would be needed: of the staff there was as well as of what is left of it."""
    fewer = setting(written(workforce={"case_holders": "-10%"}))
    double = fewer.with_case_holders(2.0)
    assert double.onset is not None and fewer.onset is not None
    assert double.onset.case_holders == pytest.approx(2 * fewer.onset.case_holders)
    assert double.onset.posts.total == pytest.approx(double.staffing.fte[CASE_HOLDER])
    usual = setting(written())
    assert double.without_change.profile == usual.profile
    assert double.without_change.staffing == usual.staffing.scaled({CASE_HOLDER: 2.0})
    assert (double.without_change.factors, double.without_change.onset) == (usual.factors, None)


def test_since_is_a_day_or_the_first_of_a_month() -> None:
    assert written("2022-10", demand={"referrals": "+20%"}).since == date(2022, 10, 1)
    assert written("2022-10-17", demand={"referrals": "+20%"}).since == date(2022, 10, 17)
    assert written(demand={"referrals": "+20%"}).since is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"since": "2023-10"}, "M110"),
        ({"since": "2023-13", "demand": {"referrals": "+20%"}}, "S"),
        ({"since": "October 2023", "demand": {"referrals": "+20%"}}, "S"),
        ({"since": "1999-10", "demand": {"referrals": "+20%"}}, "M109"),
        (
            {
                "since": "2025-05",
                "demand": {"referrals": "+20%"},
                "horizon": {"from": "2024-04-01", "to": "2025-03-31"},
            },
            "M109",
        ),
        ({"workforce": {"case_holders": "-100%"}}, "M111"),
    ],
)
def test_bad_days_and_empty_roles_are_problems(data: dict[str, Any], code: str) -> None:
    with pytest.raises(FrameworkError) as caught:
        written(**data)
    assert {problem.code[: len(code)] for problem in caught.value.problems} == {code}
