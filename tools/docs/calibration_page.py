"""The figures of docs/calibration.md: how near calibrated years come to published ones.

``python -m tools.docs.calibration_page docs`` simulates them again and puts them into the page between
its marks. It takes some minutes. The pictures are made by ``fits_page``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from simkit.common.atomic_files import write_all
from simkit.common.progress import Progress
from simkit.study.calibrate.observed import last_year
from tools.docs.calibration_fits import Fits, Forecast, fits, forecasts, recorded

BEGIN, END = (
    "<!-- figures: made by python -m tools.docs.calibration_page docs -->",
    "<!-- end of figures -->",
)

_YEARS = range(2016, last_year() + 1)
_POOLED = 2018  # the first year of those that are judged together
_BOOTSTRAPS, _SEED = 4_000, 1
_ROWS = (
    ("authorities", "Authorities with at least 300 assessments", "{:.0f}", ""),
    (
        "distance_excess_median",
        "Distance of the bands beyond what chance makes, median",
        "{:.3f}",
        "at most 0.06",
    ),
    ("in_time_mean_error", "Share in time, mean error (points)", "{:+.2f}", "at most 1"),
    ("in_time_mean_absolute_error", "Share in time, mean absolute error (points)", "{:.2f}", ""),
    ("median_within_2_days_pct", "Median within 2 days, authorities (%)", "{:.0f}", "at least 90"),
    ("conference_mean_error", "Conference within 15 days, mean error (points)", "{:+.2f}", "at most 2"),
    (
        "conference_mean_absolute_error",
        "Conference within 15 days, mean absolute error (points)",
        "{:.2f}",
        "",
    ),
)


def make(folder: Path, replications: int = 8) -> tuple[Path, ...]:
    """Simulate, and write the page in a folder that has it."""
    text = (folder / "calibration.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    fitted = fits(last_year(), replications=replications, progress=_told("Fits"))
    ahead = {year: forecasts(year) for year in _YEARS[1:]}
    middle = section(fitted, {year: recorded(year) for year in _YEARS}, ahead)
    page = f"{before}{BEGIN}\n\n{middle}\n{END}{after}"
    return write_all(folder, {"calibration.md": page.encode("utf-8")})


def section(
    fitted: Fits, by_year: Mapping[int, Mapping[str, float]], ahead: Mapping[int, Sequence[Forecast]]
) -> str:
    """The tables."""
    now = fitted.criteria()
    lines = [
        f"### As run, {fitted.year}",
        "",
        f"`simkit run` of every authority, {fitted.replications} simulated years each (seed {fitted.seed}), "
        "its uncertainty in them, beside what is published.",
        "",
        "| figure | wanted | seen |",
        "|---|---|---|",
        *(f"| {title} | {goal} | {form.format(now[name])} |" for name, title, form, goal in _ROWS),
        "",
        "### Every year, with the estimates alone",
        "",
        "As the packaged files record it.",
        "",
        f"| figure | {' | '.join(map(str, by_year))} |",
        f"|---|{'---|' * len(by_year)}",
        *(
            f"| {title} | {' | '.join(form.format(each[name]) for each in by_year.values())} |"
            for name, title, form, _ in _ROWS
        ),
        "",
        "### The next year's bands",
        "",
        "Distance of the forecast from what was published, and of the year before (no change).",
        "",
        "| year | authorities | forecast, median | no change, median | forecast, mean | no change, mean |",
        "|---|---|---|---|---|---|",
        *(_ahead(str(year), forecast_rows) for year, forecast_rows in ahead.items()),
        _ahead(f"{_POOLED} to {max(ahead)}, pooled", _pooled(ahead)),
        "",
        _gain(_pooled(ahead)),
        "",
        _left_out(fitted),
        "",
    ]
    return "\n".join(lines)


def _pooled(ahead: Mapping[int, Sequence[Forecast]]) -> tuple[Forecast, ...]:
    """The forecasts of all years that count together."""
    return tuple(each for year, of_year in ahead.items() if year >= _POOLED for each in of_year)


def _gain(pooled: Sequence[Forecast]) -> str:
    """How much nearer the forecast is, with an interval that draws authorities with all of their years."""
    gains: dict[str, list[float]] = {}
    for each in pooled:
        gains.setdefault(each.la_code, []).append(each.no_change - each.forecast)
    sums = np.array([(sum(of_one), len(of_one)) for of_one in gains.values()])
    drawn = np.random.default_rng(_SEED).integers(len(sums), size=(_BOOTSTRAPS, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.percentile(totals[:, 0] / totals[:, 1], (2.5, 97.5))
    gain = sums[:, 0].sum() / sums[:, 1].sum()
    return (
        f"Pooled, the forecast is nearer than no change by {gain:.4f} on average "
        f"(95% interval {low:.4f} to {high:.4f}; authorities drawn with all of their years, "
        f"{_BOOTSTRAPS:,} times, seed {_SEED}), of {len(pooled)} authority-years."
    )


def _ahead(year: str, forecast_rows: Sequence[Forecast]) -> str:
    forecast_errors, same = (
        np.array([getattr(each, part) for each in forecast_rows]) for part in ("forecast", "no_change")
    )
    cells = (np.median(forecast_errors), np.median(same), forecast_errors.mean(), same.mean())
    return f"| {year} | {len(forecast_rows)} | {' | '.join(f'{cell:.3f}' for cell in cells)} |"


def _left_out(fitted: Fits) -> str:
    names = [fit.name for fit in fitted.fits if fit.published is None]
    few = [fit.name for fit in fitted.judged if fit.published is None]
    text = f"Without a distance, since some of their bands are suppressed: {', '.join(names) or 'none'}."
    return f"{text} Of these {len(few)} have at least 300 assessments."


def _told(what: str) -> Progress:
    def tell(done: int, expected: int) -> None:
        sys.stderr.write(f"\r{what}: {done} of {expected}")
        sys.stderr.flush()

    return tell


if __name__ == "__main__":
    for file in make(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        sys.stderr.write(f"\nWritten: {file}\n")
