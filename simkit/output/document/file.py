"""Writes a framework's document to a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import OutputError, write_all
from simkit.framework.check import GivenFramework, load
from simkit.framework.document.document import Document, edition_of, part_of
from simkit.framework.document.document import document as document_of
from simkit.framework.library import find, kind_of
from simkit.output.document.signature import is_as_written, signed

Kind = Literal["html", "fragment", "word"]

_ENDINGS: dict[Kind, tuple[str, ...]] = {
    "html": (".html", ".htm"),
    "fragment": (".html", ".htm"),
    "word": (".docx",),
}


def compose(name: GivenFramework) -> Document:
    """The document of the framework. Raises NameNotFound or FrameworkError."""
    framework = load(name)
    edition = edition_of(framework)
    return document_of(framework, load(edition) if edition and edition != framework.name else None)


@checked_arguments
def document(
    name: GivenFramework,
    kind: Literal["html", "fragment", "word"] = "html",
    *,
    template: str | Path | None = None,
) -> str | bytes:
    """The local protocol of a framework as a document: the text of a web page that needs nothing else.

    A ``fragment`` is a part of one, for an online manual; ``word`` the content of a .docx file, with the
    styles of ``template`` where one is given. Raises NameNotFound, FrameworkError, MissingPackageError for
    Word or pages without the extra ``report``, or TemplateError.
    """
    content = _content(compose(name), kind, template)
    return content if kind == "word" else content.decode("utf-8")


def write_document(
    name: str | Path,
    kind: Kind,
    template: str | Path | None = None,
    out: str | Path | None = None,
    part: str | None = None,
) -> Path:
    """Write the document of a framework, or a ``part`` of it, whole or not at all; gives the file written.

    Without ``out`` it goes into the current folder. Raises SimkitError where it can't be written, and where
    the file is there and is not as simkit wrote it: somebody's changes are never lost.
    """
    composed = compose(name) if part is None else part_of(compose(name), part)
    target = _target(composed, kind, out, part)
    if target.exists() and not is_as_written(target):
        raise OutputError(
            f"{target} was changed since simkit wrote it, or comes from somewhere else, so it was not "
            "replaced. "
            "Give another name with --out, or move that file away first."
        )
    content = signed(_content(composed, kind, template), kind)
    write_all(target.absolute().parent, {target.name: content})
    return target


def _content(composed: Document, kind: Kind, template: str | Path | None) -> bytes:
    if kind == "word":
        from simkit.output.document.word import word

        return word(composed, template)
    from simkit.output.document.html import fragment, page

    return (fragment(composed) if kind == "fragment" else page(composed)).encode("utf-8")


def _stem(name: str) -> str:
    """The start of the file's name; shipped frameworks and own files never share one."""
    shipped = kind_of(find(name)) != "own"
    plain = name if shipped else Path(name).name.removesuffix(".yaml")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "framework"
    return f"{stem}-shipped" if shipped else stem


def _target(composed: Document, kind: Kind, out: str | Path | None, part: str | None) -> Path:
    endings = _ENDINGS[kind]
    stem = _stem(composed.name)
    name = f"{stem}-{part or ('fragment' if kind == 'fragment' else 'protocol')}{endings[0]}"
    path = Path(name) if out is None else Path(out)
    if path.is_dir() or not path.suffix:
        return path / name
    if path.suffix.lower() not in endings:
        otherwise = "" if kind == "word" else " Word's end in .docx."
        raise OutputError(f"{path}: the name of this file must end in {endings[0]}.{otherwise}")
    if not path.absolute().parent.is_dir():
        raise OutputError(
            f"The folder {path.absolute().parent} does not exist, so {path} can't be made in it."
        )
    return path
