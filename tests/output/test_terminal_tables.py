"""Tables in a terminal: no word is broken, however narrow the window."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from simkit.common.blocks import Table
from simkit.output.render.terminal import render_block

WORDS = st.text("abcdefgh", min_size=1, max_size=14)
CELLS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def printed(table: Table, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(render_block(table))
    return console.export_text()


@given(st.data(), st.integers(2, 8), st.sampled_from([60, 80, 200]))
@pytest.mark.slow
def test_no_word_is_broken(data: st.DataObject, columns: int, width: int) -> None:
    row = st.lists(CELLS, min_size=columns, max_size=columns).map(tuple)
    heads, *rows = data.draw(st.lists(row, min_size=2, max_size=5))
    table = Table("", heads, tuple(rows), numbers=1)
    shown = set(printed(table, width).split())
    for cell in (*heads[1:], *(cell for each in rows for cell in each)):
        assert set(str(cell).split()) <= shown


def test_what_does_not_fit_across_goes_down_with_the_name_of_each_value() -> None:
    heads = ("", *(f"commitment-number-{n}" for n in range(6)))
    text = printed(Table("T", heads, (("Wirral", *(str(n) for n in range(6))),)), 80)
    lines = [line.split() for line in text.splitlines() if line.strip()]
    assert lines == [["T"], ["Wirral"], *([f"commitment-number-{n}", str(n)] for n in range(6))]
