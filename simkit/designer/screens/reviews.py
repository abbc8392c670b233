"""Reviews: who looks at an assessment and when, and what each priority gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from simkit.common.text import plain_title
from simkit.designer.changes import Change, Value, differences, same
from simkit.designer.clocks import rough_words
from simkit.designer.entry import Filled, Refused, base, saved, sent, sent_base
from simkit.designer.posts import new_id, posts_of
from simkit.designer.screens.frame import Opened, after, framework_or_none, opened, page
from simkit.designer.screens.timescales import listed, named, preview, split
from simkit.designer.sent import UNITS, Sent
from simkit.framework.vocabulary import ANSWERS, CONDITIONS, EVENTS, NONE_SET
from simkit.framework.wording import review_words, role_title

reviews = Blueprint("reviews", __name__)

KINDS = (
    ("at", "on this day"),
    ("within", "by this day at the latest"),
    ("at_most_every", "again and again, at least every"),
)
"""How the number of a review is meant."""

STARTS = ("allocated", "referral", "assessment_started", "decided", "child_seen")
INCLUDES = ("child_seen", "family_told", "discussed_with_manager", "strategy_discussion")
_KEYS = tuple(kind for kind, _ in KINDS)
_BY_PRIORITY = "set by priority"
_FIELDS = {
    **dict.fromkeys(_KEYS, "number"),
    "no_number": "in_words",
    "from": "start",
    "after": "start",
    "by": "posts",
    "only_if": "when",
    "includes": "includes",
    "title": "title",
    "note": "note",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A review on the list."""

    id: str
    title: str
    words: str
    who: str
    faults: int


@reviews.route("/f/<name>/reviews", methods=["GET", "POST"])
def index(name: str) -> tuple[str, int] | Response:
    """The reviews, and the answer for all of them while there is none."""
    about = opened(name)
    data = about.examined.data.get("reviews")
    if request.method == "POST":
        wanted = {"none": NONE_SET, "open": None}.get(request.form.get("answer", ""))
        changes = [] if data == wanted or isinstance(data, Mapping) else [Change("reviews", data, wanted)]
        refused = saved(about, changes, {}, "answer")
        if isinstance(refused, Refused):
            return _index(about, refused.errors, refused.status)
        return after("reviews.index", "saved" if changes else "nothing", name=name)
    return _index(about, {}, 200)


def _index(about: Opened, errors: Mapping[str, str], status: int) -> tuple[str, int]:
    framework = framework_or_none(about)
    rows = []
    for id_, entry in about.examined.section("reviews").items():
        if not isinstance(entry, Mapping):
            rows.append(Row(id_, plain_title(id_), str(entry), "", 0))
            continue
        review = framework.reviews.get(id_) if framework else None
        words = review_words(framework, review) if framework and review else rough_words(entry)
        who = role_title(framework, review.by) if framework and review else ""
        faults = len(about.examined.at(f"reviews.{id_}"))
        rows.append(Row(id_, str(entry.get("title", id_.replace("_", " "))), words, who, faults))
    answer = about.examined.data.get("reviews")
    answer = answer if answer in ANSWERS else ""
    priorities = about.examined.section("priorities")
    return page(
        "reviews.html.jinja",
        about,
        status=status,
        rows=rows,
        answer=answer,
        errors=errors,
        priorities=priorities,
    )


@reviews.route("/f/<name>/reviews/<id>", methods=["GET", "POST"])
def edit(name: str, id: str) -> tuple[str, int] | Response:
    """One review."""
    about = opened(name)
    entries = about.examined.section("reviews")
    entry = entries.get(id)
    if id != "new" and id not in entries:
        abort(404)
    entry = entry if isinstance(entry, Mapping) else {}
    if request.method == "GET":
        given = _given(entry, entries, id, about.examined.section("priorities"))
        return _page(about, id, Filled(given, base(entry)))
    form = sent()
    before = sent_base()
    if "remove" in request.form:
        changes = [Change(f"reviews.{id}", before, None)]
    else:
        changes = _changes(form, id, before, entries, about)
    if "preview" in request.form:
        return preview(about, form, changes, f"reviews.{id}")
    refused = Refused(form.errors) if form.errors else saved(about, changes, _FIELDS, "number")
    if isinstance(refused, Refused):
        latest = entry if refused.clashes else before
        return _page(about, id, Filled(form.values, base(latest), refused))
    done = "removed" if "remove" in request.form else "saved" if changes else "nothing"
    return after("reviews.index", done, name=name)


