"""Back-test: every year projected from earlier years and scored against the observed figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.progress import Progress, with_progress
from simkit.data import authorities
from simkit.study.projection.history import TOO_SMALL, History, existed, is_complete, published
from simkit.study.projection.predictors import (
    Changes,
    KnownFigures,
    Predictor,
    fit,
    known_figures,
    past_pairs,
)
from simkit.study.projection.project import band_errors, shape
from simkit.study.projection.scores import band_distance, coverage, interval_score, mean_absolute_error
from simkit.study.projection.simulated_change import simulated_changes

TARGETS = {1: tuple(range(2018, 2026)), 2: tuple(range(2020, 2026))}
"""Years projected, by how many years ahead: the first leave at least one pair of years to fit on."""


@dataclass(frozen=True, slots=True)
class ScoredProjection:
    """One projection and what came, in percent; bands (0 to 1), empty where not published in full."""

    area: str
    target: int
    p10: float
    p50: float
    p90: float
    observed: float
    bands: tuple[float, ...]
    bands_observed: tuple[float, ...]
    bands_held: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one way to project, of one year or of all.

    ``error``: mean absolute error of p50, in points. ``interval``: mean interval score of p10 to p90, in
    points, less is better. ``held``: share of what came within p10 to p90. ``bands``: median over
    authorities of the summed absolute differences of cumulative shares over eight bands. ``bands_held``:
    share of the bands within their intervals; both None where no bands are published. ``number``:
    authority-years.
    """

    predictor: Predictor
    ahead: int
    target: int | None
    number: int
    error: float
    interval: float
    held: float
    bands: float | None
    bands_held: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Backtest(Answer):
    """Scores of every way to project, ``scores`` over all years and ``by_year`` for each.

    ``simulated``: share of the authority-years that have a simulated change.
    """

    scores: tuple[Score, ...]
    by_year: tuple[Score, ...]
    simulated: float

    def score(self, predictor: Predictor, ahead: int) -> Score:
        """The score of one way over all years."""
        return next(s for s in self.scores if s.predictor is predictor and s.ahead == ahead)

    def __repr__(self) -> str:
        return f"<Back-test of {len({each.predictor for each in self.scores})} ways to project>"


@checked_arguments
@with_progress("Projecting past years")
def backtest(
    *,
    history: History | None = None,
    changes: Changes | None = None,
    predictors: Sequence[Predictor] = tuple(Predictor),
    progress: Progress | None = None,
) -> Backtest:
    """Project 2018 to 2025 one year ahead and 2020 to 2025 two, each from the years before, and score it.

    ``history`` and ``changes`` are the packaged ones unless given. The two smallest authorities are left out.
    """
    record = published() if history is None else history
    simulated = simulated_changes() if changes is None else changes
    runs = [(ahead, target) for ahead, targets in TARGETS.items() for target in targets]
    scores, by_year = [], []
    pooled: dict[tuple[int, Predictor], list[ScoredProjection]] = {}
    has_change: list[bool] = []
    for number, (ahead, target) in enumerate(runs):
        cases, observed = _test_set(record, target, ahead, simulated)
        has_change += [case.change is not None for case in cases]
        past = record.until(target - ahead)
        pairs = past_pairs(past, target - ahead, ahead, simulated)
        for predictor in predictors:
            tested = tuple(_scored(predictor, record, past, pairs, cases, observed, target, ahead))
            by_year.append(_score(predictor, ahead, target, tested))
            pooled.setdefault((ahead, predictor), []).extend(tested)
        if progress is not None:
            progress(number + 1, len(runs))
    for (ahead, predictor), tested_all in pooled.items():
        scores.append(_score(predictor, ahead, None, tested_all))
    return Backtest(tuple(scores), tuple(by_year), float(np.mean(has_change)))


def _test_set(
    record: History, target: int, ahead: int, changes: Changes
) -> tuple[list[KnownFigures], Floats]:
    """What was known of each authority, and the observed share."""
    past = record.until(target - ahead)
    cases, observed = [], []
    for each in authorities():
        later = record.figures.get((each.la_code, target))
        if each.la_code in TOO_SMALL or not existed(each, target) or later is None:
            continue
        case = known_figures(past, each.la_code, target - ahead, target, changes)
        if case is not None and later.within_45_share is not None:
            cases.append(case)
            observed.append(later.within_45_share)
    return cases, np.array(observed)


def _scored(
    predictor: Predictor,
    record: History,
    past: History,
    pairs: tuple[tuple[KnownFigures, ...], Floats, tuple[int, ...]],
    cases: Sequence[KnownFigures],
    observed: Floats,
    target: int,
    ahead: int,
) -> Iterator[ScoredProjection]:
    earlier, later_shares, years = pairs
    model = fit(predictor, earlier, later_shares)
    errors = band_errors(past, earlier, model.shares(earlier)[1], years, ahead)
    for case, share, (low, middle, high) in zip(cases, observed, model.shares(cases).T, strict=True):
        later = record.figures[case.area, target]
        nine: tuple[float, ...] = ()
        shares: tuple[float, ...] = ()
        held: tuple[bool, ...] = ()
        if is_complete(later):
            nine = shape(past, case.area, float(middle))
            shares = tuple(s or 0.0 for s in later.shares)
            below, above = errors.around(nine)
            held = tuple(lo <= s <= hi for lo, s, hi in zip(below, shares, above, strict=True))
        yield ScoredProjection(
            case.area,
            target,
            100 * float(low),
            100 * float(middle),
            100 * float(high),
            100 * float(share),
            nine,
            shares,
            held,
        )


def _score(predictor: Predictor, ahead: int, target: int | None, tested: Sequence[ScoredProjection]) -> Score:
    low, middle, high, observed = (
        np.array([getattr(each, name) for each in tested]) for name in ("p10", "p50", "p90", "observed")
    )
    distances = [band_distance(each.bands, each.bands_observed) for each in tested if each.bands]
    held = [each for case in tested for each in case.bands_held]
    return Score(
        predictor=predictor,
        ahead=ahead,
        target=target,
        number=len(tested),
        error=mean_absolute_error(middle, observed),
        interval=interval_score(low, high, observed),
        held=coverage(low, high, observed),
        bands=float(np.median(distances)) if distances else None,
        bands_held=float(np.mean(held)) if held else None,
    )
