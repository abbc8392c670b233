"""Family P: the local protocol. Elements seen in published protocols, with text and owner.

The guidance's own list of elements was not read, so nothing here is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from simkit.framework.dates import span
from simkit.framework.person_names import is_person_name
from simkit.framework.placeholders import is_placeholder
from simkit.framework.problem import Finding, Path, Severity, excerpt
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN, PROTOCOL_ELEMENTS

_QUERY, _NOTE = Severity.QUERY, Severity.NOTE

_SEEN = "Elements seen in published protocols: Solihull 2015, Southwark 2019, Enfield, Leicester and others"
_HEAD = "simkit: framework/1\ntitle: An example\nstatus: {status}\nbased_on: national/working-together-2023\n"
_DRAFT, _CONSULTATION = _HEAD.format(status="draft"), _HEAD.format(status="consultation")
_ALL = "protocol:\n" + "".join(
    f"  {name}:\n    text: What we do.\n    owner: Head of Service\n" for name in PROTOCOL_ELEMENTS
)
_THRESHOLDS = "threshold_document:\n  title: Levels of need\n  link: https://example.gov.uk/levels\n"


def _open_elements(context: RuleContext) -> list[str]:
    """Elements that have neither a text nor a link, and that nobody tried to write."""
    if ("protocol",) in context.unusable:
        return []
    protocol = context.tree.section("protocol")
    return [
        name
        for name in PROTOCOL_ELEMENTS
        if context.answer("protocol", name) not in (NONE_SET, NOT_KNOWN)
        and (_bare(protocol[name]) if name in protocol else not _tried(context, name))
    ]


def _tried(context: RuleContext, name: str) -> bool:
    """Whether the file writes something of the element that could not be used."""
    return context.writes(("protocol", name)) and context.answer("protocol", name) is None


def _bare(element: Any) -> bool:
    return isinstance(element, dict) and not ("text" in element or "link" in element)


def _known(context: RuleContext, section: str) -> bool:
    return section not in context.data.get("not_known", ())


def _open_parts(context: RuleContext) -> list[str]:
    parts = []
    if _no_threshold_document(context):
        parts.append("the threshold document (`threshold_document:`)")
    unwritten = ("agreed",) not in context.unusable and not context.writes(("agreed", "by"))
    if unwritten and context.status != "agreed":
        parts.append("by whom it is agreed (`agreed:`)")
    return parts


def _no_threshold_document(context: RuleContext) -> bool:
    written = context.data.get("threshold_document")
    if isinstance(written, str):
        return written == NOT_DECIDED
    return not written and not context.writes(("threshold_document",))


@rule(
    "P001",
    _NOTE,
    "To be filled in",
    why="A local protocol deals with these. In a draft they may still be open.",
    remedy="Write the elements under `protocol:`, each with `text` and `owner`; `agreed:` and "
    "`threshold_document:` on lines of their own.",
    source=_SEEN,
    fails=_DRAFT,
    passes=_DRAFT
    + _ALL
    + _THRESHOLDS
    + "agreed:\n  by: Safeguarding partners\n  on: 2024-04-01\n  owner: Head of Service\n  review_on: 2099\n",
)
def to_be_filled_in(context: RuleContext) -> Iterator[Finding]:
    if not context.local or context.status != "draft" or not _known(context, "protocol"):
        return
    elements = [f"{PROTOCOL_ELEMENTS[name].title} (`{name}`)" for name in _open_elements(context)]
    parts = _open_parts(context)
    hints = []
    if elements:
        hints.append(
            "Write each element under `protocol:` by the name in brackets, with `text` and `owner` below it."
        )
    if parts:
        names = " and ".join(re.findall(r"`\w+:`", " ".join(parts)))
        hints.append(f"Not under `protocol:` but at the left of a line of its own: {names}.")
    if elements or parts:
        message = f"To be filled in: {'; '.join([*elements, *parts])}."
        path: Path = ("protocol",) if context.writes(("protocol",)) else ("status",)
        yield Finding(path, message, " ".join(hints), at_key=True)


@rule(
    "P002",
    _QUERY,
    "An element of the protocol is missing",
    why="Published protocols that follow the guidance deal with it.",
    remedy="Write it under `protocol:` with `text` (or a `link`) and `owner`; or `none set` behind its name.",
    source=_SEEN,
    fails=_CONSULTATION,
    passes=_CONSULTATION + _ALL,
)
def element_missing(context: RuleContext) -> Iterator[Finding]:
    if (
        not context.local
        or context.status not in ("consultation", "agreed")
        or not _known(context, "protocol")
    ):
        return
    missing = _open_elements(context)
    if context.status == "agreed":
        for name in missing:
            at: Path = ("protocol",) if context.writes(("protocol",)) else ("status",)
            title = PROTOCOL_ELEMENTS[name].title
            message = f"The protocol has no text for `{name}` ({title.lower()})."
            yield Finding(at, message, at_key=True)
    elif missing:
        names = "; ".join(f"`{name}` ({PROTOCOL_ELEMENTS[name].title.lower()})" for name in missing)
        path: Path = ("protocol",) if context.writes(("protocol",)) else ("status",)
        yield Finding(path, f"The protocol has no text for {names}.", at_key=True)


@rule(
    "P003",
    _QUERY,
    "An element that nobody owns",
    why="Without an owner nobody keeps it up to date.",
    remedy="Add `owner:` with a post, not a person, such as `owner: Head of Safeguarding`.",
    source="Published protocols name an owner (Hull, Luton)",
    fails="protocol:\n  young_carers:\n    text: What we do.\n",
    passes="protocol:\n  young_carers:\n    text: What we do.\n    owner: Head of Service\n",
)
def element_without_owner(context: RuleContext) -> Iterator[Finding]:
    if not context.local or context.status in ("documented", "starter", "superseded"):
        return
    lacking = [
        path
        for path, element in _elements(context)
        if ("text" in element or "link" in element) and context.lacks(element, path, "owner")
    ]
    if lacking:
        names = ", ".join(f"`{path[-1]}`" for path in lacking)
        yield Finding(lacking[0], f"No owner is named for {names}.", at_key=True)


@rule(
    "P008",
    _QUERY,
    "A person's name in place of a post",
    why="The document is public, and a name in it is personal data that is wrong when the person leaves.",
    remedy="Write the post, such as `owner: Head of Safeguarding`. If it is one, add a word such as Lead.",
    fails="protocol:\n  young_carers:\n    text: What we do.\n    owner: Jane Smith\n",
    passes="protocol:\n  young_carers:\n    text: What we do.\n    owner: Principal Social Worker\n",
)
def owner_by_name(context: RuleContext) -> Iterator[Finding]:
    if not context.local:
        return
    owned: list[tuple[Path, dict[str, Any]]] = [
        (("agreed",), context.own("agreed")),
        (("threshold_document",), context.own("threshold_document")),
        *_elements(context),
    ]
    for path, entry in owned:
        owner = str(entry.get("owner", ""))
        if is_person_name(owner):
            yield Finding(
                (*path, "owner"), f"`owner` is '{excerpt(owner)}', which looks like a person's name."
            )


def _elements(context: RuleContext) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The elements the file itself writes, each as it is with what it inherits."""
    merged = context.tree.section("protocol")
    for name, element in context.own("protocol").items():
        if name == "more":
            for own_name, own in (element if isinstance(element, dict) else {}).items():
                if isinstance(own, dict):
                    yield ("protocol", "more", own_name), (merged.get("more") or {}).get(own_name) or own
        elif isinstance(element, dict):
            yield ("protocol", name), merged.get(name) or element


