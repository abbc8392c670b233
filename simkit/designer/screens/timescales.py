"""Our timescales: the pathway with every clock on it, and one page for each answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from simkit.designer.changes import CantChange, Change, Value, differences
from simkit.designer.clocks import USUAL, Question, clocks, entry_words
from simkit.designer.entry import Filled, Refused, base, saved, sent, sent_base
from simkit.designer.posts import new_id, posts_of
from simkit.designer.screens.frame import (
    Opened,
    after,
    framework_or_none,
    nation_of,
    opened,
    page,
    with_changes,
)
from simkit.designer.sent import UNITS, Sent
from simkit.framework.vocabulary import CONDITIONS, EVENTS, NONE_SET, NOT_DECIDED, ROUTE_TITLES

timescales = Blueprint("timescales", __name__)

KINDS = (
    ("within", "within (the same for every case)"),
    ("at_most", "within (set for each case)"),
    ("between", "between (set for each case)"),
    ("expected_within", "usually within (not a limit)"),
    ("every", "at least every (it repeats)"),
    ("at_least", "not sooner than this long after"),
    ("at_least_before", "at least this long before"),
)
"""How a number is meant: the name in the file, and the words in the sentence, short enough for a phone."""

_KEYS = tuple(kind for kind, _ in KINDS)
_FIELDS = {
    **dict.fromkeys(_KEYS, "number"),
    "no_number": "in_words",
    "from": "start",
    "to": "end",
    "routes": "routes",
    "only_if": "when",
    "unless": "when",
    "decided_by": "posts",
    "set_by": "setters",
    "title": "title",
    "note": "note",
}


@timescales.get("/f/<name>/timescales")
def index(name: str) -> tuple[str, int]:
    """The pathway."""
    about = opened(name)
    stages = clocks(about.examined, framework_or_none(about), nation_of(about))
    return page("timescales.html.jinja", about, stages=stages)


@timescales.route("/f/<name>/timescales/<id>", methods=["GET", "POST"])
def edit(name: str, id: str) -> tuple[str, int] | Response:
    """One clock: a number, words, none, or not decided yet."""
    about = opened(name)
    question = next((q for q in USUAL if q.id == id or q.end == id), None)
    entries = about.examined.section("timescales")
    id = question.id if question else id
    entry = entries.get(id)
    if not isinstance(entry, Mapping):
        if question is None and id != "new" and id not in entries:
            abort(404)
        entry = {}
    if request.method == "GET":
        return _page(about, id, question, Filled(_given(entry, entries, question), base(entry)))
    form = sent()
    before = sent_base()
    if "remove" in request.form:
        changes = [Change(f"timescales.{id}", before, None)] if before else []
    else:
        changes = _changes(form, id, question, before, entries)
    if "preview" in request.form:
        return preview(about, form, changes, f"timescales.{id}")
    refused = Refused(form.errors) if form.errors else saved(about, changes, _FIELDS, "number")
    if isinstance(refused, Refused):
        latest = about.examined.section("timescales").get(id) if refused.clashes else before
        kept = base(latest if isinstance(latest, Mapping) else {})
        return _page(about, id, question, Filled(form.values, kept, refused))
    done = "removed" if "remove" in request.form else "saved" if changes else "nothing"
    return after("timescales.index", done, name=name, anchor=f"clock-{id}")


def preview(about: Opened, form: Sent, changes: list[Change], path: str) -> Response:
    """How an entry would read in the document, or nothing while it is not complete."""
    words = ""
    if changes and not form.errors:
        with suppress(CantChange):
            after_ = with_changes(about.file, changes)
            framework = framework_or_none(after_)
            section = path.partition(".")[0]
            paths = [str(each.path) for each in changes if str(each.path).startswith(f"{section}.")]
            words = (
                entry_words(framework, *(paths[-1] if paths else path).split(".")[:2]) if framework else ""
            )
    return jsonify({"words": words})


def _page(about: Opened, id: str, question: Question | None, form: Filled) -> tuple[str, int]:
    own = about.examined.data
    return page(
        "timescale.html.jinja",
        about,
        id=id,
        question=question,
        **form.names,
        kinds=KINDS,
        units=UNITS,
        events=named(EVENTS, own.get("events")),
        moments={key: event.moment for key, event in EVENTS.items()},
        routes=named(ROUTE_TITLES, own.get("routes")),
        conditions=named(CONDITIONS, own.get("conditions")),
        posts=posts_of(about),
        questions=about.examined.at(f"timescales.{id}"),
        isnew=id == "new",
    )


def named(known: Mapping[str, Any], own: object) -> list[tuple[str, str]]:
    """The known words and the file's own, to choose from."""
    words = [(id_, each if isinstance(each, str) else each.title) for id_, each in known.items()]
    if isinstance(own, Mapping):
        words += [(id_, str(e.get("title", id_))) for id_, e in own.items() if isinstance(e, Mapping)]
    return words


