"""Files as authorities really have them: each kind of mess is read right, asked about, or refused by name."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from own import SAMPLES, annex_file, census_file, episode, extract_file, written
from own_extract import FIRST, HEADINGS, extract, in_time, invented, table, text

import simkit
from simkit.model.inputs.profile import profile
from simkit.returns.dates import NONE, UNREADABLE, day_of, excel_day, shape_of
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.answers import UNREADABLE_ANSWER, AnswerColumns
from simkit.returns.records import NO, UNKNOWN, YES
from simkit.returns.result import Return

FINDINGS = SAMPLES.parent / "findings" / "returns"


# Dates


@pytest.mark.parametrize("word", ["NULL", "nan", "N/A", "Unknown"])
def test_children_without_a_number_are_not_one_child(tmp_path: Path, word: str) -> None:
    rows = [(word, start, end) for _, start, end in invented()]
    (tmp_path / "empty").mkdir()
    one = extract(table(tmp_path, rows))
    other = extract(table(tmp_path / "empty", [("", *dates) for _, *dates in rows]))
    assert one.counts() == other.counts()


@pytest.mark.parametrize(
    "written_as",
    [
        "31-MAR-23",
        "31-Mar-2023",
        "2023/03/31",
        "20230331",
        "Fri 31/03/2023",
        "Friday, 31 March 2023",
        "31st March 2023",
        "March 31, 2023",
        "2023.03.31",
    ],
)
def test_dates_as_systems_write_them(written_as: str) -> None:
    assert day_of(written_as) == day_of("2023-03-31")


@pytest.mark.parametrize(
    "placeholder",
    ["01/01/1900", "1900-01-01", "31/12/9999", "9999-12-31", "Open", "TBC", "#N/A", "ongoing", "not yet"],
)
def test_placeholders_are_open_cases_and_said(tmp_path: Path, placeholder: str) -> None:
    rows = [f"{n},03/05/2022,24/05/2022" for n in range(30)] + [f"99,03/03/2023,{placeholder}"]
    found = extract(text(tmp_path, ",".join(HEADINGS), *rows))
    assert (found.count("assessments_completed"), found.count("open_assessments")) == (30, 1)
    assert found.count("placeholder_date") == 1 and found.count("unreadable_date") == 0


def test_a_nought_formatted_as_a_date_is_a_placeholder() -> None:
    assert excel_day(dt.time(0, 0)) == excel_day(dt.datetime(1899, 12, 30)) == NONE
    assert excel_day(dt.datetime(2019, 13 - 1, 1)) > UNREADABLE


@pytest.mark.parametrize("form", ["%d-%b-%y", "%Y/%m/%d", "%Y%m%d", "%a %d %B %Y"])
def test_a_whole_file_in_another_form_of_date(tmp_path: Path, form: str) -> None:
    rows = invented()
    plain = extract(
        text(tmp_path, ",".join(HEADINGS), *(f"{n},{a:%d/%m/%Y},{b:%d/%m/%Y}" for n, a, b in rows))
    )
    other = text(
        tmp_path,
        ",".join(HEADINGS),
        *(f"{n},{a.strftime(form).upper()},{b.strftime(form)}" for n, a, b in rows),
    )
    assert list(extract(other).bands()) == list(plain.bands())


@pytest.mark.parametrize(
    ("written_as", "shape"),
    [
        ("03/31/2023", "mm/dd/yyyy"),
        ("31~MAR~23", "nn?Mon?nn"),
        ("week 14 of 2023", "word nn word yyyy"),
        ("Zebedee", "word"),
        ("x" * 200, "a longer text"),
    ],
)
def test_what_is_no_date_is_named_by_its_shape(written_as: str, shape: str) -> None:
    assert day_of(written_as) == UNREADABLE and shape_of(written_as) == shape


def test_a_refusal_names_the_shape_and_quotes_nothing(tmp_path: Path) -> None:
    rows = [f"{n},wk{n % 50} 2022,24/05/2022" for n in range(40)]
    with pytest.raises(ReturnError, match="They look like 'wordnn yyyy' or 'wordn yyyy'") as error:
        extract(text(tmp_path, ",".join(HEADINGS), *rows))
    assert "wk" not in str(error.value) and "2022" not in str(error.value)


def swapped(day: dt.date) -> dt.datetime | str:
    """A British date as a spreadsheet with American settings takes it."""
    return dt.datetime(day.year, day.day, day.month) if day.day <= 12 else f"{day:%d/%m/%Y}"


def test_days_and_months_that_a_spreadsheet_swapped_are_swapped_back(tmp_path: Path) -> None:
    rows = invented()
    right = extract(table(tmp_path, rows))
    found = extract(table(tmp_path, [(n, swapped(a), swapped(b)) for n, a, b in rows]))
    assert list(found.bands()) == list(right.bands()) and in_time(found) == in_time(right)
    assert (found.count("swapped_date") or 0) > 100 and right.count("swapped_date") == 0


def test_swapped_days_and_months_are_swapped_back_in_whatever_form_they_were_saved(tmp_path: Path) -> None:
    def saved(day: dt.date) -> str:
        return f"{day.year}-{day.day:02}-{day.month:02} 00:00:00" if day.day <= 12 else f"{day:%d/%m/%Y}"

    rows = invented()
    right = extract(table(tmp_path, rows))
    found = extract(text(tmp_path, ",".join(HEADINGS), *(f"{n},{saved(a)},{saved(b)}" for n, a, b in rows)))
    assert list(found.bands()) == list(right.bands()) and in_time(found) == in_time(right)


@pytest.mark.parametrize(
    "row", [(1, dt.datetime(2022, 6, 14), "20/07/2022"), (1, "05/06/2022", "20/07/2022")]
)
def test_one_date_written_later_does_not_make_swapped_ones_right(
    tmp_path: Path, row: tuple[object, ...]
) -> None:
    """Nearly all dates show a swap, one doesn't: it can't be told which are right, so none is counted."""
    rows = [(n, swapped(a), swapped(b)) for n, a, b in invented()]
    with pytest.raises(ReturnError, match="simkit can't tell which to swap back"):
        extract(table(tmp_path, [*rows, row]))


def test_dates_of_which_only_those_up_to_the_12th_are_left_are_refused(tmp_path: Path) -> None:
    """As pandas leaves them that reads British dates as American ones and drops what it can't read."""
    rows = [(f"{n}", f"{a:%d/%m/%Y}", f"{b:%d/%m/%Y}") for n, a, b in invented()]
    frame = pd.DataFrame(rows, columns=list(HEADINGS))
    for heading in HEADINGS[1:]:
        frame[heading] = pd.to_datetime(frame[heading], format="%m/%d/%Y", errors="coerce")
    with pytest.raises(ReturnError, match="no date of the start of the assessment is after the 12th"):
        extract(frame)


