"""Measures by route, and which of them rest on too few children to be shown."""

from __future__ import annotations

from simkit.model.inputs.staffing import expected_children
from simkit.output.answers.wording import GROUPS, route_title, value_and_interval
from simkit.study.estimate import LEAST_CHILDREN, LEAST_YEARS
from simkit.study.result import Result

ROUTED = (
    "published_assessments",
    "cohort_assessments",
    "published_within_45_days_pct",
    "cohort_over_45_days_pct",
    "cohort_median_days",
    "cohort_unallocated_days",
    "cohort_child_seen_days",
    "cohort_drift_idle_pct",
)
"""Measures also shown route by route."""

TOO_FEW = "too few"

SAME_PRACTICE = (
    "Practice is the same on every route here, so these tables show what queues and priorities do to each "
    "route. They can't show whether people's attention narrows to child protection."
)


def scarce(result: Result, name: str, group: str) -> bool:
    """Whether the caseload brings a route too few children a year for this measure; counts are always shown.

    By the caseload and not by the simulated years, so that every run withholds the same.
    """
    if name in ("published_assessments", "cohort_assessments"):
        return False
    profile = result.experiment.profile
    children = expected_children(result.experiment.framework, profile)
    if name == "published_icpc_within_15_days_pct":
        return children["section_47"] * profile.conference_share < LEAST_CHILDREN
    count = children[group.removeprefix(".")] if group else sum(children.values())
    return count < LEAST_CHILDREN


def title(result: Result) -> str:
    """The title of the table."""
    return "By route" if result.replications < LEAST_YEARS else "By route, with 95% intervals"


def heads() -> tuple[str, ...]:
    """The column heads: all cases, then each route."""
    return ("", *(route_title(group) for group in GROUPS))


def rows(result: Result) -> tuple[tuple[str, ...], ...]:
    """Each measure for all cases and by route."""
    table = []
    for name in ROUTED:
        cells = (
            TOO_FEW if scarce(result, name, group) else value_and_interval(result.measures[name + group])
            for group in GROUPS
        )
        table.append((result.measures[name].title, *cells))
    return tuple(table)


def groups_with_values(result: Result, name: str) -> tuple[str, ...]:
    """All cases and each route with enough children, where the measure has a value."""
    with_value = (group for group in GROUPS if result.measures[name + group].replications)
    return tuple(group for group in with_value if not group or not scarce(result, name, group))


def left_out_note(result: Result, name: str) -> str:
    """A sentence for the foot of a figure that leaves routes out."""
    if any(scarce(result, name, group) for group in GROUPS if group):
        return f" Routes of fewer than {LEAST_CHILDREN} children a year are left out."
    return ""


def few_note(result: Result) -> tuple[str, ...]:
    """What "too few" means, where the table has it."""
    if any(scarce(result, name, group) for name in ROUTED for group in GROUPS):
        return (f"{TOO_FEW.capitalize()}: the caseload has fewer than {LEAST_CHILDREN} children a year.",)
    return ()
