"""Projections: fitted and scored as by hand, blind to later years, and as good as they are said to be."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from command import Command
from paths import ROOT
from rich.console import Console

from simkit.common.blocks import Table
from simkit.common.errors import SimkitError
from simkit.data import BANDS, PublishedBands, authorities, authority, social_workers, value
from simkit.output.render.terminal import render
from simkit.study.projection.backtest import TARGETS, Backtest, backtest
from simkit.study.projection.conditions import MOST, conditions
from simkit.study.projection.history import TOO_SMALL, History, existed, origins, published, reorganised_with
from simkit.study.projection.predictors import Predictor, past_pairs
from simkit.study.projection.project import project, shape
from simkit.study.projection.regression import least_squares_line, logit, quantile_regression, share_of
from simkit.study.projection.scores import band_distance, coverage, interval_score, mean_absolute_error
from simkit.study.projection.simulated_change import (
    MOST_ODDS,
    SimulatedChange,
    _scenario,
    pairs_needed,
    simulate,
    simulated_changes,
)
from tools.docs import projection_page

# Regressions, by hand


def test_least_squares_line_goes_through_points_on_a_line() -> None:
    constant, slope = least_squares_line(np.array([1.0, 2.0, 4.0]), np.array([5.0, 7.0, 11.0]))
    assert (constant, slope) == pytest.approx((3.0, 2.0))


def test_least_squares_line_by_hand() -> None:
    """Means 1 and 2; products of deviations sum to 3, squares to 2: slope 1.5, constant 0.5."""
    constant, slope = least_squares_line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 4.0]))
    assert (constant, slope) == pytest.approx((0.5, 1.5))


def test_half_the_quantile_of_a_constant_is_the_median_and_not_the_mean() -> None:
    found = quantile_regression(np.ones((3, 1)), np.array([1.0, 2.0, 9.0]), 0.5, np.zeros(1))
    assert found == pytest.approx([2.0], abs=1e-4)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_a_quantile_leaves_its_share_below(quantile: float) -> None:
    came = np.linspace(0, 100, 1001)
    found = quantile_regression(np.ones((len(came), 1)), came, quantile, np.zeros(1))
    assert found[0] == pytest.approx(100 * quantile, abs=0.3)


def test_one_wild_point_does_not_move_the_median_line() -> None:
    x = np.arange(9.0)
    came = 1 + 2 * x
    came[4] = 500.0
    rows = np.column_stack([np.ones(9), x])
    assert quantile_regression(rows, came, 0.5, np.zeros(2), shrinkage=0.0) == pytest.approx([1, 2], abs=0.01)


def test_a_strong_shrinkage_leaves_the_slope_where_it_is_put_and_the_constant_free() -> None:
    rows = np.column_stack([np.ones(5), np.arange(5.0)])
    found = quantile_regression(rows, 7 + 3 * np.arange(5.0), 0.5, np.array([0.0, 1.0]), shrinkage=1e9)
    assert found[1] == pytest.approx(1.0, abs=1e-6)
    assert found[0] == pytest.approx(7 + 2 * 2, abs=0.05)  # the median of 7 + 2x


def test_log_odds_there_and_back() -> None:
    assert logit(0.5) == 0
    assert share_of(np.array([logit(0.8)]))[0] == pytest.approx(0.8)
    assert math.isfinite(logit(0.0)) and math.isfinite(logit(1.0))


# Scores, by hand


def test_interval_score_by_hand() -> None:
    """Inside: the width, 10. Outside by 5: 10 + 2 / 0.2 x 5 = 60. The mean is 35."""
    low, high, seen = np.array([10.0, 10.0]), np.array([20.0, 20.0]), np.array([15.0, 25.0])
    assert interval_score(low, high, seen) == pytest.approx(35.0)
    assert interval_score(low, high, np.array([15.0, 5.0])) == pytest.approx(35.0)


def test_coverage_counts_the_ends() -> None:
    low, high = np.zeros(4), np.ones(4)
    assert coverage(low, high, np.array([0.0, 1.0, 0.5, 1.1])) == 0.75


def test_mean_absolute_error_by_hand() -> None:
    assert mean_absolute_error(np.array([80.0, 90.0]), np.array([83.0, 85.0])) == 4.0


def test_band_distance_takes_the_first_two_bands_together() -> None:
    one = (0.1, 0.1, 0.8, 0, 0, 0, 0, 0, 0)
    moved = (0.0, 0.2, 0.8, 0, 0, 0, 0, 0, 0)
    later = (0.1, 0.1, 0.0, 0.8, 0, 0, 0, 0, 0)
    assert band_distance(one, moved) == pytest.approx(0.0)
    assert band_distance(one, later) == pytest.approx(0.8)
    assert band_distance((1, *[0] * 8), (*[0] * 8, 1)) == pytest.approx(7.0)


# History and successors


def test_history_ends_where_it_is_cut() -> None:
    assert published().until(2019).years == (2016, 2017, 2018, 2019)


def test_successors_inherit() -> None:
    assert origins("942") == origins("943") == ("909",)
    assert origins("940") == origins("941") == ("928",)
    assert origins("838") == ("835",)
    assert origins("839") == ("836", "837")  # the part of old Dorset is not published apart
    assert origins("204") == ()


def test_two_predecessors_count_by_their_assessments() -> None:
    record = published()
    poole, bournemouth = record.figures["836", 2018], record.figures["837", 2018]
    assert poole.within_45_share is not None and bournemouth.within_45_share is not None
    both = record.of("839", 2018)
    assert both is not None
    total = poole.total + bournemouth.total
    expected = (poole.total * poole.within_45_share + bournemouth.total * bournemouth.within_45_share) / total
    assert both.total == total
    assert both.within_45_share == pytest.approx(expected)


def test_a_successor_is_projected_from_its_predecessor_and_says_so() -> None:
    found = {each.la_code: each for each in project(2023, 2024).projections}
    cumbria = published().figures["909", 2023].within_45_share
    assert cumbria is not None
    for code in ("942", "943"):
        assert found[code].last_pct == pytest.approx(100 * cumbria)
        assert "Its history is that of Cumbria." in found[code].notes


@pytest.mark.parametrize(
    ("name", "first", "had"),
    [
        ("Cumberland", 2023, "Cumbria had 70.4% in the year to March 2023"),
        ("Dorset", 2019, "The earlier Dorset had 84.2% in the year to March 2019"),
        ("839", 2019, "Poole and Bournemouth together had 80.2% in the year to March 2019"),
        ("Rutland", 2023, "It was 89.1% in the year to March 2023"),
    ],
)
def test_a_share_is_said_to_be_that_of_the_authority_it_was_published_for(
    name: str, first: int, had: str
) -> None:
    """Cumberland began in April 2023: "It was 70.4% in the year to March 2023" was Cumbria's share."""
    assert had in project(first, first + 2, [name]).report().answer


