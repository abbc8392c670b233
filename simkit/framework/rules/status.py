"""Family A, status: whether the file's content supports its status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.common.text import listed, lower_first
from simkit.framework.dates import date_words, span
from simkit.framework.inheritance import ONE_OF
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.template_text import without_template_text
from simkit.framework.vocabulary import EVENTS, NOT_DECIDED, QUESTIONS

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE


_HEAD = "simkit: framework/1\ntitle: An example\nstatus: {status}\nbased_on: national/working-together-2023\n"


_VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 7 working days\n"
)


_AGREED = _HEAD.format(status="agreed") + (
    "agreed:\n  by: Safeguarding partners\n  on: 2024-04-01\n  owner: Head of Service\n  review_on: "
    "2099-04-01\n"
)


_AGREEMENT = ("by", "on", "owner", "review_on")


@rule(
    "A010",
    _ERROR,
    "Agreed, but the file does not say by whom",
    why="A document may only call itself agreed if it says who agreed it, when, who owns it and when it "
    "will be reviewed.",
    remedy="Add the lines `by`, `on`, `owner` and `review_on` under `agreed:`, or write `status: draft`.",
    source="South Gloucestershire, Hull and Luton protocols; Working Together",
    fails=_HEAD.format(status="agreed"),
    passes=_AGREED,
)
def not_really_agreed(context: RuleContext) -> Iterator[Finding]:
    if context.status != "agreed" or ("agreed",) in context.unusable:
        return
    absent_keys = [f"`{key}`" for key in _AGREEMENT if context.lacks(context.own("agreed"), ("agreed",), key)]
    if absent_keys:
        path: Path = ("agreed",) if context.writes(("agreed",)) else ("status",)
        message = f"The status is agreed, but `agreed:` has no {', no '.join(absent_keys)}."
        lines = f"the line{'' if len(absent_keys) == 1 else 's'} {listed(absent_keys)}"
        yield Finding(path, message, f"Add {lines} under `agreed:`, or write `status: draft`.", at_key=True)


@rule(
    "A011",
    _QUERY,
    "The review date has passed",
    why="The document says that it would have been reviewed by now.",
    remedy="Review it and write the next date, or write `status: superseded`.",
    fails=_AGREED.replace("2099-04-01", "2024-10-01"),
    passes=_AGREED,
)
def review_overdue(context: RuleContext) -> Iterator[Finding]:
    written = context.own("agreed").get("review_on")
    days = span(written) if written is not None else None
    if days and days[1] < context.today and context.status not in ("superseded", "documented"):
        yield Finding(("agreed", "review_on"), f"The review date ({date_words(str(written))}) has passed.")


@rule(
    "A012",
    _QUERY,
    "The dates of the agreement do not fit",
    why="A document is agreed first and reviewed later, and nobody can have agreed it in the future.",
    remedy="Check both dates.",
    fails=_AGREED.replace("2099-04-01", "2023-04-01"),
    passes=_AGREED,
)
def agreement_dates(context: RuleContext) -> Iterator[Finding]:
    agreed = without_template_text(context.own("agreed"))  # P010 and P011 report the rest
    on = span(agreed["on"]) if "on" in agreed else None
    review = span(agreed["review_on"]) if "review_on" in agreed else None
    if on and review and review[1] < on[0]:
        review_day, day = date_words(str(agreed["review_on"])), date_words(str(agreed["on"]))
        message = f"The review date ({review_day}) is before the agreement ({day})."
        yield Finding(("agreed", "review_on"), message)
    if on and on[0] > context.today and context.status == "agreed":
        message = f"The date of the agreement ({date_words(str(agreed['on']))}) is in the future."
        hint = "Correct the day. If it is not agreed yet, write `status: draft`."
        yield Finding(("agreed", "on"), message, hint)


_VALUES = ("timescales", "reviews", "priorities", "protocol", "agreed", "departures")


@rule(
    "A013",
    _ERROR,
    "A starter with local values",
    why="`starter` means that nothing local is known, but this file has local values.",
    remedy="Write `status: documented` if it was compiled from published sources, or `status: draft` if it "
    "is the authority's own.",
    fails=_HEAD.format(status="starter") + _VISIT,
    passes=_HEAD.format(status="starter"),
)
def starter_with_values(context: RuleContext) -> Iterator[Finding]:
    if context.status == "starter":
        sections = [section for section in _VALUES if context.own(section)]
        if sections:
            message = f"The status is starter, but the file has local {listed(sections)}."
            place = context.source.place((sections[0],), at_key=True)
            yield Finding(("status",), message, related=(place,))


@rule(
    "A014",
    _ERROR,
    "A documented value without a source",
    why="`documented` means that every local value comes from a published source. Nobody can look this one "
    "up.",
    remedy="Add `source:` with the id of an entry under `sources:`, or write `status: draft`.",
    fails=_HEAD.format(status="documented") + _VISIT,
    passes=_HEAD.format(status="documented")
    + "sources:\n  leaflet:\n    title: Our leaflet\n    strength: verified\n"
    + _VISIT
    + "    source: leaflet\n",
)
def undocumented(context: RuleContext) -> Iterator[Finding]:
    if context.status != "documented" or context.kind == "national":
        return
    for section in ("timescales", "reviews"):
        for name, entry, full in context.merged_entries(section):
            own = any(key in entry for group in ONE_OF[section] for key in group)
            if own and context.lacks(full, (section, name), "source", "read_in"):
                yield Finding((section, name), f"`{name}` has no source.", at_key=True)
    for name, element in context.own_entries("protocol"):
        if name != "more" and "text" in element and context.lacks(element, ("protocol", name), "source"):
            yield Finding(("protocol", name), f"`{name}` has no source.", at_key=True)


@rule(
    "A015",
    _ERROR,
    "A status for national editions only",
    why="`in_force` is the status of a national edition. A local framework is agreed or not yet agreed.",
    remedy="Write `status: agreed` and fill in `agreed:`, or write draft, consultation, documented or "
    "starter.",
    fails=_HEAD.format(status="in_force"),
    passes=_HEAD.format(status="draft"),
)
def nation_status(context: RuleContext) -> Iterator[Finding]:
    if context.local and context.status == "in_force":
        yield Finding(("status",), "A local framework can't have the status in_force.")


@rule(
    "A016",
    _QUERY,
    "Superseded, but the file does not say when",
    why="Without the day nobody knows how long the framework applied.",
    remedy="Add `until:` under `in_force:`.",
    fails=_HEAD.format(status="superseded"),
    passes=_HEAD.format(status="superseded") + "in_force:\n  from: 2019\n  until: 2023-12\n",
)
def superseded_when(context: RuleContext) -> Iterator[Finding]:
    if context.status == "superseded" and context.lacks(context.own("in_force"), ("in_force",), "until"):
        yield Finding(("status",), "The status is superseded, but there is no `until`.")


@rule(
    "A017",
    _QUERY,
    "A fact from memory in a document for others",
    why="Nobody has read a source marked `recalled`. Check it before you publish it as fact.",
    remedy="Look it up and write `strength: verified`, or take the value out.",
    fails=_HEAD.format(status="consultation")
    + "sources:\n  memory:\n    title: Known to the trade\n    strength: recalled\n"
    + _VISIT
    + "    source: memory\n",
    passes=_HEAD.format(status="consultation")
    + "sources:\n  leaflet:\n    title: Our leaflet\n    strength: verified\n"
    + _VISIT
    + "    source: leaflet\n",
)
def from_memory(context: RuleContext) -> Iterator[Finding]:
    if context.status not in ("consultation", "agreed"):
        return
    for section in ("timescales", "reviews"):
        for name, entry in context.own_entries(section):
            read_in = str(entry.get("read_in") or entry.get("source"))
            strength = entry.get("strength") or context.tree.get("sources", read_in, "strength")
            if strength == "recalled":
                path: Path = (section, name, "source" if "source" in entry else "strength")
                yield Finding(path, f"`{name}` is based on a source that is only recalled.")


@rule(
    "A020",
    _NOTE,
    "Agreed, with national limits that nobody checked",
    why="simkit has not compared these national limits with the published text. The agreed document says so "
    "only in its list of sources.",
    remedy="Compare each with the published text. The document of a draft lists them under 'Before you "
    "publish'.",
    fails=_AGREED,
    passes=_AGREED.replace("status: agreed", "status: draft"),
)
def unchecked(context: RuleContext) -> Iterator[Finding]:
    if context.status != "agreed":
        return
    weak = []
    for name, entry in context.tree.section("timescales").items():
        read_in = str(entry.get("read_in") or entry.get("source"))
        strength = entry.get("strength") or context.tree.get("sources", read_in, "strength")
        if "carried_over" in entry:
            strength = "recalled"
        if strength in ("secondary", "recalled") and context.tree.national("timescales", name):
            weak.append(str(entry.get("title", name)))
    if weak:
        named = f"{', '.join(weak[:3])}{' and others' if len(weak) > 3 else ''}"
        message = f"{len(weak)} national limits were not checked against the published text: {named}."
        yield Finding(("status",), message)


_DECIDED = _AGREED + (
    "timescales: none set\nreviews: none set\npriorities: none set\nthreshold_document: none set\n"
    "protocol: none set\n"
)


@rule(
    "A022",
    _QUERY,
    "A question that nobody has decided",
    why="An agreed framework should answer each question, or say that nothing was set. Otherwise readers "
    "can't tell a decision from an oversight.",
    remedy="Write your answer, `none set` if you decided to have none, or `not known`.",
    source="Design choice: four answers for every question",
    fails=_AGREED,
    passes=_DECIDED,
)
def undecided(context: RuleContext) -> Iterator[Finding]:
    if context.status != "agreed" or not context.local:
        return
    unknown = context.data.get("not_known", ())
    for section, questions in QUESTIONS.items():
        if (section,) in context.unusable or section in unknown:
            continue
        ends = {entry.get("to") for name, entry in _local_entries(context, section)}
        ends |= _by_a_review(context) if section == "timescales" else set()
        for question in questions or (section,):
            given = question in ends if section == "timescales" else bool(ends)
            answer = context.answer(section, question)
            if not given and question not in unknown and answer in (None, NOT_DECIDED):
                title = EVENTS[question].title if question in EVENTS else section
                path: Path = (section,) if context.writes((section,)) else ("status",)
                hint = _what_to_write(section, question, bool(context.own(section)))
                yield Finding(path, f"Not decided: {lower_first(title)}.", hint, at_key=True)
    for path, answer in context.tree.answers.items():
        asked = (*(QUESTIONS.get(str(path[0])) or ()), None)
        if answer == NOT_DECIDED and (path[-1] not in asked) and len(path) > 1 and path[0] != "protocol":
            yield Finding(path, f"Not decided: {str(path[-1]).replace('_', ' ')}.")


def _by_a_review(context: RuleContext) -> set[Any]:
    """The events that have to have happened by a review: that says when."""
    reviews = (entry.get("includes") for _, entry in _local_entries(context, "reviews"))
    return {event for each in reviews if isinstance(each, list) for event in each}


def _local_entries(context: RuleContext, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in context.tree.section(section).items():
        if isinstance(entry, dict) and not context.tree.national(section, name):
            yield name, entry


def _what_to_write(section: str, question: str, begun: bool) -> str:
    lines = f"{section}: none set" if section != "timescales" else f"  {question}: none set"
    if section == "timescales" and not begun:
        lines = f"timescales:\n{lines}"
    where = "under `timescales:` " if section == "timescales" and begun else ""
    return f"Write your answer. If you decided to have none, write {where}this:\n{lines}"


@rule(
    "A018",
    _QUERY,
    "A source without its strength",
    why="Readers need to know whether somebody read the source (verified), read about it (secondary) or "
    "remembers it (recalled).",
    remedy="Add `strength:` with verified, secondary or recalled.",
    fails="sources:\n  leaflet:\n    title: Our leaflet\n",
    passes="sources:\n  leaflet:\n    title: Our leaflet\n    strength: verified\n",
)
def source_strength(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("sources"):
        if context.lacks(entry, ("sources", name), "strength") and name not in context.lower.section(
            "sources"
        ):
            yield Finding(("sources", name), f"The source `{name}` has no strength.", at_key=True)
