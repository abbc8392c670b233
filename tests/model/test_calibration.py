"""Calibration files: what is written is read, what is wrong is said, and whose numbers win."""

from __future__ import annotations

from dataclasses import replace

import pytest

import simkit
from simkit.data import bands
from simkit.model.inputs.calibration import (
    NATIONAL_NOTE,
    PRACTICE,
    SHIPPED,
    Calibration,
    CalibrationError,
    Range,
    calibration,
    calibration_file,
    calibration_of,
    calibration_text,
    file_name,
)
from simkit.model.inputs.practice import practice_of
from simkit.model.inputs.profile import england_average, profile
from simkit.model.inputs.scenario import scenario_of
from simkit.study.experiment import experiment, run

NUMBERS = {
    "brief_share": 0.1,
    "span_median": 40.0,
    "span_sigma": 0.9,
    "pull_national_limit": 0.7,
    "margin": 9.0,
    "slip": 0.2,
    "conference_median": 18.0,
    "conference_sigma": 0.4,
    "pull_conference": 0.65,
}


def calibrated(**changed: object) -> Calibration:
    known = Calibration(
        authority="Hackney",
        la_code="204",
        year=2023,
        fitted_to="published",
        practice={name: Range(x, round(0.9 * x, 5), round(1.1 * x, 5)) for name, x in NUMBERS.items()},
        draws=tuple({name: round(f * x, 5) for name, x in NUMBERS.items()} for f in (0.95, 1.0, 1.05)),
        counterfactuals={"over_45": Range(0.3, 0.28, 0.33)},
        fit={"distance": 0.05},
        data={"assessments": 3998, "conferences": None},
        gaps=('A gap: "quoted", and with Ü.',),
        provenance={"simkit": "0.1.0", "seed": 1},
    )
    return replace(known, **changed)  # type: ignore[arg-type]


def test_what_is_written_is_read(tmp_path):
    file = tmp_path / "hackney.yaml"
    file.write_text(calibration_text(calibrated()), encoding="utf-8")
    found = calibration_file(file)
    assert replace(found, file="") == calibrated()
    assert found.file.endswith("hackney.yaml")
    assert calibration_text(found) == calibration_text(calibrated())


def test_a_code_with_a_leading_nought_stays_text(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text(calibration_text(calibrated(la_code="012")), encoding="utf-8")
    assert calibration_file(file).la_code == "012"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "simkit: calibration/1",
            "simkit: calibration/0",
            "should be `simkit: calibration/1`, but it says 'calibration/0'",
        ),
        ("simkit: calibration/1", "simkit: framework/1", "but it says 'framework/1'"),
        ("simkit: calibration/1", "- a list", "The line can't be read|Line 2"),
        ("  slip: {", "  slap: {", "Did you mean `slip`"),
        (
            "value: 0.7,",
            "value: much,",
            r"`value` should be a number.* practice\.pull_national_limit\.value",
        ),
        ("value: 0.7,", "value: .nan,", "`value` should be a number"),
        ("value: 0.7,", "value: 1.7,", "`value` is 1.7; it should be from 0 to 1"),
        ("value: 40,", "value: 0,", "it should be more than 0 to 5000"),
        ("fit:\n  distance: 0.05\n", "", "There is no `fit`"),
        ("year: 2023", "year: last", "`year` should be a whole number"),
        ("year: 2023", "year: -5", "it should be from 2000 to 2100"),
        ("margin: {", "margin: 2025-99-99\n  slap: {", "`margin` should be a group"),
        ("fitted_to: published", "fitted_to: [published", "bracket that opens here is not closed"),
        ("fitted_to: published", "fitted_to: &a published", "can't start with an ampersand"),
        ("fitted_to: published", "fitted_to: !!python/none published", "exclamation mark"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(tmp_path, old, new, said):
    text = calibration_text(calibrated())
    assert old in text
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalibrationError, match=said) as caught:
        calibration_file(file)
    assert "mine.yaml" in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(CalibrationError, match=r"There is no file .*none\.yaml"):
        calibration_file(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalibrationError, match="UTF-16"):
        calibration_file(tmp_path / "bytes.yaml")
    (tmp_path / "huge.yaml").write_bytes(b"a" * 1_000_001)
    with pytest.raises(CalibrationError, match="larger than 1 MB"):
        calibration_file(tmp_path / "huge.yaml")


def test_a_framework_takes_the_numbers_and_says_where_they_are_from():
    framework = simkit.load("hackney")
    with_practice = calibrated().applied(framework)
    for name, x in NUMBERS.items():
        number = with_practice.numbers[f"practice.{name}"]
        assert (number.value, number.low, number.high) == pytest.approx((x, 0.9 * x, 1.1 * x))
        assert number.basis == "fitted"
        assert number.note == "Hackney's published durations of the year to March 2023."
    assert practice_of(with_practice).brief_days == practice_of(framework).brief_days
    assert framework.number("practice.slip") != 0.2  # a new value: the old one is as it was
    assert calibrated().applied(with_practice) == with_practice


