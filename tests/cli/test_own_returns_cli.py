"""Own returns at the command line: what is printed and written holds counts, and no child anywhere."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from command import Command
from own import annex_file, census_file, episode, extract_file, written

from simkit.model.inputs.calibration import calibration_file
from simkit.model.inputs.profile import Profile
from simkit.model.workload.open_cases import OpenCases
from simkit.output.answers.own_return import SUPPRESSED
from simkit.returns.read import read_return
from simkit.returns.result import INTERNAL


def everything(folder: Path) -> str:
    """All that stands in the files of a folder, workbooks cell by cell."""
    text = []
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".xlsx":
            book = openpyxl.load_workbook(file)
            text += [str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None]
        elif file.is_file() and file.suffix != ".png":
            text.append(file.read_text(encoding="utf-8-sig"))
    return "\n".join(text)


def small(folder: Path) -> Path:
    """A census of 40 children with small counts of many kinds."""
    rows = [
        episode(referred=f"2022-06-{1 + n % 28:02}", start=f"2022-07-{1 + n % 28:02}", end="2022-08-19")
        for n in range(33)
    ]
    rows += [episode(referred="2022-09-05", start="2022-09-06", end="2023-02-06")] * 2
    rows += [episode(referred="2023-01-05", start="2023-01-06", enquiry="2023-01-09")] * 3
    rows += [episode(referred="2022-09-05", nfa="true", closed="2022-09-06")] * 2
    return written(folder, *rows)


# What is written


def test_a_folder_holds_tables_and_a_profile_that_can_be_used(tmp_path: Path, simkit: Command) -> None:
    ran = simkit("read-return", "cin-census", census_file(tmp_path), "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {
        "profile.csv",
        "durations.csv",
        "conferences.csv",
        "open-cases.csv",
        "quality.csv",
        "return.json",
        "profile.json",
        "report.json",
    }
    profile = Profile.from_dict(json.loads((tmp_path / "out" / "profile.json").read_text(encoding="utf-8")))
    assert profile.name == "Hackney"
    frame = pd.read_csv(tmp_path / "out" / "durations.csv")
    assert list(frame.columns[:6]) == ["record_type", "la_code", "gss_code", "la_name", "year", "time_period"]
    assert set(frame["record_type"]) == {"synthetic return"}
    bands = frame[frame["measure"].str.startswith("days_")]["assessments"]
    assert bands.sum() == int(frame.set_index("measure").loc["assessments_completed", "assessments"])


@pytest.mark.slow
def test_a_workbook_has_a_sheet_for_each_table(tmp_path: Path, simkit: Command) -> None:
    ran = simkit(
        "read-return", "annex-a", annex_file(tmp_path), "--authority", "hackney", "--out", tmp_path / "o.xlsx"
    )
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert book.sheetnames == [
        "Summary",
        "Profile",
        "Durations",
        "Conferences",
        "Open cases",
        "Quality",
        "Columns",
        "How to repeat",
    ]


def test_json_is_the_return(tmp_path: Path, simkit: Command) -> None:
    ran = simkit(
        "read-return",
        "assessments",
        extract_file(tmp_path),
        "--authority",
        "204",
        "--year",
        2023,
        "--format",
        "json",
    )
    data = json.loads(ran.out)
    assert (data["la_name"], data["year"], data["record_type"]) == ("Hackney", 2023, "synthetic return")
    assert data["columns"][0]["heading"] == "Person ID"
    assert data["profile_to_use"]["la_code"] == "204"


def test_the_text_shows_what_was_matched_and_found(tmp_path: Path, simkit: Command) -> None:
    ran = simkit("read-return", "assessments", extract_file(tmp_path), "--authority", "hackney")
    for part in (
        "Columns matched",
        "Assessment Start Date",
        "41 to 45 days",
        "Open assessments at the end",
        "Quality:",
        "no child in it exists",
        "product-limit",
    ):
        assert part in ran.out


# Nothing of a child


@pytest.mark.parametrize("kind", ["cin-census", "annex-a", "assessments"])
@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.slow
def test_no_id_and_no_date_of_a_child_is_printed_or_written(
    tmp_path: Path, simkit: Command, kind: str, internal: bool
) -> None:
    """Also with --internal, which shows small counts and nothing else."""
    make = {"cin-census": census_file, "annex-a": annex_file, "assessments": extract_file}[kind]
    file = make(tmp_path, referrals=600)
    options = ["--internal"] if internal else []
    out = tmp_path / "out"
    said = ""
    for target in (out, tmp_path / "book.xlsx"):
        for how in ("text", "json"):
            to = ("--out", target, "--format", how, *options)
            ran = simkit("read-return", kind, file, "--authority", "hackney", *to)
            assert ran.code == 0, ran.err
            said += ran.out + ran.err
    shutil.copy(tmp_path / "book.xlsx", out)
    returned = read_return(kind, file, authority="hackney", internal=internal)
    said += (
        everything(out)
        + repr(returned)
        + str(returned)
        + repr(returned.durations)
        + repr(returned.open_cases)
    )
    assert "SYN-" not in said
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", said)


def test_what_is_kept_in_memory_does_not_print_itself(tmp_path: Path) -> None:
    from simkit.returns.readers.cin_census import read_census

    records = read_census(small(tmp_path)).records
    assert repr(records).startswith("<Records: <40 referrals, in memory only>")
    returned = read_return("cin-census", small(tmp_path))
    assert "counts=" not in repr(returned.durations).split("shown=")[0]
    assert returned.open_cases is None, "their total is withheld"
    assert (
        repr(OpenCases(np.zeros(3, dtype=np.int64), np.arange(3)))
        == "<OpenCases by route and age, in memory only>"
    )


def test_small_counts_are_withheld_everywhere_with_what_would_give_them_away(
    tmp_path: Path, simkit: Command
) -> None:
    file = small(tmp_path)
    exact = read_return("cin-census", file, internal=True)
    shown = read_return("cin-census", file)
    small_ones = {name for name, number in exact.counts().items() if number is not None and 0 < number <= 5}
    assert {"days_61_plus", "referrals_nfa", "open_assessments", "enquiry_waiting"} <= small_ones
    assert all(shown.count(name) is None for name in small_ones)
    assert shown.count("assessments_completed") is not None
    withheld = [name for name, number, _ in shown.bands() if number is None]
    assert "days_61_plus" in withheld and len(withheld) > 1
    assert all(share is None for _, number, share in shown.bands() if number is None)
    assert shown.durations is not None and shown.durations.shown.within_45_share is None
    assert shown.durations.shown.shares == (None,) * 9
    assert "nfa_share" in shown.from_published and "nfa_share" not in exact.from_published
    assert shown.profile.nfa_share != exact.profile.nfa_share
    tables = shown.tables()
    for name, column in (("durations", "assessments"), ("open-cases", "children"), ("quality", "count")):
        numbers = tables[name][column].dropna()
        assert SUPPRESSED in set(tables[name]["shown"])
        assert not ((numbers > 0) & (numbers <= 5)).any()
        assert tables[name][column].dtype == "Int64", "numbers can be calculated with"


def test_quartiles_of_a_few_are_withheld(tmp_path: Path) -> None:
    few = written(tmp_path, *[episode(start="2022-07-04", end="2022-07-20")] * 20)
    durations = read_return("cin-census", few).durations
    assert durations is not None and durations.median_days is None
    open_book = read_return("cin-census", few, internal=True).durations
    assert open_book is not None and open_book.median_days == 12


@pytest.mark.slow
def test_internal_stamps_every_file_and_page(tmp_path: Path, simkit: Command) -> None:
    file = small(tmp_path)
    ran = simkit("read-return", "cin-census", file, "--internal", "--out", tmp_path / "out")
    assert INTERNAL in ran.out
    for each in (tmp_path / "out").iterdir():
        assert each.name.startswith("internal-")
        assert each.suffix == ".png" or INTERNAL[:9] in each.read_text(encoding="utf-8-sig")
    page = simkit("report", tmp_path / "out")
    assert "internal-report.html" in page.out
    assert INTERNAL in (tmp_path / "out" / "internal-report.html").read_text(encoding="utf-8")
    simkit("read-return", "cin-census", file, "--internal", "--out", tmp_path / "o.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "o.xlsx"):
        assert sheet["A1"].value == INTERNAL and sheet.oddHeader.center.text == INTERNAL
    returned = read_return("cin-census", file, internal=True)
    assert INTERNAL in str(returned) and INTERNAL in returned.profile.notes
    assert returned.to_dict()["internal"] == INTERNAL


def test_without_internal_nothing_is_stamped(tmp_path: Path, simkit: Command) -> None:
    ran = simkit("read-return", "cin-census", small(tmp_path), "--out", tmp_path / "out")
    assert INTERNAL not in ran.out + everything(tmp_path / "out")


# Use and misuse


def test_a_refused_file_writes_nothing_and_keeps_what_is_there(tmp_path: Path, simkit: Command) -> None:
    whole = census_file(tmp_path, 100).read_bytes()
    (tmp_path / "cut.xml").write_bytes(whole[:5000])
    before = set(tmp_path.iterdir())
    ran = simkit("read-return", "cin-census", tmp_path / "cut.xml", "--out", tmp_path / "out")
    assert ran.code == 1 and ran.out == "" and "ends before the return does" in ran.err
    assert set(tmp_path.iterdir()) == before
    assert (tmp_path / "cut.xml").read_bytes() == whole[:5000]


def test_a_full_disk_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    returned = read_return("cin-census", census_file(tmp_path, 100))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="disk is full"):
        returned.save(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_return_is_never_written_over(tmp_path: Path, simkit: Command) -> None:
    file = annex_file(tmp_path)
    content = file.read_bytes()
    ran = simkit("read-return", "annex-a", file, "--authority", "hackney", "--out", file)
    assert ran.code == 2 and "never overwrites" in ran.err
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("census", "Write cin-census."), ("ssda903", "looked after"), ("annexa", "Write annex-a.")],
)
def test_a_wrong_kind_is_told_what_was_meant(tmp_path: Path, simkit: Command, kind: str, hint: str) -> None:
    ran = simkit("read-return", kind, tmp_path / "x.xml")
    assert ran.code == 2 and hint in ran.err


@pytest.mark.slow
def test_what_a_list_holds_can_be_said(tmp_path: Path, simkit: Command) -> None:
    file = annex_file(tmp_path, "completed")
    ran = simkit("read-return", "annex-a", file, "--authority", "hackney", "--holds", "begun-and-completed")
    assert ran.code == 0 and "both begun and completed" in ran.out and "reverse time" in ran.out
    assert simkit("read-return", "annex-a", file, "--authority", "hackney", "--holds", "all").code == 1
    assert simkit("read-return", "cin-census", census_file(tmp_path), "--from", "2022-04-01").code == 1


@pytest.mark.parametrize(
    ("kind", "ending", "options"),
    [
        ("cin-census", "xml", ()),
        ("annex-a", "xlsx", ("--authority", "rutland")),
        ("assessments", "csv", ("--authority", "rutland")),
    ],
)
def test_a_synthetic_return_is_made_and_read(
    tmp_path: Path, simkit: Command, kind: str, ending: str, options: tuple[str, ...]
) -> None:
    file = tmp_path / f"made.{ending}"
    ran = simkit("synthetic-return", kind, "rutland", "--year", 2023, "--out", file)
    assert ran.code == 0 and "No child in it exists" in ran.out
    ran = simkit("read-return", kind, file, *options)
    assert ran.code == 0 and "A synthetic return that simkit made, not Rutland's" in ran.out
    ran = simkit("synthetic-return", kind, "rutland", "--out", tmp_path / "made.txt")
    assert ran.code == 2 and f".{ending}" in ran.err


def test_the_same_in_python(tmp_path: Path) -> None:
    import simkit

    returned = simkit.read_return("cin-census", census_file(tmp_path, 200))
    assert isinstance(returned, simkit.Return)
    assert {file.name for file in returned.save(tmp_path / "saved")} >= {
        "return.json",
        "profile.json",
    }
    with pytest.raises(simkit.ReturnError):
        simkit.read_return("cin-census", tmp_path / "missing.xml")


def test_an_own_profile_is_what_a_run_is_made_of(tmp_path: Path) -> None:
    from simkit.study.experiment import experiment

    profile = read_return("cin-census", census_file(tmp_path)).profile
    made = experiment("hackney", caseload=profile)
    assert made.profile.referrals == profile.referrals
    assert any("synthetic return" in note for note in made.profile.notes)


@pytest.mark.parametrize("kind", ["cin-census", "annex-a", "assessments"])
@pytest.mark.slow
def test_no_connection_is_opened_and_the_return_is_not_changed(
    tmp_path: Path, simkit: Command, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    file = {"cin-census": census_file, "annex-a": annex_file, "assessments": extract_file}[kind](tmp_path)
    before = file.read_bytes()
    monkeypatch.setattr(socket, "socket", refuse)
    ran = simkit("read-return", kind, file, "--authority", "hackney", "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    assert file.read_bytes() == before
    assert set(tmp_path.iterdir()) == {file, tmp_path / "out"}


def test_a_fault_of_simkits_own_quotes_no_cell(
    tmp_path: Path, simkit: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong while a file is read, its content isn't in the words about it."""

    def fault(text: str) -> int:
        raise RuntimeError(f"can't make anything of {text}")

    monkeypatch.setattr("simkit.returns.readers.cin_census.day_of", fault)
    ran = simkit("read-return", "cin-census", census_file(tmp_path, 100))
    assert ran.code == 1
    assert "202" not in ran.err.replace(str(tmp_path), "") and "SYN-" not in ran.err


