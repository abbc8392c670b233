"""The published figures of every authority: a year side by side, or one authority over the years.

Nothing here is simulated. Each share has a 95% interval (Wilson 1927) of what chance alone would make of it
with as many children, taken as half as many independent ones, since siblings end together: an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median

from scipy.stats import norm

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.text import listed
from simkit.data import ENGLAND, Authority, all_neighbours, authorities, authority, neighbours, value
from simkit.data import latest_year as latest_year_of
from simkit.framework import library
from simkit.framework.check import load
from simkit.study.evidence.evidence import SIBLINGS
from simkit.study.ranking import Rank, ranks

_Z = 1.959964  # of a 95% interval
_MOST_MISSING = 0.2  # of the authorities, in a year that can stand for the nation
_PERCENT = "%"
_SINGLE_ASSESSMENTS = 2016  # the first year in which nearly every authority made single assessments


@dataclass(frozen=True, slots=True)
class PublishedMeasure:
    """One published measure of an authority and year.

    ``value``: of an area and year, in ``unit``; None where it is not published. ``of``: the children that a
    share is a share of; None for what is no share, which has no interval. ``table`` and ``column``: where it
    is published; ``since``: the first year that compares with the others. ``denominator``: what it is counted
    over, in words.
    """

    name: str
    title: str
    unit: str
    denominator: str
    table: str
    column: str
    since: int
    value: Callable[[str, int], float | None]
    of: Callable[[str, int], float | None] | None = None


def _reading(table: str, column: str) -> Callable[[str, int], float | None]:
    return lambda area, year: value(table, area, year, column)


def _rest(table: str, column: str) -> Callable[[str, int], float | None]:
    """What is left to 100%, to the one decimal that is published."""

    def read(area: str, year: int) -> float | None:
        part = value(table, area, year, column)
        return None if part is None else round(100 - part, 1)

    return read


MEASURES: Mapping[str, PublishedMeasure] = {
    each.name: each
    for each in (
        PublishedMeasure(
            "over_45_days_pct",
            "Assessments that took over 45 working days",
            _PERCENT,
            "assessments completed in the year",
            "assessments_timeliness",
            "within_45_days_pct",
            _SINGLE_ASSESSMENTS,
            _rest("assessments_timeliness", "within_45_days_pct"),
            _reading("assessments_timeliness", "assessments_completed"),
        ),
        PublishedMeasure(
            "median_days",
            "Median duration of assessments",
            "working days",
            "assessments completed in the year",
            "assessments_duration",
            "median_days",
            _SINGLE_ASSESSMENTS,
            _reading("assessments_duration", "median_days"),
        ),
        PublishedMeasure(
            "icpc_over_15_days_pct",
            "Initial child protection conferences held after more than 15 working days",
            _PERCENT,
            "initial child protection conferences of the year",
            "section47_icpc",
            "icpc_within_15_days_pct",
            2013,
            _rest("section47_icpc", "icpc_within_15_days_pct"),
            _reading("section47_icpc", "icpcs"),
        ),
        PublishedMeasure(
            "rereferrals_12m_pct",
            "Referrals within 12 months of an earlier one",
            _PERCENT,
            "referrals of the year",
            "referrals",
            "rereferrals_12m_pct",
            2013,
            _reading("referrals", "rereferrals_12m_pct"),
            _reading("referrals", "referrals"),
        ),
        PublishedMeasure(
            "referrals_nfa_pct",
            "Referrals closed at the front door",
            _PERCENT,
            "referrals of the year",
            "referrals",
            "referrals_nfa_pct",
            2013,
            _reading("referrals", "referrals_nfa_pct"),
            _reading("referrals", "referrals"),
        ),
    )
}
"""The published measures, by name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The published figure of an area and year.

    ``low`` and ``high``: its 95% interval, None where it has none; ``children``: what a share is a share of.
    """

    year: int
    value: float
    low: float | None
    high: float | None
    children: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One authority in a year.

    ``side``: 1 above the median authority, -1 below it, 0 where chance may explain the difference. All are
    compared together (Holm 1979): by chance alone, any would be named in one year of twenty at most.
    ``before``: its value of the year before, None where there is none. ``rank``: its place from the lowest
    with its interval, None where no share of the year has one.
    """

    authority: Authority
    figure: Figure
    side: int
    before: float | None
    rank: Rank | None


@dataclass(frozen=True, eq=False)
class Nation(Answer):
    """All authorities with a published figure of a year, the lowest first.

    ``median``: of the authorities. ``england``: the published figure for England. ``missing``: the
    authorities of that year whose figure is not published.
    """

    measure: PublishedMeasure
    year: int
    standings: tuple[Standing, ...]
    median: float
    england: float | None
    missing: tuple[Authority, ...]

    @property
    def moved(self) -> float | None:
        """Half of the authorities moved by at least so many points or days from the year before."""
        moves = [abs(s.figure.value - s.before) for s in self.standings if s.before is not None]
        return median(moves) if moves else None

    def stayed(self, part: float = 0.25) -> tuple[int, int] | None:
        """How many of the highest ``part`` of the year before are in it again, and of how many."""
        both = [s for s in self.standings if s.before is not None]
        count = round(part * len(both))
        if not count:
            return None
        then = sorted(both, key=lambda s: s.before or 0.0)[-count:]
        now = {s.authority.la_code for s in sorted(both, key=lambda s: s.figure.value)[-count:]}
        return sum(s.authority.la_code in now for s in then), count

    def __repr__(self) -> str:
        return f"Nation({self.measure.name}, {self.year}, {len(self.standings)} authorities)"


