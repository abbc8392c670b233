"""Check the form of a file against its JSON Schema; problems are in plain words, with the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from simkit.framework.form_problem import form_problem, key_of
from simkit.framework.known_words import nearest
from simkit.framework.places import other_form
from simkit.framework.problem import Path, Problem
from simkit.framework.schemas import Form, validator
from simkit.framework.wrong_names import missing_name, unknown_names, wrong_name
from simkit.framework.wrong_values import wrong_kind, wrong_text, wrong_word
from simkit.framework.yaml.source import Source

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

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


def check_form(source: Source, form: Form) -> FormCheck:
    """Check the form of a file. The problems of its text, ``source.problems``, are not among the result's."""
    if not source.data:
        return FormCheck({}, (), source.empty)
    other = other_form(source.data) if form == "framework" else None
    if other is not None:
        message, hint = other
        return FormCheck({}, (form_problem(source, "S008", ("simkit",), message, hint),), source.empty)
    problems: list[Problem] = []
    unusable: set[Path] = set()
    misspelt: set[Path] = set()  # by their right names, which are not reported as missing as well
    errors = validator(form).iter_errors(source.data)
    found = chain.from_iterable(_problems(source, error, form, misspelt) for error in errors)
    for problem, path in islice(found, _MANY):
        problems.append(problem)
        if path:
            unusable.add(path)
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
            yield from unknown_names(source, error.instance, part, path, form, misspelt)
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield wrong_name(source, error, path, misspelt)
        case "required" if isinstance(error.instance, dict):
            wanted: Any = error.validator_value
            known = part.get("properties", {})
            tried = {nearest(key, known) for key in error.instance if key not in known}
            for key in wanted:
                if key not in error.instance and key not in tried and (*path, key) not in source.empty:
                    yield missing_name(source, key, path, form), ()
        case "type" if path == ("simkit",):
            return  # its only values are those of the enum, which says so
        case "type":
            yield wrong_kind(source, error.instance, part, path), path
        case "enum" if part.get("type") == "string" and not isinstance(error.instance, str):
            return  # the words are texts, which the problem of its type says
        case "enum":
            yield wrong_word(source, error.instance, part, path, form), path
        case "pattern":
            yield wrong_text(source, error.instance, part, path), path
        case "minItems" | "minProperties":
            yield form_problem(source, "S007", path, f"`{key_of(path)}` has nothing in it."), path
        case "maxItems" | "maxProperties":
            message = f"`{key_of(path)}` has more than {error.validator_value} entries."
            yield form_problem(source, "S010", path, message), path
        case "dependencies" if isinstance(error.instance, dict):
            pairs = part["dependencies"].items()
            for key in dict.fromkeys(key for name, keys in pairs if name in error.instance for key in keys):
                if key not in error.instance:
                    yield missing_name(source, key, path, form), ()
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            message = f"`{key_of(path)}` is {error.instance}; it should be {_limits(part)}."
            yield form_problem(source, "S009", path, message), path
        case _:
            message = f"`{key_of(path)}` is not written as it should be."
            yield form_problem(source, "S002", path, message), path


def _limits(part: Mapping[str, Any]) -> str:
    above, below = part.get("exclusiveMinimum"), part.get("exclusiveMaximum")
    low = f"more than {above}" if above is not None else f"from {part.get('minimum')}"
    return f"{low} to {part['maximum']}" if below is None else f"{low}, and less than {below}"