def test_a_framework_that_gives_a_number_itself_keeps_it(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "simkit: framework/1\nauthority: Hackney\nla_code: 204\ntitle: Ours\n"
        "based_on: national/working-together-2023\nstatus: draft\n"
        "model:\n  based_on: national/assumptions\n  practice:\n    pull_national_limit:\n"
        "      value: 42%\n      range: 30% to 50%\n      assumption: Ours.\n",
        encoding="utf-8",
    )
    framework = simkit.load(str(file))
    found = calibrated()
    assert found.overridden_by(framework) == ("pull_national_limit",)
    assert found.applied(framework).number("practice.pull_national_limit") == 0.42
    assert found.applied(framework).number("practice.slip") == 0.2
    assert all(set(draw) == {f"practice.{n}" for n in PRACTICE}
               - {"practice.pull_national_limit", "practice.brief_share"}
               for draw in found.draws_for(framework))  # fmt: skip
    assert "Given by the framework or scenario itself: pull_national_limit." in found.note_for(framework)


def test_a_scenario_that_gives_a_number_wins_over_the_calibration():
    ours = scenario_of(
        {
            "title": "Slips more",
            "framework": {
                "model": {
                    "practice": {"slip": {"value": "33%", "range": "0% to 50%", "assumption": "Tried."}}
                }
            },
        }
    )
    chosen = experiment("hackney", ours, year=2023, calibration=calibrated())
    assert chosen.framework.number("practice.slip") == 0.33
    assert chosen.framework.number("practice.margin") == 9.0
    assert all("practice.slip" not in draw for draw in chosen.setting.practices)


def test_each_replication_runs_its_own_draw():
    chosen = experiment("hackney", year=2023, calibration=calibrated())
    margins = [chosen.setting.for_replication(r).framework.number("practice.margin") for r in range(4)]
    assert margins == pytest.approx([8.55, 9.0, 9.45, 8.55])


def test_the_staff_is_what_the_calibrated_caseload_takes():
    # Brief assessments take less work, so a practice with more of them comes with fewer people.
    many = calibrated(practice={n: Range(0.4 if n == "brief_share" else x, x, x) for n, x in NUMBERS.items()})
    few, more = (
        experiment("hackney", year=2023, calibration=c).setting.staffing.fte["social_worker"]
        for c in (many, calibrated())
    )
    assert few < 0.9 * more


@pytest.mark.slow
def test_a_result_says_whose_practice_it_is():
    result = run("national/working-together-2018", replications=1, seed=1, year=2023, engine="simpy")
    assert NATIONAL_NOTE in result.notes
    chosen = experiment("hackney", year=2023, calibration=calibrated())
    assert chosen.practice_note == (
        "Practice calibrated to Hackney's published durations of the year to March 2023."
    )


def test_practice_numbers_of_a_file_are_not_said_to_be_fitted_to_england(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "simkit: framework/1\ntitle: Own spans\nbased_on: national/working-together-2023\nstatus: draft\n"
        "model:\n  based_on: national/assumptions\n  practice:\n    span_median:\n"
        "      value: 20 working days\n      assumption: A test.\n",
        encoding="utf-8",
    )
    said = experiment(str(own)).practice_note
    assert said == f"{NATIONAL_NOTE} Given by the framework or scenario itself: span_median."


def test_own_data_is_called_own():
    found = calibrated(fitted_to="cin-census")
    assert found.basis == "Hackney's own durations of the year to March 2023"


def test_the_packaged_calibrations_belong_to_the_durations_of_the_profile():
    found = calibration_of(profile("hackney", 2023))
    assert found is not None and (found.la_code, found.year) == ("204", 2023)
    assert calibration_of(england_average(2023)) is None
    assert calibration_of(replace(profile("hackney", 2023), published=None)) is None


def test_a_new_authority_has_the_practice_of_the_one_it_came_from():
    found = calibration_of(replace(profile("cumberland", 2024), published=bands("909", 2023)))
    assert found is not None and (found.authority, found.year) == ("Cumbria", 2023)


def test_an_authority_runs_with_its_calibrated_practice_by_default():
    chosen = experiment("hackney", year=2023)
    assert chosen.calibration == calibration("204", 2023)
    assert chosen.framework.numbers["practice.slip"].basis == "fitted"
    assert len(chosen.setting.practices) == 20
    assert "Practice calibrated to Hackney's published durations" in chosen.practice_note


@pytest.mark.slow
def test_every_packaged_calibration_can_be_read_and_is_in_its_place():
    files = sorted(SHIPPED.glob("*/*.yaml"))
    assert files
    for file in files:
        found = calibration_file(file)
        assert SHIPPED / file_name(found.la_code, found.year) == file
        assert len(found.draws) == 20
        for name, each in found.practice.items():
            assert each.low <= each.value <= each.high, (file, name)
        for name, each in found.counterfactuals.items():
            assert 0 <= each.low <= each.value <= each.high <= 1, (file, name)
