"""The questions about time that a local framework answers, and the pathway with the answers on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simkit.designer.opened import Examined
from simkit.framework.framework import Framework, Timescale
from simkit.framework.vocabulary import ANSWERS, EVENTS, NONE_SET, NOT_DECIDED
from simkit.framework.wording import event_title, review_words, role_title, terms_words, timescale_words

Standing = Literal["national", "ours", "open", "none"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about time: where its answer is written, and what is written there besides the number.

    ``needed``: an agreed framework has to answer it.
    """

    id: str
    asks: str
    title: str
    start: str
    end: str
    example: str
    needed: bool = True


USUAL = (
    Question(
        "contact_decision",
        "How soon is it decided what happens with a contact?",
        "Decision on a contact",
        "contact",
        "contact_decided",
        "1 working day",
        needed=False,
    ),
    Question(
        "feedback_to_referrer",
        "How soon is the referrer told the decision?",
        "The referrer is told the decision",
        "decided",
        "referrer_told",
        "1 working day",
    ),
    Question(
        "allocation",
        "How soon does a case get its social worker?",
        "The case has its social worker",
        "decided",
        "allocated",
        "1 working day",
    ),
    Question(
        "family_informed",
        "How soon is the family told how the assessment will run?",
        "The family is told how the assessment will run",
        "allocated",
        "family_told",
        "3 working days",
    ),
    Question(
        "child_visited",
        "How soon is the child seen?",
        "The child is seen",
        "allocated",
        "child_seen",
        "5 working days",
    ),
    Question(
        "assessment_normal",
        "How soon is the assessment finished and signed off?",
        "Assessment concluded, usual limit",
        "referral",
        "authorised",
        "30 working days",
    ),
)
"""What an agreed framework is asked about, and the contact: the others are added by those who need them."""

_ORDER = {event: number for number, event in enumerate(EVENTS)}
_STAGES = (
    ("contact", "The front door"),
    ("new_information", "The front door"),
    ("allocated", "The assessment"),
    ("harm_suspected", "Child protection"),
    ("child_in_need_meeting", "Plans and other help"),
    ("incident_known", "Serious incidents"),
    ("police_protection_started", "Emergency powers"),
    ("annual_report_published", "The document itself"),
)


def stage_of(end: str) -> str:
    """The part of the pathway that an event belongs to."""
    place = _ORDER.get(end, len(_ORDER))
    stage = "Others"
    for first, title in _STAGES:
        if place >= _ORDER[first]:
            stage = title
    return stage if end in _ORDER else "Others"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock on the pathway. ``id`` names the screen on which it is answered, ``words`` are its answer."""

    id: str
    title: str
    words: str
    standing: Standing
    end: str
    basis: str = ""
    faults: int = 0
    after: str = ""


def clocks(examined: Examined, ours: Framework | None, nation: Framework | None) -> dict[str, list[Clock]]:
    """The clocks by the part of the pathway. ``ours`` is None where the file has errors."""
    found = [*_national(ours or nation), *_own(examined, ours), *_unanswered(examined)]
    found.sort(key=lambda clock: (_ORDER.get(clock.end, len(_ORDER)), clock.standing != "national"))
    stages: dict[str, list[Clock]] = {}
    for clock in found:
        stages.setdefault(stage_of(clock.end), []).append(clock)
    order = [*dict.fromkeys(title for _, title in _STAGES), "Others"]
    return {title: stages[title] for title in order if title in stages}


def _national(framework: Framework | None) -> Iterator[Clock]:
    for id_, timescale in (framework.timescales if framework else {}).items():
        if timescale.national:
            yield Clock(
                id_,
                timescale.title,
                timescale_words(timescale),
                "national",
                timescale.end,
                timescale.authority or "",
            )


def _own(examined: Examined, ours: Framework | None) -> Iterator[Clock]:
    for id_, entry in examined.section("timescales").items():
        faults = len(examined.at(f"timescales.{id_}"))
        if entry in ANSWERS:
            question = next((q for q in USUAL if q.end == id_), None)
            title = question.title if question else event_title(id_)
            if entry == NOT_DECIDED and question:
                continue  # it is among the unanswered
            words = "We set none" if entry == NONE_SET else str(entry).capitalize()
            standing: Standing = "none" if entry == NONE_SET else "open"
            yield Clock(question.id if question else id_, title, words, standing, id_, faults=faults)
        elif isinstance(entry, Mapping):
            timescale = ours.timescales.get(id_) if ours else None
            words = _words(ours, timescale) if ours and timescale else rough_words(entry)
            title, end = str(entry.get("title", id_)), str(entry.get("to", ""))
            yield Clock(id_, title, words, "ours", end, faults=faults)
    entries = examined.section("timescales")
    for question in USUAL:
        review = _reviews_with(examined).get(question.end)
        if review and question.id not in entries and question.end not in entries:
            words = f"by the review: {review}"
            yield Clock(question.id, question.title, words, "ours", question.end)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question that nobody has decided: the screen that asks it, the entry there, and its title."""

    endpoint: str
    id: str
    title: str


