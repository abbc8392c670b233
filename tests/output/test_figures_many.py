"""Every figure: whole, readable, labelled with what it rests on, and said in one line too."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from figure_checks import boxes, check, contrast, luminance, said
from figure_values import ANSWER, BASE, DIFFERENCES, FITS, SHARES, STAFFING, SWINGS, TILES, UNKNOWN, WORDS
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from results import tiny, what_if, with_bands, wordy

from simkit.data import authority
from simkit.data.tiles import tiles
from simkit.framework.check import load
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output import figures
from simkit.output.drawings.live import durations_drawing
from simkit.output.figures.causes import PARTS
from simkit.output.figures.curves import crossings, doubt_words, spread
from simkit.output.figures.style import Paper
from simkit.output.figures.survival import marks_by_day
from simkit.output.figures.tile_map import CLASSES, class_breaks, class_words, short_names
from simkit.output.figures.values import Line, Span, Swing
from simkit.study.estimate import Estimate
from simkit.study.experiment import run
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
@pytest.mark.slow
def test_a_result_s_figure_is_whole_and_says_what_it_rests_on(
    name: str, result: Callable[[], Result], paper: Paper
) -> None:
    figure = getattr(figures, name)(result(), paper=paper)
    check(figure)
    words = said(figure)
    assert "the starting day is day 0" in words
    assert "Department for Education" in words
    assert f"{len(result().assumptions)} assumptions" in words
    caption = result().experiment.scenario.caption
    assert caption is None or caption in words


@pytest.mark.parametrize("name", OF_VALUES)
@pytest.mark.slow
def test_a_figure_of_values_is_whole_and_says_what_it_rests_on(name: str) -> None:
    figure = OF_VALUES[name][0]()
    check(figure)
    words = said(figure)
    for sentence in WORDS.foot:
        assert sentence in words


@pytest.mark.parametrize("name", ON_NARROW)
@pytest.mark.slow
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
@pytest.mark.slow
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
@pytest.mark.slow
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


def test_figures_mark_day_45_as_the_answer_counts_it() -> None:
    """Counted from day 1, day 45 is 44 working days after the first.

    The figure said 20.7% after day 45 and marked the limit a day late, where the answer above it said 27.4%.
    """
    result = replace(with_bands(), convention=Convention.DAY_1)
    late = f"{result.survival[44, 0]:.1f}%"
    assert late != f"{result.survival[45, 0]:.1f}%"
    alt = figures.survival_alt(result)
    assert f": {late} of assessments are still open after day 45." in alt
    assert f"day 44: {late}" in alt and "Marked: day 44: national limit" in alt
    figure = figures.survival(result)
    assert f"{late} after day 45" in said(figure)
    assert "Day 45 of the limit is 44 working days after the first day." in said(figure)
    (dot,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert list(dot.get_xdata()) == [44]
    for convention, edge in ((Convention.DAY_0, 46), (Convention.DAY_1, 45)):
        (line,) = figures.durations(replace(result, convention=convention)).axes[0].lines
        assert list(line.get_xdata()) == [edge, edge]
    assert "one day earlier" in str(durations_drawing(result, 700.0))


def test_a_limit_that_numbers_its_first_day_is_marked_by_that() -> None:
    """As the measures count it, whatever the run's convention is."""
    rules = load("national/working-together-2023")
    own = replace(rules.timescales["assessment"], starting_day=1)
    numbered = replace(rules, timescales={**rules.timescales, "assessment": own})
    assert list(marks_by_day(numbered)) == list(marks_by_day(numbered, Convention.DAY_1)) == [44]
    assert list(marks_by_day(rules)) == [45] and list(marks_by_day(rules, Convention.DAY_1)) == [44]


def test_survival_marks_the_limit_and_each_review() -> None:
    alt = figures.survival_alt(reviewed())
    assert "day 45: national limit" in alt
    for day in (3, 5, 10):
        assert f"day {day}: First review, by priority" in alt
    assert "Nothing is marked" in figures.survival_alt(what_if())