def _page(about: Opened, id: str, form: Filled) -> tuple[str, int]:
    given = form.given
    entries = about.examined.section("reviews")
    others = [
        (f"after.{key}", f"the review before it: {each.get('title', key)}")
        for key, each in entries.items()
        if key != id and isinstance(each, Mapping)
    ]
    titles = dict(named(EVENTS, about.examined.data.get("events")))
    starts = [(f"from.{key}", EVENTS[key].moment) for key in STARTS]
    chosen = (given.get("start") or [""])[0]
    if chosen.startswith("from.") and chosen not in dict(starts):
        key = chosen.removeprefix("from.")
        starts.append((chosen, EVENTS[key].moment if key in EVENTS else titles.get(key, key)))
    return page(
        "review.html.jinja",
        about,
        id=id,
        **form.names,
        kinds=KINDS,
        units=UNITS,
        starts=[*starts, *others],
        includes=[
            (key, titles[key])
            for key in dict.fromkeys((*INCLUDES, *given.get("includes", [])))
            if key in titles
        ],
        conditions=named(CONDITIONS, about.examined.data.get("conditions")),
        posts=posts_of(about),
        priorities=about.examined.section("priorities"),
        questions=about.examined.at(f"reviews.{id}"),
        isnew=id == "new",
    )


def _given(
    entry: Mapping[str, Any], entries: Mapping[str, Any], id: str, priorities: Mapping[str, Any]
) -> dict[str, list[str]]:
    held = {
        f"held-{key}": [str(each.get(f"{id}_review", "")) if isinstance(each, Mapping) else ""]
        for key, each in priorities.items()
    }
    kind = next((key for key in _KEYS if key in entry), "")
    number, unit = split(str(entry.get(kind, "")))
    by_priority = number == _BY_PRIORITY
    answer = (
        "priority" if by_priority else "number" if kind else "words" if "no_number" in entry else "number"
    )
    start = f"after.{entry['after']}" if "after" in entry else f"from.{entry.get('from', 'allocated')}"
    title = "First review" if not entries else "Further review"
    return {
        "answer": [answer],
        "kind": [kind or "within"],
        "number": ["" if by_priority else number],
        "unit": [unit or UNITS[0]],
        "in_words": [str(entry.get("no_number", ""))],
        "start": [start],
        "title": [str(entry.get("title", title if id == "new" else ""))],
        "posts": listed(entry.get("by")) or ([] if entry else ["team_manager"]),
        "when": [str(entry.get("only_if", ""))],
        "includes": listed(entry.get("includes")),
        "note": [str(entry.get("note", ""))],
        **held,
    }


_NAME = "Give it a name, such as: First review."


def _changes(
    form: Sent, id: str, before: Mapping[str, Any], entries: Mapping[str, Any], about: Opened
) -> list[Change]:
    answer = form.text("answer")
    kind = form.text("kind") if form.text("kind") in _KEYS else "within"
    amount: str | None = None
    words: str | None = None
    held: dict[str, str | None] = {}
    if answer == "number":
        amount = form.amount("number", "unit", "When")
    elif answer == "priority":
        kind, amount = ("at" if kind == "at_most_every" else kind), _BY_PRIORITY
        if not about.examined.section("priorities"):
            form.errors["answer"] = "Write down the priorities first, then choose this."
        for key, each in about.examined.section("priorities").items():
            title = each.get("title", key) if isinstance(each, Mapping) else key
            held[key] = form.amount(f"held-{key}", "", str(title))
    elif answer == "words":
        words = form.needed("in_words", "Write the words, or choose another answer.")
    else:
        form.errors["answer"] = "Choose one of the answers."
    posts = form.several("posts")
    if posts is None:
        form.errors["posts"] = "Tick who holds the review."
    which, _, start = form.text("start").partition(".")
    wanted: dict[str, Value | None] = {
        "title": (form.needed("title", _NAME) if id == "new" else form.text("title")) or None,
        "by": posts,
        "from": start if which == "from" else None,
        "after": start if which == "after" else None,
        **{key: amount if key == kind and amount else None for key in _KEYS},
        "no_number": words,
        "only_if": form.text("when") or None,
        "includes": form.several("includes"),
        "note": form.text("note") or None,
    }
    if form.errors:
        return []
    if id == "new":
        taken = {**entries, **{f"{key}_review": 1 for key in entries}}
        id = "first" if not entries else new_id(str(wanted["title"]).removesuffix(" review"), taken)
    changes = differences(f"reviews.{id}", before, wanted)
    for key, when in held.items():
        entry = about.examined.section("priorities")[key]
        was = entry.get(f"{id}_review") if isinstance(entry, Mapping) else None
        if not same(was, when):
            changes.append(Change(f"priorities.{key}.{id}_review", was, when))
    return changes


