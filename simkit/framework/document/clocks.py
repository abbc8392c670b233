"""The parts of a document about time: timescales, exceptions, reviews, priorities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simkit.common.blocks import Block, Cell, Items, Line, Section, Table, Text
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import Picture, cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs
from simkit.framework.document.phrases import (
    FORCES,
    PHASES,
    after,
    applies,
    condition,
    event_title,
    joined,
    opening,
    ordered,
    phase_of,
    plain_id,
    review_words,
    timescale_words,
    unsettled,
)
from simkit.framework.document.timeline import timeline
from simkit.framework.framework import Review, Timescale
from simkit.framework.wording import counting_words

_HEADS = ("Timescale", "By when", "For which cases", "Who decides", "Force and source")

_OPEN_COUNTING = (
    "Working days are Monday to Friday without the bank holidays of England. Whether the day on which a "
    "timescale starts counts as day 0 or as day 1 is not settled by the sources. Hours are hours of the "
    "clock, on every day of the week."
)
_HOURS = "Hours are hours of the clock, on every day of the week."
_CAPTION = "Each bar starts at the event it counts from."
_NOT_QUALITY = (
    "These timescales say when something is to happen. They say nothing of how well it is done: an "
    "assessment can be in time and poor, or late and good."
)


def timescales(inputs: DocumentInputs) -> Section:
    """National and local timescales, apart, with their sources; exceptions."""
    framework = inputs.framework
    every = ordered(framework.timescales.values())
    parts = [_national(inputs, [t for t in every if t.national])]
    if not inputs.national:
        parts.append(_local(inputs, [t for t in every if not t.national]))
    if framework.historical:
        rows = _rows(inputs, ordered(framework.historical.values()))
        table = Table("Timescales that are no longer in force", _HEADS, rows)
        says = "These held at another time. They are kept with their dates."
        parts.append(Section("No longer in force", (*sentences(says), table), id="no-longer-in-force"))
    if section := _exceptions(inputs, every):
        parts.append(section)
    return Section(
        "Timescales", (*sentences(_NOT_QUALITY), *_counting(inputs)), id="timescales", sections=tuple(parts)
    )


def _counting(inputs: DocumentInputs) -> tuple[Block, ...]:
    """How days are counted: as the authority says, or what is open."""
    counting = inputs.framework.counting
    if not counting:
        return sentences(_OPEN_COUNTING)
    said = counting_words(counting)
    source = inputs.source(counting["source"]) if "source" in counting else ()
    return sentences(f"{opening(said)}. {_HOURS}", counting.get("note", ""), source)


def timeline_section(inputs: DocumentInputs) -> Section | None:
    """The timeline of timescales and reviews. It follows both, as its height needs a page of its own."""
    chart = timeline(inputs.framework)
    if not chart.lanes:
        return None
    picture = Picture("timeline", chart, _CAPTION)
    return Section("Timeline in working days", (picture,), id="timeline-section")


def _national(inputs: DocumentInputs, every: list[Timescale]) -> Section:
    title = inputs.edition.title if inputs.edition else inputs.framework.title
    says = f"From {title} and the editions before it that it keeps, and from statute."
    if not inputs.national:
        says += " They hold for every authority and are not the authority's to change."
    if not every:
        return Section(
            "National timescales", (*sentences(says, inputs.unset("timescales")),), id="national-timescales"
        )
    return Section(
        "National timescales",
        (*sentences(says), *_tables(inputs, every, "National")),
        id="national-timescales",
    )


def _local(inputs: DocumentInputs, every: list[Timescale]) -> Section:
    missing = inputs.unset("timescales")
    if not every and _answered(inputs, "timescales"):
        return Section("Local timescales", (Items(_answered(inputs, "timescales")),), id="local-timescales")
    if not every:
        says = gap("No local timescale is set") if missing.words == "None set" else missing
        return Section("Local timescales", sentences(says), id="local-timescales")
    more: list[Block] = []
    if _answered(inputs, "timescales"):
        more = [Items(_answered(inputs, "timescales"))]
    elif "timescales" in inputs.framework.not_known:
        more = [*sentences(gap("Not known: whether there are further local timescales."))]
    return Section("Local timescales", (*_tables(inputs, every, "Local"), *more), id="local-timescales")


def _answered(inputs: DocumentInputs, section: str) -> tuple[Line, ...]:
    """The answers other than a value for single entries of a section."""
    names = {f"events.{name}": entry.get("title", name) for name, entry in inputs.framework.events.items()}
    return tuple(
        line(f"{event_title(name, names)}: {word}")
        for path, word in inputs.framework.answers.items()
        for group, _, name in (path.partition("."),)
        if group == section and name
    )


def _tables(inputs: DocumentInputs, every: list[Timescale], whose: str) -> Iterable[Table]:
    for phase in PHASES.values():
        timescales = [t for t in every if phase_of(t) == phase]
        if timescales:
            caption = f"{whose} timescales: {phase[0].lower()}{phase[1:]}"
            yield Table(caption, _HEADS, _rows(inputs, timescales))


def _rows(inputs: DocumentInputs, every: Iterable[Timescale]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            cell(t.title, inputs.note(t.note)),
            cell(*_when(t), inputs.carried_over(t)),
            cell(*applies(t), *_in_force_lines(t)),
            cell(*_who(inputs, t)),
            cell(FORCES[t.force], inputs.basis(t)),
        )
        for t in every
    )


def _when(t: Timescale) -> Iterable[str]:
    yield opening(timescale_words(t))
    if t.kind == "expected_within":
        yield "An expectation, not a limit."
    if t.good_practice:
        yield f"Good practice: {t.good_practice}."
    if t.as_printed:
        yield f"As printed: “{t.as_printed}”."
    if t.also_on:
        yield f"Also on {joined((after(event, t.names) for event in t.also_on), 'or')}."
    if t.assumptions:
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
        yield inputs.role(t.decided_by)
    if t.set_by:
        yield f"Set for each case by: {inputs.role(t.set_by)}"
    if t.varied_by:
        yield f"May be varied by: {inputs.role(t.varied_by)}"
    if not t.decided_by and not t.set_by and not t.varied_by:
        exceptional = "exceptional" in (t.unless, t.only_if)
        yield inputs.unwritten if exceptional and not t.national else "Not stated"


def _exceptions(inputs: DocumentInputs, every: Iterable[Timescale]) -> Section | None:
    exceptions = [t for t in every if t.unless or t.only_if == "exceptional"]
    if not exceptions:
        return None
    rows = tuple(
        (
            cell(t.title),
            cell(opening(condition(t))),
            cell(opening(timescale_words(t))),
            cell(*_who(inputs, t)),
        )
        for t in exceptions
    )
    heads = ("Timescale", "When it holds", "By when", "Who decides on the exception")
    table = Table("Exceptions, and who decides on them", heads, rows)
    return Section("Exceptions", (table,), id="exceptions")


def reviews(inputs: DocumentInputs) -> Section:
    """Review points: who looks at the assessment, and when."""
    every = inputs.framework.reviews
    rows = tuple(
        (
            cell(r.title, inputs.note(r.note)),
            cell(*_review_when(r, inputs)),
            cell(*applies(r)),
            cell(inputs.reviewer(r)),
            cell(FORCES[r.force], inputs.basis(r)),
        )
        for r in every.values()
    )
    blocks: list[Block] = []
    if rows:
        heads = ("Review", "When", "For which cases", "Who reviews", "Force and source")
        blocks.append(Table("Review points of an assessment", heads, rows))
    local = [r for r in every.values() if not r.layer.startswith("national/")]
    if not local and not inputs.national:
        missing = inputs.unset("reviews")
        blocks += sentences(gap(f"Local review points: {missing.words.lower()}."))
    elif "reviews" in inputs.framework.not_known:
        blocks += sentences(gap("Not known: whether there are further review points."))
    elif not rows:
        blocks += sentences(gap("No review point was found in what was read."))
    return Section("Review points", tuple(blocks), id="reviews")


def _review_when(r: Review, inputs: DocumentInputs) -> Iterable[str]:
    yield opening(review_words(r, inputs.framework.reviews))
    if r.as_printed:
        yield f"As printed: “{r.as_printed}”."
    if r.assumptions:
        yield unsettled(r.assumptions, r.at or r.at_most_every)
    if r.starting_day is not None:
        yield f"The day on which it starts is day {r.starting_day}."
    if r.includes:
        yield f"By then: {joined(event_title(event, r.names).lower() for event in r.includes)}."
    if r.varied_by:
        yield f"May be varied by: {inputs.role(r.varied_by)}."
    yield inputs.carried_over(r)


def priorities(inputs: DocumentInputs) -> Section:
    """The priorities a case may be given, and the reviews they set."""
    framework = inputs.framework
    if not framework.priorities:
        return Section("Priorities", sentences(inputs.unset("priorities")), id="priorities")
    keys = list(
        dict.fromkeys(k for each in framework.priorities.values() for k in each if k.endswith("_review"))
    )
    heads = ("Priority", *(_review_title(inputs, key) for key in keys))
    rows = tuple(
        (
            cell(each.get("title", plain_id(name)), _sourced(inputs, each), inputs.note(each.get("note"))),
            *(cell(f"After {each[key]}" if key in each else inputs.unset("priorities")) for key in keys),
        )
        for name, each in framework.priorities.items()
    )
    return Section("Priorities", (Table("What a case's priority sets", heads, rows),), id="priorities")


def _sourced(inputs: DocumentInputs, each: Mapping[str, str]) -> Line:
    return inputs.source(each["source"]) if "source" in each else ()


def _review_title(inputs: DocumentInputs, key: str) -> str:
    review = inputs.framework.reviews.get(key.removesuffix("_review"))
    return review.title if review else plain_id(key)
