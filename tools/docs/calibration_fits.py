"""How near simulated years come to published ones, over all authorities: the test of the calibrations.

A fit compares a calibrated year with the same year's statistics, and a forecast with the next year's, beside
what saying "no change" would have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.progress import Progress
from simkit.data import authority
from simkit.framework.check import load
from simkit.model.inputs.calibration import Calibration, CalibrationError, calibration
from simkit.model.inputs.practice import practice_of
from simkit.model.inputs.profile import profile
from simkit.model.measures.measures import RunMeasures
from simkit.study.calibrate.calibrate import framework_of, published_areas
from simkit.study.calibrate.likelihood import ASSESSMENTS, CONFERENCES, days_taken
from simkit.study.calibrate.observed import EDGES, FEW, Target, distance, expected_distance, published
from simkit.study.calibrate.priors import NATIONAL, practice_with, shared_priors
from simkit.study.experiment import experiment
from simkit.study.result import Experiment
from simkit.study.runner import Job, open_runner, tasks_of

_WORK = 3_000_000  # tasks of the years simulated for England

SHRUNK = 0.15
"""How far a practice is moved towards the middle of all authorities to stand for the next year. Chosen on the
years up to 2021; see docs/calibration.md."""


@dataclass(frozen=True, slots=True)
class Fit:
    """An authority's simulated year beside its published one.

    Shares of the eight bands run from 0 to 1, the same day and 1 to 10 days together; None where the
    statistics suppress them. ``expected``: the distance that chance alone would make at its size.
    """

    la_code: str
    name: str
    assessments: float
    simulated: tuple[float, ...]
    published: tuple[float, ...] | None
    distance: float | None
    expected: float | None
    within_45_pct: tuple[float, float | None]
    median_days: tuple[float, float | None]
    conference_pct: tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Fits:
    """The fits of a year, and what they come to over authorities with at least 300 assessments."""

    year: int
    replications: int
    seed: int
    fits: tuple[Fit, ...]

    @property
    def judged(self) -> tuple[Fit, ...]:
        """The fits that count."""
        return tuple(fit for fit in self.fits if fit.assessments >= FEW)

    def criteria(self) -> dict[str, float]:
        """The figures by which the fits are judged. Errors are simulated less published."""
        over = [
            fit.distance - fit.expected for fit in self.judged if fit.distance is not None and fit.expected
        ]
        in_time = _errors(fit.within_45_pct for fit in self.judged)
        median = _errors(fit.median_days for fit in self.judged)
        conference = _errors(fit.conference_pct for fit in self.judged)
        return {
            "authorities": float(len(self.judged)),
            "distance_excess_median": float(np.median(over)),
            "in_time_mean_error": float(in_time.mean()),
            "in_time_mean_absolute_error": float(np.abs(in_time).mean()),
            "median_within_2_days_pct": 100 * float((np.abs(median) <= 2).mean()),
            "conference_mean_error": float(conference.mean()),
            "conference_mean_absolute_error": float(np.abs(conference).mean()),
        }


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far an authority's bands of the next year lie from a simulated forecast and from its last bands."""

    la_code: str
    name: str
    forecast: float
    no_change: float


