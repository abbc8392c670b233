"""Family R, structure: entries are complete, unambiguous and without cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simkit.common.text import listed
from simkit.framework.inheritance import ONE_OF
from simkit.framework.known_words import nearest
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import BY_PRIORITY, RuleContext, review_key
from simkit.framework.rules.registry import rule

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY


_NUMBERS = ONE_OF["timescales"][0]


_REVIEW_NUMBERS = ONE_OF["reviews"][0]


_REVIEW_PARTS = (
    (("by",), "`by`"),
    (("from", "after"), "`from` or `after`"),
    (_REVIEW_NUMBERS, "`at`, `within` or `at_most_every`"),
)


_REVIEW = "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"


_VISIT = "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"


rule(
    "R013",
    _ERROR,
    "Nothing to remove",
    why="`remove` deletes something inherited. Nothing of this name is inherited.",
    remedy="Check the spelling, or delete the line.",
    fails="reviews:\n  first: remove\n",
    passes=_REVIEW,
    needs_framework=True,
)


rule(
    "R014",
    _ERROR,
    "The id of an inherited source",
    why="Inherited facts would seem to come from your source.",
    remedy="Give your source another id, here and where it is used.",
    fails="sources:\n  trix_a:\n    title: Our own leaflet\n    strength: verified\n",
    passes="sources:\n  our_leaflet:\n    title: Our own leaflet\n    strength: verified\n",
)


@rule(
    "R003",
    _ERROR,
    "Not based on anything",
    why="Without `based_on` the framework inherits no national timescale, not even the decision in one "
    "working day.",
    remedy="Add a line such as `based_on: national/working-together-2023`.",
    fails="simkit: framework/1\ntitle: An example\nstatus: draft\n" + _REVIEW,
    passes=_REVIEW,
)
def no_base(context: RuleContext) -> Iterator[Finding]:
    if context.kind in ("national", "scenario") or context.writes(("based_on",)):
        return
    if needs_nation(context.data):
        yield Finding((), "There is no `based_on`, so no national timescale is inherited.")


def needs_nation(data: Mapping[str, Any]) -> bool:
    """Whether a file with this content is about more than numbers of the simulation."""
    return any(data.get(section) for section in ("timescales", "reviews", "protocol")) or not data.get(
        "model"
    )


@rule(
    "R007",
    _ERROR,
    "An incomplete timescale",
    why="A clock needs the event that starts it, the event that stops it, and a length of time.",
    remedy=f"Add what is missing. How long is one of: {', '.join(_NUMBERS)}.",
    fails=_VISIT,
    passes=_VISIT + "    within: 7 working days\n",
    needs_framework=True,
)
def incomplete_timescale(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("timescales"):
        path: Path = ("timescales", name)
        absent = [key for key in ("from", "to") if context.lacks(full, path, key)]
        no_time = context.lacks(full, path, *_NUMBERS)
        absent_keys = [*(f"`{key}`" for key in absent), *(["time (`within` or another)"] if no_time else [])]
        if absent_keys:
            message = f"The timescale `{name}` has no {' and no '.join(absent_keys)}."
            hint = _behind_a_hash(context, path, full, *absent, *(_NUMBERS if no_time else ()))
            yield Finding(path, message, hint or _to_add(absent, no_time), at_key=True)


_ENDS = {"from": "`from` (the event that starts it)", "to": "`to` (the event that stops it)"}


def _to_add(ends: Sequence[str], no_time: bool) -> str:
    """What to write for a timescale without these ends, or without a time: nothing that it has already."""
    parts = [f"Add {listed(_ENDS[end] for end in ends)}."] if ends else []
    if no_time:
        parts.append(f"Add how long it is, with one of: {', '.join(_NUMBERS)}.")
    return " ".join(parts)


def _behind_a_hash(context: RuleContext, path: Path, full: Mapping[str, Any], *keys: str) -> str:
    """The hint where a line of the entry is there and still has the # of an example in front."""
    example = context.source.behind_a_hash(path, *(key for key in keys if key not in full))
    if example is None:
        return ""
    line, name = example
    return (
        f"`{name}:` is on line {line}, with a # in front, so it is not read. Delete the # and the one "
        "space after it."
    )


