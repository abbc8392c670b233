"""Reads an extract of assessments: any CSV or Excel table with one row for each assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.text import listed
from simkit.returns.dates import NONE, DateColumns, known
from simkit.returns.errors import ReturnError
from simkit.returns.readers.answers import (
    UNREADABLE_ANSWER,
    AnswerColumns,
    NamedAnswers,
    UnknownAnswers,
    named_answers,
)
from simkit.returns.readers.columns import (
    ColumnMatch,
    Field,
    heading_row,
    known_fields,
    named_columns,
    normalised,
)
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, refuse_simulated
from simkit.returns.readers.ids import id_text, refuse_spoilt_id
from simkit.returns.readers.sheets import Sheet
from simkit.returns.readers.tables import Table, best_sheets, named_sheets, read_table
from simkit.returns.readers.unread import NOTHING_UNREAD, Likeness, Unread, dates_alone, unread_sheets
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals
from simkit.returns.wording import option

CHILD = Field(
    "child",
    "child's number in your system",
    (
        "child unique id",
        "lachild id",
        "la child id",
        "lachildid",
        "child id",
        "childid",
        "child number",
        "person id",
        "personid",
        "person number",
        "client id",
        "clientid",
        "client number",
        "service user id",
        "child reference",
        "person reference",
        "case number",
        "case reference",
        "unique id",
        "mosaic id",
        "liquidlogic id",
        "liquid logic id",
        "lcs id",
        "pid",
        "id",
    ),
)
FIELDS = (
    CHILD,
    Field(
        "referral",
        "date of the referral",
        (
            "cinreferral date",
            "cin referral date",
            "cinreferraldate",
            "date of referral",
            "referral date",
            "referral start date",
            "referral received date",
            "date referred",
            "referral received",
            "referred",
        ),
    ),
    Field(
        "nfa",
        "whether the referral was closed with no further action",
        ("referral nfa", "nfa", "referral no further action", "no further action"),
    ),
    Field(
        "closed",
        "day on which the case was closed",
        ("cinclosure date", "cin closure date", "closure date", "case closure date", "episode end date"),
    ),
    Field(
        "start",
        "start of the assessment",
        (
            "assessment actual start date",
            "assessmentactualstartdate",
            "continuous assessment start date",
            "assessment start date",
            "date assessment started",
            "assessment started",
            "assessment start",
            "ca start date",
            "start date",
            "date started",
            "started",
            "start",
        ),
        needed=True,
    ),
    Field(
        "end",
        "date on which the assessment was authorised",
        (
            "assessment authorisation date",
            "assessmentauthorisationdate",
            "continuous assessment date of authorisation",
            "date of authorisation",
            "authorisation date",
            "assessment authorised date",
            "date authorised",
            "authorised",
            "assessment completion date",
            "assessment completed date",
            "assessment end date",
            "date assessment completed",
            "assessment completed",
            "completion date",
            "date completed",
            "completed",
            "ca end date",
            "end date",
            "date ended",
            "ended",
            "end",
        ),
        needed=True,
    ),
    Field(
        "enquiry",
        "start of the section 47 enquiry",
        (
            "s47actual start date",
            "s47 actual start date",
            "s47actualstartdate",
            "section 47 start date",
            "s47 start date",
            "strategy discussion initiating section 47 enquiry start date",
            "s47 enquiry start date",
            "strategy discussion date",
            "date of strategy discussion",
            "section 47 enquiry start date",
        ),
    ),
    Field(
        "conference",
        "date of the initial child protection conference",
        (
            "date of initial cpc",
            "dateofinitialcpc",
            "date of initial child protection conference",
            "icpc date",
            "date of icpc",
            "conference date",
            "initial conference date",
        ),
    ),
    Field(
        "not_required",
        "whether no conference was needed",
        (
            "icpcnot required",
            "icpc not required",
            "icpcnotrequired",
            "was an initial child protection conference deemed unnecessary",
        ),
    ),
    Field(
        "disabled",
        "whether the child is disabled",
        ("does the child have a disability", "disability", "disabled", "has disability", "child disabled"),
    ),
    Field("kind", "what the row is", ("record type",)),
)
ANSWERS = {each.name: each.title for each in FIELDS if each.name in ("nfa", "not_required", "disabled")}
"""The columns of answers, with what each says."""

_FEW_UNASSESSED = 0.02  # of referrals: where fewer aren't assessed, published shares say nearly the same
_LOOKED_AFTER = frozenset({"decom", "rne", "dec", "uasc", "missing"})
_NO_CHILD = (
    "The list has no column with the number of the child, so an assessment that is listed on several rows, "
    "as in a list joined to its factors, is counted several times."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The records of a list or lists, which column was taken for what, and what was not understood.

    ``unread``: what to say about sheets that were not read.
    """

    records: Records
    matches: tuple[ColumnMatch, ...] = ()
    not_used: tuple[str, ...] = ()
    unknown_answers: tuple[UnknownAnswers, ...] = ()
    unread: Unread = NOTHING_UNREAD


