"""The calibration of one authority in one year: the fit with simulated delays, and its uncertainty."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from simkit.common.steps import Steps, finished
from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, Range, observed_as
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.model.inputs.practice import Practice, practice_of
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import load_scenario
from simkit.model.measures.day_counts import quantile
from simkit.study.calibrate.delay import Delays, count_delays_in_steps, without_run_out
from simkit.study.calibrate.intervals import (
    FORM,
    REACH,
    OtherRules,
    Sampled,
    other_pulls,
    over_45,
    practice_ranges,
    sampled,
)
from simkit.study.calibrate.least_squares import Minimum, draws, inflated, minimum
from simkit.study.calibrate.likelihood import ASSESSMENTS, CONFERENCES, Prior, Residuals
from simkit.study.calibrate.observed import CONFERENCE_EDGES, EDGES, FEW, Target, distance, expected_distance
from simkit.study.calibrate.overdispersion import shrunk
from simkit.study.calibrate.priors import Fit, Point, Priors, fit_practice, trial_calibration
from simkit.study.experiment import experiment
from simkit.study.result import Experiment

ROUNDS = 2
"""Times that delays are simulated and the practice fitted to what they leave."""

DRAWS = 20
_CHILDREN = 15_000  # assessments simulated in a round, whatever the size of an authority
_LEAST, _MOST = 3, 60  # simulated years of a round
_JUDGED = 4  # times as many years tell how near the fit comes: fewer would add chance of their own
_LIMIT = 46  # first day past the national limit

WITHOUT_LIMIT = "no-national-limit"
"""The scenario under which the limit's pull is gone."""


@dataclass(frozen=True, eq=False)
class FitSetup:
    """What is simulated while fitting: a framework's name and a year's caseload.

    ``measured``: numbers from own data, which the simulated framework has in place of assumptions.
    """

    framework: str
    year: int
    caseload: Profile
    measured: Mapping[str, OwnNumber] = field(default_factory=dict)

    def experiment(self, numbers: Mapping[str, float], la_code: str) -> Experiment:
        """The experiment with these practice numbers."""
        trial = trial_calibration(numbers, la_code, self.year)
        return self.as_published(replace(trial, measured=self.measured))

    def as_published(self, calibration: Calibration) -> Experiment:
        """The experiment under the rules as they are."""
        return experiment(self._loaded, year=self.year, caseload=self.caseload, calibration=calibration)

    def without_limit(self, calibration: Calibration) -> Experiment:
        """The experiment with the national limit taken away."""
        scenario = load_scenario(WITHOUT_LIMIT)
        return experiment(
            self.framework, scenario, year=self.year, caseload=self.caseload, calibration=calibration
        )

    @cached_property
    def _loaded(self) -> Framework:
        return load(self.framework)


@dataclass(frozen=True, eq=False)
class PlaceFit:
    """The fit of a place with simulated delays, and what its simulated years were.

    ``point``: the practice. ``years``: of each round; ``done``: of all rounds. ``dispersion``: the
    overdispersion of its intervals and draws; ``room``: the largest share that can be brief.
    """

    fit: Fit
    delays: Delays
    national: Practice
    room: float
    years: int
    done: int
    dispersion: float
    factor: float
    priors: tuple[Prior, Prior]
    target: Target

    @cached_property
    def sampled(self) -> tuple[Sampled, Sampled]:
        """What the sampled figures say around the fit."""
        return sampled(self.fit, self.target, self.factor, self.priors, self.delays)

    @cached_property
    def inflated(self) -> tuple[tuple[Residuals, Residuals], tuple[Minimum, Minimum]]:
        """The residuals of the fit inflated for overdispersion, and their minima, which do not move.

        Draws are of these: runs start from the share in time that was observed.
        """
        fit, reach = self.fit, [REACH * prior.deviation for prior in self.priors]
        assessments = inflated(fit.assessments, fit.best_assessments, self.factor, reach[0])
        conferences = inflated(fit.conferences, fit.best_conferences, self.factor, reach[1])
        best = (minimum(assessments, fit.best_assessments.at), minimum(conferences, fit.best_conferences.at))
        return (assessments, conferences), best

    @property
    def point(self) -> Point:
        """The practice that is estimated."""
        assessments, conferences = self.inflated[1]
        return Point(assessments.at, conferences.at)


