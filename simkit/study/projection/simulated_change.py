"""The simulated effect of a change of referrals and staff on an authority's share in time.

The authority's practice of one year is simulated twice on the same children: with that year's referrals
and staff, and with the later year's. The packaged table holds the pairs of years that the back-test
and the projections need.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from simkit.common.errors import SimkitError
from simkit.common.progress import Progress
from simkit.data import authorities, authority
from simkit.data.files import rows
from simkit.framework.library import names
from simkit.model.inputs.profile import profile
from simkit.model.inputs.scenario import AS_PUBLISHED, Scenario, scenario_of
from simkit.model.workload.sample import Setting
from simkit.study.experiment import experiment
from simkit.study.projection.conditions import conditions
from simkit.study.projection.history import History, existed, origins
from simkit.study.projection.regression import logit
from simkit.study.runner import Job, open_runner

MEASURE = "published_within_45_days_pct"
TABLE = "simulated/changes"  # apart from the published tables
NATIONAL = "national/working-together-2018"
MOST_ODDS = 1.5
"""A simulated change of log odds is taken as at most this, from 83% to 52% or to 96%: an assumption. Where
a staff is simulated far beyond its capacity, the queue has no end and the number no meaning."""


@dataclass(frozen=True, slots=True)
class SimulatedChange:
    """The simulated share in time (%) with the first year's referrals and staff, and with the later one's."""

    area: str
    first: int
    target: int
    before: float
    after: float

    @property
    def log_odds(self) -> float:
        """The change as a difference of log odds, held within ``MOST_ODDS``."""
        change = logit(self.after / 100) - logit(self.before / 100)
        return min(MOST_ODDS, max(-MOST_ODDS, change))


@cache
def simulated_changes() -> Mapping[tuple[str, int, int], SimulatedChange]:
    """The packaged table, by area, first and later year."""
    try:
        table_rows = rows(TABLE)
    except LookupError:
        return {}
    changes = (
        SimulatedChange(
            row["area"], int(row["from_year"]), int(row["to_year"]), float(row["before"]), float(row["after"])
        )
        for row in table_rows
    )
    return {(each.area, each.first, each.target): each for each in changes}


def pairs_needed(first_years: Iterable[int], ahead: Iterable[int]) -> tuple[tuple[str, int, int], ...]:
    """Area, first and later year of every pair of years that could be simulated."""
    spans = tuple(ahead)
    return tuple(
        (each.la_code, first, first + span)
        for first in first_years
        for span in spans
        for each in authorities()
        if existed(each, first + span)
    )


def simulate(
    pairs: Iterable[tuple[str, int, int]],
    history: History,
    *,
    replications: int,
    seed: int = 1,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[SimulatedChange]:
    """Simulate pairs of years, one after the other; those whose authority has no profile are left out.

    A successor is simulated as the largest of the authorities it came from, under the change of all of
    them. Raises SimkitError for an engine that is not there.
    """
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0], pair[2]))
    shares: dict[tuple[str, int], float] = {}
    with open_runner(engine, len(ordered) * replications * 60_000, workers) as run:

        def share(area: str, year: int, scenario: Scenario) -> float:
            setting = _setting(area, year, scenario)
            jobs = (Job(setting, seed, number) for number in range(replications))
            return float(np.mean([each[MEASURE] for each in run.values((MEASURE,), jobs)]))

        for number, (area, first, target) in enumerate(ordered):
            place = _simulated_as(area, first, history)
            try:
                if (place, first) not in shares:
                    shares[place, first] = share(place, first, AS_PUBLISHED)
                changed = _scenario(area, first, target)
                before = shares[place, first]
                after = before if changed is None else share(place, first, changed)
            except SimkitError:
                continue  # no referrals or no staff published for the first year
            finally:
                if progress is not None:
                    progress(number + 1, len(ordered))
            if not math.isnan(before + after):
                yield SimulatedChange(area, first, target, before, after)


def _setting(area: str, year: int, scenario: Scenario) -> Setting:
    """What is simulated: the authority's framework, or the national rules for one that has no file."""
    slug = authority(area).slug
    if slug in names("authorities"):
        return experiment(slug, scenario, year=year).setting
    return experiment(NATIONAL, scenario, caseload=profile(area, year)).setting


def _simulated_as(area: str, first: int, history: History) -> str:
    """The authority itself, or the largest of those it came from where it did not exist yet."""
    if authority(area).existed(first):
        return area
    figures = history.figures

    def size(code: str) -> float:
        durations = figures.get((code, first))
        return durations.total if durations is not None else 0.0

    return max(origins(area), key=size, default=area)


def _scenario(area: str, first: int, target: int) -> Scenario | None:
    """The later year's referrals and staff as a scenario; None where neither changes.

    A change over one year begins with the simulated year, a change over two a year before it.
    """
    change = conditions(area, first, target)
    if change.referrals == change.staff == 0:
        return None
    return scenario_of(
        {
            "title": f"Referrals and staff of {target}",
            "since": f"{first - (target - first)}-04-01",
            "demand": {"referrals": f"{100 * math.expm1(change.referrals):+z.2f}%"},
            "workforce": {"case_holders": f"{100 * math.expm1(change.staff):+z.2f}%"},
        }
    )