def test_dates_in_universal_time_are_the_days_in_england(tmp_path: Path) -> None:
    """In summer a day begins at 11 in the evening of universal time, so each date would be a day early."""
    rows = invented()
    right = extract(table(tmp_path, rows))
    frame = pd.DataFrame(rows, columns=list(HEADINGS))
    for heading in HEADINGS[1:]:
        days = pd.to_datetime(frame[heading]).dt.tz_localize("Europe/London")
        frame[heading] = days.dt.tz_convert("UTC")
    written_as = frame.copy()
    for heading in HEADINGS[1:]:
        written_as[heading] = written_as[heading].dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    written_as.to_csv(tmp_path / "universal.csv", index=False)
    for found in (extract(frame), extract(tmp_path / "universal.csv")):
        assert list(found.bands()) == list(right.bands()) and in_time(found) == in_time(right)


@pytest.mark.parametrize(
    ("written_as", "day"),
    [
        ("2023-03-25T23:30:00Z", "2023-03-25"),  # the day before the clocks change
        ("2023-03-26T23:00:00Z", "2023-03-27"),
        ("2023-10-28T23:00:00+00:00", "2023-10-29"),
        ("2023-10-29T23:00:00Z", "2023-10-29"),
        ("2023-06-02T00:00:00+01:00", "2023-06-02"),
        ("2023-06-02 00:00:00", "2023-06-02"),
        ("2023-06-02T23:59:59Z", "2023-06-02"),  # as systems write the end of a day
        ("2023-06-02T23:59:59", "2023-06-02"),
        ("2023-06-02Z", "2023-06-02"),
        ("0001-01-01T00:00:00+01:00", ""),
    ],
)
def test_a_time_with_its_zone_is_a_moment_and_any_other_time_is_left_out(written_as: str, day: str) -> None:
    assert day_of(written_as) == day_of(day)


def test_day_numbers_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    """Numbers without a date's format mean other days there: they would be read four years too early."""
    rows = invented()
    right = extract(table(tmp_path, rows))
    book, first = openpyxl.Workbook(), dt.date(1904, 1, 1)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(HEADINGS)
    for n, (child, start, end) in enumerate(rows):
        book.active.append(
            (child, start, end) if n % 2 else (child, (start - first).days, (end - first).days)
        )
    book.save(tmp_path / "from-1904.xlsx")
    found = extract(tmp_path / "from-1904.xlsx")
    assert list(found.bands()) == list(right.bands()) and in_time(found) == in_time(right)
    assert found.count("day_number") == len(rows)


