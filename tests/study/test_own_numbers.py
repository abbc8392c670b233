"""Numbers of an own dataset take the place of assumptions, with their origin and what they contradict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from own_dataset import as_csv, tables

from simkit.framework.check import load
from simkit.model.inputs.calibration import Calibration, calibration, calibration_file, calibration_text
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.returns.casework.response import OwnEffect
from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.study.calibrate.own_numbers import UTILISATION, own_numbers
from simkit.study.calibrate.own_throughput import own_throughput
from simkit.study.experiment import experiment
from simkit.study.sensitivity import sensitivity, split_assumptions


@pytest.fixture(scope="module")
def own_return(tmp_path_factory: pytest.TempPathFactory) -> Return:
    return read_return("ssd", as_csv(tmp_path_factory.mktemp("own"), tables()), authority="hackney")


def calibrated(own_return: Return) -> Calibration:
    """A published calibration with the numbers of the return, without the time that a fit takes."""
    assert own_return.casework is not None
    base = calibration("204", 2023)
    assert base is not None
    framework = base.applied(load("hackney"))
    measured, said = own_numbers(own_return.casework, own_return.profile, framework)
    return replace(base, measured=measured, gaps=(*base.gaps, *said))


def test_measured_numbers_are_assumptions_no_longer(own_return: Return) -> None:
    own = calibrated(own_return)
    before, after = (experiment("hackney", calibration=each) for each in (calibration("204", 2023), own))
    gone = {n.path for n in before.framework.assumed()} - {n.path for n in after.framework.assumed()}
    assert gone == set(own.measured)
    assert {"demand.weekend_share", "staff.other_cases", "steps.further_visit.share"} <= gone
    varied, left_out = split_assumptions(after)
    assert not gone & {number.path for number in (*varied, *left_out)}
    step = after.framework.steps["further_visit"].share
    assert step is not None and step.value == own.measured["steps.further_visit.share"].value
    assert f"{len(gone)} more numbers are from own data" in after.practice_note


def test_the_file_keeps_value_interval_number_and_origin(own_return: Return, tmp_path: Path) -> None:
    own = calibrated(own_return)
    file = tmp_path / "own.yaml"
    text = calibration_text(own)
    file.write_text(text, encoding="utf-8")
    assert text.count("from: own data") == len(own.measured)
    read = calibration_file(file).measured
    assert read.keys() == own.measured.keys()
    for path, number in own.measured.items():
        assert (read[path].n, read[path].of, read[path].source) == (number.n, number.of, number.source)
        assert read[path].value == pytest.approx(number.value, abs=1e-5)


def test_a_number_outside_of_what_was_assumed_is_said_and_used(own_return: Return) -> None:
    """40% on closed days, where 2% to 15% was assumed."""
    casework = own_return.casework
    assert casework is not None
    figures = tuple(
        replace(each, value=0.4, low=0.37, high=0.43) if each.name == "weekend_share" else each
        for each in casework.figures
    )
    measured, said = own_numbers(replace(casework, figures=figures), own_return.profile, load("hackney"))
    assert measured["demand.weekend_share"].value == 0.4
    assert any("closed" in sentence and "40.0%" in sentence for sentence in said)


@pytest.mark.parametrize(("people", "used"), [(60.0, True), (4.0, False)])
def test_staff_that_could_not_do_the_assumed_work_are_not_used(
    own_return: Return, people: float, used: bool
) -> None:
    casework = own_return.casework
    assert casework is not None
    figures = tuple(
        replace(each, value=people, low=people - 1, high=people + 1)
        if each.name == "fte_in_assessment"
        else each
        for each in casework.figures
    )
    measured, said = own_numbers(replace(casework, figures=figures), own_return.profile, load("hackney"))
    assert (UTILISATION in measured) == used
    assert any("hours of work" in sentence for sentence in said) == (not used)


def test_the_frameworks_own_number_is_kept() -> None:
    base = calibration("204", 2023)
    assert base is not None
    own = replace(base, measured={"staff.utilisation": OwnNumber(0.5, 0.4, 0.6, 12, "month ends")})
    written = load("hackney")
    number = written.numbers["staff.utilisation"]
    local = written.replacing({number.path: replace(number, origin=replace(number.origin, file="mine.yaml"))})
    assert own.applied(local).number("staff.utilisation") == number.value
    assert own.applied(written).number("staff.utilisation") == 0.5


@pytest.mark.long
def test_a_sure_effect_of_referrals_becomes_the_response(own_return: Return) -> None:
    """A service that the same rise hits harder shortens its work less; none at all is the least."""
    base = calibration("204", 2023)
    assert base is not None
    caseload = own_return.profile
    powers = [
        own_throughput(
            OwnEffect("in_time_on_referrals", "", points, points - 0.5, points + 0.5, 67, True),
            caseload,
            base,
            "own data",
            replications=2,
        )
        for points in (-200.0, -1.0, 50.0)
    ]
    assert [powers[0].value, powers[2].value] == [0.0, 2.0]
    assert 0.0 <= powers[1].low <= powers[1].value <= powers[1].high <= 2.0
    assert powers[1].n == 67


@pytest.mark.long
def test_sensitivity_works_on_what_is_left(own_return: Return) -> None:
    own = calibrated(own_return)
    found = sensitivity("hackney", calibration=own, replications=3, trajectories=0, engine="auto")
    looked_at = {each.number.path for each in found.influences} | {n.path for n in found.left_out}
    assert not looked_at & set(own.measured)
    assert "--practice" in found.command
