"""Answers in cells that ask yes or no, or how many: as systems and Ofsted's own lists code them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.records import NO, UNKNOWN, YES

UNREADABLE_ANSWER = -2
"""For a cell that holds something and no answer that is known."""

_CODE = re.compile(r"^[a-z0-9]{1,2}\s*[).:=-]\s*(?=[a-z])")  # as in "a) Yes", "1 - Yes"
_YES = frozenset({"y", "yes", "true", "t", "1", "1.0", "disabled"})
_NO = frozenset({"n", "no", "false", "f", "0", "0.0", "none", "not disabled", "non disabled"})
_UNKNOWN = frozenset(
    {"", "-", "u", "unknown", "not known", "n/k", "nk", "not stated", "not recorded", "not applicable"}
    | {"n/a", "na", "null", "nan", "not yet known", "not yet obtained", "information not yet obtained"}
    | {"refused", "declined", "tbc", "pending", "?"}
)


def yes_or_no(cell: object) -> int:
    """YES, NO, UNKNOWN or UNREADABLE_ANSWER for a cell: ``Yes``, ``b) No``, ``1 - Yes``, ``c) Unknown``."""
    text = " ".join(str(cell if cell is not None else "").lower().split()).strip(" .")
    plain = _CODE.sub("", text)
    first = re.split(r"[ ,.:;)(-]", plain, maxsplit=1)[0]
    if plain in _UNKNOWN:
        return UNKNOWN
    if plain in _YES or first in ("y", "yes"):
        return YES
    if plain in _NO or first in ("n", "no"):
        return NO
    if first in ("unknown", "not"):
        return UNKNOWN
    return UNREADABLE_ANSWER


def yes_no_column(cells: Sequence[object]) -> Ints:
    """The answers of a column. Where it says yes and never no, an empty cell means no."""
    answers = np.array([yes_or_no(cell) for cell in cells], dtype=np.int64)
    if (answers == YES).any() and not (answers == NO).any():
        is_empty = np.array([cell is None or not str(cell).strip() for cell in cells], dtype=bool)
        if not ((answers == UNKNOWN) & ~is_empty).any():
            answers[is_empty] = NO
    return answers


def earlier_referrals(cells: Sequence[object]) -> Ints:
    """Whether a child was referred before in twelve months, from how often it was referred in them.

    Lists count with the referral of the row or without it. One that has a nought anywhere doesn't count it,
    so 1 is an earlier one; where the least is 1, it does, and 2 is.
    """
    numbers = np.array([_number(cell) for cell in cells], dtype=np.int64)
    known = numbers >= 0
    if not known.any():
        return numbers
    first = 1 if (numbers[known] == 0).any() else 2
    return np.where(known, np.where(numbers >= first, YES, NO), numbers)


def _number(cell: object) -> int:
    text = str(cell if cell is not None else "").strip().lower()
    if text in _UNKNOWN:
        return UNKNOWN
    parts = re.fullmatch(r"(\d{1,3})(?:\.0*)?\+?", text)
    return int(parts[1]) if parts else UNREADABLE_ANSWER