@pytest.mark.parametrize(
    "cell", ["03/04/2022 05/06/2022", "03/04/2022, 05/06/2022", "2022-04-03 - 05/06/2022"]
)
def test_two_dates_in_a_cell_are_no_date(cell: str) -> None:
    assert day_of(cell) == UNREADABLE


def test_a_few_dates_that_look_swapped_prove_nothing(tmp_path: Path) -> None:
    rows = [(n, dt.datetime(2022, 5, n + 1), f"{n + 13}/06/2022") for n in range(6)]
    assert extract(table(tmp_path, rows)).count("swapped_date") == 0


# Sheets and columns


@pytest.mark.parametrize("next_one", ['"see file"', ""])
def test_a_quotation_mark_that_is_not_closed_takes_no_rows_with_it(tmp_path: Path, next_one: str) -> None:
    rows = [f"{n},03/05/2022,24/05/2022," for n in range(60)]
    rows[20] += '"see file'
    rows[40] += next_one
    with pytest.raises(ReturnError, match="after row 21: a cell never ends"):
        extract(text(tmp_path, ",".join((*HEADINGS, "Note")), *rows))


def test_notes_of_several_lines_and_marks_within_a_line_are_read(tmp_path: Path) -> None:
    rows = [f'{n},03/05/2022,24/05/2022,"first\nsecond, ""third"""' for n in range(30)]
    rows += [f'{n},03/05/2022,24/05/2022,12" ruler' for n in range(30, 40)]
    found = extract(text(tmp_path, ",".join((*HEADINGS, "Note")), *rows))
    assert found.count("assessments_completed") == 40


def test_rows_of_which_none_reaches_the_last_heading_are_refused(tmp_path: Path) -> None:
    """A heading with a comma stands above two columns: starts would be ends, and nothing would have ended."""
    headings = "Child ID,Team, worker,Assessment start date,Assessment authorisation date"
    rows = [f"{n},North,03/05/2022,24/05/2022" for n in range(60)]
    with pytest.raises(ReturnError, match="no row has as many cells as there are headings"):
        extract(text(tmp_path, headings, *rows))
    assert (
        extract(text(tmp_path, headings.replace(", worker", ""), *rows)).count("assessments_completed") == 60
    )


def test_a_row_with_more_cells_than_headings_is_refused(tmp_path: Path) -> None:
    """A name with a comma moves every cell after it: the referral's date would be the assessment's start."""
    headings = ("Child ID", "Team", "Referral date", "Assessment start date", "Assessment authorisation date")
    rows = [f"{n},North,29/04/2022,03/05/2022,24/05/2022" for n in range(60)]
    rows[30] = rows[30].replace("North", "Duty, North")
    with pytest.raises(ReturnError, match="row 32: it has more cells than there are headings"):
        extract(text(tmp_path, ",".join(headings), *rows))
    rows[30] = "30,North,29/04/2022,03/05/2022,24/05/2022,, "
    assert extract(text(tmp_path, ",".join(headings), *rows)).count("assessments_completed") == 60


def test_a_title_above_a_table_with_semicolons(tmp_path: Path) -> None:
    rows = [f"{n};{a:%d/%m/%Y};{b:%d/%m/%Y}" for n, a, b in invented()]
    plain = extract(text(tmp_path, ";".join(HEADINGS), *rows))
    titled = extract(text(tmp_path, "Assessments, completed or open, 2022-23", "", ";".join(HEADINGS), *rows))
    assert list(titled.bands()) == list(plain.bands())


def test_a_merged_cell_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    """As in a list in which brothers and sisters share a cell: the second child's row would be lost."""
    rows = [(n, start, end) for n, start, end in invented() for n in (n, n + 5000)]
    right = extract(table(tmp_path, rows))
    book = openpyxl.load_workbook(tmp_path / "extract.xlsx")
    sheet = book.active
    assert sheet is not None
    sheet.insert_rows(1)
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "Assessments of the year"
    for row in range(3, sheet.max_row + 1, 2):
        for column in "BC":
            sheet.merge_cells(f"{column}{row}:{column}{row + 1}")
    book.save(tmp_path / "merged.xlsx")
    found = extract(tmp_path / "merged.xlsx")
    assert found.counts() == right.counts() and found.count("assessments_completed") == 480


def test_a_hidden_sheet_is_not_read_and_the_one_read_is_named(tmp_path: Path) -> None:
    file = table(tmp_path, invented())
    book = openpyxl.load_workbook(file)
    old = book.create_sheet("Old", 0)
    for row in (HEADINGS, (1, FIRST, FIRST)):
        old.append(row)
    old.sheet_state = "hidden"
    book.save(file)
    found = extract(file)
    assert found.count("assessments_completed") == 240
    assert any("read from the sheet 'Assessments'" in note for note in found.notes)
    assert extract(file, sheet="Old").count("assessments_completed") == 1, "unless it is named"


