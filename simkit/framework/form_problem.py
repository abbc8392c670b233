"""A problem of a file's form, and how its message names a value."""

from __future__ import annotations

from simkit.framework.problem import Path, Problem, excerpt
from simkit.framework.rules.registry import problem_at
from simkit.framework.yaml.source import Source


def form_problem(
    source: Source,
    code: str,
    path: Path,
    message: str,
    hint: str = "",
    *,
    at_key: bool = False,
    instead: str = "",
) -> Problem:
    """A problem of the form; ``instead`` is the one word that settles it."""
    place = source.place(path, at_key=at_key)
    return problem_at(code, place, message, hint, path=path, fix=source.fix(place, instead))


def key_of(path: Path) -> str:
    """The last name of a path, which its message is about."""
    words = [part for part in path if isinstance(part, str)]
    return words[-1] if words else "the file"


def quoted(value: object) -> str:
    """A value as a message shows it."""
    return f"'{excerpt(value)}'"
