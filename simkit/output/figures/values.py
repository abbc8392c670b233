"""The plain values that figures of more than one result are drawn from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simkit.model.measures.day_counts import Convention

NOT_SETTLED = "not settled"
"""What a row of a figure says whose difference chance or what nobody knows may turn round."""

NOT_CALIBRATED = "not calibrated"
"""What one says where nothing published could be fitted to the rules of a side."""

BASELINE_NOT_CALIBRATED = "baseline not calibrated"
"""The same of the side that all are compared with."""

SOURCE = "Department for Education (OGL v3.0)"


@dataclass(frozen=True, slots=True)
class Caption:
    """The title, subtitle and foot of a figure. The title is what the figure shows."""

    title: str
    under: str
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A value with its 95% interval. Spans of one ``group`` are drawn together.

    ``unknown``: from the least to the greatest that it may be over what nobody knows, interval included;
    None where nothing unknown matters. ``either``: the values it has under an unknown that is one thing or
    the other. ``says``: the finding in a word or two, such as ``NOT_SETTLED``.
    """

    label: str
    value: float
    low: float
    high: float
    group: str = ""
    unknown: tuple[float, float] | None = None
    either: tuple[float, ...] = ()
    says: str = ""

    @property
    def told(self) -> bool:
        """Whether it has a value and an interval."""
        return not (math.isnan(self.value) or math.isnan(self.low))

    @property
    def settled(self) -> bool:
        """Whether chance and what is not known leave it on one side of zero."""
        ends = (self.low, self.high, *(self.unknown or ()))
        return self.says not in (NOT_SETTLED, NOT_CALIBRATED) and (min(ends) > 0 or max(ends) < 0)


@dataclass(frozen=True, slots=True)
class Point:
    """An authority's value with its 95% interval, if it has one.

    ``side``: 1 above the middle authority, -1 below it, 0 where chance may explain the difference, None
    without an interval; ``children``: what a share is a share of.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    side: int | None
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

    ``at_low`` and ``at_high`` are the number's two values in words, ``low`` and ``high`` the answers, each
    with its 95% interval. ``sure``: whether an end surely moves the answer. ``base``: the answer as assumed.
    """

    label: str
    at_low: str
    at_high: str
    low: Span
    high: Span
    sure: bool
    base: float

    @property
    def width(self) -> float:
        """How far the answer moves over the range; both ends may move it the same way."""
        values = (self.base, self.low.value, self.high.value)
        return max(values) - min(values)


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
    title: str, under: str, *, simulated: str, convention: Convention, assumptions: int, source: str = SOURCE
) -> Caption:
    """A caption with the runs, how days count, the number of assumptions and the source.

    ``simulated`` and ``source`` are without their full stop.
    """
    numbers = "1 assumption" if assumptions == 1 else f"{assumptions} assumptions"
    return Caption(title, under, (f"{simulated}; {convention.text}; {numbers}.", f"Data: {source}."))
