"""Runs on the user's own caseload and practice: taken, said, repeatable, never another authority's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simkit.common.errors import SimkitError
from simkit.model.inputs.profile import Profile, ProfileError, profile
from simkit.model.workload.open_cases import OpenCases
from simkit.study.experiment import experiment, run


def written(folder: Path, own: Profile) -> Path:
    path = folder / "profile.json"
    path.write_text(json.dumps(own.to_dict()), encoding="utf-8")
    return path


def test_a_profile_read_back_is_the_one_written(tmp_path: Path) -> None:
    own = profile("rutland")
    assert Profile.read(written(tmp_path, own)) == own


@pytest.mark.slow
def test_the_command_repeats_a_run_on_an_own_caseload(tmp_path: Path) -> None:
    own = replace(profile("rutland"), referrals=500.0)
    path = written(tmp_path, own)
    result = run("rutland", caseload=path, replications=2, engine="simpy", workers=1)
    assert result.experiment.profile.referrals == 500
    assert f"--caseload {path}" in result.command
    again = run("rutland", caseload=own, replications=2, engine="simpy", workers=1)
    assert str(again.bands) == str(result.bands)


def test_another_authoritys_caseload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimkitError, match=r"caseload of Rutland .*the framework is of Hackney \(204\)"):
        experiment("hackney", caseload=written(tmp_path, profile("rutland")))


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"name": 1, "colour": 2}', "\x00\x01"])
def test_what_is_no_profile_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError):
        Profile.read(path)
    with pytest.raises(ProfileError, match="There is no file"):
        Profile.read(tmp_path / "nowhere.json")


def test_open_cases_are_said_not_to_be_in_the_command() -> None:
    import numpy as np

    chosen = experiment("rutland", open_cases=OpenCases(np.zeros(3, dtype=np.int64), np.arange(3)))
    from simkit.study.experiment import run_experiment

    assert (
        "but for the open assessments"
        in run_experiment(chosen, replications=1, engine="simpy", workers=1).command
    )
