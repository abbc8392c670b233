"""Robustness: a comparison repeated over the range of each unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Literal

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.earlier_names import earlier_name
from simkit.framework.framework import Framework, Spread
from simkit.framework.wording import role_title
from simkit.model.inputs.staffing import UTILISATION, expected_minutes
from simkit.model.measures.measures import Definition
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference, paired_difference
from simkit.study.compare.ranking import Ranking, ranking
from simkit.study.compare.same_work import same_work
from simkit.study.compare.unknowns import Unknown, range_points, relevant_unknowns
from simkit.study.estimate import Estimate, estimate_of
from simkit.study.overload_notes import ALL_IN_USE

Robustness = Literal["settled", "changes sign", "depends", "unclear"]
Kind = Literal["number", "hours", "staff", "response", "together"]

_TOGETHER = "All of these together"
_HOURS = "How long the first of two stages takes"
_STAFF = "Whether sides with two stages have the staff for them"
SAME_STAFF = "the same staff on every side"
"""The end of the range of the staff at which two stages have that of one."""

_OWN = "as much as their work takes"
_RESPONSE = "Whether the service responds to a change of caseload or staff"
_SILENT, _RESPONDS = "nobody responds", "as published services did"
RESPONSE_PATHS = tuple(
    f"response.{name}" for name in ("throughput", "front_door", "cover_vacancies", "cover_demand")
)
"""The numbers of the response, which a comparison leaves out all together or not at all."""
_STEPS = tuple(enumerate((0.0, 0.5, 1.0)))
_MOST_TOGETHER = 4  # unknowns of which every combination of their ends is run


@dataclass(frozen=True, slots=True)
class _Change:
    """How a setting differs from that of its arm: an end or the middle of each unknown, by its number."""

    numbers: tuple[tuple[Unknown, int], ...] = ()
    hours: int = 1  # of a first stage: least, as assumed, most
    same_staff: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A range before it is run: of each of its points the share, the words and the setting of each arm."""

    title: str
    paths: tuple[str, ...]
    kind: Kind
    steps: tuple[tuple[float, str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A comparison with the unknown at one value: ``share`` of its range, 0 to 1, and what it is in words.

    ``levels``: each arm's share over 45 working days; ``paired_differences``: those of every other arm less
    the first. ``overfull``: whether each arm has more work there than its staff has hours; then its figures
    and differences are NaN.
    """

    share: float
    words: str
    levels: tuple[Estimate, ...]
    paired_differences: tuple[PairedDifference, ...]
    ranking: Ranking
    overfull: tuple[bool, ...] = ()

    gaps = earlier_name("paired_differences")
    said = earlier_name("words")


@dataclass(frozen=True, slots=True)
class Range:
    """A comparison over the range of an unknown; ``paths`` are the numbers varied.

    ``kind``: one number, the hours of a first stage, the staff of two stages, the service's response, or
    every combination of the ends of several.
    """

    title: str
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    kind: Kind = "number"

    def holds(self, number: int) -> Robustness:
        """Whether the difference of a side (the first after the side compared with is 0) says one thing
        throughout.

        ``settled``: lower, higher or the same at every point. ``changes sign``: surely lower at one and
        surely higher at another. ``depends``: sure at one and not at another. ``unclear``: sure nowhere.
        Points without a difference say nothing.
        """
        verdicts = {point.paired_differences[number].verdict for point in self.points} - {"not known"}
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
        if self.kind == "together":
            return ()
        line = [(point.share, point.paired_differences[number].value) for point in self.points]
        return tuple(
            before + (after - before) * low / (low - high)
            for (before, low), (after, high) in pairwise(line)
            if low * high < 0
        )


@dataclass(frozen=True, slots=True)
class Variants:
    """Every distinct setting to run.

    ``arms``: the setting of each arm; arms with the same work have the same. ``overfull``: settings with more
    work than their staff has hours by arithmetic, which are not run.
    """

    settings: tuple[Setting, ...]
    arms: tuple[int, ...]
    grid: tuple[Row, ...]
    overfull: frozenset[int] = frozenset()


def stages_differ(arms: Sequence[Setting], host: Setting) -> bool:
    """Whether some of the arms and their host assess in two stages and others in one."""
    return len({each.framework.two_stages for each in (*arms, host)}) > 1


def with_own_staff(arm: Setting, host: Setting) -> Setting:
    """An arm of two stages with the staff that its own work implies, as it is run beside a single stage.

    On a staff worked out for single assessments two stages drown in a work whose hours were never found, and
    the difference would be that of the staff and not of the rules.
    """
    return arm.scaled(_work_ratio(arm.framework, host)) if arm.framework.two_stages else arm


def variants_of(arms: Sequence[Setting], host: Setting, fitted: Sequence[Framework | None] = ()) -> Variants:
    """The settings that a comparison runs; what an unknown does not affect is run once.

    ``fitted``: for each arm the rules whose clocks are in its practice (``Experiment.fitted``), none for all
    if empty. An arm with the same clocks stays as it is over the range of what people do about these.

    Where some arms assess in two stages and others in one, hours and staff are unknown as well: the hours of
    two stages were not found. So such arms, which have the staff that their own work implies, are also run
    with a first stage of fewer and of more hours, and with as much staff as the others: that of ``host``,
    whose staff each scenario then changes. Arms under a change of caseload or staff are also run without the
    service's response to it.
    """
    return _Builder(arms, host, fitted).variants()


class _Builder:
    """Collects the distinct settings of a comparison."""

    def __init__(self, arms: Sequence[Setting], host: Setting, fitted: Sequence[Framework | None]) -> None:
        self.arms, self.host, self.fitted = arms, host, fitted or (None,) * len(arms)
        self.alike = same_work(arms)
        self.settings: list[Setting] = []
        self.overfull: set[int] = set()
        self.numbers: dict[tuple[int, _Change], int] = {}
        self.unknowns = relevant_unknowns([arm.framework for arm in arms])
        self.staff_unknown = stages_differ(arms, host) and any(a.framework.two_stages for a in arms)
        self.response_unknown = any(arm.response is not None for arm in arms)

    def variants(self) -> Variants:
        base = self.at(_Change())
        grid = tuple(self.rows())
        return Variants(tuple(self.settings), base, grid, frozenset(self.overfull))

    def at(self, change: _Change) -> tuple[int, ...]:
        """The number of the setting of each arm under a change."""
        return tuple(self.setting(which, change) for which in range(len(self.arms)))

    def setting(self, which: int, change: _Change) -> int:
        arm = self.arms[which]
        two_stages = arm.framework.two_stages and self.staff_unknown
        own = _Change(
            tuple(
                (u, step)
                for u, step in change.numbers
                if u.affects(arm.framework)
                and not u.is_fitted(arm.framework, self.fitted[which])
                and range_points(u, arm.framework)[step] != arm.framework.number(u.path)
            ),
            change.hours if two_stages else 1,
            change.same_staff and two_stages,
            change.silent and arm.response is not None,
        )
        key = (self.alike[which], own)
        if key not in self.numbers:
            self.numbers[key] = len(self.settings)
            self.settings.append(self.changed(arm, own))
            if own.same_staff and self.is_overfull(_with_hours(arm.framework, own.hours)):
                self.overfull.add(self.numbers[key])
        return self.numbers[key]

    def changed(self, arm: Setting, change: _Change) -> Setting:
        """An arm's setting under a change; the staff of two stages follows their hours, or is the host's."""
        framework = _with_hours(arm.framework, change.hours)
        if change.same_staff or change.hours != 1:
            before, after = _work_ratio(arm.framework, self.host), _work_ratio(framework, self.host)
            wanted = dict.fromkeys(after, 1.0) if change.same_staff else after
            arm = arm.scaled(
                {role: wanted.get(role, 1.0) / before.get(role, 1.0) for role in arm.staffing.fte}
            )
        if change.silent:
            arm = arm.without_response
        values = {u.path: range_points(u, arm.framework)[step] for u, step in change.numbers}
        return replace(arm, framework=framework.with_numbers(values))

    def is_overfull(self, framework: Framework) -> bool:
        """Whether the host's staff has fewer hours than work, however few people a role may have.

        By the share of the time that the host's work is assumed to fill, which the size of an authority does
        not change; the staff of a small one is larger than its work.
        """
        ratio = _work_ratio(framework, self.host)
        return any(
            100 * self.host.framework.number(path) * ratio.get(role, 0.0) > ALL_IN_USE
            for role, path in UTILISATION.items()
        )

    def rows(self) -> Iterator[Row]:
        for unknown in self.unknowns:
            steps = tuple(
                (share, _value_words(unknown, self.arms[0], step), self.at(_Change(((unknown, step),))))
                for step, share in _STEPS
            )
            yield Row(unknown.title, (unknown.path,), "number", steps)
        if self.staff_unknown:
            hours = tuple(
                (share, _hours_words(self.arms, step), self.at(_Change(hours=step))) for step, share in _STEPS
            )
            yield Row(_HOURS, _first_stage_paths(self.arms), "hours", hours)
            staff = ((0.0, _OWN, self.at(_Change())), (1.0, SAME_STAFF, self.at(_Change(same_staff=True))))
            yield Row(_STAFF, (), "staff", staff)
        if self.response_unknown:
            response = ((0.0, _SILENT, self.at(_Change(silent=True))), (1.0, _RESPONDS, self.at(_Change())))
            yield Row(_RESPONSE, RESPONSE_PATHS, "response", response)
        yield from self.together()

    def together(self) -> Iterator[Row]:
        """Every combination of the ends of the unknowns, or both ends alone where they are many.

        The staff has no part in it where the same staff has fewer hours than two stages have work.
        """
        staff = self.staff_unknown and not set(self.at(_Change(same_staff=True))) & self.overfull
        sides = len(self.unknowns) + staff + self.response_unknown
        if sides < 2:
            return
        every = (
            list(product((0, 1), repeat=sides)) if sides <= _MOST_TOGETHER else [(0,) * sides, (1,) * sides]
        )
        steps = []
        for number, ends in enumerate(every):
            rest = list(ends[len(self.unknowns) :])
            change = _Change(
                tuple((u, 2 * end) for u, end in zip(self.unknowns, ends, strict=False)),
                same_staff=bool(staff and rest.pop(0)),
                silent=bool(self.response_unknown and not rest.pop(0)),
            )
            titles = [
                *self.unknowns,
                *((_STAFF,) if staff else ()),
                *((_RESPONSE,) if self.response_unknown else ()),
            ]
            steps.append((number / (len(every) - 1), self.words(titles, ends), self.at(change)))
        yield Row(_TOGETHER, tuple(unknown.path for unknown in self.unknowns), "together", tuple(steps))

    def words(self, titles: Sequence[Unknown | str], ends: Sequence[int]) -> str:
        ends_of = {_STAFF: (_OWN, SAME_STAFF), _RESPONSE: (_SILENT, _RESPONDS)}
        return "; ".join(
            ends_of[each][end] if isinstance(each, str) else f"{each.short}: {('none', 'whole')[end]}"
            for each, end in zip(titles, ends, strict=True)
        )


def _first_stage_efforts(framework: Framework) -> dict[str, Spread]:
    """What the steps of a first stage take, by the post that does them."""
    return {
        role_title(framework, step.by): step.effort
        for step in framework.steps.values()
        if step.only_if == "first_stage" and step.effort is not None
    }


def _first_stage(framework: Framework) -> dict[str, tuple[float, float, float]]:
    """The typical efforts of a first stage by path: least, as assumed and most."""
    typical = (effort.typical for effort in _first_stage_efforts(framework).values())
    return {number.path: (number.low, number.value, number.high) for number in typical}


def _first_stage_paths(arms: Sequence[Setting]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for a in arms if a.framework.two_stages for p in _first_stage(a.framework)))


def _with_hours(framework: Framework, step: int) -> Framework:
    """The rules with a first stage of fewer or more hours; the high end moves with what is typical."""
    values = {}
    for path, hours in _first_stage(framework).items():
        high = path.removesuffix("typical") + "high"
        values[path] = hours[step]
        values[high] = framework.number(high) * hours[step] / hours[1]
    return framework.with_numbers(values) if step != 1 else framework


def _hours_words(arms: Sequence[Setting], step: int) -> str:
    """``fewest: social worker 2 hours, team manager 15 minutes``: the typical efforts of a first stage."""
    framework = next(arm.framework for arm in arms if arm.framework.two_stages)
    hours = _first_stage(framework)
    efforts = (
        f"{post} {hours[effort.typical.path][step]:g} {framework.numbers[effort.typical.path].unit}"
        for post, effort in _first_stage_efforts(framework).items()
    )
    return f"{('fewest', 'as assumed', 'most')[step]}: {', '.join(efforts)}"


def _work_ratio(framework: Framework, host: Setting) -> dict[str, float]:
    """The ratio of the expected work of rules to the host's by role; 1 for a role without work."""
    before = expected_minutes(host.framework, host.profile)
    after = expected_minutes(framework, host.profile)
    return {role: after.get(role, 0.0) / minutes or 1.0 for role, minutes in before.items()}


def _value_words(unknown: Unknown, arm: Setting, step: int) -> str:
    """The value of an unknown in words, such as ``half (42%)``."""
    word = ("none", "half", "whole")[step]
    return word if step == 0 else f"{word} ({100 * range_points(unknown, arm.framework)[step]:.0f}%)"


def ranges_of(variants: Variants, values: Floats, headline: Definition, seed: int) -> tuple[Range, ...]:
    """The ranges from all runs: ``values`` has a row per setting and a column per replication.

    A row of NaN is a setting with more work than hours.
    """

    def point(share: float, words: str, numbers: tuple[int, ...]) -> Point:
        first, *others = rows = [values[number] for number in numbers]
        levels = tuple(estimate_of(headline, row) for row in rows)
        differences = tuple(paired_difference(headline, first, row) for row in others)
        full = tuple(bool(np.isnan(row).all()) for row in rows)
        return Point(share, words, levels, differences, ranking(rows, seed), full)

    return tuple(
        Range(row.title, row.paths, tuple(point(*step) for step in row.steps), row.kind)
        for row in variants.grid
    )
