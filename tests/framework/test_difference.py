"""Differences between two frameworks: in plain words, complete, and honest about what isn't known."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.common.marked_words import marked_words
from simkit.framework.check import load, load_each
from simkit.framework.difference import Difference, DifferenceRow, difference, what_differs
from simkit.framework.difference_rows import changed_words
from simkit.framework.framework import Framework
from simkit.framework.library import names
from simkit.framework.pathway_text import pathway_text

HEAD = "simkit: framework/1\ntitle: {}\nstatus: draft\nbased_on: national/working-together-2023\n"
REVIEW = (
    "reviews:\n  first:\n    title: First review\n    by: team_manager\n    from: allocated\n    at: {}\n"
)
VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n    within: {}\n"
)


def own(folder: Path, name: str, text: str = "") -> Framework:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.format(name) + text, encoding="utf-8")
    return load(path)


def said(rows: tuple[DifferenceRow, ...]) -> list[str]:
    return [str(row) for row in rows]


def between(folder: Path, before: str, after: str) -> Difference:
    return difference(own(folder, "a", before), own(folder, "b", after))


def test_a_review_moved_is_told_by_its_days(tmp_path: Path) -> None:
    found = between(tmp_path, REVIEW.format("10 working days"), REVIEW.format("15 working days"))
    assert said(found.rows) == ["first review: day 10 -> day 15"]
    assert found.rows[0].change == "changed"
    assert found.rows[0].before_place.endswith("a.yaml:10")
    assert found.rows[0].after_place.endswith("b.yaml:10")
    assert found.model == ()


def test_a_review_counted_from_elsewhere_is_told_in_full(tmp_path: Path) -> None:
    other = REVIEW.format("10 working days").replace("allocated", "referral")
    (row,) = between(tmp_path, REVIEW.format("10 working days"), other).rows
    assert row.before == "10 working days after allocation, by the team manager"
    assert row.after == "10 working days after the referral, by the team manager"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (
            VISIT.format("5 working days"),
            VISIT.format("7 working days"),
            "within 5 working days -> within 7 working days",
        ),
        ("", VISIT.format("7 working days"), "not decided -> within 7 working days of allocation"),
        (VISIT.format("7 working days"), "", "within 7 working days of allocation -> not decided"),
        (
            VISIT.format("7 working days"),
            "not_known: [child_seen]\n",
            "within 7 working days of allocation -> not known",
        ),
        ("not_known: [child_seen]\n", VISIT.format("24 hours"), "not known -> within 24 hours of allocation"),
        ("not_known: [timescales]\n", VISIT.format("24 hours"), "not known -> within 24 hours of allocation"),
        (
            VISIT.format("7 working days"),
            VISIT.format("7 working days") + "    good_practice: 3 to 5 working days\n",
            "within 7 working days of allocation -> "
            "within 7 working days of allocation; good practice 3 to 5 working days",
        ),
    ],
)
def test_timescales(tmp_path: Path, before: str, after: str, line: str) -> None:
    found = between(tmp_path, before, after)
    assert [f"{row.before} -> {row.after}" for row in found.rows] == [line]


def test_the_same_thing_under_another_id_is_one_difference(tmp_path: Path) -> None:
    other = VISIT.format("7 working days").replace("visit:", "first_visit:")
    (row,) = between(tmp_path, VISIT.format("5 working days"), other).rows
    assert (row.before, row.after, row.change) == (
        "within 5 working days",
        "within 7 working days",
        "changed",
    )


def test_added_removed_and_not_known_are_told_apart(tmp_path: Path) -> None:
    visit = VISIT.format("7 working days")
    assert between(tmp_path, "", visit).rows[0].change == "added"
    assert between(tmp_path, visit, "").rows[0].change == "removed"
    assert between(tmp_path, visit, "not_known: [timescales]\n").rows[0].change == "not known"


def test_priorities_roles_protocol_and_agreement(tmp_path: Path) -> None:
    before = (
        REVIEW.format("set by priority") + "priorities:\n  urgent:\n    first_review: 3 working days\n"
        "protocol:\n  young_carers:\n    text: One two three.\n    owner: Head of Service\n"
    )
    after = (
        REVIEW.format("set by priority") + "priorities:\n  urgent:\n    first_review: 5 working days\n"
        "roles:\n  duty_worker:\n    title: Duty worker\n"
        "protocol:\n  young_carers:\n    text: One two four.\n    owner: Head of Service\n"
        "agreed:\n  by: Partners\n  on: 2025-04-01\n"
    )
    rows = between(tmp_path, before, after).rows
    assert [(row.kind, row.what) for row in rows] == [
        ("framework", "Agreement"),
        ("review", "first review"),
        ("priority", "urgent"),
        ("role", "Duty worker"),
        ("protocol element", "How the needs of young carers are addressed"),
    ]
    assert rows[2].before == "first review 3 working days" and rows[2].after == "first review 5 working days"
    assert (rows[4].before, rows[4].after) == (
        "One two [three.], owned by Head of Service",
        "One two [four.], owned by Head of Service",
    )


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_changed_words_are_shown_and_not_counted(one: list[str], other: list[str]) -> None:
    """Nothing is shown of equal texts; of others each changed place is in brackets on both sides."""
    before, after = changed_words(" ".join(one), " ".join(other))
    assert (before == after == "") == (one == other)
    assert before.count("[") == after.count("[") <= 3


def test_the_simulations_numbers_stand_apart(tmp_path: Path) -> None:
    change = "model:\n  practice:\n    retention:\n      value: 50%\n      assumption: Half.\n"
    found = between(tmp_path, "", change)
    assert found.rows == ()
    assert [(row.kind, row.before, row.after) for row in found.model] == [("model", "0%", "50%")]
    assert "For the simulation only" in str(found)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (35.2339, 43.5, ("35.2 working days", "43.5 working days")),
        (35.2339, 35.2341, ("35.2339 working days", "35.2341 working days")),
        (35.2339, 35.2339, None),
        (1.0, 0.0, ("1 working day", "0 working days")),
    ],
)
def test_numbers_have_three_figures_unless_these_hide_the_difference(
    before: float, after: float, said: tuple[str, str] | None
) -> None:
    wirral, path = load("wirral"), "practice.span_median"
    one, other = (
        replace(wirral, numbers={**wirral.numbers, path: replace(wirral.numbers[path], value=value)})
        for value in (before, after)
    )
    rows = difference(one, other).model
    assert [(row.before, row.after) for row in rows] == ([] if said is None else [said])


@pytest.mark.slow
def test_of_a_starter_nothing_local_is_called_none() -> None:
    wirral = load("wirral")
    starters = [f for f in load_each(names("authorities")) if f.status == "starter"]
    for starter in starters:
        for row in difference(starter, wirral).rows:
            assert row.before != "none set", (starter.name, str(row))
            assert row.change != "added" or row.kind == "role", (starter.name, str(row))


@pytest.mark.slow
def test_every_shipped_framework_can_be_compared_and_drawn() -> None:
    wirral = load("wirral")
    everything = [name for kind in ("authorities", "national", "trials") for name in names(kind)]
    for framework in load_each(name for name in everything if name != "national/assumptions"):
        text = str(difference(wirral, framework))
        assert "None" not in text and "{" not in text, framework.name
        assert framework.timescales.keys() and pathway_text(framework)


SOME = [
    load(name) for name in ("wirral", "torbay", "gloucestershire", "coventry", "trials/islington", "hackney")
]
SOME += [load(f"national/working-together-{year}") for year in (2006, 2010, 2013, 2023)]


@pytest.mark.parametrize("framework", SOME, ids=lambda f: f.name)
def test_nothing_differs_from_itself(framework: Framework) -> None:
    found = difference(framework, framework)
    assert found.rows == () and found.model == ()
    assert "No difference in timescales" in str(found)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(SOME), st.sampled_from(SOME))
def test_the_other_way_round_is_the_mirror(a: Framework, b: Framework) -> None:
    there, back = difference(a, b), difference(b, a)
    assert {(row.before, row.after) for row in there.rows} == {(row.after, row.before) for row in back.rows}
    assert json.loads(json.dumps(there.to_json()))["before"]["name"] == a.name
    assert all(len(line) <= 160 for line in str(there).splitlines())


def test_rules_of_the_past_are_called_so() -> None:
    rows = difference(load("coventry"), load("hackney")).rows
    (past,) = [row for row in rows if "no longer in force" in row.what]
    assert past.before == "within 7 working days of the referral (from October 2010 until 15 April 2013)"
    assert past.after == "not known"


def test_editions_by_their_clocks() -> None:
    found = difference(load("national/working-together-2010"), load("national/working-together-2013"))
    lines = said(found.rows)
    assert "National edition: Working Together 2010 -> Working Together 2013" in lines
    assert (
        "Assessment concluded: not in that national edition -> within 45 working days of the referral"
        in lines
    )


def test_a_dispensation_is_named_as_the_reason() -> None:
    rows = difference(load("national/working-together-2010"), load("trials/hackney")).rows
    (initial,) = [row for row in rows if row.path == "timescales.initial_assessment"]
    assert initial.after == "set aside by a dispensation"


@pytest.mark.parametrize(
    ("status", "gap"), [("draft", "not decided"), ("agreed", "not decided"), ("documented", "not known")]
)
def test_what_a_file_does_not_say_is_not_decided_if_it_is_the_authoritys_own(
    tmp_path: Path, status: str, gap: str
) -> None:
    agreed = "agreed:\n  by: Board\n  on: 2024-05-01\n  owner: Head of service\n  review_on: 2026-05-01\n"
    silent = own(tmp_path, "a", agreed)
    written = own(tmp_path, "b", VISIT.format("7 working days"))
    (row,) = [
        row for row in difference(replace(silent, status=status), written).rows if "seen" in row.what.lower()
    ]
    assert (row.before, row.change) == (gap, "not known" if gap == "not known" else "added")


def test_the_same_assumptions_are_not_called_the_same_simulation() -> None:
    words = " ".join(str(difference(load("hackney"), load("wirral"))).split())
    assert "Both files assume the same for the simulation." in words
    assert "practice calibrated to published durations. A run takes those of each authority." in words


def test_a_role_that_only_one_edition_has_is_told_in_words() -> None:
    found = difference(load("hackney"), load("wirral"))
    (board,) = [row for row in found.rows if row.kind == "role" and row.what.endswith("Board")]
    assert str(board).endswith("Board: not a role in that national edition -> a role, with no note")
    assert "there" not in str(found).split()


# -- the four answers, and clocks that were not read --

ANSWERED = """\
timescales:
  child_seen: none set
