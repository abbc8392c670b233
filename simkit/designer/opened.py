"""A framework file as the screens show it: its text, what is wrong with it, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simkit.framework.check import check_text
from simkit.framework.problem import Problem, Problems
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, PROTOCOL_ELEMENTS
from simkit.framework.yaml.source import read_text

UNWRITTEN = "P002"
"""The rule that lists the elements of the protocol without a text; the bar counts the elements instead."""


LISTED = frozenset({UNWRITTEN, "P005"})
"""Rules about what is still to be written and named: the screens list that themselves."""

NO_REVIEW = "C005"
"""The rule that asks for a review with a time. While none is decided, the screens ask that themselves."""

UNDECIDED = "A022"
"""The rule that asks an agreed file for what nobody has decided."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a text says (``data``, as it is written there) and its ``problems``."""

    data: Mapping[str, Any]
    problems: Problems

    @property
    def counts(self) -> tuple[int, int]:
        """How many errors, and how many queries but those that the screens list by themselves."""
        return len(self.problems.errors), sum(not self.lists(each) for each in self.problems.queries)

    def lists(self, problem: Problem) -> bool:
        """Whether the screens list it by themselves: what is to be written, named, or decided on reviews."""
        return problem.code in LISTED or (problem.code == NO_REVIEW and self.is_open("reviews"))

    def is_open(self, section: str) -> bool:
        """Whether nobody has decided on a section. One that is not known is no open question."""
        unknown, given = self.data.get("not_known"), self.data.get(section)
        if isinstance(unknown, list) and section in unknown:
            return False
        return not given or given == NOT_DECIDED

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The elements of the protocol that nobody has written or decided on."""
        protocol = self.data.get("protocol")
        if protocol == NONE_SET:
            return ()
        entries = protocol if isinstance(protocol, Mapping) else {}
        return tuple(id_ for id_ in PROTOCOL_ELEMENTS if not _written(entries.get(id_)))

    def section(self, name: str) -> Mapping[str, Any]:
        """A section of the file itself, empty where it is not there or is an answer in words."""
        section = self.data.get(name)
        return section if isinstance(section, Mapping) else {}

    def at(self, path: str) -> tuple[Problem, ...]:
        """The errors and queries of a value and of what it contains, by its dotted path."""
        asked = (*self.problems.errors, *self.problems.queries)
        return tuple(p for p in asked if p.path == path or p.path.startswith(f"{path}."))


def _written(entry: object) -> bool:
    return entry == NONE_SET or (isinstance(entry, Mapping) and bool(entry.get("text") or entry.get("link")))


def examine(text: str, path: Path, today: date) -> Examined:
    """Examine the text of the file at a path. Never raises: whatever is wrong is a problem."""
    data = read_text(text, path.name, path=path).data
    return Examined(data, check_text(text, path, today=today))
