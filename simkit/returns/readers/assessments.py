"""Reading an extract of assessments: any table, CSV or Excel, with a row an assessment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simkit.returns.dates import NONE, UNREADABLE, excel_day, is_day_number
from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import Field, Matched, chosen, heading_row, match, plain
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, refuse_simulated
from simkit.returns.readers.sheets import Sheet, sheets
from simkit.returns.records import NO, UNSAID, YES, Assessments, Enquiries, Records, Referrals, Rows

__all__ = ["FIELDS", "answer", "read_assessments"]

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


def read_assessments(path: Path, columns: str | None = None) -> tuple[Records, tuple[Matched, ...]]:
    """Read an extract. ``columns``: as ``--columns``. Gives the records, and which column was taken for what.

    Raises ReturnError.
    """
    given = chosen(columns, FIELDS[:-1])
    with sheets(path, "assessments") as tables:
        sheet, number, headings = _best(path, tables, given)
        where = f"{path}, sheet {sheet.name}" if len(tables) > 1 else str(path)
        taken = match(headings, FIELDS, given, where)
        return _rows(path, sheet, number, taken), taken


def _best(path: Path, tables: Sequence[Sheet], given: dict[str, str]) -> tuple[Sheet, int, tuple[str, ...]]:
    """The sheet that has most of the columns, the number of its row of headings, and the headings."""
    words = {word for field in FIELDS for word in field.words} | {
        plain(heading) for heading in given.values()
    }
    best: tuple[int, Sheet, int, tuple[str, ...]] | None = None
    for sheet in tables:
        number, headings = heading_row(sheet.rows(), FIELDS, given)
        known = sum(plain(heading) in words for heading in headings)
        if best is None or known > best[0]:
            best = (known, sheet, number, headings)
    if any(len(_first_words(sheet) & _LOOKED_AFTER) >= 3 for sheet in tables):
        raise ReturnError(
            f"{path}: this is a part of a return of children looked after (SSDA903), with episodes of care. "
            "An "
            "extract of assessments has a row an assessment, with its start and its authorisation."
        )
    if best is None:
        raise ReturnError(f"{path}: there is no table in it.")
    return best[1], best[2], best[3]


def _first_words(sheet: Sheet) -> frozenset[str]:
    return frozenset(plain(cell) for cell in next(sheet.rows(), ()))


def _rows(path: Path, sheet: Sheet, heading: int, taken: Sequence[Matched]) -> Records:
    at = {each.field: each.column for each in taken}
    work, enquiries = Rows(Assessments), Rows(Enquiries)
    ids: dict[str, int] = {}
    cases: dict[tuple[int, int], int] = {}
    found = Counter({"unreadable_date": 0, "day_number": 0})
    if "child" in at:
        found["missing_child_id"] = 0
    synthetic = False
    discussed: set[tuple[int, int, int]] = set()

    for number, row in enumerate(sheet.rows()):
        if number <= heading or not any(cell not in (None, "") for cell in row):
            continue

        cells = {field: row[column] for field, column in at.items() if column < len(row)}
        who = str(cells.get("child") or "").strip()
        kind = str(cells.get("kind") or "").strip().lower()
        if kind == "simulated" or who.upper().startswith(SIMULATED):
            refuse_simulated(path)
        synthetic = synthetic or kind.startswith("synthetic") or who.upper().startswith(SYNTHETIC)
        if "child" in at and not who:
            found["missing_child_id"] += 1
        child = ids.setdefault(who, len(ids)) if who else UNSAID
        days = [excel_day(cells.get(name)) for name in _DAYS]
        found["unreadable_date"] += days.count(UNREADABLE)
        found["day_number"] += sum(is_day_number(cells.get(name)) for name in _DAYS)
        referral, start, end, enquiry, conference = days
        group = number if child == UNSAID else cases.setdefault((child, referral), number)
        enquired = UNSAID if "enquiry" not in at else NO if enquiry == NONE else YES
        if start != NONE or end != NONE:
            work.add(child, group, referral, 0, start, end, answer(cells.get("disabled")), enquired, NONE)
        if enquiry != NONE or conference != NONE:
            key = (child, enquiry, conference)
            if child == UNSAID or key not in discussed:
                discussed.add(key)
                enquiries.add(child, enquiry, conference, answer(cells.get("not_required")))
    if not len(work):
        raise ReturnError(f"{path}: there are headings in it and no assessment under them.")
    has = {name for name, field in (("children", "child"), ("enquiries", "enquiry")) if field in at}
    if {"enquiry", "conference"} <= set(at):
        has.add("conferences")
    if "referral" in at:
        has.add("referral dates")
    nobody = Rows(Referrals).referrals()
    return Records(
        nobody,
        work.assessments(),
        enquiries.enquiries(),
        len(ids),
        frozenset(has),
        None,
        synthetic,
        dict(found),
    )


def answer(cell: object) -> int:
    """YES, NO or UNSAID for what stands in a cell that asks yes or no."""
    text = str(cell if cell is not None else "").strip().lower()
    first = text.split(" ", 1)[0].rstrip(",.:;)")
    if text in _YES or first in ("y", "yes"):
        return YES
    if text in _NO or first in ("n", "no"):
        return NO
    return UNSAID
