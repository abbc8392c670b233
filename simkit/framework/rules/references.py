"""Family R, references: whatever is named must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simkit.common.text import plain_title
from simkit.framework.event_names import event_hint, event_meant
from simkit.framework.known_words import nearest
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.value_hints import added_post
from simkit.framework.vocabulary import ANSWERS, CONDITIONS, EVENTS, NOT_KNOWN, ROUTE_TITLES

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY


_REVIEW = "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"


_VISIT = "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"


rule(
    "R001",
    _ERROR,
    "The national edition does not exist",
    why="The framework inherits the national timescales and the assumptions from it.",
    remedy="Write the name of a national edition, such as national/working-together-2023.",
    fails="simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2032\n",
    passes=_REVIEW,
)


rule(
    "R002",
    _ERROR,
    "A framework based on itself",
    why="It would inherit from itself for ever.",
    remedy="Name a national edition in `based_on`.",
)


@rule(
    "R004",
    _ERROR,
    "An unknown event",
    why="Clocks run between known events, so that they mean the same everywhere.",
    remedy=f"Choose one of: {', '.join(EVENTS)}. Add one of your own under `events:`, with a `title`.",
    fails=_VISIT.replace("allocated", "alocated") + "    within: 7 working days\n",
    passes=_VISIT + "    within: 7 working days\n",
)
def unknown_event(context: RuleContext) -> Iterator[Finding]:
    known = {**EVENTS, **context.tree.section("events")}
    for section, keys in (("timescales", ("from", "to")), ("reviews", ("from", "until"))):
        for name, entry in context.own_entries(section):
            named: list[tuple[Path, Any]] = [((key,), entry[key]) for key in keys if key in entry]
            for key in ("includes", "also_on"):
                named += [((key, number), event) for number, event in enumerate(entry.get(key, ()))]
            second = entry.get("or_if_sooner")
            if isinstance(second, dict) and "from" in second:
                named.append((("or_if_sooner", "from"), second["from"]))
            for path, event in named:
                if event in known or context.writes(("events", str(event))):
                    continue
                at = (section, name, *path)
                if section == "reviews" and path == ("from",) and event in context.tree.section("reviews"):
                    hint = f"To count from a review, write `after: {event}` in place of this line."
                    yield Finding(at, f"`{event}` is a review, and `from` names an event.", hint)
                else:
                    yield _no_event(at, event, known)
    for name, step in _own_steps(context):
        for index, event in enumerate(step.get("marks", ())):
            if event not in EVENTS:
                yield _no_event(("model", "steps", name, "marks", index), event, EVENTS)


def _no_event(path: Path, event: str, known: Iterable[str]) -> Finding:
    message = f"There is no event called `{event}`."
    return Finding(path, message, event_hint(event, known), instead=event_meant(event, known))


def _own_steps(context: RuleContext) -> Iterator[tuple[str, dict[str, Any]]]:
    steps = context.own("model").get("steps")
    for name, step in (steps if isinstance(steps, dict) else {}).items():
        if isinstance(step, dict):
            yield name, step


@rule(
    "R005",
    _ERROR,
    "An unknown role",
    why="The post that reviews or decides must be one of the roles.",
    remedy="Name one of the inherited roles, or add the post under `roles:`.",
    fails=_REVIEW.replace("team_manager", "team_manger"),
    passes=_REVIEW,
    needs_framework=True,
)
def unknown_role(context: RuleContext) -> Iterator[Finding]:
    roles = context.tree.section("roles")
    if context.local and not context.lower.section("roles"):
        return  # nothing is inherited, which is a problem of its own
    for path, post in _posts_named(context):
        if post not in roles and not context.writes(("roles", post)):
            instead = nearest(post, roles)
            suggestion = f"Did you mean `{instead}`?" if instead else f"The roles are {', '.join(roles)}."
            title = plain_title(post)
            hint = f"{suggestion} {added_post(post, title, bool(context.own('roles')))}"
            yield Finding(path, f"There is no role called `{post}`.", hint, instead=instead)


def _posts_named(context: RuleContext) -> Iterator[tuple[Path, str]]:
    keys = {"timescales": ("set_by", "decided_by", "varied_by"), "reviews": ("by", "varied_by")}
    for section, names in keys.items():
        for name, entry in context.own_entries(section):
            for key in names:
                written = entry.get(key)
                if isinstance(written, list):
                    yield from (((section, name, key, n), str(post)) for n, post in enumerate(written))
                elif written is not None:
                    yield (section, name, key), str(written)


_SOURCED = (
    *("roles", "timescales", "reviews", "priorities", "dispensations", "departures"),
    *("routes", "events", "conditions"),
)


@rule(
    "R006",
    _ERROR,
    "An unknown source",
    why="`source` names an entry under `sources:`, so that readers can look up every fact.",
    remedy="Correct the id, or add the source under `sources:` with its title and strength.",
    fails=_VISIT + "    within: 7 working days\n    source: leaflet\n",
    passes="sources:\n  leaflet:\n    title: Our leaflet\n    strength: verified\n"
    + _VISIT
    + "    within: 7 working days\n    source: leaflet\n",
    needs_framework=True,
)
def unknown_source(context: RuleContext) -> Iterator[Finding]:
    sources = context.tree.section("sources")
    for path, named in _sources_named(context):
        if named not in sources:
            instead = nearest(named, sources)
            yield Finding(path, f"There is no source called `{named}` under `sources:`.", instead=instead)


def _sources_named(context: RuleContext) -> Iterator[tuple[Path, str]]:
    for section in _SOURCED:
        for name, entry in context.own_entries(section):
            for key in ("source", "read_in"):
                if key in entry:
                    yield (section, name, key), entry[key]
    for section in ("protocol", "model", "threshold_document", "counting"):
        yield from _nested_sources(context.own(section), (section,))


def _nested_sources(data: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _nested_sources(value, (*path, key))
        elif key in ("source", "read_in") and isinstance(value, str):
            yield (*path, key), value


@rule(
    "R012",
    _ERROR,
    "A review after an unknown one",
    why="`after` names the review from which this one is counted.",
    remedy="Name one of the reviews, or count from an event with `from:`.",
    fails=_REVIEW + "  second:\n    by: team_manager\n    after: frist\n    at: 10 working days\n",
    passes=_REVIEW + "  second:\n    by: team_manager\n    after: first\n    at: 10 working days\n",
    needs_framework=True,
)
def unknown_review(context: RuleContext) -> Iterator[Finding]:
    reviews = context.tree.section("reviews")
    for name, entry in context.own_entries("reviews"):
        after = entry.get("after")
        if after is not None and after not in reviews and not context.writes(("reviews", str(after))):
            message = f"There is no review called `{after}`."
            yield Finding(("reviews", name, "after"), message, instead=nearest(after, reviews))


@rule(
    "R020",
    _ERROR,
    "An unknown condition",
    why="`unless` and `only_if` name one of the known conditions.",
    remedy=f"Choose one of: {', '.join(CONDITIONS)}. Add your own under `conditions:`, with a `title`. "
    "If none of these fits, explain it in a `note`.",
    fails=_VISIT + "    within: 7 working days\n    unless: exceptionel\n",
    passes=_VISIT + "    within: 7 working days\n    unless: exceptional\n    decided_by: team_manager\n",
)
def unknown_condition(context: RuleContext) -> Iterator[Finding]:
    places: list[tuple[Path, dict[str, Any]]] = [
        ((section, name), entry)
        for section in ("timescales", "reviews")
        for name, entry in context.own_entries(section)
    ]
    places += [(("model", "steps", name), step) for name, step in _own_steps(context)]
    own = context.tree.section("conditions")
    for path, entry in places:
        known = CONDITIONS if path[0] == "model" else {**CONDITIONS, **own}
        for key in ("unless", "only_if"):
            named = entry.get(key)
            if named is not None and named not in known and not context.writes(("conditions", str(named))):
                message = f"There is no condition called `{named}`."
                yield Finding((*path, key), message, instead=nearest(named, known))


@rule(
    "R028",
    _ERROR,
    "An unknown route",
    why="`routes` names the kinds of case that a rule applies to.",
    remedy=f"Choose from: {', '.join(ROUTE_TITLES)}. Add one of your own under `routes:`, with a `title`.",
    fails=_VISIT + "    within: 7 working days\n    routes: [secton_17]\n",
    passes=_VISIT + "    within: 7 working days\n    routes: [section_17]\n",
    needs_framework=True,
)
def unknown_route(context: RuleContext) -> Iterator[Finding]:
    known = {**ROUTE_TITLES, **context.tree.section("routes")}
    for section in ("timescales", "reviews"):
        for name, entry in context.own_entries(section):
            for number, route in enumerate(entry.get("routes", ())):
                if route not in known and not context.writes(("routes", str(route))):
                    message = f"There is no route called `{route}`."
                    path = (section, name, "routes", number)
                    yield Finding(path, message, instead=nearest(route, known))


@rule(
    "R029",
    _ERROR,
    "An answer about something unknown",
    why="`none set`, `not decided` and `not known` answer a known question. Under another name nobody finds "
    "the answer.",
    remedy="Name the event at which the time ends, such as `child_seen`. To answer for all of them, write "
    "the answer after `timescales:` or `reviews:` itself.",
    fails="timescales:\n  chld_seen: none set\n",
    passes="timescales:\n  child_seen: none set\n",
    needs_framework=True,
)
def unknown_question(context: RuleContext) -> Iterator[Finding]:
    events = [*EVENTS, *context.tree.section("events")]
    reviews = ("first", "second", "third", "further", "reviewed")
    known = {"timescales": events, "reviews": [*events, *reviews]}
    for section, names in known.items():
        inherited = context.lower.section(section)
        for name, written in context.own(section).items():
            if written in ANSWERS and name not in names and name not in inherited:
                path = (section, name)
                message = f"`{name}` is not a known question."
                yield Finding(path, message, at_key=True, instead=nearest(name, names))


@rule(
    "R021",
    _ERROR,
    "An assumption about a line that does not exist",
    why="`assumptions` lists the keys of this entry that its source leaves open.",
    remedy="Name keys that the entry has, such as `assumptions: [from]`.",
    fails=_VISIT + "    within: 7 working days\n    assumptions: [form]\n",
    passes=_VISIT + "    within: 7 working days\n    assumptions: [from]\n",
    needs_framework=True,
)
def unknown_assumption(context: RuleContext) -> Iterator[Finding]:
    for section in ("timescales", "reviews"):
        for name, entry, full in context.merged_entries(section):
            for index, key in enumerate(entry.get("assumptions", ())):
                if key not in full:
                    message = f"`assumptions` names `{key}`, but `{name}` has no such line."
                    path = (section, name, "assumptions", index)
                    yield Finding(path, message, instead=nearest(key, full))
    model = context.tree.section("model")
    for index, key in enumerate(context.own("model").get("assumptions", ())):
        if key not in model:
            message = f"`assumptions` names `{key}`, but `model` has no such line."
            yield Finding(("model", "assumptions", index), message, instead=nearest(key, model))


_SECTIONS = (
    "timescales",
    "reviews",
    "priorities",
    "protocol",
    "threshold_document",
    "dispensations",
    "departures",
    "roles",
    "agreed",
    "in_force",
)


@rule(
    "R022",
    _ERROR,
    "Not known, but about what?",
    why="`not_known` lists what somebody looked for and did not find, so that nobody takes silence for an "
    "answer.",
    remedy="Name an event, a timescale, a review or a section such as protocol.",
    fails="not_known: [refferer_told]\n",
    passes="not_known: [referrer_told]\n",
)
def unknown_unknown(context: RuleContext) -> Iterator[Finding]:
    known = not_known_names(context)
    lower = [*context.lower.section("timescales"), *context.lower.section("reviews")]
    for index, word in enumerate(context.data.get("not_known", ())):
        if word not in known and word not in lower and context.kind != "national":
            message = f"`not_known` names `{word}`, which is not an event, timescale, review or section."
            yield Finding(("not_known", index), message, instead=nearest(word, known))


def not_known_names(context: RuleContext) -> list[str]:
    """What `not_known` can name, apart from what only a lower layer has."""
    tree = context.tree
    return [*EVENTS, *_SECTIONS, *tree.section("timescales"), *tree.section("reviews"), *tree.set_aside]


@rule(
    "R023",
    _QUERY,
    "Not known, and yet given",
    why="The file says that something is not known, and also what it is.",
    remedy="Take it out of `not_known`, or delete the value.",
    fails="not_known: [visit]\n" + _VISIT + "    within: 7 working days\n",
    passes="not_known: [referrer_told]\n" + _VISIT + "    within: 7 working days\n",
)
def known_unknown(context: RuleContext) -> Iterator[Finding]:
    for index, word in enumerate(context.data.get("not_known", ())):
        for section in ("timescales", "reviews"):
            if isinstance(word, str) and context.own(section).get(word, NOT_KNOWN) != NOT_KNOWN:
                place = context.source.place((section, word), at_key=True)
                message = f"`{word}` is under `not_known` and also under `{section}`."
                yield Finding(("not_known", index), message, related=(place,))
        name = _timed(context, word)
        if name is not None and name != word:
            place = context.source.place(("timescales", name), at_key=True)
            message = f"`{word}` is under `not_known`, and `{name}` says how soon it happens."
            yield Finding(("not_known", index), message, related=(place,))


@rule(
    "R032",
    _QUERY,
    "An answer beside a value",
    why="The file says that there is no time for an event, and also which one. A document would print both, "
    "and the simulation would use the time.",
    remedy="Delete one of the two. If they are about different cases, give the time its `routes`.",
    fails=_VISIT + "    within: 7 working days\n  child_seen: none set\n",
    passes=_VISIT + "    within: 7 working days\n  referrer_told: none set\n",
)
def answer_and_value(context: RuleContext) -> Iterator[Finding]:
    for event, answer in context.own("timescales").items():
        name = _timed(context, event) if answer in ANSWERS else None
        if name is not None:
            place = context.source.place(("timescales", name), at_key=True)
            message = f"`{event}` is '{answer}', and `{name}` says how soon it happens."
            yield Finding(("timescales", event), message, at_key=True, related=(place,))


def _timed(context: RuleContext, event: object) -> str | None:
    """The file's own timescale that ends at the event for every case; None if there is none."""
    for name, _, full in context.current_entries("timescales"):
        own = not context.tree.national("timescales", name)
        every_case = not {"routes", "unless", "only_if", "no_number"} & full.keys()
        if own and every_case and full.get("to") == event and full.get("from") != event:
            return name
    return None


