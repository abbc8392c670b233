"""A run as an event log with the columns of XES, and as a table of children with those of the census.

Process mining (``pm4py``, ``bupaR``) reads the log. All rows are simulated, nobody in them exists:
``record_type`` is simulated and ids begin with SIM. Dates are the working days of the run's calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import ROUTES
from simkit.model.inputs.calendar import Calendar
from simkit.model.measures.day_counts import end_day
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.workload import CLOSED, Workload

if TYPE_CHECKING:
    import pandas as pd

Texts = NDArray[np.object_]
Times = NDArray[np.datetime64]

RECORD_TYPE = "simulated"
DAY_BEGINS = 9 * 60  # minutes after midnight at which a working day is taken to begin

_KINDS = ("referral", "re-referral", "further assessment", "open at the start")
_ROUTES = np.array([*ROUTES, "closed"], dtype=object)


def to_log(workload: Workload, outcome: Outcome) -> pd.DataFrame:
    """One row for each task done, by case and then by end.

    ``case:concept:name``: the case (a referred family); ``concept:name``: the framework's step;
    ``org:resource``: the worker by role and number, for an allocation the new case holder;
    ``ready_timestamp``, ``start_timestamp``, ``time:timestamp``: when the task was ready, started and ended.
    A working day is assumed to begin at 9:00 and to have no break. The minute that separates two days belongs
    to the first as an end and to the second as a start. Times are local, without a time zone. Tasks not ended
    when the run stopped are left out. Cases open when the run began (``case:kind``) have only their remaining
    tasks.
    """
    import pandas as pd

    tasks, cases, calendar = workload.tasks, workload.cases, workload.calendar
    rows = np.flatnonzero(outcome.end != MISSING)
    rows = rows[np.lexsort((rows, outcome.end[rows], tasks.case[rows]))]
    case, worker = tasks.case[rows], outcome.worker[rows]
    return pd.DataFrame(
        {
            "record_type": RECORD_TYPE,
            "case:concept:name": _case_ids(len(cases))[case],
            "concept:name": _texts(workload.steps)[tasks.step[rows]],
            "attempt": tasks.attempt[rows] + 1,
            "org:resource": _worker_names(workload)[worker],
            "org:role": _roles(workload)[worker],
            "ready_timestamp": _begins(calendar, outcome.ready[rows]),
            "start_timestamp": _begins(calendar, outcome.start[rows]),
            "time:timestamp": _ends(calendar, outcome.start[rows], outcome.end[rows]),
            "lifecycle:transition": "complete",
            "case:kind": _texts(_KINDS)[cases.kind[case]],
            "case:route": _ROUTES[cases.route[case]],
            "case:children": cases.children[case],
        }
    )


def case_table(workload: Workload, outcome: Outcome) -> pd.DataFrame:
    """One row for each child referred or assessed again, with dates under the names of the census.

    Dates not reached when the run stopped are empty. ``case`` is that of the event log; a child of a family
    re-referred in the run keeps its ``LAchildID``. A referral keeps its own date, working day or not; a
    further assessment of an open case has no referral, and the date of its arrival instead. A referral closed
    at the front door has ``ReferralNFA`` true and is closed with the decision; closure after an assessment is
    not simulated. The assessment runs from the decision to the authorisation, as in the measures. Cases open
    when the run began are left out: their referral dates are not simulated.
    """
    import pandas as pd

    cases, calendar = workload.cases, workload.calendar
    rows = np.flatnonzero((outcome.arrival != MISSING) & (cases.kind != STOCK))
    child = repeated(rows, cases.children[rows])
    first = np.cumsum(cases.children[rows]) - cases.children[rows]
    number = np.arange(len(child)) - repeated(first, cases.children[rows]) + 1

    def at(event: str) -> Ints:
        return event_minutes(workload, outcome, event)

    arrival, decided, started, authorised = (
        at(e) for e in ("referral", "decided", "assessment_started", "authorised")
    )
    discussed, conference = at("strategy_discussion"), at("conference")
    closed = cases.route == CLOSED
    started = np.where(closed, MISSING, started)
    family = _case_ids(len(cases))[_roots(cases.source)]
    columns = {
        "CINreferralDate": _referral_date(workload, arrival),
        "ReferralNFA": _yes_or_no(closed & (decided != MISSING), np.ones(len(cases), dtype=bool)),
        "CINclosureDate": _until(calendar, arrival, np.where(closed, decided, MISSING)),
        "AssessmentActualStartDate": _since(calendar, started),
        "AssessmentInternalReviewDate": _until(calendar, started, _first_review(workload, outcome)),
        "AssessmentAuthorisationDate": _until(calendar, started, authorised),
        "S47ActualStartDate": _since(calendar, discussed),
        "ICPCnotRequired": _yes_or_no(_no_conference(workload, outcome), discussed != MISSING),
        "DateOfInitialCPC": _until(calendar, discussed, conference),
    }
    return pd.DataFrame(
        {
            "record_type": RECORD_TYPE,
            "case": _case_ids(len(cases))[child],
            "LAchildID": [f"{name}-{k}" for name, k in zip(family[child], number.tolist(), strict=True)],
            "kind": _texts(_KINDS)[cases.kind[child]],
            "route": _ROUTES[cases.route[child]],
            **{name: column[child] for name, column in columns.items()},
        }
    )


def _texts(words: tuple[str, ...]) -> Texts:
    return np.array(words, dtype=object)


def _case_ids(count: int) -> Texts:
    return np.array([f"SIM-{number:06d}" for number in range(1, count + 1)], dtype=object)


def _roles(workload: Workload) -> Texts:
    return _texts(workload.pools)[workload.workers.pool]


def _worker_names(workload: Workload) -> Texts:
    """The name of each worker: role, and number within it, by row."""
    result = _roles(workload)
    for pool, role in enumerate(workload.pools):
        members = np.flatnonzero(workload.workers.pool == pool)
        result[members] = [f"{role} {number}" for number in range(1, len(members) + 1)]
    return result


def _roots(source: Ints) -> Ints:
    """The first case of each chain of re-referrals; the case itself where it has no source."""
    root = np.arange(len(source))
    while (source[root] >= 0).any():
        root = np.where(source[root] >= 0, source[root], root)
    return root


def _begins(calendar: Calendar, minutes: Ints) -> Times:
    """The date and time of a minute as a start."""
    return _clock(calendar, minutes // calendar.day_minutes, minutes)


def _ends(calendar: Calendar, starts: Ints, minutes: Ints) -> Times:
    """The date and time of a minute as an end: the last of a day where it is the first of the next."""
    return _clock(calendar, end_day(starts, minutes, calendar.day_minutes), minutes)


def _clock(calendar: Calendar, day: Ints, minutes: Ints) -> Times:
    within = (DAY_BEGINS + minutes - day * calendar.day_minutes).astype("timedelta64[m]")
    return np.asarray((calendar.days[day] + within).astype("datetime64[s]"))


def _since(calendar: Calendar, minutes: Ints) -> Times:
    """The date from which days are counted; NaT for MISSING."""
    return _or_empty(minutes != MISSING, calendar.date(np.maximum(minutes, 0)))


def _until(calendar: Calendar, starts: Ints, minutes: Ints) -> Times:
    """The date up to which days from a start are counted; NaT where either is MISSING."""
    day = end_day(np.maximum(starts, 0), np.maximum(minutes, 0), calendar.day_minutes)
    return _or_empty((starts != MISSING) & (minutes != MISSING), calendar.days[day])


def _or_empty(known: Bools, dates: Times) -> Times:
    return np.where(known, dates, np.datetime64("NaT", "s")).astype("datetime64[s]")


def _referral_date(workload: Workload, arrival: Ints) -> Times:
    own = workload.cases.date
    return np.where(np.isnat(own), _since(workload.calendar, arrival), own).astype("datetime64[s]")


def _first_review(workload: Workload, outcome: Outcome) -> Ints:
    """The minute at which the first review of each case was held, or MISSING."""
    result = np.full(len(workload.cases), MISSING, dtype=np.int64)
    rows = np.flatnonzero(workload.tasks.review & (outcome.end != MISSING))
    rows = rows[np.argsort(-outcome.end[rows], kind="stable")]
    result[workload.tasks.case[rows]] = outcome.end[rows]
    return result


def _no_conference(workload: Workload, outcome: Outcome) -> Bools:
    """Whether an enquiry was concluded without a conference to follow."""
    tasks = workload.tasks
    planned = np.isin(tasks.step, workload.marks.get("conference", ()))
    result: Bools = event_minutes(workload, outcome, "enquiry_concluded") != MISSING
    result[tasks.case[planned]] = False
    return result


def _yes_or_no(yes: Bools, applicable: Bools) -> Texts:
    return np.where(applicable, np.where(yes, "true", "false"), "").astype(object)
