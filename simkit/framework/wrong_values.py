"""Values that can't stand where they are: of another kind, not one of the words, not written as expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simkit.framework.event_names import event_hint, event_meant
from simkit.framework.form_problem import form_problem, key_of, quoted
from simkit.framework.known_words import nearest, plain_id
from simkit.framework.problem import Path, Problem
from simkit.framework.schemas import Form, mark
from simkit.framework.value_hints import (
    NAMES_ARE,
    Hint,
    answer_hint,
    condition_hint,
    group_lines,
    number_of_text,
    post_hint,
    text_of_number,
)
from simkit.framework.vocabulary import ANSWERS, EVENTS
from simkit.framework.yaml.layout import line_numbers
from simkit.framework.yaml.source import Source, plain_text
from simkit.framework.yaml.suggestions import (
    amount_hint,
    amount_suggestion,
    date_suggestion,
    range_suggestion,
    range_text,
    repeat_suggestion,
    share_suggestion,
    shortest_time,
    value_suggestion,
    written_date,
)

# What the pattern of an amount of time, a date and an id has in it.
_IS_AMOUNT, _IS_DATE, _IS_ID = "working days?", "0[1-9]|1[0-2]", "^[a-z][a-z0-9_]*$"

_KINDS = {
    "object": "a group of `name: text` lines",
    "array": "a list in square brackets",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return f"the word {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if value is None:
        return "null, which is nothing"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return "a list" if isinstance(value, list) else "a group of `name: text`"


def _only_words(part: Mapping[str, Any]) -> bool:
    """Whether a text can only be one of a few words there, such as remove."""
    kinds = part.get("type", ())
    return not isinstance(kinds, str) and ("object" in kinds or part.get("pattern") == "^remove$")


def wrong_kind(source: Source, value: object, part: Mapping[str, Any], path: Path) -> Problem:
    """The problem of a value of another kind than ``part`` of the schema wants, such as a list for a text."""
    name, only_words = key_of(path), _only_words(part)
    wanted = part["type"] if isinstance(part["type"], list) else [part["type"]]
    wanted = [kind for kind in wanted if not (kind == "string" and only_words)]
    if "string" in wanted and isinstance(value, (int, float)) and _IS_AMOUNT in str(part.get("pattern")):
        message = f"`{name}` is {value}, without its unit: {value} working days or {value} calendar days?"
        hint = f"Write `{name}: {value} working days`, or calendar days."
        return form_problem(source, "S002", path, message, hint)
    hint, instead = _in_wanted_kind(source, value, part, path, wanted)
    example = _example(part)
    if not hint and example and "object" not in wanted:
        hint = f"Write it as in `{name}: {example}`."
    kinds = " or ".join(_KINDS[kind] for kind in wanted)
    message = f"`{name}` should be {kinds}, but it is {_kind(value)}."
    return form_problem(source, "S002", path, message, hint.strip(), instead=instead)


def _in_wanted_kind(
    source: Source, value: object, part: Mapping[str, Any], path: Path, wanted: list[str]
) -> Hint:
    """How to write the value in the kind that is wanted; an empty hint where the example says it."""
    name = key_of(path)
    if "string" in wanted:
        return _as_text(source, value, part, path, whole="integer" in wanted)
    if "object" in wanted:
        return _as_group(source, value, part, path), ""
    if {"integer", "number"} & set(wanted):
        meant = number_of_text(value, fractions="number" in wanted)
        return (f"Did you mean `{name}: {meant}`?", meant) if meant else ("", "")
    if "array" in wanted and path[-1:] == ("routes",) and str(value).strip().lower() in _ALL:
        return "For all cases delete the line: without `routes` it applies to all.", ""
    if "array" in wanted and isinstance(value, str):
        instead = f"[{value}]" if re.fullmatch(r"\w+(, *\w+)*", value) else ""
        return f"Write it in square brackets: `{name}: {instead or f'[{_entries(value)}]'}`.", instead
    return "", ""


def _as_text(source: Source, value: object, part: Mapping[str, Any], path: Path, *, whole: bool) -> Hint:
    """How to write a value as a text; ``whole``: or as a whole number, which can stand there too."""
    name, bracketed = key_of(path), path in source.bracketed
    if isinstance(value, list) and bracketed:
        return "Square brackets make a list: delete them, or put double quotes around the whole text.", ""
    if isinstance(value, list):
        return "A dash at the start of a line makes a list: delete it.", ""
    if isinstance(value, dict) and bracketed:
        return "Curly brackets make a group: delete them, or put the text between double quotes.", ""
    if isinstance(value, dict):
        return f"Write the text after `{name}:` on the same line.", ""
    if not isinstance(value, (bool, int, float)):
        return "", ""
    meant = (number_of_text(value, fractions=True) if whole else "") or text_of_number(value, part, path)
    if meant:
        return f"Did you mean `{name}: {meant}`?", meant
    if part.get("pattern") or "enum" in part:
        return "", ""
    text = f'"{_as_written(source, path) or str(value).lower()}"'
    return f"Put it between straight double quotes: {text}.", text


def _as_group(source: Source, value: object, part: Mapping[str, Any], path: Path) -> str:
    """How to write a value as a group of names."""
    if isinstance(value, list) and path in source.bracketed:
        return "Delete the brackets, and give each entry a name with a colon."
    if isinstance(value, list):
        first = source.place((*path, 0)).line
        if _one_name_each(value):
            last = source.place((*path, len(value) - 1)).line
            lines = line_numbers(list(range(first, last + 1)))
            return f"Delete the dash and the one space after it on {lines}, where there is one."
        return (
            f"Replace the dash on line {first} by a name on its own line, with 2 spaces in front, "
            "as in `first:`. Put 4 spaces in front of its lines below. Do the same for each dash."
        )
    lines = group_lines(path, value) if isinstance(value, str) else ""
    if lines:
        return f"Write this in its place:\n{lines}"
    keys = list(part.get("properties", {}))[:4]
    below = f", such as {', '.join(f'`{key}:`' for key in keys)}" if keys else ""
    return f"Write its parts on the lines below, with 2 more spaces in front{below}."


def _one_name_each(entries: list[Any]) -> bool:
    """Whether each entry of a list is one name with its text, so that without dashes they are one group."""
    return all(isinstance(each, dict) and len(each) == 1 for each in entries) and len(
        {name for each in entries for name in each}
    ) == len(entries)


_ALL = frozenset({"all", "any", "every", "both", "all routes", "all cases", "everyone", "all children"})


def _as_written(source: Source, path: Path) -> str:
    """The characters of a value on one line of the file; empty where it has none of its own."""
    start, end = source.values.get(path), source.value_ends.get(path)
    if start is None or end is None or start[0] != end[0] or start[0] in source.repaired:
        return ""
    return plain_text(source.text).split("\n")[start[0] - 1][start[1] - 1 : end[1] - 1]


def _entries(words: str) -> str:
    """The entries that are named in words, as ids with commas between."""
    if all(re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)+", each) for each in words.split()):
        return ", ".join(words.split())
    return ", ".join(plain_id(each) for each in re.split(r"\s*(?:[,;/&+]|\band\b|\bor\b)\s*", words) if each)


def _example(part: Mapping[str, Any]) -> str:
    example = (part.get("examples") or [""])[0]
    if isinstance(example, list):
        return f"[{', '.join(str(each) for each in example)}]"
    return "" if isinstance(example, dict) else str(example)


def wrong_word(source: Source, value: object, part: Mapping[str, Any], path: Path, form: Form) -> Problem:
    """The problem of a value that is none of the words that ``part`` of the schema lists."""
    if path == ("simkit",):
        message = f"The first line should be `simkit: {mark(form)}`, but it says {quoted(value)}."
        hint = f"Write `simkit: {mark(form)}`. A higher number needs a later version of simkit."
        return form_problem(source, "S008", path, message, hint, instead=mark(form))
    words = [each for each in part["enum"] if isinstance(each, str)]
    begins = re.split(r"[^\w]", str(value).strip(), maxsplit=1)[0]
    suggestion = nearest(value, words) or (begins.lower() if begins.lower() in words else "")
    hint = f"Did you mean `{suggestion}`? " if suggestion else ""
    message = f"`{key_of(path)}` can't be {quoted(value)}."
    hint += f"It is one of: {', '.join(words)}."
    return form_problem(source, "S004", path, message, hint, instead=suggestion)


def wrong_text(source: Source, value: object, part: Mapping[str, Any], path: Path) -> Problem:
    """The problem of a text that does not fit the pattern in ``part`` of the schema."""
    if _only_words(part):
        return _no_group(source, str(value), part, path)
    text, hint, instead = str(value), str(part.get("patternErrorMessage") or ""), ""
    pattern = str(part.get("pattern"))
    if pattern == _IS_ID:
        hint, instead = _id_hint(source, text, part, path)
    elif _IS_DATE in pattern:
        instead = date_suggestion(text)
        if instead:
            hint = f"Did you mean {instead}? {hint}"
        elif re.match("[a-z0-9]", text.lower()) and written_date(text):
            hint = f"No calendar has that day. {hint}"
    elif _IS_AMOUNT in pattern and path[:1] == ("model",):
        meant = value_suggestion(text)
        if re.fullmatch(pattern, meant):
            hint, instead = f"Did you mean '{meant}'?", meant
    elif _IS_AMOUNT in pattern:
        hint, instead = _amount_hint(source, text, hint, pattern, path)
    elif share_suggestion(text) and "%" in hint:
        instead = share_suggestion(text)
        hint = f"Did you mean {instead}?"
    message = f"`{key_of(path)}` is {quoted(value)}, which can't be read."
    return form_problem(source, "S005", path, message, hint, instead=instead)


def _amount_hint(source: Source, text: str, usual: str, pattern: str, path: Path) -> Hint:
    """What to write in place of words where an amount of time has to be."""
    of_timescale, key = path[:1] == ("timescales",), str(path[-1])
    again, ends = repeat_suggestion(text), range_suggestion(text) if " to " in pattern else ""
    if ends:
        return f"Did you mean '{ends}'?", ends
    if again and key in ("every", "at_most_every"):
        return f"Did you mean '{again}'?", again
    if again:
        repeat = "every" if of_timescale else "at_most_every"
        return f"If it repeats, write `{repeat}: {again}` in place of this line.", ""
    if "set by priority" in pattern and "priorit" in text.lower():
        return "Did you mean 'set by priority'?", "set by priority"
    answer = _answer_in_place_of_an_amount(source, text, path)
    if answer:
        return answer, ""
    hint = amount_hint(text, usual, key)
    shortest = shortest_time(text)
    if hint.startswith("There are two") and of_timescale and key == "within":
        hint += f" If a manager sets it for each case, write `between: {range_text(text)}` and `set_by:`."
    elif shortest and of_timescale and not key.startswith("at_least"):
        hint += f" If nothing should happen sooner, write `at_least: {shortest}` in place of this line."
    return hint, amount_suggestion(text, key)


def _answer_in_place_of_an_amount(source: Source, text: str, path: Path) -> str:
    """What to write for an entry that has an answer, such as n/a, in place of its time; empty for a time."""
    if path[:1] not in (("timescales",), ("reviews",)) or len(path) < 3:
        return ""
    section, name = str(path[0]), str(path[1])
    event = source.data[section][name].get("to", name)
    answer = answer_hint(str(event) if section == "timescales" else name, text)
    return f"Delete the entry `{name}`. {answer}" if answer else ""


def _no_group(source: Source, text: str, part: Mapping[str, Any], path: Path) -> Problem:
    """A text where a group or a list has to be, or one of a few words."""
    problem = wrong_kind(source, text, {**part, "type": [k for k in part["type"] if k != "string"]}, path)
    if "none set" not in str(part["pattern"]):
        return problem
    key = key_of(path)
    answer = answer_hint(key, text)
    if answer:
        instead = nearest(text, list(ANSWERS))
        message = f"`{key}` can't be {quoted(text)}."
        return form_problem(source, "S002", path, message, answer, instead=instead)
    if "\n" in problem.hint:
        return problem
    return replace(problem, hint=f"{problem.hint} If you decided to have none, write `{key}: none set`.")


def _id_hint(source: Source, text: str, part: Mapping[str, Any], path: Path) -> Hint:
    """What to write in place of words where the name of an event, a post or a condition has to be."""
    usual = [str(each) for each in part.get("examples", ()) if isinstance(each, str)]

    def own(section: str) -> list[str]:
        written = source.data.get(section)
        return list(written) if isinstance(written, dict) else []

    if "team_manager" in usual:
        roles, several = own("roles"), "array" in part.get("type", ())
        return post_hint(key_of(path), text, [*roles, *usual], several=several, begun=bool(roles))
    if path[:1] in (("timescales",), ("reviews",)) and path[-1] in ("from", "to", "until"):
        known = [*EVENTS, *own("events")]
        return event_hint(text, known), event_meant(text, known)
    if path[-1] in ("only_if", "unless"):
        return condition_hint(text, own("conditions"))
    suggestion = nearest(text, usual) or plain_id(text)
    return f"Did you mean `{suggestion}`? {NAMES_ARE}", suggestion