reviews: none set
protocol:
  court: none set
threshold_document: none set
"""


def test_a_decision_to_set_nothing_is_no_gap(tmp_path: Path) -> None:
    decided, silent = own(tmp_path, "a", ANSWERED), own(tmp_path, "b", "")
    rows = {row.path: (row.before, row.after) for row in difference(decided, silent).rows}
    assert rows["threshold_document"] == rows["protocol.court"] == ("none set", "not decided")
    visited = own(tmp_path, "c", VISIT.format("7 working days"))
    (row,) = [row for row in difference(decided, visited).rows if row.kind == "timescale"]
    assert (row.before, row.change) == ("none set", "added")


def test_a_clock_that_was_not_read_is_neither_absent_nor_changed() -> None:
    for before, after in (
        ("working-together-2010", "consultation-drafts-2012"),
        ("working-together-2006", "working-together-2010"),
        ("working-together-2018", "working-together-2023"),
        ("working-together-2023", "working-together-2026"),
    ):
        found = difference(load(f"national/{before}"), load(f"national/{after}")).rows
        rows = {row.path.removeprefix("timescales."): row for row in found if row.kind == "timescale"}
        for name in ("conference", "core_group", "rapid_review", "local_review"):
            if name in rows:
                assert rows[name].change == "not known", (before, after, str(rows[name]))
    assert "conference" in rows and "assessment" in rows


def test_nothing_of_a_not_read_edition_is_called_changed() -> None:
    rows = difference(load("national/working-together-2023"), load("national/working-together-2026")).rows
    assert {row.change for row in rows if row.kind in ("timescale", "review")} == {"not known"}


def test_changed_words_of_a_text_are_marked_and_nothing_else_is(tmp_path: Path) -> None:
    """On a page as deleted and inserted, in Word as changes that a reader can accept or reject."""
    pytest.importorskip("docx")
    head = (
        "simkit: framework/1\nauthority: Bury\ntitle: {title}\nstatus: draft\n"
        "based_on: national/working-together-2023\nprotocol:\n  young_carers:\n    owner: Head of Service\n"
        "    text: |\n      {text}\n"
    )
    files = []
    for title, text in (
        ("One", "We ask who cares for whom <b>today</b>."),
        ("Two", "We ask who cares for them today."),
    ):
        files.append(tmp_path / f"{title}.yaml")
        files[-1].write_text(head.format(title=title, text=text), encoding="utf-8")
    answer = difference(*load_each(files))
    answer.save(tmp_path / "d.html")
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "<del>whom &lt;b&gt;today&lt;/b&gt;. </del>" in page and "<ins>them today." in page
    answer.save(tmp_path / "d.docx")
    with zipfile.ZipFile(tmp_path / "d.docx") as archive:
        body = archive.read("word/document.xml").decode()
    gone = re.findall(r"<w:del [^>]*><w:r>.*?<w:delText[^>]*>([^<]*)", body)
    new = re.findall(r"<w:ins [^>]*><w:r>.*?<w:t[ >][^<]*?>?([^<>]*)</w:t>", body)
    assert [each.strip() for each in gone] == ["whom &lt;b&gt;today&lt;/b&gt;."]
    assert [each.strip() for each in new] == ["them today."]
    assert "[-" not in body and "{+" not in body


def test_marked_words_hold_both_texts() -> None:
    before, after = "One two three, four.\nFive", "One too three four.\nFive six"
    line = marked_words(before, after)
    assert "".join(each.words for each in line if each.change != "gone") == after
    assert "".join(each.words for each in line if each.change != "new").split() == before.split()


def row(kind: str, before: str, after: str) -> DifferenceRow:
    return DifferenceRow(kind, "What", before, after, "path")  # type: ignore[arg-type]


HEADING = row("protocol element", "not decided", "a heading, text not read, owned by Head of Service")
VALUE = row("timescale", "not decided", "within 5 working days")
BEGAN = row("framework", "not decided", "from December 2023")
SILENT = "can't be compared: one side is not known or was not read."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((HEADING,) * 8, f"No commitment is known to differ. 8 {SILENT}"),
        ((BEGAN,), "No commitment is known to differ, only 1 other point."),
        ((VALUE,), "1 commitment is known to differ."),
        ((VALUE, VALUE, BEGAN), "2 commitments and 1 other point are known to differ."),
        ((VALUE, row("review", "not known", "day 10")), f"1 commitment is known to differ. 1 more {SILENT}"),
    ],
)
def test_only_what_is_known_of_both_counts_as_different(rows: tuple[DifferenceRow, ...], said: str) -> None:
    """A text that nobody read may be the same, and when a framework began is no commitment."""
    assert what_differs(rows) == said