def test_a_local_limit_on_the_day_of_the_national_one_is_said_and_drawn() -> None:
    """Wirral's exceptional limit is day 45 too: it hid the national one, in words as well."""
    marks = marks_by_day(load("wirral"))
    assert [mark.kind for mark in marks[45]] == ["national", "exceptional"]
    case = replace(with_bands().experiment, framework=load("wirral"))
    figure = figures.survival(replace(with_bands(), experiment=case))
    assert {"National limit", "Limit by exception", "Local limit"} <= {
        text.get_text() for text in figure.axes[0].get_legend().get_texts()
    }


def test_the_parts_of_a_bar_add_up_to_the_mean_duration() -> None:
    axes = figures.where_time_went(with_bands()).axes[0]
    total = sum(with_bands().measures[f"cohort_time_{cause}_days"].value for cause, _ in CAUSES)
    bars: dict[float, list[float]] = {}
    for patch in axes.patches:
        bars.setdefault(patch.get_y(), []).append(patch.get_width())
    assert any(sum(parts) == pytest.approx(total) and len(parts) > 1 for parts in bars.values())
    assert f"All: {total:.1f} in all" in figures.where_time_went_alt(with_bands())


def test_where_the_time_went_says_what_a_bar_adds_up_and_rounds_alike() -> None:
    """Its title said 31 working days, and the bar 31.5; "Work" was work and the worker's absence."""
    result = with_bands()
    figure = figures.where_time_went(result)
    bars = {text.get_text() for text in figure.axes[0].texts}
    title = figures.where_time_went_alt(result).split(". ")[0]
    assert len(set(re.findall(r"\d+\.\d", title)) & bars) == 2
    work = sum(result.measures[f"cohort_time_{cause}_days"].value for cause in ("work", "worker_away"))
    assert f"{work:.1f}" in bars and "Work, or worker away mid-task" in said(figure)


def test_that_planned_pauses_are_assumed_is_said_wherever_they_are() -> None:
    result = with_bands()
    long = {
        name: replace(each, value=100.0) if name == "cohort_time_planned_pause_days" else each
        for name, each in result.measures.items()
    }
    figure = figures.where_time_went(replace(result, measures=long))
    assert "100.0 are planned pauses (an assumption)" in said(figure)
    assert said(figure).count("lanned pauses (an assumption)") == 2  # in the title and in the legend
    assert "Planned pause (an assumption)" in str(result)
    drift = figures.drift(result)
    idle = result.measures["cohort_drift_idle_pct"].value
    assert f"apart from planned pauses, nothing is done for 10 days or more in {idle:.1f}%" in said(drift)
    assert "nothing done or awaited, planned pauses not counted" in " ".join(str(result).split())


def test_every_cause_is_in_one_part_and_parts_are_told_apart_in_grey() -> None:
    causes = [cause for _, of_part, _, _ in PARTS for cause in of_part]
    assert sorted(causes) == sorted(cause for cause, _ in CAUSES)
    lights = [luminance(colour) for _, _, colour, _ in PARTS]
    assert all(abs(one - other) > 0.05 for one, other in pairwise(lights))
    assert all(contrast(colour, ink) >= 4.5 for _, _, colour, ink in PARTS)


def test_open_assessments_have_a_ribbon_for_their_interval() -> None:
    result = with_bands()
    ribbons = figures.open_by_week(result).axes[0].collections
    tops = [each.get_paths()[0].vertices[:, 1].max() for each in ribbons]
    assert result.open_by_week[:, 2].max() in tops and result.over_45_by_week[:, 2].max() in tops
    assert len(figures.open_by_week(alone()).axes[0].collections) == 2


@pytest.mark.parametrize("name", OF_A_RESULT)
def test_years_that_are_too_few_for_an_interval_in_a_table_have_none_in_a_figure(name: str) -> None:
    """Of two years the table held the interval back, and the figures drew it up to ten times as long."""
    few = run("isles-of-scilly", year=2023, replications=2, engine="simpy", workers=1)
    figure, words = getattr(figures, name), getattr(figures, f"{name}_alt")
    ends = re.compile(r"\([\d.]+ to [\d.]+\)")
    assert "interval" not in said(figure(few)) and not ends.search(words(few))
    assert "interval" in said(figure(tiny())) or name == "where_time_went"


