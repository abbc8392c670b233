"""Rates of a profile from the published tables, with missing data filled and noted.

In order of preference: the area's own figure of the year; for assessments its latest earlier year, then its
predecessor; the mean of its statistical neighbours; England.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from simkit.common.text import listed
from simkit.data import (
    ENGLAND,
    PublishedBands,
    authority,
    bands,
    neighbours,
    table,
    value,
    within_45_share,
    workforce_note,
)

FIRST_USABLE_YEAR = 2016  # before it authorities were still moving to the single assessment
LAST_USABLE_YEAR = 2024
"""The year that is taken where none is asked for: the last with packaged calibrations of authorities."""

FIRST_CENSUS = 2017
MOST_SECTION_47 = 0.9
FEW_NEIGHBOURS = 3  # fewer are too few for a mean
FEW_REFERRALS = 100  # fewer in a year are too few for shares by month
FEW_POSTS = 20  # fewer are too few for rates of staff
MANY_POSTS = 50  # a rate of 0 among more posts is taken as not returned

_TITLES = {
    "nfa_share": "Share closed at the front door",
    "rereferral_share": "Share of re-referrals",
    "assessments_per_referral": "Assessments for each referral not closed",
    "section_47_share": "Section 47 enquiries for each assessment",
    "conference_share": "Conferences for each section 47 enquiry",
    "icpc_within_15_share": "Share of conferences within 15 working days",
    "vacancy_rate": "Vacancy rate",
    "turnover_rate": "Turnover rate",
    "agency_cover_rate": "Share of vacancies covered by agency staff",
    "absence_rate": "Sickness absence rate",
    "cases_per_fte": "Cases for each case holder",
}
_STAFF_RATES = {
    "vacancy_rate": "vacancy_rate_fte",
    "turnover_rate": "turnover_rate_fte",
    "agency_cover_rate": "vacancy_agency_cover_rate_fte",
    "absence_rate": "absence_rate_fte",
}
_MONTHS = (
    "referrals_apr",
    "referrals_may",
    "referrals_jun",
    "referrals_jul",
    "referrals_aug",
    "referrals_sep",
    "referrals_oct",
    "referrals_nov",
    "referrals_dec",
    "referrals_jan",
    "referrals_feb",
    "referrals_mar",
)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one area and year; for their meaning see ``Profile``."""

    year: int
    values: Mapping[str, float]
    by_month: tuple[float, ...]
    published: PublishedBands | None
    notes: tuple[str, ...]
    filled: tuple[str, ...]


def latest_usable_year(area: str) -> int:
    """The latest year with referrals and assessments published; for a new authority without any, its first
    year with referrals, the nearest to its predecessor's last."""
    years = [y for y in table("referrals").years(area) if value("referrals", area, y, "referrals")]
    both = [y for y in years if FIRST_USABLE_YEAR <= y <= LAST_USABLE_YEAR and bands(area, y) is not None]
    return max(both) if both else min(years)


@cache
def rates_of(area: str, year: int) -> Rates:
    """The rates of an area in a year. Raises LookupError if the year can't be used."""
    if year < FIRST_USABLE_YEAR:
        raise LookupError(
            f"years before {FIRST_USABLE_YEAR} can't be used, because authorities were still moving "
            "from initial and core assessments to the single one."
        )
    referrals = value("referrals", area, year, "referrals")
    if not referrals:
        raise LookupError(_other_authority(area, year) or "no referrals are published for it.")
    gaps = _Gaps(area, year)
    values: dict[str, float] = {"referrals": referrals}
    for name in ("nfa_share", "rereferral_share"):
        values[name] = gaps.fill(name, _own(area, year)[name], year)
    values["assessments"] = _assessments(gaps, referrals * (1 - values["nfa_share"]))
    values["assessments_per_referral"] = values["assessments"] / (referrals * (1 - values["nfa_share"]))
    enquiries = value("section47_icpc", area, year, "section47_enquiries")
    own_share = enquiries / values["assessments"] if enquiries else None
    values["section_47_share"] = _capped(gaps, gaps.fill("section_47_share", own_share, year))
    for name in ("conference_share", "icpc_within_15_share"):
        values[name] = gaps.fill(name, _own(area, year)[name], year)
    values |= _staff(gaps)
    published = _published(gaps)
    _published_since(gaps)
    return Rates(
        year=year,
        values=values,
        by_month=_by_month(gaps, referrals),
        published=published,
        notes=tuple(gaps.notes),
        filled=tuple(gaps.filled),
    )


