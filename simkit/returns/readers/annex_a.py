"""Reads an Annex A workbook: the child-level lists that an authority makes for an inspection.

Lists 3, 4 and 5 are read: referrals, assessments, and section 47 enquiries with their conferences. They
cover a recent window and not a year, so durations in them are cut off at both of its ends: see ``durations``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.dates import NONE, UNREADABLE, DateColumns, known
from simkit.returns.durations import FEW
from simkit.returns.errors import ReturnError
from simkit.returns.readers.answers import AnswerColumns, NamedAnswers, named_answers
from simkit.returns.readers.assessments import CHILD, Reading, child_numbers
from simkit.returns.readers.columns import Field, heading_row, known_fields, named_columns
from simkit.returns.readers.sheets import Sheet
from simkit.returns.readers.tables import Table, named_sheets, read_table, refuse_unlike
from simkit.returns.readers.unread import Likeness, Unread, unread_sheets
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals
from simkit.returns.wording import column_option, where_to_say

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
                ("referral nfa", "nfa", "referral no further action", "no further action"),
            ),
            Field(
                "earlier",
                "number of referrals in the last 12 months",
                (
                    "number of referrals in last 12 months",
                    "number of referrals in the last 12 months",
                    "referrals in last 12 months",
                ),
            ),
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
ANSWERS = {
    "3.nfa": "whether the referral was closed with no further action",
    "3.earlier": "whether the child was referred before in 12 months",
    "4.disabled": "whether the child is disabled",
    "5.not_required": "whether no conference was needed",
}
"""The columns of answers, with what each says."""

_NUMBERED = (
    re.compile(r"list\D{0,3}(\d+)"),
    re.compile(r"annex ?a\D{0,3}(\d{1,2})(?!\d)"),
    re.compile(r"^\W*l?(\d{1,2})\s*(?:[.):_–-]\D|$)"),
    re.compile(r"^\W*(\d{1,2})\s+(?:referral|assessment|section|s47)"),
)
_FEW_SHARED = 0.1  # of a list's children: if fewer are in another, their numbers differ (an assumption)
_TOPICS = {3: ("referral",), 4: ("assessment",), 5: ("section 47", "s47")}
_DATES = {
    (3, "date"): "referral",
    (4, "start"): "start of the assessment",
    (4, "end"): "authorisation of the assessment",
    (5, "start"): "start of the section 47 enquiry",
    (5, "conference"): "initial child protection conference",
}


def read_annex_a(
    where: str,
    tables: Sequence[Sheet],
    columns: str | Mapping[str, str] | None = None,
    answers: NamedAnswers | str | None = None,
) -> Reading:
    """Read a workbook of which ``tables`` are the sheets.

    ``columns`` as ``4.end=Signed off``, ``answers`` as ``4.disabled:HAND=yes``. ``where``: what the messages
    call it. Raises ReturnError.
    """
    named = named_columns(columns, {str(number): fields for number, (_, fields) in LISTS.items()})
    visible = named_sheets(where, tables, None)
    lists = {}
    read: dict[int, tuple[Sheet, ...]] = {}
    for number, (topic, fields) in LISTS.items():
        if chosen := list_sheets(visible, number):
            refuse_unlike(where, chosen, fields, named[str(number)])
            read[number] = chosen
            lists[number] = read_table(
                where, chosen, fields, named[str(number)], f"List {number}, {topic.lower()}", f"{number}."
            )
    if 4 not in lists:
        raise ReturnError(
            f"{where}: there is no list of assessments in it (List 4). The sheets are looked for by their "
            f"number or topic, such as 'List 4' or 'Assessments'; there are {len(visible)} visible sheets."
        )
    reader = _Lists(where, lists, AnswerColumns(ANSWERS, named_answers(answers, ANSWERS)))
    unread = _unread(tables, read, lists, named)
    questions = (*reader.questions(), *unread.questions)
    return replace(reader.reading(), unread=replace(unread, questions=questions))


def _unread(
    tables: Sequence[Sheet],
    read: Mapping[int, Sequence[Sheet]],
    lists: Mapping[int, Table],
    named: Mapping[str, Mapping[str, str]],
) -> Unread:
    """What to say about sheets that were not read: one without a number may be part of a list."""

    def likeness(sheet: Sheet) -> Likeness | None:
        if _list_number(sheet) is not None:
            return None
        for number in sorted(lists, key=lambda each: each != 4):
            fields, own = LISTS[number][1], named[str(number)]
            _, headings = heading_row(sheet.rows(), fields, own)
            have = {each.field for each in lists[number].matches}
            if have <= known_fields(headings, fields, own):
                is_numbered = _list_number(read[number][0]) is not None
                begin = f"List {number}" if is_numbered else _TOPICS[number][0].capitalize()
                return Likeness(
                    f"the same columns as List {number}",
                    f"begin the name of each such sheet with '{begin}' and give it the same headings. simkit "
                    "then reads them as one list",
                )
        return None

    every = tuple(sheet for these in read.values() for sheet in these)
    return unread_sheets(tables, every, likeness, "from Annex A it uses only Lists 3, 4 and 5")


def _list_number(sheet: Sheet) -> int | None:
    """The number of the list that a sheet's name says it is."""
    name = sheet.name.lower()
    found = next((match for each in _NUMBERED if (match := each.search(name))), None)
    return None if found is None else int(found[1])


