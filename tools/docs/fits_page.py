"""Every authority's fit as two pictures for the docs: ``python -m tools.docs.fits_page docs``.

Each authority's published caseload is simulated with the practice calibrated to it, which takes a few
minutes for all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from simkit.common.atomic_files import write_all
from simkit.data import authorities
from simkit.data.tiles import tiles
from simkit.model.inputs.calibration import calibration
from simkit.model.inputs.published_rates import LAST_USABLE_YEAR
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.result.published import own_bands
from simkit.output.answers.wording import year_words
from simkit.output.figures.fits import fits, fits_alt
from simkit.output.figures.style import image
from simkit.output.figures.tile_map import tile_map, tile_map_alt
from simkit.output.figures.values import Caption, Fit, caption
from simkit.study.calibrate.observed import distance
from simkit.study.experiment import run
from simkit.study.result import Result

_YEARS = 4  # simulated years of each authority
_LONGEST = 16  # characters of a name that stand over a small picture
_UNIT = "Within 45 working days, simulated, %"
_WITHIN = "published_within_45_days_pct"


def fit_of(result: Result) -> Fit | None:
    """Published and simulated bands of a result; None where the published are not complete."""
    observed = own_bands(result)
    if observed is None:
        return None
    published = tuple(100 * (share or 0.0) for share in observed.shares)
    fitted = tuple(band.value for band in result.bands.values())
    apart = distance(_eight(fitted), _eight(published))
    name, code = result.experiment.profile.name, result.experiment.profile.la_code
    short = {tile.la_code: tile.short_name for tile in tiles(result.experiment.profile.year)}
    label = name if len(name) <= _LONGEST else short.get(code, name)
    return Fit(label, published, fitted, apart)


def _eight(nine: tuple[float, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The shares from 0 to 1, the same day and 1 to 10 days taken together, as they are fitted."""
    return np.array([nine[0] + nine[1], *nine[2:]]) / 100


def fits_of(
    year: int, progress: Callable[[int, int], None] | None = None
) -> tuple[tuple[Fit, ...], dict[str, float]]:
    """The fit of every authority with a calibration of the year, and its simulated share within 45 days."""
    areas = [a for a in authorities() if a.existed(year) and calibration(a.la_code, year) is not None]
    every: list[Fit] = []
    within: dict[str, float] = {}
    for number, each in enumerate(areas, 1):
        result = run(each.slug, replications=_YEARS, year=year)
        within[each.la_code] = result.measures[_WITHIN].value
        fit = fit_of(result)
        if fit is not None:
            every.append(fit)
        if progress is not None:
            progress(number, len(areas))
    return tuple(every), within


def pictures(year: int, progress: Callable[[int, int], None] | None = None) -> dict[str, bytes]:
    """The two pictures by file name, each with its text alternative in it."""
    every, within = fits_of(year, progress)
    small = _caption(f"Published and fitted durations of {len(every)} authorities", year)
    country = _caption("Within 45 working days, every authority with its own practice", year)
    return {
        "calibration-fits.png": image(fits(every, small), "png", fits_alt(every, small)),
        "calibration-map.png": image(
            tile_map(within, _UNIT, year, country), "png", tile_map_alt(within, _UNIT, year, country)
        ),
    }


def _caption(title: str, year: int) -> Caption:
    from simkit.framework.check import load

    return caption(
        title,
        f"National rules and known local ones, {year_words(year)}; practice calibrated to each authority",
        simulated=f"Simulated: {_YEARS} replications of each authority on its published caseload",
        convention=Convention.DAY_0,
        source="Published: Children in need, table C2, Department for Education "
        "(Open Government Licence v3.0)",
        assumptions=len(load("national/working-together-2023").assumed()),
    )


if __name__ == "__main__":
    write_all(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"), pictures(LAST_USABLE_YEAR))
