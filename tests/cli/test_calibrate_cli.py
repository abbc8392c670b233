"""The command `calibrate`: what it says, what it writes and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kit import calibrated_now

from simkit.model.inputs.calibration import SHIPPED, calibration, calibration_file, file_name
from simkit.study.calibrate import calibrate
from simkit.version import __version__


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every calibration be the packaged one, at once; gives the areas that were asked for."""
    asked: list[str] = []

    def each(areas, year, **_):
        for area in areas:
            asked.append(area)
            known = calibration(area, year)
            if area == "420":
                yield calibrate.Failure("420", "Isles of Scilly", "nobody works there")
            elif known is None:
                yield calibrate.Failure(area, area, "no referrals are published for it")
            else:
                yield known

    monkeypatch.setattr(calibrate, "calibrate_each", each)
    return asked


def test_one_authority_is_shown_with_intervals_and_fit(simkit, instant, tmp_path):
    ran = simkit("calibrate", "hackney", "--year", 2023, "--out", tmp_path / "mine")
    assert ran.code == 0
    assert "Pull of the 45 days" in ran.out and "95% interval" in ran.out
    assert "Over 45 days, all of the pull gone" in ran.out
    assert "So the two need not add up to 100%." in " ".join(ran.out.split())
    assert "Within 45 working days: simulated" in ran.out
    file = tmp_path / "mine" / file_name("204", 2023)
    assert f"Written: {file}" in ran.err
    assert file.read_bytes() == (SHIPPED / file_name("204", 2023)).read_bytes()


@pytest.mark.slow
def test_what_was_finished_is_not_made_again(simkit, instant, tmp_path):
    (tmp_path / "2024").mkdir()
    for area in ("204", "916"):
        (tmp_path / file_name(area, 2024)).write_text(calibrated_now(area, 2024), encoding="utf-8")
    ran = simkit("calibrate", "--all", "--year", 2024, "--out", tmp_path, "--seed", 1)
    assert "2 of 152 authorities are calibrated there already." in ran.err
    assert len(instant) == 150 and "204" not in instant


@pytest.mark.slow
def test_one_that_fails_does_not_stop_the_others(simkit, instant, tmp_path):
    ran = simkit("calibrate", "--all", "--year", 2023, "--out", tmp_path)
    assert ran.code == 1
    assert "Isles of Scilly could not be calibrated: nobody works there" in ran.err
    assert "151 authorities are calibrated in" in ran.err
    assert len(list((tmp_path / "2023").glob("*.yaml"))) == 151
    assert calibration_file(tmp_path / file_name("916", 2023)).authority == "Gloucestershire"


def test_what_is_stopped_keeps_what_was_finished(simkit, monkeypatch, tmp_path):
    def stopped(areas, year, **_):
        known = calibration("204", year)
        yield replace(known, provenance={**known.provenance, "simkit": __version__})
        raise KeyboardInterrupt

    monkeypatch.setattr(calibrate, "calibrate_each", stopped)
    ran = simkit("calibrate", "--all", "--year", 2024, "--out", tmp_path)
    assert ran.code == 1
    assert "Stopped; 1 of 152 are finished and kept. The same command goes on from there." in ran.err
    assert calibrate.unfinished(("204", "916"), 2024, tmp_path, 1) == ("916",)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Give the name of an authority, or --all"),
        (("hackney", "--all"), 2, "not both"),
        (("--all",), 2, "--out DIR"),
        (("hackney", "--year", "soon"), 2, "whole number"),
        (("hakney",), 1, "Did you mean Hackney"),
        (("hackney", "--year", "2022"), 1, "There are those of 2016, 2017, 2018, 2019, 2020, 2023, 2024"),
        (("hackney", "--year", "2015"), 1, "There are those of 2016, 2017, 2018, 2019, 2020, 2023, 2024"),
        (("--all", "--year", "2031", "--out", "{folder}"), 1, "2031"),
        (("--all", "--year", "2023", "--out", "{file}"), 1, "is a file"),
        (("hackney", "--out", "{folder}/not/there"), 1, "does not exist"),
        (("hackney", "--out", "{folder}/x.xlsx"), 1, "calibrations are a folder"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message(simkit, tmp_path, arguments, code, said):
    file = tmp_path / "file.txt"
    file.write_text("mine", encoding="utf-8")
    ran = simkit("calibrate", *(a.format(folder=tmp_path, file=file) for a in arguments))
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err and "fault in simkit" not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]
