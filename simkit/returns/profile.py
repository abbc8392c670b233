"""The profile of an authority from its own return; published rates fill in for withheld or missing ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np

from simkit.common.text import lower_first
from simkit.data import BANDS, Authority, PublishedBands
from simkit.model.inputs.own_numbers import OWN_DATA
from simkit.model.inputs.profile import MONTHS, Profile, ProfileError, figures, profile
from simkit.returns.casework.measured import wilson
from simkit.returns.counts import Counts
from simkit.returns.durations import CENSORED, COMPLETED, LONGEST, Distribution, Durations
from simkit.returns.estimates import ASSESSMENT_BANDS
from simkit.returns.quartiles import Shown, shown_quartiles
from simkit.returns.window import Window
from simkit.returns.wording import internal_option

_A_YEAR = 365
_WITHIN = 45
_FAMILIES = 2.0
_MOST_SECTION_47 = 0.9
_UNLIKE = 0.3  # referrals further than this from the published number are asked about
_FIELDS = (
    "referrals",
    "by_month",
    "nfa_share",
    "rereferral_share",
    "assessments",
    "assessed_share",
    "repeat_share",
    "section_47_share",
    "conference_share",
    "icpc_within_15_share",
)
"""The fields that a return may tell."""


class Origin(StrEnum):
    """Where a figure of a return's profile comes from."""

    RETURN = "return"
    ASSUMED = "return, by an assumption"
    RATES = "return, by published rates"
    PUBLISHED = "published"


def own_profile(
    la_code: str,
    year: int,
    counts: Counts,
    withheld: frozenset[str],
    window: Window,
    within_15_share: float | None,
    source: str = OWN_DATA,
) -> tuple[Profile, dict[str, Origin], int, tuple[str, ...]]:
    """The profile, where each field that a return can tell comes from, the year of the published figures in
    it, and what looks wrong.

    Counts of a window that is no year are scaled to one. A figure that rests on a count that may not be
    shown is taken from the published statistics too, so that nothing made from the profile can give the
    count away. Its ``published`` durations stay the published ones: the return's own are for ``Durations``.
    """
    base, base_note = _published(la_code, year)
    notes = [base_note] if base_note else []
    scale = 1.0 if window.whole_year else 1 / _part_of_year(window, base)
    counted = _own_rates(counts, withheld, scale, within_15_share)
    derived = _shares_of_referrals(counts, withheld, scale, counted, base, notes)
    own = counted | {name: value for name, (value, _) in derived.items()}
    origins = {
        **dict.fromkeys(_FIELDS, Origin.PUBLISHED),
        **dict.fromkeys(counted, Origin.RETURN),
        **{name: origin for name, (_, origin) in derived.items()},
    }
    if not window.whole_year and window.days_shown:
        notes.append(
            f"Numbers for a year are those of {window.text}, multiplied by {scale:.2f} to follow the "
            "published shape of the year."
        )
    if "rereferral_share" in own and "rereferrals" not in counts.counts and counts.rereferral_reach < _A_YEAR:
        notes.append(
            f"Re-referrals are followed back for {counts.rereferral_reach} days: beyond that, too few "
            "referrals can be. The rest of the 12 months is assumed to be like the three months before."
        )
    titles = {
        "by_month": "referrals by month",
        "icpc_within_15_share": "conferences within 15 working days",
        **{name: lower_first(title) for name, title, _ in figures(base)},
    }
    published = [titles[name] for name in _FIELDS if origins[name] is Origin.PUBLISHED]
    if published:
        notes.append(
            "From published statistics, because the return has none, too few to show, or unreadable answers: "
            f"{', '.join(published)}."
        )
    notes.append(
        "Staff, vacancies, turnover, sickness and cases for each case holder are the published figures for "
        "all case holders: no return about children contains them."
    )
    result = replace(
        base,
        year=year,
        notes=(*notes, *(n if n.startswith("Published") else f"Published: {n}" for n in base.notes)),
        own=_rests_on(
            {name: value for name, value in own.items() if origins[name] is Origin.RETURN},
            counts,
            withheld,
            source,
        ),
        **own,
    )
    return result, origins, base.year, tuple(_questions_if_unlike(own, base))


_RESTS_ON = {
    "referrals": "referrals",
    "by_month": "referrals",
    "nfa_share": "referrals",
    "rereferral_share": "referrals",
    "assessments": "assessments_completed",
    "assessed_share": "referrals_not_nfa",
    "section_47_share": "assessments_completed",
    "conference_share": "section47_enquiries",
    "icpc_within_15_share": "icpcs",
}
"""The count that each field of a profile rests on."""


