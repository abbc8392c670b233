"""The same children and people in every comparison: what changes leaves every other draw as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kit import (
    council,
    new_assessments,
    of_step,
    review,
    setting,
    spread,
    with_numbers,
    with_reviews,
    without,
)

from simkit.framework.framework import Framework, Step
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import Workload

COUNCIL = council(150.0)
NOWHERE = review().origin

CASE = ("arrival", "children", "route", "kind", "priority", "natural_day", "planned_day")
TASK = ("pool", "effort", "wait", "hold")


def case_draws(work: Workload, columns: tuple[str, ...] = CASE) -> dict[int, tuple[int, ...]]:
    values = [getattr(work.cases, name).tolist() for name in columns]
    return dict(zip(work.cases.id.tolist(), zip(*values, strict=True), strict=True))


def task_draws(
    work: Workload, columns: tuple[str, ...] = TASK
) -> dict[tuple[int, str, int], tuple[Any, ...]]:
    values = [getattr(work.tasks, name).tolist() for name in columns]
    ids = work.cases.id[work.tasks.case].tolist()
    names = [work.steps[s] for s in work.tasks.step.tolist()]
    return dict(
        zip(zip(ids, names, work.tasks.attempt.tolist(), strict=True), zip(*values, strict=True), strict=True)
    )


def newcomers(work: Workload, draws: dict[Any, Any]) -> dict[Any, Any]:
    """Without the cases open when the run begins: who of them is still open depends on the plans."""
    stock = set(work.cases.id[work.cases.kind == STOCK].tolist())
    return {
        key: value for key, value in draws.items() if (key if isinstance(key, int) else key[0]) not in stock
    }


def staff_draws(work: Workload) -> dict[int, bytes]:
    opens, shuts = work.workers.opens, work.workers.shuts
    return {int(i): o.tobytes() + s.tobytes() for i, o, s in zip(work.workers.id, opens, shuts, strict=True)}


def but(draws: dict[tuple[int, str, int], Any], *steps: str) -> dict[tuple[int, str, int], Any]:
    return {key: value for key, value in draws.items() if key[1] not in steps}


@pytest.fixture(scope="module")
def base(framework: Framework) -> tuple[Setting, Workload]:
    one = setting(framework, COUNCIL)
    return one, sample(one, 1, 0)


def again(base: tuple[Setting, Workload], framework: Framework | None = None, **values: Any) -> Workload:
    """The same setting with one change; the staff stay, as they do in a comparison."""
    return sample(replace(base[0], **({"framework": framework} if framework else {}), **values), 1, 0)


def test_the_same_setting_is_the_same_workload(base: tuple[Setting, Workload]) -> None:
    second = again(base)
    assert case_draws(second) == case_draws(base[1])
    assert task_draws(second) == task_draws(base[1])
    assert staff_draws(second) == staff_draws(base[1])


@pytest.mark.parametrize(
    ("path", "value", "columns"),
    [
        ("practice.pull_national_limit", 0.2, ()),
        ("practice.margin", 9.0, ()),
        ("practice.slip", 0.05, ()),
        ("work.due_within", 5.0, TASK),
        ("work.raise_before", 0.0, TASK),
        ("staff.handover", 10.0, TASK),
    ],
)
def test_another_number_changes_plans_at_most(
    base: tuple[Setting, Workload], framework: Framework, path: str, value: float, columns: tuple[str, ...]
) -> None:
    """Who comes, natural spans, effort and waits stay; only a number of the practice moves planned days."""
    other = again(base, with_numbers(framework, {path: value}))
    same = CASE if columns else tuple(name for name in CASE if name != "planned_day")
    assert newcomers(other, case_draws(other, same)) == newcomers(base[1], case_draws(base[1], same))
    kept = columns or ("pool", "effort", "wait")
    assert newcomers(other, task_draws(other, kept)) == newcomers(base[1], task_draws(base[1], kept))
    both = case_draws(other, same).keys() & case_draws(base[1], same).keys()
    assert all(case_draws(other, same)[i] == case_draws(base[1], same)[i] for i in both)
    assert staff_draws(other) == staff_draws(base[1])


def test_another_effort_changes_that_step_alone(base: tuple[Setting, Workload], framework: Framework) -> None:
    paths = ("steps.write_up.effort.typical", "steps.write_up.effort.high")
    changed = with_numbers(framework, {path: 1.2 * framework.number(path) for path in paths})
    other = again(base, changed)
    assert case_draws(other) == case_draws(base[1])
    assert but(task_draws(other), "write_up") == but(task_draws(base[1]), "write_up")
    longer, before = (task_draws(w, ("effort",)) for w in (other, base[1]))
    # Both are rounded to whole minutes.
    assert all(abs(longer[k][0] - 1.2 * before[k][0]) < 1.2 for k in before if k[1] == "write_up")


def test_shorter_waits_are_shorter_for_every_case(
    base: tuple[Setting, Workload], framework: Framework
) -> None:
    waiting = next(s for s in framework.steps.values() if s.wait is not None and "section_17" in s.routes).id
    paths = (f"steps.{waiting}.wait.typical", f"steps.{waiting}.wait.high")
    changed = with_numbers(framework, {path: framework.number(path) / 2 for path in paths})
    shorter, before = (task_draws(w, ("wait",)) for w in (again(base, changed), base[1]))
    assert shorter.keys() == before.keys()
    assert all(shorter[key] <= before[key] for key in before)
    assert sum(shorter[key][0] for key in before) < sum(before[key][0] for key in before)
    assert but(shorter, waiting) == but(before, waiting)


def test_another_step_leaves_every_other_draw(base: tuple[Setting, Workload], framework: Framework) -> None:
    """Only the hold of the work after it takes the new step's time into account."""
    extra = Step("family_meeting", "Family meeting", CASE_HOLDER, NOWHERE, effort=spread(120, 180))
    steps: dict[str, Step] = {}
    for name, step in framework.steps.items():
        steps[name] = step
        if name == "first_visit":
            steps["family_meeting"] = extra
    other = again(base, replace(framework, steps=steps))
    assert case_draws(other) == case_draws(base[1])
    kept = ("pool", "effort", "wait")
    assert but(task_draws(other, kept), "family_meeting") == task_draws(base[1], kept)
    assert len(of_step(other, "family_meeting")) == new_assessments(other).sum()
    assert staff_draws(other) == staff_draws(base[1])


