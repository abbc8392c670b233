"""The first screen: the frameworks of the folder, a new one, one from elsewhere, and other authorities'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from simkit.common.errors import SimkitError
from simkit.data import UnknownAuthorityError, authorities
from simkit.designer.folder import FileRefused, safe_name
from simkit.designer.screens.frame import desk, page, today, with_text
from simkit.framework.new.file import authority_of, edition_of
from simkit.framework.new.questions import QUESTIONS, check_answer
from simkit.framework.new.template import EDITION, new_text

start = Blueprint("start", __name__)

ENDINGS = (".yaml", ".yml")
EDITIONS = {
    "2023": "Working Together 2023",
    "2026": "Working Together 2026",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A file of the folder: its title and how it stands; ``fault`` where it can't be read."""

    name: str
    title: str = ""
    status: str = ""
    errors: int = 0
    fault: str = ""


@start.get("/")
def index() -> tuple[str, int]:
    """The files of the folder."""
    try:
        rows, fault = framework_files(), ""
    except FileRefused as error:
        rows, fault = [], str(error)
    return page("start.html.jinja", rows=rows, fault=fault, folder=desk().folder.path)


def framework_files() -> list[Row]:
    """The framework files of the folder. Raises FileRefused where it can't be read."""
    names = [name for ending in ENDINGS for name in desk().folder.names(ending)]
    return [row for row in map(_row, names) if row is not None]


def _row(name: str) -> Row | None:
    """The row of a file, None for one of another kind, such as a scenario."""
    try:
        text = desk().open(name)
    except SimkitError as error:
        return Row(name, fault=str(error))
    if text is None:
        return None
    file = with_text(text, text.text).examined
    kind = str(file.data.get("simkit", "framework/1"))
    if not kind.startswith("framework/"):
        return None
    title = file.data.get("title", "")
    return Row(name, str(title), str(file.data.get("status", "")), file.counts[0])


@start.route("/new", methods=["GET", "POST"])
def new() -> tuple[str, int] | Response:
    """A new framework: the authority, the edition, and the eight questions, each of which may stay open."""
    given = {key: value.strip() for key, value in request.form.items()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        made = _new(given, errors)
        if made is not None:
            return redirect(url_for("overview.index", name=made, done="new"), code=303)
    known = sorted({each.name for each in authorities() if each.in_2025_list})
    return page(
        "new.html.jinja",
        status=422 if errors else 200,
        authorities=known,
        questions=QUESTIONS,
        editions=EDITIONS,
        usual=EDITION.rpartition("-")[2],
        given=given,
        errors=errors,
    )


def _new(given: dict[str, str], errors: dict[str, str]) -> str | None:
    """Make the file; gives its name, or fills ``errors`` by field."""
    try:
        authority = authority_of(given.get("authority", ""))
    except (UnknownAuthorityError, SimkitError) as error:
        errors["authority"] = str(error) if given.get("authority") else "Choose your authority."
        return None
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        answer = given.get(question.id, "")
        if not answer:
            continue
        try:
            answers[question.id] = check_answer(question, answer, answers, authority, today=today())
        except ValueError as error:
            errors[question.id] = f"{question.text} {error}"  # which one, in the list of errors
    name = given.get("file") or f"{authority.slug}.yaml"
    if not name.lower().endswith(ENDINGS):
        name += ".yaml"
    try:
        safe_name(name)
        edition = edition_of(given.get("edition") or EDITION.rpartition("-")[2])
        if not errors:
            text = new_text(authority, answers, file=name, edition=edition)
            desk().create(name, _without_examples(text, authority.name))
            return name
    except SimkitError as error:
        errors["file"] = str(error)
    return None


def _without_examples(text: str, authority: str) -> str:
    """A new file without the commented examples: here the screens explain."""
    about = f"# The local framework of {authority} for assessing children in need. To open it: simkit design"
    kept = [line for line in text.split("\n") if not line.startswith("#")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    return f"{about}\n{joined}\n"


@start.post("/open")
def bring() -> tuple[str, int] | Response:
    """Copy a chosen file into the folder. A file of that name is never replaced."""
    sent = request.files.get("file")
    name = (sent.filename or "") if sent else ""
    if not sent or not name:
        raise FileRefused("Choose a file first.")
    if name.lower().endswith(".txt"):
        name = name[: -len(".txt")]
    if not name.lower().endswith(ENDINGS):
        raise FileRefused(f"{name} does not end in .yaml, so it is not a framework file.")
    desk().bring(name, sent.read())
    return redirect(url_for("overview.index", name=name), code=303)