def read_assessments(
    where: str,
    tables: Sequence[Sheet],
    columns: str | Mapping[str, str] | None = None,
    sheet: str | None = None,
    answers: NamedAnswers | str | None = None,
) -> Reading:
    """Read an extract of which ``tables`` are the sheets.

    ``columns``: which heading is which, and ``answers``: what answers mean, by the user. ``where``: what the
    messages call it. ``sheet``: the name of the sheet to read. Raises ReturnError.
    """
    named = named_columns(columns, {"": FIELDS[:-1]})[""]
    visible = named_sheets(where, tables, sheet)
    if any(len(_first_words(each) & _LOOKED_AFTER) >= 3 for each in visible):
        raise ReturnError(
            f"{where}: this is a part of a return of children looked after (SSDA903), with episodes of care. "
            "An extract of assessments has a row an assessment, with its start and its authorisation."
        )
    chosen = best_sheets(where, visible, FIELDS, named)
    table = read_table(where, chosen, FIELDS, named)
    reader = AnswerColumns(ANSWERS, named_answers(answers, ANSWERS))
    return Reading(
        _records(where, table, reader),
        table.matches,
        table.not_used,
        reader.unknown(),
        _unread(tables, chosen, table, named, sheet is not None),
    )


def _unread(
    tables: Sequence[Sheet],
    chosen: Sequence[Sheet],
    table: Table,
    named: Mapping[str, str],
    is_named: bool,
) -> Unread:
    """What to say about sheets that were not read."""
    have = {each.field for each in table.matches} - {"kind"}
    steps = ["give each of its sheets the same headings, in the same order"]
    if any(sheet.hidden for sheet in chosen):
        steps.append("unhide the hidden sheet in Excel")
    if is_named:
        steps.append(f"leave out {option('sheet')}")
    remedy = f"{listed(steps)}. simkit then reads them as one list"

    def likeness(sheet: Sheet) -> Likeness | None:
        _, headings = heading_row(sheet.rows(), FIELDS, named)
        found = known_fields(headings, FIELDS, named)
        if have <= found:
            return Likeness("the same columns", remedy)
        if all(each.name in found for each in FIELDS if each.needed):
            return Likeness("columns for a start and an end too", remedy)
        return Likeness("dates but no headings", remedy) if dates_alone(sheet, headings) else None

    return unread_sheets(tables, chosen, likeness)


def _first_words(sheet: Sheet) -> frozenset[str]:
    return frozenset(normalised(cell) for cell in next(sheet.rows(), ()))


def child_numbers(where: str, cells: Sequence[object], ids: dict[str, int]) -> tuple[Ints, int, bool]:
    """Running numbers of children, UNKNOWN for empty cells; how many are empty; whether simkit made them."""
    children = np.full(len(cells), UNKNOWN, dtype=np.int64)
    missing, synthetic = 0, False
    for row, cell in enumerate(cells):
        who = id_text(cell)
        if not who:
            missing += 1
            continue
        if who.upper().startswith(SIMULATED):
            refuse_simulated(where)
        synthetic = synthetic or who.upper().startswith(SYNTHETIC)
        refuse_spoilt_id(where, who)
        children[row] = ids.setdefault(who, len(ids))
    return children, missing, synthetic


