"""The published statistics: tables by authority and year, durations by band, bank holidays, sources.

Years are years ending 31 March, but a September's in ``social_work_workforce`` and a mid-year's in
``population_0_17``. A figure that is suppressed or not available is None, never 0. Areas
are DfE codes of authorities, ``england``, or codes of regions (``E12...``, and ``E13...`` for
Inner and Outer London).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from simkit.common.arguments import checked_arguments
from simkit.data.directory import Authority, authorities, authority
from simkit.data.files import cells, rows

ENGLAND = "england"

BANDS = (
    "days_same_day",
    "days_1_10",
    "days_11_20",
    "days_21_30",
    "days_31_40",
    "days_41_45",
    "days_46_50",
    "days_51_60",
    "days_61_plus",
)
"""The nine published bands of the duration of an assessment, in working days."""

WITHIN = 6
"""The number of bands that lie within 45 working days."""

_TEXT_COLUMNS = frozenset({"symbols", "pct_source"})
_APPORTIONED = frozenset(
    {
        "inpost_fte",
        "starters_fte",
        "leavers_fte",
        "agency_fte",
        "agency_cover_fte",
        "vacancy_fte",
        "case_holders_fte",
        "cases",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """One published table: numbers by area and year, None where no number is published.

    ``words`` holds its text cells (``symbols``: the letters that stood in place of numbers).
    """

    name: str
    columns: tuple[str, ...]
    numbers: Mapping[tuple[str, int], tuple[float | None, ...]]
    words: Mapping[tuple[str, int], Mapping[str, str]]

    def value(self, area: str, year: int, column: str) -> float | None:
        """One number, or None. Raises LookupError for a column that the table does not have."""
        if column not in self.columns:
            raise LookupError(f"The table {self.name} has no column {column!r}.")
        row = self.numbers.get((area, year))
        return None if row is None else row[self.columns.index(column)]

    def row(self, area: str, year: int) -> dict[str, float | None]:
        """All numbers of one area and year by column; empty where there is no row."""
        return dict(zip(self.columns, self.numbers.get((area, year), ()), strict=False))

    def years(self, area: str) -> tuple[int, ...]:
        """The years that have a row for the area, ascending."""
        return tuple(sorted(year for place, year in self.numbers if place == area))

    def __str__(self) -> str:
        years = sorted({year for _, year in self.numbers})
        return f"{self.name}: {len(self.numbers)} rows, {years[0]} to {years[-1]}"


@dataclass(frozen=True, slots=True)
class PublishedBands:
    """An area's completed assessments of one year by duration, as published.

    ``counts`` follow ``BANDS``; a suppressed band is None. ``shares`` are of the assessments whose
    duration is known (the sum of the bands), None throughout where any band is suppressed.
    ``within_45_share`` is the official share within 45 working days (0 to 1) and ``within_45_source``
    says ``published``, ``computed`` or ``own return``, where None is withheld; quartiles are in working days.
    """

    area: str
    name: str
    year: int
    total: float
    counts: tuple[float | None, ...]
    within_45_share: float | None
    within_45_source: str | None
    p25_days: float | None
    median_days: float | None
    p75_days: float | None

    @property
    def complete(self) -> bool:
        """Whether every band is published."""
        return None not in self.counts

    @property
    def shares(self) -> tuple[float | None, ...]:
        """The bands' shares; they sum to 1 where every band is published."""
        known = [count for count in self.counts if count is not None]
        if len(known) < len(self.counts) or not sum(known):
            return (None,) * len(self.counts)
        return tuple(count / sum(known) for count in known)

    def __str__(self) -> str:
        own = self.within_45_source == "own return"
        unknown = "withheld" if own else "not published"
        share = unknown if self.within_45_share is None else f"{self.within_45_share:.1%}"
        return f"{self.name}, year to 31 March {self.year}: {self.total:.0f} assessments, in time {share}"


@cache
def table(name: str) -> Table:
    """One packaged table by name. Raises LookupError for a name that isn't one.

    Joint rows of the workforce census are apportioned to their authorities: see ``workforce_note``.
    """
    heading, lines = cells(name)
    if "area" not in heading:
        raise LookupError(f"{name!r} is not a table of figures by area and year.")
    at_year, at_area = heading.index("year"), heading.index("area")
    at_words = {c: n for n, c in enumerate(heading) if c in _TEXT_COLUMNS}
    places = [n for n, c in enumerate(heading) if c not in _TEXT_COLUMNS and c not in ("year", "area")]
    columns = tuple(heading[n] for n in places)
    numbers: dict[tuple[str, int], tuple[float | None, ...]] = {}
    words: dict[tuple[str, int], dict[str, str]] = {}
    for line in lines:
        year = int(line[at_year])
        own = tuple([float(line[n]) if line[n] else None for n in places])
        text = {c: line[n] for c, n in at_words.items() if line[n]}
        for area, part in _parts(line[at_area], year):
            numbers[area, year] = own if part == 1 else _apportioned(columns, own, part)
            if text:
                words[area, year] = text
    return Table(name, columns, numbers, words)


