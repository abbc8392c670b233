"""How published figures change together from year to year: regressions on the panel of all authorities.

Each effect is a straight line of the change of one figure on that of another, with a constant for every year
and an interval that takes the years of one authority as one observation (clustered standard errors). An
effect is no cause: what else changed in the same places is in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats
from simkit.data import authorities, bands, reported_with, social_workers, value
from simkit.study.projection.history import TOO_SMALL, published

YearlyValue = Callable[[str, int], float | None]

_Z = 1.959964  # of a 95% interval


class Direction(Enum):
    """Whose slope it is: that of all changes of the pressure alike, or that of rises or of falls alone."""

    ALL = "all"
    RISES = "rises"
    FALLS = "falls"


LAST_YEAR = 2023
"""The response to a change of load is fitted to the effects up to this year: one set of years for both."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """A figure whose changes are looked at. ``size``: the change that effects are given for.

    ``relative``: changes are parts of the figure (0.2 is a fifth more) and enter as logarithms; others are
    in points.
    """

    title: str
    figure: YearlyValue
    size: float
    relative: bool

    def measured(self, change: float) -> float:
        """A change as it enters the regression."""
        return math.log1p(change) if self.relative else change


@dataclass(frozen=True, slots=True)
class OutcomeFigure:
    """A figure that may change with a pressure, in ``unit``; a ``relative`` one in percent of itself."""

    title: str
    figure: YearlyValue
    unit: str
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of an outcome that goes with a change of a pressure by its size, with its 95% interval.

    ``changes``: pairs of years of an authority; ``places``: authorities that they are of.
    """

    value: float
    low: float
    high: float
    changes: int
    places: int


def _workforce(column: str, later: int = 0) -> YearlyValue:
    """Of the September inside the year, or of one after it."""
    return lambda area, year: value("social_work_workforce", area, year - 1 + later, column)


def _social_workers(later: int = 0) -> YearlyValue:
    return lambda area, year: social_workers(area, year - 1 + later)


def _assessments(area: str, year: int) -> float | None:
    return value("assessments_duration", area, year, "assessments_completed")


def _for_each_social_worker(area: str, year: int) -> float | None:
    total, staff = _assessments(area, year), social_workers(area, year - 1)
    return None if not total or not staff else total / staff


def _share(first: int, last: int) -> YearlyValue:
    """Assessments in some of the nine bands, in percent of those with a known duration."""

    def share(area: str, year: int) -> float | None:
        durations = bands(area, year)
        if durations is None or not durations.complete:
            return None
        return 100 * sum(part or 0.0 for part in durations.shares[first:last])

    return share


PRESSURES: Mapping[str, Pressure] = {
    "referrals": Pressure(
        "referrals", lambda area, year: value("referrals", area, year, "referrals"), 0.2, relative=True
    ),
    "vacancies": Pressure("posts vacant", _workforce("vacancy_rate_fte"), 10.0, relative=False),
    "staff": Pressure("social workers in post and of agencies", _social_workers(), -0.1, relative=True),
    "sickness": Pressure("days lost to sickness", _workforce("absence_rate_fte"), 1.0, relative=False),
    "turnover": Pressure("turnover", _workforce("turnover_rate_fte"), 5.0, relative=False),
    "agency_cover": Pressure(
        "vacancies covered by agency staff",
        _workforce("vacancy_agency_cover_rate_fte"),
        -10.0,
        relative=False,
    ),
}
"""What a scenario can change of caseload and staff, where it is published; by the names scenarios use."""

OUTCOMES: Mapping[str, OutcomeFigure] = {
    "within_45_days": OutcomeFigure(
        "share within 45 working days",
        lambda area, year: value("assessments_timeliness", area, year, "within_45_days_pct"),
        "points",
    ),
    "median_days": OutcomeFigure(
        "median duration",
        lambda area, year: value("assessments_duration", area, year, "median_days"),
        "working days",
    ),
    "within_20_days": OutcomeFigure("ended within 20 working days", _share(0, 3), "points"),
    "at_41_to_45_days": OutcomeFigure("ended at 41 to 45 working days", _share(5, 6), "points"),
    "assessments": OutcomeFigure("assessments completed", _assessments, "%", relative=True),
    "closed": OutcomeFigure(
        "closed at the front door",
        lambda area, year: value("referrals", area, year, "referrals_nfa_pct"),
        "points",
    ),
    "staff": OutcomeFigure("social workers in post and of agencies", _social_workers(), "%", relative=True),
    "staff_after": OutcomeFigure(
        "the same, in the September after the year", _social_workers(1), "%", relative=True
    ),
    "in_post": OutcomeFigure("social workers in post", _workforce("inpost_fte"), "%", relative=True),
    "agency_rate": OutcomeFigure(
        "agency staff among social workers", _workforce("agency_rate_fte"), "points"
    ),
    "assessments_for_each": OutcomeFigure(
        "assessments for each social worker", _for_each_social_worker, "%", relative=True
    ),
    "waiting": OutcomeFigure(
        "awaiting assessment at 31 March",
        lambda area, year: value("children_in_need", area, year, "cin_awaiting_assessment_at_31_march"),
        "%",
        relative=True,
    ),
}
"""What may change with them, by name."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The changes of one authority between two years: those of the figures asked for, in their order."""

    place: str
    year: int
    changes: tuple[float, ...]


