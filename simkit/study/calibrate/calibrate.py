"""The driver of calibration: many authorities in parallel, finished ones kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, progress_bar, with_progress
from simkit.common.steps import Steps, finished
from simkit.data import Authority, authorities, authority
from simkit.framework.library import names
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, CalibrationError, calibration_file, file_name
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.model.inputs.profile import Profile, profile
from simkit.model.inputs.published_rates import FIRST_USABLE_YEAR
from simkit.study.calibrate.fit import FitSetup, fit_calibration, fit_in_steps, steps_of_fit
from simkit.study.calibrate.intervals import FORM, REACH
from simkit.study.calibrate.observed import (
    Observed,
    Target,
    WithDays,
    WithTotal,
    last_year,
    published,
    target,
)
from simkit.study.calibrate.priors import (
    NATIONAL,
    Priors,
    shared_priors,
    shared_priors_in_steps,
    steps_of_priors,
)
from simkit.study.runner import Runner, open_runner

_WORK = 60_000_000  # tasks of a year of all authorities, for the choice of processes
WORK_OF_ONE = 3_000_000
"""Tasks of the fit of one authority, for the choice of the engine."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An authority that could not be calibrated, and why."""

    area: str
    name: str
    reason: str


@checked_arguments
@with_progress("Calibrating")
def calibrate(
    name: str | Authority,
    year: int | None = None,
    *,
    seed: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Calibration:
    """The practice of an authority fitted to its published durations of the year to 31 March ``year``.

    Without a year, the latest published. The same seed gives the same calibration. Raises
    UnknownAuthorityError, or CalibrationError for a year without published durations.
    """
    area = authority(name).la_code
    observed = _latest(area) if year is None else published(area, year)
    each = calibrate_each((area,), observed.year, seed=seed, engine=engine, workers=1, progress=progress)
    (result,) = each
    if isinstance(result, Failure):
        raise CalibrationError(f"{result.name} could not be calibrated: {result.reason}")
    return result


@checked_arguments
def calibrate_to(
    durations: Observed,
    caseload: Profile,
    *,
    source: str = "assessments",
    conferences: Sequence[float | None] | None = None,
    measured: Mapping[str, OwnNumber] | None = None,
    seed: int = 1,
    engine: str = "auto",
) -> Calibration:
    """The practice fitted to an authority's own durations, as ``read_return`` gives them.

    ``durations``: counts of assessments in the nine published bands, with quartiles where known. Where a
    band is withheld (None), ``total`` and ``within_45_share`` beside them say what is left for it, and
    nothing else does;
    ``conferences``: counts of conferences within 10, 15 and 20 working days and later, None where one isn't
    shown: then the neighbours' practice of conferences is used. The prior comes from
    the statistical neighbours in the latest published year up to the caseload's. Counts are
    used and not kept: the calibration holds their sum alone. Where the durations say in ``covers`` that they
    are of other days than the caseload's year, the calibration is named after those. ``measured``: numbers
    from own data that take the place of assumptions, in the fit as in the runs with it.
    """
    with progress_bar("Calibrating"), open_runner(engine, WORK_OF_ONE, 1) as runner:
        return finished(
            calibrate_in_steps(
                durations,
                caseload,
                source=source,
                conferences=conferences,
                measured=measured,
                seed=seed,
                engine=runner.engine,
            )
        )


def steps_of_calibration(caseload: Profile, *, seed: int, engine: Engine) -> int:
    """How many steps ``calibrate_in_steps`` still has."""
    return steps_of_priors(min(caseload.year, last_year()), engine, seed) + steps_of_fit(caseload)


def calibrate_in_steps(
    durations: Observed,
    caseload: Profile,
    *,
    source: str,
    conferences: Sequence[float | None] | None,
    measured: Mapping[str, OwnNumber] | None,
    seed: int,
    engine: Engine,
) -> Steps[Calibration]:
    """``calibrate_to``, a simulated year or another authority a step."""
    counts = [count for count in durations.counts if count is not None]
    if not counts or sum(counts) <= 0:
        raise CalibrationError(
            f"There are no durations of {caseload.name} to fit: every band is empty or withheld. Simulate "
            "with the practice of its published durations, or read a return of more assessments."
        )
    n, within_45 = _total_of(durations)
    own = target(
        durations,
        name=caseload.name,
        la_code=caseload.la_code,
        year=caseload.year,
        fitted_to=source,
        n=n,
        within_45=within_45,
        conferences=_with_total(conferences),
    )
    base = yield from shared_priors_in_steps(min(caseload.year, last_year()), engine, seed)
    place = FitSetup(framework_of(caseload.la_code), caseload.year, caseload, measured or {})
    calibration = yield from fit_in_steps(place, own, base.started_from(own), engine, seed)
    covers = durations.covers if isinstance(durations, WithDays) else ""
    return (
        calibration
        if covers == f"the year to 31 March {caseload.year}"
        else replace(calibration, covers=covers)
    )


def _total_of(durations: Observed) -> tuple[float, float | None]:
    """How many assessments the durations are of, and the share in time where the bands don't say it."""
    counts = [count for count in durations.counts if count is not None]
    if len(counts) == len(durations.counts):
        return sum(counts), None
    if not isinstance(durations, WithTotal):
        raise CalibrationError(
            "Some bands of the durations are None, and nothing says how many assessments there are in all. "
            "Give `total`, and `within_45_share` (None where it is withheld), beside the counts."
        )
    return durations.total, durations.within_45_share


def _with_total(counts: Sequence[float | None] | None) -> tuple[float, float, float, float] | None:
    if counts and len(counts) != 4:
        raise CalibrationError(
            f"conferences has {len(counts)} counts, not 4: within 10, 15 and 20 working days, and later."
        )
    first, second, third, later = counts or (None,) * 4
    if first is None or second is None or third is None or later is None:
        return None
    if first + second + third + later == 0:
        return None  # none was held: nothing to fit
    return first, second, third, later


def published_areas(year: int) -> tuple[str, ...]:
    """The authorities (DfE codes) of which durations are published for the year."""
    codes = []
    for each in authorities():
        with suppress(CalibrationError):
            if each.existed(year):
                codes.append(published(each.la_code, year).la_code)
    return tuple(codes)


def unfinished(areas: Sequence[str], year: int, folder: Path, seed: int) -> tuple[str, ...]:
    """Those without a calibration in the folder that this version made, from this seed and in this way."""
    return tuple(area for area in areas if not _provenance(folder / file_name(area, year), seed))


def _provenance(path: Path, seed: int) -> bool:
    from simkit.version import __version__

    try:
        made = calibration_file(path).provenance
    except CalibrationError:
        return False
    same = {"seed": seed, "simkit": __version__, "reach_of_intervals": REACH, "intervals_from": FORM}
    return all(made.get(key) == value for key, value in same.items())


def calibrate_each(
    areas: Sequence[str],
    year: int,
    *,
    seed: int = 1,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Calibration | Failure]:
    """The calibrations of authorities in a year, in order, on as many processors as there are.

    One that can't be made is a Failure in its place, and the others go on. Raises CalibrationError where
    nothing is published for the year.
    """
    work = _WORK if len(areas) > 2 else WORK_OF_ONE
    with open_runner(engine, work, workers) as runner:
        base = shared_priors(year, runner.engine, seed)
        for done, result in enumerate(_ordered(runner, areas, base, seed), start=1):
            yield result
            if progress is not None:
                progress(done, len(areas))


def _ordered(
    runner: Runner, areas: Iterable[str], base: Priors, seed: int
) -> Iterator[Calibration | Failure]:
    pending: deque[Future[Calibration | Failure]] = deque()
    try:
        for area in areas:
            pending.append(runner.executor.submit(_calibration_or_failure, area, base, runner.engine, seed))
            if len(pending) >= runner.ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise SimkitError(
            "A process stopped before it had finished, most often because memory ran out. "
            "What was finished is kept. Run again with one worker (`--workers 1`)."
        ) from error
    finally:
        for future in pending:
            future.cancel()


def _calibration_or_failure(area: str, base: Priors, engine: Engine, seed: int) -> Calibration | Failure:
    try:
        return _calibration_of(area, base, engine, seed)
    except SimkitError as error:
        return Failure(area, authority(area).name, str(error))


def _calibration_of(area: str, base: Priors, engine: Engine, seed: int) -> Calibration:
    place = FitSetup(framework_of(area), base.year, profile(area, base.year))
    return fit_calibration(place, published(area, base.year), base, engine, seed)


def framework_of(area: str) -> str:
    """The authority's own framework, or the national one for an authority that has none here."""
    slug = authority(area).slug
    return slug if slug in names("authorities") else NATIONAL


def _latest(area: str) -> Target:
    for year in range(last_year(), FIRST_USABLE_YEAR, -1):
        with suppress(CalibrationError):
            return published(area, year)
    return published(area, FIRST_USABLE_YEAR)
