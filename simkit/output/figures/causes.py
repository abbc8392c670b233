"""Where the time went, from referral to authorisation: each working day under one of four parts."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simkit.common.text import lower_first
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output.answers.result.by_route import groups_with_values, left_out_note
from simkit.output.answers.wording import route_title
from simkit.output.figures.about import foot, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, legend, nothing, sheet, tidy
from simkit.output.look import FILL, FILL_OTHERS, INK, LOCAL, NATIONAL
from simkit.study.result import Result

_FIRST = f"cohort_time_{CAUSES[0][0]}_days"  # one cause has a value where all have
_LEFT, _TOTAL = 1.35, 0.5  # inches: for the names of the routes, for a total after its bar
_LETTER = 0.075  # inches of a digit

PARTS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("Work, or worker away mid-task", ("work", "worker_away"), LOCAL, "#FFFFFF"),
    ("Waiting for a person in the service", ("waiting_worker", "waiting_manager", "waiting_front_door",
                                              "waiting_allocation"), FILL, INK),
    ("Waiting for another agency or the family", ("waiting_agency",), FILL_OTHERS, INK),
    ("Planned pauses (an assumption)", ("planned_pause",), NATIONAL, INK),
)  # fmt: skip
"""The four parts that are drawn: title, causes, colour and that of words on it. A table has each cause."""


def where_time_went_alt(result: Result) -> str:
    """The figure in one line."""
    parts = []
    for group in groups_with_values(result, _FIRST):
        causes = ", ".join(
            f"{title.lower()} {number(_days(result, cause, group))}" for cause, title in CAUSES
        )
        parts.append(f"{route_title(group)}: {number(_total(result, group))} in all ({causes})")
    return f"{_title(result)}. Mean working days from referral to authorisation. {'; '.join(parts)}."


@with_alt(where_time_went_alt)
def where_time_went(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Mean working days from referral to authorisation in four parts, for all cases and by route."""
    groups = groups_with_values(result, _FIRST)
    figure, axes = sheet(
        _title(result),
        subtitle(result, "Mean working days from referral to authorisation, children referred in the year"),
        foot(result, *[note.strip() for note in (left_out_note(result, _FIRST),) if note]),
        "Working days",
        paper=paper,
        plot=0.3 + 0.46 * max(len(groups), 2),
        left=_LEFT,
    )
    if not groups:
        nothing(axes, "No assessment was authorised.")
        return figure
    place, starts = np.arange(len(groups), dtype=float), np.zeros(len(groups))
    totals = np.array([_total(result, group) for group in groups])
    scale = max([*totals, 1.0]) * (1 + _TOTAL / (paper.width - _LEFT))
    inches = (paper.width - _LEFT - 0.1) / scale  # of a day
    for title, causes, colour, ink in PARTS:
        days = np.array([sum(_days(result, cause, group) for cause in causes) for group in groups])
        axes.barh(place, days, 0.66, left=starts, color=colour, edgecolor="white", linewidth=1, label=title)
        for row, start, day in zip(place, starts, days, strict=True):
            words = number(day)
            if day * inches > _LETTER * len(words) + 0.08:
                axes.text(start + day / 2, row, words, ha="center", va="center", fontsize=TEXT, color=ink)
        starts = starts + days
    for row, total in zip(place, totals, strict=True):
        axes.text(total + 0.07 / inches, row, number(total), va="center", fontsize=TEXT, fontweight="bold")
    axes.set_yticks(place, [route_title(group) for group in groups])
    axes.set_ylim(len(groups) - 0.45, -0.55)
    axes.set_xlim(0, scale)
    tidy(axes, "x")
    legend(axes)
    axes.tick_params(axis="y", length=0)
    return figure


def _title(result: Result) -> str:
    name = result.experiment.profile.name
    if not result.measures[_FIRST].replications:
        return f"{name}: no assessment was authorised"
    days = {title: sum(_days(result, cause, "") for cause in causes) for title, causes, *_ in PARTS}
    most = max(days, key=days.__getitem__)
    total = number(_total(result, ""))
    return f"{name}: of {total} working days, {number(days[most])} are {lower_first(most)}"


def _total(result: Result, group: str) -> float:
    return sum(_days(result, cause, group) for cause, _ in CAUSES)


def _days(result: Result, cause: str, group: str) -> float:
    return result.measures[f"cohort_time_{cause}_days{group}"].value
