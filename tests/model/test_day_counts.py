"""Counting days of a span under both conventions, and weighted statistics of durations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simkit.model.measures.day_counts import (
    BANDS,
    Convention,
    band_shares,
    end_day,
    first_day_at,
    kaplan_meier,
    latest_in_time,
    quantile,
)

Floats = NDArray[np.float64]

DAY = 444
DAY_0, DAY_1 = Convention.DAY_0, Convention.DAY_1


def verdict(start: int, end: int, limit: int, convention: Convention) -> bool:
    """Whether a span is within ``limit`` working days of the day on which it starts."""
    starts = np.array([start])
    return end <= float(latest_in_time(starts, starts // DAY + limit, DAY, convention)[0])


# The 45 days, worked by hand: a span that starts on day 3 has its 45th day after it on day 48


@pytest.mark.parametrize(
    ("end", "day_0", "day_1"),
    [
        (47 * DAY + 443, True, True),
        (48 * DAY, True, True),  # the minute that opens day 48 closes day 47
        (48 * DAY + 1, True, False),
        (49 * DAY - 1, True, False),
        (49 * DAY, True, False),  # the minute that opens day 49 closes day 48
        (49 * DAY + 1, False, False),
    ],
)
@pytest.mark.parametrize("minute", [0, 1, 443])
def test_edges_of_forty_five_days(end: int, day_0: bool, day_1: bool, minute: int) -> None:
    start = 3 * DAY + minute
    assert verdict(start, end, 45, DAY_0) is day_0
    assert verdict(start, end, 45, DAY_1) is day_1


def test_a_span_of_no_length_lasts_no_day_and_is_in_time() -> None:
    """Also where it lies on the minute that opens a day: it has not ended the day before."""
    for start in (3 * DAY, 3 * DAY + 200):
        assert end_day(np.array([start]), np.array([start]), DAY)[0] == 3
        for limit in (0, 1, 45):
            assert verdict(start, start, limit, DAY_0) and verdict(start, start, limit, DAY_1)


def test_a_limit_of_no_days_ends_with_the_starting_day_under_both_conventions() -> None:
    start = 3 * DAY + 100
    for convention in Convention:
        assert verdict(start, 4 * DAY, 0, convention)
        assert not verdict(start, 4 * DAY + 1, 0, convention)


SPANS = st.tuples(st.integers(0, 10**6), st.integers(1, 60 * DAY))


@given(SPANS, st.integers(1, 60))
def test_in_time_is_the_rule_in_minutes(span: tuple[int, int], limit: int) -> None:
    """End at or before the start of the day after the last; one day less where the start is day 1."""
    start, length = span
    end = start + length
    assert verdict(start, end, limit, DAY_0) == (end <= (start // DAY + limit + 1) * DAY)
    assert verdict(start, end, limit, DAY_1) == (end <= (start // DAY + limit) * DAY)


@given(SPANS, st.integers(0, 60))
def test_the_inclusive_count_is_never_kinder(span: tuple[int, int], limit: int) -> None:
    start, length = span
    assert verdict(start, start + length, limit, DAY_0) >= verdict(start, start + length, limit, DAY_1)


def test_conventions_are_said_in_words() -> None:
    assert DAY_0.text == "the starting day is day 0"
    assert DAY_1.text == "the starting day is day 1"


# Bands


def test_every_band_has_its_last_day_and_the_next_band_the_day_after() -> None:
    tops = [top for _, top in BANDS[:-1]]
    days = np.array([*tops, *(top + 1 for top in tops)])
    band = {int(d): int(np.argmax(band_shares(np.array([d]), np.ones(1)))) for d in days}
    assert [band[t] for t in tops] == list(range(8))
    assert [band[t + 1] for t in tops] == list(range(1, 9))


def test_band_shares_weigh_each_case_with_its_children() -> None:
    shares = band_shares(np.array([0, 45, 46, 200]), np.array([1.0, 4.0, 2.0, 3.0]))
    assert dict(zip([name for name, _ in BANDS], shares, strict=True)) == pytest.approx(
        {
            "same_day": 0.1,
            "1_10": 0,
            "11_20": 0,
            "21_30": 0,
            "31_40": 0,
            "41_45": 0.4,
            "46_50": 0.2,
            "51_60": 0,
            "61_plus": 0.3,
        }
    )


def test_bands_of_nothing_are_not_numbers() -> None:
    """No cases is not a share of 0."""
    assert np.isnan(band_shares(np.array([], dtype=np.int64), np.array([]))).all()
    assert np.isnan(band_shares(np.array([3]), np.zeros(1))).all()


# Quantiles


def test_weighted_quantiles_by_hand() -> None:
    """Six children: 10, 20, 20, 20, 30, 30."""
    by_day = np.bincount([30, 10, 20], [2.0, 1.0, 3.0])
    expected = {0.0: 10, 1 / 6: 10, 0.17: 20, 0.5: 20, 4 / 6: 20, 0.67: 30, 1.0: 30}
    for q, value in expected.items():
        assert quantile(by_day, q) == value, q


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 5)), min_size=1, max_size=20), st.floats(0.01, 0.99)
)
def test_quantile_is_the_smallest_value_that_reaches_its_share(
    pairs: list[tuple[int, int]], q: float
) -> None:
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    found = quantile(np.bincount(values, weights), q)
    total = weights.sum()
    assert weights[values <= found].sum() >= q * total * (1 - 1e-9)
    assert weights[values < found].sum() < q * total * (1 + 1e-9)


def test_quantile_of_nothing_is_not_a_number() -> None:
    assert np.isnan(quantile(np.zeros(1), 0.5))


def test_quantiles_of_several_groups_are_those_of_each() -> None:
    first, second = np.array([0.0, 2.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 4.0])
    found = quantile(np.array([first, second, np.zeros(4)]), 0.5)
    assert found[:2].tolist() == [quantile(first, 0.5), quantile(second, 0.5)] == [1, 3]
    assert np.isnan(found[2])


# Kaplan-Meier


def followed(days: Sequence[int], ended: Sequence[bool], weights: Sequence[float], longest: int) -> Floats:
    """Share still open after each day 0 to ``longest`` of cases followed so many days."""
    day, over, weight = np.array(days, dtype=np.int64), np.array(ended, dtype=bool), np.array(weights)
    count = longest + 1
    return kaplan_meier(np.bincount(day[over], weight[over], count), np.bincount(day, weight, count))


def test_kaplan_meier_by_hand() -> None:
    """Five cases: ends on days 1, 2, 2; last seen open on days 1 and 3.

    Day 1: 1 of 5 ends, one more is not seen again. Day 2: 2 of 3 end. Day 3: nobody ends.
    """
    still = followed([1, 1, 2, 2, 3], [True, False, True, True, False], [1.0] * 5, 4)
    assert still == pytest.approx([1, 4 / 5, 4 / 5 * 1 / 3, 4 / 5 * 1 / 3, 4 / 5 * 1 / 3])


def test_kaplan_meier_weighs_children() -> None:
    once = followed([1, 2, 2], [True, True, False], [3.0, 1.0, 2.0], 3)
    each = followed([1, 1, 1, 2, 2, 2], [True] * 4 + [False] * 2, [1.0] * 6, 3)
    assert once == pytest.approx(each)


@given(st.lists(st.integers(0, 80), min_size=1, max_size=40))
def test_without_open_cases_kaplan_meier_is_the_share_not_yet_ended(days: list[int]) -> None:
    array = np.array(days)
    still = followed(days, [True] * len(days), [1.0] * len(days), 80)
    assert still == pytest.approx([(array > d).mean() for d in range(81)])


def test_open_cases_are_not_counted_as_ended() -> None:
    """Leaving them out, or ending them at the last day seen, would show assessments as shorter."""
    still = followed([10, 20, 30], [True, False, False], [1.0] * 3, 60)
    assert still[60] == pytest.approx(2 / 3)
    assert (followed([], [], [], 5) == 1).all()


def test_a_median_that_is_never_reached_is_none() -> None:
    """A third has ended when nobody is followed any more: there is no day by which half have."""
    still = followed([10, 20, 30], [True, False, False], [1.0] * 3, 60)
    assert first_day_at(still, 0.7) == 10
    assert np.isnan(first_day_at(still, 0.5))
