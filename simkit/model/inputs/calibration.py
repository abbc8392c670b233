"""Calibrations: how long one authority's assessments take in one year, fitted to what was observed.

A calibration is a small file made by ``simkit calibrate``. Those of every authority and year with
published durations are packaged; ``calibration`` reads them and ``calibration_file`` one of the user's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.display import Displayable
from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.data import ENGLAND, authority
from simkit.framework.framework import Framework, Origin
from simkit.framework.library import display_path, find
from simkit.model.inputs.profile import Profile

__all__ = [
    "NATIONAL_NOTE",
    "PRACTICE",
    "SHIPPED",
    "Calibration",
    "CalibrationError",
    "Range",
    "calibration",
    "calibration_file",
    "calibration_of",
    "calibration_text",
    "file_name",
    "observed_as",
]

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
"""What stands beside results without a calibration."""

_SHARES = frozenset({"brief_share", "pull_national_limit", "slip", "pull_conference"})
_ASK_STAFF = frozenset({"brief_share"})
_MOST_BYTES = 1_000_000
_DIGITS = 5


class CalibrationError(SimkitError):
    """A calibration can't be read, made or found; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True)
class Calibration(Displayable):
    """The practice of one authority in one year, with how sure it is and how well it fits.

    ``fitted_to``: ``published`` statistics, or the kind of an authority's own data. ``practice``: each
    number of ``PRACTICE``, shares from 0 to 1 and times in working days. ``draws``: the same numbers drawn
    from their uncertainty, all equally likely. ``counterfactuals``: shares over 45 working days (0 to 1)
    under other rules, queues included. ``fit``: how far simulated years lie from what was observed, which is
    named by ``observed_as``. ``data``: what was used. ``gaps``: what was missing and what took its place.
    ``made``: how to make it again. ``file``: where it was read from.
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
    made: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    @property
    def basis(self) -> str:
        """What the practice was fitted to, in words."""
        whose = f"{self.authority}'s {observed_as(self.fitted_to)} durations"
        return f"{whose} of the year to March {self.year}"

    def applied(self, framework: Framework) -> Framework:
        """The framework with this practice, each number with its interval as its range.

        A practice number that the framework's own file or a scenario gives stays as it is written there.
        """
        numbers = dict(framework.numbers)
        for path, found in self._inherited(framework):
            numbers[path] = replace(
                numbers[path],
                value=found.value,
                low=found.low,
                high=found.high,
                basis="fitted",
                note=f"{self.basis}.",
                origin=Origin(self.file or numbers[path].origin.file, 1, 1),
            )
        return replace(framework, numbers=numbers)

    def draws_for(self, framework: Framework) -> tuple[Mapping[str, float], ...]:
        """The draws as ``Setting.practices`` takes them, without the numbers that the framework gives.

        The brief share keeps its estimate: it decides how much work there is, for which the staff is worked
        out once, and a draw with fewer would be a year of overload.
        """
        mine = [path for path, _ in self._inherited(framework) if _name(path) not in _ASK_STAFF]
        return tuple({path: draw[_name(path)] for path in mine} for draw in self.draws) if mine else ()

    def own(self, framework: Framework) -> tuple[str, ...]:
        """The practice numbers that the framework or a scenario gives itself: they win over these."""
        inherited = {path for path, _ in self._inherited(framework)}
        return tuple(name for name in self.practice if _path(name) not in inherited)

    def note_beside(self, framework: Framework) -> str:
        """The sentence that stands beside every result of a framework with this practice."""
        own = self.own(framework)
        given = f" Given by the framework or scenario itself: {', '.join(own)}." if own else ""
        return f"Practice calibrated to {self.basis}.{given}"

    def __repr__(self) -> str:
        return f"<Calibration to {self.basis}>"

    def _inherited(self, framework: Framework) -> Iterator[tuple[str, Range]]:
        """The numbers that a framework has from the national assumptions, or from a calibration before."""
        national = display_path(find("national/assumptions"))
        for name, found in self.practice.items():
            number = framework.numbers[_path(name)]
            if number.origin.file == national or number.basis == "fitted":
                yield _path(name), found


def observed_as(fitted_to: str) -> str:
    """What figures are called that a practice was fitted to: ``published``, or the authority's ``own``."""
    return "published" if fitted_to == "published" else "own"


def _path(name: str) -> str:
    return f"practice.{name}"


def _name(path: str) -> str:
    return path.removeprefix("practice.")


def file_name(area: str, year: int) -> Path:
    """Where the calibration of an area and year stands below a folder of them: ``2023/hackney.yaml``."""
    slug = ENGLAND if area == ENGLAND else authority(area).slug
    return Path(str(year)) / f"{slug}.yaml"


@checked_arguments
@cache
def calibration(area: str, year: int) -> Calibration | None:
    """The packaged calibration of an area (a DfE code or ``england``) in a year, or None.

    Raises CalibrationError where the packaged file can't be read.
    """
    path = SHIPPED / file_name(area, year)
    return calibration_file(path) if path.is_file() else None


