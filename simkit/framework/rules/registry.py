"""The register of rules: each has a code that never changes its meaning, a severity, a reason and a remedy.

Families: ``Y`` the text as YAML, ``S`` the form, ``R`` references and structure, ``C`` clocks and
guidance, ``P`` the local protocol, ``A`` authority and dates, ``M`` whether the simulation will
make sense. Most rules are functions from a ``RuleContext`` to findings. Rules without a function are
applied elsewhere: ``Y`` and ``S`` where a file is read, others where layers are merged.

Every module of this package is imported when rules are needed, so a new module is used at once.

Every rule carries two examples, ``fails`` and ``passes``. An example is the text of a file; where
it doesn't start with ``simkit:`` it follows ``EXAMPLE_HEAD``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from simkit.framework import rules
from simkit.framework.problem import Finding, Path, Place, Problem, Severity
from simkit.framework.text_edit import TextEdit

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
"""From a ``RuleContext``, whose module rests on the reader and so on this one, to findings."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with everything that its readers need. ``source`` is the law or text it rests on.

    ``needs_framework``: it looks at values that may be inherited, so it is not applied to a scenario
    file alone, whose framework is not known.
    """

    code: str
    severity: Severity
    title: str
    why: str
    remedy: str
    source: str = ""
    fails: str = ""
    passes: str = ""
    needs_framework: bool = False
    check: Check | None = None

    @property
    def family(self) -> str:
        """The letter of its family."""
        return self.code[0]


_RULES: dict[str, Rule] = {}


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
    needs_framework: bool = False,
) -> Callable[[Check], Check]:
    """Register a rule; as a decorator it makes the function the rule's check.

    Raises ValueError where the code is registered already.
    """
    if code in _RULES:
        raise ValueError(f"rule {code} is registered twice")
    _RULES[code] = Rule(code, severity, title, why, remedy, source, fails, passes, needs_framework)

    def decorate(check: Check) -> Check:
        _RULES[code] = replace(_RULES[code], check=check)
        return check

    return decorate


@cache
def _import_rules() -> None:
    for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        import_module(module.name)


def all_rules() -> tuple[Rule, ...]:
    """All rules of all families, by code."""
    _import_rules()
    return tuple(_RULES[code] for code in sorted(_RULES))


def problem_at(
    code: str,
    place: Place,
    message: str,
    hint: str = "",
    *,
    path: Path = (),
    related: tuple[Place, ...] = (),
    fix: TextEdit | None = None,
) -> Problem:
    """The problem of a rule at a place. The hint is the rule's remedy unless another one is given."""
    broken = rule_of(code)
    line, column, end_line, end_column = place.range
    return Problem(
        code=code,
        severity=broken.severity,
        message=message,
        hint=hint or broken.remedy,
        file=place.file,
        line=line,
        column=column,
        path=".".join(str(part) for part in path),
        rule_source=broken.source,
        related=related,
        end_line=end_line,
        end_column=end_column,
        fix=fix,
    )


def rule_of(code: str) -> Rule:
    """The rule with this code. Raises KeyError where there is none."""
    if code not in _RULES:
        _import_rules()
    return _RULES[code]
