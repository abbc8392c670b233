"""Sums by route agree with what is counted one route after the other, case by case."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.measures.route_sums import SUFFIXES, RouteSums
from simkit.model.workload.workload import CLOSED

Ints = NDArray[np.int64]

# Route, children, two minutes, and whether something holds of it.
CASE = st.tuples(
    st.integers(0, CLOSED), st.integers(1, 5), st.integers(0, 60), st.integers(0, 60), st.booleans()
)
CASES = st.lists(CASE, max_size=25)

if find_spec("numba") is None:
    EITHER = pytest.mark.parametrize("sums", [RouteSums()])
else:
    from simkit.model.kernel import route_sums

    EITHER = pytest.mark.parametrize("sums", [RouteSums(), route_sums.RouteSums()])


def columns(cases: list[tuple[Any, ...]]) -> tuple[Ints, NDArray[np.float64], Ints, Ints, NDArray[np.bool_]]:
    table = np.array(cases, dtype=np.int64).reshape(-1, 5)
    return table[:, 0], table[:, 1].astype(np.float64), table[:, 2], table[:, 3], table[:, 4] == 1


def groups(cases: list[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """All of them, then those of each route; what was closed at the front door is in the first alone."""
    return [cases, *([case for case in cases if case[0] == code] for code in range(len(ROUTES)))]


@EITHER
@given(CASES)
@pytest.mark.slow
def test_sums_shares_and_means_are_those_of_each_group(sums: RouteSums, cases: list[tuple[Any, ...]]) -> None:
    route, weight, value, _, yes = columns(cases)
    for place, group in enumerate(groups(cases)):
        children = sum(case[1] for case in group)
        assert sums.totals(route, weight)[place] == children
        share, mean = sums.shares(route, yes, weight)[place], sums.means(route, value, weight)[place]
        if not group:
            assert np.isnan(share) and np.isnan(mean)
        else:
            assert share == pytest.approx(100 * sum(c[1] for c in group if c[4]) / children)
            assert mean == pytest.approx(sum(c[1] * c[2] for c in group) / children)


@EITHER
@given(CASES)
def test_weights_by_day_are_those_of_each_group(sums: RouteSums, cases: list[tuple[Any, ...]]) -> None:
    route, weight, day, _, _ = columns(cases)
    found = sums.by_day(route, day, weight, 61)
    assert found.shape == (len(SUFFIXES), 61) and found.dtype == np.float64
    for place, group in enumerate(groups(cases)):
        assert found[place].tolist() == [sum(c[1] for c in group if c[2] == d) for d in range(61)]


@EITHER
@given(CASES, st.integers(0, 30), st.integers(1, 9), st.integers(0, 6))
@pytest.mark.slow
def test_what_stands_at_a_minute_has_begun_before_it_and_not_finished_by_it(
    sums: RouteSums, cases: list[tuple[Any, ...]], first: int, apart: int, count: int
) -> None:
    route, weight, begin, finish, _ = columns(cases)
    ends = first + apart * np.arange(count)
    found = sums.open_counts(route, begin, finish, weight, ends)
    assert found.shape == (len(SUFFIXES), count)
    for place, group in enumerate(groups(cases)):
        here = [sum(c[1] for c in group if c[2] < end < c[3]) for end in ends.tolist()]
        at_the_end = [sum(c[1] for c in group if c[2] < end == c[3]) for end in ends.tolist()]
        assert found[place].tolist() == here, at_the_end
