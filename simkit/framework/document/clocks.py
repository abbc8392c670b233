"""The parts of a document about time: timescales, exceptions, reviews, priorities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from simkit.common.blocks import Block, Cell, Items, Line, Section, Table, Text
from simkit.common.text import lower_first, plain_title, upper_first
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import Picture, cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs
from simkit.framework.document.phrases import (
    FORCES,
    PHASES,
    after,
    applies,
    counting_sentences,
    event_title,
    joined,
    new_words,
    ordered,
    phase_of,
    review_words,
    signs,
    timescale_words,
    unsettled,
)
from simkit.framework.document.timeline import timeline
from simkit.framework.framework import Review, Timescale
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN

_LOCAL_HEADS = ("Commitment", "By when", "For which cases", "Who decides")
_HEADS = ("Timescale", "By when", "For which cases", "Law or guidance")
_ANNEX = ("Serious incidents", "Emergency powers", "The protocol itself")
_WORKING_DAYS = "Working days are Monday to Friday, except bank holidays in England."
_START_OPEN = "whether the day on which a time starts is day 0 or day 1."
_HOURS = "Hours include nights and weekends."
_CAPTION = "Each bar starts at the event it counts from."
_NOT_QUALITY = (
    "These times say when something should happen, not how well it is done: an assessment can be on time and "
    "still be poor."
)


def commitments(inputs: DocumentInputs) -> Section:
    """What the authority itself promises: times, exceptions, reviews, priorities, and how it counts days."""
    every = ordered(inputs.framework.timescales.values())
    local = [t for t in every if not t.national]
    if not inputs.own and not local and _nothing_known(inputs):
        says = sentences(gap("No local timescale, review point or priority is known."))
        parts: list[Section | None] = [
            Section("Local timescales", says, id="local-timescales"),
            _past(inputs),
        ]
    else:
        parts = [_local(inputs, local), reviews(inputs), priorities(inputs), _past(inputs)]
    parts.append(Section("How days are counted", _counting(inputs), id="counting"))
    title = "Our commitments" if inputs.own else "Local commitments"
    sections = tuple(part for part in parts if part is not None)
    return Section(title, sentences(_NOT_QUALITY), id="timescales", sections=sections)


def _nothing_known(inputs: DocumentInputs) -> bool:
    framework = inputs.framework
    reviewed = any(not r.layer.startswith("national/") for r in framework.reviews.values())
    sections = ("timescales", "reviews", "priorities")
    unknown = all(inputs.unset(section).words == "Not known" for section in sections)
    return unknown and not reviewed and not framework.priorities and not _answered(inputs, "timescales")


def national(inputs: DocumentInputs) -> Section:
    """The national times of an assessment and of what follows it, with the instrument that sets each."""
    every = [
        t for t in ordered(inputs.framework.timescales.values()) if t.national and phase_of(t) not in _ANNEX
    ]
    title = inputs.edition.title if inputs.edition else inputs.framework.title
    says = f"From {title}, what it keeps of earlier editions, and statute."
    if not inputs.national:
        says += " They apply to every authority, which can't change them."
    if not every:
        says_nothing = sentences(says, inputs.unset("timescales"))
        return Section("National timescales", says_nothing, id="national-timescales")
    blocks: list[object] = [*sentences(says), *_tables(inputs, every)]
    reviews_of_nation = [r for r in inputs.framework.reviews.values() if r.layer.startswith("national/")]
    if reviews_of_nation and not inputs.national:
        rows = tuple(
            (
                cell(r.title, inputs.note(r.note)),
                cell(*_review_when(r, inputs)),
                cell(applies(r)),
                cell(FORCES[r.force], inputs.basis(r)),
            )
            for r in reviews_of_nation
        )
        blocks.append(Table("National timescales: reviews", _HEADS, rows))
    return Section("National timescales", tuple(blocks), id="national-timescales")


def annex(inputs: DocumentInputs) -> Section | None:
    """National times that are no part of an assessment: emergency powers and serious incidents."""
    every = [t for t in ordered(inputs.framework.timescales.values()) if t.national and phase_of(t) in _ANNEX]
    if not every:
        return None
    says = "These are not part of the assessment protocol. They are listed because they may arise during one."
    blocks = (*sentences(says), *_tables(inputs, every))
    return Section("Annex: emergency powers and serious incidents", blocks, appendix=True, id="annex")


def national_document_times(inputs: DocumentInputs) -> Section:
    """The times of a national edition, in its own document."""
    parts = [national(inputs), _past(inputs), reviews(inputs)]
    blocks = (*sentences(_NOT_QUALITY), *_counting(inputs))
    sections = tuple(part for part in parts if part is not None)
    return Section("Timescales", blocks, id="timescales", sections=sections)


def _past(inputs: DocumentInputs) -> Section | None:
    past = inputs.framework.historical
    if not past:
        return None
    table = Table("Timescales that are no longer in force", _HEADS, _rows(inputs, ordered(past.values())))
    says = "These applied at another time. They are kept with their dates."
    return Section("No longer in force", (*sentences(says), table), id="no-longer-in-force")


def _counting(inputs: DocumentInputs) -> tuple[Block, ...]:
    """How days are counted: as the authority says, or what is open."""
    counting = inputs.framework.counting
    if not counting:
        whose = "This document does" if inputs.own else "The sources do"
        return sentences(f"{_WORKING_DAYS} {whose} not say {_START_OPEN} {_HOURS}")
    source = inputs.source(counting["source"]) if "source" in counting else ()
    lines = [line(each) for each in counting_sentences(counting)]
    return (Items((*lines, line(_HOURS))), *sentences(counting.get("note", ""), source))


def timeline_section(inputs: DocumentInputs) -> Section | None:
    """The timeline of timescales and reviews. It follows both, as its height needs a page of its own."""
    chart = timeline(inputs.framework)
    if not chart.lanes:
        return None
    picture = Picture("timeline", chart, _CAPTION)
    return Section("Timeline in working days", (picture,), id="timeline-section")


def _local(inputs: DocumentInputs, every: list[Timescale]) -> Section:
    missing = inputs.unset("timescales")
    answered = _answered(inputs, "timescales")
    blocks: list[object] = []
    if every:
        rows = tuple(_local_row(inputs, t) for t in every)
        heads = _LOCAL_HEADS if inputs.own else (*_LOCAL_HEADS, "Source")
        blocks.append(
            Table("Times we set" if inputs.own else "Times found in published sources", heads, rows)
        )
    elif not answered:
        blocks += sentences(Text("No local time is set") if missing.words == "None set" else missing)
    blocks += answered
    if every and not answered and "timescales" in inputs.framework.not_known:
        blocks += sentences(gap("Not known: whether there are further local timescales."))
    return Section("Local timescales", tuple(blocks), id="local-timescales")


def _local_row(inputs: DocumentInputs, t: Timescale) -> tuple[Cell, ...]:
    row = (
        cell(t.title, inputs.note(t.note)),
        cell(*_when(inputs, t), inputs.carried_over(t)),
        cell(applies(t), *_in_force_lines(t)),
        cell(*_who(inputs, t)) or cell(Text("")),
    )
    return row if inputs.own else (*row, cell(inputs.basis(t)))


_ANSWER_LINES = {
    NONE_SET: "Decided to set none:",
    NOT_DECIDED: "Not yet decided:",
    NOT_KNOWN: "Not known:",
}


def _answered(inputs: DocumentInputs, section: str) -> list[Block]:
    """The answers other than a value for single entries of a section, one sentence for each answer."""
    names = {f"events.{name}": entry.get("title", name) for name, entry in inputs.framework.events.items()}
    by_answer: dict[str, list[str]] = {}
    for path, word in inputs.framework.answers.items():
        group, _, name = path.partition(".")
        if group == section and name:
            by_answer.setdefault(word, []).append(lower_first(event_title(name, names)))
    if inputs.framework.answers.get("priorities") == NONE_SET:
        by_answer.setdefault(NONE_SET, []).append("priorities")
    return [
        block
        for word, titles in by_answer.items()
        for block in sentences(f"{_ANSWER_LINES[word]} {'; '.join(titles)}.")
    ]


def _tables(inputs: DocumentInputs, every: list[Timescale]) -> Iterable[Table]:
    for phase in PHASES.values():
        timescales = [t for t in every if phase_of(t) == phase]
        if timescales:
            yield Table(
                f"National timescales: {lower_first(phase)}",
                _HEADS,
                _rows(inputs, timescales),
            )


def _rows(inputs: DocumentInputs, every: Iterable[Timescale]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            cell(t.title, new_words(inputs.note(t.note), t.title, timescale_words(t))),
            cell(*_when(inputs, t), *(f"Decided by: {inputs.role(t.decided_by)}" for _ in t.decided_by[:1])),
            cell(applies(t), *_in_force_lines(t)),
            cell(FORCES[t.force], inputs.basis(t), inputs.carried_over(t)),
        )
        for t in every
    )


def _when(inputs: DocumentInputs, t: Timescale) -> Iterable[str]:
    said = upper_first(timescale_words(t))
    yield said
    if t.kind == "expected_within":
        yield "An expectation, not a limit."
    if t.good_practice:
        yield f"Good practice: {t.good_practice}."
    own = inputs.own and t.national  # an authority's own document does not tell how simkit read the nation's
    if t.as_printed and not own:
        yield new_words(f"As printed: “{t.as_printed}”.", said)
    if t.also_on:
        yield f"Also on {joined((after(event, t.names) for event in t.also_on), 'or')}."
    if t.assumptions and not own:
        yield unsettled(t.assumptions, t.amount)
    if t.starting_day is not None:
        yield f"The day on which it starts is day {t.starting_day}."


def _in_force_lines(t: Timescale) -> Iterable[str]:
    if "from" in t.in_force:
        yield f"In force from {date_words(t.in_force['from'])}."
    if "until" in t.in_force:
        yield f"In force until {date_words(t.in_force['until'])}."


def _who(inputs: DocumentInputs, t: Timescale) -> Iterable[str | Text]:
    if t.decided_by:
        does = "Signs: " if signs(t) else "Decides: "
        yield f"{does if t.set_by else ''}{inputs.role(t.decided_by)}"
    if t.set_by:
        yield f"Set for each case by: {inputs.role(t.set_by)}"
    if t.varied_by:
        yield f"May be varied by: {inputs.role(t.varied_by)}"
    exceptional = "exceptional" in (t.unless, t.only_if)
    if not (t.decided_by or t.set_by or t.varied_by) and exceptional and not t.national:
        yield inputs.unwritten


def reviews(inputs: DocumentInputs) -> Section:
    """Review points: who reviews the assessment, and when. Those of the nation are in its own document."""
    every = inputs.framework.reviews.values()
    shown = [r for r in every if inputs.national or not r.layer.startswith("national/")]
    rows = tuple(
        (
            cell(r.title, inputs.note(r.note)),
            cell(*_review_when(r, inputs)),
            cell(applies(r)),
            cell(inputs.reviewer(r)),
            *(() if inputs.own else (cell(inputs.basis(r)),)),
        )
        for r in shown
    )
    blocks: list[Block] = []
    if rows:
        heads = ("Review", "When", "For which cases", "Who reviews", *(() if inputs.own else ("Source",)))
        blocks.append(Table("Review points of an assessment", heads, rows))
    if not shown and not inputs.national:
        missing = inputs.unset("reviews")
        blocks += sentences(replace(missing, words=f"Local review points: {missing.words.lower()}."))
    elif "reviews" in inputs.framework.not_known:
        blocks += sentences(gap("Not known: whether there are further review points."))
    elif not rows:
        blocks += sentences(gap("No review point was found in what was read."))
    return Section("Review points", tuple(blocks), id="reviews")


def _review_when(r: Review, inputs: DocumentInputs) -> Iterable[str]:
    yield upper_first(review_words(r, inputs.framework.reviews))
    own = inputs.own and r.layer.startswith("national/")
    if r.as_printed and not own:
        yield f"As printed: “{r.as_printed}”."
    if r.assumptions and not own:
        yield unsettled(r.assumptions, r.at or r.at_most_every)
    if r.starting_day is not None:
        yield f"The day on which it starts is day {r.starting_day}."
    if r.includes:
        yield f"By then: {joined(event_title(event, r.names).lower() for event in r.includes)}."
    if r.varied_by:
        yield f"May be varied by: {inputs.role(r.varied_by)}."
    yield inputs.carried_over(r)


def priorities(inputs: DocumentInputs) -> Section | None:
    """The priorities a case may be given, and the reviews they set; None where none are set."""
    framework = inputs.framework
    if not framework.priorities:
        missing = inputs.unset("priorities")
        if missing.words == "None set":
            return None
        return Section("Priorities", sentences(missing), id="priorities")
    keys = list(
        dict.fromkeys(k for each in framework.priorities.values() for k in each if k.endswith("_review"))
    )
    heads = ("Priority", *(_review_title(inputs, key) for key in keys))
    rows = tuple(
        (
            cell(each.get("title", plain_title(name)), _sourced(inputs, each), inputs.note(each.get("note"))),
            *(cell(f"After {each[key]}" if key in each else inputs.unset("priorities")) for key in keys),
        )
        for name, each in framework.priorities.items()
    )
    return Section("Priorities", (Table("What a case's priority sets", heads, rows),), id="priorities")


def _sourced(inputs: DocumentInputs, each: Mapping[str, str]) -> Line:
    return inputs.source(each["source"]) if "source" in each else ()


def _review_title(inputs: DocumentInputs, key: str) -> str:
    review = inputs.framework.reviews.get(key.removesuffix("_review"))
    return review.title if review else plain_title(key)
