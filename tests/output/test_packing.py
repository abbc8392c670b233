"""Rows of a drawing on pages: every row once and in order, no page too high, no row alone on the last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simkit.output.drawings.shapes import Label, Strip, pack

HEAD = Strip(40.0, ())


def row(name: int, height: int) -> Strip:
    return Strip(float(height), (Label(0, 1, str(name)),))


@given(st.lists(st.integers(5, 60), min_size=1, max_size=40))
def test_rows_on_pages(heights: list[int]) -> None:
    rows = [row(name, height) for name, height in enumerate(heights)]
    pages = pack(rows, 720, "title", HEAD, HEAD, 400)
    texts = [[shape.words for shape in page.shapes if isinstance(shape, Label)] for page in pages]
    assert [int(text) for page in texts for text in page] == [*range(len(heights))]
    assert all(page.height <= 400 for page in pages)
    if len(pages) > 1:
        assert all(len(page) >= 3 for page in texts)
