"""Families that come back: re-referrals and repeat assessments that follow from the end of a case.

By default all of them come from outside, so that both sides of a comparison get the same cases. The
number ``demand.returns_from_closures`` lets a share of them follow from endings instead: then whoever ends
later comes back later, and a surge brings returns after it. The totals stay the published ones.

Every family has slots beforehand, one behind the other, each with its own draws: whether somebody
comes back, when, and as what. So nothing of it depends on the run but the minute of the return.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.profile import Profile
from simkit.model.workload.arrivals import REPEAT, REREFERRAL, Families, concatenated, route_codes
from simkit.model.workload.random_streams import Draws, truncated_exponential
from simkit.model.workload.workload import CLOSED

__all__ = ["roots", "sources", "with_rereferrals"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SLOT = 2**24  # a family's first slot lies this many blocks above it, its second this many above that
_SLOT_ID = _SLOT * 2**32


def with_rereferrals(
    framework: Framework, profile: Profile, families: Families, day: int, draws: Draws
) -> Families:
    """The families, with those that come back after the end of a case in place of the same share from
    outside, by id. ``arrival`` of these is minutes after that end, ``day`` the minutes of a day.

    A return from outside stays where the case it follows would have ended before the run began.
    """
    share = framework.number("demand.returns_from_closures")
    if share == 0:
        return families
    outside = np.isin(families.kind, (REREFERRAL, REPEAT)) & (families.uniform(draws, "returns") < share)
    found = [families.take(~outside | (families.arrival < _delay(framework, families, draws) * day))]
    for _ in range(int(framework.number("demand.most_returns"))):
        found.append(_next(framework, profile, found[-1], share, day, draws))
    return concatenated(found)


def roots(families: Families) -> Ints:
    """The row of the family from outside that each goes back to: its own where it is that."""
    back, rows = families.block >= _SLOT, np.arange(len(families))
    rows[back] = np.searchsorted(families.id, families.id[back] % _SLOT_ID)
    return rows


def sources(families: Families) -> Ints:
    """The row of the case that each follows from, -1 where it comes from outside."""
    back, rows = families.block >= _SLOT, np.full(len(families), -1, dtype=np.int64)
    rows[back] = np.searchsorted(families.id, families.id[back] - _SLOT_ID)
    return rows


def _next(
    framework: Framework, profile: Profile, ended: Families, share: float, day: int, draws: Draws
) -> Families:
    """Those who come back after the end of each case, if they do."""
    repeated, referred = _chances(profile, share)
    chance = ended.uniform(draws, "comes back")
    repeat = np.where(ended.route == CLOSED, 0.0, repeated)
    again = chance < repeat
    back = ~again & (chance < repeat + (1 - repeat) * referred)
    comes = again | back
    own = Families(
        block=ended.block + _SLOT,
        position=ended.position,
        arrival=np.zeros(len(ended), dtype=np.int64),
        date=np.full(len(ended), np.datetime64("NaT"), dtype="datetime64[D]"),
        children=ended.children,
        route=np.zeros(len(ended), dtype=np.int64),
        kind=np.where(again, REPEAT, REREFERRAL).astype(np.int64),
        days_open=np.zeros(len(ended), dtype=np.int64),
    ).take(comes)

    def draw(purpose: str) -> NDArray[np.float64]:
        return own.uniform(draws, purpose)

    at_once, by_door = (
        route_codes(framework, profile, draw, assessed_at_once=once) for once in (True, False)
    )
    return replace(
        own,
        arrival=_delay(framework, own, draws) * day,
        route=np.where(own.kind == REPEAT, at_once, by_door),
    )


def _chances(profile: Profile, share: float) -> tuple[float, float]:
    """Chance that a repeat assessment follows an assessed case, and a re-referral any other end.

    Repeats count per assessment. Re-referrals count per referral, and each referral has one end
    that no repeat follows; a repeat from outside adds one more.
    """
    assessments = profile.assessed_share + profile.repeat_share
    repeated = share * profile.repeat_share / assessments if assessments > 0 else 0.0
    from_outside = (1 - share) * (1 - profile.nfa_share) * profile.repeat_share
    return repeated, share * profile.rereferral_share / (1 + from_outside)


def _delay(framework: Framework, families: Families, draws: Draws) -> Ints:
    """Working days from the end of a case to what follows, 1 to a year of them."""
    mean = framework.number("demand.return_delay")
    return 1 + truncated_exponential(families.uniform(draws, "return delay"), mean, WORKING_DAYS_A_YEAR - 2)
