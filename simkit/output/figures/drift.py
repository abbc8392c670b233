"""The three measures of assessment drift, side by side."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.answers.result.by_route import groups_with_values, left_out_note
from simkit.output.answers.wording import amount, has_interval, range_of, route_title
from simkit.output.figures.about import foot, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, blank, nothing, tidy
from simkit.output.look import LOCAL
from simkit.study.estimate import Estimate
from simkit.study.result import Result

_IDLE, _IDLE_OR_PAUSED = "cohort_drift_idle_pct", "cohort_drift_idle_with_pauses_pct"
_PANELS = (
    ("Stretch", "times its duration\nwithout queues", (("cohort_drift_stretch", True),)),
    (
        "Idle spells",
        "% idle for 10 days or\nmore; hollow: pauses too",
        ((_IDLE, True), (_IDLE_OR_PAUSED, False)),
    ),
    ("Slip", "working days past\nthe planned day", (("cohort_drift_slip_days", True),)),
)
"""Of each panel the title, the unit and the measures: filled or hollow."""
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
                ("idle apart from planned pauses", _IDLE),
                ("idle with assumed planned pauses", _IDLE_OR_PAUSED),
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
    overall = [result.measures[name] for _, _, readings in _PANELS for name, _ in readings]
    page = blank(
        _title(result),
        subtitle(
            result,
            "Three readings of drift, assessments of children referred in the year"
            + (", with 95% intervals" if any(map(has_interval, overall)) else ""),
        ),
        foot(result, *[note.strip() for note in (left_out_note(result, _FIRST),) if note]),
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
        for shift, (name, filled) in zip(_shifts(len(readings)), readings, strict=True):
            estimates = [result.measures[name + group] for group in groups]
            _points(axes, estimates, shift, filled)
        axes.set_title(title, fontsize=TEXT, fontweight="bold", loc="left")
        axes.set_xlabel(unit, fontsize=TEXT)
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
    idle = result.measures[_IDLE]
    name = result.experiment.profile.name
    if not idle.replications:
        return f"{name}: no assessment was authorised"
    share = number(idle.value)
    return (
        f"{name}: apart from planned pauses, nothing is done for 10 days or more in {share}% of assessments"
    )


def _shifts(count: int) -> tuple[float, ...]:
    return (0.0,) if count == 1 else (-0.16, 0.16)


def _points(axes: Axes, estimates: list[Estimate], shift: float, filled: bool) -> None:
    place = np.arange(len(estimates)) + shift
    values = np.array([each.value for each in estimates])
    ends = [
        (each.value - each.low, each.high - each.value) if has_interval(each) else (0.0, 0.0)
        for each in estimates
    ]
    axes.errorbar(
        values,
        place,
        xerr=np.maximum(0, ends).T,
        fmt="o",
        color=LOCAL,
        markerfacecolor=LOCAL if filled else "white",
        markersize=6,
        elinewidth=1.2,
    )