def fits(
    year: int,
    areas: Sequence[str] | None = None,
    *,
    replications: int = 8,
    seed: int = 11,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Fits:
    """Simulate authorities with their packaged calibrations of a year, beside what is published.

    All that are calibrated, or ``areas``. Raises CalibrationError for one of these that is not.
    """
    if areas is None:
        areas = tuple(area for area in published_areas(year) if calibration(area, year) is not None)
    else:
        areas = tuple(authority(area).la_code for area in areas)
    cases = {area: _case(area, year, _calibrated(area, year)) for area in areas}
    runs = _measured(cases, replications, seed, engine, workers, progress)
    random = np.random.default_rng(seed)
    every = tuple(_fit(published(area, year), each, random) for area, each in zip(cases, runs, strict=True))
    return Fits(year, replications, seed, every)


def recorded(year: int) -> dict[str, float]:
    """The same figures as the packaged calibrations of a year recorded them, without simulating again.

    They are of simulated years with the estimate alone; those of ``fits`` have its uncertainty in them.
    Raises CalibrationError for a year without packaged calibrations.
    """
    calibrations = [each for area in published_areas(year) if (each := calibration(area, year)) is not None]
    if not calibrations:
        raise CalibrationError(f"There are no packaged calibrations of {year}.")
    return Fits(year, 0, 0, tuple(map(_recorded, calibrations))).criteria()


def _recorded(calibrated: Calibration) -> Fit:
    fit = calibrated.fit
    return Fit(
        la_code=calibrated.la_code,
        name=calibrated.authority,
        assessments=float(calibrated.data["assessments"]),
        simulated=(),
        published=None,
        distance=fit.get("distance"),
        expected=fit.get("distance_expected"),
        within_45_pct=(fit["within_45_simulated_pct"], fit.get("within_45_published_pct")),
        median_days=(fit["median_simulated_days"], fit.get("median_published_days")),
        conference_pct=(
            fit.get("conference_within_15_simulated_pct", float("nan")),
            fit.get("conference_within_15_published_pct"),
        ),
    )


def forecasts(
    year: int, *, towards: float = SHRUNK, seed: int = 1, engine: str = "auto"
) -> tuple[Forecast, ...]:
    """The bands of ``year`` forecast from the bands and the practice of the year before.

    The forecast is the bands of the year before, changed as the model changes where practice is moved by
    ``towards`` to the middle of all authorities. What no practice can fit stays as it is that way. Practice
    and delays are those of the fits' common ground, with England's average authority: a changed caseload
    changes next to nothing, because the model gives it the staff that it takes. Authorities with both
    years' bands published and at least 300 assessments in each. Raises CalibrationError for a year
    without bands.
    """
    before, after = (_complete(y) for y in (year - 1, year))
    with open_runner(engine, _WORK, 1) as runner:
        base = shared_priors(year - 1, runner.engine, seed)
    fitted = {
        area: base.first_fits[area].numbers for area in before if area in after and area in base.first_fits
    }
    middle = _middle(fitted.values())
    national = practice_of(load(NATIONAL))

    def bands(numbers: Mapping[str, float]) -> Floats:
        days = days_taken(practice_with(national, numbers), base.delays, 1.0)
        return np.add.reduceat(days, np.array(EDGES[:-1]))

    return tuple(
        Forecast(
            area,
            after[area].name,
            distance(
                _changed(before[area], bands(each), bands(moved(each, middle, towards))),
                np.array(after[area].shares),
            ),
            distance(np.array(before[area].shares), np.array(after[area].shares)),
        )
        for area, each in fitted.items()
    )


def _changed(before: Target, was: Floats, will: Floats) -> Floats:
    """Published bands changed as modelled ones do; none below 0."""
    bands = np.maximum(np.array(before.shares) + will - was, 0.0)
    return np.asarray(bands / bands.sum())


def moved(numbers: Mapping[str, float], middle: Mapping[str, float], towards: float) -> dict[str, float]:
    """Practice numbers moved towards a middle, on the scale that they are fitted on."""
    bounded: dict[str, float] = {}
    for kind in (ASSESSMENTS, CONFERENCES):
        own, neighbour_point = kind.point(numbers), kind.point(middle)
        bounded |= kind.numbers((1 - towards) * own + towards * neighbour_point)
    return bounded


def _middle(practices: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean practice on the scale that it is fitted on."""
    every = tuple(practices)
    middle: dict[str, float] = {}
    for kind in (ASSESSMENTS, CONFERENCES):
        middle |= kind.numbers(np.mean([kind.point(numbers) for numbers in every], axis=0))
    return middle


def _calibrated(area: str, year: int) -> Calibration:
    calibrated = calibration(area, year)
    if calibrated is None:
        raise CalibrationError(
            f"{authority(area).name} has no packaged calibration of {year}. Make those of all: "
            f"simkit calibrate --all --year {year} --out DIR."
        )
    return calibrated


def _case(area: str, year: int, calibrated: Calibration) -> Experiment:
    return experiment(framework_of(area), year=year, caseload=profile(area, year), calibration=calibrated)


def _complete(year: int) -> dict[str, Target]:
    """The authorities whose bands of a year are known in full."""
    targets = {area: published(area, year) for area in published_areas(year)}
    return {area: each for area, each in targets.items() if each.n >= FEW and each.shares is not None}


def _measured(
    cases: Mapping[str, Experiment],
    replications: int,
    seed: int,
    engine: str,
    workers: int | None,
    progress: Progress | None,
) -> Iterator[list[RunMeasures]]:
    """The runs of each case, in order."""
    work = sum(tasks_of(each.setting, replications) for each in cases.values())
    with open_runner(engine, work, workers) as runner:
        jobs = (Job(each.setting, seed, k) for each in cases.values() for k in range(replications))
        runs: list[RunMeasures] = []
        done = 0
        for run in runner.map(jobs):
            runs.append(run)
            if len(runs) == replications:
                done += 1
                if progress is not None:
                    progress(done, len(cases))
                yield runs
                runs = []


def _fit(target: Target, runs: Sequence[RunMeasures], random: np.random.Generator) -> Fit:
    def mean(measure: str) -> float:
        return float(np.nanmean([run.values[measure] for run in runs]))

    bands, shares = _eight(runs), target.shares
    observed = None if shares is None else np.array(shares)
    conferences = target.conferences
    return Fit(
        la_code=target.la_code,
        name=target.name,
        assessments=target.n,
        simulated=tuple(bands.tolist()),
        published=shares,
        distance=None if observed is None else distance(bands, observed),
        expected=None if observed is None else expected_distance(observed, round(target.n), random),
        within_45_pct=(
            mean("published_within_45_days_pct"),
            None if target.within_45 is None else 100 * target.within_45,
        ),
        median_days=(mean("published_median_days"), target.median_days),
        conference_pct=(
            mean("published_icpc_within_15_days_pct"),
            None if conferences is None else 100 * sum(conferences[:2]) / sum(conferences),
        ),
    )


def _eight(runs: Sequence[RunMeasures]) -> Floats:
    """The shares of the eight bands, mean over runs."""
    nine = np.mean([run.bands for run in runs], axis=0)
    return np.concatenate([[nine[0] + nine[1]], nine[2:]])


def _errors(pairs: Iterable[tuple[float, float | None]]) -> Floats:
    return np.array([own - other for own, other in pairs if other is not None and np.isfinite(own)])
