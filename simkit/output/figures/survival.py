"""How many assessments are still open after each working day, with the limits and reviews marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import model_days
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.figures.about import between, foot, intervals, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import (
    BLACK,
    BLUE,
    CLEAR,
    ORANGE,
    VERMILION,
    WIDE,
    Paper,
    legend,
    sheet,
    tidy,
)
from simkit.study.result import Result

_SHOWN = 90  # working days; the foot gives the share still open after them
_MOST_MARKS = 4  # of a repeating review
_BESIDE = 3  # days from one number to the next on the same line, on wide paper


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that a framework names: the national limit, a local one or a review."""

    day: int
    words: str
    national: bool = False
    review: bool = False


def survival_alt(result: Result) -> str:
    """The figure in one line."""
    days = (10, 20, 30, 40, LIMIT_DAYS, 60, _SHOWN)
    shares = np.clip(result.survival, 0, 100)
    shares_words = "; ".join(
        f"day {day}: {number(shares[day, 0])}%{between(shares[day, 1], shares[day, 2])}" for day in days
    )
    marks = "; ".join(f"{mark.words} at day {mark.day}" for mark in _marks(result.experiment.framework))
    marks_words = f" Marked: {marks}." if marks else " Nothing is marked."
    return f"{_title(result)}. Still open after working days from referral: {shares_words}.{marks_words}"


@with_alt(survival_alt)
def survival(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Share of the year's assessments still open after each working day from referral."""
    marks = _marks(result.experiment.framework)
    still_open = result.survival[min(_SHOWN, len(result.survival) - 1), 0]
    figure, axes = sheet(
        _title(result),
        subtitle(result),
        foot(
            result,
            "Children referred in the year, counted at each assessment, open ones included (Kaplan-Meier). "
            "Marks stand at their number of working days as if each began to count on the day of "
            f"referral; some begin with the decision or with allocation. After {_SHOWN} working days "
            f"{number(still_open)}% are open.",
        ),
        "Working days from referral",
        paper=paper,
        plot=3.3,
    )
    days = np.arange(len(result.survival))
    value, low, high = np.clip(result.survival, 0, 100).T
    if not np.isnan(low).all():
        axes.fill_between(days, low, high, step="post", color=BLUE, alpha=0.25, linewidth=0)
    axes.step(
        days,
        value,
        where="post",
        color=BLUE,
        linewidth=1.8,
        label=f"Still open{intervals(result, ', with 95% interval')}",
    )
    axes.set_xlim(0, _SHOWN)
    _mark(axes, marks, _BESIDE * WIDE.width / paper.width)
    axes.set_ylabel("Assessments still open, %", fontsize=9)
    axes.set_xticks(range(0, _SHOWN + 1, 10))
    tidy(axes)
    axes.set_yticks(range(0, 101, 20))
    legend(axes)
    return figure


def _title(result: Result) -> str:
    return f"How many assessments are still open: {result.experiment.profile.name}"


def _marks(framework: Framework) -> tuple[Mark, ...]:
    """The days to mark, earliest first, each once."""
    every: list[Mark] = []
    for clock in framework.timescales.values():
        if clock.end == "authorised" and clock.amount is not None and clock.kind in ("within", "between"):
            words = "national limit" if clock.national else f"local: {clock.title}"
            every.append(Mark(model_days(clock.amount), words, national=clock.national))
    for review in framework.reviews.values():
        if review.at is not None:
            every.append(Mark(model_days(review.at), review.title, review=True))
        for amount in review.by_priority.values():
            every.append(Mark(model_days(amount), f"{review.title}, by priority", review=True))
        if review.at_most_every is not None and review.after is None:
            every += _repeated(review.at_most_every, review.title)
    marks = {(mark.day, mark.review): mark for mark in every if 0 < mark.day <= _SHOWN}
    return tuple(sorted(marks.values(), key=lambda mark: mark.day))


def _repeated(every: Amount, title: str) -> list[Mark]:
    days = model_days(every)
    if every.unit in (Unit.HOURS, Unit.MINUTES):
        return []
    return [Mark(days * times, f"{title}, at the latest", review=True) for times in range(1, _MOST_MARKS + 1)]


def _mark(axes: Axes, marks: tuple[Mark, ...], least_gap: float) -> None:
    """A line and a number for each mark; the legend explains them."""
    looks = {}
    for mark in marks:
        kind = "review" if mark.review else "national" if mark.national else "local"
        colour, style = {"review": (ORANGE, ":"), "national": (BLACK, "--"), "local": (VERMILION, "-.")}[kind]
        label = {"review": "Reviews", "national": "National limit", "local": "Local limit"}[kind]
        axes.axvline(
            mark.day, color=colour, linestyle=style, linewidth=1.5, label=None if kind in looks else label
        )
        looks[kind] = label
    ends: list[float] = []  # the last day on each line of numbers, lowest line first
    for day in sorted({mark.day for mark in marks}):
        free = (line for line, end in enumerate(ends) if day - end >= least_gap)
        line = next(free, len(ends))
        ends[line : line + 1] = [day]
        axes.text(day + 0.4, 105 + 7 * line, str(day), fontsize=8, va="center", bbox=CLEAR, color=BLACK)
    axes.set_ylim(0, 102 + 7 * max(1, len(ends)))
