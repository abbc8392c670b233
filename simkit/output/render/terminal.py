"""A report in the terminal, in plain text: the whole of it, or the first screen alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from simkit.common.blocks import Block, Cell, Facts, Items, Paragraph, Table, Verbatim, words_of
from simkit.output.report.blocks import TO_KNOW, Picture, Report

SCREEN = 20
"""Lines of a first screen."""

_FEWEST_ROWS = 3  # of a table on a first screen that is cut


def render(report: Report) -> Group:
    """A report without its figures and appendices: the answer first."""
    question = [Text(report.question, style="italic")] if report.question else []
    parts: list[RenderableType] = [Group(*_head(report), *question)]
    if report.answer or report.doubts:
        parts.append(_answer(report))
    for section in report.sections:
        if not section.appendix:
            blocks = [block for block in section.blocks if not isinstance(block, Picture)]
            parts += [render_block(b, section.title if n == 0 else "") for n, b in enumerate(blocks)]  # type: ignore[arg-type]
    if report.cautions:
        parts.append(render_block(Items(report.cautions), TO_KNOW))
    repeat = f"To repeat it: {report.command}" if report.command else ""
    closing = [Text(line) for line in (repeat, report.attribution, report.quality) if line]
    parts += [Group(*closing)] if closing else []
    return Group(*[piece for part in parts for piece in (Text(), part)][1:])


class FirstScreen:
    """The answer of a report, its first table and what to know first, in at most ``SCREEN`` lines.

    ``more``: how to see the rest. What does not fit is counted there.
    """

    def __init__(self, report: Report, more: str) -> None:
        self.report, self.more = report, more

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        report = self.report

        def height(part: RenderableType) -> int:
            return len(console.render_lines(part, options, pad=False))

        top = Group(*_head(report), Text(), _answer(report))
        foot = Group(
            *(
                Text(line)
                for line in (f"Repeat: {report.command}" if report.command else "", report.quality)
                if line
            )
        )
        left = (
            SCREEN
            - height(top)
            - height(foot)
            - height(Text(self.more.format(things="99 more things to know, ")))
        )
        yield top
        table = _first_table(report)
        if table is not None:
            shown = _fitting(table, left - 1, height)
            if shown is not None:
                left -= height(shown) + 1
                yield Text()
                yield shown
        known = 0
        for known, caution in enumerate(report.cautions):
            left -= height(_bullets((caution,))) + (known == 0)
            if left < 0:
                break
            if known == 0:
                yield Text()
            yield _bullets((caution,))
        else:
            known = len(report.cautions)
        rest = len(report.cautions) - known
        things = f"{rest} more thing{'s' if rest > 1 else ''} to know, " if rest else ""
        yield Text(self.more.format(things=things))
        yield foot


def _first_table(report: Report) -> Table | None:
    """The table to read beside the answer: the first one of the report."""
    blocks = (block for section in report.sections if not section.appendix for block in section.blocks)
    return next((block for block in blocks if isinstance(block, Table)), None)


def _fitting(table: Table, lines: int, height: Callable[[RenderableType], int]) -> RenderableType | None:
    """As many rows of a table as fit into so many lines; None where hardly any do."""
    for count in range(len(table.rows), min(_FEWEST_ROWS, len(table.rows)) - 1, -1):
        cut = len(table.rows) - count
        more = (f"{cut} more row{'s' if cut > 1 else ''}.",) if cut else ()
        for notes in ((*more, *table.notes), more):
            shown = render_block(replace(table, rows=table.rows[:count], notes=notes))
            if height(shown) <= lines:
                return shown
    return None


def _head(report: Report) -> list[Text]:
    return [Text(report.title, style="bold"), *(Text(line) for line in (report.subtitle,) if line)]


def _answer(report: Report) -> RenderableType:
    return Group(
        *(Text(line) for line in (report.answer, *(f"Caution: {doubt}" for doubt in report.doubts)) if line)
    )


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
