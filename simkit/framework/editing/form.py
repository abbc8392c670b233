"""The schema of a framework as an interface needs it: what may stand at a path, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simkit.common.errors import SimkitError
from simkit.framework.known_words import nearest, plain_id
from simkit.framework.problem import Path
from simkit.framework.schemas import schema

Part = Mapping[str, Any]
"""A part of the schema: what may stand at one path."""


class PathNotFound(SimkitError, LookupError):  # noqa: N818
    """No framework has a field of this path; the text names the nearest."""


def path_of(path: str | Path) -> Path:
    """The keys of a dotted path: ``not_known.0`` is the first of a list, and ``more.2024`` a name.

    A tuple can have names with dots in them.
    """
    if not isinstance(path, str):
        return tuple(path)
    parts = [part for part in path.split(".") if part]
    own = parts[:1] == ["more"]
    return tuple(int(part) if part.isdecimal() and not own else part for part in parts)


def dotted(path: Path) -> str:
    """The path as problems and fields have it."""
    return ".".join(str(part) for part in path)


def value_at(data: Any, path: Path) -> Any:
    """The value at a path of plain data, None where there is none."""
    for key in path:
        inside = key in data if isinstance(data, dict) else isinstance(data, list) and _is_index(key, data)
        if not inside:
            return None
        data = data[key]
    return data


def _is_index(key: str | int, items: list[Any]) -> bool:
    return isinstance(key, int) and key < len(items)


def part_at(path: Path) -> Part:
    """What the schema says of a path. Raises PathNotFound, with the nearest one that there is."""
    part: Part = schema("framework")
    for index, key in enumerate(path):
        inner = inner_part(part, key)
        if inner is None:
            raise PathNotFound(_not_there(part, path[:index], key))
        part = inner
    return part


def inner_part(part: Part, key: str | int) -> Part | None:
    """What may stand under a name or at a place of a list, None for nothing."""
    if isinstance(key, int):
        items = part.get("items")
        return part if _is_free(part) else items if isinstance(items, dict) else None
    named = part.get("properties", {})
    if key in named:
        return named[key]  # type: ignore[no-any-return]
    for pattern, inner in part.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return inner  # type: ignore[no-any-return]
    if _is_free(part):
        return part
    rest = part.get("additionalProperties")
    is_id = re.search(part.get("propertyNames", {}).get("pattern", ""), key)
    return rest if isinstance(rest, dict) and is_id else None


def _is_free(part: Part) -> bool:
    """Whether anything may stand below, as under ``more``."""
    return isinstance(part.get("type"), list) and {"object", "array", "number"} <= set(part["type"])


def _not_there(part: Part, above: Path, key: str | int) -> str:
    where = f"`{dotted(above)}`" if above else "a framework"
    named = list(part.get("properties", {}))
    if named:
        word = nearest(key, named)
        meant = f"Did you mean `{dotted((*above, word))}`?" if word else f"There are: {', '.join(named)}."
        return f"There is no field `{dotted((*above, key))}`. {meant}"
    if isinstance(part.get("additionalProperties"), dict):
        return f"`{key}` can't be a name in {where}: write `{plain_id(str(key))}`."
    return f"There is nothing below {where}: it has a value of its own."


def names_in(part: Part) -> Iterator[str]:
    """The names that a group can have, in the order of the schema; none where people choose the names."""
    yield from part.get("properties", {})


def is_group(part: Part) -> bool:
    """Whether what stands there has names of its own below it."""
    return _has_type(part, "object") and not _is_free(part)


def has_own_names(part: Part) -> bool:
    """Whether people choose the names of what stands below it, as those of timescales."""
    return is_group(part) and isinstance(part.get("additionalProperties"), dict)


def takes_answers(part: Part) -> bool:
    """Whether ``none set``, ``not decided`` or ``not known`` can be written in place of a value."""
    return "none set" in str(part.get("pattern"))


def is_several(part: Part) -> bool:
    """Whether a list can be written there."""
    return _has_type(part, "array") and not _is_free(part)


def _has_type(part: Part, kind: str) -> bool:
    types = part.get("type", ())
    return kind == types if isinstance(types, str) else kind in types


_RANGE = r" to [0-9]"
_LONG = ("text", "note", "as_printed", "reason")


def kind_of(part: Part, key: str | int) -> str:
    """The kind of a field, one of those that ``Field`` lists. ``key`` is the last of its path."""
    if is_group(part):
        return "entries" if has_own_names(part) else "group"
    if is_several(part) and "items" in part:
        return kind_of(part["items"], key)
    pattern = str(part.get("pattern", ""))
    if "enum" in part or pattern == "^[a-z][a-z0-9_]*$":
        return "choice"
    if "0[1-9]|1[0-2]" in pattern:
        return "date"
    if "working days?" in pattern:
        amount = "amount" if "%" in pattern else "time"
        return f"{amount} range" if _RANGE in pattern and f"({_RANGE}" not in pattern else amount
    if _has_type(part, "integer") or "E[0-9]{8}" in pattern:
        return "code" if pattern else "whole number"
    if _has_type(part, "number") or "%" in pattern:
        return "any" if _is_free(part) else "number"
    return "long text" if key in _LONG else "text"
