"""Annex A workbooks and extracts: lists found, columns matched, and what a window cuts off given back."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from own import LAST, PARAMETERS, SAMPLES, annex_file, extract_file, synthetic

from simkit.model.inputs.profile import profile
from simkit.returns.dates import number_of
from simkit.returns.durations import CENSORED, COMPLETED, TRUNCATED
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.annex_a import LISTS
from simkit.returns.readers.answers import UNREADABLE_ANSWER, yes_or_no
from simkit.returns.readers.assessments import FIELDS
from simkit.returns.readers.columns import match_columns, normalised
from simkit.returns.records import NO, UNKNOWN, YES
from simkit.returns.result import Return
from simkit.returns.window import FIRST_YEAR, Window


def annex(file: Path, **options: object) -> Return:
    return read_return("annex-a", file, authority="hackney", internal=True, **options)  # type: ignore[arg-type]


def extract(file: Path, **options: object) -> Return:
    return read_return("assessments", file, authority="hackney", internal=True, **options)  # type: ignore[arg-type]


def table(folder: Path, *rows: str, name: str = "extract.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_text("\n".join(rows) + "\n", encoding=encoding)
    return file


# Annex A


@pytest.mark.parametrize(
    ("lists", "method"),
    [
        ("open", CENSORED),
        ("both", CENSORED),
        ("completed", COMPLETED),
        ("begun", CENSORED),
        ("begun-and-completed", TRUNCATED),
    ],
)
@pytest.mark.slow
def test_a_window_gives_the_durations_back_whatever_its_list_takes_in(
    tmp_path: Path, lists: str, method: str
) -> None:
    """Half a year of 12,000 referrals; four standard errors of families of 2.4 children counted together."""
    found = annex(annex_file(tmp_path, lists, referrals=12_000)).durations
    assert found is not None and found.method == method
    for share, truth in zip(found.shares, PARAMETERS.bands, strict=True):
        assert abs(share - truth) < 4 * np.sqrt(truth * (1 - truth) / (found.n / 2.4)) + 0.003


@pytest.mark.slow
def test_a_list_of_what_began_and_ended_would_look_too_quick_without_the_estimate(tmp_path: Path) -> None:
    returned = annex(annex_file(tmp_path, "begun-and-completed", referrals=12_000))
    counts = np.array([number for _, number, _ in returned.bands()], dtype=float)
    assert returned.durations is not None
    assert counts[8] / counts.sum() < 0.8 * returned.durations.shares[8]


@pytest.mark.slow
def test_the_lists_are_counted_exactly(tmp_path: Path) -> None:
    days = 182
    since = np.datetime64(LAST) - np.timedelta64(days - 1, "D")
    returned = annex(annex_file(tmp_path, days=days), first=str(since), last="31/03/2023")
    children = synthetic()
    referred = children[children["CINreferralDate"] >= since].drop_duplicates(
        ["LAchildID", "CINreferralDate"]
    )
    assert returned.count("referrals") == len(referred)
    published = profile("hackney", 2023).by_month
    assert returned.profile.referrals == pytest.approx(len(referred) / sum(published[6:]))  # October to March
    assert returned.window.days == days
    opened = children["AssessmentAuthorisationDate"].isna() & children["AssessmentActualStartDate"].notna()
    still = children[opened].drop_duplicates(["LAchildID", "AssessmentActualStartDate"])
    assert len(returned.open_cases) == len(still)


@pytest.mark.slow
def test_the_window_is_found_from_the_dates_and_a_lone_slip_does_not_widen_it(tmp_path: Path) -> None:
    file = annex_file(tmp_path)
    clean = annex(file).window
    assert abs(clean.days - 182) <= 4
    book = openpyxl.load_workbook(file)
    book["List_4"].append(["SYN-X", "No", dt.datetime(2012, 3, 1), dt.datetime(2012, 3, 2)])
    book.save(file)
    assert annex(file).window == clean


@pytest.mark.slow
def test_a_list_of_a_few_weeks_says_that_it_does_not_know(tmp_path: Path) -> None:
    returned = annex(annex_file(tmp_path, "begun-and-completed", days=28))
    assert returned.durations is None
    assert any("Durations can be measured up to" in note for note in returned.notes)
    assert (
        returned.profile.published is not None and returned.profile.published.total > 3000
    )  # the published ones


def test_the_staff_and_the_shape_of_the_year_are_the_published_ones(tmp_path: Path) -> None:
    returned = annex(annex_file(tmp_path))
    assert "by_month" in returned.from_published
    assert any("are those of 3 October 2022 to 31 March 2023" in note for note in returned.profile.notes)


def test_without_lists_3_and_5_the_rest_is_read(tmp_path: Path) -> None:
    file = annex_file(tmp_path)
    book = openpyxl.load_workbook(file)
    del book["List_3"], book["List_5"]
    book["List_4"].title = "Assessments"
    book["Assessments"].insert_rows(1, 2)
    book["Assessments"]["A1"] = "Annex A, list of assessments"
    book.save(file)
    returned = annex(file)
    assert returned.durations is not None and returned.conferences is None
    assert "nfa_share" in returned.from_published
    assert not next(each for each in returned.quality if each.rule == "enquiry_waiting").checked


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published layout is not here")
def test_the_headings_of_the_published_layout_are_matched() -> None:
    with (SAMPLES / "annex_a_layout.csv").open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    for number, (_, fields) in LISTS.items():
        headings = [row["column_name"] for row in rows if row["list_number"] == str(number)]
        assert {each.field for each in match_columns(headings, fields, {}, "here")} == {
            field.name for field in fields
        }


# Extracts


@pytest.mark.parametrize(
    ("headings", "matched"),
    [
        (("Child ID", "Assessment Start Date", "Date Authorised"), {"child", "start", "end"}),
        (
            ("LAchildID", "AssessmentActualStartDate", "AssessmentAuthorisationDate"),
            {"child", "start", "end"},
        ),
        (("Person_ID", "DATE STARTED", "Date-Completed"), {"child", "start", "end"}),
        (
            ("CINreferralDate", "Start Date", "Assessment Start Date", "End Date"),
            {"referral", "start", "end"},
        ),
    ],
)
def test_columns_are_matched_by_the_words_of_systems(headings: tuple[str, ...], matched: set[str]) -> None:
    found = match_columns(headings, FIELDS, {}, "here")
    assert {each.field for each in found} == matched


def test_the_better_word_wins() -> None:
    found = match_columns(("Start Date", "Assessment Start Date", "End Date"), FIELDS, {}, "here")
    assert next(each.heading for each in found if each.field == "start") == "Assessment Start Date"


def test_columns_can_be_named_and_dates_are_british(tmp_path: Path) -> None:
    file = table(
        tmp_path, "Ref,Opened,Signed", "1,03/05/2022,24/05/2022", "2,04/05/2022,", "3,03/05/2022,03/05/2022"
    )
    returned = extract(file, columns="child=Ref, start=Opened, end=Signed", year=2023)
    assert {name for name, number, _ in returned.bands() if number} == {"days_same_day", "days_11_20"}
    assert returned.count("open_assessments") == 1
    assert [(each.field, each.heading) for each in returned.matched] == [
        ("child", "Ref"),
        ("start", "Opened"),
        ("end", "Signed"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_encoding_and_first_line_of_excel(tmp_path: Path, delimiter: str) -> None:
    rows = (
        "Names of children's teams",
        delimiter.join(("Start date", "End date", "Team")),
        delimiter.join(("03/05/2022", "24/05/2022", "Café")),
    )
    expected = None
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        bands = list(extract(table(tmp_path, *rows[1:], encoding=encoding), year=2023).bands())
        expected = expected or bands
        assert bands == expected
    with_sep = table(tmp_path, f"sep={delimiter}", *rows[1:])
    assert list(extract(with_sep, year=2023).bands()) == expected


def test_an_extract_as_a_workbook_is_the_same(tmp_path: Path) -> None:
    file = extract_file(tmp_path, 300)
    book = openpyxl.Workbook()
    with file.open(encoding="utf-8-sig", newline="") as text:
        for row in csv.reader(text):
            book.active.append(row)
    book.create_sheet("Notes").append(["Made on a Monday"])
    book.save(tmp_path / "extract.xlsx")
    assert list(extract(tmp_path / "extract.xlsx", year=2023).bands()) == list(
        extract(file, year=2023).bands()
    )


def test_a_year_of_an_extract_is_counted_as_in_the_census(tmp_path: Path) -> None:
    from own import census_file

    census = read_return("cin-census", census_file(tmp_path), internal=True)
    assert list(extract(extract_file(tmp_path), year=2023).bands()) == list(census.bands())


def test_referrals_follow_from_the_assessments_of_an_extract(tmp_path: Path) -> None:
    returned = extract(extract_file(tmp_path), year=2023)
    profile = returned.profile
    assert profile.assessments == returned.count("assessments_completed")
    assessed = profile.referrals * (1 - profile.nfa_share) * profile.assessed_share
    assert assessed == pytest.approx(returned.count("referrals_assessed"))
    closed, others = f"{profile.nfa_share:.1%}", f"{profile.assessed_share:.1%}"
    words = f"{closed} are closed at the front door, and {others} of the others are assessed."
    assert any(note.startswith("Referrals: ") and note.endswith(words) for note in profile.notes)


def test_without_a_childs_number_nothing_is_taken_for_a_duplicate(tmp_path: Path) -> None:
    rows = ["Start date,End date", *["03/05/2022,24/05/2022"] * 3]
    returned = extract(table(tmp_path, *rows), year=2023)
    assert returned.count("assessments_completed") == 3


def test_two_columns_with_one_heading_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="2 columns are headed"):
        extract(table(tmp_path, "Start date,Start date,End date", "03/05/2022,03/05/2022,24/05/2022"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Yes", YES),
        ("y", YES),
        (True, YES),
        ("No", NO),
        (None, UNKNOWN),
        # as Ofsted's guidance codes them, and as people write these codes
        ("a) Yes", YES),
        ("a)Yes", YES),
        ("b) No", NO),
        ("c) Unknown", UNKNOWN),
        ("1 - Yes", YES),
        ("1.0", YES),
        ("Yes - child assessed as disabled", YES),
        ("No disability", NO),
        ("Not known", UNKNOWN),
        ("Perhaps", UNREADABLE_ANSWER),
        ("NFA", UNREADABLE_ANSWER),
    ],
)
def test_answers(cell: object, expected: int) -> None:
    assert yes_or_no(cell) == expected


def test_headings_are_compared_by_their_words() -> None:
    assert (
        normalised("Assessment_Start-Date ")
        == normalised("assessment start date")
        == normalised("AssessmentStartDate")
    )


@pytest.mark.slow
def test_an_estimate_has_an_interval_and_a_count_has_none(tmp_path: Path) -> None:
    estimated = annex(annex_file(tmp_path)).durations
    assert estimated is not None and estimated.within_45_interval is not None
    low, high = estimated.within_45_interval
    assert low < (estimated.shown.within_45_share or 0) < high
    assert high - low < 0.15
    counted = annex(annex_file(tmp_path, "completed")).durations
    assert counted is not None and counted.within_45_interval is None


def test_times_to_the_conference_stop_where_few_had_the_time(tmp_path: Path) -> None:
    """41 enquiries of three weeks, 23 of them with a conference in 10 days, and one of twelve weeks."""
    book = openpyxl.Workbook()
    book.active.title = "List 4"
    book.active.append(["Child Unique ID", "Assessment Start Date", "Assessment Authorisation Date"])
    for n in range(80):
        start = dt.date(2023, 1, 2) + dt.timedelta(days=n)
        book.active.append([f"C{n}", start, start + dt.timedelta(days=1)])
    sheet = book.create_sheet("List 5")
    sheet.append(["Child Unique ID", "Section 47 Start Date", "Date of ICPC"])
    for n in range(41):
        start = dt.date(2023, 3, 6)
        sheet.append([f"C{n}", start, start + dt.timedelta(days=9 if n < 23 else 17)])
    sheet.append(["C60", dt.date(2023, 1, 3), dt.date(2023, 3, 21)])
    book.save(tmp_path / "lists.xlsx")
    conferences = annex(tmp_path / "lists.xlsx").conferences
    assert conferences is not None and conferences.reach < 15
    assert conferences.listed == (23, 18, 0, 1) and conferences.within_15_share is None
    assert f"longer than {conferences.reach} working days" in conferences.note
    assert "not known" in str(annex(tmp_path / "lists.xlsx"))


@pytest.mark.parametrize(
    ("first", "last", "year"),
    [
        ("2024-04-04", "2025-04-03", 2025),  # three days of the next year don't make it that year's
        ("2021-04-01", "2024-03-28", 2024),
        ("2024-10-01", "2025-03-31", 2025),
        ("2024-06-01", "2024-11-30", 2025),
    ],
)
def test_a_list_is_named_after_the_year_that_most_of_it_lies_in(first: str, last: str, year: int) -> None:
    days = [number_of(dt.date.fromisoformat(day)) for day in (first, last)]
    assert Window(*days, whole_year=False).year == year


def test_a_list_that_ends_where_no_bank_holiday_is_known_is_refused(tmp_path: Path) -> None:
    """Also where most of it lies in a year whose working days are known."""
    with pytest.raises(ReturnError, match="ends in the year to 31 March 2031"):
        annex(annex_file(tmp_path), first="01/09/2029", last="30/06/2030")


def test_a_list_from_before_the_years_of_known_working_days_is_refused_for_that_year(tmp_path: Path) -> None:
    """Not for the year in which it ends, which is known."""
    early, late = FIRST_YEAR - 2, FIRST_YEAR - 1
    rows = ["Start date,End date", *[f"03/05/{early},24/05/{early}"] * 9, f"01/04/{late},28/04/{late}"]
    with pytest.raises(ReturnError, match=rf"Most of the list is in the year to 31 March {late}\."):
        extract(table(tmp_path, *rows), first=f"01/05/{early}", last=f"30/04/{late}")


@pytest.mark.slow
def test_a_window_that_ends_before_anything_began_is_told_from_one_that_ends_before_it_begins(
    tmp_path: Path,
) -> None:
    file = annex_file(tmp_path)
    with pytest.raises(ReturnError, match="No assessment in the file began by 30 April 2012"):
        annex(file, first="01/05/2011", last="30/04/2012")
    with pytest.raises(ReturnError, match="ends before it begins"):
        annex(file, first="01/12/2024", last="01/11/2024")
