"""Queries that somebody knows of and leaves, with the reason that the file keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from simkit.framework.problem import Problem, Severity
from simkit.framework.rules.registry import problem_at, rule
from simkit.framework.yaml.source import Source

LEFT = "left_as_is"
WHOLE_FILE = "file"
"""In place of the path of a query about the whole file."""

_LATE = (
    "reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: 50 working days\n"
    f"{LEFT}:\n  C010:\n    reviews.first.at: The partners want a late review.\n"
)

rule(
    "R031",
    Severity.NOTE,
    "Left as it is, but there is nothing to leave",
    why="The query it was written for is no longer asked, or it is an error, which can't be left.",
    remedy=f"Remove the line under `{LEFT}:`.",
    fails=_LATE.replace("50 working days", "10 working days"),
    passes=_LATE,
)


def left_as_is(source: Source, data: Mapping[str, Any], problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, with each query that the file leaves as a note with its reason."""
    written = data.get(LEFT)
    reasons = {
        (code, path): str(reason)
        for code, paths in (written.items() if isinstance(written, Mapping) else ())
        for path, reason in (paths.items() if isinstance(paths, Mapping) else ())
    }
    left = set()
    for problem in problems:
        key = (problem.code, problem.path or WHOLE_FILE)
        if key in reasons and problem.severity is Severity.QUERY:
            left.add(key)
            message = f"{problem.message} Left as it is: {reasons[key]}"
            yield replace(problem, severity=Severity.NOTE, message=message, hint="", fix=None)
        else:
            yield problem
    for code, path in reasons.keys() - left:
        at = (LEFT, code, path)
        message = f"{code} asks nothing about `{path}`."
        yield problem_at("R031", source.place(at, at_key=True), message, path=at)
