"""One list of a return as columns of cells: its sheets chosen, its headings matched, nothing lost unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import (
    ColumnMatch,
    Field,
    heading_row,
    is_known,
    known_words,
    match_columns,
    normalised,
    quotable,
)
from simkit.returns.readers.no_records import NoRecords
from simkit.returns.readers.sheets import Sheet, refuse_surplus, sheet_words
from simkit.returns.wording import option


@dataclass(frozen=True, eq=False)
class Table:
    """A list: ``cells`` by field, each as long as the list; ``matches``: which column each was taken from.

    ``not_used``: headings of the columns that were not understood. ``notes``: what was read of the file.
    ``number_offset``: that of its sheets.
    """

    cells: Mapping[str, Sequence[object]] = field(repr=False)
    rows: int
    matches: tuple[ColumnMatch, ...]
    not_used: tuple[str, ...]
    notes: tuple[str, ...] = ()
    number_offset: int = 0

    def column(self, name: str) -> Sequence[object]:
        """The cells of a field; empty ones where no column was matched to it."""
        return self.cells.get(name) or (None,) * self.rows

    def __contains__(self, name: str) -> bool:
        return name in self.cells


def named_sheets(where: str, tables: Sequence[Sheet], name: str | None) -> tuple[Sheet, ...]:
    """The visible sheets, or the one that the user names, which may be hidden. Raises ReturnError."""
    if not tables:
        raise ReturnError(f"{where}: no sheet of this workbook has cells. Choose the workbook with the list.")
    if name is None:
        visible = tuple(table for table in tables if not table.hidden)
        if not visible:
            raise ReturnError(
                f"{where}: every sheet is hidden. Name the one to read: {option('sheet', 'NAME')}."
            )
        return visible
    if not any(each.name for each in tables):
        raise ReturnError(
            f"{where}: only a workbook has sheets, and this isn't one. Leave out {option('sheet')}."
        )
    chosen = tuple(each for each in tables if _plain(each.name) == _plain(name))
    if not chosen:
        seen = [each for each in tables if not each.hidden]
        has = f" The workbook has {sheet_words(seen)}." if seen else ""
        raise ReturnError(f"{where}: there is no sheet called {name!r}.{has}")
    return chosen


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def best_sheets(
    where: str, tables: Sequence[Sheet], fields: Sequence[Field], named: Mapping[str, str]
) -> tuple[Sheet, ...]:
    """The sheet with most of the columns, or several with the same headings: parts of one list."""
    words = known_words(fields, named)
    hits = []
    for sheet in tables:
        _, headings = heading_row(sheet.rows(), fields, named)
        hits.append((sum(is_known(heading, words) for heading in headings), bool(headings)))
    best = tuple(sheet for sheet, found in zip(tables, hits, strict=True) if found == max(hits))
    refuse_unlike(where, best, fields, named)
    return best if any(max(hits)) else best[:1]


def refuse_unlike(
    where: str, chosen: Sequence[Sheet], fields: Sequence[Field], named: Mapping[str, str]
) -> None:
    """Raise ReturnError where several sheets could be the list and don't have the same headings."""
    heads = {
        tuple(filter(None, map(normalised, heading_row(sheet.rows(), fields, named)[1]))) for sheet in chosen
    }
    if len(heads) > 1 and any(heads):
        raise ReturnError(
            f"{where}: {sheet_words(chosen)} could each be the list, but their columns differ. Name the one "
            f"to read: {option('sheet', 'NAME')}. Sheets with the same headings are read as one list."
        )


def read_table(
    where: str,
    chosen: Sequence[Sheet],
    fields: Sequence[Field],
    named: Mapping[str, str],
    table: str = "",
    prefix: str = "",
) -> Table:
    """Read the sheets of one list. Raises ReturnError for a missing column or a formula without its value."""
    cells: dict[str, list[object]] = {}
    matches: tuple[ColumnMatch, ...] = ()
    headings: tuple[str, ...] = ()
    rows, notes = 0, list[str]()
    for sheet in chosen:
        heading, headings = heading_row(sheet.rows(), fields, named)
        at = (
            f"{where}, sheet {sheet.words}" if sheet.name and not table else f"{where}{table and ', '}{table}"
        )
        matches = match_columns(headings, fields, named, at, table, prefix)
        columns = [cells.setdefault(each.field, []) for each in matches]
        positions = [each.column for each in matches]
        _refuse_formulas(at, sheet, heading, matches)
        before, widest = rows, 0
        no_records = NoRecords(at, matches)
        for position, row in enumerate(sheet.rows()):
            if position <= heading or all(cell is None or cell == "" for cell in row):
                continue
            width = len(row)
            if not sheet.name:
                refuse_surplus(at, position + 1, row, len(headings))
            widest = max(widest, width)
            if no_records.has(position + 1, row):
                continue
            for column, number in zip(columns, positions, strict=True):
                column.append(row[number] if number < width else None)
            rows += 1
        notes += no_records.notes
        if sheet.hidden_rows:
            notes.append(f"Rows hidden in {sheet_words([sheet])}, for example by a filter, are counted too.")
        if not sheet.name and rows > before and any(headings[widest:]):
            raise ReturnError(
                f"{at}: no row has as many cells as there are headings, so the cells may be under the "
                "wrong ones. Look for a heading that contains a delimiter and isn't in quotation marks. "
                "Export the extract again, if possible as an Excel workbook."
            )
    used = {each.column for each in matches}
    not_used = quotable(h for n, h in enumerate(headings) if n not in used)
    notes = [*_sheet_notes(chosen, table), *notes]
    return Table(cells, rows, matches, tuple(not_used), tuple(notes), chosen[0].number_offset)


def _sheet_notes(chosen: Iterable[Sheet], table: str) -> tuple[str, ...]:
    these = [sheet for sheet in chosen if sheet.name]
    if not these:
        return ()
    what = f"{table} was" if table else "The list was"
    return (f"{what} read from {sheet_words(these)}{', as one list' if these[1:] else ''}.",)


def _refuse_formulas(where: str, sheet: Sheet, heading: int, matches: Sequence[ColumnMatch]) -> None:
    """Raise ReturnError where a column that is needed holds formulas without the values that Excel saves."""
    if sheet.lost is None:
        return
    for position, lost in enumerate(sheet.lost()):
        for match in matches:
            if position > heading and match.column < len(lost) and lost[match.column]:
                raise ReturnError(
                    f"{where}: the column {match.heading!r} holds formulas without their values, as another "
                    "program than Excel leaves them. Open the workbook in Excel, let it calculate, save it, "
                    "and read that."
                )
