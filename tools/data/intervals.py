"""Give packaged calibrations new intervals and keep their estimates: ``python -m tools.data.intervals 2023``.

For a year of which the model in use would make the same estimates. Each authority is fitted anew, its
practice and draws are kept as the file has them, and the intervals and the shares under other pulls are made
as ``simkit calibrate`` makes them, in about half its time. Another processor moves estimates a little where
the bands tell little. An authority where one moved by more than a tenth of its interval is named and left:
calibrate that one anew.
Files that have these intervals are left as they are, so that an interrupted year goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from simkit.common.atomic_files import write_all
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import (
    SHIPPED,
    Calibration,
    Range,
    calibration_file,
    calibration_text,
    file_name,
)
from simkit.model.inputs.profile import profile
from simkit.study.calibrate.calibrate import framework_of
from simkit.study.calibrate.fit import FitSetup, counterfactuals, fit_place
from simkit.study.calibrate.intervals import FORM, REACH, practice_ranges
from simkit.study.calibrate.observed import published
from simkit.study.calibrate.priors import Priors, shared_priors
from simkit.study.runner import open_runner

_MOVED = 0.1
"""How far an estimate may have moved, as a part of its interval."""

_WORK = 60_000_000  # tasks of a year of all authorities, for the choice of the engine


def renewed(packaged: Calibration, shared: Priors, engine: Engine) -> Calibration | None:
    """The calibration with new intervals; None where the fit made anew has other estimates."""
    code, year, seed = packaged.la_code, packaged.year, packaged.provenance["seed"]
    setup = FitSetup(framework_of(code), year, profile(code, year))
    place = fit_place(setup, published(code, year), shared, engine, seed)
    practice = practice_ranges(place.sampled, place.point)
    shares = counterfactuals(packaged, setup, place, engine, seed)
    made = practice | {"over_45": shares["over_45"]}
    before = {**packaged.practice, "over_45": packaged.counterfactuals["over_45"]}
    if any(abs(each.value - before[n].value) > _MOVED * (each.high - each.low) for n, each in made.items()):
        return None
    kept = {
        name: Range(before[name].value, min(each.low, before[name].value), max(each.high, before[name].value))
        for name, each in made.items()
    }
    return replace(
        packaged,
        practice={name: kept[name] for name in packaged.practice},
        counterfactuals=shares | {"over_45": kept["over_45"]},
        provenance={**packaged.provenance, "reach_of_intervals": REACH, "intervals_from": FORM},
    )


def renew(year: int) -> Iterator[str]:
    """Write the files of a year anew; gives the name of each authority that was left."""
    files = [calibration_file(path) for path in sorted((SHIPPED / str(year)).glob("*.yaml"))]
    with open_runner("auto", _WORK, 1) as runner:
        shared = shared_priors(year, runner.engine, files[0].provenance["seed"])
        for packaged in files:
            if packaged.provenance.get("intervals_from") == FORM:
                continue
            made = renewed(packaged, shared, runner.engine)
            if made is None:
                yield packaged.authority
            else:
                name = file_name(made.la_code, year).as_posix()
                write_all(SHIPPED, {name: calibration_text(made).encode("utf-8")})


if __name__ == "__main__":
    for each in map(int, sys.argv[1:]):
        for left in renew(each):
            sys.stdout.write(f"{left} {each}: other estimates, left\n")
            sys.stdout.flush()
