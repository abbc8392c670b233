"""What the fit of one authority borrows from the others of its year: priors and overdispersion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simkit.data import ENGLAND, authorities, neighbours
from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.calibration import Calibration, CalibrationError, Range
from simkit.model.engines import Engine
from simkit.model.practice import Practice, practice_of
from simkit.model.profile import england_average
from simkit.study.calibrate.delay import Delays, counted, short
from simkit.study.calibrate.least import minimum
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
from simkit.study.calibrate.overdispersion import moderated, of_everybody, of_siblings
from simkit.study.calibrate.target import FEW, Target, published
from simkit.study.experiment import case

__all__ = ["NATIONAL", "Ground", "Point", "fitted", "ground", "practice_at", "trial"]

Floats = NDArray[np.float64]

NATIONAL = "national/working-together-2018"
"""The framework that England's average authority is simulated under."""

_WEAK = 1.0  # standard deviation of England's own prior and of the first fits', on the free scale
_FEW_NEIGHBOURS = 3
_ENGLAND_YEARS = 12  # simulated for England's average authority in each round
_ROUNDS = 2
_FIELDS = {"pull_national_limit": "pull", "pull_conference": "conference_pull"}


@dataclass(frozen=True, eq=False)
class Point:
    """A practice on the free scale: of assessments and of conferences."""

    assessments: Floats
    conferences: Floats

    @property
    def numbers(self) -> dict[str, float]:
        """The practice numbers by name."""
        return {**ASSESSMENTS.numbers(self.assessments), **CONFERENCES.numbers(self.conferences)}


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything that the fits of one year share. It travels to other processes.

    ``england``: the practice of England's average authority; ``delays``: those of its simulated years;
    ``first``: each authority's first fit with England's delays; ``spread``: how authorities vary around the
    mean of their neighbours; ``overdispersion``: of a middling authority, and ``siblings`` what families
    alone make of it; ``chi_squares``: what each first fit leaves.
    """

    year: int
    england: Point
    delays: Delays
    first: Mapping[str, Point]
    spread: Point
    siblings: float
    overdispersion: float
    chi_squares: Mapping[str, float]

    def near(self, la_code: str) -> tuple[Point, str]:
        """Where an authority's practice would lie without its own figures, and whose that is."""
        return _near(self.first, self.england, la_code, self.year)

    def priors(self, la_code: str) -> tuple[Prior, Prior]:
        """The weak priors of an authority: around its neighbours' mean, as wide as authorities differ."""
        middle, _ = self.near(la_code)
        return (
            Prior(middle.assessments, self.spread.assessments),
            Prior(middle.conferences, self.spread.conferences),
        )

    def dispersion(self, la_code: str) -> float:
        """The overdispersion to fit an authority with."""
        return moderated(self.chi_squares.get(la_code), self.overdispersion, self.siblings)


def practice_at(framework: Framework, numbers: Mapping[str, float]) -> Practice:
    """The practice with these numbers, and the framework's for what is national."""
    changed = {_FIELDS.get(name, name): value for name, value in numbers.items()}
    return replace(practice_of(framework), **changed)


def trial(numbers: Mapping[str, float], la_code: str, year: int) -> Calibration:
    """A calibration with these numbers and no uncertainty, to simulate with while fitting."""
    practice = {name: Range(value, value, value) for name, value in numbers.items()}
    return Calibration(la_code, la_code, year, "published", practice, draws=())


def fitted(
    target: Target,
    framework: Framework,
    delays: Delays,
    priors: tuple[Prior, Prior],
    dispersion: float,
    room: float,
    start: Point | None = None,
) -> tuple[Point, tuple[Residuals, Residuals]]:
    """The likeliest practice under some delays, and the residuals that it makes least."""
    ours, theirs = _residuals(target, framework, delays, priors, dispersion, room)
    first = start or Point(priors[0].mean, priors[1].mean)
    point = Point(minimum(ours, first.assessments).at, minimum(theirs, first.conferences).at)
    return point, (ours, theirs)


