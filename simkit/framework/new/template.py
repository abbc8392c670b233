"""The text of a new local framework: the answers as values, everything else as commented examples.

Lines that start with ``##`` explain. Lines that start with one ``#`` are examples: without the sign
and the space behind it they are valid, and a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.framework import template_text as example
from simkit.framework.placeholders import is_placeholder
from simkit.framework.value_hints import one_of
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS

if TYPE_CHECKING:
    from simkit.data import Authority

EDITION = "national/working-together-2023"
"""The edition of a new file: the latest whose times simkit has read. The one after it is offered as well."""
SCHEMAS = ("framework.schema.json", "scenario.schema.json")

_KNOWN_ROLES = {
    "social worker": "social_worker",
    "team manager": "team_manager",
    "practice supervisor": "practice_supervisor",
    "lead practitioner": "lead_practitioner",
    "conference chair": "conference_chair",
}
_EXAMPLE = "team_manager"


@dataclass(frozen=True, slots=True)
class Role:
    """A post: its id, and its title where it is not one of the inherited roles."""

    id: str
    title: str | None = None


def role_of(words: str) -> Role:
    """The role for words such as ``Service manager``. Raises ValueError for words that are no post."""
    plain = " ".join(words.split())
    known = _KNOWN_ROLES.get(plain.lower().removeprefix("the "))
    if known:
        return Role(known)
    id_ = "".join(c if c.isascii() and c.isalnum() else "_" for c in plain.lower()).strip("_")
    while "__" in id_:
        id_ = id_.replace("__", "_")
    if is_placeholder(plain):
        raise ValueError(f"'{plain}' is not a post. Leave it empty to decide later.")
    if not id_[:1].isalpha() or len(plain) > 80:
        raise ValueError(f"'{plain}' is not the name of a post, such as Team manager.")
    return Role(id_, plain)


def roles_of(words: str) -> list[Role]:
    """The roles for words such as ``Team manager or service manager``: each is a post of its own."""
    parts = [words] if is_placeholder(words) else one_of(words)  # n/a is no two posts
    return [role_of(part) for part in parts or [words]]


def _posts(words: str) -> str:
    ids = list(dict.fromkeys(role.id for role in roles_of(words)))
    return ids[0] if len(ids) == 1 else f"[{', '.join(ids)}]"


def new_text(
    authority: Authority,
    answers: Mapping[str, str],
    *,
    file: str,
    known: str = "",
    edition: str = EDITION,
    unused: Iterable[str] = (),
) -> str:
    """The text of the file. ``answers`` by question: amounts, posts and dates, all of them optional.

    ``known`` is a line about the published sources that are packaged for the authority, ``edition`` the
    national edition it is based on, ``unused`` what was answered and could not be used.
    """
    title = _quoted(f"{authority.name}: framework for assessing children in need")
    lines = [
        "# yaml-language-server: $schema=framework.schema.json",
        f"## The local framework of {authority.name} for assessing children in need: a draft.",
        "##",
        "## A line that starts with ## explains. A line that starts with one # is an example: to use it,",
        "## delete the # and the one space after it, and write your own words. Keep the other spaces.",
        f"## To see what is wrong or still open:  simkit check {file}",
        *(f"## You answered, and simkit could not read it: {' '.join(each.split())}" for each in unused),
        *([f"## {known}"] if known else []),
        "simkit: framework/1",
        f"authority: {authority.name}",
        f"la_code: {authority.la_code}",
        f"gss_code: {authority.gss_code}",
        f"title: {title}",
        *_edition(edition),
        f"based_on: {edition}",
        "status: draft",
        "",
        "## When it starts: a day (2027-04-01), a month (2027-04) or a year (2027).",
        *_section(
            "in_force", [("", [f"from: {answers.get('in_force', example.DAY)}"], "in_force" in answers)]
        ),
        "",
        *_agreed(answers),
        "",
        *_roles(answers),
        "",
        "## Time limits. The national ones (decision in 1 working day, assessment in 45, conference in 15)",
        "## are inherited: write only your own. Units: hours, working days, calendar days, weeks, months.",
        "## Events that start or stop a clock: referral, decided, allocated, assessment_started, child_seen,",
        "## authorised (a manager signs, and the assessment ends), and others.",
        *_section("timescales", _timescales(answers)),
        "",
        "## Internal review points: who reviews an assessment, and when. If you decided to have none, write",
        "## `reviews: none set` in place of what follows. The same goes for priorities and other parts.",
        *_section("reviews", _reviews(answers)),
        "",
        *_PRIORITIES,
        "",
        "## The criteria for early help, referral and assessment, published with the protocol.",
        *_section(
            "threshold_document",
            [("", [f"title: {example.THRESHOLDS}", f"link: {example.THRESHOLDS_LINK}"], False)],
        ),
        "",
        "## The local protocol. Published protocols have these elements. `owner` is a post, not a person.",
        *_section("protocol", list(_protocol(answers))),
        "",
        "## Anything else, printed at the end of the document.",
        *_section("more", _more(answers)),
        "",
        "## Everything else that the simulation assumes is inherited, and no document prints it.",
    ]
    return "\n".join(lines) + "\n"


def _edition(edition: str) -> list[str]:
    """Which national editions there are to stand on, and why one would choose each."""
    newer = "national/working-together-2026"
    if edition not in (EDITION, newer):
        return []
    other = newer if edition == EDITION else EDITION
    return [
        "## The national edition it is based on. The 2026 edition has been in force since 18 March 2026, but",
        "## simkit has not read its text. With it, every national time is carried over from 2023 and marked "
        "as",
        "## not known. The times of 2023 were read, so you can try a draft with them. Read the 2026 edition",
        "## before you publish. The other edition is:",
        f"## `based_on: {other}`.",
    ]


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


_Entry = tuple[str, list[str], bool]
"""An entry of a section: its id (or none), its lines, and whether it is written or an example."""


def _section(name: str, entries: Iterable[_Entry], notes: Iterable[str] = ()) -> list[str]:
    listed = sorted(entries, key=lambda entry: not entry[2])  # what is written first
    lines = [f"{'' if any(entry[2] for entry in listed) else '# '}{name}:", *notes]
    for id_, content, written in listed:
        explained = [line for line in content if line.startswith("##")]
        own = [line for line in content if not line.startswith("##")]
        indent = "    " if id_ else "  "
        lines += explained
        if id_:
            lines.append(f"  {id_}:" if written else f"#   {id_}:")
        for line in own:
            example = line.startswith("# ") or not written
            lines.append(f"{'# ' if example else ''}{indent}{line.removeprefix('# ')}")
    return lines


def _agreed(answers: Mapping[str, str]) -> list[str]:
    owner, review = answers.get("owner"), answers.get("review_on")
    entries: list[_Entry] = [
        ("", [f"owner: {_quoted(owner or example.POST)}"], owner is not None),
        ("", [f"review_on: {review or example.REVIEW_DAY}"], review is not None),
        ("", [f"by: {example.PARTNERS}", f"on: {example.DAY}"], False),
    ]
    return [
        "## Who agreed it and when, which post owns it, and when it will be reviewed.",
        "## Once all four lines are filled in you can write `status: agreed` above.",
        *_section("agreed", entries),
    ]


def _roles(answers: Mapping[str, str]) -> list[str]:
    wanted = [r for key in ("signs_off", "allocates") if key in answers for r in roles_of(answers[key])]
    named = {role.id: role.title for role in wanted if role.title is not None}
    entries: list[_Entry] = [(id_, [f"title: {_quoted(title)}"], True) for id_, title in named.items()]
    entries.append(("your_post", [f"title: {example.POST}"], False))
    return [
        "## Your own posts. Inherited: social_worker, team_manager, front_door, conference_chair,",
        "## lead_practitioner, practice_supervisor.",
        *_section("roles", entries),
    ]


def _timescales(answers: Mapping[str, str]) -> Iterator[_Entry]:
    seen = answers.get("child_seen")
    yield (
        "child_visited",
        [
            "title: The child is seen",
            "from: allocated",
            "to: child_seen",
            f"within: {seen or '5 working days'}",
        ],
        seen is not None,
    )
    allocates, within = answers.get("allocates"), answers.get("allocated_within")
    yield (
        "allocation",
        [
            "title: A social worker is allocated",
            "from: decided",
            "to: allocated",
            f"within: {within or '1 working day'}",
            f"decided_by: {_posts(allocates)}" if allocates else f"# decided_by: {_EXAMPLE}",
        ],
        within is not None,
    )
    limit, signs = answers.get("limit"), answers.get("signs_off")
    signer = _posts(signs) if signs else None
    yield (
        "assessment_normal",
        [
            "## The usual limit, and who signs. If exceptional cases may take longer, use the examples as "
            "well:",
            "## they say who decides on an exception, and how long it may then take.",
            "title: Assessment concluded, usual limit",
            "from: referral",
            "to: authorised",
            f"within: {limit or '30 working days'}",
            "# unless: exceptional",
            f"decided_by: {signer}" if signer and limit else f"# decided_by: {_EXAMPLE}",
        ],
        limit is not None,
    )
    if signer and not limit:
        yield (
            "sign_off",
            [
                "title: The assessment is signed off",
                "from: referral",
                "to: authorised",
                "no_number: when it is complete",
                f"decided_by: {signer}",
            ],
            True,
        )
    yield (
        "assessment_exceptional",
        [
            "title: Assessment concluded, in exceptional circumstances",
            "from: referral",
            "to: authorised",
            "within: 45 working days",
            "only_if: exceptional",
            f"decided_by: {_EXAMPLE}",
        ],
        False,
    )


def _reviews(answers: Mapping[str, str]) -> Iterator[_Entry]:
    first, second = answers.get("first_review"), answers.get("second_review")
    yield (
        "first",
        ["title: First review", "by: team_manager", "from: allocated", f"at: {first or '10 working days'}"],
        first is not None,
    )
    yield (
        "second",
        [
            "title: Second review",
            "by: team_manager",
            "from: allocated",
            f"at: {second or '25 working days'}",
            "only_if: still_open",
        ],
        second is not None,
    )
    yield (
        "priority_check",
        [
            "## A review whose day depends on the priority of the case. Use this entry together with",
            "## `priorities:` and `model:` below.",
            "title: Review by priority",
            "by: team_manager",
            "from: allocated",
            "at: set by priority",
        ],
        False,
    )


_PRIORITIES = [
    "## Priorities: when each has its review (the line is the review's name followed by _review), and what",
    "## share of your cases has it. The shares here are examples: the simulation needs your own.",
    *(
        f"# {line}"
        for line in (
            "priorities:",
            "  urgent:",
            "    title: Urgent",
            "    priority_check_review: 5 working days",
            "  usual:",
            "    title: Usual",
            "    priority_check_review: 15 working days",
            "model:",
            "  assumptions: [priority_share]",
            "  priority_share:",
            "    urgent: 10%",
            "    usual: the rest",
        )
    ),
]


def _more(answers: Mapping[str, str]) -> Iterator[_Entry]:
    """Who allocates, as a text of its own if no time was given, so that no limit is implied."""
    yield ("heading", [f"title: {example.HEADING}", f"text: {example.MORE}"], False)
    allocates = answers.get("allocates")
    if allocates and "allocated_within" not in answers:
        title = "title: Who allocates the case to a social worker"
        yield ("who_allocates", [title, f"text: {_quoted(allocates)}"], True)


def _protocol(answers: Mapping[str, str]) -> Iterator[_Entry]:
    owner = _quoted(answers.get("owner", example.POST))
    for name, element in PROTOCOL_ELEMENTS.items():
        text = ["text: |", f"  {example.TEXT}"]
        link = [f"link: {example.COMPLAINTS_LINK}"] if name == "challenge" else []
        yield (name, [f"## {element.title}", f"owner: {owner}", *link, *text], False)
