"""Check the form of a file against its JSON Schema; problems are in plain words, with the line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal

from simkit.framework.event_names import event_hint, event_meant
from simkit.framework.known_words import nearest, plain_id
from simkit.framework.places import misplaced, of_another_section, other_form
from simkit.framework.problem import Path, Problem, excerpt
from simkit.framework.rules.registry import problem_at
from simkit.framework.text_edit import TextEdit
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

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

Form = Literal[
    "framework", "scenario", "sweep", "comparison", "caseload", "calibration", "report", "manifest"
]

_NOT_VALUES = {"S001", "S003", "S006"}
_MANY = 200


@dataclass(frozen=True, slots=True)
class FormCheck:
    """The result of checking a file's form. ``data`` is the usable part of the file.

    ``unusable`` are the paths of the other values, blank ones included, so that no rule reports them
    as missing.
    """

    data: dict[str, Any]
    problems: tuple[Problem, ...]
    unusable: frozenset[Path]


@cache
def schema(form: Form) -> dict[str, Any]:
    """The JSON Schema of a form, as data. Not to be changed."""
    path = FilePath(__file__).parent / "schema" / f"{form}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def mark(form: Form) -> str:
    """What a file of this form says behind ``simkit:``, as in ``framework/1``; empty if that is nothing."""
    part = schema(form)["properties"].get("simkit")
    return str(part["enum"][0]) if part else ""


_FORMATS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")
"""What jsonschema loads to check addresses and durations, where it is installed: Jupyter brings it."""


@contextmanager
def _without_formats() -> Iterator[None]:
    """While jsonschema is imported, hide what it loads for checks of formats.

    The schemas here use no formats, and the grammar of addresses alone takes two seconds of every command.
    """
    hidden = [name for name in _FORMATS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@cache
def _validator(form: Form) -> Draft7Validator:
    with _without_formats():
        from jsonschema import Draft7Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    if form == "framework":
        return _with_whole_numbers(Draft7Validator)(schema("framework"))
    resource = DRAFT7.create_resource(schema("framework"))
    registry: Registry[Any] = Registry().with_resource("framework.schema.json", resource)
    validator = _with_whole_numbers(Draft7Validator) if form == "scenario" else Draft7Validator
    return validator(schema(form), registry=registry)


def _with_whole_numbers(validator: type[Draft7Validator]) -> type[Draft7Validator]:
    """The validator for files written by hand: 344.0 is no code of an authority, and 2024.0 no year."""
    from jsonschema import validators

    def is_whole(_: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    types = validator.TYPE_CHECKER.redefine("integer", is_whole)
    strict: type[Draft7Validator] = validators.extend(validator, type_checker=types)  # type: ignore[no-untyped-call]
    return strict


def check_form(source: Source, form: Form) -> FormCheck:
    """Check the form of a file. The problems of its text, ``source.problems``, are not among the result's."""
    if not source.data:
        return FormCheck({}, (), source.empty)
    other = other_form(source.data) if form == "framework" else None
    if other is not None:
        message, hint = other
        return FormCheck({}, (_problem(source, "S008", ("simkit",), message, hint),), source.empty)
    problems: list[Problem] = []
    unusable: set[Path] = set()
    misspelt: set[Path] = set()  # by their right names, which are not reported as missing as well
    for error in _validator(form).iter_errors(source.data):
        for problem, path in _problems(source, error, form, misspelt):
            problems.append(problem)
            if path:
                unusable.add(path)
            if len(problems) >= _MANY:
                break
        if len(problems) >= _MANY:
            break
    data = _without(source.data, unusable) if unusable else source.data
    paths = frozenset(unusable | misspelt) | source.empty
    return FormCheck(data, tuple(dict.fromkeys(problems)), paths)