@dataclass(frozen=True, slots=True)
class Edition:
    """A national edition, and the year to 31 March in which it began."""

    title: str
    year: int


@dataclass(frozen=True, eq=False)
class AuthorityYears(Answer):
    """The published figures of one authority over the years.

    ``figures``: its own. ``earlier``: those of the authorities that it came from, by name. ``later``: the
    authorities that it went into. ``neighbours``: by year, the median of its statistical neighbours and the
    number of them that have a figure; ``absent``: by year, those that have none. ``near``: the figures of
    the neighbours of its last year, nearest first.
    ``england``: by year. ``editions``: those that began in these years. ``rank``: its place in ``rank_year``,
    the last year for which places have intervals; both None if there is none. ``not_published``: the years
    in which it existed and nearly all others have a figure, but not this one.
    """

    measure: PublishedMeasure
    authority: Authority
    figures: tuple[Figure, ...]
    earlier: Mapping[str, tuple[Figure, ...]]
    later: tuple[Authority, ...]
    neighbours: Mapping[int, tuple[float, int]]
    absent: Mapping[int, tuple[Authority, ...]]
    near: Mapping[Authority, tuple[Figure, ...]]
    england: Mapping[int, float]
    editions: tuple[Edition, ...]
    rank: Rank | None
    rank_year: int | None
    not_published: tuple[int, ...]

    def __repr__(self) -> str:
        return f"AuthorityYears({self.authority.name}, {self.measure.name}, {len(self.figures)} years)"


@checked_arguments
def nation(measure: str = "over_45_days_pct", *, year: int | None = None) -> Nation:
    """Every authority's published figure of a year, each beside the median authority.

    ``measure``: one of ``MEASURES``. ``year`` ends 31 March; without one, the latest with figures for four in
    five authorities. Raises SimkitError for another measure, or a year with fewer.

    Example::

        simkit.nation(year=2024).to_frame()
    """
    chosen = _measure(measure)
    years = years_of(chosen)
    if year is None:
        year = years[-1]
    if year not in years:
        raise SimkitError(
            f"{chosen.title}: figures are published here for the years to 31 March {years[0]} to "
            f"{years[-1]}, not for {year}."
        )
    existing = [each for each in authorities() if each.existed(year)]
    figures = _figures_of(chosen, year)
    middle = median(figure.value for figure in figures.values())
    sides = _sides(figures, middle)
    places = _ranks(figures)
    standings = [
        Standing(place, figure, sides[place], chosen.value(place.la_code, year - 1), places.get(place))
        for place, figure in figures.items()
    ]
    return Nation(
        measure=chosen,
        year=year,
        standings=tuple(sorted(standings, key=lambda s: (s.figure.value, s.authority.name))),
        median=middle,
        england=chosen.value(ENGLAND, year),
        missing=tuple(each for each in existing if each not in figures),
    )


@checked_arguments
def authority_years(name: str | Authority, measure: str = "over_45_days_pct") -> AuthorityYears:
    """The published figures of an authority over the years, with those of the authorities it came from.

    Raises UnknownAuthorityError for another name, SimkitError for another measure.

    Example::

        simkit.authority_years("Cumberland").figure()
    """
    chosen = _measure(measure)
    place = name if isinstance(name, Authority) else authority(name)
    own = _figures(chosen, place.la_code)
    before = {
        f"{old.name} to {old.last_year}": _figures(chosen, old.la_code)
        for old in map(authority, place.predecessors)
    }
    known = {figure.year for figure in own}
    gaps = [year for year in years_of(chosen) if place.existed(year) and year not in known]
    years = sorted({*gaps, *(f.year for figures in (own, *before.values()) for f in figures)})
    span = range(years[0], years[-1] + 1) if years else range(0)
    england = {y: found for y in span if (found := chosen.value(ENGLAND, y)) is not None}
    alive = (y for y in span if place.existed(y))
    middle = {y: of for y in alive if (of := _neighbours(chosen, place.la_code, y)) is not None}
    absent = {y: _absent(chosen, place.la_code, y) for y in middle}
    beside = map(authority, all_neighbours(place.la_code, place.last_year))
    rank_year, rank = _latest_rank(chosen, place)
    return AuthorityYears(
        measure=chosen,
        authority=place,
        figures=own,
        earlier=before,
        later=tuple(map(authority, place.successors)),
        neighbours=middle,
        absent={y: without for y, without in absent.items() if without},
        near={each: _figures(chosen, each.la_code) for each in beside},
        england=england,
        editions=tuple(e for e in _editions() if e.year in span[1:]),
        rank=rank,
        rank_year=rank_year,
        not_published=tuple(gaps),
    )


