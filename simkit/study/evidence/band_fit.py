"""Practice fitted to published bands in closed form, without queues: for evidence, not calibration.

``simkit calibrate`` fits practice to simulated years and gives intervals. This is the quick form of it that
the pages of evidence use: spans, brief assessments and one clock at 45 working days, and nobody ever waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from simkit.common.arrays import Floats
from simkit.common.special import expit
from simkit.common.special import logit as log_odds
from simkit.model.inputs.practice import NATIONAL_DAYS, NATIONAL_LIMIT, Practice, Pull, day_shares
from simkit.study.projection.scores import band_distance

_TOPS = (0, 10, 20, 30, 40, 45, 50, 60)  # last day of each band but the open one
_DAYS = 400  # longer than any span that counts; the last day holds the rest
_BRIEF_DAYS, _SLIP_DAYS = 3.0, 6.0  # means of brief assessments and of slips, as in the national assumptions
_CONFERENCE = {
    "conference_median": 13.0,
    "conference_sigma": 0.5,
    "conference_pull": 0.5,
    "conference_margin": 2.0,
}  # not used here: bands are of assessments
_START = (0.08, 35.0, 0.8, 0.7, 5.0, 0.27)


@dataclass(frozen=True, slots=True)
class BandFit:
    """A practice fitted to bands; ``distance``: summed differences of cumulative shares over eight."""

    practice: Practice
    distance: float


def fit_bands(shares: Sequence[float], pull: float | None = None) -> BandFit:
    """The practice whose closed form lies nearest to nine shares (0 to 1); with ``pull``, at that pull.

    Nearest: least squares of the eight bands' shares (the same day and 1 to 10 together), each divided by the
    root of the share, as their sampling error goes.
    """
    observed = _eight(np.asarray(shares, dtype=np.float64))
    weight = 1 / np.sqrt(np.maximum(observed, 0.002))

    def misses(numbers: Floats) -> Floats:
        return np.asarray((_eight(nine_bands(_practice(numbers, pull))) - observed) * weight)

    optimum = least_squares(misses, _scaled(_START, pull), max_nfev=400)
    practice = _practice(optimum.x, pull)
    return BandFit(practice, band_distance(nine_bands(practice).tolist(), list(map(float, shares))))


def nine_bands(practice: Practice) -> Floats:
    """The nine published bands (0 to 1) of a practice under the national limit, nobody ever waiting."""
    clock = (Pull(NATIONAL_LIMIT, NATIONAL_DAYS, practice.pull),) if practice.pull > 0 else ()
    return _banded(day_shares(practice, clock, _DAYS))


def bands_at_retention(practice: Practice, retention: float) -> Floats:
    """The nine bands (0 to 1) where the share ``retention`` of the limit's pull is left."""
    return nine_bands(replace(practice, pull=retention * practice.pull))


def _banded(days: Floats) -> Floats:
    below = np.cumsum(days)[list(_TOPS)]
    return np.diff(np.concatenate([[0.0], below, [days.sum()]]))


def _eight(nine: Floats) -> Floats:
    return np.concatenate([[nine[0] + nine[1]], nine[2:]])


def _scaled(numbers: Sequence[float], pull: float | None) -> Floats:
    """Numbers on scales without bounds: shares as log odds, times as logarithms."""
    brief, median, sigma, share, margin, slip = numbers
    scaled = [log_odds(brief), np.log(median), np.log(sigma), np.log(margin), log_odds(slip)]
    return np.array([*scaled, *([log_odds(share)] if pull is None else [])])


def _practice(scaled: Floats, pull: float | None) -> Practice:
    bounded = np.clip(scaled, -12, 12)
    return Practice(
        brief_share=float(expit(bounded[0])),
        brief_days=_BRIEF_DAYS,
        span_median=float(np.exp(bounded[1])),
        span_sigma=float(np.exp(np.clip(bounded[2], -3, 2))),
        pull=float(expit(bounded[5])) if pull is None else pull,
        margin=float(np.exp(np.clip(bounded[3], -3, 4))),
        slip=float(expit(bounded[4])),
        slip_days=_SLIP_DAYS,
        **_CONFERENCE,
    )
