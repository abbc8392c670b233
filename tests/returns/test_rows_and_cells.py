"""Rows that are no records, files cut off, spoilt numbers, times and words in place of dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from own_extract import HEADINGS, extract, in_time, invented, table, text

from simkit.returns.dates import NONE, UNREADABLE, day_of, excel_day
from simkit.returns.errors import ReturnError
from simkit.returns.result import Return

ROWS = [f"{n},{start:%d/%m/%Y},{end:%d/%m/%Y}" for n, start, end in invented()]
HEAD = ",".join(HEADINGS)


@pytest.fixture
def plain(tmp_path: Path) -> Return:
    return extract(text(tmp_path, HEAD, *ROWS))


def refused(folder: Path, *lines: str) -> str:
    with pytest.raises(ReturnError) as error:
        extract(text(folder, *lines))
    assert "/2022" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "row",
    [
        HEAD,
        "int,date,date",
        "-----,----------,----------",
        "Latest,31/03/2023,31/03/2023",
        "Grand Total,240,240",
        "Team A subtotal,05/04/2022,07/04/2022",
        "Report date,31/03/2023,",
        ",Total,240",
    ],
)
def test_a_row_that_is_no_record_counts_as_none(tmp_path: Path, plain: Return, row: str) -> None:
    half = len(ROWS) // 2 if row == HEAD else 0
    found = extract(text(tmp_path, HEAD, *ROWS[:half], row, *ROWS[half:]))
    assert found.counts() == plain.counts()
    assert any(note.startswith("simkit left out 1 row with words") for note in found.notes)


def test_a_child_whose_number_has_no_digits_is_counted(tmp_path: Path) -> None:
    found = extract(text(tmp_path, HEAD, *ROWS, "Max,03/05/2022,24/05/2022"))
    assert found.count("assessments_completed") == len(ROWS) + 1


@pytest.mark.parametrize(
    "headings", [",".join((HEADINGS[0], HEADINGS[2], HEADINGS[1])), "Child,Visit due,Visit done"]
)
def test_a_second_list_below_the_first_is_refused(tmp_path: Path, headings: str) -> None:
    assert f"row {len(ROWS) + 2}: there are words in place of dates" in refused(
        tmp_path, HEAD, *ROWS, headings, *ROWS
    )


@pytest.mark.parametrize("last", ["1250", "1250,03/05/2022", "1250,03/05/20", "1250,03/05/2022,24/05/20"])
def test_a_file_that_ends_in_a_row_is_refused(tmp_path: Path, last: str) -> None:
    file = text(tmp_path, HEAD, *ROWS)
    file.write_text(file.read_text(encoding="utf-8") + last, encoding="utf-8")
    with pytest.raises(ReturnError, match="ends in the middle of a row"):
        extract(file)


def test_a_file_without_a_last_line_break_and_one_with_a_footer_are_whole(
    tmp_path: Path, plain: Return
) -> None:
    for end in ("", "\nReport run on 05/04/2023", "\n(240 rows affected)"):
        file = tmp_path / "whole.csv"
        file.write_text("\n".join([HEAD, *ROWS]) + end, encoding="utf-8")
        assert extract(file).counts() == plain.counts()


@pytest.mark.parametrize("number", ["1.23E+05", "1.2E+12", "#####"])
def test_numbers_of_children_that_a_spreadsheet_shortened_are_refused(tmp_path: Path, number: str) -> None:
    said = refused(tmp_path, HEAD, *(f"{number},{row.partition(',')[2]}" for row in ROWS))
    assert "a spreadsheet has shortened numbers" in said


def test_one_number_for_all_children_is_asked_about(tmp_path: Path) -> None:
    found = extract(text(tmp_path, HEAD, *(f"REDACTED,{row.partition(',')[2]}" for row in ROWS)))
    assert any("One child's number" in question for question in found.questions)


@pytest.mark.parametrize("other", ['"1,000"', "1000\u200b", "\ufeff1000", "1000.00", "'1000", "1000\u00a0"])
def test_one_number_in_two_forms_is_one_child(tmp_path: Path, other: str) -> None:
    found = extract(text(tmp_path, HEAD, *ROWS, f"{other},{ROWS[0].partition(',')[2]}"))
    assert found.count("duplicate_assessment") == 1


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u202a"])
def test_characters_that_nobody_sees_change_nothing(tmp_path: Path, plain: Return, sign: str) -> None:
    rows = [",".join(f"{cell}{sign}" for cell in row.split(",")) for row in ROWS]
    heading = HEAD.replace("Assessment", f"Assess{sign}ment")
    assert extract(text(tmp_path, f"{heading},Disabled", *(f"{row},No{sign}" for row in rows))).count(
        "unreadable_answer"
    ) == plain.count("unreadable_answer")
    assert in_time(extract(text(tmp_path, heading, *rows))) == in_time(plain)


def test_a_delimiter_is_found_below_many_title_lines(tmp_path: Path, plain: Return) -> None:
    titles = [f"Title {n}" for n in range(10)]
    file = text(tmp_path, *titles, *(line.replace(",", ";") for line in (HEAD, *ROWS)))
    assert extract(file).counts() == plain.counts()


@pytest.mark.parametrize(
    "written",
    [
        "2022-06-30 23:00:00+00",
        "2022-06-30 23:00:00.0000000 +00:00",
        "2022-06-30 23:00:00 UTC",
        "30/06/2022 23:00:00Z",
        "Thu, 30 Jun 2022 23:00:00 GMT",
        "2022-07-01T00:00:00+01:00",
        "01/07/2022 00:00 +01",
    ],
)
def test_a_time_zone_in_any_form_counts(written: str) -> None:
    assert day_of(written) == day_of("2022-07-01")


def test_eleven_at_night_in_summer_is_asked_about(tmp_path: Path) -> None:
    def universal(day: dt.date) -> str:
        return f"{day - dt.timedelta(days=1)} 23:00:00" if 4 <= day.month <= 9 else f"{day} 00:00:00"

    rows = [f"{n},{universal(start)},{universal(end)}" for n, start, end in invented()]
    found = extract(text(tmp_path, HEAD, *rows))
    assert (found.count("eleven_at_night") or 0) > 200
    assert any("23:00" in question for question in found.questions)


@pytest.mark.parametrize(
    "word",
    ["01/01/1970", "06/06/2079", "--/--/----", "  /  /  ", "(blank)", "<NA>", "not applicable", "No date"],
)
def test_more_placeholders_for_no_date(word: str) -> None:
    assert day_of(word) == excel_day(word) == NONE


def test_ends_that_cannot_be_read_are_asked_about(tmp_path: Path) -> None:
    rows = [f"{n},03/03/2023,Unknown" for n in range(9000, 9020)]
    found = extract(text(tmp_path, HEAD, *ROWS, *rows))
    assert day_of("Unknown") == UNREADABLE
    assert any("dates can't be read: of the authorisation" in question for question in found.questions)


def test_hidden_rows_are_counted_and_said(tmp_path: Path) -> None:
    file = table(tmp_path, invented())  # type: ignore[arg-type]
    whole = extract(file)
    assert not any("Rows hidden" in note for note in whole.notes)
    book = openpyxl.load_workbook(file)
    for row in range(10, 100):
        book.active.row_dimensions[row].hidden = True
    book.save(file)
    hidden = extract(file)
    assert hidden.counts() == whole.counts()
    assert any("Rows hidden" in note for note in hidden.notes)
