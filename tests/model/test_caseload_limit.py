"""A caseload limit, which keeps cases waiting in both engines; and steps that cannot be carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import laws
import numpy as np
import pytest
from kit import council, review, setting, spread

from simkit.common.errors import SimkitError
from simkit.framework.check import check, load
from simkit.framework.framework import Framework, Step
from simkit.framework.problem import FrameworkError
from simkit.model.engine import process
from simkit.model.inputs.scenario import scenario_of
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import ALLOCATION, NEVER, Workload
from simkit.study.experiment import run

Simulate = Callable[[Workload], Outcome]

COUNCIL = council(250.0)
LIMIT = 8


def limited(framework: Framework, limit: float | str | None) -> Framework:
    role = {"title": "Social worker"} | ({} if limit is None else {"caseload_limit": str(limit)})
    return replace(framework, roles={**framework.roles, "social_worker": role})


def settled(framework: Framework) -> Setting:
    """The council with staff who stay: who holds a case is who was given it."""
    made = setting(framework, COUNCIL)
    return replace(made, staffing=replace(made.staffing, turnover=0.0))


def test_without_a_limit_there_is_none(framework: Framework) -> None:
    assert sample(settled(framework), 1, 0).caseload_limit == NEVER


@pytest.mark.parametrize(("written", "hundredths"), [("16", 1600), (12.5, 1250)])
def test_the_limit_of_the_file_is_the_runs(
    framework: Framework, written: float | str, hundredths: int
) -> None:
    assert sample(settled(limited(framework, written)), 1, 0).caseload_limit == hundredths


def test_a_local_file_says_it(tmp_path: Path) -> None:
    path = tmp_path / "hackney.yaml"
    path.write_text(
        "simkit: framework/1\nauthority: Hackney\nla_code: 204\ntitle: Draft\nstatus: draft\n"
        "based_on: national/working-together-2023\nroles:\n  social_worker:\n    caseload_limit: 14\n",
        encoding="utf-8",
    )
    assert check(path).ok
    assert sample(setting(load(path), council(100.0)), 1, 0).caseload_limit == 1400


def loads(work: Workload, outcome: Outcome) -> np.ndarray:
    """Children for each full-time post in hundredths, most at any time, of each person."""
    tasks = work.tasks
    rows = np.flatnonzero((tasks.pool == ALLOCATION) & (outcome.start != MISSING))
    given, person, case = outcome.start[rows], outcome.worker[rows], tasks.case[rows]
    over = laws.ends(work, outcome)[case]
    children = work.cases.children[case]
    most = np.zeros(len(work.workers), dtype=np.int64)
    for each in np.unique(person):
        mine = person == each
        time = np.concatenate([given[mine], over[mine]])
        change = np.concatenate([children[mine], -children[mine]])
        order = np.lexsort((change, time))  # within a minute what ends makes room first
        most[each] = np.cumsum(change[order]).max() * 10_000 // work.workers.fte[each]
    return most


def test_nobody_exceeds_the_limit_and_a_waiting_list_forms(framework: Framework, simulate: Simulate) -> None:
    free, bound = (sample(settled(limited(framework, x)), 1, 0) for x in (None, LIMIT))
    before, after = simulate(free), simulate(bound)
    assert loads(free, before).max() > 100 * LIMIT
    assert loads(bound, after).max() <= 100 * LIMIT
    days_open = [
        np.where(run.start == MISSING, run.stopped, run.start)[rows] - run.ready[rows]
        for work, run in ((free, before), (bound, after))
        for rows in [np.flatnonzero((work.tasks.pool == ALLOCATION) & (run.ready != MISSING))]
    ]
    length = bound.calendar.day_minutes
    assert np.mean(days_open[0]) < length
    assert np.mean(days_open[1]) > 5 * length


def test_other_cases_count_toward_the_limit(framework: Framework, fastest: Simulate) -> None:
    work = sample(settled(limited(framework, 2 * LIMIT)), 1, 0)
    full = replace(work, other_cases=100 * LIMIT)
    assert loads(full, fastest(full)).max() <= 100 * LIMIT


def test_the_limit_changes_no_draw(framework: Framework) -> None:
    free, bound = (sample(settled(limited(framework, x)), 1, 0) for x in (None, LIMIT))
    for name in ("cases", "tasks", "workers"):
        for column, values in vars(getattr(free, name)).items():
            same = np.array_equal(values, getattr(getattr(bound, name), column), equal_nan=column == "date")
            assert same, column


def test_engines_agree_under_a_limit_with_leavers(framework: Framework, simulate: Simulate) -> None:
    work = sample(setting(limited(framework, LIMIT), COUNCIL), 1, 0)
    assert simulate(work) == process.simulate(work)


@pytest.mark.parametrize(("limit", "code"), [("0", "M024"), ("4", "M025"), ("a lot", "S005")])
def test_a_limit_that_cannot_be_kept_is_a_problem(tmp_path: Path, limit: str, code: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "simkit: framework/1\nauthority: Hackney\nla_code: 204\ntitle: Draft\nstatus: draft\n"
        f"based_on: national/working-together-2023\nroles:\n  social_worker:\n    caseload_limit: {limit}\n",
        encoding="utf-8",
    )
    assert code in {problem.code for problem in check(path)}


# Steps that can't be carried out


def test_without_a_sign_off_nothing_is_simulated(framework: Framework) -> None:
    kept = {name: step for name, step in framework.steps.items() if "authorised" not in step.marks}
    with pytest.raises(StepsError, match="nobody would authorise"):
        sample(setting(replace(framework, steps=kept), COUNCIL), 1, 0)


def test_a_sign_off_of_some_cases_alone_is_refused(framework: Framework) -> None:
    some = replace(framework.steps["sign_off"], only_if="conference")
    changed = replace(framework, steps={**framework.steps, "sign_off": some})
    with pytest.raises(StepsError, match="nobody would authorise"):
        sample(setting(changed, COUNCIL), 1, 0)


def test_work_of_a_worker_nobody_gave_is_refused(framework: Framework) -> None:
    kept = {name: step for name, step in framework.steps.items() if step.by != "allocation"}
    with pytest.raises(StepsError, match="gives the case one"):
        sample(setting(replace(framework, steps=kept), COUNCIL), 1, 0)


def test_a_role_without_people_is_refused(framework: Framework) -> None:
    extra = Step("advice", "Advice", "adviser", review().origin, effort=spread(30, 60))
    changed = replace(framework, steps={**framework.steps, "advice": extra})
    with pytest.raises(StepsError, match="adviser"):
        sample(setting(changed, COUNCIL), 1, 0)


def scenario(step: str) -> object:
    return scenario_of({"title": "Odd", "framework": {"model": {"steps": {step: "remove"}}}})


@pytest.mark.parametrize("engine_name", ["simpy", "auto"])
def test_a_scenario_that_takes_the_allocation_away_ends_with_a_message(engine_name: str) -> None:
    with pytest.raises(SimkitError, match="gives the case its social worker"):
        run("rutland", scenario("allocation"), replications=2, engine=engine_name)  # type: ignore[arg-type]


def test_a_scenario_that_takes_the_sign_off_away_is_a_problem() -> None:
    with pytest.raises(FrameworkError, match="authorised"):
        run("rutland", scenario("sign_off"), replications=2)  # type: ignore[arg-type]