def undecided(examined: Examined) -> tuple[Undecided, ...]:
    """Every usual question about time, reviews, priorities and thresholds that the file leaves open."""
    needed = {question.id for question in USUAL if question.needed}
    found = [
        Undecided("timescales.edit", clock.id, clock.title)
        for clock in _unanswered(examined)
        if clock.id in needed
    ]
    open_ = (each for each in _SECTIONS if examined.is_open(each[0]))
    return (*found, *(Undecided(endpoint, "", title) for _, endpoint, title in open_))


_SECTIONS = (
    ("reviews", "reviews.index", "When an assessment is reviewed, and by whom"),
    ("priorities", "reviews.priorities", "Whether cases are given a priority"),
    ("threshold_document", "about.index", "Which threshold document is published"),
)


def entry_words(framework: Framework, section: str, id_: str) -> str:
    """A timescale or review as one sentence; empty where there is none of this name."""
    if section == "timescales" and id_ in framework.timescales:
        timescale = framework.timescales[id_]
        return _with_note(f"{timescale.title}: {_words(framework, timescale)}.", timescale.note)
    if section == "reviews" and id_ in framework.reviews:
        review = framework.reviews[id_]
        by = role_title(framework, review.by)
        said = f"{review.title}: {review_words(framework, review)}; held by the {by}."
        return _with_note(said, review.note)
    return ""


def _with_note(words: str, note: str | None) -> str:
    return f"{words} Note: {note}" if note else words


def _words(framework: Framework, timescale: Timescale) -> str:
    terms = terms_words(framework, timescale)
    return ", ".join((timescale_words(timescale), *terms))


def rough_words(entry: Mapping[str, Any]) -> str:
    """An entry in words as far as it can be read, while something in the file is to be fixed."""
    kinds = (
        "within",
        "at_most",
        "between",
        "expected_within",
        "every",
        "at_least",
        "at_least_before",
        "at",
        "at_most_every",
    )
    given = next((f"{kind.replace('_', ' ')} {entry[kind]}" for kind in kinds if kind in entry), "")
    return given or str(entry.get("no_number", "not complete yet"))


def _reviews_with(examined: Examined) -> dict[str, str]:
    """The title of the first review by which each event has to have happened."""
    found: dict[str, str] = {}
    for id_, entry in examined.section("reviews").items():
        includes = entry.get("includes") if isinstance(entry, Mapping) else None
        for event in includes if isinstance(includes, list) else [includes]:
            if event:
                found.setdefault(str(event), str(entry.get("title", id_.replace("_", " "))))
    return found


def _unanswered(examined: Examined) -> Iterator[Clock]:
    if examined.data.get("timescales") == NONE_SET:
        return
    entries = examined.section("timescales")
    ends = {entry.get("to") for entry in entries.values() if isinstance(entry, Mapping)}
    for question in USUAL:
        by_review = question.end in _reviews_with(examined)
        answered = by_review or question.end in ends or entries.get(question.end, NOT_DECIDED) != NOT_DECIDED
        if not answered and question.id not in entries:
            words = "Not decided yet" if question.needed else "Nothing set. You need not answer this."
            yield Clock(question.id, question.title, words, "open", question.end)
