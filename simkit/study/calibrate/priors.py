"""What the fits of one year share (priors, delays, overdispersion), and the fit in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.steps import Steps, finished
from simkit.data import ENGLAND, authorities, neighbours
from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, CalibrationError, Range
from simkit.model.inputs.practice import Practice, practice_of
from simkit.model.inputs.profile import england_average
from simkit.study.calibrate.delay import Delays, count_delays_in_steps, without_run_out
from simkit.study.calibrate.least_squares import Minimum, minimum
from simkit.study.calibrate.likelihood import (
    ASSESSMENTS,
    CONFERENCES,
    Kind,
    Prior,
    Residuals,
    conference_days,
    days_taken,
    residuals_of_assessments,
    residuals_of_conferences,
)
from simkit.study.calibrate.observed import CONFERENCE_EDGES, EDGES, FEW, Target, published
from simkit.study.calibrate.overdispersion import family_overdispersion, typical_overdispersion
from simkit.study.experiment import experiment

NATIONAL = "national/working-together-2018"
"""The framework that England's average authority is simulated under."""

_WEAK = 1.0  # standard deviation of England's own prior and of the first fits', on the free scale
_FEW_NEIGHBOURS = 3
_ENGLAND_YEARS = 12  # simulated for England's average authority in each round
_ROUNDS = 2
_FIELDS = {"pull_national_limit": "pull", "pull_conference": "conference_pull"}


@dataclass(frozen=True, eq=False)
class Point:
    """A practice on the unbounded scale: parameters of assessments and of conferences."""

    assessments: Floats
    conferences: Floats

    @property
    def numbers(self) -> dict[str, float]:
        """The practice numbers by name."""
        return {**ASSESSMENTS.numbers(self.assessments), **CONFERENCES.numbers(self.conferences)}


@dataclass(frozen=True, eq=False)
class Priors:
    """Everything that the fits of one year share; it is sent to worker processes.

    ``england``: the practice of England's average authority; ``delays``: those of its simulated years;
    ``first``: each authority's first fit with England's delays; ``spread``: how authorities vary around the
    mean of their neighbours; ``overdispersion``: of a middling authority, and ``siblings`` what families
    alone make of it.
    """

    year: int
    england: Point
    delays: Delays
    first_fits: Mapping[str, Point]
    spread: Point
    family_overdispersion: float
    overdispersion: float

    def neighbour_mean(self, la_code: str) -> tuple[Point, str]:
        """Where an authority's practice would lie without its own figures, and whose that is."""
        return _neighbour_mean(self.first_fits, self.england, la_code, self.year)

    def started_from(self, target: Target) -> Priors:
        """These with the first fit of a target of an authority's own in place of its published one.

        Delays are simulated under it first, and those of another practice are others. With few assessments
        the neighbours' mean is the better start.
        """
        if target.n < FEW:
            return self
        fit = _first_fit(target, self.year, self.england, self.delays, self.family_overdispersion)
        return replace(self, first_fits={**self.first_fits, target.la_code: fit.point})

    def of(self, la_code: str) -> tuple[Prior, Prior]:
        """The weak priors of an authority: around its neighbours' mean, as wide as authorities differ."""
        middle, _ = self.neighbour_mean(la_code)
        return (
            Prior(middle.assessments, self.spread.assessments),
            Prior(middle.conferences, self.spread.conferences),
        )


@dataclass(frozen=True, eq=False)
class Fit:
    """The likeliest practice: the residuals of assessments and of conferences, and where each is least.

    ``bands`` and ``conference_bands``: cumulative shares of the bands at a point.
    """

    assessments: Residuals
    conferences: Residuals
    best_assessments: Minimum
    best_conferences: Minimum
    bands: Residuals
    conference_bands: Residuals

    @property
    def point(self) -> Point:
        """The practice itself."""
        return Point(self.best_assessments.at, self.best_conferences.at)

    @property
    def chi_square(self) -> float:
        """The sum of squares that the durations leave, without the prior's part."""
        data = self.assessments(self.best_assessments.at)[: -len(ASSESSMENTS.names)]
        return float(data @ data)


