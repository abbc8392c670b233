"""The survey of all authorities: complete, honest about what isn't known, and safe to open in Excel."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from figure_checks import check, said

from simkit.common.errors import SimkitError
from simkit.framework.check import load, load_each
from simkit.framework.library import find, names
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.output.answers.registry import contents_of
from simkit.output.answers.survey.finding import (
    distances,
    sentences,
    spreads,
    today,
)
from simkit.output.answers.survey.survey import Survey, survey
from simkit.output.render.terminal import render

HEAD = "simkit: framework/1\ntitle: Ours\nstatus: draft\nbased_on: national/working-together-2023\n"
VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 3 working days\n"
)


def _csv(found: Survey) -> str:
    return contents_of(found, "x.csv", ".csv")["x.csv"].decode("utf-8-sig")


@cache
def everything() -> Survey:
    return survey(load_each(names("authorities")))


def cell(found: Survey, name: str, column: str) -> str:
    place = [c.id for c in found.columns].index(column)
    return next(row.cells[place].text for row in found.rows if row.name == name)


@pytest.mark.slow
def test_the_headline_counts_every_authority_once() -> None:
    counts = everything().counts()
    assert sum(counts.values()) == len(everything().rows) == 157
    written = [find(name).read_text(encoding="utf-8") for name in names("authorities")]
    starters = sum("status: starter" in text for text in written)
    assert counts["starters"] == starters
    assert counts["values"] + counts["past"] + counts["headings"] == 157 - starters
    assert (counts["own"], counts["drafts"], counts["nothing"]) == (0, 0, 0)
    assert f"{starters} starters (local framework not known)" in everything().headline()
    assert "(4 of them of authorities that no longer exist)" in everything().headline()


def test_the_finding_counts_authorities_of_today() -> None:
    """153 of them, and no former one: the denominators of the statistics, and none that mixes the two."""
    assert len(today(everything())) == 153
    first = sentences(everything())[0]
    assert "of 153 authorities of today" in first
    assert all(row.la_code for row in today(everything()))


def test_how_far_two_frameworks_lie_apart() -> None:
    """Wirral and Torbay by hand: what both set with a number, and in how much of it they differ."""
    found = survey([load("wirral"), load("torbay"), load("hackney")])
    places = range(len(found.columns))
    one, other = ({n: row.cells[n].days for n in places if row.cells[n].days} for row in found.rows[:2])
    (pair,) = distances(found)
    assert (pair.first, pair.second) == ("Wirral", "Torbay")
    assert pair.both == len(one.keys() & other.keys()) > 0
    assert pair.differ == sum(one[n] != other[n] for n in one.keys() & other.keys())
    assert distances(survey([load("wirral"), load("hackney")])) == (), "nothing is known of Hackney"


def test_a_commitment_is_set_against_the_number_of_the_nation() -> None:
    """Wirral's 30 working days to authorise are stricter than the 45 of the nation."""
    (limit,) = [each for each in spreads(survey([load("wirral")])) if each.column.id == "authorised"]
    assert (limit.nation, limit.stricter, limit.same, limit.looser) == (45, 1, 0, 0)
    for each in spreads(everything()):
        assert each.stricter + each.same + each.looser in (0, len(each.values)), each.column.id
        assert list(each.values) == sorted(each.values)


def test_of_a_starter_every_cell_is_not_known() -> None:
    for row in everything().rows:
        if row.status == "starter":
            assert {each.text for each in row.cells} == {NOT_KNOWN}, row.name


def test_no_shipped_file_claims_that_something_is_not_set() -> None:
    assert NONE_SET not in {each.text for row in everything().rows for each in row.cells}


