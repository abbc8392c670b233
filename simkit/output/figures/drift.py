"""The three measures of assessment drift, side by side."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.answers.result.by_route import groups_with_values, left_out_note
from simkit.output.answers.wording import amount, range_of, route_title
from simkit.output.figures.about import foot, intervals, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, ORANGE, VERMILION, WIDE, Paper, blank, nothing, tidy
from simkit.study.estimate import Estimate
from simkit.study.result import Result

_IDLE, _IDLE_OR_PAUSED = "cohort_drift_idle_pct", "cohort_drift_idle_with_pauses_pct"
_PANELS = (
    ("Stretch", "times its duration\nwithout queues", (("cohort_drift_stretch", BLUE, "o"),)),
    (
        "Idle spells",
        "% with 10 or more days\nof nothing done or awaited",
        ((_IDLE, ORANGE, "s"), (_IDLE_OR_PAUSED, BLACK, "D")),
    ),
    ("Slip", "working days past\nthe planned day", (("cohort_drift_slip_days", VERMILION, "^"),)),
)
_FIRST = "cohort_drift_stretch"
_LEFT, _MARGIN, _GAP = 1.3, 0.14, 0.45  # inches: for the names of the routes, at the right, between panels
_OVER, _UNDER = 0.3, 0.66  # inches of a panel's title and of its labels
_BESIDE = 0.05  # of the scale, left of its least value: room for half a marker


def drift_alt(result: Result) -> str:
    """The figure in one line."""
    parts = []
    for group in groups_with_values(result, _FIRST):
        readings = ", ".join(
            f"{word} {_estimate_words(result.measures[name + group])}"
            for word, name in (
                ("stretch", "cohort_drift_stretch"),
                ("idle", _IDLE),
                ("idle with planned pauses", _IDLE_OR_PAUSED),
                ("slip", "cohort_drift_slip_days"),
            )
        )
        parts.append(f"{route_title(group)}: {readings}")
    return f"{_title(result)}. {'; '.join(parts)}."


@with_alt(drift_alt)
def drift(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Stretch, idle spells and slip with their 95% intervals, for all cases and by route."""
    groups = groups_with_values(result, _FIRST)
    across = min(paper.panels, len(_PANELS))
    rows, high = -(-len(_PANELS) // across), 0.4 + 0.38 * len(groups)
    page = blank(
        _title(result),
        subtitle(result),
        foot(
            result,
            "Children referred in the year, at each assessment that was authorised. Idle spells: square, "
            "planned pauses not counted; diamond, planned pauses counted (an assumption)."
            + intervals(result, " Lines are 95% intervals.")
            + left_out_note(result, _FIRST),
        ),
        paper=paper,
        plot=rows * (high + _OVER + _UNDER),
        gap=0.0,
        labels=0.04,
    )
    if not groups:
        nothing(page.axes(0.015, 1.0), "No assessment was authorised.")
        return page.figure
    panel_width = (paper.width - _LEFT - _MARGIN + _GAP) / across
    for place, (title, unit, readings) in enumerate(_PANELS):
        row, column = divmod(place, across)
        left = _LEFT + column * panel_width
        low = page.plot - (row + 1) * (high + _OVER + _UNDER) + _UNDER
        axes = page.axes(
            left / page.width,
            (left + panel_width - _GAP) / page.width,
            low / page.plot,
            (low + high) / page.plot,
        )
        for shift, (name, colour, marker) in zip(_shifts(len(readings)), readings, strict=True):
            estimates = [result.measures[name + group] for group in groups]
            _points(axes, estimates, shift, colour, marker)
        axes.set_title(title, fontsize=9.5, loc="left")
        axes.set_xlabel(unit, fontsize=8.5)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        names = [route_title(g) if column == 0 else "" for g in groups]
        axes.set_yticks(range(len(groups)), names)
        least = 1.0 if title == "Stretch" else 0.0
        most = max(least + 0.1, axes.get_xlim()[1])
        axes.set_xlim(least - _BESIDE * (most - least), most)
        tidy(axes, "x")
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=5, integer=title != "Stretch")
    return page.figure


def _estimate_words(estimate: Estimate) -> str:
    span = range_of(estimate)
    value = amount(estimate.value, estimate.unit) if estimate.replications else number(estimate.value)
    return value if span == "-" else f"{value} ({span})"


def _title(result: Result) -> str:
    return f"Assessment drift in three readings: {result.experiment.profile.name}"


def _shifts(count: int) -> tuple[float, ...]:
    return (0.0,) if count == 1 else (-0.16, 0.16)


def _points(axes: Axes, estimates: list[Estimate], shift: float, colour: str, marker: str) -> None:
    place = np.arange(len(estimates)) + shift
    values = np.array([each.value for each in estimates])
    below = np.nan_to_num([each.value - each.low for each in estimates])
    above = np.nan_to_num([each.high - each.value for each in estimates])
    axes.errorbar(
        values,
        place,
        xerr=[np.maximum(0, below), np.maximum(0, above)],
        fmt=marker,
        color=colour,
        ecolor=BLACK,
        markeredgecolor=BLACK,
        markeredgewidth=0.6,
        markersize=6,
        capsize=2.5,
        elinewidth=1.0,
    )
