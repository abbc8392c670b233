"""Ids of children, referrals, workers and teams, which are replaced by running numbers."""

from __future__ import annotations

from simkit.returns.records import UNKNOWN

_NO_ID = frozenset(
    {"nan", "null", "none", "na", "n/a", "#n/a", "nk", "n/k", "unknown", "not known", "not recorded"}
    | {"-", "-1", "?", "tbc"}
)


def id_text(cell: object) -> str:
    """An id in the form in which ids are compared; empty if there is none, also for ``NULL`` and the like."""
    # one table or row may write a number with .0 or leading zeros, and another without
    text = "" if cell is None else str(cell).strip().removesuffix(".0")
    text = text.lstrip("0") or "0" if text.isdecimal() else text
    return "" if text.lower() in _NO_ID else text


class Ids:
    """Running numbers of ids; the ids go when the reader does."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, cell: object) -> int:
        """The number of an id, a new one where it wasn't met before; UNKNOWN for an empty cell."""
        text = id_text(cell)
        return self._numbers.setdefault(text, len(self._numbers)) if text else UNKNOWN

    def find(self, cell: object) -> int | None:
        """The number of an id; UNKNOWN for an empty cell, None where it wasn't met before."""
        text = id_text(cell)
        return self._numbers.get(text) if text else UNKNOWN

    def __len__(self) -> int:
        return len(self._numbers)
