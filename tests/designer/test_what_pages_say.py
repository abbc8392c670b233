"""What the pages say is so: of what is missing, of what was saved, and of what was agreed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import TOKEN, Designer, designer, words_of
from finished import FINISHED

from simkit.framework.library import find

FILE = "/f/oxfordshire.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Designer:
    made = designer(tmp_path)
    (tmp_path / "oxfordshire.yaml").write_text(FINISHED, encoding="utf-8")
    return made


def test_a_form_that_was_refused_is_not_called_saved(desk: Designer) -> None:
    """The address still says what the page before did."""
    fields = desk.form(f"{FILE}/deciders")
    answer = desk.post(f"{FILE}/words/challenge?done=saved", {**fields, "answer": "text", "link": "www.a.uk"})
    said = words_of(answer.text)
    assert "There is a problem" in said and "Saved." not in said


@pytest.mark.parametrize(
    ("typed", "told"),
    [("1st April 2027", "2027-04-01 (1 April 2027)"), ("20/11/2026", "2026-11-20 (20 November 2026)")],
)
def test_a_date_as_in_a_letter_gets_the_one_that_is_meant(desk: Designer, typed: str, told: str) -> None:
    answer = desk.change(f"{FILE}/about", **{"from": typed})
    assert answer.status_code == 422 and told in words_of(answer.text)


def test_what_is_missing_and_what_stands_in_the_way_are_the_same(desk: Designer, tmp_path: Path) -> None:
    """The threshold document too: it is counted, listed, and in the way of an agreement, once each."""
    draft = FINISHED.replace("status: agreed", "status: draft")
    open_ = re.sub(r"threshold_document:\n(  .*\n)+", "", draft)
    (tmp_path / "oxfordshire.yaml").write_text(open_, encoding="utf-8")
    title = "Which threshold document is published"
    for page in ("missing", "agree"):
        said = words_of(desk.get(f"{FILE}/{page}").text)
        assert said.count(title) == 1 and "1 to decide" in said
        assert "No threshold document is named" not in said


def test_a_change_of_what_was_agreed_is_said_on_every_page(desk: Designer, tmp_path: Path) -> None:
    kept = tmp_path / "oxfordshire-agreed-2025-03-14.yaml"
    kept.write_text(FINISHED, encoding="utf-8")
    pages = ("", "timescales", "words", "see", "missing")
    told = "Changed since it was agreed"
    assert not [page for page in pages if told in desk.get(f"{FILE}/{page}").text]
    (tmp_path / "oxfordshire.yaml").write_text(FINISHED.replace("35 working", "40 working"), encoding="utf-8")
    assert [page for page in pages if told in desk.get(f"{FILE}/{page}").text] == list(pages)
    assert "this is not the text that was agreed" in desk.get(f"{FILE}/document").text


def test_every_condition_offered_is_a_sentence(desk: Designer) -> None:
    for page in ("timescales/concluded", "reviews/first"):
        offered = re.findall(r"<option[^>]*>([^<]*)</option>", desk.get(f"{FILE}/{page}").text)
        wrong = [each for each in offered if re.match(r"(Only|Except) (unless|at a|where)\b", each)]
        assert not wrong


@pytest.mark.parametrize("part", ["one-page", "families"])
def test_a_part_of_the_document_can_be_had_alone(desk: Designer, part: str) -> None:
    page = desk.get(f"{FILE}/see").text
    links = [each for each in re.findall(r'href="([^"]+)"', page) if f"part={part}" in each]
    assert len(links) == 2
    for link in links:
        answer = desk.get(link.removeprefix(f"/{TOKEN}").replace("&amp;", "&"))
        assert f"oxfordshire-{part}." in answer.headers["Content-Disposition"]
        assert answer.status_code == 200 and len(answer.data) > 1000


def test_no_page_shows_a_date_as_a_file_has_it(desk: Designer, tmp_path: Path) -> None:
    """On the screens, in a comparison and in the document a date is written as in a letter."""
    (tmp_path / "knowsley.yaml").write_bytes(find("knowsley").read_bytes())
    late = FINISHED.replace("review_on:", "review_on: 2024-02  #").replace("from: 20", "from: 2013-04  # 20")
    (tmp_path / "late.yaml").write_text(late, encoding="utf-8")
    pages = ("/", "/timescales", "/reviews", "/see", "/document", "/missing", "/agree", "/note")
    others = (
        "/compare?authority=Wirral",
        "/compare?with=file:late.yaml",
        "/compare?with=file:oxfordshire.yaml",
    )
    seen = ""
    for name in ("oxfordshire", "knowsley", "late"):
        for place in (*pages, *others):
            said = words_of(desk.get(f"/f/{name}.yaml{place}").text)
            raw = {*re.findall(r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b", said)}
            assert raw <= {"2027-03-15", "2029-03"}, (name, place)  # how to write one, in a form
            seen += said
    for words in ("from June 2023", "on 14 March 2025", "review in February 2024", "starts in April 2013"):
        assert words in seen, words
