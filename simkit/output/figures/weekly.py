"""Open assessments through the year, and how many of them are past day 45."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.answers.wording import simulated_words
from simkit.output.figures.about import foot, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, legend, sheet, tidy
from simkit.output.look import FILL, FILL_LATE, LOCAL, NATIONAL, UNDECIDED
from simkit.output.months import month_starts
from simkit.study.result import Result

_MOST_MONTHS = 12  # named below the axis
_LEFT = 0.78  # inches: for tens of thousands of children


def open_by_week_alt(result: Result) -> str:
    """The figure in one line."""
    everyone, late = result.open_by_week[:, 0], result.over_45_by_week[:, 0]

    def least_and_most(values: np.ndarray) -> str:
        least, most = number(values.min(), 0), number(values.max(), 0)
        return f"from {least} to {most}" if least != most else f"about {least} throughout"

    return (
        f"{_title(result)}. Children with an open assessment at the end of each of {len(everyone)} weeks: "
        f"{number(everyone[0], 0)} after the first, {number(everyone[-1], 0)} after the last, "
        f"{least_and_most(everyone)}; past day {LIMIT_DAYS}: {least_and_most(late)}."
    )


@with_alt(open_by_week_alt)
def open_by_week(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Children with an open assessment at the end of each week, and those past day 45 among them.

    Each with a ribbon for its 95% interval.
    """
    has_interval = not np.isnan(result.open_by_week[:, 1]).all()
    simulated = simulated_words(result.experiment)
    figure, axes = sheet(
        _title(result),
        subtitle(
            result,
            "Children with an open assessment at the end of each week"
            + (", with 95% interval of the mean" if has_interval else "")
            + (f", {simulated}" if simulated else ""),
        ),
        foot(result, "This is not the published number awaiting assessment."),
        "End of the simulated week",
        paper=paper,
        left=_LEFT,
    )
    weeks = np.arange(1, len(result.open_by_week) + 1)
    everyone, late = result.open_by_week, result.over_45_by_week
    axes.fill_between(weeks, late[:, 0], everyone[:, 0], color=NATIONAL, alpha=0.6, linewidth=0)
    axes.fill_between(weeks, 0, late[:, 0], color=FILL_LATE, alpha=0.6, linewidth=0)
    for series, colour, ribbon, label in (
        (everyone, LOCAL, FILL, "All open assessments"),
        (late, UNDECIDED, FILL_LATE, f"Past day {LIMIT_DAYS}"),
    ):
        if has_interval:
            axes.fill_between(weeks, series[:, 1], series[:, 2], color=ribbon, linewidth=0)
        axes.plot(weeks, series[:, 0], color=colour, linewidth=1.8, label=label)
    axes.set_xlim(1, max(len(weeks), 2))
    axes.set_ylim(0, max(np.nanmax(everyone), 1.0) * 1.1)
    axes.set_xticks(*_months(result, len(weeks), paper.fits(_MOST_MONTHS)))
    axes.set_ylabel("Children", fontsize=TEXT)
    tidy(axes)
    legend(axes)
    return figure


def _title(result: Result) -> str:
    everyone, late = result.open_by_week[:, 0], result.over_45_by_week[:, 0]
    name = result.experiment.profile.name
    return (
        f"{name}: {everyone.mean():,.0f} children have an open assessment at any one time, "
        f"{late.mean():,.0f} of them past day {LIMIT_DAYS}"
    )


def _months(result: Result, weeks: int, most: int) -> tuple[list[float], list[str]]:
    """Where each month begins, in weeks, and its name; every second or third where room is short."""
    labelled = month_starts(result, weeks, most)
    years = [None, *(month.year for _, month in labelled)]
    return [week for week, _ in labelled], [
        f"{month:%b}" if month.year == before else f"{month:%b}\n{month:%Y}"
        for (_, month), before in zip(labelled, years, strict=False)
    ]
