"""Says which sheets of a workbook were not read, so that nobody takes a part of a list for all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import holds_dates
from simkit.returns.readers.sheets import Sheet, sheet_words


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes a sheet look like a part of a list: it ``has`` this. ``remedy``: how to have it read."""

    has: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What to say about sheets not read: ``questions`` on those like a list, ``notes`` on the others."""

    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


NOTHING_UNREAD = Unread()


def unread_sheets(
    tables: Sequence[Sheet],
    read: Sequence[Sheet],
    likeness: Callable[[Sheet], Likeness | None],
    because: str = "",
) -> Unread:
    """What to say about the sheets that are not among those ``read``.

    Hidden ones are only counted, and empty ones left out. ``because``: why the others were not read.
    """
    places = {sheet.place for sheet in read}
    others = [sheet for sheet in tables if sheet.place not in places]
    alike: dict[Likeness, list[Sheet]] = {}
    unlike: list[Sheet] = []
    for sheet in others:
        if sheet.hidden or _is_empty(sheet):
            continue
        found = _likeness(sheet, likeness)
        (unlike if found is None else alike.setdefault(found, [])).append(sheet)
    hidden = sum(sheet.hidden for sheet in others)
    notes = []
    if unlike:
        notes.append(f"simkit did not read {sheet_words(unlike)}{because and ': '}{because}.")
    if hidden:
        notes.append(f"simkit did not look at {hidden} hidden sheet{'s' if hidden > 1 else ''}.")
    return Unread(tuple(notes), tuple(_question(found, these) for found, these in alike.items()))


def _question(found: Likeness, these: Sequence[Sheet]) -> str:
    verb, whose = ("have", "their") if these[1:] else ("has", "its")
    return (
        f"simkit did not read {sheet_words(these)}, which {verb} {found.has}, so {whose} rows are not "
        f"counted. If they belong to the list, {found.remedy}."
    )


def _is_empty(sheet: Sheet) -> bool:
    try:
        return not any(cell is not None and str(cell).strip() for row in sheet.rows() for cell in row)
    except ReturnError:  # the list can be read, whatever is wrong with another sheet
        return False


def _likeness(sheet: Sheet, likeness: Callable[[Sheet], Likeness | None]) -> Likeness | None:
    try:
        return likeness(sheet)
    except ReturnError:
        return None


def dates_alone(sheet: Sheet, headings: Sequence[str]) -> bool:
    """Whether a sheet looks like a list that goes on from another sheet: dates, and no headings."""
    return not headings and holds_dates(sheet.rows())
