"""The likelihood of observed durations under a practice, as residuals of assessments and conferences.

Each kind of work has a few free parameters on a scale without bounds, a normal prior on that scale, and a
closed form of its days moved by the simulation's delays. The likelihood is the multinomial's of the
observed groups with overdispersion, as its signed deviance residuals (McCullagh and Nelder 1989, 2.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.special import expit, logit
from simkit.model.inputs.practice import (
    NATIONAL_DAYS,
    NATIONAL_LIMIT,
    Practice,
    Pull,
    day_shares,
    exponential_mass,
)
from simkit.study.calibrate.delay import CONFERENCE_DAYS, Delays
from simkit.study.calibrate.observed import CONFERENCE_EDGES, DAYS, EDGES, Target

Residuals = Callable[[Floats], Floats]

_CONFERENCE_LIMIT = 15
_HELD = 0.0015
"""Standard deviation at which a share in time is held beside the bands. It is what results speak of, and
where no practice can make a simulated pile as steep as a published one, it is the pile that gives way."""

_MEDIAN_HELD = 0.006
"""The same of the share of assessments before the median: about a quarter of a day."""

_CONFERENCES_IN_TIME = 2  # bands of conferences within their limit
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Kind:
    """The parameters fitted to one kind of work: their names and bounds."""

    names: tuple[str, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]

    def numbers(self, x: Floats) -> dict[str, float]:
        """The numbers at a point of the unbounded scale."""
        low, high = np.array(self.least), np.array(self.most)
        values = low + (high - low) * expit(x)
        return dict(zip(self.names, values.tolist(), strict=True))

    def point(self, numbers: Mapping[str, float]) -> Floats:
        """The numbers as a point of the unbounded scale."""
        low, high = np.array(self.least), np.array(self.most)
        part = (np.array([numbers[name] for name in self.names]) - low) / (high - low)
        return np.asarray(logit(np.clip(part, 1e-4, 1 - 1e-4)))


ASSESSMENTS = Kind(
    ("brief_share", "span_median", "span_sigma", "pull_national_limit", "margin", "slip"),
    (0.0, 5.0, 0.1, 0.0, 0.1, 0.0),
    (0.9, 150.0, 2.2, 1.0, 25.0, 1.0),
)
CONFERENCES = Kind(
    ("conference_median", "conference_sigma", "pull_conference"),
    (3.0, 0.05, 0.0),
    (60.0, 1.5, 1.0),
)


@dataclass(frozen=True, eq=False)
class Prior:
    """A normal prior: mean and standard deviation on the unbounded scale."""

    mean: Floats
    deviation: Floats

    def residuals(self, x: Floats) -> Floats:
        """Distance from the mean in standard deviations."""
        return (x - self.mean) / self.deviation


def days_taken(practice: Practice, delays: Delays, room: float, limit_pull: float | None = None) -> Floats:
    """Share of assessments that take each day 0 to 60, and 61 or more, with the simulation's delays.

    ``room``: the largest share that can be brief, which is what section 47 leaves. ``limit_pull``: the
    pull at 45 days, the practice's own where None.
    """
    pull = practice.pull if limit_pull is None else limit_pull
    brief = min(practice.brief_share, room)
    plain = replace(practice, brief_share=0.0)
    planned = day_shares(plain, (Pull(NATIONAL_LIMIT, NATIONAL_DAYS, pull),), DAYS)
    short = exponential_mass(practice.brief_days, DAYS) @ delays.brief_moves
    return np.asarray(brief * short + (1 - brief) * (planned @ delays.other_moves))


def conference_days(practice: Practice, delays: Delays) -> Floats:
    """Share of conferences held on each day 0 to 20 after the strategy discussion, and on 21 or later."""
    own = replace(
        practice,
        brief_share=0.0,
        span_median=practice.conference_median,
        span_sigma=practice.conference_sigma,
        margin=practice.conference_margin,
        slip=0.0,
    )
    pull = Pull("conference", _CONFERENCE_LIMIT, practice.conference_pull)
    return np.asarray(day_shares(own, (pull,), CONFERENCE_DAYS) @ delays.conference_moves)


def residuals_of_assessments(
    target: Target,
    model: Callable[[Floats], Floats],
    prior: Prior,
    overdispersion: float,
) -> Callable[[Floats], Floats]:
    """The residuals of durations: the groups of bands, share in time, median, quartiles, and the prior.

    ``model`` gives the share of each day at a point. A quartile tells how a band divides: its term is the
    normal's, with the band's own count, and a day's rounding.
    """
    counts = np.array([group.count for group in target.groups])
    groups = np.stack([_band_weights(group.bands) for group in target.groups], axis=1)
    constraints, constraint_values = _constraints(target)
    ask = target.quartiles
    in_band = np.array([_band_weights((q.band,)) for q in ask]).reshape(len(ask), DAYS).T
    before = (
        np.array([_weights_before(q.day) * _band_weights((q.band,)) for q in ask]).reshape(len(ask), DAYS).T
    )
    on_day = np.array([q.day for q in ask], dtype=np.int64)
    parts = np.array([q.part for q in ask])
    sizes = np.array([q.count for q in ask])

    def residuals(x: Floats) -> Floats:
        days = model(x)
        band = np.maximum(days @ in_band, _TINY)
        part = np.clip(days @ before / band, 0.01, 0.99)
        variance = overdispersion * part * (1 - part) / sizes + (days[on_day] / band) ** 2 / 12
        return np.concatenate(
            [
                _deviance(counts, days @ groups, overdispersion),
                days @ constraints - constraint_values,
                (part - parts) / np.sqrt(np.maximum(variance, 1e-6)),
                prior.residuals(x),
            ]
        )

    return residuals


def sampled_assessments(residuals: Residuals, target: Target) -> Residuals:
    """The residuals of assessments without the figures that the estimate is held to.

    Those are sampled too, and the bands have them already: what is held would pass for known exactly.
    """
    first = len(target.groups)
    return _without(residuals, first, first + len(_constraints(target)[1]))


def sampled_conferences(residuals: Residuals, target: Target) -> Residuals:
    """The same of conferences."""
    if target.conferences is None:
        return residuals
    first = len(target.conferences)
    return _without(residuals, first, first + 1)


def _without(residuals: Residuals, first: int, after: int) -> Residuals:
    """Residuals without those from ``first`` to before ``after``."""

    def others(x: Floats) -> Floats:
        every = residuals(x)
        return np.concatenate([every[:first], every[after:]])

    return others


def _band_weights(bands: tuple[int, ...]) -> Floats:
    """1 for each day in the bands, else 0."""
    weights = np.zeros(DAYS)
    for band in bands:
        weights[EDGES[band] : EDGES[band + 1]] = 1.0
    return weights


def _weights_before(day: int) -> Floats:
    """1 for each day before a day, and a half for the day itself: a quartile lies somewhere on its day."""
    weights = (np.arange(DAYS) < day).astype(np.float64)
    weights[day] = 0.5
    return weights


def _constraints(target: Target) -> tuple[Floats, Floats]:
    """Constraints beside the bands: weights of days and their target sums, in standard deviations."""
    weights, values = [np.zeros((0, DAYS))], []
    if target.within_45 is not None:
        weights.append((np.arange(DAYS) <= NATIONAL_DAYS)[np.newaxis] / _HELD)
        values.append(target.within_45 / _HELD)
    if target.median_days is not None and target.median_days < DAYS - 1:
        weights.append(_weights_before(round(target.median_days))[np.newaxis] / _MEDIAN_HELD)
        values.append(0.5 / _MEDIAN_HELD)
    return np.concatenate(weights).T, np.array(values)


def residuals_of_conferences(
    counts: tuple[float, ...] | None,
    model: Callable[[Floats], Floats],
    prior: Prior,
    overdispersion: float,
) -> Callable[[Floats], Floats]:
    """The residuals of conferences: the four bands, the share in time and the prior, or the prior alone."""
    edges = np.array(CONFERENCE_EDGES[:-1])
    observed = None if counts is None else np.array(counts)

    def residuals(x: Floats) -> Floats:
        if observed is None:
            return prior.residuals(x)
        shares = np.add.reduceat(model(x), edges)
        expected, observed_shares = shares / shares.sum(), observed / observed.sum()
        in_time = float((expected - observed_shares)[:_CONFERENCES_IN_TIME].sum())
        share_in_time = np.array([in_time / _HELD])
        return np.concatenate(
            [_deviance(observed, shares, overdispersion), share_in_time, prior.residuals(x)]
        )

    return residuals


def _deviance(counts: Floats, shares: Floats, overdispersion: float) -> Floats:
    """Signed roots of each group's part of the deviance; counts and expectations have the same sum."""
    expected = np.maximum(counts.sum() * shares / max(shares.sum(), _TINY), _TINY)
    some = np.maximum(counts, _TINY)
    part = 2 * (counts * np.log(some / expected) - (counts - expected))
    return np.asarray(np.sign(counts - expected) * np.sqrt(np.maximum(part, 0) / overdispersion))
