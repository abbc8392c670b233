"""Random numbers: uniform, independent, in their place for good; distributions as their closed forms."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import spread
from scipy import stats

from simkit.common.errors import SimkitError
from simkit.model.inputs.practice import exponential_mass
from simkit.model.workload.random_streams import (
    Draws,
    lognormal,
    lognormal_mean,
    truncated_exponential,
    whole_exponential,
)

DRAWS = Draws(seed=7, replication=3)
COUNT = 20_000
EVEN = (np.arange(200_000) + 0.5) / 200_000  # the midpoints of a fine grid: sums over it are integrals


# Streams


@pytest.mark.parametrize(
    ("purpose", "key"), [("effort write_up", (0, 0)), ("arrival", (2,)), ("week", (1, 640))]
)
def test_a_stream_is_uniform(purpose: str, key: tuple[int, ...]) -> None:
    numbers = DRAWS.uniform(purpose, COUNT, *key)
    assert stats.kstest(numbers, "uniform").pvalue > 0.001
    assert numbers.min() > 0 and numbers.max() < 1


def test_first_numbers_of_many_streams_are_uniform() -> None:
    """Each person has streams of their own, so the first number of each stream is what is used."""
    numbers = [DRAWS.uniform("stay", 1, 0, post)[0] for post in range(2000)]
    assert stats.kstest(numbers, "uniform").pvalue > 0.001


def test_zero_is_never_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The logarithm and the normal quantile of 0 would be infinite."""

    class Zeros:
        def __init__(self, _: object) -> None: ...

        def random(self, count: int) -> np.ndarray:
            return np.zeros(count)

    monkeypatch.setattr(np.random, "Generator", Zeros)
    numbers = DRAWS.uniform("x", 3)
    assert (numbers > 0).all()
    assert np.isfinite(lognormal(numbers, 10, 20)).all()


@pytest.mark.parametrize(
    "other",
    [
        Draws(7, 3).uniform("margin", COUNT, 0),
        Draws(7, 3).uniform("pull", COUNT, 1),
        Draws(7, 3).uniform("pull", COUNT, 0, 0),
        Draws(7, 4).uniform("pull", COUNT, 0),
        Draws(8, 3).uniform("pull", COUNT, 0),
        Draws(7, 3).uniform("pull ", COUNT, 0),
    ],
    ids=["purpose", "key", "longer key", "replication", "seed", "similar name"],
)
def test_streams_are_independent(other: np.ndarray) -> None:
    """Correlation of two independent uniform streams is about normal with deviation 1 / sqrt(n)."""
    numbers = DRAWS.uniform("pull", COUNT, 0)
    assert abs(np.corrcoef(numbers, other)[0, 1]) < 3.5 / np.sqrt(COUNT)
    assert not np.isclose(numbers, other).all()


def test_seed_and_replication_do_not_stand_in_for_each_other() -> None:
    assert not np.array_equal(Draws(1, 2).uniform("pull", 50), Draws(2, 1).uniform("pull", 50))


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_longer_stream_keeps_its_beginning(short: int, further: int) -> None:
    """More families or more days must leave the draws of those before them as they were."""
    long = DRAWS.uniform("pull", short + further, 5)
    assert np.array_equal(DRAWS.uniform("pull", short, 5), long[:short])


def test_a_stream_is_named_by_seed_replication_purpose_and_key_and_nothing_else() -> None:
    """Another construction would change every stored result; numpy keeps both parts stable for good."""
    key = np.random.SeedSequence(1, spawn_key=(2,)).generate_state(2, np.uint64)
    counter = np.array([0, 4, 0, 2**32 + zlib.crc32(b"pull")], dtype=np.uint64)
    expected = np.random.Generator(np.random.Philox(key=key, counter=counter)).random(5)
    assert np.array_equal(Draws(1, 2).uniform("pull", 5, 4), expected)


@given(st.integers(0, 5), st.integers(1, 30))
def test_each_row_is_a_stream_of_its_own(count: int, width: int) -> None:
    """Another post or a longer calendar leaves the draws of every post and day as they were."""
    rows = DRAWS.rows("leave", count, width)
    assert rows.shape == (count, width)
    for number, row in enumerate(rows):
        assert np.array_equal(row, DRAWS.uniform("leave", width, number))


