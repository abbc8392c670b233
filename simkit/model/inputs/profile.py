"""Profiles: an authority's caseload and staff in one year, the input of a simulation.

They come from the published statistics (``profile``, ``england_average``), from an authority's own data, or
are written by hand. A profile is a plain value; change it with ``dataclasses.replace``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.data import ENGLAND, Authority, PublishedBands, authorities, authority, within_45_share
from simkit.framework.made_files import MadeFileError, checked_data, read_made
from simkit.framework.schemas import schema
from simkit.model.inputs.published_rates import Rates, latest_usable_year, rates_of

MONTHS = (
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "january",
    "february",
    "march",
)
"""The months of a statistical year, in their order."""


class ProfileError(SimkitError, ValueError):
    """A profile has impossible values, or can't be made; the message lists every reason."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An authority's caseload and staff in one year.

    Counts are of children a year; shares and rates run from 0 to 1; staff are full-time equivalents.

    ``year``: the year ending 31 March. ``referrals``: all referrals, re-referrals included.
    ``by_month``: the twelve months' shares of them, April first. ``nfa_share``: closed at the front
    door. ``rereferral_share``: of a child referred in the twelve months before. ``assessed_share``:
    of the referrals not closed, those assessed. ``repeat_share``: further assessments of open cases,
    for each referral not closed. ``section_47_share``: section 47 enquiries for each assessment.
    ``conference_share``: initial child protection conferences for each enquiry.

    ``case_holders_fte``: social workers who hold cases, agency staff included. ``vacancy_rate``: empty
    posts among all posts. ``turnover_rate``: leavers in a year for each person in post.
    ``agency_cover_rate``: share of empty posts covered by agency staff. ``cases_per_fte``: all open
    cases, not assessments alone, for each case holder.

    ``published``: the published durations of the year, or of the latest before it (see its own ``area`` and
    ``year``), or None. ``notes``: how missing data was filled, and what was capped. ``filled``: names of the
    fields taken from statistical neighbours. ``own``: for fields from own data, ``from`` which, ``n`` records
    that the field rests on, and ``low`` and ``high`` of its 95% interval where it is a share.

    Raises ProfileError (a ValueError) that lists every impossible value.
    """

    name: str
    la_code: str
    year: int
    referrals: float
    by_month: tuple[float, ...]
    nfa_share: float
    rereferral_share: float
    assessed_share: float
    repeat_share: float
    assessments: float
    section_47_share: float
    conference_share: float
    case_holders_fte: float
    vacancy_rate: float
    turnover_rate: float
    agency_cover_rate: float
    absence_rate: float
    cases_per_fte: float
    icpc_within_15_share: float | None = None
    published: PublishedBands | None = None
    notes: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        errors = list(_errors(self))
        if errors:
            raise ProfileError(f"The profile of {self.name} can't be used: " + "; ".join(errors) + ".")

    @property
    def gss_code(self) -> str | None:
        """The latest ONS code of the authority; None if the profile belongs to no authority."""
        codes = {each.la_code: each.gss_code for each in authorities()}
        return codes.get(self.la_code)

    @property
    def share_in_time(self) -> tuple[float, int] | None:
        """The published share within 45 working days, and its year.

        That of the caseload's year, since it comes before the durations; else of the year of ``published``.
        """
        durations = self.published
        if durations is None or durations.year != self.year:
            share = within_45_share(self.la_code, self.year)
            if share is not None:
                return share, self.year
        if durations is None or durations.within_45_share is None:
            return None
        return durations.within_45_share, durations.year

    def to_dict(self) -> dict[str, Any]:
        """The profile as plain data for JSON or YAML."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Profile:
        """The profile of data from ``to_dict``. Raises ProfileError with every problem of it."""
        try:
            return cls._of(checked_data(_lists(data), "caseload", "The profile"))
        except MadeFileError as error:
            raise ProfileError(str(error)) from error

    @classmethod
    def read(cls, path: str | Path) -> Profile:
        """The profile in a file, or with its text, as ``simkit read-return --out`` writes it.

        Raises ProfileError with every problem if the file contains no profile.
        """
        try:
            return cls._of(read_made(path, "caseload"))
        except MadeFileError as error:
            raise ProfileError(str(error)) from error

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Profile:
        """The profile of data that its schema has checked."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        bands = values.get("published")
        if bands is not None:
            values["published"] = PublishedBands(**{**bands, "counts": tuple(bands["counts"])})
        return cls(**values)

    def __str__(self) -> str:
        return "\n".join((f"{self.name}, year to 31 March {self.year}", *_lines(self)))


@checked_arguments
def profile(code_or_name: str | Authority, year: int | None = None) -> Profile:
    """The profile of an authority, or of all England (``england``), from the published statistics.

    ``year`` ends on 31 March; default: the latest with referrals and assessments published. Missing data is
    filled from statistical neighbours; a new authority without published assessments uses those of its
    predecessor; ``notes`` list both. Raises UnknownAuthorityError for an unknown name, ProfileError for a
    year that can't be used.
    """
    is_england = isinstance(code_or_name, str) and code_or_name.strip().lower() == ENGLAND
    area = ENGLAND if is_england else authority(code_or_name).la_code
    chosen = latest_usable_year(area) if year is None else year
    name = "England" if area == ENGLAND else authority(area).name
    try:
        return _from_rates(area, name, rates_of(area, chosen))
    except LookupError as error:
        raise ProfileError(f"No profile of {name} for the year to 31 March {chosen}: {error}") from error


@checked_arguments
def england_average(year: int | None = None) -> Profile:
    """England's totals divided by its number of authorities, with England's shares and rates."""
    whole = profile(ENGLAND, year)
    number = sum(each.existed(whole.year) for each in authorities())
    return replace(
        whole,
        name="England, average authority",
        referrals=whole.referrals / number,
        assessments=whole.assessments / number,
        case_holders_fte=whole.case_holders_fte / number,
        notes=(f"England's totals divided by its {number} authorities.", *whole.notes),
    )


def _from_rates(area: str, name: str, rates: Rates) -> Profile:
    v = rates.values
    return Profile(
        name=name,
        la_code=area,
        year=rates.year,
        referrals=v["referrals"],
        by_month=rates.by_month,
        nfa_share=v["nfa_share"],
        rereferral_share=v["rereferral_share"],
        assessed_share=min(1.0, v["assessments_per_referral"]),
        repeat_share=max(0.0, v["assessments_per_referral"] - 1.0),
        assessments=v["assessments"],
        section_47_share=v["section_47_share"],
        conference_share=v["conference_share"],
        case_holders_fte=v["case_holders_fte"],
        vacancy_rate=v["vacancy_rate"],
        turnover_rate=v["turnover_rate"],
        agency_cover_rate=v["agency_cover_rate"],
        absence_rate=v["absence_rate"],
        cases_per_fte=v["cases_per_fte"],
        icpc_within_15_share=v.get("icpc_within_15_share"),
        published=rates.published,
        notes=rates.notes,
        filled=rates.filled,
    )


def _lists(value: Any) -> Any:
    """Plain data with lists in place of tuples, as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def _errors(p: Profile) -> Iterator[str]:
    """The impossible values, a clause for each; the limits are those of the schema."""
    for name, part in schema("caseload")["properties"].items():
        number = getattr(p, name)
        numeric = part["type"] in ("number", "integer") or (number is not None and "number" in part["type"])
        if numeric:
            yield from _number_errors(name, number, part)
    if len(p.by_month) != 12 or not all(math.isfinite(m) and m >= 0 for m in p.by_month):
        yield "by_month must hold twelve numbers from 0 up, April first"
    elif abs(sum(p.by_month) - 1) > 1e-3:
        yield f"by_month holds shares of the year and must sum to 1, not {sum(p.by_month):g}"