def two_sheets(folder: Path, headings: tuple[str, ...]) -> Path:
    rows = invented()
    file = table(folder, rows[:100], title="April to August")
    book = openpyxl.load_workbook(file)
    second = book.create_sheet("September to March")
    for row in (headings, *rows[100:]):
        second.append(row)
    book.save(file)
    return file


def test_sheets_with_the_same_headings_are_one_list(tmp_path: Path) -> None:
    found = extract(two_sheets(tmp_path, HEADINGS))
    assert list(found.bands()) == list(extract(table(tmp_path, invented())).bands())
    assert any("as one list" in note for note in found.notes)


def test_sheets_that_could_each_be_the_list_are_asked_about(tmp_path: Path) -> None:
    file = two_sheets(tmp_path, ("Child ID", "Assessment start date", "Date authorised"))
    with pytest.raises(ReturnError, match="could each be the list") as error:
        extract(file)
    assert 'sheet="NAME"' in str(error.value)
    assert extract(file, sheet="april to august").count("assessments_completed") == 100
    with pytest.raises(ReturnError, match="has the sheets 'April to August' and 'September to March'"):
        extract(file, sheet="May")


def test_formulas_without_values_are_refused_and_those_with_none_are_empty(tmp_path: Path) -> None:
    file = table(tmp_path, [(1, FIRST, "=B2+30"), *((n, FIRST, FIRST) for n in range(2, 40))])
    with pytest.raises(
        ReturnError, match="'Assessment authorisation date' holds formulas without their values"
    ):
        extract(file)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>')
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert extract(file).count("open_assessments") == 1, "a formula that Excel has worked out to nothing"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("S47 Start", "enquiry"),
        ("Case No", "child"),
        ("Ref Date ", "referral"),
        ("Assmt Start Dt", "start"),
        ("Date Assessment Authorised", "end"),
        ("Authorised On", "end"),
        ("Mosaic No", "child"),
        ("Disabled Y/N", "disabled"),
        ("ICPC  Date", "conference"),
    ],
)
def test_headings_in_the_usual_variants(tmp_path: Path, heading: str, field: str) -> None:
    columns = {"Assessment start date": [FIRST] * 30, "Assessment authorisation date": [FIRST] * 30}
    replaced = {"start": "Assessment start date", "end": "Assessment authorisation date"}
    columns.pop(replaced.get(field, ""), None)
    frame = pd.DataFrame({heading: [FIRST] * 30, **columns})
    found = extract(frame)
    assert {each.field: each.heading for each in found.matched}[field] == heading.strip().replace("  ", " ")


def test_columns_not_understood_are_listed(tmp_path: Path) -> None:
    rows = [(*row, "North", "x") for row in invented()]
    found = extract(table(tmp_path, rows, (*HEADINGS, "Team", "Outcome")))
    assert found.not_used == ("Team", "Outcome")
    assert "Not used: Team, Outcome" in str(found)


def test_a_list_without_the_childs_number_says_what_that_means(tmp_path: Path) -> None:
    rows = [(a, b, factor) for _, a, b in invented() for factor in ("2B", "3B", "4B")]
    found = extract(table(tmp_path, rows, (*HEADINGS[1:], "Factor")))
    assert any("no column with the number of the child" in note for note in found.notes)
    numbered = extract(table(tmp_path, [(n, a, b) for n, a, b in invented() for _ in range(3)]))
    assert numbered.count("assessments_completed") == 240 and numbered.count("duplicate_assessment") == 480


# One assessment once


def test_an_assessment_with_and_without_its_end_is_one(tmp_path: Path) -> None:
    rows = invented()
    file = table(tmp_path, [*rows, *((n, a, None) for n, a, _ in rows[:7])])
    found = extract(file)
    assert (found.count("open_and_ended"), found.count("open_assessments")) == (7, 0)
    assert in_time(found) == in_time(extract(table(tmp_path, rows)))


def test_overlaps_of_one_referral_are_a_query(tmp_path: Path) -> None:
    """Census rule 8863: begun while another of the same episode runs, or on its last day."""
    one = episode(start="2022-05-04", end="2022-06-10")
    pairs = {"2022-05-20": 1, "2022-06-10": 1, "2022-06-13": 0}
    for begun, expected in pairs.items():
        second = (
            f"<Assessments><AssessmentActualStartDate>{begun}</AssessmentActualStartDate>"
            "<AssessmentAuthorisationDate>2022-06-20</AssessmentAuthorisationDate></Assessments>"
        )
        file = written(tmp_path, one.replace("</Assessments>", f"</Assessments>{second}"))
        found = read_return("cin-census", file, internal=True)
        finding = next(each for each in found.quality if each.rule == "overlap")
        assert (finding.count, finding.level) == (expected, "query")