def _rests_on(
    own: Mapping[str, Any], counts: Counts, withheld: frozenset[str], source: str
) -> dict[str, dict[str, Any]]:
    """For each field from own data how many records it rests on, and the 95% interval of a share."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in own.items():
        number = counts.counts.get(_RESTS_ON.get(name, ""), 0)
        if not number or _RESTS_ON[name] in withheld:
            continue
        found[name] = {"from": source, "n": number}
        if name.endswith("_share") and 0 <= value <= 1:
            low, high = wilson(value * number, number)
            found[name] |= {"low": round(low, 4), "high": round(high, 4)}
    return found


def _part_of_year(window: Window, base: Profile) -> float:
    """The part of a year's referrals that come in a window, by the published months; above 1 if longer.

    Where its days may not be shown, the part of the year: a number for a year would tell them.
    """
    if not window.days_shown:
        return window.months / 12
    days = np.arange(window.first, window.last + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    length = (
        (months + np.timedelta64(1, "M")).astype("datetime64[D]") - months.astype("datetime64[D]")
    ).astype(np.int64)
    share = np.array(base.by_month)[(months.astype(np.int64) - 3) % 12]
    return float((share / length).sum())


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
    months = tuple(f"referrals_{name[:3]}" for name in MONTHS)
    if usable("referrals"):
        own["referrals"] = counts["referrals"] * scale
        if usable("referrals_not_nfa") and not withheld & {"referrals_nfa", "referrals_nfa_unknown"}:
            known = counts["referrals_nfa"] + counts["referrals_not_nfa"]
            if known > counts["referrals_nfa_unknown"]:
                own["nfa_share"] = counts["referrals_nfa"] / known
        if months[0] in counts and not withheld & set(months):
            own["by_month"] = tuple(counts[month] / counts["referrals"] for month in months)
        listed = {"rereferrals", "referrals_first", "rereferrals_unknown"}
        if own_counts.rereferral_share is not None and not withheld & listed:
            own["rereferral_share"] = own_counts.rereferral_share
    if usable(*own_counts.rests_on):
        begun, completed = own_counts.estimates.begun, own_counts.estimates.completed
        if volume := completed if completed is not None else begun:
            own["assessments"] = volume * scale
        if usable("section47_enquiries") and (volume := begun if begun is not None else completed):
            own["section_47_share"] = min(_MOST_SECTION_47, counts["section47_enquiries"] / volume)
    if usable("section47_enquiries", "icpcs"):
        own["conference_share"] = min(1.0, counts["icpcs"] / counts["section47_enquiries"])
    if within_15_share is not None:
        own["icpc_within_15_share"] = within_15_share
    return own


def _shares_of_referrals(
    own_counts: Counts,
    withheld: frozenset[str],
    scale: float,
    own: Mapping[str, Any],
    base: Profile,
    notes: list[str],
) -> dict[str, tuple[float, Origin]]:
    """Referrals assessed and further assessments, counted in the records; what the return lacks of them.

    Where a return holds referrals or assessments alone, the others follow by the published shares: an
    authority's own referrals beside published assessments would make a ratio that is nobody's.
    """
    counts = own_counts.counts
    open_share = 1 - own.get("nfa_share", base.nfa_share)
    by_open_share = Origin.RETURN if "nfa_share" in own else Origin.RATES
    is_hidden = "referrals_assessed" in withheld
    assessed = 0 if is_hidden else counts.get("referrals_assessed", 0)
    derived: dict[str, tuple[float, Origin]] = {}
    referrals = own.get("referrals")
    if referrals is None and assessed:
        referrals = assessed * scale / (base.assessed_share * open_share)
        notes.append(
            "Referrals: estimated from those of the return that were assessed. In the published figures "
            f"{base.nfa_share:.1%} are closed at the front door, and {base.assessed_share:.1%} of the others "
            "are assessed."
        )
        derived["referrals"] = referrals, Origin.RATES
        by_open_share = Origin.RATES
    elif referrals is not None and assessed and "referrals_not_nfa" not in withheld:
        if "referrals_not_nfa" not in counts:
            share = assessed / (counts["referrals"] * open_share)
            derived["assessed_share"] = min(1.0, share), Origin.RATES
        elif counts["referrals_not_nfa"]:
            derived["assessed_share"] = assessed / counts["referrals_not_nfa"], Origin.RETURN
    if referrals is not None and (assessed or (is_hidden and "assessments" in own)):
        begun, number = own_counts.estimates.begun, None
        if "assessments_further" in counts:
            if "assessments_further" not in withheld:
                number = float(counts["assessments_further"])
        elif begun is not None and not is_hidden and not withheld & set(own_counts.rests_on):
            number = max(0.0, begun - assessed)
        if number is not None:
            derived["repeat_share"] = number * scale / (referrals * open_share), by_open_share
        return derived
    each = base.assessed_share + base.repeat_share
    if referrals is not None and "assessments" in own:
        each = own["assessments"] / (referrals * open_share)
        notes.append(
            "The return doesn't say which referrals were assessed. As in the published figures, simkit "
            "assumes one assessment for each referral not closed, and counts any more as further assessments."
        )
        derived["assessed_share"] = min(1.0, each), Origin.ASSUMED
        derived["repeat_share"] = max(0.0, each - 1.0), Origin.ASSUMED
    elif "assessments" in own:
        notes.append(
            f"Referrals: what the return's assessments need at the published {each:.2f} for each not closed."
        )
        derived["referrals"] = own["assessments"] / (each * open_share), Origin.RATES
    elif referrals is not None:
        notes.append(f"Assessments: the published {each:.2f} for each of the return's referrals not closed.")
        derived["assessments"] = referrals * open_share * each, Origin.RATES
    return derived


def _questions_if_unlike(own: Mapping[str, Any], base: Profile) -> Iterator[str]:
    ratio = own.get("referrals", base.referrals) / base.referrals
    if not 1 - _UNLIKE < ratio < 1 + _UNLIKE:
        yield (
            f"Referrals are {ratio:.0%} of the number published for the year to 31 March {base.year}: is "
            "the return that of the whole authority?"
        )


def durations_of(
    area: Authority, window: Window, kind: str, counts: Counts, shown: Shown, internal: bool
) -> tuple[Durations | None, str]:
    """The durations to calibrate on, None where they aren't known to day 61, and a note on them."""
    days = counts.estimates.durations
    withheld = shown.withheld
    if not counts.counts["assessments_completed"]:
        return (
            None,
            "No assessment was completed in the period covered, so the return has no durations of its own.",
        )
    if "assessments_completed" in withheld:
        return None, (
            "How many assessments were completed is withheld, and so is how long they took. To see both, "
            f"read the return with {internal_option()}; they may not be passed on."
        )
    if days.reach < _WITHIN:
        return None, (
            f"Durations can be measured up to {max(days.reach, 0)} working days; too few assessments can be "
            f"followed beyond. That doesn't reach {_WITHIN}, so there are no durations from the list."
        )
    quartiles = shown_quartiles(days, ASSESSMENT_BANDS, shown, internal)
    quarter, middle, three = (each.day for each in quartiles)
    # what lasts longer than can be told is in the last band, unless the band before isn't told either
    told = [top <= days.reach for _, top in ASSESSMENT_BANDS[:-1]]
    number = float(counts.counts["assessments_completed"])
    exact_counts = tuple(
        share * number if known else None
        for share, known in zip(days.by_band, (*told, told[-1]), strict=True)
    )
    bands = tuple(
        None if band in withheld or exact is None else float(round(exact))
        for band, exact in zip(BANDS, exact_counts, strict=True)
    )
    none_withheld = not withheld & {*BANDS, "within_45_days", "over_45_days"}
    shows_share = not withheld & {"within_45_days", "over_45_days"}
    published_form = PublishedBands(
        area=area.la_code,
        name=area.name,
        year=window.year,
        total=number,
        counts=bands,
        within_45_share=days.share_within(_WITHIN) if shows_share else None,
        within_45_source="own return",
        p25_days=quarter,
        median_days=middle,
        p75_days=three,
    )
    note = f"Durations: {days.method}."
    if days.method == CENSORED:
        note += " Assessments still open count as lasting longer than they have been open."
        if days.reach < LONGEST:
            note += f" Beyond {days.reach} working days too few can be followed to say how long they take."
    elif days.method != COMPLETED:
        note += f" Nothing is known about those longer than {days.reach} working days: few had the time."
    durations = Durations(
        area=area.la_code,
        name=area.name,
        year=window.year,
        counts=exact_counts if none_withheld else bands,
        n=number,
        p25_days=quarter,
        median_days=middle,
        p75_days=three,
        source=kind,
        method=days.method,
        shown=published_form,
        quartiles=quartiles,
        covers=window.text,
        within_45_interval=_interval(days, _WITHIN) if shows_share else None,
    )
    return durations, note


def _interval(days: Distribution, day: int) -> tuple[float, float] | None:
    """The 95% interval of the share ended by a day, with the variance doubled; None where it was counted.

    Brothers and sisters come together, 1.6 to a family as the model assumes, which about halves the
    information in a number of children.
    """
    if days.method == COMPLETED:
        return None
    error = float(days.errors[day]) * math.sqrt(_FAMILIES)
    share = float(days.shares[: day + 1].sum())
    if error == 0:  # all or none of them: exact limits of a binomial share (Clopper and Pearson)
        most = 1 - 0.025 ** (_FAMILIES / days.events)
        return (1 - most, 1.0) if share > 0.5 else (0.0, most)
    return max(0.0, share - 1.96 * error), min(1.0, share + 1.96 * error)