def practice_with(national: Practice, numbers: Mapping[str, float]) -> Practice:
    """The practice with these numbers, and the national ones for what is not fitted."""
    changed = {_FIELDS.get(name, name): value for name, value in numbers.items()}
    return replace(national, **changed)


def trial_calibration(numbers: Mapping[str, float], la_code: str, year: int) -> Calibration:
    """A calibration with these numbers and no uncertainty, to simulate with while fitting."""
    practice = {name: Range(value, value, value) for name, value in numbers.items()}
    return Calibration(la_code, la_code, year, "published", practice, draws=())


def fit_practice(
    target: Target,
    national: Practice,
    delays: Delays,
    priors: tuple[Prior, Prior],
    dispersion: float,
    room: float,
    start: Point | None = None,
) -> Fit:
    """The likeliest practice under some delays, searched from several starting points.

    ``room``: the largest share that can be brief. ``start``: a place to look from besides the prior's mean
    and one with short spans and little pull, which is where fast authorities are.
    """

    def days(x: Floats) -> Floats:
        return days_taken(practice_with(national, ASSESSMENTS.numbers(x)), delays, room)

    def held(x: Floats) -> Floats:
        return conference_days(practice_with(national, CONFERENCES.numbers(x)), delays)

    assessments = residuals_of_assessments(target, days, priors[0], dispersion)
    conferences = residuals_of_conferences(target.conferences, held, priors[1], dispersion)
    places = [priors[0].mean, _fast_practice(target)]
    places += [] if start is None else [start.assessments]
    first = priors[1].mean if start is None else start.conferences
    return Fit(
        assessments=assessments,
        conferences=conferences,
        best_assessments=min(
            (minimum(assessments, place) for place in places), key=lambda found: found.value
        ),
        best_conferences=minimum(conferences, first),
        bands=lambda x: _cumulative(days(x), EDGES),
        conference_bands=lambda x: _cumulative(held(x), CONFERENCE_EDGES),
    )


def _cumulative(days: Floats, edges: Sequence[int]) -> Floats:
    """Shares before the first day of each band but the first."""
    return np.asarray(np.cumsum(days)[np.array(edges[1:-1]) - 1])


def _fast_practice(target: Target) -> Floats:
    """A starting point for fast authorities: the median span, and no more than half of the pull."""
    median = min(max(target.median_days or 30.0, 6.0), 60.0)
    return ASSESSMENTS.point(
        {
            "brief_share": 0.1,
            "span_median": median,
            "span_sigma": 0.6,
            "pull_national_limit": 0.4,
            "margin": 3.0,
            "slip": 0.2,
        }
    )


_FOUND: dict[tuple[int, Engine, int], Priors] = {}
"""By year, engine and seed: they are the same for all authorities."""


def shared_priors(year: int, engine: Engine, seed: int) -> Priors:
    """The priors of a year: England fitted to its bands, then every authority with England's delays.

    Raises CalibrationError for a year without published durations.
    """
    return finished(shared_priors_in_steps(year, engine, seed))


def shared_priors_in_steps(year: int, engine: Engine, seed: int) -> Steps[Priors]:
    """``shared_priors``, a simulated year or an authority a step. What this process has found is kept."""
    asked = (year, engine, seed)
    if asked not in _FOUND:
        _FOUND[asked] = yield from _priors_in_steps(year, engine, seed)
    return _FOUND[asked]


def steps_of_priors(year: int, engine: Engine, seed: int) -> int:
    """How many steps ``shared_priors_in_steps`` still has: none once they were found."""
    return 0 if (year, engine, seed) in _FOUND else _ROUNDS * _ENGLAND_YEARS + len(_targets(year))


