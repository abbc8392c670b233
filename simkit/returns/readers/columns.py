"""Matches the columns of a list to fields: by headings that systems use, or as the user says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from simkit.common.text import listed
from simkit.returns.cells import visible
from simkit.returns.dates import UNREADABLE, excel_day
from simkit.returns.errors import ReturnError
from simkit.returns.wording import column_option, option, where_to_say

_HEADING_ROWS = 15  # rows from the top among which the headings are looked for
_ROWS_BELOW = 30  # rows whose dates show that a row above them holds headings
_DATES = 2  # columns of dates that an assessment has at least

_SYNONYMS = {
    "asmt": "assessment",
    "assess": "assessment",
    "assmt": "assessment",
    "ass": "assessment",
    "assessments": "assessment",
    "auth": "authorised",
    "authorisation": "authorised",
    "authorization": "authorised",
    "authorized": "authorised",
    "completion": "completed",
    "complete": "completed",
    "cpc": "conference",
    "dt": "date",
    "enq": "enquiry",
    "icpc": "conference",
    "id": "number",
    "reference": "number",
    "finish": "end",
    "finished": "end",
    "ended": "end",
    "no": "number",
    "nbr": "number",
    "num": "number",
    "ref": "referral",
    "referrals": "referral",
    "sec": "section",
    "s47": "section 47",
    "section47": "section 47",
    "s": "section",
    "started": "start",
    "yn": "",
}
_FILLERS = frozenset(
    {"of", "on", "the", "a", "is", "was", "y", "n", "cin", "ca", "actual", "continuous", "initial", ""}
)


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
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", visible(str(heading or "")))
    return re.sub(r"[^a-z0-9]+", " ", split.replace("'", "").replace("’", "").lower()).strip()


def _variants(heading: object) -> tuple[str, ...]:
    """The heading, then as its words in a standard form, then without the word date where two are left.

    ``S47 Start`` and ``Section 47 Start Date`` have the last in common, ``Ref Date`` and ``Referral Date``
    the second.
    """
    plain = normalised(heading)
    words = " ".join(_SYNONYMS.get(word, word) for word in plain.split()).split()
    words = sorted({word for word in words if word not in _FILLERS})
    undated = [word for word in words if word != "date"]
    if words == ["number"]:  # "No" heads the numbers of rows
        return (plain,)
    forms = [plain, f"={' '.join(words)}"]
    if len(undated) > 1:
        forms.append(f"~{' '.join(undated)}")
    return tuple(forms)


def known_words(fields: Iterable[Field], named: Mapping[str, str]) -> frozenset[str]:
    """Every form of a heading that is known for these fields, or named for one of them."""
    texts = [word for field in fields for word in field.words] + list(named.values())
    return frozenset(form for text in texts for form in _variants(text) if form not in ("", "="))


def named_columns(
    columns: str | Mapping[str, str] | None, fields: Mapping[str, Sequence[Field]]
) -> dict[str, dict[str, str]]:
    """Which heading the user names for which field, by list: ``start=Date started,end=Date signed``.

    ``fields`` by list; an extract has one list, with an empty name. A field of several lists is written with
    its list: ``4.start``. Raises ReturnError.
    """
    result: dict[str, dict[str, str]] = {table: {} for table in fields}
    for name, heading in _pairs(columns):
        table, dot, field = name.rpartition(".")
        homes = [
            each
            for each, known in fields.items()
            if any(f.name == field for f in known) and (not dot or each == table)
        ]
        if len(homes) != 1 or not heading:
            allowed = [
                f"{each}.{f.name}" if each else f.name for each, known in fields.items() for f in known
            ]
            several = (
                f" {field} is in several lists: write {' or '.join(f'{h}.{field}' for h in homes)}."
                if homes[1:]
                else ""
            )
            raise ReturnError(
                f"{option('columns')}: write name=heading for each column, such as "
                f"{column_option(allowed[0])}.{several} The names are {', '.join(allowed)}."
            )
        result[homes[0]][field] = heading
    return result


def _pairs(columns: str | Mapping[str, str] | None) -> list[tuple[str, str]]:
    if columns is None:
        return []
    if isinstance(columns, Mapping):
        return [(str(name).strip().lower(), str(heading).strip()) for name, heading in columns.items()]
    if not columns.strip():
        return []
    parts = [part.partition("=") for part in next(csv.reader([columns], skipinitialspace=True))]
    return [(name.strip().lower(), heading.strip() if equals else "") for name, equals, heading in parts]


def heading_row(
    rows: Iterable[Sequence[object]], fields: Sequence[Field], named: Mapping[str, str]
) -> tuple[int, tuple[str, ...]]:
    """The number from 0 of the row with the headings, and the headings; none where no row looks like them.

    It is the row with most known words, or the one with words above columns of dates.
    """
    words = known_words(fields, named)
    first = list(islice(rows, _HEADING_ROWS + _ROWS_BELOW))
    hits = [sum(is_known(each, words) for each in row if isinstance(each, str)) for row in first]
    del hits[_HEADING_ROWS:]
    number: int | None = max(range(len(hits)), key=hits.__getitem__, default=None)
    if number is None or not hits[number]:
        number = _above_dates(first)
    if number is None:
        return 0, ()
    return number, tuple("" if cell is None else " ".join(str(cell).split()) for cell in first[number])


def _above_dates(rows: Sequence[Sequence[object]]) -> int | None:
    """The first row with words in two columns that hold dates below it; None where dates stand above it."""
    days = [[excel_day(cell) > UNREADABLE for cell in row] for row in rows]
    for number, row in enumerate(rows[:_HEADING_ROWS]):
        heads = [at for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
        if sum(days[number]) >= _DATES:
            return None
        if sum(_holds_days(rows[number + 1 :], days[number + 1 :], at) for at in heads) >= _DATES:
            return number
    return None


def holds_dates(rows: Iterable[Sequence[object]]) -> bool:
    """Whether at least two columns hold dates from the top, as in a list without headings."""
    first = list(islice(rows, _ROWS_BELOW))
    days = [[excel_day(cell) > UNREADABLE for cell in row] for row in first]
    width = max(map(len, first), default=0)
    return sum(_holds_days(first, days, at) for at in range(width)) >= _DATES


def known_fields(
    headings: Iterable[str], fields: Iterable[Field], named: Mapping[str, str]
) -> frozenset[str]:
    """The names of the fields for which there is a heading, whether or not it is the only one."""
    heads = tuple(headings)
    own = {each.name: {each.name: named[each.name]} if each.name in named else {} for each in fields}
    return frozenset(
        each.name
        for each in fields
        if any(is_known(heading, known_words((each,), own[each.name])) for heading in heads)
    )


def _holds_days(rows: Sequence[Sequence[object]], days: Sequence[Sequence[bool]], at: int) -> bool:
    """Whether most of the cells that are filled in a column are dates."""
    cells = ((row[at], day[at]) for row, day in zip(rows, days, strict=True) if len(row) > at)
    filled = [day for cell, day in cells if cell not in (None, "")]
    return sum(filled) > len(filled) / 2


def is_known(heading: object, words: frozenset[str]) -> bool:
    """Whether a heading is among known words in any form."""
    return bool(normalised(heading)) and any(form in words for form in _variants(heading))


def match_columns(
    headings: Sequence[str],
    fields: Sequence[Field],
    named: Mapping[str, str],
    where: str,
    table: str = "",
    prefix: str = "",
) -> tuple[ColumnMatch, ...]:
    """The column of each field that has one. Raises ReturnError for a needed one that is not there.

    A heading as it is listed goes before one that is like it. ``table`` is where the columns are, ``prefix``
    what stands before a field's name where the user names its column.
    """
    columns: dict[str, list[int]] = {}
    for number, heading in enumerate(headings):
        for form in dict.fromkeys(_variants(heading)) if normalised(heading) else ():
            columns.setdefault(form, []).append(number)
    taken = {number for heading in named.values() for number in columns.get(normalised(heading), ())}
    matches, missing = [], []
    for field in fields:
        if field.name in named:
            free = columns
            wanted: list[str] = [normalised(named[field.name])]
        else:
            free = {
                form: left for form, all_ in columns.items() if (left := [n for n in all_ if n not in taken])
            }
            by_form = zip(*(_padded(word) for word in field.words), strict=True)
            wanted = [form for forms in by_form for form in forms if form]
        word = next((word for word in wanted if word in free), None)
        if word is None:
            if field.name in named:
                words = (
                    f"there is no column headed {named[field.name]!r}, which {option('columns')} names for"
                )
                raise _unmatched(f"{where}: {words} {field.name}.", headings)
            if field.needed:
                missing.append(field)
            continue
        if len(free[word]) > 1:
            names = " and ".join(repr(each) for each in dict.fromkeys(headings[n] for n in free[word]))
            raise ReturnError(
                f"{where}: {len(free[word])} columns are headed {names}, one of them the {field.title}. "
                "Give the other another heading."
            )
        number = free[word][0]
        matches.append(ColumnMatch(table, field.name, field.title, headings[number], number))
    if missing:
        raise _unmatched(_missing(missing, where, prefix), headings)
    return tuple(matches)


def _padded(word: str) -> tuple[str, str, str]:
    forms = _variants(word)
    first, second, third, *_ = (*forms, "", "")
    return first, second, third


def _missing(fields: Sequence[Field], where: str, prefix: str) -> str:
    examples = ", ".join(f"'{word}'" for field in fields for word in field.words[2:4])
    titles = listed(f"the {field.title}" for field in fields)
    return (
        f"{where}: no column was found for {titles}. simkit knows headings such as {examples}. If "
        f"yours has another, name it{where_to_say(column_option(prefix + fields[0].name))}."
    )


def _unmatched(words: str, headings: Sequence[str]) -> ReturnError:
    """An error with the headings, where a row looks like them; any other row may be a child's."""
    seen = quotable(headings)
    about = (
        f"The headings are: {', '.join(seen)}."
        if seen
        else "No row looks like headings, so no row is shown here."
    )
    error = ReturnError(f"{words} {about}")
    error.headings = tuple(seen)
    return error


def quotable(headings: Iterable[str]) -> list[str]:
    """Headings that may be shown: no cell that looks like a date, a number of a child or an address."""
    return [each for each in headings if each and not re.search(r"\d{4}|@", each)][:40]
