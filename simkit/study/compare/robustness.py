"""Robustness: a comparison repeated over the range of each unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from simkit.common.arrays import Floats
from simkit.common.earlier_names import earlier_name
from simkit.framework.framework import Framework
from simkit.model.inputs.practice import FIRST_STAGE
from simkit.model.inputs.staffing import expected_minutes
from simkit.model.measures.measures import Definition
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference, paired_difference
from simkit.study.compare.ranking import Ranking, ranking
from simkit.study.compare.unknowns import Unknown, range_points, relevant_unknowns
from simkit.study.estimate import Estimate, estimate_of

Robustness = Literal["settled", "changes sign", "depends", "unclear"]

_TOGETHER = "All of these together"
_STAFF = "Whether the staff is as much larger as the work of two stages is, or the same"
_SAME, _OWN = "the same for every side", "as each side's work implies"
_RESPONSE = "Whether the service responds to a change of caseload or staff"
_SILENT, _RESPONDS = "nobody works more or shorter", "as published services did"
RESPONSE_PATHS = tuple(
    f"response.{name}" for name in ("throughput", "front_door", "cover_vacancies", "cover_demand")
)
"""The numbers of the response, which a comparison leaves out all together or not at all."""
_STEPS = tuple(enumerate((0.0, 0.5, 1.0)))

_Row = tuple[str, tuple[str, ...], tuple[tuple[float, str, tuple[int, ...]], ...]]


@dataclass(frozen=True, slots=True)
class Point:
    """A comparison with the unknown at one value: ``share`` of its range, 0 to 1, and what it is in words.

    ``levels``: each arm's share over 45 working days; ``paired_differences``: those of every other arm less
    the first.
    """

    share: float
    words: str
    levels: tuple[Estimate, ...]
    paired_differences: tuple[PairedDifference, ...]
    ranking: Ranking

    gaps = earlier_name("paired_differences")
    said = earlier_name("words")


@dataclass(frozen=True, slots=True)
class Range:
    """A comparison from nought to the whole of an unknown's range; ``paths`` are the numbers varied.

    The staff of a comparison between two stages and one is such an unknown too, one with no path.
    """

    title: str
    paths: tuple[str, ...]
    points: tuple[Point, ...]

    def holds(self, number: int) -> Robustness:
        """Whether the difference of a side (the first after the side compared with is 0) says one thing
        throughout.

        ``settled``: lower, higher or the same at every point. ``changes sign``: surely lower at one and
        surely higher at another. ``depends``: sure at one and not at another. ``unclear``: sure nowhere.
        """
        verdicts = {point.paired_differences[number].verdict for point in self.points}
        if {"lower", "higher"} <= verdicts:
            return "changes sign"
        sure = verdicts & {"lower", "higher", "same", "about the same"}
        if not sure:
            return "unclear"
        return "settled" if len(verdicts) == 1 or verdicts <= {"same", "about the same"} else "depends"

    def settled(self, number: int) -> bool:
        """Whether the evidence settles the difference as far as this unknown goes."""
        return self.holds(number) in ("settled", "unclear")

    def crossings(self, number: int) -> tuple[float, ...]:
        """Where, as shares of the range, the mean difference passes 0, on straight lines between the
        points.
        """
        line = [(point.share, point.paired_differences[number].value) for point in self.points]
        return tuple(
            before + (after - before) * low / (low - high)
            for (before, low), (after, high) in pairwise(line)
            if low * high < 0
        )


@dataclass(frozen=True, slots=True)
class Variants:
    """Every distinct setting to run. The first ``settings`` are those of the arms.

    ``grid``: of each range its title and paths, and of each of its points the share, the words, and of each
    arm the number of its setting.
    """

    settings: tuple[Setting, ...]
    grid: tuple[_Row, ...]


def stages_differ(arms: Sequence[Setting]) -> bool:
    """Whether some arms assess in two stages and others in one."""
    return len({_two_stages(arm.framework) for arm in arms}) > 1


def with_own_staff(arm: Setting, host: Setting) -> Setting:
    """An arm of two stages with the staff that its own work implies, as it is run beside a single stage.

    On a staff worked out for single assessments two stages drown in a work whose hours were never found, and
    the difference would be that of the staff and not of the rules.
    """
    return arm.scaled(_work_ratio(arm, host)) if _two_stages(arm.framework) else arm


def variants_of(arms: Sequence[Setting], host: Setting) -> Variants:
    """The settings that a comparison runs; an arm that an unknown does not affect is run once.

    Where some arms assess in two stages and others in one, the staff is unknown as well: the hours of two
    stages were not found. So such arms, which have the staff that their own work implies, are also run
    with as much as the others have: that of ``host``, whose staff each scenario then changes. Arms under a
    change of caseload or staff are also run without the service's response to it.
    """
    settings = list(arms)
    numbers_of_settings: dict[tuple[int, tuple[tuple[str, float], ...], bool, bool], int] = {}

    def variant(which: int, numbers: Mapping[str, float], same_staff: bool, silent: bool) -> int:
        arm = arms[which]
        new = tuple(sorted((p, v) for p, v in numbers.items() if arm.framework.number(p) != v))
        other_staff = same_staff and _two_stages(arm.framework)
        silenced = silent and arm.response is not None
        if not new and not other_staff and not silenced:
            return which
        key = (which, new, other_staff, silenced)
        if key not in numbers_of_settings:
            numbers_of_settings[key] = len(settings)
            changed = _with_same_staff(arm, host) if other_staff else arm
            changed = changed.without_response if silenced else changed
            settings.append(replace(changed, framework=arm.framework.with_numbers(dict(new))))
        return numbers_of_settings[key]

    everybody = range(len(arms))
    unknowns = relevant_unknowns([arm.framework for arm in arms])
    staff_unknown = stages_differ(arms)
    response_unknown = any(arm.response is not None for arm in arms)

    def at(
        group: Sequence[Unknown], step: int, same_staff: bool = False, silent: bool = False
    ) -> tuple[int, ...]:
        return tuple(
            variant(
                which,
                {
                    u.path: range_points(u, arms[which].framework)[step]
                    for u in group
                    if u.affects(arms[which].framework)
                },
                same_staff,
                silent,
            )
            for which in everybody
        )

    grid: list[_Row] = []
    for unknown in unknowns:
        steps = tuple(
            (share, _value_words(unknown, arms[0], step), at((unknown,), step)) for step, share in _STEPS
        )
        grid.append((unknown.title, (unknown.path,), steps))
    if staff_unknown:
        grid.append((_STAFF, (), ((0.0, _OWN, at((), 0)), (1.0, _SAME, at((), 0, same_staff=True)))))
    if response_unknown:
        grid.append(
            (
                _RESPONSE,
                RESPONSE_PATHS,
                ((0.0, _SILENT, at((), 0, silent=True)), (1.0, _RESPONDS, at((), 0))),
            )
        )
    if len(unknowns) + staff_unknown + response_unknown > 1:
        ends = (
            (0.0, "none", at(unknowns, 0, silent=response_unknown)),
            (1.0, "whole", at(unknowns, 2, same_staff=staff_unknown)),
        )
        grid.append((_TOGETHER, tuple(unknown.path for unknown in unknowns), ends))
    return Variants(tuple(settings), tuple(grid))


def _two_stages(framework: Framework) -> bool:
    return any(t.end == FIRST_STAGE for t in framework.timescales.values())


def _with_same_staff(arm: Setting, host: Setting) -> Setting:
    """An arm that has the staff of its own work, with the host's in its place."""
    return arm.scaled({role: 1 / ratio for role, ratio in _work_ratio(arm, host).items()})


