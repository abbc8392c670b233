"""The protocol on one page: what is promised about each point of a case, and what the nation requires."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.blocks import Block, Cell, Section, Table, Text
from simkit.common.text import in_sentence, upper_first
from simkit.framework.document.blocks import cell
from simkit.framework.document.inputs import DocumentInputs
from simkit.framework.document.phrases import (
    SET_FOR_EACH_CASE,
    condition,
    event_title,
    ordered,
    review_words,
    route_words,
    signs,
    timescale_words,
)
from simkit.framework.framework import Review, Timescale

# The points of an assessment; the others are in the sections that follow.
_ALWAYS = ("decided", "allocated", "child_seen", "reviewed", "authorised")
_POINTS = (
    "decided",
    "referrer_told",
    "allocated",
    "family_told",
    "child_seen",
    "reviewed",
    "authorised",
    "conference",
)


def summary(inputs: DocumentInputs) -> Section:
    """The whole on one page, to hand out or to sign."""
    whose = "We promise" if inputs.own else "Local"
    heads = ("Point", whose, "National rules")
    table = Table("The protocol at a glance", heads, tuple(_rows(inputs)))
    blocks: list[Block] = [table]
    return Section("On one page", tuple(blocks), id="one-page")


def _rows(inputs: DocumentInputs) -> Iterator[tuple[Cell, ...]]:
    every = ordered(inputs.framework.timescales.values())
    reviews = inputs.framework.reviews.values()
    for event in _POINTS:
        ending = [t for t in every if t.end == event and t.kind != "at_least_before"]
        local: list[str | Text] = [_clock(inputs, t) for t in ending if not t.national]
        local = local or [_by_review(inputs, t) for t in inputs.by_reviews if t.end == event]
        nation = [_clock(inputs, t) for t in ending if t.national]
        if event == "reviewed":
            local += [_review(inputs, r) for r in reviews if not _of_nation(r)]
            nation += [
                upper_first(review_words(r, inputs.framework.reviews)) for r in reviews if _of_nation(r)
            ]
        if local or nation or event in _ALWAYS:
            missing = inputs.unset("reviews" if event == "reviewed" else "timescales", event)
            as_nation = bool(nation) and inputs.as_nationally(event)
            nothing = Text("As nationally" if as_nation else missing.words)
            silent = "No time found" if inputs.unread_nationally(event) else "No national time"
            yield cell(event_title(event)), cell(*(local or [nothing])), cell(*(nation or [silent]))


def _clock(inputs: DocumentInputs, t: Timescale) -> str:
    sets = f" by the {in_sentence(inputs.role(t.set_by))}" if t.set_by and not t.national else ""
    parts = [upper_first(timescale_words(t)) + sets, condition(t)]
    if t.routes and t.end not in ("conference",):
        parts.insert(0, upper_first(route_words(t.routes, t.names)))
    who = ""
    if t.decided_by and not t.national:
        who = f", {_deciding(t)} the {in_sentence(inputs.role(t.decided_by))}"
    first, *rest = [part for part in parts if part]
    said = f"{first}: {rest[0][:1].lower()}{rest[0][1:]}" if t.routes and rest else first
    more = rest[1:] if t.routes and rest else rest
    return said + (f" ({'; '.join(more)})" if more else "") + who


def _deciding(t: Timescale) -> str:
    """What leads to the post that decides. After a time that somebody sets, "by" alone would name them."""
    if t.kind not in SET_FOR_EACH_CASE:
        return "by"
    return "signed by" if signs(t) else "decided by"


def _by_review(inputs: DocumentInputs, t: Timescale) -> str:
    review = inputs.framework.reviews[str(t.part_of)]
    return upper_first(f"{timescale_words(t)} (by the {in_sentence(review.title)})")


def _review(inputs: DocumentInputs, r: Review) -> str:
    said = upper_first(review_words(r, inputs.framework.reviews))
    only = f" ({condition(r)})" if condition(r) else ""
    return f"{said}{only}, by the {in_sentence(inputs.reviewer(r))}"


def _of_nation(r: Review) -> bool:
    return r.layer.startswith("national/")
