"""An own return in the designer: read in memory, kept as counts, and nothing of a child anywhere."""

from __future__ import annotations

import csv
import io
import logging
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("flask")

from designing import HOST, TOKEN, Designer, as_database, designer, secrets, words_of
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

import simkit
from simkit.framework.library import find

RETURN = "/f/hackney.yaml/return"
KINDS = {"cin-census": "return.xml", "annex-a": "lists.xlsx", "assessments": "extract.csv", "ssd": "dataset"}


@pytest.fixture
def desk(tmp_path: Path) -> Designer:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "hackney.yaml").write_bytes(find("hackney").read_bytes())
    return designer(folder)


def made(kind: str, folder: Path) -> Path:
    """A return of children who don't exist."""
    if kind == "annex-a":
        pytest.importorskip("openpyxl")
    if kind in ("sqlite", "duckdb"):
        return as_database(made("ssd", folder), folder / f"dataset.{kind}")
    file = folder / KINDS[kind]
    simkit.synthetic_return(kind, "hackney", file, year=2024)
    return file


def upload(desk: Designer, files: list[tuple[str, bytes]], folder: bool = False, **fields: str) -> Any:
    """A file or the files of a folder, sent as the form does it."""
    sent = [FileStorage(io.BytesIO(content), name) for name, content in files]
    data = MultiDict({**fields, "folder" if folder else "file": sent})
    stream, length, boundary = stream_encode_multipart(data, use_tempfile=False)
    return desk.client.post(
        f"/{TOKEN}{RETURN}",
        input_stream=stream,
        content_length=length,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"Host": HOST, "Origin": f"http://{HOST}"},
    )


def contents(file: Path) -> list[tuple[str, bytes]]:
    if file.is_dir():
        return [(f"dataset/{each.name}", each.read_bytes()) for each in sorted(file.iterdir())]
    return [(file.name, file.read_bytes())]


