"""Every figure: whole, readable, labelled with what it rests on, and said in one line too."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from figure_checks import check, said
from figure_values import ANSWER, BASE, DIFFERENCES, FITS, SHARES, STAFFING, SWINGS, TILES, UNKNOWN, WORDS
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from results import tiny, what_if, with_bands, wordy

from simkit.data import authority
from simkit.data.tiles import tiles
from simkit.framework.check import load
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output import figures
from simkit.output.figures.curves import crossings
from simkit.output.figures.style import FILLS, Paper
from simkit.output.figures.values import Line, Span, Swing
from simkit.study.estimate import Estimate
from simkit.study.result import Result
from tools.docs.fits_page import fit_of

A4_WIDTH, A4_HEIGHT = 7.0, 11.69  # inches: the text's width, the paper's height

OF_A_RESULT = ("durations", "survival", "where_time_went", "drift", "open_by_week")


def reviewed() -> Result:
    """Gloucestershire's rules: a first review set by priority, further ones."""
    case = replace(with_bands().experiment, framework=load("gloucestershire"))
    return replace(with_bands(), experiment=case)


def alone() -> Result:
    """One replication: no interval anywhere."""
    none = {"low": np.nan, "high": np.nan, "year_low": np.nan, "year_high": np.nan}

    def bare(found: Mapping[str, Estimate]) -> dict[str, Estimate]:
        return {name: replace(e, replications=min(1, e.replications), **none) for name, e in found.items()}

    def means(series: np.ndarray) -> np.ndarray:
        return np.column_stack([series[:, 0], np.full((len(series), 2), np.nan)])

    result = with_bands()
    return replace(
        result,
        replications=1,
        measures=bare(result.measures),
        bands=bare(result.bands),
        survival=means(result.survival),
        open_by_week=means(result.open_by_week),
        over_45_by_week=means(result.over_45_by_week),
    )


def none_done() -> Result:
    """Nothing was authorised and everything stays open: five figures of open children, no duration."""
    result = alone()
    nothing = {name: replace(e, value=np.nan, replications=0) for name, e in result.measures.items()}
    return replace(
        result,
        measures=nothing,
        bands={name: replace(e, value=np.nan, replications=0) for name, e in result.bands.items()},
        survival=np.column_stack([np.full(len(result.survival), 100.0), result.survival[:, 1:]]),
        open_by_week=result.open_by_week * 0 + 98765.0,
        over_45_by_week=result.over_45_by_week * 0 + 87654.0,
    )


def no_late() -> Result:
    """No assessment is late."""
    result = with_bands()
    survival = result.survival.copy()
    survival[45:] = 0.0
    return replace(result, survival=survival, over_45_by_week=result.over_45_by_week * 0)


def wide() -> Result:
    """Intervals as wide as may be."""
    result = with_bands()

    def wider(found: Mapping[str, Estimate]) -> dict[str, Estimate]:
        return {name: replace(e, low=0.0, high=max(100.0, e.high)) for name, e in found.items()}

    return replace(result, measures=wider(result.measures), bands=wider(result.bands))


RESULTS: tuple[Callable[[], Result], ...] = (
    tiny, with_bands, what_if, wordy, reviewed, alone, no_late, wide,
)  # fmt: skip
PAPERS = (figures.WIDE, figures.NARROW)

ON_NARROW = (
    "differences",
    "staffing_curve",
    "staffing_curve_not_reached",
    "sensitivity",
    "unknown_range",
    "tile_map",
)

OF_VALUES: dict[str, tuple[Callable[[], Figure], Callable[[], str]]] = {
    "differences": (
        partial(figures.differences, DIFFERENCES, "percentage points", WORDS),
        partial(figures.differences_alt, DIFFERENCES, "percentage points", WORDS),
    ),
    "staffing_curve": (
        partial(figures.staffing_curve, SHARES, answer=ANSWER, **STAFFING),
        partial(figures.staffing_curve_alt, SHARES, answer=ANSWER, **STAFFING),
    ),
    "staffing_curve_not_reached": (
        partial(figures.staffing_curve, SHARES[:1], answer=None, **STAFFING),
        partial(figures.staffing_curve_alt, SHARES[:1], answer=None, **STAFFING),
    ),
    "sensitivity": (
        partial(figures.sensitivity, SWINGS, BASE, "%", WORDS),
        partial(figures.sensitivity_alt, SWINGS, BASE, "%", WORDS),
    ),
    "unknown_range": (
        partial(figures.unknown_range, UNKNOWN, "Pull of the local limit", "percentage points", WORDS),
        partial(figures.unknown_range_alt, UNKNOWN, "Pull of the local limit", "percentage points", WORDS),
    ),
    "fits": (partial(figures.fits, FITS, WORDS), partial(figures.fits_alt, FITS, WORDS)),
    "tile_map": (
        partial(figures.tile_map, TILES, "Within 45 working days, %", 2023, WORDS),
        partial(figures.tile_map_alt, TILES, "Within 45 working days, %", 2023, WORDS),
    ),
}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("name", OF_A_RESULT)
def test_a_result_s_figure_is_whole_and_says_what_it_rests_on(
    name: str, result: Callable[[], Result], paper: Paper
) -> None:
    figure = getattr(figures, name)(result(), paper=paper)
    check(figure)
    words = said(figure)
    assert "for limits the starting day is day 0" in words
    assert "Department for Education" in words
    assert f"{len(result().assumptions)} numbers behind the simulation are assumptions" in words
    caption = result().experiment.scenario.caption
    assert caption is None or caption in words


