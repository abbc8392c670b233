"""An own return as a report and tables: counts, with small ones as ``c``, and nothing of any child.

With ``internal`` every table, sheet and file name says so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Facts, Items, Paragraph, Section, Table
from simkit.common.json_data import json_text
from simkit.model.inputs.profile import figures
from simkit.output.answers.own_casework import casework_answer, casework_rows, casework_sections
from simkit.output.answers.wording import time_period
from simkit.output.report.blocks import Report
from simkit.returns.durations import COMPLETED, Quartile
from simkit.returns.enquiries import CONFERENCE_BANDS
from simkit.returns.profile import Origin
from simkit.returns.quartiles import QUARTILES
from simkit.returns.result import INTERNAL, KINDS, Conferences, Return

if TYPE_CHECKING:
    import pandas as pd

SUPPRESSED = "c"
"""Replaces a count that may not be shown: 1 to 5, or one that would reveal such a count."""

PLEASE_CHECK = "Please check"
"""The title of the section with questions to the reader."""

UNKNOWN_ANSWERS = "Answers that were not understood"
"""The title of the section that lists them."""

_SYMBOLS = (
    "c: a count of 1 to 5, or one from which such a count could be worked out. Percentages "
    "that rest on one are withheld too."
)
_WITHHELD = "withheld"
_NOT_CHECKED = "not checked"
_NOT_USED = "not used"
_WHOLE = ("children", "count", "assessments", "conferences", "rests_on", "open_assessments", "past_day_45")
_ROUTES = {
    "section_17": "Child in need (section 17)",
    "disabled_children": "Disabled children",
    "section_47": "Child protection enquiry (section 47)",
}


def tables(returned: Return) -> dict[str, pd.DataFrame]:
    """The tables by name: profile, durations, conferences, open-cases, quality, columns, answers.

    Of a Standard Safeguarding Dataset casework, routes, teams, forecast, open-list and response
    too.

    Columns of numbers hold numbers, missing where one is withheld; ``shown`` is the text to print.
    """
    import pandas as pd

    rows_by_table: dict[str, list[dict[str, object]]] = {
        "profile": _profile_rows(returned),
        "durations": _duration_rows(returned),
        "conferences": _conference_rows(returned),
        "open-cases": [
            {"route": route, "working_days_open": age, "children": number, "shown": _number(number)}
            for route, age, number in returned.open_by_route_and_age()
        ],
        "quality": [
            {
                "rule": rule.rule,
                "title": rule.title,
                "level": rule.level,
                "of": rule.of,
                "count": rule.count,
                "shown": _number(rule.count) if rule.checked else _NOT_CHECKED,
                "source": rule.source,
            }
            for rule in returned.quality
        ],
        **({} if returned.casework is None else casework_rows(returned.casework)),
        "columns": _column_rows(returned),
        "answers": _answer_rows(returned),
    }
    frames = {name: pd.DataFrame(rows) for name, rows in rows_by_table.items() if rows}
    for frame in frames.values():
        for name in frame.columns.intersection(list(_WHOLE)):
            frame[name] = frame[name].astype("Int64")
    return {name: _with_place(returned, frame) for name, frame in frames.items()}


def data(returned: Return) -> dict[str, Any]:
    """The return as plain data, for programs; counts that may not be shown are ``c``."""
    frames = tables(returned)
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
        "questions": list(returned.questions),
        "notes": list(returned.notes),
        **{
            name.replace("-", "_"): json.loads(
                frame.drop(columns=[c for c in frame if c in fixed]).to_json(orient="records")
            )
            for name, frame in frames.items()
        },
        "profile_to_use": returned.profile.to_dict(),
        "symbols": _SYMBOLS,
    }


def files(returned: Return) -> dict[str, bytes]:
    """The return as JSON, and its profile: ``profile.json`` is what ``Profile.from_dict`` reads."""
    return {
        "return.json": json_text(data(returned)).encode(),
        "profile.json": json_text(returned.profile.to_dict()).encode(),
    }


def _column_rows(returned: Return) -> list[dict[str, object]]:
    used = [(each.table, each.title, each.heading) for each in returned.matched]
    every = [*used, *(("", _NOT_USED, heading) for heading in returned.not_used)]
    return [{"list": table, "taken_for": title, "heading": heading} for table, title, heading in every]


def _answer_rows(returned: Return) -> list[dict[str, object]]:
    """Answers that were not understood; an empty one stands for all others of its column."""
    return [
        {"column": each.column, "answer": answer, "count": number, "shown": _number(number)}
        for each in returned.unknown_answers
        for answer, number in (*each.answers, ("", each.others))
        if number != 0
    ]


def _pct(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _profile_rows(returned: Return) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for field, number in returned.profile.to_dict().items():
        if field == "by_month":
            rows += [
                {"field": f"by_month.{position + 1}", "value": share, "from": _origin(returned, "by_month")}
                for position, share in enumerate(returned.profile.by_month)
            ]
        elif isinstance(number, int | float) and field != "year":
            rows.append({"field": field, "value": number, "from": _origin(returned, field)})
    return rows


def _origin(returned: Return, field: str) -> str:
    """Where a figure of the profile comes from, in words."""
    origin = returned.origins.get(field, Origin.PUBLISHED)
    if origin is Origin.PUBLISHED:
        whose = "statistical neighbours" if field in returned.profile.filled else "published statistics"
        return f"{whose}, {returned.published_year}"
    return origin.replace(Origin.RETURN, _record_type(returned), 1)


def _duration_rows(returned: Return) -> list[dict[str, object]]:
    durations = returned.durations
    rows = [_row(band, number, share) for band, number, share in returned.bands()]
    within = None if durations is None else durations.shown.within_45_share
    rows.append(_row("within_45_days", returned.count("within_45_days"), within))
    if durations is not None and durations.within_45_interval is not None:
        low, high = durations.within_45_interval
        rows += [_share_row("within_45_low", low), _share_row("within_45_high", high)]
    rows.append(_row("assessments_completed", returned.count("assessments_completed"), None, of=""))
    rows += _quartile_rows(None if durations is None else durations.quartiles)
    method = "" if durations is None else durations.method
    return [{**row, "method": method} for row in rows]


def _conference_rows(returned: Return) -> list[dict[str, object]]:
    conferences = returned.conferences
    if conferences is None:
        return []
    rows = [
        _row(name, number, None, of="")
        for (name, _), number in zip(CONFERENCE_BANDS, conferences.listed, strict=True)
    ]
    share = _share_row("within_15_days_pct", conferences.within_15_share)
    rows.append({**share, "shown": _within_15(conferences)})
    rows += _quartile_rows(conferences.quartiles)
    for row in rows:
        row["conferences"] = row.pop("assessments")
    names = ("measure", "conferences", "pct", "days", "shown")
    return [{name: row[name] for name in names} | {"method": conferences.method} for row in rows]


def _row(measure: str, number: int | None, share: float | None, of: str = "share") -> dict[str, object]:
    shown = _number(number)
    if of and number is not None:
        shown += f" ({_band_share(number, share)})"
    return {"measure": measure, "assessments": number, "pct": _pct(share), "days": None, "shown": shown}


def _share_row(measure: str, share: float | None) -> dict[str, object]:
    return {"measure": measure, "assessments": None, "pct": _pct(share), "days": None, "shown": _share(share)}


def _quartile_rows(quartiles: tuple[Quartile, Quartile, Quartile] | None) -> list[dict[str, object]]:
    found = quartiles or (None,) * 3
    return [
        {
            "measure": name,
            "assessments": None,
            "pct": None,
            "days": None if each is None else each.day,
            "shown": _WITHHELD if each is None else str(each),
        }
        for name, each in zip(QUARTILES, found, strict=True)
    ]


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


def _heading(returned: Return) -> list[tuple[str, str]]:
    """Labels and sentences that say what the return is."""
    stamp = [("Internal", INTERNAL)] if returned.internal else []
    return [
        *stamp,
        ("Authority", f"{returned.name} ({returned.la_code})"),
        ("Return", f"{KINDS[returned.kind]}, {returned.layout}{', synthetic' if returned.synthetic else ''}"),
        ("Covers", returned.window.text),
        ("Kept", "Counts only. No id, name or date of any child. Nothing was sent anywhere."),
        ("Symbols", _SYMBOLS if not returned.internal else "Every count is shown."),
        ("Days", "Working days in England. The day something starts is day 0."),
    ]


def report(returned: Return) -> Report:
    """Everything that ``simkit read-return`` prints about a return."""
    questions = (Section(PLEASE_CHECK, (Items(returned.questions),)),) if returned.questions else ()
    columns = (preview(returned),) if returned.matched and returned.kind != "ssd" else ()
    return Report(
        kind="read-return",
        title=f"{returned.name}: {KINDS[returned.kind]}",
        subtitle=returned.window.text,
        standing=INTERNAL if returned.internal else f"{_record_type(returned).capitalize()}, as counts.",
        answer=_answer(returned),
        sections=(
            *questions,
            Section("What was read", (Facts("What was read", tuple(_heading(returned))), *columns)),
            *((Section(UNKNOWN_ANSWERS, (_answers_table(returned),)),) if returned.unknown_answers else ()),
            Section("Durations", (_durations_table(returned),)),
            Section("Conferences", (_conferences_block(returned),)),
            Section("Open assessments", (_open_table(returned),)),
            *(() if returned.casework is None else casework_sections(returned.casework)),
            Section("Quality", (_quality_block(returned),)),
            Section("Profile", (_profile_table(returned),)),
            Section("Where it comes from", (Items(tuple(returned.profile.notes)),)),
        ),
        stamp=INTERNAL if returned.internal else "",
    )


def _answer(returned: Return) -> str:
    """How many assessments ended, and the share in time."""
    durations = returned.durations
    within = None if durations is None else durations.shown.within_45_share
    ended = _number(returned.count("assessments_completed"))
    ahead = "" if returned.casework is None else casework_answer(returned.casework)
    estimated = " (estimated)" if durations and within is not None and durations.method != COMPLETED else ""
    return f"Assessments completed: {ended}; within 45 working days: {_share(within)}{estimated}.{ahead}"


def preview(returned: Return) -> Table:
    """Which column of the file was matched to what, and which were not used."""
    several = any(each.table for each in returned.matched)
    rows = ((*((each.table,) if several else ()), each.title, each.heading) for each in returned.matched)
    heads = (*(("list",) if several else ()), "what simkit needs", "heading in your file")
    unused = (f"Not used: {', '.join(returned.not_used)}",) if returned.not_used else ()
    return Table("Columns matched", heads, tuple(rows), notes=unused)


def figures_shown(returned: Return) -> tuple[str, str, str]:
    """The share within 45 working days, the median, and the share of conferences within 15, in words."""
    durations, conferences = returned.durations, returned.conferences
    return (
        "not known" if durations is None else _share(durations.shown.within_45_share),
        "not known" if durations is None else str(durations.quartiles[1]),
        "not known" if conferences is None else _within_15(conferences),
    )


def _answers_table(returned: Return) -> Table:
    rows = tuple(
        (str(row["column"]), str(row["answer"]) or "all others", str(row["shown"]))
        for row in _answer_rows(returned)
    )
    note = "An answer is shown if it is given for more than 5 children."
    return Table(UNKNOWN_ANSWERS, ("column", "answer", "times"), rows, 1, notes=(note,))


def _number(number: float | None) -> str:
    return SUPPRESSED if number is None else f"{number:,.0f}"


def _share(share: float | None) -> str:
    return _WITHHELD if share is None else f"{share:.1%}"


def _within_15(conferences: Conferences) -> str:
    """The share within 15 working days, which isn't known of no conference, or of too short a list."""
    is_known = conferences.reach >= 15 and any(number != 0 for number in conferences.listed)
    return _share(conferences.within_15_share) if is_known else "not known"


