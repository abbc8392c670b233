"""The main measures of a result, its heading and its closing lines, for terminal, workbook and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simkit.data import attribution
from simkit.framework.wording import role_title, whose
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output.answers.result.by_route import scarce
from simkit.output.answers.wording import (
    GROUPS,
    QUALITY,
    counting,
    kind_of_caseload,
    route_title,
    runs,
    simulated_words,
    stamp,
    standing,
    year_words,
)
from simkit.study.estimate import Estimate
from simkit.study.result import Result

_UNPUBLISHED = "Only conferences have published figures. For the others, look at the change, not the level."

_SPARED = "stays as it is"
_COUNTED_AGAIN = (
    "A child counts again at each assessment, also without a new referral, so there can be more "
    "assessments than referrals."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure with its title in the section."""

    title: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Section:
    """Measures of one kind. ``notes`` follow them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def heading(result: Result) -> tuple[tuple[str, str], ...]:
    """What was simulated and how: pairs of a label and a sentence."""
    experiment = result.experiment
    changes = "; ".join(experiment.scenario.changes)
    lines = [
        ("Framework", whose(experiment.framework)),
        ("Caseload", _caseload(result)),
        *_simulated(result),
        ("Staff", _staff(result)),
        ("Scenario", experiment.scenario.title + (f": {changes}" if changes else "")),
    ]
    if experiment.scenario.caption:
        lines.append(("What if", experiment.scenario.caption.removeprefix("What if: ")))
    mark = stamp(result)
    return (
        *((("Not to be passed on", mark),) if mark else ()),
        *lines,
        ("Days", counting(result)),
        ("Runs", runs(result)),
        ("Practice", standing(result)),
    )


def _caseload(result: Result) -> str:
    setting, profile = result.experiment.setting, result.experiment.profile
    kind = kind_of_caseload(result.experiment)
    figures = "your own" if kind == "own" else kind
    year = year_words(profile.year)
    text = f"{profile.name}, {figures} figures of the {year}: {profile.referrals:,.0f} referrals"
    months = zip(profile.by_month, setting.factors, strict=True)
    factor = sum(share * times for share, times in months) / sum(profile.by_month)
    return text if abs(factor - 1) < 1e-9 else f"{text}; {profile.referrals * factor:,.0f} in this scenario"


def _simulated(result: Result) -> Iterable[tuple[str, str]]:
    """The simulated year, where it is not the caseload's."""
    days = simulated_words(result.experiment)
    if days:
        own = "; it begins with the authority's own open assessments"
        yield "Simulated", days + (own if result.experiment.setting.open_cases is not None else "")


def _staff(result: Result) -> str:
    """The staff in assessment work: worked out from the caseload, not the authority's own."""
    experiment = result.experiment
    framework, staff = experiment.framework, experiment.setting.staffing
    people = ", ".join(f"{role_title(framework, role)} {fte:.1f}" for role, fte in staff.fte.items())
    return (
        "worked out by the model from the caseload, an assumption and not the staff of "
        f"{experiment.profile.name}; full-time equivalents in assessment work: {people}"
    )


def sections(result: Result) -> tuple[Section, ...]:
    """The measures to show first, in the order in which they are read."""
    return tuple(section for section in _sections(result) if section.rows)


def _sections(result: Result) -> Iterable[Section]:
    yield _section(
        result,
        "Children in the simulated year, counted at each assessment",
        {
            "cohort_assessments": "Children referred in the year and assessed",
            "published_assessments": "Assessments completed in the year, whenever begun",
        },
        _COUNTED_AGAIN,
    )
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
            "cohort_child_seen_days": "Median time to the child being seen",
        },
        _of(result, "cohort_median_days"),
    )
    yield _section(
        result,
        "Where the time went, from referral to authorisation",
        {f"cohort_time_{cause}_days": title for cause, title in CAUSES},
        _of(result, "cohort_time_work_days"),
    )
    yield _section(
        result,
        "Assessment drift: three readings",
        {
            "cohort_drift_stretch": "Stretch: duration over duration without queues",
            "cohort_drift_idle_pct": "Idle: 10 or more working days in a row with nothing done or awaited, "
            "planned pauses not counted",
            "cohort_drift_idle_with_pauses_pct": "Idle, planned pauses counted (an assumption)",
            "cohort_drift_slip_days": "Slip: days past the planned day",
        },
        _of(result, "cohort_drift_idle_pct"),
    )
    yield from _who_gets_less(result)
    clocks = _clocks(result)
    in_time = _section(result, "Other clocks, share in time", clocks)
    notes = tuple(_of_whom(result, clocks))
    yield replace(in_time, notes=(_UNPUBLISHED, *notes) if notes else ())
    yield _section(result, "Review points", {"cohort_reviews_late_pct": "Reviews held after their day"})


def _who_gets_less(result: Result) -> Iterable[Section]:
    """The time on a task by route under a change of caseload or staff, at both ends of what is not known."""
    if result.section_47_exempt is None:
        return
    titles = {f"effort_used_pct{group}": route_title(group) for group in GROUPS}
    for measures, end in (
        (result.measures, "gets shorter too"),
        (result.section_47_exempt, _SPARED),
    ):
        known = {name: measures[name] for name in titles if name in measures and measures[name].replications}
        yield Section(
            f"Who gets less: time on a task, % of what it takes without pressure, if section 47 work {end}",
            tuple(Row(titles[name], estimate) for name, estimate in known.items()),
            ("Nobody knows which of the two is true.",) if end == _SPARED else (),
        )


def _section(result: Result, title: str, names: dict[str, str], *notes: str) -> Section:
    titles = {name: text for name, text in names.items() if _measured(result, name)}
    return Section(title, tuple(Row(text, result.measures[name]) for name, text in titles.items()), notes)


def _of(result: Result, name: str) -> str:
    """The denominator of a section's measures."""
    return f"Of {result.measures[name].of}."


def _measured(result: Result, name: str) -> bool:
    """Whether a measure has a value, and the caseload enough children for it to be shown."""
    has_value = name in result.measures and result.measures[name].replications > 0
    return has_value and not scarce(result, name, "")


def _clocks(result: Result) -> dict[str, str]:
    """Conferences as published, then each timescale but the 45 days; local ones are marked."""
    titles = {"published_icpc_within_15_days_pct": "Conference within 15 working days, held in the year"}
    for clock in result.experiment.framework.timescales.values():
        name = f"cohort_clock_{clock.id}_pct"
        if clock.id not in ("assessment", "conference") and name in result.measures:
            title = f"{clock.title}, {clock.amount}"
            titles[name] = title if clock.national else f"{title} (local)"
    return titles


def _of_whom(result: Result, titles: dict[str, str]) -> Iterable[str]:
    """The denominator of each timescale: each counts different children."""
    for name, title in titles.items():
        if name.startswith("cohort_clock_") and _measured(result, name):
            yield f"{title}: of {result.measures[name].of}."


def closing(result: Result) -> tuple[str, ...]:
    """The command that repeats the result, the licence of its data, and that time is not quality."""
    return (f"To repeat it: {result.command}", attribution(), QUALITY)
