"""Scenarios: small named changes of demand, workforce or framework, and their effect on caseload and staff.

A scenario file is read and checked like a framework. Its changes of demand and workforce are functions of a
profile; its changes of the framework are a layer of the framework (``check.load(name, scenario=...)``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.text import listed
from simkit.framework.change import Change, parse_change
from simkit.framework.dates import span
from simkit.framework.problem import FrameworkError, Problems
from simkit.framework.rules.scenario import COUNTS, SHARES, scenario_problems
from simkit.framework.yaml.source import Source
from simkit.model.inputs.profile import MONTHS, Profile

_PROFILE_FIELDS = {
    "demand": {
        "closed_at_front_door": "nfa_share",
        "rereferrals": "rereferral_share",
        "section_47": "section_47_share",
        "conferences": "conference_share",
    },
    "workforce": {
        "vacancies": "vacancy_rate",
        "turnover": "turnover_rate",
        "sickness": "absence_rate",
        "agency_cover": "agency_cover_rate",
    },
}
_MOST = {"nfa_share": 0.95, "vacancy_rate": 0.95, "absence_rate": 0.95}

_TITLES = {
    "referrals": "referrals",
    "closed_at_front_door": "closed at the front door",
    "rereferrals": "re-referrals",
    "section_47": "section 47 enquiries for each assessment",
    "conferences": "conferences for each enquiry",
    "vacancies": "posts vacant",
    "turnover": "turnover",
    "sickness": "sickness",
    "agency_cover": "vacancies covered by agency staff",
    "case_holders": "case holders",
    "other_work": "other work",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named change. ``demand`` and ``workforce`` hold a change by the name the file gives it.

    ``months``: the months in which the change of referrals holds, all where empty. ``framework``:
    plain data that goes on top of a framework. ``start`` and ``end``: the days measured, both
    included, None for the profile's year. ``since``: the first day of the changes of demand and workforce,
    None for the first day measured. ``source``: the file, for the positions of its lines.
    """

    name: str
    title: str
    note: str | None = None
    what_if: bool = False
    demand: Mapping[str, Change] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    workforce: Mapping[str, Change] = field(default_factory=dict)
    framework: Mapping[str, Any] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    since: date | None = None
    source: Source | None = field(default=None, compare=False, repr=False)

    @property
    def caption(self) -> str | None:
        """The caption of every result of a scenario that changes national rules; else None."""
        if not (self.what_if and self.framework):
            return None
        return f"What if: {self.title}. This changes national timescales that are in force."

    @property
    def captions(self) -> tuple[str, ...]:
        """What stands under every result of the scenario: its caption and the file's own note."""
        note = None if self.note is None else f"{self.title}: {self.note.strip()}"
        return tuple(text for text in (self.caption, note) if text)

    @property
    def changes_pressure(self) -> bool:
        """Whether it changes the caseload or the staff, and not rules alone."""
        return bool(self.demand or self.workforce)

    @property
    def months_words(self) -> str:
        """The months in which the change of referrals holds: ``November, December and January``."""
        return listed(month.capitalize() for month in self.months)

    @property
    def is_seasonal(self) -> bool:
        """Whether all that it changes of caseload and staff is the referrals of some months."""
        return bool(self.months) and set(self.demand) == {"referrals"} and not self.workforce

    @property
    def changes(self) -> tuple[str, ...]:
        """The changes of demand and workforce, in words."""
        when = f" in {self.months_words}" if self.months else ""
        changes = [
            f"{_TITLES[key]} {change}{when if key == 'referrals' else ''}"
            for key, change in (*self.demand.items(), *self.workforce.items())
        ]
        return tuple(changes)

    def __str__(self) -> str:
        lines = [f"{self.title} ({self.name})", *(f"  {change}" for change in self.changes)]
        if self.framework:
            lines.append(f"  changes the framework: {', '.join(self.framework)}")
        if self.start is not None and self.end is not None:
            lines.append(f"  from {self.start} to {self.end}")
        if self.caption:
            lines.append(f"  {self.caption}")
        return "\n".join(lines)


AS_PUBLISHED = Scenario("as-published", "As published")
"""The scenario that changes nothing."""


GivenScenario = str | Path | Mapping[str, Any] | Scenario
"""A name, a path, the text of a file, plain data in the form of the file, or a scenario."""


@checked_arguments
def load_scenario(name_or_path: GivenScenario) -> Scenario:
    """The scenario of a shipped name or of a file, or with this text of several lines or this data.

    Raises NameNotFound for an unknown name, FrameworkError with every problem of the file.
    """
    from simkit.framework.library import display_path, find_scenario
    from simkit.framework.yaml.source import read, read_text

    if isinstance(name_or_path, Scenario):
        return name_or_path
    if isinstance(name_or_path, Mapping):
        return scenario_of(name_or_path)
    if "\n" in str(name_or_path):
        return _checked(read_text(str(name_or_path), "scenario"), "scenario")
    path = find_scenario(str(name_or_path))
    return _checked(read(path, display_path(path)), path.stem)