def _band_share(number: int | None, share: float | None) -> str:
    """The share of a band; where its count is shown, it is missing only where a list doesn't tell it."""
    return "not known" if share is None and number is not None else _share(share)


def _days(name: str) -> str:
    words = name.removeprefix("days_").removeprefix("icpc_days_")
    if words == "same_day":
        return "the same day"
    return (
        f"{words.removesuffix('_plus')} days or more"
        if words.endswith("_plus")
        else f"{words.replace('_', ' to ')} days"
    )


def _durations_table(returned: Return) -> Table:
    durations = returned.durations
    if durations is None:
        rows = [(_days(band), _number(number), "") for band, number, _ in returned.bands()]
        rows.append(("all", _number(returned.count("assessments_completed")), ""))
        return Table("Assessments completed, from their start", ("", "in the list", ""), tuple(rows), 2)
    rows = [(_days(band), _number(n), _band_share(n, share)) for band, n, share in returned.bands()]
    within = durations.shown.within_45_share
    rows.append(("within 45 working days", _number(returned.count("within_45_days")), _share(within)))
    if durations.within_45_interval is not None:
        low, high = durations.within_45_interval
        rows.append(("  95% interval of the estimate", "", f"{low:.1%} to {high:.1%}"))
    rows.append(("all", _number(returned.count("assessments_completed")), ""))
    rows.append(("median", str(durations.quartiles[1]), ""))
    estimated = durations.method != COMPLETED
    heads = ("", "in the list", "share, estimated") if estimated else ("", "assessments", "share")
    return Table("Assessments completed, from their start", heads, tuple(rows), 2)


