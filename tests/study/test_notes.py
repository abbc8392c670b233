"""What is said beside a result is collected in one place, and every output and the result itself say it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from results import tiny, with_bands

from simkit.data import authorities, bands, value
from simkit.framework.check import load
from simkit.model.inputs.calibration import Calibration, Range, calibration
from simkit.model.inputs.profile import profile
from simkit.model.workload.open_cases import OpenCases
from simkit.output.answers.result import tables
from simkit.output.answers.result.measures import heading
from simkit.output.answers.result.published import (
    area_figures,
    only_published,
    peers_of,
    published_columns,
    published_measures,
)
from simkit.output.answers.result.report import checks
from simkit.output.figures import durations_alt
from simkit.study.calibrate.intervals import FORM
from simkit.study.experiment import experiment, run_experiment
from simkit.study.indicators import indicators
from simkit.study.notes import level, notes_of, practice_notes
from simkit.study.result import IN_TIME, Experiment, Result


@cache
def own_start() -> Result:
    """The year after the caseload's, begun with three open assessments."""
    mine = OpenCases(np.zeros(3, dtype=np.int64), np.array([3, 20, 60], dtype=np.int64))
    return run_experiment(
        experiment("rutland", year=2022, open_cases=mine), replications=2, engine="simpy", workers=1
    )


def noted(experiment: Experiment, result: Result) -> Result:
    """A result as if it came from another experiment, with what must be known of that."""
    changed = replace(result, experiment=experiment)
    return replace(changed, notes=notes_of(changed))


def of_cumbria() -> Result:
    """A new authority beside the published figures of the one it came from."""
    published = bands("909", 2023)
    profile = replace(
        tiny().experiment.profile, name="Westmorland and Furness", la_code="943", published=published
    )
    return noted(replace(tiny().experiment, profile=profile, calibration=None), tiny())


def fitted_to_own() -> Result:
    own = calibration("204", 2023)
    assert own is not None
    own = replace(own, fitted_to="cin-census", fit={"within_45_own_pct": 81.0, "median_own_days": 40.0})
    return noted(replace(with_bands().experiment, calibration=own, own_caseload=True), with_bands())


def of_another_year(area: str, year: int) -> Result:
    """A result told of another authority and year."""
    changed = replace(
        tiny().experiment,
        framework=load(area),
        profile=profile(area, year),
        calibration=None,
    )
    return noted(changed, tiny())


def test_beside_a_simulated_figure_stands_that_years_where_it_is_published() -> None:
    """Hackney's and England's shares of 2025 are published, and so are their conferences."""
    result = of_another_year("hackney", 2025)
    share, median, *_, conferences = published_measures(result)
    assert (share.year, share.own, share.england) == (2025, pytest.approx(90.4), pytest.approx(85.7))
    assert (median.year, median.own, conferences.year) == (2024, 40, 2025)
    assert " ".join(str(result).split()).count("Within 45 working days (2025)") == 1
    assert "for the years to 31 March in brackets" in " ".join(str(result).split())
    assert "Published for Hackney 90.4%" in result.report().answer
    assert "published for Hackney)" in "".join(level(result)) and "90%" in "".join(level(result))
    assert [each.own for each in indicators(result) if each.measure == share.estimate.name] == [share.own]
    with_2024 = of_another_year("hackney", 2024)
    assert {row.year for row in published_measures(with_2024)} == {2024}
    assert "Median, working days (2024)" not in str(with_2024)


def test_a_published_figure_of_another_year_says_so() -> None:
    """City of London: no share of 2025 is published."""
    result = of_another_year("city-of-london", 2025)
    assert {row.year for row in published_measures(result)} == {2024}
    assert all(row["year"] == 2024 for row in result.to_dict()["published"]["measures"].values())
    assert "Published for the year to 31 March 2024: City of London 81.8%, its" in result.report().answer
    assert "published for the year to 31 March 2024" in str(result)


@pytest.mark.parametrize("year", [2018, 2023, 2024, 2025])
def test_every_published_figure_is_of_the_year_that_it_names(year: int) -> None:
    """The caseload's where the authority's own is published for that; else that of its durations."""
    for place in authorities():
        if not value("referrals", place.la_code, year, "referrals"):
            continue
        caseload = profile(place.la_code, year)
        for name, areas in area_figures(peers_of(caseload)).items():
            if name == IN_TIME:
                table, column = "assessments_timeliness", "within_45_days_pct"
            elif name == "published_icpc_within_15_days_pct":
                table, column = "section47_icpc", "icpc_within_15_days_pct"
            else:
                table, column = "assessments_duration", name.removeprefix("published_")
            assert areas.own == pytest.approx(value(table, place.la_code, areas.year, column)), place.name
            if value(table, place.la_code, year, column) is not None:
                assert areas.year == year, (place.name, name)


def test_a_bad_fit_is_said_once_whatever_else_is() -> None:
    """Oxfordshire's practice fits badly; with a level that is off as well, that comes first."""
    fits_badly = experiment("oxfordshire", year=2024)
    for result in (noted(fits_badly, tiny()), noted(fits_badly, with_bands())):
        assert sum("more than twice what chance explains" in note for note in result.notes) == 1
        report = result.report()
        said = [note for note in (*report.doubts, *report.cautions) if "what chance explains" in note]
        assert len(said) == 1
        assert any(note.startswith("Practice calibrated to Oxfordshire's") for note in report.cautions)
    assert sum("what chance explains" in note for note in practice_notes(fits_badly)) == 1