def value(name: str, area: str, year: int, column: str) -> float | None:
    """One number of one table; None where it isn't published."""
    return table(name).value(area, year, column)


def social_workers(area: str, september: int) -> float | None:
    """Social workers in post and those of agencies, full-time equivalents; None where either isn't published.

    The measure of how staff change from year to year: most of the change of published case holders
    between two Septembers is error, which the next one takes back.
    """
    row = table("social_work_workforce").row(area, september)
    in_post, agency = row.get("inpost_fte"), row.get("agency_fte")
    return None if in_post is None or agency is None else in_post + agency


def latest_year(name: str, area: str, column: str) -> int | None:
    """The latest year in which the table has a number in ``column`` for the area."""
    figures = table(name)
    years = [year for year in figures.years(area) if figures.value(area, year, column) is not None]
    return max(years, default=None)


def reported_with(la_code: str) -> str:
    """The codes of all authorities that share this one's row of the workforce census, its own among them."""
    return next((joint for joint in _joint_rows() if la_code in joint.split(";")), la_code)


def workforce_note(la_code: str, september: int) -> str | None:
    """The note to a workforce figure that comes from the joint row of two authorities; None for others."""
    for joint in _joint_rows():
        if la_code in joint.split(";") and (la_code, september) in table("social_work_workforce").numbers:
            pair = " and ".join(authority(code).name for code in joint.split(";"))
            return (
                f"The workforce census publishes {pair} as one. Its numbers of staff and cases are shared "
                "out here in proportion to children aged 0 to 17; rates are those of the two together."
            )
    return None


@checked_arguments
@cache
def bands(area: str | Authority, year: int) -> PublishedBands | None:
    """The published durations of an area and year, or None where their total isn't published.

    ``area``: a code, ``england``, or an authority by its name; raises UnknownAuthorityError for another. The
    share within 45 working days is the published indicator from 2016; for earlier years it is computed from
    the bands.
    """
    durations = table("assessments_duration")
    area = area.la_code if isinstance(area, Authority) else area
    if (area, year) not in durations.numbers and not durations.years(area):
        area = authority(area).la_code
    row = durations.row(area, year)
    total = row.get("assessments_completed")
    if not total:
        return None
    timeliness = table("assessments_timeliness")
    return PublishedBands(
        area=area,
        name=_area_name(area),
        year=year,
        total=total,
        counts=tuple(row[band] for band in BANDS),
        within_45_share=within_45_share(area, year),
        within_45_source=timeliness.words.get((area, year), {}).get("pct_source"),
        p25_days=row["p25_days"],
        median_days=row["median_days"],
        p75_days=row["p75_days"],
    )


def within_45_share(area: str, year: int) -> float | None:
    """The official share (0 to 1) of assessments completed within 45 working days; None where not published.

    It is published for a year before the bands are.
    """
    pct = table("assessments_timeliness").value(area, year, "within_45_days_pct")
    return None if pct is None else pct / 100


@cache
def sources() -> tuple[Mapping[str, str], ...]:
    """Where each packaged table comes from, one row per table."""
    return tuple(rows("sources"))


def attribution() -> str:
    """The sentence that the licence of the statistics requires wherever they are used."""
    publishers = sorted({row["publisher"] for row in sources()})
    return (
        "Contains public sector information licensed under the Open Government Licence v3.0 "
        f"({'; '.join(publishers)})."
    )


@cache
def _joint_rows() -> tuple[str, ...]:
    return tuple(sorted({row["area"] for row in rows("social_work_workforce") if ";" in row["area"]}))


def _apportioned(
    columns: tuple[str, ...], numbers: tuple[float | None, ...], part: float
) -> tuple[float | None, ...]:
    """The part of a joint row's counts that belongs to one of its authorities; rates are those of all."""
    return tuple(
        x * part if x is not None and c in _APPORTIONED else x for c, x in zip(columns, numbers, strict=True)
    )


def _parts(area: str, year: int) -> tuple[tuple[str, float], ...]:
    """The authorities of a row, each with its part (0 to 1) of the row's counts."""
    codes = area.split(";")
    if len(codes) == 1:
        return ((area, 1.0),)
    people = [_population(code, year) for code in codes]
    return tuple((code, n / sum(people)) for code, n in zip(codes, people, strict=True))


def _population(area: str, year: int) -> float:
    """Children 0 to 17 in the mid-year ``year``, or in the nearest mid-year that is published."""
    figures = table("population_0_17")
    known = [y for y in figures.years(area) if figures.value(area, y, "population_0_17") is not None]
    nearest = min(known, key=lambda y: abs(y - year))
    return figures.value(area, nearest, "population_0_17") or 0.0


@cache
def _area_name(area: str) -> str:
    if area == ENGLAND:
        return "England"
    for place in authorities():
        if area == place.region_code:
            return place.region_name
        if area == place.sub_region_code:
            return place.sub_region_name
    return authority(area).name
