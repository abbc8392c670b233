"""The file itself: its text in a box, what is wrong beside it, undo, and what was typed but not saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from simkit.common.atomic_files import OutputError
from simkit.common.errors import SimkitError
from simkit.designer.entry import message
from simkit.designer.lines import as_in_a_box, from_a_box
from simkit.designer.screens.frame import SCREENS, Opened, after, desk, opened, page, typed_on, with_text
from simkit.designer.workspace import Changed, Typed
from simkit.framework.problem import Problem, Problems, Severity

file = Blueprint("file", __name__)

SCREEN = "file"
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem as the screen shows it: with the text of its ``line``. ``number`` counts from 0."""

    number: int
    problem: Problem
    line: str


def shown(problems: Problems, text: str) -> list[Shown]:
    """Errors first, then queries and notes, each in the order of the file."""
    lines = as_in_a_box(text).split("\n")
    order = (*problems.errors, *problems.queries, *problems.notes)
    return [Shown(n, each, _line(lines, each)) for n, each in enumerate(order[:_MOST_SHOWN])]


def _line(lines: list[str], problem: Problem) -> str:
    at = problem.line - 1
    return lines[at][:200] if problem.severity is Severity.ERROR and at < len(lines) else ""


@file.get("/f/<name>/file")
def index(name: str) -> tuple[str, int]:
    """The text as it is saved, or as it was typed and not saved."""
    about = opened(name)
    typed = typed_on(name, SCREEN)
    if typed is None or not isinstance(typed.fields.get("text"), str):
        return _page(about, as_in_a_box(about.file.text), about.file.version)
    return _page(about, typed.fields["text"], typed.version, unsaved=True)


@file.post("/f/<name>/file")
def change(name: str) -> tuple[str, int] | AnyResponse:
    """Save the text, only check it, correct it in one place, or give up what was typed."""
    about = opened(name)
    sent, seen = request.form.get("text", ""), request.form.get("version", "")
    if "forget" in request.form:
        desk().forget(name, SCREEN)
        return after("file.index", "forgotten", name=name)
    if "fix" in request.form:
        sent = _fixed(about, as_in_a_box(sent), request.form["fix"])
    if "save" not in request.form:
        desk().keep(name, SCREEN, Typed({"text": as_in_a_box(sent)}, seen))
        return _page(about, as_in_a_box(sent), seen, unsaved=True)
    try:
        saved = desk().save(name, seen, lambda before: from_a_box(sent, before))
    except Changed as clash:
        return _page(about, as_in_a_box(sent), about.file.version, clash=clash, status=409)
    except OutputError as error:
        return _page(about, as_in_a_box(sent), seen, errors={"text": str(error)}, status=507)
    desk().forget(name, SCREEN)
    same = saved.text.version == about.file.version
    return after("file.index", "nothing" if same else "merged" if saved.merged else "saved", name=name)


def _page(about: Opened, text: str, version: str, *, status: int = 200, **names: Any) -> tuple[str, int]:
    about = with_text(about.file, text)
    problems = shown(about.examined.problems, text)
    told = {"errors": {}, "clash": None, "unsaved": False} | names
    return page(
        "file.html.jinja", about, status=status, text=text, version=version, problems=problems, **told
    )


def _fixed(about: Opened, text: str, number: str) -> str:
    """The text with the remedy of one of its problems, by its number on the screen."""
    problems = shown(with_text(about.file, text).examined.problems, text)
    fixes = [each.problem.fix for each in problems if str(each.number) == number]
    return fixes[0].apply(text) if fixes and fixes[0] else text


@file.post("/f/<name>/check")
def check(name: str) -> Response:
    """What is wrong with a text that is being typed, as parts of the page; the text is kept."""
    told = message()
    text, version = str(told.get("text", "")), str(told.get("version", ""))
    about = opened(name)
    now = with_text(about.file, text)
    kept = _kept(name, SCREEN, {"text": text}, version) if told.get("keep") else ""
    parts = {
        "problems": render_template(
            "problems.html.jinja", about=now, problems=shown(now.examined.problems, text)
        ),
        "bar": render_template("bar.html.jinja", about=now),
    }
    if told.get("keep") and now.examined.problems.ok:
        parts["picture"] = render_template("picture.html.jinja", about=now)
    return jsonify(parts | {"kept": kept, "changed": about.file.version != version})


@file.post("/f/<name>/typed")
def typed(name: str) -> Response:
    """Keep what is being typed on any screen."""
    told = message()
    fields = told.get("fields")
    screen = str(told.get("screen", ""))
    if not isinstance(fields, dict) or not screen:
        return jsonify({"kept": "Nothing was sent."})
    if told.get("saved") is True:  # changed back to what is saved
        desk().forget(name, screen)
        return jsonify({"kept": ""})
    return jsonify({"kept": _kept(name, screen, fields, str(told.get("version", "")))})


@file.post("/f/<name>/forget")
def forget(name: str) -> AnyResponse:
    """Give up what was typed on a screen."""
    desk().forget(name, request.form.get("screen", ""))
    return after(request.form.get("back", "overview.index"), "forgotten", name=name)


def _kept(name: str, screen: str, fields: dict[str, Any], version: str) -> str:
    """Keep it; gives the sentence that says why not, or nothing."""
    try:
        desk().keep(name, screen, Typed(fields, version))
    except SimkitError as error:
        return str(error)
    return ""


@file.post("/f/<name>/step")
def step(name: str) -> AnyResponse:
    """Undo the last change that was saved, or make it again."""
    by = -1 if request.form.get("by") == "-1" else 1
    done = desk().step(name, request.form.get("version", ""), by)
    word = "stale" if done is None else "undone" if by < 0 else "redone"
    back = request.form.get("back", "")
    return after(back if back in _BACK else "overview.index", word, name=name)


_BACK = frozenset({endpoint for endpoint, _ in SCREENS} | {"missing.index", "about.index"})
