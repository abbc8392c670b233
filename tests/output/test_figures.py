"""Figures: they say whose and what, everything fits, and nothing lies over anything else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from results import tiny, what_if, with_bands, wordy

from simkit.output.figures import durations, durations_alt, image
from simkit.study.result import Result

RESULTS: tuple[Callable[[], Result], ...] = (tiny, with_bands, what_if, wordy)


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every piece of text that shows, with the place it takes."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    figure.draw(renderer)
    shown = (
        t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_visible() and t.get_text().strip()
    )
    return [(text.get_text(), text.get_window_extent(renderer)) for text in shown]


def said(figure: Figure) -> str:
    """All that a figure says, in one line."""
    return " ".join(" ".join(text.split()) for text, _ in boxes(figure))


@pytest.mark.parametrize("result", RESULTS)
def test_no_label_is_cut(result: Callable[[], Result]) -> None:
    figure = durations(result())
    width, height = figure.canvas.get_width_height()
    for text, box in boxes(figure):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text


@pytest.mark.parametrize("result", RESULTS)
def test_no_label_lies_over_another(result: Callable[[], Result]) -> None:
    found = boxes(durations(result()))
    for number, (text, box) in enumerate(found):
        for other, place in found[number + 1 :]:
            assert not box.overlaps(place), f"{text!r} over {other!r}"


@pytest.mark.parametrize("result", RESULTS)
def test_no_bar_reaches_the_label_of_the_limit(result: Callable[[], Result]) -> None:
    figure = durations(result())
    axes = figure.axes[0]
    label = next(
        box for text, box in boxes(figure) if text.endswith(("national limit", "at 45 working days"))
    )
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for bar in axes.patches:
        assert not bar.get_window_extent(renderer).overlaps(label)


def test_it_says_whose_framework_it_is_and_how_days_count() -> None:
    national = replace(with_bands(), experiment=replace(with_bands().experiment, calibration=None))
    words = said(durations(national))
    assert "Hackney, starter: national rules, local framework not known" in words
    assert "for limits the starting day is day 0" in words
    assert "not calibrated to this authority" in words
    assert f"{len(with_bands().assumptions)} numbers behind the simulation are assumptions" in words
    assert "Department for Education" in words and "Open Government Licence" in words


def test_published_bands_are_hatched_so_that_print_tells_them_apart() -> None:
    axes = durations(with_bands()).axes[0]
    hatches = {bar.get_hatch() for bar in axes.patches}
    assert hatches == {None, "///"}
    shares = [bar.get_height() for bar in axes.patches if bar.get_hatch()]
    published = with_bands().experiment.profile.published
    assert published is not None
    assert shares == pytest.approx([100 * share for share in published.shares if share is not None])


def test_bands_that_are_not_published_are_not_shown_and_it_says_so() -> None:
    figure = durations(tiny())
    assert len(figure.axes[0].patches) == 9
    assert "not published in full" in said(figure)


def test_a_what_if_carries_its_caption() -> None:
    words = said(durations(what_if()))
    assert "What if: No national limit. This changes national timescales that are in force." in words
    assert "no limit at 45 working days" in words
    assert "Scenario: No national limit" in words


def test_not_settled_is_said() -> None:
    assert "Not steady" in said(durations(replace(tiny(), settled=False)))


def test_published_bands_of_a_forerunner_are_named_as_its_own() -> None:
    profile = replace(with_bands().experiment.profile, la_code="943", name="Westmorland and Furness")
    result = replace(with_bands(), experiment=replace(with_bands().experiment, profile=profile))
    assert "Published, Hackney, year to 31 March 2023" in said(durations(result))


def test_the_text_alternative_is_one_line_with_every_band() -> None:
    text = durations_alt(with_bands())
    assert "\n" not in text
    assert len(re.findall(r"\d+\.\d% \(published \d+\.\d%\)", text)) == 9
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