@pytest.mark.parametrize("name", OF_VALUES)
def test_a_figure_of_values_is_whole_and_says_what_it_rests_on(name: str) -> None:
    figure = OF_VALUES[name][0]()
    check(figure)
    words = said(figure)
    for sentence in WORDS.foot:
        assert sentence in words


@pytest.mark.parametrize("name", ON_NARROW)
def test_a_figure_of_values_is_whole_on_narrow_paper(name: str) -> None:
    figure = figures.narrowed(OF_VALUES[name][0]())
    assert figure.get_figwidth() == figures.NARROW.width
    check(figure)
    words = said(figure)
    for sentence in WORDS.foot:
        assert sentence in words


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", OF_A_RESULT)
def test_a_year_in_which_nothing_is_authorised_is_drawn_whole(name: str, paper: Paper) -> None:
    figure = getattr(figures, name)(none_done(), paper=paper)
    check(figure)
    assert name not in ("where_time_went", "drift") or "No assessment was authorised." in said(figure)


@pytest.mark.parametrize("name", OF_A_RESULT)
def test_one_replication_is_not_said_to_have_intervals(name: str) -> None:
    assert "interval" in said(getattr(figures, name)(with_bands())) or name == "where_time_went"
    assert "interval" not in said(getattr(figures, name)(alone()))


def test_type_is_of_the_same_size_on_narrow_paper() -> None:
    def sizes(figure: Figure) -> set[float | str]:
        return {text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()}

    for name in OF_A_RESULT:
        draw = getattr(figures, name)
        assert sizes(draw(with_bands(), paper=figures.NARROW)) == sizes(draw(with_bands()))


@pytest.mark.parametrize("name", OF_VALUES)
def test_figures_fit_on_a4(name: str) -> None:
    width, height = OF_VALUES[name][0]().get_size_inches()
    assert width == A4_WIDTH and height <= A4_HEIGHT
    made = figures.image(OF_VALUES[name][0](), "png", "x")
    assert imread(io.BytesIO(made)).shape[1] == round(150 * A4_WIDTH)


@pytest.mark.parametrize("name", OF_A_RESULT)
@pytest.mark.parametrize("result", RESULTS)
def test_a_text_alternative_is_one_line_without_gaps(name: str, result: Callable[[], Result]) -> None:
    text = getattr(figures, f"{name}_alt")(result())
    assert "\n" not in text and "nan" not in text and text.endswith(".")
    assert "no value" not in text
    assert result().experiment.profile.name in text


@pytest.mark.parametrize("name", OF_VALUES)
def test_a_text_alternative_of_values_is_one_line(name: str) -> None:
    text = OF_VALUES[name][1]()
    assert "\n" not in text and "nan" not in text and text.endswith(".")
    assert text.startswith(WORDS.title)


def test_survival_says_the_breach_at_day_45() -> None:
    """Still open after day 45 is the share over 45 days: two ways to the same number."""
    result = with_bands()
    assert result.survival[45, 0] == pytest.approx(result.measures["cohort_over_45_days_pct"].value, abs=1e-6)
    assert f"day 45: {result.survival[45, 0]:.1f}%" in figures.survival_alt(result)


def test_survival_marks_the_limit_and_each_review() -> None:
    alt = figures.survival_alt(reviewed())
    assert "national limit at day 45" in alt
    for day in (3, 5, 10):
        assert f"First review, by priority at day {day}" in alt
    assert "Nothing is marked" in figures.survival_alt(what_if())


def test_the_parts_of_a_bar_add_up_to_the_mean_duration() -> None:
    axes = figures.where_time_went(with_bands()).axes[0]
    ends = [patch.get_x() + patch.get_width() for patch in axes.patches]
    total = sum(with_bands().measures[f"cohort_time_{cause}_days"].value for cause, _ in CAUSES)
    assert max(patch.get_width() for patch in axes.patches) < total
    assert any(end == pytest.approx(total) for end in ends)
    assert f"All: {total:.1f} in all" in figures.where_time_went_alt(with_bands())


