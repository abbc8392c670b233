"""The figures of docs/calibration.md: how near calibrated years come to published ones.

``python -m simkit.output.calibration_page docs`` simulates them again, and puts them into the page between
its marks and the picture beside it. It takes some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from simkit.data import attribution, authority
from simkit.model.durations import Convention
from simkit.output.figures import image
from simkit.output.figures.fits import fits as drawn
from simkit.output.figures.fits import fits_alt
from simkit.output.figures.values import Caption, caption
from simkit.output.figures.values import Fit as Picture
from simkit.output.files import write_all
from simkit.study.calibrate.target import last_year
from simkit.study.fits import Fits, Forecast, fits, forecasts, recorded
from simkit.study.runner import Progress

__all__ = ["PICTURE", "make", "section"]

PICTURE = "calibration-fits.png"
BEGIN, END = (
    "<!-- figures: made by python -m simkit.output.calibration_page docs -->",
    "<!-- end of figures -->",
)

_YEARS = range(2016, last_year() + 1)
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


def make(folder: Path, replications: int = 20) -> tuple[Path, ...]:
    """Simulate, and write page and picture into a folder that has the page."""
    text = (folder / "calibration.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    seen = fits(last_year(), replications=replications, progress=_told("Fits"))
    ahead = {
        year: forecasts(year, replications=4, progress=_told(f"Forecasts of {year}")) for year in _YEARS[1:]
    }
    middle = section(seen, {year: recorded(year) for year in _YEARS}, ahead)
    page = f"{before}{BEGIN}\n\n{middle}\n{END}{after}"
    return write_all(folder, {"calibration.md": page.encode("utf-8"), PICTURE: _picture(seen)})


def section(
    seen: Fits, by_year: Mapping[int, Mapping[str, float]], ahead: Mapping[int, Sequence[Forecast]]
) -> str:
    """The tables, and the picture's place."""
    now = seen.criteria()
    lines = [
        f"### As run, {seen.year}",
        "",
        f"`simkit run` of every authority, {seen.replications} simulated years each (seed {seen.seed}), its "
        "uncertainty in them, beside what is published.",
        "",
        "| figure | wanted | seen |",
        "|---|---|---|",
        *(f"| {title} | {wanted} | {form.format(now[name])} |" for name, title, form, wanted in _ROWS),
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
        *(_ahead(year, found) for year, found in ahead.items()),
        "",
        "### The authorities, good and bad",
        "",
        f"![{fits_alt(_pictures(seen), _caption(seen))}]({PICTURE})",
        "",
        _left_out(seen),
        "",
    ]
    return "\n".join(lines)


def _ahead(year: int, found: Sequence[Forecast]) -> str:
    mine, same = (np.array([getattr(each, part) for each in found]) for part in ("forecast", "no_change"))
    cells = (np.median(mine), np.median(same), mine.mean(), same.mean())
    return f"| {year} | {len(found)} | {' | '.join(f'{cell:.3f}' for cell in cells)} |"


def _left_out(seen: Fits) -> str:
    names = [fit.name for fit in seen.fits if fit.published is None]
    few = [fit.name for fit in seen.judged if fit.published is None]
    said = f"Not drawn, since some of their bands are suppressed: {', '.join(names) or 'none'}."
    return f"{said} Of these {len(few)} have at least 300 assessments."


def _pictures(seen: Fits) -> list[Picture]:
    return [
        Picture(
            fit.name,
            tuple(100 * share for share in fit.published),
            tuple(100 * share for share in fit.simulated),
            fit.distance,
        )
        for fit in seen.fits
        if fit.published is not None and fit.distance is not None
    ]


def _caption(seen: Fits) -> Caption:
    return caption(
        f"Published and simulated durations, year to March {seen.year}",
        f"{len(_pictures(seen))} authorities",
        simulated=f"{seen.replications} simulated years for each authority, seed {seen.seed}",
        convention=Convention.DAY_0,
        source=attribution().rstrip("."),
        assumptions=_assumptions(),
    )


def _assumptions() -> int:
    from simkit.framework.check import load

    return len(load(authority("hackney").slug).assumed())


def _picture(seen: Fits) -> bytes:
    about = _caption(seen)
    return image(drawn(_pictures(seen), about), "png", fits_alt(_pictures(seen), about))


def _told(what: str) -> Progress:
    def tell(done: int, expected: int) -> None:
        sys.stderr.write(f"\r{what}: {done} of {expected}")
        sys.stderr.flush()

    return tell


if __name__ == "__main__":
    for file in make(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        sys.stderr.write(f"\nWritten: {file}\n")
