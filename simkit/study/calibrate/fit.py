"""The calibration of one authority in one year: the fit with simulated delays, and its uncertainty."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from simkit.common.arrays import Floats
from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, Range, observed_as
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.model.inputs.practice import Practice, practice_of
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import load_scenario
from simkit.model.measures.day_counts import quantile
from simkit.study.calibrate.delay import Delays, count_delays, without_run_out
from simkit.study.calibrate.least_squares import Minimum, draws, inflated, minimum, profile
from simkit.study.calibrate.likelihood import ASSESSMENTS, CONFERENCES, Kind, Prior, Residuals, days_taken
from simkit.study.calibrate.observed import CONFERENCE_EDGES, EDGES, FEW, Target, distance, expected_distance
from simkit.study.calibrate.overdispersion import shrunk
from simkit.study.calibrate.priors import Fit, Priors, fit_practice, practice_with, trial_calibration
from simkit.study.experiment import experiment
from simkit.study.result import Experiment

ROUNDS = 2
"""Times that delays are simulated and the practice fitted to what they leave."""

DRAWS = 20
_CHILDREN = 15_000  # assessments simulated in a round, whatever the size of an authority
_LEAST, _MOST = 3, 60  # simulated years of a round
_JUDGED = 4  # times as many years tell how near the fit comes: fewer would add chance of their own
_LIMIT = 46  # first day past the national limit
REACH = 2.0
"""How many times as far as authorities differ from their neighbours an interval may reach from its estimate.

The estimate itself leans on the neighbours, and the form of the model can be wrong where no band shows it.
Chosen so that the intervals of the counterfactuals hold truths written down before any was fitted, some of
them outside the form (``tests/truths.py``)."""

_Late = Callable[[Mapping[str, float], float], float]
"""The share over 45 days, from 0 to 1, of practice numbers with a pull."""

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


def fit_calibration(
    setup: FitSetup, target: Target, shared: Priors, engine: Engine, seed: int
) -> Calibration:
    """The calibration of a place to its target. Raises what ``experiment`` raises."""
    code = target.la_code
    priors = shared.of(code)
    middle, whose = shared.neighbour_mean(code)
    point = shared.first_fits.get(code, middle)
    delays: Delays | None = None
    done = 0
    for _ in range(ROUNDS):
        current = setup.experiment(point.numbers, code)
        national, room = practice_of(current.framework), 1 - current.profile.section_47_share
        years = _years(current)
        counted = count_delays(without_run_out(current.setting), engine, seed, range(done, done + years))
        done += years
        delays = counted if delays is None else delays + counted
        fit = fit_practice(target, national, delays, priors, shared.family_overdispersion, room, point)
        point = fit.point
    assert delays is not None
    chi_square = None if target.shares is None else shared.family_overdispersion * fit.chi_square
    dispersion = shrunk(chi_square, shared.overdispersion, shared.family_overdispersion)
    residuals, best = _inflated(fit, dispersion / shared.family_overdispersion, priors)
    current = setup.experiment(point.numbers, code)
    fit_years = _JUDGED * years
    counted = count_delays(without_run_out(current.setting), engine, seed, range(done, done + fit_years))
    random = np.random.default_rng([seed, target.year, zlib.crc32(code.encode())])
    gaps = list(target.gaps)
    if target.n < FEW or target.conferences is None:
        gaps.append(f"The prior is {whose}.")
    calibration = Calibration(
        measured=setup.measured,
        authority=target.name,
        la_code=code,
        year=target.year,
        fitted_to=target.fitted_to,
        practice=dict(_practice(residuals, best)),
        draws=_practice_draws(fit, residuals, best, random),
        counterfactuals={"over_45": _over_45(residuals[0], best[0], national, delays, room)},
        fit=_fit(target, counted, random),
        data=_data(target),
        gaps=tuple(gaps),
        provenance=_provenance(seed, done, fit_years, dispersion, shared),
    )
    changed = _counterfactuals(calibration, setup, engine, seed, residuals[0], best[0])
    return replace(calibration, counterfactuals={**calibration.counterfactuals, **changed})


def _inflated(
    fit: Fit, factor: float, priors: tuple[Prior, Prior]
) -> tuple[tuple[Residuals, Residuals], tuple[Minimum, Minimum]]:
    """The residuals of a fit inflated for overdispersion, and their minima, which do not move."""
    reach = tuple(REACH * prior.deviation for prior in priors)
    assessments = inflated(fit.assessments, fit.best_assessments, factor, reach[0])
    conferences = inflated(fit.conferences, fit.best_conferences, factor, reach[1])
    best = (minimum(assessments, fit.best_assessments.at), minimum(conferences, fit.best_conferences.at))
    return (assessments, conferences), best


def _years(simulated: Experiment) -> int:
    return min(max(round(_CHILDREN / max(simulated.profile.assessments, 1.0)), _LEAST), _MOST)


def _practice(
    residuals: tuple[Residuals, Residuals], best: tuple[Minimum, Minimum]
) -> Iterator[tuple[str, Range]]:
    for kind, kind_residuals, optimum in zip((ASSESSMENTS, CONFERENCES), residuals, best, strict=True):
        for k, name in enumerate(kind.names):

            def number(x: Floats, kind: Kind = kind, name: str = name) -> float:
                return kind.numbers(x)[name]

            low, high = profile(kind_residuals, optimum, number, kind.least[k], kind.most[k])
            yield name, Range(number(optimum.at), low, high)


def _over_45(residuals: Residuals, best: Minimum, national: Practice, delays: Delays, room: float) -> Range:
    """Share over 45 days from the assessment's start, under the limit as it is."""

    def share(x: Floats) -> float:
        return _late(practice_with(national, ASSESSMENTS.numbers(x)), delays, room)

    return Range(share(best.at), *profile(residuals, best, share, 0.0, 1.0))


