"""The open list: how many assessments pass day 45 in the next four weeks, by team, and how sure that is.

Of what is open today and can pass day 45 within four weeks, each is still open then with the share of past
assessments that were as long open and went on to day 46 (product-limit estimate of the 18 months before). A
team's own pace and that of the last three months pull this up or down, by as much as their numbers allow
(a ratio of observed to expected endings, shrunk to 1). How far numbers scatter around what is expected is
learnt from the same forecast made at the end of each past four weeks, with nothing known that came later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import counts_of
from simkit.returns.casework.groups import OTHERS, large_teams
from simkit.returns.dates import UNREADABLE, date_of, in_order, known, working_days
from simkit.returns.disclosure import SMALL
from simkit.returns.durations import FEW
from simkit.returns.readers.ssd_dataset import Dataset

ALL = "All teams"
LIMIT = 45
_AHEAD = 28  # days of the forecast
_LOOK_BACK = 548  # days of assessments that survival is estimated on
_RECENT = 91  # days whose pace is set against it
_A_YEAR = 365
_TEAM_WEIGHT, _RECENT_WEIGHT = 30.0, 60.0  # endings expected that weigh as much as the prior
_SCATTER, _SCATTER_WEIGHT = 2.0, 12.0  # of families, and how many past forecasts it weighs
_UNSURE = 1.12  # times the scatter, as what is learnt of it from a few years lags behind and is unsure itself
_LEVEL = 0.8
_MOST_PAST, _FEWEST_PAST = 60, 6
_LEARNING = 10  # past forecasts from which the scatter is learnt before the others are scored


@dataclass(frozen=True, slots=True)
class Passing:
    """How many assessments of a team will pass day 45: ``expected``, 80% interval ``low`` to ``high``.

    How many can is not in it: beside the open assessments by age it could give a small count away.
    """

    name: str
    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Score:
    """How past forecasts did: mean absolute errors, of this one and of "as last month", over ``past`` times.

    ``held``: the share (0 to 1) of past 80% intervals in which the number came to lie, teams included.
    """

    past: int
    error: float
    error_as_last_month: float
    held: float


@dataclass(frozen=True, slots=True)
class OpenList:
    """The open list on the last day of a dataset, and its forecast for the four weeks after it.

    ``day`` in words; ``groups``: all teams together first. ``trend``: of month ends the month, open
    assessments and those past day 45; None where a count may not be shown. ``score`` is None without enough
    past.
    """

    day: str
    groups: tuple[Passing, ...]
    trend: tuple[tuple[str, int | None, int | None], ...]
    score: Score | None

    def without_month(self, month: str, withheld: frozenset[str]) -> OpenList:
        """The same with what of this month's end may not be shown as a count of the return."""
        hidden = [name in withheld for name in ("open_assessments", "open_over_45")]
        trend = tuple(
            (name, None if hidden[0] else total, None if any(hidden) else past) if name == month else row
            for row in self.trend
            for name, total, past in (row,)
        )
        return replace(self, trend=trend)


@dataclass(frozen=True, eq=False, repr=False)
class _Work:
    """The assessments of a dataset: start, the first day on which each was no more open, and its team."""

    start: Ints
    out: Ints  # day of the end or closing, far ahead where there is none
    ended: Ints  # day of the end alone
    team: Ints
    assessor: Ints


_NEVER = 1 << 40


