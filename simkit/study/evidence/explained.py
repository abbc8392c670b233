"""What published data cannot settle: how little staff explains timeliness, and pull against span."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.errors import SimkitError
from simkit.data import ENGLAND, authorities, bands, value
from simkit.study.evidence.band_fit import bands_at_retention, fit_bands, nine_bands
from simkit.study.projection.history import TOO_SMALL, published

_Z = 1.959964  # of a 95% interval
AS_GOOD = 0.06
"""Fits within this summed difference of cumulative shares count as alike: what calibrations are held to."""

_FIRST_YEAR = 2018  # the first with a census of the workforce in it

_PULLS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)

FACTORS = {
    "caseload_per_fte": "cases for each case holder",
    "vacancy_rate_fte": "posts vacant",
    "agency_rate_fte": "agency workers",
    "turnover_rate_fte": "turnover",
    "absence_rate_fte": "sickness absence",
}
"""Columns of the workforce census compared with the share in time, in words."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Correlation between authorities of a staff figure with the share within 45 days, with its 95% interval.

    ``explained``: its square, the share of the variation between authorities that a straight line
    explains. ``ranks``: the correlation of their ranks. ``number``: authorities.
    """

    factor: str
    title: str
    year: int
    number: int
    value: float
    low: float
    high: float
    ranks: float

    @property
    def explained(self) -> float:
        """Share of the variation (0 to 1) that a straight line on the factor explains."""
        return self.value**2

    def __str__(self) -> str:
        return f"{self.title}, {self.year}: {self.value:+z.2f} ({self.low:+z.2f} to {self.high:+z.2f})"


@dataclass(frozen=True, slots=True)
class PullAgainstSpan:
    """England's bands of one year fitted at a given pull of the 45 days; shares in percent.

    ``distance``: summed differences of cumulative shares over eight bands. ``over_45``: with the limit.
    ``over_45_without``: with none of its pull left.
    """

    pull: float
    span_median: float
    span_sigma: float
    slip: float
    distance: float
    over_45: float
    over_45_without: float


def correlation(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Pearson's correlation with its 95% interval by Fisher's transformation."""
    coefficient = float(np.corrcoef(x, y)[0, 1])
    half = _Z / math.sqrt(len(x) - 3)
    centre = math.atanh(max(-0.999999, min(0.999999, coefficient)))
    return coefficient, math.tanh(centre - half), math.tanh(centre + half)


@checked_arguments
def explained(years: Sequence[int] = ()) -> tuple[Correlation, ...]:
    """Correlation of each staff figure with timeliness between authorities, by factor and year.

    Staff of the September inside the year; every year with a census inside where ``years`` is empty. The two
    smallest authorities are left out. A correlation is not a cause. Raises SimkitError for a year
    without both.
    """
    census_years = [year for year in published().years if year >= _FIRST_YEAR]
    wrong = [str(year) for year in years if year not in census_years]
    if wrong:
        raise SimkitError(
            f"Staff and durations are published together for {census_years[0]} to {census_years[-1]}, "
            f"not for {', '.join(wrong)}."
        )
    correlations = []
    for factor, title in FACTORS.items():
        for year in years or census_years:
            x, y = pairs(factor, year)
            ranks = float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])
            correlations.append(Correlation(factor, title, year, len(x), *correlation(x, y), ranks))
    return tuple(correlations)


def pairs(factor: str, year: int) -> tuple[Floats, Floats]:
    """The factor and the share within 45 days (%) of every authority that has both."""
    rows = []
    for each in authorities():
        own = published().figures.get((each.la_code, year))
        staff = value("social_work_workforce", each.la_code, year - 1, factor)
        if each.la_code in TOO_SMALL or own is None or own.within_45_share is None or staff is None:
            continue
        rows.append((staff, 100 * own.within_45_share))
    table = np.array(rows, dtype=np.float64)
    return table[:, 0], table[:, 1]


@checked_arguments
def pull_against_span(year: int = 2024, pulls: Sequence[float] = ()) -> tuple[PullAgainstSpan, ...]:
    """England's bands fitted at one pull after another: fits agree with the limit and differ without it.

    The closed form without queues. Raises SimkitError where England's bands are not published.
    """
    england = bands(ENGLAND, year)
    if england is None or not england.complete:
        raise SimkitError(f"England's bands of the year to 31 March {year} are not published here.")
    shares = [share or 0.0 for share in england.shares]
    fits = []
    for pull in pulls or _PULLS:
        fitted = fit_bands(shares, pull)
        fits.append(
            PullAgainstSpan(
                pull=pull,
                span_median=fitted.practice.span_median,
                span_sigma=fitted.practice.span_sigma,
                slip=fitted.practice.slip,
                distance=fitted.distance,
                over_45=100 * float(nine_bands(fitted.practice)[6:].sum()),
                over_45_without=100 * float(bands_at_retention(fitted.practice, 0.0)[6:].sum()),
            )
        )
    return tuple(fits)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)