def test_what_was_left_open_in_a_closed_episode_is_not_open_work(tmp_path: Path) -> None:
    closed = episode(start="2022-05-04", closed="2022-09-01")
    file = written(tmp_path, *[closed] * 8, *[episode(start="2023-03-01")] * 9)
    found = read_return("cin-census", file, internal=True)
    assert (found.count("closed_but_open"), found.count("open_assessments")) == (8, 9)
    assert found.open_cases is not None and len(found.open_cases) == 9


def test_an_answer_on_any_row_of_an_assessment_counts(tmp_path: Path) -> None:
    """A list joined to other lists repeats an assessment: the order of its rows doesn't decide its route."""
    headings = ",".join((*HEADINGS, "S47 start date", "Disabled"))
    ended = [f"{n},03/05/2022,24/05/2022,," for n in range(30)]
    rows = [f"{100 + n},01/03/2023,,{more}" for n in range(9) for more in (",No", "02/03/2023,No")]
    rows += [f"{200 + n},01/03/2023,,{more}" for n in range(7) for more in (",No", ",Yes")]
    for each in (rows, rows[::-1]):
        found = extract(text(tmp_path, headings, *ended, *each))
        open_ = {route: number for route, age, number in found.open_by_route_and_age() if age == "21_30"}
        assert open_ == {"section_17": 0, "disabled_children": 7, "section_47": 9}


def test_an_enquiry_with_and_without_its_conference_is_one(tmp_path: Path) -> None:
    headings = ",".join((*HEADINGS, "S47 start date", "ICPC date"))
    rows = [f"{n},03/05/2022,24/05/2022,04/05/2022,20/05/2022" for n in range(30)]
    rows += [f"{n},03/06/2022,24/06/2022,04/05/2022," for n in range(30)]
    found = extract(text(tmp_path, headings, *rows))
    assert (found.count("section47_enquiries"), found.count("icpcs")) == (30, 30)


def test_a_closure_that_cannot_be_read_is_a_closure(tmp_path: Path) -> None:
    """What was closed on a day that can't be read isn't open; many such days are refused."""
    headings = ",".join((*HEADINGS, "Closure date"))
    ended = [f"{n},03/05/2022,24/05/2022,27/05/2022" for n in range(60)]
    few = [f"{100 + n},01/03/2023,,in spring" for n in range(4)]
    found = extract(text(tmp_path, headings, *ended, *few))
    assert (found.count("open_assessments"), found.count("closed_but_open")) == (0, 4)
    with pytest.raises(ReturnError, match="dates of the closure can't be read"):
        extract(text(tmp_path, headings, *ended, *(f"{100 + n},01/03/2023,,in spring" for n in range(30))))


def test_one_child_that_waits_does_not_make_a_list_one_of_all_referrals(tmp_path: Path) -> None:
    headings = ",".join(("Child ID", "Referral date", *HEADINGS[1:]))
    rows = [f"{n},{a:%d/%m/%Y},{a:%d/%m/%Y},{b:%d/%m/%Y}" for n, a, b in invented()]
    without = extract(text(tmp_path, headings, *rows))
    waiting = [f"{5000 + n},01/03/2023,," for n in range(20)]
    one = extract(text(tmp_path, headings, *rows, waiting[0]))
    assert one.profile.referrals == without.profile.referrals > 270 and "referrals" in one.from_published
    every = extract(text(tmp_path, headings, *rows, *waiting))
    assert (every.count("referrals"), every.profile.referrals) == (260, 260)


def test_a_childs_number_with_and_without_leading_noughts_is_one(tmp_path: Path) -> None:
    """A spreadsheet takes them away in one list and leaves them in another."""
    right = read_return("annex-a", annex_file(tmp_path), authority="hackney", internal=True)
    book = openpyxl.load_workbook(annex_file(tmp_path))
    for number in (3, 4, 5):
        sheet = book[f"List_{number}"]
        for row in range(2, sheet.max_row + 1):
            digits = int("".join(each for each in str(sheet.cell(row, 1).value) if each.isdigit()))
            sheet.cell(row, 1).value = f"{digits:09}" if number == 4 else digits
    file = tmp_path / "noughts.xlsx"
    book.save(file)
    found = read_return("annex-a", file, authority="hackney", internal=True)
    assert found.counts() == right.counts()


# Answers


def annex_with(folder: Path, number: int, heading: str, answers: dict[object, object]) -> Path:
    """An Annex A workbook in which the answers of one column are written in another way."""
    file = annex_file(folder, referrals=2400)
    book = openpyxl.load_workbook(file)
    sheet = book[f"List_{number}"]
    column = [cell.value for cell in sheet[1]].index(heading) + 1
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, column)
        cell.value = answers.get(cell.value, cell.value)
    book.save(file)
    return file


