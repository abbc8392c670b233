"""A calibration as a report and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.common.atomic_files import OutputError, destination, write_all
from simkit.common.blocks import Items, Section, Table
from simkit.model.inputs.calibration import Calibration, Range, calibration_text, file_name, observed_as
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.output.report.blocks import Report
from simkit.study.calibrate.intervals import FORM

if TYPE_CHECKING:
    import pandas as pd

_TITLES = {
    "brief_share": ("Share of assessments that are brief", "%"),
    "span_median": ("Median natural span, nobody watching the clock", "working days"),
    "span_sigma": ("Spread of the natural span", ""),
    "pull_national_limit": ("Pull of the 45 days", "%"),
    "margin": ("Mean days before the limit of those brought forward", "working days"),
    "slip": ("Share of them that slip past it", "%"),
    "conference_median": ("Median natural span to the conference", "working days"),
    "conference_sigma": ("Spread of that span", ""),
    "pull_conference": ("Pull of the 15 days", "%"),
    "over_45": ("Over 45 days, as fitted", "%"),
    "over_45_retention_half": ("Over 45 days, half of the pull gone", "%"),
    "over_45_retention_0": ("Over 45 days, all of the pull gone", "%"),
    "over_45_national_pull": ("Over 45 days with England's pull", "%"),
}

_INTERVALS = (
    "Shares are counted from the start of the assessment. The intervals allow for the number of assessments, "
    "and for a model of practice that is only nearly right."
)
_AS_FITTED = (
    "'As fitted' is worked out from the practice and the delays in the simulated years of the fit. The share "
    "in time is counted in further simulated years. So the two need not add up to 100%."
)
_EARLIER = "The intervals are those of an earlier version, which were too narrow: calibrate again."


def check_destination(folder: str | Path) -> None:
    """Raises OutputError where calibrations can't be written to a folder. Leaves nothing there."""
    where = destination(folder)
    if where.ending:
        raise OutputError(f"{folder}: calibrations are a folder. Give a name without {where.ending}.")


def folder(calibration: Calibration) -> dict[str, bytes]:
    """The one file of a calibration, in the folder of its year: ``simkit run --practice`` takes it."""
    name = file_name(calibration.la_code, calibration.year).as_posix()
    return {name: calibration_text(calibration).encode("utf-8")}


def save(calibration: Calibration, out: str | Path) -> Path:
    """Write the file into the folder of its year below ``out``; gives the file. Raises OutputError."""
    check_destination(out)
    (file,) = write_all(Path(out), folder(calibration))
    return file


def report(calibration: Calibration) -> Report:
    """What a calibration says."""
    basis = calibration.basis.removeprefix(calibration.authority)[3:]
    what_if = "With a different pull"
    share_is_shown = f"within_45_{observed_as(calibration.fitted_to)}_pct" in calibration.fit
    notes = (_AS_FITTED, _INTERVALS) if share_is_shown else (_INTERVALS,)
    fitted, *further = _fit_lines(calibration) or (
        "None of the figures it was fitted to can be shown beside it.",
    )
    return Report(
        kind="calibrate",
        title=f"{calibration.authority}, {basis}",
        answer=fitted,
        sections=(
            Section("Practice", (_table("Practice", calibration.practice),)),
            *(
                (Section("From own data", (_measured_table(calibration.measured),)),)
                if calibration.measured
                else ()
            ),
            Section(what_if, (_table(what_if, calibration.counterfactuals, notes),)),
            *((Section("How close it comes", (Items(tuple(further)),)),) if further else ()),
        ),
        cautions=tuple(_cautions(calibration)),
    )


def _cautions(calibration: Calibration) -> Iterator[str]:
    if calibration.caution:
        yield calibration.caution
    if calibration.counterfactuals and calibration.provenance.get("intervals_from") != FORM:
        yield _EARLIER
    yield from calibration.gaps


def _table(title: str, numbers: Mapping[str, Range], notes: tuple[str, ...] = ()) -> Table:
    rows = []
    for name, number in numbers.items():
        label, unit = _TITLES[name]
        value, interval = _value_and_interval(number, unit)
        rows.append((label, value, interval))
    return Table(title, ("", "estimate", "95% interval"), tuple(rows), 2, notes if rows else ())


def _measured_table(numbers: Mapping[str, OwnNumber]) -> Table:
    rows = tuple(
        (path, f"{each.value:.3g}", f"{each.low:.3g} to {each.high:.3g}", f"{each.n:,} {each.of}")
        for path, each in numbers.items()
    )
    source = next(iter(numbers.values())).source
    notes = (f"These replace the assumptions of the same names. Source: {source}.",)
    return Table("Measured", ("", "measured", "95% interval", "rests on"), rows, 0, notes)


def data(calibration: Calibration) -> dict[str, Any]:
    """The calibration as plain data; shares from 0 to 1, times in working days."""
    return asdict(calibration)


def tables(calibration: Calibration) -> dict[str, pd.DataFrame]:
    """The numbers of practice, and what other pulls would make of it."""
    import pandas as pd

    groups = {"practice": calibration.practice, "counterfactuals": calibration.counterfactuals}
    return {
        group: pd.DataFrame(
            [
                {"la_code": calibration.la_code, "year": calibration.year, "number": name, **asdict(number)}
                for name, number in numbers.items()
            ]
        )
        for group, numbers in groups.items()
    }


def _value_and_interval(number: Range, unit: str) -> tuple[str, str]:
    if unit == "%":
        return f"{number.value:.1%}", f"{number.low:.1%} to {number.high:.1%}"
    digits = 1 if unit else 2
    interval = f"{number.low:.{digits}f} to {number.high:.{digits}f}"
    return f"{number.value:.{digits}f} {unit}".rstrip(), interval


def _fit_lines(calibration: Calibration) -> list[str]:
    """How close simulated years come to the durations they were fitted to."""
    fit, observed, lines = calibration.fit, observed_as(calibration.fitted_to), []
    for label, name, unit in (
        ("Within 45 working days", "within_45", "pct"),
        ("Median duration", "median", "days"),
        ("Conferences within 15 working days", "conference_within_15", "pct"),
    ):
        simulated, target = (fit.get(f"{name}_{whose}_{unit}") for whose in ("simulated", observed))
        if simulated is not None and target is not None:
            mark = "%" if unit == "pct" else " days"
            lines.append(f"{label}: simulated {simulated:.1f}{mark}, {observed} {target:.1f}{mark}.")
    if "distance" in fit:
        lines.append(
            f"Bands: the cumulative shares differ by {fit['distance']:.3f} in total. With this number of "
            f"assessments, none of them siblings, chance alone would make it {fit['distance_expected']:.3f}."
        )
    return lines
