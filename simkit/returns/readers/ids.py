"""Ids of children, referrals, workers and teams, which are replaced by running numbers."""

from __future__ import annotations

import re

from simkit.returns.cells import visible
from simkit.returns.errors import ReturnError
from simkit.returns.records import UNKNOWN

_NO_ID = frozenset(
    {"nan", "null", "none", "na", "n/a", "#n/a", "nk", "n/k", "unknown", "not known", "not recorded"}
    | {"-", "-1", "?", "tbc"}
)


_SPOILT = re.compile(r"#{2,}|\d(?:[.,]\d+)?E\+\d+", re.I)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def refuse_spoilt_id(where: str, text: str) -> None:
    """Raise ReturnError for an id that a spreadsheet has shortened, as 1.23E+05 or ####."""
    if _SPOILT.fullmatch(text):
        raise ReturnError(
            f"{where}: a spreadsheet has shortened numbers of children or records, for example to 1.23E+05 "
            "or ####, so different ones look the same. Export again from the case management system, and "
            "don't open it in a spreadsheet before simkit reads it."
        )


def id_text(cell: object) -> str:
    """An id in the form in which ids are compared; empty if there is none, also for ``NULL`` and the like."""
    # one table or row may write a number with .0 or leading zeros, and another without
    text = "" if cell is None else visible(str(cell)).strip().lstrip("'")
    text = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    text = re.sub(r"(?<=\d)\.0+$", "", text) if text.endswith("0") else text
    text = text.lstrip("0") or "0" if text.isdecimal() else text
    return "" if text.lower() in _NO_ID else text.upper()


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
