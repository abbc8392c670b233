"""Evidence from published durations: bunching before day 45, exempt authorities, local limits.

Figures and their intervals, and no conclusion beyond them. Intervals are of sampling alone, under the
assumption that siblings halve the information: one family's children end together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

import numpy as np
from numpy.typing import NDArray

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.common.progress import progress_bar
from simkit.data import BANDS, ENGLAND, PublishedBands, authorities, authority, bands, neighbours
from simkit.study.evidence.band_fit import bands_at_retention, fit_bands
from simkit.study.evidence.explained import AS_GOOD, pull_against_span
from simkit.study.projection.history import TOO_SMALL, published

SIBLINGS = 2.0
"""So many assessments count as one independent one: an assumption, as siblings end together."""

_Z = 1.959964  # of a 95% interval
_WITHIN = 6  # so many of the bands lie within 45 working days
_LAST_LIMIT = dict(zip(BANDS, (0, 10, 20, 30, 40, 45, 50, 60), strict=False))


@dataclass(frozen=True, slots=True)
class Pile:
    """The mass at 41 to 45 working days that a smooth curve through the bands around it does not explain.

    Shares in percent of assessments completed. ``share``: published at 41 to 45 days. ``smooth``: what the
    curve gives there. ``excess``: the difference, with its 95% interval ``low`` to ``high``.
    """

    area: str
    name: str
    year: int
    assessments: float
    share: float
    smooth: float
    excess: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.excess:+.1f} points ({self.low:+.1f} to {self.high:+.1f})"


def pile(bands: PublishedBands) -> Pile | None:
    """The pile before 45 days; None where a band from 31 to 60 days is not published.

    The curve: the logarithm of the share per day is a straight line from the middle of 31 to 40 days to
    the middle of 46 to 60. Whatever was brought forward from after the limit is missing there, so the
    excess counts what stands out, not how many were brought forward. Interval by the delta method.
    """
    named = dict(zip(BANDS, bands.counts, strict=True))
    before, at = named["days_31_40"], named["days_41_45"]
    after = (named["days_46_50"], named["days_51_60"])
    if before is None or at is None or after[0] is None or after[1] is None or not bands.total:
        return None
    total = sum(c for c in bands.counts if c is not None) if bands.complete else bands.total
    beside = (before + 0.5, after[0] + after[1] + 0.5)  # half a case, so that an empty band has a logarithm
    middles, lengths = (35.5, 53.0), (10, 15)
    nearer = (middles[1] - 43.0) / (middles[1] - middles[0])
    parts = (nearer, 1 - nearer)
    smooth = 5 * math.exp(
        sum(w * math.log(c / d / total) for w, c, d in zip(parts, beside, lengths, strict=True))
    )
    share = at / total
    slopes = (1.0, *(-smooth * w / (c / total) for w, c in zip(parts, beside, strict=True)))
    shares = (share, *(c / total for c in beside))
    spread = sum(g * g * p for g, p in zip(slopes, shares, strict=True))
    centre = sum(g * p for g, p in zip(slopes, shares, strict=True))
    half = _Z * math.sqrt(max(0.0, spread - centre**2) * SIBLINGS / total)
    excess = share - smooth
    return Pile(
        bands.area,
        bands.name,
        bands.year,
        bands.total,
        100 * share,
        100 * smooth,
        100 * excess,
        100 * (excess - half),
        100 * (excess + half),
    )


@checked_arguments
def piles(year: int | None = None) -> tuple[Pile, ...]:
    """The pile of England and of every authority whose bands are published, by area and year.

    ``year`` ends 31 March; every usable year where it is None. The two smallest authorities are left out.
    Raises SimkitError for another year.
    """
    areas = (ENGLAND, *(each.la_code for each in authorities() if each.la_code not in TOO_SMALL))
    record = published()
    if year is not None and year not in record.years:
        raise SimkitError(
            f"Durations are published here for the years to 31 March {record.years[0]} to "
            f"{record.years[-1]}, not for {year}."
        )
    years = record.years if year is None else (year,)
    published_bands = (record.figures.get((area, each)) for area in areas for each in years)
    return tuple(p for each in published_bands if each is not None and (p := pile(each)) is not None)


@dataclass(frozen=True, slots=True)
class ExemptAuthority:
    """An authority that was once exempt from national limits, and when it is known to have been.

    ``since``: the month in which the exemption began, None where not found. ``in_2018``: whether it was on
    the list of January 2018. When each exemption ended was not found.
    """

    la_code: str
    since: str | None
    in_2018: bool


EXEMPT = (
    ExemptAuthority("204", "March 2011", True),
    ExemptAuthority("205", "September 2011", True),
    ExemptAuthority("805", None, True),
    ExemptAuthority("207", "September 2011", True),
    ExemptAuthority("212", "September 2011", True),
    ExemptAuthority("213", "March 2011", True),
    ExemptAuthority("909", "March 2011", False),
    ExemptAuthority("206", "September 2011", False),
    ExemptAuthority("340", "March 2011", False),
)
"""Department for Education, trial authorities of 2011, and its answer to a parliamentary question on 18
January 2018, which names the six still exempt."""


@dataclass(frozen=True, slots=True)
class ExemptYear:
    """One published year of a once exempt authority beside the band from retention 0 to 1; shares in percent.

    ``over_45`` and ``at_41_45`` are published; ``near_over_45`` and ``near_at_41_45`` are the medians of the
    statistical neighbours that were never exempt. ``over_45_kept`` and ``at_41_45_kept``: the closed form of
    England's bands of that year with all of the limit's pull (retention 1); ``..._gone`` with none of it
    (retention 0). ``gone_low`` to ``gone_high``: ``over_45_gone`` at every pull that fits about as well.
    ``known_exempt``: whether the exemption is known to have held in the year: from its start to the list of
    January 2018.
    """

    area: str
    name: str
    year: int
    assessments: float
    over_45: float
    at_41_45: float | None
    pile: Pile | None
    near_over_45: float
    near_at_41_45: float
    over_45_kept: float
    over_45_gone: float
    gone_low: float
    gone_high: float
    at_41_45_gone: float
    at_41_45_kept: float
    known_exempt: bool

    @property
    def within_band(self) -> bool:
        """Whether the published share over 45 days lies between those of retention 1 and 0."""
        return self.over_45_kept <= self.over_45 <= self.over_45_gone


def exempt_years() -> tuple[ExemptYear, ...]:
    """Every published year of the once exempt authorities against the band from retention 0 to 1.

    The band is the closed form of practice, without queues, fitted to England's bands of that year: those of
    a few neighbours cannot tell pull from span.
    """
    years: list[ExemptYear] = []
    with progress_bar("Fitting England's durations") as report:
        for number, each in enumerate(EXEMPT, start=1):
            years.extend(_exempt_years(each))
            if report is not None:
                report(number, len(EXEMPT))
    return tuple(years)


def _exempt_years(each: ExemptAuthority) -> Iterator[ExemptYear]:
    record = published()
    once = {other.la_code for other in EXEMPT}
    at = BANDS.index("days_41_45")
    for year in record.years:
        own = record.figures.get((each.la_code, year))
        if own is None or own.within_45_share is None:
            continue
        near_bands = [record.figures.get((c, year)) for c in neighbours(each.la_code, year) if c not in once]
        over = [
            100 * (1 - n.within_45_share)
            for n in near_bands
            if n is not None and n.within_45_share is not None
        ]
        at_limit = [
            100 * c / n.total for n in near_bands if n is not None and (c := n.counts[at]) is not None
        ]
        edge = _without_limit(year)
        own_at = own.counts[at]
        yield ExemptYear(
            area=each.la_code,
            name=own.name,
            year=year,
            assessments=own.total,
            over_45=100 * (1 - own.within_45_share),
            at_41_45=None if own_at is None else 100 * own_at / own.total,
            pile=pile(own),
            near_over_45=median(over) if over else math.nan,
            near_at_41_45=median(at_limit) if at_limit else math.nan,
            over_45_kept=100 * float(edge.kept[_WITHIN:].sum()),
            over_45_gone=100 * float(edge.gone[_WITHIN:].sum()),
            gone_low=edge.gone_low,
            gone_high=edge.gone_high,
            at_41_45_gone=100 * float(edge.gone[at]),
            at_41_45_kept=100 * float(edge.kept[at]),
            known_exempt=each.in_2018 and (year == 2018 or (year < 2018 and each.since is not None)),
        )


@dataclass(frozen=True, slots=True)
class _WithoutLimit:
    """England's bands of a year with all and with none of the limit's pull, and how sure the latter is."""

    kept: NDArray[np.float64]
    gone: NDArray[np.float64]
    gone_low: float
    gone_high: float


@cache
def _without_limit(year: int) -> _WithoutLimit:
    england = bands(ENGLAND, year)
    assert england is not None
    best = fit_bands([share or 0.0 for share in england.shares]).practice
    gone = bands_at_retention(best, 0.0)
    alike = [each.over_45_without for each in pull_against_span(year) if each.distance <= AS_GOOD]
    over = [*alike, 100 * float(gone[_WITHIN:].sum())]
    return _WithoutLimit(bands_at_retention(best, 1.0), gone, min(over), max(over))


@dataclass(frozen=True, slots=True)
class LocalClock:
    """A local clock that is documented, and the bands that end and begin at it.

    ``days``: working days, or days whose kind is not stated. ``documented``: the year of its source.
    """

    la_code: str
    title: str
    days: int
    documented: int
    before: str
    after: str
    outside: str | None


LOCAL_CLOCKS = (
    LocalClock("340", "limit of 30 days", 30, 2017, "days_21_30", "days_31_40", "days_11_20"),
    LocalClock("344", "normal limit of 30 working days", 30, 2017, "days_21_30", "days_31_40", "days_11_20"),
    LocalClock("916", "reviews at most 10 working days apart", 10, 2015, "days_1_10", "days_11_20", None),
)
"""Local clocks with a published source: Knowsley 2017, Wirral 2017, Gloucestershire 2015."""


@dataclass(frozen=True, slots=True)
class LocalYear:
    """One published year around a local clock; shares in percent.

    ``ratio``: share per day before the clock over that after it, with its 95% interval: a pile at the clock
    makes it large. ``near``: the median of the statistical neighbours' ratios, ``near_low`` and ``near_high``
    the least and the greatest, ``near_number`` how many, ``greater`` how many of them are greater.
    ``excess``: points by which the band before the clock exceeds a smooth curve through the bands on
    both sides (at 30 days only), None where there is none.
    """

    clock: LocalClock
    name: str
    year: int
    assessments: float
    before: float
    after: float
    ratio: float
    low: float
    high: float
    near: float
    near_low: float
    near_high: float
    near_number: int
    greater: int
    excess: float | None


@checked_arguments
def local_years(clocks: Sequence[LocalClock] = LOCAL_CLOCKS) -> tuple[LocalYear, ...]:
    """The published years around each documented local clock, beside statistical neighbours."""
    return tuple(year for clock in clocks for year in _local_years(clock))


def _local_years(clock: LocalClock) -> Iterator[LocalYear]:
    record = published()
    for year in record.years:
        own = record.figures.get((clock.la_code, year))
        ratio = None if own is None else _ratio(own, clock)
        if own is None or ratio is None:
            continue
        others = (record.figures.get((code, year)) for code in neighbours(clock.la_code, year))
        ratios = [r for each in others if each is not None and (r := _ratio(each, clock)) is not None]
        counts = dict(zip(BANDS, own.counts, strict=True))
        before, after = counts[clock.before] or 0.0, counts[clock.after] or 0.0
        wide = math.exp(_Z * math.sqrt(SIBLINGS * (1 / before + 1 / after)))
        yield LocalYear(
            clock=clock,
            name=authority(clock.la_code).name,
            year=year,
            assessments=own.total,
            before=100 * before / own.total,
            after=100 * after / own.total,
            ratio=ratio,
            low=ratio / wide,
            high=ratio * wide,
            near=median(ratios) if ratios else math.nan,
            near_low=min(ratios, default=math.nan),
            near_high=max(ratios, default=math.nan),
            near_number=len(ratios),
            greater=sum(each > ratio for each in ratios),
            excess=_excess_points(own, clock),
        )


def _ratio(bands: PublishedBands, clock: LocalClock) -> float | None:
    """Share per day before a clock over that after it; None where either band is not published or empty."""
    counts = dict(zip(BANDS, bands.counts, strict=True))
    before, after = counts[clock.before], counts[clock.after]
    if not before or not after:
        return None
    return (before / _band_days(clock.before)) / (after / _band_days(clock.after))


def _excess_points(bands: PublishedBands, clock: LocalClock) -> float | None:
    """Points of the band before a clock above the geometric mean per day of the bands on both sides."""
    if clock.outside is None:
        return None
    counts = dict(zip(BANDS, bands.counts, strict=True))
    near = [counts[name] for name in (clock.outside, clock.after)]
    before = counts[clock.before]
    if before is None or None in near:
        return None
    per_day = [
        (c or 0.0) / _band_days(name) for c, name in zip(near, (clock.outside, clock.after), strict=True)
    ]
    return 100 * (before - _band_days(clock.before) * math.sqrt(per_day[0] * per_day[1])) / bands.total


def _band_days(band: str) -> int:
    """Days in a band that has an end, the same day left out."""
    names = list(_LAST_LIMIT)
    return _LAST_LIMIT[band] - _LAST_LIMIT[names[names.index(band) - 1]]
