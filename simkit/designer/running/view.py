"""What the screen of runs shows of them: the answer, a card for each side, and the figures published."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from simkit.common.text import listed, lower_first, upper_first
from simkit.designer.running.beside import MEASURES, Beside, beside, simulated
from simkit.designer.running.on_screen import on_screen
from simkit.designer.running.runs import Runs
from simkit.designer.running.what_if import AS_IT_IS, WhatIf
from simkit.output.answers.comparison.headline import answer as comparison_answer
from simkit.output.answers.comparison.sentences import from_to, signed, span, verdict
from simkit.output.answers.result.headline import answer as run_answer
from simkit.output.answers.result.headline import further_notes
from simkit.output.answers.result.not_known import (
    assumed_in_figures,
    ends_line,
    in_time_range,
    late_range,
    nobody_knows,
    range_decides,
)
from simkit.output.answers.result.response import IF_IT_RESPONDS, is_overfull_alone
from simkit.output.answers.wording import HUNDRED, amount, in_hundred, range_of, value_and_interval
from simkit.output.drawings import NARROW, durations_svg, weeks_svg
from simkit.output.figures.values import BASELINE_NOT_CALIBRATED, NOT_CALIBRATED
from simkit.study.compare.compare import FEWEST, Comparison
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.estimate import LEAST_YEARS, Estimate
from simkit.study.overload_notes import all_in_use
from simkit.study.result import HEADLINE, IN_TIME, Result

_OVERFULL = "More work than hours"
_UNSETTLED = "Not settled by evidence"
_WORDS = {
    "lower": "Fewer children wait",
    "lower, by very little": "Fewer children wait, by very little",
    "higher": "More children wait",
    "higher, by very little": "More children wait, by very little",
    "same": "The same in every simulated year",
    "about the same": "About the same",
    "not settled by evidence": _UNSETTLED,
    NOT_CALIBRATED: "Not calibrated: nothing published to fit it to",
    BASELINE_NOT_CALIBRATED: "Not calibrated: nothing published to fit the first one to",
    "more work than hours": _OVERFULL,
    "not known": "Can't be compared",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One side: its number as people say it, and what can be said of its difference from the first.

    ``verdict`` is empty of the first side. ``kind``: settled, unsettled or first.
    """

    number: int
    title: str
    figure: str
    tail: str
    detail: str
    verdict: str
    kind: str
    difference: str
    why: str
    in_time: str
    says: tuple[str, ...]
    notes: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure for a wide page and a narrow one."""

    title: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class RunView:
    """Everything that is shown of runs so far.

    ``lead``: the answer, a sentence or two a line. ``overfull``: the runs whose range leaves out what happens
    if nobody responds. ``drawn_of``: of which run the figures are, and what they assume.
    """

    years: str
    lead: tuple[str, ...]
    overfull: tuple[str, ...]
    cards: tuple[Card, ...]
    drawn: tuple[Drawn, ...]
    drawn_of: str
    beside: Beside | None
    command: str
    responds: bool
    has_response: bool


def run_view(runs: Runs, *, responds: bool) -> RunView:
    """What to show. ``responds``: of a change of caseload or staff the figures in which services respond."""
    results, comparison = runs.so_far()
    has_response = any(each.without_response is not None for each in results)
    years = f"{results[0].replications} of {runs.sides.expected} simulated years" if results else ""
    cards = tuple(
        _card(number, runs.what_ifs[number], each, comparison, responds)
        for number, each in enumerate(results)
    )
    return RunView(
        years=years,
        lead=_lead(results, comparison, runs.what_ifs),
        overfull=tuple(_overfull(results, runs.what_ifs)) if responds and comparison is not None else (),
        cards=cards,
        drawn=_drawn(results[-1]) if results else (),
        drawn_of=_drawn_of(results[-1], runs.what_ifs[len(results) - 1]) if results else "",
        beside=_beside(runs, results, responds) if results else None,
        command=runs.command(comparison),
        responds=responds,
        has_response=has_response,
    )


def _lead(
    results: tuple[Result, ...], comparison: Comparison | None, what_ifs: tuple[WhatIf, ...]
) -> tuple[str, ...]:
    if not results:
        return ()
    if len(results) == 1:
        return _on_screen(run_answer(results[0]).splitlines())
    if comparison is None:
        return (f"Differences are shown after {FEWEST} simulated years.",)
    lines = _on_screen(comparison_answer(comparison).splitlines())
    assumed = [f"{each.title}: {lower_first(each.assumed)}" for each in what_ifs if each.assumed]
    return (*lines, *(f"Evidence does not settle this. {upper_first(each)}" for each in assumed))


def _overfull(results: tuple[Result, ...], what_ifs: tuple[WhatIf, ...]) -> Iterator[str]:
    """The runs that have more work than hours if nobody responds: no range of a difference has that."""
    for what_if, result in zip(what_ifs, results, strict=False):
        silent = result.without_response
        if silent is not None and all_in_use(result.experiment.framework, silent):
            yield (
                f"{what_if.title}, if nobody responds: {value_and_interval(silent[HEADLINE])} of children "
                "wait more than 45 working days, and waits keep growing. "
                "The comparison above leaves this out."
            )


def _measures(result: Result, responds: bool) -> Mapping[str, Estimate]:
    silent = result.without_response
    return result.measures if responds or silent is None else silent


def _card(
    number: int, what_if: WhatIf, result: Result, comparison: Comparison | None, responds: bool
) -> Card:
    measures = _measures(result, responds)
    share = measures[HEADLINE]
    full = all_in_use(result.experiment.framework, measures)
    children, in_time = measures["cohort_assessments"].value, value_and_interval(measures[IN_TIME])
    if not range_decides(result):
        figure, tail = _figure(share, children)
        detail = _detail(share)
    elif measures is result.measures:
        figure, tail = late_range(result), _tail(children)
        detail, in_time = f"{upper_first(nobody_knows(result))}. {ends_line(result)}", in_time_range(result)
        if is_overfull_alone(result):
            detail = f"{IF_IT_RESPONDS}. {detail}"
    else:  # over what is not known, only a service that responds is run
        assumed = assumed_in_figures(result)
        figure, tail = "No single figure", f"{upper_first(nobody_knows(result))}."
        detail = (
            f"If {assumed}: {value_and_interval(share)}. The whole range is shown if the service responds."
        )
        in_time = f"{in_time} if {assumed}"
    says, kind, difference, why = "", "first" if number == 0 else "waiting", "", ""
    if number and comparison is not None:
        says, kind, difference, why = _difference(number - 1, what_if, comparison, responds)
    if full and kind != "unsettled":
        says, kind = _OVERFULL, "unsettled"
        who = listed(map(lower_first, full))
        why = f"All of the time of the {who} is in use, so waits grow for as long as it lasts."
    return Card(
        number=number,
        title=what_if.title if number else AS_IT_IS,
        figure=figure,
        tail=tail,
        detail=detail,
        verdict=says,
        kind=kind,
        difference=difference,
        why=why,
        in_time=in_time,
        says=_on_screen(run_answer(result).splitlines()),
        notes=_on_screen(further_notes(result)),
        command=result.command,
    )


def _on_screen(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(words for words in map(on_screen, lines) if words)


def _detail(share: Estimate) -> str:
    """The share with its interval and how far single years differ."""
    interval, year = range_of(share), range_of(share, year=True)
    detail = f"{amount(share.value, '%')} of those assessed" + (f" ({interval})" if interval != "-" else "")
    if year != "-" and not math.isnan(share.value):
        detail += f". In 8 of 10 simulated years: {year}%"
    if share.replications < LEAST_YEARS:
        detail += f". An interval is shown after {LEAST_YEARS} simulated years"
    return f"{detail}."


def _tail(children: float) -> str:
    """What a share is of."""
    late = "wait more than 45 working days from referral"
    return (
        f"of about {children:.0f} children assessed in a year {late}"
        if children < HUNDRED
        else f"children {late}"
    )


def _figure(share: Estimate, children: float) -> tuple[str, str]:
    """The share as people say it, and what it is of."""
    if math.isnan(share.value):
        return "No figure", "No child was referred and assessed."
    words = amount(share.value, "%") if children < HUNDRED else upper_first(in_hundred(share.value))
    return words, _tail(children)


def _difference(
    number: int, what_if: WhatIf, comparison: Comparison, responds: bool
) -> tuple[str, str, str, str]:
    """The verdict on a side, whether it is settled, its difference in points, and what decides it."""
    words = verdict(comparison, number)
    found = comparison.headline[number]
    if not responds:
        found = _silent(comparison, number) or found
    difference = _points(found)
    if what_if.pull is not None:
        why = "It depends on how far people work to a review or limit, which you have assumed."
        return _UNSETTLED, "unsettled", difference, why
    why = ""
    if words == "not settled by evidence":
        low, high = span(comparison, number)
        if not math.isnan(low):
            told = f"{upper_first(from_to(low, high))} than as it is now, depending on what nobody knows."
            return (
                _UNSETTLED,
                "unsettled",
                told,
                f"On simkit's assumptions: {lower_first(difference)}",
            )
    settled = words in ("lower", "higher", "same", "about the same") or words.endswith("very little")
    return _WORDS.get(words, upper_first(words)), "settled" if settled else "unsettled", difference, why


def _silent(comparison: Comparison, number: int) -> PairedDifference | None:
    """The difference where nobody responds to the change."""
    for each in comparison.ranges:
        if each.kind == "response":
            return each.points[0].paired_differences[number]
    return None


def _points(difference: PairedDifference) -> str:
    if math.isnan(difference.value):
        return "No difference can be given."
    if difference.verdict == "same":
        return "No difference in any simulated year."
    sign = signed(difference.value, difference.unit)
    return f"{sign} points compared with as it is now ({from_to(difference.low, difference.high)})."


def _drawn_of(result: Result, what_if: WhatIf) -> str:
    words = f"Both pictures are of the run “{what_if.title}”."
    if range_decides(result):
        assumed = assumed_in_figures(result)
        words += (
            f" They show one point of its range. {upper_first(nobody_knows(result))}; the pictures assume "
            f"“{assumed}”."
        )
    return words


def _drawn(result: Result) -> tuple[Drawn, ...]:
    draw = {"How long assessments take": durations_svg, "Open assessments by week": weeks_svg}
    return tuple(
        Drawn(
            title,
            Markup(make(result, place=f"run-{number}-wide")),
            Markup(make(result, NARROW, f"run-{number}-narrow")),
        )
        for number, (title, make) in enumerate(draw.items())
    )


def _beside(runs: Runs, results: tuple[Result, ...], responds: bool) -> Beside:
    """Each run, the own return that the runs use, and what is published."""
    lines, assumed = [], defaultdict[str, list[str]](list)
    for what_if, result in zip(runs.what_ifs, results, strict=False):
        measures, share = _measures(result, responds), ""
        if range_decides(result):
            others = f"The other simulated figures assume: {assumed_in_figures(result)}."
            assumed[f"{nobody_knows(result)}. {others}"].append(what_if.title)
            share = in_time_range(result) if measures is result.measures else ""
        figures = {name: measures[name] for name in MEASURES}
        lines.append(simulated(what_if.title, f"simulated on {runs.caseload.words}", figures, share))
    notes = [
        f"In brackets: the 95% interval of simulated figures, with at least {LEAST_YEARS} simulated years."
    ]
    notes += [f"{listed(titles)}: {words}" for words, titles in assumed.items()]
    return beside(results[0].experiment.profile, runs.caseload.counts, lines, notes)
