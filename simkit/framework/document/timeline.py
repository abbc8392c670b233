"""The timeline: every commitment about time, local and national, in lanes by what it counts from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from simkit.common.text import in_sentence, lower_first, upper_first
from simkit.framework.amount import Amount, Unit
from simkit.framework.document.blocks import Form, Lane, Mark, Row, Side, State, Timeline
from simkit.framework.document.inputs import DocumentInputs, document_inputs
from simkit.framework.document.phrases import (
    PHASES,
    after,
    condition,
    event_title,
    joined,
    ordered,
    phase_of,
    route_words,
    signs,
)
from simkit.framework.document.timeline_words import NOT_DRAWN, finding, foot, whose_timeline
from simkit.framework.equivalence import answer
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import EVENTS, NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.framework.wording import moment_words

_ALWAYS = ("decided", "allocated", "child_seen", "authorised")
_LIMIT, _LONGEST = 45, 65  # last days of the scale: where nothing is longer, and at most
_EVERY = "the one before"  # stands for the start of what repeats from one time to the next
_ORDER = {event: number for number, event in enumerate(EVENTS)}
_PROTECTION = PHASES["harm_suspected"]
_STATES: Mapping[str, State] = {
    NONE_SET: "none set",
    NOT_DECIDED: "not decided",
    NOT_KNOWN: "not known",
}

_ASSUMED = {
    "from": "its start",
    "to": "its end",
    "by": "who does it",
    "routes": "which children",
    "no_number": "that there is no number",
    "only_if": "when it applies",
    "includes": "what is done by then",
}

_Variant: TypeAlias = tuple[tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class _Start:
    """What a lane counts from. ``order`` sorts lanes as a case meets them."""

    words: str
    order: float


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row, and where it belongs."""

    start: _Start
    order: tuple[float, float, str]
    row: Row


def timeline(framework: Framework) -> Timeline:
    """The commitments about time of an assessment and of what follows from it, ready to be drawn.

    Each row has what the authority and what the nation says, with the answer in place of a missing value.
    Hours are drawn as parts of a working day, and longer units at five working days a week. Left out are
    emergency powers, serious incidents and the protocol itself.
    """
    inputs = document_inputs(framework, None)
    placed = [*_clocks(inputs), *_reviews(inputs)]
    placed += _missing(inputs, placed)
    starts = sorted({each.start for each in placed}, key=lambda start: (start.order, start.words))
    lanes = tuple(
        Lane(
            start.words,
            tuple(
                each.row
                for each in sorted((p for p in placed if p.start == start), key=lambda each: each.order)
            ),
        )
        for start in starts
    )
    marks = [mark for each in placed for _, side in each.row.sides for mark in side.marks]
    longest = max((day for mark in marks for day in mark.days if day <= _LONGEST), default=0)
    return Timeline(
        title=finding(inputs),
        under=f"{whose_timeline(inputs)} Working days from each starting event; five are a week.",
        lanes=lanes,
        last=max(_LIMIT, 5 * math.ceil(longest / 5)),
        foot=foot(framework),
    )


# Timescales


def _clocks(inputs: DocumentInputs) -> Iterator[_Placed]:
    framework = inputs.framework
    every = [*framework.timescales.values(), *framework.set_aside.values()]
    groups: dict[tuple[str, str], list[Timescale]] = {}
    for t in ordered(t for t in every if phase_of(t) not in NOT_DRAWN):
        groups.setdefault((t.start, t.end), []).append(t)
    for group in groups.values():
        local, national = (_variants(t for t in group if t.national is whose) for whose in (False, True))
        left = dict(national)
        for variant, clocks in local.items():
            above = _above(variant, national)
            if above is not None and (above[0] == variant[0] or len(local) == 1):
                left.pop(above, None)
            yield _clock_row(inputs, clocks, national[above] if above else [])
        for clocks in left.values():
            if any(t.amount for t in clocks):  # a national rule in words alone is no time to draw
                yield _clock_row(inputs, [], clocks, some=bool(local))


