"""The change of referrals and staff between two years that a projection is conditional on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from simkit.data import authority, social_workers, value
from simkit.study.projection.history import reorganised_with

Reading = Callable[[tuple[str, ...], int], float | None]

MOST = 0.5
"""A change of referrals or staff is taken as at most this, as a natural logarithm (a half more or
two fifths less): beyond it, most often, what was counted has changed and not the work."""


_SUPPORTED = 0.35
"""The largest rise in referrals for each social worker for which published services show what they do. Beyond
it the simulation has no say: a queue without end is no projection."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How referrals and social workers change from the first year to the later one, as natural logarithms.

    0 where a figure is not published; ``notes`` say which.
    """

    referrals: float
    staff: float
    notes: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether published services show what they do under such a change of referrals for each worker."""
        return self.referrals - self.staff <= math.log1p(_SUPPORTED)


def conditions(area: str, first: int, target: int) -> Conditions:
    """What is published about the change of an authority's workload between two years.

    For an authority that was reorganised in between, the change of all concerned together. Staff are the
    social workers in post and those of agencies, of the September inside the year: published case holders
    swing back the year after, so that most of their change from one year to the next is error.
    """
    notes: list[str] = []
    changes: list[float] = []
    for title, reading in (("Referrals", _referrals), ("Social workers", _social_workers)):
        before, after = _both(area, first, target, reading)
        missing = [str(y) for y, figure in ((first, before), (target, after)) if figure is None]
        if before is None or after is None:
            notes.append(f"{title} of {' and '.join(missing)} are not published here: taken as unchanged.")
            changes.append(0.0)
            continue
        change = math.log(after / before)
        if abs(change) > MOST:
            notes.append(f"{title}: {math.expm1(change):+.0%} published, more than is taken into account.")
        changes.append(min(MOST, max(-MOST, change)))
    known = Conditions(changes[0], changes[1])
    if not known.supported:
        notes.append(
            f"Referrals for each social worker: {math.expm1(known.referrals - known.staff):+.0%}. Nothing "
            f"published shows what a service does above {_SUPPORTED:+.0%}, so the simulation is not used."
        )
    return replace(known, notes=tuple(notes))


def _both(area: str, first: int, target: int, reading: Reading) -> tuple[float | None, float | None]:
    """The figures of both years: the area's own, else of all it was reorganised with."""
    own = (reading((area,), first), reading((area,), target))
    if None not in own or len(reorganised_with(area)) == 1:
        return own
    return reading(reorganised_with(area), first), reading(reorganised_with(area), target)


def _referrals(areas: tuple[str, ...], year: int) -> float | None:
    present = [area for area in areas if authority(area).existed(year)]
    figures = [value("referrals", area, year, "referrals") for area in present]
    return _sum(figures)


def _social_workers(areas: tuple[str, ...], year: int) -> float | None:
    """Of the September inside the year; a reorganised area is in one September's census, old or new."""
    numbers = [social_workers(area, year - 1) for area in areas]
    return _sum([number for number in numbers if number is not None])


def _sum(figures: list[float | None]) -> float | None:
    if not figures or None in figures:
        return None
    return sum(each for each in figures if each is not None) or None