def changes_of(pressure: str, ahead: int = 1) -> tuple[tuple[str, float], ...]:
    """Authority and size of every published change of a pressure over ``ahead`` years (0.2: a fifth more).

    Of those for which the share within 45 working days is published for both years, which effects rest on.
    """
    chosen = PRESSURES[pressure]
    rows = _rows((OUTCOMES["within_45_days"], chosen), ahead)
    return tuple(
        (row.place, math.expm1(row.changes[1]) if chosen.relative else row.changes[1]) for row in rows
    )


@cache
def effect(
    outcome: str, pressure: str, *, ahead: int = 1, direction: Direction = Direction.ALL, held: str = ""
) -> Effect:
    """How an outcome changes with a pressure over ``ahead`` years, for a change of the pressure by its size.

    ``held``: another pressure whose changes the line holds constant.
    """
    wanted, chosen = OUTCOMES[outcome], PRESSURES[pressure]
    rows = _rows((wanted, chosen, *((PRESSURES[held],) if held else ())), ahead)
    table = np.array([row.changes for row in rows])
    columns = [table[:, 1]]
    if direction is not Direction.ALL:  # rises and falls each have a slope; the one asked for comes first
        parts = np.maximum(table[:, 1], 0), np.minimum(table[:, 1], 0)
        columns = list(parts if direction is Direction.RISES else parts[::-1])
    places = np.array([reported_with(row.place) for row in rows])
    slope, error = _first_slope(
        table[:, 0],
        np.column_stack([*columns, table[:, 2:]]),
        np.array([row.year for row in rows]),
        places,
    )
    size = chosen.measured(chosen.size)
    ends = sorted(size * (slope + sign * _Z * error) for sign in (-1, 1))
    low, middle, high = (_shown(wanted, change) for change in (ends[0], size * slope, ends[1]))
    return Effect(middle, low, high, len(rows), len({row.place for row in rows}))


def _shown(outcome: OutcomeFigure, change: float) -> float:
    """A change in the outcome's unit: in percent where it was one of logarithms."""
    return 100 * math.expm1(change) if outcome.relative else change


@cache
def _rows(figures: tuple[Pressure | OutcomeFigure, ...], ahead: int) -> tuple[_Row, ...]:
    """Every authority and pair of years with all of the figures published, but for the two smallest."""
    years = [year for year in published().years if year <= LAST_YEAR]
    rows = []
    for each in authorities():
        for year in years:
            before = year - ahead
            if (
                each.la_code in TOO_SMALL
                or before < years[0]
                or not (each.existed(before) and each.existed(year))
            ):
                continue
            changes = [_change(figure, each.la_code, before, year) for figure in figures]
            known = [change for change in changes if change is not None]
            if len(known) == len(figures):
                rows.append(_Row(each.la_code, year, tuple(known)))
    return tuple(rows)


def _change(figure: Pressure | OutcomeFigure, area: str, before: int, after: int) -> float | None:
    first, last = figure.figure(area, before), figure.figure(area, after)
    if first is None or last is None:
        return None
    if not figure.relative:
        return last - first
    return math.log(last / first) if first > 0 and last > 0 else None


def _first_slope(
    outcome: Floats, columns: Floats, years: NDArray[np.int64], places: NDArray[np.str_]
) -> tuple[float, float]:
    """The first column's slope beside a constant for each year, and its standard error clustered by place.

    Least squares; the sandwich estimate with the usual correction for few clusters (Liang and Zeger 1986).
    """
    constants = (years[:, np.newaxis] == np.unique(years)).astype(np.float64)
    design = np.column_stack([columns, constants])
    inverse = np.linalg.inv(design.T @ design)
    slopes = inverse @ design.T @ outcome
    left = outcome - design @ slopes
    sums = np.array([design[places == place].T @ left[places == place] for place in np.unique(places)])
    observations, parameters = design.shape
    few = len(sums) / (len(sums) - 1) * (observations - 1) / (observations - parameters)
    spread = few * inverse @ (sums.T @ sums) @ inverse
    return float(slopes[0]), math.sqrt(spread[0, 0])
