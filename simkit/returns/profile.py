"""The profile of an authority from its own return; published rates fill in for withheld or missing ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simkit.data import BANDS, PublishedBands
from simkit.model.inputs.profile import MONTHS, Profile, ProfileError, profile
from simkit.returns.counts import FEW, Counts
from simkit.returns.durations import CENSORED, COMPLETED, Distribution, Durations
from simkit.returns.window import Window

__all__ = ["durations_of", "own_profile"]

_DAYS_A_YEAR = 365.25
_WITHIN = 45
_FAMILIES = 2.0
_MOST_SECTION_47 = 0.9
_UNLIKE = 0.3  # referrals further than this from the published number are asked about
_LAST_BAND_FROM = 61  # working days that must be known to say how many last as long or longer
_TITLES = {
    "referrals": "Referrals",
    "by_month": "Referrals by month",
    "nfa_share": "Share closed at the front door",
    "rereferral_share": "Share of re-referrals",
    "assessments": "Assessments completed",
    "section_47_share": "Section 47 enquiries for each assessment",
    "conference_share": "Conferences for each section 47 enquiry",
    "icpc_within_15_share": "Share of conferences within 15 working days",
}


def own_profile(
    la_code: str,
    year: int,
    counts: Counts,
    withheld: frozenset[str],
    window: Window,
    within_15_share: float | None,
) -> tuple[Profile, tuple[str, ...]]:
    """The profile, and the names of the fields that the published statistics filled.

    Counts of a window that is no year are scaled to one. A figure that rests on a count that may not be
    shown is taken from the published statistics too, so that nothing made from the profile can give the
    count away. Its ``published`` durations stay the published ones: the return's own are for ``Durations``.
    """
    base, base_note = _published(la_code, year)
    notes = [base_note] if base_note else []
    scale = 1.0 if window.whole_year else _DAYS_A_YEAR / window.days
    own = _own_rates(counts, withheld, scale, within_15_share)
    if not window.whole_year:
        notes.append(
            f"The return covers {window.text}; numbers of a year are its own, scaled by {scale:.2f}, and the "
            "shape of the year is the published one."
        )
    from_published = tuple(name for name in _TITLES if name not in own)
    if from_published:
        names = ", ".join(_TITLES[name].lower() for name in from_published)
        notes.append(f"From published statistics, as the return has none or too few to be used: {names}.")
    own |= _referrals_and_assessments(own, base, notes)
    notes.append(
        "Staff, vacancies, turnover, sickness and cases for each case holder are the published ones: no "
        "return of children holds them."
    )
    result = replace(base, year=year, notes=(*notes, *(f"Published: {n}" for n in base.notes)), **own)
    return result, from_published


def _published(la_code: str, year: int) -> tuple[Profile, str]:
    """The published profile of the year, or the latest before it that there is."""
    try:
        return profile(la_code, year), ""
    except ProfileError:
        latest = profile(la_code)
        note = (
            f"No profile is published for the year to 31 March {year}, so what the return doesn't hold is "
            f"that of the year to 31 March {latest.year}."
        )
        return latest, note


def _own_rates(
    own_counts: Counts, withheld: frozenset[str], scale: float, within_15_share: float | None
) -> dict[str, Any]:
    """What the return itself says; a figure is left out where a count behind it may not be shown."""
    counts = own_counts.counts

    def usable(*names: str) -> bool:
        return all(counts.get(name, 0) > 0 and name not in withheld for name in names)

    own: dict[str, Any] = {}
    if usable("referrals"):
        own["referrals"] = counts["referrals"] * scale
        parts = {"referrals_nfa", "referrals_not_nfa"}
        if not parts & withheld and counts["referrals_not_nfa"]:
            own["nfa_share"] = counts["referrals_nfa"] / counts["referrals"]
        months = tuple(f"referrals_{name[:3]}" for name in MONTHS)
        if months[0] in counts and not withheld & set(months):
            own["by_month"] = tuple(counts[month] / counts["referrals"] for month in months)
        if own_counts.rereferral_share is not None:
            own["rereferral_share"] = own_counts.rereferral_share
    if usable("assessments_completed"):
        own["assessments"] = counts["assessments_completed"] * scale
        if usable("section47_enquiries"):
            share = counts["section47_enquiries"] / counts["assessments_completed"]
            own["section_47_share"] = min(_MOST_SECTION_47, share)
    if usable("section47_enquiries", "icpcs"):
        own["conference_share"] = min(1.0, counts["icpcs"] / counts["section47_enquiries"])
    if within_15_share is not None:
        own["icpc_within_15_share"] = within_15_share
    return own


def _referrals_and_assessments(own: Mapping[str, Any], base: Profile, notes: list[str]) -> dict[str, float]:
    """Referrals and assessments that belong together, where the return holds one of the two.

    The other follows by the published number of assessments for each referral not closed: an authority's
    own referrals beside published assessments would make a ratio that is nobody's.
    """
    open_share = 1 - own.get("nfa_share", base.nfa_share)
    each = base.assessed_share + base.repeat_share
    derived: dict[str, float] = {}
    if "assessments" in own and "referrals" in own:
        each = own["assessments"] / (own["referrals"] * open_share)
        derived = {"assessed_share": min(1.0, each), "repeat_share": max(0.0, each - 1.0)}
    elif "assessments" in own:
        derived = {"referrals": own["assessments"] / (each * open_share)}
        notes.append(
            f"Referrals: what the return's assessments need at the published {each:.2f} for each not closed."
        )
    elif "referrals" in own:
        derived = {"assessments": own["referrals"] * open_share * each}
        notes.append(f"Assessments: the published {each:.2f} for each of the return's referrals not closed.")
    ratio = {**own, **derived}.get("referrals", base.referrals) / base.referrals
    if not 1 - _UNLIKE < ratio < 1 + _UNLIKE:
        notes.append(
            f"Referrals are {ratio:.0%} of the number published for the year to 31 March {base.year}: is "
            "the return that of the whole authority?"
        )
    return derived


def durations_of(
    la_code: str, name: str, year: int, kind: str, counts: Counts, withheld: frozenset[str], internal: bool
) -> tuple[Durations | None, str]:
    """The durations to calibrate on, None where they aren't known to day 61, and a note on them."""
    days = counts.durations
    if not days.events:
        return (
            None,
            "No assessment was completed in what the return covers, so there are no durations of its own.",
        )
    if "assessments_completed" in withheld:
        return None, "Too few assessments were completed to show anything of how long they took."
    if days.reach < _LAST_BAND_FROM:
        return None, (
            f"The list covers too few days: durations can be told up to {days.reach} working days, and the "
            f"published bands go to {_LAST_BAND_FROM} and more. There are no durations of its own."
        )
    show_quartiles = internal or days.events >= FEW
    quarter, middle, three = (days.quantile(q) if show_quartiles else None for q in (0.25, 0.5, 0.75))
    exact_counts = tuple(share * days.events for share in days.by_band)
    bands = tuple(
        None if band in withheld else float(round(number))
        for band, number in zip(BANDS, exact_counts, strict=True)
    )
    none_withheld = not withheld & {*BANDS, "within_45_days", "over_45_days"}
    shows_share = not withheld & {"within_45_days", "over_45_days"}
    published_form = PublishedBands(
        area=la_code,
        name=name,
        year=year,
        total=float(days.events),
        counts=bands,
        within_45_share=float(sum(days.by_band[:6])) if shows_share else None,
        within_45_source="own return",
        p25_days=quarter,
        median_days=middle,
        p75_days=three,
    )
    note = f"Durations: {days.method}."
    if days.method == CENSORED:
        note += " Assessments still open count as lasting longer than they have been open."
    elif days.method != COMPLETED:
        note += f" Of those longer than the list, {days.reach} working days, nothing is known."
    durations = Durations(
        area=la_code,
        name=name,
        year=year,
        counts=exact_counts if none_withheld else bands,
        n=float(days.events),
        p25_days=quarter,
        median_days=middle,
        p75_days=three,
        source=kind,
        method=days.method,
        shown=published_form,
        within_45_interval=_interval(days, _WITHIN) if shows_share else None,
    )
    return durations, note


def _interval(days: Distribution, day: int) -> tuple[float, float] | None:
    """The 95% interval of the share ended by a day, with the variance doubled; None where it was counted.

    Brothers and sisters come together, 1.6 to a family as the model assumes, which about halves the
    information in a number of children.
    """
    error = float(days.errors[day]) * math.sqrt(_FAMILIES)
    if error == 0:
        return None
    share = float(days.shares[: day + 1].sum())
    return max(0.0, share - 1.96 * error), min(1.0, share + 1.96 * error)
