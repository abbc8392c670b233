"""The figures of a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from simkit.common.arguments import checked_arguments
from simkit.output.answers.comparison.sentences import (
    range_title,
    share_words,
    shared_label,
    standing,
    values_in_percent,
)
from simkit.output.answers.result.by_route import scarce
from simkit.output.answers.wording import GROUPS, route_title
from simkit.output.report.blocks import Picture, picture
from simkit.study.compare.compare import Comparison
from simkit.study.compare.robustness import Range
from simkit.study.result import HEADLINE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simkit.output.figures import Caption, Line, Span

BY_ROUTE = "By route"
"""The title of the section that has the figure of routes."""


def figure(comparison: Comparison) -> Figure:
    """Differences in the share over 45 working days from the first side, all cases."""
    from simkit.output.figures import differences

    spans = _spans(comparison, ("",))
    return differences(spans, "points", _caption(comparison, _title(comparison)))


@checked_arguments
def routes_figure(comparison: Comparison) -> Figure:
    """Differences in the share over 45 working days from the first side, all cases and by route."""
    from simkit.output.figures import differences

    spans = _spans(comparison, GROUPS)
    return differences(spans, "points", _caption(comparison, _title(comparison)))


def _title(comparison: Comparison) -> str:
    return f"Children over 45 working days from referral: difference from {comparison.arms[0].label}"


def _spans(comparison: Comparison, groups: Sequence[str]) -> list[Span]:
    """The differences of each group; sides with the same ones share a row."""
    from simkit.output.figures import Span

    labels_by_difference: dict[tuple[str, float, float, float], list[str]] = {}
    for group in groups:
        if group and scarce(comparison.results[0], HEADLINE, group):
            continue
        for arm, by_measure in zip(comparison.arms[1:], comparison.paired_differences, strict=True):
            each = by_measure[HEADLINE + group]
            if not math.isnan(each.low):
                place = (group, each.value, each.low, each.high)
                labels_by_difference.setdefault(place, []).append(arm.label)
    several = len(groups) > 1
    return [
        Span(shared_label(labels), value, low, high, route_title(group) if several else "")
        for (group, value, low, high), labels in labels_by_difference.items()
    ]


@checked_arguments
def unknown_figures(comparison: Comparison) -> dict[str, Figure]:
    """The differences over the range of each unknown number, by its title."""
    return {each.title: _unknown_figure(comparison, each) for each in _drawn(comparison)}


def _drawn(comparison: Comparison) -> list[Range]:
    return [each for each in comparison.ranges if each.kind == "number" and _lines(comparison, each)]


def _unknown_figure(comparison: Comparison, assumed_range: Range) -> Figure:
    from simkit.output.figures import unknown_range

    words = _caption(comparison, f"Against {comparison.arms[0].label}: {assumed_range.title}")
    return unknown_range(_lines(comparison, assumed_range), _x_title(assumed_range), "points", words)


def pictures(comparison: Comparison) -> dict[str, tuple[Picture, ...]]:
    """The figures as blocks, by the title of the section they belong to."""
    routes = picture("differences", "Differences by route", partial(routes_figure, comparison))
    blocks: dict[str, tuple[Picture, ...]] = {BY_ROUTE: (routes,)}
    for number, each in enumerate(_drawn(comparison), start=1):
        blocks[range_title(each)] = (
            picture(f"not_known_{number}", each.title, partial(_unknown_figure, comparison, each)),
        )
    return blocks


def _x_title(assumed_range: Range) -> str:
    words = share_words(assumed_range) or "share of its range"
    return f"{words[:1].upper()}{words[1:]}, %"


def _lines(comparison: Comparison, assumed_range: Range) -> list[Line]:
    """A line for each side; sides with the same values share one."""
    from simkit.output.figures import Line

    labels_by_curve: dict[tuple[tuple[float, float, float], ...], list[str]] = {}
    for number, arm in enumerate(comparison.arms[1:]):
        curve = [point.paired_differences[number] for point in assumed_range.points]
        if any(math.isnan(difference.low) for difference in curve):
            continue
        labels_by_curve.setdefault(
            tuple((difference.value, difference.low, difference.high) for difference in curve), []
        ).append(arm.label)
    return [
        Line(shared_label(labels), values_in_percent(comparison, assumed_range), *zip(*points, strict=True))
        for points, labels in labels_by_curve.items()
    ]


def _caption(comparison: Comparison, title: str) -> Caption:
    return captioned(comparison, title, standing(comparison))


def captioned(comparison: Comparison, title: str, under: str) -> Caption:
    """The words of a figure of a comparison, with the title and the line under it."""
    from simkit.output.figures import caption

    simulated = (
        f"Simulated: {comparison.replications} replications of each side, the same cases on every side"
    )
    if comparison.not_calibrated:
        simulated += f". Not calibrated: {', '.join(comparison.not_calibrated)}"
    return caption(
        title,
        under,
        simulated=simulated,
        convention=comparison.convention,
        assumptions=len(comparison.host.framework.assumed()),
    )
