"""Sentences where a mean quartile and a mean share in time lie on different sides of the limit.

In one simulated year they can't. Over years each is a mean of its own, and a few slow years of a small
caseload lift a quartile further than they lower the share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simkit.framework.vocabulary import ROUTE_TITLES
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.study.compare.paired_difference import FEW
from simkit.study.estimate import Estimate
from simkit.study.result import HEADLINE, IN_TIME

_QUARTILES = {"p25": (25, "lower quartile"), "median": (50, "median"), "p75": (75, "upper quartile")}


@dataclass(frozen=True, slots=True)
class Family:
    """Measures of durations from one day. ``late``: whether ``share`` is of those over the limit."""

    prefix: str
    share: str
    late: bool
    since: str


FROM_START = Family("published", IN_TIME, late=False, since="the start")
FROM_REFERRAL = Family("cohort", HEADLINE, late=True, since="referral")


def quartile_notes(measures: Mapping[str, Estimate], family: Family, convention: Convention) -> Iterator[str]:
    """The sentences on a family, of all cases."""
    for part in _QUARTILES:
        yield from _note(measures, family, convention, part)


def route_notes(
    measures: Mapping[str, Estimate], family: Family, convention: Convention, route: str
) -> Iterator[str]:
    """The sentences on a family, of the cases of a route: of these only the median is shown."""
    return _note(measures, family, convention, "median", f".{route}", f" of {ROUTE_TITLES[route]}")


def _note(
    measures: Mapping[str, Estimate],
    family: Family,
    convention: Convention,
    part: str,
    group: str = "",
    whose: str = "",
) -> Iterator[str]:
    share = measures[family.share + group].value
    within = round(100 - share if family.late else share, 1)  # as it is shown
    limit = LIMIT_DAYS - convention.starting_day
    percent, title = _QUARTILES[part]
    quartile = measures[f"{family.prefix}_{part}_days{group}"]
    days = round(quartile.value, 1)
    if days > limit and within > percent:
        apart = f"over {LIMIT_DAYS} although {within:.1f}%"
    elif days <= limit and within < percent:
        apart = f"within {LIMIT_DAYS} although only {within:.1f}%"
    else:
        return
    which = "8 of 10" if quartile.replications >= FEW else "most"
    yield (
        f"The {title}{whose} ({days:.1f} days from {family.since}) is a mean of simulated years that differ: "
        f"{quartile.year_low:.1f} to {quartile.year_high:.1f} days in {which}. So it can be {apart} of "
        f"assessments take {LIMIT_DAYS} days or less."
    )