def _records(where: str, table: Table, answers: AnswerColumns) -> Records:
    synthetic = _refuse_simulated_rows(where, table.column("kind"))
    children, missing, made = child_numbers(where, table.column("child"), {})
    reader = DateColumns()
    kinds = {
        "referral": "referral",
        "start": "start of the assessment",
        "end": "authorisation of the assessment",
    }
    kinds |= {
        "enquiry": "start of the section 47 enquiry",
        "conference": "initial child protection conference",
    }
    kinds |= {"closed": "closure"}
    days = reader.read(
        where, {title: table.column(name) for name, title in kinds.items()}, table.number_offset
    )
    referral, start, end, enquiry, conference, closed = (days[title] for title in kinds.values())
    given = {name: answers.column(name, table.column(name), children) for name in ANSWERS}
    problems = {
        "unreadable_date": reader.unreadable,
        "unreadable_answer": answers.unreadable,
        **reader.said,
    }
    has = {name.replace("_", " ") for name in answers.readable}
    if "child" in table:
        problems["missing_child_id"] = missing
        has |= {"children"}
    is_work = (start != NONE) | (end != NONE)
    if not is_work.any():
        raise ReturnError(f"{where}: it has headings but no assessments.")
    referrals, group = _referrals(children, referral, closed, given["nfa"])
    if "referral" in table:
        has |= {"referral dates"}
        if "child" in table and known(referral).any():
            has |= {"referrals" if _has_unassessed(group, is_work) else "assessed referrals"}
    if "closed" in table:
        has |= {"closures"}
    if "enquiry" in table:
        has |= {"enquiries"} | ({"conferences"} if "conference" in table else set())
    enquired = np.where(enquiry == NONE, NO, YES) if "enquiry" in table else np.full(table.rows, UNKNOWN)
    work = Assessments(
        child=children[is_work],
        group=group[is_work],
        referral=referral[is_work],
        source=np.zeros(int(is_work.sum()), dtype=np.int64),
        start=start[is_work],
        end=end[is_work],
        disabled=given["disabled"][is_work],
        enquired=enquired[is_work].astype(np.int64),
        closed=closed[is_work],
    )
    notes = table.notes if "child" in table else (*table.notes, _NO_CHILD)
    return Records(
        referrals,
        work,
        _enquiries(children, enquiry, conference, given["not_required"]),
        frozenset(has),
        None,
        synthetic or made,
        problems,
        reader.shapes,
        notes,
    )


def _refuse_simulated_rows(where: str, cells: Sequence[object]) -> bool:
    """Whether the rows say that simkit made them; refuses those of a simulated case table."""
    kinds = {str(cell or "").strip().lower() for cell in cells}
    if "simulated" in kinds:
        refuse_simulated(where)
    return any(kind.startswith("synthetic") for kind in kinds)


def _has_unassessed(group: Ints, is_work: Bools) -> bool:
    """Whether a list includes referrals that were not assessed; a few may only be waiting for it."""
    every, assessed = np.unique(group[group >= 0]), np.unique(group[is_work & (group >= 0)])
    return len(every) - len(assessed) > _FEW_UNASSESSED * len(every)


def _referrals(children: Ints, date: Ints, closed: Ints, nfa: Ints) -> tuple[Referrals, Ints]:
    """The referrals that the rows name, each child and day once, and the number of each row's referral.

    A referral is closed with no further action where any of its rows says so.
    """
    group = np.full(len(children), UNKNOWN, dtype=np.int64)
    is_named = (children >= 0) & known(date)
    keys, first, number = np.unique(
        np.stack([children[is_named], date[is_named]], axis=1), axis=0, return_index=True, return_inverse=True
    )
    group[is_named] = number.ravel()
    is_closed = np.full(len(keys), UNREADABLE_ANSWER, dtype=np.int64)
    np.maximum.at(is_closed, number.ravel(), nfa[is_named])
    nothing = np.full(len(keys), NONE, dtype=np.int64)
    referrals = Referrals(
        child=keys[:, 0],
        date=keys[:, 1],
        closed=closed[is_named][first],
        nfa=is_closed,
        conference=nothing,
        earlier=np.full(len(keys), UNKNOWN, dtype=np.int64),
    )
    return referrals, group


def _enquiries(children: Ints, start: Ints, conference: Ints, not_required: Ints) -> Enquiries:
    """The enquiries that the rows name; one that stands beside several assessments of a child is one."""
    rows = np.flatnonzero((start != NONE) | (conference != NONE))
    keys = np.stack([children[rows], start[rows], conference[rows]], axis=1)
    _, first = np.unique(keys, axis=0, return_index=True)
    once = np.union1d(rows[first], rows[children[rows] == UNKNOWN])
    return Enquiries(children[once], start[once], conference[once], not_required[once])
