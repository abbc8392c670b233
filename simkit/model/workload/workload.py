"""The workload: tables of cases, tasks and workers, the only input of both engines.

All random draws are made beforehand; a run contains no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Ints
from simkit.framework.amount import Amount
from simkit.model.inputs.calendar import Calendar

NEVER = np.int64(2**40)  # later than the end of any run

OWN_WORKER = 0  # pool of a task done by the worker who holds the case
ALLOCATION = -1  # pool of the task whose end allocates the case to a worker
CLOSED = 4  # route code of a referral that ends at the front door; codes 0 to 3 index ROUTES


@dataclass(frozen=True, eq=False)
class Cases:
    """One row for each case, a referral of a family, by stable id.

    ``arrival``: working minute of the referral; for a case with a source, minutes after the source's end.
    ``source``: the case that this one follows, -1 for arrivals from outside. ``date``: the referral's own
    date, working day or not (NaT where it depends on the run). ``children``: number of children, which
    published figures count. ``route``: index into ROUTES, or CLOSED. ``kind``: 0 first referral, 1
    re-referral, 2 repeat assessment of an open case, 3 open when the run begins. ``priority``: index into the
    framework's priorities, -1 for none. ``first_task``: the tasks of case i are the rows ``first_task[i]`` to
    ``first_task[i + 1]`` (excluded) of the task table. ``planned_day``: day after the start for which the
    authorisation is planned, -1 for none; ``natural_day``: the same without any clock.
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
    """One row for each task, by case.

    A task is ready at the latest of: the end of ``parent``; ``wait`` minutes after the end of ``wait_from``
    (external answer; 0: none); ``hold`` minutes after the start of the day on which ``hold_from`` ended
    (planned day; -1: none). It is due ``due`` minutes after the start of the day on which ``due_from`` ended,
    which orders its queue; a limit on it is over ``limit`` minutes after the start of the day on which
    ``limit_from`` ended (-1: none), and raises its urgency when near. ``parent`` and the columns ``*_from``
    are rows of earlier tasks on the same line of work; -1 is the arrival.

    ``step``: index into ``Workload.steps``; ``attempt``: number of send-backs or repeats before; ``pool``:
    OWN_WORKER, ALLOCATION or a role; ``effort``: minutes of work; ``urgency``: 0 first; ``review``: a review
    point, dropped once the case is authorised; ``closes``: its end authorises the case.
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
    """One row for each worker, a person in a post.

    ``pool``: the role; ``fte``: hundredths of a full-time post; ``starts``, ``leaves``, ``notice``: minutes
    from which the worker is in post, has left, takes no new cases; ``opens`` and ``shuts`` (workers x days):
    minutes from and until which the worker does this work on each day, equal on a day off.
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
    """A timescale of the framework that a run is measured against; ``routes``: names of ROUTES.

    ``starting_day``: the number of its first day, None for that of the run's convention. ``remarks``: what
    must be said wherever it is shown.
    """

    id: str
    title: str
    start: str
    end: str
    amount: Amount
    routes: tuple[str, ...]
    national: bool
    starting_day: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class EffortTable:
    """What shortens case holders' work in a run.

    ``factors``: thousandths of the drawn effort, by how many thousandths the load lies above the usual one;
    the last holds for all beyond. ``usual``: recent child minutes at the end of each week without the
    change, for the case holders' time that there is in this run. ``week``: working minutes of a week.
    ``memory``: weeks in one part of which a week counts among the recent ones. ``exempt``: the cases whose
    work is never shortened.
    """

    factors: Ints
    usual: Ints
    week: int
    memory: int
    exempt: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Workload:
    """The complete input of one run.

    ``pools``: names of the roles, case holders first. ``steps``: names of the steps and reviews. ``marks``:
    event -> the steps whose end is that event. ``window``: first minute of the measured year, and the minute
    after its last; the run continues until every case that arrived in it is finished. ``handover``: minutes
    added to the next task of a case taken over from a leaver. ``due_within``: minutes after which a waiting
    task counts as due, if not due before. ``raise_before``: minutes before a limit at which a waiting task is
    raised. ``away_days``: a worker away for that many days or more gets no new case. ``other_cases``: other
    cases of a full-time post; ``caseload_limit``: children and other cases that it may have, NEVER for no
    limit; both in hundredths. ``final_minute`` bounds the run, and so does the task table: every task is
    drawn beforehand and begun once at most. ``effort_table``: how case holders' work
    gets shorter under pressure; None where it does not.
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
