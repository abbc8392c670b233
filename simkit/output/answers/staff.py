"""The staff that a target needs, as a report, plain data, tables and figure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Items, Paragraph, Section, Table, filled
from simkit.common.text import lower_first
from simkit.framework.wording import number_words, whose
from simkit.output.answers.comparison.sentences import difference_words
from simkit.output.answers.result.tables import numbers, with_place
from simkit.output.answers.study_answer import (
    assumptions_note,
    experiment_notes,
    study_data,
    study_report,
)
from simkit.output.answers.wording import amount, value_and_interval, year_words
from simkit.output.figures.values import Caption, Line, Span, caption
from simkit.output.report.blocks import Report, picture
from simkit.study.staff.practice_changes import Lever
from simkit.study.staff.staff import Need, StaffAnswer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simkit.framework.framework import Number

_AS_NOW = 0.5  # percent: a change that rounds to none
_MARGIN = 15.0  # points by which the simulated present may move before a warning


def report(result: StaffAnswer) -> Report:
    """The report, with the framework's assumptions and sources."""
    target, title = result.target, "What more or less assessment time does"
    curve = Section(title, (picture("staffing_curve", title, partial(figure, result)),))
    return study_report(
        "staff",
        result,
        title=f"What it takes in {result.experiment.profile.name}: {target.title}, {target.wanted}",
        question=f"How much assessment time would meet '{target.text}' in {_often(result)}?",
        answer=_answer(result),
        cautions=_cautions(result),
        sections=(*_sections(result), curve),
    )


def _often(result: StaffAnswer) -> str:
    return f"{100 * result.confidence:g}% of simulated years"


def _change(percent: float) -> str:
    """A change of assessment time in words: ``12% more``."""
    if abs(percent) < _AS_NOW:
        return "as much as now"
    return f"{abs(percent):.0f}% {'more' if percent > 0 else 'less'} than now"


_LEAST_TRIED = "the least that was tried"


def _needed_change(need: Need) -> str:
    """The change that keeps the target, and whether less was tried."""
    return f"even {_change(need.change)}, {_LEAST_TRIED}" if need.at_most else _change(need.change)


def _bounds(low: float, high: float, *, or_less: bool = False, or_more: bool = False) -> str:
    least, most = round(low), round(high)
    lower, upper = (f"{least}", f"{most}") if least >= 0 else (f"{least:+d}%", f"{most:+d}%")
    return f"{lower}{' or lower' if or_less else ''} to {upper}{' or more' if or_more else ''}"


def _interval(need: Need) -> str:
    """The interval of a need; ``-`` if it has none, or if both ends are the least that was tried."""
    if math.isnan(need.low) or (need.at_most and round(need.low) == round(need.high)):
        return "-"
    return _bounds(need.low, need.high, or_less=need.low_or_less, or_more=need.high_or_more)


def _in_brackets(words: str) -> str:
    return "" if words == "-" else f" ({words})"


def _answer(result: StaffAnswer) -> str:
    if not result.reachable:
        return f"{_not_by_staff(result)} {_by_practice(result)}"
    need = result.needs[0]
    sure = _in_brackets(_interval(need))
    assert result.over_range is not None
    over_range = "the same"
    if not _one_answer(result):
        ends = {"or_less": need.low_or_less, "or_more": need.high_or_more}
        over_range = _bounds(*result.over_range, **ends)
    return (
        f"To meet it in {_often(result)}, assessment time of case holders: {_needed_change(need)}{sure}; "
        f"{over_range} over the range of what is assumed about that time.\n"
        f"With the staff that the model works out for now: {value_and_interval(result.now)}, and "
        f"{result.now_kept:.0f}% of "
        "simulated years meet the target."
    )


def _one_answer(result: StaffAnswer) -> bool:
    """Whether the need is the same for every assumed share of time that the caseload fills.

    So it is where each share means fewer people than the minimum of a role.
    """
    return len({(need.change, need.now) for need in result.needs}) == 1


def _not_by_staff(result: StaffAnswer) -> str:
    floor = result.floor
    if result.target.is_met(floor.value):
        return (
            "Staff alone will not do it. Even with unlimited case holders the target is met in only "
            f"{result.floor_kept:.0f}% of simulated years (mean {amount(floor.value, floor.unit)}); you "
            f"asked for {100 * result.confidence:g}%."
        )
    most = value_and_interval(floor)
    return f"Staff alone will not do it: even with unlimited case holders it would be {most}."


def _by_practice(result: StaffAnswer) -> str:
    alone = [each for each in result.levers if each.reaches and each.path]
    if alone:
        many = {1: "One change", 2: "Two changes"}.get(len(alone), f"{len(alone)} changes")
        changes = "; or ".join(_lever(each) for each in alone)
        return f"{many} of practice would, with unlimited case holders: {changes}."
    together = [each for each in result.levers if each.reaches]
    if together:
        helps = "; ".join(_lever(each) for each in result.levers if each.path)
        return (
            f"No single change of practice that was tried would do it; all of these together would: {helps}."
        )
    return "No change of practice that was tried would do it either, within the ranges thought plausible."


