"""What a result says first, as plain values: the same for terminal, workbook and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simkit.data import attribution
from simkit.framework.words import whose
from simkit.model.timeline import CAUSES
from simkit.output.wording import QUALITY, counting, runs, standing, year_words
from simkit.study.estimate import Estimate
from simkit.study.experiment import Result

__all__ = ["ROUTED", "Row", "Section", "closing", "heading", "notes", "sections"]

ROUTED = (
    "published_within_45_days_pct",
    "cohort_over_45_days_pct",
    "cohort_median_days",
    "cohort_unallocated_days",
    "cohort_child_seen_days",
    "cohort_drift_idle_pct",
)
"""Measures also shown route by route: whether attention narrows to child protection shows here."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure under the title it has within its section."""

    title: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that belong together, and what they are measured on."""

    title: str
    rows: tuple[Row, ...]


def heading(result: Result) -> tuple[tuple[str, str], ...]:
    """What was simulated and how: pairs of a label and a sentence."""
    case = result.case
    changes = "; ".join(case.scenario.changes)
    lines = [
        ("Framework", whose(case.framework)),
        ("Caseload", f"{case.profile.name}, published figures of the {year_words(case.profile.year)}"),
        ("Scenario", case.scenario.title + (f": {changes}" if changes else "")),
    ]
    if case.scenario.caption:
        lines.append(("What if", case.scenario.caption.removeprefix("What if: ")))
    return (
        *lines,
        ("Days", counting(result)),
        ("Runs", runs(result)),
        ("Practice", standing(result)),
    )


def sections(result: Result) -> tuple[Section, ...]:
    """The measures to show first, in the order in which they are read."""
    return tuple(section for section in _sections(result) if section.rows)


def _sections(result: Result) -> Iterable[Section]:
    yield _section(
        result,
        "Assessments authorised in the year, counted from their start as the published statistics are",
        {
            "published_within_45_days_pct": "Within 45 working days",
            "published_p25_days": "Lower quartile",
            "published_median_days": "Median",
            "published_p75_days": "Upper quartile",
        },
    )
    yield _section(
        result,
        "Children referred in the year, counted from referral, open assessments included",
        {
            "cohort_over_45_days_pct": "Over 45 working days",
            "cohort_p25_days": "Lower quartile",
            "cohort_median_days": "Median",
            "cohort_p75_days": "Upper quartile",
            "cohort_open_at_end_pct": "Still open when the run ended",
        },
    )
    yield _section(
        result,
        "Where the time went, from referral to authorisation",
        {f"cohort_time_{cause}_days": title for cause, title in CAUSES},
    )
    yield _section(
        result,
        "Assessment drift: three readings",
        {
            "cohort_drift_stretch": "Stretch: duration over duration without queues",
            "cohort_drift_idle_pct": "Idle: 10 or more working days on end with nothing done or awaited",
            "cohort_drift_idle_with_pauses_pct": "Idle, planned pauses counted (an assumption)",
            "cohort_drift_slip_days": "Slip: days past the planned day",
        },
    )
    yield _section(result, "Other clocks, share in time", _clocks(result))


def _section(result: Result, title: str, names: dict[str, str]) -> Section:
    known = {name: text for name, text in names.items() if _measured(result, name)}
    return Section(title, tuple(Row(text, result.measures[name]) for name, text in known.items()))


def _measured(result: Result, name: str) -> bool:
    return name in result.measures and result.measures[name].replications > 0


def _clocks(result: Result) -> dict[str, str]:
    """Conferences as published, then each clock but the 45 days, local ones marked, and reviews."""
    shown = {"published_icpc_within_15_days_pct": "Conference within 15 working days, held in the year"}
    for clock in result.case.framework.timescales.values():
        name = f"cohort_clock_{clock.id}_pct"
        if clock.id not in ("assessment", "conference") and name in result.measures:
            title = f"{clock.title}, {clock.amount}"
            shown[name] = title if clock.national else f"{title} (local)"
    return shown | {"cohort_reviews_late_pct": "Reviews held after their day (a share that is late)"}


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must know of the result: gaps filled, warnings, what else rests on assumption."""
    framework, count = result.case.framework, len(result.assumptions)
    return (
        *result.notes,
        f"{count} numbers behind this are assumptions. To see each with its range and reason: "
        f"simkit show {framework.name} model",
    )


def closing(result: Result) -> tuple[str, ...]:
    """The command that repeats the result, the licence of its data, and what it is not about."""
    return (f"To repeat it: {result.command}", attribution(), QUALITY)