def test_the_last_known_year_is_used_and_said_where_the_first_year_is_not_published() -> None:
    """Hackney published nothing for 2021 and 2022."""
    (found,) = project(2022, 2023, ["Hackney"]).projections
    assert project(2022, 2023, "Hackney").projections == (found,), "one name needs no list"
    assert found.last_year == 2020
    assert any("2020" in note for note in found.notes)


# The later year's referrals and staff

COUNTED = ("inpost_fte", "agency_fte")


def test_changes_by_hand() -> None:
    before, after = (value("referrals", "204", year, "referrals") for year in (2023, 2024))
    assert before and after
    given = conditions("204", 2023, 2024)
    assert given.referrals == pytest.approx(math.log(after / before))
    assert given.notes == ()


def test_the_change_of_a_reorganised_authority_is_that_of_all_concerned() -> None:
    assert reorganised_with("942") == ("909", "942", "943")
    parts = [value("referrals", code, 2024, "referrals") for code in ("942", "943")]
    whole = value("referrals", "909", 2023, "referrals")
    assert whole and all(parts)
    given = conditions("942", 2023, 2024)
    assert given.referrals == pytest.approx(math.log(sum(p or 0 for p in parts) / whole))
    assert given == conditions("943", 2023, 2024)


def test_what_is_not_published_is_taken_as_unchanged_and_said() -> None:
    given = conditions("850", 2023, 2024)  # Hampshire's referrals of 2024
    assert given.referrals == 0
    assert any("Referrals of 2024" in note for note in given.notes)