def test_a_step_by_a_new_role_leaves_the_staff(base: tuple[Setting, Workload], framework: Framework) -> None:
    extra = Step("consultation", "Consultation", "adviser", NOWHERE, effort=spread(30, 60))
    staffing = base[0].staffing
    more = replace(staffing, fte={**staffing.fte, "adviser": 2.0})
    other = again(base, replace(framework, steps={**framework.steps, "consultation": extra}), staffing=more)
    assert "adviser" in other.pools
    assert staff_draws(base[1]).items() <= staff_draws(other).items()
    kept = ("effort", "wait")
    assert but(task_draws(other, kept), "consultation") == task_draws(base[1], kept)


def test_a_review_leaves_every_other_draw(base: tuple[Setting, Workload], framework: Framework) -> None:
    changed = with_reviews(
        framework, review(at="10 working days"), review("more", at_most_every="5 working days")
    )
    other = again(base, changed)
    assert case_draws(other) == case_draws(base[1])
    assert but(task_draws(other), "review first", "review more") == task_draws(base[1])


def test_more_send_backs_leave_every_other_draw(base: tuple[Setting, Workload], framework: Framework) -> None:
    """Those sent back before are sent back again, with the same work."""
    other = again(base, with_numbers(framework, {"work.send_back": 0.5}))
    before, after = task_draws(base[1]), task_draws(other)
    kept = ("pool", "effort", "wait")
    assert task_draws(base[1], kept).items() <= task_draws(other, kept).items()
    assert {key[1] for key in after.keys() - before.keys()} == {"sign_off", "rework"}


def test_another_worker_leaves_every_case_and_everybody_else(base: tuple[Setting, Workload]) -> None:
    staff = base[0].staffing
    other = again(base, staffing=replace(staff, fte={**staff.fte, "front_door": staff.fte["front_door"] + 3}))
    assert case_draws(other) == case_draws(base[1])
    assert task_draws(other) == task_draws(base[1])
    front_door = base[1].pools.index("front_door")
    same = {
        i for i, p in zip(base[1].workers.id.tolist(), base[1].workers.pool, strict=True) if p != front_door
    }
    before, after = staff_draws(base[1]), staff_draws(other)
    assert {i: before[i] for i in same}.items() <= after.items()


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_another_demand_leaves_the_cases_that_stay(base: tuple[Setting, Workload], factor: float) -> None:
    other = again(base, factors=(factor,) * 12)
    small, large = (base[1], other) if factor > 1 else (other, base[1])
    assert case_draws(small).items() < case_draws(large).items()
    assert task_draws(small).items() < task_draws(large).items()
    assert staff_draws(other) == staff_draws(base[1])


def test_the_limit_taken_away_leaves_natural_spans_and_work(
    base: tuple[Setting, Workload], framework: Framework
) -> None:
    other = again(base, without(framework, "assessment"))
    same = tuple(name for name in CASE if name != "planned_day")
    assert newcomers(other, case_draws(other, same)) == newcomers(base[1], case_draws(base[1], same))
    work = ("effort", "wait")
    assert newcomers(other, task_draws(other, work)) == newcomers(base[1], task_draws(base[1], work))
    new = other.cases.kind != STOCK
    assert (other.cases.planned_day == other.cases.natural_day)[new].all()


def test_replications_share_nothing(base: tuple[Setting, Workload]) -> None:
    first, second = base[1], sample(base[0], 1, 1)
    assert not np.array_equal(first.cases.arrival[:50], second.cases.arrival[:50])
    assert not np.array_equal(first.tasks.effort[:50], second.tasks.effort[:50])