@pytest.mark.parametrize("kind", [*KINDS, "duckdb"])
@pytest.mark.slow
def test_nothing_of_a_child_is_left_anywhere(
    desk: Designer,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No id and no date in an answer, a download, a log, the memory that stays or a file of any kind."""
    file = made(kind, tmp_path)
    assert desk.get(RETURN).status_code == 200  # from here on there is nothing more of the framework to keep
    before = set(desk.folder.rglob("*"))
    caplog.set_level(logging.DEBUG)

    def no_file(*_: object, **__: object) -> Any:
        raise AssertionError("a temporary file")

    with monkeypatch.context() as patched:
        for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
            patched.setattr(tempfile, name, no_file)
        patched.setattr("simkit.common.atomic_files.write_all", no_file)
        answer = upload(desk, contents(file), folder=file.is_dir(), live="1")
    assert answer.status_code == 200 and answer.json["ok"], answer.json["reading"][:2000]
    run = "/f/hackney.yaml/run"
    assert desk.change(f"{run}?return=1").status_code == 303
    said = [answer.text, desk.get(RETURN).text, desk.get(run).text, desk.get(f"{run}/0/caseload").text]
    if kind == "assessments":  # with figures of a run on it
        said += [desk.post(f"{run}/next", {"live": "1"}).text, desk.post(f"{run}/stop", {"live": "1"}).text]
        assert "Our own return" in said[-1]
    said += [caplog.text, repr(desk.memory)]
    new = set(desk.folder.rglob("*")) - before
    said += [each.read_text(encoding="utf-8") for each in new if each.is_file()]
    hidden = secrets(file)
    for words in said:
        assert hidden & set(re.findall(r"SYN-[\w-]+|\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", words)) == set()


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.slow
def test_the_counts_are_those_of_the_command(desk: Designer, kind: str, tmp_path: Path) -> None:
    """Read in memory or from the disk, a return gives the same counts."""
    file = made(kind, tmp_path)
    answer = upload(desk, contents(file), folder=file.is_dir())
    assert answer.status_code == 303, words_of(answer.text)
    here = desk.memory.returns["hackney.yaml"].counts
    there = simkit.read_return(kind, file, authority="hackney")
    assert here.counts() == there.counts() and here.profile.referrals == there.profile.referrals
    page = words_of(desk.get(RETURN).text)
    assert f"{there.count('assessments_completed'):,}" in page


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.slow
def test_a_dataset_in_a_database_has_the_counts_of_its_tables(
    desk: Designer, kind: str, tmp_path: Path
) -> None:
    file = made(kind, tmp_path)
    assert upload(desk, contents(file)).status_code == 303
    here = desk.memory.returns["hackney.yaml"].counts
    assert here.counts() == simkit.read_return("ssd", tmp_path / "dataset", authority="hackney").counts()


@pytest.mark.slow
def test_a_database_that_is_not_whole_or_cannot_be_read_here_is_refused(
    desk: Designer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made("duckdb", tmp_path)
    broken = upload(desk, [(file.name, file.read_bytes()[:9000])])
    assert broken.status_code == 422 and "not whole" in words_of(broken.text)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    refused = upload(desk, contents(file))
    assert "Export the tables as CSV" in words_of(refused.text)


def test_a_database_does_not_reach_outside_itself(desk: Designer, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    (tmp_path / "secret.csv").write_text("cine_referral_id\n1\n", encoding="utf-8")
    file = tmp_path / "trap.duckdb"
    with duckdb.connect(str(file)) as database:
        query = f"SELECT * FROM read_csv('{(tmp_path / 'secret.csv').as_posix()}')"
        database.execute(f"CREATE VIEW ssd_cin_episodes AS {query}")
    refused = upload(desk, contents(file))
    assert refused.status_code == 422 and "can't open it" in words_of(refused.text)


def odd(file: Path) -> bytes:
    """The same extract with headings that no system has."""
    head, *rows = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    new = [f"Spalte {number}" for number in range(len(head))]
    out = io.StringIO()
    csv.writer(out).writerows([new, *rows])
    odd.names = dict(zip(head, new, strict=True))  # type: ignore[attr-defined]
    return out.getvalue().encode()


@pytest.mark.slow
def test_columns_that_are_not_understood_can_be_named(desk: Designer, tmp_path: Path) -> None:
    file = made("assessments", tmp_path)
    content = odd(file)
    plain = simkit.read_return("assessments", file, authority="hackney")
    refused = upload(desk, [("odd.csv", content)])
    assert refused.status_code == 422
    assert "Which column is which" in words_of(refused.text) and "columns=" not in refused.text
    named = {f"column-assessments-{each.field}": odd.names[each.heading] for each in plain.matched}  # type: ignore[attr-defined]
    named.pop("column-assessments-kind", None)
    assert upload(desk, [("odd.csv", content)], **named).status_code == 303
    here = desk.memory.returns["hackney.yaml"].counts
    assert here.count("assessments_completed") == plain.count("assessments_completed")


def coded(file: Path) -> bytes:
    """The extract with codes for whether a child is disabled, and a few cells with words of their own."""
    head, *rows = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    at = head.index("Disability")
    for number, row in enumerate(rows):
        code = "HAND" if row[at] == "true" else "0"
        row[at] = f"mum rang QZX {number}" if number % 4000 == 7 else code
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


@pytest.mark.slow
def test_answers_that_are_not_understood_can_be_named(
    desk: Designer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Used at once, sent back by the page, and kept nowhere; words of a few children are shown nowhere."""
    caplog.set_level(logging.DEBUG)
    content = coded(made("assessments", tmp_path))
    unread = upload(desk, [("coded.csv", content)], live="1").json
    fields = re.findall(r'name="(answer:[^"]*)"', unread["reading"])
    assert fields == ["answer:assessments:disabled:HAND", "answer:assessments:disabled:*"]
    assert re.search(r">HAND, [\d,]+ times<", unread["reading"])
    assert ">Any other answer, 1 to 5 times<" in unread["reading"]
    own = desk.memory.returns["hackney.yaml"].counts
    assert own.count("unreadable_answer") is None, "it would give the few away"
    named = {fields[0]: "yes", fields[1]: "not known"}
    read = upload(desk, [("coded.csv", content)], live="1", **named).json
    assert read["ok"] and re.findall(r'<option value="([^"]+)" selected', read["reading"]) == [
        "yes",
        "not known",
    ]
    assert "not understood" not in read["reading"] and "times<" not in read["reading"]
    there = tmp_path / "coded.csv"
    there.write_bytes(content)
    answers = {"disabled": {"HAND": "yes", "*": "not known"}}
    assert (
        desk.memory.returns["hackney.yaml"].counts.counts()
        == simkit.read_return("assessments", there, authority="hackney", answers=answers).counts()
    )
    without_script = upload(desk, [("coded.csv", content)], **named)
    assert without_script.status_code == 200 and without_script.text.count(" selected>") >= 2
    after = desk.get(RETURN).text
    assert "answer:" not in after and "answer:" not in repr(desk.memory)
    said = [unread["reading"], read["reading"], without_script.text, after, caplog.text]
    assert not any("QZX" in each or "mum rang" in each for each in said)


def test_a_page_that_cannot_read_a_file_offers_its_headings_and_sheets(
    desk: Designer, tmp_path: Path
) -> None:
    content = odd(made("assessments", tmp_path))
    answer = upload(desk, [("odd.csv", content)], live="1").json
    assert not answer["ok"] and answer["kind"] == "assessments"
    offered = re.findall(r'<option value="([^"]*)">', answer["refused"])
    assert offered == list(odd.names.values())  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_page_asks_about_a_sheet_that_was_not_read(desk: Designer, tmp_path: Path) -> None:
    """Above the figures, where nobody overlooks that they are those of one sheet."""
    openpyxl = pytest.importorskip("openpyxl")
    with made("assessments", tmp_path).open(encoding="utf-8-sig", newline="") as text:
        heads, *rows = csv.reader(text)
    book = openpyxl.Workbook()
    book.active.title = "Until December"
    at = heads.index("Disability")
    for row in (heads, *rows[:1500]):
        book.active.append([cell for number, cell in enumerate(row) if number != at])
    second = book.create_sheet("From January")
    for row in (heads, *rows[1500:]):
        second.append(row)
    book.save(tmp_path / "two.xlsx")
    read = upload(desk, contents(tmp_path / "two.xlsx"), live="1", sheet="until december").json["reading"]
    warning = words_of(re.findall(r'<div class="warning">.*?</div>', read, re.S)[0])
    assert "did not read the sheet 'From January', which has the same columns" in warning
    assert "leave out \N{LEFT DOUBLE QUOTATION MARK}Sheet\N{RIGHT DOUBLE QUOTATION MARK}" in warning


@pytest.mark.slow
def test_a_return_is_shown_with_the_published_figures_of_others(desk: Designer, tmp_path: Path) -> None:
    """With their years: the return's own share, Hackney's, its neighbours', London's and England's."""
    file = made("cin-census", tmp_path)
    assert upload(desk, contents(file)).status_code == 303
    counts = desk.memory.returns["hackney.yaml"].counts
    table = re.findall(r'<table class="compared">.*?</table>', desk.get(RETURN).text, re.S)[0]
    lines = [words_of(row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)][1:]
    assert counts.durations is not None
    own = f"{counts.durations.shown.within_45_share:.1%}"
    assert lines[0].startswith(f"Our own return the year to 31 March 2024 {own} ")
    published = simkit.bands("hackney", 2024)
    assert published is not None and published.within_45_share is not None
    assert f"Hackney published, year to March 2024 {published.within_45_share:.1%} " in f"{lines[1]} "
    assert [line.split(" published,")[0] for line in lines[1:]] == [
        "Hackney", "Neighbours, median", "London", "England",
    ]  # fmt: skip


def test_the_return_of_another_authority_is_refused(desk: Designer, tmp_path: Path) -> None:
    file = tmp_path / "return.xml"
    simkit.synthetic_return("cin-census", "rutland", file, year=2024)
    refused = upload(desk, contents(file))
    assert refused.status_code == 422 and "Rutland" in words_of(refused.text)
    assert desk.memory.returns == {}


def test_it_is_forgotten_when_it_is_told_to(desk: Designer, tmp_path: Path) -> None:
    file = made("assessments", tmp_path)
    assert upload(desk, contents(file)).status_code == 303
    assert desk.post(f"{RETURN}/forget", {"x": ""}).status_code == 303
    assert desk.memory.returns == {}
    refused = desk.post("/f/hackney.yaml/run", {"caseload": "return"})
    assert refused.status_code == 422 and "Read your return first" in refused.text


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"%PDF-1.7", b"PK\x03\x04", b"a,b\n1,2\n", b"DUCK" * 9]
)
def test_whatever_is_sent_there_is_a_sentence(desk: Designer, content: bytes) -> None:
    refused = upload(desk, [("../../x<img>.csv", content)])
    assert refused.status_code == 422 and "<img>" not in refused.text


