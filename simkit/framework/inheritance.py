"""Merge a file with the layers that it inherits: maps merge, ``remove`` removes, anything else replaces.

An answer other than a value (``none set``, ``not decided``, ``not known``) takes the place of a local value
and stands apart from the values. The result is a ``Tree`` with the place of every value. Trees are never
changed: a new layer copies only the maps that it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from simkit.framework.dates import in_force_on, span
from simkit.framework.framework import Origin
from simkit.framework.problem import Finding, Path, Place
from simkit.framework.vocabulary import ANSWERS
from simkit.framework.yaml.source import Source

CodedFinding = tuple[str, Finding]
"""A finding with the code of its rule."""

REMOVE = "remove"
INHERITED = (
    *("roles", "timescales", "priorities", "reviews", "protocol", "sources", "model"),
    *("counting", "routes", "events", "conditions"),
)

_BASIS = ("source", "assumption", "fitted")
_READ = ("source", "read_in")
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "timescales": (
        (
            *("within", "expected_within", "every", "between", "at_most"),
            *("at_least", "at_least_before", "no_number"),
        ),
        _READ,
    ),
    "reviews": (("at", "within", "at_most_every", "no_number"), ("from", "after"), _READ),
    "model": (_BASIS,),
}


# With one of these a layer says what it read itself, so that nothing is carried over any more.
_NEWLY_READ = frozenset({"source", "read_in", *ONE_OF["timescales"][0], *ONE_OF["reviews"][0]})


@dataclass(frozen=True, slots=True)
class Edition:
    """The national edition that a file stands on: its name, its ``in_force``, what was not found of it, and
    what follows it where it has ended (``edition`` and ``note``).
    """

    name: str = ""
    in_force: Mapping[str, Any] = field(default_factory=dict)
    not_known: tuple[str, ...] = ()
    followed_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tree:
    """The data of a file merged with everything it inherits.

    ``origins`` holds the place of every value by path. ``first_layer`` names, for each entry of a
    section (``("timescales", "decision")``), the layer that introduced it. ``set_aside`` holds
    the timescales that a dispensation removes. ``answers`` are the answers other than a value, of a section
    or of an entry in it. ``edition`` is the highest national edition. ``layers`` names the files, lowest
    first.
    """

    data: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[Path, Origin] = field(default_factory=dict)
    first_layer: Mapping[Path, str] = field(default_factory=dict)
    set_aside: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    answers: Mapping[Path, str] = field(default_factory=dict)
    edition: Edition = field(default_factory=Edition)
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

    def origin(self, *paths: Path) -> Origin:
        """Where the value at the first of these paths that has one comes from, or what contains the last."""
        for path in paths:
            if path in self.origins:
                return self.origins[path]
        place = self.place(paths[-1])
        return Origin(place.file, place.line, place.column) if place else Origin("", 1, 1)

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
        if isinstance(upper, str) and upper in ANSWERS:
            merge.answer_section(section, upper)
        elif isinstance(upper, dict) and upper:
            merge.answers.pop((section,), None)
            merge.data[section] = merge.merged(merge.data.get(section), upper, (section,))
    edition = lower.edition
    if name.startswith("national/") and {"in_force", "based_on"} & data.keys():
        unknown = tuple(str(each) for each in data.get("not_known", ()))
        edition = Edition(name, data.get("in_force") or {}, unknown, data.get("followed_by") or {})
    layers = (*lower.layers, name)
    tree = Tree(merge.data, merge.origins, merge.first_layer, merge.set_aside, merge.answers, edition, layers)
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
        self.answers = dict(lower.answers)
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
            if len(inner) == 2 and isinstance(value, str) and value in ANSWERS:
                self.answer(result, inner, value)
                continue
            self.answers.pop(inner, None)
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

    def answer_section(self, section: str, answer: str) -> None:
        """An answer for a whole section, in place of its local entries."""
        entries = dict(self.data.get(section) or {})
        for name in [name for name in entries if not self.lower.national(section, name)]:
            del entries[name]
            self.forget((section, name))
        for path in [path for path in self.answers if path[0] == section]:
            del self.answers[path]
        self.data[section] = entries
        self.answers[(section,)] = answer
        self.origins[(section,)] = self.origin((section,), False)

    def answer(self, result: dict[str, Any], path: Path, answer: str) -> None:
        """An answer for one entry of a section, in place of a local value."""
        if result.pop(str(path[-1]), None) is not None:
            self.forget(path)
        self.answers[path] = answer
        self.origins[path] = self.origin(path, False)

    def remove(self, result: dict[str, Any], path: Path) -> None:
        key = str(path[-1])
        if self.answers.pop(path, None) is not None:
            return
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
        if "carried_over" in result and "carried_over" not in upper and _NEWLY_READ & upper.keys():
            del result["carried_over"]
            self.forget((*path, "carried_over"))
        for group in ONE_OF.get(str(path[0]), ()):
            if any(key in upper for key in group):
                dropped = [k for k in group if k in result and k not in upper]
                if group not in (_BASIS, _READ) and "as_printed" in result and "as_printed" not in upper:
                    dropped.append("as_printed")
                for key in dropped:
                    del result[key]
                    self.forget((*path, key))


def without_model(tree: Tree) -> Tree:
    """The tree without its modelling part, for a file that names another base for it."""
    data = {key: value for key, value in tree.data.items() if key != "model"}
    origins = {path: origin for path, origin in tree.origins.items() if path[:1] != ("model",)}
    return replace(tree, data=data, origins=origins)
