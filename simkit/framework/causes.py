"""Which problems of a file are causes, and which only follow from others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from simkit.framework.problem import Problem, Severity
from simkit.framework.yaml.source import Source

_BROKEN_LINE = frozenset(
    {"Y010", "Y011", "Y012", "Y013", "Y014", "Y017", "Y018", "Y019", "Y035", "Y036", "Y037"}
)
"""Problems of the text with which the lines around can't be read as they were meant."""

_FOLLOWS = frozenset(
    {"S001", "S002", "S003", "S006", "S007", "Y020", "Y021", "R007", "R010", "R012", "R026", "R029", "C020"}
)
"""Problems that such a line makes in the rest of its section."""

_OF_A_WHOLE_ENTRY = frozenset({"R007", "M019", "M027", "M031"})
"""What can be said of an entry only when all its lines are right."""

_ASKED = frozenset({"timescales", "reviews", "priorities"})
"""Sections whose entries answer questions: while one is wrong, nobody knows which are open."""


def causes(source: Source, problems: Iterable[Problem]) -> Iterable[Problem]:
    """The problems without those that follow from a line or an entry that can't be read."""
    broken = [problem.line for problem in source.problems if problem.code in _BROKEN_LINE]
    starts = sorted(at[0] for path, at in source.keys.items() if len(path) == 1)
    sections = {bisect_right(starts, line) for line in broken}
    every = list(problems)
    wrong = {_entry(each) for each in every if each.severity is Severity.ERROR and each.code != "R007"}
    for problem in every:
        same_line = problem.line in broken and problem not in source.problems
        same_section = bisect_right(starts, problem.line) in sections and problem.code in _FOLLOWS
        of_entry = problem.code in _OF_A_WHOLE_ENTRY and _entry(problem) in wrong
        of_section = problem.code == "A022" and any(each[0] in _ASKED for each in wrong)
        if not same_line and not (broken and same_section) and not of_entry and not of_section:
            yield problem


def _entry(problem: Problem) -> tuple[str, ...]:
    """The section and the entry in which a problem lies."""
    return tuple(problem.path.split(".")[:2])
