"""The back-test of projections as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.data import attribution
from simkit.output.report.blocks import Report
from simkit.study.projection.backtest import Backtest, Score

if TYPE_CHECKING:
    import pandas as pd

_SCORE_HEADS = (
    "way to project",
    "mean error",
    "interval score",
    "held by 80%",
    "bands",
    "bands held",
    "number",
)
_NOTES = (
    "Mean error: of the projected share within 45 working days, in points. Interval score: width of p10 "
    "to p90 and ten points for each point outside; less is better. Bands: summed differences of "
    "cumulative shares over eight bands, at the median.",
    "Each year was projected from the years before it alone. City of London and Isles of Scilly "
    "are left out.",
)


def report(tested: Backtest) -> Report:
    """The scores over all years."""
    aheads = sorted({each.ahead for each in tested.scores})
    best = min((s for s in tested.scores if s.ahead == aheads[0]), key=lambda score: score.error)
    simulated = (
        f"The change of referrals and staff was simulated for {tested.simulated:.0%} of the authority-years."
    )
    return Report(
        kind="project",
        title="Projections of years that came",
        answer=f"Least mean error {_ahead(aheads[0])}: {best.predictor.words}, {best.error:.2f} points.",
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
