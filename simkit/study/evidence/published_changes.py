"""What published places did when their caseload or staff changed as a scenario's does, or that none did.

The figures stand in two packaged tables, worked out from the published statistics (``panel``). They describe
places that changed, with all else that changed in them, not any one authority.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from simkit.data.files import rows
from simkit.model.inputs.own_numbers import SYNTHETIC_DATA
from simkit.model.inputs.profile import MONTHS, Profile
from simkit.model.inputs.published_rates import rates_of
from simkit.model.inputs.scenario import Scenario

EFFECTS, SIZES = "tables/published_effects", "tables/published_change_sizes"

_OUTCOME = "within_45_days"
_RATES = {
    "vacancies": "vacancy_rate",
    "sickness": "absence_rate",
    "turnover": "turnover_rate",
    "agency_cover": "agency_cover_rate",
}
"""The rate of a caseload that each pressure changes."""

_RELATIVE = ("referrals", "staff")  # changes are parts of the figure; those of the others are points
_WORDS = {
    "referrals": "referrals",
    "vacancies": "the share of posts vacant",
    "staff": "social workers",
    "sickness": "the share of days lost to sickness",
    "turnover": "turnover",
    "agency_cover": "the share of vacant posts covered by agencies",
}
_SILENT = {
    "other_work": "how much of the day goes to other work is not published.",
    "closed_at_front_door": "what places did when they closed more or fewer referrals was not looked for.",
    "rereferrals": "what places did when re-referrals rose or fell was not looked for.",
    "section_47": "what places did when section 47 enquiries rose or fell was not looked for.",
    "conferences": "what places did when conferences rose or fell was not looked for.",
}
"""What a scenario can change that the tables do not cover, and why."""


class Reading(Enum):
    """How an effect was read off: over a year or two, of all changes alike or of one direction alone."""

    YEAR = "same year"
    RISES = "rises alone"
    FALLS = "falls alone"
    TWO_YEARS = "within two years"
    STAFF_HELD = "same year, staff held constant"


class Support(Enum):
    """How often changes of a size were published.

    USUAL: within the 5th to 95th percentile of all published changes; RARE: within the 1st to 99th; UNSEEN:
    beyond, or fewer than ten times. The bounds are an assumption of what is enough to speak of.
    """

    USUAL = "usual"
    RARE = "rare"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class PublishedEffect:
    """The change of an outcome that went with a change of a pressure by ``size``, with its 95% interval.

    ``size``: part of the pressure (0.2 is a fifth more), or points, also where the reading is of the other
    direction alone. ``unit``: of ``value``, ``low`` and ``high``. ``changes``: pairs of years, in ``places``
    authorities, from ``from_year`` to ``to_year``.
    """

    pressure: str
    size: float
    outcome: str
    unit: str
    reading: Reading
    value: float
    low: float
    high: float
    changes: int
    places: int
    from_year: int
    to_year: int


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """What is published about changes like one of a scenario's.

    ``change``: part of the pressure (0.2 is a fifth more), or points. ``points``: change of the share within
    45 working days with the range of three readings, None where nothing published shows such a change.
    ``times`` and ``places``: how often and in how many authorities such a change was published. ``text``: all
    of it as a sentence or two. ``levels``: of a share, from which level to which, a sentence within ``text``.
    """

    pressure: str
    change: float
    support: Support
    points: tuple[float, float, float] | None
    times: int
    places: int
    text: str
    levels: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class PublishedChanges:
    """What is published about each change of caseload or staff of a scenario; empty for one of rules."""

    changes: tuple[PublishedChange, ...]

    @property
    def seen(self) -> bool:
        """Whether published places show what the scenario does: one change, of a size that was seen."""
        return len(self.changes) == 1 and self.changes[0].support is not Support.UNSEEN

    @property
    def sentences(self) -> tuple[str, ...]:
        """What must stand beside an answer to the scenario."""
        texts = tuple(change.text for change in self.changes)
        if len(texts) < 2:
            return texts
        return (*texts, "Nothing published shows these changes together.")


@cache
def published_effects() -> tuple[PublishedEffect, ...]:
    """Every packaged effect."""
    return tuple(
        PublishedEffect(
            pressure=row["pressure"],
            size=float(row["size"]),
            outcome=row["outcome"],
            unit=row["unit"],
            reading=Reading(row["reading"]),
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            changes=int(row["changes"]),
            places=int(row["places"]),
            from_year=int(row["from_year"]),
            to_year=int(row["to_year"]),
        )
        for row in rows(EFFECTS)
    )


@dataclass(frozen=True, slots=True)
class PublishedSize:
    """Changes of a pressure from ``low`` to ``high``, the latter excluded: how often they were published."""

    pressure: str
    low: float
    high: float
    times: int
    places: int
    support: Support

    def __str__(self) -> str:
        """By how much, whatever the direction, such as 15% to 25%."""
        unit, times = ("%", 100.0) if self.pressure in _RELATIVE else (" points", 1.0)
        small, large = sorted((abs(times * self.low), abs(times * self.high)))
        if self.low < 0 < self.high:
            return f"less than {large:g}{unit}"
        if math.isinf(large):
            return f"more than {small:g}{unit}"
        return f"{small:g}{unit if unit == '%' else ''} to {large:g}{unit}"


@cache
def published_sizes(pressure: str) -> tuple[PublishedSize, ...]:
    """How often changes of a pressure were published, from the greatest fall to the greatest rise."""
    return tuple(
        PublishedSize(
            pressure,
            float(row["low"] or -math.inf),
            float(row["high"] or math.inf),
            int(row["times"]),
            int(row["places"]),
            Support(row["support"]),
        )
        for row in rows(SIZES)
        if row["pressure"] == pressure
    )


def published_change(pressure: str, change: float, months: tuple[str, ...] = ()) -> PublishedChange:
    """What published places did when a pressure changed by so much.

    ``pressure``: ``referrals``, ``vacancies``, ``staff``, ``sickness``, ``turnover``, ``agency_cover``, or
    another that a scenario names, of which nothing is published. ``change``: part of referrals or staff (0.2:
    a fifth more), points of the others. ``months``: those in which it holds, all where empty. Raises
    LookupError for a pressure that is none.
    """
    if pressure in _SILENT:
        return _unseen(pressure, change, f"Nothing published shows such a change: {_SILENT[pressure]}")
    if pressure not in _WORDS:
        raise LookupError(f"{pressure!r} is nothing that a scenario changes.")
    if 0 < len(set(months)) < len(MONTHS):
        return _unseen(
            pressure,
            change,
            "Nothing published shows a change of some months: the statistics count whole years.",
        )
    size = next(size for size in published_sizes(pressure) if size.low <= round(change, 9) < size.high)
    effects = {
        each.reading: each
        for each in published_effects()
        if each.pressure == pressure and each.outcome == _OUTCOME
    }
    year, what = effects[Reading.YEAR], _WORDS[pressure]
    when = f"{year.from_year} to {year.to_year}"
    if size.support is Support.UNSEEN:
        text = (
            f"Nothing published shows such a change: of {year.changes:,} changes of {what} from one year to "
            f"the next ({when}), {_counted(size)}."
        )
        return _unseen(pressure, change, text, size)
    points = value, low, high = _points(pressure, change, effects)
    verb = "changed" if size.low < 0 < size.high else "rose" if change > 0 else "fell"
    text = (
        f"In {when}, as published, {what} {verb} by {size} within a year {size.times} times, in "
        f"{size.places} places. With a {'rise' if change > 0 else 'fall'} of {_amount(pressure, change)} "
        f"the share in time changed by {_signed(value)} points ({_signed(low)} to {_signed(high)})."
    )
    if size.support is Support.RARE:
        text += " These are few places to learn from."
    return PublishedChange(pressure, change, size.support, points, size.times, size.places, text)


def published_changes(scenario: Scenario, profile: Profile) -> PublishedChanges:
    """What is published about each change that a scenario makes to ``profile``, the caseload without it."""
    return PublishedChanges(tuple(_of_scenario(scenario, profile)))


def _of_scenario(scenario: Scenario, profile: Profile) -> Iterator[PublishedChange]:
    counts = {
        "referrals": ("referrals", profile.referrals),
        "case_holders": ("staff", profile.case_holders_fte),
    }
    shares: dict[str, float] = {key: getattr(profile, rate) for key, rate in _RATES.items()}
    for key, change in (*scenario.demand.items(), *scenario.workforce.items()):
        if key in counts:
            pressure, before = counts[key]
            difference = change.of(before) / before - 1
        elif key in shares:
            pressure, before = key, shares[key]
            difference = 100 * (min(1.0, max(0.0, change.of(before))) - before)
        else:
            yield published_change(key, math.nan)
            continue
        if abs(difference) > 1e-9:
            found = published_change(pressure, difference, scenario.months if key == "referrals" else ())
            if key in shares:  # a quarter vacant is a fall where more than a quarter is vacant now
                levels = _levels(pressure, 100 * before, difference, _source(profile, _RATES[pressure]))
                found = replace(found, text=f"{levels} {found.text}", levels=levels)
            yield found


def _levels(pressure: str, before: float, change: float, source: str) -> str:
    """From which level, and of what ``source``, to which a share goes; both and the change in percent."""
    what = _WORDS[pressure]
    return (
        f"{what[:1].upper()}{what[1:]} {'rises' if change > 0 else 'falls'} from {before:.1f}% {source} "
        f"to {before + change:.1f}% here."
    )


def _source(profile: Profile, rate: str) -> str:
    """Where a rate of the caseload comes from, in the middle of a sentence.

    It is published, unless it was filled from others, read from a return, or set by hand or by the framework.
    """
    if rate in profile.own:
        made_up = profile.own[rate]["from"] == SYNTHETIC_DATA
        return "in a synthetic return" if made_up else "in your own return"
    try:
        packaged = rates_of(profile.la_code, profile.year).values[rate]
    except LookupError:
        packaged = math.nan
    if not math.isclose(packaged, getattr(profile, rate)):
        return "without this change"
    if rate in profile.filled:
        return f"(not published for {profile.name}, so that of others)"
    return "as published"


def _points(
    pressure: str, change: float, effects: dict[Reading, PublishedEffect]
) -> tuple[float, float, float]:
    """The change of the share for a change of the pressure, and the range of three readings' intervals."""
    direction = Reading.RISES if change > 0 else Reading.FALLS
    ranges = []
    for reading in (Reading.YEAR, direction, Reading.TWO_YEARS):
        each = effects[reading]
        times = math.log1p(change) / math.log1p(each.size) if pressure in _RELATIVE else change / each.size
        ranges.append((times * each.value, *sorted((times * each.low, times * each.high))))
    return ranges[0][0], min(low for _, low, _ in ranges), max(high for _, _, high in ranges)


def _unseen(pressure: str, change: float, text: str, size: PublishedSize | None = None) -> PublishedChange:
    times, places = (0, 0) if size is None else (size.times, size.places)
    return PublishedChange(pressure, change, Support.UNSEEN, None, times, places, text)


def _counted(size: PublishedSize) -> str:
    way = "rise" if size.low > 0 else "fall"
    if size.times == 1:
        return f"1 was a {way} of {size}"
    return f"{size.times or 'none'} were {way}s of {size}"


def _amount(pressure: str, change: float) -> str:
    if pressure in _RELATIVE:
        return f"{abs(100 * change):.3g}%"
    return f"{abs(change):.3g} {'point' if abs(change) == 1 else 'points'}"


def _signed(points: float) -> str:
    return f"{points:+z.1f}"
