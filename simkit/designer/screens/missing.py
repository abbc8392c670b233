"""What is missing: everything to fix, to answer and to write, each with the way to its place."""

from __future__ import annotations

from flask import Blueprint

from simkit.designer.clocks import undecided
from simkit.designer.opened import UNWRITTEN
from simkit.designer.screens.frame import opened, page
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS

missing = Blueprint("missing", __name__)


@missing.get("/f/<name>/missing")
def index(name: str) -> tuple[str, int]:
    """The list."""
    about = opened(name)
    queries = [each for each in about.examined.problems.queries if each.code != UNWRITTEN]
    unwritten = [(id_, PROTOCOL_ELEMENTS[id_].title) for id_ in about.examined.unwritten]
    open_ = undecided(about.examined)
    return page("missing.html.jinja", about, queries=queries, unwritten=unwritten, undecided=open_)
