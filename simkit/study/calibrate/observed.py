"""Calibration targets: counts of durations by band, their quartiles, and counts of conferences by days.

Suppressed bands are not guessed. Those within 45 days count as one group and those beyond as another,
of which the totals are known from the number of assessments and the official share in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol, runtime_checkable

import numpy as np

from simkit.common.arrays import Floats
from simkit.data import BANDS, ENGLAND, PublishedBands, authorities, authority, bands, table
from simkit.model.inputs.calibration import CalibrationError
from simkit.model.inputs.published_rates import FIRST_USABLE_YEAR

DAYS = 62
"""Days told apart: 0 to 60, and the last for 61 or more, as the published bands end."""

EDGES = (0, 11, 21, 31, 41, 46, 51, 61, DAYS)
"""First days of the eight bands fitted: the same day and 1 to 10 days together, as the mean of brief
assessments is a national number."""

CONFERENCE_EDGES = (0, 11, 16, 21, 22)
"""First days of the four published bands of conferences; the last holds 21 or more."""

FEW = 300
"""An authority with fewer assessments leans on its neighbours, and its fit is not judged."""

_CONFERENCES = ("icpc_days_0_10", "icpc_days_11_15", "icpc_days_16_20", "icpc_days_21_plus")
_BOOTSTRAPS = 400
_WITHIN_BANDS = 5  # of the eight, those within 45 days


@runtime_checkable
class Observed(Protocol):
    """Durations of an authority's assessments, published or its own.

    ``counts``: the nine published bands, None where suppressed. Days are working days.
    """

    @property
    def counts(self) -> tuple[float | None, ...]: ...
    @property
    def p25_days(self) -> float | None: ...
    @property
    def median_days(self) -> float | None: ...
    @property
    def p75_days(self) -> float | None: ...


@runtime_checkable
class WithTotal(Observed, Protocol):
    """Durations that say how many assessments they are of, and the share in time: None where suppressed."""

    @property
    def total(self) -> float: ...
    @property
    def within_45_share(self) -> float | None: ...


@runtime_checkable
class WithDays(Observed, Protocol):
    """Durations that say which days they cover, in words."""

    @property
    def covers(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Group:
    """A number of assessments known to lie in some of the bands (by index) together."""

    bands: tuple[int, ...]
    count: float


@dataclass(frozen=True, slots=True)
class Quartile:
    """A quartile of durations, and what part of the band that it lies in should lie before it."""

    day: int
    band: int
    part: float
    count: float


@dataclass(frozen=True, slots=True)
class Target:
    """Everything that one calibration uses.

    ``n``: assessments with a duration. ``within_45``: the official share, else that of the bands.
    ``conferences``: four counts, None where any is missing. ``gaps`` say what was missing.
    """

    name: str
    la_code: str
    year: int
    fitted_to: str
    n: float
    groups: tuple[Group, ...]
    quartiles: tuple[Quartile, ...]
    within_45: float | None
    median_days: float | None
    conferences: tuple[float, ...] | None
    gaps: tuple[str, ...]

    @property
    def shares(self) -> tuple[float, ...] | None:
        """Shares of the eight bands, None where some are suppressed."""
        if any(len(group.bands) > 1 for group in self.groups):
            return None
        return tuple(group.count / self.n for group in self.groups)


@cache
def last_year() -> int:
    """The latest year with published durations of authorities: England's are published earlier."""
    durations = table("assessments_duration")
    return max(year for each in authorities() for year in durations.years(each.la_code))


def published(area: str, year: int) -> Target:
    """What is published of an area and year. Raises CalibrationError where nothing is."""
    durations = bands(area, year) if year >= FIRST_USABLE_YEAR else None
    if durations is None:
        raise CalibrationError(_nothing_published(area, year))
    return target(
        durations,
        name=durations.name,
        la_code=area,
        year=year,
        fitted_to="published",
        n=durations.total,
        within_45=durations.within_45_share,
        conferences=_conferences(area, year),
    )


