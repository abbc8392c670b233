"""The words around a timeline: what it shows first, whose it is, and how it draws long and short times."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.text import upper_first
from simkit.framework.amount import Amount, Unit
from simkit.framework.document.inputs import DocumentInputs, standing
from simkit.framework.document.phrases import phase_of
from simkit.framework.equivalence import answer
from simkit.framework.framework import Framework
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN

NOT_DRAWN = ("Serious incidents", "Emergency powers", "The protocol itself")
"""The phases that a timeline leaves out: they are no part of an assessment."""


def whose_timeline(inputs: DocumentInputs) -> str:
    """Whose commitments the timeline shows."""
    if inputs.national:
        return f"{inputs.framework.title}."
    if inputs.own:
        return standing(inputs)
    return f"{upper_first(inputs.authority)}: compiled from published sources, not its own document."


def finding(inputs: DocumentInputs) -> str:
    """The day by which an assessment is to be authorised, which is what the rest is read against."""
    framework = inputs.framework
    ends = [t for t in framework.timescales.values() if (t.start, t.end) == ("referral", "authorised")]
    plain = [t for t in ends if not t.routes and not t.only_if and t.amount and t.kind == "within"]
    national = next((t.amount for t in plain if t.national), None)
    if inputs.national:
        if national:
            return f"Assessments are to be authorised within {national} of the referral"
        stages = [t for t in framework.timescales.values() if t.end == "initial_assessment_completed"]
        if stages and stages[0].amount:
            return f"An initial assessment is to be completed within {stages[0].amount} of the referral"
        return "No national time is set for an assessment from the referral on"
    above = f"; nationally within {national}" if national else ""
    local = next((t.amount for t in plain if not t.national), None)
    if local is not None and national is not None and local.unit is national.unit:
        earlier = national.number - local.number
        if earlier == 0:
            return f"Assessments are to be authorised within {local} of the referral, as nationally"
        return (
            f"Assessments are to be authorised within {local} of the referral, "
            f"{abs(earlier):g} {'before' if earlier > 0 else 'after'} the national limit"
        )
    if local is not None:
        return f"Assessments are to be authorised within {local} of the referral{above}"
    each = [t.amount for t in ends if t.kind == "at_most" and not t.routes and not t.only_if]
    if len(each) == 1:
        limit = f"within {each[0]} of the referral"
        return f"Assessments are to be authorised {limit}, set for each case{above}"
    whole = [t for t in framework.timescales.values() if t.end == "authorised" and not t.national]
    if any(t.amount is None for t in whole) and not national:
        return "No number of days is assumed for the whole assessment"
    if whole:
        return f"The local time for an assessment depends on the case or its start{above}"
    words = {
        NONE_SET: "No local time is set for the whole assessment",
        NOT_DECIDED: "The local time for an assessment is not decided yet",
        NOT_KNOWN: "No local time for an assessment is known",
    }
    return f"{words[answer(framework, 'timescales', 'authorised')]}{above}"


def foot(framework: Framework) -> str:
    """How times in hours and in longer units are drawn; empty where there are none."""
    units = {amount.unit for amount in _amounts(framework)}
    parts = []
    if Unit.HOURS in units:
        parts.append("24 hours are drawn as one working day.")
    if units & {Unit.CALENDAR_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS}:
        parts.append("Calendar days, weeks and months are drawn at five working days a week.")
    return " ".join(parts)


def _amounts(framework: Framework) -> Iterator[Amount]:
    for t in framework.timescales.values():
        if t.amount and phase_of(t) not in NOT_DRAWN:
            yield t.amount
    for r in framework.reviews.values():
        yield from (amount for amount in (r.at, r.at_most_every, *r.by_priority.values()) if amount)
