"""Reports and terminal text as HTML for notebooks: no scripts, nothing from outside, all text escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from simkit.output.report.blocks import Block, Cell, Items, Link, Paragraph, Picture, Report, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "block",
    "details",
    "drawing",
    "items",
    "paragraph",
    "picture",
    "report_html",
    "rich_html",
    "table",
]

_LEFT, _RIGHT = ' style="text-align:left;vertical-align:top"', ' style="text-align:right;vertical-align:top"'


def report_html(report: Report) -> str:
    """A report for a notebook: the answer, its figures, and the tables folded."""
    parts = [f"<p><strong>{escape(report.title)}</strong><br>{escape(report.standing)}</p>"]
    parts.append(f"<p><em>{escape(report.question)}</em></p>" if report.question else "")
    answer = "<br>".join(escape(line) for line in report.answer.splitlines())
    parts.append(f"<p><strong>{answer}</strong></p>")
    parts += [picture(each) for each in report.pictures()]
    for section in report.sections:
        inside = [each for each in section.blocks if not isinstance(each, Picture)]
        if inside:
            parts.append(details(section.title, *(block(each) for each in inside)))
    parts.append(items(report.cautions))
    parts += [paragraph(f"To repeat it: {report.command}"), paragraph(report.attribution)]
    parts.append(paragraph(report.quality))
    return f"<div>{''.join(parts)}</div>"


def block(what: Block) -> str:
    """Any block."""
    match what:
        case Paragraph(text):
            return paragraph(text)
        case Items(lines):
            return items(lines)
        case Table(caption, heads, rows, numbers):
            return table(caption, heads, rows, numbers)
        case Picture():
            return picture(what)


def paragraph(text: str) -> str:
    """Plain sentences."""
    return f"<p>{escape(text)}</p>"


def items(lines: Iterable[str]) -> str:
    """A list of sentences."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[Cell]], numbers: int = 0) -> str:
    """A table; the first cell of a row is its head, the last ``numbers`` columns are set to the right."""
    titles = list(heads)
    styles = [_RIGHT if n >= len(titles) - numbers else _LEFT for n in range(len(titles))]
    head = "".join(
        f'<th scope="col"{style}>{escape(t)}</th>' for t, style in zip(titles, styles, strict=True)
    )
    body = "".join(_row(row, styles) for row in rows)
    title = (
        f'<caption style="text-align:left;font-weight:bold">{escape(caption)}</caption>' if caption else ""
    )
    head_row = f"<thead><tr>{head}</tr></thead>" if any(titles) else ""
    return f'<table style="margin-bottom:1em">{title}{head_row}<tbody>{body}</tbody></table>'


def _row(row: Iterable[Cell], styles: list[str]) -> str:
    cells = []
    for number, cell in enumerate(row):
        style = styles[number] if number < len(styles) else _LEFT
        tag = 'th scope="row"' if number == 0 else "td"
        cells.append(f"<{tag}{style}>{_cell(cell)}</{tag.split()[0]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link) and leads_to_web(cell):
        return f'<a href="{escape(cell.address)}">{escape(cell.words)}</a>'
    return escape(cell.words if isinstance(cell, Link) else cell)


def leads_to_web(cell: Cell) -> bool:
    """Whether a cell links to a web page; other addresses are shown as text."""
    return isinstance(cell, Link) and cell.address.startswith(("https://", "http://"))


def svg_address(svg: bytes) -> str:
    """A figure as the address of an image: what is in the file can't run there or reach out."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode('ascii')}"


def picture(figure: Picture) -> str:
    """A figure with its text alternative."""
    return f'<img alt="{escape(figure.alt)}" src="{svg_address(figure.svg)}" width="800">'


def drawing(figure: Figure) -> str:
    """A figure as a small PNG, with its text alternative."""
    from simkit.output.figures.alternative import described
    from simkit.output.figures.style import small

    data = b64encode(small(figure)).decode("ascii")
    return f'<img alt="{escape(described(figure))}" src="data:image/png;base64,{data}" width="800">'


def details(title: str, *inside: str) -> str:
    """HTML that opens when its title is clicked."""
    return f"<details><summary>{escape(title)}</summary>{''.join(inside)}</details>"


def rich_html(printable: RenderableType) -> str:
    """Rich groups, tables and sentences as HTML; all text is escaped.

    Raises TypeError for anything else.
    """
    return f"<div>{''.join(_parts(printable))}</div>"


def _parts(printable: RenderableType) -> list[str]:
    match printable:
        case Group():
            return [part for each in printable.renderables for part in _parts(each)]
        case RichTable():
            return [_rich_table(printable)]
        case Text() if printable.style == "bold":
            return [f"<p><strong>{escape(printable.plain)}</strong></p>"]
        case Text() | str():
            words = str(printable)
            return [paragraph(words)] if words.strip() else []
    raise TypeError(f"No HTML of {type(printable).__name__}.")


def _rich_table(grid: RichTable) -> str:
    columns = [[str(cell) for cell in column.cells] for column in grid.columns]
    if set(columns[0]) == {"-"}:
        return items(columns[1])
    numbers = sum(column.justify == "right" for column in grid.columns)
    heads = [str(column.header) for column in grid.columns]
    return table(str(grid.title or ""), heads, zip(*columns, strict=True), numbers)
