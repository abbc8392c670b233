"""Figures: they say whose and what, everything fits, and nothing lies over anything else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from figure_checks import boxes, check, said
from matplotlib.patches import StepPatch
from results import tiny, what_if, with_bands, wordy

from simkit.data import bands
from simkit.output.figures import NARROW, WIDE, durations, durations_alt, image
from simkit.output.figures.style import Paper
from simkit.study.result import Result

RESULTS: tuple[Callable[[], Result], ...] = (tiny, with_bands, what_if, wordy)


@pytest.mark.parametrize("result", RESULTS)
def test_every_label_is_whole_and_clear(result: Callable[[], Result]) -> None:
    check(durations(result()))


@pytest.mark.parametrize("result", RESULTS)
def test_no_bar_reaches_the_label_of_the_limit(result: Callable[[], Result]) -> None:
    figure = durations(result())
    label = next(box for text, box in boxes(figure) if text.startswith("day 45:"))
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for bar in figure.axes[0].patches:
        if not isinstance(bar, StepPatch):
            assert not bar.get_window_extent(renderer).overlaps(label)


def test_areas_are_shares_and_days_are_to_scale() -> None:
    """The pile before day 45 disappears where bands of 5 and of 10 days are drawn alike."""
    result = with_bands()
    bars = [each for each in durations(result).axes[0].patches if not isinstance(each, StepPatch)]
    assert [bar.get_width() for bar in bars] == [1, 10, 10, 10, 10, 5, 5, 10, 20]
    areas = [bar.get_width() * bar.get_height() for bar in bars]
    assert areas == pytest.approx([band.value for band in result.bands.values()])


def test_it_says_whose_framework_it_is_and_how_days_count() -> None:
    national = replace(with_bands(), experiment=replace(with_bands().experiment, calibration=None))
    words = said(durations(national))
    assert "Hackney, starter: national rules, local framework not known" in words
    assert "the starting day is day 0" in words
    assert "not calibrated to this authority" in words
    assert f"{len(with_bands().assumptions)} assumptions" in words
    assert "Department for Education" in words


def test_published_bands_are_an_outline_over_the_simulated_areas() -> None:
    axes = durations(with_bands()).axes[0]
    (outline,) = [each for each in axes.patches if isinstance(each, StepPatch)]
    values, edges, _ = outline.get_data()
    published = with_bands().experiment.profile.published
    assert published is not None and not outline.get_fill()
    shares = [100 * share for share in published.shares if share is not None]
    assert list(values * np.diff(edges)) == pytest.approx(shares)


def test_the_title_says_up_only_of_what_it_shows_as_more() -> None:
    """2.54% and 2.46% a day are both shown as 2.5%: none is up from the other."""
    found = with_bands()
    before, pile = list(found.bands)[4:6]

    def title(days_31_to_40: float, days_41_to_45: float) -> str:
        shares = {before: days_31_to_40, pile: days_41_to_45}
        bands = {
            name: replace(each, value=shares.get(name, each.value)) for name, each in found.bands.items()
        }
        return durations_alt(replace(found, bands=bands))

    end = "of simulated assessments end on each of days 41 to 45,"
    assert f"2.5% {end} against 2.5% on days" in title(24.6, 12.7)
    assert f"2.6% {end} up from 2.5% on days" in title(24.6, 12.8)


def test_bands_that_are_not_published_are_not_shown_and_it_says_so() -> None:
    figure = durations(tiny())
    assert len(figure.axes[0].patches) == 9
    assert "not published in full" in said(figure)
    assert "simulated and published" not in said(figure)


def test_a_what_if_carries_its_caption() -> None:
    words = said(durations(what_if()))
    assert "What if: No national limit. This changes national timescales that are in force." in words
    assert "day 45: no limit" in words
    assert "Scenario: No national limit" in words


def test_not_settled_is_said() -> None:
    assert "not steady" in said(durations(replace(tiny(), settled=False)))


def test_published_bands_of_a_forerunner_are_named_as_its_own() -> None:
    profile = replace(with_bands().experiment.profile, la_code="943", name="Westmorland and Furness")
    result = replace(with_bands(), experiment=replace(with_bands().experiment, profile=profile))
    assert "Published, Hackney, year to 31 March 2023" in said(durations(result))


TIMES = (0.02, 0.04, 0.07, 0.1, 0.2, 0.8, 1.3, 2.0)
"""What every other published share is multiplied by, so that lines lie near the axis and the simulated."""


@pytest.mark.parametrize("paper", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("result", [with_bands, what_if, tiny])
def test_no_share_stands_on_a_line(result: Callable[[], Result], times: float, paper: Paper) -> None:
    """Halton's simulated 16% stood in a white box upon its published line of 19%, as if it were its label."""
    found, published = result(), bands("204", 2023)
    assert published is not None
    counts = (band.value * (times if n % 2 else 1) for n, band in enumerate(found.bands.values()))
    outline = replace(published, counts=tuple(counts))
    profile = replace(found.experiment.profile, published=outline)
    narrow = {
        name: replace(band, low=0.95 * band.value, high=1.05 * band.value)
        for name, band in found.bands.items()
    }
    experiment = replace(found.experiment, profile=profile)
    figure = durations(replace(found, experiment=experiment, bands=narrow), paper=paper)
    labels = [box for text, box in boxes(figure) if re.fullmatch(r"(\d+|<1)%", text)]
    axes = figure.axes[0]
    (outline_drawn,) = [each for each in axes.patches if isinstance(each, StepPatch)]
    steps = outline_drawn.get_path().transformed(outline_drawn.get_transform())
    (intervals,) = axes.collections
    lines = [path.transformed(axes.transData) for path in intervals.get_paths()]
    assert len(labels) >= 5
    for label in labels:
        assert not any(line.intersects_bbox(label, filled=False) for line in (steps, *lines))


def test_the_text_alternative_is_one_line_with_every_band() -> None:
    text = durations_alt(with_bands())
    assert "\n" not in text
    assert len(re.findall(r"\d+\.\d% \(published \d+\.\d%\)", text)) == 9
    assert "simulated (in brackets: published, year to 31 March 2023): same day" in text
    assert "published" not in durations_alt(tiny())


def test_the_same_figure_gives_the_same_files() -> None:
    for kind in ("png", "svg"):
        assert image(durations(with_bands()), kind, "x") == image(durations(with_bands()), kind, "x")


def test_an_image_is_what_its_ending_says() -> None:
    from matplotlib.image import imread

    assert imread(io.BytesIO(image(durations(tiny()), "png", ""))).shape[1] == 1050
    assert image(durations(tiny()), "svg", "").lstrip().startswith(b"<?xml")


def test_an_image_carries_its_text_alternative() -> None:
    for kind in ("png", "svg"):
        assert b"A figure of days" in image(durations(tiny()), kind, "A figure of days")


def test_figures_leave_pyplot_alone() -> None:
    import matplotlib.pyplot as plt

    durations(tiny())
    assert plt.get_fignums() == []