@pytest.mark.parametrize(
    ("name", "column", "text"),
    [
        ("wirral", "first_review", "5 working days after the referral"),
        (
            "wirral",
            "second_review",
            "within 15 working days of the referral, if the assessment is expected to go beyond it",
        ),
        ("torbay", "second_review", "20 working days after the referral"),
        ("wirral", "authorised_exceptional", "within 45 working days of the referral"),
        ("knowsley", "child_seen_section_47", "within 24 hours of the referral"),
        ("gloucestershire", "child_seen_section_47", "within 24 hours of allocation"),
        ("wokingham", "child_seen_section_47", "within 24 hours of the start of the assessment"),
        ("luton", "referral_acknowledged", "within 1 working day of the referral"),
        ("luton", "referrer_told", "feedback to every referrer"),
        ("torbay", "referrer_told", "within 2 working days of the contact"),
        ("torbay", "referral_acknowledged", NOT_KNOWN),
        (
            "coventry",
            "no_longer_in_force",
            "Initial assessment completed: within 7 working days of the referral "
            "(from October 2010 until 15 April 2013)",
        ),
        ("coventry", "authorised", NOT_KNOWN),
    ],
)
def test_like_commitments_stand_in_one_column(name: str, column: str, text: str) -> None:
    assert cell(everything(), name, column) == text


@pytest.mark.slow
def test_every_local_timescale_and_review_is_in_a_cell() -> None:
    for framework, row in zip(load_each(names("authorities")), everything().rows, strict=True):
        said = "; ".join(each.text for each in row.cells)
        for clock in framework.timescales.values():
            if not clock.national and clock.amount is not None:
                assert str(clock.amount).removeprefix("1 ") in said, (row.name, clock.id)
        for review in framework.reviews.values():
            if review.at is not None and not review.layer.startswith("national/"):
                assert str(review.at) in said


def test_only_what_is_known_to_be_missing_is_none_set(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + VISIT, encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(HEAD + "not_known: [child_seen]\n", encoding="utf-8")
    third = tmp_path / "third.yaml"
    third.write_text(HEAD, encoding="utf-8")
    agreed = replace(load(third), status="agreed")
    found = survey([load(path), load(other), load(third), agreed])
    assert [row.cells[0].text for row in found.rows] == [
        "within 3 working days of allocation",
        NOT_KNOWN,
        NOT_DECIDED,
        NOT_DECIDED,
    ]
    assert [row.cells[0].known for row in found.rows] == [True, False, False, False]
    assert found.headline() == "4 frameworks: 1 the authority's own; 3 drafts, not agreed."


def test_a_draft_is_marked_wherever_its_values_stand(tmp_path: Path) -> None:
    from rich.console import Console

    from simkit.output.figures.survey import survey_figure

    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + VISIT, encoding="utf-8")
    found = survey([load(path), load("hackney")])
    assert found.headline() == ("2 frameworks: 1 draft, not agreed; 1 starter (local framework not known).")
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(render(found.report()))
    text = console.export_text()
    assert re.search(r"Ours +draft, not agreed +within 3 working days", text)
    assert "Hackney (starter): not known." in text
    (axes,) = survey_figure(found).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Child seen by a social worker"]
    words = " ".join(each.get_text() for each in survey_figure(found).texts)
    assert "neither written" not in words and "Hollow: drafts, not agreed." in words
    assert _csv(found).count(",draft,") == 1


def test_frameworks_are_taken_by_name_as_well() -> None:
    assert survey("wirral") == survey(["wirral"]) == survey([load("wirral")])
    with pytest.raises(SimkitError, match="called 'atlantis'"):
        survey(["atlantis"])


def test_national_timescales_are_an_option() -> None:
    found = survey(load_each(["wirral", "trials/hackney", "hackney"]), national=True)
    assert cell(found, "hackney", "national_assessment") == "within 45 working days of the referral"
    assert cell(found, "hackney", "national_initial_assessment") == NONE_SET
    assert cell(found, "trials/hackney", "national_initial_assessment") == "set aside by a dispensation"
    assert not [c for c in everything().columns if c.group == "national"]


def test_csv_has_every_row_and_opens_in_excel() -> None:
    text = _csv(everything())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 157
    assert rows[0]["la_code"] == "301" and rows[0]["la_name"] == "Barking and Dagenham"
    assert contents_of(everything(), "x.csv", ".csv")["x.csv"].startswith(b"\xef\xbb\xbf")


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    bad = VISIT.replace("within: 3 working days", 'no_number: "=1+1"')
    path.write_text(HEAD.replace("Ours", '"=cmd()"') + bad, encoding="utf-8")
    found = survey([load(path)])
    assert "'=1+1" in _csv(found)
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(contents_of(found, "s.xlsx", ".xlsx")["s.xlsx"]))
    assert {c.data_type for row in book["Survey"].iter_rows() for c in row if c.value} == {"s"}


