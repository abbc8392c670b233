"""The two engines give the same outcome, minute by minute, and every run obeys the laws of queues."""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from importlib.util import find_spec

import laws
import numpy as np
import pytest
from drawn_frameworks import Drawn, settings_drawn
from hypothesis import HealthCheck, given, reject, settings
from kit import council, setting
from workloads import workloads

from simkit.framework.check import load
from simkit.framework.library import names
from simkit.model.engine import process
from simkit.model.inputs.staffing import staffing
from simkit.model.measures.measures import measure
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, Cases, Tasks, Workers, Workload

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="the kernel needs numba")

PLAIN = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def agree(work: Workload) -> Outcome:
    """Run both engines, and compare every array."""
    from simkit.model.kernel import run as kernel

    one, other = process.simulate(work), kernel.simulate(work)
    for field in fields(Outcome):
        here, there = getattr(one, field.name), getattr(other, field.name)
        assert np.array_equal(here, there), f"{field.name}: {here} and {there}"
    assert one == other
    return one


@needs_numba
@settings(**PLAIN, max_examples=150)
@given(work=workloads())
@pytest.mark.slow
def test_engines_agree_on_any_workload(work: Workload) -> None:
    agree(work)


@pytest.mark.long
@needs_numba
@settings(**PLAIN, max_examples=1000)
@given(work=workloads())
def test_engines_agree_on_many_workloads(work: Workload) -> None:
    agree(work)


@settings(**PLAIN, max_examples=60)
@given(work=workloads(tidy=True))
def test_laws_hold_on_any_workload(work: Workload) -> None:
    laws.check(work, process.simulate(work))


@pytest.mark.long
@settings(**PLAIN, max_examples=1000)
@given(work=workloads(tidy=True))
def test_laws_hold_on_many_workloads(work: Workload) -> None:
    laws.check(work, process.simulate(work))


# Any framework


@needs_numba
@settings(**PLAIN, max_examples=30, derandomize=True)
@given(drawn=settings_drawn())
@pytest.mark.slow
def test_engines_agree_on_any_framework(drawn: Drawn) -> None:
    simulated(drawn)


@pytest.mark.long
@needs_numba
@settings(**PLAIN, max_examples=500)
@given(drawn=settings_drawn())
def test_engines_agree_on_many_frameworks(drawn: Drawn) -> None:
    simulated(drawn)


def simulated(drawn: Drawn) -> None:
    """What passes the checker is simulated and measured, or refused as steps that can't be carried out."""
    try:
        work = sample(drawn.setting, drawn.seed, 0)
    except StepsError:
        reject()
    run = agree(work)
    laws.check(work, run)
    measure(work, run)


# Drawn workloads

COUNCIL = council(240.0)
SOME = (
    "gloucestershire",
    "trials/hackney",
    "national/working-together-2006",
    "national/working-together-2023",
)


def drawn(name: str, replication: int = 0) -> Workload:
    return sample(setting(load(name), COUNCIL), 7, replication)


def shipped() -> list[str]:
    national = [name for name in names("national") if name != "national/assumptions"]
    return [*names("authorities"), *names("trials"), *national]


@needs_numba
@pytest.mark.parametrize("name", SOME)
@pytest.mark.slow
def test_engines_agree_on_drawn_workloads(name: str) -> None:
    work = drawn(name)
    run = agree(work)
    laws.check(work, run)
    assert (run.end != MISSING).sum() > 3000


@pytest.mark.long
@needs_numba
@pytest.mark.parametrize("name", shipped())
def test_engines_agree_on_every_shipped_framework(name: str) -> None:
    work = drawn(name)
    laws.check(work, agree(work))


@needs_numba
@pytest.mark.parametrize("limit", [600, 1100])
def test_engines_agree_where_a_limit_keeps_cases_waiting(limit: int) -> None:
    work = replace(drawn("gloucestershire"), caseload_limit=limit, other_cases=100)
    run = agree(work)
    laws.check(work, run)
    days_open = (work.tasks.pool == ALLOCATION) & (run.ready != MISSING) & (run.start != run.ready)
    assert days_open.any()


@needs_numba
@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.0, 0.0), (0.1, 0.02, 0.7), (3.0, 0.8, 1.0)])
def test_engines_agree_from_nobody_to_idle(share: float, least: float, most: float) -> None:
    work = drawn("hackney")
    plan = staffing(load("hackney"), COUNCIL)
    staff = replace(plan, fte={role: fte * share for role, fte in plan.fte.items()})
    if share:
        work = sample(replace(setting(load("hackney"), COUNCIL), staffing=staff), 7, 0)
    else:
        work = replace(work, workers=nobody(work))
    run = agree(work)
    laws.check(work, run)
    came = run.arrival[work.tasks.case] != MISSING
    assert least <= (run.end[came & ~work.tasks.review] != MISSING).mean() <= most


@needs_numba
def test_engines_agree_on_nothing_at_all() -> None:
    work = drawn("hackney")
    tasks = Tasks(**{f.name: getattr(work.tasks, f.name)[:0] for f in fields(Tasks)})
    none = {f.name: getattr(work.cases, f.name)[:0] for f in fields(Cases) if f.name != "first_task"}
    empty = replace(work, tasks=tasks, cases=Cases(**none, first_task=np.zeros(1, dtype=np.int64)))
    for staff in (work.workers, nobody(work)):
        run = agree(replace(empty, workers=staff))
        assert (run.stopped, run.ending) == (work.window[1], "finished")


@needs_numba
def test_kernel_leaves_its_input_alone_and_takes_what_cannot_be_written_to() -> None:
    from simkit.model.kernel import run as kernel

    work = drawn("hackney")
    before = copy.deepcopy(work)
    arrays = [a for table in (work.cases, work.tasks, work.workers) for a in vars(table).values()]
    for array in arrays:
        array.setflags(write=False)
    run = kernel.simulate(work)
    for table, earlier in (
        (work.cases, before.cases),
        (work.tasks, before.tasks),
        (work.workers, before.workers),
    ):
        for name, array in vars(table).items():
            assert np.array_equal(array, getattr(earlier, name), equal_nan=array.dtype.kind == "M"), name
    assert run == process.simulate(before)


def nobody(work: Workload) -> Workers:
    return Workers(**{f.name: getattr(work.workers, f.name)[:0] for f in fields(Workers)})