def list_sheets(tables: Sequence[Sheet], number: int) -> tuple[Sheet, ...]:
    """The sheets of a list: by its number, else by its topic."""
    numbered = tuple(sheet for sheet in tables if _list_number(sheet) == number)
    by_topic = (
        sheet for sheet in tables if any(sheet.name.lower().startswith(topic) for topic in _TOPICS[number])
    )
    return numbered or tuple(by_topic)


class _Lists:
    """Makes the records of the lists; a child has the same running number in all of them."""

    def __init__(self, where: str, lists: Mapping[int, Table], answers: AnswerColumns) -> None:
        self.where, self.lists, self.answers = where, lists, answers
        self.missing_ids = 0
        self.has: set[str] = {"children"} if "child" in lists[4] else set()
        self.synthetic = False
        self.dates = DateColumns()
        ids: dict[str, int] = {}
        self.children = {number: self._children(number, ids) for number in lists}

    def reading(self) -> Reading:
        days = {number: self._days(number) for number in self.lists}
        referrals = self._referrals(days.get(3, {}))
        enquiries = self._enquiries(days.get(5, {}))
        work = self._assessments(days[4], referrals, enquiries)
        problems = {
            "unreadable_date": self.dates.unreadable,
            "missing_child_id": self.missing_ids,
            "unreadable_answer": self.answers.unreadable,
            **self.dates.said,
        }
        has = self.has | {name.rpartition(".")[2].replace("_", " ") for name in self.answers.readable}
        records = Records(
            referrals,
            work,
            enquiries,
            frozenset(has),
            None,
            self.synthetic,
            problems,
            self.dates.shapes,
            tuple(note for table in self.lists.values() for note in table.notes),
        )
        every = self.lists.values()
        return Reading(
            records,
            tuple(match for table in every for match in table.matches),
            tuple(heading for table in every for heading in table.not_used),
            self.answers.unknown(),
        )

    def questions(self) -> Iterator[str]:
        """What to ask where a list is empty, or its children can't be found in another."""
        for number, table in self.lists.items():
            title = f"List {number} ({LISTS[number][0].lower()})"
            if not table.rows:
                yield f"{title} has no rows, so simkit counts none. If it should have some, export it again."
            elif "child" not in table:
                yield (
                    f"{title} has no column with the child's number, so simkit can't find its children in "
                    "other lists, and doesn't know which referrals were assessed or which children had an "
                    f"enquiry. If it has one, name it{where_to_say(column_option(f'{number}.child'))}."
                )
        known = {number: set(children.tolist()) - {UNKNOWN} for number, children in self.children.items()}
        assessed = known.pop(4)
        for number, others in known.items():
            fewer = min(len(assessed), len(others))
            if fewer >= FEW and len(assessed & others) < _FEW_SHARED * fewer:
                yield (
                    f"Hardly any child in List {number} has the same number as one in List 4. So figures "
                    "from both lists are wrong, such as how many referrals were assessed. Export the lists "
                    "again, with the same number for a child in each."
                )

    def _children(self, number: int, ids: dict[str, int]) -> Ints:
        table = self.lists[number]
        children, missing, made = child_numbers(self.where, table.column("child"), ids)
        self.missing_ids += missing if "child" in table else 0
        self.synthetic = self.synthetic or made
        return children

    def _days(self, number: int) -> dict[str, Ints]:
        table = self.lists[number]
        titles = {field: title for (of, field), title in _DATES.items() if of == number}
        days = self.dates.read(
            f"{self.where}, List {number}",
            {title: table.column(field) for field, title in titles.items()},
            table.number_offset,
        )
        return {field: days[title] for field, title in titles.items()}

    def _answers(self, number: int, field: str) -> Ints:
        column = f"{number}.{field}"
        read = self.answers.earlier if column == "3.earlier" else self.answers.column
        return read(column, self.lists[number].column(field), self.children[number])

    def _referrals(self, days: Mapping[str, Ints]) -> Referrals:
        if 3 not in self.lists:
            return Referrals(*(np.zeros(0, dtype=np.int64),) * 6)
        self.has |= {"referrals"}
        nothing = np.full(len(days["date"]), NONE, dtype=np.int64)
        return Referrals(
            child=self.children[3],
            date=days["date"],
            closed=nothing,
            nfa=self._answers(3, "nfa"),
            conference=nothing,
            earlier=self._answers(3, "earlier"),
        )

    def _enquiries(self, days: Mapping[str, Ints]) -> Enquiries:
        if 5 not in self.lists:
            return Enquiries(*(np.zeros(0, dtype=np.int64),) * 4)
        self.has |= {"enquiries"} | ({"conferences"} if "conference" in self.lists[5] else set())
        not_required = self._answers(5, "not_required")
        return Enquiries(self.children[5], days["start"], days["conference"], not_required)

    def _assessments(
        self, days: Mapping[str, Ints], referrals: Referrals, enquiries: Enquiries
    ) -> Assessments:
        start, end, child = days["start"], days["end"], self.children[4]
        rows = (start != NONE) | (end != NONE)
        if not rows.any():
            raise ReturnError(f"{self.where}: the list of assessments (List 4) has headings but no rows.")
        disabled = self._answers(4, "disabled")[rows]
        start, end, child = start[rows], end[rows], child[rows]
        nothing = np.full(len(start), NONE, dtype=np.int64)
        return Assessments(
            child=child,
            group=_referral_before(child, start, referrals),
            referral=nothing,
            source=np.zeros_like(child),
            start=start,
            end=end,
            disabled=disabled,
            enquired=_enquired(child, start, end, enquiries if 5 in self.lists else None),
            closed=nothing,
        )


