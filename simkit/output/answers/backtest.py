"""The back-test of projections as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.data import attribution
from simkit.output.report.blocks import Report
from simkit.study.projection.backtest import Backtest, Score
from simkit.study.projection.predictors import Predictor

if TYPE_CHECKING:
    import pandas as pd

_SCORE_HEADS = (
    "method",
    "mean error, points",
    "interval score",
    "in the 8-in-10 range",
    "distance of bands",
    "bands in their range",
    "authority years",
)
_NOTES = (
    "Each year was projected only from the years before it. City of London and Isles of Scilly are left out.",
    "Mean error: how far the projected share within 45 working days was from the published one.",
    "Interval score: the width of the 8-in-10 range, plus 10 for each point by which the published share is "
    "outside; lower is better.",
    "Distance of bands: the differences between cumulative shares, added up over eight bands, at the median.",
)


def report(tested: Backtest) -> Report:
    """The scores over all years."""
    aheads = sorted({each.ahead for each in tested.scores})
    nearest = {score.predictor: score for score in tested.scores if score.ahead == aheads[0]}
    best = min(nearest.values(), key=lambda score: round(score.error, 2))  # of equals the simplest
    unchanged = nearest[Predictor.NO_CHANGE]
    simulated = (
        f"The change in referrals and staff was simulated for {tested.simulated:.0%} of the authority years."
    )
    return Report(
        kind="project",
        title="Projections of past years, against what was published",
        answer=(
            f"{_ahead(aheads[0]).capitalize()}, the best method ({best.predictor.words}) was on average "
            f"{best.error:.2f} points from the published share, and {best.held:.0%} of its 8-in-10 ranges "
            f"included it. To assume no change was {unchanged.error:.2f} points away."
        ),
        sections=tuple(
            Section(
                _ahead(ahead).capitalize(), (_scores(ahead, (s for s in tested.scores if s.ahead == ahead)),)
            )
            for ahead in aheads
        ),
        cautions=(*_NOTES, simulated),
        attribution=attribution(),
    )


def data(tested: Backtest) -> dict[str, Any]:
    """The scores as plain data."""
    return {"simulated_share": tested.simulated, "scores": _rows(tested)}


def tables(tested: Backtest) -> dict[str, pd.DataFrame]:
    """The scores of every predictor: over all years (``year`` empty), then of each year."""
    import pandas as pd

    return {"scores": pd.DataFrame(_rows(tested))}


def _rows(tested: Backtest) -> list[dict[str, Any]]:
    return [
        {
            "predictor": each.predictor.value,
            "years_ahead": each.ahead,
            "year": "" if each.target is None else each.target,
            "authority_years": each.number,
            "mean_absolute_error": each.error,
            "interval_score": each.interval,
            "held_by_80_pct_interval": each.held,
            "bands_distance_median": each.bands,
            "bands_held_by_80_pct_interval": each.bands_held,
        }
        for each in (*tested.scores, *tested.by_year)
    ]


def _ahead(years: int) -> str:
    return "one year ahead" if years == 1 else f"{years} years ahead"


def _scores(ahead: int, scores: Iterable[Score]) -> Table:
    rows = tuple(
        (
            each.predictor.words,
            f"{each.error:.2f}",
            f"{each.interval:.2f}",
            f"{each.held:.0%}",
            "-" if each.bands is None else f"{each.bands:.3f}",
            "-" if each.bands_held is None else f"{each.bands_held:.0%}",
            str(each.number),
        )
        for each in scores
    )
    return Table(_ahead(ahead).capitalize(), _SCORE_HEADS, rows, 6)