_LEVERS = {
    "practice.span_median": "half of assessments, left to themselves, ended by day {to} (now {now})",
    "practice.margin": "those hurried for the limit ended {to} before it on average (now {now})",
    "practice.slip": "{to} of those hurried for the limit went past it (now {now})",
    "practice.slip_days": "those that go past the limit did so by {to} (now {now})",
    "practice.pull_national_limit": "{to} of those that would pass the limit were hurried for it (now {now})",
    "practice.brief_share": "{to} of assessments were brief (now {now})",
}
"""What a change of practice comes to, by its number."""


def _lever(lever: Lever) -> str:
    to = lever.after if lever.enough is None else lever.enough
    now, then = _number(lever, lever.before), _number(lever, to)
    if lever.path == "practice.span_median":
        now, then = f"{lever.before:.0f}", f"{to:.0f}"
    if lever.path in _LEVERS:
        return "if " + _LEVERS[lever.path].format(to=then, now=now)
    return f"{lower_first(lever.title)} of {then} (now {now})"


def _number(lever: Lever, value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:g} times" if lever.unit == "times" else number_words(round(value, 4), lever.unit)


def _cautions(result: StaffAnswer) -> Iterator[str]:
    yield (
        "Assessment time is the time that case holders give to assessments. It is not a number of people "
        "or a caseload: we found no source for what share of their time it is."
    )
    yield _share_note(result)
    yield (f"'Met in {_often(result)}' covers chance only, not whether the assumptions are right.")
    yield "The time of managers and of the front door stays as it is."
    yield from experiment_notes(result.experiment)
    yield assumptions_note(result.experiment)


def _share_note(result: StaffAnswer) -> str:
    number = result.experiment.framework.numbers["staff.utilisation"]
    assumed = f"{100 * number.value:.0f}%"
    text = (
        f"We assume that the caseload fills {assumed} of that time ({_range(number)}). "
        f"Practice was fitted with {assumed}"
    )
    if not result.needs or _one_answer(result):
        return f"{text}."
    return f"{text}; the table shows how far other shares are from the present, so read their rows with care."


def _sections(result: StaffAnswer) -> Iterator[Section]:
    rows: list[tuple[Cell, ...]] = [
        (
            "With the staff that the model works out for now",
            value_and_interval(result.now),
            f"{result.now_kept:.0f}%",
        ),
        ("With unlimited case holders", value_and_interval(result.floor), f"{result.floor_kept:.0f}%"),
    ]
    title = f"{result.target.title}; the target is {result.target.wanted}"
    heads = ("", "mean of the years (95% interval)", "years that meet it")
    yield Section("First, what unlimited staff would reach", (Table(title, heads, tuple(rows), 2),))
    if result.needs:
        yield _needed(result)
    if result.levers:
        rows = [
            (
                each.title,
                _number(each, each.before),
                _number(each, each.after),
                difference_words(each.effect),
                "yes" + (f", from {_number(each, each.enough)}" if each.enough is not None else "")
                if each.reaches
                else "no",
            )
            for each in result.levers
        ]
        heads_ = (
            "",
            "now",
            "at the better end",
            f"difference, {result.levers[0].effect.unit}",
            "reaches the target",
        )
        title = "Changes of practice that clearly help, with unlimited case holders"
        table = filled(Table(title, heads_, tuple(rows), 4))
        note = (
            "Each is moved to the better end of its plausible range. Whether that can be done is not known."
        )
        yield Section("Which change of practice would", (table, Paragraph(note)))
    rows = [
        (
            f"{round(change, 1):+g}%",
            amount(value, result.target.unit),
            f"{low:.1f} to {high:.1f}" if low < high else "-",
            f"{share:.0f}%",
        )
        for change, value, low, high, share in zip(*asdict(result.curve).values(), strict=True)
    ]
    heads4 = ("assessment time", "mean", "95% interval", "years that meet it")
    yield Section("The curve", (Table("What more or less assessment time does", heads4, tuple(rows), 3),))


def _range(number: Number) -> str:
    return f"{100 * number.low:.0f}% to {100 * number.high:.0f}%"


def _needed(result: StaffAnswer) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            f"{100 * need.filled:.0f}%" + (" (assumed)" if number == 0 else ""),
            amount(need.now, result.target.unit),
            _needed_change(need),
            _interval(need),
        )
        for number, need in enumerate(result.needs)
    ]
    heads = ("share of the time that the caseload fills", "now, in the simulation", "needed", "95% interval")
    notes: tuple[Paragraph | Items, ...] = ()
    if _one_answer(result):
        numbers_ = result.experiment.framework.numbers
        every, least = _range(numbers_["staff.utilisation"]), numbers_["staff.least_people"].value
        rows = [(every, *rows[0][1:])]
        notes = (
            Paragraph(
                f"The caseload would fill fewer than {least:g} full-time case holders at any share from "
                f"{every}. At least {least:g} are assumed, so the answer is the same at all of them."
            ),
        )
    elif far := tuple(_far_shares(result)):
        notes = (Items(far),)
    table = Table("Assessment time that meets the target", heads, tuple(rows), 3)
    return Section("The change of assessment time", (table, *notes))