def test_a_change_is_bounded() -> None:
    """Southampton counted 135 social workers in September 2017 and 275 two years later."""
    assert conditions("852", 2018, 2020).staff == MOST
    assert conditions("852", 2018, 2020).notes


def test_staff_are_social_workers_in_post_and_of_agencies() -> None:
    """Not case holders: Cumbria's were returned as 29 in September 2018, between 136 and 192."""
    before, after = (
        sum(value("social_work_workforce", "909", september, column) or 0 for column in COUNTED)
        for september in (2018, 2019)
    )
    assert before and after and 1.1 < after / before < 1.15
    assert conditions("909", 2019, 2020).staff == pytest.approx(math.log(after / before))


def reliability(number: Callable[[str, int], float | None]) -> float:
    """Share of the variation of one-year changes that is no error: were true changes independent from year to
    year and errors too, the correlation of one change with the next would be -(1 - it) / 2.
    """
    codes = [each.la_code for each in authorities() if each.la_code not in TOO_SMALL]
    logs = {
        (code, september): math.log(count)
        for code in codes
        for september in range(2017, 2023)
        if (count := number(code, september))
    }
    changes = {
        (code, year): logs[code, year] - logs[code, year - 1]
        for code, year in logs
        if (code, year - 1) in logs
    }
    both = [
        (change, changes[code, year + 1])
        for (code, year), change in changes.items()
        if (code, year + 1) in changes
    ]
    assert len(both) > 500
    return 1 + 2 * float(np.corrcoef(np.array(both).T)[0, 1])


def test_one_year_changes_of_case_holders_are_mostly_error_and_those_of_social_workers_are_not() -> None:
    """What the choice of the measure rests on: what one September says too much, the next takes back."""
    case_holders = partial(value, "social_work_workforce", column="case_holders_fte")
    assert reliability(case_holders) < 0.25
    assert reliability(social_workers) > 0.75


# Projections


@cache
def scrambled(after: int) -> History:
    """The published record with every figure after a year put in disorder."""
    dice = Random(4)
    figures: dict[tuple[str, int], PublishedBands] = {}
    for key, found in published().figures.items():
        if key[1] > after:
            counts = [float(dice.randrange(1, 500)) for _ in BANDS]
            found = replace(
                found, counts=tuple(counts), total=sum(counts), within_45_share=sum(counts[:6]) / sum(counts)
            )
        figures[key] = found
    return History(figures)


@pytest.mark.parametrize(("first", "target"), [(2019, 2020), (2019, 2021), (2021, 2023)])
@pytest.mark.slow
def test_later_durations_never_change_a_projection(first: int, target: int) -> None:
    assert project(first, target) == project(first, target, history=scrambled(first))


def test_earlier_durations_do() -> None:
    assert project(2021, 2022) != project(2021, 2022, history=scrambled(2019))


def test_models_are_fitted_on_pairs_of_years_up_to_the_first() -> None:
    _, came, years = past_pairs(published().until(2019), 2019, 2, {})
    assert set(years) == {2018, 2019}
    assert len(came) == len(years)


