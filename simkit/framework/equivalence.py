"""Which local commitments are about the same thing, whatever each authority calls them.

Two timescales are about the same where they end at the same event and hold for the same kind of
case: "child seen", "child seen, section 47", "assessment authorised, by
exception". Reviews are matched by their order: the first, the second, the further ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import EVENTS, NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.framework.wording import condition_words, event_title, moment_words

# A different start among these makes another commitment; any other start only counts differently.
_DISTINCT_STARTS = frozenset({"transferred", "birth", "conference", "review_conference"})
# These only happen where section 47 is followed.
_SECTION_47 = frozenset(
    {
        "strategy_discussion",
        "enquiry_concluded",
        "conference_requested",
        "conference",
        "core_group",
        "review_conference",
    }
)
_ORDER = {event: number for number, event in enumerate(EVENTS)}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_DAYS = {
    Unit.MINUTES: 1 / 1440,
    Unit.HOURS: 1 / 24,
    Unit.WORKING_DAYS: 1.4,
    Unit.CALENDAR_DAYS: 1.0,
    Unit.WEEKS: 7.0,
    Unit.MONTHS: 30.4,
    Unit.YEARS: 365.0,
}


@dataclass(frozen=True, slots=True)
class Concept:
    """What a commitment is about. ``order`` sorts concepts as a case meets them."""

    id: str
    title: str
    order: tuple[int, ...] = ()


def is_local(layer: str) -> bool:
    """Whether the authority set it, not a national layer."""
    return not layer.startswith("national/")


def concept_of(timescale: Timescale) -> Concept:
    """What a timescale is about."""
    names = timescale.names
    if timescale.kind == "at_least_before":
        before = moment_words(timescale.end, names)
        title = f"{event_title(timescale.start, names)}, before {before}"
        order = (_ORDER.get(timescale.end, 99), -1, 0, 0)
        return Concept(f"{timescale.start}_before_{timescale.end}", title, order)
    parts, titles = [timescale.end], [event_title(timescale.end, names)]
    orders = [_ORDER.get(timescale.end, 99), 0, 0, 0]
    if timescale.start in _DISTINCT_STARTS and timescale.start != timescale.end:
        parts.append(f"from_{timescale.start}")
        titles.append(f"from {moment_words(timescale.start, names)}")
        orders[1] = _ORDER.get(timescale.start, 99)
    if timescale.kind == "at_least":
        parts.append("earliest")
        titles.append("at the earliest")
        orders[3] = 2
    if timescale.routes == ("section_47",) and timescale.end not in _SECTION_47:
        parts.append("section_47")
        titles.append("section 47")
        orders[2] = 1
    if timescale.only_if:
        parts.append(timescale.only_if)
        titles.append(condition_words(timescale.only_if, names))
        orders[3] = 1
    return Concept("_".join(parts), ", ".join(titles), tuple(orders))


def review_concepts(framework: Framework) -> Mapping[str, Concept]:
    """What each local review is: the first, the second, ..., or the further ones that repeat."""
    local = [r for r in framework.reviews.values() if is_local(r.layer)]
    dated = sorted((r for r in local if r.at_most_every is None), key=lambda r: _day(framework, r))
    concepts: dict[str, Concept] = {}
    for number, review in enumerate(dated):
        word = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"
        concepts[review.id] = Concept(f"{word}_review", f"{word.capitalize()} review", (number,))
    for review in local:
        if review.at_most_every is not None:
            concepts[review.id] = Concept("further_reviews", "Further reviews", (99,))
    return concepts


def _day(framework: Framework, review: Review) -> float:
    """The approximate day of a review, in calendar days, used only to order reviews."""
    day, steps = 0.0, 0
    each: Review | None = review
    while each is not None and steps <= len(framework.reviews):
        own = [each.at] if each.at is not None else list(each.by_priority.values())
        day += max((_days(amount) for amount in own), default=1000.0)
        each = framework.reviews.get(each.after or "")
        steps += 1
    return day


def _days(amount: Amount) -> float:
    return amount.number * _DAYS[amount.unit]


def answer(framework: Framework, section: str, *names: str) -> str:
    """The answer in place of a local value: ``none set``, ``not decided`` or ``not known``.

    As the file says it, of the value or of its whole section. A file that says nothing of it has decided
    nothing if its authority wrote it, and is not known where others compiled it from what they read.
    """
    written = [framework.answers.get(f"{section}.{name}") for name in names]
    for each in (*written, framework.answers.get(section)):
        if each is not None:
            return each
    if section in framework.not_known or set(framework.not_known) & set(names):
        return NOT_KNOWN
    return silence(framework.name, framework.status, bool(framework.agreed))


def silence(name: str, status: str, agreed: bool) -> str:
    """The answer of a file that says nothing: by its name, its status and whether it says who agreed it."""
    if name.startswith("national/"):
        return NONE_SET
    if status in ("draft", "consultation", "agreed") or (status == "superseded" and agreed):
        return NOT_DECIDED
    return NOT_KNOWN
