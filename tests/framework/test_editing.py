"""Fields, changes and suggestions: what an interface asks of a text."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_edits import changed, random_change

from simkit.framework.check import check_text, load
from simkit.framework.editing.edit import edit
from simkit.framework.editing.fields import fields
from simkit.framework.editing.form import PathNotFound
from simkit.framework.editing.scalars import EditError
from simkit.framework.editing.suggest import suggest
from simkit.framework.library import find, names
from simkit.framework.yaml.source import read_text

TODAY = date(2026, 1, 15)
SHIPPED = (*names("authorities"), *names("national"), *names("trials"))
HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"
VISIT = (
    "timescales:\n  visit:\n    title: Seen\n    from: allocated\n    to: child_seen\n    within: 5 weeks\n"
)
ENDS = ("\n", "\r\n", "\r")


def text_of(name: str) -> str:
    return find(name).read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", [*names("national"), *names("trials"), "hackney", "wirral", "oxfordshire"])
def test_fields_have_what_the_framework_has(name: str) -> None:
    known = fields(name, today=TODAY)
    framework = load(name, today=TODAY)
    assert known["title"].value == framework.title and known["status"].value == framework.status
    for timescale in framework.timescales.values():
        field = known[f"timescales.{timescale.id}"]
        assert (field.title, field.answer) == (timescale.title, "a value")
        number = known[f"timescales.{timescale.id}.{timescale.kind}"].place
        assert number is not None
        assert (number.file, number.line) == (timescale.origin.file, timescale.origin.line)
        assert field.layer.startswith("national/") or not timescale.national
        assert field.editable == (not timescale.national or name.startswith("national/"))
    for path, answer in framework.answers.items():
        assert known[path].answer == answer
    for number in framework.numbers.values():
        path = f"model.{number.path}.value"
        assert path not in known or known[path].is_set


def test_every_field_is_one_that_can_be_changed_and_is_explained() -> None:
    for name in ("hackney", "oxfordshire", "national/working-together-2023"):
        for field in fields(name, today=TODAY).values():
            assert field.title and (field.help or field.path.startswith("more.")), field
            if field.kind == "choice":
                assert field.choices or field.path.endswith(("source", "read_in", "assumptions", "after")), (
                    field
                )


def test_silence_is_one_of_the_four_answers() -> None:
    draft = fields(HEAD)
    assert draft["timescales.child_seen"].answer == draft["reviews"].answer == "not decided"
    starter = fields(HEAD.replace("draft", "starter") + "reviews: none set\n")
    assert starter["timescales.child_seen"].answer == "not known"
    assert starter["reviews"].answer == "none set"
    own = fields(HEAD + VISIT)
    assert "timescales.child_seen" not in own and own["timescales.visit"].answer == "a value"


def test_a_broken_text_has_fields_with_what_is_written() -> None:
    known = fields(HEAD + "timescales:\n  visit:\n    within: 5 dayz\n")
    field = known["timescales.visit.within"]
    assert (field.value, field.layer) == ("5 dayz", known.own)
    assert field.place is not None and field.place.range == (7, 13, 7, 19)
    assert len(fields("\n")) > 1000


def test_the_fields_of_an_entry_that_is_not_there_yet() -> None:
    known = fields(HEAD, "timescales.first_visit")
    assert known["timescales.first_visit.within"].kind == "time"
    assert "child_seen" in known["timescales.first_visit.to"].choices
    assert not any(field.is_set for field in known.values())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("timescales.visit.wihtin", "`timescales.visit.within`"),
        ("reveiws", "`reviews`"),
        ("timescales.First visit", "write `first_visit`"),
        ("title.first", "nothing below `title`"),
        ("", "A path names a field"),
    ],
)
def test_a_path_that_is_not_there_is_an_error_with_the_nearest(path: str, told: str) -> None:
    with pytest.raises((PathNotFound, EditError), match=told):
        edit(HEAD, path, "x")


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("status", "agred", "Did you mean `agreed`"),
        ("timescales.visit.from", "alocated", "Did you mean `allocated`"),
        ("reviews.first.by", "team_manger", "Did you mean `team_manager`"),
        ("timescales.visit.within", "5 wrking days", "Did you mean '5 working days'"),
        ("agreed.on", "1 April 2025", "Did you mean 2025-04-01"),
        ("timescales.assessment.within", "40 working days", "national timescale"),
        ("based_on", "national/working-together-2032", "Did you mean"),
        ("timescales.visit", {"wihtin": "3 weeks"}, "`timescales.visit.within`"),
        ("title", "a\0b", "doesn't belong"),
        ("title", b"x", "kind bytes"),
    ],
)
def test_a_value_that_can_not_stand_there_is_an_error_with_the_nearest(
    path: str, value: Any, told: str
) -> None:
    with pytest.raises(EditError if isinstance(value, str) else Exception, match=told):
        edit(HEAD, path, value)


def test_a_text_that_can_not_be_read_is_fixed_first() -> None:
    with pytest.raises(EditError, match="Line 2 has to be fixed first"):
        edit('simkit: framework/1\ntitle: "a\nstatus: draft\n', "title", "x")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("last", [True, False])
def test_the_form_of_a_file_is_kept(end: str, last: bool) -> None:
    lines = [
        "\ufeff# a comment",
        "simkit: framework/1",
        "title: 'A title'      # why",
        "status: draft",
        "based_on: national/working-together-2023",
        "",
        "protocol:   # ours",
        "  court:",
        "    text: |  # below",
        "      One",
        "      two",
        "    # between",
        "    owner: Head",
        "reviews: none set  # so far",
    ]
    text = end.join(lines) + (end if last else "")

    def after(path: str, value: Any, **new: Any) -> None:
        now = list(lines)
        for number in sorted((int(key[1:]) for key in new), reverse=True):
            now[number : number + 1] = new[f"l{number}"]
        assert edit(text, path, value) == end.join(now) + (end if last else "")

    after("title", "It's", l2=["title: 'It''s'      # why"])
    after("title", 'A "title"', l2=["title: 'A \"title\"'      # why"])
    after("title", "Two\nlines", l2=["title: |      # why", "  Two", "  lines"])
    after("status", None, l3=[])
    after("agreed.owner", "Team #3", l4=[lines[4], "", "agreed:", '  owner: "Team #3"'])
    after("protocol.court.text", "Three", l8=["    text: Three  # below"], l9=[], l10=[])
    after("protocol.court.text", "x\ny", l9=["      x"], l10=["      y"])
    after("protocol.court.owner", None, l12=[])
    after("protocol.court.link", "https://x", l12=[lines[12], "    link: https://x"])
    after("protocol.court", "not known", l7=["  court: not known"], l8=[], l9=[], l10=[], l11=[], l12=[])
    after("protocol", None, l6=[], l7=[], l8=[], l9=[], l10=[], l11=[], l12=[])
    after(
        "reviews.first",
        {"by": "team_manager", "from": "allocated", "at": "5 working days"},
        l13=[
            "reviews:  # so far",
            "  first:",
            "    by: team_manager",
            "    from: allocated",
            "    at: 5 working days",
        ],
    )


def test_what_is_set_and_taken_out_again_leaves_the_file_as_it_was() -> None:
    for name in ("wirral", "hackney", "oxfordshire"):
        text = text_of(name)
        entry = {"title": "Seen", "from": "allocated", "to": "child_seen", "within": "5 weeks"}
        with_visit = edit(text, "timescales.a_new_visit", entry)
        assert read_text(with_visit, "").data["timescales"]["a_new_visit"] == entry
        assert edit(with_visit, "timescales.a_new_visit", None).rstrip() == text.rstrip()
        assert edit(text, "title", fields(text)["title"].value) == text


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("last", ["more:\n  a: b\n", ""])
def test_a_section_set_and_taken_out_again_leaves_no_empty_line(gap: str, last: str) -> None:
    between = gap[1:]
    roles = "roles:\n  chair:\n    title: Chair\n"
    text = f"{HEAD}{between}{roles}{between}{VISIT}{between if last else ''}{last}"
    for path in ("in_force.from", "agreed.by", "priorities.urgent.title", "protocol.court.text"):
        with_section = edit(text, path, "2026-04-01", today=TODAY)
        assert with_section != text
        assert edit(with_section, path.split(".")[0], None, today=TODAY) == text, path


def test_lists_change_entry_by_entry() -> None:
    text = HEAD + "not_known: [a_b,  referrer_told,\n  family_told]  # three\n".replace("a_b", "child_seen")
    assert "[child_seen,  referrer_told,\n  authorised]  # three" in edit(text, "not_known.2", "authorised")
    assert "[child_seen,  referrer_told]  # three" in edit(text, "not_known.2", None)
    assert "[referrer_told,\n" in edit(text, "not_known.0", None)
    assert "family_told, allocated]  # three" in edit(text, "not_known.3", "allocated")
    assert "[child_seen,\n  family_told]" in edit(text, "not_known", ["child_seen", "family_told"])
    assert edit(text, "not_known", None) == HEAD
    block = HEAD + "not_known:\n  - child_seen\n  # between\n  - referrer_told\n"
    assert edit(block, "not_known.0", None) == HEAD + "not_known:\n  # between\n  - referrer_told\n"
    assert edit(block, "not_known.2", "family_told") == block + "  - family_told\n"
    inner = HEAD + "priorities: {urgent: {title: Now}, other: {title: Later}}\n"
    assert "{urgent: {title: Now, note: so}, other" in edit(inner, "priorities.urgent.note", "so")
    assert "priorities: {other: {title: Later}}" in edit(inner, "priorities.urgent", None)


@pytest.mark.parametrize("blank", ['""', "'  '", "|", '""   # to do'])
def test_a_text_without_words_can_be_filled_in_and_removed(blank: str) -> None:
    text = f"{HEAD}agreed:\n  by: {blank}\n  owner: Head\n"
    written = edit(text, "agreed.by", "Partners", today=TODAY)
    assert written.replace("'", "").replace('"', "") == text.replace(blank.partition("   #")[0], "Partners")
    assert edit(text, "agreed.by", None, today=TODAY) == f"{HEAD}agreed:\n  owner: Head\n"
    with pytest.raises(EditError, match="can't be empty"):
        edit(text, "agreed.owner", " ", today=TODAY)


def test_a_line_with_what_can_not_be_seen_is_fixed_before_it_is_edited() -> None:
    """Its columns are not those of the file, so a change of it could hit another character."""
    text = HEAD + VISIT.replace("5 weeks", "5\u200b weeks")
    with pytest.raises(EditError, match="can't be seen"):
        edit(text, "timescales.visit.within", "4 weeks")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SHIPPED), st.sampled_from(ENDS), st.integers(0, 2**32))
@pytest.mark.slow
def test_a_change_of_a_shipped_file_keeps_every_other_byte(name: str, end: str, seed: int) -> None:
    random = Random(seed)
    text = text_of(name).replace("\n", end)
    if random.random() < 0.3:
        text = text.rstrip()
    known = fields(text, today=TODAY)
    for _ in range(4):
        text = changed(text, *random_change(known, random)) or text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_written_and_is_read_back(value: str) -> None:
    try:
        text = edit(HEAD, "protocol.court.text", value)
    except EditError:
        return
    written = read_text(text, "").data["protocol"]["court"]["text"]
    plain = " ".join(value.split())
    assert " ".join(written.split()) == plain or not plain.isprintable()
    assert check_text(text).ok


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_a_thousand_changes_of_a_shipped_file_keep_every_other_byte(name: str) -> None:
    random = Random(name)
    text = text_of(name)
    done = 0
    for number in range(1000):
        if number % 50 == 0:
            known = fields(text, today=TODAY)
        after = changed(text, *random_change(known, random))
        done += after is not None
        text = after or text
    assert done > 200


def test_suggestions_are_what_can_stand_there() -> None:
    text = (
        HEAD + "timescales:\n  visit:\n    title: Seen\n    from: al\n    wit\n    routes: [section_17, se]\n"
    )

    def words(line: int, column: int) -> list[str]:
        return [each.word for each in suggest(text, line, column)]

    assert words(8, 13)[0] == "allocated"
    assert words(9, 8)[0] == "within: "
    assert words(10, 28)[0] == "section_47" and "section_17" not in words(10, 28)
    assert words(3, 9) == [
        "starter",
        "documented",
        "draft",
        "consultation",
        "agreed",
        "superseded",
        "in_force",
    ]
    first = suggest(text, 8, 13)[0]
    assert first.title == "Social worker allocated"
    assert "    from: allocated\n" in first.edit.apply(text)
    assert words(2, 99) == words(99, 1) == []


def test_every_suggested_value_is_one_that_stands_there() -> None:
    visit = HEAD + VISIT
    for key in ("routes", "from", "to", "unless", "only_if", "decided_by", "starting_day", "force", "within"):
        text = edit(visit, f"timescales.visit.{key}", None)
        text = text.rstrip("\n") + f"\n    {key}: "
        lines = text.split("\n")
        found = suggest(text, len(lines), len(lines[-1]) + 1)
        assert found, key
        for each in found:
            value = [each.word] if key == "routes" else each.word
            assert edit(visit, f"timescales.visit.{key}", value)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.integers(-1, 8), st.integers(-1, 30))
@pytest.mark.slow
def test_anything_as_text_gives_suggestions_and_fields_and_no_exception(
    text: str, line: int, column: int
) -> None:
    assert isinstance(suggest(text, line, column), tuple)
    assert len(fields(f"{text}\n")) > 500
