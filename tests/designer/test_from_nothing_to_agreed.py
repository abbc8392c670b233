"""A manager's whole task, through the pages alone and without JavaScript."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import Designer, designer, words_of
from paths import ROOT

import simkit
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS

FILE = "/f/oxfordshire.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Designer:
    made = designer(tmp_path)
    assert made.post("/new", {"authority": "Oxfordshire"}).status_code == 303
    return made


def save(desk: Designer, page: str, **values: object) -> None:
    answer = desk.change(f"{FILE}/{page}", **values)
    assert answer.status_code == 303, words_of(answer.text)


@pytest.mark.slow
def test_from_nothing_to_an_agreed_framework_with_its_documents(desk: Designer) -> None:
    """Oxfordshire's protocol: first review within 10 days with the child seen, at most 35 working days."""
    assert "not decided" in words_of(desk.get(f"{FILE}/").text).lower()
    to_agree = words_of(desk.get(f"{FILE}/agree").text)
    counts = re.search(r"(\d+) to decide, (\d+) to write", to_agree)
    assert counts and f"Before it can be agreed ({int(counts[1]) + int(counts[2])})" in to_agree
    assert "No internal review point" not in to_agree, "it repeated that reviews are not decided"
    save(desk, "deciders", new="Assistant team manager")
    save(
        desk,
        "reviews/new",
        answer="number",
        kind="within",
        number="10",
        posts=["team_manager", "assistant_team_manager"],
        includes="child_seen",
    )
    save(
        desk,
        "reviews/new",
        title="Further reviews",
        start="after.first",
        answer="words",
        in_words="on the day set at the review before",
        posts="team_manager",
    )
    save(
        desk,
        "timescales/assessment_normal",
        answer="number",
        kind="at_most",
        number="35",
        posts=["team_manager", "assistant_team_manager"],
    )
    assert "By the review: First review" in words_of(desk.get(f"{FILE}/timescales").text)
    for other in ("feedback_to_referrer", "allocation", "family_informed"):
        save(desk, f"timescales/{other}", answer="none")
    save(desk, "priorities", answer="none set")
    save(desk, "about", **{"from": "2026-04", "thresholds": "value", "document": "Threshold of Needs"})
    for element in PROTOCOL_ELEMENTS:
        link = "https://www.oxfordshire.gov.uk/complaints" if element == "challenge" else ""
        save(desk, f"words/{element}", text="What we do here.", owner="Head of Safeguarding", link=link)
    assert "Nothing is missing" in desk.get(f"{FILE}/missing").text, words_of(
        desk.get(f"{FILE}/missing").text
    )

    page = desk.get(f"{FILE}/agree")
    assert "Before it can be agreed" not in page.text, words_of(page.text)
    facts = {"by": "Safeguarding partners", "on": "2026-11-20", "owner": "Head of Safeguarding"}
    wrong = desk.change(f"{FILE}/agree", **facts, review_on="soon")
    assert wrong.status_code == 422 and 'href="#review_on"' in wrong.text
    named = desk.change(f"{FILE}/agree", **{**facts, "owner": "Jane Smith"}, review_on="2028-11")
    assert named.status_code == 422 and 'href="#owner"' in named.text
    save(desk, "agree", **facts, review_on="2028-11")

    framework = simkit.load(desk.folder / "oxfordshire.yaml")
    assert framework.status == "agreed" and framework.reviews["first"].kind == "within"
    assert framework.timescales["assessment_normal"].kind == "at_most"
    frozen = desk.folder / "oxfordshire-agreed-2026-11-20.yaml"
    assert frozen.read_bytes() == (desk.folder / "oxfordshire.yaml").read_bytes()

    word = desk.get(f"{FILE}/download/word")
    assert word.headers["Content-Disposition"] == 'attachment; filename="oxfordshire-protocol.docx"'
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(word.data)).namelist()
    page = desk.get(f"{FILE}/download/html").text
    version = re.findall(r"[Vv]ersion ([0-9a-f]{8})", page)
    assert version and version[0] == re.findall(r"Version ([0-9a-f]{8})", desk.get(f"{FILE}/agree").text)[0]
    note = words_of(desk.get(f"{FILE}/note").text)
    assert "What changes" in note and "35 working days" in note

    assert desk.post(f"{FILE}/next-version", {"version": ""}).status_code == 303
    assert simkit.load(desk.folder / "oxfordshire.yaml").status == "draft"
    save(desk, "timescales/child_visited", answer="number", number="8")
    note = words_of(desk.get(f"{FILE}/note").text)
    assert "the version agreed, 20 November 2026" in note and "8 working days" in note


def test_nothing_can_be_agreed_while_something_is_undecided(desk: Designer) -> None:
    sent = {"base": "{}", "by": "Board", "on": "2026-11-01", "owner": "Head", "review_on": "2028"}
    answer = desk.post(f"{FILE}/agree", sent)
    assert answer.status_code == 422 and "status: draft" in desk.text("oxfordshire.yaml")
    assert [*desk.folder.glob("*agreed*")] == []


