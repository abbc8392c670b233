"""The forecast of the open list holds what it says, and is nearer than "as last month"."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from own_dataset import as_csv, tables

from simkit.returns.casework.open_list import Forecast, Score, interval, open_list
from simkit.returns.readers.ssd import read_dataset


@pytest.mark.parametrize("mean", [0.5, 2.0, 6.0, 25.0])
@pytest.mark.parametrize("scatter", [1.0, 2.5])
def test_intervals_hold_four_in_five_of_what_is_drawn_from_them(mean: float, scatter: float) -> None:
    """Of whole numbers no interval has exactly 80%; the nearest is taken, so small means are off by more."""
    rng = np.random.default_rng(1)
    variance = mean * 0.6
    low, high = interval(Forecast(mean, variance, 200), scatter)
    total = variance * scatter
    drawn = (
        rng.negative_binomial(mean**2 / (total - mean), mean / total, 20_000)
        if total > mean
        else rng.binomial(round(mean / (1 - total / mean)), 1 - total / mean, 20_000)
    )
    held = float(((drawn >= low) & (drawn <= high)).mean())
    assert abs(held - 0.8) < (0.2 if mean < 1 else 0.13 if mean < 3 else 0.07)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.slow
def test_over_50_invented_months_the_80_percent_interval_holds_75_to_85(seed: int, tmp_path: Path) -> None:
    score = scored(tmp_path, seed)
    assert score.past == 50
    assert 0.75 <= score.held <= 0.85
    assert score.error < 0.7 * score.error_as_last_month


def scored(folder: Path, seed: int) -> Score:
    found = open_list(read_dataset(as_csv(folder, tables(1500, 6, seed))))
    assert found is not None and found.score is not None
    return found.score
