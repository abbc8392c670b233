"""Another authority's framework, as far as it is published."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response, abort, request

from simkit.common.errors import SimkitError
from simkit.designer.publish import DOCUMENT_POLICY, document_of, every_authority, shipped
from simkit.designer.screens.frame import page, today
from simkit.framework.library import find
from simkit.framework.yaml.source import read
from simkit.output.document import html

look = Blueprint("look", __name__)


@cache
def _documented() -> frozenset[str]:
    """The keys of the authorities of which something is published."""
    found = set()
    for each in every_authority():
        slug = each.key.partition(":")[2]
        if read(find(f"authorities/{slug}")).data.get("status") == "documented":
            found.add(each.key)
    return frozenset(found)


@look.get("/look")
def index() -> tuple[str, int]:
    """The authorities, those with something published first; or the one that was chosen."""
    key = request.args.get("at", "")
    every = every_authority()
    if not key:
        documented = [each for each in every if each.key in _documented()]
        others = [each for each in every if each.key not in _documented()]
        return page("look.html.jinja", documented=documented, others=others, chosen=None)
    chosen = next((each for each in every if each.key == key), None)
    if chosen is None:
        abort(404)
    return page("look.html.jinja", documented=(), others=(), chosen=chosen)


@look.get("/look/document")
def shown() -> Response:
    """Its document, as a page without scripts."""
    try:
        framework = shipped(request.args.get("at", ""), today())
    except SimkitError:
        abort(404)
    content = html.page(document_of(framework, today()))
    return Response(content, headers={"Content-Security-Policy": DOCUMENT_POLICY})
