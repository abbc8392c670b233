"""Every value of a framework with its file and line, as ``simkit show`` prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from simkit.common.errors import SimkitError
from simkit.framework.check import FrameworkFile
from simkit.framework.framework import Origin
from simkit.framework.inheritance import INHERITED

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcedValue:
    """A value as written, its dotted path, and its file and line."""

    path: str
    value: str
    origin: Origin


def values(file: FrameworkFile) -> tuple[SourcedValue, ...]:
    """Every value of a framework, inherited ones included; the sections that are not inherited come first."""
    source, tree = file.source, file.tree
    rows = []
    for path, value in _leaves({key: v for key, v in source.data.items() if key not in INHERITED}):
        place = source.place(path)
        rows.append(SourcedValue(".".join(path), value, Origin(place.file, place.line, place.column)))
    for path, value in _leaves({section: tree.section(section) for section in INHERITED}):
        rows.append(SourcedValue(".".join(path), value, tree.origins[path]))
    return tuple(rows)


def under(file: FrameworkFile, path: str) -> tuple[SourcedValue, ...]:
    """The values at a path and below it. Raises SimkitError, with the nearest paths, where there are none."""
    prefix = path.strip().strip(".")
    everything = values(file)
    matches = tuple(v for v in everything if f"{v.path}.".startswith(f"{prefix}."))
    if prefix and matches:
        return matches
    paths = sorted({parent for v in everything for parent in _parents(v.path)})
    near = get_close_matches(prefix, paths, n=3, cutoff=0.5)
    sections = ", ".join(each for each in paths if "." not in each)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"The sections are {sections}."
    raise SimkitError(f"{file.framework.name} has nothing at '{path}'. {hint}")


def _parents(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, str(value).strip()