def test_an_error_is_tied_to_its_field(desk: Designer) -> None:
    page = f"{FILE}/timescales/child_visited"
    answer = desk.change(page, answer="number", number="five")
    assert answer.status_code == 422
    assert 'href="#number"' in answer.text and 'id="number-error"' in answer.text
    assert "number-error" in re.findall(r'id="number"[^>]*aria-describedby="([^"]*)"', answer.text)[0]
    assert 'value="five"' in answer.text, "what was typed stays"
    assert "<title>Error: " in answer.text


@pytest.mark.parametrize(
    ("screen", "field", "value", "said"),
    [
        ("timescales/child_visited", "number", "0", "How long: the time can't be zero"),
        ("timescales/child_visited", "number", "", "How long: write a number"),
        ("timescales/child_visited", "number", "3 to 5", "How long: write a number"),
        ("timescales/new", "title", "", "Give it a name"),
        ("reviews/new", "number", "soon", "When: write a number"),
        ("deciders", "new", "Jane Smith", "person"),
        ("words/recording", "owner", "Mr Brown", "person"),
        ("words/recording", "link", "www.example.org", "https://"),
        ("words/recording", "text", "", "Write your words"),
        ("about", "title", "", "Give the framework a title"),
        ("about", "from", "soon", "From when it applies: write a day"),
    ],
)
def test_what_cant_be_used_is_said_at_its_field(
    desk: Designer, screen: str, field: str, value: str, said: str
) -> None:
    before = desk.text("oxfordshire.yaml")
    more = {"answer": "number"} if "timescales" in screen or "reviews" in screen else {}
    answer = desk.change(f"{FILE}/{screen}", **{"end": "child_seen", **more, field: value})
    assert answer.status_code == 422, words_of(answer.text)
    assert f'href="#{field}"' in answer.text and said in words_of(answer.text)
    assert desk.text("oxfordshire.yaml") == before


def test_a_post_is_one_of_several_and_a_range_is_set_for_each_case(desk: Designer) -> None:
    save(
        desk,
        "timescales/assessment_normal",
        answer="number",
        kind="between",
        number="15-45",
        setters=["team_manager", "social_worker"],
        posts="team_manager",
    )
    timescale = simkit.load(desk.folder / "oxfordshire.yaml").timescales["assessment_normal"]
    assert str(timescale.lower) == "15 working days" and str(timescale.amount) == "45 working days"
    assert timescale.set_by == ("team_manager", "social_worker") and timescale.decided_by == ("team_manager",)


def test_none_set_and_back(desk: Designer) -> None:
    before = desk.text("oxfordshire.yaml")
    save(desk, "timescales/child_visited", answer="none")
    assert "child_seen: none set" in desk.text("oxfordshire.yaml")
    assert "We set none" in desk.get(f"{FILE}/timescales").text
    save(desk, "timescales/child_visited", answer="number", number="5")
    text = desk.text("oxfordshire.yaml")
    assert "none set\n" not in text.replace(before, "") and "within: 5 working days" in text
    save(desk, "timescales/child_visited", answer="open")
    assert [*filter(None, desk.text("oxfordshire.yaml").split("\n"))] == [*filter(None, before.split("\n"))]


def test_priorities_decide_when_a_review_is_held(desk: Designer) -> None:
    save(desk, "reviews/new", number="10")
    save(
        desk,
        "priorities",
        answer="value",
        **{"title-0": "Urgent", "title-1": "Usual", "share-0": "10%", "share-1": "the rest"},
    )
    refused = desk.change(f"{FILE}/reviews/first", answer="priority", **{"held-urgent": "3"})
    assert refused.status_code == 422 and 'href="#held-usual"' in refused.text
    save(desk, "reviews/first", answer="priority", **{"held-urgent": "3", "held-usual": "9 working days"})
    save(desk, "priorities", **{"first-1": "10 working days"})
    review = simkit.load(desk.folder / "oxfordshire.yaml").reviews["first"]
    assert {key: str(each) for key, each in review.by_priority.items()} == {
        "urgent": "3 working days",
        "usual": "10 working days",
    }


def test_the_fix_button_does_what_the_message_says(desk: Designer) -> None:
    text = (
        desk.text("oxfordshire.yaml")
        + "reviews:\n  first:\n    by: team_managr\n    from: allocated\n    at: 10 working days\n"
    )
    form = desk.form(f"{FILE}/file")
    checked = desk.post(f"{FILE}/file", {**form, "text": text, "check": "1"})
    numbers = re.findall(r'name="fix" value="(\d+)"[^>]*>Change to “team_manager”', checked.text)
    assert numbers, words_of(checked.text)
    fixed = desk.post(f"{FILE}/file", {**form, "text": text, "fix": numbers[0]})
    assert "by: team_manager\n" in fixed.text and "team_managr" not in fixed.text
    assert "team_managr" not in desk.text("oxfordshire.yaml"), "nothing is saved until somebody saves it"


