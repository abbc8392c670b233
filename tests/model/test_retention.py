"""Taking the limit away: with all of its pull kept everything is as under it, with none as without it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import council, setting, timescale, with_numbers, without

from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.engine_choice import engine
from simkit.model.inputs.practice import NATIONAL_LIMIT, is_retained
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import Workload

COUNCIL = council(400.0)


def drawn(framework: Framework, staff: float = 1.0, **values: Any) -> Workload:
    one = setting(framework, COUNCIL, **values)
    return sample(one.with_case_holders(staff), 4, 0)


def differing(one: Workload, other: Workload) -> list[tuple[str, str]]:
    return [
        (table, field.name)
        for table in ("cases", "tasks", "workers")
        for field in fields(getattr(one, table))
        if not np.array_equal(
            getattr(getattr(one, table), field.name),
            getattr(getattr(other, table), field.name),
            equal_nan=field.name == "date",
        )
    ]


def kept(framework: Framework, share: float) -> Framework:
    return with_numbers(without(framework, NATIONAL_LIMIT), {"practice.retention": share})


LOCAL = timescale("local", "allocated", "authorised", "40 working days")
NAMES = ("hackney", "gloucestershire", "national/working-together-2018")


@pytest.mark.parametrize("staff", [1.0, 0.8])
@pytest.mark.parametrize("name", NAMES)
def test_all_of_the_pull_kept_is_the_limit_as_it_is_bit_for_bit(name: str, staff: float) -> None:
    framework = load(name)
    one, other = drawn(framework, staff), drawn(kept(framework, 1.0), staff)
    assert differing(one, other) == []
    run = engine("auto", 0).run
    assert run(one) == run(other)


def test_beside_a_local_limit_too() -> None:
    framework = load("national/working-together-2018")
    beside = replace(framework, timescales={**framework.timescales, "local": LOCAL})
    pulling = with_numbers(beside, {"practice.pull_local_limit": 0.3})
    for each in (beside, pulling):
        assert differing(drawn(each), drawn(kept(each, 1.0))) == []


def test_none_of_the_pull_kept_leaves_no_limit_in_plans_nor_in_urgency() -> None:
    work = drawn(kept(load("national/working-together-2018"), 0.0))
    assert np.array_equal(
        work.cases.planned_day[work.cases.kind < 3], work.cases.natural_day[work.cases.kind < 3]
    )
    final = np.isin(work.tasks.case[work.tasks.closes], np.flatnonzero(work.cases.route == 0))
    assert (work.tasks.limit[work.tasks.closes][final] == -1).all()


def limited(work: Workload) -> set[int]:
    """The cases with a limit on their conclusion."""
    rows = work.tasks.closes & (work.tasks.limit >= 0)
    return set(work.cases.id[work.tasks.case[rows]].tolist())


def test_a_larger_share_keeps_everybody_whom_a_smaller_one_keeps() -> None:
    framework = load("national/working-together-2018")
    works = [drawn(kept(framework, share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    new = [set(work.cases.id[work.cases.kind < 3].tolist()) for work in works]
    found = [limited(work) & ids for work, ids in zip(works, new, strict=True)]
    assert found[0] == set() and found[0] < found[1] < found[2] < found[3] < found[4]
    assert len(found[2]) / len(found[4]) == pytest.approx(0.5, abs=0.05)


@settings(max_examples=100)
@given(pull=st.floats(0, 1), retention=st.floats(0, 1), seed=st.integers(0, 1000))
def test_of_the_pulled_and_of_the_others_the_same_share_is_kept(
    pull: float, retention: float, seed: int
) -> None:
    uniform = np.random.default_rng(seed).random(4000)
    found = is_retained(uniform, pull, retention)
    for group in (uniform < pull, uniform >= pull):
        if group.sum() > 400:
            assert found[group].mean() == pytest.approx(retention, abs=0.12)
    assert is_retained(uniform, pull, 1.0).all()
    assert not is_retained(uniform, pull, 0.0).any()


def test_whoever_is_pulled_under_a_share_is_kept_by_it() -> None:
    """The plan and the rule agree: the share kept of the pull is the same families either way."""
    uniform = np.linspace(0.0005, 0.9995, 1000)
    pull, share = 0.7, 0.4
    assert np.array_equal((uniform < pull) & is_retained(uniform, pull, share), uniform < pull * share)
