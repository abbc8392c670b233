"""The three readings of assessment drift, side by side: they are not one number and aren't made one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.figures.about import foot, number, subtitle
from simkit.output.figures.style import BLACK, BLUE, ORANGE, VERMILION, blank, tidy
from simkit.output.wording import GROUPS, amount, range_of, route_title
from simkit.study.estimate import Estimate
from simkit.study.experiment import Result

__all__ = ["drift", "drift_alt"]

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
_LEFTS, _SPAN = (0.175, 0.465, 0.755), 0.225


def drift(result: Result) -> Figure:
    """Stretch, idle spells and slip with their 95% intervals, for all cases and by route."""
    groups = _groups(result)
    page = blank(
        _title(result),
        subtitle(result),
        foot(
            result,
            "Children referred in the year whose assessment was authorised. Idle spells: square, planned "
            "pauses not counted; diamond, planned pauses counted (an assumption). Lines are 95% intervals.",
        ),
        plot=0.4 + 0.38 * len(groups),
        legend_lines=0,
        labels=0.7,
    )
    for left, (title, unit, readings) in zip(_LEFTS, _PANELS, strict=True):
        axes = page.axes(left, left + _SPAN)
        for shift, (name, colour, marker) in zip(_shifts(len(readings)), readings, strict=True):
            found = [result.measures[name + group] for group in groups]
            _points(axes, found, shift, colour, marker)
        axes.set_title(title, fontsize=9.5, loc="left")
        axes.set_xlabel(unit, fontsize=8.5)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        named = left == _LEFTS[0]
        axes.set_yticks(range(len(groups)), [route_title(g) for g in groups] if named else [""] * len(groups))
        low = 1.0 if title == "Stretch" else 0.0
        axes.set_xlim(low, max(low + 0.1, axes.get_xlim()[1]))
        tidy(axes, "x")
        axes.tick_params(axis="y", length=0)
        if title == "Stretch":
            axes.locator_params(axis="x", nbins=4, integer=False)
        else:
            axes.locator_params(axis="x", nbins=4)
    return page.figure


def drift_alt(result: Result) -> str:
    """The figure in one line."""
    parts = []
    for group in _groups(result):
        said = ", ".join(
            f"{word} {_said(result.measures[name + group])}"
            for word, name in (
                ("stretch", "cohort_drift_stretch"),
                ("idle", _IDLE),
                ("idle with planned pauses", _IDLE_OR_PAUSED),
                ("slip", "cohort_drift_slip_days"),
            )
        )
        parts.append(f"{route_title(group)}: {said}")
    return f"{_title(result)}. {'; '.join(parts)}."


def _said(estimate: Estimate) -> str:
    span = range_of(estimate)
    value = amount(estimate.value, estimate.unit) if estimate.replications else number(estimate.value)
    return value if span == "-" else f"{value} ({span})"


def _title(result: Result) -> str:
    return f"Assessment drift in three readings: {result.case.profile.name}"


def _groups(result: Result) -> tuple[str, ...]:
    return tuple(group for group in GROUPS if result.measures[f"cohort_drift_stretch{group}"].replications)


def _shifts(count: int) -> tuple[float, ...]:
    return (0.0,) if count == 1 else (-0.16, 0.16)


def _points(axes: Axes, found: list[Estimate], shift: float, colour: str, marker: str) -> None:
    place = np.arange(len(found)) + shift
    values = np.array([each.value for each in found])
    below = np.nan_to_num([each.value - each.low for each in found])
    above = np.nan_to_num([each.high - each.value for each in found])
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
