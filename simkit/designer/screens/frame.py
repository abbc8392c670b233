"""What all screens share: the file they are about, the page around them, and what templates may use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import abort, current_app, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from simkit.common.errors import SimkitError
from simkit.designer.changes import Change, applied
from simkit.designer.clocks import undecided
from simkit.designer.memory import Memory
from simkit.designer.opened import NO_REVIEW, Examined, examine
from simkit.designer.pictures import Pictures, pictures
from simkit.designer.publish import framework_of
from simkit.designer.workspace import Gone, Text, Typed, Workspace
from simkit.framework.check import DEFAULT_EDITION, load
from simkit.framework.dates import date_words
from simkit.framework.framework import Framework
from simkit.framework.problem import Problem
from simkit.framework.vocabulary import EVENTS

T = TypeVar("T")

_CODE = re.compile(r"`([^`]+)`")

SCREENS = (
    ("overview.index", "What to do"),
    ("timescales.index", "Timescales"),
    ("reviews.index", "Reviews"),
    ("deciders.index", "Who decides"),
    ("words.index", "Our words"),
    ("see.index", "See it"),
    ("runs.index", "Try it out"),
    ("compare.index", "Compare"),
    ("agree.index", "Agree"),
    ("file.index", "The file"),
)
"""The screens of a file in the order in which they are offered."""

DONE = {
    "new": "Your framework has been created. Work through the list below in any order.",
    "saved": "Saved.",
    "merged": "Saved. The file had also been changed elsewhere: both changes are in it.",
    "undone": "The last change was undone.",
    "redone": "The change was made again.",
    "nothing": "Nothing to save: nothing was changed.",
    "stale": "The file has been changed since, so there was nothing to undo.",
    "forgotten": "Your unsaved changes are gone. This is the file as it was saved.",
    "removed": "Removed.",
    "agreed": "Agreed. This version is kept in a file of its own.",
}
"""What a page says at its top after something was done, by the word in its address."""

STATUS_NAMES = {
    "starter": "National rules only",
    "documented": "From published sources",
    "draft": "Draft",
    "consultation": "Out for consultation",
    "agreed": "Agreed",
    "superseded": "No longer in force",
    "in_force": "In force",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The file that a screen is about, with the ``text`` that it shows: what is saved, or being typed."""

    file: Text
    text: str
    examined: Examined

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name


def desk() -> Workspace:
    """The folder that the designer works on."""
    workspace = current_app.extensions["simkit"]
    assert isinstance(workspace, Workspace)
    return workspace


def memory() -> Memory:
    """What the designer knows while it runs and never writes."""
    known = current_app.extensions["simkit-memory"]
    assert isinstance(known, Memory)
    return known


def kept_for(name: str, kept: Mapping[str, T]) -> T:
    """What the designer keeps for a file; 404 if it keeps nothing. Raises Gone if there is no such file."""
    found = kept.get(name)
    if found is None:
        opened(name)
        abort(404)
    return found


def today() -> date:
    """The day, as it was given."""
    return desk().today()


def with_text(file: Text, text: str) -> Opened:
    """The file as it would be with another text."""
    return Opened(file, text, examine(text, desk().folder.path / file.name, today()))


def with_changes(file: Text, changes: Iterable[Change]) -> Opened:
    """The file as it would be after these changes. Raises CantChange where one can't be made."""
    return with_text(file, applied(file.text, changes, desk().folder.path / file.name, today()))


def opened(name: str) -> Opened:
    """The file of this name. Raises Gone where there is none.

    What is sent to one that was deleted meanwhile is saved all the same, on its last version.
    """
    text = desk().latest(name) if request.method == "POST" else desk().open(name)
    if text is None:
        raise Gone(name)
    desk().see(text)
    return with_text(text, text.text)


def framework_or_none(about: Opened) -> Framework | None:
    """The framework of the file, None while it has errors."""
    if not about.examined.problems.ok:
        return None
    with suppress(SimkitError):
        return framework_in(about.text, about.name)
    return None


def framework_in(text: str, name: str) -> Framework:
    """The framework of the text of a file. Raises FrameworkError where it has errors."""
    return framework_of(text, name, desk().folder.path, today())


def nation_of(about: Opened) -> Framework | None:
    """The national edition that the file names, or the usual one."""
    for name in (about.examined.data.get("based_on"), DEFAULT_EDITION):
        with suppress(SimkitError):
            if isinstance(name, str) and name.startswith("national/"):
                return load(name, today=today())
    return None


def timeline_of(about: Opened) -> Pictures | None:
    """The drawing of the framework, None while it has errors or nothing to draw."""
    framework = framework_or_none(about)
    return None if framework is None else pictures(framework)


def page(template: str, about: Opened | None = None, *, status: int = 200, **names: Any) -> tuple[str, int]:
    """A screen. ``about`` is the file that it is about."""
    done = DONE.get(request.args.get("done", "")) if request.method == "GET" else None
    return render_template(template, about=about, done=done, **names), status


def after(endpoint: str, done: str, anchor: str | None = None, **names: Any) -> Response:
    """Go on to a screen, which says what was done."""
    return redirect(url_for(endpoint, done=done, _anchor=anchor, **names), code=303)


