"""The figures of a comparison, by the title of the section in which they stand."""

from __future__ import annotations

from simkit.output.compare_words import standing
from simkit.output.figures import (
    Caption,
    Line,
    Span,
    caption,
    differences,
    differences_alt,
    image,
    unknown_range,
    unknown_range_alt,
)
from simkit.output.report.parts import Block, Picture
from simkit.output.wording import GROUPS, route_title
from simkit.study.compare import Comparison
from simkit.study.experiment import HEADLINE
from simkit.study.ranges import Range

__all__ = ["pictures"]

_SOURCE = "Caseload and workforce: Department for Education statistics (Open Government Licence v3.0)"


def pictures(comparison: Comparison) -> dict[str, tuple[Block, ...]]:
    """The figures, drawn."""
    found: dict[str, tuple[Block, ...]] = {}
    routed = [
        Span(side.label, gap.value, gap.low, gap.high, route_title(group))
        for group in GROUPS
        for side, gaps in zip(comparison.sides[1:], comparison.gaps, strict=True)
        if (gap := gaps[HEADLINE + group]).replications > 1
    ]
    around = _caption(comparison, f"Over 45 working days, against {comparison.sides[0].label}")
    found["By route: does attention narrow to child protection?"] = (
        Picture(
            "differences",
            "Differences by route",
            differences_alt(routed, "points", around),
            image(differences(routed, "points", around), "svg"),
        ),
    )
    for number, each in enumerate(r for r in comparison.ranges if len(r.points) > 2):
        title = f"Over 45 working days over what is not known: {each.title}"
        around = _caption(comparison, f"Against {comparison.sides[0].label}: {each.title}")
        lines = _lines(comparison, each)
        words = "Share of its range, %"
        found[title] = (
            Picture(
                f"not_known_{number + 1}",
                each.title,
                unknown_range_alt(lines, words, "points", around),
                image(unknown_range(lines, words, "points", around), "svg"),
            ),
        )
    return found


def _lines(comparison: Comparison, each: Range) -> list[Line]:
    found = []
    for number, side in enumerate(comparison.sides[1:]):
        gaps = [point.gaps[number] for point in each.points]
        found.append(
            Line(
                side.label,
                tuple(100 * point.share for point in each.points),
                tuple(gap.value for gap in gaps),
                tuple(gap.low for gap in gaps),
                tuple(gap.high for gap in gaps),
            )
        )
    return found


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