@pytest.mark.parametrize("target", [2024, 2025])
@pytest.mark.slow
def test_every_authority_of_the_later_year_has_a_projection_that_adds_up(target: int) -> None:
    found = project(2023, target)
    assert {each.la_code for each in found.projections} == {
        each.la_code for each in authorities() if existed(each, target)
    }
    for each in found.projections:
        assert 0 < each.p10 < each.p50 < each.p90 < 100
        assert sum(each.bands) == pytest.approx(100)
        assert sum(each.bands[:6]) == pytest.approx(each.p50)
        assert all(low <= high for low, high in zip(each.bands_low, each.bands_high, strict=True))


def test_more_referrals_and_fewer_staff_are_not_said_to_help() -> None:
    """The signs that the fit gives: published changes of workload move shares little, and this way."""
    found = {name: middle for name, (_, middle, _) in project(2023, 2024).coefficients}
    assert found["referrals"] < 0 < found["staff"]
    assert 0 < found["last"] < 1


def test_the_shape_is_mostly_the_authoritys_own() -> None:
    past = published().until(2023)
    own = past.figures["908", 2023]
    assert own.complete and own.within_45_share
    nine = shape(past, "908", own.within_45_share)
    assert band_distance(nine, [s or 0.0 for s in own.shares]) < 0.15
    assert nine != own.shares


@pytest.mark.parametrize(
    ("first", "target", "names", "words"),
    [
        (2023, 2023, [], "does not come after"),
        (2026, 2027, [], "up to the year to 31 March 2025"),
        (2016, 2018, [], "The first that can is 2018"),
        (2023, 2024, ["Cumbria"], "Cumberland and Westmorland and Furness"),
        (2018, 2019, ["Cumberland"], "from 2024"),
        (2023, 2024, ["Knowsly"], "Knowsley"),
    ],
)
def test_what_cannot_be_projected_is_said(first: int, target: int, names: list[str], words: str) -> None:
    with pytest.raises(SimkitError, match=words):
        project(first, target, names)


def test_years_without_published_referrals_are_said() -> None:
    found = project(2023, 2026, ["Kent"])
    assert any("2026" in note for note in (*found.notes, *found.projections[0].notes))
    assert found.projections[0].referrals_change_pct == 0


# Simulated changes


def test_a_simulated_change_is_a_bounded_difference_of_log_odds() -> None:
    assert SimulatedChange("204", 2022, 2023, 80.0, 80.0).log_odds == 0
    assert SimulatedChange("204", 2022, 2023, 80.0, 50.0).log_odds == pytest.approx(-math.log(4))
    assert SimulatedChange("204", 2022, 2023, 80.0, 0.0).log_odds == -MOST_ODDS


def test_the_same_referrals_and_staff_simulate_to_no_change_and_the_same_seed_to_the_same() -> None:
    """Rutland; and Hampshire's 2024 referrals are not published, so only its staff changes."""
    pairs = [("857", 2022, 2023)]
    (one,) = simulate(pairs, published(), replications=1, engine="simpy", workers=1)
    (two,) = simulate(pairs, published(), replications=1, engine="simpy", workers=1)
    assert one == two
    assert 0 < one.before <= 100 and 0 < one.after <= 100
    (further,) = simulate([("857", 2022, 2027)], published(), replications=1, engine="simpy", workers=1)
    assert further.before == one.before == further.after


def test_what_is_simulated_is_the_change_of_all_social_workers() -> None:
    """The case holders in assessment work change in proportion to it, whatever was published of them."""
    before, after = social_workers("909", 2018), social_workers("909", 2019)
    changed = _scenario("909", 2019, 2020)
    assert before and after and changed is not None
    assert changed.workforce["case_holders"].of(100.0) == pytest.approx(100 * after / before, abs=0.01)


def test_the_years_to_simulate() -> None:
    pairs = pairs_needed([2023], [1])
    assert ("942", 2023, 2024) in pairs and ("909", 2023, 2024) not in pairs
    assert len(pairs) == sum(existed(each, 2024) for each in authorities())


# The back-test


@pytest.fixture(scope="module")
def tested() -> Backtest:
    return backtest()


