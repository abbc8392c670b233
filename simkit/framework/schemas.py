"""The JSON Schema of each kind of file, and what validates a file against it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jsonschema import Draft7Validator

Form = Literal[
    "framework", "scenario", "sweep", "comparison", "caseload", "calibration", "report", "manifest"
]


@cache
def schema(form: Form) -> dict[str, Any]:
    """The JSON Schema of a form, as data. Not to be changed."""
    path = FilePath(__file__).parent / "schema" / f"{form}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def mark(form: Form) -> str:
    """What a file of this form says after ``simkit:``, as in ``framework/1``; empty if that is nothing."""
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
def validator(form: Form) -> Draft7Validator:
    """What checks data against the schema of a form."""
    with _without_formats():
        from jsonschema import Draft7Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    by_hand = form in ("framework", "scenario")
    draft = _with_whole_numbers(Draft7Validator) if by_hand else Draft7Validator
    if form == "framework":
        return draft(schema(form))
    resource = DRAFT7.create_resource(schema("framework"))
    registry: Registry[Any] = Registry().with_resource("framework.schema.json", resource)
    return draft(schema(form), registry=registry)


def _with_whole_numbers(draft: type[Draft7Validator]) -> type[Draft7Validator]:
    """The validator for files written by hand: 344.0 is no code of an authority, and 2024.0 no year."""
    from jsonschema import validators

    def is_whole(_: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    types = draft.TYPE_CHECKER.redefine("integer", is_whole)
    strict: type[Draft7Validator] = validators.extend(draft, type_checker=types)  # type: ignore[no-untyped-call]
    return strict
