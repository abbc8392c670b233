"""Line ends survive a text box, and two changes of one text are put together or shown, never lost."""

from __future__ import annotations

import pytest

pytest.importorskip("flask")

from hypothesis import example, given
from hypothesis import strategies as st

from simkit.designer.lines import as_in_a_box, from_a_box, merge, split

TEXTS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "", "  c: d", "é"]), st.sampled_from(["\n", "\r\n", "\r"])),
    max_size=12,
).map(lambda lines: "".join(line + end for line, end in lines))


def sent(text: str) -> str:
    """What a browser sends of a text box with this text."""
    return as_in_a_box(text).replace("\n", "\r\n")


@given(TEXTS, st.sampled_from(["", "last"]))
def test_a_text_that_nobody_touched_comes_back_byte_for_byte(text: str, last: str) -> None:
    assert from_a_box(sent(text + last), text + last) == text + last


@given(TEXTS, TEXTS)
@example(before="a\na\na\r\r", typed="a\n\n\n")
def test_a_changed_text_has_the_words_that_were_typed(before: str, typed: str) -> None:
    assert as_in_a_box(from_a_box(sent(typed), before)) == as_in_a_box(typed)


def test_a_new_line_ends_as_the_others_do() -> None:
    assert from_a_box("a\r\nnew\r\nb\r\n", "a\r\nb\r\n") == "a\r\nnew\r\nb\r\n"
    assert from_a_box("a\r\nnew\r\nb\r\n", "a\nb\n") == "a\nnew\nb\n"


@given(TEXTS, TEXTS)
def test_one_change_alone_is_taken(before: str, after: str) -> None:
    assert merge(before, after, before).text == after
    assert merge(before, before, after).text == after
    assert merge(before, after, after).text == after


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_of_either_change_is_lost(before: str, mine: str, theirs: str) -> None:
    """A line that somebody wrote is in the result, or in a clash that is shown."""
    merged = merge(before, mine, theirs)
    shown = split(merged.text) if merged.text is not None else []
    shown += [line for one, other in merged.clashes for line in split(one) + split(other)]
    old = set(split(before))
    if merged.text is not None:
        assert {*split(mine), *split(theirs)} - old <= {*shown}
    else:
        assert merged.clashes


def test_changes_in_two_places_are_both_in_it() -> None:
    before = "one\ntwo\nthree\nfour\nfive\n"
    mine, theirs = before.replace("one", "ONE"), before.replace("five", "FIVE")
    assert merge(before, mine, theirs).text == "ONE\ntwo\nthree\nfour\nFIVE\n"


def test_changes_in_one_place_are_shown() -> None:
    merged = merge("a: 1\n", "a: 2\n", "a: 3\n")
    assert merged.text is None and merged.clashes == (("a: 2\n", "a: 3\n"),)