def _published_since(gaps: _Gaps) -> None:
    """Notes the shares in time published after the area's latest usable year, which come before the bands."""
    if gaps.year != latest_usable_year(gaps.area):
        return
    later = range(gaps.year + 1, max(table("assessments_timeliness").years(ENGLAND)) + 1)
    for y in later:
        share = within_45_share(gaps.area, y)
        if share is not None:
            gaps.note(f"Published since: {share:.1%} within 45 working days in the year to 31 March {y}.")
    if gaps.area == ENGLAND:
        return
    place = authority(gaps.area)
    missing = [y for y in range(gaps.year + 1, LAST_USABLE_YEAR + 1) if place.existed(y)]
    if missing:
        gaps.note(
            f"{_whose(gaps.area)} referrals or durations of {listed(map(str, missing))} are not published: "
            f"{gaps.year} is the latest year."
        )
    if place.successors:
        gaps.note(_other_authority(gaps.area, place.last_year + 1))


def _other_authority(area: str, year: int) -> str:
    """Whose figures a year has in place of an area that had ended or not begun; empty elsewhere."""
    if area == ENGLAND:
        return ""
    place = authority(area)
    if place.successors and year > place.last_year:
        since = listed(authority(code).name for code in place.successors)
        return f"{place.name}'s last year is {place.last_year}. Since then: {since}."
    if place.predecessors and year < place.first_year:
        before = listed(map(str, map(authority, place.predecessors)))
        return f"{place.name}'s first year is {place.first_year}. Before that: {before}."
    return ""


class _Gaps:
    """Fills the missing rates of one area and year, and collects notes on them."""

    def __init__(self, area: str, year: int) -> None:
        self.area, self.year = area, year
        self.notes: list[str] = []
        self.filled: list[str] = []

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def fill(self, name: str, own: float | None, year: int, why: str = "not published") -> float:
        """The area's own figure; else, with a note, the mean of its neighbours or England's."""
        if own is not None:
            return own
        near, used = _neighbours_mean(self.area, year, name)
        figure = f"{near:.1f}" if name == "cases_per_fte" else f"{near:.1%}"
        self.filled.append(name)
        self.note(f"{_TITLES[name]}: {why}, so {used} is used: {figure}.")
        return near


@cache
def _own(area: str, year: int) -> Mapping[str, float | None]:
    """The area's own rates, None where a part isn't published."""
    referrals = table("referrals").row(area, year)
    conferences = table("section47_icpc").row(area, year)
    durations = bands(area, year)
    total, enquiries = referrals.get("referrals"), conferences.get("section47_enquiries")
    closed = _ratio(referrals.get("referrals_nfa"), total, referrals.get("referrals_nfa_pct"))
    assessments = durations.total if durations else None
    opened = None if total is None or closed is None else total * (1 - closed)
    own: dict[str, float | None] = {
        "nfa_share": closed,
        "rereferral_share": _ratio(
            referrals.get("rereferrals_12m"), total, referrals.get("rereferrals_12m_pct")
        ),
        "assessments_per_referral": _ratio(assessments, opened),
        "section_47_share": _ratio(enquiries, assessments),
        "conference_share": _at_most_1(_ratio(conferences.get("icpcs"), enquiries)),
        "icpc_within_15_share": _ratio(None, None, conferences.get("icpc_within_15_days_pct")),
    }
    return {**own, **_own_staff(area, _september(year))}


@cache
def _own_staff(area: str, september: int) -> Mapping[str, float | None]:
    """The usable staff rates of a census: see FEW_POSTS and MANY_POSTS."""
    row = table("social_work_workforce").row(area, september)
    posts = (row.get("inpost_fte") or 0.0) + (row.get("vacancy_fte") or 0.0)
    own: dict[str, float | None] = {"cases_per_fte": row.get("caseload_per_fte") or None}
    for name, column in _STAFF_RATES.items():
        pct = row.get(column)
        never_zero = name in ("turnover_rate", "absence_rate") and posts > MANY_POSTS
        usable = pct is not None and posts >= FEW_POSTS and not (never_zero and pct == 0)
        own[name] = pct / 100 if usable and pct is not None else None
    return own


