"""The sections about a document's standing: status, who decides, departures, what is not known, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simkit.common.blocks import Block, Cell, Facts, Items, Line, Section, Table, Text
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs, linked
from simkit.framework.document.phrases import (
    STRENGTHS,
    UNCHECKED,
    amount_words,
    event_title,
    opening,
    ordered,
    plain_id,
    timescale_words,
)
from simkit.framework.framework import Review, Timescale
from simkit.framework.vocabulary import EVENTS

_SECTIONS = {
    "timescales": "local timescales beyond those given here",
    "reviews": "local review points beyond those given here",
    "priorities": "priorities beyond those given here",
    "protocol": "the text of the local protocol, where it is not given here",
    "threshold_document": "the threshold document",
    "dispensations": "whether a dispensation holds, and until when",
    "departures": "whether the authority departs from the guidance anywhere",
    "roles": "who holds which role",
    "agreed": "who agreed it, and when",
    "in_force": "since when it holds",
}

_STATUS = {
    "starter": "Starter: the national rules alone. The local framework is not known.",
    "documented": "Documented: compiled by others from published sources, as far as they were read.",
    "draft": "Draft: not agreed.",
    "consultation": "For consultation: not agreed.",
    "agreed": "Agreed.",
    "superseded": "Superseded: no longer in force.",
    "in_force": "In force.",
}


def about(inputs: DocumentInputs) -> tuple[Block, ...]:
    """What the document is: whose, since when, on what it rests, who agreed it."""
    framework = inputs.framework
    rows: list[tuple[str, Cell]] = [("Status", cell(_status(inputs)))]
    if not inputs.national:
        rows.insert(0, ("Authority", cell(framework.authority or inputs.unwritten)))
        if inputs.edition:
            rows.append(("National rules", cell(inputs.edition.title, _edition_status(inputs))))
    rows.append(_in_force_row(inputs))
    if not inputs.national:
        rows += [
            ("Agreed by", cell(framework.agreed.get("by") or inputs.unwritten)),
            ("Agreed on", cell(_date(inputs, framework.agreed.get("on")))),
            ("Owner (a post)", cell(framework.agreed.get("owner") or inputs.unwritten)),
            ("To be reviewed", cell(_date(inputs, framework.agreed.get("review_on")))),
        ]
    return (Facts("Status, agreement and dates", tuple(rows)),)


def _status(inputs: DocumentInputs) -> str:
    if inputs.national and inputs.framework.status == "consultation":
        return "A draft for consultation that was never in force."
    return _STATUS.get(inputs.framework.status, inputs.framework.status)


def _edition_status(inputs: DocumentInputs) -> str:
    edition = inputs.edition
    if edition is None or edition.status == "in_force":
        return ""
    until = edition.in_force.get("until")
    return f"An edition that is no longer in force: it held until {date_words(until)}." if until else ""


def _in_force_row(inputs: DocumentInputs) -> tuple[str, Cell]:
    """The row about the dates in force; those of a draft are marked as intended."""
    written = inputs.framework.in_force
    if not inputs.draft or not written:
        return "In force", cell(_in_force(written) or inputs.unwritten)
    if set(written) == {"from"}:
        return "Meant to be in force from", cell(date_words(written["from"]))
    return "Meant to be in force", cell(_in_force(written))


def _in_force(in_force: Mapping[str, str]) -> str:
    since, until = in_force.get("from"), in_force.get("until")
    parts = [f"from {date_words(since)}" if since else "", f"until {date_words(until)}" if until else ""]
    return opening(" ".join(part for part in parts if part))


def _date(inputs: DocumentInputs, written: str | None) -> Text:
    return Text(date_words(written)) if written else inputs.unwritten


def deciders(inputs: DocumentInputs) -> Section:
    """Who decides and who signs, by what is decided; then every role."""
    framework = inputs.framework
    every = ordered(framework.timescales.values())
    ends = [t for t in every if t.end == "authorised" and not t.only_if]
    # With a condition `decided_by` is who decides on the exception, and signs where nobody else is named to.
    signs = [t for t in ends if t.decided_by and not t.unless] or ends
    first = [t for t in every if t.end == "decided"]
    rows = [
        ("Decides what happens with a referral", _people(inputs, (t.decided_by for t in first))),
        ("Signs the assessment: a manager", _people(inputs, (t.decided_by for t in signs))),
    ]
    if any(t.unless == "exceptional" or t.only_if == "exceptional" for t in every):
        exceptional = (t.decided_by for t in every if "exceptional" in (t.unless, t.only_if))
        rows.append(("Decides that a case is exceptional", _people(inputs, exceptional)))
    setting = [t for t in every if t.kind in ("between", "at_most") or t.set_by]
    rows += [(f"Sets the time: {t.title}", _people(inputs, (t.set_by,))) for t in setting]
    rows += [(f"Reviews: {r.title}", cell(inputs.reviewer(r))) for r in framework.reviews.values()]
    others = [t for t in every if t.decided_by and t.end not in ("decided", "authorised")]
    rows += [(f"Decides or records: {t.title}", _people(inputs, (t.decided_by,))) for t in others]
    if not inputs.national:
        rows.append(("Owns this document", cell(framework.agreed.get("owner") or inputs.unwritten)))
    posts = tuple(
        (
            cell(role.get("title", plain_id(name))),
            cell(inputs.note(role.get("note")) or "Nothing noted"),
            cell(inputs.source(role["source"]) if "source" in role else "None given"),
        )
        for name, role in framework.roles.items()
    )
    return Section(
        "Who decides and who signs",
        (
            Facts("Who decides what", tuple(rows)),
            Table("Roles named in this document", ("Role", "Note", "Source"), posts),
        ),
        id="deciders",
    )


def _people(inputs: DocumentInputs, roles: Iterable[tuple[str, ...]]) -> Cell:
    named = [inputs.role(name) for name in dict.fromkeys(roles) if name]
    return cell(*named) if named else cell(inputs.unwritten if inputs.own else gap("Not known"))


def departures(inputs: DocumentInputs) -> Section:
    """Dispensations with what they set aside, and departures with their reasons."""
    framework = inputs.framework
    blocks: list[Block] = []
    if framework.dispensations:
        rows = tuple(_dispensation(inputs, name, each) for name, each in framework.dispensations.items())
        heads = ("Dispensation", "Sets aside", "From", "Until", "Source")
        blocks.append(Table("Dispensations by the Secretary of State", heads, rows))
    else:
        blocks += sentences(line("Dispensations: ", _none(inputs, "dispensations")))
    if framework.departures:
        rows = tuple(
            (
                cell(_clock_title(inputs, name), inputs.note(each.get("note"))),
                cell(each.get("reason") or inputs.unwritten),
                cell(each.get("agreed_by") or inputs.unwritten),
                cell(_date(inputs, each.get("on"))),
                cell(inputs.source(each["source"]) if "source" in each else "None given"),
            )
            for name, each in framework.departures.items()
        )
        heads = ("Departure", "Reason", "Agreed by", "Agreed on", "Source")
        blocks.append(Table("Departures from the statutory guidance", heads, rows))
    else:
        blocks += sentences(line("Departures from the statutory guidance: ", _none(inputs, "departures")))
    return Section("Dispensations and departures", tuple(blocks), id="departures")


def _none(inputs: DocumentInputs, section: str) -> Text:
    return gap("Not known") if inputs.unset(section).words == "Not known" else Text("none recorded")


def _dispensation(inputs: DocumentInputs, name: str, each: Mapping[str, Any]) -> tuple[Cell, ...]:
    until = each.get("until")
    ends = gap("Not known") if until is None else Text(date_words(str(until)))
    if until == "open":
        ends = Text("Still in force")
    starts = Text(date_words(str(each["from"]))) if "from" in each else gap("Not known")
    aside = [_aside(inputs, str(one)) for one in each.get("sets_aside", ())]
    source = str(each["source"]) if "source" in each else None
    return (
        cell(str(each.get("title", plain_id(name))), inputs.note(each.get("note"))),
        cell(*aside) if aside else cell(gap("Not known")),
        cell(starts),
        cell(ends),
        cell(inputs.source(source) or "None given"),
    )


def _aside(inputs: DocumentInputs, name: str) -> str:
    known = inputs.framework.set_aside.get(name) or inputs.framework.timescales.get(name)
    if known is None and inputs.edition:
        known = inputs.edition.timescales.get(name)
    return f"{known.title}, {amount_words(known)}" if known else plain_id(name)


def _clock_title(inputs: DocumentInputs, name: str) -> str:
    framework = inputs.framework
    known = framework.timescales.get(name) or framework.reviews.get(name)
    return known.title if known else plain_id(name)


def not_known(inputs: DocumentInputs) -> Section:
    """What is not known, in words: of the authority, and of the national edition."""
    own = [_unknown(inputs, name) for name in inputs.framework.not_known]
    blocks: list[Block] = []
    if own:
        blocks.append(Items(tuple(line(words) for words in own)))
    elif not inputs.national:
        blocks += sentences("Nothing is recorded as not known.")
    if not inputs.own:
        blocks += _not_found(inputs)
    return Section("Not known", tuple(blocks), id="not-known")


def _not_found(inputs: DocumentInputs) -> tuple[Block, ...]:
    """National numbers that were looked for and not found, and that no local value replaces."""
    if inputs.edition is None:
        return ()
    with_value = {t.end for t in inputs.framework.timescales.values()} | set(inputs.framework.timescales)
    nation = [_unknown(inputs, name) for name in inputs.edition.not_known if name not in with_value]
    if not nation:
        return ()
    says = f"No national number was found for these in what was read for {inputs.edition.title}:"
    return (*sentences(says), Items(tuple(line(words) for words in nation)))


def before_publishing(inputs: DocumentInputs) -> Section | None:
    """What its authors check while it is a draft: commitments whose published text was not read."""
    if not inputs.draft:
        return None
    every: list[Timescale | Review] = [*ordered(inputs.framework.timescales.values())]
    every += inputs.framework.reviews.values()
    weak = tuple(
        (Text(f"{each.title}: "), *inputs.basis(each), *_carried_words(each))
        for each in every
        if each.strength in UNCHECKED or each.carried_over
    )
    blocks: list[Block] = []
    if weak:
        says = "These were not checked against the published text. Check them there:"
        blocks += [*sentences(says), Items(weak)]
    blocks += _not_found(inputs)
    if not blocks:
        return None
    only = "This list is for its authors, and is left out once the document is agreed."
    return Section("Before you publish", (*sentences(only), *blocks), id="before-publishing")


def _carried_words(each: Timescale | Review) -> Line:
    return line(f". In the edition that is in force: {each.carried_over}") if each.carried_over else ()


def _unknown(inputs: DocumentInputs, name: str) -> str:
    if name in _SECTIONS:
        return opening(_SECTIONS[name])
    if name in EVENTS:
        return event_title(name)
    known = inputs.framework.timescales.get(name)
    return f"{known.title} ({timescale_words(known)})" if known else plain_id(name)


def sources(inputs: DocumentInputs) -> Section:
    """Every source that is cited, numbered, with how it was read."""
    if not inputs.numbers:
        missing = "No source is cited." if inputs.own else inputs.unwritten
        return Section("Sources", sentences(missing), id="sources")
    rows = []
    for name, number in inputs.numbers.items():
        entry = inputs.framework.sources[name]
        details = [entry.get("publisher"), _dated(entry), inputs.note(entry.get("note"))]
        link = linked(entry["link"]) if "link" in entry else None
        strength = STRENGTHS.get(entry.get("strength", ""), "not stated")
        title = entry.get("title", plain_id(name))
        rows.append((cell(f"Source {number}"), cell(title, *details, link), cell(opening(strength))))
    anchors = tuple(f"source-{number}" for number in inputs.numbers.values())
    says = (
        "How far a source was read is told for each. A published text that was not checked may say something "
        "else."
    )
    table = Table(
        "Sources cited in this document",
        ("Number", "Source", "How far it was read"),
        tuple(rows),
        anchors=anchors,
    )
    return Section("Sources", (*sentences(says), table), id="sources")


def _dated(entry: Mapping[str, str]) -> str:
    when = entry.get("date") or entry.get("year")
    words = date_words(when) if when else ""
    return "" if words and words in entry.get("title", "") else words
