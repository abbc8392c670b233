"""Invented returns give their truth back, in every kind; the page of the docs shows the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.docs import returns_page

DOCS = Path(__file__).parent.parent.parent / "docs"


def apart(places: tuple[str, ...], seeds: tuple[int, ...]) -> list[str]:
    """The figures that lie further from the truth than chance explains."""
    return [
        f"{row.place} {row.seed} {row.figure.name}, {kind}: {row.found[kind]} and not {row.truth}"
        for row in returns_page.comparisons(places, seeds)
        for kind in returns_page.KINDS
        if not row.agrees(kind)
    ]


@pytest.mark.slow
def test_a_small_authority_is_read_as_it_is_in_every_kind() -> None:
    assert not apart(("rutland",), (1,))


@pytest.mark.long
def test_two_authorities_and_three_seeds_are_read_as_they_are_in_every_kind() -> None:
    assert not apart(returns_page.AUTHORITIES, returns_page.SEEDS)


@pytest.mark.slow
def test_a_figure_that_is_wrong_does_not_agree() -> None:
    (first, *_) = returns_page.comparisons(("rutland",), (1,))
    wrong = returns_page.Row(first.place, 1, first.figure, first.truth * 2.5, first.number, first.found)
    assert first.agrees("census") and not wrong.agrees("census")


@pytest.mark.long
def test_the_page_is_up_to_date() -> None:
    """To make it anew: python -m tools.docs.returns_page docs."""
    assert (DOCS / "own-returns.md").read_text(encoding="utf-8") == returns_page.page()