def said(words: object) -> Markup:
    """Words of a message as HTML: what stands in `...` is set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(str(words)))))


def plainly(about: Opened, words: object) -> Markup:
    """Words of a message for people who do not read the file: titles in place of its names."""
    titles = {id_: event.title for id_, event in EVENTS.items()}
    for section in ("roles", "timescales", "reviews", "priorities"):
        for id_, entry in about.examined.section(section).items():
            if isinstance(entry, Mapping) and entry.get("title"):
                titles[id_] = str(entry["title"])
    return said(
        _CODE.sub(lambda found: f"“{titles[found[1]]}”" if found[1] in titles else found[0], str(words))
    )


def advice(about: Opened, problem: Problem) -> Markup:
    """What to do about a problem, without the sentences on how to write it in the file."""
    sentences = re.split(r"(?<=[.?!])\s+", problem.hint.partition("\n")[0])
    return plainly(about, " ".join(each for each in sentences if "`" not in each and not each.endswith(":")))


def typed_on(name: str, screen: str) -> Typed | None:
    """What was typed on a screen of a file and not saved."""
    return desk().kept(name).get(screen)


def place_of(name: str, problem: Problem) -> str:
    """The address of the screen on which a problem is put right."""
    section, _, rest = problem.path.partition(".")
    entry = rest.partition(".")[0]
    if problem.code == NO_REVIEW:
        return url_for("reviews.index", name=name)
    match section:
        case "timescales" if entry:
            return url_for("timescales.edit", name=name, id=entry)
        case "reviews" if entry:
            return url_for("reviews.edit", name=name, id=entry)
        case "protocol" if entry and entry != "more":
            return url_for("words.edit", name=name, id=entry)
        case "protocol":
            return url_for("words.index", name=name)
        case "roles":
            return url_for("deciders.index", name=name)
        case "threshold_document" | "in_force" | "counting":
            return url_for("about.index", name=name)
        case "agreed":
            return url_for("agree.index", name=name)
    return url_for("file.index", name=name, line=problem.line)


def missing_words(about: Opened) -> str:
    """``3 to fix, 2 questions, 4 to decide, 9 to write``."""
    errors, queries = about.examined.counts
    unwritten, open_ = len(about.examined.unwritten), len(undecided(about.examined))
    parts = [
        f"{errors} to fix" if errors else "",
        f"{queries} question{'' if queries == 1 else 's'}" if queries else "",
        f"{open_} to decide" if open_ else "",
        f"{unwritten} to write" if unwritten else "",
    ]
    return ", ".join(part for part in parts if part) or "Nothing is missing"


def _steps(about: Opened) -> tuple[bool, bool]:
    return (
        desk().can_undo(about.name, about.file.version),
        desk().can_redo(about.name, about.file.version),
    )


def _fix_words(fix: Any) -> str:
    words = " ".join(str(fix.text).split())
    return f"Change to “{words}”" if words else "Take it out"


def _pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(each, each) for each in words]


def _typed_json(about: Opened, screen: str) -> str:
    """What was typed on a screen and not saved, for the form to put back; empty where there is nothing."""
    typed = typed_on(about.name, screen)
    return json.dumps(dict(typed.fields)) if typed else ""


def _unsaved_link(about: Opened, screen: str) -> Markup:
    """A link to the screen on which something was typed and not saved."""
    kind, _, entry = screen.partition("/")
    endpoint, names = f"{kind}.index", dict[str, Any](name=about.name)
    if entry:
        endpoint, names = f"{kind}.edit", {**names, "id": entry}
    elif kind == "priorities":
        endpoint = "reviews.priorities"
    if endpoint not in current_app.view_functions:
        return Markup("")
    titles = {key.partition(".")[0]: words for key, words in SCREENS} | {"about": "About the framework"}
    words = titles.get(kind, kind.capitalize()) + (f" ({entry.replace('_', ' ')})" if entry else "")
    return Markup('<a href="{}">{}</a>').format(url_for(endpoint, **names), words)


def _only_if(conditions: Iterable[tuple[str, str]], chosen: str = "") -> list[tuple[str, str]]:
    """The conditions under which alone something holds; those of two stages only where one is chosen."""
    return [
        (key, words.capitalize() if words.startswith("unless ") else f"Only {words}")
        for key, words in conditions
        if key not in _OF_TWO_STAGES or key == chosen
    ]


def _except_if(conditions: Iterable[tuple[str, str]], chosen: str = "") -> list[tuple[str, str]]:
    """The conditions under which something does not hold."""
    return [
        (key, f"Except {words}") for key, words in conditions if key not in _OF_TWO_STAGES or key == chosen
    ]


_OF_TWO_STAGES = ("first_stage", "second_stage", "review_point")
"""Conditions of initial and core assessments, which ended in 2013, and of the national pathway."""


def changed_since_agreed(about: Opened) -> bool:
    """Whether the file calls itself agreed, with another text than the version that was agreed here."""
    kept = frozen_versions(about.name) if about.examined.data.get("status") == "agreed" else []
    return bool(kept) and same_version(about, kept) is None


def frozen_versions(name: str) -> list[str]:
    """The agreed versions of a file that are kept in the folder, by date."""
    begins = f"{name.rpartition('.')[0]}-agreed-".lower()
    return [each for each in desk().folder.names(".yaml") if each.lower().startswith(begins)]


def same_version(about: Opened, kept: Iterable[str]) -> str | None:
    """The one of these versions that has the text of the file."""
    content = about.file.bytes_of(about.file.text)
    return next((each for each in kept if desk().folder.read(each) == content), None)


def names_for_templates() -> dict[str, Any]:
    """What every template may use."""
    return {
        "said": said,
        "plainly": plainly,
        "advice": advice,
        "date_words": date_words,
        "screens": SCREENS,
        "status_names": STATUS_NAMES,
        "missing_words": missing_words,
        "place_of": place_of,
        "pairs": _pairs,
        "only_if": _only_if,
        "except_if": _except_if,
        "changed_since_agreed": changed_since_agreed,
        "unsaved_link": _unsaved_link,
        "typed_json": _typed_json,
        "timeline": timeline_of,
        "steps": _steps,
        "fix_words": _fix_words,
    }
