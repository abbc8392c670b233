"""The question of a run and its answer in a few sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from simkit.common.text import listed, lower_first, upper_first
from simkit.data import ENGLAND
from simkit.output.answers.result.by_route import scarce
from simkit.output.answers.result.not_known import in_time_range, range_decides, range_lines
from simkit.output.answers.result.published import peers, published_measures
from simkit.output.answers.result.response import less_time, responds
from simkit.output.answers.wording import (
    HUNDRED,
    THE_SAME,
    amount,
    chance_words,
    few,
    in_hundred,
    in_time_simulated,
    is_a_year,
    range_of,
    return_words,
    year_words,
)
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.estimate import LEAST_CHILDREN, LEAST_YEARS, Estimate
from simkit.study.overload_notes import all_in_use
from simkit.study.result import HEADLINE, IN_TIME, Result

_AT_BOUND = 10.0  # % of tasks as short as they can get, above which the response is not relied on


def question(result: Result) -> str:
    """What the run was for."""
    experiment = result.experiment
    year = year_words(experiment.profile.year)
    name = experiment.profile.name
    under = "" if not experiment.scenario.changes else f", under '{experiment.scenario.title}'"
    given = f"with {name}'s caseload of the {year}{under} and staff worked out by the model"
    if result.without_response is not None:
        return f"How many assessments are completed within 45 working days, {given}, and what does that cost?"
    return f"How many children wait more than 45 working days for their assessment, {given}?"


def answer(result: Result) -> str:
    """How many assessments are late, with the uncertainty."""
    breach, within = result.measures[HEADLINE], result.measures[IN_TIME]
    if math.isnan(breach.value):
        return "No child was referred and assessed in the simulated year, so there is no answer."
    if scarce(result, HEADLINE, ""):
        return (
            f"The caseload has fewer than {LEAST_CHILDREN} children assessed a year: too few to say which "
            "share of them waits more than 45 working days."
        )
    if result.without_response is not None and result.as_published is not None:
        lines = list(_change_lines(result, result.without_response, result.as_published))
        return "\n".join((*lines, *(range_lines(result) if range_decides(result) else ())))
    if range_decides(result):
        counted = "Counted as in the statistics (completed assessments, from their start):"
        return "\n".join(
            (*range_lines(result), f"{counted} from {in_time_range(result)} in time.{_beside(result)}")
        )
    sentence = f"{_late_share(result)}{_interval(result)}"
    if math.isnan(within.value):
        return sentence
    return (
        f"{sentence}\nCounted as in the statistics (completed assessments, from their start): "
        f"{amount(within.value, '%')} in "
        f"time.{_beside(result)}"
    )


def _beside(result: Result) -> str:
    """The same share in the own return, as published for the authority, its neighbours and England.

    The year of the published ones is named where it is not the caseload's.
    """
    row = next(row for row in published_measures(result) if row.estimate.name == IN_TIME)
    who = peers(result)
    when = "" if row.year == who.year else f"the {year_words(row.year)}: "
    own = return_words(result.experiment, result.experiment.profile.name)
    shares = {own: row.own_return, f"published for {when}{who.own_name}": row.own}
    if who.own != ENGLAND:
        shares |= {"its neighbours": row.neighbours, "England": row.england}
    known = [f"{whose} {share:.1f}%" for whose, share in shares.items() if share is not None]
    words = ", ".join(known)
    return f" {words[:1].upper()}{words[1:]}." if known else ""


def _change_lines(
    result: Result, without: Mapping[str, Estimate], before: Mapping[str, Estimate]
) -> Iterator[str]:
    """A change of caseload or staff: with and without a response, the price, and what published places did.

    Where nothing published shows such a change, or many tasks are as short as they can get, the answer
    without a response comes first. A change that takes load away has no response and no price.
    """
    usual = f"{upper_first(without_change(result))}: {_in_time(before)}."
    published = " ".join(result.published_changes.sentences)
    if not responds(result):
        yield f"With the change: {_in_time(result.measures)}{_points(result.change)}. {usual}"
        yield published
        return
    at_bound = result.measures["effort_at_bound_pct"].value
    seen = result.published_changes.seen
    when = "in 2016 to 2023" if seen else "with changes that lasted a year in 2016 to 2023"
    absorbed = f"If the service responds as services did {when}: {_in_time(result.measures)}."
    change = _points(result.change_without_response)
    full = all_in_use(result.experiment.framework, without)
    endless = (
        f", with all of the {listed(map(lower_first, full))}'s time in use, so waits grow" if full else ""
    )
    alone = f"If nobody responded: {_in_time(without)}{change}{endless}."
    if not seen:
        yield f"{published} {alone} {absorbed} {usual}"
    elif at_bound > _AT_BOUND:
        yield f"The published statistics don't show how services absorb this. {alone} {absorbed} {usual}"
        yield published
    else:
        yield f"{absorbed} {alone} {usual}"
        yield published
    yield (
        "The response was set so that the share in time moves as little as it did in those years. What it "
        f"costs: {'; '.join(_price(result, before))}."
    )


def further_notes(result: Result) -> tuple[str, ...]:
    """The notes that the answer does not give already."""
    return tuple(note for note in result.notes if note not in answer(result))


def without_change(result: Result) -> str:
    """What the run without a change of caseload and staff is called: it has the scenario's rules too."""
    return "with only the rules changed" if result.experiment.scenario.framework else "without the change"


