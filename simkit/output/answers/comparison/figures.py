"""The figures of a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from simkit.common.arguments import checked_arguments
from simkit.common.text import lower_first
from simkit.output.answers.comparison.sentences import (
    MORE_WORK,
    TOO_FEW_YEARS,
    range_title,
    share_words,
    shared_label,
    span,
    standing,
    too_few_years,
    values_in_percent,
    verdict,
)
from simkit.output.answers.result.by_route import scarce
from simkit.output.answers.wording import GROUPS, route_title
from simkit.output.figures.values import BASELINE_NOT_CALIBRATED, NOT_CALIBRATED, NOT_SETTLED
from simkit.output.report.blocks import Picture, picture
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.compare.robustness import Range
from simkit.study.result import HEADLINE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simkit.output.figures import Caption, Line, Span

BY_ROUTE = "By route"
"""The title of the section that has the figure of routes."""

_AS_MANY = {"the same": "as many", "about the same": "about as many"}


def figure(comparison: Comparison) -> Figure:
    """Differences in the share over 45 working days from the first side, all cases."""
    from simkit.output.figures import differences

    spans = spans_of(comparison, ("",))
    return differences(spans, "points", _caption(comparison, _title(comparison)))


@checked_arguments
def routes_figure(comparison: Comparison) -> Figure:
    """Differences in the share over 45 working days from the first side, all cases and by route."""
    from simkit.output.figures import differences

    spans = spans_of(comparison, GROUPS)
    return differences(spans, "points", _caption(comparison, _title(comparison)))


def _title(comparison: Comparison) -> str:
    """What the figure shows: which differences are settled."""
    first = comparison.arms[0].label
    spans = [span for span in spans_of(comparison, ("",)) if span.told]
    if not spans:
        return f"No difference from {first} can be told"
    settled = [span for span in spans if span.settled]
    if len(spans) == 1:
        (span,) = spans
        if span.says in _AS_MANY:
            return f"{span.label}: {_AS_MANY[span.says]} late as under {first}"
        if not span.settled:
            return f"{span.label} against {first}: who has more late is not settled"
        way = "fewer" if span.value < 0 else "more"
        return f"{span.label}: {abs(span.value):.1f} points {way} late than under {first}"
    if not settled:
        return f"Compared with {first}, no difference in children past day 45 is settled"
    fewer = sum(span.value < 0 for span in settled)
    return (
        f"Compared with {first}: {fewer} of {len(spans)} clearly have fewer past day 45, "
        f"{len(settled) - fewer} more, {len(spans) - len(settled)} not settled"
    )


def spans_of(comparison: Comparison, groups: Sequence[str]) -> list[Span]:
    """The differences of each group, with what they may be over what nobody knows where that was run.

    One of which nothing can be told has no value, and says why.
    """
    from simkit.output.figures import Span

    several = len(groups) > 1
    spans = []
    for group in groups:
        if group and scarce(comparison.results[0], HEADLINE, group):
            continue
        for number, by_measure in enumerate(comparison.paired_differences):
            each = by_measure[HEADLINE + group]
            label, title = comparison.arms[number + 1].label, route_title(group) if several else ""
            if why := _untold(comparison, number, each):
                spans.append(Span(label, math.nan, math.nan, math.nan, title, says=why))
                continue
            spans.append(
                Span(
                    label,
                    each.value,
                    each.low,
                    each.high,
                    title,
                    span(comparison, number) if comparison.ranges and not group else None,
                    () if group else _either(comparison, number),
                    _says(comparison, number, each),
                )
            )
    return spans


def _untold(comparison: Comparison, number: int, difference: PairedDifference) -> str:
    """Why nothing can be told of a difference; empty where something can."""
    if comparison.overfull[0] or comparison.overfull[number + 1]:
        return MORE_WORK
    if math.isnan(difference.value):
        return "no figure"
    return TOO_FEW_YEARS if too_few_years(difference) else ""


def _either(comparison: Comparison, number: int) -> tuple[float, ...]:
    """The differences under what is one thing or the other, such as the staff of two stages."""
    points = [p for each in comparison.ranges if each.kind in ("staff", "response") for p in each.points]
    values = [point.paired_differences[number].value for point in points]
    known = tuple(dict.fromkeys(value for value in values if not math.isnan(value)))
    return known if len(known) > 1 else ()


def _says(comparison: Comparison, number: int, difference: PairedDifference) -> str:
    """The finding of a row in a word or two."""
    if verdict(comparison, number) in (NOT_CALIBRATED, BASELINE_NOT_CALIBRATED):
        return NOT_CALIBRATED
    low, high = span(comparison, number)
    varied = comparison.ranges and low <= 0 <= high and comparison.headline[number].verdict != "same"
    if varied or not comparison.settled(number):
        return NOT_SETTLED
    words = {
        "lower": "fewer late",
        "higher": "more late",
        "same": "the same",
        "about the same": "about the same",
    }
    return words.get(difference.verdict, NOT_SETTLED)


@checked_arguments
def unknown_figures(comparison: Comparison) -> dict[str, Figure]:
    """The differences over the range of each unknown number, by its title."""
    return {each.title: _unknown_figure(comparison, each) for each in _drawn(comparison)}


def _drawn(comparison: Comparison) -> list[Range]:
    return [each for each in comparison.ranges if each.kind == "number" and _lines(comparison, each)]


def _unknown_figure(comparison: Comparison, assumed_range: Range) -> Figure:
    from simkit.output.figures import unknown_range

    settled = all(assumed_range.settled(number) for number in range(len(comparison.headline)))
    finding = "The direction of the answer does not depend on" if settled else "The answer depends on"
    words = _caption(comparison, f"{finding} {lower_first(assumed_range.title)}")
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
    measured = (
        f"Children over 45 working days from referral, less those under {comparison.arms[0].label}, points"
    )
    return captioned(comparison, title, f"{measured}. {standing(comparison)}")


def captioned(comparison: Comparison, title: str, under: str) -> Caption:
    """The words of a figure of a comparison, with the title and the line under it."""
    from simkit.output.figures import caption

    simulated = f"{comparison.replications} simulated years, the same cases on every side"
    if comparison.not_calibrated:
        which = comparison.not_calibrated
        simulated += f"; not calibrated: {which[0] if len(which) == 1 else f'{len(which)} sides'}"
    return caption(
        title,
        under,
        simulated=simulated,
        convention=comparison.convention,
        assumptions=len(comparison.host.framework.assumed()),
    )