_PLACEHOLDER = re.compile(
    r"(?i)^\W*(tb[acd]|to be (confirmed|completed|added|filled in)|your words\b.*|x+|to ?do)\W*$"
)


@rule(
    "P004",
    _QUERY,
    "A placeholder",
    why="It would be printed in the document.",
    remedy="Write the text, or take the element out until it is written.",
    fails="protocol:\n  young_carers:\n    text: TBC\n    owner: Head of Service\n",
    passes="protocol:\n  young_carers:\n    text: What we do.\n    owner: Head of Service\n",
)
def placeholder(context: RuleContext) -> Iterator[Finding]:
    for name, role in context.own_entries("roles"):
        if is_placeholder(role.get("title", "?role")) or is_placeholder(name.replace("_", " ")):
            title = role.get("title", name)
            hint = "Name a post, such as Team manager; or take it out until it is known."
            path: Path = ("roles", name, "title") if "title" in role else ("roles", name)
            yield Finding(path, f"'{title}' is not a post.", hint)
    for key in ("owner", "by"):
        written = context.own("agreed").get(key)
        if isinstance(written, str) and is_placeholder(written):
            message = f"'{written}' says nothing: `{key}` under `agreed` is still open."
            yield Finding(
                ("agreed", key), message, "Take the line out until it is known, or put a # before it."
            )
    for path, element in _elements(context):
        for key in ("text", "owner"):
            written = element.get(key)
            open_owner = key == "owner" and isinstance(written, str) and is_placeholder(written)
            if isinstance(written, str) and (
                open_owner or _PLACEHOLDER.match(written.strip().split("\n")[0])
            ):
                yield Finding((*path, key), f"The {key} of `{path[-1]}` is still '{written.strip()[:40]}'.")


