"""Calibrations: one authority's practice in one year, fitted to its durations, and the file that holds them.

``simkit calibrate`` makes the files. Those of every authority and year with published durations are
packaged (``calibration``); ``calibration_file`` reads one of the user's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.earlier_names import earlier_name
from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.common.text import is_text
from simkit.data import ENGLAND, Authority, authority
from simkit.framework.framework import Framework, Origin
from simkit.framework.library import display_path, find
from simkit.framework.made_files import MadeFileError, read_made
from simkit.model.inputs.own_numbers import OwnNumber, with_own_numbers
from simkit.model.inputs.profile import Profile

FORM = "calibration/1"
SHIPPED = PACKAGE / "data" / "calibrations"
"""The packaged calibrations: a folder a year, a file an authority."""

PRACTICE = (
    "brief_share",
    "span_median",
    "span_sigma",
    "pull_national_limit",
    "margin",
    "slip",
    "conference_median",
    "conference_sigma",
    "pull_conference",
)
"""The practice numbers that are fitted, by their names below ``practice`` in a framework's model part."""

NATIONAL_NOTE = (
    "Practice: the national set, fitted to England's published durations of the year to March 2023."
)
"""The note on results without a calibration."""

_SIZES_STAFF = frozenset({"brief_share"})  # the staff is worked out from it
_DIGITS = 5
_BAD = 2.0  # times what chance makes of the distance


class CalibrationError(SimkitError):
    """A calibration can't be read, made or found; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True, eq=False)
class Calibration(Answer):
    """The practice of one authority in one year, with its uncertainty and goodness of fit.

    ``fitted_to``: ``published`` statistics, or the kind of an authority's own data. ``practice``: each
    number of ``PRACTICE``, shares from 0 to 1 and times in working days. ``draws``: equally likely draws of
    the same numbers from their uncertainty. ``counterfactuals``: shares over 45 working days (0 to 1) under
    other rules, queues included. ``fit``: simulated and observed figures, the latter named by
    ``observed_as``, and the distance between them. ``data``: counts of the data fitted to. ``gaps``: notes on
    missing data and its replacement, and of own data that contradict an assumption. ``provenance``: seed,
    version and settings that reproduce it. ``covers``: the days of an authority's own data, in words, where
    they are not the year's. ``measured``: numbers from own data in place of assumptions, by their paths in a
    framework.
    """

    authority: str
    la_code: str
    year: int
    fitted_to: str
    practice: Mapping[str, Range]
    draws: tuple[Mapping[str, float], ...]
    counterfactuals: Mapping[str, Range] = field(default_factory=dict)
    fit: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    covers: str = ""
    file: str = ""
    measured: Mapping[str, OwnNumber] = field(default_factory=dict)

    made = earlier_name("provenance")
    own = earlier_name("overridden_by")
    note_beside = earlier_name("note_for")

    @property
    def basis(self) -> str:
        """What the practice was fitted to, in words."""
        whose = f"{self.authority}'s {observed_as(self.fitted_to)} durations"
        return f"{whose} of {self.covers or f'the year to March {self.year}'}"

    @property
    def caution(self) -> str | None:
        """What to know where the fit is bad: None where it is near enough, or can't be judged.

        Bad is further from the durations than twice what chance makes of as many assessments, siblings among
        them: their number alone makes it less by the root of their overdispersion.
        """
        distance, independent = self.fit.get("distance"), self.fit.get("distance_expected")
        if distance is None or independent is None or distance <= _BAD * independent * self._siblings:
            return None
        chance = independent * self._siblings
        return (
            f"The simulated durations differ from {self.basis} by more than twice what chance explains "
            f"({distance:.2f} against {chance:.2f}; docs/calibration.md): read differences between "
            "scenarios, not levels."
        )

    @property
    def _siblings(self) -> float:
        """By how much siblings widen the distance that chance makes."""
        return math.sqrt(self.provenance.get("overdispersion_of_siblings", 1.0))

    def applied(self, framework: Framework) -> Framework:
        """The framework with this practice; the interval of each number is its range.

        Practice numbers that the framework's own file or a scenario sets are kept.
        """
        numbers = dict(framework.numbers)
        for path, fitted in self._inherited(framework):
            numbers[path] = replace(
                numbers[path],
                value=fitted.value,
                low=fitted.low,
                high=fitted.high,
                basis="fitted",
                note=f"{self.basis}.",
                origin=Origin(self.file or numbers[path].origin.file, 1, 1),
            )
        return with_own_numbers(replace(framework, numbers=numbers), self.measured, self.file)

    def draws_for(self, framework: Framework) -> tuple[Mapping[str, float], ...]:
        """The draws for ``Setting.practices``, without the numbers that the framework sets itself.

        The brief share keeps its estimate: the staff is worked out once from the work that it implies, and
        a draw with fewer brief assessments would be a year of overload.
        """
        inherited = [path for path, _ in self._inherited(framework) if _name(path) not in _SIZES_STAFF]
        return (
            tuple({path: draw[_name(path)] for path in inherited} for draw in self.draws) if inherited else ()
        )

    def overridden_by(self, framework: Framework) -> tuple[str, ...]:
        """The practice numbers that the framework or a scenario sets; they override the calibration."""
        inherited = {path for path, _ in self._inherited(framework)}
        return tuple(name for name in self.practice if _path(name) not in inherited)

    def note_for(self, framework: Framework) -> str:
        """The note on every result of a framework with this practice; ``caution`` is a note of its own."""
        own = self.overridden_by(framework)
        clause = f" Given by the framework or scenario itself: {', '.join(own)}." if own else ""
        measured = len(framework.measured())
        own_data = f" {measured} more numbers are from own data, in place of assumptions." if measured else ""
        return f"Practice calibrated to {self.basis}.{clause}{own_data}"

    def __repr__(self) -> str:
        return f"<Calibration to {self.basis}>"

    def _inherited(self, framework: Framework) -> Iterator[tuple[str, Range]]:
        """The fitted numbers that replace those from the national assumptions or another calibration."""
        national = display_path(find("national/assumptions"))
        for name, fitted in self.practice.items():
            number = framework.numbers[_path(name)]
            if number.origin.file == national or number.basis == "fitted":
                yield _path(name), fitted


def observed_as(fitted_to: str) -> str:
    """The word for the figures that a practice was fitted to: ``published``, or the authority's ``own``."""
    return "published" if fitted_to == "published" else "own"


