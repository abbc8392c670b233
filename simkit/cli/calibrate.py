"""The command that fits practice to published durations: ``calibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import Seed, Workers, WrongUseError, whole
from simkit.cli.terminal import complain, say

__all__ = ["calibrate"]


def calibrate(
    name: Annotated[str | None, typer.Argument(help="An authority: name, slug, ONS or DfE code.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All authorities with published durations.")] = False,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            parser=whole("--year"),
            metavar="<year>",
            help="Published durations of the year to 31 March. Default: the latest.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Write there, a folder a year and a file an authority."),
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
) -> None:
    """Fit how long assessments take to an authority's published durations, and say how sure that is."""
    if every and name is not None:
        raise WrongUseError("Give the name of an authority or --all, not both.")
    if not every and name is None:
        raise WrongUseError("Give the name of an authority, or --all for every one.")
    if every and out is None:
        raise WrongUseError("With --all, say where the files go: --out DIR.")
    if name is None:
        _every(year, Path(str(out)), seed, workers)
    else:
        _one(name, year, None if out is None else Path(out), seed)


def _one(name: str, year: int | None, out: Path | None, seed: int) -> None:
    from simkit.output.answers.calibration import destined, render, written
    from simkit.study.calibrate.calibrate import calibrate as fit

    if out is not None:
        destined(out)
    found = fit(name, year, seed=seed)
    say(render(found))
    if out is not None:
        complain(f"Written: {written(found, out)}")


def _every(year: int | None, out: Path, seed: int, workers: int | None) -> None:
    from simkit.common.progress import progress_bar
    from simkit.output.answers.calibration import destined, written
    from simkit.study.calibrate.calibrate import Failure, calibrate_each, known_areas, unfinished
    from simkit.study.calibrate.observed import last_year

    destined(out)
    wanted = last_year() if year is None else year
    areas = known_areas(wanted)
    left = unfinished(areas, wanted, out, seed)
    if len(left) < len(areas):
        complain(f"{len(areas) - len(left)} of {len(areas)} authorities are calibrated there already.")
    failed = []
    done = len(areas) - len(left)
    try:
        with progress_bar(f"Calibrating {wanted}") as report:
            for found in calibrate_each(left, wanted, seed=seed, workers=workers, progress=report):
                if isinstance(found, Failure):
                    failed.append(found)
                else:
                    written(found, out)
                    done += 1
    except KeyboardInterrupt:
        complain(
            f"Stopped; {done} of {len(areas)} are finished and kept. The same command goes on from there."
        )
        raise typer.Exit(1) from None
    for each in failed:
        complain(f"{each.name} could not be calibrated: {each.reason}")
    complain(f"{done} authorities are calibrated in {out / str(wanted)}.")
    if failed:
        raise typer.Exit(1)
