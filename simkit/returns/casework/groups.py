"""Completed assessments by route and by team: how many, the share in time, the median.

A team is shown where 24 assessments or more rest on more than five workers; the others stand together, with
as many of the smallest shown as they need to reach both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import counts_of
from simkit.data import BANDS
from simkit.framework.framework import ROUTES
from simkit.returns.casework.measured import wilson
from simkit.returns.disclosure import SMALL
from simkit.returns.durations import FEW
from simkit.returns.tally import Tally

OTHERS = "Other teams together"
_LIMIT = 45


@dataclass(frozen=True, eq=False, repr=False)
class EndedWork:
    """Assessments completed in the year: working days, route, team, worker, each a column."""

    days: Ints
    route: Ints
    team: Ints
    assessor: Ints
    teams: tuple[str, ...]
    by_route: bool
    by_team: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Assessments completed in the year of a route or team; None where a figure may not be shown.

    ``within_45``: share (0 to 1) with its 95% interval ``low`` to ``high``; ``median``: working days.
    ``key``: the name of its count, whose part in time is ``<key>.in_time``.
    """

    key: str
    name: str
    completed: int | None
    within_45: float | None
    low: float | None
    high: float | None
    median: float | None

    def shown(self, withheld: frozenset[str]) -> Group:
        """The same without what may not be shown. A median would narrow a withheld band of durations."""
        if self.key in withheld:
            return replace(self, completed=None, within_45=None, low=None, high=None, median=None)
        if f"{self.key}.in_time" in withheld:
            return replace(self, within_45=None, low=None, high=None, median=None)
        return replace(self, median=None) if withheld.intersection(BANDS) else self


def by_route(work: EndedWork, tally: Tally) -> tuple[Group, ...]:
    """The routes that the dataset tells apart."""
    if not work.by_route:
        return ()
    routes = {n: route for n, route in enumerate(ROUTES) if (work.route == n).any()}
    return _groups(work, {f"route.{name}": (name, work.route == n) for n, name in routes.items()}, tally)


def by_team(work: EndedWork, tally: Tally) -> tuple[Group, ...]:
    """The teams that are large enough, and the others together."""
    if not work.by_team or not len(work.team):
        return ()
    labels = large_teams(work.team, work.assessor, work.teams)
    if len(set(labels)) < 2:
        return ()
    column = np.array(labels, dtype=object)[work.team]
    shown = set(column.tolist())
    names = [*sorted(shown - {OTHERS}), *sorted(shown & {OTHERS})]
    groups = {f"team.{n + 1}": (name, np.asarray(column == name)) for n, name in enumerate(names)}
    return _groups(work, groups, tally)


def large_teams(team: Ints, assessor: Ints, teams: tuple[str, ...]) -> list[str]:
    """The name under which each team is shown: its own or that of the others; the last is for no team."""
    number = len(teams) + 1
    size = counts_of(np.where(team < 0, number - 1, team), number)
    people = [set(assessor[team == n].tolist()) - {-1} for n in range(number - 1)]
    people.append(set(assessor[team < 0].tolist()) - {-1})
    own = {n for n in range(number - 1) if size[n] >= FEW and len(people[n]) > SMALL}
    by_size = sorted(own, key=lambda n: int(size[n]))
    while own:
        rest = [n for n in range(number) if n not in own]
        assessed = int(size[rest].sum()) if rest else 0
        workers = set().union(*(people[n] for n in rest)) if rest else set()
        if assessed == 0 or (assessed >= FEW and len(workers) > SMALL):
            break
        own.discard(by_size.pop(0))
    return [teams[n] if n in own else OTHERS for n in range(number - 1)] + [OTHERS]


def _groups(work: EndedWork, masks: dict[str, tuple[str, Bools]], tally: Tally) -> tuple[Group, ...]:
    groups = []
    for key, (name, rows) in masks.items():
        days = work.days[rows]
        in_time, number = int((days <= _LIMIT).sum()), len(days)
        tally.counts[key], tally.counts[f"{key}.in_time"] = number, in_time
        tally.part_of(f"{key}.in_time", key)
        large = number >= FEW
        low, high = wilson(in_time, number) if large else (None, None)
        middle = float(np.quantile(days, 0.5, method="inverted_cdf")) if large else None
        groups.append(Group(key, name, number, in_time / number if large else None, low, high, middle))
    tally.split("assessments_completed", tuple(masks))
    tally.split("within_45_days", tuple(f"{key}.in_time" for key in masks))
    return tuple(groups)