@rule(
    "P005",
    _QUERY,
    "No threshold document",
    why="Beside the protocol stands a document with the criteria for early help, assessment and "
    "statutory services.",
    remedy="Add `threshold_document:` with `title` and `link`.",
    source="Working Together 2013, as reported by a law firm (Lexology)",
    fails=_CONSULTATION,
    passes=_CONSULTATION + _THRESHOLDS,
)
def no_threshold_document(context: RuleContext) -> Iterator[Finding]:
    if (
        not context.local
        or context.status not in ("consultation", "agreed")
        or not _known(context, "threshold_document")
    ):
        return
    if _no_threshold_document(context):
        yield Finding(("status",), "No threshold document is named.", at_key=True)


@rule(
    "P006",
    _QUERY,
    "Agreed by a board that had been replaced",
    why="Since 2018 the safeguarding partners agree the protocol, in place of the Local Safeguarding "
    "Children Board.",
    remedy="Name the safeguarding partners, or let `based_on` name the edition that was in force.",
    source="Working Together 2018",
    fails=_DRAFT + "agreed:\n  by: Example LSCB\n  on: 2022-04-01\n",
    passes=_DRAFT + "agreed:\n  by: Example Safeguarding Children Partnership\n  on: 2022-04-01\n",
)
def replaced_board(context: RuleContext) -> Iterator[Finding]:
    by = context.own("agreed").get("by")
    roles = context.tree.section("roles")
    if not isinstance(by, str) or "lscb" in roles or "safeguarding_partners" not in roles:
        return
    if re.search(r"(?i)\blscb\b|safeguarding (children )?board", by):
        yield Finding(("agreed", "by"), f"'{by}' is a board; this edition has safeguarding partners.")


@rule(
    "P009",
    _NOTE,
    "An element of another time",
    why="The national panel of experts on serious case reviews began in 2013 and was replaced in 2018.",
    remedy="Take it out, or let `based_on` name the edition under which it stood.",
    source="Working Together 2018, as reported by Swindon's procedures (amendments, September 2018)",
    fails=_DRAFT + "protocol:\n  national_panel:\n    text: Whom we ask.\n    owner: Head of Service\n",
    passes=_DRAFT.replace("2023", "2013")
    + "protocol:\n  national_panel:\n    text: Whom we ask.\n    owner: Head of Service\n",
)
def element_of_another_time(context: RuleContext) -> Iterator[Finding]:
    began = span(context.lower.edition.in_force.get("from", ""))
    if "national_panel" in context.own("protocol") and began and began[0] >= date(2018, 7, 1):
        message = "The national panel was replaced in 2018; this edition has none."
        yield Finding(("protocol", "national_panel"), message, at_key=True)


@rule(
    "P007",
    _QUERY,
    "How to challenge is not said where",
    why="The complaints procedure is published as part of the protocol, so a family must be able to find it.",
    remedy="Add a `link:` to the complaints procedure.",
    source="Written parliamentary answer 137389, 14 March 2022",
    fails=_CONSULTATION
    + "protocol:\n  challenge:\n    text: You can complain.\n    owner: Head of Service\n",
    passes=_CONSULTATION
    + "protocol:\n  challenge:\n    text: You can complain.\n    owner: Head of Service\n"
    + "    link: https://example.gov.uk/complaints\n",
)
def challenge_without_link(context: RuleContext) -> Iterator[Finding]:
    element = context.tree.get("protocol", "challenge")
    if (
        context.status not in ("consultation", "agreed")
        or not isinstance(element, dict)
        or "text" not in element
    ):
        return
    path: Path = ("protocol", "challenge")
    if context.writes(path) and context.lacks(element, path, "link"):
        yield Finding(path, "`challenge` has no link to the complaints procedure.", at_key=True)
