"""Estimates over replications: the mean of a measure with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.errors import SimkitError
from simkit.common.special import stdtrit
from simkit.common.text import listed
from simkit.framework.framework import Framework
from simkit.model.measures.measures import Definition, RunMeasures, definitions
from simkit.model.workload.sample import clocks, pools_of

ALLOWED = {
    "%": (0.0, 100.0),
    "working days": (0.0, np.inf),
    "children": (0.0, np.inf),
    "times": (0.0, np.inf),
    "minutes": (0.0, np.inf),
}
"""The least and the most that a measure can be, by its unit."""

LEAST_CHILDREN = 5
"""Children a year, by the caseload, of whom a share or a median is given: an assumption."""

LEAST_YEARS = 5
"""Simulated years with a value from which an interval is shown. An assumption: of fewer it says next to
nothing. Student's interval of two years is seven times as long as that of five."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over replications.

    ``value``: the mean of the replications' values; ``low``, ``high``: its 95% t interval, how sure
    the mean is; ``year_low``, ``year_high``: 10th and 90th percentile over replications, what one
    year may look like. ``replications``: those in which the measure has a denominator. NaN where
    there are none; an interval and a range need two.
    """

    name: str
    title: str
    unit: str
    of: str
    value: float
    low: float
    high: float
    year_low: float
    year_high: float
    replications: int

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return f"{self.title}: {self.value:.1f} ({self.low:.1f} to {self.high:.1f}) {self.unit}"


class UnknownMeasureError(SimkitError, KeyError):
    """A result has no measure of this name; the text gives the nearest names."""

    __str__ = Exception.__str__


class Measures(dict[str, Estimate]):
    """Estimates by the name of their measure. Raises UnknownMeasureError, with the nearest names."""

    def __missing__(self, name: object) -> Estimate:
        near = get_close_matches(str(name), self, n=3, cutoff=0.4)
        hint = f" Did you mean {listed(near, 'or')}?" if near else ""
        raise UnknownMeasureError(f"There is no measure called {name!r}.{hint} docs/measures.md has all.")


def definitions_of(framework: Framework) -> dict[str, Definition]:
    """The definition of every measure that a framework has, by name, in their order."""
    return {each.name: each for each in definitions(clocks(framework), pools_of(framework))}


def values_of(runs: Iterable[RunMeasures], measure: str) -> Floats:
    """A measure's value in each run."""
    return np.array([each.values[measure] for each in runs])


def interval(values: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean of the values that are not NaN, and its t interval (Student, n - 1 degrees of freedom)."""
    finite = values[~np.isnan(values)]
    if len(finite) == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(finite.mean())
    if len(finite) == 1:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(len(finite) - 1, (1 + confidence) / 2) * finite.std(ddof=1) / np.sqrt(len(finite)))
    return mean, mean - half, mean + half


def shows_interval(low: float | None, years: float) -> bool:
    """Whether an interval from ``low`` is shown: it is known, and from at least ``LEAST_YEARS`` years."""
    return low is not None and not np.isnan(low) and years >= LEAST_YEARS


def shown_interval(values: Floats) -> tuple[float, float, float]:
    """Mean and 95% interval as they are shown: its ends are NaN for fewer than ``LEAST_YEARS`` values."""
    mean, low, high = interval(values)
    shown = shows_interval(low, int(np.count_nonzero(~np.isnan(values))))
    return (mean, low, high) if shown else (mean, float("nan"), float("nan"))


def half_width(values: Floats) -> float:
    """Half the width of the 95% interval of the mean; infinite where there is none."""
    mean, low, _ = interval(values)
    return float("inf") if np.isnan(low) else mean - low


def estimate(name: str, title: str, unit: str, of: str, values: Floats) -> Estimate:
    """The estimate of a measure from its value in each replication.

    The interval is kept within what the unit allows: a share within 0 and 100, a number or a time
    from 0 up, a change or a difference anywhere.
    """
    mean, low, high = interval(values)
    finite = values[~np.isnan(values)]
    year_low, year_high = np.percentile(finite, [10, 90]) if len(finite) > 1 else (np.nan, np.nan)
    least, most = ALLOWED.get(unit, (-np.inf, np.inf))
    return Estimate(
        name=name,
        title=title,
        unit=unit,
        of=of,
        value=mean,
        low=low if np.isnan(low) else max(least, low),
        high=high if np.isnan(high) else min(most, high),
        year_low=float(year_low),
        year_high=float(year_high),
        replications=len(finite),
    )


def estimate_of(definition: Definition, values: Floats) -> Estimate:
    """The estimate of a defined measure from its value in each replication."""
    return estimate(definition.name, definition.title, definition.unit, definition.of, values)
