"""What reports and documents are made of: immutable values that every renderer knows.

Nothing here knows how anything looks. A ``Text`` that is a gap takes the place of a missing value and
must be shown as missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words.

    ``link`` is an http(s) address, ``#`` and the id of a place in the document, or the name of a page in the
    same folder.

    ``change`` marks words that went from, or came into, another version of the text.
    """

    words: str
    gap: bool = False
    link: str | None = None
    change: Literal["", "gone", "new"] = ""


Line: TypeAlias = tuple[Text, ...]
Cell: TypeAlias = str | Text | Line | tuple[Line, ...]
"""Words, one line after another; in plain words a line ends at each line break."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, in one or more lines."""

    text: Cell


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines whose indents and breaks count."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list with bullets."""

    lines: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, as a table of two columns."""

    caption: str
    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row is its head.

    The last ``numbers`` columns hold numbers. ``notes`` are sentences under the table, ``anchors`` the rows'
    ids, if any.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: int = 0
    notes: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


def filled(table: Table) -> Table:
    """The table without the columns of numbers in which no row has a value."""
    first = len(table.heads) - table.numbers
    kept = [
        n for n in range(len(table.heads)) if n < first or any(row[n] not in ("-", "") for row in table.rows)
    ]
    return replace(
        table,
        heads=tuple(table.heads[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
        numbers=sum(n >= first for n in kept),
    )


Block: TypeAlias = Paragraph | Verbatim | Items | Facts | Table


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading, and sections within it. The blocks may be pictures too.

    ``appendix``: for reference, after the main text. ``own_page``: it starts a new page in print.
    """

    title: str
    blocks: tuple[object, ...] = ()
    appendix: bool = False
    id: str = ""
    sections: tuple[Section, ...] = ()
    own_page: bool = False


def lines_of(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell."""
    if isinstance(cell, str):
        return tuple((Text(line),) for line in cell.split("\n"))
    if isinstance(cell, Text):
        return ((cell,),)
    first = cell[0] if cell else None
    return (cell,) if isinstance(first, Text) else cell  # type: ignore[return-value]


def words_of(cell: Cell) -> str:
    """The words of a cell alone."""
    return cell if isinstance(cell, str) else "\n".join("".join(map(_plain, line)) for line in lines_of(cell))


def _plain(text: Text) -> str:
    """The words of a run, with signs around those that went or came."""
    words = text.words.rstrip()
    space = text.words[len(words) :]
    return {"gone": f"[-{words}-]{space}", "new": f"{{+{words}+}}{space}"}.get(text.change, text.words)


_BESIDE = re.compile(r"[a-z0-9-]+\.html")


def leads_somewhere(text: Text) -> bool:
    """Whether words link to a web page, a page beside this one or a place in it, and not to a file."""
    link = text.link
    return link is not None and (
        link.startswith(("https://", "http://", "#")) or _BESIDE.fullmatch(link) is not None
    )
