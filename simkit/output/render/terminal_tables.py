"""Tables and lists for the terminal, in plain text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

__all__ = ["bullets", "grid", "pairs", "stack"]


def grid(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]], *, right: int = 0) -> Group:
    """A plain table under a title; ``right`` columns at the end are numbers, set to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    names = list(heads)
    for number, name in enumerate(names):
        justify = "right" if number >= len(names) - right else "left"
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return Group(Text(title, style="bold"), table)


def pairs(lines: Iterable[tuple[str, str]]) -> Table:
    """Labels and sentences, one under the other."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, text in lines:
        table.add_row(Text(label), Text(text))
    return table


def bullets(title: str, lines: Iterable[str]) -> Group:
    """Sentences under a title, each after a dash."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row("-", Text(line))
    return Group(Text(title, style="bold"), table)


def stack(*parts: RenderableType) -> Group:
    """Parts one under the other, an empty line between them."""
    spaced = [piece for part in parts for piece in (Text(), part)]
    return Group(*spaced[1:])
