"""The national practice set gives England's published durations, and each calibration its authority's."""

from __future__ import annotations

from statistics import median

import pytest

from simkit.data import ENGLAND, bands
from simkit.model.inputs.calibration import CalibrationError, calibration
from simkit.study.experiment import run
from tools.docs.calibration_fits import fits, forecasts, moved, recorded


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


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_packaged_calibrations_come_near_what_is_published(year):
    found = recorded(year)
    assert found["authorities"] > 140
    assert found["distance_excess_median"] <= 0.06
    assert abs(found["in_time_mean_error"]) <= 1
    assert found["median_within_2_days_pct"] >= 90
    assert abs(found["conference_mean_error"]) <= 2


@pytest.mark.long
def test_authorities_as_they_are_run_come_near_what_is_published():
    # With the uncertainty of their practice in the runs, as `simkit run` has it.
    found = fits(2023, replications=10).criteria()
    assert found["authorities"] > 140
    assert found["distance_excess_median"] <= 0.06
    assert abs(found["in_time_mean_error"]) <= 1
    assert found["median_within_2_days_pct"] >= 90
    assert abs(found["conference_mean_error"]) <= 2


@pytest.mark.long
def test_the_next_years_bands_are_forecast_better_than_by_no_change():
    found = forecasts(2023)
    assert len(found) > 130
    assert median(each.forecast for each in found) < median(each.no_change for each in found)


def test_a_practice_is_moved_on_its_own_scale():
    one, other = (
        {name: each.value for name, each in calibration(code, 2023).practice.items()}
        for code in ("204", "916")
    )
    assert moved(one, other, 0.0) == pytest.approx(one, rel=0.01)
    assert moved(one, other, 1.0) == pytest.approx(other, rel=0.01)
    between = moved(one, other, 0.5)
    assert all(min(one[n], other[n]) * 0.99 <= between[n] <= max(one[n], other[n]) * 1.01 for n in one)


def test_a_year_without_calibrations_is_told():
    with pytest.raises(CalibrationError, match="no packaged calibrations of 2014"):
        recorded(2014)