def _price(result: Result, before: Mapping[str, Estimate]) -> Iterator[str]:
    less, at_bound = less_time(result), result.measures["effort_at_bound_pct"].value
    yield (f"each task gets {less}% less time" if less >= 1 else "no task gets shorter by 1% or more")
    exempt = (result.section_47_exempt or {}).get("effort_used_pct.section_17")
    if exempt is not None and round(100 - exempt.value) > less:
        yield f"if section 47 work is spared, section 17 tasks get {100 - exempt.value:.0f}% less"
    if at_bound >= 1:
        yield f"{at_bound:.0f}% of tasks are as short as the model lets them get"
    if round(result.agency_cover, 1) > 0:
        yield f"{result.agency_cover:.1f} full-time agency staff come{_when_they_come(result)}"
    opened, usual = result.measures["open_at_year_end"].value, before["open_at_year_end"].value
    beside = f"{usual:,.0f} {without_change(result)}"
    end = "at the year's end" if is_a_year(result.experiment) else "at the end of the time simulated"
    yield f"{opened:,.0f} children have an open assessment {end} ({beside})"


def _when_they_come(result: Result) -> str:
    """Whether agency staff come within the time measured; empty where all do.

    Those for a rise in referrals come months after it, those for vacant posts as these fall vacant.
    """
    setting = result.experiment.setting
    if setting.onset is None:
        return ""
    horizon, posts = setting.horizon, setting.onset.posts
    calendar = horizon.calendar
    since, end = calendar.day_index(setting.onset.since), horizon.window[1] // calendar.day_minutes
    come = posts.agency_after(end - since)
    if round(come, 1) == round(result.agency_cover, 1):
        return ""
    return f", {'not all of them within' if round(come, 1) > 0 else 'but after'} the time simulated"


def _in_time(measures: Mapping[str, Estimate]) -> str:
    within = measures[IN_TIME]
    return f"{amount(within.value, '%')} in time{_range(within)}"


def _points(change: PairedDifference | None) -> str:
    """The change against the same years without it; empty where one simulated year has no interval."""
    if change is None or math.isnan(change.low):
        return ""
    if change.verdict == "same":
        return THE_SAME
    clear = chance_words(change.low, change.high)
    return f", a change of {change.value:+z.1f} points ({change.low:+z.1f} to {change.high:+z.1f}){clear}"


def _range(estimate: Estimate) -> str:
    """The 95% interval in brackets; empty where one simulated year has none."""
    words = range_of(estimate)
    return "" if words == "-" else f" ({words})"


def _late_share(result: Result) -> str:
    """The share; "in 100" only where at least a hundred children are assessed in the time simulated."""
    share, children = result.measures[HEADLINE].value, result.measures["cohort_assessments"].value
    if children < HUNDRED:
        return (
            f"Of about {children:.0f} children assessed {in_time_simulated(result.experiment)}, "
            f"{amount(share, '%')} wait more than 45 working days from referral"
        )
    people = in_hundred(share)
    wait = f"children wait more than 45 working days from referral: {amount(share, '%')}"
    return f"{people[:1].upper()}{people[1:]} {wait}"


def _interval(result: Result) -> str:
    breach = result.measures[HEADLINE]
    if range_of(breach) == "-":
        return f" ({_no_interval(result)})."
    year = "" if few(result) else f" In 8 of 10 simulated years: {range_of(breach, year=True)}%."
    return f" (95% interval {range_of(breach)}).{year}"


def _no_interval(result: Result) -> str:
    if result.replications == 1:
        return "one simulated year: nothing says how sure this is"
    if result.replications < LEAST_YEARS:
        return f"{result.replications} simulated years: too few to say how sure this is"
    return f"the same in all {result.replications} simulated years"