@pytest.mark.slow
def test_the_workbook_keeps_its_header_and_codes() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(contents_of(everything(), "s.xlsx", ".xlsx")["s.xlsx"]))
    sheet = book["Survey"]
    assert sheet.freeze_panes == "D2" and sheet.max_row == 158
    assert sheet["A2"].value == "301" and sheet["A2"].number_format == "@"
    assert [sheet["A1"].value, sheet["C1"].value] == ["DfE code", "Authority"]


def test_the_figure_has_the_commitments_of_most_authorities_and_counts_the_rest() -> None:
    from simkit.output.figures import narrowed
    from simkit.output.figures.survey import survey_alt, survey_figure

    figure = survey_figure(everything())
    check(figure)
    check(narrowed(figure))
    names = [" ".join(label.get_text().split()) for label in figure.axes[0].get_yticklabels()]
    assert len(names) == 12 and "Assessment authorised by a manager" in names
    local = [c for c in everything().columns if c.group in ("timescales", "reviews")]
    assert f"{len(local) - 12} more timescales and reviews are in the table" in said(figure)
    assert "Wirral (documented) 5 wd" in survey_alt(everything())
    assert "No local number of days is known" in said(survey_figure(survey([load("hackney")])))


def test_the_circles_of_a_row_are_the_authorities_with_that_number() -> None:
    path = survey([load("wirral"), load("torbay")])
    days = {row.authority: row.cells for row in path.rows}
    assert days["Wirral"][[c.id for c in path.columns].index("authorised")].days == (30.0,)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimkitError, match="ends in"):
        everything().save(tmp_path / "survey.pdf")


def test_the_text_says_what_not_known_means() -> None:
    from rich.console import Console

    console = Console(width=120, record=True, file=io.StringIO())
    console.print(render(everything().report()))
    text = console.export_text()
    assert "It does not mean that there is none" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 120


def test_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from simkit.cli import main

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        return int(left.value.code or 0)

    monkeypatch.chdir(tmp_path)
    assert run("survey", "wirral", "hackney", "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["starters"] == 1 and data["rows"][1]["authorised"] == NOT_KNOWN
    assert run("survey", "wirral", "--out", "all") == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == {
        "result.json",
        "report.json",
        "survey-values.csv",
        "survey-differences.csv",
        "survey.csv",
        "survey.png",
        "survey.svg",
        "survey-narrow.svg",
    }
    assert run("survey", "wirral", "--out", "survey.pdf") == 1
    assert run("survey", "wirrall") == 1
    assert "Did you mean wirral" in capsys.readouterr().err


def test_what_is_known_is_counted_by_the_year_of_its_source() -> None:
    found = survey([load("wirral"), load("torbay"), load("hackney")])
    assert found.by_year() == {"2017": (4, 1), "undated": (8, 1)}
    assert "2017: 4 (1); undated: 8 (1)" in found.years_words()
    assert found.years_words() in found.report().cautions
    assert survey([load("hackney")]).by_year() == {}
    every = everything()
    assert sum(values for values, _ in every.by_year().values()) == sum(len(row.values) for row in every.rows)


def test_every_value_says_whose_it_is_and_how_far_it_was_read() -> None:
    (limit,) = [v for v in survey([load("wirral")]).rows[0].values if "normal limit" in v.about]
    assert (limit.year, limit.strength, limit.assumed) == ("2017", "verified", "within, from")
    assert limit.as_printed == "at most 30 days" and "Wirral, March 2017" in limit.read_in
    for row in everything().rows:
        assert all(value.read_in and value.strength for value in row.values), row.authority


def test_a_clock_of_an_edition_that_was_not_read_is_marked() -> None:
    found = survey([load("national/working-together-2026")], national=True)
    cells = {column.id: cell for column, cell in zip(found.columns, found.rows[0].cells, strict=True)}
    assert cells["national_assessment"].short == "45 wd?"
    assert "carried over: its text was not read" in cells["national_assessment"].text
    assert cells["national_police_protection"].short == "72 h"
