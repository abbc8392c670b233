"""What is missing: everything to fix, to answer and to write, each with the way to its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from simkit.designer.changes import Change
from simkit.designer.clocks import undecided
from simkit.designer.entry import Refused, saved, sent
from simkit.designer.screens.frame import Opened, after, opened, page
from simkit.framework.rules.left_as_is import LEFT, WHOLE_FILE
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS

missing = Blueprint("missing", __name__)


@dataclass(frozen=True, slots=True)
class Left:
    """A question that somebody left as it is: its rule, what it is about, its words and the reason."""

    code: str
    path: str
    words: str
    reason: str


@missing.get("/f/<name>/missing")
def index(name: str) -> tuple[str, int]:
    """The list."""
    return _page(opened(name), {}, {})


def _page(
    about: Opened, given: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> tuple[str, int]:
    queries = [each for each in about.examined.problems.queries if not about.examined.lists(each)]
    unwritten = [(id_, PROTOCOL_ELEMENTS[id_].title) for id_ in about.examined.unwritten]
    return page(
        "missing.html.jinja",
        about,
        status=status,
        queries=queries,
        unwritten=unwritten,
        undecided=undecided(about.examined),
        left=list(_left(about)),
        whole=WHOLE_FILE,
        given=given,
        errors=errors,
    )


def _left(about: Opened) -> Iterator[Left]:
    asked = {(each.code, each.path or WHOLE_FILE): each.message for each in about.examined.problems.notes}
    for code, paths in about.examined.section(LEFT).items():
        for path, reason in paths.items() if isinstance(paths, Mapping) else ():
            words = asked.get((code, path), f"About {path}").removesuffix(f" Left as it is: {reason}")
            yield Left(code, path, words, str(reason))


@missing.post("/f/<name>/missing")
def leave(name: str) -> tuple[str, int] | Response:
    """Leave a question as it is, with the reason, or ask it again."""
    about = opened(name)
    form = sent()
    code, path = form.text("code"), form.text("path")
    at = (LEFT, code, path)
    paths = about.examined.section(LEFT).get(code)
    now = paths.get(path) if isinstance(paths, Mapping) else None
    field = f"reason-{code}-{path}"
    reason = None if "again" in request.form else form.needed(field, "Write why it stays as it is.")
    if not form.errors:
        refused = saved(about, [Change(at, now, reason)], {}, field)
        if not isinstance(refused, Refused):
            return after("missing.index", "saved", name=name)
        form.errors.update(refused.errors)
    return _page(about, {field: form.text(field)}, form.errors, 422)