def _residuals(
    target: Target,
    framework: Framework,
    delays: Delays,
    priors: tuple[Prior, Prior],
    dispersion: float,
    room: float,
) -> tuple[Residuals, Residuals]:
    def days(x: Floats) -> Floats:
        return days_taken(practice_at(framework, ASSESSMENTS.numbers(x)), delays, room)

    def conferences(x: Floats) -> Floats:
        return conference_days(practice_at(framework, CONFERENCES.numbers(x)), delays)

    return (
        residuals_of_assessments(target, days, priors[0], dispersion),
        residuals_of_conferences(target.conferences, conferences, priors[1], dispersion),
    )


@cache
def ground(year: int, engine: Engine, seed: int) -> Ground:
    """The ground of a year: England fitted to its bands, then every authority with England's delays.

    Raises CalibrationError for a year without published durations.
    """
    whole = published(ENGLAND, year)
    framework, average = load(NATIONAL), england_average(year)
    siblings = of_siblings(framework)
    start = _national(framework)
    width = Point(np.full_like(start.assessments, _WEAK), np.full_like(start.conferences, _WEAK))
    weak = _priors(start, width)
    england, delays = start, None
    for round_ in range(_ROUNDS):
        chosen = case(NATIONAL, year=year, calibration=trial(england.numbers, ENGLAND, year))
        replications = range(round_ * _ENGLAND_YEARS, (round_ + 1) * _ENGLAND_YEARS)
        seen = counted(short(chosen.setting), engine, seed, replications)
        delays = seen if delays is None else delays + seen
        england, _ = fitted(whole, framework, delays, weak, siblings, 1 - average.section_47_share, england)
    assert delays is not None
    around = _priors(england, Point(weak[0].deviation, weak[1].deviation))
    targets = _targets(year)
    first: dict[str, Point] = {}
    left: dict[str, float] = {}
    for code, target in targets.items():
        first[code], (ours, _) = fitted(
            target, framework, delays, around, siblings, 1 - average.section_47_share
        )
        if target.shares is not None and target.n >= FEW:
            found = ours(first[code].assessments)[: -len(ASSESSMENTS.names)]
            left[code] = siblings * float(found @ found)
    known = {code: point for code, point in first.items() if targets[code].n >= FEW}
    return Ground(
        year=year,
        england=england,
        delays=delays,
        first=known,
        spread=_spread(known, england, year),
        siblings=siblings,
        overdispersion=of_everybody(left.values(), siblings),
        chi_squares=left,
    )


def _national(framework: Framework) -> Point:
    def point(kind: Kind) -> Floats:
        return kind.point({name: framework.number(f"practice.{name}") for name in kind.names})

    return Point(point(ASSESSMENTS), point(CONFERENCES))


def _priors(middle: Point, spread: Point) -> tuple[Prior, Prior]:
    return Prior(middle.assessments, spread.assessments), Prior(middle.conferences, spread.conferences)


def _targets(year: int) -> dict[str, Target]:
    found = {}
    for each in authorities():
        if each.existed(year):
            try:
                found[each.la_code] = published(each.la_code, year)
            except CalibrationError:
                continue  # nothing is published of it
    return found


def _near(first: Mapping[str, Point], england: Point, la_code: str, year: int) -> tuple[Point, str]:
    known = [] if la_code == ENGLAND else [first[n] for n in neighbours(la_code, year) if n in first]
    if len(known) < _FEW_NEIGHBOURS:
        return england, "England's practice"
    return (
        Point(
            np.mean([point.assessments for point in known], axis=0),
            np.mean([point.conferences for point in known], axis=0),
        ),
        f"the mean practice of {len(known)} statistical neighbours",
    )


def _spread(first: Mapping[str, Point], england: Point, year: int) -> Point:
    """Half the width of the middle 68% of the differences between authorities and their neighbours' mean."""
    pairs = [(point, _near(first, england, code, year)[0]) for code, point in first.items()]

    def width(part: str) -> Floats:
        away = np.array([getattr(one, part) - getattr(other, part) for one, other in pairs])
        return np.asarray((np.percentile(away, 84, axis=0) - np.percentile(away, 16, axis=0)) / 2)

    return Point(width("assessments"), width("conferences"))