def open_list(dataset: Dataset) -> OpenList | None:
    """The open list of a dataset; None where hardly anything is open or too little came before."""
    work = _work(dataset)
    today, first = dataset.last, int(work.start.min()) if len(work.start) else 0
    labels = _labels(dataset, work, today)
    column = np.array(labels, dtype=object)[work.team]
    names = [*sorted(set(column.tolist()) - {OTHERS}), OTHERS]
    masks = {ALL: np.ones(len(work.start), dtype=bool)}
    if len(names) > 2:
        masks |= {name: mask for name in names if (mask := np.asarray(column == name)).any()}
    past = min(_MOST_PAST, (today - first - _A_YEAR) // _AHEAD)
    if past < _FEWEST_PAST or len(work.start) < FEW:  # the last day of so few would be a day of somebody
        return None
    told = [_forecasts(work, masks, today - _AHEAD * back) for back in range(past, -1, -1)]
    came = [_passed(work, masks, today - _AHEAD * back) for back in range(past, 0, -1)]
    before = _passed(work, masks, today - _AHEAD * (past + 1))
    now = told[-1]
    if now[ALL].at_risk <= SMALL:
        return None
    scatters = _Scatters()
    hits, errors, last_month = [], [], []
    for forecast, came_true, previous in zip(told[:-1], came, [before, *came[:-1]], strict=True):
        for name, each in forecast.items():
            low, high = interval(each, scatters.of(name))
            hits.append(low <= came_true[name] <= high)
        errors.append(abs(forecast[ALL].mean - came_true[ALL]))
        last_month.append(abs(previous[ALL] - came_true[ALL]))
        scatters.learn(forecast, came_true)
    day = date_of(today)
    return OpenList(
        f"{day.day} {day:%B %Y}",
        tuple(_passing(name, each, scatters) for name, each in _merged(now).items()),
        _trend(work, today),
        _score(hits, errors, last_month),
    )


def _score(hits: Sequence[bool], errors: Sequence[float], last_month: Sequence[float]) -> Score | None:
    """How the forecasts after the first did, from which the scatter was learnt."""
    past, groups = len(errors) - _LEARNING, len(hits) // len(errors)
    if past < _FEWEST_PAST:
        return None
    return Score(
        past,
        float(np.mean(errors[_LEARNING:])),
        float(np.mean(last_month[_LEARNING:])),
        float(np.mean(hits[_LEARNING * groups :])),
    )


def _work(dataset: Dataset) -> _Work:
    """Assessments with a start that can be read; a row that repeats another of the child is left out.

    So is one that is over, but whose end or closure can't be read.
    """
    each = dataset.records.assessments
    rows = in_order(each.start, each.end) & (known(each.end) | (each.closed != UNREADABLE))
    keys = np.stack([each.child, each.start, each.end], axis=1)
    first = np.zeros(len(each), dtype=bool)
    first[np.unique(keys, axis=0, return_index=True)[1]] = True
    rows &= first | (each.child < 0)
    ended = np.where(known(each.end), each.end, _NEVER)[rows]
    closed = np.where(known(each.closed), each.closed, _NEVER)[rows]
    casework = dataset.casework
    return _Work(
        each.start[rows],
        np.where(ended == _NEVER, closed, ended),
        ended,
        casework.team[rows],
        casework.assessor[rows],
    )


def _labels(dataset: Dataset, work: _Work, today: int) -> list[str]:
    """The name under which each team is shown, by its completed assessments of the last year."""
    if "teams" not in dataset.casework.holds:
        return [OTHERS] * (len(dataset.casework.teams) + 1)
    recent = (work.ended <= today) & (work.ended > today - _A_YEAR)
    return large_teams(work.team[recent], work.assessor[recent], dataset.casework.teams)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The mean number that passes, its variance if all were on their own, and how many can."""

    mean: float
    variance: float
    at_risk: int


def _forecasts(work: _Work, masks: Mapping[str, Bools], day: int) -> dict[str, Forecast]:
    """Forecasts for the four weeks after a day, with what was known at its end."""
    known_rows = (work.start <= day) & (work.start > day - _LOOK_BACK)
    start, ended = work.start[known_rows], work.ended[known_rows]
    over = (ended <= day) | (work.out[known_rows] <= day)
    last = np.where(over, np.minimum(np.minimum(ended, work.out[known_rows]), day), day)
    took = np.minimum(working_days(start, last), LIMIT + 1)
    counts = counts_of(took[ended <= day], LIMIT + 2)[: LIMIT + 2]
    at_risk = len(took) - np.concatenate([[0], np.cumsum(counts_of(took, LIMIT + 2))[:-1]])[: LIMIT + 2]
    hazard = np.where(at_risk > 0, counts / np.maximum(at_risk, 1), 0.0)
    hazard = np.minimum(hazard, 0.999)
    log_left = np.concatenate([[0.0], np.cumsum(np.log1p(-hazard[: LIMIT + 1]))])  # before each day
    is_open = (work.start <= day) & (work.out > day)
    age = np.full(len(work.start), LIMIT + 1, dtype=np.int64)
    age[is_open] = working_days(work.start[is_open], np.full(int(is_open.sum()), day))
    later = np.zeros(len(work.start), dtype=np.int64)
    later[is_open] = working_days(work.start[is_open], np.full(int(is_open.sum()), day + _AHEAD))
    can = is_open & (age <= LIMIT) & (later > LIMIT)
    # what is open at the end of day a ends on a later day up to day 45, or passes
    left = log_left[LIMIT + 1] - log_left[np.minimum(age + 1, LIMIT + 1)]
    recent = _pace(work, np.ones(len(work.start), dtype=bool), day, -log_left, _RECENT_WEIGHT)
    result = {}
    for name, mask in masks.items():
        own = 1.0 if name == ALL else _pace(work, mask, day, -log_left * recent, _TEAM_WEIGHT, _A_YEAR)
        chance = np.exp(left[can & mask] * recent * own)
        result[name] = Forecast(
            float(chance.sum()), float((chance * (1 - chance)).sum()), int((can & mask).sum())
        )
    if len(masks) > 1:  # what the teams make together
        parts = [each for name, each in result.items() if name != ALL]
        result[ALL] = Forecast(
            sum(each.mean for each in parts), sum(each.variance for each in parts), result[ALL].at_risk
        )
    return result


def _pace(work: _Work, mask: Bools, day: int, hazard: Floats, weight: float, days: int = _RECENT) -> float:
    """Observed over expected endings of the last ``days`` at ages up to 45, shrunk to 1.

    ``hazard``: cumulative hazard before each working day of age.
    """
    since = day - days
    rows = mask & (work.start <= day) & (work.out > since)
    start, out = work.start[rows], np.minimum(work.out[rows], day)
    size = len(start)
    entered = working_days(np.minimum(start, since), np.full(size, since)) + 1
    entered = np.where(start > since, 0, entered)
    left = working_days(start, out) + 1
    top = LIMIT + 1
    expected = hazard[np.minimum(left, top)] - hazard[np.minimum(entered, top)]
    ended = work.ended[rows]
    observed = (ended <= day) & (ended > since) & (left - 1 <= LIMIT)
    return float((observed.sum() + weight) / (np.maximum(expected, 0).sum() + weight))


def _passed(work: _Work, masks: Mapping[str, Bools], day: int) -> dict[str, int]:
    """How many passed day 45 in the four weeks after a day, of what was open on it."""
    is_open = np.flatnonzero((work.start <= day) & (work.out > day))
    start = work.start[is_open]
    age, later = (working_days(start, np.full(len(start), each)) for each in (day, day + _AHEAD))
    left = np.minimum(work.out[is_open], day + 10 * _AHEAD)
    passed = (age <= LIMIT) & (later > LIMIT) & (working_days(start, left) > LIMIT)
    return {name: int(passed[mask[is_open]].sum()) for name, mask in masks.items()}


class _Scatters:
    """How far numbers scatter around what is expected, as a multiple of the variance of single children."""

    def __init__(self) -> None:
        self._sums = {True: [0.0, 0.0], False: [0.0, 0.0]}

    def learn(self, forecast: Mapping[str, Forecast], came: Mapping[str, int]) -> None:
        """Take in one past forecast beside what came."""
        for name, each in forecast.items():
            if each.variance > 0.2:
                sums = self._sums[name == ALL]
                sums[0] += min((came[name] - each.mean) ** 2 / each.variance, 16.0)
                sums[1] += 1

    def of(self, name: str) -> float:
        """The multiple for all teams together, or for one."""
        total, number = self._sums[name == ALL]
        learnt = (total + _SCATTER * _SCATTER_WEIGHT) / (number + _SCATTER_WEIGHT)
        return max(1.0, learnt * _UNSURE)


def interval(forecast: Forecast, scatter: float) -> tuple[int, int]:
    """The whole numbers around the middle whose chance is nearest to 80%."""
    mean, variance = max(forecast.mean, 1e-6), max(forecast.variance * scatter, 1e-6)
    top = forecast.at_risk
    spread = _distribution(mean, variance)
    cumulative = np.asarray(spread.cdf(np.arange(-1, top + 1)), dtype=float)
    cumulative[-1] = 1.0
    low_most = int(np.searchsorted(cumulative[1:], 0.25))
    high_least = int(np.searchsorted(cumulative[1:], 0.75))
    lows = np.arange(low_most + 1)
    highs = np.arange(min(high_least, top), top + 1)
    chance = cumulative[highs + 1][None, :] - cumulative[lows][:, None]
    below, above = cumulative[lows][:, None], 1 - cumulative[highs + 1][None, :]
    cost = np.abs(chance - _LEVEL) + 0.25 * np.abs(below - above)
    low, high = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(lows[low]), int(highs[high])


def _distribution(mean: float, variance: float) -> Any:
    """A distribution of whole numbers with this mean and variance."""
    if variance > 1.01 * mean:
        return stats.nbinom(mean**2 / (variance - mean), mean / variance)
    if variance < 0.99 * mean:
        number = max(1, round(mean / (1 - variance / mean)), math.ceil(mean))
        return stats.binom(number, min(mean / number, 1.0))
    return stats.poisson(mean)


def _merged(now: Mapping[str, Forecast]) -> dict[str, Forecast]:
    """The groups to show: teams in which five or fewer can pass stand together with others."""
    teams = {name: each for name, each in now.items() if name != ALL and each.at_risk}
    rest = [name for name, each in teams.items() if each.at_risk <= SMALL or name == OTHERS]
    while rest and sum(teams[name].at_risk for name in rest) <= SMALL and len(rest) < len(teams):
        rest.append(min((n for n in teams if n not in rest), key=lambda name: teams[name].at_risk))
    shown = {ALL: now[ALL]} | {name: each for name, each in teams.items() if name not in rest}
    if rest and len(rest) < len(teams):
        shown[OTHERS] = Forecast(
            sum(teams[name].mean for name in rest),
            sum(teams[name].variance for name in rest),
            sum(teams[name].at_risk for name in rest),
        )
    return shown


def _passing(name: str, each: Forecast, scatters: _Scatters) -> Passing:
    low, high = interval(each, scatters.of(name))
    return Passing(name, round(each.mean, 1), low, high)


def _trend(work: _Work, today: int) -> tuple[tuple[str, int | None, int | None], ...]:
    """Open assessments and those past day 45 at the last twelve month ends."""
    month = np.datetime64(today, "D").astype("datetime64[M]")
    rows: list[tuple[str, int | None, int | None]] = []
    for back in range(12, 0, -1):
        day = int((month - np.timedelta64(back - 1, "M")).astype("datetime64[D]").astype(np.int64) - 1)
        is_open = (work.start <= day) & (work.out > day)
        age = working_days(work.start[is_open], np.full(int(is_open.sum()), day))
        numbers = (len(age), int((age > LIMIT).sum()))
        total, past = (None if 0 < each <= SMALL else each for each in numbers)
        if total is not None and past is not None and 0 < total - past <= SMALL:
            past = None
        rows.append((f"{date_of(day):%B %Y}", total, past))
    return tuple(rows)