def test_open_assessments_are_drawn_with_the_late_ones_among_them() -> None:
    result = with_bands()
    figure = figures.open_by_week(result)
    everyone, late = (line.get_ydata() for line in figure.axes[0].lines)
    assert np.array_equal(everyone, result.open_by_week[:, 0])
    assert np.array_equal(late, result.over_45_by_week[:, 0])
    assert (np.asarray(late) <= np.asarray(everyone)).all()


def test_a_difference_is_settled_only_where_both_layers_leave_zero_out() -> None:
    clear = Span("A", 34.2, 27.0, 41.4)
    doubtful = replace(clear, unknown=(-63.5, 41.4), says="not settled")
    unclear = Span("A", 0.4, -0.1, 0.9)
    for span, settled in ((clear, True), (doubtful, False), (unclear, False)):
        assert span.settled is settled
        figure = figures.differences([span], "points", WORDS)
        assert ("Settled" in said(figure)) is settled
    words = said(figures.differences([doubtful], "points", WORDS))
    assert "not settled" in words and "Over what is not known" in words
    assert "over what is not known -63.5 to +41.4" in figures.differences_alt([doubtful], "points", WORDS)


def test_words_on_both_sides_of_zero_are_apart_in_an_svg_too() -> None:
    """They were apart by a space at their ends, which an SVG drops: "fewer latemore late"."""
    figure = figures.differences([Span("A", 1.0, -9.0, 9.0)], "points", WORDS)
    sides = dict(boxes(figure))
    line = figure.axes[0].transData.transform((0.0, 0.0))[0]
    assert sides["fewer late"].x1 < line - 2 and sides["more late"].x0 > line + 2


def test_a_difference_that_cannot_be_told_has_its_row_and_says_so() -> None:
    """It was left out, where the table said "too few years to tell"."""
    nan = math.nan
    untold = Span("A", nan, nan, nan, "Brief", says="too few years to tell")
    for paper in PAPERS:
        figure = figures.differences(
            [untold, Span("B", 2.0, 1.0, 3.0, "Brief")], "points", WORDS, paper=paper
        )
        check(figure)
        assert "too few years to tell" in said(figure) and "Not settled" not in said(figure)
    words = figures.differences_alt([untold], "points", WORDS)
    assert "Brief, A: too few years to tell" in words and "nan" not in words


def test_labels_beside_lines_are_as_near_as_they_can_be() -> None:
    """With lines that end at 71.0 and 71.1, the label of one was at the end of the line at 60."""
    assert spread([10.0, 50.0], [4.0, 4.0], 100.0) == [10.0, 50.0]
    assert spread([70.0, 71.0, 72.0], [10.0, 10.0, 10.0], 100.0) == [61.0, 71.0, 81.0]
    assert spread([1.0, 99.0], [10.0, 10.0], 100.0) == [5.0, 95.0]
    assert spread([20.0, 36.0, 37.0, 38.0], [10.0] * 4, 100.0) == [17.75, 27.75, 37.75, 47.75]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_label_of_a_line_is_led_to_from_its_end(paper: Paper) -> None:
    flat = replace(SHARES[0], label="Simulated", value=(11.0,) * 6, low=(10.0,) * 6, high=(12.0,) * 6)
    figure = figures.staffing_curve([flat], answer=None, **STAFFING, paper=paper)  # type: ignore[arg-type]
    check(figure)
    axes = figure.axes[0]
    (label,) = (text for text in axes.texts if text.get_text() == "Simulated")
    ends = [(line.get_ydata()[0], line.get_ydata()[-1]) for line in axes.lines if line.get_linewidth() == 0.8]
    assert (11.0, label.get_position()[1]) in ends


def test_sides_that_are_alike_share_a_row() -> None:
    alike = [Span(name, 1.0, 0.5, 1.5) for name in ("A", "B", "C")]
    figure = figures.differences([*alike, Span("D", 2.0, 1.5, 2.5)], "points", WORDS)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["A and 2 others, alike", "D"]


def test_a_sign_that_changes_is_found_between_points_and_at_them() -> None:
    def line(*values: float) -> Line:
        x = tuple(float(n) for n in range(len(values)))
        return Line("L", x, values, values, values)

    assert crossings(line(1.0, -1.0)) == (0.5,)
    assert crossings(line(1.0, 0.0, -1.0)) == (1.0,)
    assert crossings(line(1.0, 0.0, 1.0)) == ()
    assert crossings(line(2.0, 1.0, 0.5)) == ()
    assert crossings(line(1.0, -1.0, 1.0)) == (0.5, 1.5)


