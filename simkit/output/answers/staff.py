"""What a target needs, as a report, plain data and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.common.text import listed
from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.comparison.sentences import gap_words
from simkit.output.answers.result.data import plain_answer
from simkit.output.answers.result.tables import numbers, placed
from simkit.output.answers.wording import QUALITY, amount, subtitle
from simkit.output.figures.values import Caption, Line, Span, caption
from simkit.output.report.blocks import Cell, Items, Paragraph, Picture, Report, Section, Table
from simkit.output.report.sections import assumptions_section, number_words, sources_section
from simkit.study.estimate import Estimate
from simkit.study.staff.practice_changes import Lever
from simkit.study.staff.staff import Need, StaffAnswer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simkit.framework.framework import Number

__all__ = ["report_of_staffed", "staff_figure", "staffed_dict", "staffed_tables", "words_of_staffed"]

_MARGIN = 15.0  # points by which what is assumed of now may miss the published share before it is said


def words_of_staffed(found: StaffAnswer) -> Report:
    """The report without figures, for the terminal."""
    experiment = found.experiment
    return Report(
        kind="staff",
        title=f"What it takes in {experiment.profile.name}: {found.target.title}, {found.target.wanted}",
        subtitle=subtitle(experiment),
        standing=f"{whose(experiment.framework)}.",
        question=f"What assessment time keeps '{found.target.text}' in {_often(found)}?",
        answer=_answer(found),
        cautions=tuple(_cautions(found)),
        sections=tuple(_sections(found)),
        command=found.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def report_of_staffed(found: StaffAnswer) -> Report:
    """The whole report, with its figure, assumptions and sources."""
    words = words_of_staffed(found)
    framework = found.experiment.framework
    return replace(
        words,
        sections=(
            *words.sections,
            Section("What more or less assessment time does", (_picture(found),)),
            assumptions_section(framework),
            sources_section(framework),
        ),
    )


def _often(found: StaffAnswer) -> str:
    return f"{100 * found.confidence:g}% of simulated years"


def _said(each: Estimate) -> str:
    return f"{amount(each.value, each.unit)} ({each.low:.1f} to {each.high:.1f})"


def _change(percent: float) -> str:
    """A change of assessment time in words: ``12% more``."""
    if abs(percent) < 0.5:
        return "as much as now"
    return f"{abs(percent):.0f}% {'more' if percent > 0 else 'less'} than now"


def _enough(need: Need) -> str:
    """The change that keeps the target; at the end of what was tried it says no more than that."""
    return f"kept even with {_change(need.change)}, the least tried" if need.at_most else _change(need.change)


def _bounds(low: float, high: float) -> str:
    least, most = round(low), round(high)
    return f"{least} to {most}" if least >= 0 else f"{least:+d}% to {most:+d}%"


def _answer(found: StaffAnswer) -> str:
    if not found.reachable:
        return f"{_not_by_staff(found)} {_by_practice(found)}"
    need = found.needs[0]
    sure = (
        ""
        if math.isnan(need.low)
        else f" ({_bounds(need.low, need.high)}, as far as the simulated years tell)"
    )
    assert found.over_range is not None
    over_range = "the same" if _one_answer(found) else _bounds(*found.over_range)
    return (
        f"Assessment time of case holders: {_enough(need)}{sure}; "
        f"{over_range} over the range of the share of that time which the caseload fills. With the staff "
        f"that the model works out for now {_said(found.now)}, and {found.now_kept:.0f}% of simulated years "
        "keep the target."
    )


def _one_answer(found: StaffAnswer) -> bool:
    """Whether what is needed is the same whatever share of the time the caseload is taken to fill.

    It is where each of these shares would make fewer people than a role has at least.
    """
    return len({(need.change, need.now) for need in found.needs}) == 1


def _not_by_staff(found: StaffAnswer) -> str:
    floor = found.floor
    level = f"{amount(floor.value, floor.unit)} (95% interval {floor.low:.1f} to {floor.high:.1f})"
    said = f"Not reachable by staff alone: with unlimited case holders it would still be {level}."
    if found.target.is_met(floor.value):
        said += (
            f" That is the mean: {found.floor_kept:.0f}% of simulated years keep "
            f"the target, not {100 * found.confidence:g}%."
        )
    return said


def _by_practice(found: StaffAnswer) -> str:
    alone = [each for each in found.levers if each.reaches and each.path]
    if alone:
        changes = listed((_lever(each) for each in alone), "or")
        return f"With unlimited case holders it would be reached by {changes}."
    together = [each for each in found.levers if each.reaches]
    if together:
        helps = listed(each.title[:1].lower() + each.title[1:] for each in found.levers if each.path)
        return f"No change of practice that was tried reaches it alone; all of these together would: {helps}."
    return "No change of practice that was tried reaches it either, within the ranges thought plausible."


def _lever(each: Lever) -> str:
    title = each.title[:1].lower() + each.title[1:]
    to = each.after if each.enough is None else each.enough
    return f"{title}: {_number(each, each.before)} to {_number(each, to)}"


def _number(each: Lever, value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:g} times" if each.unit == "times" else number_words(round(value, 4), each.unit)


def _cautions(found: StaffAnswer) -> Iterator[str]:
    yield (
        "Assessment time is the time of case holders that goes to assessments. It is no number of people and "
        "no caseload: what share of their time that is, is not published, and nobody knows a safe caseload."
    )
    yield _about_the_share(found)
    yield (
        f"A target is kept with a confidence of {100 * found.confidence:g}% where that part of the simulated "
        "years keeps it. Whether the assumptions hold is not in it."
    )
    yield "Time of managers and of the front door is left as it is."
    yield found.experiment.practice_note
    yield from found.experiment.staff_notes
    if found.experiment.scenario.caption:
        yield found.experiment.scenario.caption
    yield from found.experiment.profile.notes
    count = len(found.experiment.framework.assumed())
    yield (
        f"{count} numbers behind this are assumptions. To see which of them an answer hangs on: "
        f"simkit sensitivity {found.experiment.framework.name}"
    )


def _about_the_share(found: StaffAnswer) -> str:
    number = found.experiment.framework.numbers["staff.utilisation"]
    assumed = f"{100 * number.value:.0f}%"
    said = (
        f"What share of that time the caseload fills is an assumption ({assumed}; {_range(number)}). "
        f"Practice was fitted with {assumed}"
    )
    if not found.needs or _one_answer(found):
        return f"{said}."
    return (
        f"{said}: with another share the simulation of now is off by what the table shows, and practice "
        "would have been fitted otherwise."
    )


def _sections(found: StaffAnswer) -> Iterator[Section]:
    rows: list[tuple[Cell, ...]] = [
        ("With the staff that the model works out for now", _said(found.now), f"{found.now_kept:.0f}%"),
        ("With unlimited case holders: the floor", _said(found.floor), f"{found.floor_kept:.0f}%"),
    ]
    title = f"{found.target.title}; the target is {found.target.wanted}"
    heads = ("", "mean of the years (95% interval)", "years that keep it")
    yield Section("First, what unlimited staff would reach", (Table(title, heads, tuple(rows), 2),))
    if found.needs:
        yield _needed(found)
    if found.levers:
        rows = [
            (
                each.title,
                _number(each, each.before),
                _number(each, each.after),
                gap_words(each.effect),
                "yes" + (f", from {_number(each, each.enough)}" if each.enough is not None else "")
                if each.reaches
                else "no",
            )
            for each in found.levers
        ]
        heads_ = (
            "",
            "now",
            "at the better end",
            f"difference, {found.levers[0].effect.unit}",
            "reaches the target",
        )
        table = Table(
            "Changes of practice that surely help, with unlimited case holders", heads_, tuple(rows), 4
        )
        note = (
            "Each is moved to the better end of the range that is thought plausible. They are how practice "
            "was fitted or what is assumed of it: that they can be brought about is not known."
        )
        yield Section("Which change of practice would", (table, Paragraph(note)))
    rows = [
        (
            f"{round(change, 1):+g}%",
            amount(value, found.target.unit),
            f"{low:.1f} to {high:.1f}",
            f"{kept:.0f}%",
        )
        for change, value, low, high, kept in zip(*asdict(found.curve).values(), strict=True)
    ]
    heads4 = ("assessment time", "mean", "95% interval", "years that keep it")
    yield Section("The curve", (Table("What more or less assessment time does", heads4, tuple(rows), 3),))


def _range(number: Number) -> str:
    return f"{100 * number.low:.0f}% to {100 * number.high:.0f}%"


def _needed(found: StaffAnswer) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            f"{100 * need.filled:.0f}%" + (" (assumed)" if number == 0 else ""),
            amount(need.now, found.target.unit),
            _enough(need),
            "-" if math.isnan(need.low) else _bounds(need.low, need.high),
        )
        for number, need in enumerate(found.needs)
    ]
    heads = ("share of the time that the caseload fills", "now, in the simulation", "needed", "95% interval")
    beside: tuple[Paragraph | Items, ...] = ()
    if _one_answer(found):
        numbers_ = found.experiment.framework.numbers
        every, least = _range(numbers_["staff.utilisation"]), numbers_["staff.least_people"].value
        rows = [(every, *rows[0][1:])]
        beside = (
            Paragraph(
                f"The caseload would fill fewer than {least:g} full-time case holders at any share from "
                f"{every}. There are {least:g} at least, which is an assumption, so the answer is the "
                "same at all of them."
            ),
        )
    elif missed := tuple(_missed(found)):
        beside = (Items(missed),)
    table = Table("Assessment time that keeps the target", heads, tuple(rows), 3)
    return Section("The change of assessment time", (table, *beside))


def _missed(found: StaffAnswer) -> Iterator[str]:
    """Where a share of time filled gives a now that is far from the simulated one that practice was fitted
    to.
    """
    for need in found.needs[1:]:
        if found.target.unit == "%" and abs(need.now - found.needs[0].now) > _MARGIN:
            off = abs(need.now - found.needs[0].now)
            yield (
                f"If the caseload filled {100 * need.filled:.0f}% of the time, the simulation of now would "
                f"be {off:.0f} points off: read that row with care."
            )


def _caption(found: StaffAnswer) -> Caption:
    return caption(
        f"{found.target.title}, by assessment time",
        whose(found.experiment.framework),
        simulated=f"Simulated: {found.replications} replications at each size, the same cases at all",
        convention=found.convention,
        source="Caseload and workforce: Department for Education statistics (Open Government Licence v3.0)",
        assumptions=len(found.experiment.framework.assumed()),
    )


def staff_figure(found: StaffAnswer) -> Figure:
    """What more or less assessment time does, with the target and what unlimited staff would reach."""
    from simkit.output.figures import staffing_curve

    curve = found.curve
    lines = [Line("Simulated", curve.change, curve.value, curve.low, curve.high)]
    floor = Span("Unlimited case holders", found.floor.value, found.floor.low, found.floor.high)
    need = found.needs[0] if found.needs else None
    answer = None if need is None else Span("Needed", need.change, need.low, need.high)
    unit = {"%": "%"}.get(found.target.unit, found.target.unit)
    title, around = f"{found.target.title}, {unit}", _caption(found)
    return staffing_curve(
        lines, y_title=title, target=found.target.amount, floor=floor, answer=answer, caption=around
    )


def _picture(found: StaffAnswer) -> Picture:
    from simkit.output.report.picture import picture

    return picture("staffing_curve", "What more or less assessment time does", staff_figure(found))


def staffed_dict(found: StaffAnswer) -> dict[str, Any]:
    """The answer as plain data. Changes are in percent of the assessment time of now."""
    body = {
        "target": found.target.text,
        "target_words": str(found.target),
        "target_amount": found.target.amount,
        "unit": found.target.unit,
        "confidence": found.confidence,
        "reachable_by_staff": found.reachable,
        "now": {**asdict(found.now), "years_kept_pct": found.now_kept},
        "floor": {**asdict(found.floor), "years_kept_pct": found.floor_kept},
        "needs": [_need(each) for each in found.needs],
        "over_range_pct": found.over_range,
        "curve": asdict(found.curve),
        "levers": [{**asdict(each), "effect": asdict(each.effect)} for each in found.levers],
    }
    return plain_answer("staff", found, _answer(found), _cautions(found), body)


def _need(each: Need) -> dict[str, Any]:
    return {
        "share_of_time_filled": each.filled,
        "change_pct": each.change,
        "low_pct": each.low,
        "high_pct": each.high,
        "now": each.now,
        "or_less": each.at_most,
    }


def staffed_tables(found: StaffAnswer) -> dict[str, pd.DataFrame]:
    """The tables of the answer by the name of their file."""
    made = {
        "curve": pd.DataFrame(asdict(found.curve)).rename(
            columns={"change": "assessment_time_change_pct", "kept": "years_kept_pct"}
        ),
        "needs": pd.DataFrame([_need(each) for each in found.needs]),
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
                for each in found.levers
            ]
        ),
    }
    tables = {name: placed(found.experiment, frame) for name, frame in made.items() if len(frame)}
    return {**tables, "assumptions": numbers(found.experiment.framework)}