@pytest.mark.parametrize(("yes", "no"), [("a)Yes", "b)No"), ("1 - Yes", "2 - No"), ("Yes", None), ("Y", "N")])
@pytest.mark.slow
def test_every_coding_of_annex_a_says_the_same(tmp_path: Path, yes: object, no: object) -> None:
    usual = read_return("annex-a", annex_file(tmp_path), authority="hackney", internal=True)
    file = annex_with(tmp_path, 3, "Referral NFA?", {"a) Yes": yes, "b) No": no})
    other = read_return("annex-a", file, authority="hackney", internal=True)
    assert other.profile.nfa_share == usual.profile.nfa_share
    assert 0.04 < usual.profile.nfa_share < 0.1 and "nfa_share" not in usual.from_published
    assert (usual.count("enquiry_waiting") or 0) < 30
    disabled = [n for route, _, n in usual.open_by_route_and_age() if route == "disabled_children"]
    assert sum(filter(None, disabled)) == 8


@pytest.mark.slow
def test_an_answer_that_cannot_be_read_makes_no_rate(tmp_path: Path) -> None:
    file = annex_with(tmp_path, 3, "Referral NFA?", {"a) Yes": "closed"})
    found = read_return("annex-a", file, authority="hackney", internal=True)
    assert (found.count("unreadable_answer") or 0) > 50
    assert "nfa_share" in found.from_published
    assert found.profile.nfa_share == profile("hackney", 2023).nfa_share
    file = annex_with(tmp_path, 4, "Does the Child have a Disability", {"a) Yes": "maybe"})
    found = read_return("annex-a", file, authority="hackney", internal=True)
    assert "disabled_children" not in {route for route, _, _ in found.open_by_route_and_age()}
    assert any("disabled children can't be told apart" in note for note in found.notes)


def answered(cells: Sequence[object], how: str = "column", **named: int) -> list[int]:
    """What a column of answers says, each cell of another child."""
    reader = AnswerColumns({"x": "x"}, {"x": named})
    answers: list[int] = getattr(reader, how)("x", cells, np.arange(len(cells))).tolist()
    return answers


def test_an_empty_cell_means_no_where_only_yes_is_written() -> None:
    assert answered(["Yes", None, ""]) == [YES, NO, NO]
    assert answered(["Yes", "No", None]) == [YES, NO, UNKNOWN]
    assert answered(["Yes", "c) Unknown", None]) == [YES, UNKNOWN, UNKNOWN]
    assert answered(["X", None, ""], x=YES) == [YES, NO, NO]


def test_referrals_in_twelve_months_count_with_and_without_the_one_of_the_row() -> None:
    assert answered([0, 1, "2", None], "earlier") == [NO, YES, YES, UNKNOWN]
    assert answered([1, 1, 2, "3.0"], "earlier") == [NO, NO, YES, YES]
    assert answered([1, 2, "first", "many"], "earlier", first=NO, many=YES) == [NO, YES, NO, YES]


def test_one_nought_does_not_turn_a_list_that_counts_each_rows_own_referral() -> None:
    """It would make every child of the list a re-referral."""
    assert answered([*[1] * 30, 0, 2, 3], "earlier") == [*[NO] * 30, UNKNOWN, YES, YES]
    assert answered([*[0] * 30, *[1] * 29, 2], "earlier") == [*[NO] * 30, *[YES] * 30]
    mixed = [*[0] * 10, *[1] * 30, 2]
    assert answered(mixed, "earlier") == [*[UNREADABLE_ANSWER] * 10, *[NO] * 30, YES]
    assert answered(mixed, "earlier", **{"0": NO, "1": YES}) == [*[NO] * 10, *[YES] * 31]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("nfa", "No further action", YES),
        ("3.nfa", "b) No Further Action", YES),
        ("nfa", "NFA", YES),
        ("nfa", "No - assessment", NO),
        ("nfa", "Not closed", UNREADABLE_ANSWER),
        ("nfa", "Not recorded", UNKNOWN),
        ("5.not_required", "No conference needed", UNREADABLE_ANSWER),
        ("5.not_required", "Not required", UNREADABLE_ANSWER),
        ("4.disabled", "No disability", NO),
    ],
)
def test_no_further_action_is_no_no(column: str, cell: str, expected: int) -> None:
    """In a column that asks for it, these words are its yes: read as no, none of them would count."""
    assert AnswerColumns({column: "x"}, {}).one(column, cell, 1) == expected


