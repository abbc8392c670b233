"""Bad datasets end in a sentence with what to do: nothing is written, and nothing of the file is quoted."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_dataset import as_csv, as_parquet, as_sqlite, tables

from simkit.returns.casework.month_ends import month_ends
from simkit.returns.casework.open_list import open_list
from simkit.returns.dates import UNREADABLE
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.ssd import read_dataset
from simkit.returns.records import UNKNOWN, YES
from simkit.returns.result import Return
from simkit.returns.window import window_of_year

Tables = dict[str, pd.DataFrame]


def changed(**tables_: pd.DataFrame | None) -> Tables:
    """The tables with some replaced, or left out where None."""
    made = {**tables(300), **tables_}
    return {name: table for name, table in made.items() if table is not None}


def refused(place: Path, kind: str = "ssd", **options: object) -> str:
    with pytest.raises(ReturnError) as error:
        read_return(kind, place, authority="hackney", **options)  # type: ignore[arg-type]
    text = str(error.value)
    assert not re.search(r"SYN-|\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", text)
    return text


def read(folder: Path, made: Tables) -> Return:
    return read_return("ssd", as_csv(folder, made), authority="hackney", year=2023, internal=True)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "letters.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no table of the Standard Safeguarding Dataset" in refused(tmp_path)
    with pytest.raises(ReturnError, match="no table of the Standard Safeguarding Dataset"):
        read_return(tmp_path, authority="hackney")


def test_one_table_instead_of_the_folder(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    assert "Give the folder" in refused(place / "ssd_cin_assessments.csv")


def test_a_row_of_csv_with_more_cells_than_headings(tmp_path: Path) -> None:
    """A comma in a name would move the dates of its row by a column."""
    place = as_csv(tmp_path, tables(300))
    file = place / "ssd_cin_assessments.csv"
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    lines[20] = f"A, {lines[20]}"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert "row 21: it has more cells than there are headings" in refused(place)


def test_no_authority_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="authority"):
        read_return("ssd", as_csv(tmp_path, tables(300)))


@pytest.mark.parametrize("table", ["ssd_cin_episodes", "ssd_cin_assessments"])
def test_a_table_that_all_rests_on(tmp_path: Path, table: str) -> None:
    text = refused(as_csv(tmp_path, changed(**{table: None})))
    assert table in text and "nothing can" in text


@pytest.mark.parametrize(
    ("table", "lost", "kept"),
    [
        ("ssd_contacts", "contact_to_referral_days", "referral_to_seen_days"),
        ("ssd_cin_visits", "referral_to_seen_days", "contact_to_referral_days"),
        ("ssd_involvements", "referral_to_allocation_days", "referral_to_seen_days"),
        ("ssd_professionals", "fte_assessing", "people_assessing"),
        ("ssd_disability", "disabled_share", "referral_to_seen_days"),
    ],
)
@pytest.mark.slow
def test_a_missing_table_is_said_with_what_it_costs(tmp_path: Path, table: str, lost: str, kept: str) -> None:
    own = read(tmp_path, {name: each for name, each in tables().items() if name != table})
    assert any(table in note and "can't be measured" in note for note in own.notes)
    figures = {each.name: each for each in own.casework.figures} if own.casework else {}
    assert figures[lost].value is None and figures[lost].why == "not in the dataset"
    assert figures[kept].value is not None


def test_a_table_of_another_version(tmp_path: Path) -> None:
    """Older versions call the authorisation otherwise; a column that only one figure needs costs that one."""
    work = tables(300)["ssd_cin_assessments"].rename(columns={"cina_assessment_auth_date": "cina_auth"})
    text = refused(as_csv(tmp_path, changed(ssd_cin_assessments=work)))
    assert "cina_assessment_auth_date" in text and "newer version" in text


def test_a_missing_column_is_said_with_what_it_costs(tmp_path: Path) -> None:
    visits = tables(300)["ssd_cin_visits"].drop(columns="cinv_cin_visit_seen_alone")
    own = read(tmp_path, changed(ssd_cin_visits=visits))
    assert any("seen alone" in note and "can't be measured" in note for note in own.notes)


def test_tables_of_two_authorities(tmp_path: Path) -> None:
    other = tables(300, 6, 2)["ssd_cin_assessments"].copy()
    other["cina_referral_id"] = "X" + other["cina_referral_id"]
    assert "different extracts, versions or authorities" in refused(
        as_csv(tmp_path, changed(ssd_cin_assessments=other))
    )


def test_ids_that_do_not_join_are_counted_and_kept(tmp_path: Path) -> None:
    work = tables(300)["ssd_cin_assessments"].copy()
    work.loc[work.index[-10:], "cina_referral_id"] = "nowhere"
    own = read(tmp_path, changed(ssd_cin_assessments=work))
    assert own.count("unjoined_row") == 10
    assert own.count("assessments_completed") is not None


@pytest.mark.slow
def test_duplicated_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    whole = read(tmp_path, tables(300))
    twice = {name: pd.concat([each, each.head(7)]) for name, each in tables(300).items()}
    (tmp_path / "twice").mkdir()
    again = read(tmp_path / "twice", twice)
    assert again.count("duplicate_row") == sum(min(7, len(each)) for each in tables(300).values())
    rest = {name: count for name, count in again.counts().items() if name != "duplicate_row"}
    assert rest == {name: count for name, count in whole.counts().items() if name != "duplicate_row"}
    assert _figures(again) == _figures(whole)


NO_IDS = ["", "NULL", "nan", "None", "-1"]


@pytest.mark.parametrize("text", NO_IDS)
def test_rows_without_an_id_are_not_taken_for_one_another(tmp_path: Path, text: str) -> None:
    visits, referrals = (tables(300)[name].copy() for name in ("ssd_cin_visits", "ssd_cin_episodes"))
    visits["cinv_cin_visit_id"] = text
    referrals.loc[referrals.index[-20:], "cine_referral_id"] = text
    dataset = read_dataset(as_csv(tmp_path, changed(ssd_cin_visits=visits, ssd_cin_episodes=referrals)))
    assert len(dataset.casework.visits) == len(visits)
    assert len(dataset.records.referrals) == len(referrals)
    assert dataset.records.problem_counts["duplicate_row"] == 0


def test_an_id_with_and_without_a_decimal_point_is_one_id(tmp_path: Path) -> None:
    made = {name: each.copy() for name, each in tables(300).items()}
    for table, column in (
        ("ssd_cin_episodes", "cine_referral_id"),
        ("ssd_cin_assessments", "cina_referral_id"),
        ("ssd_s47_enquiry", "s47e_referral_id"),
    ):
        made[table][column] = made[table][column].str.removeprefix("R")
    again = made["ssd_cin_episodes"].head(1).assign(cine_referral_id="1.0")
    made["ssd_cin_episodes"] = pd.concat([again, made["ssd_cin_episodes"]])
    dataset = read_dataset(as_csv(tmp_path, made))
    referrals, work = dataset.records.referrals, dataset.records.assessments
    assert dataset.records.problem_counts["duplicate_row"] == 1
    assert np.array_equal(referrals.child[work.group], work.child), "each joined to a referral of its child"


@pytest.mark.parametrize(("no", "yes"), [("0", "1"), ("false", "true"), ('"No"', '"Yes"'), ('"n"', '"y"')])
def test_whether_a_conference_was_needed_is_read_in_every_form_of_json(
    tmp_path: Path, no: str, yes: str
) -> None:
    made = tables(300)["ssd_s47_enquiry"].copy()
    column = made["s47e_s47_outcome_json"]
    made["s47e_s47_outcome_json"] = column.str.replace('FLAG": "N"', f'FLAG": {no}').str.replace(
        'FLAG": "Y"', f'FLAG": {yes}'
    )
    (tmp_path / "other").mkdir()
    usual = read_dataset(as_csv(tmp_path, tables(300)))
    other = read_dataset(as_csv(tmp_path / "other", changed(ssd_s47_enquiry=made)))
    assert (usual.records.enquiries.not_required == YES).any()
    assert np.array_equal(usual.records.enquiries.not_required, other.records.enquiries.not_required)


@pytest.mark.parametrize("first", [True, False])
def test_a_conference_whose_day_cannot_be_read_gives_way_to_one_that_has_a_day(
    tmp_path: Path, first: bool
) -> None:
    held = tables(300)["ssd_initial_cp_conference"]
    spoilt = held.assign(icpc_icpc_id="X" + held["icpc_icpc_id"], icpc_icpc_date="see file")
    for number, link in enumerate((held["icpc_s47_enquiry_id"], "")):
        place = tmp_path / str(number)
        (place / "twice").mkdir(parents=True)
        once, again = (each.assign(icpc_s47_enquiry_id=link) for each in (held, spoilt))
        both = pd.concat([again, once] if first else [once, again])
        usual = read_dataset(as_csv(place, changed(ssd_initial_cp_conference=once)))
        other = read_dataset(as_csv(place / "twice", changed(ssd_initial_cp_conference=both)))
        assert np.array_equal(usual.records.enquiries.conference, other.records.enquiries.conference)
        assert np.array_equal(usual.records.referrals.conference, other.records.referrals.conference)


@pytest.mark.parametrize("code", ["", "Unknown", "n/k", "NULL", "nan"])
def test_codes_that_say_nothing_make_no_child_not_disabled(tmp_path: Path, code: str) -> None:
    disabilities = tables(300)["ssd_disability"].assign(disa_disability_code=code)
    records = read_dataset(as_csv(tmp_path, changed(ssd_disability=disabilities))).records
    assert (records.assessments.disabled == UNKNOWN).all()
    assert "disabled" not in records.contents


def test_a_child_without_a_number_is_not_said_to_be_not_disabled(tmp_path: Path) -> None:
    work = tables(300)["ssd_cin_assessments"].copy()
    work.loc[work.index[:10], "cina_person_id"] = ""
    disabled = read_dataset(as_csv(tmp_path, changed(ssd_cin_assessments=work))).records.assessments.disabled
    assert (disabled[:10] == UNKNOWN).all()
    assert (disabled[10:] != UNKNOWN).all()


def _figures(own: Return) -> list[object]:
    return [] if own.casework is None else [*own.casework.figures, *own.casework.routes]


@pytest.mark.parametrize(
    "write", [lambda d: d.strftime("%d/%m/%Y"), lambda d: d.strftime("%d %B %Y"), lambda d: d.isoformat()]
)
@pytest.mark.slow
def test_dates_as_text_in_every_usual_form(tmp_path: Path, write: Callable[[pd.Timestamp], str]) -> None:
    made = {name: each.copy() for name, each in tables(300).items()}
    for each in made.values():
        for column in [name for name in each if name.endswith("_date")]:
            days = pd.to_datetime(each[column].replace("", None))
            each[column] = [None if pd.isna(day) else write(day) for day in days]
    (tmp_path / "plain").mkdir()
    assert dict(read(tmp_path, made).counts()) == dict(read(tmp_path / "plain", tables(300)).counts())


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("ssd_cin_assessments", "cina_assessment_start_date"),
        ("ssd_cin_visits", "cinv_cin_visit_date"),
        ("ssd_involvements", "invo_involvement_start_date"),
    ],
)
def test_dates_with_the_month_first(tmp_path: Path, table: str, column: str) -> None:
    each = tables(300)[table].copy()
    days = pd.to_datetime(each[column].replace("", None))
    each[column] = ["" if pd.isna(day) else day.strftime("%m/%d/%Y") for day in days]
    assert "month first" in refused(as_csv(tmp_path, changed(**{table: each})))


def test_the_same_table_twice(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    (place / "dbo.SSD_contacts.csv").write_bytes((place / "ssd_contacts.csv").read_bytes())
    assert "2 times" in refused(place)


@pytest.mark.slow
def test_roles_of_another_system_are_asked_for(tmp_path: Path) -> None:
    given_ = tables()["ssd_involvements"].assign(invo_professional_role_id="KAPAD")
    own = read(tmp_path, {**tables(), "ssd_involvements": given_})
    assert any("'KAPAD'" in note and "allocated_role" in note for note in own.notes)
    place = tmp_path / "ssd"
    named = read_return("ssd", place, authority="hackney", year=2023, allocated_role="kapad", internal=True)
    (tmp_path / "plain").mkdir()
    assert _figures(named) == _figures(read(tmp_path / "plain", tables()))


def test_simulated_children_are_refused(tmp_path: Path) -> None:
    made = {name: each.replace("SYN-", "SIM-", regex=True) for name, each in tables(300).items()}
    assert "simulated children" in refused(as_csv(tmp_path, made))


def test_a_synthetic_dataset_says_that_it_is_one(tmp_path: Path) -> None:
    own = read(tmp_path, tables(300))
    assert own.synthetic and "no child in it exists" in own.notes[1]


def test_broken_files(tmp_path: Path) -> None:
    place = as_parquet(tmp_path, tables(300))
    file = place / "ssd_cin_visits.parquet"
    file.write_bytes(file.read_bytes()[:200])
    assert "not a whole Parquet file" in refused(place)
    database = as_sqlite(tmp_path, tables(300))
    content = database.read_bytes()
    database.write_bytes(content[:5000])
    assert "SQLite" in refused(database)
    database.write_bytes(content)
    (tmp_path / "ssd.sqlite-wal").write_bytes(b"x")
    assert "another program is writing" in refused(database)
    fake = tmp_path / "other.duckdb"
    fake.write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 5000)
    assert "DuckDB" in refused(fake)
    workbook = tmp_path / "ssd.xlsx"
    workbook.write_bytes(b"PK\x03\x04nothing")
    assert refused(workbook)


def test_a_view_that_reaches_outside_the_database_is_not_followed(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    file = tmp_path / "trap.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute(f"CREATE VIEW ssd_cin_episodes AS SELECT * FROM read_csv('{secret.as_posix()}')")
    assert refused(file)


def test_the_database_is_not_changed(tmp_path: Path) -> None:
    file = as_sqlite(tmp_path, tables(300))
    before, names = file.read_bytes(), sorted(tmp_path.iterdir())
    read_return("ssd", file, authority="hackney")
    assert (file.read_bytes(), sorted(tmp_path.iterdir())) == (before, names)


def test_an_empty_database(tmp_path: Path) -> None:
    file = tmp_path / "empty.sqlite"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE other (a)")
    database.commit()
    database.close()
    assert "no table of the Standard Safeguarding Dataset" in refused(file)


def test_a_year_that_is_not_there(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    assert "Choose another year" in refused(place, year=2028)
    assert refused(place, year=2013)


def test_options_of_lists_are_refused(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    assert "fixed layout" in refused(place, columns="start=Begun")
    assert "read by year" in refused(place, holds="begun")


@settings(max_examples=40, deadline=None)
@given(st.data())
@pytest.mark.slow
def test_any_damage_ends_in_a_return_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cells replaced by anything at all, in any table."""
    name = data.draw(st.sampled_from(sorted(tables(40))))
    table = tables(40)[name].astype(object).copy()
    column = data.draw(st.integers(0, len(table.columns) - 1))
    for row in data.draw(st.lists(st.integers(0, max(len(table) - 1, 0)), max_size=60)):
        if len(table):
            table.iloc[row, column] = data.draw(
                st.one_of(st.text(max_size=12), st.integers().map(str), st.dates().map(str))
            )
    place = as_csv(tmp_path_factory.mktemp("damaged"), {**tables(40), name: table})
    try:
        read_return("ssd", place, authority="hackney", year=2023)
    except ReturnError as error:
        assert "fault in simkit" not in str(error)


