"""How many assessments are still open after each working day, with the limits and reviews marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import counted_days, model_days
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.figures.about import between, foot, last_day, last_day_note, number, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import CLEAR, TEXT, WIDE, Paper, legend, sheet, tidy
from simkit.output.look import FILL, LOCAL, NATIONAL, NATIONAL_EDGE
from simkit.study.result import Result

_SHOWN = 90  # working days
_MOST_MARKS = 4  # of a repeating review
_BESIDE = 4  # days from one number to the next on the same line, on wide paper
_RANK = ("national", "local", "range", "exceptional", "review")


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that a framework names. ``kind``: national, local, exceptional, range or review.

    ``start``: of a range, its first day.
    """

    day: int
    words: str
    kind: str
    start: int = 0


def survival_alt(result: Result) -> str:
    """The figure in one line."""
    days = (10, 20, 30, 40, last_day(result), 60, _SHOWN)
    shares = np.clip(result.survival, 0, 100)
    shares_words = "; ".join(
        f"day {day}: {number(shares[day, 0])}%{between(shares[day, 1], shares[day, 2])}" for day in days
    )
    by_day = marks_by_day(result.experiment.framework, result.convention)
    marks = "; ".join(f"day {day}: {', '.join(m.words for m in marks)}" for day, marks in by_day.items())
    marks_words = f" Marked: {marks}." if marks else " Nothing is marked."
    return f"{_title(result)}. Still open after working days from referral: {shares_words}.{marks_words}"


@with_alt(survival_alt)
def survival(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Share of the year's assessments still open after each working day from referral."""
    by_day = marks_by_day(result.experiment.framework, result.convention)
    has_interval = not np.isnan(result.survival[:, 1]).all()
    own = any(mark.kind != "national" for marks in by_day.values() for mark in marks)
    figure, axes = sheet(
        _title(result),
        subtitle(
            result,
            f"Assessments still open, %{', with 95% interval' if has_interval else ''}, open ones included",
        ),
        foot(result, *last_day_note(result)),
        f"Working days from referral{'; marks count from their own start' if own else ''}",
        paper=paper,
        plot=3.3,
    )
    days = np.arange(len(result.survival))
    value, low, high = np.clip(result.survival, 0, 100).T
    if has_interval:
        axes.fill_between(days, low, high, step="post", color=FILL, alpha=0.6, linewidth=0)
    axes.step(days, value, where="post", color=LOCAL, linewidth=1.8)
    axes.set_xlim(0, _SHOWN)
    _draw_marks(axes, by_day, _BESIDE * WIDE.width / paper.width)
    last = last_day(result)
    late = value[last]
    axes.plot([last], [late], marker="o", color=LOCAL, markersize=5, zorder=6)
    axes.text(
        last + 1.5, min(late + 3, 95), f"{late:.1f}% after day {LIMIT_DAYS}",
        fontsize=TEXT, bbox=CLEAR, zorder=6,
    )  # fmt: skip
    axes.set_ylabel("Still open, %", fontsize=TEXT)
    tidy(axes)
    axes.set_xticks(range(0, _SHOWN + 1, 10 if paper.panels > 1 else 30))
    axes.set_yticks(range(0, 101, 20))
    legend(axes)
    return figure


def _title(result: Result) -> str:
    late = float(np.clip(result.survival[last_day(result), 0], 0, 100))
    name = result.experiment.profile.name
    return f"{name}: {number(late)}% of assessments are still open after day {LIMIT_DAYS}"


def marks_by_day(
    framework: Framework, convention: Convention = Convention.DAY_0
) -> Mapping[int, tuple[Mark, ...]]:
    """What to mark at each working day after the first, in order. On one day, the national limit is first.

    A limit counts by the ``convention``, unless it says which number its first day has.
    """
    by_day: dict[int, list[Mark]] = {}
    for mark in _marks(framework, convention):
        of_day = by_day.setdefault(mark.day, [])
        if 0 < mark.day <= _SHOWN and mark not in of_day:
            of_day.append(mark)
    return {
        day: tuple(sorted(marks, key=lambda mark: (_RANK.index(mark.kind), mark.words)))
        for day, marks in sorted(by_day.items())
        if marks
    }


def _marks(framework: Framework, convention: Convention) -> Iterator[Mark]:
    for clock in framework.timescales.values():
        if (
            clock.end != "authorised"
            or clock.amount is None
            or clock.kind not in ("within", "between", "at_most")
        ):
            continue
        first = convention.starting_day if clock.starting_day is None else clock.starting_day
        day = counted_days(clock.amount, first)
        whose = "national limit" if clock.national else "local limit"
        if clock.kind == "between" and clock.lower is not None:
            yield Mark(
                day, f"local limit set case by case: {clock.title}", "range", counted_days(clock.lower, first)
            )
        elif clock.only_if == "exceptional":
            yield Mark(day, f"{whose} by exception: {clock.title}", "exceptional")
        elif clock.national:
            yield Mark(day, whose, "national")
        else:
            yield Mark(day, f"{whose}: {clock.title}", "local")
    for review in framework.reviews.values():
        if review.at is not None:
            yield Mark(counted_days(review.at, review.starting_day), review.title, "review")
        for amount in review.by_priority.values():
            yield Mark(counted_days(amount, review.starting_day), f"{review.title}, by priority", "review")
        if review.at_most_every is not None and review.after is None:
            yield from _repeated(review.at_most_every, review.title)


def _repeated(every: Amount, title: str) -> Iterator[Mark]:
    if every.unit not in (Unit.HOURS, Unit.MINUTES):
        for times in range(1, _MOST_MARKS + 1):
            yield Mark(model_days(every) * times, f"{title}, at the latest", "review")


def _draw_marks(axes: Axes, by_day: Mapping[int, tuple[Mark, ...]], least_gap: float) -> None:
    """National limits wide and pale, local ones thin and dark upon them, reviews as diamonds at the top."""
    kinds = {mark.kind for marks in by_day.values() for mark in marks}
    labels = {
        "national": "National limit",
        "local": "Local limit",
        "range": "Local limit, case by case",
        "exceptional": "Limit by exception",
        "review": "Review",
    }
    named: set[str] = set()
    for day, marks in by_day.items():
        for mark in marks:
            label = "" if mark.kind in named else labels[mark.kind]
            named.add(mark.kind)
            if mark.kind == "national":
                axes.vlines(day, 0, 100, color=NATIONAL, linewidth=6, label=label, zorder=1)
            elif mark.kind == "range":
                axes.axvspan(
                    mark.start, day, ymax=0.9, color=FILL, alpha=0.35, linewidth=0, label=label, zorder=1
                )
            elif mark.kind == "review":
                axes.plot(
                    [day], [100], marker="D", color=LOCAL, markersize=6, linestyle="", label=label, zorder=5
                )
            else:
                style = (0, (4, 3)) if mark.kind == "exceptional" else "-"
                axes.vlines(day, 0, 100, color=LOCAL, linewidth=1.4, linestyle=style, label=label, zorder=3)
    ends: list[float] = []  # the last day on each line of numbers, lowest line first
    for day in by_day:
        line = next((number for number, end in enumerate(ends) if day - end >= least_gap), len(ends))
        ends[line : line + 1] = [day]
        axes.text(day, 106 + 8 * line, str(day), fontsize=TEXT, va="center", ha="center", color=NATIONAL_EDGE)
    axes.set_ylim(0, 104 + 8 * max(1, len(ends)) if kinds else 104)