def _number_errors(field: str, number: Any, part: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(number, bool) or not isinstance(number, Real) or not math.isfinite(number):
        yield f"{field} is {number!r}, and must be a number"
        return
    most = part.get("maximum", part.get("exclusiveMaximum"))
    positive = "exclusiveMinimum" in part
    if number < 0 or (positive and number == 0):
        least = "must be more than 0" if positive else "can't be less than 0"
        yield f"{field} is {number:g}, and {least}"
    elif number < part.get("minimum", 0):
        yield f"{field} is {number:g}, and can't be less than {part['minimum']}"
    elif number > most and most == 1:
        yield f"{field} is {number:g}, and must lie between 0 and 1 (20% is written 0.2)"
    elif number > most:
        yield f"{field} is {number:,.0f}, and can't be more than {most:,}"
    elif "exclusiveMaximum" in part and number == most:
        yield f"{field} is {most}, which leaves nothing; it must be less"


def figures(p: Profile) -> Iterator[tuple[str, str, str]]:
    """The figures of a profile in a readable form: the field, what it is, and its value."""
    yield "referrals", "Referrals", f"{p.referrals:,.0f}"
    yield "nfa_share", "Referrals closed at the front door", f"{p.nfa_share:.1%}"
    yield "rereferral_share", "Referrals within 12 months of an earlier one", f"{p.rereferral_share:.1%}"
    yield "assessments", "Assessments completed", f"{p.assessments:,.0f}"
    yield "assessed_share", "Referrals not closed that are assessed", f"{p.assessed_share:.1%}"
    yield "repeat_share", "Further assessments for each referral not closed", f"{p.repeat_share:.2f}"
    yield "section_47_share", "Section 47 enquiries for each assessment", f"{p.section_47_share:.1%}"
    yield "conference_share", "Conferences for each section 47 enquiry", f"{p.conference_share:.1%}"
    yield "case_holders_fte", "Case holders, full-time equivalents", f"{p.case_holders_fte:,.1f}"
    yield "cases_per_fte", "Cases of all kinds for each case holder", f"{p.cases_per_fte:.1f}"
    yield "vacancy_rate", "Posts vacant", f"{p.vacancy_rate:.1%}"
    yield "agency_cover_rate", "Vacancies covered by agency staff", f"{p.agency_cover_rate:.1%}"
    yield "turnover_rate", "Case holders who leave in a year", f"{p.turnover_rate:.1%}"
    yield "absence_rate", "Working days lost to sickness", f"{p.absence_rate:.1%}"


def _lines(p: Profile) -> Iterator[str]:
    """The readable form, one line for each figure."""
    every = [(label, text) for _, label, text in figures(p)]
    if p.share_in_time is not None:
        share, year = p.share_in_time
        label = "Within 45 working days, published" + ("" if year == p.year else f" for {year}")
        every.append((label, f"{share:.1%}"))
    width = max(len(label) for label, _ in every) + 2
    for label, text in every:
        yield f"{label:<{width}}{text:>10}"
    for note in p.notes:
        yield f"Note: {note}"
