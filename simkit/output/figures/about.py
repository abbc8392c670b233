"""The line under the title of a figure of one result, its foot, and numbers in words."""

from __future__ import annotations

from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.answers.wording import kind_of_caseload, practice_fits, subject, year_words
from simkit.output.figures.values import SOURCE
from simkit.study.result import Result


def subtitle(result: Result, measure: str) -> str:
    """Whose, under which scenario where it changes anything, what is measured and of which year."""
    experiment = result.experiment
    what_if = f" {experiment.scenario.caption}" if experiment.scenario.caption else ""
    kind = kind_of_caseload(experiment)
    caseload = "" if kind == "published" else f", {kind} caseload"
    return f"{subject(result)}. {measure}, {year_words(experiment.profile.year)}{caseload}.{what_if}"


def foot(result: Result, *more: str) -> tuple[str, ...]:
    """What was simulated, how days count and what it rests on, after the figure's own sentences."""
    years = "1 simulated year" if result.replications == 1 else f"{result.replications} simulated years"
    steady = " that were not steady" if result.settled is False else ""
    responds = "; the service responds" if result.without_response is not None else ""
    kind = kind_of_caseload(result.experiment)
    other = "" if kind == "published" else f"{kind} caseload; the rest: "
    return (
        *more,
        f"{years}{steady}, {_fitted(result)}{responds}; {result.convention.text}; "
        f"{len(result.assumptions)} assumptions.",
        f"Data: {other}{SOURCE}.",
    )


def last_day(result: Result) -> int:
    """How many working days after the first day 45 of the limit comes: 45, or 44 if the first is day 1."""
    return LIMIT_DAYS - result.convention.starting_day


def last_day_note(result: Result) -> tuple[str, ...]:
    """A note for a figure that counts days from the first, if day 45 of the limit is not 45 days after it."""
    if last_day(result) == LIMIT_DAYS:
        return ()
    return (f"Day {LIMIT_DAYS} of the limit is {last_day(result)} working days after the first day.",)


def _fitted(result: Result) -> str:
    if not practice_fits(result.experiment.framework):
        return "not calibrated to these rules"
    fitted = result.experiment.calibration is not None
    return f"{'' if fitted else 'not '}calibrated to this authority"


def between(low: float, high: float) -> str:
    """An interval in brackets for a text alternative; nothing where there is none."""
    return "" if low != low or high != high else f" ({low:.1f} to {high:.1f})"


def number(value: float, places: int = 1) -> str:
    """A number for a text alternative; ``no value`` where there is none."""
    return "no value" if value != value else f"{value:.{places}f}"
