"""Make the packaged tables of what published places did: ``python -m tools.data.published_changes``.

They are worked out from the packaged statistics alone, in a few seconds. ``published_effects`` has a row for
each pressure, outcome and reading; ``published_change_sizes`` says how often changes of each size were
published.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

import simkit.data
from simkit.study.evidence.panel import LAST_YEAR, OUTCOMES, PRESSURES, Direction, Effect, changes_of, effect
from simkit.study.evidence.published_changes import EFFECTS, SIZES, Reading, Support
from simkit.study.projection.history import published

_EDGES = {
    "referrals": (-0.45, -0.35, -0.25, -0.15, -0.05, 0.05, 0.15, 0.25, 0.35, 0.8),
    "vacancies": (-22.5, -17.5, -12.5, -7.5, -2.5, 2.5, 7.5, 12.5, 17.5, 22.5),
    "staff": (-0.175, -0.125, -0.075, -0.025, 0.025, 0.075, 0.125, 0.175, 0.225, 0.325),
    "sickness": (-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5),
    "turnover": (-22.5, -17.5, -12.5, -7.5, -2.5, 2.5, 7.5, 12.5, 17.5, 22.5),
    "agency_cover": (-75.0, -45.0, -35.0, -25.0, -15.0, -5.0, 5.0, 15.0, 25.0, 35.0, 45.0, 75.0),
}
"""Where the sizes of changes are divided: parts of the figure, or points."""

_USUAL, _RARE = (
    (5, 95),
    (1, 99),
)  # percentiles of the published changes: what lies beyond the second is unseen
_FIRST_CENSUS = 2018  # the first year with a census of the workforce in it
_FEWEST = 10  # changes of a size that say anything
_READ: Mapping[Reading, Callable[[str, str], Effect]] = {
    Reading.YEAR: effect,
    Reading.RISES: partial(effect, direction=Direction.RISES),
    Reading.FALLS: partial(effect, direction=Direction.FALLS),
    Reading.TWO_YEARS: partial(effect, ahead=2),
    Reading.STAFF_HELD: partial(effect, held="staff"),
}


def effects() -> Iterator[tuple[object, ...]]:
    """The rows of the table of effects."""
    yield (
        "pressure",
        "size",
        "outcome",
        "unit",
        "reading",
        "value",
        "low",
        "high",
        "changes",
        "places",
        "from_year",
        "to_year",
    )
    for pressure, each in PRESSURES.items():
        for outcome, wanted in OUTCOMES.items():
            if outcome.removesuffix("_after") == pressure:
                continue
            for reading, read in _READ.items():
                if reading is Reading.STAFF_HELD and (pressure, outcome) != ("referrals", "within_45_days"):
                    continue
                shown = read(outcome, pressure)
                numbers = (f"{number:.2f}" for number in (shown.value, shown.low, shown.high))
                yield (
                    pressure,
                    f"{each.size:g}",
                    outcome,
                    wanted.unit,
                    reading.value,
                    *numbers,
                    shown.changes,
                    shown.places,
                    _first_year(pressure, "staff" if reading is Reading.STAFF_HELD else outcome),
                    LAST_YEAR,
                )


def sizes() -> Iterator[tuple[object, ...]]:
    """The rows of the table of sizes. What is beyond the first or last edge was hardly seen."""
    yield ("pressure", "low", "high", "times", "places", "support")
    for pressure, edges in _EDGES.items():
        changes = changes_of(pressure)
        numbers = [size for _, size in changes]
        usual, rare = (np.round(np.percentile(numbers, ends), _digits(pressure)) for ends in (_USUAL, _RARE))
        bounds = (-np.inf, *edges, np.inf)
        for low, high in pairwise(bounds):
            here = [place for place, size in changes if low <= size < high]
            centre = round((low + high) / 2, 6) if np.isfinite(low + high) else low + high
            support = Support.UNSEEN
            if rare[0] <= centre <= rare[1] and len(here) >= _FEWEST:
                support = Support.USUAL if usual[0] <= centre <= usual[1] else Support.RARE
            ends = ("" if np.isinf(edge) else f"{edge:g}" for edge in (low, high))
            yield (pressure, *ends, len(here), len(set(here)), support.value)


def _digits(pressure: str) -> int:
    """Whole percents and points, but for sickness, whose changes are small."""
    return 1 if pressure == "sickness" else 2 if PRESSURES[pressure].relative else 0


def _first_year(*figures: str) -> int:
    of_the_census = {"vacancies", "staff", "sickness", "turnover", "agency_cover", "in_post", "agency_rate"}
    of_the_census |= {"assessments_for_each", "staff_after"}
    return _FIRST_CENSUS if of_the_census & set(figures) else published().years[0]


def tables() -> dict[str, bytes]:
    """Both files by their names below the folder of the data."""
    return {f"{name}.csv": _csv(rows) for name, rows in ((EFFECTS, effects()), (SIZES, sizes()))}


def _csv(rows: Iterable[tuple[object, ...]]) -> bytes:
    page = io.StringIO()
    csv.writer(page, lineterminator="\n").writerows(rows)
    return page.getvalue().encode("utf-8")


if __name__ == "__main__":
    import sys

    from simkit.common.atomic_files import write_all

    for file in write_all(Path(simkit.data.__file__).parent, tables()):
        sys.stdout.write(f"Written: {file}\n")
