"""What a run is given: every case, every piece of work and every person, drawn beforehand.

All randomness has ended here. Both engines read these tables and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.framework.amount import Amount
from simkit.model.inputs.calendar import Calendar

__all__ = [
    "ALLOCATION",
    "CLOSED",
    "NEVER",
    "OWN_WORKER",
    "Cases",
    "Clock",
    "EffortTable",
    "Tasks",
    "Workers",
    "Workload",
]

Ints = NDArray[np.int64]

NEVER = np.int64(2**40)  # a minute no run reaches

OWN_WORKER = 0  # pool of a task done by the person who holds the case
ALLOCATION = -1  # pool of the moment at which a case gets its person
CLOSED = 4  # route code of a referral that ends at the front door; codes 0 to 3 index ROUTES


@dataclass(frozen=True, eq=False)
class Cases:
    """One row a family brought to notice, in the order of its stable id.

    ``arrival``: working minute of the referral; ``source``: the case whose end brings this one,
    ``arrival`` minutes later, -1 for a case from outside; ``date``: the referral's own date, also
    where that is no working day (NaT where it depends on the run); ``children``: how many children
    (published figures count these); ``route``: index into ROUTES or CLOSED; ``kind``: 0 first
    referral, 1 re-referral, 2 repeat assessment of an open case, 3 open already when the run
    begins; ``priority``: index into the framework's priorities, -1 for none; ``first_task``: its
    tasks are the rows ``first_task[i]`` to ``first_task[i + 1]`` of the task table;
    ``planned_day``: the day after its start on which it is planned to be authorised, -1 for none;
    ``natural_day``: the same with nobody watching the clock.
    """

    id: Ints
    arrival: Ints
    date: NDArray[np.datetime64]
    children: Ints
    route: Ints
    kind: Ints
    priority: Ints
    source: Ints
    first_task: Ints
    planned_day: Ints
    natural_day: Ints

    def __len__(self) -> int:
        return len(self.arrival)


@dataclass(frozen=True, eq=False)
class Tasks:
    """One row a piece of work. A task can be done once its parent has ended, and not before the
    latest of: the parent's end; the end of ``wait_from`` plus ``wait`` minutes; the start of the
    day on which ``hold_from`` ended plus ``hold`` minutes. ``parent``, ``wait_from``,
    ``hold_from`` and ``due_from``, ``limit_from`` are rows of this table, earlier on the same line
    of work; -1 is the arrival. A task without an external wait has ``wait`` 0, one without a plan
    has ``hold`` -1. It is due at the start of the day on which ``due_from`` ended plus ``due``
    minutes, and a limit on it is over ``limit`` minutes after the start of the day on which
    ``limit_from`` ended (-1: none): the due minute orders a queue, a limit coming near raises
    urgency.

    ``step`` indexes ``Workload.steps``; ``attempt`` counts send-backs and repeats; ``pool`` is
    OWN_WORKER, ALLOCATION or a role; ``effort``: minutes of work; ``urgency``: 0 first. ``review``:
    a review point, dropped once the case is authorised; ``closes``: its end authorises the case.
    """

    case: Ints
    step: Ints
    attempt: Ints
    pool: Ints
    effort: Ints
    parent: Ints
    wait_from: Ints
    wait: Ints
    hold_from: Ints
    hold: Ints
    due_from: Ints
    due: Ints
    limit_from: Ints
    limit: Ints
    urgency: Ints
    review: NDArray[np.bool_]
    closes: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True, eq=False)
class Workers:
    """One row a person in a post.

    ``pool``: the role; ``fte``: hundredths of a full-time post; ``starts``, ``leaves`` and
    ``notice``: minutes from which the person is there, is gone, takes no new case; ``opens`` and ``shuts``
    (people x days): the working minutes of each day that go to this work, equal on a day off.
    """

    id: Ints
    pool: Ints
    fte: Ints
    starts: Ints
    leaves: Ints
    notice: Ints
    opens: Ints
    shuts: Ints

    def __len__(self) -> int:
        return len(self.pool)


@dataclass(frozen=True, slots=True)
class Clock:
    """A timescale of the framework that a run can be measured against.

    ``route`` is a name of ROUTES or None for every route without a timescale of its own.
    """

    id: str
    title: str
    start: str
    end: str
    amount: Amount
    routes: tuple[str, ...]
    national: bool


@dataclass(frozen=True, eq=False)
class EffortTable:
    """What shortens case holders' work in a run.

    ``factors``: thousandths of the drawn effort, by how many thousandths the load lies above the usual one;
    the last holds for all beyond. ``usual``: child minutes of each week without the change, for the case
    holders' time that there is in this run. ``week``: working minutes of a week. ``spared``: the cases whose
    work is never shortened.
    """

    factors: Ints
    usual: Ints
    week: int
    spared: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Workload:
    """The whole input of one run.

    ``pools``: names of the roles, the case holders' first; ``steps``: names of the steps and
    reviews; ``marks``: event -> the steps whose end is that event; ``window``: first and last
    minute of the measured year, the end excluded; the run goes on until every case that came in it
    is finished. ``handover``: minutes added to the next task of a case taken over from a leaver.
    ``due_within``: minutes after which waiting work counts as due, if it is not due before;
    ``raise_before``: minutes before a limit at which waiting work goes ahead. ``away_days``: a
    person away that many days or more gets no new case. ``caseload_limit``: children and other
    cases a full-time post, in hundredths; NEVER without one. ``final_minute`` bounds the run, and
    so does the task table: every task is drawn beforehand and begun once at most. ``effort_table``: how case
    holders' work gets shorter under pressure; None where it does not.
    """

    calendar: Calendar
    pools: tuple[str, ...]
    steps: tuple[str, ...]
    marks: dict[str, tuple[int, ...]]
    cases: Cases
    tasks: Tasks
    workers: Workers
    clocks: tuple[Clock, ...]
    window: tuple[int, int]
    handover: int
    due_within: int
    raise_before: int
    away_days: int
    other_cases: int
    caseload_limit: int
    final_minute: int
    effort_table: EffortTable | None = None
