"""A calibration as text for the terminal and as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simkit.common.atomic_files import OutputError, destination, write_all
from simkit.model.inputs.calibration import Calibration, Range, calibration_text, file_name, observed_as

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["calibration_words", "check_destination", "save_calibration"]

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

_AS_FITTED = "over_45"
_INTERVALS = (
    "Shares from the start of the assessment. Their intervals are what the fit leaves open with the share in "
    "time held, not how far it would vary by chance with so many assessments: as fitted, none is shown."
)


def check_destination(folder: Path) -> None:
    """Raises OutputError where calibrations can't be written to a folder. Leaves nothing there."""
    if destination(folder).workbook:
        raise OutputError(f"{folder}: calibrations are a folder. Give a name without {folder.suffix}.")


def save_calibration(calibration: Calibration, out: str | Path) -> tuple[Path]:
    """Write a calibration into the folder of its year below ``out``; gives the file. Raises OutputError."""
    folder = Path(out)
    check_destination(folder)
    place = file_name(calibration.la_code, calibration.year)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} can't be made: {error.strerror or error}.") from error
    content = calibration_text(calibration).encode("utf-8")
    (file,) = write_all(folder / place.parent, {place.name: content})
    return (file,)


def calibration_words(calibration: Calibration) -> RenderableType:
    """What a calibration says, for a terminal."""
    from rich.console import Group
    from rich.table import Table

    tables = []
    for title, numbers in (
        ("Practice", calibration.practice),
        ("What other pulls would make of it", calibration.counterfactuals),
    ):
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for heading in ("", "estimate", "95% interval"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, number in numbers.items():
            label, unit = _TITLES[name]
            value, interval = _value_and_interval(number, unit)
            table.add_row(label, value, "-" if name == _AS_FITTED else interval)
        tables.append(table)
    practice, counterfactuals = tables
    intervals = (_INTERVALS,) if calibration.counterfactuals else ()
    return Group(
        f"{calibration.authority}, {calibration.basis.removeprefix(calibration.authority)[3:]}",
        "",
        practice,
        "",
        counterfactuals,
        *intervals,
        "",
        *_fit_lines(calibration),
        *(f"Note: {note}" for note in calibration.gaps),
    )


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
            f"Bands: the cumulative shares differ by {fit['distance']:.3f} in all; chance alone would make "
            f"it {fit['distance_expected']:.3f} with so many assessments."
        )
    return lines
