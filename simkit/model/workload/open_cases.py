"""Open assessments, by route and by how long they have been open, and runs that begin with them.

A run begins with a drawn stock and a warm-up, or with the authority's own open assessments on a day. Then
nobody else is referred before that day, and each of them is planned to end after it: its plan is drawn
from those that the practice leaves open for so long.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.horizon import Horizon
from simkit.model.inputs.practice import Practice, conclusion_pulls, day_shares, practice_of
from simkit.model.inputs.profile import Profile
from simkit.model.workload.arrivals import STOCK, Families, concatenated, family_sizes, route_shares
from simkit.model.workload.random_streams import Draws

__all__ = ["AGES", "OPEN_ROUTES", "OpenCases", "beginning_with", "days_if_open"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_OWN_BLOCK = 2**21  # the block of streams that an authority's own open cases draw from
_LONGEST = 10 * WORKING_DAYS_A_YEAR

AGES: tuple[tuple[str, int], ...] = (
    ("0_10", 10),
    ("11_20", 20),
    ("21_30", 30),
    ("31_45", 45),
    ("46_60", 60),
    ("61_90", 90),
    ("91_plus", 10**9),
)
"""Ages of open assessments: name, and the last working day in it."""

OPEN_ROUTES = ("section_17", "disabled_children", "section_47")
"""Routes that can be told of an open assessment; that it will be a brief one nobody knows before its end."""


@dataclass(frozen=True, eq=False)
class OpenCases:
    """Assessments open on the last day of a return, one row a child, exact and in memory only.

    ``route``: code, as in ``framework.ROUTES``; ``days_open``: working days since the assessment began.
    ``counts`` are exact too: what may be shown of them is for ``Return`` to say.
    """

    route: Ints = field(repr=False)
    days_open: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.route)

    def __repr__(self) -> str:
        return "<OpenCases by route and age, in memory only>"

    def counts(self) -> dict[tuple[str, str], int]:
        """Children by route and age."""
        tops = np.array([top for _, top in AGES])
        age = np.searchsorted(tops, self.days_open)
        return {
            (route, name): int(np.sum((self.route == ROUTES.index(route)) & (age == number)))
            for route in OPEN_ROUTES
            for number, (name, _) in enumerate(AGES)
        }


def beginning_with(
    own: OpenCases,
    families: Families,
    horizon: Horizon,
    framework: Framework,
    profile: Profile,
    draws: Draws,
) -> Families:
    """The families of a run whose measured year begins with these open cases: they, and who comes after.

    They are children, and work is done by family: children of one route whose assessments began on the
    same days stand side by side and are taken together to families of drawn sizes, so that all of
    them are there and no more. An assessment under section 17 may turn out brief: it is by the chance that
    one open for so long is.
    """
    begins = horizon.window[0]
    day = horizon.calendar.day_minutes
    later = families.take((families.arrival >= begins) & (families.kind != STOCK))
    order = np.lexsort((own.days_open, own.route))
    sizes = family_sizes(
        draws.uniform("siblings", len(own), _OWN_BLOCK), framework.number("demand.further_sibling")
    )
    ends = np.minimum(np.cumsum(sizes), len(own))
    count = int(np.searchsorted(ends, len(own))) + 1 if len(own) else 0
    first = np.concatenate([[0], ends[: max(count - 1, 0)]]).astype(np.int64)[:count]
    rows = order[first]
    # The oldest day of the calendar stands for every day before it.
    days_open = np.minimum(own.days_open[rows], begins // day - 1)
    route = np.where(
        _brief(framework, profile, own.route[rows], days_open, draws), ROUTES.index("brief"), own.route[rows]
    )
    open_ = Families(
        block=np.full(count, _OWN_BLOCK, dtype=np.int64),
        position=np.arange(count, dtype=np.int64),
        arrival=begins - days_open * day,
        date=horizon.calendar.days[begins // day - days_open].astype("datetime64[D]"),
        children=np.diff(np.append(first, len(own))).astype(np.int64),
        route=route.astype(np.int64),
        kind=np.full(count, STOCK, dtype=np.int64),
        days_open=days_open.astype(np.int64),
    )
    return concatenated([later, open_])


def days_if_open(
    framework: Framework, practice: Practice, route: str, days_open: Ints, uniform: Floats
) -> Ints:
    """The planned day of assessments on ``route`` that are open ``days_open`` days after their start: later
    than that.

    Drawn from the closed form of practice, given that it is later; the days that single cases have to
    themselves (limits set case by case, reviews set by priority) play no part in it.
    """
    shares = _by_day(framework, practice, route)
    upto = np.cumsum(shares)
    below = upto[np.minimum(days_open, _LONGEST - 2)]
    drawn = np.searchsorted(upto, below + uniform * (upto[-1] - below), side="left")
    return np.asarray(np.maximum(drawn, days_open + 1), dtype=np.int64)


def _by_day(framework: Framework, practice: Practice, route: str) -> Floats:
    one_kind = replace(practice, brief_share=float(route == "brief"))
    return day_shares(one_kind, conclusion_pulls(framework, practice, route), _LONGEST)


def _brief(
    framework: Framework, profile: Profile, route: Ints, days_open: Ints, draws: Draws
) -> NDArray[np.bool_]:
    """Whether each open case will have been a brief one (Bayes' rule on how long it has been open)."""
    practice = practice_of(framework)
    shares = route_shares(framework, profile)
    odds = shares["brief"] / max(1 - shares["section_47"] - shares["brief"], 1e-12)
    longer = {r: 1 - np.cumsum(_by_day(framework, practice, r)) for r in ("brief", "section_17")}
    at = np.minimum(days_open, _LONGEST - 1)
    chance = odds * longer["brief"][at]
    chance = chance / (chance + np.maximum(longer["section_17"][at], 1e-12))
    can_be = route != ROUTES.index("section_47")
    return np.asarray(can_be & (draws.uniform("brief", len(route), _OWN_BLOCK) < chance))
