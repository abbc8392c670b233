"""Answers that simkit does not know: they count once they are named, and only frequent ones are shown."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from command import Command
from own import annex_file, census_file, extract_file
from own_dataset import as_csv, tables

from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.answers import AnswerColumns
from simkit.returns.result import Return


def read(kind: str, file: Path, **options: object) -> Return:
    return read_return(kind, file, authority="hackney", **options)  # type: ignore[arg-type]


def odd_extract(folder: Path, **words: str) -> Path:
    """The usual extract, with other words for the answers on disability."""
    file = extract_file(folder)
    head, *rows = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    at = head.index("Disability")
    for row in rows:
        row[at] = words.get(row[at], row[at])
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *rows])
    return file


def odd_annex(folder: Path) -> Path:
    file = annex_file(folder)
    book = openpyxl.load_workbook(file)
    for sheet, heading, words in (
        ("List_3", "Referral NFA?", {"a) Yes": "Closed at once", "b) No": "Taken on"}),
        ("List_4", "Does the Child have a Disability", {"a) Yes": "HAND"}),
    ):
        column = [cell.value for cell in book[sheet][1]].index(heading) + 1
        for row in range(2, book[sheet].max_row + 1):
            cell = book[sheet].cell(row, column)
            cell.value = words.get(cell.value, cell.value)
    book.save(file)
    return file


def odd_census(folder: Path) -> Path:
    file = census_file(folder)
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"<ReferralNFA>(?:true|1)<", "<ReferralNFA>Closed<", text), encoding="utf-8")
    return file


def odd_dataset(folder: Path) -> Path:
    made = {name: table.copy() for name, table in tables().items()}
    nfa = made["ssd_cin_episodes"]["cine_referral_nfa"]
    made["ssd_cin_episodes"]["cine_referral_nfa"] = nfa.where(nfa != nfa.unique()[0], "Taken on")
    return as_csv(folder, made)


CASES = {
    "assessments": (
        lambda folder: odd_extract(folder, true="HAND"),
        extract_file,
        {"disabled": {"HAND": "yes"}},
    ),
    "annex-a": (
        odd_annex,
        annex_file,
        {"nfa": {"closed at once": "Yes", "Taken on": "no"}, "4.disabled": {"*": "yes"}},
    ),
    "cin-census": (odd_census, census_file, {"nfa": {"Closed": "yes"}}),
}


@pytest.mark.parametrize("kind", list(CASES))
@pytest.mark.slow
def test_answers_that_are_named_count_like_the_usual_words(tmp_path: Path, kind: str) -> None:
    make, usual, answers = CASES[kind]
    plain = read(kind, usual(tmp_path))
    file = make(tmp_path)
    unread = read(kind, file)
    assert unread.unknown_answers and unread.counts() != plain.counts()
    assert any("does not understand" in each for each in unread.questions)
    named = read(kind, file, answers=answers)
    assert named.counts() == plain.counts() and named.profile.nfa_share == plain.profile.nfa_share
    assert named.unknown_answers == ()
    assert not any("does not understand" in each for each in named.questions)


@pytest.mark.slow
def test_a_dataset_takes_answers_too(tmp_path: Path) -> None:
    file = odd_dataset(tmp_path)
    (unknown,) = read("ssd", file, year=2023).unknown_answers
    assert unknown.column == "nfa" and [each for each, _ in unknown.answers] == ["Taken on"]
    assert read("ssd", file, year=2023, answers={"nfa": {"taken on": "no"}}).unknown_answers == ()


def test_an_answer_can_be_named_that_simkit_would_take_for_another(tmp_path: Path) -> None:
    """A system that writes 1 for no."""
    file = odd_extract(tmp_path, true="2", false="1")
    named = read("assessments", file, answers={"disabled": {"1": "no", "2": "yes"}})
    assert named.counts() == read("assessments", extract_file(tmp_path)).counts()


def test_only_answers_of_more_than_five_children_are_shown(tmp_path: Path) -> None:
    """Rare ones, free text, ids, dates, times and addresses are among the others, whose few are withheld."""
    often = ["HAND", "See 12/3", "born 03/04/19", "K4711", "a@b.uk", "12:30", "x" * 41]
    cells = [each for each in often for _ in range(8)] + ["rare"] * 5
    reader = AnswerColumns({"disabled": "whether the child is disabled"}, {})
    reader.column("disabled", cells, np.arange(len(cells)))
    (found,) = reader.unknown()
    assert found.answers == (("HAND", 8),) and found.others == len(cells) - 8
    one_child = AnswerColumns({"x": "x"}, {})
    one_child.column("x", ["A1"] * 50 + ["B"] * 6, np.array([7] * 50 + [-1] * 6))
    assert one_child.unknown()[0].answers == (), "of one child, and of nobody knows whom"


def few_others(folder: Path) -> Path:
    """240 known answers, 20 of one unknown word, and 3 of another."""
    file = folder / "few.csv"
    rows = ["Child ID,Assessment start date,Assessment authorisation date,Disabled"]
    for number in range(263):
        answer = "No" if number < 240 else "HAND" if number < 260 else f"seen by QZX {number}"
        rows.append(f"P{number},0{number % 9 + 1}/{number % 9 + 4:02}/2023,1{number % 9}/01/2024,{answer}")
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_few_other_answers_are_withheld_with_the_total_that_gives_them_away(
    tmp_path: Path, simkit: Command
) -> None:
    file = few_others(tmp_path)
    options = {"year": 2024}
    found = read("assessments", file, **options)
    (unknown,) = found.unknown_answers
    assert unknown.answers == (("HAND", 20),) and unknown.others is None
    assert found.count("unreadable_answer") is None
    out = tmp_path / "out"
    ran = simkit("read-return", "assessments", file, "--authority", "hackney", "--year", "2024", "--out", out)
    written = ran.out + "".join(each.read_text(encoding="utf-8") for each in out.iterdir())
    assert "QZX" not in written and not re.search(r"\b23\b", json.dumps(found.to_dict()["quality"]))
    assert '--answers "disabled:HAND=yes"' in ran.out
    internal = read("assessments", file, internal=True, **options)
    assert internal.unknown_answers[0].others == 3 and internal.count("unreadable_answer") == 23
    assert "QZX" not in str(internal), "words of few are never shown"
    named = simkit(
        "read-return", "assessments", file, "--authority", "hackney", "--year", "2024",
        "--answers", "disabled:HAND=yes,disabled:*=not known",
    )  # fmt: skip
    assert "not understood" not in named.out


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"kind": {"x": "yes"}}, "'kind' must name exactly one column"),
        ({"disabled": {"x": "perhaps"}}, "'perhaps' is not a meaning"),
        ({"disabled": {"": "yes"}}, "no answer is given for 'disabled'"),
        ("disabled=yes", "no answer is given for 'disabled'"),
        ("disabled:x", "no meaning is given for 'x'"),
        ("x", "'x' must name exactly one column"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(tmp_path: Path, answers: object, wrong: str) -> None:
    with pytest.raises(ReturnError, match=r"nfa, not_required, disabled.*yes, no or not known") as refused:
        read("assessments", extract_file(tmp_path), answers=answers)
    assert wrong in str(refused.value)
