"""A change as a scenario writes it: signed changes what is there, unsigned replaces it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from simkit.framework.amount import NUMBER

_CHANGE = re.compile(rf"(?P<sign>[+-]?)(?P<number>{NUMBER})(?P<unit>%| points?|)")


@dataclass(frozen=True, slots=True)
class Change:
    """What a scenario does to one number. ``text`` is how it was written.

    ``times`` multiplies by ``number`` (``+20%``: 1.2), ``points`` adds to a share (``+5 points``:
    0.05), ``share`` puts a share in its place (``25%``: 0.25), ``number`` puts a number there.
    """

    kind: Literal["times", "points", "share", "number"]
    number: float
    text: str

    @property
    def replaces(self) -> bool:
        """Whether what was there before no longer matters."""
        return self.kind in ("share", "number")

    def of(self, before: float) -> float:
        """The number after the change."""
        if self.replaces:
            return self.number
        return before * self.number if self.kind == "times" else before + self.number

    def __str__(self) -> str:
        return self.text


def parse_change(text: str | int | float) -> Change:
    """Read ``+20%``, ``-5 points``, ``25%`` or ``5000``. Raises ValueError for anything else."""
    written = f"{text:g}" if isinstance(text, float) else str(text).strip()
    match = None if isinstance(text, bool) else _CHANGE.fullmatch(written)
    if match is None or (match["sign"] and not match["unit"]):
        raise ValueError(f"{text!r} is not a change such as '+20%', '+5 points' or '25%'")
    number = float(match["number"])
    signed = -number if match["sign"] == "-" else number
    if match["unit"].startswith(" point"):
        if not match["sign"]:
            raise ValueError(f"{text!r} has points without a sign: write '+5 points' or '-5 points'")
        return Change("points", signed / 100, written)
    if match["sign"]:
        return Change("times", 1 + signed / 100, written)
    if match["unit"] == "%":
        return Change("share", number / 100, written)
    return Change("number", number, written)
