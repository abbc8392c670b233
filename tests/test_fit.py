"""The national practice set gives England's published durations, queues and all."""

from __future__ import annotations

import pytest

from simkit.data import ENGLAND, bands
from simkit.study.experiment import run


def _run(replications: int):
    return run("national/working-together-2018", replications=replications, seed=1, year=2023)


def _shares(result):
    """Simulated shares of the eight bands in points: the same day and 1 to 10 days together."""
    shares = [estimate.value for estimate in result.bands.values()]
    return [shares[0] + shares[1], *shares[2:]]


def _published():
    known = bands(ENGLAND, 2023)
    shares = [100 * share for share in known.shares]
    return known, [shares[0] + shares[1], *shares[2:]]


@pytest.mark.long
def test_an_average_authority_has_englands_published_bands():
    result = _run(60)
    known, published = _published()
    assert result.settled
    assert abs(result.measures["published_within_45_days_pct"].value - 82.5) <= 1
    assert abs(result.measures["published_median_days"].value - known.median_days) <= 2
    assert all(abs(a - b) <= 2 for a, b in zip(_shares(result), published, strict=True))
    assert abs(result.measures["published_icpc_within_15_days_pct"].value - 78.4) <= 2


def test_a_few_years_of_an_average_authority_look_like_england():
    # Three standard errors of ten years on top of what the long test allows.
    result = _run(10)
    known, published = _published()
    assert abs(result.measures["published_within_45_days_pct"].value - 82.5) <= 2.5
    assert abs(result.measures["published_median_days"].value - known.median_days) <= 3
    assert all(abs(a - b) <= 3.5 for a, b in zip(_shares(result), published, strict=True))