def test_no_change_against_a_year_that_was_not_simulated() -> None:
    change = own_start().measures["open_change"]
    assert isnan(change.value) and isnan(change.low) and isnan(change.year_high)
    assert change.replications == 0 and "no value where it begins with the authority's own" in change.of
    assert own_start().to_dict()["measures"]["open_change"]["value"] is None
    frame = tables.measures(own_start()).set_index("measure")
    assert list(frame["value"].isna()["open_change":"open_change"]) == [True]
    assert not isnan(tiny().measures["open_change"].value)


def test_the_year_is_the_simulated_one_and_both_are_named() -> None:
    week = tables.weekly(own_start())
    assert set(week["time_period"]) == {"202223"} and set(week["year"]) == {2023}
    assert str(week["week_ending"].iloc[0]) == "2022-04-07"
    assert set(tables.weekly(tiny())["year"]) == {tiny().experiment.profile.year}
    plain = own_start().to_dict()
    assert (plain["year"], plain["time_period"], plain["caseload_year"]) == (2023, "202223", 2022)
    said = dict(heading(own_start()))
    assert said["Simulated"].startswith("1 April 2022 to 31 March 2023; it begins with")
    assert "year to 31 March 2022" in said["Caseload"]
    assert "Simulated: 1 April 2022 to 31 March 2023" in own_start().report().subtitle
    assert "Simulated" not in dict(heading(tiny()))
    assert "about the same" not in said["Runs"] and "steady" not in said["Runs"]
    (check,) = [each for each in checks(own_start()) if "steady" in each.what]
    assert check.details.startswith("not checked")


def test_that_nothing_is_late_at_the_start_stands_next_to_the_answer() -> None:
    (note,) = [
        each for each in own_start().notes if "begins with the authority's own open assessments" in each
    ]
    assert "comes out higher" in note and note.endswith(
        "don't compare it with a run that begins without them."
    )
    printed = str(own_start())
    first = " ".join(printed[: printed.index("Children in the simulated year")].split())
    assert "No work is late or waiting on the first day" in first


@pytest.mark.parametrize("which", [own_start, of_cumbria, fitted_to_own])
@pytest.mark.slow
def test_every_output_says_what_the_result_says(which: object, tmp_path: Path) -> None:
    result = which()  # type: ignore[operator]
    notes = result.notes
    assert len(set(notes)) == len(notes)
    assert result.to_dict()["notes"] == list(notes)
    report = result.report()
    assert {*report.doubts, *report.cautions} == set(notes)
    assert indicators(result).to_dict()["notes"] == list(indicators(result).report().cautions)
    printed, shown = "".join(str(result).split()), result._repr_html_()
    for note in notes:
        assert "".join(note.split()) in printed.replace("│", "")
        assert note.replace("'", "&#x27;") in shown or note in shown
    openpyxl = pytest.importorskip("openpyxl")
    result.save(tmp_path / "out.xlsx")
    cells = [str(row[0].value) for row in openpyxl.load_workbook(tmp_path / "out.xlsx")["Summary"]]
    for note in notes:
        assert sum(cell.removeprefix("Caution: ") == note for cell in cells) == 1
    result.save(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["notes"] == list(notes)


def test_a_level_that_is_off_is_among_the_notes_of_the_result() -> None:
    assert "published for Cumbria" in of_cumbria().notes[0]
    assert "read differences between scenarios, not levels" in of_cumbria().notes[0]


def test_published_figures_of_a_predecessor_carry_its_name() -> None:
    result = of_cumbria()
    for frame in (tables.beside(result), tables.bands(result), indicators(result).to_frame()):
        assert set(frame["la_name"]) == {"Westmorland and Furness"}
        assert set(frame["published_for"]) == {"Cumbria"}
    assert "(published for Cumbria " in durations_alt(result)
    assert "for Hackney" not in durations_alt(with_bands())
    assert "Cumbria" in published_columns(result) and result.experiment.profile.name not in published_columns(
        result
    )
    table = indicators(result).report().sections[0].blocks[0]
    assert "Cumbria, published" in table.heads  # type: ignore[union-attr]


def test_own_figures_stand_beside_where_they_are_at_hand_and_else_it_is_said() -> None:
    found = tables.beside(fitted_to_own()).set_index("measure")["own_return"]
    assert found["published_within_45_days_pct"] == 81.0 and found["published_median_days"] == 40.0
    assert isnan(found["published_p25_days"])
    assert "Hackney's own return" in str(fitted_to_own()) and only_published(fitted_to_own()) == ""
    without = noted(replace(with_bands().experiment, own_caseload=True), with_bands())
    assert "own_return" not in tables.beside(without)
    assert "These are published figures" in " ".join(str(without).split())
    assert only_published(with_bands()) == ""


def test_shares_under_other_pulls_have_intervals_and_say_what_these_are() -> None:
    found = calibration("204", 2023)
    assert isinstance(found, Calibration)
    ranges = {"over_45": Range(0.3, 0.27, 0.34), "over_45_retention_0": Range(0.5, 0.4, 0.6)}
    shown = replace(found, counterfactuals=ranges, provenance={"intervals_from": FORM})
    printed = str(shown)
    assert "27.0% to 34.0%" in printed and "40.0% to 60.0%" in printed
    assert "a model of practice that is only nearly right" in " ".join(printed.split())
    assert "earlier version" not in printed
    assert "earlier version" in str(replace(shown, provenance={}))
    lines = printed.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("With a different pull"))
    assert not lines[at - 1].strip()
    assert "nearly right" not in str(replace(found, counterfactuals={}))
