"""Arrivals: the families referred in a run and the stock of open cases at its start, drawn from a profile.

Arrivals are drawn in blocks, each of the published demand. A scenario with less demand thins the first block,
one with more adds families from the next. So the same children arrive in every scenario, and a surge adds
others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, Calendar, holidays
from simkit.model.inputs.practice import last_clock
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


@dataclass(frozen=True, eq=False)
class Days:
    """The days on which families come, and a column of each.

    ``weight``: share of a year's families; ``factor`` of the scenario; ``opens``: first minute; ``in_hours``:
    share who come in working hours, none on a day off; ``next_minute``: when the others arrive;
    ``days_open``: as in ``Families``.
    """

    dates: NDArray[np.datetime64]
    weight: Floats
    factor: Floats
    opens: Ints
    in_hours: Floats
    next_minute: Ints
    days_open: Ints
    day_minutes: int


@dataclass(frozen=True, eq=False)
class Block:
    """A block of families, of kind FIRST (re-referrals too), REPEAT or STOCK: who comes in a Poisson process.

    ``a_year``: families of a year at weight 1; ``share``: part of them that is kept, by day; ``turned_away``:
    part of those that is closed at the front door, or not assessed anew; ``last_clock``: of a stock.
    """

    number: int
    kind: int
    days: Days
    a_year: float
    share: Floats
    turned_away: float = 0.0
    last_clock: tuple[float, float] = (np.inf, 0.0)

    @cached_property
    def reached(self) -> Floats:
        """Families expected before each day, and in all."""
        return np.concatenate([[0.0], np.cumsum(self.days.weight * self.a_year)])

    def gaps(self, draws: Draws) -> Floats:
        """From each arrival to the next, in families expected; more than there will be."""
        expected = self.reached[-1]
        return -np.log(draws.uniform("arrival", int(expected + 10 * np.sqrt(expected) + 20), self.number))


class Chances(NamedTuple):
    """The chances of a family that comes, as the kernel reads them too.

    ``assessed``: of a referral, at the front door; ``disabled`` and ``brief``: without a section 47 enquiry;
    ``slip``: past a clock; ``siblings``: of a second child, a third and so on.
    """

    rereferral: float
    assessed: float
    disabled: float
    brief: float
    section_47: float
    slip: float
    siblings: tuple[float, ...]


def chances_of(framework: Framework, profile: Profile) -> Chances:
    """The chances in a framework and a profile."""
    shares = route_shares(framework, profile)
    further = framework.number("demand.further_sibling")
    return Chances(
        rereferral=float(profile.rereferral_share),
        assessed=float((1 - profile.nfa_share) * profile.assessed_share),
        disabled=float(framework.number("demand.disabled_children")),
        brief=float(shares["brief"] / max(1 - shares["section_47"], 1e-12)),
        section_47=float(shares["section_47"]),
        slip=float(framework.number("practice.slip")),
        siblings=tuple(float(further**k) for k in range(1, MOST_CHILDREN)),
    )


class Drawing(Protocol):
    """A function that draws the families of blocks, in order."""

    def __call__(self, blocks: Sequence[Block], chances: Chances, draws: Draws) -> Families: ...


def families_of(blocks: Sequence[Block], chances: Chances, draws: Draws) -> Families:
    """The families of blocks, in order."""
    return concatenated([_families_of(block, chances, draws) for block in blocks])


def _families_of(block: Block, chances: Chances, draws: Draws) -> Families:
    points, reached, days = np.cumsum(block.gaps(draws)), block.reached, block.days
    points = points[points < reached[-1]]
    count = len(points)
    day = repeated(np.arange(len(days.dates)), np.diff(np.searchsorted(points, reached)))

    def draw(purpose: str) -> Floats:
        return draws.uniform(purpose, count, block.number)

    def turned_away() -> Bools:
        """The share of all that is turned away, taken from those without a section 47 enquiry."""
        away = draw("turned away") * (1 - chances.section_47) < block.turned_away
        return np.asarray(away & (draw("section_47") >= chances.section_47))

    kept = draw("thin") < block.share[day]
    if block.kind == REPEAT:
        kept &= ~turned_away()
    if block.kind == STOCK:
        last, pull = block.last_clock
        kept &= (days.days_open[day] <= last) | (draw("pull") >= pull) | (draw("slip") < chances.slip)
    at = np.flatnonzero(kept)
    day, points = day[at], points[at]
    part = (points - reached[day]) / np.maximum(reached[day + 1] - reached[day], 1e-300)
    in_hours = days.in_hours[day]
    with np.errstate(all="ignore"):  # days off have no hours
        in_day = np.floor(part / in_hours * days.day_minutes)
    route = route_codes(chances, lambda purpose: draw(purpose)[at], assessed_at_once=block.kind != FIRST)
    kind = np.full(len(at), block.kind, dtype=np.int64)
    if block.kind == FIRST:
        kind[draw("rereferral")[at] < chances.rereferral] = REREFERRAL
        route[turned_away()[at]] = CLOSED
    return Families(
        block=np.full(len(at), block.number, dtype=np.int64),
        position=at.astype(np.int64),
        arrival=np.where(part < in_hours, days.opens[day] + in_day, days.next_minute[day]).astype(np.int64),
        date=days.dates[day],
        children=family_sizes(draw("siblings")[at], chances.siblings),
        route=route,
        kind=kind,
        days_open=days.days_open[day],
    )


def arriving_families(
    framework: Framework,
    profile: Profile,
    factors: Sequence[float],
    calendar: Calendar,
    last: np.datetime64,
    draws: Draws,
    turned_away: float = 0.0,
    drawing: Drawing = families_of,
) -> Families:
    """The stock, and all families that arrive from the calendar's first day to ``last``, excluded.

    The stock is everybody assessed in the two years before, except most of those whose assessment must have
    ended whatever its natural span. The plan decides which of the others are still open. ``factors``
    scale the demand of the calendar months April to March; 1 is as published. ``turned_away``: part of what
    comes on top of the published demand that is closed at the front door, or not assessed anew; no section 47
    enquiry is.
    """
    new = profile.referrals / mean_children(framework.number("demand.further_sibling"))
    # Repeat assessments and the stock are thinned by the share closed at the front door, so that a larger
    # share removes some of them and changes no other.
    past_door = 1 - profile.nfa_share
    kinds = ((FIRST, new, 1.0), (REPEAT, new * profile.repeat_share, past_door))
    season = _season(
        calendar,
        last,
        tuple(profile.by_month),
        framework.number("demand.weekend_share"),
        tuple(factors),
        framework.number("demand.evening_share"),
    )
    blocks = []
    for multiple in range(max(1, int(np.ceil(season.factor.max())))):
        share = np.minimum(1, season.factor - multiple)
        for number, (kind, a_year, retained) in enumerate(kinds):
            away = turned_away if multiple else 0.0
            blocks.append(Block(2 * multiple + number, kind, season, a_year, retained * share, away))
    assessed = new * (profile.assessed_share + profile.repeat_share)
    level = float(np.dot(factors, profile.by_month))
    before = _before(season.dates[0])
    clock = last_clock(framework)
    for multiple in range(max(1, int(np.ceil(level)))):
        share = np.full(STOCK_DAYS, past_door * min(1.0, level - multiple))
        blocks.append(Block(_STOCK_BLOCK + multiple, STOCK, before, assessed, share, 0.0, clock))
    return drawing(blocks, chances_of(framework, profile), draws)


@lru_cache(maxsize=8)
def _before(today: np.datetime64) -> Days:
    """The days before ``today`` on which the stock's assessments began, backwards and evenly.

    The stock is there at the first minute of ``today``.
    """
    none = np.zeros(STOCK_DAYS, dtype=np.int64)
    return Days(
        dates=np.full(STOCK_DAYS, today),
        weight=np.full(STOCK_DAYS, 1 / WORKING_DAYS_A_YEAR),
        factor=np.ones(STOCK_DAYS),
        opens=none,
        in_hours=none.astype(np.float64),
        next_minute=none,
        days_open=np.arange(1, STOCK_DAYS + 1),
        day_minutes=0,
    )


def family_sizes(uniform: Floats, siblings: Sequence[float]) -> Ints:
    """Children of each family: one, and as many more as there are chances above its number."""
    sizes = np.ones(len(uniform), dtype=np.int64)
    for chance in siblings:
        sizes += uniform < chance
    return sizes


def route_codes(chances: Chances, draw: Callable[[str], Floats], *, assessed_at_once: bool) -> Ints:
    """Route code of each family. ``assessed_at_once``: without a front door, as repeat assessments."""
    enquiry = draw("section_47") < chances.section_47
    route = np.full(len(enquiry), ROUTES.index("section_17"), dtype=np.int64)
    route[draw("disabled") < chances.disabled] = ROUTES.index("disabled_children")
    route[draw("brief") < chances.brief] = ROUTES.index("brief")
    route[enquiry] = ROUTES.index("section_47")
    if not assessed_at_once:
        route[draw("front_door") >= chances.assessed] = CLOSED
    return route


@lru_cache(maxsize=8)
def _season(
    calendar: Calendar,
    last: np.datetime64,
    by_month: tuple[float, ...],
    closed_share: float,
    factors: tuple[float, ...],
    evening: float,
) -> Days:
    """The days of a run. A family that comes after hours or on a day off keeps its date, and arrives when the
    next working day begins.

    The same for all replications of a run, so it is cached.
    """
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
    opens = np.searchsorted(calendar.days, dates) * calendar.day_minutes
    in_calendar = np.isin(dates, calendar.days)
    return Days(
        dates=dates,
        weight=weight,
        factor=np.asarray(factors, dtype=np.float64)[month],
        opens=opens.astype(np.int64),
        in_hours=np.where(in_calendar, 1 - evening, 0.0),
        next_minute=(opens + np.where(in_calendar, calendar.day_minutes, 0)).astype(np.int64),
        days_open=np.zeros(len(dates), dtype=np.int64),
        day_minutes=calendar.day_minutes,
    )
