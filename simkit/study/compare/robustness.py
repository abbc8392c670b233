"""A comparison over the range of what nobody knows, and whether its answer holds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simkit.common.earlier_names import earlier_name
from simkit.framework.framework import Framework
from simkit.model.inputs.practice import FIRST_STAGE
from simkit.model.inputs.staffing import Staffing, expected_minutes
from simkit.model.measures.measures import Definition
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference, paired_difference
from simkit.study.compare.ranking import Ranking, ranking
from simkit.study.compare.unknowns import Unknown, range_points, relevant_unknowns
from simkit.study.estimate import Estimate, estimate

__all__ = [
    "Point",
    "Range",
    "Robustness",
    "Variants",
    "ranges_of",
    "stages_differ",
    "variants_of",
    "with_own_staff",
]

Floats = NDArray[np.float64]
Robustness = Literal["settled", "changes sign", "depends", "unclear"]

_TOGETHER = "All of these together"
_STAFF = "Whether the staff is as much larger as the work of two stages is, or the same"
_SAME, _OWN = "the same for every side", "as each side's work implies"
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
        said = {point.paired_differences[number].verdict for point in self.points}
        if {"lower", "higher"} <= said:
            return "changes sign"
        sure = said & {"lower", "higher", "same", "about the same"}
        if not sure:
            return "unclear"
        return "settled" if len(said) == 1 or said <= {"same", "about the same"} else "depends"

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
    """Every different thing to run. The first ``settings`` are the sides as they are.

    ``grid``: of each range its title and paths, and of each of its points the share, the words, and of each
    side the number of its setting.
    """

    settings: tuple[Setting, ...]
    grid: tuple[_Row, ...]


def stages_differ(sides: Sequence[Setting]) -> bool:
    """Whether some of the sides assess in two stages and others in one."""
    return len({_two_stages(side.framework) for side in sides}) > 1


def with_own_staff(side: Setting, host: Setting) -> Setting:
    """A side of two stages with the staff that its own work implies, as it is run beside a single stage.

    On a staff worked out for single assessments two stages drown in a work whose hours were never found, and
    the difference would be that of the staff and not of the rules.
    """
    return replace(side, staffing=_own_staff(side, host)) if _two_stages(side.framework) else side


def variants_of(sides: Sequence[Setting], host: Setting) -> Variants:
    """What has to be run for a comparison of these; a side that an unknown does not move is run once.

    Where some sides assess in two stages and others in one, the staff is unknown as well: the hours of two
    stages were not found. So such sides, which have the staff that their own work implies, are also run
    with as much as the others have: that of ``host``, whose staff each scenario then changes.
    """
    settings = list(sides)
    known: dict[tuple[int, tuple[tuple[str, float], ...], bool], int] = {}

    def variant(which: int, numbers: Mapping[str, float], same_staff: bool) -> int:
        side = sides[which]
        new = tuple(sorted((p, v) for p, v in numbers.items() if side.framework.number(p) != v))
        other_staff = same_staff and _two_stages(side.framework)
        if not new and not other_staff:
            return which
        key = (which, new, other_staff)
        if key not in known:
            known[key] = len(settings)
            staffing = _same_staff(side, host) if other_staff else side.staffing
            settings.append(
                replace(side, framework=side.framework.with_numbers(dict(new)), staffing=staffing)
            )
        return known[key]

    everybody = range(len(sides))
    unknowns = relevant_unknowns([side.framework for side in sides])
    staff_unknown = stages_differ(sides)

    def at(group: Sequence[Unknown], step: int, same_staff: bool = False) -> tuple[int, ...]:
        return tuple(
            variant(
                which,
                {
                    u.path: range_points(u, sides[which].framework)[step]
                    for u in group
                    if u.affects(sides[which].framework)
                },
                same_staff,
            )
            for which in everybody
        )

    grid: list[_Row] = []
    for unknown in unknowns:
        steps = tuple(
            (share, _value_words(unknown, sides[0], step), at((unknown,), step)) for step, share in _STEPS
        )
        grid.append((unknown.title, (unknown.path,), steps))
    if staff_unknown:
        grid.append((_STAFF, (), ((0.0, _OWN, at((), 0)), (1.0, _SAME, at((), 0, same_staff=True)))))
    if len(unknowns) + staff_unknown > 1:
        ends = ((0.0, "none", at(unknowns, 0)), (1.0, "whole", at(unknowns, 2, same_staff=staff_unknown)))
        grid.append((_TOGETHER, tuple(unknown.path for unknown in unknowns), ends))
    return Variants(tuple(settings), tuple(grid))


def _two_stages(framework: Framework) -> bool:
    return any(t.end == FIRST_STAGE for t in framework.timescales.values())


def _own_staff(side: Setting, host: Setting) -> Staffing:
    """The side's staff, which is the host's, scaled by what its rules' work is to the host's."""
    work = _work_ratio(side, host)
    return replace(side.staffing, fte={role: fte * work[role] for role, fte in side.staffing.fte.items()})


def _same_staff(side: Setting, host: Setting) -> Staffing:
    """The staff of a side that has its own, as it was before it was scaled."""
    work = _work_ratio(side, host)
    return replace(side.staffing, fte={role: fte / work[role] for role, fte in side.staffing.fte.items()})


def _work_ratio(side: Setting, host: Setting) -> dict[str, float]:
    """The work of a side's rules over that of the host's, role by role; 1 for a role without any."""
    before = expected_minutes(host.framework, host.profile)
    after = expected_minutes(side.framework, host.profile)
    return {role: after.get(role, 0.0) / before[role] or 1.0 for role in side.staffing.fte}


def _value_words(unknown: Unknown, side: Setting, step: int) -> str:
    """The value of an unknown in words: ``half (42%)``."""
    word = ("none", "half", "whole")[step]
    return word if step == 0 else f"{word} ({100 * range_points(unknown, side.framework)[step]:.0f}%)"


def ranges_of(variants: Variants, values: Floats, headline: Definition, seed: int) -> tuple[Range, ...]:
    """The ranges, once everything was run: ``values`` has a row a setting and a column a replication."""
    found = []
    for title, paths, steps in variants.grid:
        points_ = []
        for share, said, numbers in steps:
            rows = [values[number] for number in numbers]
            levels = (
                estimate(headline.name, headline.title, headline.unit, headline.of, row) for row in rows
            )
            points_.append(
                Point(
                    share,
                    said,
                    tuple(levels),
                    tuple(paired_difference(headline, rows[0], row) for row in rows[1:]),
                    ranking(rows, seed),
                )
            )
        found.append(Range(title, paths, tuple(points_)))
    return tuple(found)
