"""What differs from the national edition, a neighbour or another version: in words, then word by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, request

from simkit.common.blocks import Line
from simkit.common.errors import SimkitError
from simkit.common.marked_words import marked_words
from simkit.designer.publish import (
    Other,
    compared,
    every_authority,
    shipped,
    shipped_others,
)
from simkit.designer.screens.frame import desk, framework_in, opened, page, today
from simkit.designer.workspace import Gone
from simkit.framework.difference import Difference, DifferenceRow, what_differs
from simkit.framework.framework import Framework
from simkit.framework.problem import FrameworkError

compare = Blueprint("compare", __name__)

HEADINGS = {
    "framework": "The framework",
    "timescale": "Timescales",
    "review": "Reviews",
    "priority": "Priorities",
    "protocol element": "Our words",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that differs. ``pieces``: its two texts as one, where both have words."""

    what: str
    before: str
    after: str
    pieces: Line = ()


@compare.get("/f/<name>/compare")
def index(name: str) -> tuple[str, int]:
    """Choose what to compare with; then what differs."""
    about = opened(name)
    try:
        ours = framework_in(about.file.text, name)
    except FrameworkError:
        return page("compare.html.jinja", about, ready=False)
    editions, near = shipped_others(ours)
    files = tuple(Other(f"file:{each}", each) for each in desk().folder.names(".yaml") if each != name)
    key, typed = request.args.get("with", ""), request.args.get("authority", "").strip()
    errors: dict[str, str] = {}
    found: Difference | None = None
    words = ""
    try:
        if typed and not key:
            key = next((each.key for each in every_authority() if each.words.lower() == typed.lower()), "")
            if not key:
                errors["authority"] = f"There is no authority called '{typed}'. Choose one from the list."
        if key:
            other = _other(key)
            found = compared(other, ours)
            words = next(
                (o.words for o in (*editions, *near, *files, *every_authority()) if o.key == key), key
            )
    except SimkitError as error:
        errors["authority"] = str(error)
    rows = _shown(found) if found else []
    return page(
        "compare.html.jinja",
        about,
        status=422 if errors else 200,
        ready=True,
        editions=editions,
        near=near,
        files=files,
        known=every_authority(),
        key=key,
        typed=typed,
        words=words,
        errors=errors,
        found=found,
        tables=_tables(rows),
        differs=what_differs(rows) if rows else "",
    )


def _other(key: str) -> Framework:
    kind, _, name = key.partition(":")
    if kind != "file":
        return shipped(key, today())
    text = desk().open(name)
    if text is None:
        raise Gone(name)
    try:
        return framework_in(text.text, name)
    except FrameworkError as error:
        count = len(error.problems.errors)
        raise SimkitError(f"{name} has {count} to fix first, so it can't be compared.") from error


def _shown(found: Difference) -> list[DifferenceRow]:
    """What differs, roles left out: what a post decides is told elsewhere."""
    return [row for row in found.rows if row.kind != "role"]


def _tables(rows: Iterable[DifferenceRow]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    for row in rows:
        pieces = marked_words(*row.texts) if any(row.texts) else ()
        tables.setdefault(HEADINGS.get(row.kind, row.kind), []).append(
            Row(row.what, row.before, row.after, pieces)
        )
    return tables