def _without(data: dict[str, Any], unusable: set[Path]) -> dict[str, Any]:
    """The data without these paths, and without the lists of which an entry is unusable."""
    unusable |= {path[:n] for path in unusable for n, part in enumerate(path) if isinstance(part, int)}

    def usable(value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {k: usable(v, (*path, k)) for k, v in value.items() if (*path, k) not in unusable}
        return value

    result: dict[str, Any] = usable(data, ())
    return result


def _problems(
    source: Source, error: ValidationError, form: Form, misspelt: set[Path]
) -> Iterator[tuple[Problem, Path]]:
    """The problems of a schema error, each with the path that can't be used."""
    path: Path = tuple(error.absolute_path)
    part: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    match error.validator:
        case "additionalProperties" if isinstance(error.instance, dict):
            yield from _unknown(source, error.instance, part, path, form, misspelt)
        case "propertyNames":
            yield from _invalid_ids(source, error, path, misspelt)
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield from _invalid_ids(source, error, path, misspelt)
        case "required" if isinstance(error.instance, dict):
            wanted: Any = error.validator_value
            known = part.get("properties", {})
            tried = {nearest(key, known) for key in error.instance if key not in known}
            for key in wanted:
                if key not in error.instance and key not in tried and (*path, key) not in source.empty:
                    yield _missing(source, key, path, form), ()
        case "type" if path == ("simkit",):
            return  # its only values are those of the enum, which says so
        case "type":
            yield _type(source, error.instance, part, path), path
        case "enum" if part.get("type") == "string" and not isinstance(error.instance, str):
            return  # the words are texts, which the problem of its type says
        case "enum":
            yield _enum(source, error.instance, part, path, form), path
        case "pattern":
            yield _pattern(source, error.instance, part, path), path
        case "minItems" | "minProperties":
            yield _problem(source, "S007", path, f"`{_key(path)}` has nothing in it."), path
        case "maxItems" | "maxProperties":
            message = f"`{_key(path)}` has more than {error.validator_value} entries."
            yield _problem(source, "S010", path, message), path
        case "dependencies" if isinstance(error.instance, dict):
            pairs = part["dependencies"].items()
            for key in dict.fromkeys(key for name, keys in pairs if name in error.instance for key in keys):
                if key not in error.instance:
                    yield _missing(source, key, path, form), ()
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            message = f"`{_key(path)}` is {error.instance}; it should be {_limits(part)}."
            yield _problem(source, "S009", path, message), path
        case _:
            yield _problem(source, "S002", path, f"`{_key(path)}` is not written as it should be."), path


def _limits(part: Mapping[str, Any]) -> str:
    above, below = part.get("exclusiveMinimum"), part.get("exclusiveMaximum")
    low = f"more than {above}" if above is not None else f"from {part.get('minimum')}"
    return f"{low} to {part['maximum']}" if below is None else f"{low}, and less than {below}"


def _problem(
    source: Source,
    code: str,
    path: Path,
    message: str,
    hint: str = "",
    *,
    at_key: bool = False,
    instead: str = "",
) -> Problem:
    """A problem of the form; ``instead`` is the one word that settles it."""
    place = source.place(path, at_key=at_key)
    return problem_at(code, place, message, hint, path=path, fix=source.fix(place, instead))


def _key(path: Path) -> str:
    words = [part for part in path if isinstance(part, str)]
    return words[-1] if words else "the file"


def _quote(value: object) -> str:
    return f"'{excerpt(value)}'"


def _unknown(
    source: Source, data: dict[str, Any], part: Mapping[str, Any], path: Path, form: Form, misspelt: set[Path]
) -> Iterator[tuple[Problem, Path]]:
    known = part.get("properties", {})
    patterns = part.get("patternProperties", {})
    for key in data:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        at = (*path, key)
        foreign = of_another_section(source, path) if form == "framework" and len(path) == 2 else None
        if foreign is not None:
            where_first, message, hint = foreign
            yield _problem(source, "S001", where_first, message, hint, at_key=True), path
            continue
        elsewhere = misplaced(source, at, data[key]) if form == "framework" else None
        if elsewhere is not None:
            message, hint = elsewhere
            yield _problem(source, "S001", at, message, hint, at_key=True), at
            continue
        where = f" in `{_key(path)}`" if path else ""
        suggestion = nearest(key, known)
        instead = ""
        if suggestion and suggestion in data:
            hint = f"`{suggestion}` is there already. Delete one of the two, or move this one under `more:`."
        elif suggestion:
            hint, instead = f"Did you mean `{suggestion}`?", suggestion
            misspelt.add((*path, suggestion))
        elif any(re.search(pattern, plain_id(key)) for pattern in patterns) and plain_id(key) != key:
            suggestion = instead = plain_id(key)
            hint = f"Did you mean `{suggestion}`? A name has no spaces."
            misspelt.add((*path, suggestion))
        else:
            hint = f"You can use: {_comma_list(known)}."
        message = f"`{excerpt(key)}` is not known{where}."
        yield _problem(source, "S001", at, message, hint, at_key=True, instead=instead), at


def _comma_list(known: Mapping[str, Any] | list[Any]) -> str:
    return ", ".join(str(each) for each in known)


def _invalid_ids(
    source: Source, error: ValidationError, path: Path, misspelt: set[Path]
) -> Iterator[tuple[Problem, Path]]:
    key = str(error.instance)
    if str(error.validator_value).startswith("^[A-Z]"):
        code = key.upper().strip()
        instead = code if re.search(str(error.validator_value), code) else ""
        hint = (
            f"Did you mean `{instead}`?"
            if instead
            else "Write the code that `simkit check` shows, as in `C010`."
        )
        message = f"`{excerpt(key)}` is not the code of a rule."
        yield (
            _problem(source, "S006", (*path, key), message, hint, at_key=True, instead=instead),
            (*path, key),
        )
        return
    misspelt.add((*path, plain_id(key)))
    message = f"`{excerpt(key)}` can't be a name here: only small letters, digits and underscores."
    where_to, plain = (*path, key), plain_id(key)
    hint, instead = f"Write `{plain}` in its place. The title can be anything.", plain
    other = source.keys.get((*path, plain))
    if other is not None:
        instead = ""
        hint = (
            f"`{plain}` is there already, on line {other[0]}. If they are two different ones, write another "
            f"name, such as `{plain}_2`. If they are the same, delete one of them."
        )
    yield _problem(source, "S006", where_to, message, hint, at_key=True, instead=instead), where_to


def _missing(source: Source, key: str, path: Path, form: Form) -> Problem:
    if key == "simkit":
        hint = f"Write `simkit: {mark(form)}` as the first line."
        message = f"The file does not start with `simkit: {mark(form)}`."
        fix = TextEdit(1, 1, 1, 1, f"simkit: {mark(form)}\n")
        return problem_at("S008", source.place(path), message, hint, path=path, fix=fix)
    part = schema(form)["properties"].get(key, {}) if not path else {}
    example = (part.get("examples") or ["..."])[0]
    where = f" in `{_key(path)}`" if path else ""
    hint = f"Add a line such as `{key}: {example}`. {part.get('description', '')}".strip()
    return _problem(source, "S003", path, f"There is no `{key}`{where}.", hint, at_key=True)


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
        return f"the text {_quote(value)}"
    return "a list" if isinstance(value, list) else "a group of `name: text`"


def _only_words(part: Mapping[str, Any]) -> bool:
    """Whether a text can only be one of a few words there, such as remove."""
    kinds = part.get("type", ())
    return not isinstance(kinds, str) and ("object" in kinds or part.get("pattern") == "^remove$")


def _type(source: Source, value: object, part: Mapping[str, Any], path: Path) -> Problem:
    wanted = part["type"] if isinstance(part["type"], list) else [part["type"]]
    name = _key(path)
    more = _only_words(part)
    kinds = " or ".join(_KINDS[kind] for kind in wanted if not (kind == "string" and more))
    example = _example(part)
    hint = f" Write it as in `{name}: {example}`." if example and "object" not in wanted else ""
    instead = ""
    if "string" in wanted and not more:
        if isinstance(value, list):
            if path in source.bracketed:
                hint = (
                    " Square brackets make a list: delete them, or put double quotes around the whole text."
                )
            else:
                hint = " A dash at the start of a line makes a list: delete it."
        elif isinstance(value, dict):
            hint = (
                " Curly brackets make a group: delete them, or put the text between double quotes."
                if path in source.bracketed
                else f" Write the text after `{name}:` on the same line."
            )
        elif isinstance(value, (int, float)) and "working days?" in str(part.get("pattern")):
            message = f"`{name}` is {value}, without its unit: {value} working days or {value} calendar days?"
            return _problem(
                source, "S002", path, message, f"Write `{name}: {value} working days`, or calendar days."
            )
        elif isinstance(value, (bool, int, float)):
            meant = number_of_text(value, fractions=True) if "integer" in wanted else ""
            meant = meant or text_of_number(value, part, path)
            instead = meant or instead
            hint = f" Did you mean `{name}: {meant}`?" if meant else hint
            if not meant and not part.get("pattern") and "enum" not in part:
                instead = f'"{_as_written(source, path) or str(value).lower()}"'
                hint = f" Put it between straight double quotes: {instead}."
    elif "object" in wanted and isinstance(value, list):
        hint = " Delete the brackets, and give each entry a name with a colon."
        if path not in source.bracketed and _one_name_each(value):
            last = source.place((*path, len(value) - 1)).line
            lines = line_numbers(list(range(source.place((*path, 0)).line, last + 1)))
            hint = f" Delete the dash and the one space after it on {lines}, where there is one."
        elif path not in source.bracketed:
            first = source.place((*path, 0)).line
            hint = (
                f" Replace the dash on line {first} by a name on its own line, with 2 spaces in front, "
                "as in `first:`. Put 4 spaces in front of its lines below. Do the same for each dash."
            )
    elif "object" in wanted:
        keys = list(part.get("properties", {}))[:4]
        below = f", such as {', '.join(f'`{key}:`' for key in keys)}" if keys else ""
        lines = group_lines(path, value) if isinstance(value, str) else ""
        hint = f" Write its parts on the lines below, with 2 more spaces in front{below}."
        hint = f" Write this in its place:\n{lines}" if lines else hint
    elif {"integer", "number"} & set(wanted):
        instead = number_of_text(value, fractions="number" in wanted)
        hint = f" Did you mean `{name}: {instead}`?" if instead else hint
    elif "array" in wanted and path[-1:] == ("routes",) and str(value).strip().lower() in _ALL:
        hint = " For all cases delete the line: without `routes` it applies to all."
    elif "array" in wanted and isinstance(value, str):
        instead = f"[{value}]" if re.fullmatch(r"\w+(, *\w+)*", value) else ""
        hint = f" Write it in square brackets: `{name}: {instead or f'[{_entries(value)}]'}`."
    message = f"`{name}` should be {kinds}, but it is {_kind(value)}."
    return _problem(source, "S002", path, message, hint.strip(), instead=instead)


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


def _enum(source: Source, value: object, part: Mapping[str, Any], path: Path, form: Form) -> Problem:
    if path == ("simkit",):
        message = f"The first line should be `simkit: {mark(form)}`, but it says {_quote(value)}."
        hint = f"Write `simkit: {mark(form)}`. A higher number needs a later version of simkit."
        return _problem(source, "S008", path, message, hint, instead=mark(form))
    words = [each for each in part["enum"] if isinstance(each, str)]
    begins = re.split(r"[^\w]", str(value).strip(), maxsplit=1)[0]
    suggestion = nearest(value, words) or (begins.lower() if begins.lower() in words else "")
    hint = f"Did you mean `{suggestion}`? " if suggestion else ""
    message = f"`{_key(path)}` can't be {_quote(value)}."
    hint += f"It is one of: {_comma_list(words)}."
    return _problem(source, "S004", path, message, hint, instead=suggestion)


def _pattern(source: Source, value: object, part: Mapping[str, Any], path: Path) -> Problem:
    if _only_words(part):
        return _no_group(source, str(value), part, path)
    text, hint, instead = str(value), str(part.get("patternErrorMessage") or ""), ""
    if part.get("pattern") == "^[a-z][a-z0-9_]*$":
        hint, instead = _id_hint(source, text, part, path)
    elif "0[1-9]|1[0-2]" in str(part.get("pattern")):
        instead = date_suggestion(text)
        if instead:
            hint = f"Did you mean {instead}? {hint}"
        elif re.match("[a-z0-9]", text.lower()) and written_date(text):
            hint = f"No calendar has that day. {hint}"
    elif "working days?" in str(part.get("pattern")) and path[:1] == ("model",):
        instead = value_suggestion(text)
        instead = instead if re.fullmatch(str(part["pattern"]), instead) else ""
        hint = f"Did you mean '{instead}'?" if instead else hint
    elif "working days?" in str(part.get("pattern")):
        hint, instead = _amount_hint(source, text, hint, str(part["pattern"]), path)
    elif share_suggestion(text) and "%" in hint:
        instead = share_suggestion(text)
        hint = f"Did you mean {instead}?"
    message = f"`{_key(path)}` is {_quote(value)}, which can't be read."
    return _problem(source, "S005", path, message, hint, instead=instead)


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
    problem = _type(source, text, {**part, "type": [k for k in part["type"] if k != "string"]}, path)
    if "none set" not in str(part["pattern"]):
        return problem
    key = _key(path)
    answer = answer_hint(key, text)
    if answer:
        instead = nearest(text, list(ANSWERS))
        return _problem(source, "S002", path, f"`{key}` can't be {_quote(text)}.", answer, instead=instead)
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
        several = "array" in part.get("type", ())
        return post_hint(_key(path), text, [*own("roles"), *usual], several=several, begun=bool(own("roles")))
    if path[:1] in (("timescales",), ("reviews",)) and path[-1] in ("from", "to", "until"):
        known = [*EVENTS, *own("events")]
        return event_hint(text, known), event_meant(text, known)
    if path[-1] in ("only_if", "unless"):
        return condition_hint(text, own("conditions"))
    suggestion = nearest(text, usual) or plain_id(text)
    return f"Did you mean `{suggestion}`? {NAMES_ARE}", suggestion
