"""Agree: by whom, when, who owns it, when it is reviewed; a frozen version, and a note of what changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from simkit.common.errors import SimkitError
from simkit.designer.changes import Change, differences
from simkit.designer.clocks import undecided
from simkit.designer.entry import Filled, Refused, base, date_error, saved, sent, sent_base
from simkit.designer.opened import UNDECIDED
from simkit.designer.posts import post_error
from simkit.designer.publish import DOCUMENT_POLICY, change_note, edition_name, shipped
from simkit.designer.screens.frame import (
    Opened,
    after,
    desk,
    framework_in,
    frozen_versions,
    opened,
    page,
    same_version,
    today,
    with_changes,
)
from simkit.designer.workspace import Text
from simkit.framework.dates import date_words
from simkit.framework.framework import Framework
from simkit.framework.problem import FrameworkError, Problem
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS
from simkit.framework.yaml.source import read_text

agree = Blueprint("agree", __name__)

_FIELDS = {"by": "by", "on": "on", "owner": "owner", "review_on": "review_on"}
_ITS_OWN = ("A010", "A012")  # the rules about the fields of this screen


@agree.route("/f/<name>/agree", methods=["GET", "POST"])
def index(name: str) -> tuple[str, int] | AnyResponse:
    """What is in the way; or the four facts of an agreement; or the version that was agreed."""
    about = opened(name)
    data = about.examined.data
    agreed = about.examined.section("agreed")
    given = {key: [str(agreed.get(key, ""))] for key in _FIELDS}
    if request.method == "GET":
        return _page(about, Filled(given, base({"status": data.get("status"), "agreed": dict(agreed)})))
    form = sent()
    before = sent_base()
    wanted = {
        "by": form.needed("by", "Write who agreed it, for example: Safeguarding partners."),
        "on": form.needed("on", "Write when it was agreed."),
        "owner": form.needed("owner", "Write the post that owns it."),
        "review_on": form.needed("review_on", "Write when it will be reviewed."),
    }
    if wanted["owner"] and post_error(wanted["owner"]):
        form.errors["owner"] = post_error(wanted["owner"])
    for key, title in (("on", "When it was agreed"), ("review_on", "When it will be reviewed")):
        if wrong := date_error(title, wanted[key]):
            form.errors[key] = wrong
    old = before.get("agreed") or {}
    changes = [
        *differences("agreed", old, dict(wanted)),
        *([Change("status", before.get("status"), "agreed")] if before.get("status") != "agreed" else []),
    ]
    if not form.errors:
        form.errors |= _objections(about, changes)
    if form.errors:
        return _page(about, Filled(form.values, request.form.get("base", "{}"), Refused(form.errors)))
    refused = saved(about, changes, _FIELDS, "by")
    if isinstance(refused, Refused):
        return _page(about, Filled(form.values, request.form.get("base", "{}"), refused))
    _freeze(refused.text, str(wanted["on"]))
    return after("agree.index", "agreed", name=name)


def _objections(about: Opened, changes: list[Change]) -> dict[str, str]:
    """What a check of the agreed file says about its four facts, or that something else is undecided."""
    try:
        agreed = with_changes(about.file, changes)
    except SimkitError as error:
        return {"by": str(error)}
    for problem in (*agreed.examined.problems.errors, *agreed.examined.problems.queries):
        if problem.path.startswith("agreed."):
            return {_FIELDS.get(problem.path.rpartition(".")[2], "by"): f"{problem.message} {problem.hint}"}
    if _in_the_way(about):
        return {"by": "Something is still undecided or to be fixed: see the list."}
    return {}


def _in_the_way(about: Opened) -> tuple[Problem, ...]:
    """Everything that an agreed file would still be asked, but for the four facts themselves."""
    if about.examined.data.get("status") != "agreed":
        try:
            status = Change("status", about.examined.data.get("status"), "agreed")
            about = with_changes(about.file, [status])
        except SimkitError:
            pass
    problems = about.examined.problems
    asked = (*problems.errors, *problems.queries)
    return tuple(p for p in asked if p.code not in _ITS_OWN and not p.path.startswith("agreed."))


def _page(about: Opened, form: Filled) -> tuple[str, int]:
    frozen = frozen_versions(about.name)
    is_agreed = about.examined.data.get("status") == "agreed"
    same = same_version(about, frozen)
    return page(
        "agree.html.jinja",
        about,
        **form.names,
        blocking=[each for each in _in_the_way(about) if not _listed(about, each)],
        undecided=undecided(about.examined),
        unwritten=[(id_, PROTOCOL_ELEMENTS[id_].title) for id_ in about.examined.unwritten],
        agreed=is_agreed,
        same=same,
        frozen=frozen,
    )


def _listed(about: Opened, problem: Problem) -> bool:
    """Whether the screen lists it by itself: what is to be written, and the usual questions."""
    return about.examined.lists(problem) or (problem.code == UNDECIDED and "." not in problem.path)


@agree.post("/f/<name>/next-version")
def next_version(name: str) -> tuple[str, int] | AnyResponse:
    """Go on writing after an agreement: the file is a draft again, the frozen version stays."""
    about = opened(name)
    if about.examined.data.get("status") != "agreed":
        return after("agree.index", "nothing", name=name)
    agreed = about.examined.section("agreed")
    facts = [Change(f"agreed.{key}", agreed[key], None) for key in ("by", "on", "review_on") if key in agreed]
    refused = saved(about, [Change("status", "agreed", "draft"), *facts], {}, "by")
    if isinstance(refused, Refused):
        return _page(about, Filled({key: [str(agreed.get(key, ""))] for key in _FIELDS}, refused=refused))
    return after("overview.index", "saved", name=name)


@agree.get("/f/<name>/note")
def note(name: str) -> Response:
    """What changes, for the board: since the version agreed before, or beside the national edition."""
    about = opened(name)
    word = request.args.get("as") == "word"
    try:
        ours = framework_in(about.file.text, name)
        before, called = _before(about, ours)
    except FrameworkError:
        abort(404)
    content, media = change_note(before, ours, called, about.file.version, today(), word=word)
    headers = {"Content-Security-Policy": DOCUMENT_POLICY}
    if word:
        headers["Content-Disposition"] = f'attachment; filename="{_stem(name)}-change-note.docx"'
    return Response(content, mimetype=media, headers=headers)


def _before(about: Opened, ours: Framework) -> tuple[Framework, str]:
    """The framework that this one replaces, and what to call it."""
    for each in reversed(frozen_versions(about.name)):
        text = desk().open(each)
        if text is not None and text.text != about.file.text:
            return framework_in(text.text, each), f"the version agreed, {date_words(_date(text))}"
    return shipped(f"national:{edition_name(ours)}", today()), "the national guidance alone"


def _date(text: Text) -> str:
    agreed = read_text(text.text, text.name).data.get("agreed")
    return str(agreed.get("on", "")) if isinstance(agreed, Mapping) else ""


def _stem(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name.rpartition(".")[0]).strip("-") or "framework"


def _freeze(text: Text, on: str) -> None:
    """Keep the agreed version in a file of its own, beside any that is there already."""
    content = text.bytes_of(text.text)
    stem, number = f"{text.name.rpartition('.')[0]}-agreed-{on}", 1
    name = f"{stem}.yaml"
    while (there := desk().folder.read(name)) is not None:
        if there == content:
            return
        number += 1
        name = f"{stem}-{number}.yaml"
    desk().folder.write(name, content)
