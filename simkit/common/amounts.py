"""Amounts as they are written in tables, and back: ``12.3%``, ``45.2 days``, ``1,234``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AMOUNT = re.compile(
    r"([-+]?)([\d,]+)(?:\.(\d+))?(%| (?:working )?days?| times| points| minutes)?(?: \([^)]*\))?"
)


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """One amount: its value, its unit as written (``%``, `` days``), and its format in a workbook.

    ``interval``: whether an interval in brackets follows it.
    """

    value: float
    unit: str
    number_format: str
    interval: bool


def amount_in(text: str) -> WrittenAmount | None:
    """The amount that a text is; None where it is something else."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not match[2].strip(","):
        return None
    sign, whole, part, unit = match.groups()
    shown = ("#,##0" if "," in whole else "0") + (f".{'0' * len(part)}" if part else "")
    shown += f'"{unit}"' if unit else ""
    value = float(f"{sign}{whole.replace(',', '')}.{part or 0}")
    return WrittenAmount(value, unit or "", f"+{shown};-{shown};{shown}" if sign else shown, ")" in text)
