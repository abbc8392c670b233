"""Arrivals: the families referred in a run and the stock of open cases at its start, drawn from a profile.

Arrivals are drawn in blocks, each of the published demand. A scenario with less demand thins the first block,
one with more adds families from the next. So the same children arrive in every scenario, and a surge adds
others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, Calendar, holidays
from simkit.model.inputs.profile import Profile
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.workload import CLOSED

FIRST, REREFERRAL, REPEAT, STOCK = range(4)  # kinds of case; the stock is open when the run begins
MOST_CHILDREN = 6
STOCK_DAYS = 506  # working days before the run in which the stock began: two years
_STOCK_BLOCK = 2**20  # the stock's first block
_BLOCK = 2**32


@dataclass(frozen=True, eq=False)
class Families:
    """Families, with columns as in ``workload.Cases``.

    ``block`` and ``position``: a family's place in every stream of draws. ``days_open``: working days since
    the start of the assessment, for cases open when the run begins.
    """

    block: Ints
    position: Ints
    arrival: Ints
    date: NDArray[np.datetime64]
    children: Ints
    route: Ints
    kind: Ints
    days_open: Ints

    @property
    def id(self) -> Ints:
        """The stable id, the same in every scenario."""
        return self.block * _BLOCK + self.position

    def __len__(self) -> int:
        return len(self.block)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Families:
        """The families of these rows."""
        return Families(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def uniform(self, draws: Draws, purpose: str, *key: int) -> Floats:
        """One draw for each family, from its own place in the stream."""
        return draws.of(self).of(np.arange(len(self)), purpose, *key)

    @cached_property
    def blocks(self) -> tuple[Ints, Ints, Ints]:
        """Of each sequence of families of one block: first row, block, and length of its streams in use."""
        first = np.flatnonzero(np.diff(self.block, prepend=-1))
        if not len(first):
            return first, first, first
        return first, self.block[first], np.maximum.reduceat(self.position, first) + 1


def concatenated(parts: Sequence[Families]) -> Families:
    """The families of several parts, in order."""
    return Families(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Families)})


def mean_children(further: float) -> float:
    """Mean number of children of a family, for the probability ``further`` of each further child."""
    return float(sum(further**k for k in range(MOST_CHILDREN)))


def route_shares(framework: Framework, profile: Profile) -> dict[str, float]:
    """Share of assessments on each route. The brief share is part of practice; none is section 47."""
    section_47 = profile.section_47_share
    brief = min(framework.number("practice.brief_share"), 1 - section_47)
    disabled = (1 - section_47 - brief) * framework.number("demand.disabled_children")
    return {
        "section_17": 1 - section_47 - brief - disabled,
        "disabled_children": disabled,
        "section_47": section_47,
        "brief": brief,
    }


def arriving_families(
    framework: Framework,
    profile: Profile,
    factors: Sequence[float],
    calendar: Calendar,
    last: np.datetime64,
    draws: Draws,
    turned_away: float = 0.0,
) -> Families:
    """The stock, and all families that arrive from the calendar's first day to ``last``, excluded.

    The stock is everybody assessed in the two years before; the plan decides who is still open. ``factors``
    scale the demand of the calendar months April to March; 1 is as published. ``turned_away``: part of what
    comes on top of the published demand that is closed at the front door, or not assessed anew; no section 47
    enquiry is.
    """
    further = framework.number("demand.further_sibling")
    new = profile.referrals / mean_children(further)
    # Repeat assessments and the stock are thinned by the share closed at the front door, so that a larger
    # share removes some of them and changes no other.
    past_door = 1 - profile.nfa_share
    kinds = ((0, new, 1.0), (1, new * profile.repeat_share, past_door))
    season = _season(
        calendar,
        last,
        tuple(profile.by_month),
        framework.number("demand.weekend_share"),
        tuple(factors),
        framework.number("demand.evening_share"),
    )
    parts = []
    for multiple in range(max(1, int(np.ceil(season.factor.max())))):
        for is_repeat, a_year, retained in kinds:
            block = 2 * multiple + is_repeat
            day, minute = season.arrivals(a_year, draws, block)
            share = retained * np.minimum(1, season.factor[day] - multiple)
            arrives = draws.uniform("thin", len(day), block) < share
            if multiple and is_repeat:
                arrives &= draws.uniform("turned away", len(day), block) >= turned_away
            at = np.flatnonzero(arrives)

            def draw(purpose: str, block: int = block, count: int = len(day), at: Ints = at) -> Floats:
                return draws.uniform(purpose, count, block)[at]

            again = draw("rereferral") < profile.rereferral_share
            route = route_codes(framework, profile, draw, assessed_at_once=bool(is_repeat))
            if multiple and not is_repeat:
                enquiries = route_shares(framework, profile)["section_47"]
                away = draw("turned away") * (1 - enquiries) < turned_away
                route[away & (route != ROUTES.index("section_47"))] = CLOSED
            parts.append(
                Families(
                    block=np.full(len(at), block, dtype=np.int64),
                    position=at.astype(np.int64),
                    arrival=minute[at],
                    date=season.dates[day[at]],
                    children=family_sizes(draw("siblings"), further),
                    route=route,
                    kind=np.where(is_repeat, REPEAT, np.where(again, REREFERRAL, FIRST)).astype(np.int64),
                    days_open=np.zeros(len(at), dtype=np.int64),
                )
            )
    assessed = new * (profile.assessed_share + profile.repeat_share)
    level = float(np.dot(factors, profile.by_month))
    for multiple in range(max(1, int(np.ceil(level)))):
        retained = past_door * min(1.0, level - multiple)
        parts.append(_stock(framework, profile, assessed, retained, season.dates[0], multiple, draws))
    return concatenated(parts)


def _stock(
    framework: Framework,
    profile: Profile,
    a_year: float,
    share: float,
    today: np.datetime64,
    multiple: int,
    draws: Draws,
) -> Families:
    """The share ``share`` of those assessed in the two years before ``today``, ``a_year`` in each, evenly."""
    block = _STOCK_BLOCK + multiple
    expected = a_year * STOCK_DAYS / WORKING_DAYS_A_YEAR
    points = np.cumsum(-np.log(draws.uniform("arrival", int(expected + 10 * np.sqrt(expected) + 20), block)))
    points = points[points < expected]
    at = np.flatnonzero(draws.uniform("thin", len(points), block) < share)

    def draw(purpose: str) -> Floats:
        return draws.uniform(purpose, len(points), block)[at]

    return Families(
        block=np.full(len(at), block, dtype=np.int64),
        position=at.astype(np.int64),
        arrival=np.zeros(len(at), dtype=np.int64),
        date=np.full(len(at), today),
        children=family_sizes(draw("siblings"), framework.number("demand.further_sibling")),
        route=route_codes(framework, profile, draw, assessed_at_once=True),
        kind=np.full(len(at), STOCK, dtype=np.int64),
        days_open=1 + np.floor(points[at] / expected * STOCK_DAYS).astype(np.int64),
    )


def family_sizes(uniform: Floats, further: float) -> Ints:
    """Children of each family: one, and each further one with probability ``further``; at most six."""
    if further <= 0:
        return np.ones(len(uniform), dtype=np.int64)
    extra = np.floor(np.log(uniform) / np.log(further)).astype(np.int64)
    return np.asarray(1 + np.minimum(extra, MOST_CHILDREN - 1))


def route_codes(
    framework: Framework, profile: Profile, draw: Callable[[str], Floats], *, assessed_at_once: bool
) -> Ints:
    """Route code of each family. ``assessed_at_once``: without a front door, as repeat assessments."""
    shares = route_shares(framework, profile)
    outside = max(1 - shares["section_47"], 1e-12)
    chances = {  # later ones override earlier ones
        "disabled": ("disabled_children", framework.number("demand.disabled_children")),
        "brief": ("brief", shares["brief"] / outside),
        "section_47": ("section_47", shares["section_47"]),
    }
    uniforms = {purpose: draw(purpose) for purpose in chances}
    route = np.full(len(uniforms["section_47"]), ROUTES.index("section_17"), dtype=np.int64)
    for purpose, (name, chance) in chances.items():
        route = np.where(uniforms[purpose] < chance, ROUTES.index(name), route)
    if not assessed_at_once:
        assessed = (1 - profile.nfa_share) * profile.assessed_share
        route = np.where(draw("front_door") < assessed, route, CLOSED)
    return route


@dataclass(frozen=True, eq=False)
class _Season:
    """Demand by date: ``weight`` (share of a year's families) and the scenario's ``factor``.

    ``opens``: first working minute of the date, or of the next working day; ``working``: whether the date is
    a working day; ``evening``: share of arrivals after hours.
    """

    dates: NDArray[np.datetime64]
    weight: Floats
    factor: Floats
    opens: Ints
    working: NDArray[np.bool_]
    day_minutes: int
    evening: float

    def arrivals(self, a_year: float, draws: Draws, block: int) -> tuple[Ints, Ints]:
        """Day (row of ``dates``) and working minute of each arrival of a Poisson process.

        A referral after hours or on a day off keeps its date, and arrives when the next working day begins.
        """
        reached = np.concatenate([[0.0], np.cumsum(self.weight * a_year)])
        expected = reached[-1]
        enough = int(expected + 10 * np.sqrt(expected) + 20)
        points = np.cumsum(-np.log(draws.uniform("arrival", enough, block)))
        points = points[points < expected]
        day = repeated(np.arange(len(self.dates)), np.diff(np.searchsorted(points, reached)))
        part = (points - reached[day]) / np.maximum(reached[day + 1] - reached[day], 1e-300)
        working = self.working[day]
        in_hours = working & (part < 1 - self.evening)
        minute = self.opens[day] + np.where(
            in_hours,
            np.floor(part / (1 - self.evening) * self.day_minutes),
            np.where(working, self.day_minutes, 0),
        )
        return day, minute.astype(np.int64)


@lru_cache(maxsize=8)
def _season(
    calendar: Calendar,
    last: np.datetime64,
    by_month: tuple[float, ...],
    closed_share: float,
    factors: tuple[float, ...],
    evening: float,
) -> _Season:
    """The same for all replications of a run, so it is cached."""
    dates = np.arange(calendar.days[0], last)
    months = dates.astype("datetime64[M]")
    month = (months.astype(np.int64) - 3) % 12  # months since January 1970; April is 0
    working = np.is_busday(dates, holidays=holidays())
    weight = np.zeros(len(dates))
    # The days of a month that the calendar cuts keep their weights in the whole month.
    for value in np.unique(months):
        in_month = months == value
        whole = np.arange(
            value.astype("datetime64[D]"), (value + np.timedelta64(1, "M")).astype("datetime64[D]")
        )
        open_days = int(np.is_busday(whole, holidays=holidays()).sum())
        closed_days = len(whole) - open_days
        share = by_month[int(month[in_month][0])]
        weight[in_month & working] = share * (1 - closed_share) / open_days
        weight[in_month & ~working] = share * closed_share / max(closed_days, 1)
    return _Season(
        dates=dates,
        weight=weight,
        factor=np.asarray(factors, dtype=np.float64)[month],
        opens=np.searchsorted(calendar.days, dates) * calendar.day_minutes,
        working=np.isin(dates, calendar.days),
        day_minutes=calendar.day_minutes,
        evening=evening,
    )
