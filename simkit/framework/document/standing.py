"""The sections about a document's standing: status, who decides, departures, what is not known, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simkit.common.blocks import Block, Cell, Facts, Items, Line, Section, Table, Text, lines_of
from simkit.common.text import listed, lower_first, plain_title, upper_first
from simkit.framework.dates import date_words, when_words
from simkit.framework.document.blocks import cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs, linked
from simkit.framework.document.phrases import (
    STRENGTHS,
    UNCHECKED,
    amount_words,
    event_title,
    ordered,
    timescale_words,
)
from simkit.framework.framework import Review, Timescale
from simkit.framework.vocabulary import EVENTS
from simkit.framework.wording import dates_words

_SECTIONS = {
    "timescales": "local timescales beyond those given here",
    "reviews": "local review points beyond those given here",
    "priorities": "priorities beyond those given here",
    "protocol": "the text of the local protocol, where it is not given here",
    "threshold_document": "the threshold document",
    "dispensations": "whether a dispensation applies, and until when",
    "departures": "whether the authority departs from the guidance anywhere",
    "roles": "which post does what",
    "agreed": "who agreed it, and when",
    "in_force": "when it started",
}

_STATUS = {
    "starter": "Starter: national rules only. We know of no local framework.",
    "documented": "Documented: compiled by others from published sources.",
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
        agreed = framework.agreed
        rows += [
            ("Agreed by", cell(agreed.get("by") or inputs.unwritten)),
            ("Agreed on", cell(_date(inputs, agreed.get("on")))),
            ("Owner (a post)", cell(agreed.get("owner") or inputs.unwritten)),
            ("Review date", cell(_date(inputs, agreed.get("review_on")))),
        ]
    unknown = [label for label, written in rows if _is_gap(written)]
    if len(unknown) > 1:
        names = listed(lower_first(label) for label in unknown)
        rows = [row for row in rows if row[0] not in unknown]
        rows.append((inputs.unwritten.words, cell(gap(upper_first(names)))))
    return (Facts("Status, agreement and dates", tuple(rows)),)


def _is_gap(written: Cell) -> bool:
    return any(text.gap for each in lines_of(written) for text in each)


def _status(inputs: DocumentInputs) -> str:
    if inputs.national and inputs.framework.status == "consultation":
        return "A draft for consultation that was never in force."
    return _STATUS.get(inputs.framework.status, inputs.framework.status)


def _edition_status(inputs: DocumentInputs) -> str:
    edition = inputs.edition
    if edition is None or edition.status == "in_force":
        return ""
    until = edition.in_force.get("until")
    return f"Replaced {when_words(until)}." if until else ""


def _in_force_row(inputs: DocumentInputs) -> tuple[str, Cell]:
    """The row about the dates in force; those of a draft are marked as intended."""
    written = inputs.framework.in_force
    if not inputs.draft or not written:
        return "In force", cell(upper_first(dates_words(written)) or inputs.unwritten)
    if set(written) == {"from"}:
        return "Planned start", cell(date_words(written["from"]))
    return "Planned to be in force", cell(upper_first(dates_words(written)))


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
    setting = [t for t in every if t.kind == "between" or t.set_by]
    rows += [(f"Sets the time: {t.title}", _people(inputs, (t.set_by,))) for t in setting]
    reviews = [r for r in framework.reviews.values() if not inputs.own or not r.layer.startswith("national/")]
    rows += [(f"Reviews: {r.title}", cell(inputs.reviewer(r))) for r in reviews]
    others = [t for t in every if t.decided_by and t.end not in ("decided", "authorised")]
    others = [t for t in others if not (inputs.own and t.national)]
    rows += [(f"Decides: {t.title}", _people(inputs, (t.decided_by,))) for t in others]
    if not inputs.national:
        rows.append(("Owns this document", cell(framework.agreed.get("owner") or inputs.unwritten)))
    if not inputs.own:
        rows = [row for row in rows if not _is_gap(row[1])]
    inherited = inputs.edition.roles if inputs.edition else {}
    noted = [
        (name, role)
        for name, role in framework.roles.items()
        if role.get("note") and not (inputs.own and role == inherited.get(name))
    ]
    posts = tuple(
        (
            cell(role.get("title", plain_title(name))),
            cell(inputs.note(role["note"])),
            *(() if inputs.own else (cell(inputs.source(role.get("source"))) or cell(Text("")),)),
        )
        for name, role in noted
    )
    blocks: list[Block] = [Facts("Who decides what", tuple(rows))]
    if posts:
        heads = ("Role", "Note") if inputs.own else ("Role", "Note", "Source")
        blocks.append(Table("Roles named in this document", heads, posts))
    return Section("Who decides and who signs", tuple(blocks), id="deciders")


def signatures(inputs: DocumentInputs) -> Section | None:
    """Lines to sign on, in the document of an authority."""
    if not inputs.own or inputs.framework.status == "superseded":
        return None
    agreed = inputs.framework.agreed
    posts = [agreed.get("owner") or "Owner", *_bodies(agreed.get("by") or "Who agrees it")]
    blank = cell(Text(""))
    rows = tuple((cell(post), blank, blank, blank) for post in posts)
    heads = ("For", "Name", "Signature", "Date")
    return Section("Signatures", (Table("Signatures", heads, rows),), id="signatures")


_BODY = re.compile(r"(?i)\b(?:council|borough|police|constabulary|icb|care board|nhs)\b")


def _bodies(agreed_by: str) -> list[str]:
    """Those who sign: each of several bodies has a line of its own, where the words leave no doubt."""
    if ";" in agreed_by:
        return [part.strip() for part in agreed_by.split(";") if part.strip()]
    parts = re.split(r",\s*(?:and\s+)?(?:the\s+)?|\s+and\s+(?:the\s+)?", agreed_by)
    return parts if len(parts) > 1 and all(_BODY.search(part) for part in parts) else [agreed_by]


def _people(inputs: DocumentInputs, roles: Iterable[tuple[str, ...]]) -> Cell:
    named = [inputs.role(name) for name in dict.fromkeys(roles) if name]
    return cell(*named) if named else cell(inputs.unwritten if inputs.own else gap("Not known"))


def departures(inputs: DocumentInputs) -> Section | None:
    """Dispensations with what they set aside, and departures with their reasons, if there are any."""
    framework = inputs.framework
    if not framework.dispensations and not framework.departures:
        return None
    blocks: list[Block] = []
    if framework.dispensations:
        rows = tuple(_dispensation(inputs, name, each) for name, each in framework.dispensations.items())
        heads = ("Dispensation", "Sets aside", "From", "Until", "Source")
        blocks.append(Table("Dispensations by the Secretary of State", heads, rows))
    if framework.departures:
        rows = tuple(
            (
                cell(_clock_title(inputs, name), inputs.note(each.get("note"))),
                cell(each.get("reason") or inputs.unwritten),
                cell(each.get("agreed_by") or inputs.unwritten),
                cell(_date(inputs, each.get("on"))),
                cell(inputs.source(each["source"])) if "source" in each else cell(Text("")),
            )
            for name, each in framework.departures.items()
        )
        heads = ("Departure", "Reason", "Agreed by", "Agreed on", "Source")
        blocks.append(Table("Departures from the statutory guidance", heads, rows))
    return Section("Dispensations and departures", tuple(blocks), id="departures")


def _dispensation(inputs: DocumentInputs, name: str, each: Mapping[str, Any]) -> tuple[Cell, ...]:
    until = each.get("until")
    ends = gap("Not known") if until is None else Text(date_words(str(until)))
    if until == "open":
        ends = Text("Still in force")
    starts = Text(date_words(str(each["from"]))) if "from" in each else gap("Not known")
    aside = [_aside(inputs, str(one)) for one in each.get("sets_aside", ())]
    source = str(each["source"]) if "source" in each else None
    return (
        cell(str(each.get("title", plain_title(name))), inputs.note(each.get("note"))),
        cell(*aside) if aside else cell(gap("Not known")),
        cell(starts),
        cell(ends),
        cell(inputs.source(source)) if source else cell(Text("")),
    )


def _aside(inputs: DocumentInputs, name: str) -> str:
    known = inputs.framework.set_aside.get(name) or inputs.framework.timescales.get(name)
    if known is None and inputs.edition:
        known = inputs.edition.timescales.get(name)
    return f"{known.title}, {amount_words(known)}" if known else plain_title(name)


def _clock_title(inputs: DocumentInputs, name: str) -> str:
    framework = inputs.framework
    known = framework.timescales.get(name) or framework.reviews.get(name)
    return known.title if known else plain_title(name)


def not_known(inputs: DocumentInputs) -> Section | None:
    """What is not known of the authority and of the national edition, if there is anything."""
    own = [_unknown(inputs, name) for name in inputs.framework.not_known]
    blocks: list[Block] = [Items(tuple(line(words) for words in own))] if own else []
    if not inputs.own:
        blocks += _not_found(inputs)
    return Section("What is not known", tuple(blocks), id="not-known") if blocks else None


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
        says = "simkit has not checked these against the published text. Check each one:"
        blocks += [*sentences(says), Items(weak)]
    blocks += _not_found(inputs)
    if not blocks:
        return None
    only = "This list is for the authors. The agreed document leaves it out."
    return Section("Before you publish", (*sentences(only), *blocks), id="before-publishing")


def _carried_words(each: Timescale | Review) -> Line:
    return line(f". In the edition that is in force: {each.carried_over}") if each.carried_over else ()


def _unknown(inputs: DocumentInputs, name: str) -> str:
    if name in _SECTIONS:
        return upper_first(_SECTIONS[name])
    if name in EVENTS:
        return event_title(name)
    known = inputs.framework.timescales.get(name)
    return f"{known.title} ({timescale_words(known)})" if known else plain_title(name)


def sources(inputs: DocumentInputs) -> Section | None:
    """Every cited source with its number and how it was read. An authority's document lists the law too."""
    blocks: list[Block] = []
    if inputs.own:
        every: tuple[Timescale | Review, ...] = (
            *inputs.framework.timescales.values(),
            *inputs.framework.reviews.values(),
        )
        law = dict.fromkeys(each.authority for each in every if each.authority)
        if law:
            blocks += sentences("Law and guidance that set the national times:")
            blocks.append(Items(tuple(line(instrument) for instrument in sorted(law))))
    if not inputs.numbers:
        if not blocks and not inputs.own:
            blocks = [*sentences(inputs.unwritten)]
        return Section("Sources", tuple(blocks), id="sources") if blocks else None
    rows = []
    for name, number in inputs.numbers.items():
        entry = inputs.framework.sources[name]
        details = [entry.get("publisher"), _dated(entry), inputs.note(entry.get("note"))]
        link = linked(entry["link"]) if "link" in entry else None
        strength = STRENGTHS.get(entry.get("strength", ""), "not stated")
        title = entry.get("title", plain_title(name))
        rows.append((cell(f"Source {number}"), cell(title, *details, link), cell(upper_first(strength))))
    anchors = tuple(f"source-{number}" for number in inputs.numbers.values())
    heads = ("Number", "Source", "Was it read?")
    table = Table("Sources cited in this document", heads, tuple(rows), anchors=anchors)
    if not inputs.own:
        blocks += sentences(
            "The last column says whether the source itself was read. Accounts by others are not the "
            "guidance."
        )
    return Section("Sources", (*blocks, table), id="sources")


def _dated(entry: Mapping[str, str]) -> str:
    when = entry.get("date") or entry.get("year")
    words = date_words(when) if when else ""
    return "" if words and words in entry.get("title", "") else words