def _variants(clocks: Iterable[Timescale]) -> dict[_Variant, list[Timescale]]:
    """By kind of case and condition. An exceptional limit belongs to the limit that it exceeds."""
    found: dict[_Variant, list[Timescale]] = {}
    for t in sorted(clocks, key=lambda t: t.only_if == "exceptional"):
        plain = (t.routes, None)
        variant = plain if t.only_if == "exceptional" and plain in found else (t.routes, t.only_if)
        found.setdefault(variant, []).append(t)
    return found


def _above(variant: _Variant, national: Mapping[_Variant, object]) -> _Variant | None:
    """The national variant that holds for the cases of a local one."""
    routes, only_if = variant
    hold = [v for v in national if not v[0] or (routes and set(routes) <= set(v[0]))]
    return min(hold, key=lambda v: (v[1] != only_if, not v[0], len(v[0])), default=None)


def _clock_row(
    inputs: DocumentInputs, local: Sequence[Timescale], national: Sequence[Timescale], some: bool = False
) -> _Placed:
    first = (*local, *national)[0]
    aside = inputs.framework.set_aside
    notes = [note for t in local for note in _notes(inputs, t, local)]
    for t in national:
        own = [note for note in _notes(inputs, t, national) if note not in notes]
        notes += [f"national: {note}" for note in own] if local else own
    if inputs.national:
        local_side = None
    elif local:
        local_side = _side(local)
    elif all(t.id in aside for t in national):
        local_side = Side("words", "exempt")
    elif some:
        local_side = Side("words", "in some cases")
    else:
        local_side = _elsewhere(inputs, first, national=False) or _above_or_answered(inputs, first.end)
    if national:
        national_side = _side(national)
    else:
        national_side = _elsewhere(inputs, first, national=True) or _unset_nationally(inputs, first.end)
    row = Row(_title(first), tuple(dict.fromkeys(notes)), local_side, national_side)
    if first.kind == "at_least_before":
        end = event_title(first.end, first.names)
        start = _Start(f"{end}, counting back", _ORDER.get(first.end, 99) + 0.25)
    else:
        start = _start(_EVERY if first.start == first.end else first.start, first.end, first.names)
    return _Placed(start, (_ORDER.get(first.end, 99), _latest(row), row.title), row)


def _title(t: Timescale) -> str:
    title = event_title(t.end, t.names)
    if t.kind == "at_least_before":
        title = event_title(t.start, t.names)
    if t.kind == "at_least":
        title = f"{title}, at the earliest"
    named = t.routes == ("section_47",) and phase_of(t) == _PROTECTION
    return title if not t.routes or named else f"{title}, {route_words(t.routes, t.names)}"


def _start(event: str, end: str, names: Mapping[str, str]) -> _Start:
    if event == _EVERY:
        words = upper_first(f"{after(end, names).removesuffix(' before')} before")
        return _Start(words, _ORDER.get(end, 99) + 0.5)
    title = event_title(event, names)
    first, last = _ORDER["harm_suspected"], _ORDER["review_conference"]
    order = _ORDER.get(event, 99)
    return _Start(f"{title} (section 47)" if first <= order <= last and "47" not in title else title, order)


def _side(clocks: Sequence[Timescale]) -> Side:
    words, marks = [], []
    plain = [t for t in clocks if t.only_if != "exceptional" or len(clocks) == 1]
    for t in clocks:
        mark = _mark(t, exceptional=t not in plain)
        marks += [mark] if mark else []
        if t in plain:
            words.append(_short(t))
    state: State = "value" if any(t.amount for t in clocks) else "words"
    return Side(state, joined(dict.fromkeys(words), "or"), tuple(marks))


def _short(t: Timescale) -> str:
    if t.amount is None:
        return t.words if t.words and len(t.words) < 16 else "in words"
    number = _number(t.amount)
    if t.kind == "every":
        return f"{number} apart"
    if t.kind == "at_most":
        return f"up to {number}"
    if t.kind == "at_least":
        return f"after {number} or later"
    if t.kind == "at_least_before":
        return f"{number} before"
    if t.lower is not None:
        number = f"{t.lower.number:g} to {number}"
    if t.target is not None:
        number = f"{number} for {100 * t.target:g}%"
    if t.kind == "expected_within":
        return f"{number}, expected"
    return f"{number} or sooner" if t.sooner else number


