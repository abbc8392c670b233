"""A framework's own sickness, turnover and agency cover, which replace the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simkit.framework.framework import Framework
from simkit.framework.library import display_path, find
from simkit.model.inputs.profile import Profile

OWN_RATES: Mapping[str, str] = {
    "staff.sickness": "absence_rate",
    "staff.turnover": "turnover_rate",
    "staff.agency_cover": "agency_cover_rate",
}
"""The profile's field that each modelling number replaces where a framework's own file sets it."""

_TITLES = {
    "staff.sickness": "Working days lost to sickness",
    "staff.turnover": "Turnover",
    "staff.agency_cover": "Vacancies covered by agency staff",
}


def with_own_rates(framework: Framework, profile: Profile) -> Profile:
    """The profile with the rates set in the framework's own files, and a note for each.

    Those of the national assumptions are ignored: every published profile has its own figure, or that of its
    neighbours.
    """
    national = display_path(find("national/assumptions"))
    own = {
        path: number.value
        for path in OWN_RATES
        if (number := framework.numbers.get(path)) is not None and number.origin.file != national
    }
    if not own:
        return profile
    fields = {OWN_RATES[path]: value for path, value in own.items()}
    notes = tuple(
        f"{_TITLES[path]}: {value:.1%}, as the framework says, in place of {getattr(profile, field):.1%}."
        for (path, value), field in zip(own.items(), fields, strict=True)
    )
    filled = tuple(field for field in profile.filled if field not in fields)
    changed: Profile = replace(profile, **fields, filled=filled, notes=(*profile.notes, *notes))  # type: ignore[arg-type]
    return changed


def with_rates(profile: Profile, before: Framework, after: Framework) -> Profile:
    """The profile with the rates of ``after`` in place of those of ``before``, but not of a scenario's."""
    fields = {
        field: after.number(path)
        for path, field in OWN_RATES.items()
        if after.number(path) != before.number(path) and getattr(profile, field) == before.number(path)
    }
    return replace(profile, **fields)  # type: ignore[arg-type]
