"""A report in the terminal, in plain text: the whole of it, or the first screen alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from simkit.common.blocks import Block, Cell, Facts, Items, Paragraph, Table, Verbatim, words_of
from simkit.output.report.blocks import TO_KNOW, Picture, Report

SCREEN = 20
"""Lines of a first screen."""

_BETWEEN = 2  # letters between columns
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
            return _titled(caption or title, _Grid(heads, rows, numbers), *notes_below)


def _titled(title: str, *below: RenderableType) -> RenderableType:
    return Group(*((Text(title, style="bold"),) if title else ()), *below)


class _Grid:
    """A plain table whose words are never broken: where they don't fit across, a row goes down the page.

    ``right`` columns at the end are numbers, set to the right.
    """

    def __init__(self, heads: Iterable[str], rows: Iterable[Iterable[Cell]], right: int) -> None:
        self.heads = list(heads)
        self.rows = [[words_of(cell) for cell in row] for row in rows]
        self.right = right

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        columns = list(zip(self.heads, *self.rows, strict=True))
        least = [max(map(_longest_word, column), default=0) for column in columns]
        gaps = (gap for gap in (_BETWEEN, 1) if sum(least) + gap * len(least) <= options.max_width)
        between = next(gaps, None)
        if between is None and len(columns) > 2:
            yield from self._down()
            return
        gap = between or 1
        widths = _widths(columns, least, options.max_width - gap * len(columns))
        table = Grid(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
        for number, (name, width) in enumerate(zip(self.heads, widths, strict=True)):
            justify = "right" if number >= len(columns) - self.right else "left"
            table.add_column(name, justify=justify, overflow="fold", width=width)  # type: ignore[arg-type]
        for row in self.rows:
            table.add_row(*map(Text, row))
        yield table

    def _down(self) -> Iterator[RenderableType]:
        """Each row as its name with a line for each of its values."""
        for name, *values in self.rows:
            yield Text(name)
            pairs = Grid.grid(padding=(0, _BETWEEN, 0, 0))
            pairs.add_column(style="dim", min_width=_BETWEEN)
            pairs.add_column(style="dim", max_width=32)
            pairs.add_column(overflow="fold")
            for head, value in zip(self.heads[1:], values, strict=True):
                pairs.add_row("", head, Text(value))
            yield pairs


def _widths(columns: Iterable[Iterable[str]], least: list[int], room: int) -> list[int]:
    """The width of each column: what its words take in one line, or else as much as the others get too."""
    wanted = [max((cell_len(text) for text in column), default=0) for column in columns]
    widths, spare = list(least), room - sum(least)
    while spare > 0 and (short := [n for n, width in enumerate(widths) if width < wanted[n]]):
        for number in short[:spare]:
            widths[number] += 1
        spare -= len(short)
    return widths


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


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
