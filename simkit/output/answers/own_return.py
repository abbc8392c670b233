"""An own return as text, tables and files: counts, with small ones as ``c``, and nothing of any child.

With ``internal`` every table, sheet and file name says so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from simkit.common.atomic_files import csv_bytes, destination, write_all
from simkit.common.json_data import finite, json_text
from simkit.output.answers.wording import time_period
from simkit.output.render.terminal_tables import bullets, grid, pairs, stack
from simkit.returns.counts import CONFERENCE_BANDS
from simkit.returns.readers.columns import ColumnMatch
from simkit.returns.result import INTERNAL, KINDS, Return

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SUPPRESSED", "preview", "return_dict", "return_tables", "return_text", "save_return"]

SUPPRESSED = "c"
"""Replaces a count that may not be shown: 1 to 5, or one that would reveal such a count."""

_SYMBOLS = (
    "c: a count of 1 to 5, or one that would give such a count away by what is left of a total. Percentages "
    "that rest on one are withheld too."
)
_WITHHELD = "withheld"
_ROUTES = {
    "section_17": "Child in need (section 17)",
    "disabled_children": "Disabled children",
    "section_47": "Child protection enquiry (section 47)",
}


def return_tables(returned: Return) -> dict[str, pd.DataFrame]:
    """The tables by name: profile, durations, conferences, open-cases, quality, columns."""
    import pandas as pd

    rows_by_table: dict[str, list[dict[str, object]]] = {
        "profile": _profile_rows(returned),
        "durations": _duration_rows(returned),
        "conferences": _conference_rows(returned),
        "open-cases": [
            {"route": route, "working_days_open": age, "children": _count(number)}
            for route, age, number in returned.open_by_route_and_age()
        ],
        "quality": [
            {
                "rule": rule.rule,
                "title": rule.title,
                "level": rule.level,
                "of": rule.of,
                "count": _count(rule.count) if rule.checked else "not checked",
                "source": rule.source,
            }
            for rule in returned.quality
        ],
        "columns": [
            {"list": each.table, "taken_for": each.title, "heading": each.heading}
            for each in returned.matched
        ],
    }
    return {name: _with_place(returned, pd.DataFrame(rows)) for name, rows in rows_by_table.items() if rows}


def return_dict(returned: Return) -> dict[str, Any]:
    """The return as plain data, for programs; counts that may not be shown are ``c``."""
    frames = return_tables(returned)
    fixed = set(_place(returned))
    return {
        **({"internal": INTERNAL} if returned.internal else {}),
        "kind": returned.kind,
        "record_type": _record_type(returned),
        "la_code": returned.la_code,
        "la_name": returned.name,
        "year": returned.year,
        "covers": returned.window.text,
        "layout": returned.layout,
        "notes": list(returned.notes),
        **{
            name.replace("-", "_"): json.loads(
                frame.drop(columns=[c for c in frame if c in fixed]).to_json(orient="records")
            )
            for name, frame in frames.items()
        },
        "profile_to_use": finite(returned.profile.to_dict()),
        "symbols": _SYMBOLS,
    }


def save_return(returned: Return, out: str | Path) -> tuple[Path, ...]:
    """Write the tables to a folder (CSV, and JSON of the return and its profile) or to one Excel file.

    ``profile.json`` is what ``Profile.from_dict`` reads. Raises OutputError.
    """
    where = destination(out)
    if where.workbook:
        return write_all(where.path.absolute().parent, {where.path.name: _workbook(returned)})
    stamp = "internal-" if returned.internal else ""
    files = {f"{stamp}{name}.csv": csv_bytes(frame) for name, frame in return_tables(returned).items()}
    files[f"{stamp}return.json"] = json_text(return_dict(returned)).encode()
    files[f"{stamp}profile.json"] = json_text(returned.profile.to_dict()).encode()
    return write_all(where.path, files)


def _count(number: float | None) -> object:
    return SUPPRESSED if number is None else number


def _pct(share: float | None) -> object:
    return _WITHHELD if share is None else round(100 * share, 1)


def _profile_rows(returned: Return) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    staff = {
        "case_holders_fte",
        "vacancy_rate",
        "turnover_rate",
        "agency_cover_rate",
        "absence_rate",
        "cases_per_fte",
    }
    for field, number in returned.profile.to_dict().items():
        if field == "by_month":
            rows += [
                {"field": f"by_month.{position + 1}", "value": share, "from": _origin(returned, "by_month")}
                for position, share in enumerate(returned.profile.by_month)
            ]
        elif isinstance(number, int | float) and field != "year":
            source = "published statistics" if field in staff else _origin(returned, field)
            rows.append({"field": field, "value": number, "from": source})
    return rows


def _origin(returned: Return, field: str) -> str:
    needs = {"assessed_share": ("referrals", "assessments"), "repeat_share": ("referrals", "assessments")}
    parts = needs.get(field, (field,))
    published = [part for part in parts if part in returned.from_published]
    if not published:
        return _record_type(returned)
    if field in ("referrals", "assessments") and {"referrals", "assessments"} - set(returned.from_published):
        return "own return, by published rates"
    return "published statistics"


def _duration_rows(returned: Return) -> list[dict[str, object]]:
    durations = returned.durations
    method = "" if durations is None else durations.method
    rows: list[dict[str, object]] = [
        {"measure": band, "assessments": _count(number), "pct": _pct(share)}
        for band, number, share in returned.bands()
    ]
    within = None if durations is None else durations.shown.within_45_share
    rows.append(
        {
            "measure": "within_45_days",
            "assessments": _count(returned.count("within_45_days")),
            "pct": _pct(within),
        }
    )
    if durations is not None and durations.within_45_interval is not None:
        low, high = durations.within_45_interval
        rows += [
            {"measure": "within_45_low", "pct": _pct(low)},
            {"measure": "within_45_high", "pct": _pct(high)},
        ]
    total = _count(returned.count("assessments_completed"))
    rows.append({"measure": "assessments_completed", "assessments": total})
    for name in ("p25_days", "median_days", "p75_days"):
        number = None if durations is None else getattr(durations, name)
        days = _WITHHELD if number is None else number
        rows.append({"measure": name, "days": days})
    return [
        {"measure": "", "assessments": "", "pct": "", "days": "", **row, "method": method} for row in rows
    ]


def _conference_rows(returned: Return) -> list[dict[str, object]]:
    conferences = returned.conferences
    if conferences is None:
        return []
    rows: list[dict[str, object]] = [
        {"measure": name, "conferences": _count(number), "method": conferences.method}
        for (name, _), number in zip(CONFERENCE_BANDS, conferences.counts, strict=True)
    ]
    rows.append(
        {
            "measure": "within_15_days_pct",
            "pct": _pct(conferences.within_15_share),
            "method": conferences.method,
        }
    )
    for name in ("p25_days", "median_days", "p75_days"):
        days = getattr(conferences, name)
        rows.append(
            {"measure": name, "days": _WITHHELD if days is None else days, "method": conferences.method}
        )
    return [{"measure": "", "conferences": "", "pct": "", "days": "", **row} for row in rows]


def _record_type(returned: Return) -> str:
    return "synthetic return" if returned.synthetic else "own return"


def _place(returned: Return) -> dict[str, str | int]:
    stamp = {"internal": INTERNAL} if returned.internal else {}
    return {
        **stamp,
        "record_type": _record_type(returned),
        "la_code": returned.la_code,
        "gss_code": returned.profile.gss_code or "",
        "la_name": returned.name,
        "year": returned.year,
        "time_period": time_period(returned.year),
    }


def _with_place(returned: Return, frame: pd.DataFrame) -> pd.DataFrame:
    for position, (column, text) in enumerate(_place(returned).items()):
        frame.insert(position, column, text)
    return frame


def _workbook(returned: Return) -> bytes:
    from simkit.output.render.excel import book_bytes, facts, new_book, set_page_header, table, write_stamp

    book = new_book(f"{returned.name}: {KINDS[returned.kind]}")
    top = 2 if returned.internal else 1
    values = [*_heading(returned), *(("Note", note) for note in returned.profile.notes)]
    facts(book.create_sheet("Summary"), values, top)
    for name, frame in return_tables(returned).items():
        table(book.create_sheet(name.replace("-", " ").capitalize()), frame, top=top)
    if returned.internal:
        for sheet in book:
            write_stamp(sheet, INTERNAL)
        set_page_header(book, INTERNAL)
    return book_bytes(book)


def _heading(returned: Return) -> list[tuple[str, str]]:
    """Labels and sentences that say what the return is."""
    stamp = [("Internal", INTERNAL)] if returned.internal else []
    return [
        *stamp,
        ("Authority", f"{returned.name} ({returned.la_code})"),
        ("Return", f"{KINDS[returned.kind]}, {returned.layout}{', synthetic' if returned.synthetic else ''}"),
        ("Covers", returned.window.text),
        ("Kept of it", "Counts alone. Nothing was sent anywhere; no id, name or date of any child is kept."),
        ("Symbols", _SYMBOLS if not returned.internal else "Every count is shown."),
        ("Days", "Working days of England; the day on which something starts is day 0."),
    ]


def return_text(returned: Return) -> Group:
    """Everything that ``simkit read-return`` prints about a return."""
    parts: list[RenderableType] = [pairs(_heading(returned))]
    if returned.matched:
        parts.append(preview(returned.matched))
    parts += [
        _durations_grid(returned),
        _conferences_grid(returned),
        _open_grid(returned),
        _quality_grid(returned),
    ]
    figures = [line for line in str(returned.profile).splitlines()[1:] if not line.startswith("Note:")]
    parts.append(Group(Text("Profile", style="bold"), *(Text(line) for line in figures)))
    parts.append(bullets("Where it comes from", returned.profile.notes))
    return stack(*parts)


def preview(matched: tuple[ColumnMatch, ...]) -> Group:
    """Which column of the file was matched to what."""
    several = any(each.table for each in matched)
    rows = ((*((each.table,) if several else ()), each.title, each.heading) for each in matched)
    return grid(
        "Columns matched", (*(("list",) if several else ()), "taken for the", "heading in the file"), rows
    )


def _number(number: float | None) -> str:
    return SUPPRESSED if number is None else f"{number:,.0f}"


def _share(share: float | None) -> str:
    return "withheld" if share is None else f"{share:.1%}"


def _days(name: str) -> str:
    words = name.removeprefix("days_").removeprefix("icpc_days_")
    if words == "same_day":
        return "the same day"
    return (
        f"{words.removesuffix('_plus')} days or more"
        if words.endswith("_plus")
        else f"{words.replace('_', ' to ')} days"
    )


def _durations_grid(returned: Return) -> RenderableType:
    durations = returned.durations
    rows = [(_days(band), _number(number), _share(share)) for band, number, share in returned.bands()]
    within = None if durations is None else durations.shown.within_45_share
    rows.append(("within 45 working days", _number(returned.count("within_45_days")), _share(within)))
    if durations is not None and durations.within_45_interval is not None:
        low, high = durations.within_45_interval
        rows.append(("  95% interval of the estimate", "", f"{low:.1%} to {high:.1%}"))
    rows.append(("all", _number(returned.count("assessments_completed")), ""))
    middle = None if durations is None else durations.median_days
    rows.append(("median", "withheld" if middle is None else f"{middle:.0f} days", ""))
    return grid("Assessments completed, from their start", ("", "assessments", "share"), rows, right=2)


def _conferences_grid(returned: Return) -> RenderableType:
    conferences = returned.conferences
    if conferences is None:
        return bullets("Conferences", ["The return doesn't hold any."])
    rows = [
        (_days(name), _number(number))
        for (name, _), number in zip(CONFERENCE_BANDS, conferences.counts, strict=True)
    ]
    rows.append(("within 15 working days", _share(conferences.within_15_share)))
    return grid("Conferences, from the start of the enquiry", ("", "conferences"), rows, right=1)


def _open_grid(returned: Return) -> RenderableType:
    by_route: dict[str, list[str]] = {}
    ages = []
    for route, age, number in returned.open_by_route_and_age():
        by_route.setdefault(route, [_ROUTES[route]]).append(_number(number))
        ages.append(_days(age))
    heads = ("", *dict.fromkeys(ages))
    title = f"Open assessments at the end: {_number(returned.count('open_assessments'))}"
    return grid(title, heads, by_route.values(), right=len(heads) - 1)


def _quality_grid(returned: Return) -> RenderableType:
    problems = [each for each in returned.quality if each.checked and each.count != 0]
    clear = sum(each.checked and each.count == 0 for each in returned.quality)
    rows = [(each.level, _number(each.count), each.of, each.title) for each in problems]
    title = f"Quality: {len(problems)} rules found something, {clear} found nothing"
    return grid(title, ("", "count", "of", "rule"), rows)
