"""A report in the terminal, in plain text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from simkit.common.blocks import Block, Cell, Facts, Items, Paragraph, Table, Verbatim, words_of
from simkit.output.report.blocks import Picture, Report


def render(report: Report) -> Group:
    """A report without its figures and appendices: the answer first."""
    head = [Text(report.title, style="bold")]
    head += [Text(line) for line in (report.subtitle,) if line]
    head += [Text(report.question, style="italic")] if report.question else []
    parts: list[RenderableType] = [Group(*head)]
    beside = [("Answer", report.answer)] if report.answer else []
    if beside or report.doubts:
        parts.append(_pairs((*beside, *(("Caution", doubt) for doubt in report.doubts))))
    for section in report.sections:
        if not section.appendix:
            blocks = [block for block in section.blocks if not isinstance(block, Picture)]
            parts += [render_block(b, section.title if n == 0 else "") for n, b in enumerate(blocks)]  # type: ignore[arg-type]
    if report.cautions:
        parts.append(render_block(Items(report.cautions), "To know beside this"))
    repeat = f"To repeat it: {report.command}" if report.command else ""
    closing = [Text(line) for line in (repeat, report.attribution, report.quality) if line]
    parts += [Group(*closing)] if closing else []
    return Group(*[piece for part in parts for piece in (Text(), part)][1:])


def render_block(block: Block, title: str = "") -> RenderableType:
    """One block under its own caption, or else under ``title``."""
    match block:
        case Paragraph(text):
            return _titled(title, Text(words_of(text)))
        case Verbatim(text):
            return _titled(title, Text(text))
        case Items(lines):
            return _titled(title, _bullets(lines))
        case Facts(caption, rows):
            return _titled(caption or title, _pairs(rows))
        case Table(caption, heads, rows, numbers, notes):
            notes_below = (Text(note, style="dim") for note in notes)
            return _titled(caption or title, _grid(heads, rows, numbers), *notes_below)


def _titled(title: str, *below: RenderableType) -> RenderableType:
    return Group(*((Text(title, style="bold"),) if title else ()), *below)


def _grid(heads: Iterable[str], rows: Iterable[Iterable[Cell]], right: int) -> Grid:
    """A plain table; ``right`` columns at the end are numbers, set to the right."""
    table = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    names = list(heads)
    for number, name in enumerate(names):
        justify = "right" if number >= len(names) - right else "left"
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(words_of(cell)) for cell in row))
    return table


def _pairs(rows: Iterable[tuple[str, Cell]]) -> Grid:
    """Labels and sentences, one under the other."""
    table = Grid.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row(Text(label), Text(words_of(text)))
    return table


def _bullets(lines: Iterable[Cell]) -> Grid:
    """Sentences, each after a dash."""
    table = Grid.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row("-", Text(words_of(line)))
    return table
