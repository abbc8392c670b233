"""The tables of the page about calibration, and the figures in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paths import ROOT

from tools.docs.calibration_fits import Fit, Fits, Forecast
from tools.docs.calibration_page import BEGIN, END, section

PAGE = ROOT / "docs" / "calibration.md"
ONE = Fit(
    la_code="1",
    name="Here",
    assessments=2000.0,
    simulated=(0.125,) * 8,
    published=(0.125,) * 8,
    distance=0.09,
    expected=0.04,
    within_45_pct=(82.0, 81.0),
    median_days=(33.0, 34.0),
    conference_pct=(77.0, 80.0),
)
FITS = Fits(
    2023,
    20,
    11,
    (
        ONE,
        replace(ONE, name="There", distance=0.11, within_45_pct=(80.0, 83.0), median_days=(30.0, 34.0)),
        replace(ONE, name="Hidden", published=None, distance=None, expected=None),
        replace(ONE, name="Tiny", assessments=40.0, within_45_pct=(50.0, 99.0), published=None),
    ),
)


def test_criteria_are_means_over_authorities_with_enough_assessments():
    found = FITS.criteria()
    assert found["authorities"] == 3
    assert found["distance_excess_median"] == pytest.approx(0.06)  # of 0.05 and 0.07
    assert found["in_time_mean_error"] == pytest.approx((1 - 3 + 1) / 3)
    assert found["in_time_mean_absolute_error"] == pytest.approx(5 / 3)
    assert found["median_within_2_days_pct"] == pytest.approx(200 / 3)
    assert found["conference_mean_error"] == -3


def test_the_tables_say_what_was_wanted_and_seen():
    ahead = {2023: (Forecast("1", "Here", 0.2, 0.3), Forecast("2", "There", 0.4, 0.3))}
    text = section(FITS, {2022: FITS.criteria()}, ahead)
    assert "| Distance of the bands beyond what chance makes, median | at most 0.06 | 0.060 |" in text
    assert "| Conference within 15 days, mean error (points) | at most 2 | -3.00 |" in text
    assert "| 2023 | 2 | 0.300 | 0.300 | 0.300 | 0.300 |" in text
    assert "Hidden, Tiny. Of these 1 have at least 300" in text


def test_the_page_has_the_marks_between_which_the_figures_go():
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.index(BEGIN) < text.index(END)
