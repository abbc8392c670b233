"""The question of a run and its answer in a sentence or two."""

from __future__ import annotations

import math

from simkit.output.answers.result.published import peers, published_measures
from simkit.output.answers.wording import amount, few, range_of, year_words
from simkit.study.result import HEADLINE, Result

__all__ = ["answer", "question"]

_WITHIN = "published_within_45_days_pct"
_HUNDRED = 100  # children a simulated year from which a share is given as "in 100"


def question(result: Result) -> str:
    """What the run was for."""
    experiment = result.experiment
    year = year_words(experiment.profile.year)
    name = experiment.profile.name
    under = "" if not experiment.scenario.changes else f", under the scenario '{experiment.scenario.title}'"
    return (
        f"With these rules, the caseload that {name} had in the {year}{under}, and "
        f"staff worked out by the model from that caseload (an assumption, not {name}'s own staff): how many "
        "children wait more than 45 working days from referral for their assessment to be authorised?"
    )


def answer(result: Result) -> str:
    """How many assessments are late, with the uncertainty."""
    breach, within = result.measures[HEADLINE], result.measures[_WITHIN]
    if math.isnan(breach.value):
        return "No child was referred and assessed in the simulated year, so there is no answer."
    sentence = f"{_late_share(result)}{_interval(result)}."
    if math.isnan(within.value):
        return sentence
    own = next((row.own for row in published_measures(result) if row.estimate.name == _WITHIN), None)
    published = "" if own is None else f"; published for {peers(result).own_name}: {own:.1f}%"
    return (
        f"{sentence} Counted as the statistics are, from the start of the assessment, "
        f"{amount(within.value, '%')} of the assessments completed in the year are within 45 working days"
        f"{published}."
    )


def _late_share(result: Result) -> str:
    """The share; "in 100" only where at least a hundred children are assessed a year."""
    share, children = result.measures[HEADLINE].value, result.measures["cohort_assessments"].value
    if children < _HUNDRED:
        return (
            f"Of about {children:.0f} children referred and assessed in a simulated year, counted at each "
            f"assessment, {amount(share, '%')} wait more than 45 working days"
        )
    return (
        f"About {share:.0f} in 100 children referred and assessed wait more than 45 working days: "
        f"{amount(share, '%')}"
    )


def _interval(result: Result) -> str:
    breach = result.measures[HEADLINE]
    if range_of(breach) == "-":
        return " (one simulated year: nothing says how sure this is)"
    year = "" if few(result) else f"; 8 in 10 simulated years lie within {range_of(breach, year=True)}"
    return f" (95% interval of the mean {range_of(breach)}{year})"