def test_rows_and_their_days_are_independent() -> None:
    """All pairs of rows, and of days, of one purpose: no correlation beyond what chance makes."""
    rows = DRAWS.rows("leave", 200, 1000)
    for table in (rows, rows.T):
        found = np.corrcoef(table)[np.triu_indices(len(table), 1)]
        assert abs(found.mean()) < 4 / np.sqrt(found.size * table.shape[1])
        assert found.std() == pytest.approx(1 / np.sqrt(table.shape[1]), rel=0.03)


# Distributions


@pytest.mark.parametrize(("typical", "high"), [(300.0, 540.0), (20.0, 40.0), (3.0, 3.0)])
def test_lognormal_has_its_median_its_90th_percentile_and_its_mean(typical: float, high: float) -> None:
    points = lognormal(np.array([0.5, 0.9]), typical, high)
    assert points == pytest.approx([typical, high])
    assert lognormal(EVEN, typical, high).mean() == pytest.approx(
        lognormal_mean(spread(typical, high)), rel=1e-3
    )


def test_lognormal_mean_in_closed_form() -> None:
    """exp(sigma squared / 2) times the median; sigma 1 has a 90th percentile of 3.602 medians."""
    assert lognormal_mean(spread(100, 100 * np.exp(1.2815515655446004))) == pytest.approx(100 * np.exp(0.5))
    assert lognormal_mean(spread(0, 0)) == 0
    assert (lognormal(np.array([0.2, 0.8]), 0, 0) == 0).all()


@given(st.floats(0.2, 12), st.floats(1e-6, 1 - 1e-6))
def test_inverse_distributions_never_fall_as_their_uniform_rises(mean: float, uniform: float) -> None:
    two = np.array([uniform, min(1 - 1e-9, uniform * 1.1)])
    for values in (
        lognormal(two, mean, 2 * mean),
        truncated_exponential(two, mean, 44),
        -whole_exponential(two, mean),
    ):
        assert values[1] >= values[0]


@pytest.mark.parametrize("mean", [0.5, 2.0, 3.0, 7.25])
def test_whole_exponential_has_its_mean_and_its_closed_form(mean: float) -> None:
    values = whole_exponential(EVEN, mean)
    assert values.mean() == pytest.approx(mean, rel=2e-3)
    shares = np.bincount(np.minimum(values, 29), minlength=30) / len(values)
    assert np.abs(shares - exponential_mass(mean, 30)).max() < 2e-5


def test_exponential_mass_by_hand() -> None:
    """Mean 1 halves from day to day, and the last place holds what is left."""
    assert exponential_mass(1.0, 4) == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    assert exponential_mass(0.0, 3) == pytest.approx([1, 0, 0])
    assert exponential_mass(5.0, 200).sum() == pytest.approx(1)


@pytest.mark.parametrize(("mean", "top"), [(5.0, 44), (1.5, 14), (20.0, 9), (0.3, 1)])
def test_truncated_exponential_in_closed_form(mean: float, top: int) -> None:
    """Proportional to exp(-k / mean), k = 0 to top, and nothing outside."""
    values = truncated_exponential(EVEN, mean, top)
    mass = np.exp(-np.arange(top + 1) / mean)
    shares = np.bincount(values, minlength=top + 1) / len(values)
    assert len(shares) == top + 1
    assert np.abs(shares - mass / mass.sum()).max() < 2e-5


@pytest.mark.parametrize(("mean", "top"), [(0.0, 44), (5.0, 0), (-1.0, 44), (5.0, -1)])
def test_without_a_mean_or_room_the_margin_is_none(mean: float, top: int) -> None:
    assert (truncated_exponential(EVEN[:100], mean, top) == 0).all()
    assert (whole_exponential(EVEN[:100], 0.0) == 0).all()


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None])
def test_what_is_no_seed_is_refused_in_words(seed: object) -> None:
    with pytest.raises(SimkitError, match="seed is a whole number from 0"):
        Draws(seed, 0)  # type: ignore[arg-type]
