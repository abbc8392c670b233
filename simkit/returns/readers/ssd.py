"""Reads a Standard Safeguarding Dataset (SSD): referrals, assessments, enquiries, visits and allocations.

Table after table is read as a stream. Ids become running numbers while it is read and are dropped with the
reader. The table of people, with names and dates of birth, is never opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from simkit.common.progress import Progress
from simkit.common.text import listed
from simkit.returns.errors import ReturnError
from simkit.returns.readers import ssd_layout as layout
from simkit.returns.readers.answers import AnswerColumns, NamedAnswers, named_answers
from simkit.returns.readers.columns import ColumnMatch, quotable
from simkit.returns.readers.files import ReturnFile
from simkit.returns.readers.ids import id_text, refuse_spoilt_id
from simkit.returns.readers.ssd_casework import CaseworkTables
from simkit.returns.readers.ssd_cells import DatasetCells, not_measured
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.readers.ssd_layout import TABLES, TableLayout
from simkit.returns.readers.ssd_referrals import ReferralTables
from simkit.returns.readers.ssd_source import Row, TableSource, open_dataset

ANSWERS = {
    "nfa": "whether the referral was closed with no further action",
    "conference": "whether a conference was needed",
    "seen": "whether the child was seen",
    "alone": "whether the child was seen alone",
    "agency": "whether the worker is from an agency",
}
"""The columns of answers, with what each says."""


def read_dataset(
    path: ReturnFile,
    allocated_role: str | None = None,
    progress: Progress | None = None,
    answers: NamedAnswers | str | None = None,
) -> Dataset:
    """Read a folder or database file. ``allocated_role``: the role of the allocated worker, if none is known.

    ``answers``: what answers mean, by the user. ``progress`` is called with bytes read and expected. Raises
    ReturnError.
    """
    named = AnswerColumns(ANSWERS, named_answers(answers, ANSWERS))
    with open_dataset(path) as sources:
        reader = _DatasetReader(path, sources, allocated_role, named)
        total, done = sum(source.size for source in sources.values()), 0
        for table in TABLES:
            reader.read(table)
            done += sources[table.name].size if table.name in sources else 0
            if progress is not None and total:
                progress(done, total)
        return reader.dataset()


class _DatasetReader:
    """Finds the tables and their columns, and has each table read."""

    def __init__(
        self,
        path: ReturnFile,
        sources: Mapping[str, TableSource],
        allocated_role: str | None,
        answers: AnswerColumns,
    ) -> None:
        self._path, self._sources, self._cells = path, sources, DatasetCells(path, answers)
        self._matches: list[ColumnMatch] = []
        self._referrals = ReferralTables(self._cells)
        self._casework = CaseworkTables(self._cells, allocated_role)
        self._readers: dict[TableLayout, Callable[[Iterator[Row], TableSource], None]] = {
            layout.REFERRALS: self._referrals.read_referrals,
            layout.ASSESSMENTS: self._referrals.read_assessments,
            layout.ENQUIRIES: self._referrals.read_enquiries,
            layout.CONFERENCES: self._referrals.read_conferences,
            layout.DISABILITIES: self._referrals.read_disabilities,
            layout.CONTACTS: self._casework.read_contacts,
            layout.VISITS: self._casework.read_visits,
            layout.INVOLVEMENTS: self._casework.read_involvements,
            layout.WORKERS: self._casework.read_workers,
            layout.TEAMS: self._casework.read_teams,
        }

    def read(self, table: TableLayout) -> None:
        """Read one table, or say what can't be measured without it. Raises ReturnError."""
        source, missing = self._sources.get(table.name), self._cells.missing
        if source is None:
            if table.needed:
                raise ReturnError(
                    f"{self._path}: there is no table {table.name} ({table.title}), without which nothing "
                    f"can be measured. The tables found are {listed(sorted(self._sources))}."
                )
            missing.append(f"There is no table {table.name} ({table.title}): {not_measured(table.without)}")
            return
        there = set(source.columns)
        lost = [column for column in table.columns if column.name not in there]
        if vital := [column for column in lost if column.without in ("", table.without)]:
            names = listed(f"{column.name} ({column.title})" for column in vital)
            if table.needed:
                raise ReturnError(
                    f"{source.where}: there is no column {names}. This is not the table {table.name} of the "
                    f"{layout.LAYOUT}: bring the dataset to a newer version, or give a view with these "
                    f"names. {_heads(source, table)}"
                )
            missing.append(f"{source.where} has no column {names}: {not_measured(table.without)}")
            return
        missing += [
            f"{source.where} has no column {column.name} ({column.title}): {not_measured(column.without)}"
            for column in lost
        ]
        columns = [column for column in table.columns if column not in lost]
        self._matches += [
            ColumnMatch(table.name, column.name, column.title, column.name, source.columns.index(column.name))
            for column in columns
        ]
        rows = self._rows(source, table, [column.name for column in columns])
        self._readers[table](rows, source)

    def _rows(self, source: TableSource, table: TableLayout, columns: Sequence[str]) -> Iterator[Row]:
        """The rows with a cell for each column of the layout, None where it is missing; each key once."""
        place = {name: number for number, name in enumerate(columns)}
        order = [place.get(column.name) for column in table.columns]
        whole = None not in order and order == list(range(len(order)))
        keys: set[str] = set()
        for row in source.rows(columns):
            if key := id_text(row[0]):
                refuse_spoilt_id(source.where, key)
                if key in keys:
                    self._cells.problems["duplicate_row"] += 1
                    continue
                keys.add(key)
            yield row if whole else [None if at is None else row[at] for at in order]

    def dataset(self) -> Dataset:
        """What was read, once all tables are through."""
        referrals = self._referrals
        records = referrals.records()
        return Dataset(
            records=records,
            enquiry_group=np.array(referrals.enquiry_group, dtype=np.int64),
            enquiry_end=np.array(referrals.enquiry_end, dtype=np.int64),
            casework=self._casework.records(records, referrals.team, referrals.assessor),
            matches=tuple(self._matches),
            unknown_answers=self._cells.answers.unknown(),
            missing=tuple(self._cells.missing),
        )


def _heads(source: TableSource, table: TableLayout) -> str:
    """The headings, where the first row is known to be one; any other row may be a child's."""
    if not {column.name for column in table.columns} & set(source.columns):
        return "The first row has no known heading, so it is not shown here."
    return f"Its columns are {listed(quotable(source.columns))}."