@checked_arguments
def scenario_of(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """The scenario of plain data in the form of the file, for use from Python.

    ``scenario_of({"title": "Surge", "demand": {"referrals": "+20%"}})``. Raises FrameworkError.
    """
    return _checked(Source(name, {"simkit": "scenario/1", **data}), name)


def _checked(source: Source, name: str) -> Scenario:
    from simkit.framework.schema_check import check_form

    problems = Problems(
        (*source.problems, *check_form(source, "scenario").problems, *scenario_problems(source))
    )
    if not problems.ok:
        raise FrameworkError(problems)
    data = source.data
    horizon = data.get("horizon", {})
    return Scenario(
        name=name,
        title=data["title"],
        note=data.get("note"),
        what_if=data.get("what_if") in (True, "yes"),
        demand=_changes(data, "demand"),
        months=tuple(data.get("demand", {}).get("months", ())),
        workforce=_changes(data, "workforce"),
        framework=data.get("framework", {}),
        start=date.fromisoformat(horizon["from"]) if horizon else None,
        end=date.fromisoformat(horizon["to"]) if horizon else None,
        since=_first_day(data.get("since")),
        source=source,
    )


def _first_day(written: object) -> date | None:
    days = None if written is None else span(written)
    return days[0] if days else None


def _changes(data: Mapping[str, Any], section: str) -> dict[str, Change]:
    part = data.get(section, {})
    return {key: parse_change(part[key]) for key in (*COUNTS[section], *SHARES[section]) if key in part}


def demand_factors(scenario: Scenario, profile: Profile) -> tuple[float, ...]:
    """The factors on the profile's referrals of each month, April first."""
    change = scenario.demand.get("referrals")
    if change is None:
        return (1.0,) * 12
    factor = change.of(profile.referrals) / profile.referrals
    return tuple(factor if not scenario.months or month in scenario.months else 1.0 for month in MONTHS)


def case_holder_factor(scenario: Scenario, profile: Profile) -> float:
    """Ratio of the scenario's case holders to the profile's.

    The published number excludes vacancies: a vacancy rate v gives (1 - v) / (1 - published rate). A change
    of case holders multiplies it.
    """
    factor = vacancy_factor(scenario, profile)
    change = scenario.workforce.get("case_holders")
    if change is not None:
        factor *= change.of(profile.case_holders_fte) / profile.case_holders_fte
    return factor


def vacancy_factor(scenario: Scenario, profile: Profile) -> float:
    """Case holders for each that the profile has, by the change of vacancies alone."""
    vacancy = _changed_value(profile, "vacancy_rate", scenario.workforce.get("vacancies"))
    return (1 - vacancy) / (1 - profile.vacancy_rate)


def other_work(scenario: Scenario, assumed: float) -> float:
    """Share of a worker's day for other work, where the framework assumes ``assumed``."""
    change = scenario.workforce.get("other_work")
    return assumed if change is None else min(max(change.of(assumed), 0.0), 0.95)


def period(scenario: Scenario, profile: Profile, later: int = 0) -> tuple[date, date]:
    """First and last day measured: the scenario's, or April to March, ``later`` years after the profile."""
    if scenario.start is not None and scenario.end is not None:
        return scenario.start, scenario.end
    year = profile.year + later
    return date(year - 1, 4, 1), date(year, 3, 31)


def apply_to_profile(profile: Profile, scenario: Scenario) -> Profile:
    """The profile with the scenario's shares and staff, and a note for each change.

    ``referrals`` and ``by_month`` stay as published: the same children arrive in every scenario, and
    ``demand_factors`` scales them. Work out the staff from the unchanged profile.
    """
    values: dict[str, Any] = {}
    notes = []
    for section, changes in (("demand", scenario.demand), ("workforce", scenario.workforce)):
        for key, name in _PROFILE_FIELDS[section].items():
            if key in changes:
                values[name] = _changed_value(profile, name, changes[key])
                notes.append(_change_note(profile, key, name, values[name]))
    factor = case_holder_factor(scenario, profile)
    if factor != 1:
        values["case_holders_fte"] = profile.case_holders_fte * factor
        notes.append(f"{scenario.title}: {factor:.2f} times as many case holders as without the change.")
    if "nfa_share" in values:
        for_each = profile.assessed_share + profile.repeat_share
        values["assessments"] = profile.referrals * (1 - values["nfa_share"]) * for_each
    if "referrals" in scenario.demand:
        change = next(c for c in scenario.changes if c.startswith("referrals"))
        notes.append(f"Changed: {change}, compared with the caseload without this change.")
    if not values and not notes:
        return profile
    return replace(profile, **values, notes=(*profile.notes, *notes))


def _changed_value(profile: Profile, name: str, change: Change | None) -> float:
    before: float = getattr(profile, name)
    return before if change is None else min(max(change.of(before), 0.0), _MOST.get(name, 1.0))


def _change_note(profile: Profile, key: str, name: str, after: float) -> str:
    before: float = getattr(profile, name)
    source = "the mean of statistical neighbours" if name in profile.filled else "the profile's"
    return f"{_TITLES[key].capitalize()}: {after:.1%} in place of {before:.1%}, {source}."