def _path(name: str) -> str:
    return f"practice.{name}"


def _name(path: str) -> str:
    return path.removeprefix("practice.")


def file_name(area: str | Authority, year: int) -> Path:
    """Path of an area's calibration of a year within a folder of calibrations: ``2023/hackney.yaml``."""
    slug = ENGLAND if area == ENGLAND else authority(area).slug
    return Path(str(year)) / f"{slug}.yaml"


@checked_arguments
@cache
def calibration(area: str | Authority, year: int) -> Calibration | None:
    """The packaged calibration of an area (an authority by name or code, or ``england``) in a year, or None.

    Raises CalibrationError where the packaged file can't be read.
    """
    path = SHIPPED / file_name(area, year)
    return calibration_file(path) if path.is_file() else None


def calibration_of(profile: Profile) -> Calibration | None:
    """The calibration to the published durations that belong to a profile, or None.

    Without published durations for the profile's year, those of its latest earlier year or its predecessor.
    None for the average authority of England, which has the national practice.
    """
    durations = profile.published
    if durations is None or durations.area == ENGLAND or profile.la_code == ENGLAND:
        return None
    return calibration(durations.area, durations.year)


@checked_arguments
def calibration_file(path: str | Path) -> Calibration:
    """The calibration in a file, or with its text. Raises CalibrationError, with the reason, for none."""
    name = "" if is_text(path) else display_path(Path(path))
    try:
        return _calibration(read_made(path, "calibration", name), name)
    except MadeFileError as error:
        raise CalibrationError(str(error)) from error


