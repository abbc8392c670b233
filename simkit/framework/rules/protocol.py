"""Family P: the local protocol. Elements seen in published protocols, with text and owner.

The guidance's own list of elements was not read, so nothing here is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from simkit.common.text import is_web_address, listed
from simkit.framework import template_text as example
from simkit.framework.dates import span
from simkit.framework.person_names import is_person_name
from simkit.framework.placeholders import is_placeholder
from simkit.framework.problem import Finding, Path, Severity, excerpt
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.template_text import is_template_text
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN, PROTOCOL_ELEMENTS
from simkit.framework.yaml.layout import line_numbers

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE

_SEEN = "Elements seen in published protocols: Solihull 2015, Southwark 2019, Enfield, Leicester and others"
_HEAD = "simkit: framework/1\ntitle: An example\nstatus: {status}\nbased_on: national/working-together-2023\n"
_DRAFT, _CONSULTATION = _HEAD.format(status="draft"), _HEAD.format(status="consultation")
_ALL = "protocol:\n" + "".join(
    f"  {name}:\n    text: What we do.\n    owner: Head of Service\n" for name in PROTOCOL_ELEMENTS
)
_THRESHOLDS = "threshold_document:\n  title: Levels of need\n  link: https://www.council.gov.uk/levels\n"


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


_PARTS = {"threshold_document": "the threshold document", "agreed": "who agrees it"}
_NAMED_ELEMENTS = 3


def _open_parts(context: RuleContext) -> list[str]:
    unwritten = ("agreed",) not in context.unusable and not context.writes(("agreed", "by"))
    return [
        *(["threshold_document"] if _no_threshold_document(context) else []),
        *(["agreed"] if unwritten and context.status != "agreed" else []),
    ]


def _no_threshold_document(context: RuleContext) -> bool:
    written = context.data.get("threshold_document")
    if isinstance(written, str):
        return written == NOT_DECIDED
    return not written and not context.writes(("threshold_document",))


@rule(
    "P001",
    _NOTE,
    "Still to write",
    why="A local protocol deals with these. In a draft they may still be open.",
    remedy="Write each element under `protocol:` with `text` and `owner`. At the left edge: `agreed:` and "
    "`threshold_document:`.",
    source=_SEEN,
    fails=_DRAFT,
    passes=_DRAFT
    + _ALL
    + _THRESHOLDS
    + "agreed:\n  by: Safeguarding partners\n  on: 2024-04-01\n  owner: Head of Service\n  review_on: 2099\n",
)
def still_to_write(context: RuleContext) -> Iterator[Finding]:
    if not context.local or context.status != "draft" or not _known(context, "protocol"):
        return
    elements, parts = _open_elements(context), _open_parts(context)
    if not elements and not parts:
        return
    protocol = (
        [f"{len(elements)} of the {len(PROTOCOL_ELEMENTS)} elements of the protocol"] if elements else []
    )
    rest = len(elements) - _NAMED_ELEMENTS
    names = listed(
        [*(f"`{name}`" for name in elements[:_NAMED_ELEMENTS]), *([f"{rest} more"] if rest > 0 else [])]
    )
    hint = f"Write {names} under `protocol:`. " if elements else ""
    at_left = listed(f"`{part}:`" for part in parts) if parts else ""
    hint += f"At the left edge: {at_left}." if parts else ""
    path: Path = ("protocol",) if context.writes(("protocol",)) else ("status",)
    what = listed([*protocol, *(_PARTS[part] for part in parts)])
    yield Finding(path, f"Still to write: {what}.", hint.strip(), at_key=True)


@rule(
    "P002",
    _QUERY,
    "An element of the protocol is missing",
    why="Published protocols that follow the guidance cover it.",
    remedy="Write it under `protocol:` with `text` (or a `link`) and `owner`, or write `none set` after its "
    "name.",
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
        yield Finding(path, f"Still to write: {names}.", at_key=True)


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
    why="The document is public. A name is personal data, and it is wrong once the person leaves.",
    remedy="Write the post, such as `owner: Head of Safeguarding`. If it is a post already, add a word such "
    "as Lead.",
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
    why="The document would print it.",
    remedy="Write the text, or delete the line until you know it.",
    fails="protocol:\n  young_carers:\n    text: TBC\n    owner: Head of Service\n",
    passes="protocol:\n  young_carers:\n    text: What we do.\n    owner: Head of Service\n",
)
def placeholder(context: RuleContext) -> Iterator[Finding]:
    for name, role in context.own_entries("roles"):
        if is_placeholder(role.get("title", "?role")) or is_placeholder(name.replace("_", " ")):
            title = role.get("title", name)
            hint = "Write a post, such as Team manager, or delete it until you know it."
            path: Path = ("roles", name, "title") if "title" in role else ("roles", name)
            yield Finding(path, f"'{title}' is not a post.", hint)
    for key in ("owner", "by"):
        written = context.own("agreed").get(key)
        if isinstance(written, str) and is_placeholder(written):
            message = f"'{written}' is a placeholder: `{key}` under `agreed` is still open."
            yield Finding(("agreed", key), message, "Delete the line until you know it, or put a # in front.")
    for path, element in _elements(context):
        for key in ("text", "owner"):
            written = element.get(key)
            open_owner = key == "owner" and isinstance(written, str) and is_placeholder(written)
            if isinstance(written, str) and (
                open_owner or _PLACEHOLDER.match(written.strip().split("\n")[0])
            ):
                yield Finding((*path, key), f"The {key} of `{path[-1]}` is still '{written.strip()[:40]}'.")


def _left_from_template(context: RuleContext) -> Iterator[Finding]:
    """One finding for each example that is left, however often it is there."""
    left: dict[str, list[Path]] = {}
    for path, written in _printed(context):
        if is_template_text(written):
            left.setdefault(f"{path[-1]}: {excerpt(written)}", []).append(path)
    for words, (first, *others) in left.items():
        lines = [context.source.place(path).line for path in others]
        also = f" It is also on {line_numbers(lines)}." if lines else ""
        yield Finding(first, f"`{words}` is still the template's example.{also}")


def _printed(context: RuleContext) -> Iterator[tuple[Path, Any]]:
    """Everything that the file writes and a document prints, with its path."""
    for section in ("in_force", "agreed", "threshold_document", "departures", "roles", "protocol", "more"):
        yield from _inside((section,), context.own(section))
    for section in ("timescales", "reviews", "priorities"):
        for name, entry in context.own_entries(section):
            yield from _inside((section, name), entry)


def _inside(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _inside((*path, str(key)), inner)
    elif isinstance(value, str):
        yield path, value


_TEMPLATE_TEXT = f"protocol:\n  young_carers:\n    text: {example.TEXT}\n    owner: Head of Service\n"
_OWN_TEXT = _TEMPLATE_TEXT.replace(example.TEXT, "We ask who cares for whom.")
_AGREED = (
    "agreed:\n  by: Safeguarding partners\n  on: 2024-04-01\n  owner: Head of Service\n  review_on: 2098\n"
)


@rule(
    "P010",
    _QUERY,
    "Text left from the template",
    why="It is an example, not what your authority does. No document prints it.",
    remedy="Write your own in its place. Until you know it, put a # and a space in front of the line.",
    fails=_DRAFT + _TEMPLATE_TEXT,
    passes=_DRAFT + _OWN_TEXT,
)
def left_from_template(context: RuleContext) -> Iterator[Finding]:
    if context.status not in _GOES_OUT:
        yield from _left_from_template(context)


@rule(
    "P011",
    _ERROR,
    "Text left from the template in a framework for others",
    why="An example would be published as what the authority has agreed.",
    remedy="Write your own in its place, take the line out, or write `status: draft`.",
    fails=_HEAD.format(status="agreed") + _AGREED + _TEMPLATE_TEXT,
    passes=_HEAD.format(status="agreed") + _AGREED + _OWN_TEXT,
)
def agreed_with_template(context: RuleContext) -> Iterator[Finding]:
    if context.status in _GOES_OUT:
        yield from _left_from_template(context)


_GOES_OUT = ("consultation", "agreed", "superseded")


@rule(
    "P005",
    _QUERY,
    "No threshold document",
    why="A document with the criteria for early help, assessment and statutory services is published with "
    "the protocol.",
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
    remedy="Name the safeguarding partners, or name in `based_on` the edition that was in force then.",
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
        yield Finding(("agreed", "by"), f"'{by}' is a board. This edition has safeguarding partners.")


@rule(
    "P009",
    _NOTE,
    "An element from another time",
    why="The national panel of experts on serious case reviews began in 2013 and was replaced in 2018.",
    remedy="Delete it, or name in `based_on` the edition of that time.",
    source="Working Together 2018, as reported by Swindon's procedures (amendments, September 2018)",
    fails=_DRAFT + "protocol:\n  national_panel:\n    text: Whom we ask.\n    owner: Head of Service\n",
    passes=_DRAFT.replace("2023", "2013")
    + "protocol:\n  national_panel:\n    text: Whom we ask.\n    owner: Head of Service\n",
)
def element_of_another_time(context: RuleContext) -> Iterator[Finding]:
    began = span(context.lower.edition.in_force.get("from", ""))
    if "national_panel" in context.own("protocol") and began and began[0] >= date(2018, 7, 1):
        message = "The national panel was replaced in 2018. This edition has none."
        yield Finding(("protocol", "national_panel"), message, at_key=True)


@rule(
    "P007",
    _QUERY,
    "The text on challenge does not say where to complain",
    why="The complaints procedure is published as part of the protocol, so families must be able to find it.",
    remedy="Add a `link:` to the complaints procedure.",
    source="Written parliamentary answer 137389, 14 March 2022",
    fails=_CONSULTATION
    + "protocol:\n  challenge:\n    text: You can complain.\n    owner: Head of Service\n",
    passes=_CONSULTATION
    + "protocol:\n  challenge:\n    text: You can complain.\n    owner: Head of Service\n"
    + "    link: https://www.council.gov.uk/complaints\n",
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
        yield Finding(path, "The text on `challenge` has no link to the complaints procedure.", at_key=True)


@rule(
    "P012",
    _QUERY,
    "A link that leads nowhere",
    why="Readers can follow a link only if it is a whole web address.",
    remedy="Write the whole address, beginning with https://. Other words belong in the `text`.",
    fails=_DRAFT + "threshold_document:\n  title: Levels of need\n  link: see our website\n",
    passes=_DRAFT + _THRESHOLDS,
)
def no_web_address(context: RuleContext) -> Iterator[Finding]:
    if not context.local:
        return
    linked = [(("threshold_document",), context.own("threshold_document")), *_elements(context)]
    for path, entry in linked:
        link = entry.get("link")
        if isinstance(link, str) and not is_web_address(link):
            whole = f"https://{link}" if _DOMAIN.match(link) and is_web_address(f"https://{link}") else ""
            hint = f"Write `link: {whole}`." if whole else ""
            yield Finding((*path, "link"), f"`link` is '{excerpt(link)}', which is not a web address.", hint)


_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")
