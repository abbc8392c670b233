"""A file as the rules see it: what it says itself, and what it makes with everything under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from simkit.framework.inheritance import Tree, holds
from simkit.framework.problem import Path, Place
from simkit.framework.yaml.source import Source

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One file under the rules.

    ``data`` is the sound part of what the file says, ``tree`` that on top of ``lower``. ``kind``
    is ``national``, ``trials``, ``authorities``, ``own`` or ``scenario``. ``wrong`` are paths whose
    value is unusable and was reported already.
    """

    name: str
    kind: str
    source: Source
    data: dict[str, Any]
    wrong: frozenset[Path]
    lower: Tree
    tree: Tree
    today: date

    @property
    def status(self) -> str:
        """The status that the file gives itself."""
        return str(self.data.get("status", ""))

    @property
    def local(self) -> bool:
        """Whether it is an authority's file, not the nation's."""
        return self.kind != "national"

    def own(self, section: str) -> dict[str, Any]:
        """What the file itself says in a section; empty where it says nothing."""
        found = self.data.get(section)
        return found if isinstance(found, dict) else {}

    def entries(self, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The entries of a section that the file itself writes, as the file writes them."""
        for key, value in self.own(section).items():
            if isinstance(value, dict):
                yield key, value

    def whole(self, section: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """The same entries, each as written and as it is with what it inherits."""
        merged = self.tree.section(section)
        for key, value in self.entries(section):
            full = merged.get(key)
            if isinstance(full, dict):
                yield key, value, full

    def holding(self, section: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """``whole`` without the entries that hold at another time than the framework."""
        for key, value, full in self.whole(section):
            if holds(self.data, full, self.today):
                yield key, value, full

    def wrote(self, path: Path) -> bool:
        """Whether the file has something at the path, even something unusable."""
        return self.source.has(path) or path in self.source.empty or path in self.wrong

    def missing(self, full: dict[str, Any], path: Path, *keys: str) -> bool:
        """Whether none of the keys is in ``full`` or was tried in the file at ``path``."""
        return not any(key in full or self.wrote((*path, key)) for key in keys)

    def place(self, path: Path) -> Place:
        """Where a value is written, in this file or in one under it."""
        if not self.source.has(path):
            found = self.tree.place(path)
            if found is not None:
                return found
        return self.source.place(path)
