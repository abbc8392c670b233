"""What differs between two frameworks, section by section: one row for each thing that does.

Timescales and reviews are matched by their id, else by what they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal, TypeVar

from simkit.common.text import lower_first
from simkit.framework.amount import Unit
from simkit.framework.dates import when_words
from simkit.framework.equivalence import (
    answer,
    concept_of,
    is_local,
    review_concepts,
)
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import ANSWERS, NOT_KNOWN, PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS
from simkit.framework.wording import (
    counting_words,
    dates_words,
    length_words,
    review_words,
    role_title,
    routes_words,
    terms_words,
    timescale_words,
)

Kind = Literal["framework", "timescale", "review", "priority", "role", "protocol element", "model"]

NOT_THERE = "not in this framework"
_PLACES, _CONTEXT, _LONG = 3, 3, 30  # places shown of changed texts, words around each, most words of one
_ASIDE = "set aside by a dispensation"
_NO_EDITION = "not in that national edition"
_NO_ROLE = "not a role in that national edition"
_NOT_READ = "a heading, text not read"
_ELEMENTS = {**PROTOCOL_ELEMENTS, **PROTOCOL_EXTRAS}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One thing that differs. ``path`` is its dotted place in the format; places are ``file:line``.

    ``texts`` are the whole texts of an element of the protocol that both have in other words.
    """

    kind: Kind
    what: str
    before: str
    after: str
    path: str
    before_place: str = ""
    after_place: str = ""
    texts: tuple[str, str] = ("", "")

    @property
    def change(self) -> Literal["added", "removed", "changed", "not known"]:
        """The kind of difference; ``not known`` if one of the two is not known, or its text was not read."""
        if any(_is_unread(side) for side in (self.before, self.after)):
            return "not known"
        nothing = (*ANSWERS, NOT_THERE, _ASIDE, _NO_EDITION, _NO_ROLE)
        if self.before in nothing:
            return "added"
        return "removed" if self.after in nothing else "changed"

    def __str__(self) -> str:
        return f"{self.what}: {self.before} -> {self.after}"


def _is_unread(side: str) -> bool:
    return side.split(" (carried over")[0] == NOT_KNOWN or side.startswith(_NOT_READ)


