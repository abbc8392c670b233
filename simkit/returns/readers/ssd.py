"""Reads a Standard Safeguarding Dataset (SSD): referrals, assessments, enquiries, visits and allocations.

Table after table is read as a stream. Ids become running numbers while it is read and are dropped with the
reader. The table of people, with names and dates of birth, is never opened.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.progress import Progress
from simkit.common.text import listed
from simkit.framework.person_names import is_person_name
from simkit.returns.casework.records import (
    NO_WORKERS,
    Allocations,
    CaseworkRecords,
    Contacts,
    Visits,
    Workers,
)
from simkit.returns.dates import (
    NONE,
    PLACEHOLDER,
    UNREADABLE,
    DateColumns,
    known,
    number_of,
    year_before,
)
from simkit.returns.disclosure import SMALL
from simkit.returns.errors import ReturnError
from simkit.returns.readers import ssd_layout as layout
from simkit.returns.readers.answers import AnswerColumns, NamedAnswers, named_answers
from simkit.returns.readers.columns import ColumnMatch, quotable
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, ReturnFile, refuse_simulated
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.readers.ssd_layout import TABLES, TableLayout
from simkit.returns.readers.ssd_source import Row, TableSource, open_dataset
from simkit.returns.records import (
    NO,
    UNKNOWN,
    YES,
    Assessments,
    Enquiries,
    Records,
    Referrals,
    RowBuffer,
)
from simkit.returns.window import edge
from simkit.returns.wording import option

ANSWERS = {
    "nfa": "whether the referral was closed with no further action",
    "conference": "whether a conference was needed",
    "seen": "whether the child was seen",
    "alone": "whether the child was seen alone",
    "agency": "whether the worker is from an agency",
}
"""The columns of answers, with what each says."""

_CONFERENCE_FLAG = re.compile(r'"(?:OUTCOME_)?CP_CONFERENCE_FLAG"\s*:\s*"?([A-Za-z]*)', re.I)
_NO_ID = frozenset({"nan", "null", "none", "-1"})
_NO_DISABILITY = frozenset({"", "none", "null", "no", "n"})
_MOST_FTE = 2.0
_HALF = 0.5
_SHOWN_ROLES = 12


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


class _Ids:
    """Running numbers of ids; the ids go when the reader does."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @staticmethod
    def _text(cell: object) -> str:
        # a number may have a decimal point in one table and none in another
        text = "" if cell is None else str(cell).strip().removesuffix(".0")
        return "" if text.lower() in _NO_ID else text

    def number(self, cell: object) -> int:
        """The number of an id, a new one where it wasn't met before; UNKNOWN for an empty cell."""
        text = self._text(cell)
        return self._numbers.setdefault(text, len(self._numbers)) if text else UNKNOWN

    def find(self, cell: object) -> int | None:
        """The number of an id; UNKNOWN for an empty cell, None where it wasn't met before."""
        text = self._text(cell)
        return self._numbers.get(text) if text else UNKNOWN

    def __len__(self) -> int:
        return len(self._numbers)


