"""Places in a ranking: exact where nothing is uncertain; intervals hold true places as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.study.ranking import Rank, ranks


def test_where_chance_is_no_matter_the_interval_is_the_place() -> None:
    found = ranks({"c": (30.0, 1e6), "a": (10.0, 1e6), "b": (20.0, 1e6)})
    assert found == {"c": Rank(3, 3, 3, 3), "a": Rank(1, 1, 1, 3), "b": Rank(2, 2, 2, 3)}


def test_where_nothing_is_known_of_a_share_it_may_have_any_place() -> None:
    found = ranks({"a": (10.0, 1e6), "b": (20.0, None), "c": (30.0, 1e6)})
    assert found["b"] == Rank(2, 1, 3, 3)
    assert found["a"] == Rank(1, 1, 2, 3)


@pytest.mark.parametrize("share", [0.0, 20.0, 100.0])
def test_the_same_share_has_the_same_place(share: float) -> None:
    assert set(ranks(dict.fromkeys(range(5), (share, 500.0))).values()) == {Rank(1, 1, 5, 5)}


def test_more_children_never_widen_the_interval_of_a_place() -> None:
    random = np.random.default_rng(4)
    shares = random.uniform(5, 40, 40).round(1)
    few = ranks({n: (float(share), 300.0) for n, share in enumerate(shares)})
    many = ranks({n: (float(share), 3_000.0) for n, share in enumerate(shares)})
    assert all(few[n].low <= many[n].low <= many[n].high <= few[n].high for n in few)


def test_an_interval_holds_the_true_place_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    true = np.sort(random.uniform(0.05, 0.35, 40))
    counts = random.integers(300, 3_000, 40)
    held = []
    for _ in range(100):
        drawn = 100 * random.binomial(counts, true) / counts
        found = ranks({n: (float(drawn[n]), float(counts[n])) for n in range(40)})
        held.append([found[n].low <= n + 1 <= found[n].high for n in range(40)])
    assert np.mean(held) >= 0.95
