"""What a terminal shows, as a piece of HTML: the same parts, laid out by the notebook."""

from __future__ import annotations

from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simkit.output.render.html import items, paragraph, table

__all__ = ["rich_html"]


def rich_html(shown: RenderableType) -> str:
    """Groups, tables and sentences made for a terminal as HTML; all text is escaped.

    Raises TypeError for anything else.
    """
    return f"<div>{''.join(_parts(shown))}</div>"


def _parts(shown: RenderableType) -> list[str]:
    match shown:
        case Group():
            return [part for each in shown.renderables for part in _parts(each)]
        case Table():
            return [_table(shown)]
        case Text() if shown.style == "bold":
            return [f"<p><strong>{escape(shown.plain)}</strong></p>"]
        case Text() | str():
            words = str(shown)
            return [paragraph(words)] if words.strip() else []
    raise TypeError(f"No HTML of {type(shown).__name__}.")


def _table(shown: Table) -> str:
    columns = [[str(cell) for cell in column.cells] for column in shown.columns]
    if set(columns[0]) == {"-"}:
        return items(columns[1])
    numbers = sum(column.justify == "right" for column in shown.columns)
    heads = [str(column.header) for column in shown.columns]
    return table(str(shown.title or ""), heads, zip(*columns, strict=True), numbers)
