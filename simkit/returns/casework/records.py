"""The records of casework, in memory only: running numbers of children, referrals and workers, and days.

A worker is a running number, as a child is. These values don't print what they hold, and nothing writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simkit.common.arrays import Floats, Ints
from simkit.returns.records import RecordColumns


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Contacts(RecordColumns):
    """Contacts: the child's running number, -1 unknown, and the day."""

    child: Ints
    date: Ints


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Visits(RecordColumns):
    """Visits; ``seen`` and ``alone``: whether the child was seen, and alone; YES, NO or UNKNOWN."""

    child: Ints
    date: Ints
    seen: Ints
    alone: Ints


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Allocations(RecordColumns):
    """To whom a case is allocated from when to when: involvements of the allocated worker.

    ``group``: the referral's running number, -1 unknown; ``worker``: the worker's, -1 unknown.
    """

    child: Ints
    group: Ints
    worker: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Workers:
    """Workers by running number: full-time equivalent, NaN unknown, and agency: YES, NO or UNKNOWN."""

    fte: Floats
    agency: Ints

    def __len__(self) -> int:
        return len(self.agency)

    def __repr__(self) -> str:
        return f"<{len(self)} workers, in memory only>"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class CaseworkRecords:
    """The casework of all years that a dataset holds.

    ``team`` and ``assessor`` of each assessment of the dataset: a number in ``teams`` and the running number
    of the worker, -1 unknown. ``holds``: which of
    ``contacts``, ``visits``, ``seen``, ``alone``, ``allocations``, ``fte``, ``agency`` and ``teams`` the
    dataset has. ``last``: the last day on which anything is recorded.
    """

    contacts: Contacts
    visits: Visits
    allocations: Allocations
    workers: Workers
    team: Ints
    assessor: Ints
    teams: tuple[str, ...]
    holds: frozenset[str]
    last: int

    def dates(self) -> Iterator[tuple[str, Ints]]:
        """Each kind of date, as the reader names it, and its days."""
        yield "contact", self.contacts.date
        yield "visit", self.visits.date
        yield "start of an involvement", self.allocations.start
        yield "end of an involvement", self.allocations.end

    def __repr__(self) -> str:
        return f"<CaseworkRecords: {self.contacts}, {self.visits}, {self.allocations}, {self.workers}>"
