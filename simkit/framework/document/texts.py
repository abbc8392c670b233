"""The texts of a document: the elements of the protocol, the threshold document, further matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simkit.common.blocks import Block, Cell, Facts, Items, Line, Paragraph, Section, Text
from simkit.common.text import plain_title
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs, linked
from simkit.framework.equivalence import answer
from simkit.framework.vocabulary import NONE_SET, PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS


def text_blocks(text: str) -> Iterator[Block]:
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


def protocol(inputs: DocumentInputs) -> Section:
    """The elements of a local protocol, in order; those without a text are listed together as missing."""
    framework = inputs.framework
    if inputs.national:
        says = (
            "Each authority writes its own local protocol. Published ones cover these points; simkit has not "
            "read "
            "the guidance's own list:"
        )
        listed = Items(tuple(line(element.title) for element in PROTOCOL_ELEMENTS.values()))
        return Section("What a local protocol covers", (*sentences(says), listed), id="protocol")
    extras = [name for name in PROTOCOL_EXTRAS if name in framework.protocol]
    own = [n for n in framework.protocol if n not in PROTOCOL_ELEMENTS and n not in PROTOCOL_EXTRAS]
    names = (*PROTOCOL_ELEMENTS, *extras, *own)
    sections = tuple(_element(inputs, name) for name in names if framework.protocol.get(name))
    empty = [name for name in PROTOCOL_ELEMENTS if not framework.protocol.get(name)]
    return Section(
        "The local protocol", tuple(_without_text(inputs, empty)), id="protocol", sections=sections
    )


def _without_text(inputs: DocumentInputs, names: list[str]) -> Iterator[Block]:
    """The elements without a text: decided to have none, or still missing."""
    none = [name for name in names if answer(inputs.framework, "protocol", name) == NONE_SET]
    missing = [name for name in names if name not in none]
    if none:
        yield from sentences("We have decided to write nothing about:")
        yield Items(tuple(line(PROTOCOL_ELEMENTS[name].title) for name in none))
    if missing:
        yield from sentences(line(inputs.unwritten, ":"))
        yield Items(tuple(line(PROTOCOL_ELEMENTS[name].title) for name in missing))


def _element(inputs: DocumentInputs, name: str) -> Section:
    entry = inputs.framework.protocol.get(name, {})
    known = PROTOCOL_ELEMENTS.get(name) or PROTOCOL_EXTRAS.get(name)
    title = entry.get("title") or (known.title if known else plain_title(name))
    return Section(title, tuple(_entry(inputs, entry)), id=f"element-{name}".replace("_", "-"))


def _entry(inputs: DocumentInputs, entry: Mapping[str, str]) -> Iterator[Block]:
    if entry.get("text"):
        yield from text_blocks(entry["text"])
    elif entry.get("note"):
        yield from sentences(gap("The published text was not read"))
    elif not (inputs.own and entry.get("link")):  # an authority may refer to a text elsewhere
        yield from sentences(inputs.unwritten)
    if entry.get("note"):
        yield from sentences(inputs.note(entry["note"]))
    if entry.get("owner"):
        yield from sentences(f"Owner: {entry['owner']}")
    if entry.get("link"):
        yield from sentences(line("More: ", linked(entry["link"])))
    if entry.get("source"):
        yield from sentences(inputs.source(entry["source"]))


def threshold(inputs: DocumentInputs) -> Section:
    """The threshold document that is published with the protocol."""
    document = inputs.framework.threshold_document
    blocks: tuple[Block, ...] = sentences(inputs.unwritten)
    if not document and answer(inputs.framework, "threshold_document") == NONE_SET:
        blocks = sentences("We have decided to publish none.")
    if document:
        rows: list[tuple[str, Cell]] = [("Title", cell(document.get("title") or inputs.unwritten))]
        if "date" in document:
            rows.append(("Date", cell(Text(date_words(document["date"])))))
        if "owner" in document:
            rows.append(("Owner (a post)", cell(document["owner"])))
        link = linked(document["link"]) if "link" in document else inputs.unwritten
        rows.append(("Where to read it", cell(link)))
        if "note" in document:
            rows.append(("Note", cell(inputs.note(document["note"]))))
        if "source" in document:
            rows.append(("Source", cell(inputs.source(document["source"]))))
        blocks = (Facts("The threshold document", tuple(rows)),)
    return Section("Threshold document", blocks, id="threshold")


def more(inputs: DocumentInputs) -> Section | None:
    """The ``more:`` section of the file, under its own headings."""
    entries = inputs.framework.more
    if not entries:
        return None
    sections = []
    for number, (name, value) in enumerate(entries.items(), 1):
        titled = isinstance(value, Mapping) and "title" in value
        title = str(value["title"]) if titled else plain_title(str(name))
        sections.append(Section(title, tuple(_anything(inputs, value)), id=f"more-{number}"))
    return Section("Further matters", id="more", sections=tuple(sections))


def _anything(inputs: DocumentInputs, value: Any) -> Iterator[Block]:
    if isinstance(value, Mapping):
        parts = {str(k): v for k, v in value.items() if k != "title"}
        if parts and set(parts) <= {"text", "note", "source", "link", "owner"}:
            if "text" in parts:
                yield from text_blocks(str(parts.pop("text")))
            yield from _after_text(inputs, parts)
            return
        rows = tuple((plain_title(name), cell(*_flat(inner))) for name, inner in parts.items())
        if rows:
            yield Facts(str(value.get("title", "Further matters")), rows)
    elif isinstance(value, (list, tuple)):
        yield Items(cell(*_flat(value)))
    else:
        yield from text_blocks(str(value))


def _after_text(inputs: DocumentInputs, parts: Mapping[str, Any]) -> Iterator[Block]:
    if "note" in parts:
        yield from sentences(inputs.note(str(parts["note"])))
    if "owner" in parts:
        yield from sentences(f"Owner: {parts['owner']}")
    if "link" in parts:
        yield from sentences(line("More: ", linked(str(parts["link"]))))
    if "source" in parts:
        yield from sentences(inputs.source(str(parts["source"])))


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{plain_title(str(name))}: {'; '.join(_flat(inner))}"
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield "; ".join(_flat(inner))
    else:
        yield str(value)
