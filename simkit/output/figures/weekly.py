"""Open assessments through the year, and how many of them are past day 45."""

from __future__ import annotations

import datetime as dt

import numpy as np
from matplotlib.figure import Figure

from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.figures.about import foot, intervals, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, SKY, VERMILION, WIDE, Paper, legend, sheet, tidy
from simkit.study.result import Result

_WEEK = 5  # working days
_EVERY = 4  # weeks between the intervals that are drawn
_MOST_MONTHS = 14  # named below the axis
_LEFT = 0.78  # inches: for tens of thousands of children


def open_by_week_alt(result: Result) -> str:
    """The figure in one line."""
    everyone, late = result.open_by_week[:, 0], result.over_45_by_week[:, 0]
    share = 100 * late.sum() / everyone.sum() if everyone.sum() else float("nan")
    return (
        f"{_title(result)}. Children with an open assessment at the end of each of {len(everyone)} weeks: "
        f"{number(everyone[0], 0)} after the first, {number(everyone[-1], 0)} after the last, from "
        f"{number(everyone.min(), 0)} to {number(everyone.max(), 0)}, {number(everyone.mean(), 0)} on "
        f"average; past day {LIMIT_DAYS}: {number(late.mean(), 0)} on average, "
        f"{number(share)}% of those open."
    )


@with_alt(open_by_week_alt)
def open_by_week(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Children with an open assessment at the end of each week, and those past day 45 among them."""
    horizon = result.experiment.setting.horizon
    figure, axes = sheet(
        _title(result),
        subtitle(result),
        foot(
            result,
            f"Simulated weeks of five working days from {_date(horizon.start)} to {_date(horizon.end)}. "
            "This is not the published number awaiting assessment, which counts something else."
            + intervals(result, " Upright lines are 95% intervals of the mean, every fourth week."),
        ),
        "End of the simulated week",
        paper=paper,
        left=_LEFT,
    )
    weeks = np.arange(1, len(result.open_by_week) + 1)
    everyone, late = result.open_by_week, result.over_45_by_week
    axes.fill_between(
        weeks,
        late[:, 0],
        everyone[:, 0],
        color=SKY,
        alpha=0.45,
        linewidth=0,
        label=f"Open, up to day {LIMIT_DAYS}",
    )
    axes.fill_between(
        weeks,
        0,
        late[:, 0],
        facecolor=VERMILION,
        alpha=0.8,
        hatch="////",
        edgecolor=BLACK,
        linewidth=0,
        label=f"Open and past day {LIMIT_DAYS}",
    )
    # Bars, not shaded bands: the intervals of few children overlap.
    for series, colour, first in ((everyone, BLUE, 1), (late, BLACK, 1 + _EVERY // 2)):
        axes.plot(weeks, series[:, 0], color=colour, linewidth=1.6)
        if not np.isnan(series[:, 1]).all():
            at = slice(first, len(weeks) - 1, _EVERY)
            axes.vlines(weeks[at], series[at, 1], series[at, 2], color=colour, linewidth=1.2)
    axes.set_xlim(1, len(weeks))
    axes.set_ylim(0, max(np.nanmax(everyone), 1.0) * 1.1)
    axes.set_xticks(*_months(result, len(weeks), paper.fits(_MOST_MONTHS)))
    axes.set_ylabel("Children", fontsize=9)
    tidy(axes)
    legend(axes)
    return figure


def _title(result: Result) -> str:
    return f"Open assessments by week: {result.experiment.profile.name}"


def _date(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _months(result: Result, weeks: int, most: int) -> tuple[list[float], list[str]]:
    """Where each month begins, in weeks, and its name; every second or third where room is short."""
    horizon = result.experiment.setting.horizon
    first = horizon.calendar.day_index(horizon.start)
    starts: list[tuple[float, dt.date]] = []
    month = dt.date(horizon.start.year, horizon.start.month, 1)
    while month <= horizon.end:
        week = (horizon.calendar.day_index(month) - first) / _WEEK
        if month >= horizon.start and 0 <= week <= weeks:
            starts.append((max(1.0, week), month))
        month = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    labelled = starts[:: -(-len(starts) // most) or 1]
    years = [None, *(month.year for _, month in labelled)]
    return [week for week, _ in labelled], [
        f"{month:%b}" if month.year == before else f"{month:%b}\n{month:%Y}"
        for (_, month), before in zip(labelled, years, strict=False)
    ]
