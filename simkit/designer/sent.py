"""What a form sent, by field, and how its words are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from simkit.framework.amount import Unit, parse_amount, parse_amount_range
from simkit.framework.yaml.suggestions import bare_amount

UNITS = ("working days", "hours", "calendar days", "weeks", "months", "years", "minutes")


_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]{1,9},[0-9]+")


class Values(dict[str, list[str]]):
    """What was sent by field; an empty text for a field that was not sent."""

    def __missing__(self, field: str) -> list[str]:
        return [""]


@dataclass(slots=True)
class Sent:
    """What a form sent. ``errors`` has a sentence for each field that can't be used, by the field's id."""

    values: Mapping[str, list[str]]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The words of a field, without spaces around them; empty where it was left empty."""
        return " ".join(self.values.get(name, [""])[0].split())

    def words(self, name: str) -> str:
        """The lines of a large field, without empty ones at its ends."""
        lines = self.values.get(name, [""])[0].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(line.rstrip() for line in lines).strip("\n")

    def several(self, name: str) -> list[str] | None:
        """What was ticked, None for nothing."""
        return [each for each in self.values.get(name, []) if each] or None

    def needed(self, name: str, otherwise: str) -> str:
        """The words of a field that can't be left empty."""
        words = self.text(name)
        if not words:
            self.errors[name] = otherwise
        return words

    def number(self, field: str, least: float, most: float, *, name: str, sign: str = "") -> float | None:
        """The number of a field from ``least`` to ``most``, None with an error for anything else.

        ``sign`` may follow it. A comma may separate thousands: 1,500. It is refused where it might be a
        decimal point: 1,5 could mean 1.5 or 15. ``name`` is as for ``amount``.
        """
        words = self.text(field).replace("\N{MINUS SIGN}", "-").removesuffix(sign).strip()
        number = float(words.replace(",", "")) if _NUMBER.fullmatch(words) else None
        if number is not None and least <= number <= most:
            return number
        meant = _with_point(words)
        told = f"write a number from {least:g} to {most:,}."
        if meant and least <= float(meant) <= most:
            told = f"write a point for decimals: {meant}."
        self.errors[field] = f"{name}: {told}"
        return None

    def amount(self, number: str, unit: str, name: str, *, a_range: bool | None = False) -> str | None:
        """A number with its unit as the file writes it. ``a_range``: two numbers; None: one or two.

        ``name`` tells which field an error is about, since errors are listed at the top of the page.
        """
        words = self.text(number).lower().replace("\N{EN DASH}", " to ").replace("-", " to ")
        written = " ".join(f"{words} {self.text(unit) or UNITS[0]}".split())
        if words and any(each.value[:-1] in words for each in Unit):
            written = words  # somebody typed the unit too
        try:
            if a_range or (a_range is None and " to " in written):
                low, high = parse_amount_range(written)
                return f"{str(low).split(' ', 1)[0]} to {high}"
            amount = parse_amount(bare_amount(written))
        except ValueError:
            what = "two numbers, such as 3 to 5" if a_range else "a number, such as 5"
            otherwise = "" if words else ", or choose another answer above"
            meant = _with_point(words)
            told = f"a point for decimals: {meant}" if meant else f"{what}{otherwise}"
            self.errors[number] = f"{name}: write {told}."
            return None
        if not amount.number:
            told = "the time can't be zero. For the same or the next day, write 1 working day."
            self.errors[number] = f"{name}: {told}"
            return None
        return str(amount)


def _with_point(words: str) -> str:
    """The number that a comma for decimals makes of it, with a point; empty for other words."""
    decimals = _COMMA.fullmatch(words) and not _NUMBER.fullmatch(words)
    return words.replace(",", ".").removeprefix("+") if decimals else ""
