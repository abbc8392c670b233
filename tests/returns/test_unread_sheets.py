"""Nobody takes a part of a workbook for all of it: an answer says which sheets were not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from own import annex_file
from own_extract import HEADINGS, extract

from simkit.output.answers.own_return import data
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.sheet_names import may_be_shown
from simkit.returns.result import Return
from simkit.returns.wording import in_words_of

WIDER = (*HEADINGS, "Disability")
START = dt.date(2022, 5, 2)
Rows = Iterable[tuple[object, ...]]


def rows(first: int, number: int, *more: object) -> list[tuple[object, ...]]:
    return [(n, START + dt.timedelta(days=n), START + dt.timedelta(days=n + 30), *more)
            for n in range(first, first + number)]  # fmt: skip


def workbook(folder: Path, parts: Mapping[str, Rows], hidden: Iterable[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in parts.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    file = folder / "extract.xlsx"
    book.save(file)
    return file


def two_years(folder: Path, first: str = "2023-24", second: str = "2024-25") -> Path:
    """The assessments of two sheets, one of which has a column more."""
    return workbook(folder, {first: [HEADINGS, *rows(0, 30)], second: [WIDER, *rows(30, 40, "No")]})


def unread(returned: Return) -> list[str]:
    """What is said of sheets that were not read."""
    return [note for note in returned.notes if note.startswith("simkit did not")]


def test_a_list_that_goes_on_in_another_sheet_is_asked_about_wherever_the_return_is_shown(
    tmp_path: Path,
) -> None:
    """A year that was left out without a word would be a plausible figure, and wrong."""
    found = extract(two_years(tmp_path))
    assert found.count("assessments_completed") == 40
    (said,) = unread(found)
    assert said in found.questions and said in found.profile.notes
    assert "did not read the sheet '2023-24', which has columns for a start and an end too" in said
    assert "its rows are not counted" in said
    assert said in data(found)["questions"] and said in data(found)["profile_to_use"]["notes"]
    assert said in " ".join(str(found).split())


def test_a_sheet_with_the_same_columns_is_said_to_have_them(tmp_path: Path) -> None:
    file = two_years(tmp_path)
    with in_words_of("command line"):
        (said,) = unread(extract(file, sheet="2023-24"))
    assert "'2024-25', which has the same columns, so its rows are not counted" in said
    assert "same headings, in the same order and leave out --sheet. simkit then reads them" in said


def test_what_is_said_to_do_has_all_rows_counted(tmp_path: Path) -> None:
    """Cells without words to the right of the headings make no difference."""
    parts = {"2023-24": [(*HEADINGS, " "), *rows(0, 30)], "2024-25": [HEADINGS, *rows(30, 40)]}
    found = extract(workbook(tmp_path, parts))
    assert found.count("assessments_completed") == 70 and not unread(found)


def test_dates_that_go_on_without_headings_are_asked_about(tmp_path: Path) -> None:
    file = workbook(tmp_path, {"Part 1": [HEADINGS, *rows(0, 30)], "Part 2": rows(30, 40)})
    (said,) = extract(file).questions[:1]
    assert "'Part 2', which has dates but no headings, so its rows are not counted" in said


def test_other_sheets_are_named_and_empty_ones_are_not(tmp_path: Path) -> None:
    parts: dict[str, Rows] = {
        "Sheet1": [],
        "Notes": [("Made on a Monday",)],
        "List": [HEADINGS, *rows(0, 30)],
    }
    found = extract(
        workbook(tmp_path, {**parts, "Counts": [("Month", "Number"), ("May", 3)], "Sheet5": [(" ",)]})
    )
    assert unread(found) == ["simkit did not read the sheets 'Notes' and 'Counts'."]
    assert not any(said in found.questions for said in unread(found))


def test_of_hidden_sheets_only_the_number_is_said(tmp_path: Path) -> None:
    parts = {name: [HEADINGS, *rows(0, 30)] for name in ("Old", "List", "Older")}
    file = workbook(tmp_path, parts, hidden=("Old", "Older"))
    assert unread(extract(file)) == ["simkit did not look at 2 hidden sheets."]
    asked, hidden = unread(extract(file, sheet="old"))
    assert "'List', which has the same columns" in asked and "unhide the hidden sheet in Excel" in asked
    assert hidden == "simkit did not look at 1 hidden sheet."


def test_a_name_of_a_person_is_nowhere(tmp_path: Path) -> None:
    """Some systems write a sheet for each worker. Such a sheet is named by its place."""
    file = two_years(tmp_path, "Jane Smith", "Mohammed Ali 2024")
    found = extract(file)
    everything = f"{found.notes} {data(found)} {found!s}"
    assert "Smith" not in everything and "Ali" not in everything
    assert "read from the sheet no. 2." in everything and "did not read the sheet no. 1," in everything
    assert extract(file, sheet=" jane  SMITH").count("assessments_completed") == 30
    with pytest.raises(ReturnError, match=r"The workbook has the sheets no\. 1 and no\. 2\.$") as error:
        extract(file, sheet="Jane")
    assert error.value.sheets == ()
    same = [("Who", "Start date", "End date"), *rows(0, 3)], [("End date", "Start date", "Who"), *rows(0, 3)]
    alike = workbook(tmp_path, dict(zip(("Jane Smith", "Mohammed Ali"), same, strict=True)))
    with pytest.raises(ReturnError, match=r"the sheets no\. 1 and no\. 2 could each be the list"):
        extract(alike)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *((name, True) for name in (
            "2023-24", "2023-2024", "Assessments 2023_24", "Q1 2024-25", "Apr-Jun 2023", "April to August",
            "Open Cases", "Raw Data", "Sheet1", "List_4", "ANNEX A", "Annex A List 4", "Closed Assessments",
            "North Team", "Front Door", "Read me", "From January", "Second half", "List 5 - S47", "",
        )),
        *((name, False) for name in (
            "Jane Smith", "Jane_Smith", "SMITH, Jane", "Smith, J", "Jane Smith's Cases", "Jane Smith 2023-24",
            "Dr Ahmed", "April Jones", "1001234", "Child 12345", "id 4411", "12-05-2011", "12 May 2011",
            "2011-05-12", "12.05.11", "jane@example.gov.uk",
        )),
    ],
)  # fmt: skip
def test_which_names_of_sheets_may_be_shown(name: str, shown: bool) -> None:
    assert may_be_shown(name) is shown


@pytest.mark.slow
def test_of_forty_sheets_ten_are_named(tmp_path: Path) -> None:
    parts = {f"Team {n}": [HEADINGS if n else WIDER, *rows(3 * n, 3)] for n in range(40)}
    (said,) = unread(extract(workbook(tmp_path, parts)))
    assert "'Team 9', 'Team 10' and 29 more, which have columns" in said and "their rows" in said
    parts["Team 0"] = [HEADINGS, *rows(0, 3)]
    found = extract(workbook(tmp_path, parts))
    assert found.count("assessments_completed") == 120 and not unread(found)
    assert any("'Team 9' and 30 more, as one list" in note for note in found.notes)


def test_a_chart_is_no_sheet_to_read(tmp_path: Path) -> None:
    file = two_years(tmp_path, "Jane Smith", "2024-25")
    book = openpyxl.load_workbook(file)
    book.create_chartsheet("By month", 0).add_chart(BarChart())
    book.save(file)
    (said,) = unread(extract(file))
    assert "By month" not in said and "the sheet no. 2, which has" in said
    for name in ("Jane Smith", "2024-25"):
        book.remove(book[name])
    book.save(file)
    with pytest.raises(ReturnError, match="no sheet of this workbook has cells"):
        extract(file)


def test_what_is_wrong_with_a_sheet_that_is_not_read_refuses_nothing(tmp_path: Path) -> None:
    parts: dict[str, Rows] = {"List": [HEADINGS, *rows(0, 30)], "Wide": [("x",) * 1200]}
    found = extract(workbook(tmp_path, parts), sheet="List")
    assert found.count("assessments_completed") == 30
    assert unread(found) == ["simkit did not read the sheet 'Wide'."]


def test_a_table_without_sheets_is_read_without_naming_one(tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_text("\n".join((",".join(HEADINGS), "1,02/05/2022,01/06/2022")), encoding="utf-8")
    with pytest.raises(ReturnError, match=r"and this isn't one\. Leave out `sheet`"):
        extract(file, sheet="Sheet1")
    assert not unread(extract(file))


def annex(file: Path) -> list[str]:
    return unread(read_return("annex-a", file, authority="hackney", internal=True))


@pytest.mark.slow
def test_of_annex_a_a_sheet_like_a_list_is_asked_about_and_other_lists_are_not(tmp_path: Path) -> None:
    """Whatever their columns: of its eleven lists three are read, and a list's number says which it is."""
    file = annex_file(tmp_path, referrals=300)
    book = openpyxl.load_workbook(file)
    for name in ("List_2", "Second half"):
        sheet = book.create_sheet(name)
        for line in book["List_4"].iter_rows(values_only=True):
            sheet.append(line)
    for sheet in book.worksheets:
        if not sheet.title.startswith(("List", "Second")):
            book.remove(sheet)
    book.save(file)
    asked, other = annex(file)
    assert asked.startswith(
        "simkit did not read the sheet 'Second half', which has the same columns as List 4, so its rows are"
    )
    assert other == "simkit did not read the sheet 'List_2': from Annex A it uses only Lists 3, 4 and 5."
    book["Second half"].title = "List 4, second half"
    book.save(file)
    assert annex(file) == [other]
    book["List_4"].title, book["List 4, second half"].title = "Assessments", "Second half"
    book.save(file)
    assert "begin the name of each such sheet with 'Assessment' and" in annex(file)[0]
