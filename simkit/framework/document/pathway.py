"""The pathway: the points a case passes and what is promised about each, from the commitments alone."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.framework.document.blocks import Column, Pathway, Picture, Section, Stage, Text, gap
from simkit.framework.document.inputs import Basis
from simkit.framework.document.phrases import (
    condition,
    event_title,
    opening,
    ordered,
    review_words,
    route_words,
    timescale_words,
    told_apart,
)
from simkit.framework.framework import Review, Timescale

__all__ = ["pathway", "pathway_section"]

# Every way has these, so that a missing promise shows; the others appear where something is said of them.
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


def pathway_section(base: Basis) -> Section:
    """The pathway with its drawing."""
    picture = Picture(
        "pathway",
        pathway(base),
        "The points in their usual order. Not every case passes all of them, and some may come in another.",
    )
    return Section("pathway-section", "The pathway", (picture,), own_page=True)


def pathway(base: Basis) -> Pathway:
    """The way of a case, in a column for every case and one for child protection."""
    columns = [Column("Every referral that is assessed", tuple(_stages(base, _MAIN)))]
    protection = tuple(_stages(base, _PROTECTION))
    if protection:
        columns.append(Column("Where significant harm is suspected (section 47)", protection))
    return Pathway(f"The pathway: {base.framework.title}", tuple(columns))


def _stages(base: Basis, events: tuple[str, ...]) -> Iterator[Stage]:
    every = ordered(base.framework.timescales.values())
    starts = {t.start for t in every} | {r.start for r in base.framework.reviews.values()}
    for event in events:
        here = [t for t in every if t.end == event and t.kind != "at_least_before"]
        lines = [_told(base, t, here) for t in here]
        lines += [_told_before(base, t) for t in every if t.start == event and t.kind == "at_least_before"]
        if event == "reviewed":
            lines += [_reviewed(base, r) for r in base.framework.reviews.values()]
        if lines or event in _ALWAYS or event in starts:
            yield Stage(event_title(event), tuple(lines) or _nothing(base, event))


def _nothing(base: Basis, event: str) -> tuple[Text, ...]:
    if event == "referral":
        return (Text("The start"),)
    missing = base.unset("timescales", event)
    return (gap("No timescale") if missing.words == "None set" else missing,)


def _routed(t: Timescale | Review) -> str:
    return f"{opening(route_words(t.routes))}: " if t.routes and t.routes != ("section_47",) else ""


def _told(base: Basis, t: Timescale, here: list[Timescale]) -> Text:
    layer = "national" if t.national else "local"
    named = "" if told_apart(t, here) else f"{t.title}: "
    parts = [f"{_routed(t)}{named}{timescale_words(t)}", condition(t)]
    if t.routes == ("section_47",) and t.end not in _PROTECTION:
        parts[0] = f"Section 47: {parts[0]}"
    if t.decided_by:
        parts.append(f"by: {base.role(t.decided_by).lower()}")
    if t.set_by:
        parts.append(f"set by: {base.role(t.set_by).lower()}")
    return Text(f"{opening('; '.join(part for part in parts if part))} ({layer})")


def _told_before(base: Basis, t: Timescale) -> Text:
    return Text(f"{opening(timescale_words(t))} ({'national' if t.national else 'local'})")


def _reviewed(base: Basis, r: Review) -> Text:
    layer = "national" if r.layer.startswith("national/") else "local"
    parts = [f"{_routed(r)}{r.title}: {review_words(r, base.framework.reviews)}", condition(r)]
    parts.append(f"by: {base.reviewer(r).lower()}")
    return Text(f"{'; '.join(part for part in parts if part)} ({layer})")