def test_causes_are_told_apart_without_colour() -> None:
    assert len(FILLS) == len(CAUSES)
    looks = {
        (hatch, "white" if colour == "#FFFFFF" else "dark" if not hatch else "") for colour, hatch in FILLS
    }
    assert len(looks) == len(FILLS)


def test_intervals_of_open_assessments_stand_apart_from_each_other() -> None:
    """Of few children they overlap: as shades over shades nobody could tell which is which."""
    result = with_bands()
    axes = figures.open_by_week(result).axes[0]
    lines = [each for each in axes.collections if isinstance(each, LineCollection)]
    days = [{path.vertices[0][0] for path in each.get_paths()} for each in lines]
    assert len(days) == 2 and days[0] and days[1] and not days[0] & days[1]
    (week,) = (path for path in lines[0].get_paths() if path.vertices[0][0] == 2)
    assert tuple(week.vertices[:, 1]) == tuple(result.open_by_week[1, 1:])
    assert len(axes.lines) == 2


def test_open_assessments_are_drawn_with_the_late_ones_among_them() -> None:
    result = with_bands()
    figure = figures.open_by_week(result)
    everyone, late = (line.get_ydata() for line in figure.axes[0].lines)
    assert np.array_equal(everyone, result.open_by_week[:, 0])
    assert np.array_equal(late, result.over_45_by_week[:, 0])
    assert (np.asarray(late) <= np.asarray(everyone)).all()


def test_a_difference_whose_interval_holds_nought_is_hollow_and_said() -> None:
    unsure = [Span("A - B", 0.4, -0.1, 0.9)]
    sure = [Span("A - B", 0.4, 0.1, 0.9)]
    assert "includes 0" in figures.differences_alt(unsure, "points", WORDS)
    assert "includes 0" not in figures.differences_alt(sure, "points", WORDS)
    assert "Interval includes 0" in said(figures.differences(unsure, "points", WORDS))
    assert "Interval includes 0" not in said(figures.differences(sure, "points", WORDS))


def test_a_sign_that_changes_is_found_between_points_and_at_them() -> None:
    def line(*values: float) -> Line:
        x = tuple(float(n) for n in range(len(values)))
        return Line("L", x, values, values, values)

    assert crossings(line(1.0, -1.0)) == (0.5,)
    assert crossings(line(1.0, 0.0, -1.0)) == (1.0,)
    assert crossings(line(1.0, 0.0, 1.0)) == ()
    assert crossings(line(2.0, 1.0, 0.5)) == ()
    assert crossings(line(1.0, -1.0, 1.0)) == (0.5, 1.5)
    assert "changes sign at 0.24" in said(figures.unknown_range(UNKNOWN, "Pull", "points", WORDS))


def test_the_widest_assumptions_are_shown_and_the_rest_counted() -> None:
    words = said(figures.sensitivity(SWINGS, BASE, "%", WORDS))
    assert "Assumption number 24" in words and "Assumption number 3 " not in words
    assert "7 more assumptions move the answer by at most 4.2 %" in words


def test_a_long_name_is_cut_and_its_range_is_not() -> None:
    long = Swing("Share of the time of everybody " * 4, "12 working days", "40 working days", 10.0, 30.0)
    words = said(figures.sensitivity([long], BASE, "%", WORDS))
    assert "...: 12 working days to 40 working days" in words


def test_the_fits_show_the_worst_first() -> None:
    figure = figures.fits(FITS, WORDS)
    assert len(figure.axes) == len(FITS)
    worst = max(FITS, key=lambda fit: fit.distance)
    assert figure.axes[0].get_title(loc="left").startswith(worst.label)


def test_a_result_s_fit_is_its_published_and_simulated_bands() -> None:
    fit = fit_of(with_bands())
    assert fit is not None and fit.label == "Hackney"
    assert fit.fitted == tuple(band.value for band in with_bands().bands.values())
    assert sum(fit.published) == pytest.approx(100)
    assert fit.distance == pytest.approx(
        np.abs(np.cumsum(fit.published) - np.cumsum(fit.fitted))[1:].sum() / 100
    )
    assert fit_of(tiny()) is None


def test_the_map_says_who_has_no_value() -> None:
    alt = figures.tile_map_alt({"204": 69.0}, "Within 45 working days, %", 2023, WORDS)
    assert "151 authorities" in alt and "Hackney 69.0" in alt
    missing = [tile.la_code for tile in tiles(2023) if tile.la_code not in TILES]
    assert len(missing) == 8
    five = {tile.la_code: 1.0 for tile in tiles(2023) if tile.la_code not in missing[:5]}
    alt = figures.tile_map_alt(five, "Within 45 working days, %", 2023, WORDS)
    assert all(authority(code).name in alt for code in missing[:5])
