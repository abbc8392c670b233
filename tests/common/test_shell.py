"""Commands as they are printed to be typed again."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.common.shell import command_line

WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\\\$`!', exclude_categories=("Cc", "Zl", "Zp"))
)


@given(st.lists(WORDS.filter(lambda word: word.isprintable()), min_size=1))
@pytest.mark.slow
def test_a_shell_reads_the_words_that_were_meant(words: list[str]) -> None:
    assert shlex.split(command_line(*words)) == words


def test_what_some_shell_reads_as_something_else_is_quoted() -> None:
    """A comma makes a list in PowerShell, a hash a comment in bash, ^ escapes in cmd; paths are plain."""
    assert command_line("a,b", "#1", "x^2", "{y}", "", "@z") == '"a,b" "#1" "x^2" "{y}" "" "@z"'
    assert command_line(r"C:\results\café.html", "a/b-c_d+1.csv") == r"C:\results\café.html a/b-c_d+1.csv"


def test_words_that_need_none_have_no_quotation_marks() -> None:
    line = command_line("simkit", "staff", "hackney", "--target", "over 45 days <= 10%", "--seed", 1)
    assert line == 'simkit staff hackney --target "over 45 days <= 10%" --seed 1'
