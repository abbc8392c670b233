"""Reads the casework of a Standard Safeguarding Dataset: contacts, visits, allocations, workers and teams."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.text import listed
from simkit.framework.person_names import is_person_name
from simkit.returns.casework.records import Allocations, CaseworkRecords, Contacts, Visits, Workers
from simkit.returns.dates import known, number_of
from simkit.returns.disclosure import SMALL
from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import quotable
from simkit.returns.readers.ssd_cells import HARDLY, DatasetCells, not_measured
from simkit.returns.readers.ssd_layout import ALLOCATED_ROLES, CONTACTS, INVOLVEMENTS, VISITS, WORKERS
from simkit.returns.readers.ssd_source import Row, TableSource
from simkit.returns.records import UNKNOWN, Records, RowBuffer
from simkit.returns.window import edge
from simkit.returns.wording import option

_MOST_FTE = 2.0
_SHOWN_ROLES = 12


class CaseworkTables:
    """Reads the tables after those of referrals, which they are joined to.

    ``allocated_role``: the role of the allocated worker, if none is known.
    """

    def __init__(self, cells: DatasetCells, allocated_role: str | None) -> None:
        self._cells, self._answers, self._day = cells, cells.answers, cells.dates.cell
        self._wanted = ALLOCATED_ROLES if allocated_role is None else {allocated_role.strip().lower()}
        self._roles: Counter[str] = Counter()
        self._contacts, self._visits = RowBuffer(Contacts), RowBuffer(Visits)
        self._allocations = RowBuffer(Allocations)
        self._fte: dict[int, float] = {}
        self._agency: dict[int, int] = {}
        self._team_names: dict[int, str] = {}

    def read_contacts(self, rows: Iterator[Row], table: TableSource) -> None:
        """Contacts, also of children who were not referred."""
        for _, person, date in rows:
            self._contacts.add(self._cells.child(person), self._day("contact", date))
        self._hold("contacts", table, self._contacts.table().child, CONTACTS.without)

    def read_visits(self, rows: Iterator[Row], table: TableSource) -> None:
        """Visits."""
        for _, person, date, seen, alone in rows:
            child, day = self._cells.child(person), self._day("visit", date)
            answers = (self._answers.one("seen", seen, child), self._answers.one("alone", alone, child))
            self._visits.add(child, day, *answers)
        self._hold("visits", table, self._visits.table().child, VISITS.without)

    def read_involvements(self, rows: Iterator[Row], table: TableSource) -> None:
        """Involvements of the allocated worker; those of others are passed over."""
        for _, worker, role, start, end, person, referral in rows:
            name = " ".join(str(role or "").split())
            if name.lower() not in self._wanted:
                self._roles[name] += 1
                continue
            self._allocations.add(
                self._cells.child(person),
                self._cells.referral(referral),
                self._cells.workers.number(worker),
                self._day("start of an involvement", start),
                self._day("end of an involvement", end),
            )
        if len(self._allocations):
            group = self._allocations.table().group
            joined = int((group >= 0).sum())
            if self._cells.is_joined(table.where, joined, len(group), INVOLVEMENTS.without):
                self._cells.holds.add("allocations")
        elif not self._roles:
            self._cells.is_joined(table.where, 0, 0, INVOLVEMENTS.without)
        else:
            self._cells.missing.append(self._no_allocated_role())

    def _hold(self, name: str, table: TableSource, child: Ints, without: str) -> None:
        """Note that the dataset holds a table, if some of its children are among those referred."""
        joined = int(((child >= 0) & (child < self._cells.referred)).sum())
        if self._cells.is_joined(table.where, joined, len(child), without, HARDLY):
            self._cells.holds.add(name)

    def _no_allocated_role(self) -> str:
        usual = quotable(name for name, number in self._roles.most_common() if number > SMALL)
        usual = [name for name in usual if not is_person_name(name)][:_SHOWN_ROLES]
        seen = f" The roles in the table are {listed(map(repr, usual))}." if usual else ""
        return (
            "No row of ssd_involvements has the role of the allocated worker: "
            f"{not_measured(INVOLVEMENTS.without)}{seen} Say which it is: "
            f"{option('allocated_role', 'ROLE')}."
        )

    def read_workers(self, rows: Iterator[Row], table: TableSource) -> None:
        """Full-time equivalent and agency of the workers to whom cases are allocated."""
        number_of_rows = 0
        for worker, fte, agency in rows:
            number_of_rows += 1
            number = self._cells.workers.find(worker)
            if number is None or number < 0:
                continue
            self._fte[number] = _full_time(fte)
            self._agency[number] = self._answers.one("agency", agency, number)
        if not self._cells.is_joined(table.where, len(self._fte), number_of_rows, WORKERS.without, HARDLY):
            return
        if "prof_full_time_equivalency" not in table.columns:
            return
        if all(map(math.isnan, self._fte.values())):
            self._cells.missing.append(
                f"{table.where}: no full-time equivalent is a number up to {_MOST_FTE:g}, such as 0.6: "
                f"{not_measured(WORKERS.columns[1].without)}"
            )
            return
        self._cells.holds.add("fte")

    def read_teams(self, rows: Iterator[Row], table: TableSource) -> None:
        """Names of teams; one that looks like a person's is not kept."""
        for team, name in rows:
            number = self._cells.teams.find(team)
            words = " ".join(str(name or "").split())
            if number is not None and number >= 0 and words and not is_person_name(words):
                self._team_names[number] = words[:60]

    def records(self, records: Records, team: Sequence[int], assessor: Sequence[int]) -> CaseworkRecords:
        """What was read, once all tables are through; ``team`` and ``assessor`` of each assessment.

        Raises ReturnError where ``records`` and casework have no date.
        """
        contacts, visits = self._contacts.table(), self._visits.table()
        workers, teams = range(len(self._cells.workers)), range(len(self._cells.teams))
        return CaseworkRecords(
            contacts=contacts,
            visits=visits,
            allocations=self._allocations.table(),
            workers=Workers(
                np.array([self._fte.get(number, math.nan) for number in workers]),
                np.array([self._agency.get(number, UNKNOWN) for number in workers], dtype=np.int64),
            ),
            team=np.array(team, dtype=np.int64),
            assessor=np.array(assessor, dtype=np.int64),
            teams=tuple(self._team_names.get(number, f"Team {number + 1}") for number in teams),
            holds=frozenset(
                (self._cells.holds & {"contacts", "visits", "allocations", "fte", "teams"})
                | (self._answers.readable & {"seen", "alone", "agency"})
            ),
            last=_last_day(records, contacts.date, visits.date),
        )


def _full_time(cell: object) -> float:
    """A full-time equivalent above 0 and up to 2, NaN for anything else."""
    with suppress(TypeError, ValueError):
        number = float(str(cell))
        if 0 < number <= _MOST_FTE:
            return number
    return math.nan


def _last_day(records: Records, *others: Ints) -> int:
    """The last day on which referrals, assessments or ``others`` are recorded that is not in the future."""
    today = number_of(dt.date.today())
    work = records.assessments
    days = np.concatenate([records.referrals.date, work.start, work.end, *others])
    days = days[known(days) & (days <= today)]
    if not len(days):
        raise ReturnError("No date in the referrals and assessments can be read and isn't in the future.")
    return edge(days, last=True)