def target(
    observed: Observed | PublishedBands,
    *,
    name: str,
    la_code: str,
    year: int,
    fitted_to: str,
    n: float,
    within_45: float | None,
    conferences: tuple[float, ...] | None,
) -> Target:
    """The target that durations and conferences make, suppressed bands in groups."""
    gaps = []
    own = fitted_to != "published"
    eight = _fitted_bands(observed.counts)
    if None not in eight:
        n = sum(count for count in eight if count is not None)
    merged = _merged_bands(eight, n, within_45)
    alone = {group.bands[0]: group.count for group in merged if len(group.bands) == 1}
    eight = tuple(alone.get(k) if count is None else count for k, count in enumerate(eight))
    missing = tuple(k for k, count in enumerate(eight) if count is None)
    groups = [Group((k,), count) for k, count in enumerate(eight) if count is not None]
    groups += [group for group in merged if len(group.bands) > 1]
    if missing:
        words = ", ".join(_listed_bands(k) for k in missing)
        gaps.append(_grouped(words, own, within_45 is not None))
    if n < FEW:
        gaps.append(
            f"Fewer than {FEW} assessments: the practice leans on that of the statistical neighbours."
        )
    if conferences is None:
        why = "withheld or not in the return" if own else "not published"
        gaps.append(f"Conferences by days are {why}: the neighbours' practice is used.")
    inside = sum(c for c in eight[:_WITHIN_BANDS] if c is not None) / n if n and not missing else None
    if own and inside is None and within_45 is None:
        gaps.append("Own share in time withheld: it would tell counts of 1 to 5.")
    if own and observed.median_days is None:
        gaps.append("Own median withheld, or not known: it would rest on too few assessments.")
    return Target(
        name=name,
        la_code=la_code,
        year=year,
        fitted_to=fitted_to,
        n=n,
        groups=tuple(groups),
        quartiles=_quartiles(observed, eight, n),
        within_45=inside if within_45 is None else within_45,
        median_days=observed.median_days,
        conferences=conferences,
        gaps=tuple(gaps),
    )


def distance(one: Floats, other: Floats) -> float:
    """The sum of the absolute differences of cumulative shares of the bands."""
    return float(np.abs(np.cumsum(one) - np.cumsum(other)).sum())


def expected_distance(shares: Floats, n: int, random: np.random.Generator) -> float:
    """The mean distance of ``n`` independent assessments from the shares that they are drawn from."""
    counts = random.multinomial(n, shares, size=_BOOTSTRAPS) / n
    return float(np.abs(np.cumsum(counts, axis=1) - np.cumsum(shares)).sum(axis=1).mean())


def _fitted_bands(nine: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """The eight bands that are fitted: None where one is suppressed."""
    same_day, soon = nine[:2]
    return (None if same_day is None or soon is None else same_day + soon, *nine[2:])


def _merged_bands(eight: tuple[float | None, ...], n: float, within_45: float | None) -> list[Group]:
    """The suppressed bands within 45 days and beyond, each with what is left for them together."""
    missing = tuple(k for k, count in enumerate(eight) if count is None)
    rest = max(n - sum(c for c in eight if c is not None), 0.0)
    if not missing or not rest:
        return [Group(missing, 0.0)] if missing else []
    early = tuple(k for k in missing if k < _WITHIN_BANDS)
    late = tuple(k for k in missing if k >= _WITHIN_BANDS)
    if not early or not late or within_45 is None:
        return [Group(missing, rest)]
    total = sum(c for c in eight[:_WITHIN_BANDS] if c is not None)
    inside = min(max(within_45 * n - total, 0.0), rest)
    return [Group(early, inside), Group(late, rest - inside)]


def _quartiles(observed: Observed, eight: tuple[float | None, ...], n: float) -> tuple[Quartile, ...]:
    """The quartiles that fall into a band of which it is known where it begins."""
    quartiles = []
    for share, day in ((0.25, observed.p25_days), (0.5, observed.median_days), (0.75, observed.p75_days)):
        if day is None or not 0 <= day < DAYS - 1:
            continue
        band = int(np.searchsorted(EDGES, day, side="right")) - 1
        before, count = eight[:band], eight[band]
        if not count or None in before:
            continue
        part = (share * n - sum(c for c in before if c is not None)) / count
        if 0 <= part <= 1:
            quartiles.append(Quartile(round(day), band, part, count))
    return tuple(quartiles)


def _conferences(area: str, year: int) -> tuple[float, ...] | None:
    row = table("section47_icpc").row(area, year)
    counts = tuple(count for name in _CONFERENCES if (count := row.get(name)) is not None)
    return counts if len(counts) == len(_CONFERENCES) and sum(counts) > 0 else None


def _grouped(words: str, own: bool, share_known: bool) -> str:
    """The sentence about suppressed bands, or an own return's withheld ones."""
    if own and not share_known:
        return f"Withheld bands ({words}): what the total leaves for them is used as one number."
    return (
        f"{'Withheld' if own else 'Suppressed'} bands ({words}): what the total"
        f"{' and the share in time' * share_known} leave for them is used as one number each side of 45 days."
    )


def _listed_bands(band: int) -> str:
    first, last = EDGES[band], EDGES[band + 1] - 1
    return f"{first} days or more" if last == DAYS - 1 else f"{first} to {last} days"


def _nothing_published(area: str, year: int) -> str:
    name = "England" if area == ENGLAND else authority(area).name
    years = [
        y for y in table("assessments_duration").years(area) if y >= FIRST_USABLE_YEAR and bands(area, y)
    ]
    if not years:
        return f"No durations of {name} are published for any year that can be used: nothing to fit."
    listed_years = ", ".join(map(str, years))
    return (
        f"No durations of {name} are published for the year to 31 March {year}. "
        f"There are those of {listed_years}."
    )


assert len(BANDS) == len(EDGES)  # nine published bands, of which the first two are fitted as one
