"""Names that a file should not have or lacks: unknown ones, ids with capitals, missing lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simkit.framework.form_problem import form_problem, key_of
from simkit.framework.known_words import nearest, plain_id
from simkit.framework.places import misplaced, of_another_section
from simkit.framework.problem import Path, Problem, excerpt
from simkit.framework.rules.registry import problem_at
from simkit.framework.schemas import Form, mark, schema
from simkit.framework.text_edit import TextEdit
from simkit.framework.yaml.source import Source

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def unknown_names(
    source: Source, data: dict[str, Any], part: Mapping[str, Any], path: Path, form: Form, misspelt: set[Path]
) -> Iterator[tuple[Problem, Path]]:
    """The problems of the names of a group that are not in the schema, each with the path that can't be used.

    A name that is only misspelt is added to ``misspelt``, as it was meant.
    """
    known = part.get("properties", {})
    patterns = part.get("patternProperties", {})
    for key in data:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        at = (*path, key)
        foreign = of_another_section(source, path) if form == "framework" and len(path) == 2 else None
        if foreign is not None:
            where_first, message, hint = foreign
            yield form_problem(source, "S001", where_first, message, hint, at_key=True), path
            continue
        elsewhere = misplaced(source, at, data[key]) if form == "framework" else None
        if elsewhere is not None:
            message, hint = elsewhere
            yield form_problem(source, "S001", at, message, hint, at_key=True), at
            continue
        where = f" in `{key_of(path)}`" if path else ""
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
            hint = f"You can use: {', '.join(known)}."
        message = f"`{excerpt(key)}` is not known{where}."
        yield form_problem(source, "S001", at, message, hint, at_key=True, instead=instead), at


def wrong_name(
    source: Source, error: ValidationError, path: Path, misspelt: set[Path]
) -> tuple[Problem, Path]:
    """The problem of a name with letters or signs that a name can't have there, and its path."""
    key, pattern = str(error.instance), str(error.validator_value)
    at = (*path, key)
    if pattern.startswith("^[A-Z]"):
        return _wrong_code(source, at, key, pattern), at
    misspelt.add((*path, plain_id(key)))
    return _wrong_id(source, at, key), at


def _wrong_code(source: Source, at: Path, key: str, pattern: str) -> Problem:
    code = key.upper().strip()
    instead = code if re.search(pattern, code) else ""
    hint = f"Did you mean `{code}`?" if instead else "Write the code that `simkit check` shows, as in `C010`."
    message = f"`{excerpt(key)}` is not the code of a rule."
    return form_problem(source, "S006", at, message, hint, at_key=True, instead=instead)


def _wrong_id(source: Source, at: Path, key: str) -> Problem:
    plain = instead = plain_id(key)
    hint = f"Write `{plain}` in its place. The title can be anything."
    other = source.keys.get((*at[:-1], plain))
    if other is not None:
        instead = ""
        hint = (
            f"`{plain}` is there already, on line {other[0]}. If they are two different ones, write another "
            f"name, such as `{plain}_2`. If they are the same, delete one of them."
        )
    message = f"`{excerpt(key)}` can't be a name here: only small letters, digits and underscores."
    return form_problem(source, "S006", at, message, hint, at_key=True, instead=instead)


def missing_name(source: Source, key: str, path: Path, form: Form) -> Problem:
    """The problem of a name that has to be there."""
    if key == "simkit":
        hint = f"Write `simkit: {mark(form)}` as the first line."
        message = f"The file does not start with `simkit: {mark(form)}`."
        fix = TextEdit(1, 1, 1, 1, f"simkit: {mark(form)}\n")
        return problem_at("S008", source.place(path), message, hint, path=path, fix=fix)
    part = schema(form)["properties"].get(key, {}) if not path else {}
    example = (part.get("examples") or ["..."])[0]
    where = f" in `{key_of(path)}`" if path else ""
    hint = f"Add a line such as `{key}: {example}`. {part.get('description', '')}".strip()
    return form_problem(source, "S003", path, f"There is no `{key}`{where}.", hint, at_key=True)