def _calibration(data: Mapping[str, Any], name: str) -> Calibration:
    """The calibration of data that its schema has checked. Raises CalibrationError for a bad range."""
    for part in ("practice", "counterfactuals", "measured"):
        for key, each in data.get(part, {}).items():
            if not each["low"] <= each["value"] <= each["high"]:
                raise CalibrationError(
                    f"{name or 'The text'} can't be used as a calibration: `{part}.{key}` has a value that "
                    "is not between its low and its high. Make it again: simkit calibrate NAME --year YEAR."
                )
    return Calibration(
        authority=data["authority"],
        la_code=data["la_code"],
        year=data["year"],
        fitted_to=data["fitted_to"],
        practice=_ranges(data["practice"]),
        draws=tuple(dict(zip(PRACTICE, map(float, row), strict=True)) for row in data["draws"]["values"]),
        counterfactuals=_ranges(data["counterfactuals"]),
        fit={key: float(x) for key, x in data["fit"].items()},
        data=data["data"],
        gaps=tuple(data["gaps"]),
        provenance=data["made"],
        covers=data.get("covers", ""),
        file=name,
        measured={
            path: OwnNumber(
                value=float(each["value"]),
                low=float(each["low"]),
                high=float(each["high"]),
                n=each["n"],
                of=each["of"],
                source=each["from"],
            )
            for path, each in data.get("measured", {}).items()
        },
    )


def _ranges(part: Mapping[str, Any]) -> dict[str, Range]:
    return {name: Range(*(float(each[k]) for k in ("value", "low", "high"))) for name, each in part.items()}


def calibration_text(calibration: Calibration) -> str:
    """The text of a calibration's file; ``calibration_file`` reads the same value from it."""
    lines = [
        f"simkit: {FORM}",
        f"authority: {_quoted(calibration.authority)}",
        f"la_code: {_quoted(calibration.la_code)}",
        f"year: {calibration.year}",
        f"fitted_to: {calibration.fitted_to}",
        *((f"covers: {_quoted(calibration.covers)}",) if calibration.covers else ()),
        "practice:",
        *_range_lines(calibration.practice),
        *(("measured:", *_measured_lines(calibration.measured)) if calibration.measured else ()),
        "counterfactuals:",
        *_range_lines(calibration.counterfactuals),
        "fit:",
        *(f"  {name}: {_yaml(x)}" for name, x in calibration.fit.items()),
        "data:",
        *(f"  {name}: {_yaml(x)}" for name, x in calibration.data.items()),
        "gaps:" if calibration.gaps else "gaps: []",
        *(f"  - {_quoted(gap)}" for gap in calibration.gaps),
        "made:",
        *(f"  {name}: {_yaml(x)}" for name, x in calibration.provenance.items()),
        "draws:",
        f"  of: [{', '.join(PRACTICE)}]",
        "  values:",
        *(f"    - [{', '.join(_yaml(draw[name]) for name in PRACTICE)}]" for draw in calibration.draws),
    ]
    return "\n".join(lines) + "\n"


def _range_lines(part: Mapping[str, Range]) -> Iterable[str]:
    return (
        f"  {name}: {{value: {_yaml(x.value)}, low: {_yaml(x.low)}, high: {_yaml(x.high)}}}"
        for name, x in part.items()
    )


def _measured_lines(part: Mapping[str, OwnNumber]) -> Iterable[str]:
    return (
        f"  {path}: {{value: {_yaml(x.value)}, low: {_yaml(x.low)}, high: {_yaml(x.high)}, "
        f"from: {x.source}, n: {x.n}, of: {_quoted(x.of)}}}"
        for path, x in part.items()
    )


def _yaml(x: object) -> str:
    if isinstance(x, float):
        return f"{x:.{_DIGITS}f}".rstrip("0").rstrip(".") or "0"
    if isinstance(x, str):
        return _quoted(x)
    if isinstance(x, Sequence):
        return f"[{', '.join(map(_yaml, x))}]"
    return "null" if x is None else str(x)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
