"""Published figures side by side: intervals hold, verdicts count their comparisons, mergers stand apart."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from scipy.stats import binom, norm
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.common.errors import SimkitError
from simkit.data import authorities, authority, value
from simkit.study.evidence.evidence import SIBLINGS
from simkit.study.nation import MEASURES, Nation, authority_years, chance_limits, nation, wilson, years_of


@pytest.fixture(scope="module")
def late() -> Nation:
    return nation(year=2022)


@pytest.mark.parametrize("count", [40, 1_000])
@pytest.mark.parametrize("share", [0.03, 0.2, 0.5])
def test_the_interval_of_a_share_holds_it_about_as_often_as_it_says(share: float, count: int) -> None:
    numbers = np.arange(count + 1)
    held = [low <= 100 * share <= high for low, high in (wilson(k / count, count) for k in numbers)]
    assert binom.pmf(numbers, count, share)[held].sum() == pytest.approx(0.95, abs=0.03)


def test_an_interval_stays_within_what_is_possible() -> None:
    assert wilson(0, 10)[0] == 0
    assert wilson(1, 10)[1] == pytest.approx(100)
    assert chance_limits(0.02, 5) == (
        0,
        pytest.approx(100 * (0.02 + 1.959964 * (0.02 * 0.98 * 2 / 5) ** 0.5)),
    )


def test_every_authority_of_the_year_is_shown_or_named_as_missing(late: Nation) -> None:
    shown = {each.authority.la_code for each in late.standings} | {each.la_code for each in late.missing}
    assert shown == {each.la_code for each in authorities() if each.existed(2022)}
    assert [each.name for each in late.missing] == ["Hackney"]


def test_figures_are_the_published_ones(late: Nation) -> None:
    for each in late.standings:
        within = value("assessments_timeliness", each.authority.la_code, 2022, "within_45_days_pct")
        assert within is not None
        assert each.figure.value == pytest.approx(100 - within)
    assert late.median == median(each.figure.value for each in late.standings)


def test_verdicts_are_those_of_holm(late: Nation) -> None:
    share = late.median / 100
    chances = {}
    for each in late.standings:
        deviation = np.sqrt(share * (1 - share) * SIBLINGS / (each.figure.children or np.nan))
        chances[each.authority.la_code] = 2 * norm.sf(abs(each.figure.value / 100 - share) / deviation)
    named = [each.authority.la_code for each in late.standings if each.side]
    rest = [each.authority.la_code for each in late.standings if not each.side]
    assert max(chances[code] for code in named) <= 0.05 / (len(rest) + 1)
    assert min(chances[code] for code in rest) > 0.05 / len(rest)
    assert all(np.sign(e.figure.value - late.median) == e.side for e in late.standings if e.side)


def test_the_shares_of_chance_are_left_alone() -> None:
    """Where all authorities share one chance, almost none is named."""
    random = np.random.default_rng(3)
    named = 0
    for _ in range(200):
        shares = random.binomial(1_000, 0.2, 150) / 1_000
        deviation = np.sqrt(0.2 * 0.8 / 1_000)
        named += min(2 * norm.sf(abs(shares - np.median(shares)) / deviation)) < 0.05 / 150
    assert named / 200 < 0.1


def test_a_new_authority_is_shown_beside_those_it_came_from() -> None:
    years = authority_years("Dorset")
    assert years.figures[0].year == 2020
    assert list(years.earlier) == ["Dorset to 2019"]
    assert [each.year for each in years.earlier["Dorset to 2019"]] == [2016, 2017, 2018, 2019]


def test_editions_are_marked_in_the_year_in_which_they_began() -> None:
    assert {each.title: each.year for each in authority_years("leeds").editions}["2018"] == 2019


def test_a_year_without_a_figure_is_a_gap_and_said() -> None:
    years = authority_years("hackney")
    assert {2021, 2022}.isdisjoint(each.year for each in years.figures)
    assert "Not published: 2021, 2022." in years.report().cautions


def test_years_before_the_first_figure_and_after_the_last_are_gaps_too() -> None:
    """The page of the City of London named three gaps beside a figure of 2020, and none of the five since."""
    years = authority_years("city-of-london", "icpc_over_15_days_pct")
    assert [figure.year for figure in years.figures] == [2016, 2020]
    gaps = tuple(year for year in range(2013, 2026) if year not in (2016, 2020))
    assert years.not_published == gaps
    assert f"Not published: {', '.join(map(str, gaps))}." in years.report().cautions
    assert list(years.england) == list(range(2013, 2026))
    # An authority is missing in no year in which it was not there, and none is missing before it.
    assert authority_years("northamptonshire").not_published == ()
    assert authority_years("cumberland").not_published == ()


def test_a_median_is_shown_where_the_number_of_assessments_is_suppressed() -> None:
    """The Isles of Scilly have a published median of 23 days in 2018, and no published number."""
    years = authority_years("isles-of-scilly", "median_days")
    assert {figure.year: figure.value for figure in years.figures}[2018] == 23
    assert years.not_published == (2019,)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.slow
def test_every_measure_has_every_form(measure: str) -> None:
    answer = nation(measure, year=years_of(MEASURES[measure])[-1])
    assert str(answer.median) in str(answer.to_dict())
    assert len(answer.to_frame()) == len(answer.standings)
    for picture in answer.report().pictures():
        assert 0 < len(picture.alt) <= 150
        assert picture.svg.startswith(b"<?xml")
    one = authority_years(authority("rutland"), measure)
    assert len(one.to_frame()) == len(one.figures)
    assert one.figure().axes


def test_what_has_no_count_has_no_interval_and_no_verdict() -> None:
    assert {(each.figure.low, each.side) for each in nation("median_days", year=2022).standings} == {
        (None, 0)
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "2011"], "2016 to"),
        (["--measure", "drift"], "choose over_45_days_pct"),
        (["hackney", "--year", "2020"], "leave out --year"),
        (["atlantis"], "No authority"),
    ],
)
def test_wrong_questions_get_a_sentence(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["nation", *arguments])
    assert result.exit_code in (1, 2)
    assert words in result.output


def test_an_unknown_measure_is_an_error_that_names_the_known() -> None:
    with pytest.raises(SimkitError, match="median_days"):
        nation("over_45")


def test_an_authority_has_the_place_that_all_of_its_year_give_it(late: Nation) -> None:
    middle = late.standings[len(late.standings) // 2]
    own = authority_years(middle.authority)
    assert own.rank_year == 2024  # the newest year in which the number of assessments is published
    rank = next(s.rank for s in nation(year=2024).standings if s.authority == middle.authority)
    assert own.rank == rank
    for number, each in enumerate(late.standings, 1):
        assert each.rank is not None
        assert each.rank.low <= each.rank.place <= number
        assert each.rank.place <= each.rank.high <= len(late.standings)


def test_what_an_authority_went_into_is_named() -> None:
    assert [each.name for each in authority_years("Cumbria").later] == [
        "Cumberland",
        "Westmorland and Furness",
    ]
    assert authority_years("Cumberland").later == ()