@pytest.mark.parametrize("ahead", TARGETS)
@pytest.mark.parametrize("way", [Predictor.REGRESSION, Predictor.BOTH])
def test_projections_are_no_worse_than_a_line_on_the_last_known_year(
    tested: Backtest, ahead: int, way: Predictor
) -> None:
    ours, line = tested.score(way, ahead), tested.score(Predictor.LAST_YEAR, ahead)
    assert ours.number == line.number > 500
    assert ours.error <= 1.02 * line.error
    assert ours.interval <= line.interval
    assert 0.75 <= ours.held <= 0.85
    assert 0.75 <= ours.bands_held <= 0.85


def test_the_benchmark_is_what_it_is_known_to_be(tested: Backtest) -> None:
    to_2023 = [
        s for s in tested.by_year if (s.predictor, s.ahead) == (Predictor.LAST_YEAR, 1) and s.target <= 2023
    ]
    error = np.average([s.error for s in to_2023], weights=[s.number for s in to_2023])
    assert error == pytest.approx(5.9, abs=0.15)
    assert 6.6 <= tested.score(Predictor.LAST_YEAR, 2).error <= 7.6


@pytest.mark.slow
def test_what_the_simulation_adds_is_published_as_it_is(tested: Backtest) -> None:
    """The committed page has the scores of the data and code beside it, the simulation's among them."""
    said = "python -m tools.docs.projection_page docs"
    page = projection_page.page(tested)
    committed = ROOT / "docs" / "projection.md"
    assert committed.read_text(encoding="utf-8") == page, said
    for ahead in TARGETS:
        for way in (Predictor.REGRESSION, Predictor.SIMULATION, Predictor.BOTH):
            assert f"| {way.words} | {tested.score(way, ahead).error:.2f} |" in page


def test_the_simulated_changes_cover_the_years_scored(tested: Backtest) -> None:
    assert tested.simulated > 0.95


def test_the_years_scored(tested: Backtest) -> None:
    assert {(s.ahead, s.target) for s in tested.by_year} == {(1, y) for y in range(2018, 2026)} | {
        (2, y) for y in range(2020, 2026)
    }


# The command


@pytest.mark.slow
def test_the_table_has_the_columns_that_were_promised(simkit: Command, tmp_path: Path) -> None:
    file = tmp_path / "projected.csv"
    ran = simkit("project", "--from", 2023, "--to", 2024, "--all", "--out", file)
    assert ran.code == 0
    assert "onditional projection" in ran.out
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["la_code", "la_name", "year", "p10", "p50", "p90", *(f"{b}_pct" for b in BANDS)]
    assert len(rows) == 1 + sum(existed(each, 2024) for each in authorities())
    for row in rows[1:]:
        assert authority(row[0]).name == row[1]
        assert row[2] == "2024"
        numbers = [float(cell) for cell in row[3:]]
        assert numbers[0] <= numbers[1] <= numbers[2]
        assert sum(numbers[3:]) == pytest.approx(100, abs=0.1)
        assert sum(numbers[3:9]) == pytest.approx(numbers[1], abs=0.1)
    assert list(tmp_path.iterdir()) == [file]


def test_one_authority_in_the_terminal(simkit: Command) -> None:
    ran = simkit("project", "hackney", "--from", 2023, "--to", 2025)
    assert ran.code == 0
    assert "conditional projection of the year to 31 March 2025 from 2023" in ran.out
    assert "8 of 10 in" in ran.out


def test_the_first_screen_does_not_claim_figures_of_a_year_that_has_none(simkit: Command) -> None:
    ran = simkit("project", "hackney", "--from", 2024, "--to", 2031)
    assert "with that year's referrals and staff if published. It was 82.0%" in " ".join(ran.out.split())


def test_json_holds_everything(simkit: Command) -> None:
    ran = simkit("project", "hackney", "--from", 2023, "--to", 2024, "--format", "json")
    shown = json.loads(ran.out)
    (one,) = shown["projections"]
    assert shown["what"] == "conditional projection"
    assert one["la_code"] == "204" and one["p10"] < one["p50"] < one["p90"]
    assert set(one["bands"]) == {f"{name}_pct" for name in BANDS}