@pytest.mark.slow
def test_a_fit_is_that_of_the_command_a_step_at_a_time(
    desk: Designer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped and gone on with, in as many steps as were said, it finds what ``--calibrate`` finds."""
    file = made("assessments", tmp_path)
    assert upload(desk, contents(file)).status_code == 303
    monkeypatch.setattr("simkit.designer.running.return_screen._SLICE", 0.0)  # a step a request
    fit = f"{RETURN}/fit"
    assert desk.post(fit, {"x": ""}).status_code == 303
    asked = {"live": "1"}
    while (so_far := desk.post(f"{fit}/next", asked).json)["done"] < 3:
        assert so_far["going"]
    stopped = desk.post(f"{fit}/stop", asked).json
    assert not stopped["going"]
    assert desk.post(f"{fit}/next", asked).json["done"] == stopped["done"], "nothing more is fitted"
    assert "Fitting the practice" in desk.get(RETURN).text
    assert desk.memory.returns["hackney.yaml"].practice is None
    assert desk.post(f"{fit}/more", asked).json["going"]
    while "then" not in so_far:
        so_far = desk.post(f"{fit}/next", asked).json
    assert so_far["done"] == so_far["expected"] > 20
    counts = simkit.read_return("assessments", file, authority="hackney")
    found = desk.memory.returns["hackney.yaml"].practice
    there = simkit.calibrate_to_return(counts)
    assert found is not None and found.practice == there.practice and found.draws == there.draws
    assert "The practice is fitted" in words_of(desk.get(f"{RETURN}?fitted=yes").text)
    assert desk.post(f"{fit}/next", asked).status_code == 404, "it has ended"


@pytest.mark.slow
def test_a_fit_ends_with_the_return_that_it_is_of(desk: Designer, tmp_path: Path) -> None:
    assert desk.post(f"{RETURN}/fit", {"x": ""}).status_code == 404, "there is nothing to fit to"
    file = made("assessments", tmp_path)
    for path, data in ((f"{RETURN}/forget", {"x": ""}), (RETURN, None)):
        upload(desk, contents(file))
        desk.post(f"{RETURN}/fit", {"x": ""})
        fit = desk.memory.fits["hackney.yaml"]
        if data is None:
            upload(desk, contents(file))
        else:
            desk.post(path, data)
        assert fit.stopped and desk.memory.fits == {}


def test_a_return_with_too_little_to_fit_is_told_so(desk: Designer, tmp_path: Path) -> None:
    from dataclasses import replace

    from simkit.designer.running.runs import OwnReturn

    upload(desk, contents(made("assessments", tmp_path)))
    own = desk.memory.returns["hackney.yaml"]
    desk.memory.returns["hackney.yaml"] = OwnReturn(replace(own.counts, durations=None))
    desk.post(f"{RETURN}/fit", {"x": ""})
    while (answer := desk.post(f"{RETURN}/fit/next", {"live": ""})).status_code == 303:
        assert desk.memory.fits["hackney.yaml"].prepares, "it waits for nothing but the fast engine"
    assert answer.status_code == 422 and "The return gives nothing to fit" in words_of(answer.text)
    assert desk.memory.fits == {}


def test_lists_without_assessments_are_an_annex_a_workbook(desk: Designer, tmp_path: Path) -> None:
    """It was read as an extract: List 5 had no column for the start of the assessment."""
    openpyxl = pytest.importorskip("openpyxl")
    file = made("annex-a", tmp_path)
    book = openpyxl.load_workbook(file)
    del book["List_4"]
    book.save(file)
    answer = upload(desk, contents(file))
    said = words_of(answer.text)
    assert answer.status_code == 422 and "there is no list of assessments in it (List 4)" in said


def test_a_refusal_says_what_can_be_done(desk: Designer) -> None:
    """An empty file was "still chosen": whatever was filled in, it stayed empty."""
    said = upload(desk, [("empty.csv", b"")], live="1").json["refused"]
    assert "Correct the details below or choose another file" in said
    other = upload(desk, [("list.csv", b"Person ID,Begun\n1,2023-05-01\n")], live="1").json["refused"]
    assert "name it under" in other and "Which column is which" in other
