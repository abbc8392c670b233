"""Where the time went, from referral to authorisation: each working day under one cause."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simkit.model.measures.time_breakdown import CAUSES
from simkit.output.answers.result.by_route import groups_with_values, left_out_note
from simkit.output.answers.wording import route_title
from simkit.output.figures.about import foot, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, FILLS, WIDE, Paper, legend, nothing, sheet, tidy
from simkit.study.result import Result

_FIRST = f"cohort_time_{CAUSES[0][0]}_days"  # one cause has a value where all have
_LEFT, _TOTAL = 1.3, 0.45  # inches: for the names of the routes, for a total after its bar


def where_time_went_alt(result: Result) -> str:
    """The figure in one line."""
    parts = []
    for group in groups_with_values(result, _FIRST):
        causes = ", ".join(
            f"{title.lower()} {number(_days(result, cause, group))}" for cause, title in CAUSES
        )
        total = sum(_days(result, cause, group) for cause, _ in CAUSES)
        parts.append(f"{route_title(group)}: {number(total)} in all ({causes})")
    return f"{_title(result)}. Mean working days from referral to authorisation. {'; '.join(parts)}."


@with_alt(where_time_went_alt)
def where_time_went(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Mean working days from referral to authorisation by cause, for all cases and by route."""
    groups = groups_with_values(result, _FIRST)
    figure, axes = sheet(
        _title(result),
        subtitle(result),
        foot(
            result,
            "Children referred in the year, at each assessment that was authorised: the mean. "
            "Every working minute is counted once; the parts of a bar add up to the mean duration beside it."
            + left_out_note(result, _FIRST),
        ),
        "Working days from referral to authorisation, mean",
        paper=paper,
        plot=0.5 + 0.46 * len(groups),
        left=_LEFT,
    )
    if not groups:
        nothing(axes, "No assessment was authorised.")
        return figure
    place, starts = np.arange(len(groups)), np.zeros(len(groups))
    for (cause, title), (colour, hatch) in zip(CAUSES, FILLS, strict=True):
        days = np.array([_days(result, cause, group) for group in groups])
        axes.barh(
            place,
            days,
            0.62,
            left=starts,
            color=colour,
            hatch=hatch,
            edgecolor=BLACK,
            linewidth=0.6,
            label=title,
        )
        starts = starts + days
    for row, total in zip(place, starts, strict=True):
        axes.text(total + 0.01 * max(starts), float(row), f"{total:.1f}", va="center", fontsize=8.5)
    axes.set_yticks(place, [route_title(group) for group in groups])
    axes.set_ylim(len(groups) - 0.45, -0.55)
    axes.set_xlim(0, max([*starts, 1.0]) * (1 + _TOTAL / (paper.width - _LEFT)))
    tidy(axes, "x")
    legend(axes)
    axes.tick_params(axis="y", length=0)
    return figure


def _title(result: Result) -> str:
    return f"Where the time went: {result.experiment.profile.name}"


def _days(result: Result, cause: str, group: str) -> float:
    return result.measures[f"cohort_time_{cause}_days{group}"].value
