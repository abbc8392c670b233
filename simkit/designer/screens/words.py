"""Our words: what the protocol says of each element, who owns it, and where to read more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from simkit.common.text import is_web_address
from simkit.designer.changes import Change, differences
from simkit.designer.entry import Filled, Refused, base, saved, sent, sent_base
from simkit.designer.posts import post_error, posts_of
from simkit.designer.screens.frame import Opened, after, opened, page
from simkit.framework.library import find, names
from simkit.framework.vocabulary import ANSWERS, NONE_SET, PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS, Element
from simkit.framework.yaml.source import read

words = Blueprint("words", __name__)

_ELEMENTS: Mapping[str, Element] = {**PROTOCOL_ELEMENTS, **PROTOCOL_EXTRAS}
_FIELDS = {"text": "text", "owner": "owner", "link": "link"}
_EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class Row:
    """An element on the list: its title, and whether it is written, set to none, or open."""

    id: str
    title: str
    standing: str
    begins: str


@words.get("/f/<name>/words")
def index(name: str) -> tuple[str, int]:
    """The elements with their standing: those of published protocols, then further ones."""
    about = opened(name)
    usual = [_row(about, id_) for id_ in PROTOCOL_ELEMENTS]
    extra = [_row(about, id_) for id_ in PROTOCOL_EXTRAS]
    done = sum(row.standing != "open" for row in usual)
    return page("words.html.jinja", about, usual=usual, extra=extra, written=done)


def _row(about: Opened, id_: str) -> Row:
    entry = about.examined.section("protocol").get(id_)
    title = _ELEMENTS[id_].title
    if entry == NONE_SET:
        return Row(id_, title, "none", "")
    entry = entry if isinstance(entry, Mapping) else {}
    begins = " ".join(str(entry.get("text") or entry.get("link") or "").split())
    short = begins if len(begins) <= 120 else begins[:117].rsplit(" ", 1)[0] + "..."
    return Row(id_, title, "written" if begins else "open", short)


@words.route("/f/<name>/words/<id>", methods=["GET", "POST"])
def edit(name: str, id: str) -> tuple[str, int] | Response:
    """One element: our words, none, or not decided yet."""
    about = opened(name)
    if id not in _ELEMENTS:
        abort(404)
    now = about.examined.section("protocol").get(id)
    entry: Mapping[str, Any] = now if isinstance(now, Mapping) else {}
    if request.method == "GET":
        answer = "none" if now == NONE_SET else "text"
        given = {key: [str(entry.get(key, ""))] for key in _FIELDS} | {"answer": [answer]}
        return _page(about, id, Filled(given, base(entry)))
    form = sent()
    before = sent_base()
    answer = form.text("answer")
    changes: list[Change]
    if answer in ("none", "open"):
        wanted = NONE_SET if answer == "none" else None
        old = before or (now if now in ANSWERS else None)
        changes = [Change(f"protocol.{id}", old, wanted)] if (old or None) != wanted else []
    else:
        text, link, owner = form.words("text"), form.text("link"), form.text("owner")
        if not text and not link:
            form.errors["text"] = "Write your words or a link, or choose another answer."
        if owner and post_error(owner):
            form.errors["owner"] = post_error(owner)
        if link and not is_web_address(link):
            form.errors["link"] = "Write the whole address, beginning with https://"
        changes = differences(
            f"protocol.{id}", before, {"owner": owner or None, "link": link or None, "text": text or None}
        )
        if isinstance(now, str) and not before and changes:
            changes = [Change(f"protocol.{id}", now, changes[0].value)]
    refused = Refused(form.errors) if form.errors else saved(about, changes, _FIELDS, "text")
    if isinstance(refused, Refused):
        return _page(about, id, Filled(form.values, base(entry if refused.clashes else before), refused))
    if "next" in request.form:
        left = [each for each in about.examined.unwritten if each != id]
        if left:
            return after("words.edit", "saved", name=name, id=left[0])
    return after("words.index", "saved" if changes else "nothing", name=name)


def _page(about: Opened, id: str, form: Filled) -> tuple[str, int]:
    owner = about.examined.section("agreed").get("owner")
    return page(
        "word.html.jinja",
        about,
        id=id,
        element=_ELEMENTS[id],
        **form.names,
        posts=dict.fromkeys([*([str(owner)] if owner else []), *posts_of(about).values()]),
        examples=_published(id),
        questions=about.examined.at(f"protocol.{id}"),
        more=[each for each in about.examined.unwritten if each != id],
    )


@cache
def _published(id_: str) -> tuple[tuple[str, str], ...]:
    """Whose published protocols deal with an element: the authority, and the title of the document."""
    found = []
    for slug in names("authorities"):
        data = read(find(f"authorities/{slug}")).data
        protocol, sources = data.get("protocol"), data.get("sources")
        entry = protocol.get(id_) if isinstance(protocol, Mapping) else None
        if isinstance(entry, Mapping) and isinstance(sources, Mapping):
            source = sources.get(entry.get("source"))
            if isinstance(source, Mapping) and source.get("title"):
                found.append((str(data.get("authority", slug)), str(source["title"])))
    return tuple(found[:_EXAMPLES])
