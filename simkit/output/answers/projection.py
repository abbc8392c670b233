"""Projections and their back-test as tables, text and plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from simkit.common.arguments import checked_arguments
from simkit.common.json_data import json_text
from simkit.data import BANDS, attribution
from simkit.output.answers.wording import QUALITY, time_period, year_words
from simkit.output.render.terminal_tables import bullets, grid, stack
from simkit.study.projection.backtest import Backtest, Score
from simkit.study.projection.history import TOO_SMALL
from simkit.study.projection.project import Projection, Projections
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["backtest_table", "backtest_text", "projections_json", "projections_table", "projections_text"]

_LABELS = ("same day", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60", "61 or more")
_SCORE_HEADS = (
    "way to project",
    "mean error",
    "interval score",
    "held by 80%",
    "bands",
    "bands held",
    "number",
)


@checked_arguments
def projections_table(projections: Projections) -> pd.DataFrame:
    """One row an authority: code, name, year, percentiles of the share within 45 days, bands (all in %)."""
    import pandas as pd

    columns = ("la_code", "la_name", "year", "p10", "p50", "p90", *(f"{name}_pct" for name in BANDS))
    rows = [
        (each.la_code, each.name, each.target, *_rounded((each.p10, each.p50, each.p90, *each.bands)))
        for each in projections.projections
    ]
    return pd.DataFrame(rows, columns=list(columns))


def projections_json(projections: Projections) -> str:
    """Everything about the projections as one JSON object, ending in a new line."""
    data: dict[str, Any] = {
        "what": "conditional projection",
        "from": projections.first,
        "to": projections.target,
        "time_period": time_period(projections.target),
        "predictor": projections.predictor.value,
        "fitted_on": projections.pairs,
        "coefficients": {
            name: dict(zip(("p10", "p50", "p90"), values, strict=True))
            for name, values in projections.coefficients
        },
        "projections": [_data(each) for each in projections.projections],
        "left_out": list(projections.left_out),
        "notes": list(projections.notes),
        "attribution": attribution(),
        "simkit": __version__,
    }
    return json_text(data)


def projections_text(projections: Projections) -> Group:
    """The projections for the terminal: one in full, several as a table."""
    every = projections.projections
    parts = [_one_in_full(each) for each in every] if len(every) <= 3 else [_table_of_many(projections)]
    tested = any(each.la_code not in TOO_SMALL for each in every)
    note = " p10 to p90: eight in ten such years lay within in the back-test (simkit project --back-test)."
    notes = [
        f"{projections.predictor.words.capitalize()}, fitted on {projections.pairs} authority-years up to "
        f"{projections.first}.{note if tested else ''}",
        *projections.notes,
    ]
    return stack(*parts, bullets("To know beside this", notes), Text(QUALITY), Text(attribution()))


@checked_arguments
def backtest_table(tested: Backtest) -> pd.DataFrame:
    """The scores of every predictor: over all years (``year`` empty), then of each year."""
    import pandas as pd

    rows = [
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
    return pd.DataFrame(rows)


def backtest_text(tested: Backtest) -> Group:
    """The scores over all years for the terminal."""
    aheads = sorted({each.ahead for each in tested.scores})
    tables = [_scores(ahead, (s for s in tested.scores if s.ahead == ahead)) for ahead in aheads]
    notes = [
        "Mean error: of the projected share within 45 working days, in points. Interval score: width of p10 "
        "to p90 and ten points for each point outside; less is better. Bands: summed differences of "
        "cumulative shares over eight bands, at the median.",
        "Each year was projected from the years before it alone. City of London and Isles of Scilly are left "
        "out.",
        f"The change of referrals and staff was simulated for {tested.simulated:.0%} of the authority-years.",
    ]
    return stack(*tables, bullets("To know beside this", notes), Text(attribution()))


def _one_in_full(projection: Projection) -> Group:
    rows = [
        (
            "within 45 working days",
            f"{projection.last_pct:.1f}%",
            f"{projection.p50:.1f}%",
            f"{projection.p10:.1f} to {projection.p90:.1f}",
        ),
        *(
            (
                f"  {label} days" if label[0].isdigit() else f"  {label}",
                "",
                f"{p:.1f}%",
                f"{lo:.1f} to {hi:.1f}",
            )
            for label, p, lo, hi in zip(
                _LABELS, projection.bands, projection.bands_low, projection.bands_high, strict=True
            )
        ),
    ]
    heads = ("", f"published {projection.last_year}", f"projected {projection.target}", "p10 to p90")
    year = year_words(projection.target)
    title = f"{projection.name}: conditional projection of the {year} from {projection.first}"
    changes = [
        f"Given: referrals {projection.referrals_change_pct:+.0f}%, case holders "
        f"{projection.case_holders_change_pct:+.0f}% against {projection.first}."
    ]
    if projection.simulated is not None:
        changes.append(
            f"The simulation, all else the same, changes the share by {projection.simulated:+.1f} points; "
            "published shares have hardly followed such changes (docs/projection.md)."
        )
    lines = [*changes, *projection.notes]
    return Group(grid(title, heads, rows, right=3), *(Text(line, style="dim") for line in lines))


def _table_of_many(projections: Projections) -> Group:
    rows = [
        (
            each.la_code,
            each.name + (" *" if each.notes else ""),
            f"{each.last_pct:.1f}" + ("" if each.last_year == each.first else f" ({each.last_year})"),
            f"{each.p10:.1f}",
            f"{each.p50:.1f}",
            f"{each.p90:.1f}",
        )
        for each in projections.projections
    ]
    heads = ("code", "authority", f"published {projections.first}", "p10", "p50", "p90")
    title = (
        f"Conditional projections of the share within 45 working days, %, {year_words(projections.target)} "
        f"from {projections.first}"
    )
    noted = any(each.notes for each in projections.projections)
    star = ["* has notes: simkit project NAME shows them, and so does --format json."] if noted else []
    return Group(grid(title, heads, rows, right=4), *(Text(line, style="dim") for line in star))


def _scores(ahead: int, scores: Iterable[Score]) -> Group:
    rows = [
        (
            each.predictor.words,
            f"{each.error:.2f}",
            f"{each.interval:.2f}",
            f"{each.held:.0%}",
            f"{each.bands:.3f}",
            f"{each.bands_held:.0%}",
            str(each.number),
        )
        for each in scores
    ]
    words = "One year ahead" if ahead == 1 else f"{ahead} years ahead"
    return grid(words, _SCORE_HEADS, rows, right=6)


def _data(projection: Projection) -> dict[str, Any]:
    data = asdict(projection)
    names = [f"{name}_pct" for name in BANDS]
    for key in ("bands", "bands_low", "bands_high"):
        data[key] = dict(zip(names, _rounded(data[key]), strict=True))
    for key in ("p10", "p50", "p90", "last_pct", "referrals_change_pct", "case_holders_change_pct"):
        data[key] = round(data[key], 2)
    data["la_name"] = data.pop("name")
    data["from"], data["year"] = data.pop("first"), data.pop("target")
    data["simulated_change_points"] = data.pop("simulated")
    return data


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(each), 2) for each in values]
