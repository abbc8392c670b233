"""Files that can't be read: each gets a sentence with the problem and the place, and quotes nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from own import annex_file, census_file, episode, extract_file, synthetic, written

from simkit.common.atomic_files import csv_bytes
from simkit.common.errors import SimkitError
from simkit.returns.dates import day_of, excel_day
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.wording import in_words_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SECRET = "Zebedee"  # the name of a child that no message may hold


def refused(kind: str, file: Path, **options: object) -> str:
    """What is said of a file; never a name, and always which file it is."""
    with pytest.raises(SimkitError) as error:
        read_return(kind, file, **{"authority": "hackney", **options})  # type: ignore[arg-type]
    said = str(error.value)
    assert SECRET not in said
    assert error.value.__cause__ is None or SECRET not in str(error.value.__cause__)
    assert isinstance(error.value, ReturnError)
    return said


def put(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


# Any file


@pytest.mark.parametrize("kind", ["cin-census", "annex-a", "assessments"])
def test_no_file_a_folder_or_an_empty_one(tmp_path: Path, kind: str) -> None:
    assert "There is no file" in refused(kind, tmp_path / "missing.xml")
    assert "is a folder" in refused(kind, tmp_path)
    assert "is empty" in refused(kind, put(tmp_path, "empty.xml", b""))


def test_a_kind_that_there_is_not(tmp_path: Path) -> None:
    assert "choose cin-census" in refused("ssda903", tmp_path)


@pytest.mark.parametrize("kind", ["cin-census", "annex-a", "assessments"])
@pytest.mark.parametrize("given_as", ["cin-census", "annex-a", "assessments"])
def test_a_return_given_as_another_kind_is_told_with_the_command(
    tmp_path: Path, kind: str, given_as: str
) -> None:
    """Each of the six mix-ups is answered by what to write; the kind that is right is read."""
    folder = tmp_path / "own data"
    folder.mkdir()
    made = {"cin-census": census_file, "annex-a": annex_file, "assessments": extract_file}
    file = made[kind](folder, referrals=100)
    if kind == given_as:
        assert read_return(kind, file, authority="hackney", internal=True).kind == kind
        return
    said = refused(given_as, file)
    assert f"is not of the kind {given_as}" in said
    assert said.endswith(f'Write: simkit.read_return("{kind}", "{file.as_posix()}")')
    with in_words_of("command line"):
        assert refused(given_as, file).endswith(f'Write: simkit read-return {kind} "{file}"')


def test_one_list_in_a_workbook_of_its_own_is_read_as_either(tmp_path: Path) -> None:
    """A workbook with nothing but List 4 is an extract of assessments as well."""
    book = openpyxl.load_workbook(annex_file(tmp_path, referrals=400))
    for name in book.sheetnames:
        if "4" not in name:
            del book[name]
    book.save(tmp_path / "list 4.xlsx")
    for kind in ("annex-a", "assessments"):
        found = read_return(kind, tmp_path / "list 4.xlsx", authority="hackney", internal=True)
        assert found.durations is not None


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("cin-census", b"PK\x03\x04rest", "Excel workbook or a zip"),
        ("cin-census", OLE, "old Excel or Word"),
        ("cin-census", b"%PDF-1.7", "PDF"),
        ("cin-census", b"Child,Start\n1,2\n", "not XML"),
        ("cin-census", b"<!DOCTYPE html><html></html>", "web page"),
        ("annex-a", b"Child,Start\n1,2\n", "not an Excel workbook"),
        ("annex-a", b"<html><table></table></html>", "web page"),
        ("annex-a", b"<Message/>", "looks like cin-census"),
        ("annex-a", b"<Other/>", "this is XML"),
        ("assessments", b"<Message/>", "looks like cin-census"),
        ("assessments", b"<Other/>", "this is XML"),
        ("assessments", b"%PDF-1.7", "PDF"),
        ("assessments", b"\x00\x01\x02\x03", "not a text file"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, kind: str, content: bytes, said: str) -> None:
    assert said in refused(kind, put(tmp_path, "return.bin", content))


# Census


@pytest.mark.parametrize("collection", ["CLA", "SSDA903"])
def test_a_return_of_children_looked_after(tmp_path: Path, collection: str) -> None:
    said = refused("cin-census", written(tmp_path, episode(), head=f"<Collection>{collection}</Collection>"))
    assert "SSDA903" in said and "line 1" in said and "not of the children in need census" in said


def test_another_collection_another_root_and_no_children(tmp_path: Path) -> None:
    assert "'SCH'" in refused("cin-census", written(tmp_path, head="<Collection>SCH</Collection>"))
    assert "begins with <Message>" in refused(
        "cin-census", put(tmp_path, "a.xml", "<Return><Child/></Return>")
    )
    assert "no <Children>" in refused("cin-census", put(tmp_path, "b.xml", "<Message><Header/></Message>"))
    assert "no referral" in refused("cin-census", written(tmp_path, ""))


@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_a_truncated_census(tmp_path: Path, part: float) -> None:
    whole = census_file(tmp_path, 100).read_bytes()
    said = refused("cin-census", put(tmp_path, "cut.xml", whole[: int(len(whole) * part)]))
    assert "ends before the return does" in said and "line " in said


def test_broken_xml_names_line_and_column_and_no_content(tmp_path: Path) -> None:
    said = refused("cin-census", written(tmp_path, f"<CINdetails><A>{SECRET}</B></CINdetails>"))
    assert "line 1, column" in said and "not valid XML" in said


def test_an_entity_bomb_is_not_unfolded(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE Message [<!ENTITY l0 "{SECRET}">{lol}]>'
    file = written(tmp_path, "<CINdetails><CINreferralDate>&l9;</CINreferralDate></CINdetails>", above=bomb)
    assert "DOCTYPE" in refused("cin-census", file)


def test_nothing_outside_of_the_file_is_fetched(tmp_path: Path) -> None:
    put(tmp_path, "secret.txt", SECRET)
    for target in (f"file://{tmp_path}/secret.txt", "http://192.0.2.1/x"):
        outside = f'<!DOCTYPE Message [<!ENTITY x SYSTEM "{target}">]>'
        file = written(
            tmp_path, "<CINdetails><CINreferralDate>&x;</CINreferralDate></CINdetails>", above=outside
        )
        assert "DOCTYPE" in refused("cin-census", file)


def test_elements_without_end_are_stopped(tmp_path: Path) -> None:
    deep = "<Message>" + "<Children>" * 5000
    assert "nested more than" in refused("cin-census", put(tmp_path, "deep.xml", deep))


def test_a_value_without_end_takes_no_memory_and_is_no_date(tmp_path: Path) -> None:
    returned = read_return("cin-census", written(tmp_path, episode(referred="9" * 3_000_000)), internal=True)
    assert returned.count("referral_missing_date") == 1


def test_letters_in_another_encoding_than_named(tmp_path: Path) -> None:
    text = written(tmp_path, episode()).read_text(encoding="utf-8").replace("K0", "Zoë")
    said = refused("cin-census", put(tmp_path, "latin.xml", text.encode("cp1252")))
    assert "encoding" in said and "line 1" in said
    unknown = '<?xml version="1.0" encoding="klingon"?>' + text
    assert "encoding" in refused("cin-census", put(tmp_path, "klingon.xml", unknown))


def test_a_year_that_has_no_calendar_and_one_that_is_not_said(tmp_path: Path) -> None:
    assert "can't be counted" in refused("cin-census", written(tmp_path, episode(), year=2041))
    file = written(tmp_path, episode(), head="<Collection>CIN</Collection>")
    assert "Say which: year=2024" in refused("cin-census", file)


@pytest.mark.parametrize("kind", ("cin-census", "annex-a", "assessments"))
def test_a_year_that_the_file_does_not_reach(tmp_path: Path, kind: str) -> None:
    """All that was open at its end was a backlog of 91 days or more, beside none completed."""
    make = {"cin-census": census_file, "annex-a": annex_file, "assessments": extract_file}[kind]
    file = make(tmp_path, referrals=600)
    for year in (2024, 2030):
        said = refused(kind, file, year=year)
        assert f"Nothing in the file is from the time you asked for, the year to 31 March {year}" in said
        assert "Choose another year" in said and not re.search(r"\d{4}-\d\d|/20\d\d", said)
    if kind != "cin-census":
        said = refused(kind, file, first="2023-06-01", last="2023-12-31")
        assert "for, 1 June 2023 to 31 December 2023" in said and "Check `first`" in said


def test_a_file_of_open_cases_alone_is_read_for_the_year_of_its_header(tmp_path: Path) -> None:
    file = written(tmp_path, *[episode("2021-12-01", "2021-12-02")] * 30)
    assert read_return("cin-census", file).count("open_assessments") == 30
    assert read_return("cin-census", file, year=2023).count("open_assessments") == 30
    assert "Nothing in the file is from the time you asked for" in refused("cin-census", file, year=2024)


# Whose it is


def test_a_code_that_is_nobodys_or_somebody_elses(tmp_path: Path) -> None:
    file = written(tmp_path, episode(), la="999")
    assert "no authority's in England" in refused("cin-census", file, authority=None)
    file = written(tmp_path, episode(), la="204")
    assert "Kirklees" in refused("cin-census", file, authority="kirklees")
    assert "Kirklees" in refused("cin-census", file, framework="kirklees")
    assert "national framework" in refused("cin-census", file, framework="national/working-together-2018")
    assert read_return("cin-census", file, framework="hackney").name == "Hackney"


@pytest.mark.slow
def test_a_list_does_not_say_whose_it_is(tmp_path: Path) -> None:
    assert 'authority="NAME"' in refused("annex-a", annex_file(tmp_path), authority=None)
    with in_words_of("command line"):
        assert "--authority NAME" in refused("annex-a", annex_file(tmp_path), authority=None)


# Workbooks


def test_an_old_workbook_under_a_new_name(tmp_path: Path) -> None:
    file = put(tmp_path, "annex.xlsx", OLE + "Workbook".encode("utf-16-le"))
    for kind in ("annex-a", "assessments"):
        assert "old kind (.xls)" in refused(kind, file)


def test_a_protected_workbook_even_where_its_mark_lies_across_two_blocks(tmp_path: Path) -> None:
    mark = "EncryptedPackage".encode("utf-16-le")
    for padding in (0, (1 << 20) - len(OLE) - 7):
        said = refused("annex-a", put(tmp_path, "annex.xlsx", OLE + b"\x00" * padding + mark + b"\x00" * 99))
        assert "protected with a password" in said


@pytest.mark.parametrize(
    ("name", "parts", "said"),
    [
        ("list.ods", ("mimetype", "content.xml"), "an OpenDocument file"),
        ("list.xlsb", ("xl/workbook.bin",), "a binary workbook"),
    ],
)
def test_another_kind_of_workbook_is_named_and_not_to_be_unpacked(
    tmp_path: Path, name: str, parts: tuple[str, ...], said: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        for part in parts:
            packed.writestr(part, "x")
    words = refused("assessments", tmp_path / name)
    assert said in words and "save it as an Excel workbook (.xlsx)" in words and "Unpack" not in words


def test_a_broken_workbook_a_zip_and_a_bomb(tmp_path: Path) -> None:
    whole = annex_file(tmp_path).read_bytes()
    assert "is damaged" in refused("annex-a", put(tmp_path, "cut.xlsx", whole[: len(whole) // 2]))
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as packed:
        packed.writestr("readme.txt", SECRET)
    assert "not an Excel workbook" in refused("annex-a", tmp_path / "other.xlsx")
    with zipfile.ZipFile(tmp_path / "entity.xlsx", "w") as packed:
        packed.writestr("xl/workbook.xml", f'<!DOCTYPE x [<!ENTITY a "{SECRET}">]><x>&a;</x>')
    assert "document type" in refused("annex-a", tmp_path / "entity.xlsx")
    with zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as packed:
        packed.writestr("xl/workbook.xml", f"<x>{SECRET}")
    assert "is damaged" in refused("annex-a", tmp_path / "broken.xlsx")


def test_a_workbook_that_unfolds_to_more_than_two_gigabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.returns.readers.sheets._MOST_BYTES", 1000)
    assert "2 gigabytes" in refused("annex-a", annex_file(tmp_path))


def test_a_workbook_without_the_list_or_the_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([SECRET, "x"])
    book.save(tmp_path / "annex.xlsx")
    assert "no list of assessments" in refused("annex-a", tmp_path / "annex.xlsx")
    book.active.title = "List 4"
    book.save(tmp_path / "annex.xlsx")
    said = refused("annex-a", tmp_path / "annex.xlsx")
    assert "List 4" in said and "start of the assessment" in said


def test_a_list_with_headings_and_no_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 4"
    book.active.append(["Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"])
    book.save(tmp_path / "annex.xlsx")
    assert "headings but no rows" in refused("annex-a", tmp_path / "annex.xlsx")


# Extracts


def test_missing_columns_show_headings_and_never_a_child(tmp_path: Path) -> None:
    said = refused(
        "assessments", put(tmp_path, "a.csv", f"Person ID,Start date,Team\n{SECRET},03/05/2022,x\n")
    )
    assert "no column was found for the date on which" in said and "Person ID, Start date, Team" in said
    assert 'columns={"end": "YOUR HEADING"}' in said
    said = refused("assessments", put(tmp_path, "b.csv", f"{SECRET},03/05/2022,04/05/2022\n"))
    assert "No row looks like headings" in said


def test_headings_that_no_system_has_are_found_above_the_dates(tmp_path: Path) -> None:
    """Below a title, in two sheets that have the same; rows of children are never taken for headings."""
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Made on request", "by the team"])
    for name in ("Ended", "Running"):
        sheet = book.create_sheet(name)
        sheet.append(["Everything since April"])
        sheet.append(["Who", "Opened", "Off the list"])
        for day in range(1, 9):
            sheet.append([f"{SECRET}{name}{day}", f"0{day} May 2023", f"1{day}/06/2023"])
    book.save(tmp_path / "odd.xlsx")
    with pytest.raises(ReturnError) as error:
        read_return("assessments", tmp_path / "odd.xlsx", authority="hackney")
    assert error.value.headings == ("Who", "Opened", "Off the list")
    assert error.value.sheets == ("Read me", "Ended", "Running") and SECRET not in str(error.value)
    columns = {"child": "Who", "start": "Opened", "end": "Off the list"}
    found = read_return(tmp_path / "odd.xlsx", authority="hackney", columns=columns, internal=True)
    assert found.count("assessments_completed") == 16
    rows = "\n".join(f"{SECRET}{day},0{day}/05/2023,0{day}/06/2023" for day in range(1, 9))
    with pytest.raises(ReturnError) as error:
        read_return("assessments", put(tmp_path, "none.csv", f"{rows}\n"), authority="hackney")
    assert error.value.headings == () and SECRET not in str(error.value)


@pytest.mark.slow
def test_columns_that_are_not_there_or_not_understood(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", "Start date,End date\n03/05/2022,04/05/2022\n")
    assert "no column headed 'Begun'" in refused("assessments", file, columns="start=Begun")
    assert "name=heading" in refused("assessments", file, columns="start")
    assert "name=heading" in refused("assessments", file, columns="begin=Start date")
    said = refused("annex-a", annex_file(tmp_path), columns="start=Begun")
    assert "start is in several lists: write 4.start or 5.start" in said
    assert "no column headed 'Begun'" in refused(
        "annex-a", annex_file(tmp_path), columns={"4.start": "Begun"}
    )
    assert "fixed layout" in refused("cin-census", written(tmp_path, episode()), columns={"start": "x"})


def test_headings_and_nothing_under_them(tmp_path: Path) -> None:
    assert "headings but no assessments" in refused(
        "assessments", put(tmp_path, "a.csv", "Start date,End date\n")
    )


def test_months_first(tmp_path: Path) -> None:
    rows = "".join(f"05/{day}/2022,06/{day}/2022\n" for day in range(13, 29))
    said = refused("assessments", put(tmp_path, "a.csv", f"Start date,End date\n{rows}"))
    assert "month first" in said and "dd/mm/yyyy" in said


def american(text: str) -> str:
    """The same with every date of the layout yyyy-mm-dd as mm/dd/yyyy."""
    return re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\2/\3/\1", text)


def test_months_first_in_a_census(tmp_path: Path) -> None:
    text = census_file(tmp_path, 200).read_text(encoding="utf-8")
    head, children = text.split("<Children>")
    said = refused("cin-census", put(tmp_path, "us.xml", f"{head}<Children>{american(children)}"))
    assert "month first" in said and "yyyy-mm-dd" in said and "us.xml" in said
    # the rule goes by kind of date: authorisations alone are enough
    ends = re.sub(
        r"(?<=<AssessmentAuthorisationDate>)[^<]+",
        lambda found: american(found[0]),
        f"{head}<Children>{children}",
    )
    assert "authorisation of the assessment" in refused("cin-census", put(tmp_path, "ends.xml", ends))


def test_months_first_in_a_workbook(tmp_path: Path) -> None:
    file = annex_file(tmp_path, referrals=400)
    book = openpyxl.load_workbook(file)
    for row in book["List_4"].iter_rows(min_row=2):
        for cell in row:
            if cell.is_date and cell.value is not None:
                cell.value, cell.number_format = american(cell.value.strftime("%Y-%m-%d")), "@"
    book.save(file)
    assert "month first" in refused("annex-a", file)


def test_a_slip_of_the_pen_does_not_refuse_a_return(tmp_path: Path) -> None:
    rows = "".join(f"{day:02}/05/2022,{day:02}/06/2022\n" for day in range(1, 20))
    file = put(tmp_path, "a.csv", f"Start date,End date\n{rows}05/05/2022,31/31/2022\n")
    found = read_return("assessments", file, authority="hackney", internal=True)
    assert (found.count("assessments_completed"), found.count("unreadable_end")) == (19, 1)


def test_day_numbers_of_excel_are_days_and_said(tmp_path: Path) -> None:
    """44687 is 6 May 2022: Excel counts 1 January 1900 as day 1, and a 29 February 1900 that never was."""
    rows = [(f"{day:02}/05/2022", f"{day:02}/06/2022") for day in range(1, 31)]
    numbers = [(str(44681 + day), f"{44712 + day}.0") for day in range(1, 31)]
    found = []
    for name, dates in (("dates.csv", rows), ("numbers.csv", numbers)):
        text = "".join(f"{start},{end}\n" for start, end in dates)
        found.append(
            read_return(
                "assessments", put(tmp_path, name, f"Start date,End date\n{text}"), authority="hackney"
            )
        )
    plain, counted = found
    assert excel_day("44687") == day_of("6 May 2022")
    assert plain.count("assessments_completed") == counted.count("assessments_completed") == 30
    assert list(plain.bands()) == list(counted.bands()) and plain.window == counted.window
    assert (plain.count("day_number"), counted.count("day_number")) == (0, 60)


def test_a_part_of_ssda903_as_csv(tmp_path: Path) -> None:
    said = refused(
        "assessments", put(tmp_path, "episodes.csv", "CHILD,DECOM,RNE,LS,DEC,REC\n1,01/04/2022,S,C2,,\n")
    )
    assert "SSDA903" in said


def test_a_cell_that_never_ends(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", 'Start date,End date\n03/05/2022,"' + SECRET * 30_000)
    assert "after row 1" in refused("assessments", file)


def test_windows_that_cannot_be(tmp_path: Path) -> None:
    file = extract_file(tmp_path, 100)
    assert "is a day" in refused("assessments", file, first="soon")
    assert "before it begins" in refused("assessments", file, first="2023-03-01", last="2022-03-01")
    later = put(tmp_path, "later.csv", "Start date,End date\n03/05/2099,04/05/2099\n")
    assert "isn't in the future" in refused("assessments", later)


# Simulated children


@pytest.mark.slow
def test_a_simulated_case_table_is_nobodys_return(tmp_path: Path) -> None:
    table = synthetic(100).assign(record_type="simulated")
    table["LAchildID"] = table["LAchildID"].str.replace("SYN-", "SIM-")
    file = put(tmp_path, "simulated-cases.csv", csv_bytes(table))
    assert "simulated children" in refused("assessments", file)
    unmarked = put(tmp_path, "cases.csv", csv_bytes(table.drop(columns="record_type")))
    assert "simulated children" in refused("assessments", unmarked)
    census = census_file(tmp_path, 100)
    census.write_text(census.read_text(encoding="utf-8").replace("SYN-", "SIM-"), encoding="utf-8")
    assert "simulated children" in refused("cin-census", census)
    book = openpyxl.load_workbook(annex_file(tmp_path))
    book["List_4"]["A2"] = "SIM-000001-1"
    book.save(tmp_path / "simulated.xlsx")
    assert "simulated children" in refused("annex-a", tmp_path / "simulated.xlsx")
