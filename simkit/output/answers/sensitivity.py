"""The sensitivity of an answer to its assumptions, as a report, plain data, table and figure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Section, Table
from simkit.common.text import listed, lower_first
from simkit.framework.framework import Number
from simkit.framework.wording import number_words, whose
from simkit.output.answers.comparison.sentences import difference_words, too_few_years
from simkit.output.answers.result.data import number_data
from simkit.output.answers.result.tables import with_place
from simkit.output.answers.study_answer import experiment_notes, study_data, study_report
from simkit.output.answers.wording import value_and_interval, year_words
from simkit.output.figures.values import Span, Swing, caption
from simkit.output.report.blocks import Report, picture
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.estimate import LEAST_YEARS
from simkit.study.sensitivity import Influence, Sensitivity, acts_only_where

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_SHOWN = 15


def report(result: Sensitivity) -> Report:
    """The report, with all assumptions and sources."""
    title = "The answer over the range of each assumption"
    return study_report(
        "sensitivity",
        result,
        title=f"What the answer depends on: {result.experiment.profile.name}",
        question=f"{result.measure.title}: which of the assumptions move it?",
        answer=_answer(result),
        cautions=_cautions(result),
        sections=(
            Section("Which assumptions move it", (_table(result, _SHOWN),)),
            Section(
                "Each assumption over its range", (picture("sensitivity", title, partial(figure, result)),)
            ),
            Section("Every assumption", (_table(result, len(result.influences)),), appendix=True),
        ),
    )


def _too_few(result: Sensitivity) -> bool:
    return result.replications < LEAST_YEARS


def _unit(result: Sensitivity) -> str:
    return "points" if result.measure.unit == "%" else result.measure.unit


def _answer(result: Sensitivity) -> str:
    base = result.base
    level = f"With every assumption as it is: {value_and_interval(base)}"
    matter = result.decisive
    if _too_few(result):
        return (
            f"{level}. {result.replications} simulated years are too few to tell which of "
            f"{len(result.influences)} assumptions move this: at least {LEAST_YEARS} are needed."
        )
    if not matter:
        return (
            f"{level}. With {result.replications} simulated years, none of the {len(result.influences)} "
            f"assumptions is sure to move this by 0.5 {_unit(result)} or more.{_largest(result)} "
            "With so many tested, chance alone makes a few large ones. More years may show more."
        )
    most = "; ".join(
        f"{lower_first(each.number.title)} ({each.swing:.1f} {_unit(result)})" for each in matter[:3]
    )
    return (
        f"{level}.\n{len(matter)} of {len(result.influences)} assumptions clearly move it over their range. "
        "It depends "
        f"most on: {most}."
    )


def _largest(result: Sensitivity) -> str:
    """The largest of the differences, where there is any."""
    ends = [
        (abs(each.value), words, influence.number, each)
        for influence in result.influences
        for words, each in (("low", influence.at_low), ("high", influence.at_high))
        if each.value
    ]
    if not ends:
        return ""
    _, words, number, difference = max(ends, key=lambda end: end[0])
    return (
        f" The largest is that of {lower_first(number.title)}: {difference_words(difference)} "
        f"{_unit(result)} at its {words} end."
    )


def _cautions(result: Sensitivity) -> Iterator[str]:
    yield (
        "Each assumption is moved over its range alone, with the same simulated years. Staff are worked out "
        "again each time. Practice stays as it was fitted; a new fit would undo part of the difference."
    )
    if not _too_few(result):
        yield (
            "Clearly: larger than chance would make the largest of the "
            f"{2 * len(result.influences)} differences tried. One interval in 20 in the table leaves out 0 "
            "by chance."
        )
    if result.trajectories:
        yield (
            f"Morris's screening moves them together ({result.trajectories} trajectories), except for how "
            "long is simulated. Its mean effect is over the whole range. If the spread is as large as the "
            "mean, the effect of an assumption depends on the others."
        )
    ends = sum(number.low == number.high for number in result.left_out)
    if ends:
        yield (
            f"{ends} numbers have no range of their own: the high end of a piece of work or a wait moves "
            "with what is typical."
        )
    idle = [acts_only_where(n, result.experiment) for n in result.left_out if n.low < n.high]
    if idle:
        many = "1 assumption that has" if len(idle) == 1 else f"{len(idle)} assumptions that have"
        yield f"Left out: {many} an effect only where {listed(dict.fromkeys(idle), 'or')}."
    yield from experiment_notes(result.experiment)


def _table(result: Sensitivity, most: int) -> Table:
    influences = result.influences[:most]
    screened = result.trajectories > 0
    heads = ["", "assumed", "range", "at its low end", "at its high end"]
    heads += ["mean effect (Morris)", "spread"] if screened else []
    rows: list[tuple[Cell, ...]] = []
    for each in influences:
        number = each.number
        row = [
            number.title,
            number_words(number.value, number.unit),
            _range(number),
            difference_words(each.at_low),
            difference_words(each.at_high),
        ]
        if screened:
            row += _screened(each)
        rows.append(tuple(row))
    rest = len(result.influences) - len(influences)
    more = f"; {rest} more are in the tables" if rest else ""
    intervals = "" if _too_few(result) else ", with 95% intervals"
    title = f"{result.measure.title}: differences in {_unit(result)}{intervals}{more}"
    return Table(title, tuple(heads), tuple(rows), len(heads) - 1)


def _screened(influence: Influence) -> list[str]:
    if math.isnan(influence.screened):
        return ["not screened", ""]
    return [f"{influence.screened:.1f} (± {influence.screened_within:.1f})", f"{influence.spread:.1f}"]


def _range(number: Number) -> str:
    return f"{number_words(number.low, number.unit)} to {number_words(number.high, number.unit)}"


def figure(result: Sensitivity) -> Figure:
    """The answer over the range of each assumption."""
    from simkit.output.figures import sensitivity

    base = Span(result.measure.title, result.base.value, result.base.low, result.base.high)
    swings = [
        Swing(
            each.number.title,
            number_words(each.number.low, each.number.unit),
            number_words(each.number.high, each.number.unit),
            _moved(result.base.value, each.at_low),
            _moved(result.base.value, each.at_high),
            each.matters,
            result.base.value,
        )
        for each in result.influences
        if _told(result, each)
    ]
    words = caption(
        _finding(result),
        f"{result.measure.title}, at the two ends of each range. {whose(result.experiment.framework)}, "
        f"{year_words(result.experiment.profile.year)}",
        simulated=f"{result.replications} simulated years at each end",
        convention=result.convention,
        assumptions=len(result.experiment.framework.assumed()),
    )
    untold = len(result.influences) - len(swings)
    return sensitivity(swings, base, result.measure.unit, words, untold)


def _told(result: Sensitivity, each: Influence) -> bool:
    """Whether enough simulated years have a value at both ends of an assumption's range."""
    ends = (each.at_low, each.at_high)
    return not (_too_few(result) or any(math.isnan(end.value) or too_few_years(end) for end in ends))


