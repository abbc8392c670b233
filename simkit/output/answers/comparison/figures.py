"""The figures of a comparison, by the title of the section in which they stand."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from simkit.common.arguments import checked_arguments
from simkit.output.answers.comparison.sentences import across, alike, share_words, standing
from simkit.output.answers.wording import GROUPS, route_title
from simkit.output.figures import (
    Caption,
    Line,
    Span,
    caption,
    differences,
    unknown_range,
)
from simkit.output.report.blocks import Block
from simkit.output.report.picture import picture
from simkit.study.compare.compare import Comparison
from simkit.study.compare.robustness import Range
from simkit.study.result import HEADLINE

__all__ = ["gaps_figure", "pictures", "routes_figure", "unknown_figures"]

_SOURCE = "Caseload and workforce: Department for Education statistics (Open Government Licence v3.0)"


def gaps_figure(comparison: Comparison) -> Figure:
    """What each side has more or less over 45 working days than the first, for all cases."""
    spans = [
        Span(side.label, gap.value, gap.low, gap.high)
        for side, gap in zip(comparison.arms[1:], comparison.headline, strict=True)
    ]
    title = f"Over 45 working days, against {comparison.arms[0].label}"
    return differences(spans, "points", _caption(comparison, title))


@checked_arguments
def routes_figure(comparison: Comparison) -> Figure:
    """The same for all cases and by route."""
    spans = [
        Span(side.label, gap.value, gap.low, gap.high, route_title(group))
        for group in GROUPS
        for side, gaps in zip(comparison.arms[1:], comparison.paired_differences, strict=True)
        if not math.isnan((gap := gaps[HEADLINE + group]).low)
    ]
    title = f"Over 45 working days, against {comparison.arms[0].label}"
    return differences(spans, "points", _caption(comparison, title))


@checked_arguments
def unknown_figures(comparison: Comparison) -> dict[str, Figure]:
    """The same over the range of each thing that is not known of the sides, by what that is."""
    return {
        each.title: unknown_range(
            _lines(comparison, each),
            _x_title(each),
            "points",
            _caption(comparison, f"Against {comparison.arms[0].label}: {each.title}"),
        )
        for each in comparison.ranges
        if len(each.points) > 2
    }


def pictures(comparison: Comparison) -> dict[str, tuple[Block, ...]]:
    """The figures, drawn."""
    found: dict[str, tuple[Block, ...]] = {
        "By route: does attention narrow to child protection?": (
            picture("differences", "Differences by route", routes_figure(comparison)),
        )
    }
    for number, (title, drawn) in enumerate(unknown_figures(comparison).items()):
        found[f"Over 45 working days over what is not known: {title}"] = (
            picture(f"not_known_{number + 1}", title, drawn),
        )
    return found


def _x_title(each: Range) -> str:
    words = share_words(each) or "share of its range"
    return f"{words[:1].upper()}{words[1:]}, %"


def _lines(comparison: Comparison, each: Range) -> list[Line]:
    """A line for each side; sides that are the same throughout share one."""
    same: dict[tuple[tuple[float, float, float], ...], list[str]] = {}
    for number, side in enumerate(comparison.arms[1:]):
        gaps = (point.paired_differences[number] for point in each.points)
        same.setdefault(tuple((gap.value, gap.low, gap.high) for gap in gaps), []).append(side.label)
    return [
        Line(alike(labels), across(comparison, each), *zip(*points, strict=True))
        for points, labels in same.items()
    ]


def _caption(comparison: Comparison, title: str) -> Caption:
    simulated = (
        f"Simulated: {comparison.replications} replications of each side, the same cases on every side"
    )
    if comparison.not_calibrated:
        simulated += f". Not calibrated: {', '.join(comparison.not_calibrated)}"
    return caption(
        title,
        standing(comparison),
        simulated=simulated,
        convention=comparison.convention,
        source=_SOURCE,
        assumptions=len(comparison.host.framework.assumed()),
    )
