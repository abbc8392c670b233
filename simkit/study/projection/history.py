"""Published durations of each authority up to a year: the only data a projection may use.

``History.until`` cuts off every later year, so that nothing made from the rest can know it. An
authority that was made by a reorganisation inherits the years of those it came from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from simkit.common.text import listed
from simkit.data import (
    BANDS,
    ENGLAND,
    Authority,
    PublishedBands,
    authorities,
    authority,
    bands,
    table,
    within_45_share,
)
from simkit.model.inputs.published_rates import FIRST_USABLE_YEAR

TOO_SMALL = frozenset({"201", "420"})
"""City of London and Isles of Scilly: too few assessments to fit or score anything on."""


@dataclass(frozen=True, slots=True)
class LastKnown:
    """The latest published figures that an authority has, and from which authorities they come."""

    year: int
    bands: PublishedBands
    areas: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class History:
    """Published durations by area and year. ``figures`` has a row for each area and year published."""

    figures: Mapping[tuple[str, int], PublishedBands]

    @property
    def years(self) -> tuple[int, ...]:
        """The years it covers, ascending."""
        return tuple(sorted({year for _, year in self.figures}))

    def until(self, year: int) -> History:
        """The same without every year after ``year``."""
        return History({key: found for key, found in self.figures.items() if key[1] <= year})

    def of(self, area: str, year: int) -> PublishedBands | None:
        """The figures of an area and year that have a share in time, inherited where it did not exist yet."""
        own = self.figures.get((area, year))
        if own is not None:
            return own if own.within_45_share is not None else None
        inherited = [self.figures.get((origin, year)) for origin in origins(area)]
        usable_bands = [each for each in inherited if each is not None and each.within_45_share is not None]
        return (
            _pooled(area, year, usable_bands)
            if usable_bands and len(usable_bands) == len(inherited)
            else None
        )

    def last(self, area: str) -> LastKnown | None:
        """The latest figures of an area, or of those it came from; None where there are none."""
        return self._latest(area, lambda _: True)

    def last_complete(self, area: str) -> LastKnown | None:
        """The latest figures of an area in which no band is suppressed."""
        return self._latest(area, is_complete)

    def _latest(self, area: str, condition: Callable[[PublishedBands], bool]) -> LastKnown | None:
        for year in reversed(self.years):
            figures = self.of(area, year)
            if figures is not None and condition(figures):
                areas = (area,) if (area, year) in self.figures else origins(area)
                return LastKnown(year, figures, areas)
        return None

    def shares(self, area: str) -> Iterator[float]:
        """The area's shares within 45 working days (0 to 1), year by year, inherited ones included."""
        for year in self.years:
            found = self.of(area, year)
            if found is not None and found.within_45_share is not None:
                yield found.within_45_share


@cache
def published() -> History:
    """Everything published from the first usable year on, England included.

    Of the last year most authorities have a share in time alone: no bands, and a total that is not a number.
    """
    areas = (ENGLAND, *(each.la_code for each in authorities()))
    years = [y for y in table("assessments_timeliness").years(ENGLAND) if y >= FIRST_USABLE_YEAR]
    figures = {
        (area, year): bands(area, year) or _share_alone(area, year) for area in areas for year in years
    }
    return History({key: each for key, each in figures.items() if each is not None})


def _share_alone(area: str, year: int) -> PublishedBands | None:
    """The share in time of an area and year of which nothing else is published: the latest year's."""
    share = within_45_share(area, year)
    if share is None:
        return None
    name = "England" if area == ENGLAND else authority(area).name
    nothing = (None,) * len(BANDS)
    return PublishedBands(area, name, year, math.nan, nothing, share, "published", None, None, None)


@cache
def origins(area: str) -> tuple[str, ...]:
    """The authorities whose years an authority inherits; none for one that was never reorganised.

    Those that went into it whole; where there are none, those it is a part of. So Bournemouth,
    Christchurch and Poole inherits Bournemouth and Poole, and not the part of old Dorset, which
    is not published apart.
    """
    if area == ENGLAND:
        return ()
    before = authority(area).predecessors
    parts = tuple(code for code in before if authority(code).successors == (area,))
    return parts or before


def origin_names(area: str) -> str:
    """The authorities whose years an authority inherits, by name; one of the same name is the earlier one."""
    own = authority(area).name
    names = (authority(code).name for code in origins(area))
    return listed([f"the earlier {name}" if name == own else name for name in names])


@cache
def reorganised_with(area: str) -> tuple[str, ...]:
    """An authority with all that it was reorganised with, before and after; itself alone for most."""
    areas, new = {area}, {area}
    while new:
        directory = {code: authority(code) for code in new}
        new = {c for each in directory.values() for c in (*each.predecessors, *each.successors)} - areas
        areas |= new
    return tuple(sorted(areas))


@cache
def latest_list() -> int:
    """The last year whose list of authorities is known."""
    return max(each.last_year for each in authorities())


def existed(each: Authority, year: int) -> bool:
    """Whether an authority exists in a year, for which the last list holds on where it is later."""
    return each.existed(min(year, latest_list()))


def is_complete(figures: PublishedBands) -> bool:
    """Whether every band is published and there is anything in them."""
    return figures.complete and any(figures.counts)


def _pooled(area: str, year: int, parts: list[PublishedBands]) -> PublishedBands:
    """Several areas as one: counts added up, the share weighted by assessments, no quartiles."""
    if len(parts) == 1:
        return parts[0]
    total = sum(each.total for each in parts)
    counts = [
        None if None in column else sum(c for c in column if c is not None)
        for column in zip(*(each.counts for each in parts), strict=True)
    ]
    share = sum(each.total * (each.within_45_share or 0.0) for each in parts) / total
    name = " and ".join(each.name for each in parts)
    return PublishedBands(area, name, year, total, tuple(counts), share, "computed", None, None, None)