def fit_place(setup: FitSetup, target: Target, shared: Priors, engine: Engine, seed: int) -> PlaceFit:
    """The practice of a place fitted to its target. Raises what ``experiment`` raises."""
    return finished(_fit_place(setup, target, shared, engine, seed))


def _fit_place(setup: FitSetup, target: Target, shared: Priors, engine: Engine, seed: int) -> Steps[PlaceFit]:
    """``fit_place``, a simulated year a step."""
    code = target.la_code
    priors = shared.of(code)
    point = shared.first_fits.get(code, shared.neighbour_mean(code)[0])
    delays: Delays | None = None
    done = 0
    for _ in range(ROUNDS):
        current = setup.experiment(point.numbers, code)
        national, room = practice_of(current.framework), 1 - current.profile.section_47_share
        years = _years(current.profile)
        setting, replications = without_run_out(current.setting), range(done, done + years)
        counted = yield from count_delays_in_steps(setting, engine, seed, replications)
        done += years
        delays = counted if delays is None else delays + counted
        fit = fit_practice(target, national, delays, priors, shared.family_overdispersion, room, point)
        point = fit.point
    assert delays is not None
    siblings = shared.family_overdispersion
    chi_square = None if target.shares is None else siblings * fit.chi_square
    dispersion = shrunk(chi_square, shared.overdispersion, siblings)
    return PlaceFit(
        fit=fit,
        delays=delays,
        national=national,
        room=room,
        years=years,
        done=done,
        dispersion=dispersion,
        factor=dispersion / siblings,
        priors=priors,
        target=target,
    )


def fit_calibration(
    setup: FitSetup, target: Target, shared: Priors, engine: Engine, seed: int
) -> Calibration:
    """The calibration of a place to its target. Raises what ``experiment`` raises."""
    return finished(fit_in_steps(setup, target, shared, engine, seed))


def steps_of_fit(caseload: Profile) -> int:
    """How many steps ``fit_in_steps`` has: the years of its rounds, of the judgement and of three pulls."""
    return (ROUNDS + _JUDGED + 3) * _years(caseload)


def fit_in_steps(
    setup: FitSetup, target: Target, shared: Priors, engine: Engine, seed: int
) -> Steps[Calibration]:
    """``fit_calibration``, a simulated year a step."""
    code = target.la_code
    place = yield from _fit_place(setup, target, shared, engine, seed)
    current = setup.experiment(place.fit.point.numbers, code)
    fit_years = _JUDGED * place.years
    judged = range(place.done, place.done + fit_years)
    counted = yield from count_delays_in_steps(without_run_out(current.setting), engine, seed, judged)
    random = np.random.default_rng([seed, target.year, zlib.crc32(code.encode())])
    gaps = list(target.gaps)
    if target.n < FEW or target.conferences is None:
        gaps.append(f"The prior is {shared.neighbour_mean(code)[1]}.")
    calibration = Calibration(
        measured=setup.measured,
        authority=target.name,
        la_code=code,
        year=target.year,
        fitted_to=target.fitted_to,
        practice=practice_ranges(place.sampled, place.point),
        draws=_practice_draws(place, random),
        fit=_fit(target, counted, random),
        data=_data(target),
        gaps=tuple(gaps),
        provenance=_provenance(seed, place.done, fit_years, place.dispersion, shared),
    )
    changed = yield from _counterfactuals(calibration, setup, place, engine, seed)
    return replace(calibration, counterfactuals=changed)


