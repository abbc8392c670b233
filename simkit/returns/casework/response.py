"""What changed in an authority's own timeliness when its referrals or staff changed, month by month.

Three regressions over the months of a dataset, each with a trend and a level for each calendar month:

- the share within 45 working days of what was begun in a month, on the logarithm of the referrals of that
  month and the two before: the effect of a rise that lasts a quarter is the sum of the three;
- the same share on the logarithm of the full-time equivalents with cases allocated at the month's end;
- the logarithm of the share of a month's referrals that were assessed, on the logarithm of the referrals: the
  part of a rise that is closed or not assessed.

Intervals are Newey and West's (1987, three months' memory) with Student's t. They describe what went
together: what else changed in the same months is in them too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from simkit.common.arrays import Floats, Ints
from simkit.common.whole_numbers import counts_of
from simkit.returns.dates import UNREADABLE, in_order, known, working_days
from simkit.returns.disclosure import SMALL
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.records import YES
from simkit.returns.window import edge

IN_TIME_ON_REFERRALS, FRONT_DOOR = "in_time_on_referrals", "front_door"
"""Names of the effects that can take the place of national ones."""

RISE, FALL = 0.2, -0.1  # of referrals, and of staff, that effects are told for
TIGHT_POINTS = 1.0  # half-width of an interval of points at which an effect is sure enough
TIGHT_SHARE = 0.15  # the same of the part of a rise closed at the front door
_FEWEST = 36  # months
_FEW_A_MONTH = 12  # assessments begun in a month of the mean, below which a month says too little
_MEMORY = 3
_LAGS = 3
_LIMIT = 45
_TIME = 70  # days from a start in which 45 working days have passed, bank holidays included


@dataclass(frozen=True, slots=True)
class OwnEffect:
    """An effect with its 95% interval: points of the share in time, or a share (0 to 1) of a rise.

    ``months``: those it rests on. ``tight``: whether it is sure enough to take the place of a national one.
    """

    name: str
    title: str
    value: float
    low: float
    high: float
    months: int
    tight: bool


def own_response(dataset: Dataset) -> tuple[OwnEffect, ...]:
    """The effects that a dataset shows; none of fewer than three years, or of few assessments a month."""
    months = _months_of(dataset)
    referred = dataset.records.referrals.date
    referrals = _by_month(referred[known(referred)], months)
    work = dataset.records.assessments
    begun = in_order(work.start, work.end)
    end = np.where(known(work.end), work.end, work.start + 4 * _TIME)
    late = np.zeros(len(work), dtype=bool)
    late[begun] = working_days(work.start[begun], end[begun]) > _LIMIT
    starts = _by_month(work.start[begun], months)
    in_time = _by_month(work.start[begun & ~late], months)
    complete = _first_day(months + 1) + _TIME <= dataset.last  # all that was begun has had the time
    usable = complete & (starts > 0)
    if usable.sum() < _FEWEST or starts[usable].mean() < _FEW_A_MONTH or (referrals <= SMALL).any():
        return ()
    share = np.where(starts > 0, in_time / np.maximum(starts, 1), 0.0)
    load = np.log(referrals)
    lagged = np.column_stack([np.roll(load, lag) for lag in range(_LAGS)])
    rows = usable & (np.arange(len(months)) >= _LAGS - 1)
    effects = []
    if rows.sum() >= _FEWEST:
        found = _sum_of_slopes(100 * share[rows], lagged[rows], months[rows])
        effects.append(
            _effect(
                IN_TIME_ON_REFERRALS,
                "Share in time where referrals rise by 20%, points",
                found,
                math.log1p(RISE),
                TIGHT_POINTS,
            )
        )
    staff = _staff(dataset, months) if "fte" in dataset.casework.holds else np.zeros(len(months))
    rows = usable & (staff > SMALL)
    if rows.sum() >= _FEWEST and np.std(np.log(staff[rows])) > 0.01:
        found = _sum_of_slopes(100 * share[rows], np.log(staff[rows])[:, None], months[rows])
        effects.append(
            _effect(
                "in_time_on_staff",
                "Share in time where full-time equivalents fall by 10%, points",
                found,
                math.log1p(FALL),
                TIGHT_POINTS,
            )
        )
    assessed = _assessed(dataset, months)
    rows = complete & (assessed > 0)
    if rows.sum() >= _FEWEST:
        found = _sum_of_slopes(np.log(assessed[rows] / referrals[rows]), load[rows][:, None], months[rows])
        effects.append(
            _effect(
                FRONT_DOOR,
                "Part of a rise in referrals closed or not assessed",
                found,
                -1.0,
                TIGHT_SHARE,
            )
        )
    return tuple(effects)


def _effect(
    name: str, title: str, found: tuple[float, float, int, int], times: float, tight: float
) -> OwnEffect:
    slope, error, months, freedom = found
    half = abs(times) * error * float(stats.t.ppf(0.975, freedom))
    value = times * slope
    return OwnEffect(name, title, value, value - half, value + half, months, half <= tight)


def _sum_of_slopes(y: Floats, x: Floats, months: Ints) -> tuple[float, float, int, int]:
    """The sum of the slopes on ``x``, its standard error, months and degrees of freedom."""
    season = (months[:, None] % 12 == np.arange(12)[None, :]).astype(float)
    trend = (months - months.mean())[:, None] / 12
    design = np.column_stack([x - x.mean(axis=0), trend, season[:, season.any(axis=0)]])
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ y
    rest = y - design @ slopes
    freedom = max(len(y) - int(np.linalg.matrix_rank(design)), 1)
    scores = design * rest[:, None]
    meat = scores.T @ scores
    for lag in range(1, _MEMORY + 1):
        part = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (_MEMORY + 1)) * (part + part.T)
    variance = inverse @ meat @ inverse * len(y) / freedom
    plain = inverse * float(rest @ rest) / freedom
    weights = np.zeros(design.shape[1])
    weights[: x.shape[1]] = 1.0
    # the larger of the two: with few months the robust one is too small as often as not
    error = math.sqrt(max(float(weights @ variance @ weights), float(weights @ plain @ weights), 0.0))
    return float(slopes[: x.shape[1]].sum()), error, len(y), freedom


def _months_of(dataset: Dataset) -> Ints:
    """The months, since January 1970, that the referrals of a dataset cover whole."""
    date = dataset.records.referrals.date
    first = np.datetime64(edge(date[known(date)], last=False) + 14, "D").astype("datetime64[M]")
    last = np.datetime64(dataset.last + 14, "D").astype("datetime64[M]")
    return np.arange(first.astype(np.int64), last.astype(np.int64))


def _first_day(months: Ints) -> Ints:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _by_month(days: Ints, months: Ints) -> Ints:
    """How many of these days lie in each month."""
    each = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    inside = each[(each >= months[0]) & (each <= months[-1])]
    return counts_of(inside - months[0], len(months))


def _assessed(dataset: Dataset, months: Ints) -> Ints:
    """Referrals of each month that were assessed."""
    referrals, work = dataset.records.referrals, dataset.records.assessments
    assessed = np.zeros(len(referrals) + 1, dtype=bool)
    assessed[work.group[known(work.start)]] = True
    rows = assessed[:-1] & known(referrals.date) & (referrals.nfa != YES)
    return _by_month(referrals.date[rows], months)


def _staff(dataset: Dataset, months: Ints) -> Floats:
    """Full-time equivalents of the workers with a case allocated at each month's end."""
    each, fte = dataset.casework.allocations, dataset.casework.workers.fte
    rows = (each.worker >= 0) & known(each.start) & (each.end != UNREADABLE)
    worker, start = each.worker[rows], each.start[rows]
    end = np.where(known(each.end[rows]), each.end[rows], 1 << 40)
    result = np.zeros(len(months))
    for n, day in enumerate((_first_day(months + 1) - 1).tolist()):
        here = np.unique(worker[(start <= day) & (end > day)])
        result[n] = float(np.nansum(fte[here]))
    return result
