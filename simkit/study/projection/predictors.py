"""The predictors of a later year's share in time, and the five regression methods that use them.

Every way is a linear model of the log odds of the share (that of the benchmark, of the share itself),
with coefficients for the 10th, 50th and 90th percentile. It is fitted on pairs of years that both
lie in the past of the year it projects from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simkit.common.arrays import Floats
from simkit.data import authorities
from simkit.study.projection.conditions import Conditions, conditions
from simkit.study.projection.history import TOO_SMALL, History, existed
from simkit.study.projection.regression import least_squares_line, logit, quantile_regression, share_of
from simkit.study.projection.simulated_change import SimulatedChange

Changes = Mapping[tuple[str, int, int], SimulatedChange]

QUANTILES = (0.1, 0.5, 0.9)


class Predictor(StrEnum):
    """A way to project. The first two are there to compare with."""

    NO_CHANGE = "no-change"
    LAST_YEAR = "last-year"
    REGRESSION = "regression"
    SIMULATION = "simulation"
    BOTH = "both"

    @property
    def words(self) -> str:
        """The way in words."""
        return _TITLES[self]


_TITLES = {
    Predictor.NO_CHANGE: "no change",
    Predictor.LAST_YEAR: "straight line on the last known year (benchmark)",
    Predictor.REGRESSION: "regression alone",
    Predictor.SIMULATION: "simulation alone",
    Predictor.BOTH: "regression and simulation",
}
_COLUMNS = {
    Predictor.NO_CHANGE: ("constant", "last"),
    Predictor.LAST_YEAR: ("constant", "last_share"),
    Predictor.REGRESSION: ("constant", "last", "history", "referrals", "staff"),
    Predictor.SIMULATION: ("constant", "last", "simulated"),
    Predictor.BOTH: ("constant", "last", "history", "referrals", "staff", "simulated"),
}
_FIXED = {Predictor.NO_CHANGE: (0.0, 1.0), Predictor.SIMULATION: (0.0, 1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class KnownFigures:
    """What is known of an authority when its share in time of year ``target`` is projected from ``first``.

    ``last_share``: the last known share (0 to 1); ``last``: its log odds. ``history``: mean log odds of
    all known years less ``last``. ``referrals``, ``staff``: log changes from ``first`` to
    ``target``. ``simulated``: change of the log odds when the later year's referrals and staff are
    simulated under the practice of ``first``, 0 where nothing was simulated or nothing published shows what a
    service does under such a change.
    """

    area: str
    last_share: float
    last: float
    history: float
    conditions: Conditions
    change: SimulatedChange | None

    @property
    def columns(self) -> dict[str, float]:
        """The values that models are linear in, by name."""
        return {
            "constant": 1.0,
            "last_share": self.last_share,
            "last": self.last,
            "history": self.history,
            "referrals": self.conditions.referrals,
            "staff": self.conditions.staff,
            "simulated": self.change.log_odds if self.change and self.conditions.supported else 0.0,
        }


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted way to project: coefficients of each quantile, by the columns of ``KnownFigures``."""

    predictor: Predictor
    coefficients: Floats
    share: Callable[[Floats], Floats]
    pairs: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the coefficients."""
        return _COLUMNS[self.predictor]

    def shares(self, cases: Sequence[KnownFigures]) -> Floats:
        """10th, 50th and 90th percentile (rows) of the share in time (0 to 1) of each case (columns)."""
        log_odds = self.share(self.coefficients @ _matrix(cases, self.columns).T)
        return np.sort(np.clip(log_odds, 0.0, 1.0), axis=0)


def known_figures(
    history: History, area: str, first: int, target: int, changes: Changes
) -> KnownFigures | None:
    """What is known of an authority in ``first``; None where no year of it is published.

    ``history`` must end with ``first``; ``changes`` are the simulated ones.
    """
    last = history.last(area)
    if last is None or last.bands.within_45_share is None:
        return None
    odds = logit(last.bands.within_45_share)
    mean = float(np.mean([logit(share) for share in history.shares(area)]))
    return KnownFigures(
        area=area,
        last_share=last.bands.within_45_share,
        last=odds,
        history=mean - odds,
        conditions=conditions(area, first, target),
        change=changes.get((area, first, target)),
    )


def past_pairs(
    history: History, first: int, ahead: int, changes: Changes
) -> tuple[tuple[KnownFigures, ...], Floats, tuple[int, ...]]:
    """All pairs of years ``ahead`` apart up to ``first``: what was known, what came, and its year.

    The two smallest authorities are left out.
    """
    cases: list[KnownFigures] = []
    shares: list[float] = []
    years: list[int] = []
    for target in (year for year in history.years if year <= first and year - ahead in history.years):
        before = history.until(target - ahead)
        for each in authorities():
            later = history.figures.get((each.la_code, target))
            if not existed(each, target) or each.la_code in TOO_SMALL or later is None:
                continue
            case = known_figures(before, each.la_code, target - ahead, target, changes)
            if case is not None and later.within_45_share is not None:
                cases.append(case)
                shares.append(later.within_45_share)
                years.append(target)
    return tuple(cases), np.array(shares), tuple(years)


def fit(predictor: Predictor, cases: Sequence[KnownFigures], shares: Floats) -> Fit:
    """Fit one way to project on what was known and the shares (0 to 1) that came."""
    columns = _COLUMNS[predictor]
    rows = _matrix(cases, columns)
    if predictor is Predictor.LAST_YEAR:
        middle = np.array(least_squares_line(rows[:, 1], shares))
        return Fit(predictor, _shifted_constants(middle, rows, shares), np.asarray, len(shares))
    odds = np.array([logit(share) for share in shares])
    if predictor in _FIXED:
        middle = np.array(_FIXED[predictor])
        return Fit(predictor, _shifted_constants(middle, rows, odds), share_of, len(shares))
    start = np.zeros(len(columns))
    start[columns.index("last")] = 1.0
    # An error of the log odds is worth as many points as the share times the rest.
    last = share_of(rows[:, columns.index("last")])
    worth = 4 * last * (1 - last)
    low, half, high = QUANTILES
    middle = quantile_regression(rows, odds, half, start, worth)
    outer = [quantile_regression(rows, odds, quantile, middle, worth) for quantile in (low, high)]
    return Fit(predictor, np.array([outer[0], middle, outer[1]]), share_of, len(shares))


def _matrix(cases: Sequence[KnownFigures], columns: Sequence[str]) -> Floats:
    return np.array([[each.columns[name] for name in columns] for each in cases]).reshape(-1, len(columns))


def _shifted_constants(middle: Floats, rows: Floats, shares: Floats) -> Floats:
    """Coefficients of the three quantiles that differ by the constant, from the errors of the middle."""
    errors = shares - rows @ middle
    coefficients = np.tile(middle, (3, 1))
    coefficients[0, 0] += np.quantile(errors, QUANTILES[0])
    coefficients[2, 0] += np.quantile(errors, QUANTILES[2])
    return coefficients
