"""The records of a return: dates and running numbers, in memory only.

No id, name, date of birth or other detail of a child is kept: a child is a running number within the
file. These values don't print what they hold, and nothing writes them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar

import numpy as np

from simkit.common.arrays import Ints

NO, YES, UNKNOWN = 0, 1, -1


class RecordColumns:
    """Columns of the same length, one row a record; prints its length alone."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"<{len(self)} {type(self).__name__.lower()}, in memory only>"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Referrals(RecordColumns):
    """``child``: running number, -1 unknown. ``nfa``: closed with no further action; YES, NO or UNKNOWN.

    ``closed``: the day the episode was closed. ``conference``: an initial conference recorded with the
    referral and not with an enquiry. ``earlier``: whether the list says that the child was referred before in
    twelve months; YES, NO or UNKNOWN.
    """

    child: Ints
    date: Ints
    closed: Ints
    nfa: Ints
    conference: Ints
    earlier: Ints


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Assessments(RecordColumns):
    """``referral``: the date of the referral it belongs to. ``group``: the referral's running number, -1
    where it isn't known. ``source``: running number of the code of who referred.

    ``disabled`` and ``enquired``: whether the child is recorded as disabled, and whether its referral has
    a section 47 enquiry, YES, NO or UNKNOWN. ``closed``: the day the episode was closed.
    """

    child: Ints
    group: Ints
    referral: Ints
    source: Ints
    start: Ints
    end: Ints
    disabled: Ints
    enquired: Ints
    closed: Ints


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Enquiries(RecordColumns):
    """Section 47 enquiries; ``not_required``: no conference was needed, YES, NO or UNKNOWN."""

    child: Ints
    start: Ints
    conference: Ints
    not_required: Ints


Table = TypeVar("Table", bound=RecordColumns)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Records:
    """The records of one file, and how often its reader met each problem (``problem_counts``, by rule).

    ``contents`` names what the file could hold at all: ``children``; ``referrals``, all of them, or
    ``assessed referrals``; ``referral dates`` of assessments; ``nfa``, ``earlier``, ``disabled`` and
    ``not required``, columns of answers that can be read; ``closures``, ``enquiries``, ``conferences``. A
    rule about what a file can't hold isn't checked. ``la_code`` is the code in the file. ``shapes``: the
    shapes of dates that can't be read, by kind of date. ``notes``: what has to be said of how the file was
    read.
    """

    referrals: Referrals
    assessments: Assessments
    enquiries: Enquiries
    contents: frozenset[str]
    la_code: str | None = None
    synthetic: bool = False
    problem_counts: Mapping[str, int] = field(default_factory=dict)
    shapes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Records: {self.referrals}, {self.assessments}, {self.enquiries}>"


class RowBuffer(Generic[Table]):
    """Columns that grow while a file is read, without a Python object for each cell."""

    __slots__ = ("_columns", "_kind")

    def __init__(self, kind: type[Table]) -> None:
        self._kind: Callable[..., Table] = kind
        self._columns = tuple(array("q") for _ in fields(kind))  # type: ignore[arg-type]

    def add(self, *row: int) -> None:
        """Add a row, its cells in the order of the columns."""
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)

    def __len__(self) -> int:
        return len(self._columns[0])

    def table(self) -> Table:
        """The rows as arrays."""
        return self._kind(*(np.array(column, dtype=np.int64) for column in self._columns))