@rule(
    "R024",
    _ERROR,
    "A dispensation from something that does not exist",
    why="`sets_aside` names national timescales that the file would otherwise inherit.",
    remedy="Name the id of a national timescale, such as `assessment`.",
    fails="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [asessment]\n    from: 2018-07\n",
    passes="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2018-07\n",
)
def unknown_set_aside(context: RuleContext) -> Iterator[Finding]:
    lower = context.lower
    nations = [name for name in lower.section("timescales") if lower.national("timescales", name)]
    for name, entry in context.own_entries("dispensations"):
        for index, each in enumerate(entry.get("sets_aside", ())):
            if each not in nations and each not in lower.set_aside:
                message = f"There is no national timescale called `{each}` to set aside."
                instead = nearest(each, nations)
                hint = "" if instead else f"National timescales here are {', '.join(nations)}."
                yield Finding(("dispensations", name, "sets_aside", index), message, hint, instead=instead)


@rule(
    "R025",
    _ERROR,
    "A departure from nothing",
    why="A departure has the same id as your timescale or review that is longer than the guidance.",
    remedy="Give it the id of one of your timescales or reviews.",
    fails="departures:\n  vist:\n    reason: Rural roads\n    agreed_by: Partners\n    on: 2025-04\n"
    + _VISIT
    + "    within: 7 working days\n",
    passes="departures:\n  visit:\n    reason: Rural roads\n    agreed_by: Partners\n    on: 2025-04\n"
    + _VISIT
    + "    within: 7 working days\n",
    needs_framework=True,
)
def unknown_departure(context: RuleContext) -> Iterator[Finding]:
    own = {**context.tree.section("timescales"), **context.tree.section("reviews")}
    for name, _ in context.own_entries("departures"):
        if name not in own:
            message = f"There is no timescale or review called `{name}`."
            yield Finding(("departures", name), message, at_key=True, instead=nearest(name, own))
