"""``simkit document``: writes a framework as a web page or a Word document."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import choice_option
from simkit.cli.terminal import emit


class Part(StrEnum):
    """A part of the document that can be had alone."""

    one_page = "one-page"
    families = "families"


class Form(StrEnum):
    """The kind of file."""

    html = "html"
    word = "word"


_HINTS = {
    **dict.fromkeys(("docx", "doc", ".docx"), "Did you mean word?"),
    **dict.fromkeys(("htm", "web", "page"), "Did you mean html?"),
    "pdf": "For a PDF make one of these and save it as PDF from Word or the browser.",
}


def document(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="An authority's name, slug or code; national/..; trials/..; or a file."
        ),
    ],
    form: Annotated[
        Form | None,
        choice_option("--format", Form, "A web page, or Word. Default: a web page.", _HINTS),
    ] = None,
    fragment: Annotated[
        bool, typer.Option("--fragment", help="Part of a web page, for an online procedures manual.")
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="COUNCIL.DOCX", help="A Word file whose styles to use."),
    ] = None,
    only: Annotated[
        Part | None,
        choice_option(
            "--only", Part, "One part only: the protocol on one page, or the page for families.", {}
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE|FOLDER", help="The file to write, or a folder for it."),
    ] = None,
) -> None:
    """Write the local protocol as a document to publish, to discuss or to sign.

    Nothing from the simulation is in it. A file that somebody has changed is never replaced.
    """
    as_word = form is Form.word or (form is None and out is not None and out.suffix.lower() == ".docx")
    if template is not None and not as_word:
        raise typer.BadParameter("A template is for Word: add --format word.", param_hint="--template")
    if fragment and as_word:
        raise typer.BadParameter("A fragment is part of a web page, not of Word.", param_hint="--fragment")
    from simkit.cli.frameworks import taken_notes
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.document.file import Kind, write_document

    before = existing_files(Path() if out is None else out)
    kind: Kind = "word" if as_word else "fragment" if fragment else "html"
    file = write_document(name, kind, template, out, only.value if only else None)
    for line in taken_notes([name], "document", "Written for"):
        emit(f"{line}\n")
    emit(f"{written_message(file, before)}\n")
