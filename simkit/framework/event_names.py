"""Which event is meant by a name that is not one: slips of the keyboard, and words that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from simkit.framework.vocabulary import EVENTS
from simkit.framework.yaml.suggestions import is_opposite

_USUAL_EVENTS = (
    *("contact", "referral", "decided", "allocated", "assessment_started", "family_told", "child_seen"),
    *("reviewed", "authorised", "strategy_discussion", "enquiry_concluded", "conference"),
)
# Words that say nothing about which event is meant, and words that say the same.
_FILLERS = frozenset(
    [
        "the",
        "a",
        "is",
        "was",
        "has",
        "been",
        "of",
        "to",
        "by",
        "case",
        "single",
        "and",
        "with",
        "first",
        "on",
        "in",
        "their",
        "our",
        "date",
        "day",
        "when",
        "point",
        "from",
    ]
)
_SAME_WORD = {
    **dict.fromkeys(("visit", "visited", "visits", "seen", "see"), "seen"),
    **dict.fromkeys(("signed", "sign", "signoff", "authorise", "authorisation", "authorized"), "authorised"),
    **dict.fromkeys(("approved", "approval", "off"), "authorised"),
    **dict.fromkeys(("completed", "complete", "completion", "concluded", "conclusion", "finished"), "ended"),
    **dict.fromkeys(("end", "ends", "closed", "done"), "ended"),
    **dict.fromkeys(("allocation", "allocate", "assigned", "assignment"), "allocated"),
    **dict.fromkeys(("decision", "decide", "triage"), "decided"),
    **dict.fromkeys(("start", "begin", "begun", "starts", "commenced"), "started"),
    **dict.fromkeys(("received", "made", "accepted", "held", "meeting"), ""),
    **dict.fromkeys(("referred", "referrals"), "referral"),
    **dict.fromkeys(("icpc", "iccp"), "conference"),
    **dict.fromkeys(("initial", "child", "social", "worker", "manager", "managers"), ""),
    "parents": "family",
    "informed": "told",
    "s47": "enquiry",
}
_MEANT = {
    frozenset(words.split()): event
    for words, event in {
        "seen": "child_seen",
        "authorised": "authorised",
        "assessment ended": "authorised",
        "assessment authorised": "authorised",
        "allocated": "allocated",
        "decided": "decided",
        "referral decided": "decided",
        "referral": "referral",
        "contact": "contact",
        "contact decided": "contact_decided",
        "assessment started": "assessment_started",
        "strategy discussion": "strategy_discussion",
        "strategy": "strategy_discussion",
        "conference": "conference",
        "protection conference": "conference",
        "enquiry ended": "enquiry_concluded",
        "family told": "family_told",
        "referrer told": "referrer_told",
    }.items()
}


def event_meant(event: str, known: Iterable[str]) -> str:
    """The event that is meant; empty where that is not sure."""
    return _slip_of(str(event), known) or ("" if _two(event) else _MEANT.get(_meaning(str(event)), ""))


def event_hint(event: str, known: Iterable[str]) -> str:
    """The event that is meant, as a question; the usual ones where that is not sure."""
    suggestion = event_meant(event, known)
    if suggestion:
        title = EVENTS[suggestion].title.lower() if suggestion in EVENTS else "an event of this file"
        return f"Did you mean `{suggestion}` ({title})?"
    two = _two(event)
    if two is not None and two.from_to:
        return f"Write two lines: `from: {two.events[0]}` and `to: {two.events[1]}`."
    if two is not None:
        named = " and ".join(f"`{each}`" for each in two.events)
        return f"There are two events here, {named}. Keep only the one that is meant."
    return (
        f"The usual events are {', '.join(_USUAL_EVENTS)}. Add one of your own under `events:`, with a "
        "`title`. "
        "docs/rules.md lists them all under R004."
    )


class _Two(NamedTuple):
    """Two events in one text; ``from_to`` if it runs from the first to the second."""

    events: tuple[str, str]
    from_to: bool


_BETWEEN = (
    (re.compile(r"\s+(?:to|until|till)\s+|\s*(?:->|→|–)\s*"), True),
    (re.compile(r"\s*[,;/&+]\s*|\s+(?:and|or)\s+"), False),
)


def _two(words: str) -> _Two | None:
    """The two events that a text names; None where it names one, or anything else."""
    for sign, from_to in _BETWEEN:
        parts = sign.split(words.strip().lower())
        meant = [_MEANT.get(_meaning(part), "") or (part if part in EVENTS else "") for part in parts]
        if len(meant) == 2 and all(meant) and meant[0] != meant[1]:
            return _Two((meant[0], meant[1]), from_to)
    return None


def _meaning(words: str) -> frozenset[str]:
    parts = re.split(r"[^a-z0-9]+", words.lower())
    return frozenset(word for part in parts if (word := _SAME_WORD.get(part, part)) and part not in _FILLERS)


def _slip_of(written: str, known: Iterable[str]) -> str:
    """The known name that differs by a slip of the keyboard in its words, and in no whole word."""
    words = re.split(r"[^a-z0-9]+", written.lower())
    for name in known:
        parts = name.split("_")
        if len(parts) == len(words) and all(
            one == other or (SequenceMatcher(None, one, other).ratio() >= 0.8 and not is_opposite(one, other))
            for one, other in zip(parts, words, strict=True)
        ):
            return name
    return ""
