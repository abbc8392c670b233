"""The compiled passes of drawing and of measures give what numpy's give, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_frameworks import Drawn, settings_drawn
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from kit import council, same, setting
from workloads import workloads

from simkit.framework.check import load
from simkit.model.measures import passes as measuring
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import measure
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.pathway import StepsError
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import Workload

pytest.importorskip("numba")

from simkit.model.kernel import compiler, run, streams
from simkit.model.kernel.passes import DRAWING, MEASURES

PLAIN = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
REGIMES = (  # reviews by day and by priority, two stages, limits set case by case, none at all
    "hackney",
    "gloucestershire",
    "trials/knowsley",
    "national/working-together-2006",
    "national/consultation-drafts-2012",
    "national/working-together-2023",
)


def same_draws(given: Setting, seed: int, replication: int) -> Workload:
    """The workload of a setting, drawn in both ways."""
    drawn, compiled = sample(given, seed, replication), sample(given, seed, replication, DRAWING)
    assert (drawn.steps, drawn.marks, drawn.handover) == (compiled.steps, compiled.marks, compiled.handover)
    for table in ("cases", "tasks", "workers"):
        same(getattr(drawn, table), getattr(compiled, table))
    return drawn


def same_measures(work: Workload, outcome: Outcome) -> None:
    for convention in Convention:
        same(measure(work, outcome, convention), measure(work, outcome, convention, MEASURES))


@given(
    seed=st.integers(0, 2**70),
    replication=st.integers(0, 2**31),
    purpose=st.text(max_size=12),
    key=st.lists(st.integers(0, 2**40), max_size=2),
    count=st.integers(0, 40),
)
def test_streams_are_those_of_numpy(
    seed: int, replication: int, purpose: str, key: list[int], count: int
) -> None:
    plain, compiled = Draws(seed, replication), streams.Draws(seed, replication)
    assert np.array_equal(plain.uniform(purpose, count, *key), compiled.uniform(purpose, count, *key))
    assert np.array_equal(plain.rows(purpose, 3, count), compiled.rows(purpose, 3, count))


@settings(**PLAIN, max_examples=40, derandomize=True)
@given(drawn=settings_drawn())
@pytest.mark.slow
def test_draws_and_measures_are_the_same_for_any_framework(drawn: Drawn) -> None:
    try:
        work = sample(drawn.setting, drawn.seed, 0)
    except StepsError as error:
        with pytest.raises(StepsError) as compiled:
            sample(drawn.setting, drawn.seed, 0, DRAWING)
        assert str(compiled.value) == str(error)
        reject()
    same_draws(drawn.setting, drawn.seed, 0)
    same_measures(work, run.simulate(work))


@pytest.mark.parametrize("name", REGIMES)
def test_draws_and_measures_are_the_same_for_each_regime(name: str) -> None:
    framework = load(name)
    work = same_draws(setting(framework, council(1_000.0)), 7, 3)
    same_measures(work, run.simulate(work))


@settings(**PLAIN, max_examples=100)
@given(work=workloads(tidy=True))
@pytest.mark.slow
def test_times_are_the_same_for_any_workload(work: Workload) -> None:
    """Of every case that has ended: its time by cause, without queues, and what each worker did."""
    outcome = run.simulate(work)
    closed = measuring.NUMPY.milestones(work, outcome).at("authorised")
    cases = np.flatnonzero((outcome.arrival != MISSING) & (closed != MISSING))
    day = work.calendar.day_minutes
    both = (measuring.NUMPY, MEASURES)
    same(*(passes.time_breakdown(work, outcome, cases) for passes in both))
    for first, last in ((0, work.final_minute // day), (2, 5), (3, 3)):
        year = replace(work, window=(first * day, last * day))
        plain, compiled = (passes.work_done(year, outcome) for passes in both)
        assert np.array_equal(plain.minutes, compiled.minutes)
        same(plain.effort, compiled.effort)


def test_each_function_is_compiled_for_one_kind_of_table() -> None:
    """A table of another type would have to be compiled for, unnoticed, while a user waits."""
    for name in ("rutland", "national/working-together-2006"):
        given = setting(load(name), council())
        work = sample(given, 1, 0, DRAWING)
        same_measures(work, run.simulate(work))
    assert compiler.kinds_of_tables() == 1