def _number(amount: Amount) -> str:
    return f"{amount.number:g}" if amount.unit is Unit.WORKING_DAYS else str(amount)


def _mark(t: Timescale, exceptional: bool) -> Mark | None:
    days = tuple(amount.working_days for amount in (t.lower, t.amount) if amount)
    if not days or t.kind in ("at_least", "at_least_before"):
        return None
    forms: dict[str, Form] = {"expected_within": "expected", "every": "repeat", "between": "range"}
    form = "exceptional" if exceptional else "range" if t.kind == "at_most" else forms.get(t.kind, "limit")
    if form == "range" and len(days) == 1:
        days = (0.0, *days)
    return Mark(form, days if form in ("range", "expected") else days[-1:])


def _notes(inputs: DocumentInputs, t: Timescale, side: Sequence[Timescale]) -> Iterator[str]:
    verb = "signs" if signs(t) else "decides"
    by = f", {in_sentence(inputs.role(t.decided_by))} {verb}" if t.decided_by else ""
    if t.only_if == "exceptional" and len(side) > 1:
        yield f"by exception up to {_number(t.amount) if t.amount else t.words}{by}"
        return
    if len(side) > 1 and t.unless != "exceptional":
        yield f"{_short(t)}: {lower_first(t.title)}"
    if (terms := condition(t)) and not (t.unless == "exceptional" and len(side) > 1):
        yield terms
    if t.amount is None and t.words and _short(t) != t.words:
        yield t.words
    if t.sooner is not None:
        start, amount = t.sooner
        yield f"or {amount} of {after(start, t.names)}, whichever is sooner"
    if by:
        yield by.removeprefix(", ")
    if t.set_by:
        yield f"set for each case by: {in_sentence(inputs.role(t.set_by))}"
    if t.carried_over:
        yield "carried over from another edition"
    if t.assumptions:
        yield _assumed(t.assumptions, t.amount)


def _assumed(assumptions: Iterable[str], amount: Amount | None) -> str:
    in_days = amount is None or amount.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    number = "kind of days" if in_days else "its number"
    return f"assumed: {joined(dict.fromkeys(_ASSUMED.get(name, number) for name in assumptions))}"


def _elsewhere(inputs: DocumentInputs, t: Timescale, national: bool) -> Side | None:
    """Where the same end has a time on this side, but from another event."""
    every = inputs.framework.timescales.values()
    starts = [
        moment_words(o.start, o.names)
        for o in every
        if o.end == t.end and o.national is national and o.start not in (t.start, o.end)
        and (not o.routes or o.routes == t.routes)
    ]  # fmt: skip
    return Side("words", f"from {starts[0]}") if starts else None


def _above_or_answered(inputs: DocumentInputs, event: str) -> Side:
    """What an authority says of an event that has a national time, and none of its own."""
    side = _answered(inputs, event)
    as_nation = side.state == "not decided" and inputs.as_nationally(event)
    return Side("words", "as nationally") if as_nation else side


def _answered(inputs: DocumentInputs, event: str, section: str = "timescales") -> Side:
    if section == "timescales" and any(t.end == event for t in inputs.by_reviews):
        return Side("words", "by a review")
    word = answer(inputs.framework, section, event)
    return Side(_STATES[word], word)


def _unset_nationally(inputs: DocumentInputs, event: str) -> Side:
    unread = inputs.unread_nationally(event)
    return Side("not known", "not known") if unread else Side("unset", "no time")


def _latest(row: Row) -> float:
    return max((day for _, side in row.sides for mark in side.marks for day in mark.days), default=0.0)


# Reviews