def test_a_curve_of_three_points_is_not_told_more_exactly_than_it_is_known() -> None:
    line = Line("L", (0.0, 50.0, 100.0), (-40.0, -20.0, 0.4), (-45.0, -25.0, -4.0), (-35.0, -15.0, 5.0))
    assert doubt_words(line) == "sign changes near 100; not settled from about 90 to 100"
    assert doubt_words(line) in said(figures.unknown_range([line], "Pull, %", "points", WORDS))


def test_tiles_have_letters_that_no_other_tile_has() -> None:
    for year in (None, 2023):
        names = [short_names(year)[tile.short_name] for tile in tiles(year)]
        assert len(set(names)) == len(names) and all(len(name) <= 5 for name in names)


def test_the_classes_of_the_map_are_whole_numbers_apart_in_grey() -> None:
    assert class_breaks([]) == () == class_breaks([3.0, 3.0])
    assert class_breaks([float(n) for n in range(101)]) == (20.0, 40.0, 60.0, 80.0)
    ends = ((None, 33.0), (33.0, 36.0), (36.0, None))
    assert [class_words(*each, short=False) for each in ends] == ["under 33", "33 to under 36", "36 or more"]
    assert [class_words(*each, short=True) for each in ends] == ["<33", "33 to <36", "36+"]
    lights = [luminance(colour) for colour in CLASSES]
    assert all(light - dark > 0.1 for light, dark in pairwise(lights))


def test_the_widest_assumptions_are_shown_and_the_rest_counted() -> None:
    words = said(figures.sensitivity(SWINGS, BASE, "%", WORDS))
    assert "Assumption number 24" in words and "Assumption number 16 " not in words
    assert "17 more assumptions move the answer by at most 11.2 points" in words


def test_an_assumption_that_moves_the_answer_one_way_at_both_ends_moves_it() -> None:
    """From 20.0 to 25.0 at both ends is 5 points: the foot of the figure said that it was none."""
    end = Span("", 25.0, 24.0, 26.0)
    both = replace(SWINGS[0], low=end, high=end, sure=False)
    assert both.width == 5
    words = said(figures.sensitivity([*(replace(SWINGS[0], sure=True),) * 8, both], BASE, "%", WORDS))
    assert "1 more assumption moves the answer by at most 5.0 points" in words


def test_an_assumption_has_a_bar_only_where_it_surely_moves_the_answer() -> None:
    def bars(*swings: Swing) -> int:
        lines = figures.sensitivity(swings, BASE, "%", WORDS).axes[0].lines
        return sum(line.get_linewidth() == 8 for line in lines)

    sure, unsure = SWINGS[-1], SWINGS[0]
    assert bars(sure, unsure) == 1 and bars(unsure) == 0
    assert "may be chance" in figures.sensitivity_alt([unsure], BASE, "%", WORDS)


def test_a_long_name_is_cut_and_its_range_is_not() -> None:
    long = replace(
        SWINGS[0], label="Share of the time of everybody " * 5, at_low="12 days", at_high="40 days"
    )
    for paper in PAPERS:
        words = said(figures.sensitivity([long], BASE, "%", WORDS, paper=paper))
        assert "..." in words and "12 days to 40 days" in words


def test_the_fits_show_the_worst_first() -> None:
    figure = figures.fits(FITS, WORDS)
    assert len(figure.axes) == 16 and f"The other {len(FITS) - 16} are closer." in said(figure)
    worst = max(FITS, key=lambda fit: fit.distance)
    assert figure.axes[0].get_title(loc="left").startswith(worst.label[:15])


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


def test_a_dot_at_zero_is_drawn_whole() -> None:
    """The axis begins at 0, which would cut half of it away."""
    drawn = figures.dots(
        [Span("A", 0.0, 0.0, 1.0, group="a"), Span("B", 3.0, 2.0, 4.0, group="a")], "%", WORDS
    )
    (axes,) = drawn.axes
    (marks,) = [each for each in axes.lines if each.get_marker() == "o"]
    assert axes.get_xlim()[0] == 0 and not marks.get_clip_on()
