"""Evidence on clocks: piles, bands and ratios worked out by hand, and the page that shows them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from paths import ROOT

from simkit.common.errors import SimkitError
from simkit.data import PublishedBands, bands, value
from simkit.model.inputs.practice import NATIONAL_DAYS, Pull, day_shares
from simkit.output.figures import evidence as figures
from simkit.study.evidence.band_fit import bands_at_retention, fit_bands, nine_bands
from simkit.study.evidence.evidence import (
    LOCAL_CLOCKS,
    SIBLINGS,
    local_years,
    pile,
    piles,
)
from simkit.study.evidence.explained import AS_GOOD, correlation, explained, pairs, pull_against_span
from tools.docs import evidence_page

DOCS = ROOT / "docs"


def published(*counts: float | None) -> PublishedBands:
    """Nine bands of an area that does not exist."""
    total = sum(c or 0.0 for c in counts)
    return PublishedBands("000", "Nowhere", 2020, total, counts, None, None, None, None, None)


def level(per_day: float) -> PublishedBands:
    """As many assessments on every day from 1 to 60."""
    return published(0, *(per_day * days for days in (10, 10, 10, 10, 5, 5, 10)), 0)


# The pile before 45 days


def test_a_level_distribution_has_no_pile() -> None:
    found = pile(level(1000))
    assert found is not None
    assert found.excess == pytest.approx(0.0, abs=0.01)
    assert found.low < 0 < found.high


def test_a_pile_by_hand() -> None:
    """100 a day all around and 700 instead of 500 at 41 to 45: 200 of 6,200 stand out."""
    found = pile(published(0, 1000, 1000, 1000, 1000, 700, 500, 1000, 0))
    assert found is not None
    assert found.share == pytest.approx(100 * 700 / 6200)
    assert found.excess == pytest.approx(100 * 200 / 6200, abs=0.02)


def test_the_curve_is_straight_in_logarithms() -> None:
    """Shares that fall by a constant part each day: at day 43 as many as the curve says."""
    per_day = 1e6 * np.exp(-0.04 * np.arange(61))
    middles = {"31_40": 35.5, "46_60": 53.0}
    counts = [0.0] * 9
    counts[4] = 10 * 1e6 * math.exp(-0.04 * middles["31_40"])
    counts[6] = counts[7] = 7.5 * 1e6 * math.exp(-0.04 * middles["46_60"])
    counts[5] = 5 * float(per_day[43])
    found = pile(published(*counts))
    assert found is not None
    assert found.excess == pytest.approx(0.0, abs=1e-3)


def test_the_interval_is_that_of_repeated_samples() -> None:
    """Drawn again and again, the excess varies as its interval says, siblings aside."""
    shares = np.array([0.02, 0.1, 0.16, 0.17, 0.2, 0.16, 0.07, 0.06, 0.06])
    dice = np.random.default_rng(3)
    drawn = [pile(published(*map(float, row))) for row in dice.multinomial(2000, shares, 800)]
    excesses = [each.excess for each in drawn if each is not None]
    widths = [each.high - each.low for each in drawn if each is not None]
    expected = 2 * 1.96 * np.std(excesses) * math.sqrt(SIBLINGS)
    assert np.mean(widths) == pytest.approx(expected, rel=0.08)


def test_a_suppressed_band_around_the_limit_leaves_no_pile() -> None:
    assert pile(published(1, 9, 10, 10, 10, None, 5, 5, 5)) is None
    assert pile(published(None, 9, 10, 10, 10, 10, 5, 5, 5)) is not None


def test_england_piles_up_more_and_more() -> None:
    found = {each.year: each for each in piles() if each.area == "england"}
    assert found[2016].excess < found[2023].excess
    assert all(each.low > 0 for each in found.values())
    assert {each.year for each in piles(2023)} == {2023}


# The closed form


def test_bands_of_a_known_practice_are_fitted_back() -> None:
    """England's fit of 2023, made into bands and fitted again, is itself."""
    england = bands("england", 2023)
    assert england is not None
    first = fit_bands([share or 0.0 for share in england.shares])
    again = fit_bands(nine_bands(first.practice).tolist())
    assert again.distance < 0.005
    assert again.practice.pull == pytest.approx(first.practice.pull, abs=0.02)
    assert again.practice.span_median == pytest.approx(first.practice.span_median, abs=0.5)
    assert first.distance < 0.03


