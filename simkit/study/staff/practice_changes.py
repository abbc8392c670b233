"""Changes of practice that would reach a target which staff alone does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Floats
from simkit.framework.framework import Framework, Number
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.measures.measures import Definition
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference, paired_difference
from simkit.study.staff.target import Target

Years = Callable[[Setting, int], Floats]

_YEARS = 10  # replications of each, the same for all
_FIRST = 2  # of them, run first: what changes nothing in these has no part in the target
_STEPS = 4  # halvings of the range in looking for how far a lever must go
_DOUBLE = 2.0
_MORE = frozenset(
    {
        "practice.brief_share",
        "practice.pull_national_limit",
        "practice.margin",
        "practice.pull_conference",
        "practice.conference_margin",
    }
)
"""What an authority could do more of to be on time."""

_LESS = frozenset(
    {
        "work.send_back",
        "practice.brief_days",
        "practice.span_median",
        "practice.slip",
        "practice.slip_days",
        "practice.conference_median",
    }
)
"""What it could do less of, as of every wait. A spread is not something to do."""


@dataclass(frozen=True, slots=True)
class Lever:
    """What a practice number does at the better end of its range, with unlimited case holders.

    ``before`` and ``after``: the number now and at that end, in ``unit``; for the staff of another role
    ``times`` what there is. ``effect``: the paired difference that makes. ``reaches``: whether the target is
    then kept with the stated confidence, and ``enough``: the value at which it begins to be.
    """

    title: str
    path: str
    unit: str
    before: float
    after: float
    effect: PairedDifference
    reaches: bool
    enough: float | None


def levers_of(
    target: Target, share: float, unlimited: Setting, as_written: Framework, years: Years, floor: Floats
) -> tuple[Lever, ...]:
    """The levers that surely help, the strongest first, over the ranges of the framework as ``as_written``.

    ``years`` runs a setting in its first years.
    """
    base = floor[:_YEARS]
    levers = []
    for title, path, unit, before, after, change in _each(unlimited, as_written):
        if np.array_equal(years(change(after), _FIRST), base[:_FIRST], True):
            continue
        values = years(change(after), _YEARS)
        effect = paired_difference(_definition(target), base, values)
        if effect.verdict == ("lower" if target.at_most else "higher"):
            reaches = target.is_met(target.worst(values, share))
            enough = _enough(target, share, years, change, before, after) if reaches else None
            levers.append(Lever(title, path, unit, before, after, effect, reaches, enough))
    levers.sort(key=lambda lever: (not lever.reaches, -abs(lever.effect.value)))
    if len(levers) > 1 and not levers[0].reaches:
        levers.append(_together(target, share, unlimited, years, base, levers))
    return tuple(levers)


def _together(
    target: Target, share: float, unlimited: Setting, years: Years, base: Floats, levers: list[Lever]
) -> Lever:
    """All of them at once, each at its better end."""
    setting = unlimited
    for lever in levers:
        setting = _moved(setting, lever)
    values = years(setting, _YEARS)
    effect = paired_difference(_definition(target), base, values)
    reaches = target.is_met(target.worst(values, share))
    return Lever("All of these together", "", "", float("nan"), float("nan"), effect, reaches, None)


def _moved(setting: Setting, lever: Lever) -> Setting:
    if lever.unit == "times":
        return _with_role(setting, lever.path.removeprefix("staff."))(lever.after)
    return _with_number(setting, lever.path)(lever.after)


def _definition(target: Target) -> Definition:
    return Definition(target.measure, target.title, target.unit, target.of)


def _enough(
    target: Target,
    share: float,
    years: Years,
    change: Callable[[float], Setting],
    before: float,
    after: float,
) -> float:
    """The value nearest to that of now at which the target is kept, to a sixteenth of the way."""
    no, yes = before, after
    for _ in range(_STEPS):
        middle = (no + yes) / 2
        is_enough = target.is_met(target.worst(years(change(middle), _YEARS), share))
        no, yes = (no, middle) if is_enough else (middle, yes)
    return yes


def _each(
    unlimited: Setting, as_written: Framework
) -> Iterable[tuple[str, str, str, float, float, Callable[[float], Setting]]]:
    """What an authority can change: title, path, unit, value now, the end to try, and the setting at a value.

    The ranges are those ``as_written``: the uncertainty of a calibrated number is not a range of practice.
    """
    framework = unlimited.framework
    for number in framework.numbers.values():
        path, now = number.path, number.value
        end = _better_end(as_written.numbers.get(path, number))
        if end is not None and (end > now if path in _MORE else end < now):
            yield number.title, path, number.unit, now, end, _with_number(unlimited, path)
    for role in unlimited.staffing.fte:
        if role != CASE_HOLDER:
            title = f"Time of the {role.replace('_', ' ')} for assessments, times what there is now"
            yield title, f"staff.{role}", "times", 1.0, _DOUBLE, _with_role(unlimited, role)


def _better_end(number: Number) -> float | None:
    """The end of a range that an authority could work towards; None if it can't change the number."""
    if number.path in _MORE:
        return number.high
    is_wait = number.path.startswith("steps.") and number.path.endswith("wait.typical")
    return number.low if is_wait or number.path in _LESS else None


def _with_number(setting: Setting, path: str) -> Callable[[float], Setting]:
    def at(value: float) -> Setting:
        others = tuple({p: v for p, v in draw.items() if p != path} for draw in setting.practices)
        return replace(setting, framework=setting.framework.with_numbers({path: value}), practices=others)

    return at


def _with_role(setting: Setting, role: str) -> Callable[[float], Setting]:
    def at(times: float) -> Setting:
        return setting.scaled({role: times})

    return at
