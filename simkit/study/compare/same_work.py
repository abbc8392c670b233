"""Which sides of a comparison are simulated alike, whatever their files are called and cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from simkit.common.display import equal
from simkit.framework.framework import Framework
from simkit.model.workload.sample import Setting

_IN_WORDS = frozenset(
    (
        "title",
        "origin",
        "source",
        "note",
        "as_printed",
        "authority",
        "strength",
        "year",
        "assumptions",
        "force",
        "words",
        "good_practice",
        "names",
        "basis",
    )
)
"""Fields that say where a value comes from and how it is told, which no simulation reads."""


def same_work(arms: Sequence[Setting]) -> tuple[int, ...]:
    """For each arm the number of the first one that has the same cases, staff, work and clocks.

    Those give the same outcome for the same seed, so they are run once.
    """
    rules = [_rules(arm.framework) for arm in arms]
    rest = [replace(arm, framework=arms[0].framework) for arm in arms]
    return tuple(
        next(n for n in range(number + 1) if equal(rules[n], rules[number]) and equal(rest[n], rest[number]))
        for number in range(len(arms))
    )


def _rules(framework: Framework) -> Any:
    """What the simulation reads of a framework, as plain values."""
    limits = {role: each.get("caseload_limit") for role, each in framework.roles.items()}
    return (
        {path: number.value for path, number in framework.numbers.items()},
        _plain(framework.steps),
        _plain(framework.limits),
        _plain(framework.reviews),
        _plain(framework.priorities),
        _plain(framework.counting),
        _plain(framework.routes),
        {role: limit for role, limit in limits.items() if limit is not None},
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: _is_national(value) if each.name == "layer" else _plain(getattr(value, each.name))
            for each in fields(value)
            if each.name not in _IN_WORDS
        }
    if isinstance(value, Mapping):
        return {
            str(name): _plain(each)
            for name, each in value.items()
            if str(name) not in ("title", "note", "source")
        }
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    return value


def _is_national(value: Any) -> bool:
    return str(value.layer).startswith("national/")
