"""What it becomes: the document on paper and on a phone, and to download."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from simkit.designer.publish import DOCUMENT_POLICY, WORD, document_of
from simkit.designer.screens.frame import (
    Opened,
    changed_since_agreed,
    desk,
    framework_in,
    opened,
    page,
    today,
)
from simkit.designer.workspace import Gone
from simkit.framework.document.blocks import Document
from simkit.framework.document.document import PARTS, part_of
from simkit.framework.problem import FrameworkError
from simkit.output.document import html

see = Blueprint("see", __name__)


@see.get("/f/<name>/see")
def index(name: str) -> tuple[str, int]:
    """The document beside what can be downloaded; where there are errors, what is in the way."""
    about = opened(name)
    templates = desk().folder.names(".docx")
    return page("see.html.jinja", about, ready=about.examined.problems.ok, templates=templates)


@see.get("/f/<name>/document")
def shown(name: str) -> Response:
    """The document as a page of its own, without scripts."""
    try:
        content = html.page(_document(opened(name)))
    except FrameworkError:
        content = "<!doctype html><html lang=en><title>Not ready</title><p>Fix what is wrong first.</html>"
    return Response(content, headers={"Content-Security-Policy": DOCUMENT_POLICY})


@see.route("/f/<name>/download/<kind>", methods=["GET", "POST"])
def download(name: str, kind: str) -> Response:
    """The document or a part of it as a file; Word in the styles of a template where one is chosen."""
    about = opened(name)
    made, part = _document(about), request.args.get("part", "")
    if part in PARTS:
        made = part_of(made, part)
    called = part if part in PARTS else "protocol"
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name.rpartition(".")[0]).strip("-") or "framework"
    if kind == "word":
        from simkit.output.document.word import word

        content, ending, media = word(made, _template()), f"{called}.docx", WORD
    elif kind == "fragment":
        content, ending, media = html.fragment(made).encode(), "fragment.html", "text/html; charset=utf-8"
    else:
        content, ending, media = html.page(made).encode(), f"{called}.html", "text/html; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{stem}-{ending}"',
        "Content-Security-Policy": DOCUMENT_POLICY,
    }
    return Response(content, mimetype=media, headers=headers)


def _template() -> bytes | None:
    """The Word file that was sent or chosen from the folder, None for simkit's own looks."""
    sent = request.files.get("template")
    if sent is not None and sent.filename:
        return bytes(sent.read())
    chosen = request.form.get("chosen", "")
    if not chosen:
        return None
    content = desk().folder.read(chosen)
    if content is None:
        raise Gone(chosen)
    return content


def _document(about: Opened) -> Document:
    day = today()
    stamp = f"Version {about.file.version[:8]}, {day.day} {day:%B %Y}."
    framework = framework_in(about.file.text, about.name)
    if framework.status == "agreed":  # its date is that of the agreement
        stamp = f"Version {about.file.version[:8]}."
        if changed_since_agreed(about):
            stamp = f"Changed since then: this is not the text that was agreed. {stamp}"
    return document_of(framework, day, stamp)