class _DatasetReader:
    """Reads the tables in their order; each fills the rows that the later ones are joined to."""

    def __init__(
        self,
        path: ReturnFile,
        sources: Mapping[str, TableSource],
        allocated_role: str | None,
        answers: AnswerColumns,
    ) -> None:
        self.path, self.sources, self.answers = path, sources, answers
        self.matches: list[ColumnMatch] = []
        self.missing: list[str] = []
        self.problems: Counter[str] = Counter(dict.fromkeys(_PROBLEMS, 0))
        self.dates = DateColumns()
        self.synthetic = False
        self.holds: set[str] = set()
        self.role = None if allocated_role is None else allocated_role.strip().lower()
        self.roles: Counter[str] = Counter()
        self.people, self.referral_ids, self.enquiry_ids = _Ids(), _Ids(), _Ids()
        self.worker_ids, self.team_ids, self.sources_of = _Ids(), _Ids(), _Ids()
        self.referrals, self.assessments = RowBuffer(Referrals), RowBuffer(Assessments)
        self.enquiries = RowBuffer(Enquiries)
        self.enquiry_group: list[int] = []
        self.enquiry_end: list[int] = []
        self.conference_of: dict[int, int] = {}  # by enquiry
        self.conference_with: dict[int, int] = {}  # by referral, without an enquiry
        self.disabled: set[int] = set()
        self.team: list[int] = []
        self.assessor: list[int] = []
        self.contacts, self.visits = RowBuffer(Contacts), RowBuffer(Visits)
        self.allocations = RowBuffer(Allocations)
        self.fte: dict[int, float] = {}
        self.agency: dict[int, int] = {}
        self.team_names: dict[int, str] = {}

    def read(self, table: TableLayout) -> None:
        """Read one table, or say what can't be measured without it. Raises ReturnError."""
        source = self.sources.get(table.name)
        if source is None:
            if table.needed:
                raise ReturnError(
                    f"{self.path}: there is no table {table.name} ({table.title}), without which nothing can "
                    f"be measured. The tables found are {listed(sorted(self.sources))}."
                )
            self.missing.append(
                f"There is no table {table.name} ({table.title}): {_not_measured(table.without)}"
            )
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
            self.missing.append(f"{source.where} has no column {names}: {_not_measured(table.without)}")
            return
        self.missing += [
            f"{source.where} has no column {column.name} ({column.title}): {_not_measured(column.without)}"
            for column in lost
        ]
        columns = [column for column in table.columns if column not in lost]
        self.matches += [
            ColumnMatch(table.name, column.name, column.title, column.name, source.columns.index(column.name))
            for column in columns
        ]
        rows = self._rows(source, table, [column.name for column in columns])
        _READERS[table.name](self, rows, frozenset(column.name for column in columns))

    def _rows(self, source: TableSource, table: TableLayout, columns: Sequence[str]) -> Iterator[Row]:
        """The rows with a cell for each column of the layout, None where it is missing; each key once."""
        place = {name: number for number, name in enumerate(columns)}
        order = [place.get(column.name) for column in table.columns]
        whole = None not in order and order == list(range(len(order)))
        keys: set[str] = set()
        for row in source.rows(columns):
            key = "" if row[0] is None else str(row[0]).strip()
            if key:
                if key in keys:
                    self.problems["duplicate_row"] += 1
                    continue
                keys.add(key)
            yield row if whole else [None if at is None else row[at] for at in order]

    def _child(self, cell: object) -> int:
        text = "" if cell is None else str(cell)
        if text[:4].upper() in (SIMULATED, SYNTHETIC):
            if text[:4].upper() == SIMULATED:
                refuse_simulated(self.path)
            self.synthetic = True
        child = self.people.number(cell)
        if child == UNKNOWN:
            self.problems["missing_child_id"] += 1
        return child

    def _day(self, kind: str, cell: object) -> int:
        return self.dates.cell(kind, cell)

    def _joined(self, ids: _Ids, cell: object) -> int:
        """The number of an id that another table has; UNKNOWN where it hasn't, which is counted."""
        number = ids.find(cell)
        if number is None:
            self.problems["unjoined_row"] += 1
            return UNKNOWN
        return number

    def read_referrals(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Referrals, each with its own number: a second row of a number is a duplicate and was left out."""
        for referral, person, date, closed, nfa, source in rows:
            group = self.referral_ids.number(referral)
            if group == UNKNOWN:  # it can't be joined to, and counts as a referral all the same
                group = self.referral_ids.number(f"\0{len(self.referrals)}")
            child = self._child(person)
            self.referrals.add(
                child,
                self._day("referral", date),
                self._day("closure", closed),
                self.answers.one("nfa", nfa, child),
                NONE,
                self.sources_of.number(source or "-"),  # of who referred, until the table is made
            )
        if not len(self.referrals):
            raise ReturnError(f"{self.sources['ssd_cin_episodes'].where}: there is no referral in it.")
        self.holds |= {"closures"} if "cine_close_date" in columns else set()

    def read_assessments(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Assessments, joined to their referrals."""
        unjoined = 0
        for _, person, referral, start, end, team, worker in rows:
            begun = self._day("start of the assessment", start)
            ended = self._day("authorisation of the assessment", end)
            if begun == NONE and ended == NONE:
                continue
            group = self.referral_ids.find(referral)
            unjoined += group is None
            self.assessments.add(
                self._child(person),
                UNKNOWN if group is None else group,
                NONE,
                0,
                begun,
                ended,
                UNKNOWN,
                UNKNOWN,
                NONE,
            )
            self.team.append(self.team_ids.number(team))
            self.assessor.append(self.worker_ids.number(worker))
        where = self.sources["ssd_cin_assessments"].where
        if not len(self.assessments):
            raise ReturnError(f"{where}: there is no assessment in it that began or ended.")
        if unjoined > max(SMALL, _HALF * len(self.assessments)):
            raise ReturnError(
                f"{where}: most of its referral numbers are not in ssd_cin_episodes. The tables come from "
                "different extracts, versions or authorities: export all of them together."
            )
        self.problems["unjoined_row"] += unjoined
        if {"cina_assessment_team", "cina_assessment_worker_id"} <= columns:
            self.holds.add("teams")

    def read_enquiries(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Section 47 enquiries; no conference was needed where the outcome has none and the enquiry ended."""
        for enquiry, referral, person, start, end, outcome in rows:
            begun = self._day("start of the section 47 enquiry", start)
            if begun == NONE:
                continue
            number = self.enquiry_ids.number(enquiry)
            if number == UNKNOWN:
                number = self.enquiry_ids.number(f"\0{len(self.enquiries)}")
            ended = self._day("end of the section 47 enquiry", end)
            answer, child = UNKNOWN, self._child(person)
            if outcome is not None and (flag := _CONFERENCE_FLAG.search(str(outcome))):
                needed = self.answers.one("conference", flag[1], child)
                answer = NO if needed == YES else needed
                if needed == NO:
                    answer = YES if known_day(ended) else NO
            self.enquiries.add(child, begun, NONE, answer)
            self.enquiry_group.append(self._joined(self.referral_ids, referral))
            self.enquiry_end.append(ended)
        self.holds.add("enquiries")

    def read_conferences(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """The first conference of each enquiry, and of referrals those without one."""
        for _, enquiry, referral, _, date in rows:
            day = self._day("initial child protection conference", date)
            if day == NONE:
                continue
            of_enquiry = self.enquiry_ids.find(enquiry)
            if of_enquiry is not None and of_enquiry >= 0:
                held = self.conference_of
                held[of_enquiry] = min(day, held.get(of_enquiry, day)) if known_day(day) else day
                continue
            group = self._joined(self.referral_ids, referral)
            if group >= 0:
                self.conference_with[group] = min(day, self.conference_with.get(group, day))
        self.holds.add("conferences")

    def read_disabilities(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Children with a disability."""
        for _, person, code in rows:
            self.answers.given("disabled")
            if str(code or "").strip().lower() not in _NO_DISABILITY:
                child = self.people.find(person)
                if child is not None and child >= 0:
                    self.disabled.add(child)

    def read_contacts(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Contacts, also of children who were not referred."""
        for _, person, date in rows:
            self.contacts.add(self._child(person), self._day("contact", date))
        self.holds.add("contacts")

    def read_visits(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Visits."""
        for _, person, date, seen, alone in rows:
            child, day = self._child(person), self._day("visit", date)
            answers = (self.answers.one("seen", seen, child), self.answers.one("alone", alone, child))
            self.visits.add(child, day, *answers)
        self.holds.add("visits")

    def read_involvements(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Involvements of the allocated worker; those of others are passed over."""
        wanted = {self.role} if self.role is not None else layout.ALLOCATED_ROLES
        for _, worker, role, start, end, person, referral in rows:
            name = " ".join(str(role or "").split())
            if name.lower() not in wanted:
                self.roles[name] += 1
                continue
            self.allocations.add(
                self._child(person),
                self._joined(self.referral_ids, referral),
                self.worker_ids.number(worker),
                self._day("start of an involvement", start),
                self._day("end of an involvement", end),
            )
        if len(self.allocations):
            self.holds.add("allocations")
        else:
            self.missing.append(self._no_allocated_role())

    def _no_allocated_role(self) -> str:
        usual = quotable(name for name, number in self.roles.most_common() if number > SMALL)
        usual = [name for name in usual if not is_person_name(name)][:_SHOWN_ROLES]
        seen = f" The roles in the table are {listed(map(repr, usual))}." if usual else ""
        return (
            "No row of ssd_involvements has the role of the allocated worker: "
            f"{_not_measured(layout.INVOLVEMENTS.without)}{seen} Say which it is: "
            f"{option('allocated_role', 'ROLE')}."
        )

    def read_workers(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Full-time equivalent and agency of the workers to whom cases are allocated."""
        for worker, fte, agency in rows:
            number = self.worker_ids.find(worker)
            if number is None or number < 0:
                continue
            self.fte[number] = _full_time(fte)
            self.agency[number] = self.answers.one("agency", agency, number)
        for column, name in (("prof_full_time_equivalency", "fte"), ("prof_agency_worker_flag", "agency")):
            self.holds |= {name} if column in columns else set()

    def read_teams(self, rows: Iterator[Row], columns: frozenset[str]) -> None:
        """Names of teams; one that looks like a person's is not kept."""
        for team, name in rows:
            number = self.team_ids.find(team)
            words = " ".join(str(name or "").split())
            if number is not None and number >= 0 and words and not is_person_name(words):
                self.team_names[number] = words[:60]

    def dataset(self) -> Dataset:
        """What was read, once all tables are through."""
        table = self.referrals.table()
        source, nothing = table.earlier, np.full(len(table), NONE, dtype=np.int64)
        conference = nothing.copy()
        for number, date in self.conference_with.items():
            conference[number] = date
        referrals = replace(table, conference=conference, earlier=_earlier(table.child, table.date))
        rows = self.assessments.table()
        has_referral, group = rows.group >= 0, rows.group
        disabled = np.isin(rows.child, np.fromiter(self.disabled, np.int64, len(self.disabled)))
        told = "disabled" in self.answers.readable
        work = replace(
            rows,
            referral=np.where(has_referral, referrals.date[group], NONE),
            source=np.where(has_referral, source[group], 0),
            closed=np.where(has_referral, referrals.closed[group], NONE),
            disabled=np.where(disabled, YES, NO if told else UNKNOWN),
        )
        enquiries = self.enquiries.table()
        held = np.full(len(enquiries), NONE, dtype=np.int64)
        for number, date in self.conference_of.items():
            if number < len(held):
                held[number] = date
        visits = self.visits.table()
        answers = {_CONTENTS.get(name, name) for name in self.answers.readable}
        records = Records(
            referrals=referrals,
            assessments=work,
            enquiries=replace(enquiries, conference=held),
            contents=frozenset(
                {"children", "referrals", "referral dates", "earlier"}
                | (self.holds & {"closures", "enquiries", "conferences"})
                | (answers & {"nfa", "disabled", "not required"})
            ),
            synthetic=self.synthetic,
            problem_counts={
                **self.problems,
                "unreadable_date": self.dates.unreadable,
                "unreadable_answer": self.answers.unreadable,
                PLACEHOLDER: self.dates.said[PLACEHOLDER],
            },
            shapes=self.dates.shapes,
        )
        casework = CaseworkRecords(
            contacts=self.contacts.table(),
            visits=visits,
            allocations=self.allocations.table(),
            workers=self._workers(),
            team=np.array(self.team, dtype=np.int64),
            assessor=np.array(self.assessor, dtype=np.int64),
            teams=tuple(
                self.team_names.get(number, f"Team {number + 1}") for number in range(len(self.team_ids))
            ),
            holds=frozenset(
                (self.holds & {"contacts", "visits", "allocations", "fte", "agency", "teams"})
                | (answers & {"seen", "alone", "agency"})
            )
            - (frozenset({"agency"}) - answers),
            last=_last_day(records, self.contacts.table().date, visits.date),
        )
        return Dataset(
            records=records,
            enquiry_group=np.array(self.enquiry_group, dtype=np.int64),
            enquiry_end=np.array(self.enquiry_end, dtype=np.int64),
            casework=casework,
            matches=tuple(self.matches),
            unknown_answers=self.answers.unknown(),
            missing=tuple(self.missing),
        )

    def _workers(self) -> Workers:
        size = len(self.worker_ids)
        if not size:
            return NO_WORKERS
        return Workers(
            np.array([self.fte.get(number, math.nan) for number in range(size)]),
            np.array([self.agency.get(number, UNKNOWN) for number in range(size)], dtype=np.int64),
        )


_CONTENTS = {"conference": "not required"}  # by which it is told that none was required
_PROBLEMS = ("missing_child_id", "duplicate_row", "unjoined_row", "closed_but_worked_on")
_READERS = {
    "ssd_cin_episodes": _DatasetReader.read_referrals,
    "ssd_cin_assessments": _DatasetReader.read_assessments,
    "ssd_s47_enquiry": _DatasetReader.read_enquiries,
    "ssd_initial_cp_conference": _DatasetReader.read_conferences,
    "ssd_disability": _DatasetReader.read_disabilities,
    "ssd_contacts": _DatasetReader.read_contacts,
    "ssd_cin_visits": _DatasetReader.read_visits,
    "ssd_involvements": _DatasetReader.read_involvements,
    "ssd_professionals": _DatasetReader.read_workers,
    "ssd_department": _DatasetReader.read_teams,
}


def known_day(day: int) -> bool:
    """Whether this is a day."""
    return day > UNREADABLE


def _full_time(cell: object) -> float:
    """A full-time equivalent above 0 and up to 2, NaN for anything else."""
    with suppress(TypeError, ValueError):
        number = float(str(cell))
        if 0 < number <= _MOST_FTE:
            return number
    return math.nan


def _earlier(child: Ints, date: Ints) -> Ints:
    """Whether each child was referred before within twelve months: YES, NO or UNKNOWN."""
    found = np.full(len(child), UNKNOWN, dtype=np.int64)
    rows = np.flatnonzero((child >= 0) & known(date))
    rows = rows[np.lexsort((date[rows], child[rows]))]
    who, when = child[rows], date[rows]
    pairs = np.unique(np.stack([who, when], axis=1), axis=0)
    at = np.searchsorted(pairs[:, 0] * _KEY + pairs[:, 1], who * _KEY + when)
    before = pairs[np.maximum(at - 1, 0)]
    again = (at > 0) & (before[:, 0] == who) & (before[:, 1] >= year_before(when))
    found[rows] = np.where(again, YES, NO)
    return found


_KEY = 1 << 20  # more than any number of a day


def _last_day(records: Records, *others: Ints) -> int:
    """The last day on which referrals, assessments or ``others`` are recorded that is not in the future."""
    today = number_of(dt.date.today())
    work = records.assessments
    days = np.concatenate([records.referrals.date, work.start, work.end, *others])
    days = days[known(days) & (days <= today)]
    if not len(days):
        raise ReturnError("No date in the referrals and assessments can be read and isn't in the future.")
    return edge(days, last=True)


def _not_measured(without: str) -> str:
    return f"{without} can't be measured."


def _heads(source: TableSource, table: TableLayout) -> str:
    """The headings, where the first row is known to be one; any other row may be a child's."""
    if not {column.name for column in table.columns} & set(source.columns):
        return "The first row has no known heading, so it is not shown here."
    return f"Its columns are {listed(quotable(source.columns))}."
