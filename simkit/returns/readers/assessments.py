"""Reads an extract of assessments: any CSV or Excel table with one row for each assessment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simkit.returns.dates import NONE, UNREADABLE, excel_day, is_day_number
from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import (
    ColumnMatch,
    Field,
    heading_row,
    match_columns,
    named_columns,
    normalised,
)
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, refuse_simulated
from simkit.returns.readers.sheets import Sheet, sheets
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals, RowBuffer

__all__ = ["FIELDS", "read_assessments", "yes_or_no"]

CHILD = Field(
    "child",
    "child's number in your system",
    (
        "child unique id",
        "lachild id",
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
        "case number",
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
_DAYS = ("referral", "start", "end", "enquiry", "conference")
_LOOKED_AFTER = frozenset({"decom", "rne", "dec", "uasc", "missing"})
_YES = frozenset({"y", "yes", "true", "1", "yes child assessed as disabled"})
_NO = frozenset({"n", "no", "false", "0", "none", "not disabled"})


def read_assessments(path: Path, columns: str | None = None) -> tuple[Records, tuple[ColumnMatch, ...]]:
    """Read an extract. ``columns``: as ``--columns``. Gives the records, and which column was taken for what.

    Raises ReturnError.
    """
    named = named_columns(columns, FIELDS[:-1])
    with sheets(path, "assessments") as tables:
        sheet, number, headings = _best(path, tables, named)
        where = f"{path}, sheet {sheet.name}" if len(tables) > 1 else str(path)
        matches = match_columns(headings, FIELDS, named, where)
        return _rows(path, sheet, number, matches), matches


def _best(path: Path, tables: Sequence[Sheet], named: dict[str, str]) -> tuple[Sheet, int, tuple[str, ...]]:
    """The sheet that has most of the columns, the number of its row of headings, and the headings."""
    words = {word for field in FIELDS for word in field.words} | {
        normalised(heading) for heading in named.values()
    }
    best: tuple[int, Sheet, int, tuple[str, ...]] | None = None
    for sheet in tables:
        number, headings = heading_row(sheet.rows(), FIELDS, named)
        known = sum(normalised(heading) in words for heading in headings)
        if best is None or known > best[0]:
            best = (known, sheet, number, headings)
    if any(len(_first_words(sheet) & _LOOKED_AFTER) >= 3 for sheet in tables):
        raise ReturnError(
            f"{path}: this is a part of a return of children looked after (SSDA903), with episodes of care. "
            "An extract of assessments has a row an assessment, with its start and its authorisation."
        )
    if best is None:
        raise ReturnError(f"{path}: there is no table in it.")
    return best[1], best[2], best[3]


def _first_words(sheet: Sheet) -> frozenset[str]:
    return frozenset(normalised(cell) for cell in next(sheet.rows(), ()))


def _rows(path: Path, sheet: Sheet, heading: int, matches: Sequence[ColumnMatch]) -> Records:
    column_of = {each.field: each.column for each in matches}
    work, enquiries = RowBuffer(Assessments), RowBuffer(Enquiries)
    ids: dict[str, int] = {}
    cases: dict[tuple[int, int], int] = {}
    problem_counts = Counter({"unreadable_date": 0, "day_number": 0})
    if "child" in column_of:
        problem_counts["missing_child_id"] = 0
    synthetic = False
    enquiry_keys: set[tuple[int, int, int]] = set()

    for number, row in enumerate(sheet.rows()):
        if number <= heading or not any(cell not in (None, "") for cell in row):
            continue

        cells = {field: row[column] for field, column in column_of.items() if column < len(row)}
        child_id = str(cells.get("child") or "").strip()
        kind = str(cells.get("kind") or "").strip().lower()
        if kind == "simulated" or child_id.upper().startswith(SIMULATED):
            refuse_simulated(path)
        synthetic = synthetic or kind.startswith("synthetic") or child_id.upper().startswith(SYNTHETIC)
        if "child" in column_of and not child_id:
            problem_counts["missing_child_id"] += 1
        child = ids.setdefault(child_id, len(ids)) if child_id else UNKNOWN
        days = [excel_day(cells.get(name)) for name in _DAYS]
        problem_counts["unreadable_date"] += days.count(UNREADABLE)
        problem_counts["day_number"] += sum(is_day_number(cells.get(name)) for name in _DAYS)
        referral, start, end, enquiry, conference = days
        group = number if child == UNKNOWN else cases.setdefault((child, referral), number)
        enquired = UNKNOWN if "enquiry" not in column_of else NO if enquiry == NONE else YES
        if start != NONE or end != NONE:
            work.add(child, group, referral, 0, start, end, yes_or_no(cells.get("disabled")), enquired, NONE)
        if enquiry != NONE or conference != NONE:
            key = (child, enquiry, conference)
            if child == UNKNOWN or key not in enquiry_keys:
                enquiry_keys.add(key)
                enquiries.add(child, enquiry, conference, yes_or_no(cells.get("not_required")))
    if not len(work):
        raise ReturnError(f"{path}: there are headings in it and no assessment under them.")
    has = {name for name, field in (("children", "child"), ("enquiries", "enquiry")) if field in column_of}
    if {"enquiry", "conference"} <= set(column_of):
        has.add("conferences")
    if "referral" in column_of:
        has.add("referral dates")
    return Records(
        RowBuffer(Referrals).table(),
        work.table(),
        enquiries.table(),
        len(ids),
        frozenset(has),
        None,
        synthetic,
        dict(problem_counts),
    )


def yes_or_no(cell: object) -> int:
    """YES, NO or UNSAID for what stands in a cell that asks yes or no."""
    text = str(cell if cell is not None else "").strip().lower()
    first = text.split(" ", 1)[0].rstrip(",.:;)")
    if text in _YES or first in ("y", "yes"):
        return YES
    if text in _NO or first in ("n", "no"):
        return NO
    return UNKNOWN