def calibration_of(profile: Profile) -> Calibration | None:
    """The calibration to the published durations that belong to a profile, or None.

    Where an authority has none published for the profile's year, these are its latest before it, or those of
    the authority it came from. The average authority of England has the national practice set.
    """
    known = profile.published
    if known is None or known.area == ENGLAND or profile.la_code == ENGLAND:
        return None
    return calibration(known.area, known.year)


@checked_arguments
def calibration_file(path: str | Path) -> Calibration:
    """The calibration that a file holds. Raises CalibrationError with the reason where it doesn't."""
    place = Path(path)
    name = display_path(place)
    data = _loaded(place, name)
    form = data.get("simkit")
    if form != FORM:
        older = isinstance(form, str) and form.startswith("calibration/")
        raise CalibrationError(
            f"{name} is a calibration of another form ({form}); this version reads {FORM}. "
            "Make it again: simkit calibrate NAME --year YEAR."
            if older
            else f"{name} is not a calibration: its first line should be `simkit: {FORM}`."
        )
    try:
        return _built(data, name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CalibrationError(
            f"{name} is not complete, or was changed by hand ({_reason(error)}). "
            "Make it again: simkit calibrate NAME --year YEAR."
        ) from error


def _loaded(place: Path, name: str) -> dict[str, Any]:
    import yaml

    try:
        with place.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CalibrationError(f"{name} can't be opened: {error.strerror or error}.") from error
    if len(content) > _MOST_BYTES:
        raise CalibrationError(f"{name} is larger than 1 MB: it is no calibration.")
    try:
        data = yaml.load(content.decode("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CalibrationError(f"{name} is no text in YAML: it can't be read as a calibration.") from error
    if not isinstance(data, dict):
        raise CalibrationError(f"{name} is not a calibration: its first line should be `simkit: {FORM}`.")
    return data


def _built(data: Mapping[str, Any], name: str) -> Calibration:
    practice = _ranges(data["practice"])
    if set(practice) != set(PRACTICE):
        raise ValueError("practice must give " + ", ".join(PRACTICE))
    draws = tuple(
        {name: _number(x) for name, x in zip(data["draws"]["of"], row, strict=True)}
        for row in data["draws"]["values"]
    )
    for numbers in ({name: found.value for name, found in practice.items()}, *draws):
        _sensible(numbers)
    return Calibration(
        authority=str(data["authority"]),
        la_code=str(data["la_code"]),
        year=int(data["year"]),
        fitted_to=str(data["fitted_to"]),
        practice=practice,
        draws=draws,
        counterfactuals=_ranges(data["counterfactuals"]),
        fit={key: _number(x) for key, x in data["fit"].items()},
        data=dict(data["data"]),
        gaps=tuple(map(str, data["gaps"] or ())),
        made=dict(data["made"]),
        file=name,
    )


def _ranges(part: Mapping[str, Any]) -> dict[str, Range]:
    return {name: Range(*(_number(each[k]) for k in ("value", "low", "high"))) for name, each in part.items()}


def _number(found: Any) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise ValueError(f"{found!r} is not a number")
    return float(found)


def _sensible(numbers: Mapping[str, float]) -> None:
    if set(numbers) != set(PRACTICE):
        raise ValueError("each draw must give " + ", ".join(PRACTICE))
    for name, number in numbers.items():
        if number < 0 or (name in _SHARES and number > 1) or (name.endswith("median") and number == 0):
            raise ValueError(f"{name} can't be {number:g}")


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)


def calibration_text(found: Calibration) -> str:
    """The text of a calibration's file; ``calibration_file`` reads the same value from it."""
    lines = [
        f"simkit: {FORM}",
        f"authority: {_quoted(found.authority)}",
        f"la_code: {_quoted(found.la_code)}",
        f"year: {found.year}",
        f"fitted_to: {found.fitted_to}",
        "practice:",
        *_range_lines(found.practice),
        "counterfactuals:",
        *_range_lines(found.counterfactuals),
        "fit:",
        *(f"  {name}: {_written(x)}" for name, x in found.fit.items()),
        "data:",
        *(f"  {name}: {_written(x)}" for name, x in found.data.items()),
        "gaps:" if found.gaps else "gaps: []",
        *(f"  - {_quoted(gap)}" for gap in found.gaps),
        "made:",
        *(f"  {name}: {_written(x)}" for name, x in found.made.items()),
        "draws:",
        f"  of: [{', '.join(PRACTICE)}]",
        "  values:",
        *(f"    - [{', '.join(_written(draw[name]) for name in PRACTICE)}]" for draw in found.draws),
    ]
    return "\n".join(lines) + "\n"


def _range_lines(part: Mapping[str, Range]) -> Iterable[str]:
    return (
        f"  {name}: {{value: {_written(x.value)}, low: {_written(x.low)}, high: {_written(x.high)}}}"
        for name, x in part.items()
    )


def _written(x: object) -> str:
    if isinstance(x, float):
        return f"{x:.{_DIGITS}f}".rstrip("0").rstrip(".") or "0"
    if isinstance(x, str):
        return _quoted(x)
    if isinstance(x, Sequence):
        return f"[{', '.join(map(_written, x))}]"
    return "null" if x is None else str(x)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