def _latest_rank(measure: PublishedMeasure, place: Authority) -> tuple[int | None, Rank | None]:
    """The last year in which an authority has a place with an interval, and that place."""
    for year in reversed(years_of(measure)):
        if place.existed(year) and (rank := _ranks_of(measure, year).get(place)) is not None:
            return year, rank
    return None, None


@cache
def _ranks_of(measure: PublishedMeasure, year: int) -> Mapping[Authority, Rank]:
    """The place of every authority in a year."""
    return _ranks(_figures_of(measure, year))


def _figures_of(measure: PublishedMeasure, year: int) -> dict[Authority, Figure]:
    """The figure of every authority that has one in a year."""
    return {
        each: found
        for each in authorities()
        if each.existed(year) and (found := figure_of(measure, each.la_code, year)) is not None
    }


@cache
def years_of(measure: PublishedMeasure) -> tuple[int, ...]:
    """The years in which at least four in five of the authorities have a figure, ascending."""
    last = max(latest_year_of(measure.table, each.la_code, measure.column) or 0 for each in authorities())
    enough = []
    for year in range(measure.since, last + 1):
        existing = [each.la_code for each in authorities() if each.existed(year)]
        known = sum(measure.value(code, year) is not None for code in existing)
        if known >= (1 - _MOST_MISSING) * len(existing):
            enough.append(year)
    return tuple(enough)


def _measure(name: str) -> PublishedMeasure:
    if name not in MEASURES:
        raise SimkitError(
            f"There is no published measure called {name!r}: choose {listed(tuple(MEASURES), 'or')}."
        )
    return MEASURES[name]


def _figures(measure: PublishedMeasure, area: str) -> tuple[Figure, ...]:
    years = range(measure.since, (latest_year_of(measure.table, area, measure.column) or 0) + 1)
    return tuple(f for year in years if (f := figure_of(measure, area, year)) is not None)


def figure_of(measure: PublishedMeasure, area: str, year: int) -> Figure | None:
    """The published figure of an area and year, None where it is not published."""
    found = measure.value(area, year)
    if found is None:
        return None
    children = None if measure.of is None else measure.of(area, year)
    low, high = (None, None) if not children else wilson(found / 100, children / SIBLINGS)
    return Figure(year, found, low, high, children)


def wilson(share: float, count: float) -> tuple[float, float]:
    """The 95% interval, in per cent, of a share (0 to 1) of ``count`` independent ones (Wilson 1927)."""
    middle = share + _Z**2 / (2 * count)
    half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    whole = 1 + _Z**2 / count
    return 100 * max(0.0, (middle - half) / whole), 100 * min(1.0, (middle + half) / whole)


def chance_limits(share: float, count: float) -> tuple[float, float]:
    """In per cent, where chance keeps 95 of 100 authorities with this share and ``count`` children."""
    half = _Z * math.sqrt(share * (1 - share) * SIBLINGS / count)
    return 100 * max(0.0, share - half), 100 * min(1.0, share + half)


def _sides(figures: Mapping[Authority, Figure], middle: float) -> dict[Authority, int]:
    """Of each authority on which side of the median it lies, 0 where chance may explain it."""
    sides = dict.fromkeys(figures, 0)
    share = middle / 100
    chances = []
    for place, figure in figures.items():
        if figure.children and 0 < share < 1:
            deviation = math.sqrt(share * (1 - share) * SIBLINGS / figure.children)
            chances.append((2 * float(norm.sf(abs(figure.value / 100 - share) / deviation)), place))
    chances.sort(key=lambda each: each[0])
    for number, (chance, place) in enumerate(chances):
        if chance > 0.05 / (len(chances) - number):
            break
        sides[place] = 1 if figures[place].value > middle else -1
    return sides


def _ranks(figures: Mapping[Authority, Figure]) -> dict[Authority, Rank]:
    """The place of each authority; none where no share has a count."""
    if not any(figure.children for figure in figures.values()):
        return {}
    counted = {
        place: (figure.value, figure.children / SIBLINGS if figure.children else None)
        for place, figure in figures.items()
    }
    return ranks(counted)


def _neighbours(measure: PublishedMeasure, area: str, year: int) -> tuple[float, int] | None:
    values = [found for code in neighbours(area, year) if (found := measure.value(code, year)) is not None]
    return (median(values), len(values)) if values else None


def _absent(measure: PublishedMeasure, area: str, year: int) -> tuple[Authority, ...]:
    """The neighbours that the median of a year leaves out: no figure is published, or they began later."""
    without = (code for code in all_neighbours(area, year) if measure.value(code, year) is None)
    return tuple(map(authority, without))


@cache
def _editions() -> tuple[Edition, ...]:
    """The editions of Working Together since 2013, by the year in which each began."""
    editions = []
    for name in library.names("national"):
        if name.startswith("national/working-together-"):
            start = load(name).in_force.get("from", "")
            year = int(start[:4]) + (start[5:7] > "03") if start else 0
            editions.append(Edition(name.rsplit("-", 1)[1], year))
    return tuple(editions)
