"""``simkit calibrate``: fits practice to published durations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import Format, Seed, Workers, WrongUseError, number_option
from simkit.cli.show_answer import print_answer
from simkit.cli.terminal import notify


def calibrate(
    name: Annotated[str | None, typer.Argument(help="An authority: name, slug, ONS or DfE code.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All authorities with published durations.")] = False,
    year: Annotated[
        int | None,
        number_option(
            "--year",
            "Published durations of the year to 31 March. Default: the latest.",
            metavar="<year>",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="DIR", help="The folder to write to: a file for each authority and year."
        ),
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
) -> None:
    """Fit how long assessments take to an authority's published durations, with intervals."""
    if every and name is not None:
        raise WrongUseError("Give the name of an authority or --all, not both.")
    if not every and name is None:
        raise WrongUseError("Give the name of an authority, or --all for every one.")
    if every and out is None:
        raise WrongUseError("With --all, say where the files go: --out DIR.")
    if name is None:
        _calibrate_all(year, Path(str(out)), seed, workers)
    else:
        _calibrate_one(name, year, None if out is None else Path(out), seed)


def _calibrate_one(name: str, year: int | None, out: Path | None, seed: int) -> None:
    from simkit.output.answers.calibration import check_destination, save
    from simkit.study.calibrate.calibrate import calibrate as fit_practice

    if out is not None:
        check_destination(out)
    calibration = fit_practice(name, year, seed=seed)
    print_answer(calibration, Format.text)
    if out is not None:
        notify(f"Written: {save(calibration, out)}")


def _calibrate_all(year: int | None, out: Path, seed: int, workers: int | None) -> None:
    from simkit.common.progress import progress_bar
    from simkit.output.answers.calibration import check_destination, save
    from simkit.study.calibrate.calibrate import Failure, calibrate_each, published_areas, unfinished
    from simkit.study.calibrate.observed import last_year

    check_destination(out)
    year = last_year() if year is None else year
    areas = published_areas(year)
    remaining = unfinished(areas, year, out, seed)
    if len(remaining) < len(areas):
        notify(f"{len(areas) - len(remaining)} of {len(areas)} authorities are calibrated there already.")
    failed = []
    done = len(areas) - len(remaining)
    try:
        with progress_bar(f"Calibrating {year}") as report:
            for fit in calibrate_each(remaining, year, seed=seed, workers=workers, progress=report):
                if isinstance(fit, Failure):
                    failed.append(fit)
                else:
                    save(fit, out)
                    done += 1
    except KeyboardInterrupt:
        notify(f"Stopped; {done} of {len(areas)} are finished and kept. The same command goes on from there.")
        raise typer.Exit(1) from None
    for failure in failed:
        notify(f"{failure.name} could not be calibrated: {failure.reason}")
    notify(f"{done} authorities are calibrated in {out / str(year)}.")
    if failed:
        raise typer.Exit(1)
