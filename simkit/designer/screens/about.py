"""About the framework: title, national edition, from when it applies, thresholds, how days are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from simkit.common.text import is_web_address
from simkit.designer.changes import Change, Value, differences
from simkit.designer.entry import Filled, Refused, base, date_error, saved, sent, sent_base
from simkit.designer.screens.frame import Opened, after, opened, page
from simkit.designer.sent import Sent
from simkit.framework.library import names
from simkit.framework.vocabulary import ANSWERS, NONE_SET

about_framework = Blueprint("about", __name__)

STATUSES = (
    ("draft", "Draft: we are still writing it"),
    ("consultation", "Out for consultation: others are reading it"),
)
_COUNTING = ("starting_day", "bank_holidays", "after_hours")
_FIELDS = {
    "title": "title",
    "based_on": "based_on",
    "status": "status",
    "from": "from",
    "link": "link",
    "starting_day": "starting_day",
    "bank_holidays": "bank_holidays",
    "after_hours": "after_hours",
}


@about_framework.route("/f/<name>/about", methods=["GET", "POST"])
def index(name: str) -> tuple[str, int] | Response:
    """The one page."""
    about = opened(name)
    data = about.examined.data
    kept = {
        key: data.get(key)
        for key in ("title", "based_on", "status", "in_force", "threshold_document", "counting")
    }
    if request.method == "GET":
        return _page(about, Filled(_given(data), base(kept)))
    form = sent()
    changes = _changes(form, sent_base())
    refused = Refused(form.errors) if form.errors else saved(about, changes, _FIELDS, "title")
    if isinstance(refused, Refused):
        again = base(kept) if refused.clashes else request.form.get("base", "{}")
        return _page(about, Filled(form.values, again, refused))
    return after("overview.index", "saved" if changes else "nothing", name=name)


def _page(about: Opened, form: Filled) -> tuple[str, int]:
    editions = [
        (each, f"Working Together {each.rpartition('-')[2]}")
        for each in names("national")
        if "/working-together-20" in each
    ]
    status = str(about.examined.data.get("status", "draft"))
    return page(
        "about.html.jinja",
        about,
        **form.names,
        editions=editions[::-1],
        statuses=STATUSES if status in dict(STATUSES) else (),
        questions=[
            p for key in ("in_force", "threshold_document", "counting") for p in about.examined.at(key)
        ],
    )


def _given(data: Mapping[str, Any]) -> dict[str, list[str]]:
    thresholds, counting = data.get("threshold_document"), _section(data, "counting")
    written = thresholds if isinstance(thresholds, Mapping) else {}
    answer = "none" if thresholds == NONE_SET else "value" if written else "open"
    return {
        "title": [str(data.get("title", ""))],
        "based_on": [str(data.get("based_on", ""))],
        "status": [str(data.get("status", ""))],
        "from": [str(_section(data, "in_force").get("from", ""))],
        "thresholds": [answer],
        "document": [str(written.get("title", ""))],
        "link": [str(written.get("link", ""))],
        **{key: [str(counting.get(key, ""))] for key in _COUNTING},
    }


def _section(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = data.get(key)
    return section if isinstance(section, Mapping) else {}


def _changes(form: Sent, before: Mapping[str, Any]) -> list[Change]:
    changes = []
    title = form.needed("title", "Give the framework a title.")
    for key, value in (
        ("title", title),
        ("based_on", form.text("based_on")),
        ("status", form.text("status")),
    ):
        if value and value != str(before.get(key, "")):
            changes.append(Change(key, before.get(key), value))
    if wrong := date_error("From when it applies", form.text("from")):
        form.errors["from"] = wrong
    changes += differences("in_force", _section(before, "in_force"), {"from": form.text("from") or None})
    old = before.get("threshold_document")
    answer = form.text("thresholds")
    if answer == "value":
        document = form.needed("document", "Write the title of the threshold document.")
        link = form.text("link")
        if link and not is_web_address(link):
            form.errors["link"] = "Write the whole address, beginning with https://"
        wanted: dict[str, Value | None] = {"title": document, "link": link or None}
        found = differences("threshold_document", _section(before, "threshold_document"), wanted)
        if isinstance(old, str) and found:
            found = [Change("threshold_document", old, found[0].value)]
        changes += found
    else:
        none = NONE_SET if answer == "none" else None
        if old != none and not (answer == "open" and old in ANSWERS and old != NONE_SET):
            changes.append(Change("threshold_document", old, none))
    counting: dict[str, Value | None] = {key: form.text(key) or None for key in _COUNTING}
    return changes + differences("counting", _section(before, "counting"), counting)
