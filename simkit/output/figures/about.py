"""The subtitle and foot of a figure of one result, and numbers for its text alternative."""

from __future__ import annotations

from simkit.output.answers.wording import caseload_words, standing
from simkit.output.answers.wording import subject as subtitle
from simkit.study.result import Result

__all__ = ["between", "foot", "intervals", "number", "subtitle"]


def foot(result: Result, *between: str) -> tuple[str, ...]:
    """The lines at the foot: what was simulated, how days count, the figure's own lines, the assumptions."""
    scenario = result.experiment.scenario
    repeated = "1 replication" if result.replications == 1 else f"{result.replications} replications"
    settled = "" if result.settled is not False else " Not steady: open assessments were still moving."
    responds = " (the service responds)" if result.without_response is not None else ""
    lines = (
        f"Simulated: {repeated} on {caseload_words(result.experiment)}; "
        f"scenario: {scenario.title}{responds}; {standing(result)}. "
        f"Days are working days elapsed; for limits {result.convention.text}.{settled}",
        *between,
        _sources(result),
        f"{len(result.assumptions)} numbers behind the simulation are assumptions.",
    )
    return lines if scenario.caption is None else (scenario.caption, *lines)


def _sources(result: Result) -> str:
    published = "Department for Education statistics (Open Government Licence v3.0)"
    if result.experiment.own_caseload:
        return f"Caseload: the authority's own, as given; what it lacks: {published}."
    return f"Caseload and workforce: {published}."


def between(low: float, high: float) -> str:
    """An interval in brackets for a text alternative; nothing where there is none."""
    return "" if low != low or high != high else f" ({low:.1f} to {high:.1f})"


def intervals(result: Result, words: str) -> str:
    """A phrase about intervals, empty where one replication has none."""
    return words if result.replications > 1 else ""


def number(value: float, places: int = 1) -> str:
    """A number for a text alternative; ``no value`` where there is none."""
    return "no value" if value != value else f"{value:.{places}f}"