@cache
def _neighbours_mean(area: str, year: int, name: str) -> tuple[float, str]:
    """The neighbours' mean rate of the year, or of the latest before it; else England's. And its name."""
    years = range(year, FIRST_USABLE_YEAR - 1, -1)
    for y in years:
        near = () if area == ENGLAND else neighbours(area, y)
        known = [x for x in (_own(n, y)[name] for n in near) if x is not None]
        if len(known) >= FEW_NEIGHBOURS:
            return sum(known) / len(known), f"the mean of {len(known)} statistical neighbours{_when(y, year)}"
    for y in years:
        whole = _own(ENGLAND, y)[name]
        if whole is not None:
            return whole, f"England's{_when(y, year)}"
    raise LookupError(f"{_TITLES[name].lower()} is published nowhere.")


def _when(year: int, wanted: int) -> str:
    return "" if year == wanted else f" in the year to 31 March {year}"


def _assessments(gaps: _Gaps, opened: float) -> float:
    """Assessments completed in the year, or an estimate from another ratio to the referrals not closed."""
    durations = bands(gaps.area, gaps.year)
    if durations is not None:
        return durations.total
    gaps.note(_not_published(gaps.area, gaps.year))
    for place, y in _earlier(gaps.area, gaps.year):
        ratio = _own(place, y)["assessments_per_referral"]
        if ratio is not None:
            gaps.note(
                f"The number of assessments: {_whose(place)} for each referral not closed in the "
                f"year to 31 March {y} is used, {ratio:.2f}."
            )
            return opened * ratio
    ratio, used = _neighbours_mean(gaps.area, gaps.year, "assessments_per_referral")
    gaps.filled += ["assessments", "assessed_share", "repeat_share"]
    gaps.note(f"The number of assessments: {used} for each referral not closed is used, {ratio:.2f}.")
    return opened * ratio


def _not_published(area: str, year: int) -> str:
    """What is not published about the assessments of a year without bands: the share in time may be."""
    share, when = within_45_share(area, year), f"in the year to 31 March {year}"
    if share is None:
        return f"Nothing is published about {_whose(area)} assessments {when}."
    return (
        f"Of {_whose(area)} assessments {when} only the share within 45 working days is published "
        f"({share:.1%}), not how many there were or how long they took."
    )


def _published(gaps: _Gaps) -> PublishedBands | None:
    """The published durations of the year, or the latest earlier ones of the area or its predecessor."""
    durations = bands(gaps.area, gaps.year)
    if durations is not None:
        return durations
    for place, y in _earlier(gaps.area, gaps.year):
        durations = bands(place, y)
        if durations is not None:
            gaps.note(f"Bands and quartiles are compared with {_whose(place)} of the year to 31 March {y}.")
            return durations
    return None


def _earlier(area: str, year: int) -> list[tuple[str, int]]:
    """The area's own earlier years, latest first, then those of its predecessors."""
    places = (area,) if area == ENGLAND else (area, *authority(area).predecessors)
    return [(place, y) for place in places for y in range(year - 1, FIRST_USABLE_YEAR - 1, -1)]


def _whose(place: str) -> str:
    """An answer can be of several authorities, so a note never says "its own"."""
    return "England's" if place == ENGLAND else f"{authority(place).name}'s"


def _capped(gaps: _Gaps, share: float) -> float:
    if share <= MOST_SECTION_47:
        return share
    gaps.note(
        f"Section 47 enquiries for each assessment: {share:.0%} as published, because an assessment can have "
        f"more than one; {MOST_SECTION_47:.0%} is used."
    )
    return MOST_SECTION_47


