"""Family M, numbers: whether each number of the simulation can be used and rests on something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.framework.known_words import nearest
from simkit.framework.model_numbers import parse_number_range, parse_value
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY
_BASES = ("source", "assumption", "fitted")
_NOT_GROUPS = ("based_on", "assumptions", "steps", "priority_share")
ABOVE_ZERO = (
    "time.working_day",
    "staff.utilisation",
    "staff.manager_utilisation",
    "staff.front_door_utilisation",
    "staff.chair_utilisation",
    "staff.part_time_week",
    "staff.sickness_spell",
    "practice.brief_days",
    "practice.span_median",
    "practice.span_sigma",
    "practice.conference_median",
    "practice.conference_sigma",
    "run.run_out",
)
NEVER_WHOLE = ("staff.other_work", "staff.sickness")
MOST_AWAY = 0.95  # of the time of those in post

_RESPONSE_GROUP = "response"
_RESPONSE = "model:\n  response:\n    throughput:\n"
_OTHER = "model:\n  staff:\n    other_work:\n"
_WHY = "      assumption: Our own estimate.\n"
_STEP = "model:\n  steps:\n    panel:\n      title: Panel\n      by: team_manager\n"
_EFFORT = (
    "      effort:\n        typical: 60 minutes\n        high: 120 minutes\n        range: 30 to 90 minutes\n"
)
_GUESS = "        assumption: Our own estimate.\n"


def _numbers(context: RuleContext) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """The numbers that the file writes or changes: path, as written, and with what is inherited."""
    merged = context.tree.section("model")
    for group, entries in context.own("model").items():
        if group in _NOT_GROUPS or not isinstance(entries, dict):
            continue
        for name, entry in entries.items():
            full = (merged.get(group) or {}).get(name)
            if isinstance(entry, dict) and isinstance(full, dict):
                yield ("model", group, name), entry, full
    for name, step, full_step in own_steps(context):
        if isinstance(step.get("share"), dict) and isinstance(full_step.get("share"), dict):
            yield ("model", "steps", name, "share"), step["share"], full_step["share"]


def own_steps(context: RuleContext) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    merged = context.tree.get("model", "steps") or {}
    own = context.own("model").get("steps")
    for name, step in (own if isinstance(own, dict) else {}).items():
        if isinstance(step, dict) and isinstance(merged.get(name), dict):
            yield name, step, merged[name]


def own_spreads(context: RuleContext) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    for name, step, full in own_steps(context):
        for key in ("effort", "wait"):
            if isinstance(step.get(key), dict) and isinstance(full.get(key), dict):
                yield ("model", "steps", name, key), step[key], full[key]


@rule(
    "M005",
    _ERROR,
    "A number without a value",
    why="There is nothing to calculate with.",
    remedy="Add `value:`, such as `value: 20%`, `value: 5 working days` or `value: 3`.",
    fails=_OTHER + _WHY.replace("assumption", "note"),
    passes=_OTHER + "      value: 30%\n" + _WHY,
    needs_framework=True,
)
def no_value(context: RuleContext) -> Iterator[Finding]:
    for path, entry, full in _numbers(context):
        if context.lacks(full, path, "value") or ("value" not in entry and set(entry) <= {"note", "title"}):
            yield Finding(path, f"`{path[-1]}` has no value here.", at_key=True)


@rule(
    "M006",
    _ERROR,
    "A number without a basis",
    why="Every result lists what its numbers are based on.",
    remedy="Add `assumption:` with the reason, `source:` with an id, or `fitted:` with what it was fitted "
    "to.",
    fails=_OTHER + "      value: 30%\n",
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def no_basis(context: RuleContext) -> Iterator[Finding]:
    for path, entry, _ in _numbers(context):
        if "value" in entry and context.lacks(entry, path, *_BASES):
            yield Finding(path, f"`{path[-1]}` does not say what its value is based on.", at_key=True)
    for path, entry, _ in own_spreads(context):
        if ("typical" in entry or "high" in entry) and context.lacks(entry, path, *_BASES):
            yield Finding(
                path, f"The {path[-1]} of `{path[2]}` does not say what it is based on.", at_key=True
            )


@rule(
    "M007",
    _ERROR,
    "A number with two bases",
    why="A number comes from a source, is assumed, or was fitted.",
    remedy="Keep one of them. Write anything else in `note`.",
    fails=_OTHER + "      value: 30%\n      fitted: Our data.\n" + _WHY,
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def two_bases(context: RuleContext) -> Iterator[Finding]:
    for path, entry, _ in (*_numbers(context), *own_spreads(context)):
        both = [key for key in _BASES if key in entry]
        if len(both) > 1:
            names = " and ".join(f"`{key}`" for key in both)
            yield Finding((*path, both[1]), f"`{path[-1]}` has {names}.", at_key=True)


@rule(
    "M008",
    _ERROR,
    "A range that does not fit its value",
    why="A range goes from low to high, in the same unit as the value.",
    remedy="Write it as in `range: 20% to 40%` or `range: 2 to 10 working days`.",
    fails=_OTHER + "      value: 30%\n      range: 40% to 20%\n" + _WHY,
    passes=_OTHER + "      value: 30%\n      range: 20% to 40%\n" + _WHY,
)
def bad_range(context: RuleContext) -> Iterator[Finding]:
    for path, entry, full in _numbers(context):
        if "range" in entry or "value" in entry:
            yield from _range_findings(path, full, "value", "range" if "range" in entry else "value")
    for path, entry, full in own_spreads(context):
        if "range" in entry or "typical" in entry:
            yield from _range_findings(path, full, "typical", "range" if "range" in entry else "typical")


def _range_findings(path: Path, full: dict[str, Any], key: str, at: str) -> Iterator[Finding]:
    if key not in full or "range" not in full:
        return
    try:
        _, unit = parse_value(full[key])
        low, high, of_range = parse_number_range(full["range"])
    except ValueError:
        yield Finding((*path, at), f"'{full['range']}' is not a range from low to high.")
        return
    if low > high:
        yield Finding((*path, at), f"'{full['range']}' goes from high to low.")
    elif unit != of_range and at == "range":  # M021 reports an inherited range
        kinds = {"share": "a percentage", "number": "a plain number"}
        first, second = kinds.get(unit, f"in {unit}"), kinds.get(of_range, f"in {of_range}")
        yield Finding((*path, at), f"The value is {first} and the range {second}.")


@rule(
    "M009",
    _QUERY,
    "A value outside its plausible range",
    why="Results would be based on a number that is thought implausible.",
    remedy="Check the number, or write a wider `range` and the reason for it.",
    fails=_OTHER + "      value: 60%\n" + _WHY,
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def outside_range(context: RuleContext) -> Iterator[Finding]:
    pairs = [
        (path, entry, full, "value")
        for path, entry, full in _numbers(context)
        if path[1] != _RESPONSE_GROUP or "value" not in entry  # else M030, an error
    ]
    pairs += [(path, entry, full, "typical") for path, entry, full in own_spreads(context)]
    for path, entry, full, key in pairs:
        if "range" not in full or not (key in entry or "range" in entry) or key not in full:
            continue
        try:
            value, unit = parse_value(full[key])
            low, high, of_range = parse_number_range(full["range"])
        except ValueError:
            continue
        if unit == of_range and low <= high and not low - 1e-9 <= value <= high + 1e-9:
            yield Finding((*path, key), f"`{path[-1]}` is {full[key]}, outside its range of {full['range']}.")


@rule(
    "M010",
    _QUERY,
    "A number without a range",
    why="simkit shows how results depend on a number over its range.",
    remedy="Add `range:` with the values that are plausible.",
    fails=_STEP + _EFFORT.replace("        range: 30 to 90 minutes\n", "") + _GUESS,
    passes=_STEP + _EFFORT + _GUESS,
)
def no_range(context: RuleContext) -> Iterator[Finding]:
    for path, _, full in (*_numbers(context), *own_spreads(context)):
        if context.lacks(full, path, "range"):
            what = f"`{path[-1]}`" if len(path) < 4 else f"The {path[-1]} of `{path[2]}`"
            yield Finding(path, f"{what} has no range.", at_key=True)


@rule(
    "M020",
    _ERROR,
    "A number that the simulation does not know",
    why="It would have no effect.",
    remedy="Use one of the names in national/assumptions.",
    fails="model:\n  staff:\n    other_wrok:\n      value: 30%\n" + _WHY,
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def unknown_number(context: RuleContext) -> Iterator[Finding]:
    lower = context.lower.section("model")
    if not lower:
        return
    for path, _, _ in _numbers(context):
        group = lower.get(str(path[1]))
        if path[1] != "steps" and isinstance(group, dict) and path[2] not in group:
            instead = nearest(path[2], group)
            hint = "" if instead else f"You can use: {', '.join(group)}."
            message = f"There is no number called `{path[2]}` under `{path[1]}`."
            yield Finding(path, message, hint, at_key=True, instead=instead)


@rule(
    "M021",
    _ERROR,
    "A number in another unit",
    why="The simulation expects the same unit as the inherited number.",
    remedy="Write it in the unit of the inherited number.",
    fails=_OTHER + "      value: 2 hours\n" + _WHY,
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def other_unit(context: RuleContext) -> Iterator[Finding]:
    for path, entry, _ in _numbers(context):
        before = context.lower.get(*path, "value")
        if before is None or "value" not in entry:
            continue
        try:
            was, (value, unit_now) = parse_value(before)[1], parse_value(entry["value"])
        except ValueError:
            continue
        if was != unit_now:
            place = context.lower.place((*path, "value"))
            message = f"`{path[-1]}` is {entry['value']}. The number it replaces is {before}."
            number = str(entry["value"]).split()[0].rstrip("%")
            units = {"share": f"`{number}%`", "number": f"`{number}`"}
            example = units.get(was, f"`{number} {was}`")
            if (was, unit_now) == ("share", "number") and 0 < value < 1:  # 0.2 is a fifth
                example = f"`{100 * value:g}%`"
            hint = (
                f"Write it in the unit of the inherited number, such as {example} if that is what you mean."
            )
            yield Finding((*path, "value"), message, hint, related=(place,) if place else ())


@rule(
    "M030",
    _ERROR,
    "A response outside its range",
    why="The response is what services were seen to do. No published figures support a value outside the "
    "range.",
    remedy="Write a value within the range of national/assumptions. Results always show what happens "
    "without a response.",
    fails=_RESPONSE + "      value: 3\n" + _WHY,
    passes=_RESPONSE + "      value: 1.5\n" + _WHY,
)
def response_outside(context: RuleContext) -> Iterator[Finding]:
    for path, entry, full in _numbers(context):
        if path[1] != _RESPONSE_GROUP or "value" not in entry:
            continue
        known = context.lower.get(*path, "range") or full.get("range")
        try:
            value, unit = parse_value(entry["value"])
            low, high, of_range = parse_number_range(str(known))
        except (TypeError, ValueError):
            continue
        if unit == of_range and not low - 1e-9 <= value <= high + 1e-9:
            yield Finding(
                (*path, "value"), f"`{path[-1]}` is {entry['value']}, outside its range of {known}."
            )


@rule(
    "M022",
    _ERROR,
    "An impossible number",
    why="A share is at most 100%, some numbers must be above zero, and somebody must be left at work.",
    remedy="Check the number.",
    fails=_OTHER + "      value: 130%\n      range: 20% to 140%\n" + _WHY,
    passes=_OTHER + "      value: 30%\n" + _WHY,
)
def impossible(context: RuleContext) -> Iterator[Finding]:
    for path, entry, _ in _numbers(context):
        if "value" not in entry:
            continue
        try:
            value, unit = parse_value(entry["value"])
            if unit != parse_value(context.lower.get(*path, "value") or entry["value"])[1]:
                continue  # M021 reports it
        except ValueError:
            continue
        dotted = ".".join(str(part) for part in path[1:])
        if unit == "share" and value > 1:
            yield Finding((*path, "value"), f"`{path[-1]}` is {entry['value']}, more than 100%.")
        elif dotted in NEVER_WHOLE and value > MOST_AWAY:
            yield Finding((*path, "value"), f"`{path[-1]}` is {entry['value']}, which leaves nobody at work.")
        elif value <= 0 and dotted in ABOVE_ZERO:
            yield Finding((*path, "value"), f"`{path[-1]}` is {entry['value']}; and must be above zero.")
