"""The inputs of a document's sections: a framework, its national edition, its numbered sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simkit.common.blocks import Line, Text
from simkit.common.text import in_sentence, is_web_address, plain_title
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import gap, line
from simkit.framework.document.phrases import joined, ordered, place_name
from simkit.framework.equivalence import answer
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.template_text import is_template_text, without_template_text
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN, PROTOCOL_ELEMENTS, QUESTIONS

_NAMED = 2  # missing elements of the protocol that are named; more are counted
_OWN = ("draft", "consultation", "agreed")
_WEAK = {"secondary": " (second-hand)", "recalled": " (not checked)"}
_ANSWERS = {NONE_SET: "None set", NOT_DECIDED: "Not yet decided", NOT_KNOWN: "Not known"}


@dataclass(frozen=True, slots=True)
class DocumentInputs:
    """A framework with everything that its document's sections need.

    ``edition`` is the national edition it is based on, None for an edition itself. ``numbers`` gives
    every cited source its number. ``own``: the authority itself wrote it.
    """

    framework: Framework
    edition: Framework | None
    authority: str
    national: bool
    own: bool
    numbers: Mapping[str, int]

    @property
    def unwritten(self) -> Text:
        """The words in place of a missing text."""
        return gap("Not yet written") if self.own else gap("Not known")

    @property
    def draft(self) -> bool:
        """Whether the authority is still writing it: nothing in it has been decided."""
        return self.own and self.framework.status in ("draft", "consultation")

    @property
    def by_reviews(self) -> tuple[Timescale, ...]:
        """The limits that reviews set by what has to have happened by then."""
        return tuple(t for t in self.framework.implied.values() if t.part_of in self.framework.reviews)

    def unset(self, section: str, *names: str) -> Text:
        """The words in place of a missing value of a section: not known, not yet decided, or none set.

        None set is a decision, and so not marked as a gap.
        """
        said = answer(self.framework, section, *names)
        return Text(_ANSWERS[said]) if said == NONE_SET else gap(_ANSWERS[said])

    def as_nationally(self, event: str) -> bool:
        """Whether an authority that sets no time of its own for an event promises the nation's.

        Without a word in the file, its own document does so only where no local time is expected. A question
        that all are asked stays open until it is answered. An answer in the file is the authority's own.
        """
        asked = {question for questions in QUESTIONS.values() for question in questions}
        answered = {"timescales", f"timescales.{event}"} & set(self.framework.answers)
        silent = not answered and answer(self.framework, "timescales", event) == NOT_DECIDED
        return self.own and silent and event not in asked

    def unread_nationally(self, event: str) -> bool:
        """Whether the national rules may set a time for an event: none was found, and not all was read."""
        known = self.framework.not_known if self.national else self.framework.edition_not_known
        return event in known

    def basis(self, each: Timescale | Review) -> Line:
        """What a commitment rests on: its instrument, or else its source."""
        if each.authority is None:
            return self.source(each.source, each.strength)
        return line(each.authority, "" if self.own else _WEAK.get(str(each.strength), ""))

    def carried_over(self, each: Timescale | Review) -> str:
        """That the value is of another edition; empty for one of its own.

        An authority's own document does not tell how far simkit read what.
        """
        if each.carried_over is None:
            return ""
        why = "" if self.own else f": {each.carried_over}"
        return f"Carried over from an earlier edition{why}."

    def source(self, name: str | None, strength: str | None = None) -> Line:
        """A reference to a source, as a line."""
        if name is None:
            return ()
        number = self.numbers.get(name)
        if number is None:
            return line(name)
        reading = strength or self.framework.sources.get(name, {}).get("strength")
        # An authority's own document lists these before its publication, and in its sources.
        weak = "" if self.own else _WEAK.get(str(reading), "")
        reference = Text(f"Source {number}", link=f"#source-{number}")
        return line(reference, weak) if weak else line(reference)

    def note(self, words: str | None) -> str:
        """A note, with the ids of sources in brackets turned into their numbers."""

        def numbered(match: re.Match[str]) -> str:
            number = self.numbers.get(match[2])
            known = match[2] in self.framework.sources
            return f" (source {number})" if number else "" if known else match[0]

        return re.sub(r"( *)\(([a-z][a-z0-9_]*)\)", numbered, words) if words else ""

    def role(self, posts: str | tuple[str, ...] | None) -> str:
        """The title of a post; of several with or, as one of them is meant."""
        names = (posts,) if isinstance(posts, str) else posts or ()
        titles = [self.framework.roles.get(n, {}).get("title", plain_title(n)) for n in names]
        return joined((titles[0], *(in_sentence(t) for t in titles[1:])), "or") if titles else ""

    def reviewer(self, r: Review) -> str:
        """Who holds a review, marked as assumed if the source leaves it open."""
        return f"{self.role(r.by)} (assumed)" if "by" in r.assumptions else self.role(r.by)


def document_inputs(framework: Framework, edition: Framework | None) -> DocumentInputs:
    """The framework with its numbered sources and its standing, without what is left of the template."""
    framework = _written(framework)
    national = framework.name.startswith("national/")
    agreed_once = framework.status == "superseded" and bool(framework.agreed)
    own = not national and (framework.status in _OWN or agreed_once)
    ids = dict.fromkeys(each for each in cited(framework, own) if each in framework.sources)
    return DocumentInputs(
        framework=framework,
        edition=None if national else edition,
        authority=place_name(framework.authority) if framework.authority else "the authority",
        national=national,
        own=own,
        numbers={name: number for number, name in enumerate(ids, 1)},
    )


def _written(framework: Framework) -> Framework:
    """The framework as its authors wrote it: what they left of the template is as if it were not there."""
    if framework.name.startswith("national/"):
        return framework
    protocol = {name: without_template_text(entry) for name, entry in framework.protocol.items()}
    more = {
        name: without_template_text(entry) if isinstance(entry, Mapping) else entry
        for name, entry in framework.more.items()
        if not (isinstance(entry, str) and is_template_text(entry))
    }
    return replace(
        framework,
        protocol={name: entry for name, entry in protocol.items() if set(entry) - {"owner"}},
        more={name: entry for name, entry in more.items() if entry},
        agreed=without_template_text(framework.agreed),
        in_force=without_template_text(framework.in_force),
        threshold_document=without_template_text(framework.threshold_document),
        roles={n: e for n, e in framework.roles.items() if not is_template_text(e.get("title", ""))},
    )


def standing(inputs: DocumentInputs) -> str:
    """Whose document it is, or is not: the line that belongs on every page."""
    framework, who = inputs.framework, inputs.authority
    if inputs.national:
        says = "Compiled from published accounts of the guidance. This is not the guidance itself."
        end_notes = {
            "superseded": " No longer in force.",
            "consultation": " A draft that was never in force.",
        }
        return says + end_notes.get(framework.status, "")
    if framework.status == "agreed":
        on = framework.agreed.get("on")
        when = f", {date_words(on)}" if on else ""
        agreed = f"Agreed by {framework.agreed.get('by', 'nobody named')}{when}."
        if missing := _missing(framework):
            return f"{who}. Agreed, with parts not yet written: {'; '.join(missing)}. {agreed}"
        return f"{who}. {agreed}"
    if framework.status in ("draft", "consultation"):
        what = "Draft" if framework.status == "draft" else "For consultation"
        return f"{who}. {what}: not agreed."
    if inputs.own:
        return f"{who}. No longer in force."
    end_note = " No longer in force." if framework.status == "superseded" else ""
    if framework.authority is None:
        who = "the authority it is about"
    return (
        "Compiled from published sources. This is not the authority's own document: "
        f"{who} has neither written nor agreed it.{end_note}"
    )


def _missing(framework: Framework) -> list[str]:
    """Short names of the parts of an agreed framework that its document shows as not yet written.

    A part that was decided not to be written is not among them.
    """
    elements = framework.protocol
    empty = [
        element.title
        for name, element in PROTOCOL_ELEMENTS.items()
        if not any(elements.get(name, {}).get(key) for key in ("text", "link", "note"))
        and answer(framework, "protocol", name) != NONE_SET
    ]
    missing = [f"“{title}”" for title in empty]
    if len(empty) > _NAMED:
        missing = [f"{len(empty)} of the {len(PROTOCOL_ELEMENTS)} elements of the local protocol"]
    if not framework.threshold_document and answer(framework, "threshold_document") != NONE_SET:
        missing.append("the threshold document")
    facts = {"by": "who agreed it", "on": "when", "owner": "its owner", "review_on": "its next review"}
    return missing + [words for key, words in facts.items() if not framework.agreed.get(key)]


def cited(framework: Framework, own: bool = False) -> Iterator[str]:
    """The ids of every source that the document cites, in the order of its sections.

    The document of an authority cites the law and its own sources, and no account of the law by others.
    """
    for each in framework.protocol.values():
        yield from _of_entry(each)
    yield from _of_entry(framework.threshold_document)
    yield from _of_entry(framework.counting)
    clocks = (framework.timescales, framework.historical, framework.set_aside)
    for group in clocks:
        for t in ordered(group.values()):
            if not (own and t.national):
                yield from _of_clock(t)
    for r in framework.reviews.values():
        if own and r.layer.startswith("national/"):
            continue
        if r.source and r.authority is None:
            yield r.source
        yield from _in_note(r.note)
    sections = [framework.priorities, framework.departures, framework.dispensations]
    for section in sections if own else (*sections, framework.roles):
        for entry in section.values():
            yield from _of_entry(entry)
    yield from _deep(framework.more)


def _of_clock(t: Timescale) -> Iterator[str]:
    if t.source and t.authority is None:
        yield t.source
    yield from _in_note(t.note)


def _of_entry(entry: Any) -> Iterator[str]:
    if isinstance(entry, Mapping):
        if "source" in entry:
            yield str(entry["source"])
        yield from _in_note(entry.get("note"))


def _deep(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _of_entry(value)
        for inner in value.values():
            yield from _deep(inner)


def _in_note(note: Any) -> Iterable[str]:
    return re.findall(r"\(([a-z][a-z0-9_]*)\)", str(note)) if note else ()


def safe_link(address: str) -> str | None:
    """The address where it is one of the web, else None: nothing else may be clicked."""
    words = address.strip()
    return words if is_web_address(words) else None


def linked(address: str) -> Text:
    """An address as a link where it is one of the web, else as words."""
    return Text(address, link=safe_link(address))
