"""The plain values that figures of more than one result are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from simkit.model.measures.day_counts import Convention

_SOURCE = "Caseload and workforce: Department for Education statistics (Open Government Licence v3.0)"


@dataclass(frozen=True, slots=True)
class Caption:
    """The title, subtitle and foot of a figure."""

    title: str
    under: str
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A value with its 95% interval. Spans of one ``group`` are drawn together."""

    label: str
    value: float
    low: float
    high: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """An authority's value with its 95% interval, if it has one.

    ``side``: 1 above the middle authority, -1 below it, 0 where chance may explain the difference;
    ``children``: what a share is a share of.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    side: int
    children: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: at each ``x`` a value with its 95% interval. All of the same length, ``x`` rising."""

    label: str
    x: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """The answer with a number at the two ends of its range.

    ``at_low`` and ``at_high`` are the number's two values in words, ``low`` and ``high`` the answers.
    """

    label: str
    at_low: str
    at_high: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far the answer moves over the range."""
        return abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class Fit:
    """Published and fitted shares of an authority's assessments in the nine bands, in percent, or in the
    eight that practice is fitted to: the same day and 1 to 10 days together.

    ``distance``: sum of absolute differences of the cumulative shares, as shares from 0 to 1.
    """

    label: str
    published: tuple[float, ...]
    fitted: tuple[float, ...]
    distance: float


def caption(
    title: str, under: str, *, simulated: str, convention: Convention, assumptions: int, source: str = _SOURCE
) -> Caption:
    """A caption with the runs, how days count, the source and the number of assumptions.

    ``simulated`` and ``source`` are sentences without their full stop.
    """
    numbers = "1 number" if assumptions == 1 else f"{assumptions} numbers"
    are = "is an assumption" if assumptions == 1 else "are assumptions"
    return Caption(
        title,
        under,
        (
            f"{simulated}. Days are working days elapsed; for limits {convention.text}.",
            f"{source}.",
            f"{numbers} behind the simulation {are}.",
        ),
    )