def _work_ratio(arm: Setting, host: Setting) -> dict[str, float]:
    """The ratio of an arm's expected work to the host's by role; 1 for a role without work."""
    before = expected_minutes(host.framework, host.profile)
    after = expected_minutes(arm.framework, host.profile)
    return {role: after.get(role, 0.0) / before[role] or 1.0 for role in arm.staffing.fte}


def _value_words(unknown: Unknown, arm: Setting, step: int) -> str:
    """The value of an unknown in words, such as ``half (42%)``."""
    word = ("none", "half", "whole")[step]
    return word if step == 0 else f"{word} ({100 * range_points(unknown, arm.framework)[step]:.0f}%)"


def ranges_of(variants: Variants, values: Floats, headline: Definition, seed: int) -> tuple[Range, ...]:
    """The ranges from all runs: ``values`` has a row per setting and a column per replication."""

    def point(share: float, words: str, numbers: tuple[int, ...]) -> Point:
        first, *others = rows = [values[number] for number in numbers]
        levels = tuple(estimate_of(headline, row) for row in rows)
        differences = tuple(paired_difference(headline, first, row) for row in others)
        return Point(share, words, levels, differences, ranking(rows, seed))

    return tuple(
        Range(title, paths, tuple(point(*step) for step in steps)) for title, paths, steps in variants.grid
    )
