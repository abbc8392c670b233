"""Calibrations as text for people and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simkit.common.atomic_files import OutputError, destination, write_all
from simkit.model.inputs.calibration import Calibration, Range, calibration_text, file_name, observed_as

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["destined", "render", "written"]

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


def destined(folder: Path) -> None:
    """Raises OutputError where calibrations can't be written to a folder. Leaves nothing behind."""
    if destination(folder).workbook:
        raise OutputError(f"{folder}: calibrations are a folder. Give a name without {folder.suffix}.")


def written(found: Calibration, folder: Path) -> Path:
    """Write a calibration below a folder, whole or not at all; gives the file. Raises OutputError."""
    place = file_name(found.la_code, found.year)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} can't be made: {error.strerror or error}.") from error
    (file,) = write_all(folder / place.parent, {place.name: calibration_text(found).encode("utf-8")})
    return file


def render(found: Calibration) -> RenderableType:
    """What a calibration says, for a terminal."""
    from rich.console import Group
    from rich.table import Table

    tables = []
    for title, part in (
        ("Practice", found.practice),
        ("What other pulls would make of it", found.counterfactuals),
    ):
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for heading in ("", "estimate", "95% interval"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, each in part.items():
            words, unit = _TITLES[name]
            value, interval = _shown(each, unit)
            table.add_row(words, value, "-" if name == _AS_FITTED else interval)
        tables.append(table)
    head = f"{found.authority}, {found.basis.removeprefix(found.authority)[3:]}"
    practice, other = tables
    said = (_INTERVALS,) if found.counterfactuals else ()
    return Group(
        head, "", practice, "", other, *said, "", *_fit_lines(found), *(f"Note: {gap}" for gap in found.gaps)
    )


def _shown(found: Range, unit: str) -> tuple[str, str]:
    if unit == "%":
        return f"{found.value:.1%}", f"{found.low:.1%} to {found.high:.1%}"
    digits = 1 if unit else 2
    return f"{found.value:.{digits}f} {unit}".rstrip(), f"{found.low:.{digits}f} to {found.high:.{digits}f}"


def _fit_lines(found: Calibration) -> list[str]:
    """How near simulated years come."""
    fit, observed, lines = found.fit, observed_as(found.fitted_to), []
    for words, name, unit in (
        ("Within 45 working days", "within_45", "pct"),
        ("Median duration", "median", "days"),
        ("Conferences within 15 working days", "conference_within_15", "pct"),
    ):
        mine, theirs = (fit.get(f"{name}_{whose}_{unit}") for whose in ("simulated", observed))
        if mine is not None and theirs is not None:
            mark = "%" if unit == "pct" else " days"
            lines.append(f"{words}: simulated {mine:.1f}{mark}, {observed} {theirs:.1f}{mark}.")
    if "distance" in fit:
        lines.append(
            f"Bands: the cumulative shares differ by {fit['distance']:.3f} in all; chance alone would make "
            f"it {fit['distance_expected']:.3f} with so many assessments."
        )
    return lines