def test_compare_with_neighbour_edition_and_file(desk: Designer) -> None:
    save(desk, "timescales/child_visited", answer="number", number="5")
    (desk.folder / "last-year.yaml").write_text(
        desk.text("oxfordshire.yaml").replace("within: 5 working", "within: 9 working"), encoding="utf-8"
    )
    page = words_of(desk.get(f"{FILE}/compare?with=file:last-year.yaml").text)
    assert "within 9 working days" in page and "within 5 working days" in page
    assert "1 commitment is known to differ." in page
    assert "The child is seen" in desk.get(f"{FILE}/compare?with=national:working-together-2023").text
    page = words_of(desk.get(f"{FILE}/compare?authority=Leicestershire").text)
    assert "a heading, text not read" in page and "No commitment is known to differ." in page
    assert "can't be compared: one side is not known or was not read." in page
    assert "Nothing else was found in what was read, but there may be more." in page
    assert desk.get(f"{FILE}/compare?authority=Gloucestershire").status_code == 200
    for bad in ("with=file:../x.yaml", "with=national:..%2Fx", "with=other:x", "authority=Nowhere"):
        answer = desk.get(f"{FILE}/compare?{bad}")
        assert answer.status_code in (409, 422), bad


def test_a_file_from_elsewhere_is_copied_and_none_is_replaced(desk: Designer) -> None:
    content = desk.text("oxfordshire.yaml").encode()
    sent = {"file": (io.BytesIO(content), "kent.yaml")}
    assert desk.post("/open", sent).status_code == 303
    assert (desk.folder / "kent.yaml").read_bytes() == content
    again = desk.post("/open", {"file": (io.BytesIO(b"title: other\n"), "kent.yaml")})
    assert again.status_code == 409 and (desk.folder / "kent.yaml").read_bytes() == content
    assert desk.post("/open", {"file": (io.BytesIO(b"x"), "kent.docx")}).status_code == 409
    assert desk.post("/open", {}).status_code in (409, 415)


def test_the_tutorial_names_what_is_on_the_pages(desk: Designer) -> None:
    """Each link, button and label that it tells to choose, by its bold words."""
    tutorial = (ROOT / "docs" / "tutorials" / "designer.md").read_text(encoding="utf-8")
    steps = tutorial.partition("## If something goes wrong")[0].partition("## Start")[2]
    named = {" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", steps, re.S)}
    save(desk, "reviews/new", number="10")
    screens = ["/", "/new"] + [
        f"{FILE}/{each}" for each in ("", "about", "timescales", "timescales/allocation")
    ]
    screens += [
        f"{FILE}/{each}"
        for each in ("reviews", "reviews/new", "deciders", "words", "words/disabled_children")
    ]
    screens += [f"{FILE}/{each}" for each in ("missing", "compare", "see", "agree", "priorities", "run")]
    said = " ".join(words_of(desk.get(each).text) for each in screens)
    later = {"Call it agreed", "Start the next version", "Nothing is missing", "Change note for the board"}
    pages = ROOT / "simkit" / "designer" / "templates"
    ran = {"Show it if nobody responds", "Download and repeat"}  # on the page of a run that has begun
    assert all(each in (pages / "run_answer.html.jinja").read_text(encoding="utf-8") for each in ran)
    later |= {*ran, "Stop", "As it is now", "Not settled by evidence"}
    assert {each for each in named - later if each not in said} == {"Add a review"}, "there is one already"
    assert "Add a review" in (ROOT / "simkit/designer/templates/reviews.html.jinja").read_text(
        encoding="utf-8"
    )


def test_a_question_can_be_left_with_its_reason_and_asked_again(desk: Designer) -> None:
    save(desk, "reviews/new", number="50", start="from.referral")
    assert "1 question" in words_of(desk.get(f"{FILE}/").text)
    problem = simkit.check(desk.folder / "oxfordshire.yaml").queries[0]
    about = {"code": problem.code, "path": problem.path}
    field = f"reason-{problem.code}-{problem.path}"
    refused = desk.post(f"{FILE}/missing", {**about, field: " "})
    assert refused.status_code == 422 and f'href="#{field}"' in refused.text
    assert desk.post(f"{FILE}/missing", {**about, field: "The partners: they want it."}).status_code == 303
    page = words_of(desk.get(f"{FILE}/missing").text)
    assert (
        "Left as they are (1)" in page and "The partners: they want it." in page and "1 question" not in page
    )
    assert simkit.check(desk.folder / "oxfordshire.yaml").queries == simkit.Problems()
    assert desk.post(f"{FILE}/missing", {**about, "again": "1"}).status_code == 303
    assert "1 question" in words_of(desk.get(f"{FILE}/missing").text)
    assert "left_as_is" not in desk.text("oxfordshire.yaml")
