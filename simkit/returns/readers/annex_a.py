"""Reads an Annex A workbook: the child-level lists that an authority makes for an inspection.

Lists 3, 4 and 5 are read: referrals, assessments, and section 47 enquiries with their conferences. They
cover a recent window and not a year, so durations in them are cut off at both of its ends: see ``durations``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from simkit.returns.dates import NONE, UNREADABLE, excel_day, is_day_number
from simkit.returns.errors import ReturnError
from simkit.returns.readers.assessments import CHILD, yes_or_no
from simkit.returns.readers.columns import ColumnMatch, Field, heading_row, match_columns
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, refuse_simulated
from simkit.returns.readers.sheets import Sheet, sheets
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals, RowBuffer

__all__ = ["LISTS", "list_sheet", "read_annex_a"]

LISTS: dict[int, tuple[str, tuple[Field, ...]]] = {
    3: (
        "Referrals",
        (
            CHILD,
            Field(
                "date",
                "date of the referral",
                ("date of referral", "referral date", "date of referral s"),
                True,
            ),
            Field(
                "nfa",
                "whether it was closed with no further action",
                ("referral nfa", "nfa", "referral no further action"),
            ),
            Field("source", "who referred", ("referral source", "source of referral")),
        ),
    ),
    4: (
        "Assessments",
        (
            CHILD,
            Field(
                "disabled",
                "whether the child is disabled",
                ("does the child have a disability", "disability", "disabled"),
            ),
            Field(
                "start",
                "start of the assessment",
                ("continuous assessment start date", "assessment start date", "start date"),
                True,
            ),
            Field(
                "end",
                "date on which the assessment was authorised",
                (
                    "continuous assessment date of authorisation",
                    "assessment date of authorisation",
                    "date of authorisation",
                    "authorisation date",
                    "assessment authorisation date",
                ),
                True,
            ),
        ),
    ),
    5: (
        "Section 47 enquiries",
        (
            CHILD,
            Field(
                "start",
                "start of the section 47 enquiry",
                (
                    "strategy discussion initiating section 47 enquiry start date",
                    "section 47 enquiry start date",
                    "section 47 start date",
                    "strategy discussion date",
                ),
                True,
            ),
            Field(
                "not_required",
                "whether no conference was needed",
                ("was an initial child protection conference deemed unnecessary", "icpc not required"),
            ),
            Field(
                "conference",
                "date of the initial child protection conference",
                ("date of initial child protection conference", "date of icpc", "icpc date"),
            ),
        ),
    ),
}
_TOPICS = {3: ("referral",), 4: ("assessment",), 5: ("section 47", "s47")}


def read_annex_a(path: Path) -> tuple[Records, tuple[ColumnMatch, ...]]:
    """Read the workbook; gives the records, and which column was taken for what. Raises ReturnError."""
    with sheets(path, "Annex A", workbook=True) as tables:
        lists = {number: sheet for number in LISTS if (sheet := list_sheet(tables, number)) is not None}
        if 4 not in lists:
            raise ReturnError(
                f"{path}: there is no list of assessments in it (List 4). The sheets are looked for by their "
                f"number or topic, such as 'List 4' or 'Assessments'; there are {len(tables)} sheets."
            )
        return _ListReader(path).read(lists)


def list_sheet(tables: Sequence[Sheet], number: int) -> Sheet | None:
    """The sheet of a list: by its number, else by its topic."""
    for sheet in tables:
        named = re.search(r"(?:list|annex a)\D{0,3}(\d+)", sheet.name.lower())
        if named and int(named[1]) == number:
            return sheet
    for sheet in tables:
        name = sheet.name.lower()
        if any(name.startswith(topic) for topic in _TOPICS[number]):
            return sheet
    return None


class _ListReader:
    """Reads the lists one after the other; a child has the same running number in all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids: dict[str, int] = {}
        self.problem_counts = Counter({"unreadable_date": 0, "day_number": 0, "missing_child_id": 0})
        self.synthetic = False
        self.matches: list[ColumnMatch] = []
        self.columns: dict[int, frozenset[str]] = {}

    def read(self, lists: dict[int, Sheet]) -> tuple[Records, tuple[ColumnMatch, ...]]:
        referrals, work, enquiries = RowBuffer(Referrals), RowBuffer(Assessments), RowBuffer(Enquiries)
        sources: dict[str, int] = {}
        enquired: dict[int, list[int]] = {}
        for row in self._rows(lists, 3):
            source = sources.setdefault(str(row.get("source") or ""), len(sources))
            referrals.add(
                self._child(row), self._day(row, "date"), NONE, yes_or_no(row.get("nfa")), source, NONE
            )
        for row in self._rows(lists, 5):
            child, start = self._child(row), self._day(row, "start")
            enquired.setdefault(child, []).append(start)
            enquiries.add(child, start, self._day(row, "conference"), yes_or_no(row.get("not_required")))
        for number, row in enumerate(self._rows(lists, 4)):
            child, start, end = self._child(row), self._day(row, "start"), self._day(row, "end")
            if start == NONE and end == NONE:
                continue
            # the lists don't say which enquiry belongs to which assessment: one begun while it was open does
            until = end if end > UNREADABLE else 10**9
            is_within = any(start <= day <= until for day in enquired.get(child, ()) if child != UNKNOWN)
            enquiry_within = UNKNOWN if 5 not in lists else YES if is_within else NO
            work.add(child, number, NONE, 0, start, end, yes_or_no(row.get("disabled")), enquiry_within, NONE)
        if not len(work):
            raise ReturnError(
                f"{self.path}: the list of assessments (List 4) has headings and nothing under them."
            )
        has = {"children"} if "child" in self.columns[4] else set()
        has |= {"referrals"} if {"date", "nfa"} <= self.columns.get(3, frozenset()) else set()
        has |= {"enquiries"} if 5 in lists else set()
        has |= {"conferences"} if "conference" in self.columns.get(5, frozenset()) else set()
        records = Records(
            referrals.table(),
            work.table(),
            enquiries.table(),
            len(self.ids),
            frozenset(has),
            None,
            self.synthetic,
            dict(self.problem_counts),
        )
        return records, tuple(self.matches)

    def _rows(self, lists: dict[int, Sheet], number: int) -> Iterator[dict[str, object]]:
        if number not in lists:
            return
        sheet, (topic, fields) = lists[number], LISTS[number]
        heading, headings = heading_row(sheet.rows(), fields, {})
        name = f"List {number}, {topic.lower()}"
        matches = match_columns(headings, fields, {}, f"{self.path}, {name}", name)
        self.matches += matches
        self.columns[number] = frozenset(each.field for each in matches)
        for position, row in enumerate(sheet.rows()):
            if position > heading and any(cell not in (None, "") for cell in row):
                yield {each.field: row[each.column] for each in matches if each.column < len(row)}

    def _child(self, row: dict[str, object]) -> int:
        who = str(row.get("child") or "").strip()
        if who.upper().startswith(SIMULATED):
            refuse_simulated(self.path)
        self.synthetic = self.synthetic or who.upper().startswith(SYNTHETIC)
        if not who:
            self.problem_counts["missing_child_id"] += 1
            return UNKNOWN
        return self.ids.setdefault(who, len(self.ids))

    def _day(self, row: dict[str, object], name: str) -> int:
        day = excel_day(row.get(name))
        if day == UNREADABLE:
            self.problem_counts["unreadable_date"] += 1
        self.problem_counts["day_number"] += is_day_number(row.get(name))
        return day
