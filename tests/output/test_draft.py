"""A draft in a notebook: changed, checked and drawn in a cell."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

import simkit
from simkit.framework.editing.scalars import EditError
from simkit.framework.library import find
from simkit.output.draft import draft

TEXT = find("wirral").read_text(encoding="utf-8")
BROKEN = "simkit: framework/1\ntitle: <b>Ours</b>\nstatus: darft\nbased_on: national/working-together-2023\n"


class Balanced(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in ("script", "b_", "img")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(value: object) -> str:
    html = str(value._repr_html_())  # type: ignore[attr-defined]
    assert Balanced(html).open == []
    assert "<b>Ours" not in html
    return html


def test_a_cell_shows_what_was_changed_what_is_wrong_and_the_timeline() -> None:
    begun = draft("wirral")
    assert begun.text == TEXT
    assert "Changed" not in shown(begun) and "<svg" in shown(begun)
    later = begun.edit("timescales.assessment_normal.within", "35 working days")
    html = shown(later)
    assert "-    within: 30 working days\n+    within: 35 working days" in html
    assert later.fields["timescales.assessment_normal.within"].value == "35 working days"
    assert begun.text == TEXT


def test_a_problem_stands_at_its_line_with_the_place_marked() -> None:
    written = draft(BROKEN)
    html = shown(written)
    assert "Line 3" in html and "status: <mark>darft</mark>" in html
    assert "1 to fix" in html and "timeline is drawn once the errors are fixed" in html
    fixed = written.fixed()
    assert fixed.problems.ok and "status: draft\n" in fixed.text
    assert "<svg" in shown(fixed)


def test_a_draft_of_a_file_is_saved_with_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8"))
    opened = draft(path)
    assert opened.name.endswith("ours.yaml")
    opened.edit("status", "draft").save(path)
    saved = path.read_bytes().decode("utf-8")
    assert saved == TEXT.replace("\n", "\r\n").replace("status: documented", "status: draft")
    with pytest.raises(EditError, match="Did you mean `draft`"):
        opened.edit("status", "darft")


@pytest.mark.parametrize("text", ["\n", "a: [\n", "\0\n", "title: x\n" * 3, "\ud800\n"])
def test_anything_can_be_drafted(text: str) -> None:
    value = draft(text)
    assert value.problems.errors and shown(value) and str(value)
    assert simkit.draft(text) == value
