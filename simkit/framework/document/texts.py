"""The texts of a document: the elements of the protocol, the threshold document, further matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simkit.framework.document.blocks import (
    Block,
    Cell,
    Facts,
    Items,
    Line,
    Paragraph,
    Section,
    Text,
    cell,
    gap,
    line,
    sentences,
)
from simkit.framework.document.inputs import Basis, linked
from simkit.framework.document.phrases import date_words, plain_id
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS

__all__ = ["more", "protocol", "threshold", "written"]


def written(text: str) -> Iterator[Block]:
    """An authority's own words: paragraphs between empty lines, lists from lines with a dash."""
    lines: list[Line] = []
    items: list[Line] = []

    def flush() -> Iterator[Block]:
        if items:
            yield Items(tuple(items))
        elif lines:
            yield Paragraph(tuple(lines))
        lines.clear()
        items.clear()

    for each in text.splitlines():
        words = each.strip()
        bullet = words[:2] in ("- ", "* ", "• ")
        if not words or (bullet and lines) or (not bullet and items):
            yield from flush()
        if bullet:
            items.append(line(words[2:].strip()))
        elif words:
            lines.append(line(words))
    yield from flush()


def protocol(base: Basis) -> Section:
    """The elements of a local protocol, in order; those that are missing are shown as missing."""
    framework = base.framework
    if base.national:
        says = (
            "Each authority writes its own local protocol. Published ones deal with these; the guidance's "
            "own list was not read:"
        )
        listed = Items(tuple(line(element.title) for element in PROTOCOL_ELEMENTS.values()))
        return Section("protocol", "What a local protocol deals with", (*sentences(says), listed))
    extras = [name for name in PROTOCOL_EXTRAS if name in framework.protocol]
    own = [n for n in framework.protocol if n not in PROTOCOL_ELEMENTS and n not in PROTOCOL_EXTRAS]
    sections = tuple(_element(base, name) for name in (*PROTOCOL_ELEMENTS, *extras, *own))
    return Section("protocol", "The local protocol", (), sections)


def _element(base: Basis, name: str) -> Section:
    entry = base.framework.protocol.get(name, {})
    known = PROTOCOL_ELEMENTS.get(name) or PROTOCOL_EXTRAS.get(name)
    title = entry.get("title") or (known.title if known else plain_id(name))
    return Section(f"element-{name}".replace("_", "-"), title, tuple(_entry(base, entry)))


def _entry(base: Basis, entry: Mapping[str, str]) -> Iterator[Block]:
    if entry.get("text"):
        yield from written(entry["text"])
    elif entry.get("note"):
        yield from sentences(gap("The text is not given here"))
    else:
        yield from sentences(base.unwritten)
    if entry.get("note"):
        yield from sentences(base.note(entry["note"]))
    if entry.get("owner"):
        yield from sentences(f"Owner: {entry['owner']}")
    if entry.get("link"):
        yield from sentences(line("More: ", linked(entry["link"])))
    if entry.get("source"):
        yield from sentences(base.source(entry["source"]))


def threshold(base: Basis) -> Section:
    """The threshold document beside the protocol."""
    document = base.framework.threshold_document
    blocks: tuple[Block, ...] = sentences(base.unwritten)
    if document:
        link = linked(document["link"]) if "link" in document else base.unwritten
        rows: list[tuple[str, Cell]] = [
            ("Title", cell(document.get("title") or base.unwritten)),
            ("Date", cell(Text(date_words(document["date"])) if "date" in document else base.unwritten)),
            ("Owner (a post)", cell(document.get("owner") or base.unwritten)),
            ("Where to read it", cell(link)),
        ]
        if "note" in document:
            rows.append(("Note", cell(base.note(document["note"]))))
        if "source" in document:
            rows.append(("Source", cell(base.source(document["source"]))))
        blocks = (Facts("The threshold document", tuple(rows)),)
    return Section("threshold", "Threshold document", blocks)


def more(base: Basis) -> Section | None:
    """Whatever else the file says, under its own headings."""
    entries = base.framework.more
    if not entries:
        return None
    sections = []
    for number, (name, value) in enumerate(entries.items(), 1):
        titled = isinstance(value, Mapping) and "title" in value
        title = str(value["title"]) if titled else plain_id(str(name))
        sections.append(Section(f"more-{number}", title, tuple(_anything(base, value))))
    return Section("more", "Further matters", (), tuple(sections))


def _anything(base: Basis, value: Any) -> Iterator[Block]:
    if isinstance(value, Mapping):
        told = {str(k): v for k, v in value.items() if k != "title"}
        if told and set(told) <= {"text", "note", "source", "link", "owner"}:
            if "text" in told:
                yield from written(str(told.pop("text")))
            yield from _after_text(base, told)
            return
        rows = tuple((plain_id(name), cell(*_flat(inner))) for name, inner in told.items())
        if rows:
            yield Facts(str(value.get("title", "Further matters")), rows)
    elif isinstance(value, (list, tuple)):
        yield Items(cell(*_flat(value)))
    else:
        yield from written(str(value))


def _after_text(base: Basis, told: Mapping[str, Any]) -> Iterator[Block]:
    if "note" in told:
        yield from sentences(base.note(str(told["note"])))
    if "owner" in told:
        yield from sentences(f"Owner: {told['owner']}")
    if "link" in told:
        yield from sentences(line("More: ", linked(str(told["link"]))))
    if "source" in told:
        yield from sentences(base.source(str(told["source"])))


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{plain_id(str(name))}: {'; '.join(_flat(inner))}"
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield "; ".join(_flat(inner))
    else:
        yield str(value)
