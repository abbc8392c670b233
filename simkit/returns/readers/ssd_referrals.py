"""Reads the part of a Standard Safeguarding Dataset that a census has too: referrals and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.dates import ELEVEN, NONE, PLACEHOLDER, UNREADABLE, known, year_before
from simkit.returns.disclosure import SMALL
from simkit.returns.errors import ReturnError
from simkit.returns.readers.answers import disability
from simkit.returns.readers.ids import Ids, id_text
from simkit.returns.readers.ssd_cells import HARDLY, DatasetCells
from simkit.returns.readers.ssd_layout import CONFERENCES, DISABILITIES, ENQUIRIES
from simkit.returns.readers.ssd_source import Row, TableSource
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals, RowBuffer

_CONFERENCE_FLAG = re.compile(r'"(?:OUTCOME_)?CP_CONFERENCE_FLAG"\s*:\s*"?([^",}]*)', re.I)
_HALF = 0.5
_CONTENTS = {"conference": "not required"}  # its answer also tells that none was required


class ReferralTables:
    """Reads the tables in their order; each fills the rows that the later ones are joined to.

    ``team`` and ``assessor``: those of each assessment; ``enquiry_group`` and ``enquiry_end``: each enquiry's
    referral and last day.
    """

    def __init__(self, cells: DatasetCells) -> None:
        self._cells, self._answers, self._day = cells, cells.answers, cells.dates.cell
        self._enquiry_ids, self._sources = Ids(), Ids()
        self._referrals, self._assessments = RowBuffer(Referrals), RowBuffer(Assessments)
        self._enquiries = RowBuffer(Enquiries)
        self._conference_of: dict[int, int] = {}  # by enquiry
        self._conference_with: dict[int, int] = {}  # by referral, without an enquiry
        self._disabled: set[int] = set()
        self.team: list[int] = []
        self.assessor: list[int] = []
        self.enquiry_group: list[int] = []
        self.enquiry_end: list[int] = []

    def read_referrals(self, rows: Iterator[Row], table: TableSource) -> None:
        """Referrals, each with its own number: a second row of a number is a duplicate and was left out."""
        ids = self._cells.referrals
        for referral, person, date, closed, nfa, source in rows:
            group = ids.number(referral)
            if group == UNKNOWN:  # nothing can be joined to it, but it counts as a referral
                group = ids.number(f"\0{len(self._referrals)}")
            child = self._cells.child(person)
            self._referrals.add(
                child,
                self._day("referral", date),
                self._day("closure", closed),
                self._answers.one("nfa", nfa, child),
                NONE,
                self._sources.number(source or "-"),  # of who referred, until the table is made
            )
        if not len(self._referrals):
            raise ReturnError(f"{table.where}: there is no referral in it.")
        self._cells.referred = len(self._cells.people)
        self._cells.holds |= {"closures"} if "cine_close_date" in table.columns else set()

    def read_assessments(self, rows: Iterator[Row], table: TableSource) -> None:
        """Assessments, joined to their referrals."""
        unjoined = 0
        for _, person, referral, start, end, team, worker in rows:
            begun = self._day("start of the assessment", start)
            ended = self._day("authorisation of the assessment", end)
            if begun == NONE and ended == NONE:
                continue
            group = self._cells.referrals.find(referral)
            unjoined += group is None
            child, group = self._cells.child(person), UNKNOWN if group is None else group
            self._assessments.add(child, group, NONE, 0, begun, ended, UNKNOWN, UNKNOWN, NONE)
            self.team.append(self._cells.teams.number(team))
            self.assessor.append(self._cells.workers.number(worker))
        if not len(self._assessments):
            raise ReturnError(f"{table.where}: there is no assessment in it that began or ended.")
        if unjoined > max(SMALL, _HALF * len(self._assessments)):
            raise ReturnError(
                f"{table.where}: most of its referral numbers are not in ssd_cin_episodes. The tables come "
                "from different extracts, versions or authorities: export all of them together."
            )
        self._cells.problems["unjoined_row"] += unjoined
        if {"cina_assessment_team", "cina_assessment_worker_id"} <= set(table.columns):
            self._cells.holds.add("teams")

    def read_enquiries(self, rows: Iterator[Row], table: TableSource) -> None:
        """Section 47 enquiries; no conference was needed where the outcome has none and the enquiry ended."""
        for enquiry, referral, person, start, end, outcome in rows:
            begun = self._day("start of the section 47 enquiry", start)
            if begun == NONE:
                continue
            if self._enquiry_ids.number(enquiry) == UNKNOWN:
                self._enquiry_ids.number(f"\0{len(self._enquiries)}")
            ended = self._day("end of the section 47 enquiry", end)
            answer, child = UNKNOWN, self._cells.child(person)
            if outcome is not None and (flag := _CONFERENCE_FLAG.search(str(outcome))):
                needed = self._answers.one("conference", flag[1], child)
                answer = NO if needed == YES else needed
                if needed == NO:
                    answer = YES if _is_day(ended) else NO
            self._enquiries.add(child, begun, NONE, answer)
            self.enquiry_group.append(self._cells.referral(referral))
            self.enquiry_end.append(ended)
        joined = sum(group >= 0 for group in self.enquiry_group)
        if self._cells.is_joined(table.where, joined, len(self._enquiries), ENQUIRIES.without):
            self._cells.holds.add("enquiries")

    def read_conferences(self, rows: Iterator[Row], table: TableSource) -> None:
        """The first conference of each enquiry; without an enquiry, of each referral."""
        number = joined = 0
        for _, enquiry, referral, _, date in rows:
            day = self._day("initial child protection conference", date)
            if day == NONE:
                continue
            number += 1
            of_enquiry = self._enquiry_ids.find(enquiry)
            if of_enquiry is not None and of_enquiry >= 0:
                self._conference_of[of_enquiry] = _first(day, self._conference_of.get(of_enquiry))
                joined += 1
                continue
            group = self._cells.referral(referral)
            if group >= 0:
                self._conference_with[group] = _first(day, self._conference_with.get(group))
            joined += group >= 0 and not id_text(enquiry)
        if self._cells.is_joined(table.where, joined, number, CONFERENCES.without):
            self._cells.holds.add("conferences")

    def read_disabilities(self, rows: Iterator[Row], table: TableSource) -> None:
        """Children with a disability."""
        number = joined = 0
        for _, person, code in rows:
            answer = disability(code)
            if answer == UNKNOWN:
                continue
            number += 1
            child = self._cells.people.find(person)
            if child is not None and child >= 0:
                joined += 1
                if answer == YES:
                    self._disabled.add(child)
        if self._cells.is_joined(table.where, joined, number, DISABILITIES.without, HARDLY):
            self._answers.given("disabled")

    def records(self) -> Records:
        """What was read, once all tables are through."""
        table = self._referrals.table()
        source, conference = table.earlier, np.full(len(table), NONE, dtype=np.int64)
        for number, date in self._conference_with.items():
            conference[number] = date
        referrals = replace(table, conference=conference, earlier=_earlier(table.child, table.date))
        rows = self._assessments.table()
        has_referral, group = rows.group >= 0, rows.group
        disabled = np.isin(rows.child, np.fromiter(self._disabled, np.int64, len(self._disabled)))
        told = "disabled" in self._answers.readable
        work = replace(
            rows,
            referral=np.where(has_referral, referrals.date[group], NONE),
            source=np.where(has_referral, source[group], 0),
            closed=np.where(has_referral, referrals.closed[group], NONE),
            disabled=np.where(disabled, YES, np.where((rows.child >= 0) & told, NO, UNKNOWN)),
        )
        enquiries = self._enquiries.table()
        held = np.full(len(enquiries), NONE, dtype=np.int64)
        for number, date in self._conference_of.items():
            held[number] = date
        answers = {_CONTENTS.get(name, name) for name in self._answers.readable}
        dates = self._cells.dates
        return Records(
            referrals=referrals,
            assessments=work,
            enquiries=replace(enquiries, conference=held),
            contents=frozenset(
                {"children", "referrals", "referral dates", "earlier"}
                | (self._cells.holds & {"closures", "enquiries", "conferences"})
                | (answers & {"nfa", "disabled", "not required"})
            ),
            synthetic=self._cells.synthetic,
            problem_counts={
                **self._cells.problems,
                "unreadable_date": dates.unreadable,
                "unreadable_answer": self._answers.unreadable,
                **{each: dates.said[each] for each in (PLACEHOLDER, ELEVEN)},
            },
            shapes=dates.shapes,
        )


def _is_day(day: int) -> bool:
    return day > UNREADABLE


def _first(day: int, other: int | None) -> int:
    """The first of two days; one that can't be read gives way to one that can."""
    if other is None or not _is_day(other):
        return day
    return min(day, other) if _is_day(day) else other


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
