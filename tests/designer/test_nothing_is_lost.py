"""Two tabs, a file changed outside, a full disk, a folder without rights: what was typed is never lost."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import Designer, designer, words_of

from simkit.common import atomic_files

FILE = "/f/oxfordshire.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Designer:
    made = designer(tmp_path)
    answers = {"authority": "Oxfordshire", "child_seen": "5 working days", "first_review": "10 working days"}
    assert made.post("/new", answers).status_code == 303
    return made


def test_two_tabs_on_one_text_are_put_together(desk: Designer) -> None:
    first, second = desk.form(f"{FILE}/file"), desk.form(f"{FILE}/file")
    one = first["text"][0].replace("within: 5 working days", "within: 4 working days")
    other = second["text"][0].replace("at: 10 working days", "at: 12 working days")
    assert (
        desk.post(f"{FILE}/file", {"version": first["version"], "text": one, "save": "1"}).status_code == 303
    )
    answer = desk.post(f"{FILE}/file", {"version": second["version"], "text": other, "save": "1"})
    assert "merged" in answer.headers["Location"]
    text = desk.text("oxfordshire.yaml")
    assert "within: 4 working days" in text and "at: 12 working days" in text


def test_two_tabs_on_one_line_are_both_shown(desk: Designer) -> None:
    first, second = desk.form(f"{FILE}/file"), desk.form(f"{FILE}/file")
    one = first["text"][0].replace("within: 5 working days", "within: 4 working days")
    other = second["text"][0].replace("within: 5 working days", "within: 6 working days")
    desk.post(f"{FILE}/file", {"version": first["version"], "text": one, "save": "1"})
    answer = desk.post(f"{FILE}/file", {"version": second["version"], "text": other, "save": "1"})
    assert answer.status_code == 409
    words = words_of(answer.text)
    assert "within: 4 working days" in words and "within: 6 working days" in words
    assert "within: 4 working days" in desk.text("oxfordshire.yaml"), "nothing was overwritten"


def test_two_tabs_on_two_fields_of_one_entry_are_put_together(desk: Designer) -> None:
    page = f"{FILE}/timescales/child_visited"
    first, second = desk.form(page), desk.form(page)
    assert desk.post(page, {**first, "number": "4"}).status_code == 303
    assert desk.post(page, {**second, "title": "The child is visited"}).status_code == 303
    text = desk.text("oxfordshire.yaml")
    assert "within: 4 working days" in text and "title: The child is visited" in text


def test_two_tabs_on_one_field_are_both_shown_and_then_decided(desk: Designer) -> None:
    page = f"{FILE}/timescales/child_visited"
    first, second = desk.form(page), desk.form(page)
    assert desk.post(page, {**first, "number": "4"}).status_code == 303
    answer = desk.post(page, {**second, "number": "6"})
    assert answer.status_code == 409
    assert "Yours: 6 working days . In the file now: 4 working days ." in words_of(answer.text)
    assert "within: 4 working days" in desk.text("oxfordshire.yaml")
    from html import unescape

    base = unescape(re.findall(r'name="base" value="([^"]*)"', answer.text)[0])
    assert desk.post(page, {**second, "number": "6", "base": base}).status_code == 303
    assert "within: 6 working days" in desk.text("oxfordshire.yaml")


def test_a_file_changed_in_notepad_keeps_that_change(desk: Designer) -> None:
    form = desk.form(f"{FILE}/file")
    file = desk.folder / "oxfordshire.yaml"
    file.write_bytes(file.read_bytes().replace(b"10 working days", b"15 working days"))
    typed = form["text"][0].replace("within: 5 working days", "within: 4 working days")
    answer = desk.post(f"{FILE}/file", {"version": form["version"], "text": typed, "save": "1"})
    assert answer.status_code == 303
    text = desk.text("oxfordshire.yaml")
    assert "within: 4 working days" in text and "15 working days" in text


def test_a_page_of_a_file_that_is_gone_names_it_and_the_files_that_are_left(desk: Designer) -> None:
    """It said "Nothing here", also on Try it out."""
    left = desk.folder / "left.yaml"
    left.write_bytes((desk.folder / "oxfordshire.yaml").read_bytes())
    (desk.folder / "oxfordshire.yaml").unlink()
    for endpoint in ("/", "/timescales", "/run", "/compare", "/missing", "/file", "/see", "/run/0/report"):
        answer = desk.get(f"/f/oxfordshire.yaml{endpoint}")
        assert answer.status_code == 404, endpoint
        said = words_of(answer.text)
        assert "oxfordshire.yaml is gone" in said and "moved, renamed or deleted" in said, endpoint
        assert re.search(r'<a href="[^"]*/f/left\.yaml/?">', answer.text), endpoint
        assert "Nothing here" not in said
    beside = words_of(desk.get("/f/left.yaml/compare?with=file:other.yaml").text)
    assert "The file other.yaml is no longer here" in beside and "Compare" in beside
    left.unlink()
    said = words_of(desk.get("/f/oxfordshire.yaml/run").text)
    assert "is gone" in said and "Files in the folder" not in said
    assert "There is no such page" in words_of(desk.get("/nowhere").text)


def test_a_file_deleted_outside_comes_back_with_what_was_typed(desk: Designer) -> None:
    form = desk.form(f"{FILE}/file")
    (desk.folder / "oxfordshire.yaml").unlink()
    answer = desk.post(
        f"{FILE}/file", {"version": form["version"], "text": form["text"][0] + "# more\r\n", "save": "1"}
    )
    assert answer.status_code == 303
    assert desk.text("oxfordshire.yaml").endswith("# more\n")


def test_a_full_disk_leaves_the_file_and_shows_what_was_typed(
    desk: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.text("oxfordshire.yaml")
    form = desk.form(f"{FILE}/file")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic_files.os, "fsync", full)
    answer = desk.post(f"{FILE}/file", {**form, "text": form["text"][0] + "# typed\r\n", "save": "1"})
    assert answer.status_code == 507 and "The disk is full" in answer.text and "# typed" in answer.text
    page = f"{FILE}/timescales/child_visited"
    answer = desk.post(page, {**desk.form(page), "number": "7"})
    assert answer.status_code == 507 and 'value="7"' in answer.text
    kept = desk.json(f"{FILE}/typed", {"screen": "file", "fields": {"text": "x"}, "version": "v"})
    assert "The disk is full" in kept.json["kept"], "the page says that it isn't kept"
    monkeypatch.undo()
    assert desk.text("oxfordshire.yaml") == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_can_be_read(desk: Designer) -> None:
    desk.folder.chmod(0o500)
    try:
        assert desk.get(f"{FILE}/file").status_code == 200
        answer = desk.post(f"{FILE}/file", {**desk.form(f"{FILE}/file"), "text": "x", "save": "1"})
        assert answer.status_code == 507 and "permission" in answer.text
    finally:
        desk.folder.chmod(0o700)


def test_what_was_typed_is_there_after_a_restart_and_said(desk: Designer) -> None:
    """Of a server that was killed: another one reads what it kept."""
    form = desk.form(f"{FILE}/file")
    typed = form["text"][0].replace("\r\n", "\n") + "# half a sen"
    told = desk.json(f"{FILE}/check", {"text": typed, "version": form["version"][0], "keep": True})
    assert told.json["kept"] == ""
    again = designer(desk.folder)
    page = again.get(f"{FILE}/file").text
    assert "# half a sen" in page and "not saved yet" in page
    assert "not saved" in again.get(f"{FILE}/").text
    assert again.change(f"{FILE}/file", save="1").status_code == 303
    assert desk.text("oxfordshire.yaml").endswith("# half a sen")
    assert "not saved yet" not in again.get(f"{FILE}/file").text


def test_typed_fields_of_a_form_are_there_after_a_restart(desk: Designer) -> None:
    fields = {"number": ["9"], "answer": ["number"]}
    sent = {"screen": "timescales/child_visited", "fields": fields, "version": ""}
    assert desk.json(f"{FILE}/typed", sent).json["kept"] == ""
    again = designer(desk.folder)
    assert "&#34;9&#34;" in again.get(f"{FILE}/timescales/child_visited").text
    assert "timescales/child_visited" in again.get(f"{FILE}/").text
    page = f"{FILE}/timescales/child_visited"
    assert again.change(page, number="9").status_code == 303
    assert "&#34;9&#34;" not in again.get(page).text, "what is saved is no longer kept as typed"


def test_a_field_that_is_changed_back_is_no_longer_called_not_saved(desk: Designer) -> None:
    sent = {"screen": "timescales/child_visited", "version": ""}
    for number, saved in (("9", False), ("5", True)):
        told = {**sent, "fields": {"number": [number]}, "saved": saved}
        assert desk.json(f"{FILE}/typed", told).json["kept"] == ""
        assert ("not saved" in desk.get(f"{FILE}/").text) is not saved


def test_undo_and_redo_go_through_every_saved_version(desk: Designer) -> None:
    texts = [desk.text("oxfordshire.yaml")]
    for number in ("6", "7", "8"):
        assert desk.change(f"{FILE}/timescales/child_visited", number=number).status_code == 303
        texts.append(desk.text("oxfordshire.yaml"))
    for expected in reversed(texts[:-1]):
        step(desk, "-1")
        assert desk.text("oxfordshire.yaml") == expected
    for expected in texts[1:]:
        step(desk, "1")
        assert desk.text("oxfordshire.yaml") == expected
    step(desk, "-1")
    assert desk.change(f"{FILE}/timescales/child_visited", number="3").status_code == 303
    assert "Redo" not in desk.get(f"{FILE}/").text


def step(desk: Designer, by: str) -> None:
    import re

    version = re.findall(r'name="version" value="(\w+)"', desk.get(f"{FILE}/").text)[0]
    assert (
        desk.post(f"{FILE}/step", {"by": by, "version": version, "back": "overview.index"}).status_code == 303
    )


def test_undo_after_a_change_outside_changes_nothing(desk: Designer) -> None:
    assert desk.change(f"{FILE}/timescales/child_visited", number="6").status_code == 303
    import re

    version = re.findall(r'name="version" value="(\w+)"', desk.get(f"{FILE}/").text)[0]
    file = desk.folder / "oxfordshire.yaml"
    file.write_bytes(file.read_bytes() + b"# outside\n")
    answer = desk.post(f"{FILE}/step", {"by": "-1", "version": version, "back": "overview.index"})
    assert "stale" in answer.headers["Location"] and desk.text("oxfordshire.yaml").endswith("# outside\n")


def test_a_file_in_the_words_of_old_notepad_is_shown_and_saved_as_utf_8(desk: Designer) -> None:
    text = desk.text("oxfordshire.yaml").replace("The child is seen", "The child’s visit")
    for encoding in ("cp1252", "utf-16"):
        (desk.folder / "old.yaml").write_bytes(text.encode(encoding))
        page = desk.get("/f/old.yaml/file").text
        assert "The child’s visit" in page and "becomes UTF-8" in page
        assert desk.change("/f/old.yaml/file", save="1").status_code == 303
        assert desk.text("old.yaml") == text


def test_a_byte_order_mark_and_crlf_stay(desk: Designer) -> None:
    text = "\ufeff" + desk.text("oxfordshire.yaml").replace("\n", "\r\n")
    (desk.folder / "bom.yaml").write_bytes(text.encode("utf-8"))
    page = "/f/bom.yaml/file"
    assert desk.change(page, save="1").status_code == 303
    assert desk.text("bom.yaml") == text
    assert desk.change("/f/bom.yaml/timescales/child_visited", number="6").status_code == 303
    assert desk.text("bom.yaml") == text.replace("within: 5 working days", "within: 6 working days")


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", b"a: \0b", b"{\\rtf1"])
def test_what_is_no_text_is_said(desk: Designer, content: bytes) -> None:
    (desk.folder / "odd.yaml").write_bytes(content)
    assert desk.get("/f/odd.yaml/file").status_code == 409
    assert "odd.yaml" in desk.get("/").text


@pytest.mark.parametrize(
    "text", ["", "\n", "a", "- b", "a: [", "\t", "{", "simkit: scenario/1\n", "x" * 2000]
)
@pytest.mark.slow
def test_any_text_opens_on_every_screen(desk: Designer, text: str) -> None:
    (desk.folder / "broken.yaml").write_text(text, encoding="utf-8")
    screens = (
        "",
        "about",
        "timescales",
        "reviews",
        "priorities",
        "deciders",
        "words",
        "words/recording",
        "file",
    )
    for screen in (*screens, "missing", "see", "compare", "agree", "timescales/child_visited", "document"):
        assert desk.get(f"/f/broken.yaml/{screen}").status_code == 200, screen
    assert desk.get("/f/broken.yaml/note").status_code in (200, 404)
    for screen in ("download/word", "download/html"):
        assert desk.get(f"/f/broken.yaml/{screen}").status_code in (200, 409)
