"""Merge a file with the layers that it inherits: maps merge, ``remove`` removes, anything else replaces.

The result is a ``Tree`` with the place of every value. Trees are never changed: a new layer copies
only the maps that it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from simkit.framework.dates import in_force_on, span
from simkit.framework.framework import Origin
from simkit.framework.problem import Finding, Path, Place
from simkit.framework.yaml.source import Source

__all__ = [
    "INHERITED",
    "ONE_OF",
    "REMOVE",
    "CodedFinding",
    "Tree",
    "add_layer",
    "dates_of_effect",
    "is_current",
]

CodedFinding = tuple[str, Finding]
"""A finding with the code of its rule."""

REMOVE = "remove"
INHERITED = ("roles", "timescales", "priorities", "reviews", "protocol", "sources", "model")

_BASIS = ("source", "assumption", "fitted")
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "timescales": (("within", "expected_within", "every", "between", "at_least_before", "no_number"),),
    "reviews": (("at", "at_most_every", "no_number"), ("from", "after")),
    "model": (_BASIS,),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """The data of a file merged with everything it inherits.

    ``origins`` holds the place of every value by path. ``first_layer`` names, for each entry of a
    section (``("timescales", "decision")``), the layer that introduced it. ``set_aside`` holds
    the timescales that a dispensation removes. ``edition`` is the highest national edition: its
    name and its ``in_force``. ``layers`` names the files, lowest first.
    """

    data: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[Path, Origin] = field(default_factory=dict)
    first_layer: Mapping[Path, str] = field(default_factory=dict)
    set_aside: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    edition: tuple[str, Mapping[str, Any]] = ("", {})
    layers: tuple[str, ...] = ()

    def get(self, *path: str | int) -> Any:
        """The value at the path, or None."""
        value: Any = self.data
        for part in path:
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def section(self, name: str) -> dict[str, Any]:
        """A section, empty where it is not there."""
        section = self.data.get(name)
        return section if isinstance(section, dict) else {}

    def place(self, path: Path) -> Place | None:
        """The place of the value at the path, or of the nearest entry that contains it."""
        for end in range(len(path), 0, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return Place(origin.file, origin.line, origin.column)
        return None

    def national(self, section: str, name: str) -> bool:
        """Whether a national layer introduced the entry."""
        return self.first_layer.get((section, name), "").startswith("national/")


def dates_of_effect(data: Mapping[str, Any], today: date) -> tuple[date, date]:
    """The days on which a file takes effect: its ``in_force.from``, else today."""
    in_force = data.get("in_force")
    start = in_force.get("from") if isinstance(in_force, dict) else None
    return (span(start) if start is not None else None) or (today, today)


def is_current(data: Mapping[str, Any], entry: Mapping[str, Any], today: date) -> bool:
    """Whether an entry is in force when the file (``data``) takes effect: always, if it has no dates."""
    own = entry.get("in_force")
    if not isinstance(own, dict):
        return True
    return in_force_on(dates_of_effect(data, today), own.get("from"), own.get("until"))


def add_layer(
    lower: Tree, source: Source, data: dict[str, Any], name: str, *, may_change_nation: bool, today: date
) -> tuple[Tree, tuple[CodedFinding, ...]]:
    """The tree with a file on top; ``data`` is the usable part of ``source``."""
    merge = _Merge(lower, source, name, may_change_nation)
    merge.apply_dispensations(data, today)
    for section in INHERITED:
        upper = data.get(section)
        if isinstance(upper, dict) and upper:
            merge.data[section] = merge.merged(merge.data.get(section), upper, (section,))
    edition = lower.edition
    if name.startswith("national/") and "in_force" in data:
        edition = (name, data["in_force"])
    layers = (*lower.layers, name)
    tree = Tree(merge.data, merge.origins, merge.first_layer, merge.set_aside, edition, layers)
    return tree, tuple(merge.findings)


class _Merge:
    """One merge of a file with a tree; collects places and findings. Used once."""

    def __init__(self, lower: Tree, source: Source, name: str, may_change_nation: bool) -> None:
        self.lower = lower
        self.source = source
        self.name = name
        self.may_change_nation = may_change_nation
        self.data = dict(lower.data)
        self.origins = dict(lower.origins)
        self.first_layer = dict(lower.first_layer)
        self.set_aside = dict(lower.set_aside)
        self.findings: list[CodedFinding] = []

    def apply_dispensations(self, data: dict[str, Any], today: date) -> None:
        """Remove the national timescales that a dispensation in force names."""
        dates = dates_of_effect(data, today)
        for each in (data.get("dispensations") or {}).values():
            if not isinstance(each, dict) or not in_force_on(dates, each.get("from"), each.get("until")):
                continue
            for name in each.get("sets_aside", ()):
                timescale = self.lower.get("timescales", name)
                if timescale is None or not self.lower.national("timescales", name):
                    continue
                self.set_aside[name] = timescale
                self.data["timescales"] = {k: v for k, v in self.data["timescales"].items() if k != name}
                self.forget(("timescales", name))

    def forget(self, path: Path) -> None:
        length = len(path)
        for below in [p for p in self.origins if p[:length] == path]:
            del self.origins[below]
        for below in [p for p in self.first_layer if p[:length] == path]:
            del self.first_layer[below]

    def origin(self, path: Path, is_map: bool) -> Origin:
        place = self.source.place(path, at_key=is_map)
        return Origin(place.file, place.line, place.column)

    def protected(self, path: Path) -> bool:
        """Whether the file tries to change a national timescale and may not; adds the finding."""
        if len(path) != 2 or path[0] != "timescales" or self.may_change_nation:
            return False
        name = str(path[1])
        layer = self.first_layer.get(path, "")
        if name not in self.data.get("timescales", {}) or not layer.startswith("national/"):
            return False
        place = self.lower.place(path)
        self.findings.append(
            (
                "C001",
                Finding(
                    path,
                    f"`{name}` is a national timescale ({layer}) and can't be changed or removed here.",
                    f"Give your timescale an id of its own, such as `{name}_local`. In a scenario, "
                    "`what_if: yes` allows it.",
                    at_key=True,
                    related=(place,) if place else (),
                ),
            )
        )
        return True

    def merged(self, lower: Any, upper: Any, path: Path) -> Any:
        if not isinstance(upper, dict):
            if isinstance(lower, dict):
                self.forget(path)
            self.origins[path] = self.origin(path, False)
            return upper
        result = dict(lower) if isinstance(lower, dict) else {}
        if path not in self.origins or not isinstance(lower, dict):
            self.origins[path] = self.origin(path, True)
        self.drop_alternatives(result, upper, path)
        for key, value in upper.items():
            inner = (*path, key)
            if self.protected(inner):
                continue
            if value == REMOVE:
                self.remove(result, inner)
                continue
            if len(inner) == 2 and inner not in self.first_layer:
                self.first_layer[inner] = self.name
            if inner[0] == "sources" and len(inner) == 2 and key in result:
                self.check_source(inner, result[key], value)
            result[key] = self.merged(result.get(key), value, inner)
        return result

    def check_source(self, path: Path, lower: Any, upper: Any) -> None:
        place = self.lower.place(path)
        if lower == upper or place is None or self.first_layer.get(path) == self.name:
            return
        message = f"The source `{path[1]}` is already used in {place.file}, for '{lower.get('title')}'."
        self.findings.append(("R014", Finding(path, message, at_key=True, related=(place,))))

    def remove(self, result: dict[str, Any], path: Path) -> None:
        key = str(path[-1])
        if key not in result:
            message = f"There is nothing called `{key}` to remove: nothing of that name is inherited."
            self.findings.append(("R013", Finding(path, message)))
            return
        del result[key]
        self.forget(path)

    def drop_alternatives(self, result: dict[str, Any], upper: dict[str, Any], path: Path) -> None:
        """Of keys that exclude each other, the upper layer's replaces the lower layer's."""
        if len(path) < 2 or (path[0] != "model" and len(path) != 2):
            return
        for group in ONE_OF.get(str(path[0]), ()):
            if any(key in upper for key in group):
                dropped = [k for k in group if k in result and k not in upper]
                if group is not _BASIS and "as_printed" in result and "as_printed" not in upper:
                    dropped.append("as_printed")
                for key in dropped:
                    del result[key]
                    self.forget((*path, key))


def without_model(tree: Tree) -> Tree:
    """The tree without its modelling part, for a file that names another base for it."""
    data = {key: value for key, value in tree.data.items() if key != "model"}
    origins = {path: origin for path, origin in tree.origins.items() if path[:1] != ("model",)}
    return replace(tree, data=data, origins=origins)
