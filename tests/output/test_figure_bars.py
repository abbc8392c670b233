"""Bars of a table: every number has its bar, its name and its place in the words."""

from __future__ import annotations

import pandas as pd
import pytest
from figure_checks import check, contrast, said
from figure_values import WORDS
from matplotlib.colors import to_hex

from simkit.output import figures

LONG = "A name of a timescale that is so long that it has to be broken into several lines to fit"
COUNTS = pd.DataFrame({"frameworks": [3, 12, 1]}, index=["First review", LONG, "Child seen"])
TWO = pd.DataFrame(
    {"as published": [20.0, 31.25, None], "a quarter vacant": [26.5, None, 0.04]},
    index=["Wirral", LONG, "St. Helens"],
)


@pytest.mark.parametrize("table", [COUNTS, TWO, TWO.iloc[:1], pd.concat([TWO] * 8)])
@pytest.mark.slow
def test_the_figure_is_whole(table: pd.DataFrame) -> None:
    figure = figures.bars(table, "over 45 working days, % of children referred", WORDS)
    check(figure)
    assert "over 45 working days, % of children referred" in said(figure)


def test_each_number_is_a_bar_as_long_as_it_in_the_order_of_the_table() -> None:
    figure = figures.bars(TWO, "%", WORDS)
    bars = figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [20.0, 31.25, 26.5, 0.04]
    heights = [bar.get_y() for bar in bars]
    assert heights[:2] == sorted(heights[:2]) and heights[2:] == sorted(heights[2:])
    assert said(figure).count("no value") == 2  # not a bar of zero


def test_two_columns_are_told_apart_without_colour() -> None:
    bars = figures.bars(TWO, "%", WORDS).axes[0].patches
    dark, light = (to_hex(bars[number].get_facecolor()) for number in (0, -1))
    assert contrast(dark, light) > 4.5
    words = said(figures.bars(TWO, "%", WORDS))
    assert "as published" in words and "a quarter vacant" in words


def test_the_words_hold_every_number_and_say_where_there_is_none() -> None:
    assert figures.bars_alt(COUNTS, "frameworks", WORDS) == (
        f"{WORDS.title}. frameworks. First review: 3; {LONG}: 12; Child seen: 1."
    )
    assert figures.bars_alt(TWO, "%", WORDS).endswith(
        "Wirral: as published 20, a quarter vacant 26.5; "
        f"{LONG}: as published 31.2, a quarter vacant no value; "
        "St. Helens: as published no value, a quarter vacant 0.04."
    )
    assert figures.in_words(figures.bars(TWO, "%", WORDS)) == figures.bars_alt(TWO, "%", WORDS)


@pytest.mark.parametrize("table", [COUNTS.iloc[:0], COUNTS[[]], pd.concat([TWO, TWO], axis=1)])
def test_what_is_no_bars_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="one or two columns"):
        figures.bars(table, "%", WORDS)
