"""National layers that were checked without an error, kept for the files that are checked after them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath

from simkit.framework import library
from simkit.framework.problem import Problem, Severity
from simkit.framework.rules.context import RuleContext

_State = tuple[int, int]  # of a file: when it was last changed, and its size


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file with its problems. ``inherited`` are errors of the files it is based on."""

    context: RuleContext
    problems: tuple[Problem, ...]
    inherited: tuple[Problem, ...] = ()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        return (*self.problems, *self.inherited)


@dataclass(frozen=True, slots=True)
class _KeptLayer:
    """A national layer without errors as it was checked on a day, with the states of its files then."""

    file: CheckedFile
    today: date
    states: tuple[tuple[FilePath, _State], ...]


_KEPT: dict[FilePath, _KeptLayer] = {}


def _state(path: FilePath) -> _State:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def kept_layer(path: FilePath, today: date) -> CheckedFile | None:
    """The national layer as it was checked before, None if it wasn't today or a file of it has changed."""
    kept = _KEPT.get(path)
    if kept is None or kept.today != today:
        return None
    try:
        unchanged = all(_state(file) == state for file, state in kept.states)
    except OSError:
        return None
    return kept.file if unchanged else None


def keep_layer(path: FilePath, file: CheckedFile, today: date) -> None:
    """Keep a national layer for later checks: it takes ten times as long as the file of an authority."""
    if any(problem.severity is Severity.ERROR for problem in file.all_problems):
        return
    with suppress(OSError, library.NameNotFound):
        files = [library.find(layer) for layer in file.context.tree.layers]
        _KEPT[path] = _KeptLayer(file, today, tuple((each, _state(each)) for each in files))
