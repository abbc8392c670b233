"""Indicators: each under its regime, with the names and years the sector knows and no invented number."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.data import bands, value
from simkit.study.experiment import run
from simkit.study.indicators import indicators
from simkit.study.result import Result


@pytest.fixture(scope="module")
def today() -> Result:
    return run("rutland", replications=3, workers=1)


@pytest.fixture(scope="module")
def two_stages() -> Result:
    return run("national/working-together-2010", replications=2, workers=1)


def test_todays_rules_have_todays_indicators(today: Result) -> None:
    found = indicators(today)
    computed = [each for each in found if each.estimate is not None]
    assert [each.measure for each in computed] == [
        "published_within_45_days_pct",
        "published_icpc_within_15_days_pct",
        "cohort_rereferral_pct",
    ]
    for each in computed:
        assert each.estimate == today.measures[each.measure]
        assert each.number == ""
    assert all(each.missing for each in found if each.estimate is None)


def test_what_has_a_value_has_no_reason_for_a_missing_one(today: Result) -> None:
    """JSON said "No conference was held in any simulated year." beside the share of those held."""
    found = indicators(today)
    for each, plain in zip(found, found.to_dict()["indicators"], strict=True):
        assert (plain["missing"] == "") == (plain["estimate"] is not None) == (each.missing == "")
    assert found.to_frame()["missing"].tolist()[:3] == ["", "", ""]


def test_published_figures_stand_beside_them(today: Result) -> None:
    within, conference, again = indicators(today)[:3]
    year = today.experiment.profile.year
    known = bands("857", year)
    assert known is not None and known.within_45_share is not None
    assert within.own == pytest.approx(100 * known.within_45_share)
    assert conference.england == value("section47_icpc", "england", year, "icpc_within_15_days_pct")
    assert again.england == value("referrals", "england", year, "rereferrals_12m_pct")


def test_notes_are_about_what_is_shown() -> None:
    """The note on a wide interval was of a share that isn't in the table, and so were those on quartiles."""
    result = run("city-of-london", replications=5, workers=1)
    told = " ".join(indicators(result).report().cautions)
    assert "quartile" not in told and "median" not in told and "interval is wide" not in told
    assert indicators(result).to_dict()["notes"] == list(indicators(result).report().cautions)
    assert any("points either side of the share over 45 days from referral" in note for note in result.notes)
    assert any("quartile" in note for note in result.notes)


def test_two_stages_have_their_own(two_stages: Result) -> None:
    found = {(each.number, each.title): each for each in indicators(two_stages)}
    ten = found["NI 59", "Initial assessments completed within 10 working days of referral"]
    core = found["NI 60", "Core assessments completed within 35 working days"]
    assert ten.estimate is not None and core.estimate is not None
    assert ten.measure == "cohort_clock_initial_assessment_pct"
    assert core.strength == "recalled", "its number and title were not read"
    seven = found["NI 59", "Initial assessments completed within 7 working days of referral"]
    assert seven.estimate is None
    single = found["", "Assessments completed within 45 working days"]
    assert single.estimate is None
    assert "two stages" in single.missing


def test_only_known_numbers_are_named(today: Result, two_stages: Result) -> None:
    for result in (today, two_stages):
        assert {each.number for each in indicators(result)} <= {"", "NI 59", "NI 60"}


def test_they_are_shown_and_written(two_stages: Result) -> None:
    found = indicators(two_stages)
    report = found.report()
    assert "NI 59" in report.answer
    assert any("Not calibrated" in each for each in report.cautions)
    assert len(found.to_frame()) == len(found)
    assert found.to_dict()["indicators"][0]["title"]


def test_the_command() -> None:
    done = CliRunner().invoke(app, ["indicators", "rutland", "--replications", "2", "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "Assessments completed within 45 working days" in done.output