def test_bands_are_sums_of_the_closed_form() -> None:
    england = bands("england", 2023)
    assert england is not None
    practice = fit_bands([share or 0.0 for share in england.shares]).practice
    days = day_shares(practice, (Pull("assessment", NATIONAL_DAYS, practice.pull),), 400)
    nine = nine_bands(practice)
    assert nine.sum() == pytest.approx(1.0)
    assert nine[0] == pytest.approx(days[0])
    assert nine[5] == pytest.approx(days[41:46].sum())
    assert nine[8] == pytest.approx(days[61:].sum())


def test_less_retention_is_never_more_timely() -> None:
    england = bands("england", 2023)
    assert england is not None
    practice = fit_bands([share or 0.0 for share in england.shares]).practice
    over = [float(bands_at_retention(practice, r)[6:].sum()) for r in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert over == sorted(over, reverse=True)


# Local clocks


def test_a_ratio_by_hand() -> None:
    """Knowsley 2023: shares per day at 21 to 30 and 31 to 40, bands of the same length."""
    found = next(each for each in local_years() if each.clock.la_code == "340" and each.year == 2023)
    own = bands("340", 2023)
    assert own is not None
    before, after = own.counts[3], own.counts[4]
    assert before and after
    assert found.ratio == pytest.approx(before / after)
    assert found.low < found.ratio < found.high
    assert found.near_low <= found.near <= found.near_high
    assert 0 <= found.greater <= found.near_number <= 10


def test_no_clock_at_10_days_has_a_band_on_its_left() -> None:
    assert all((each.excess is None) is (each.clock.days == 10) for each in local_years())
    assert {each.days for each in LOCAL_CLOCKS} == {10, 30}


# What the data cannot tell


def test_correlation_by_hand() -> None:
    """Deviations -1, 0, 1, 0 and -1, 1, 0, 0: products sum to 1, squares to 2 and 2."""
    value, low, high = correlation(np.array([0.0, 1, 2, 1]), np.array([0.0, 2, 1, 1]))
    assert value == pytest.approx(0.5)
    assert low == pytest.approx(math.tanh(math.atanh(0.5) - 1.959964), abs=1e-6)
    assert high == pytest.approx(math.tanh(math.atanh(0.5) + 1.959964), abs=1e-6)


def test_staff_figures_explain_little_between_authorities() -> None:
    for each in explained():
        assert each.low <= each.value <= each.high
        assert each.number > 140
        assert each.explained < 0.1
        assert abs(each.ranks - each.value) < 0.15


def test_vacancies_never_explain_more_than_a_few_hundredths() -> None:
    assert all(abs(e.value) < 0.2 for e in explained() if e.factor == "vacancy_rate_fte")


def test_pairs_are_of_the_september_inside_the_year() -> None:
    x, y = pairs("caseload_per_fte", 2023)
    assert len(x) == len(y) == 150
    assert value("social_work_workforce", "202", 2022, "caseload_per_fte") in x


def test_pulls_that_fit_alike_differ_without_the_limit() -> None:
    alike = [each for each in pull_against_span() if each.distance <= AS_GOOD]
    assert len(alike) > 3
    with_limit = [each.over_45 for each in alike]
    without = [each.over_45_without for each in alike]
    assert max(with_limit) - min(with_limit) < 1.5
    assert max(without) - min(without) > 8


def test_years_without_a_census_are_said() -> None:
    with pytest.raises(SimkitError, match="2018 to 2025"):
        explained([2017])
    with pytest.raises(SimkitError, match="not published"):
        pull_against_span(2026)


# The page and its figures


@pytest.mark.slow
def test_the_committed_page_is_current() -> None:
    said = "python -m tools.docs.evidence_page docs"
    assert (DOCS / "evidence.md").read_text(encoding="utf-8") == evidence_page.page(), said


@pytest.mark.slow
def test_every_figure_of_the_page_is_there() -> None:
    text = evidence_page.page()
    for name in ("evidence-pile.svg", "evidence-staff.svg", "evidence-correlations.svg"):
        assert f"({name})" in text
        assert (DOCS / name).is_file()


@pytest.mark.parametrize(
    ("draw", "say", "axes"),
    [
        (figures.staff_and_timeliness, figures.staff_and_timeliness_alt, 2),
        (figures.correlations, figures.correlations_alt, 1),
        (figures.pile_spread, figures.pile_spread_alt, 1),
    ],
)
def test_figures_have_labels_and_a_text(draw, say, axes) -> None:  # type: ignore[no-untyped-def]
    figure = draw()
    assert len(figure.axes) == axes
    assert all(each.get_xlabel() for each in figure.axes)
    assert figure.axes[0].get_ylabel()
    assert any(character.isdigit() for character in say())
