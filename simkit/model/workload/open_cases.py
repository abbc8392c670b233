"""An authority's open assessments by route and age, and runs that begin with them.

A run begins with a drawn stock and a warm-up, or with the authority's own open assessments on a day. In the
latter case nobody else is referred before that day, and the planned end of each open assessment is drawn from
those that the practice leaves open for as long.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.inputs.horizon import Horizon
from simkit.model.inputs.practice import Practice, conclusion_pulls, day_shares, practice_of
from simkit.model.inputs.profile import Profile
from simkit.model.workload.arrivals import (
    STOCK,
    Families,
    chances_of,
    concatenated,
    family_sizes,
    route_shares,
)
from simkit.model.workload.random_streams import Draws

_OWN_BLOCK = 2**21  # of an authority's own open cases in the streams of draws
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
"""Age bands of open assessments: name, and last working day."""

OPEN_ROUTES = ("section_17", "disabled_children", "section_47")
"""Routes known of an open assessment; whether it is brief is known only at its end."""


@dataclass(frozen=True, eq=False)
class OpenCases:
    """Assessments open on the last day of a return, one row for each child; exact, in memory only.

    ``route``: code, as in ``framework.ROUTES``; ``days_open``: working days since the assessment began.
    ``counts`` are exact too; disclosure control is applied by ``Return``.
    """

    route: Ints = field(repr=False)
    days_open: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.route)

    def __repr__(self) -> str:
        return "<OpenCases by route and age, in memory only>"

    def counts(self) -> dict[tuple[str, str], int]:
        """Children by route and age band."""
        tops = np.array([top for _, top in AGES])
        age = np.searchsorted(tops, self.days_open)
        return {
            (route, name): int(np.sum((self.route == ROUTES.index(route)) & (age == number)))
            for route in OPEN_ROUTES
            for number, (name, _) in enumerate(AGES)
        }


def beginning_with(
    open_cases: OpenCases,
    families: Families,
    horizon: Horizon,
    framework: Framework,
    profile: Profile,
    draws: Draws,
) -> Families:
    """The families of a run whose measured year begins with these open cases, and later arrivals.

    Open cases are children, but work is by family: children of one route, ordered by age of the assessment,
    are grouped into families of drawn sizes, with the same total; a family has the age of its youngest. An
    assessment outside section 47 is brief with the probability of that given its age.
    """
    begins = horizon.window[0]
    day = horizon.calendar.day_minutes
    later = families.take((families.arrival >= begins) & (families.kind != STOCK))
    order = np.lexsort((open_cases.days_open, open_cases.route))
    siblings = draws.uniform("siblings", len(open_cases), _OWN_BLOCK)
    sizes = family_sizes(siblings, chances_of(framework, profile).siblings)
    begins_route = np.flatnonzero(np.diff(open_cases.route[order], prepend=-1)).tolist()
    ends_route = [*begins_route[1:], len(open_cases)]
    first = np.concatenate(
        [
            np.zeros(0, dtype=np.int64),
            *(_firsts(sizes[a:b]) + a for a, b in zip(begins_route, ends_route, strict=False)),
        ]
    )
    count, rows = len(first), order[first]
    # They were counted on the day before the year begins. Assessments older than the calendar begin on its
    # second day, because arrivals in its first minute are a drawn stock.
    counted = begins // day - 1
    days_open = np.minimum(open_cases.days_open[rows], counted - 1)
    route = np.where(
        _brief(framework, profile, open_cases.route[rows], days_open, draws),
        ROUTES.index("brief"),
        open_cases.route[rows],
    )
    in_progress = Families(
        block=np.full(count, _OWN_BLOCK, dtype=np.int64),
        position=np.arange(count, dtype=np.int64),
        arrival=(counted - days_open) * day,
        date=horizon.calendar.days[counted - days_open].astype("datetime64[D]"),
        children=np.diff(np.append(first, len(open_cases))).astype(np.int64),
        route=route.astype(np.int64),
        kind=np.full(count, STOCK, dtype=np.int64),
        days_open=days_open.astype(np.int64),
    )
    return concatenated([later, in_progress])


def _firsts(sizes: Ints) -> Ints:
    """Where the first child of each family is, in a list of as many children, family after family."""
    firsts = np.cumsum(sizes) - sizes
    return firsts[firsts < len(sizes)]


def days_if_open(
    framework: Framework, practice: Practice, route: str, days_open: Ints, uniform: Floats
) -> Ints:
    """The planned day of assessments on ``route`` given that they are open after ``days_open`` days.

    Drawn from the closed form of practice, conditional on a later day. Limits set case by case and reviews
    set by priority are left out.
    """
    shares = _by_day(framework, practice, route)
    cumulative = np.cumsum(shares)
    below = cumulative[np.minimum(days_open, _LONGEST - 2)]
    day = np.searchsorted(cumulative, below + uniform * (cumulative[-1] - below), side="left")
    return np.asarray(np.maximum(day, days_open + 1), dtype=np.int64)


def _by_day(framework: Framework, practice: Practice, route: str) -> Floats:
    of_one_kind = replace(practice, brief_share=float(route == "brief"))
    return day_shares(of_one_kind, conclusion_pulls(framework, practice, route), _LONGEST)


def _brief(
    framework: Framework, profile: Profile, route: Ints, days_open: Ints, draws: Draws
) -> NDArray[np.bool_]:
    """Whether each open case is a brief one, by Bayes' rule on its age."""
    practice = practice_of(framework)
    shares = route_shares(framework, profile)
    odds = shares["brief"] / max(1 - shares["section_47"] - shares["brief"], 1e-12)
    longer = {r: 1 - np.cumsum(_by_day(framework, practice, r)) for r in ("brief", "section_17")}
    age = np.minimum(days_open, _LONGEST - 1)
    chance = odds * longer["brief"][age]
    chance = chance / (chance + np.maximum(longer["section_17"][age], 1e-12))
    eligible = route != ROUTES.index("section_47")
    return np.asarray(eligible & (draws.uniform("brief", len(route), _OWN_BLOCK) < chance))