@pytest.mark.slow
def test_the_words_no_further_action_count_as_yes(tmp_path: Path) -> None:
    usual = read_return("annex-a", annex_file(tmp_path), authority="hackney", internal=True)
    file = annex_with(tmp_path, 3, "Referral NFA?", {"a) Yes": "No further action", "b) No": None})
    found = read_return("annex-a", file, authority="hackney", internal=True)
    assert found.profile.nfa_share == usual.profile.nfa_share


@pytest.mark.slow
def test_no_rate_is_made_where_most_answers_are_missing(tmp_path: Path) -> None:
    """Yes in 93 of 1,236 and a few noes would be called most of those that were answered."""
    file = annex_file(tmp_path)
    book = openpyxl.load_workbook(file)
    for row in range(2, book["List_3"].max_row + 1):
        for column, kept in ((4, "a) Yes"), (5, 1)):
            cell = book["List_3"].cell(row, column)
            cell.value = cell.value if cell.value == kept or row % 40 == 0 else None
    book.save(file)
    found = read_return("annex-a", file, authority="hackney", internal=True)
    assert found.count("referrals_nfa") and found.count("referrals_not_nfa")
    assert {"nfa_share", "rereferral_share"} <= set(found.from_published)


def test_annex_a_takes_re_referrals_from_its_own_column(tmp_path: Path) -> None:
    found = read_return("annex-a", annex_file(tmp_path), authority="hackney", internal=True)
    again, first = found.count("rereferrals"), found.count("referrals_first")
    assert found.profile.rereferral_share == again / (again + first)  # type: ignore[operator]


@pytest.mark.slow
def test_a_column_of_annex_a_can_be_named(tmp_path: Path) -> None:
    file = annex_file(tmp_path)
    book = openpyxl.load_workbook(file)
    book["List_4"]["D1"] = "Signed off"
    book.save(file)
    with pytest.raises(ReturnError, match=r'"4\.end": "YOUR HEADING"'):
        read_return("annex-a", file, authority="hackney")
    found = read_return("annex-a", file, authority="hackney", columns={"4.end": "Signed off"})
    assert found.durations == read_return("annex-a", annex_file(tmp_path), authority="hackney").durations


# What a list holds, and the days it covers


@pytest.mark.slow
def test_what_was_begun_with_open_ones_is_the_volume_of_a_list_of_those_begun(tmp_path: Path) -> None:
    every = {
        lists: read_return("annex-a", annex_file(tmp_path, lists, referrals=12_000), authority="hackney")
        for lists in ("open", "both", "completed", "begun", "begun-and-completed")
    }
    completed = every["completed"].profile.assessments
    for lists, found in every.items():
        assert found.profile.assessments == pytest.approx(completed, rel=0.08), lists
    assert every["begun"].count("assessments_completed") < 0.85 * every["completed"].count(
        "assessments_completed"
    )  # type: ignore[operator]


def test_the_days_covered_are_printed_and_a_thin_beginning_is_asked_about(tmp_path: Path) -> None:
    rows = [row for row in invented(1500) if row[0] % 3 == 0 or row[1] > dt.date(2022, 9, 1)]
    found = extract(table(tmp_path, rows), year=None, holds="begun")
    assert found.window.text.startswith("1 April 2022 to ")
    assert any("Markedly fewer assessments" in question for question in found.questions)
    assert f"Covers     {found.window.text}" in str(found)
    assert "Please check" in str(found)
    whole = extract(table(tmp_path, invented(1500)), year=None, holds="begun")
    assert not any("Markedly fewer assessments" in question for question in whole.questions)


def test_the_days_of_a_list_of_few_are_not_shown_but_its_months() -> None:
    frame = pd.DataFrame(invented(20), columns=list(HEADINGS))
    found = extract(frame, year=None)
    assert found.window.text == "April 2022 to October 2022" and "days, as its" not in str(found)
    given = extract(frame, year=None, first="2022-04-01", last="2023-03-31")
    assert given.window.text == "1 April 2022 to 31 March 2023"


def test_a_year_that_a_file_begins_with_is_asked_about(tmp_path: Path) -> None:
    (question,) = extract(table(tmp_path, invented())).questions
    assert "it lacks assessments that began earlier and were completed then" in question
    begun = extract(table(tmp_path, invented()), holds="begun")
    assert begun.questions == () and begun.durations is not None and begun.durations.within_45_interval


def test_an_authority_that_had_ended_is_asked_about(tmp_path: Path) -> None:
    (question,) = read_return("cin-census", written(tmp_path, episode(), la="928")).questions
    assert "ended on 31 March 2021" in question and "North Northamptonshire (940)" in question
    assert read_return("cin-census", written(tmp_path, episode(), la="E09000012")).name == "Hackney"


# Re-referrals