def _given(
    entry: Mapping[str, Any], entries: Mapping[str, Any], question: Question | None
) -> dict[str, list[str]]:
    """What the fields show for an entry, or before there is one."""
    start, end, title = (question.start, question.end, question.title) if question else ("allocated", "", "")
    kind = next((key for key in _KEYS if key in entry), "")
    number, unit = split(str(entry.get(kind, "")))
    answer = "number" if kind else "words" if "no_number" in entry else ""
    if not entry and question and entries.get(question.end) == NONE_SET:
        answer = "none"
    when = (
        f"only_if.{entry['only_if']}"
        if "only_if" in entry
        else f"unless.{entry['unless']}"
        if "unless" in entry
        else ""
    )
    return {
        "answer": [answer or ("number" if question is None else "open")],
        "kind": [kind or "within"],
        "number": [number],
        "unit": [unit or UNITS[0]],
        "in_words": [str(entry.get("no_number", ""))],
        "start": [str(entry.get("from", start))],
        "end": [str(entry.get("to", end))],
        "title": [str(entry.get("title", title))],
        "routes": listed(entry.get("routes")),
        "when": [when],
        "posts": listed(entry.get("decided_by")),
        "setters": listed(entry.get("set_by")),
        "note": [str(entry.get("note", ""))],
    }


def split(amount: str) -> tuple[str, str]:
    """An amount as its number and its unit in the plural; the whole and nothing where it is no amount."""
    match = re.fullmatch(r"([0-9.]+(?: to [0-9.]+)?) +(.+)", amount)
    if match is None:
        return amount, ""
    unit = match[2] if match[2].endswith("s") else f"{match[2]}s"
    return (match[1], unit) if unit in UNITS else (amount, "")


def listed(value: object) -> list[str]:
    """A value that is one text or several, as several."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _changes(
    form: Sent, id: str, question: Question | None, before: Mapping[str, Any], entries: Mapping[str, Any]
) -> list[Change]:
    """What the form wants changed; errors of its fields go into the form."""
    answer = form.text("answer")
    if answer in ("none", "open") and question is not None:
        gone = [Change(f"timescales.{id}", before, None)] if before else []
        now = entries.get(question.end)
        wanted = NONE_SET if answer == "none" else None
        if answer == "open" and now not in (NONE_SET, NOT_DECIDED):
            return gone
        return [*gone, *([Change(f"timescales.{question.end}", now, wanted)] if now != wanted else [])]
    if answer not in ("number", "words"):
        form.errors["answer"] = "Choose one of the answers."
        return []
    wanted_entry = _entry(form, answer)
    if form.errors:
        return []
    id = new_id(str(wanted_entry["title"]), {**EVENTS, **entries}) if id == "new" else id
    changes = differences(f"timescales.{id}", before, wanted_entry)
    if question is not None and isinstance(entries.get(question.end), str):
        changes = [Change(f"timescales.{question.end}", entries[question.end], None), *changes]
    return changes


def _entry(form: Sent, answer: str) -> dict[str, Value | None]:
    kind = form.text("kind") if answer == "number" else ""
    kind = kind if kind in _KEYS else "within" if answer == "number" else ""
    amount = None
    if kind:
        a_range = {"between": True, "expected_within": None}.get(kind, False)
        amount = form.amount("number", "unit", "How long", a_range=a_range)
    words = (
        form.needed("in_words", "Write the words, or choose another answer.") if answer == "words" else None
    )
    which, _, condition = form.text("when").partition(".")
    wanted: dict[str, Value | None] = {
        "title": form.needed("title", "Give it a name, such as: The child is seen."),
        "routes": form.several("routes"),
        "from": form.needed("start", "Choose from when it counts."),
        "to": form.needed("end", "Choose what has to have happened."),
        **{key: amount if key == kind else None for key in _KEYS},
        "no_number": words,
        "only_if": condition if which == "only_if" else None,
        "unless": condition if which == "unless" else None,
        "decided_by": form.several("posts"),
        "set_by": form.several("setters") if kind in ("at_most", "between") else None,
        "note": form.text("note") or None,
    }
    return wanted
