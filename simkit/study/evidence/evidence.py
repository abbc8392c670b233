"""Evidence from published durations: bunching before day 45, and local limits.

Figures and their intervals, and no conclusion beyond them. Intervals are of sampling alone, under the
assumption that siblings halve the information: one family's children end together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.data import BANDS, ENGLAND, PublishedBands, authorities, authority, neighbours
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
        return f"{self.name} {self.year}: {self.excess:+z.1f} points ({self.low:+z.1f} to {self.high:+z.1f})"


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
    LocalClock("344", "normal limit of 30 days", 30, 2017, "days_21_30", "days_31_40", "days_11_20"),
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