def _staff(gaps: _Gaps) -> dict[str, float]:
    """Staff of the September inside the year."""
    september = _september(gaps.year)
    if september != gaps.year - 1:
        gaps.note(f"Staff: the first census published is that of September {FIRST_CENSUS}, so it is used.")
    row = table("social_work_workforce").row(gaps.area, september)
    posts = (row.get("inpost_fte") or 0.0) + (row.get("vacancy_fte") or 0.0)
    own = _own_staff(gaps.area, september)
    rates = {"case_holders_fte": _case_holders(gaps, september)}
    for name in (*_STAFF_RATES, "cases_per_fte"):
        pct = row.get(_STAFF_RATES.get(name, "caseload_per_fte"))
        why = f"not published for September {september}"
        if pct is not None and posts < FEW_POSTS:
            why = f"rests on fewer than {FEW_POSTS} posts in September {september}"
        elif pct == 0:
            why = f"returned as 0 for September {september}, which so many staff make unlikely"
        rates[name] = gaps.fill(name, own[name], gaps.year, why)
    joint = workforce_note(gaps.area, september)
    if joint:
        gaps.note(joint)
    return rates


def _case_holders(gaps: _Gaps, september: int) -> float:
    """Case holders; a figure missing, or under half of the adjacent censuses, is replaced by their mean."""
    own = value("social_work_workforce", gaps.area, september, "case_holders_fte")
    years = table("social_work_workforce").years(gaps.area)
    known = {y: value("social_work_workforce", gaps.area, y, "case_holders_fte") for y in years}
    adjacent = [x for y in (september - 1, september + 1) if (x := known.get(y)) is not None]
    mean = sum(adjacent) / len(adjacent) if adjacent else None
    if own and (mean is None or own < FEW_POSTS or own >= mean / 2):
        return own
    if mean is None:
        raise LookupError(f"no case holders are published around September {september}.")
    reason = f"{own:g} published, less than half of the mean of" if own else "not published, so that of"
    gaps.note(
        f"Case holders in September {september}: {reason} the censuses beside it{', which' if own else ''} "
        f"is used: {mean:.1f} full-time equivalents."
    )
    return mean


def _by_month(gaps: _Gaps, referrals: float) -> tuple[float, ...]:
    """The months' shares of the year. Suppressed months share the remainder of the total."""
    years = [y for y in table("referrals_by_month").years(gaps.area) if y <= gaps.year]
    counts: list[float | None] = [None] * 12
    if years:
        counts = _months(gaps.area, max(years))
        if max(years) != gaps.year:
            gaps.note(f"Referrals by month: the latest published are of the year to 31 March {max(years)}.")
    known = [c for c in counts if c is not None]
    total = sum(known)
    if len(known) == 12 and total >= FEW_REFERRALS:
        return tuple(c / total for c in known)
    shape, used = _shape_near(gaps.area, gaps.year)
    if len(known) < 6 or total < FEW_REFERRALS:
        gaps.filled.append("by_month")
        why = f"fewer than {FEW_REFERRALS} in the year" if referrals < FEW_REFERRALS else "not published"
        gaps.note(f"Referrals by month: {why}, so {used} is used.")
        return shape
    gaps.filled.append("by_month")
    gaps.note(
        f"Referrals by month: {12 - len(known)} months are not published and share what the others leave of "
        f"the year, in proportion to {used}."
    )
    missing = sum(s for s, c in zip(shape, counts, strict=True) if c is None)
    rest = max(referrals - total, 0.0)
    full = [rest * s / missing if c is None else c for s, c in zip(shape, counts, strict=True)]
    return tuple(c / sum(full) for c in full)


def _shape_near(area: str, year: int) -> tuple[tuple[float, ...], str]:
    """The neighbours' total referrals by month, as shares, or England's; and their name."""
    y = min(year, max(table("referrals_by_month").years(ENGLAND)))
    near = [m for m in (_months(n, y) for n in neighbours(area, y)) if None not in m]
    used = "the year of its statistical neighbours" if near else "England's year"
    chosen = near or [_months(ENGLAND, y)]
    sums = [sum(c for c in month if c is not None) for month in zip(*chosen, strict=True)]
    return tuple(s / sum(sums) for s in sums), used


def _months(area: str, year: int) -> list[float | None]:
    return [value("referrals_by_month", area, year, month) for month in _MONTHS]


def _september(year: int) -> int:
    """The September census in the year ending 31 March ``year``, or the first published."""
    return max(year - 1, FIRST_CENSUS)


def _ratio(part: float | None, whole: float | None, pct: float | None = None) -> float | None:
    if part is not None and whole:
        return part / whole
    return None if pct is None else pct / 100


def _at_most_1(share: float | None) -> float | None:
    return None if share is None else min(1.0, share)
