"""Matches the columns of an extract to fields: by headings that systems use, or as the user says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simkit.returns.errors import ReturnError

__all__ = ["ColumnMatch", "Field", "heading_row", "match_columns", "named_columns", "normalised"]

_HEADING_ROWS = 15  # rows from the top among which the headings are looked for


@dataclass(frozen=True, slots=True)
class Field:
    """A field and the headings it is known under (``words``, normalised, the best first)."""

    name: str
    title: str
    words: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A field and the column taken for it; ``heading`` as the file writes it, ``table`` where it is."""

    table: str
    field: str
    title: str
    heading: str
    column: int


def normalised(heading: object) -> str:
    """A heading in small letters with single spaces: ``Assessment_Start-Date`` is the same as its words."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(heading or ""))
    return re.sub(r"[^a-z0-9]+", " ", split.replace("'", "").replace("’", "").lower()).strip()


def named_columns(text: str | None, fields: Sequence[Field]) -> dict[str, str]:
    """What ``--columns start=Date started,end=Date signed`` says: heading by field. Raises ReturnError."""
    if not text or not text.strip():
        return {}
    known = {field.name for field in fields}
    matches: dict[str, str] = {}
    for part in next(csv.reader([text], skipinitialspace=True)):
        name, equals, heading = part.partition("=")
        name, heading = name.strip().lower(), heading.strip()
        if not equals or name not in known or not heading:
            raise ReturnError(
                f"--columns {text}: write name=heading, with a comma between two. The names are "
                f"{', '.join(field.name for field in fields)}."
            )
        matches[name] = heading
    return matches


def heading_row(
    rows: Iterable[Sequence[object]], fields: Sequence[Field], named: Mapping[str, str]
) -> tuple[int, tuple[str, ...]]:
    """The number from 0 of the row with the headings, and the headings: the row with most known words."""
    words = {word for field in fields for word in field.words} | {normalised(text) for text in named.values()}
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    for number, row in enumerate(rows):
        if number >= _HEADING_ROWS:
            break
        hits = sum(normalised(cell) in words for cell in row if isinstance(cell, str))
        if hits > best[0]:
            best = (hits, number, tuple("" if cell is None else str(cell).strip() for cell in row))
    return best[1], best[2]


def match_columns(
    headings: Sequence[str], fields: Sequence[Field], named: Mapping[str, str], where: str, table: str = ""
) -> tuple[ColumnMatch, ...]:
    """The column of each field that has one. Raises ReturnError for a needed one that is not there."""
    columns: dict[str, list[int]] = {}
    for number, heading in enumerate(headings):
        columns.setdefault(normalised(heading), []).append(number)
    matches = []
    for field in fields:
        wanted = (normalised(named[field.name]),) if field.name in named else field.words
        word = next((word for word in wanted if word in columns), None)
        if word is None:
            if field.name in named:
                raise ReturnError(
                    f"{where}: there is no column headed {named[field.name]!r}, which --columns names for "
                    f"{field.name}.{_headings_seen(headings, fields)}"
                )
            if field.needed:
                raise ReturnError(_missing(headings, fields, field, where))
            continue
        if len(columns[word]) > 1:
            raise ReturnError(
                f"{where}: {len(columns[word])} columns are headed {headings[columns[word][0]]!r}, one of "
                f"them the {field.title}. Give the other another heading."
            )
        number = columns[word][0]
        matches.append(ColumnMatch(table, field.name, field.title, headings[number], number))
    return tuple(matches)


def _missing(headings: Sequence[str], fields: Sequence[Field], field: Field, where: str) -> str:
    examples = ", ".join(f"'{word}'" for word in field.words[:3])
    return (
        f"{where}: no column was found for the {field.title}. It is known under headings such as {examples}; "
        f'for any other, say which: --columns "{field.name}=YOUR HEADING".{_headings_seen(headings, fields)}'
    )


def _headings_seen(headings: Sequence[str], fields: Sequence[Field]) -> str:
    """The headings of a row that is known to be one; any other row may be a child's, and isn't shown."""
    words = {word for field in fields for word in field.words}
    if not any(normalised(heading) in words for heading in headings):
        return " The first rows hold no heading that is known, so nothing of them is shown here."
    quoted = [heading for heading in headings if heading and not re.search(r"\d{4}|@", heading)][:20]
    return f" The headings are: {', '.join(quoted)}."
