"""Problems as values: what is wrong, where, why it matters and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, overload

from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.framework.text_edit import TextEdit

Path = tuple[str | int, ...]
"""The path of a value in a file: keys, and list positions from 0."""


class Severity(StrEnum):
    """An error prevents use, a query asks for an answer, a note is for information."""

    ERROR = "error"
    QUERY = "query"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is in a file: the file as shown to the user, line and column from 1.

    ``end`` is the line and column after its last character, None where it is only a point.
    """

    file: str
    line: int = 1
    column: int = 1
    end: tuple[int, int] | None = field(default=None, compare=False)

    @property
    def range(self) -> tuple[int, int, int, int]:
        """Line and column of its start and of its end; of a point, the same twice."""
        return (self.line, self.column, *(self.end or (self.line, self.column)))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a file. ``path`` is the dotted path of the value, ``related`` are further places.

    ``code`` is the rule's and never changes its meaning. ``rule_source`` is the law or text it rests
    on, empty where it is plain sense. It lies from ``line`` and ``column`` up to ``end_line`` and
    ``end_column``, all from 1; the character at the end is no part of it. ``fix`` is the change that settles
    it, where there is only one and it needs no decision.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    file: str
    line: int = 1
    column: int = 1
    path: str = ""
    rule_source: str = ""
    related: tuple[Place, ...] = ()
    end_line: int = 1
    end_column: int = 1
    fix: TextEdit | None = None

    @property
    def place(self) -> Place:
        """The place of the key or value."""
        return Place(self.file, self.line, self.column, (self.end_line, self.end_column))

    def to_json(self) -> dict[str, Any]:
        """The problem as plain data, for ``--format json``. Later versions add keys and change none."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
            "rule_source": self.rule_source,
            "related": [{"file": p.file, "line": p.line, "column": p.column} for p in self.related],
            "end_line": self.end_line,
            "end_column": self.end_column,
            "fix": self.fix.to_json() if self.fix else None,
        }

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.severity.value} {self.code}: {self.message}"]
        if self.hint:
            lines.append(f"    {self.hint}")  # its further lines are for copying, so they are not indented
        lines += [f"    See also {_reachable(place)}" for place in self.related]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the place is given by the path of the value, or of its key.

    ``hint`` is what to write instead; the rule's remedy is used where it is empty. ``instead`` is the one
    word that settles it, in place of the value or key.
    """

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    related: tuple[Place, ...] = ()
    instead: str = ""


def _reachable(place: Place) -> str:
    """A place as the user can look it up: a shipped file by its name, since the user has no path to it."""
    name = place.file.removeprefix("frameworks/").removesuffix(".yaml")
    if place.file != name and name.startswith(("national/", "trials/")):
        return f"{name}, which came with simkit: simkit show {name}"
    return str(place)


_FIRST = {severity: place for place, severity in enumerate(Severity)}


def _order(problem: Problem) -> tuple[int, str, int, int, str, str]:
    rank = _FIRST[problem.severity]
    return (rank, problem.file, problem.line, problem.column, problem.code, problem.message)


class Problems(Answer, Sequence[Problem]):
    """Every problem of a check, each once: errors, then queries, then notes, by file and line. Immutable."""

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[Problem] = ()) -> None:
        self._items = tuple(sorted(dict.fromkeys(items), key=_order))

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Problems: ...
    def __getitem__(self, index: int | slice) -> Problem | Problems:
        if isinstance(index, slice):
            return Problems(self._items[index])
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problems) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __add__(self, other: Iterable[Problem]) -> Problems:
        return Problems((*self._items, *other))

    def _only(self, severity: Severity) -> Problems:
        return Problems(p for p in self._items if p.severity is severity)

    @property
    def errors(self) -> Problems:
        """Problems that must be fixed before the framework can be used."""
        return self._only(Severity.ERROR)

    @property
    def queries(self) -> Problems:
        """Problems that need an answer, but don't prevent use."""
        return self._only(Severity.QUERY)

    @property
    def notes(self) -> Problems:
        """Problems that are for information only."""
        return self._only(Severity.NOTE)

    @property
    def first_to_fix(self) -> Problems:
        """What somebody who fixes the file needs to read first: no notes while there are errors."""
        return Problems((*self.errors, *self.queries)) if self.errors else self

    @property
    def ok(self) -> bool:
        """Whether there are no errors. There may be queries and notes."""
        return not self.errors

    @property
    def count_text(self) -> str:
        """How many there are of each kind: ``1 error, 0 queries, 2 notes``."""
        counts = ((self.errors, "error", "errors"), (self.queries, "query", "queries"))
        kinds = (*counts, (self.notes, "note", "notes"))
        return ", ".join(f"{len(each)} {one if len(each) == 1 else many}" for each, one, many in kinds)

    def to_json(self) -> list[dict[str, Any]]:
        """All problems as plain data, in their order."""
        return [problem.to_json() for problem in self._items]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self._items) or "No problems."

    def __repr__(self) -> str:
        return f"<Problems: {self.count_text}>"


class FrameworkError(SimkitError):
    """A framework or scenario can't be used as written. ``problems`` are all the reasons."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__(str(problems.errors or problems))

    def __reduce__(self) -> tuple[type[FrameworkError], tuple[Problems]]:
        return (FrameworkError, (self.problems,))


def excerpt(text: object, most: int = 60) -> str:
    """A text shortened for a message, on one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else line[: most - 3] + "..."
