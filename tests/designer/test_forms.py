"""A form changes what it shows and no other byte of the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import Designer, designer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkit.framework.yaml.source import read_text

FILE = "/f/oxfordshire.yaml"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="￾￿"),
    min_size=1,
    max_size=12,
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
NUMBERS = st.integers(1, 40).map(str)

COMMENTED = """\
# A file that somebody wrote by hand, with comments.
simkit: framework/1
authority: Oxfordshire
la_code: 931
title: "Ours: the framework"   # quoted, as it has a colon
based_on: national/working-together-2023
status: draft

# what the partners decided in May
timescales:
  child_visited:
    title: The child is seen
    from: allocated
    to: child_seen
    within: 5 working days          # was 7
    note: >
      folded
      words
  own_clock:   # an own one
    title: 'A meeting is held'
    from: referral
    to: strategy_discussion
    within: 3 working days

reviews:
  first: {by: team_manager, from: allocated, at: 10 working days}   # short form

protocol:
  recording:
    owner: Head of Safeguarding
    text: |
      One.

      Two.   # no comment, a text

# the end
"""


def lines_without(text: str, *gone: str) -> list[str]:
    return [line for line in text.splitlines() if not any(each in line for each in gone)]


EDITS = st.one_of(
    st.tuples(st.just("timescales/child_visited"), st.fixed_dictionaries({"number": NUMBERS})),
    st.tuples(st.just("timescales/own_clock"), st.fixed_dictionaries({"title": SENTENCES})),
    st.tuples(
        st.just("timescales/own_clock"), st.fixed_dictionaries({"unit": st.sampled_from(["hours", "weeks"])})
    ),
    st.tuples(st.just("reviews/first"), st.fixed_dictionaries({"number": NUMBERS})),
    st.tuples(st.just("words/recording"), st.fixed_dictionaries({"text": SENTENCES})),
    st.tuples(
        st.just("words/young_carers"), st.fixed_dictionaries({"answer": st.sampled_from(["none", "open"])})
    ),
    st.tuples(st.just("about"), st.fixed_dictionaries({"title": SENTENCES})),
    st.tuples(st.just("about"), st.fixed_dictionaries({"from": st.sampled_from(["2027", "2027-04", ""])})),
)
KEPT = [line for line in COMMENTED.splitlines() if line.startswith("#")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms")


@given(st.lists(EDITS, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_random_edits_keep_every_other_line_and_comment(folder: Path, edits: list, end: str) -> None:
    shutil.rmtree(folder / ".simkit-designer", ignore_errors=True)
    (folder / "oxfordshire.yaml").write_bytes(COMMENTED.replace("\n", end).encode())
    desk = designer(folder)
    for page, values in edits:
        before = desk.text("oxfordshire.yaml")
        answer = desk.change(f"{FILE}/{page}", **values)
        after = desk.text("oxfordshire.yaml")
        assert answer.status_code in (303, 422, 409), answer.status_code
        if answer.status_code != 303:
            assert after == before
            continue
        assert after.count("\r") in (0, after.count("\n"))
        gone = [line for line in before.split(end) if line not in after.split(end)]
        section = page.partition("/")[2] or "in_force"
        old, new = read_text(before, "x").data, read_text(after, "x").data
        for key in {*old, *new} - {page.partition("/")[0], "in_force", "title", "protocol"}:
            assert old.get(key) == new.get(key), key
        assert len(gone) <= 6, (section, gone)
        for line in KEPT:
            assert line in after.split(end)


@given(SENTENCES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_any_words_come_back_as_they_were_typed(folder: Path, words: str) -> None:
    """Colons, hashes, quotes, anything: the form writes them so that they are read as typed."""
    shutil.rmtree(folder / ".simkit-designer", ignore_errors=True)
    (folder / "oxfordshire.yaml").write_text(COMMENTED, encoding="utf-8")
    desk = designer(folder)
    answer = desk.change(f"{FILE}/words/recording", text=words, answer="text")
    if answer.status_code != 303:
        assert answer.status_code in (409, 422) and desk.text("oxfordshire.yaml") == COMMENTED
        return
    data = read_text(desk.text("oxfordshire.yaml"), "x").data
    assert data["protocol"]["recording"]["text"].strip() == words
    assert desk.form(f"{FILE}/words/recording")["text"][0] == words


SCREENS = (
    "about",
    "timescales/child_visited",
    "timescales/own_clock",
    "reviews/first",
    "words/recording",
    "deciders",
)


@pytest.mark.parametrize("screen", (*SCREENS, "priorities", "words/court", "timescales/allocation"))
def test_a_form_sent_untouched_changes_nothing(tmp_path: Path, screen: str) -> None:
    (tmp_path / "oxfordshire.yaml").write_text(COMMENTED, encoding="utf-8")
    desk = designer(tmp_path)
    values = {"answer": "open"} if screen == "words/court" else {}
    answer = desk.change(f"{FILE}/{screen}", **values)
    assert answer.status_code == 303, answer.text
    assert desk.text("oxfordshire.yaml") == COMMENTED


SHIPPED = ("gloucestershire", "wirral", "torbay", "hackney", "southwark", "knowsley")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.slow
def test_forms_of_real_files_sent_untouched_change_nothing(tmp_path: Path, name: str) -> None:
    from simkit.framework.library import find

    file = tmp_path / f"{name}.yaml"
    shutil.copy(find(name), file)
    before = file.read_bytes()
    desk: Designer = designer(tmp_path)
    data = read_text(before.decode(), "x").data
    screens = ["about"]
    for section, screen in (("timescales", "timescales"), ("reviews", "reviews"), ("protocol", "words")):
        entries = data.get(section)
        screens += [
            f"{screen}/{id_}" for id_ in (entries if isinstance(entries, dict) else {}) if id_ != "more"
        ]
    for screen in screens:
        answer = desk.change(f"/f/{name}.yaml/{screen}")
        assert answer.status_code in (303, 422), (screen, answer.status_code)
        assert file.read_bytes() == before, screen
