"""The wording of amounts, timescales, reviews and dates in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from simkit.common.text import plain_title, upper_first
from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import Review, Timescale
from simkit.framework.vocabulary import EVENTS, ROUTE_TITLES
from simkit.framework.wording import Names, condition_words, moment_words
from simkit.framework.wording import event_title as _event_title
from simkit.framework.yaml.number_words import in_digits

FORCES: Mapping[str, str] = {
    "statute": "Statute",
    "statutory_guidance": "Statutory guidance",
    "local": "Local",
}

STRENGTHS: Mapping[str, str] = {
    "verified": "read in this source",
    "secondary": "reported in this source; not checked against the published text",
    "recalled": "not checked against the published text",
}

SET_FOR_EACH_CASE = ("at_most", "between")
"""Kinds of timescales whose time somebody sets for each case."""

UNCHECKED = ("secondary", "recalled")
"""Strengths of sources whose published text was not read."""

# Each group begins with the event named and ends before the next one's.
PHASES: Mapping[str, str] = {
    "referral": "The front door",
    "allocated": "The assessment",
    "initial_assessment_completed": "Initial and core assessment",
    "harm_suspected": "Child protection",
    "child_in_need_meeting": "Plans and other help",
    "incident_known": "Serious incidents",
    "police_protection_started": "Emergency powers",
    "protocol_reviewed": "The protocol itself",
}

_ORDER = {name: number for number, name in enumerate(EVENTS)}

# What "within 5 working days of ..." goes on with.
_AFTER = {
    "referral": "the referral",
    "referral_acknowledged": "the acknowledgement of the referral",
    "new_information": "the new information",
    "decided": "the decision on the next action",
    "referrer_told": "telling the referrer",
    "allocated": "allocation to a social worker",
    "assessment_started": "the start of the assessment",
    "family_told": "telling the family",
    "child_seen": "the first visit to the child",
    "not_seen_alone": "the visit at which the child was not seen alone",
    "discussed_with_manager": "the discussion with the manager",
    "reviewed": "the review before",
    "limit_passed": "the day on which the limit passed",
    "authorised": "the manager's authorisation",
    "assessment_updated": "the last time the assessment was brought up to date",
    "initial_assessment_completed": "the end of the initial assessment",
    "core_assessment_decided": "the decision on a core assessment",
    "core_assessment_started": "the start of the core assessment",
    "core_assessment_completed": "the end of the core assessment",
    "harm_suspected": "reasonable cause to suspect significant harm",
    "strategy_discussion_decided": "the decision to hold a strategy discussion",
    "strategy_discussion": "the strategy discussion",
    "enquiry_concluded": "the end of the section 47 enquiry",
    "conference_decided": "the decision on a conference",
    "conference_requested": "the request for a conference",
    "report_shared": "the day the family has the report",
    "conference": "the initial conference",
    "core_group": "the first core group",
    "review_conference": "the review conference",
    "plan_made": "the making of the plan",
    "plan_reviewed": "the review of the plan",
    "plan_visit": "the visit at home",
    "next_visit": "the next visit",
    "early_help_visit": "the early help visit",
    "transferred": "the transfer of the case",
    "birth": "birth",
    "incident_known": "the authority knowing of the incident",
    "incident_notified": "notifying the incident",
    "rapid_review_completed": "the end of the rapid review",
    "case_review_started": "the start of the case review",
    "case_review_completed": "the end of the case review",
    "police_protection_started": "the start of police protection",
    "emergency_order_made": "the making of the order",
    "protocol_reviewed": "the last review of the protocol",
}

_ROUTES = {**ROUTE_TITLES, "brief": "brief assessments"}

_OPEN = {
    "from": "from when it counts",
    "to": "to when it counts",
    "by": "who does it",
    "routes": "for which children",
    "no_number": "that there is no number",
    "only_if": "when it applies",
    "includes": "what has to have happened by then",
}


def event_title(name: str, names: Names | None = None) -> str:
    """The event as a heading."""
    return _event_title(name, names or {})


def after(name: str, names: Names | None = None) -> str:
    """The event as the point from which something counts: ``the referral``."""
    return _AFTER.get(name) or moment_words(name, names or {})


def joined(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    parts = list(words)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def ordered(timescales: Iterable[Timescale]) -> list[Timescale]:
    """In the order in which things happen to a case."""
    late = len(_ORDER)

    def key(t: Timescale) -> tuple[int, int, float, str]:
        number = t.amount.number if t.amount else 0.0
        return _ORDER.get(t.start, late), _ORDER.get(t.end, late), number, t.id

    return sorted(timescales, key=key)


def phase_of(t: Timescale) -> str:
    """The group a timescale belongs to, by its end: one of the values of ``PHASES``.

    One that ends at an event of the file's own belongs where it starts.
    """
    event = t.end if t.end in _ORDER else t.start
    phase = next(iter(PHASES.values()))
    for first, title in PHASES.items():
        if _ORDER.get(first, 0) <= _ORDER.get(event, 0):
            phase = title
    return phase


def place_name(authority: str) -> str:
    """``Bristol, City of`` as people say it: ``City of Bristol``."""
    head, comma, tail = authority.rpartition(", ")
    return f"{tail} {head}" if comma and tail.endswith(" of") else authority


def amount_words(t: Timescale) -> str:
    """The number of a timescale, without what it counts from."""
    if t.amount is None:
        return t.words or "no number set"
    if t.kind == "expected_within":
        return f"expected within {t.amount if t.lower is None else f'{_number(t.lower)} to {t.amount}'}"
    if t.kind == "at_most":
        return f"within {t.amount}"
    if t.target is not None:
        return f"{100 * t.target:g}% of cases within {t.amount}"
    if t.kind == "every":
        return f"at most {t.amount} apart"
    if t.kind == "between" and t.lower is not None:
        return f"within a time between {_number(t.lower)} and {t.amount}"
    if t.kind == "at_least":
        return f"at least {t.amount}"
    if t.kind == "at_least_before":
        return f"at least {t.amount} before"
    return f"within {t.amount}"


def timescale_words(t: Timescale) -> str:
    """The whole of a timescale's number: ``within 15 working days of the strategy discussion``."""
    words = amount_words(t)
    if t.kind == "at_least_before":
        return f"{words} {after(t.end, t.names)}"
    if t.kind == "at_least":
        return f"{words} after {after(t.start, t.names)}"
    if t.kind == "no_number":
        return words
    if t.kind == "every":
        return words if t.start == t.end else f"{words}, from {after(t.start, t.names)} on"
    if t.sooner is not None:
        start, amount = t.sooner
        second = f"within {amount} of {after(start, t.names)}"
        return f"{words} of {after(t.start, t.names)} or {second}, whichever is sooner"
    for_each = ", set for each case" if t.kind in SET_FOR_EACH_CASE else ""
    return f"{words} of {after(t.start, t.names)}{for_each}"


