"""The pathway: the points a case passes and what is promised about each, from the commitments alone."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.blocks import Section, Text
from simkit.framework.document.blocks import Column, Pathway, Picture, Stage, gap
from simkit.framework.document.inputs import DocumentInputs
from simkit.framework.document.phrases import (
    condition,
    event_title,
    is_distinct,
    opening,
    ordered,
    review_words,
    route_words,
    timescale_words,
)
from simkit.framework.framework import Review, Timescale

# Every pathway has these, so that a missing commitment shows; the others only with a commitment.
_ALWAYS = ("referral", "decided", "allocated", "child_seen", "reviewed", "authorised")
_MAIN = (
    "referral",
    "referral_acknowledged",
    "decided",
    "referrer_told",
    "transferred",
    "allocated",
    "assessment_started",
    "family_told",
    "child_seen",
    "initial_assessment_completed",
    "core_assessment_decided",
    "core_assessment_started",
    "core_assessment_completed",
    "reviewed",
    "authorised",
    "plan_made",
    "plan_visit",
    "plan_reviewed",
)
_PROTECTION = (
    "harm_suspected",
    "strategy_discussion_decided",
    "strategy_discussion",
    "enquiry_concluded",
    "conference_decided",
    "conference_requested",
    "report_shared",
    "conference",
    "core_group",
    "review_conference",
)


def pathway_section(inputs: DocumentInputs) -> Section:
    """The pathway with its drawing."""
    picture = Picture(
        "pathway",
        pathway(inputs),
        "The points in their usual order. Not every case passes all of them, and some may come in another.",
    )
    return Section("The pathway", (picture,), id="pathway-section", own_page=True)


def pathway(inputs: DocumentInputs) -> Pathway:
    """The pathway of a case: a column for every case and one for child protection."""
    columns = [Column("Every referral that is assessed", tuple(_stages(inputs, _MAIN)))]
    protection = tuple(_stages(inputs, _PROTECTION))
    if protection:
        columns.append(Column("Where significant harm is suspected (section 47)", protection))
    return Pathway(f"The pathway: {inputs.framework.title}", tuple(columns))


def _stages(inputs: DocumentInputs, events: tuple[str, ...]) -> Iterator[Stage]:
    every = ordered(inputs.framework.timescales.values())
    starts = {t.start for t in every} | {r.start for r in inputs.framework.reviews.values()}
    for event in events:
        ending = [t for t in every if t.end == event and t.kind != "at_least_before"]
        lines = [_timescale_text(inputs, t, ending) for t in ending]
        lines += [_before_text(inputs, t) for t in every if t.start == event and t.kind == "at_least_before"]
        if event == "reviewed":
            lines += [_review_text(inputs, r) for r in inputs.framework.reviews.values()]
        if lines or event in _ALWAYS or event in starts:
            yield Stage(event_title(event), tuple(lines) or _nothing(inputs, event))


def _nothing(inputs: DocumentInputs, event: str) -> tuple[Text, ...]:
    if event == "referral":
        return (Text("The start"),)
    missing = inputs.unset("timescales", event)
    return (gap("No timescale") if missing.words == "None set" else missing,)


def _routed(t: Timescale | Review) -> str:
    return f"{opening(route_words(t.routes, t.names))}: " if t.routes and t.routes != ("section_47",) else ""


def _timescale_text(inputs: DocumentInputs, t: Timescale, ending: list[Timescale]) -> Text:
    layer = "national" if t.national else "local"
    title = "" if is_distinct(t, ending) else f"{t.title}: "
    parts = [f"{_routed(t)}{title}{timescale_words(t)}", condition(t)]
    if t.routes == ("section_47",) and t.end not in _PROTECTION:
        parts[0] = f"Section 47: {parts[0]}"
    if t.decided_by:
        parts.append(f"by: {inputs.role(t.decided_by).lower()}")
    if t.set_by:
        parts.append(f"set by: {inputs.role(t.set_by).lower()}")
    return Text(f"{opening('; '.join(part for part in parts if part))} ({layer})")


def _before_text(inputs: DocumentInputs, t: Timescale) -> Text:
    return Text(f"{opening(timescale_words(t))} ({'national' if t.national else 'local'})")


def _review_text(inputs: DocumentInputs, r: Review) -> Text:
    layer = "national" if r.layer.startswith("national/") else "local"
    parts = [f"{_routed(r)}{r.title}: {review_words(r, inputs.framework.reviews)}", condition(r)]
    parts.append(f"by: {inputs.reviewer(r).lower()}")
    return Text(f"{'; '.join(part for part in parts if part)} ({layer})")