def _late(practice: Practice, delays: Delays, room: float, pull: float | None = None) -> float:
    return float(days_taken(practice, delays, room, pull)[_LIMIT:].sum())


def _counterfactuals(
    calibration: Calibration,
    setup: FitSetup,
    engine: Engine,
    seed: int,
    residuals: Residuals,
    best: Minimum,
) -> dict[str, Range]:
    """The shares over 45 days under other pulls, by name.

    Each is ``over_45`` and the mean change from it over the draws of the practice, on the same simulated
    years, as a run gives it. Queues are those under the same rule: where the limit is gone, nothing near it
    is taken first. Its interval is the profile likelihood's of the share itself, as that of each number is:
    twenty draws would tell an interval badly.
    """
    base, made = calibration.counterfactuals["over_45"].value, calibration.provenance
    first, years = made["simulated_years"], made["simulated_years"] // ROUNDS
    brief = calibration.practice["brief_share"].value  # the same in every draw, as in Calibration.draws_for
    draws = [{**draw, "brief_share": brief} for draw in calibration.draws]

    def late_under(simulated: Experiment, retention: float) -> _Late:
        """The share over 45 days of a practice with a pull, from 0 to 1, by the queues under a rule."""
        framework = simulated.framework.with_numbers({"practice.retention": retention})
        setting = without_run_out(replace(simulated.setting, framework=framework))
        delays = count_delays(setting, engine, seed, range(first, first + years))
        national, room = practice_of(framework), 1 - simulated.profile.section_47_share
        return lambda numbers, pull: _late(practice_with(national, numbers), delays, room, pull)

    def changed(late: _Late, kept: float | None) -> Range:
        """The share with this part of the own pull kept, or with England's pull where it is None."""

        def share(numbers: Mapping[str, float]) -> float:
            own = numbers["pull_national_limit"]
            pull = made["national_pull"] if kept is None else kept * own
            return min(max(base + late(numbers, pull) - usual(numbers, own), 0.0), 1.0)

        value = float(np.mean([share(draw) for draw in draws]))
        low, high = profile(residuals, best, lambda x: share(ASSESSMENTS.numbers(x)), 0.0, 1.0)
        return Range(value, min(low, value), max(high, value))

    usual = late_under(setup.as_published(calibration), 1.0)
    without_limit = setup.without_limit(calibration)
    return {
        "over_45_retention_half": changed(late_under(without_limit, 0.5), 0.5),
        "over_45_retention_0": changed(late_under(without_limit, 0.0), 0.0),
        "over_45_national_pull": changed(usual, None),
    }


def _practice_draws(
    fit: Fit,
    residuals: tuple[Residuals, Residuals],
    best: tuple[Minimum, Minimum],
    random: np.random.Generator,
) -> tuple[Mapping[str, float], ...]:
    """Draws of all numbers; assessments and conferences share no data, so they are independent."""
    assessments = draws(residuals[0], best[0], fit.bands, DRAWS, random)
    conferences = draws(residuals[1], best[1], fit.conference_bands, DRAWS, random)
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
    }
