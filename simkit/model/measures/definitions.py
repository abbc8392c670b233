"""Names, titles, units and denominators of all measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from simkit.framework.amount import Unit
from simkit.framework.framework import ROUTES
from simkit.framework.vocabulary import EVENTS
from simkit.model.inputs.calendar import model_days
from simkit.model.measures.time_breakdown import CAUSES
from simkit.model.workload.workload import Clock

MORE_OR_FEWER = "children more or fewer"  # the unit of a change: the only one with negative values


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a measure: ``unit`` is %, working days, children or times; ``of`` its denominator."""

    name: str
    title: str
    unit: str
    of: str


_COMPLETED = "assessments authorised in the year, whenever begun"
_AGAIN = ", counted again when referred again, or assessed again on an open case"
_COHORT = "children referred in the year and assessed" + _AGAIN
_ENDED = "children referred in the year whose assessment has ended" + _AGAIN
_LATE = "children referred in the year whose assessment ended over 45 working days from referral" + _AGAIN
_WEEKS = "mean over the weeks of the year"
_YEAR_END = "at the end of the year"

_BY_ROUTE = (
    Definition("published_assessments", "Assessments completed", "children", "the year"),
    Definition(
        "published_within_45_days_pct", "Completed within 45 working days of their start", "%", _COMPLETED
    ),
    Definition("published_p25_days", "Lower quartile of duration, from start", "working days", _COMPLETED),
    Definition("published_median_days", "Median duration, from start", "working days", _COMPLETED),
    Definition("published_p75_days", "Upper quartile of duration, from start", "working days", _COMPLETED),
    Definition(
        "cohort_assessments",
        "Children referred and assessed, counted at each assessment",
        "children",
        "the year: its referrals, referrals again, and further assessments of open cases",
    ),
    Definition(
        "cohort_over_45_days_pct",
        "Over 45 working days from referral, open ones included",
        "%",
        _COHORT + "; those open and not yet past day 45 when the run ends are left out",
    ),
    Definition("cohort_p25_days", "Lower quartile of duration, from referral", "working days", _COHORT),
    Definition("cohort_median_days", "Median duration, from referral", "working days", _COHORT),
    Definition("cohort_p75_days", "Upper quartile of duration, from referral", "working days", _COHORT),
    Definition("cohort_open_at_end_pct", "Still open when the run ended", "%", _COHORT),
    Definition(
        "cohort_child_seen_days",
        "Median time to the child being seen, from referral",
        "working days",
        _COHORT + "; those who are to be seen",
    ),
    *(
        Definition(f"cohort_time_{cause}_days", f"Where the time went: {title}", "working days", _ENDED)
        for cause, title in CAUSES
    ),
    *(
        Definition(
            f"cohort_late_time_{cause}_days",
            f"Where the time of late ones went: {title}",
            "working days",
            _LATE,
        )
        for cause, title in CAUSES
    ),
    Definition(
        "cohort_drift_stretch", "Drift, stretch: duration over duration without queues", "times", _ENDED
    ),
    Definition(
        "cohort_drift_idle_pct",
        "Drift, idle: 10 or more working days in a row with nothing done or awaited, planned pauses not "
        "counted",
        "%",
        _ENDED,
    ),
    Definition(
        "cohort_drift_idle_with_pauses_pct",
        "Drift, idle, planned pauses counted (an assumption)",
        "%",
        _ENDED,
    ),
    Definition("cohort_drift_slip_days", "Drift, slip: days past the planned day", "working days", _ENDED),
    Definition(
        "cohort_unallocated_days",
        "From the decision to the allocation",
        "working days",
        _COHORT + "; those past the decision, the ones still waiting up to the end of the run",
    ),
    Definition(
        "cohort_reviews_late_pct",
        "Reviews held after their day",
        "%",
        "reviews of the year's referrals that came due",
    ),
    Definition("open_assessments", "Children with an open assessment, from referral", "children", _WEEKS),
    Definition(
        "open_over_45_days",
        "Children with an assessment open past day 45 from referral",
        "children",
        _WEEKS,
    ),
    Definition(
        "effort_used_pct",
        "Case holders' work on a task, of what it takes without pressure",
        "%",
        "minutes of their tasks begun in the year",
    ),
    Definition("waiting_list", "Children waiting for their first allocation", "children", _WEEKS),
)
_OVERALL = (
    Definition(
        "published_icpc_within_15_days_pct",
        "Conferences held within 15 working days",
        "%",
        "conferences held in the year",
    ),
    Definition(
        "cohort_rereferral_pct",
        "Referred again within 12 months",
        "%",
        "children referred in the year, counted at each referral",
    ),
    Definition("cohort_repeat_pct", "Assessed again on an open case", "%", _COHORT),
    Definition(
        "open_change",
        "Change of open assessments against the same weeks a year before",
        MORE_OR_FEWER,
        "mean over the weeks of the year that the run also has a year before; no value where it begins with "
        "the authority's own open assessments",
    ),
    Definition(
        "children_per_case_holder",
        "Children in assessment for each case holder",
        "children",
        "full-time equivalents in post, mean over the weeks of the year with any",
    ),
    Definition(
        "work_minutes_per_assessment",
        "Case holders' minutes of work for each assessment",
        "minutes",
        _COMPLETED,
    ),
    Definition(
        "assessments_per_case_holder",
        "Assessments completed for each case holder",
        "children",
        "full-time equivalents in post, mean over the days of the year",
    ),
    Definition("open_at_year_end", "Children with an open assessment", "children", _YEAR_END),
    Definition(
        "effort_at_bound_pct",
        "Tasks that pressure made as short as they can get",
        "%",
        "case holders' tasks begun in the year",
    ),
    Definition(
        "query_assessment_over_45_days",
        "Census query: assessment open more than 45 working days from its start",
        "children",
        _YEAR_END,
    ),
    Definition(
        "query_section_47_over_15_days",
        "Census query: section 47 enquiry begun more than 15 working days before, no conference",
        "children",
        _YEAR_END + "; enquiries concluded without need of a conference are left out",
    ),
)


@lru_cache(maxsize=64)
def definitions(clocks: tuple[Clock, ...], pools: tuple[str, ...]) -> tuple[Definition, ...]:
    """All measures that ``measure`` gives for a workload with these, in the order of the tables."""
    result = []
    for base in (*_BY_ROUTE, *(_clock_definition(clock) for clock in clocks)):
        result.append(base)
        result += [
            Definition(f"{base.name}.{route}", f"{base.title}, {route.replace('_', ' ')}", base.unit, base.of)
            for route in ROUTES
        ]
    result += _OVERALL
    result += [
        Definition(
            f"utilisation_{pool}_pct",
            f"Time in use, {pool.replace('_', ' ')}",
            "%",
            "working minutes given to this work in the year",
        )
        for pool in pools
    ]
    return tuple(result)


def _clock_definition(clock: Clock) -> Definition:
    start, end = (EVENTS[event].moment for event in (clock.start, clock.end))
    who = f"children referred in the year for whom the time from {start} to {end} ran and is known{_AGAIN}"
    limit = str(clock.amount)
    if clock.amount.unit in (Unit.HOURS, Unit.MINUTES):
        days = model_days(clock.amount)
        limit = "by the next working day" if days == 1 else f"within {days} working days"
        limit += f" (for {clock.amount})"
        who += "; weekend and out-of-hours response is not modelled"
    title = ", ".join((f"In time: {clock.title}, {limit}", *clock.remarks))
    return Definition(f"cohort_clock_{clock.id}_pct", title, "%", who)