def _referral_before(child: Ints, start: Ints, referrals: Referrals) -> Ints:
    """The row of the last referral of each child up to the start of its assessment, UNKNOWN without one.

    The lists don't say which referral an assessment follows.
    """
    by_child: dict[int, list[tuple[int, int]]] = {}
    for row, (who, day) in enumerate(zip(referrals.child.tolist(), referrals.date.tolist(), strict=True)):
        if who >= 0 and day > UNREADABLE:
            by_child.setdefault(who, []).append((day, -row))
    found = np.full(len(child), UNKNOWN, dtype=np.int64)
    for row, (who, day) in enumerate(zip(child.tolist(), start.tolist(), strict=True)):
        earlier = [pair for pair in by_child.get(who, ()) if pair[0] <= day]
        if earlier:
            found[row] = -max(earlier)[1]
    return found


def _enquired(child: Ints, start: Ints, end: Ints, enquiries: Enquiries | None) -> Ints:
    """Whether an enquiry of the child began while the assessment was open, as far as the lists can say."""
    if enquiries is None:
        return np.full(len(child), UNKNOWN, dtype=np.int64)
    days: dict[int, list[int]] = {}
    for who, day in zip(enquiries.child.tolist(), enquiries.start.tolist(), strict=True):
        if who >= 0:
            days.setdefault(who, []).append(day)
    until = np.where(known(end), end, 10**9)
    return np.array(
        [
            UNKNOWN if who < 0 else YES if any(first <= day <= last for day in days.get(who, ())) else NO
            for who, first, last in zip(child.tolist(), start.tolist(), until.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