def test_a_return_without_durations_to_fit_is_shown_and_kept_all_the_same(
    tmp_path: Path, simkit: Command
) -> None:
    """What was read is not lost because a practice can't be fitted to it."""
    file, out = tmp_path / "scilly.xml", tmp_path / "out"
    simkit("synthetic-return", "cin-census", "isles of scilly", "--year", 2023, "--seed", "1", "--out", file)
    read = simkit("read-return", "cin-census", file, "--calibrate", "--out", out)
    assert read.code == 1 and "There are no durations of Isles of Scilly to fit" in read.err
    assert "Durations" in read.out and (out / "durations.csv").exists()


@pytest.mark.slow
def test_a_return_can_be_calibrated_on_and_run_with(tmp_path: Path, simkit: Command) -> None:
    """From a return to a run on its own caseload and practice, each by a command the one before names."""
    file, out = tmp_path / "return.xml", tmp_path / "own"
    assert simkit("synthetic-return", "cin-census", "rutland", "--year", 2023, "--out", file).code == 0
    read = simkit("read-return", "cin-census", file, "--calibrate", "--out", out)
    assert read.code == 0
    assert "own durations of the year to March 2023" in read.out
    kept = calibration_file(out / "2023" / "rutland.yaml")
    assert "median_own_days" in kept.fit and not [name for name in kept.fit if "published" in name]
    assert f"own {kept.fit['median_own_days']:.1f} days" in read.out
    own = ("--caseload", out / "profile.json", "--practice", out / "2023" / "rutland.yaml")
    ran = simkit("run", "rutland", *own, "--replications", "2", "--engine", "simpy", "--full")
    assert ran.code == 0
    assert "calibrated to Rutland's own durations" in " ".join(ran.out.split())
    assert "Synthetic caseload: no child in it exists" in ran.out
