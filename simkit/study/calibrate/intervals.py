"""Intervals of a calibration: of its numbers, and of the shares over 45 days under other pulls.

An estimate is held to the observed share in time and median. An interval is not: these figures are sampled
too, and held they would pass for known exactly, and all that depends on them with them. So intervals are the
profile likelihood's of the bands and quartiles alone, widened to the estimate where that lies outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.steps import Steps
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, Range
from simkit.model.inputs.practice import Practice, practice_of
from simkit.study.calibrate.delay import Delays, count_delays_in_steps, without_run_out
from simkit.study.calibrate.least_squares import Minimum, Quantity, Residuals, inflated, minimum, profile
from simkit.study.calibrate.likelihood import (
    ASSESSMENTS,
    CONFERENCES,
    Kind,
    Prior,
    days_taken,
    sampled_assessments,
    sampled_conferences,
)
from simkit.study.calibrate.observed import Target
from simkit.study.calibrate.priors import Fit, Point, practice_with
from simkit.study.result import Experiment

FORM = "sampled figures"
"""What the intervals of a calibration come from; it stands in the file."""

REACH = 2.0
"""How many times as far as authorities differ from their neighbours an interval may reach from its estimate.

The estimate itself leans on the neighbours, and the form of the model can be wrong where no band shows it.
Chosen so that the intervals of the counterfactuals hold truths written down before any was fitted, some of
them outside the form (``tests/truths.py``)."""

_LIMIT = 46  # first day past the national limit

_Late = Callable[[Mapping[str, float], float], float]
"""The share over 45 days, from 0 to 1, of practice numbers with a pull."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """What sampled figures say of the parameters of one kind of work: ``likely`` is where they lead to."""

    kind: Kind
    residuals: Residuals
    likely: Minimum

    def interval(self, quantity: Quantity, estimate: float, least: float, most: float) -> Range:
        """An estimate with the 95% interval of a quantity of the parameters, which lies within two values."""
        low, high = profile(self.residuals, self.likely, quantity, least, most)
        return Range(estimate, min(low, estimate), max(high, estimate))


def sampled(
    fit: Fit, target: Target, factor: float, priors: tuple[Prior, Prior], delays: Delays
) -> tuple[Sampled, Sampled]:
    """What sampled figures say around a fit, of assessments and of conferences.

    ``factor``: the overdispersion in place of that of siblings. ``delays`` are sampled as well, of so many
    simulated assessments, which share weeks and workers as those of a place do: so the variance is that of
    observed and simulated assessments together.
    """
    held = 0.0 if target.conferences is None else sum(target.conferences)
    of_assessments = factor * (1 + target.n / delays.days.sum())
    of_conferences = factor * (1 + held / max(delays.conference_days.sum(), 1.0))
    return (
        _sampled(
            ASSESSMENTS,
            sampled_assessments(fit.assessments, target),
            fit.best_assessments,
            of_assessments,
            priors[0],
        ),
        _sampled(
            CONFERENCES,
            sampled_conferences(fit.conferences, target),
            fit.best_conferences,
            of_conferences,
            priors[1],
        ),
    )


def _sampled(kind: Kind, residuals: Residuals, best: Minimum, factor: float, prior: Prior) -> Sampled:
    wide = inflated(residuals, best, factor, REACH * prior.deviation)
    return Sampled(kind, wide, minimum(wide, best.at))


def practice_ranges(every: tuple[Sampled, Sampled], point: Point) -> dict[str, Range]:
    """The practice numbers at a point with their intervals, by name."""
    ranges = {}
    for each, at in zip(every, (point.assessments, point.conferences), strict=True):
        for name, least, most in zip(each.kind.names, each.kind.least, each.kind.most, strict=True):

            def number(x: Floats, kind: Kind = each.kind, name: str = name) -> float:
                return kind.numbers(x)[name]

            ranges[name] = each.interval(number, number(at), least, most)
    return ranges


def over_45(every: Sampled, point: Floats, national: Practice, delays: Delays, room: float) -> Range:
    """The share over 45 days from the assessment's start, under the limit as it is."""

    def share(x: Floats) -> float:
        return late(practice_with(national, ASSESSMENTS.numbers(x)), delays, room)

    return every.interval(share, share(point), 0.0, 1.0)


def late(practice: Practice, delays: Delays, room: float, pull: float | None = None) -> float:
    """The share over 45 days of a practice, with its own pull where none is given."""
    return float(days_taken(practice, delays, room, pull)[_LIMIT:].sum())


@dataclass(frozen=True, eq=False)
class OtherRules:
    """A practice under its rules and without the national limit, and which years of it are simulated."""

    with_limit: Experiment
    without_limit: Experiment
    engine: Engine
    seed: int
    replications: range

    def late(self, simulated: Experiment, retention: float) -> Steps[_Late]:
        """The share over 45 days of a practice with a pull, from 0 to 1, by the queues under a rule."""
        framework = simulated.framework.with_numbers({"practice.retention": retention})
        setting = without_run_out(replace(simulated.setting, framework=framework))
        delays = yield from count_delays_in_steps(setting, self.engine, self.seed, self.replications)
        national, room = practice_of(framework), 1 - simulated.profile.section_47_share
        return lambda numbers, pull: late(practice_with(national, numbers), delays, room, pull)


def other_pulls(
    calibration: Calibration, as_fitted: float, rules: OtherRules, every: Sampled, point: Floats
) -> Steps[dict[str, Range]]:
    """The shares over 45 days under other pulls, by name; a simulated year a step.

    Each is the share as fitted and the mean change from it over the draws of the practice, on the same
    simulated years, as a run gives it. Queues are those under the same rule: where the limit is gone, nothing
    near it is taken first. Its interval is of the share itself, at the level of the share as fitted for the
    practice of ``point``: twenty draws would tell an interval badly.
    """
    national_pull = calibration.provenance["national_pull"]
    brief = calibration.practice["brief_share"].value  # the same in every draw, as in Calibration.draws_for
    draws = [{**draw, "brief_share": brief} for draw in calibration.draws]

    usual = yield from rules.late(rules.with_limit, 1.0)

    def usually(numbers: Mapping[str, float]) -> float:
        return usual(numbers, numbers["pull_national_limit"])

    level = as_fitted - usually(ASSESSMENTS.numbers(point))

    def under(changed: _Late, kept: float | None) -> Range:
        """The share with this part of the own pull kept, or with England's pull where it is None."""

        def share(numbers: Mapping[str, float]) -> float:
            pull = national_pull if kept is None else kept * numbers["pull_national_limit"]
            return changed(numbers, pull)

        value = float(np.mean([_share(as_fitted + share(draw) - usually(draw)) for draw in draws]))
        return every.interval(lambda x: _share(level + share(ASSESSMENTS.numbers(x))), value, 0.0, 1.0)

    half = yield from rules.late(rules.without_limit, 0.5)
    gone = yield from rules.late(rules.without_limit, 0.0)
    return {
        "over_45_retention_half": under(half, 0.5),
        "over_45_retention_0": under(gone, 0.0),
        "over_45_national_pull": under(usual, None),
    }


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