def _reviews(inputs: DocumentInputs) -> Iterator[_Placed]:
    every = inputs.framework.reviews.values()
    local = [r for r in every if not r.layer.startswith("national/")]
    national = [r for r in every if r.layer.startswith("national/")]
    asked = any(r.kind == "no_number" for r in national)
    above = Side("words", "no number") if asked else Side("unset", "no time")
    for r in local:
        yield _review(inputs, r, _review_side(r), above)
    for r in national:
        if local and r.kind == "no_number":
            continue
        ours = None if inputs.national else _answered(inputs, "reviewed", "reviews")
        yield _review(inputs, r, ours, _review_side(r))


def _review(inputs: DocumentInputs, r: Review, local: Side | None, national: Side) -> _Placed:
    start = _start(r.start or _EVERY, "reviewed", r.names)
    title = r.title if not r.routes else f"{r.title}, {route_words(r.routes, r.names)}"
    row = Row(title, tuple(_review_notes(inputs, r)), local, national)
    return _Placed(start, (_ORDER["reviewed"], _latest(row), row.title), row)


def _review_side(r: Review) -> Side:
    if r.at_most_every is not None:
        mark = Mark("repeat", (r.at_most_every.working_days,))
        return Side("value", f"{_number(r.at_most_every)} apart", (mark,))
    if r.at is not None:
        form: Form = "latest" if r.kind == "within" else "review"
        words = f"by {_number(r.at)}" if form == "latest" else _number(r.at)
        return Side("value", words, (Mark(form, (r.at.working_days,)),))
    if r.by_priority:
        amounts = sorted(set(r.by_priority.values()), key=lambda amount: amount.working_days)
        one_unit = len({amount.unit for amount in amounts}) == 1
        numbers = [f"{a.number:g}" if one_unit else _number(a) for a in amounts[:-1]]
        words = joined((*numbers, _number(amounts[-1])), "or")
        return Side("value", words, (Mark("one of", tuple(a.working_days for a in amounts)),))
    return Side("words", "no number")


def _review_notes(inputs: DocumentInputs, r: Review) -> Iterator[str]:
    by = in_sentence(inputs.role(r.by))
    yield f"by: {by}" if " or " in by or "," in by else f"by the {by}"
    priorities = inputs.framework.priorities
    if r.by_priority:
        yield ", ".join(
            f"{_number(amount)}: {lower_first(priorities.get(name, {}).get('title', name))}"
            for name, amount in r.by_priority.items()
        )
    if r.at is None and not r.by_priority and r.at_most_every is None and r.words:
        yield r.words
    if terms := condition(r):
        yield terms
    if r.at_most_every is not None:
        yield f"until {after(r.until, r.names)}"
    if r.carried_over:
        yield "carried over from another edition"
    if r.assumptions:
        yield _assumed(r.assumptions, r.at)


# What has no value


def _missing(inputs: DocumentInputs, placed: Sequence[_Placed]) -> Iterator[_Placed]:
    """Rows for what every local framework is expected to say, and for what a file answers without a value."""
    framework = inputs.framework
    clocks = [t for t in framework.timescales.values() if phase_of(t) not in NOT_DRAWN]
    there = {t.end for t in clocks} | {t.end for t in inputs.by_reviews}
    if inputs.national:
        events: list[str] = [name for name in framework.not_known if name in EVENTS]
    else:
        answers = [path.partition(".") for path in framework.answers]
        events = [*_ALWAYS, *(name for group, _, name in answers if group == "timescales" and name)]
    for event in dict.fromkeys(events):
        if event not in there:
            own = framework.events.get(event, {})
            title = event_title(event, {f"events.{event}": own["title"]} if "title" in own else {})
            local = None if inputs.national else _answered(inputs, event)
            yield _nowhere(_ORDER.get(event, 99), Row(title, (), local, _unset_nationally(inputs, event)))
    if not inputs.national and not framework.reviews:
        row = Row("Reviews", (), _answered(inputs, "reviewed", "reviews"), Side("unset", "no time"))
        yield _nowhere(_ORDER["reviewed"], row)


def _nowhere(order: float, row: Row) -> _Placed:
    return _Placed(_Start("", math.inf), (order, 0.0, row.title), row)
