"""Numbers measured in an authority's own data, in the place of the assumptions about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simkit.framework.framework import Framework, Origin
from simkit.framework.library import display_path, find

OWN_DATA, SYNTHETIC_DATA = "own data", "synthetic data"
"""Where a number may come from: the authority's own records, or ones that simkit made up."""


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A measured number with its 95% interval, in the unit of the assumption that it replaces.

    ``n``: how many it rests on, ``of`` which. ``source``: ``OWN_DATA`` or ``SYNTHETIC_DATA``.
    """

    value: float
    low: float
    high: float
    n: int
    of: str
    source: str = OWN_DATA


def with_own_numbers(framework: Framework, measured: Mapping[str, OwnNumber], file: str = "") -> Framework:
    """The framework with measured numbers in place of the national assumptions about them.

    A number that the framework's own file or a scenario sets is kept. ``file``: where the numbers were read.
    """
    national = display_path(find("national/assumptions"))
    numbers = {}
    for path, own in measured.items():
        number = framework.numbers.get(path)
        if number is None or not (number.origin.file == national or number.basis == "measured"):
            continue
        note = f"From {own.source}: {own.n:,} {own.of}."
        numbers[path] = replace(
            number,
            value=own.value,
            low=own.low,
            high=own.high,
            basis="measured",
            note=note,
            origin=Origin(file or number.origin.file, 1, 1),
        )
    return framework.replacing(numbers)