def counterfactuals(
    calibration: Calibration, setup: FitSetup, place: PlaceFit, engine: Engine, seed: int
) -> dict[str, Range]:
    """The shares over 45 days as fitted and under other pulls, by name.

    The practice and its draws are the calibration's, the intervals those of the fit.
    """
    return finished(_counterfactuals(calibration, setup, place, engine, seed))


def _counterfactuals(
    calibration: Calibration, setup: FitSetup, place: PlaceFit, engine: Engine, seed: int
) -> Steps[dict[str, Range]]:
    """``counterfactuals``, a simulated year a step."""
    known, at = place.sampled[0], place.point.assessments
    as_fitted = over_45(known, at, place.national, place.delays, place.room)
    runs = OtherRules(
        with_limit=setup.as_published(calibration),
        without_limit=setup.without_limit(calibration),
        engine=engine,
        seed=seed,
        replications=range(place.done, place.done + place.years),
    )
    others = yield from other_pulls(calibration, as_fitted.value, runs, known, at)
    return {"over_45": as_fitted, **others}


def _years(caseload: Profile) -> int:
    return min(max(round(_CHILDREN / max(caseload.assessments, 1.0)), _LEAST), _MOST)


def _practice_draws(place: PlaceFit, random: np.random.Generator) -> tuple[Mapping[str, float], ...]:
    """Draws of all numbers; assessments and conferences share no data, so they are independent."""
    residuals, best = place.inflated
    assessments = draws(residuals[0], best[0], place.fit.bands, DRAWS, random)
    conferences = draws(residuals[1], best[1], place.fit.conference_bands, DRAWS, random)
    return tuple(
        {**ASSESSMENTS.numbers(x), **CONFERENCES.numbers(y)}
        for x, y in zip(assessments, conferences, strict=True)
    )


def _fit(target: Target, simulated: Delays, random: np.random.Generator) -> dict[str, float]:
    """Goodness of fit: simulated beside observed figures, without those that are not known."""
    days, source = simulated.days / simulated.days.sum(), observed_as(target.fitted_to)
    fit = {"within_45_simulated_pct": 100 * float(days[:_LIMIT].sum())}
    if target.within_45 is not None:
        fit[f"within_45_{source}_pct"] = 100 * target.within_45
    fit["median_simulated_days"] = float(quantile(days, 0.5))
    if target.median_days is not None:
        fit[f"median_{source}_days"] = target.median_days
    if target.shares is not None:
        bands = np.add.reduceat(days, np.array(EDGES[:-1]))
        fit["distance"] = distance(bands, np.array(target.shares))
        fit["distance_expected"] = expected_distance(np.array(target.shares), round(target.n), random)
    conferences = simulated.conference_days
    if conferences.sum() > 0:
        bands = np.add.reduceat(conferences / conferences.sum(), np.array(CONFERENCE_EDGES[:-1]))
        fit["conference_within_15_simulated_pct"] = 100 * float(bands[:2].sum())
    if target.conferences is not None:
        counts = np.array(target.conferences)
        fit[f"conference_within_15_{source}_pct"] = 100 * float(counts[:2].sum() / counts.sum())
    return fit


def _data(target: Target) -> dict[str, object]:
    return {
        "assessments": round(target.n),
        "groups_of_bands": len(target.groups),
        "quartiles": len(target.quartiles),
        "conferences": None if target.conferences is None else round(sum(target.conferences)),
    }


def _provenance(seed: int, years: int, judged: int, dispersion: float, shared: Priors) -> dict[str, object]:
    from simkit.version import __version__

    return {
        "simkit": __version__,
        "seed": seed,
        "simulated_years": years,
        "simulated_years_of_fit": judged,
        "overdispersion": round(dispersion, 2),
        "overdispersion_of_siblings": round(shared.family_overdispersion, 2),
        "national_pull": round(shared.england.numbers["pull_national_limit"], 4),
        "reach_of_intervals": REACH,
        "intervals_from": FORM,
    }
