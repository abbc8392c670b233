"""What nobody knows about the rules of a run: the settings at the ends of its range, and what these give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from simkit.framework.framework import Framework
from simkit.framework.library import display_path, find
from simkit.model.workload.sample import Setting
from simkit.study.compare.unknowns import UNKNOWNS, Unknown, range_points
from simkit.study.estimate import Estimate

Steps = tuple[int, ...]
"""Of each unknown 0, 1 or 2: none, half or the whole of its range."""

STEP_WORDS = ("not at all", "half", "fully")
"""How far people work to a clock, at each step."""

_MOST_COMBINED = 3  # unknowns of which every combination is run


@dataclass(frozen=True, slots=True)
class End:
    """What a run gives with each unknown at a step of its range.

    ``late``: the share over 45 working days from referral. ``in_time``: the share completed within 45 working
    days of their start. Both in percent.
    """

    steps: Steps
    late: Estimate
    in_time: Estimate


def unknowns_of(rules: Framework, fitted: Framework | None) -> tuple[Unknown, ...]:
    """The unknowns that act on the rules and did not where the practice was fitted (``Experiment.fitted``).

    A number that the file or the scenario sets is what was asked for.
    """
    national = display_path(find("national/assumptions"))
    return tuple(
        unknown
        for unknown in UNKNOWNS
        if unknown.affects(rules)
        and rules.numbers[unknown.path].origin.file == national
        and not unknown.is_fitted(rules, fitted)
    )


def steps_of(rules: Framework, unknowns: Sequence[Unknown]) -> Steps | None:
    """The steps at which the rules have their unknowns; None where a value is at none of them."""
    steps = []
    for unknown in unknowns:
        points, value = range_points(unknown, rules), rules.number(unknown.path)
        if value not in points:
            return None
        steps.append(points.index(value))
    return tuple(steps)


def ends_of(setting: Setting, unknowns: Sequence[Unknown]) -> tuple[tuple[Steps, Setting], ...]:
    """What to run beside a setting: of one unknown its ends and half, of several their ends combined."""
    rules = setting.framework
    every: list[Steps] = list(product((0, 1, 2) if len(unknowns) == 1 else (0, 2), repeat=len(unknowns)))
    if len(unknowns) > _MOST_COMBINED:
        every = [every[0], every[-1]]
    found = []
    for steps in every if unknowns else ():
        values = {u.path: range_points(u, rules)[step] for u, step in zip(unknowns, steps, strict=True)}
        if any(rules.number(path) != value for path, value in values.items()):
            found.append((steps, replace(setting, framework=rules.with_numbers(values))))
    return tuple(found)
