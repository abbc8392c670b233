"""Amounts of time and shares, written as people write them: ``45 working days``, ``20%``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """The units a framework may use, in the plural as they are written."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working days"
    CALENDAR_DAYS = "calendar days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of one unit, such as 45 working days."""

    number: float
    unit: Unit

    @property
    def working_days(self) -> float:
        """In working days: a working week is five of seven days, and a day 24 hours."""
        return self.number * _WORKING_DAYS[self.unit]

    def __str__(self) -> str:
        number = int(self.number) if self.number == int(self.number) else self.number
        unit = self.unit.value
        return f"{number} {unit[:-1] if number == 1 else unit}"


_WORKING_DAYS = {
    Unit.MINUTES: 1 / (24 * 60),
    Unit.HOURS: 1 / 24,
    Unit.WORKING_DAYS: 1.0,
    Unit.CALENDAR_DAYS: 5 / 7,
    Unit.WEEKS: 5.0,
    Unit.MONTHS: 5 / 7 * 365.25 / 12,
    Unit.YEARS: 5 / 7 * 365.25,
}
_UNITS = {name: unit for unit in Unit for name in (unit.value, unit.value[:-1])}
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
"""A number as it is written, as a regular expression: no amount of anything needs more digits."""
_AMOUNT = re.compile(rf"({NUMBER}) +([a-z ]+)")
_RANGE = re.compile(rf"({NUMBER}) to ({NUMBER}) +([a-z ]+)")
_SHARE = re.compile(rf"({NUMBER})%")


def parse_amount(text: str) -> Amount:
    """Read ``45 working days``. Raises ValueError for anything but a number and a known unit."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{text!r} is not a number and a unit such as '45 working days'")
    return Amount(float(match[1]), _UNITS[match[2]])


def parse_amount_range(text: str) -> tuple[Amount, Amount]:
    """Read ``3 to 5 working days``. Raises ValueError for anything but a range, lower end first."""
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[3] not in _UNITS or float(match[1]) > float(match[2]):
        raise ValueError(f"{text!r} is not a range such as '3 to 5 working days'")
    unit = _UNITS[match[3]]
    return Amount(float(match[1]), unit), Amount(float(match[2]), unit)


def parse_share(text: str) -> float:
    """Read ``20%`` as 0.2. Raises ValueError for anything but a percentage from 0 to 100."""
    match = _SHARE.fullmatch(text.strip())
    if match is None or float(match[1]) > 100:
        raise ValueError(f"{text!r} is not a percentage from 0% to 100%")
    return float(match[1]) / 100