def review_words(r: Review, reviews: Mapping[str, Review]) -> str:
    """When a review is held: ``5 working days after the referral``."""
    start = _base(r, reviews)
    if r.at is not None:
        return f"within {r.at} of {start}" if r.kind == "within" else f"{r.at} after {start}"
    if r.by_priority:
        latest = "at the latest " if r.kind == "within" else ""
        return f"{latest}{either(r.by_priority.values())} after {start}, by the priority of the case"
    if r.at_most_every is not None:
        until = f", until {after(r.until, r.names)}"
        return f"at most {r.at_most_every} after {start}, and again at most {r.at_most_every} apart{until}"
    return r.words or "no number set"


def _base(r: Review, reviews: Mapping[str, Review]) -> str:
    if r.after is None:
        return after(r.start, r.names) if r.start else "the start"
    before = reviews.get(r.after)
    return f"the review before it (“{before.title}”)" if before else "the review before"


def either(alternatives: Iterable[Amount]) -> str:
    """``3, 5 or 10 working days``."""
    amounts = sorted(set(alternatives), key=lambda a: (a.unit, a.number))
    if len({a.unit for a in amounts}) > 1:
        return joined((str(a) for a in amounts), "or")
    return joined((*(_number(a) for a in amounts[:-1]), str(amounts[-1])), "or")


def _number(amount: Amount) -> str:
    return f"{amount.number:g}"


def condition(t: Timescale | Review) -> str:
    """The condition under which it applies; empty if it always does."""
    parts = [f"only {condition_words(t.only_if, t.names)}"] if t.only_if else []
    unless = t.unless if isinstance(t, Timescale) else None
    if unless:
        text = condition_words(unless, t.names)
        parts.append(f"unless {text.removeprefix('if ')}" if text.startswith("if ") else f"except {text}")
    return "; ".join(parts)


def signs(t: Timescale) -> bool:
    """Whether the post that decides signs the assessment. With a condition it decides on the exception."""
    return t.end == "authorised" and not (t.unless or t.only_if)


def is_distinct(t: Timescale, others: Iterable[Timescale]) -> bool:
    """Whether its number alone distinguishes it from the others that end with the same event."""

    def sort(each: Timescale) -> tuple[object, ...]:
        return each.kind, each.start, each.national, each.routes, each.unless, each.only_if

    return sum(sort(other) == sort(t) for other in others) < 2


def new_words(words: str, *said: str) -> str:
    """The words, or an empty text where they only repeat what was said: ``At most six months.``"""

    def meant(text: str) -> set[str]:
        plain = set(re.findall(r"[a-z0-9]+", in_digits(text.lower())))
        return {word.rstrip("s") for word in plain} - {
            "as",
            "printed",
            "the",
            "a",
            "an",
            "of",
            "within",
            "at",
        }

    return "" if meant(words) <= set().union(*(meant(each) for each in said)) else words


def counting_sentences(counting: Mapping[str, str]) -> list[str]:
    """How an authority counts days, as sentences."""
    said = []
    if "starting_day" in counting:
        day = counting["starting_day"]
        counts = "is not counted" if day == "day 0" else "counts as day 1"
        said.append(
            f"The day on which a time starts {counts}" + (" (it is day 0)." if day == "day 0" else ".")
        )
    if "bank_holidays" in counting:
        said.append(f"Working days are Monday to Friday. Bank holidays are {counting['bank_holidays']}.")
    if "after_hours" in counting:
        closes = f"after {counting['office_closes']}" if "office_closes" in counting else "after office hours"
        said.append(f"What arrives {closes} counts on the {counting['after_hours']}.")
    return said


def route_words(routes: Iterable[str], names: Names | None = None) -> str:
    """The kinds of case, in words; ``every case`` for none in particular."""
    own = names or {}
    named = [_ROUTES.get(route) or own.get(f"routes.{route}", plain_title(route).lower()) for route in routes]
    return joined(named) if named else "every case"


def applies(t: Timescale | Review) -> str:
    """For which cases. Where only some are meant, the words never begin with every case."""
    whose = route_words(t.routes, t.names) if t.routes or not t.only_if else ""
    return upper_first(", ".join(words for words in (whose, condition(t)) if words))


def unsettled(assumptions: Iterable[str], amount: Amount | None) -> str:
    """What the source leaves open, as a sentence; empty where it leaves nothing open."""
    in_days = amount is None or amount.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    number = "which kind of days it means" if in_days else "how its number is meant"
    words = list(dict.fromkeys(_OPEN.get(name, number) for name in assumptions))
    return f"Assumed here, as the source leaves it open: {joined(words)}." if words else ""
