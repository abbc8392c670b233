"""The rules: each has a code that never changes its meaning, a severity, a reason and a remedy.

Families: ``Y`` the text as YAML, ``S`` the form, ``R`` references and structure, ``C`` clocks and
guidance, ``P`` the local protocol, ``A`` authority and dates, ``M`` whether the simulation will
make sense. Rules of ``Y`` and ``S`` are applied where a file is read (``source``, ``shape``) and
only declared here; the others are functions from a ``Case`` to findings.

Every rule carries two examples, ``fails`` and ``passes``. An example is the text of a file; where
it doesn't start with ``simkit:`` it follows ``EXAMPLE_HEAD``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from simkit.framework.problem import Finding, Path, Place, Problem, Severity

__all__ = [
    "EXAMPLE_HEAD",
    "FAMILIES",
    "Rule",
    "declare",
    "every",
    "problem_at",
    "rule",
    "rule_of",
]

FAMILIES = {
    "Y": "The text as YAML",
    "S": "The form of the file",
    "R": "References and structure",
    "C": "Clocks and guidance",
    "P": "The local protocol",
    "A": "Authority and dates",
    "M": "Whether the simulation will make sense",
}

EXAMPLE_HEAD = """\
simkit: framework/1
title: An example
status: draft
based_on: national/working-together-2023
"""


Check = Callable[[Any], Iterable[Finding]]
"""From a ``RuleContext`` to findings: not named here, because it rests on the reader, which imports this."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with all that a reader needs to know about it. ``source`` is what it rests on."""

    code: str
    severity: Severity
    title: str
    why: str
    remedy: str
    source: str = ""
    fails: str = ""
    passes: str = ""
    check: Check | None = None

    @property
    def family(self) -> str:
        """The letter of its family."""
        return self.code[0]


_RULES: dict[str, Rule] = {}
_MODULES: dict[str, tuple[str, ...]] = {
    "Y": ("text",),
    "S": ("form",),
    "R": ("references", "structure", "plan"),
    "C": ("clocks", "guidance", "reviewing"),
    "P": ("protocol",),
    "A": ("authority", "status"),
    "M": ("priorities", "numbers", "steps", "caseload", "scenario"),
}


def declare(
    code: str,
    severity: Severity,
    title: str,
    *,
    why: str,
    remedy: str,
    source: str = "",
    fails: str = "",
    passes: str = "",
    check: Check | None = None,
) -> None:
    """Enter a rule into the list. A code is entered once."""
    if code in _RULES:
        raise ValueError(f"rule {code} is declared twice")
    _RULES[code] = Rule(code, severity, title, why, remedy, source, fails, passes, check)


def rule(
    code: str,
    severity: Severity,
    title: str,
    *,
    why: str,
    remedy: str,
    source: str = "",
    fails: str = "",
    passes: str = "",
) -> Callable[[Check], Check]:
    """Enter the decorated function as the check of a rule."""

    def enter(check: Check) -> Check:
        declare(
            code,
            severity,
            title,
            why=why,
            remedy=remedy,
            source=source,
            fails=fails,
            passes=passes,
            check=check,
        )
        return check

    return enter


def _load(family: str) -> None:
    for module in _MODULES.get(family, ()):
        import_module(f"simkit.framework.rules.{module}")


def every() -> tuple[Rule, ...]:
    """All rules of all families, by code."""
    for family in _MODULES:
        _load(family)
    return tuple(_RULES[code] for code in sorted(_RULES))


def problem_at(
    code: str,
    place: Place,
    message: str,
    hint: str = "",
    *,
    path: Path = (),
    related: tuple[Place, ...] = (),
) -> Problem:
    """The problem of a rule at a place. Its remedy stands in where there is no better hint."""
    rule = rule_of(code)
    dotted = ".".join(str(part) for part in path)
    return Problem(
        code=code,
        severity=rule.severity,
        message=message,
        hint=hint or rule.remedy,
        file=place.file,
        line=place.line,
        column=place.column,
        path=dotted,
        rule_source=rule.source,
        related=related,
    )


def rule_of(code: str) -> Rule:
    """The rule with this code. Raises KeyError where there is none."""
    if code not in _RULES:
        _load(code[:1])
    return _RULES[code]
