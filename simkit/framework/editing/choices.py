"""What can stand at a path of a framework: the words of the format, and the ids that the file knows."""

from __future__ import annotations

from collections.abc import Mapping

from simkit.framework.editing.form import Part, is_several, names_in, takes_answers
from simkit.framework.inheritance import REMOVE
from simkit.framework.library import names
from simkit.framework.problem import Path
from simkit.framework.rules.context import BY_PRIORITY, RuleContext, review_key
from simkit.framework.rules.references import not_known_names
from simkit.framework.rules.steps import STAFF
from simkit.framework.vocabulary import ANSWERS, CONDITIONS, EVENTS, ROUTE_TITLES

Choices = Mapping[str, str]
"""Titles by the word that stands in the file; empty where the word says it itself."""

_EVENTS = {name: event.title for name, event in EVENTS.items()}


def choices(context: RuleContext, path: Path, part: Part) -> Choices:
    """The words that can stand at the path, in the order in which one would look for them.

    Empty where anything can. ``part`` is what the schema says of the path.
    """
    if takes_answers(part):
        return dict.fromkeys(ANSWERS, "")
    if is_several(part) and "items" in part:
        part = part["items"]
    if "enum" in part:
        inherited = context.lower.get(*path) is not None
        return {str(word): "" for word in part["enum"] if word != REMOVE or inherited}
    return _known_words(context, [key for key in path if isinstance(key, str)])


def _known_words(context: RuleContext, path: list[str]) -> Choices:
    match path:
        case ["authority" | "la_code" | "gss_code" as key]:
            return _authorities(key)
        case ["based_on"] | ["followed_by", "edition"]:
            return {name: "" for name in reversed(names("national")) if name != "national/assumptions"}
        case ["model", "based_on"]:
            return {"national/assumptions": ""}
        case ["not_known"]:
            return {name: _EVENTS.get(name, "") for name in not_known_names(context)}
        case ["dispensations", _, "sets_aside"]:
            return _national_timescales(context)
        case ["model", "steps", _, "by"]:
            return dict.fromkeys(STAFF, "")
        case ["model", "steps", name, "follows"] | ["model", "steps", name, "wait", "after"]:
            return _titles(context, "model", "steps", but=name)
        case ["model", "steps", _, "marks"]:
            return _EVENTS
        case ["model", "steps", _, "only_if"]:
            return CONDITIONS
        case ["timescales" | "reviews", _, "by" | "set_by" | "decided_by" | "varied_by"]:
            return _titles(context, "roles")
        case ["timescales" | "reviews", _, "routes"]:
            return {**ROUTE_TITLES, **_titles(context, "routes")}
        case ["timescales" | "reviews", _, "unless" | "only_if"]:
            return {**CONDITIONS, **_titles(context, "conditions")}
        case ["reviews", name, "after"]:
            return _titles(context, "reviews", but=name)
        case ["timescales" | "reviews", _, "from" | "to" | "until" | "includes" | "also_on"]:
            return {**_EVENTS, **_titles(context, "events")}
        case ["timescales", _, "or_if_sooner", "from"]:
            return {**_EVENTS, **_titles(context, "events")}
        case ["reviews", _, "at" | "within"]:
            return {BY_PRIORITY: ""}
        case [*_, "source" | "read_in"]:
            return _titles(context, "sources")
        case [*entry, "assumptions"]:
            written = context.tree.get(*entry)
            return {key: "" for key in written if key != "assumptions"} if isinstance(written, dict) else {}
    return {}


def own_names(context: RuleContext, path: Path, part: Part) -> Choices:
    """The names that can stand below a path: those of the format, or ids that the file knows already."""
    named = {name: str(part["properties"][name].get("title", "")) for name in names_in(part)}
    match path:
        case ("timescales",):
            return {**_EVENTS, **_titles(context, "timescales")}
        case ("reviews",):
            return _titles(context, "reviews") or dict.fromkeys(("first", "second", "third"), "")
        case ("departures",):
            return {**_titles(context, "timescales"), **_titles(context, "reviews")}
        case ("priorities", _):
            by_priority = {
                f"{name}_review": str(entry.get("title", ""))
                for name, entry in context.tree.section("reviews").items()
                if entry.get(review_key(entry)) == BY_PRIORITY
            }
            return {**by_priority, **named}
        case ("model", "priority_share"):
            return _titles(context, "priorities")
    return named or _titles(context, *(str(key) for key in path))


def _titles(context: RuleContext, *section: str, but: str = "") -> dict[str, str]:
    """Ids and titles of the entries of a section, inherited ones included."""
    entries = context.tree.get(*section)
    return {
        name: str(entry.get("title", "")) if isinstance(entry, dict) else ""
        for name, entry in (entries if isinstance(entries, dict) else {}).items()
        if name != but
    }


def _national_timescales(context: RuleContext) -> Choices:
    lower = context.lower
    inherited = {k: v for k, v in lower.section("timescales").items() if lower.national("timescales", k)}
    return {name: str(entry.get("title", "")) for name, entry in {**inherited, **lower.set_aside}.items()}


def _authorities(key: str) -> Choices:
    from simkit.data import authorities

    present = [each for each in authorities() if each.in_2025_list]
    if key == "authority":
        return {each.name: "" for each in present}
    return {getattr(each, key): each.name for each in present}