@reviews.route("/f/<name>/priorities", methods=["GET", "POST"])
def priorities(name: str) -> tuple[str, int] | Response:
    """The priorities as a small grid: their titles, when each review is held, and their shares of cases."""
    about = opened(name)
    own = about.examined.section("priorities")
    by_priority = {
        id_: str(entry.get("title", id_))
        for id_, entry in about.examined.section("reviews").items()
        if isinstance(entry, Mapping) and _BY_PRIORITY in (entry.get("at"), entry.get("within"))
    }
    model = about.examined.section("model")
    shares = model.get("priority_share")
    shares = shares if isinstance(shares, Mapping) else {}
    answer = about.examined.data.get("priorities")
    given = {"answer": [str(answer) if answer in ANSWERS else "value" if own else ""]}
    for number, (id_, entry) in enumerate(own.items()):
        entry = entry if isinstance(entry, Mapping) else {}
        given |= {f"id-{number}": [id_], f"title-{number}": [str(entry.get("title", id_))]}
        given |= {f"{review}-{number}": [str(entry.get(f"{review}_review", ""))] for review in by_priority}
        given[f"share-{number}"] = [str(shares.get(id_, ""))]
    kept = base({"priorities": own, "model": model})
    if request.method == "GET":
        return _priorities(about, Filled(given, kept), by_priority)
    form = sent()
    changes = _priority_changes(form, sent_base(), answer, by_priority)
    refused = Refused(form.errors) if form.errors else saved(about, changes, {}, "title-0")
    if isinstance(refused, Refused):
        latest = kept if refused.clashes else request.form.get("base", kept)
        return _priorities(about, Filled(form.values, latest, refused), by_priority)
    return after("reviews.index", "saved" if changes else "nothing", name=name)


_ROWS = 5


def _priorities(about: Opened, form: Filled, by_priority: Mapping[str, str]) -> tuple[str, int]:
    rows = max(_ROWS, sum(key.startswith("id-") and bool(value[0]) for key, value in form.given.items()) + 1)
    return page(
        "priorities.html.jinja",
        about,
        rows=range(rows),
        reviews=by_priority,
        **form.names,
    )


def _priority_changes(
    form: Sent, before: Mapping[str, Any], answer: object, by_priority: Mapping[str, str]
) -> list[Change]:
    old = before.get("priorities") or {}
    model = before.get("model") or {}
    chosen = form.text("answer")
    if chosen in ("none set", ""):
        wanted = NONE_SET if chosen else None
        return [Change("priorities", old or answer, wanted)] if (old or answer) != wanted else []
    entries: dict[str, Any] = {}
    shares: dict[str, str] = {}
    number = 0
    while f"title-{number}" in form.values:
        title = form.text(f"title-{number}")
        if title:
            id_ = form.text(f"id-{number}") or new_id(title, {**old, **entries})
            entry = {
                **{k: v for k, v in old.get(id_, {}).items() if not k.endswith("_review")},
                "title": title,
            }
            for review in by_priority:
                field = f"{review}-{number}"
                if not form.text(field):
                    form.errors[field] = (
                        f"Write when {title[:1].lower()}{title[1:]} cases are reviewed: 3 working days."
                    )
                    continue
                amount = form.amount(field, f"unit-{number}", f"{by_priority[review]}, {title}")
                if amount:
                    entry[f"{review}_review"] = amount
            entries[id_] = entry
            if form.text(f"share-{number}"):
                shares[id_] = form.text(f"share-{number}")
        number += 1
    if not entries:
        form.errors["title-0"] = "Write at least one priority, or choose another answer."
    changes = []
    for id_ in {**old, **entries}:
        changes += (
            differences(f"priorities.{id_}", old.get(id_, {}), entries[id_])
            if id_ in entries
            else [Change(f"priorities.{id_}", old[id_], None)]
        )
    if shares != (model.get("priority_share") or {}):
        changes.append(Change("model.priority_share", model.get("priority_share"), shares or None))
        marks = listed(model.get("assumptions"))
        if shares and "priority_share" not in marks:
            changes.append(Change("model.assumptions", model.get("assumptions"), [*marks, "priority_share"]))
    return changes
