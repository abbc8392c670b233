"""Re-referrals and repeat assessments that follow from the end of a case.

``arrivals`` draws those that come from outside.

By default all arrive from outside, so that all arms of a comparison have the same cases. With the number
``demand.returns_from_closures`` a share of them follows from the end of a case instead: then later ends bring
later re-referrals, and a surge is followed by more. Totals remain the published ones.

Each family has slots for consecutive re-referrals, drawn beforehand: whether, after how long, and on which
route. Only the minute of arrival depends on the run.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Ints
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.profile import Profile
from simkit.model.workload.arrivals import REPEAT, REREFERRAL, Families, chances_of, concatenated, route_codes
from simkit.model.workload.random_streams import Draws, truncated_exponential
from simkit.model.workload.workload import CLOSED

_SLOT = 2**24  # distance in blocks from a family to its first slot, and from each slot to the next
_SLOT_ID = _SLOT * 2**32


def with_rereferrals(
    framework: Framework, profile: Profile, families: Families, day: int, draws: Draws
) -> Families:
    """The families by id, with re-referrals from ends of cases instead of the same share from outside.

    Their ``arrival`` is in minutes after that end; ``day``: minutes of a day. A re-referral from outside is
    kept if the case before it would have ended before the run began.
    """
    share = framework.number("demand.returns_from_closures")
    if share == 0:
        return families
    outside = np.isin(families.kind, (REREFERRAL, REPEAT)) & (families.uniform(draws, "returns") < share)
    parts = [families.take(~outside | (families.arrival < _delay(framework, families, draws) * day))]
    for _ in range(int(framework.number("demand.most_returns"))):
        parts.append(_following(framework, profile, parts[-1], share, day, draws))
    return concatenated(parts)


def roots(families: Families) -> Ints:
    """Row of the first family in each chain of re-referrals; the own row where there is no source."""
    ids, again, rows = families.id, np.flatnonzero(families.block >= _SLOT), np.arange(len(families))
    rows[again] = np.searchsorted(ids, ids[again] % _SLOT_ID)
    return rows


def sources(families: Families) -> Ints:
    """Row of the case that each follows from, -1 for arrivals from outside."""
    ids, again = families.id, np.flatnonzero(families.block >= _SLOT)
    rows = np.full(len(families), -1, dtype=np.int64)
    rows[again] = np.searchsorted(ids, ids[again] - _SLOT_ID)
    return rows


def _following(
    framework: Framework, profile: Profile, ended: Families, share: float, day: int, draws: Draws
) -> Families:
    """The families re-referred or assessed again after the end of these cases."""
    repeated, referred = _chances(profile, share)
    chance = ended.uniform(draws, "comes back")
    repeat = np.where(ended.route == CLOSED, 0.0, repeated)
    repeats = chance < repeat
    rereferrals = ~repeats & (chance < repeat + (1 - repeat) * referred)
    following = Families(
        block=ended.block + _SLOT,
        position=ended.position,
        arrival=np.zeros(len(ended), dtype=np.int64),
        date=np.full(len(ended), np.datetime64("NaT", "D"), dtype="datetime64[D]"),
        children=ended.children,
        route=np.zeros(len(ended), dtype=np.int64),
        kind=np.where(repeats, REPEAT, REREFERRAL).astype(np.int64),
        days_open=np.zeros(len(ended), dtype=np.int64),
    ).take(repeats | rereferrals)

    def draw(purpose: str) -> NDArray[np.float64]:
        return following.uniform(draws, purpose)

    chances = chances_of(framework, profile)
    at_once, by_door = (route_codes(chances, draw, assessed_at_once=once) for once in (True, False))
    return replace(
        following,
        arrival=_delay(framework, following, draws) * day,
        route=np.where(following.kind == REPEAT, at_once, by_door),
    )


def _chances(profile: Profile, share: float) -> tuple[float, float]:
    """Probability of a repeat assessment after an assessed case, and of a re-referral after any other end.

    Repeats are published per assessment, re-referrals per referral. Each referral has one end without a
    repeat; each repeat from outside adds one.
    """
    assessments = profile.assessed_share + profile.repeat_share
    repeated = share * profile.repeat_share / assessments if assessments > 0 else 0.0
    from_outside = (1 - share) * (1 - profile.nfa_share) * profile.repeat_share
    return repeated, share * profile.rereferral_share / (1 + from_outside)


def _delay(framework: Framework, families: Families, draws: Draws) -> Ints:
    """Working days from the end of a case to its re-referral, from 1 to a year."""
    mean = framework.number("demand.return_delay")
    return 1 + truncated_exponential(families.uniform(draws, "return delay"), mean, WORKING_DAYS_A_YEAR - 2)