def test_the_year_before_is_not_used_though_it_is_published(simkit: Command) -> None:
    ran = simkit("project", "hackney", "--from", 2022, "--to", 2023, "--full")
    assert "The durations published for 2023 were not used." in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("hackney",), 2, "--from 2023 --to 2024"),
        (("--from", "2023", "--to", "2024"), 2, "--all"),
        (("hackney", "--all", "--from", "2023", "--to", "2024"), 2, "not both"),
        (("hackney", "--from", "x", "--to", "2024"), 2, "whole number"),
        (("hackney", "--from", "2023", "--to", "2022"), 1, "does not come after"),
        (("cumbria", "--from", "2023", "--to", "2024"), 1, "Cumberland"),
        (("nowhere", "--from", "2023", "--to", "2024"), 1, "No authority"),
        (("--all", "--from", "2023", "--to", "2024", "--out", "p.pdf"), 1, "ends in"),
        (("--all", "--from", "2023", "--to", "2024", "--out", "no-such/p.csv"), 1, "does not exist"),
        (("--back-test", "--all"), 2, "--back-test"),
        (("hackney", "--from", "2023", "--to", "2024", "--predictor", "magic"), 2, "regression"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    simkit: Command, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ran = simkit("project", *arguments)
    assert ran.code == code
    assert words in ran.err
    assert "Traceback" not in ran.out + ran.err


def test_what_was_not_simulated_is_not_projected_with_the_simulation() -> None:
    with pytest.raises(SimkitError, match="was not simulated"):
        project(2023, 2030, predictor="both", changes=simulated_changes())


def test_the_back_test_on_the_command_line(
    simkit: Command, tmp_path: Path, tested: Backtest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.study.projection.backtest.backtest", lambda **_: tested)
    file = tmp_path / "scores.csv"
    ran = simkit("project", "--back-test", "--out", file)
    assert ran.code == 0
    assert "regression alone" in ran.out
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert {row["predictor"] for row in rows} == {way.value for way in Predictor}


def test_no_coverage_is_claimed_of_an_authority_that_the_back_test_leaves_out() -> None:
    def told(name: str) -> str:
        console = Console(file=io.StringIO(), width=200)
        console.print(render(project(2022, 2023, [name]).report()))
        return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]

    assert "8 of 10 years" in told("Hackney")
    assert "8 of 10 years" not in told("Isles of Scilly")
    assert "those of larger authorities" in told("Isles of Scilly")


def test_a_projection_says_on_every_page_what_it_is() -> None:
    """Its page had an empty banner."""
    assert project(2024, 2025, ["portsmouth"]).report().standing.endswith("Not a forecast.")


def test_published_bands_stand_beside_projected_ones() -> None:
    """Their columns were empty. Birmingham 2023: 530 of 17,602 on the same day."""
    (section,) = project(2022, 2023, ["birmingham"]).report().sections
    (table,) = section.blocks
    assert isinstance(table, Table)
    for column, year in ((1, 2022), (4, 2023)):
        known = published().of("330", year)
        assert known is not None and known.complete
        assert [row[column] for row in table.rows[1:]] == [f"{100 * (s or 0):.1f}%" for s in known.shares]
    (later,) = project(2024, 2025, ["birmingham"]).report().sections
    (table,) = later.blocks
    assert isinstance(table, Table)
    assert {row[4] for row in table.rows[1:]} == {"-"}, "not published of 2025"


def test_what_was_published_reads_as_inside_the_range_only_where_it_is() -> None:
    """Portsmouth's 97.8% of 2025 lies above 97.6%, and read as within "between 88% and 98%"."""
    answer = project(2024, 2025, ["portsmouth"]).report().answer
    assert "between 88.2% and 97.6% of assessments" in answer
    assert "published since: 97.8%" in answer