def _priors_in_steps(year: int, engine: Engine, seed: int) -> Steps[Priors]:
    national_target = published(ENGLAND, year)
    framework, average = load(NATIONAL), england_average(year)
    national, siblings = practice_of(framework), family_overdispersion(framework)
    start = _national(framework)
    width = Point(np.full_like(start.assessments, _WEAK), np.full_like(start.conferences, _WEAK))
    weak = _priors(start, width)
    england, delays = start, None
    for round_ in range(_ROUNDS):
        simulated = experiment(
            NATIONAL, year=year, calibration=trial_calibration(england.numbers, ENGLAND, year)
        )
        replications = range(round_ * _ENGLAND_YEARS, (round_ + 1) * _ENGLAND_YEARS)
        counted = yield from count_delays_in_steps(
            without_run_out(simulated.setting), engine, seed, replications
        )
        delays = counted if delays is None else delays + counted
        room = 1 - average.section_47_share
        england = fit_practice(national_target, national, delays, weak, siblings, room, england).point
    assert delays is not None
    targets = _targets(year)
    first: dict[str, Point] = {}
    chi_squares: dict[str, float] = {}
    for code, target in targets.items():
        fit = _first_fit(target, year, england, delays, siblings)
        first[code] = fit.point
        if target.shares is not None and target.n >= FEW:
            chi_squares[code] = siblings * fit.chi_square
        yield
    large = {code: point for code, point in first.items() if targets[code].n >= FEW}
    return Priors(
        year=year,
        england=england,
        delays=delays,
        first_fits=large,
        spread=_spread(large, england, year),
        family_overdispersion=siblings,
        overdispersion=typical_overdispersion(chi_squares.values(), siblings),
    )


def _first_fit(target: Target, year: int, england: Point, delays: Delays, siblings: float) -> Fit:
    """The fit with England's delays, around England's practice."""
    weak = Point(np.full_like(england.assessments, _WEAK), np.full_like(england.conferences, _WEAK))
    room = 1 - england_average(year).section_47_share
    return fit_practice(target, practice_of(load(NATIONAL)), delays, _priors(england, weak), siblings, room)


def _national(framework: Framework) -> Point:
    def point(kind: Kind) -> Floats:
        return kind.point({name: framework.number(f"practice.{name}") for name in kind.names})

    return Point(point(ASSESSMENTS), point(CONFERENCES))


def _priors(middle: Point, spread: Point) -> tuple[Prior, Prior]:
    return Prior(middle.assessments, spread.assessments), Prior(middle.conferences, spread.conferences)


@cache
def _targets(year: int) -> Mapping[str, Target]:
    targets = {}
    for each in authorities():
        if each.existed(year):
            try:
                targets[each.la_code] = published(each.la_code, year)
            except CalibrationError:
                continue  # nothing is published of it
    return targets


def _neighbour_mean(first: Mapping[str, Point], england: Point, la_code: str, year: int) -> tuple[Point, str]:
    points = [] if la_code == ENGLAND else [first[n] for n in neighbours(la_code, year) if n in first]
    if len(points) < _FEW_NEIGHBOURS:
        return england, "England's practice"
    return (
        Point(
            np.mean([point.assessments for point in points], axis=0),
            np.mean([point.conferences for point in points], axis=0),
        ),
        f"the mean practice of {len(points)} statistical neighbours",
    )


def _spread(first: Mapping[str, Point], england: Point, year: int) -> Point:
    """Half the width of the middle 68% of the differences between authorities and their neighbours' mean."""
    pairs = [(point, _neighbour_mean(first, england, code, year)[0]) for code, point in first.items()]

    def width(part: str) -> Floats:
        away = np.array([getattr(one, part) - getattr(other, part) for one, other in pairs])
        return np.asarray((np.percentile(away, 84, axis=0) - np.percentile(away, 16, axis=0)) / 2)

    return Point(width("assessments"), width("conferences"))
