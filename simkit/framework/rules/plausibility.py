"""Family C, plausibility: amounts of time, ranges, limits and exceptions that make no sense."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from simkit.common.text import listed
from simkit.framework.amount import NUMBER, Amount, Unit, parse_amount
from simkit.framework.inheritance import ONE_OF
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import (
    BY_PRIORITY,
    RuleContext,
    as_long,
    limit_of,
    longest,
    number_path,
    share_routes,
)
from simkit.framework.rules.registry import rule

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE


_NUMBERS = ONE_OF["timescales"][0]
_LIMITS = ("within", "every", "at_most", "between")
_RANGES = ("between", "expected_within", "good_practice")


_OURS = "timescales:\n  ours:\n    title: Assessment\n    from: referral\n    to: authorised\n"


_VISIT = "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"


_WAIT = "  wait:\n    title: Not before\n    from: allocated\n    to: child_seen\n"


_OF_THE_AUTHORITY = ("draft", "consultation", "agreed")


@rule(
    "C006",
    _QUERY,
    "Which days?",
    why="The source says 'days', and not whether working or calendar days. Somebody chose one of them.",
    remedy="Say so: add the key of the number to `assumptions`, such as `assumptions: [within]`.",
    source="Design choice: what a source leaves open is marked",
    fails=_VISIT + "    within: 10 working days\n    as_printed: 10 days\n",
    passes=_VISIT + "    within: 10 working days\n    as_printed: 10 days\n    assumptions: [within]\n",
)
def which_days(context: RuleContext) -> Iterator[Finding]:
    for section in ("timescales", "reviews"):
        for name, entry, full in context.merged_entries(section):
            printed = str(entry.get("as_printed", "")).lower()
            if not re.search(r"\d+ +days?\b", printed):
                continue
            keys = [
                key
                for key in dict.fromkeys((*_NUMBERS, "at", "at_most_every"))
                if key in full and key != "no_number"
            ]
            if keys and not set(keys) & set(full.get("assumptions", ())):
                message = f"The source of `{name}` says '{entry['as_printed']}', but not which days."
                hint = f"Add the line `assumptions: [{keys[0]}]`."
                yield Finding((section, name, "as_printed"), message, hint)


@rule(
    "C007",
    _NOTE,
    "Hours are counted in working days",
    why="simkit counts whole working days. It does not model work at night or at weekends.",
    remedy="No action needed. The document prints the hours as you wrote them.",
    source="Design choice",
    fails=_VISIT + "    within: 24 hours\n",
    passes=_VISIT + "    within: 1 working day\n",
)
def hours_as_days(context: RuleContext) -> Iterator[Finding]:
    if not context.local:
        return
    counted: dict[int, list[tuple[str, str]]] = {}
    for section, keys in (("timescales", _LIMITS), ("reviews", ("at", "within"))):
        for name, entry in context.own_entries(section):
            for key in keys:
                amount = longest(entry.get(key))
                if amount is not None and amount.unit in (Unit.HOURS, Unit.MINUTES) and amount.number:
                    counted.setdefault(math.ceil(amount.working_days), []).append((section, name))
    for days, entries in counted.items():
        names = listed([f"`{name}`" for _, name in entries], "and")
        verb = "is" if len(entries) == 1 else "are"
        when = "by the next working day" if days == 1 else f"within {days} working days"
        message = f"simkit counts whole working days, so {names} {verb} measured as '{when}'."
        yield Finding(entries[0], message, at_key=True)


@rule(
    "C008",
    _ERROR,
    "No time at all",
    why="Nobody can do anything in zero time.",
    remedy="Write the time. For 'the same or the next day' write `1 working day`.",
    fails=_VISIT + "    within: 0 working days\n",
    passes=_VISIT + "    within: 1 working day\n",
)
def no_time(context: RuleContext) -> Iterator[Finding]:
    for path, amount in (*_own_amounts(context), *_own_further_amounts(context)):
        if amount.number == 0:
            yield Finding(path, f"`{path[-1]}` is {amount}.")


def _own_further_amounts(context: RuleContext) -> Iterator[tuple[Path, Amount]]:
    """The upper ends of ranges, good practice and second limits."""
    for name, entry in context.own_entries("timescales"):
        sooner = entry.get("or_if_sooner")
        second = sooner.get("within") if isinstance(sooner, dict) else None
        written = {(key,): entry.get(key) for key in _RANGES} | {("or_if_sooner", "within"): second}
        for keys, text in written.items():
            amount = longest(text)
            if amount is not None and (keys != ("expected_within",) or " to " in str(text)):
                yield ("timescales", name, *keys), amount


def _own_amounts(context: RuleContext) -> Iterator[tuple[Path, Amount]]:
    for section, keys in (
        ("timescales", ("within", "expected_within", "every", "at_most", "at_least", "at_least_before")),
        ("reviews", ("at", "within", "at_most_every")),
        ("priorities", None),
    ):
        for name, entry in context.own_entries(section):
            for key in keys or [each for each in entry if each.endswith("_review")]:
                if key in entry and entry[key] != BY_PRIORITY:
                    try:
                        yield (section, name, key), parse_amount(entry[key])
                    except ValueError:
                        continue


@rule(
    "C009",
    _QUERY,
    "Longer than any published limit",
    why="No published limit within an assessment is longer than half a year. This may be a typing mistake.",
    remedy="Check the number and its unit.",
    fails=_OURS + "    within: 300 working days\n",
    passes=_OURS + "    within: 30 working days\n",
)
def very_long(context: RuleContext) -> Iterator[Finding]:
    inside = ("decided", "allocated", "child_seen", "authorised", "enquiry_concluded", "conference")
    for path, amount in _own_amounts(context):
        full = context.tree.get(*path[:2]) or {}
        if path[0] == "timescales" and full.get("to") not in inside:
            continue
        if amount.working_days > 131:
            yield Finding(path, f"`{path[-1]}` is {amount}.")


@rule(
    "C012",
    _QUERY,
    "Good practice beyond the limit",
    why="Good practice should be within the limit.",
    remedy="Check both numbers.",
    fails=_VISIT + "    within: 7 working days\n    good_practice: 8 to 10 working days\n",
    passes=_VISIT + "    within: 7 working days\n    good_practice: 3 to 5 working days\n",
)
def good_practice_too_long(context: RuleContext) -> Iterator[Finding]:
    for name, entry, full in context.merged_entries("timescales"):
        limit = limit_of(full)
        good = longest(entry.get("good_practice"))
        if limit is not None and good is not None and good.working_days > limit.working_days:
            message = f"Good practice for `{name}` is up to {good}, longer than the limit of {limit}."
            yield Finding(("timescales", name, "good_practice"), message)


@rule(
    "C013",
    _ERROR,
    "A range the wrong way round",
    why="A range goes from the smaller to the larger number.",
    remedy="Swap the two numbers.",
    fails=_VISIT + "    between: 7 to 3 working days\n    set_by: team_manager\n",
    passes=_VISIT + "    between: 3 to 7 working days\n    set_by: team_manager\n",
)
def range_reversed(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("timescales"):
        for key in _RANGES:
            numbers = re.match(rf"({NUMBER}) to ({NUMBER}) ", str(entry.get(key, "")))
            if numbers and float(numbers[1]) > float(numbers[2]):
                message = f"'{entry[key]}' doesn't go from the smaller to the larger number."
                yield Finding(("timescales", name, key), message)


@rule(
    "C026",
    _ERROR,
    "A target that is no share of the cases",
    why="A target says how many of the cases should keep the limit: some of them, and at most all.",
    remedy="Write a percentage above 0% and up to 100%, such as `target: 90%`.",
    fails=_VISIT + "    within: 7 working days\n    target: 120%\n",
    passes=_VISIT + "    within: 7 working days\n    target: 90%\n",
)
def impossible_target(context: RuleContext) -> Iterator[Finding]:
    for name, entry in context.own_entries("timescales"):
        share = re.fullmatch(rf"({NUMBER})%", str(entry.get("target", "")))
        if share and not 0 < float(share[1]) <= 100:
            yield Finding(("timescales", name, "target"), f"The target of `{name}` is {entry['target']}.")


@rule(
    "C018",
    _QUERY,
    "Two limits for the same thing",
    why="Both apply to the same events and the same cases, so nobody knows which one counts.",
    remedy="Keep one; or say when each applies, with `routes`, or with `unless: exceptional` and `only_if: "
    "exceptional`.",
    fails=_VISIT
    + "    within: 7 working days\n"
    + "  visit_too:\n    title: Seen\n    from: allocated\n    to: child_seen\n    within: 9 working days\n",
    passes=_VISIT
    + "    within: 7 working days\n    routes: [section_17]\n"
    + "  visit_too:\n    title: Seen\n    from: allocated\n    to: child_seen\n    within: 1 working day\n"
    + "    routes: [section_47]\n",
)
def two_limits(context: RuleContext) -> Iterator[Finding]:
    seen: list[tuple[str, dict[str, Any]]] = []
    for name, _, full in context.current_entries("timescales"):
        yield from _two_in_one(name, full)
        limit = limit_of({key: full[key] for key in ("within", "at_most") if key in full})
        if limit is None or context.tree.national("timescales", name):
            continue
        for other, entry in seen:
            same = all(full.get(key) == entry.get(key) for key in ("from", "to", "unless", "only_if"))
            # a limit that names its routes replaces the one for all routes
            both = ("routes" in full) == ("routes" in entry) and share_routes(full, entry)
            before = limit_of(entry)
            if same and both and before is not None and not as_long(limit, before):
                place = context.place(("timescales", other))
                message = f"`{other}` and `{name}` set {before} and {limit} for the same cases."
                yield Finding(number_path(full, name), message, related=(place,))
        seen.append((name, full))


def _two_in_one(name: str, full: dict[str, Any]) -> Iterator[Finding]:
    """Two limits of one timescale in the same unit from the same event: the longer one never counts."""
    sooner, first = full.get("or_if_sooner"), longest(full.get("within"))
    if not isinstance(sooner, dict) or sooner.get("from") != full.get("from"):
        return
    second = longest(sooner.get("within"))
    if first is not None and second is not None and first.unit is second.unit:
        message = f"`{name}` sets {first} and {second} from the same event, so only the shorter one counts."
        hint = "Keep the shorter one, or count the second from another event."
        yield Finding(("timescales", name, "or_if_sooner"), message, hint, at_key=True)


@rule(
    "C019",
    _QUERY,
    "An exception shorter than the rule",
    why="An exceptional case should have more time than a usual one.",
    remedy="Check both numbers.",
    fails=_OURS
    + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n"
    + "  longer:\n    title: Exceptional\n    from: referral\n    to: authorised\n    within: 20 "
    "working days\n" + "    only_if: exceptional\n",
    passes=_OURS
    + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n"
    + "  longer:\n    title: Exceptional\n    from: referral\n    to: authorised\n    within: 45 "
    "working days\n" + "    only_if: exceptional\n",
)
def short_exception(context: RuleContext) -> Iterator[Finding]:
    entries = [(name, full) for name, _, full in context.current_entries("timescales")]
    for name, rare in entries:
        for usual_name, usual in entries:
            condition = usual.get("unless")
            same = (rare.get("from"), rare.get("to")) == (usual.get("from"), usual.get("to"))
            if (
                condition is None
                or rare is usual  # C027 reports it
                or rare.get("only_if") != condition
                or not same
                or not share_routes(rare, usual)
            ):
                continue
            short, long = limit_of(rare), limit_of(usual)
            if short and long and short.working_days <= long.working_days:
                message = (
                    f"`{name}` allows {short} in exceptional cases, and `{usual_name}` {long} in usual ones."
                )
                hint = (
                    f"Write a longer time for `{name}`, or a shorter one for `{usual_name}`. If there are no "
                    f"exceptions, delete `{name}` and, in `{usual_name}`, the line `unless: {condition}`."
                )
                yield Finding(number_path(rare, name), message, hint)


@rule(
    "C020",
    _QUERY,
    "An exception that nobody decides on",
    why="If nobody is named, every case can become an exception.",
    remedy="Add `decided_by:` with a role, such as `decided_by: team_manager`.",
    fails=_OURS + "    within: 30 working days\n    unless: exceptional\n",
    passes=_OURS + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n",
)
def undecided_exception(context: RuleContext) -> Iterator[Finding]:
    if context.status not in _OF_THE_AUTHORITY:
        return
    deciders = {
        full.get("only_if")
        for full in context.tree.section("timescales").values()
        if "decided_by" in full and full.get("only_if")
    }
    for name, entry, full in context.merged_entries("timescales"):
        condition = entry.get("unless")
        if condition is None or condition in deciders:
            continue
        if context.lacks(full, ("timescales", name), "decided_by"):
            message = f"`{name}` has an exception, but nobody decides on it."
            yield Finding(("timescales", name, "unless"), message)


@rule(
    "C027",
    _ERROR,
    "Only if, and unless, the same",
    why="It applies to no case at all.",
    remedy="Keep one of the two lines.",
    fails=_OURS
    + "    within: 30 working days\n    unless: exceptional\n    only_if: exceptional\n"
    + "    decided_by: team_manager\n",
    passes=_OURS + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n",
)
def never_applies(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("timescales"):
        condition = full.get("unless")
        if condition is not None and condition == full.get("only_if"):
            message = f"`{name}` applies only if `{condition}` holds, and does not apply if it holds."
            yield Finding(("timescales", name, "only_if"), message, at_key=True)


@rule(
    "C028",
    _QUERY,
    "A shortest time beyond the limit",
    why="Nobody can wait at least that long and be within the limit.",
    remedy="Check both numbers.",
    fails=_VISIT + "    within: 5 working days\n" + _WAIT + "    at_least: 10 working days\n",
    passes=_VISIT + "    within: 5 working days\n" + _WAIT + "    at_least: 1 working day\n",
)
def shortest_beyond_limit(context: RuleContext) -> Iterator[Finding]:
    own = {name for name, *_ in context.current_entries("timescales")}
    current = context.current_section("timescales")
    for name, full in current.items():
        shortest = longest(full.get("at_least"))
        if shortest is None:
            continue
        for other, entry in current.items():
            limit = limit_of(entry)
            same = all(full.get(key) == entry.get(key) for key in ("from", "to", "only_if"))
            if limit is None or "every" in entry or not (same and share_routes(full, entry)):
                continue
            if {name, other} & own and shortest.working_days > limit.working_days:
                message = f"`{name}` takes at least {shortest}, and `{other}` allows {limit}."
                at = name if name in own else other
                yield Finding(("timescales", at), message, at_key=True)
