"""What a framework file becomes: the framework, its document, its drawing, and what differs from another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from simkit.common.errors import SimkitError
from simkit.data import authorities, authority, neighbours
from simkit.framework.check import DEFAULT_EDITION, load, load_text
from simkit.framework.difference import Difference, difference
from simkit.framework.document.blocks import Document
from simkit.framework.document.document import document, edition_of
from simkit.framework.framework import Framework
from simkit.output.answers.difference import report
from simkit.output.render.report_page import page as report_page

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""The policy of a document: its style is in it, and nothing else may be."""


def framework_of(text: str, name: str, folder: Path, today: date) -> Framework:
    """The framework of the text of a file of the folder. Raises FrameworkError where it has errors.

    It has the name of the file; what it is based on is looked for beside it.
    """
    return replace(load_text(text, folder / name, today=today), name=name)


def document_of(framework: Framework, today: date, stamp: str = "") -> Document:
    """Its document. ``stamp`` is said on every page, after whose document it is."""
    edition = edition_of(framework)
    made = document(framework, load(edition, today=today) if edition and edition != framework.name else None)
    return replace(made, standing=f"{made.standing} {stamp}".strip())


@dataclass(frozen=True, slots=True)
class Other:
    """A framework to compare with: its ``key`` in an address, and what it is called."""

    key: str
    words: str


def shipped_others(framework: Framework) -> tuple[tuple[Other, ...], tuple[Other, ...]]:
    """Its national edition and the one after it; and the statistical neighbours, nearest first."""
    edition = edition_of(framework) or DEFAULT_EDITION
    editions = tuple(
        Other(f"national:{name.rpartition('/')[2]}", _edition_words(name)) for name in (edition,)
    )
    near: tuple[Other, ...] = ()
    if framework.la_code:
        try:
            codes = neighbours(str(framework.la_code))
        except SimkitError:
            codes = ()
        near = tuple(Other(f"authority:{each.slug}", each.name) for each in map(authority, codes))
    return editions, near


def every_authority() -> tuple[Other, ...]:
    """Every authority of today by name."""
    known = sorted((each for each in authorities() if each.in_2025_list), key=lambda each: each.name)
    return tuple(Other(f"authority:{each.slug}", each.name) for each in known)


def shipped(key: str, today: date) -> Framework:
    """The shipped framework of a key. Raises SimkitError where there is none."""
    kind, _, name = key.partition(":")
    known = {"national": "national/", "authority": "authorities/"}.get(kind)
    if known is None or not name or "/" in name or "\\" in name or name.startswith("."):
        raise SimkitError("There is no such framework to compare with.")
    return load(f"{known}{name}", today=today)


def _edition_words(name: str) -> str:
    year = name.rpartition("-")[2]
    return f"National guidance ({year})"


def compared(before: Framework, after: Framework) -> Difference:
    """What differs from one to the other."""
    return difference(before, after)


def edition_name(framework: Framework) -> str:
    """The last part of the name of its national edition."""
    return (edition_of(framework) or DEFAULT_EDITION).rpartition("/")[2]


def change_note(
    before: Framework, after: Framework, called: str, version: str, today: date, *, word: bool
) -> tuple[bytes, str]:
    """A note for the board of what changes from one framework to another, and its media type."""
    found = difference(before, after)
    rows = tuple(row for row in found.rows if row.kind != "role")
    made = report(replace(found, rows=rows, model=(), labels=("Before", "Now")))
    several = "commitment" if len(rows) == 1 else "commitments"
    count = f"{len(rows)} {several} new or changed" if rows else "Nothing changes"
    made = replace(
        made,
        title=f"What changes: {after.title}",
        subtitle=f"Compared with {called}",
        standing=f"Version {version[:8]}, {today.day} {today:%B %Y}",
        answer=f"{count}.",
        cautions=(),
    )
    if word:
        from simkit.output.render.word_blocks import word as as_word

        return as_word(made), WORD
    return report_page(made).encode(), "text/html; charset=utf-8"