def test_a_second_part_of_a_table_is_not_overlooked(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    file = next(place.glob("ssd_cin_assessments*.csv"))
    part = place / "ssd_cin_assessments (2).csv"
    part.write_bytes(file.read_bytes())
    assert "ssd_cin_assessments is there 2 times" in refused(place)
    part.rename(place / "ssd_contacts_2.xlsx")
    assert "ssd_contacts_2.xlsx" in refused(place)


def test_a_heading_over_two_columns(tmp_path: Path) -> None:
    work = tables(300)["ssd_cin_assessments"].copy()
    work.insert(0, "cina_assessment_start_date", "2020-01-01", allow_duplicates=True)
    said = refused(as_csv(tmp_path, changed(ssd_cin_assessments=work)))
    assert "more than one column has the heading 'cina_assessment_start_date'" in said


def test_a_closure_or_end_that_cannot_be_read_is_over_in_casework_too(tmp_path: Path) -> None:
    made = {name: table.copy() for name, table in tables(300).items()}
    work, cases = made["ssd_cin_assessments"], made["ssd_cin_episodes"]
    is_open = work["cina_assessment_auth_date"] == ""
    of_open = cases["cine_referral_id"].isin(work.loc[is_open, "cina_referral_id"])
    cases["cine_close_date"] = cases["cine_close_date"].astype(object)
    cases.loc[of_open, "cine_close_date"] = "soon"
    dataset = read_dataset(as_csv(tmp_path, made))
    records = dataset.records.assessments
    assert (records.closed == UNREADABLE).any()
    window = window_of_year(2023)
    assert not month_ends(dataset, window).open[-1]
    assert open_list(dataset) is None
    assert open_list(read_dataset(as_sqlite(tmp_path, tables(300)))) is not None


@pytest.mark.parametrize(
    ("table", "column", "what"),
    [
        ("ssd_s47_enquiry", "s47e_referral_id", "section47_enquiries"),
        ("ssd_initial_cp_conference", "icpc_s47_enquiry_id", "icpcs"),
        ("ssd_cin_visits", "cinv_person_id", "seen_share"),
        ("ssd_contacts", "cont_person_id", "contact_referred_share"),
        ("ssd_involvements", "invo_referral_id", "people_assessing"),
        ("ssd_disability", "disa_person_id", "disabled_share"),
        ("ssd_professionals", "prof_professional_id", "fte_assessing"),
    ],
)
@pytest.mark.parametrize("is_empty", [True, False])
def test_a_table_that_is_empty_or_of_another_extract_measures_nothing(
    tmp_path: Path, table: str, column: str, what: str, is_empty: bool
) -> None:
    rows = tables(300)[table].copy()
    rows[column] = "other " + rows[column]
    own = read(tmp_path, changed(**{table: rows.head(0) if is_empty else rows}))
    why = "has no rows" if is_empty else "mostly not in the other tables"
    assert any(table in note and why in note and "can't be measured" in note for note in own.notes)
    figures = {each.name: each.value for each in own.casework.figures} if own.casework else {}
    assert figures.get(what, own.shown.get(what)) is None


def test_full_time_equivalents_in_hours_are_said_to_be_none(tmp_path: Path) -> None:
    workers = tables(300)["ssd_professionals"].assign(prof_full_time_equivalency="37")
    own = read(tmp_path, changed(ssd_professionals=workers))
    assert any("no full-time equivalent is a number up to 2" in note for note in own.notes)


def test_what_is_around_the_rows_of_a_csv_file_changes_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path, tables(300))
    for file in (tmp_path / "ssd").glob("*.csv"):
        head, rows = file.read_text(encoding="utf-8-sig").split("\n", 1)
        dashes = ",".join("---" for _ in head.split(","))
        middle = rows.index("\n", len(rows) // 2) + 1 if rows else 0
        parts = ("\n", head, "\n", dashes, "\n", rows[:middle], f"\ufeff{head}\n", rows[middle:])
        file.write_text("".join(parts) + "\n(400 rows affected)\n", encoding="utf-8")
    own = read_return("ssd", tmp_path / "ssd", authority="hackney", year=2023, internal=True)
    assert own.counts() == plain.counts()


def test_headings_again_in_another_order_are_refused(tmp_path: Path) -> None:
    place = as_csv(tmp_path, tables(300))
    file = place / "ssd_cin_assessments.csv"
    content = file.read_text(encoding="utf-8-sig")
    moved = ",".join(reversed(content.split("\n", 1)[0].strip().split(",")))
    file.write_text(f"{content}{moved}\n", encoding="utf-8")
    assert "headings again, in another order" in refused(place)


def test_a_zip_file_is_to_be_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "dataset.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("ssd_contacts.csv", "cont_contact_id\n")
    assert "Unpack it" in refused(file)