def _far_shares(result: StaffAnswer) -> Iterator[str]:
    """Shares of time with which the simulated present is far from the one that practice was fitted to."""
    for need in result.needs[1:]:
        if result.target.unit == "%" and abs(need.now - result.needs[0].now) > _MARGIN:
            points = abs(need.now - result.needs[0].now)
            yield (
                f"If the caseload filled {100 * need.filled:.0f}% of the time, the simulated present would "
                f"be {points:.0f} points off."
            )


def _caption(result: StaffAnswer) -> Caption:
    return caption(
        _finding(result),
        f"{result.target.title} by change of assessment time. {whose(result.experiment.framework)}, "
        f"{year_words(result.experiment.profile.year)}",
        simulated=f"{result.replications} simulated years at each size, bands are 95% intervals",
        convention=result.convention,
        assumptions=len(result.experiment.framework.assumed()),
    )


def _finding(result: StaffAnswer) -> str:
    """What the figure shows, as its title: whether staff alone reach the target."""
    amount_words = f"{result.target.amount:g}{_of(result.target.unit)}"
    target = f"{result.experiment.profile.name}: the target of {amount_words}"
    if not result.reachable or not result.needs:
        name, years = result.experiment.profile.name, f"{100 * result.confidence:g}% of years"
        return f"{name}: staff alone will not keep the target of {amount_words} in {years}"
    need = result.needs[0]
    if abs(need.change) < _AS_NOW:
        return f"{target} is kept with today's assessment time"
    if need.at_most:
        return f"{target} is kept even with {abs(need.change):.0f}% less assessment time, {_LEAST_TRIED}"
    way = "more" if need.change > 0 else "less"
    return f"{target} needs {abs(need.change):.0f}% {way} assessment time"


def _of(unit: str) -> str:
    return unit if unit == "%" else f" {unit}"


def figure(result: StaffAnswer) -> Figure:
    """The effect of assessment time, with the target and the floor that unlimited staff would reach."""
    from simkit.output.figures import staffing_curve

    curve = result.curve
    lines = [Line("Simulated", curve.change, curve.value, curve.low, curve.high)]
    floor = Span("Unlimited case holders", result.floor.value, result.floor.low, result.floor.high)
    need = result.needs[0] if result.needs else None
    answer = None
    if need is not None:
        words = f"{_needed_change(need).removeprefix('even ')}{_in_brackets(_interval(need))}"
        answer = Span("Needed", need.change, need.low, need.high, says=words)
    title = f"{result.target.title}, {result.target.unit}"
    return staffing_curve(
        lines,
        y_title=title,
        target=result.target.amount,
        floor=floor,
        answer=answer,
        caption=_caption(result),
    )


def data(result: StaffAnswer) -> dict[str, Any]:
    """The answer as plain data. Changes are in percent of the assessment time of now."""
    body = {
        "target": result.target.text,
        "target_words": str(result.target),
        "target_amount": result.target.amount,
        "unit": result.target.unit,
        "confidence": result.confidence,
        "reachable_by_staff": result.reachable,
        "now": {**asdict(result.now), "years_kept_pct": result.now_kept},
        "floor": {**asdict(result.floor), "years_kept_pct": result.floor_kept},
        "needs": [_need_data(each) for each in result.needs],
        "over_range_pct": result.over_range,
        "curve": asdict(result.curve),
        "levers": [{**asdict(each), "effect": asdict(each.effect)} for each in result.levers],
    }
    return study_data("staff", result, _answer(result), _cautions(result), body)


def _need_data(need: Need) -> dict[str, Any]:
    return {
        "share_of_time_filled": need.filled,
        "change_pct": need.change,
        "low_pct": need.low,
        "high_pct": need.high,
        "now": need.now,
        "or_less": need.at_most,
        "low_or_less": need.low_or_less,
        "high_or_more": need.high_or_more,
    }


def tables(result: StaffAnswer) -> dict[str, pd.DataFrame]:
    """The tables of the answer by the name of their file."""

    import pandas as pd

    frames = {
        "curve": pd.DataFrame(asdict(result.curve)).rename(
            columns={"change": "assessment_time_change_pct", "kept": "years_kept_pct"}
        ),
        "needs": pd.DataFrame([_need_data(each) for each in result.needs]),
        "practice": pd.DataFrame(
            [
                {
                    "path": each.path,
                    "title": each.title,
                    "unit": each.unit,
                    "now": each.before,
                    "better_end": each.after,
                    "difference": each.effect.value,
                    "low": each.effect.low,
                    "high": each.effect.high,
                    "reaches": each.reaches,
                    "enough": each.enough,
                }
                for each in result.levers
            ]
        ),
    }
    placed = {name: with_place(result.experiment, frame) for name, frame in frames.items() if len(frame)}
    return {**placed, "assumptions": numbers(result.experiment.framework)}