def census_of_referrals(folder: Path, extra: str = "") -> Return:
    """340 children, 40 of whom were referred again; and one on the first day and again on the last."""
    rng = np.random.default_rng(5)
    first = np.datetime64("2022-04-01")
    days = np.sort(rng.integers(0, 365, 300))
    children = [episode(str(first + np.timedelta64(day, "D"))) for day in days.tolist()]
    for number in range(40):
        at = int(rng.integers(0, 300))
        again = min(364, int(days[at]) + int(rng.integers(10, 200)))
        children[at] += episode(str(first + np.timedelta64(again, "D")))
        assert number >= 0
    return read_return("cin-census", written(folder, *children, *([extra] if extra else [])), internal=True)


def test_one_referral_on_the_last_day_does_not_make_all_of_them_re_referrals(tmp_path: Path) -> None:
    without = census_of_referrals(tmp_path).profile.rereferral_share
    found = census_of_referrals(tmp_path, episode("2022-04-01") + episode("2023-03-31"))
    assert found.profile.rereferral_share == pytest.approx(without, abs=0.01)
    assert 0.1 < without < 0.3
    assert any("Re-referrals are followed back for" in note for note in found.profile.notes)


def test_assessed_and_further_are_counted_in_the_records(tmp_path: Path) -> None:
    """Eight in ten assessed and two in ten assessed again are not ten in ten assessed."""
    once = episode("2022-06-01", start="2022-06-02", end="2022-07-01")
    second = (
        "<Assessments><AssessmentActualStartDate>2022-09-02</AssessmentActualStartDate>"
        "<AssessmentAuthorisationDate>2022-10-02</AssessmentAuthorisationDate></Assessments>"
    )
    twice = once.replace("</Assessments>", f"</Assessments>{second}")
    file = written(
        tmp_path, *[episode("2022-06-01")] * 20, *[once] * 60, *[twice] * 20, episode(start="2023-03-30")
    )
    found = read_return("cin-census", file, internal=True).profile
    assert found.assessed_share == pytest.approx(81 / 101)
    assert found.repeat_share == pytest.approx(20 / 101)


# Tables of pandas, and the files that went wrong


def test_a_table_of_pandas_is_the_same_as_its_file(tmp_path: Path) -> None:
    file = extract_file(tmp_path, 400)
    frame = pd.read_csv(file, encoding="utf-8-sig")
    for column in frame.columns[frame.columns.str.contains("Date")]:
        frame[column] = pd.to_datetime(frame[column], dayfirst=True)
    renamed = frame.rename(columns={"Assessment Start Date": "Opened"})
    found = simkit.read_return(renamed, columns={"start": "Opened"}, authority="hackney")
    assert found.shown == simkit.read_return(file, authority="hackney").shown
    with pytest.raises(ReturnError, match=r'the table: no column was found .* columns=\{"start"'):
        simkit.read_return(renamed, authority="hackney")
    with pytest.raises(ReturnError, match="not as cin-census"):
        simkit.read_return("cin-census", frame)


@pytest.mark.parametrize("make", [census_file, annex_file, extract_file])
def test_the_kind_is_told_from_the_file(tmp_path: Path, make: object) -> None:
    file = make(tmp_path, referrals=400)  # type: ignore[operator]
    assert simkit.read_return(str(file), authority="hackney").durations is not None


def test_a_file_of_no_kind_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="no column was found for the start"):
        simkit.read_return(text(tmp_path, "a,b", "1,2"))


@pytest.mark.skipif(not FINDINGS.is_dir(), reason="the files that went wrong are not here")
def test_the_files_that_went_wrong() -> None:
    def census(name: str) -> Return:
        return read_return(FINDINGS / name, internal=True)

    assert census("B01-rereferral-1-april-31-march.xml").profile.rereferral_share == pytest.approx(
        0.165, abs=0.003
    )
    assert census("B06-overlap.xml").count("overlap") == 20
    ended, referrals = census("B16-928.xml").questions
    assert "ended on 31 March 2021" in ended and "is the return that of the whole authority?" in referrals
    assert in_time(extract(FINDINGS / "B04-half-swapped.xlsx")) == (199, 236)
    right = list(extract(FINDINGS / "B04-right.xlsx").bands())
    assert list(extract(FINDINGS / "B04-half-swapped.xlsx").bands()) == right
    names = ("B11-dd-MON-yy.csv", "B11-yyyy-slash.csv", "B13-title-semicolon.csv")
    assert {in_time(extract(FINDINGS / name)) for name in names} == {(167, 196)}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not here")
def test_the_public_samples_are_read() -> None:
    samples = sorted((SAMPLES / "cin_census_samples").glob("*.xml"))
    assert len(samples) == 6
    for file in samples:
        own = None if "fake" not in file.name else "hackney"  # its code is nobody's
        assert "referrals" in read_return(file, authority=own).shown