def _moved(base: float, by: PairedDifference) -> Span:
    return Span("", base + by.value, base + by.low, base + by.high)


def _finding(result: Sensitivity) -> str:
    """What the figure shows, as its title."""
    name = result.experiment.profile.name
    if _too_few(result):
        return f"{name}: {result.replications} simulated years are too few to tell what moves the answer"
    if not result.decisive:
        return f"{name}: none of {len(result.influences)} assumptions clearly moves the answer"
    most = result.decisive[0]
    many = len(result.decisive)
    clearly = "1 assumption clearly moves" if many == 1 else f"{many} assumptions clearly move"
    return f"{name}: {clearly} the answer, most of all {lower_first(most.number.title)}"


def data(result: Sensitivity) -> dict[str, Any]:
    """The same as plain data."""
    body = {
        "measure": asdict(result.measure),
        "base": asdict(result.base),
        "assumptions": [_plain(each) for each in result.influences],
        "left_out": [number.path for number in result.left_out],
        "trajectories": result.trajectories,
    }
    return study_data("sensitivity", result, _answer(result), _cautions(result), body)


def _plain(influence: Influence) -> dict[str, Any]:
    return {
        **number_data(influence.number),
        "moves": influence.matters,
        "swing": influence.swing,
        "at_low": influence.at_low.value,
        "at_low_low": influence.at_low.low,
        "at_low_high": influence.at_low.high,
        "at_high": influence.at_high.value,
        "at_high_low": influence.at_high.low,
        "at_high_high": influence.at_high.high,
        "morris_mean_effect": influence.screened,
        "morris_within": influence.screened_within,
        "morris_spread": influence.spread,
    }


def tables(result: Sensitivity) -> dict[str, pd.DataFrame]:
    """One table, one row an assumption, the most influential first."""

    import pandas as pd

    frame = pd.DataFrame([_plain(each) for each in result.influences])
    frame.insert(0, "measure", result.measure.name)
    return {"sensitivity": with_place(result.experiment, frame)}