def commitments(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    """Everything the two promise, compared: rows whose sides are equal are among them."""
    yield from _heads(a, b)
    yield from _timescales(a, b)
    yield from _historical(a, b)
    yield from _reviews(a, b)
    yield from _priorities(a, b)
    yield from _roles(a, b)
    yield from _protocol(a, b)


def _at(framework: Framework, path: str) -> str:
    origin = framework.origins.get(path)
    return str(origin) if origin is not None else ""


def row_of(
    a: Framework, b: Framework, kind: Kind, what: str, path: str, before: str, after: str
) -> DifferenceRow:
    """The row of a value that has the same path in both frameworks, with its two places."""
    return DifferenceRow(kind, what, before, after, path, _at(a, path), _at(b, path))


# -- the framework as a whole --


def _edition(framework: Framework) -> str:
    editions = [layer for layer in framework.layers if layer.startswith("national/")]
    named = [layer.removeprefix("national/") for layer in editions if layer != "national/assumptions"]
    return named[-1].replace("-", " ").capitalize().replace("together", "Together") if named else "none"


def _heads(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    yield row_of(a, b, "framework", "National edition", "based_on", _edition(a), _edition(b))
    facts: tuple[tuple[str, str, Callable[[Framework], str]], ...] = (
        ("In force", "in_force", lambda f: dates_words(f.in_force)),
        ("Agreement", "agreed", lambda f: _agreed(f)),
        ("How days are counted", "counting", lambda f: counting_words(f.counting)),
        ("Threshold document", "threshold_document", lambda f: f.threshold_document.get("title", "")),
        ("Dispensations", "dispensations", lambda f: "; ".join(_titles(f.dispensations))),
        ("Departures from the guidance", "departures", lambda f: "; ".join(f.departures)),
    )
    for what, section, words in facts:
        before, after = (words(f) or answer(f, section) for f in (a, b))
        if {before, after} <= {*ANSWERS} and not _is_answered(a, b, section):
            continue
        yield row_of(a, b, "framework", what, section, before, after)


def _is_answered(a: Framework, b: Framework, path: str) -> bool:
    """Whether one of the two files gives an answer other than a value in so many words."""
    return path in a.answers or path in b.answers


def _agreed(framework: Framework) -> str:
    words: dict[str, Callable[[Any], str]] = {
        "by": "by {}".format,
        "on": lambda day: when_words(str(day)),
        "owner": "owner {}".format,
        "review_on": lambda day: f"review {when_words(str(day))}",
    }
    return ", ".join(say(framework.agreed[key]) for key, say in words.items() if key in framework.agreed)


def _titles(section: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [str(entry.get("title", name)) for name, entry in section.items()]


# -- timescales --


def _pairs(
    ours: Mapping[str, T], theirs: Mapping[str, T], concept: Callable[[T], str | None]
) -> list[tuple[T | None, T | None]]:
    """What belongs together: the same id, else the only one on either side about the same thing."""
    pairs: list[tuple[T | None, T | None]] = []
    unmatched = {key: each for key, each in theirs.items() if key not in ours}
    alone = [each for key, each in ours.items() if key not in theirs]
    for key, mine in ours.items():
        if key in theirs:
            pairs.append((mine, theirs[key]))
            continue
        subject = concept(mine)
        same = [k for k, other in unmatched.items() if subject is not None and concept(other) == subject]
        rivals = [each for each in alone if concept(each) == subject]
        pairs.append((mine, unmatched.pop(same[0]) if len(same) == 1 == len(rivals) else None))
    return pairs + [(None, other) for other in unmatched.values()]


def _local_concept(timescale: Timescale) -> str | None:
    return concept_of(timescale).id if not timescale.national else None


def _full(framework: Framework, timescale: Timescale) -> str:
    words = "; ".join(
        (timescale_words(timescale), *terms_words(framework, replace(timescale, carried_over=None)))
    )
    return _not_its_own(words) if timescale.carried_over else words


def _not_its_own(words: str) -> str:
    """The words of a value that was carried over from another edition."""
    return f"{NOT_KNOWN} (carried over: {words})"


def _timescales(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for mine, other in _pairs(a.timescales, b.timescales, _local_concept):
        if mine is not None and other is not None:
            before, after = _full(a, mine), _full(b, other)
            own = not (mine.carried_over or other.carried_over)
            if own and before != after and mine.start == other.start and _same_terms(a, mine, b, other):
                before, after = length_words(mine), length_words(other)
            yield DifferenceRow(
                "timescale",
                _joint_title(mine.title, other.title),
                before,
                after,
                f"timescales.{other.id}",
                str(mine.origin),
                str(other.origin),
            )
        elif mine is not None:
            yield DifferenceRow(
                "timescale",
                mine.title,
                _full(a, mine),
                _no_timescale(b, mine),
                f"timescales.{mine.id}",
                str(mine.origin),
            )
        elif other is not None:
            yield DifferenceRow(
                "timescale",
                other.title,
                _no_timescale(a, other),
                _full(b, other),
                f"timescales.{other.id}",
                "",
                str(other.origin),
            )


def _joint_title(mine: str, other: str) -> str:
    return other if mine == other else f"{mine} / {other}"


def _same_terms(a: Framework, mine: Timescale, b: Framework, other: Timescale) -> bool:
    return mine.kind == other.kind and terms_words(a, mine) == terms_words(b, other)


def _no_timescale(framework: Framework, other: Timescale) -> str:
    if other.id in framework.set_aside:
        return _ASIDE
    if other.national:
        return _no_edition(framework, other.id, other.end)
    for each in framework.implied.values():
        review = framework.reviews.get(each.part_of or "")
        if each.end == other.end and review is not None:
            return f"by the review: {review.title}"
    return answer(framework, "timescales", other.id, other.end)


def _no_edition(framework: Framework, *names: str) -> str:
    """What a framework's national edition says of something that it does not have."""
    return NOT_KNOWN if {*framework.edition_not_known} & {*names} else _NO_EDITION


def _historical(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for mine, other in _pairs(a.historical, b.historical, lambda each: None):
        each = mine or other
        if each is None:
            continue

        def past(framework: Framework, timescale: Timescale | None, each: Timescale = each) -> str:
            if timescale is None:
                return answer(framework, "timescales", each.id, each.end)
            return f"{_full(framework, timescale)} ({dates_words(timescale.in_force)})"

        what = f"{each.title}, no longer in force"
        yield row_of(a, b, "timescale", what, f"timescales.{each.id}", past(a, mine), past(b, other))


# -- reviews and priorities --


def _reviews(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    about = {"a": review_concepts(a), "b": review_concepts(b)}
    concepts = {id(r): about["a"][key].id for key, r in a.reviews.items() if key in about["a"]}
    concepts |= {id(r): about["b"][key].id for key, r in b.reviews.items() if key in about["b"]}
    for mine, other in _pairs(a.reviews, b.reviews, lambda each: concepts.get(id(each))):
        if mine is not None and other is not None:
            yield DifferenceRow(
                "review",
                _joint_title(_review_title(mine), _review_title(other)),
                *_two_reviews(a, mine, b, other),
                f"reviews.{other.id}",
                str(mine.origin),
                str(other.origin),
            )
        elif mine is not None:
            text = _review(a, mine)
            absence = _no_review(b, mine)
            yield DifferenceRow(
                "review", _review_title(mine), text, absence, f"reviews.{mine.id}", str(mine.origin)
            )
        elif other is not None:
            text, absence = _review(b, other), _no_review(a, other)
            path = f"reviews.{other.id}"
            yield DifferenceRow("review", _review_title(other), absence, text, path, "", str(other.origin))


def _review_title(review: Review) -> str:
    return lower_first(review.title) if review.title[1:2].islower() else review.title


def _review(framework: Framework, review: Review) -> str:
    routes = f"; for {routes_words(review.routes, review.names)}" if review.routes else ""
    when = review_words(framework, replace(review, carried_over=None))
    words = f"{when}, by the {role_title(framework, review.by)}{routes}"
    return _not_its_own(words) if review.carried_over else words


def _two_reviews(a: Framework, mine: Review, b: Framework, other: Review) -> tuple[str, str]:
    same = all(
        getattr(mine, key) == getattr(other, key)
        for key in (
            *("by", "kind", "start", "after", "until", "only_if", "routes", "includes", "varied_by"),
            *("starting_day", "carried_over"),
        )
    )
    if same and mine.at is not None and other.at is not None and mine.at != other.at:
        if mine.at.unit is other.at.unit is Unit.WORKING_DAYS:
            by = "by " if mine.kind == "within" else ""
            return f"{by}day {mine.at.number:g}", f"{by}day {other.at.number:g}"
        return str(mine.at), str(other.at)
    return _review(a, mine), _review(b, other)


def _no_review(framework: Framework, other: Review) -> str:
    if not is_local(other.layer):
        return _no_edition(framework, other.id)
    return answer(framework, "reviews", other.id, "reviewed")


def _priorities(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for key in dict.fromkeys((*a.priorities, *b.priorities)):
        before, after = (
            _priority(f.priorities[key]) if key in f.priorities else answer(f, "priorities", key)
            for f in (a, b)
        )
        title = (b.priorities.get(key) or a.priorities[key]).get("title", key.replace("_", " "))
        yield row_of(a, b, "priority", title, f"priorities.{key}", before, after)


def _priority(entry: Mapping[str, str]) -> str:
    parts = [
        f"{key.replace('_', ' ')} {value}" for key, value in entry.items() if key not in ("title", "note")
    ]
    return ", ".join(parts) or "no review set"


# -- roles and protocol --


def _roles(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for key in dict.fromkeys((*a.roles, *b.roles)):
        local = any(is_local(_layer_of(f, f"roles.{key}")) for f in (a, b) if key in f.roles)
        none = [answer(f, "roles", key) if local else _NO_ROLE for f in (a, b)]
        titles = [f.roles[key].get("title", key) for f in (a, b) if key in f.roles]
        renamed = len(set(titles)) > 1
        before, after = (
            _role(f.roles[key], renamed) if key in f.roles else nothing
            for f, nothing in zip((a, b), none, strict=True)
        )
        title = titles[-1]
        yield row_of(a, b, "role", title, f"roles.{key}", before, after)


def _layer_of(framework: Framework, path: str) -> str:
    origin = framework.origins.get(path)
    return origin.file.removeprefix("frameworks/") if origin is not None else ""


def _role(entry: Mapping[str, str], renamed: bool) -> str:
    note = entry.get("note")
    title = entry.get("title", "")
    return ". ".join([title, *([note] if note else [])]) if renamed else note or "a role, with no note"


def _protocol(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for key in dict.fromkeys((*_ELEMENTS, *a.protocol, *b.protocol)):
        before, after = (
            _element(f.protocol[key]) if key in f.protocol else answer(f, "protocol", key) for f in (a, b)
        )
        own = b.protocol.get(key) or a.protocol.get(key) or {}
        title = own.get("title") or (_ELEMENTS[key].title if key in _ELEMENTS else key.replace("_", " "))
        written = key in a.protocol and key in b.protocol
        if not written and {before, after} <= {*ANSWERS} and not _is_answered(a, b, f"protocol.{key}"):
            continue
        texts = [f.protocol.get(key, {}).get("text", "") for f in (a, b)]
        if all(texts) and texts[0] != texts[1]:
            owners = [_owned(f.protocol[key]) for f in (a, b)]
            before, after = (
                words + owner for words, owner in zip(changed_words(*texts), owners, strict=True)
            )
        row = row_of(a, b, "protocol element", title, f"protocol.{key}", before, after)
        yield replace(row, texts=(texts[0], texts[1])) if all(texts) and texts[0] != texts[1] else row


def _element(entry: Mapping[str, str]) -> str:
    text = entry.get("text")
    if text:
        words = len(text.split())
        content = f"a text of {words} word{'' if words == 1 else 's'}"
    elif entry.get("link"):
        content = "a link"
    else:
        content = _NOT_READ
    return content + _owned(entry)


def _owned(entry: Mapping[str, str]) -> str:
    owner = entry.get("owner")
    return f", owned by {owner}" if owner else ""


def changed_words(before: str, after: str) -> tuple[str, str]:
    """The words of two texts that differ, each in square brackets with a few words around them.

    The first three places are shown, and how many more there are.
    """
    one, other = before.split(), after.split()
    places = [
        each for each in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if each[0] != "equal"
    ]
    shown = places[:_PLACES]
    more = len(places) - len(shown)
    rest = f" and {more} more change{'s' if more > 1 else ''}" if more else ""
    return (
        "; ".join(_around(one, start, end) for _, start, end, _, _ in shown) + rest,
        "; ".join(_around(other, start, end) for _, _, _, start, end in shown) + rest,
    )


def _around(words: list[str], start: int, end: int) -> str:
    """``... is reviewed [after 10 working days] by the ...``; a long change is cut in the middle."""
    changed = words[start:end]
    if len(changed) > _LONG:
        changed = [*changed[: _LONG // 2], "...", *changed[-_LONG // 2 :]]
    left, right = words[max(0, start - _CONTEXT) : start], words[end : end + _CONTEXT]
    parts = [
        *(["..."] if start > _CONTEXT else []),
        *left,
        f"[{' '.join(changed) or 'nothing'}]",
        *right,
        *(["..."] if end + _CONTEXT < len(words) else []),
    ]
    return " ".join(parts)