def _conferences_block(returned: Return) -> Table | Paragraph:
    conferences = returned.conferences
    if conferences is None:
        return Paragraph("The return has none.")
    rows = [
        (_days(name), _number(number))
        for (name, _), number in zip(CONFERENCE_BANDS, conferences.listed, strict=True)
    ]
    rows.append(("within 15 working days", _within_15(conferences)))
    return Table("Conferences, from the start of the enquiry", ("", "conferences"), tuple(rows), 1)


def _open_table(returned: Return) -> Table:
    by_route: dict[str, list[str]] = {}
    ages = []
    for route, age, number in returned.open_by_route_and_age():
        by_route.setdefault(route, [_ROUTES[route]]).append(_number(number))
        ages.append(_days(age))
    heads = ("", *dict.fromkeys(ages))
    title = f"Open assessments at the end: {_number(returned.count('open_assessments'))}"
    return Table(title, heads, tuple(map(tuple, by_route.values())), len(heads) - 1)


def _profile_table(returned: Return) -> Table:
    """The figures of the profile, each with where it comes from."""
    caseload = returned.profile
    rows = [(label, _origin(returned, field), text) for field, label, text in figures(caseload)]
    if caseload.share_in_time is not None:
        share, year = caseload.share_in_time
        rows.append(("Assessments within 45 working days", f"published statistics, {year}", f"{share:.1%}"))
    title = f"Caseload and staff of a simulation, year to 31 March {caseload.year}"
    return Table(title, ("", "from", "figure"), tuple(rows), 1)


def _quality_block(returned: Return) -> Table | Paragraph:
    problems = [each for each in returned.quality if each.checked and each.count != 0]
    clear = sum(each.checked and each.count == 0 for each in returned.quality)
    rows = tuple((each.level, _number(each.count), each.of, each.title) for each in problems)
    title = f"Quality: {len(problems)} rules found something, {clear} found nothing"
    if not rows:
        return Paragraph(f"{title}.")
    return Table(title, ("", "count", "of", "rule"), rows)