@rule(
    "R008",
    _ERROR,
    "A timescale with two times",
    why="A clock has one length. With two, nobody knows which one applies.",
    remedy="Keep one of them, or write two timescales.",
    fails=_VISIT + "    within: 7 working days\n    expected_within: 3 working days\n",
    passes=_VISIT + "    within: 7 working days\n    good_practice: 3 to 5 working days\n",
)
def two_numbers(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("timescales"):
        both = [key for key in _NUMBERS if key in entry]
        if len(both) > 1:
            names = " and ".join(f"`{key}`" for key in both)
            path = ("timescales", name, both[1])
            yield Finding(path, f"The timescale `{name}` has {names}.", at_key=True)


@rule(
    "R030",
    _ERROR,
    "A word that needs another one",
    why="`target` and `or_if_sooner` belong to a limit written with `within`, and `also_on` to a time "
    "written with `every`.",
    remedy="Write `within:` or `every:` in the same entry, or delete the line.",
    fails=_VISIT + "    no_number: soon\n    target: 90%\n",
    passes=_VISIT + "    within: 7 working days\n    target: 90%\n",
    needs_framework=True,
)
def word_without_its_number(context: RuleContext) -> Iterator[Finding]:
    for name, entry, full in context.merged_entries("timescales"):
        path: Path = ("timescales", name)
        for key, number in (("target", "within"), ("or_if_sooner", "within"), ("also_on", "every")):
            if key in entry and context.lacks(full, path, number):
                yield Finding((*path, key), f"`{name}` has `{key}` and no `{number}`.", at_key=True)


@rule(
    "R009",
    _ERROR,
    "A limit between two values, set by nobody",
    why="`between` means that somebody sets the limit for each case.",
    remedy="Add `set_by:` with a role, such as `set_by: team_manager`.",
    fails=_VISIT + "    between: 3 to 7 working days\n",
    passes=_VISIT + "    between: 3 to 7 working days\n    set_by: team_manager\n",
)
def between_without_setter(context: RuleContext) -> Iterator[Finding]:
    for name, entry, full in context.merged_entries("timescales"):
        path: Path = ("timescales", name)
        if "between" in entry and context.lacks(full, path, "set_by"):
            yield Finding(
                (*path, "between"), f"`{name}` is set for each case, but the file does not say by whom."
            )


@rule(
    "R010",
    _ERROR,
    "An incomplete review",
    why="A review needs a reviewer, an event from which it is counted, and a time.",
    remedy="Add `by`; `from` (an event) or `after` (a review); and `at`, `within` or `at_most_every`.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: allocated\n",
    passes=_REVIEW,
    needs_framework=True,
)
def incomplete_review(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("reviews"):
        path: Path = ("reviews", name)
        absent = [(keys, words) for keys, words in _REVIEW_PARTS if context.lacks(full, path, *keys)]
        if absent:
            message = f"The review `{name}` has no {' and no '.join(words for _, words in absent)}."
            hint = _behind_a_hash(context, path, full, *(key for keys, _ in absent for key in keys))
            yield Finding(path, message, hint or f"Add {'; '.join(w for _, w in absent)}.", at_key=True)


@rule(
    "R011",
    _ERROR,
    "A review with two answers to one question",
    why="A review is counted from one event and takes place at one time.",
    remedy="Keep one of them, or write two reviews.",
    fails=_REVIEW + "    at_most_every: 10 working days\n",
    passes=_REVIEW,
)
def review_twice(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("reviews"):
        for group in ONE_OF["reviews"]:
            both = [key for key in group if key in entry]
            if len(both) > 1:
                names = " and ".join(f"`{key}`" for key in both)
                yield Finding(("reviews", name, both[1]), f"The review `{name}` has {names}.", at_key=True)


@rule(
    "R015",
    _ERROR,
    "A clock that stops where it starts",
    why="No time passes from an event to the same event, unless it repeats.",
    remedy="Check `from` and `to`. For something that repeats write `every:`.",
    fails=_VISIT.replace("from: allocated", "from: child_seen") + "    within: 7 working days\n",
    passes=_VISIT.replace("from: allocated", "from: child_seen") + "    every: 6 weeks\n",
)
def same_event(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("timescales"):
        if "from" in full and full.get("from") == full.get("to") and "every" not in full:
            message = f"`{name}` runs from `{full['from']}` to `{full['to']}`."
            yield Finding(("timescales", name, "to"), message)
        sooner = full.get("or_if_sooner")
        if isinstance(sooner, dict) and "to" in full and sooner.get("from") == full["to"]:
            message = f"The second limit of `{name}` runs from `{full['to']}` to `{full['to']}`."
            yield Finding(("timescales", name, "or_if_sooner", "from"), message)


@rule(
    "R016",
    _ERROR,
    "Reviews that wait for each other",
    why="Each is counted from another, so none of them ever takes place.",
    remedy="Count one of them from an event, for example `from: allocated`.",
    fails=_REVIEW.replace("from: allocated", "after: second")
    + "  second:\n    by: team_manager\n    after: first\n    at: 10 working days\n",
    passes=_REVIEW + "  second:\n    by: team_manager\n    after: first\n    at: 10 working days\n",
)
def review_circle(context: RuleContext) -> Iterator[Finding]:
    reviews = context.tree.section("reviews")
    for name, _ in context.own_entries("reviews"):
        cycle = cycle_from(name, {key: (each.get("after"),) for key, each in reviews.items()})
        if cycle:
            before = ", that after ".join(f"`{each}`" for each in (*cycle[1:], name))
            yield Finding(("reviews", name, "after"), f"The review `{name}` waits for {before}.")


def cycle_from(start: str, before: Mapping[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """The cycle from ``start`` back to itself along ``before``, empty if there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while paths:
        path = paths.pop()
        for each in before.get(path[-1], ()):
            if each == start:
                return path
            if isinstance(each, str) and each in before and each not in seen:
                seen.add(each)
                paths.append((*path, each))
    return ()


@rule(
    "R017",
    _ERROR,
    "A review set by priority, without priorities",
    why="For `set by priority` simkit looks up the time under `priorities:`.",
    remedy="Write `priorities:` with a line such as `first_review: 5 working days` for each.",
    fails=_REVIEW.replace("10 working days", "set by priority"),
    passes=_REVIEW.replace("10 working days", "set by priority")
    + "priorities:\n  usual:\n    first_review: 5 working days\n",
    needs_framework=True,
)
def priorities_missing(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("reviews"):
        if entry.get(review_key(entry)) == BY_PRIORITY and not context.tree.section("priorities"):
            yield Finding(
                ("reviews", name, review_key(entry)),
                f"The review `{name}` is set by priority, but there are no priorities.",
            )


@rule(
    "R018",
    _ERROR,
    "A priority that does not say when",
    why="Each priority needs a time for each review that is set by priority.",
    remedy="Add a line such as `first_review: 5 working days` to the priority.",
    fails=_REVIEW.replace("10 working days", "set by priority")
    + "priorities:\n  usual:\n    first_review: 5 working days\n  urgent:\n    title: Urgent\n",
    passes=_REVIEW.replace("10 working days", "set by priority")
    + "priorities:\n  usual:\n    first_review: 5 working days\n",
    needs_framework=True,
)
def priority_incomplete(context: RuleContext) -> Iterator[Finding]:
    by_priority = [
        name
        for name, review in context.tree.section("reviews").items()
        if isinstance(review, dict) and review.get(review_key(review)) == BY_PRIORITY
    ]
    touched = {name for name, _ in context.own_entries("priorities")}
    own_reviews = {name for name, _ in context.own_entries("reviews")}
    for name, full in context.tree.section("priorities").items():
        for review in by_priority:
            path: Path = ("priorities", name)
            if (name in touched or review in own_reviews) and context.lacks(full, path, f"{review}_review"):
                yield Finding(path, f"The priority `{name}` has no `{review}_review`.", at_key=True)


@rule(
    "R019",
    _ERROR,
    "A priority for a review that does not exist",
    why="The line has no effect, because no review of that name is set by priority.",
    remedy="Check the name. It is the review's id followed by _review, and that review has `at: set by "
    "priority`.",
    fails=_REVIEW + "priorities:\n  usual:\n    first_review: 5 working days\n",
    passes=_REVIEW.replace("10 working days", "set by priority")
    + "priorities:\n  usual:\n    first_review: 5 working days\n",
    needs_framework=True,
)
def priority_without_review(context: RuleContext) -> Iterator[Finding]:
    reviews = context.tree.section("reviews")
    for name, entry in context.own_entries("priorities"):
        for key in entry:
            review = key.removesuffix("_review")
            if key == review:
                continue
            if review not in reviews:
                other = nearest(review, reviews)
                instead = f"{other}_review" if other else ""
                message = f"`{key}`: there is no review called `{review}`."
                yield Finding(("priorities", name, key), message, at_key=True, instead=instead)
            elif reviews[review].get(review_key(reviews[review]), BY_PRIORITY) != BY_PRIORITY:
                message = f"`{key}`: the review `{review}` is not set by priority."
                yield Finding(("priorities", name, key), message, at_key=True)


@rule(
    "R026",
    _ERROR,
    "An incomplete entry",
    why="A departure needs its reason, who agreed and when. A source and a role need a title.",
    remedy="Add what is missing.",
    fails="sources:\n  leaflet:\n    strength: verified\n",
    passes="sources:\n  leaflet:\n    title: Our leaflet\n    strength: verified\n",
)
def incomplete_entry(context: RuleContext) -> Iterator[Finding]:
    wanted = {
        "departures": ("reason", "agreed_by", "on"),
        "sources": ("title",),
        "roles": ("title",),
        "dispensations": ("sets_aside",),
    }
    for section, keys in wanted.items():
        inherited = context.lower.section(section)
        for name, entry in context.own_entries(section):
            full = {**(inherited.get(name) or {}), **entry}
            absent_keys = [f"`{key}`" for key in keys if context.lacks(full, (section, name), key)]
            if absent_keys:
                message = f"`{name}` under `{section}` has no {' and no '.join(absent_keys)}."
                yield Finding((section, name), message, at_key=True)


@rule(
    "R027",
    _QUERY,
    "Two entries with the same title",
    why="Readers of the document could not tell them apart.",
    remedy="Give each its own title, for example with the kind of case it is for.",
    fails=_VISIT
    + "    within: 7 working days\n"
    + "  visit_again:\n    title: Child seen\n    from: decided\n    to: child_seen\n    within: 9 "
    "working days\n",
    passes=_VISIT
    + "    within: 7 working days\n"
    + "  visit_again:\n    title: Seen after the decision\n    from: decided\n    to: child_seen\n"
    + "    within: 9 working days\n",
)
def same_title(context: RuleContext) -> Iterator[Finding]:
    for section in ("timescales", "reviews"):
        titles: dict[str, str] = {}
        for name, entry in context.own_entries(section):
            title = str(entry.get("title", "")).strip().lower()
            if title and title in titles:
                other = context.source.place((section, titles[title], "title"))
                message = f"`{titles[title]}` and `{name}` have the same title."
                yield Finding((section, name, "title"), message, related=(other,))
            titles.setdefault(title, name)
