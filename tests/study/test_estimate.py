"""From replications to an interval: exact by the table, and right as often as it says."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import always, workload
from numpy.typing import NDArray
from scipy import stats

from simkit.model.measures.definitions import MORE_OR_FEWER, definitions
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload
from simkit.study.estimate import Estimate, estimate, half_width, interval

Floats = NDArray[np.float64]


def of(*values: float, unit: str = "%") -> Estimate:
    return estimate("name", "title", unit, "of", np.array(values, dtype=np.float64))


# By hand and by the table


def test_an_interval_by_hand() -> None:
    """1 to 5: mean 3, standard deviation sqrt(2.5), of the mean sqrt(0.5); t with 4 degrees is 2.776."""
    mean, low, high = interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert mean == 3
    assert (low, high) == pytest.approx((3 - 2.776445 * sqrt(0.5), 3 + 2.776445 * sqrt(0.5)), abs=1e-6)


@pytest.mark.parametrize(
    ("count", "t"), [(2, 12.7062), (3, 4.3027), (10, 2.2622), (30, 2.0452), (200, 1.9720)]
)
def test_quantiles_are_those_of_students_table(count: int, t: float) -> None:
    values = np.arange(count, dtype=np.float64)
    assert half_width(values) / (values.std(ddof=1) / sqrt(count)) == pytest.approx(t, abs=5e-5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50), st.sampled_from((0.8, 0.9, 0.95, 0.99)))
def test_it_is_scipys_interval(values: list[float], confidence: float) -> None:
    array = np.array(values)
    _, low, high = interval(array, confidence)
    scale = stats.sem(array)
    if scale > 0:
        known = stats.t.interval(confidence, len(values) - 1, loc=array.mean(), scale=scale)
        assert (low, high) == pytest.approx(known, rel=1e-9, abs=1e-9)
    else:
        assert low == high


def test_replications_that_agree_leave_no_doubt() -> None:
    found = of(20, 20, 20)
    assert (found.value, found.low, found.high) == (20, 20, 20)
    assert half_width(np.full(30, 20.0)) == 0


# Replications without a value, or too few


def test_replications_without_a_denominator_take_no_part() -> None:
    """They have no share: counting them as 0 would make a rare route look punctual."""
    found, known = of(10, nan, 30, nan, 20), of(10, 30, 20)
    assert (found.value, found.low, found.high) == (known.value, known.low, known.high)
    assert (found.year_low, found.year_high) == (known.year_low, known.year_high)
    assert found.replications == 3


def test_replications_without_a_breach_take_part() -> None:
    """A mean over the years with a breach alone would be three times too high."""
    found = of(0, 0, 30)
    assert found.value == 10
    assert found.replications == 3


def test_one_replication_has_a_value_and_no_interval() -> None:
    for found in (of(12), of(nan, 12)):
        assert found.value == 12
        assert all(isnan(end) for end in (found.low, found.high, found.year_low, found.year_high))
        assert found.replications == 1
    assert half_width(np.array([12.0])) == inf


def test_no_replication_has_nothing() -> None:
    for found in (of(), of(nan, nan)):
        values = (found.value, found.low, found.high, found.year_low, found.year_high)
        assert all(isnan(v) for v in values)
        assert found.replications == 0
    assert half_width(np.array([nan])) == inf


# What one year may look like


def test_a_year_is_the_middle_eight_of_ten_replications() -> None:
    found = of(*range(101))
    assert (found.year_low, found.year_high) == (10, 90)
    assert found.low > 40 and found.high < 60  # how sure the mean is, is another question


def test_more_replications_narrow_the_interval_and_not_the_year() -> None:
    rng = np.random.default_rng(1)
    few, many = of(*rng.normal(30, 5, 30)), of(*rng.normal(30, 5, 3000))
    assert (many.high - many.low) < (few.high - few.low) / 5
    assert many.year_high - many.year_low == pytest.approx(2 * 1.2816 * 5, rel=0.1)


# Kept within what the unit allows


def test_an_interval_of_a_share_stays_a_share() -> None:
    assert of(0, 0, 0.5).low == 0
    assert of(100, 100, 99).high == 100
    assert of(0.0, 100.0).low == 0 and of(0.0, 100.0).high == 100


@pytest.mark.parametrize("unit", ["working days", "children", "times"])
def test_a_number_or_a_time_is_not_negative(unit: str) -> None:
    found = of(0, 0, 500, unit=unit)
    assert found.low == 0
    assert found.high > 500


@pytest.mark.parametrize("unit", [MORE_OR_FEWER, "points"])
def test_a_change_may_be_negative_though_no_replication_was(unit: str) -> None:
    """Cut off at 0, an interval would say that a rise is certain."""
    found = of(0, 0, 3, unit=unit)
    assert found.low < 0 < found.value


def test_every_unit_of_a_measure_is_known() -> None:
    """Only a change may be below 0."""
    for each in definitions((), ("social_worker",)):
        low = of(0, 1000, unit=each.unit).low
        assert (low == 0) == (each.name != "open_change"), each.name


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40))
def test_an_estimate_lies_within_its_interval(values: list[float]) -> None:
    found = of(*values)
    slack = 1e-9
    assert 0 <= found.low <= found.value + slack
    assert found.value - slack <= found.high <= 100
    assert min(values) - slack <= found.year_low <= found.year_high <= max(values) + slack


def test_it_prints_as_a_sentence() -> None:
    assert str(of(10, 20, 30)) == "title: 20.0 (0.0 to 44.8) %"


# Coverage: 95% of the intervals hold the true mean


def error(experiments: int) -> float:
    """How far a share of 95% may be off by chance, three in a thousand times."""
    return 3 * sqrt(0.95 * 0.05 / experiments)


def covered(draw: Callable[[np.random.Generator], Floats], truth: float, experiments: int) -> float:
    rng = np.random.default_rng(11)
    found = (estimate("n", "t", "%", "o", draw(rng)) for _ in range(experiments))
    return float(np.mean([each.low <= truth <= each.high for each in found]))


@pytest.mark.parametrize("replications", [2, 5, 30])
@pytest.mark.slow
def test_coverage_for_normal_replications(replications: int) -> None:
    share = covered(lambda rng: rng.normal(40, 6, replications), 40, 3000)
    assert abs(share - 0.95) <= error(3000)


@pytest.mark.parametrize(("late", "children"), [(0.2, 400), (0.02, 1500)])
@pytest.mark.slow
def test_coverage_for_shares_of_children(late: float, children: int) -> None:
    """Each replication a share of so many children, independent of each other."""
    share = covered(lambda rng: 100 * rng.binomial(children, late, 30) / children, 100 * late, 3000)
    assert abs(share - 0.95) <= error(3000)


def test_keeping_an_interval_within_its_unit_costs_no_coverage() -> None:
    share = covered(lambda rng: 100 * rng.binomial(40, 0.02, 10) / 40, 2, 3000)
    rng = np.random.default_rng(11)
    plain = [interval(100 * rng.binomial(40, 0.02, 10) / 40) for _ in range(3000)]
    assert share == np.mean([low <= 2 <= high for _, low, high in plain])


def test_stopping_when_precise_enough_costs_little_coverage() -> None:
    """30 replications, then ten more at a time until the half-width is 0.5 points, 200 at most."""
    rng = np.random.default_rng(12)
    hits = 0
    for _ in range(1500):
        values = rng.normal(30, 2.5, 200)
        count = 30
        while count < 200 and half_width(values[:count]) > 0.5:
            count += 10
        _, low, high = interval(values[:count])
        hits += low <= 30 <= high
    assert hits / 1500 >= 0.93


@pytest.mark.long
def test_coverage_for_a_queue_with_a_known_mean(fastest: Callable[[Workload], Outcome]) -> None:
    """M/M/1 at load 0.5 with a mean service of 500 minutes: the mean wait is 500 (Pollaczek-Khinchine)."""
    service, cases, day, early = 500.0, 1500, 10_000, 200

    def wait(rng: np.random.Generator) -> float:
        came = np.floor(np.cumsum(rng.exponential(service / 0.5, cases))).astype(np.int64)
        effort = np.maximum(1, np.rint(rng.exponential(service, cases))).astype(np.int64)
        days = int((came[-1] + 2 * effort.sum()) // day) + 10
        tasks = {"case": np.arange(cases), "effort": effort, "closes": True}
        run = fastest(workload(came, tasks, always(1, 1, days, day), day=day, due_within=days * day))
        return float((run.start - run.ready)[early:].mean())

    rng = np.random.default_rng(13)
    experiments, hits = 300, 0
    for _ in range(experiments):
        _, low, high = interval(np.array([wait(rng) for _ in range(20)]))
        hits += low <= service <= high
    assert abs(hits / experiments - 0.95) <= error(experiments) + 0.01  # skewed means of 20: a little less
