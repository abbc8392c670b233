"""A run as an event log and as a table of children, under the column names that other tools know.

Nobody in them exists: every row has ``record_type`` simulated, and ids begin with SIM. The log has the
columns of the XES standard, which process mining reads (``pm4py``, ``bupaR``); the table has those of the
children in need census. Every date is real: a run's minutes lie on the working days of its calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES
from simkit.model.inputs.calendar import Calendar
from simkit.model.measures.day_counts import end_day
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.workload import CLOSED, Workload

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DAY_BEGINS", "RECORD_TYPE", "case_table", "to_log"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
Times = NDArray[np.datetime64]

RECORD_TYPE = "simulated"
DAY_BEGINS = 9 * 60  # minutes after midnight at which a working day is taken to begin

_KINDS = ("referral", "re-referral", "further assessment", "open at the start")
_ROUTES = np.array([*ROUTES, "closed"], dtype=object)


def to_log(workload: Workload, outcome: Outcome) -> pd.DataFrame:
    """One row a task done, by case and then in the order in which tasks ended.

    ``case:concept:name`` is the case, a family brought to notice; ``concept:name`` the framework's step;
    ``org:resource`` the person, by role and number, and of an allocation the one who got the case;
    ``ready_timestamp``, ``start_timestamp`` and ``time:timestamp`` when the task could be done, was begun and
    was ended. A working day is taken to begin at 9:00 and to go on without a break; what ends with
    the day ends on it, what begins then begins on the next. Clock times are local, without a time
    zone. Tasks not ended when the run stopped are left out. Of cases open when the run began the
    log has only what was left of them (``case:kind``).
    """
    import pandas as pd

    tasks, cases, calendar = workload.tasks, workload.cases, workload.calendar
    rows = np.flatnonzero(outcome.end != MISSING)
    rows = rows[np.lexsort((rows, outcome.end[rows], tasks.case[rows]))]
    case, person = tasks.case[rows], outcome.worker[rows]
    return pd.DataFrame(
        {
            "record_type": RECORD_TYPE,
            "case:concept:name": _case_ids(len(cases))[case],
            "concept:name": _texts(workload.steps)[tasks.step[rows]],
            "attempt": tasks.attempt[rows] + 1,
            "org:resource": _people(workload)[person],
            "org:role": _roles(workload)[person],
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
    """One row a child referred or assessed again, with the dates under the names of the census.

    What has not happened when the run stops is empty. ``case`` is the case of the event log; a child of a
    family that comes back in the run has the same ``LAchildID`` again. The referral keeps its own date,
    also where that is no working day; a further assessment of an open case has no referral, and the day
    it came stands there. A referral closed at the front door has ``ReferralNFA`` true and is closed with the
    decision; the closing of cases after an assessment is not simulated. The assessment is the one
    that measures count: from the decision to the authorisation. Those open when the run began are left
    out, as it does not know when they were referred.
    """
    import pandas as pd

    cases, calendar = workload.cases, workload.calendar
    rows = np.flatnonzero((outcome.arrival != MISSING) & (cases.kind != STOCK))
    child = np.repeat(rows, cases.children[rows])
    first = np.cumsum(cases.children[rows]) - cases.children[rows]
    number = np.arange(len(child)) - np.repeat(first, cases.children[rows]) + 1

    def at(event: str) -> Ints:
        return event_minutes(workload, outcome, event)

    came, decided, started, authorised = (
        at(e) for e in ("referral", "decided", "assessment_started", "authorised")
    )
    discussed, conference = at("strategy_discussion"), at("conference")
    closed = cases.route == CLOSED
    started = np.where(closed, MISSING, started)
    family = _case_ids(len(cases))[_roots(cases.source)]
    columns = {
        "CINreferralDate": _referred(workload, came),
        "ReferralNFA": _yes_or_no(closed & (decided != MISSING), np.ones(len(cases), dtype=bool)),
        "CINclosureDate": _until(calendar, came, np.where(closed, decided, MISSING)),
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


def _people(workload: Workload) -> Texts:
    """Who each person is: the role, and a number within it in the order of the staff table."""
    result = _roles(workload)
    for pool, role in enumerate(workload.pools):
        here = np.flatnonzero(workload.workers.pool == pool)
        result[here] = [f"{role} {number}" for number in range(1, len(here) + 1)]
    return result


def _roots(source: Ints) -> Ints:
    """The case that each one goes back to: its own where it follows from no other."""
    root = np.arange(len(source))
    while (source[root] >= 0).any():
        root = np.where(source[root] >= 0, source[root], root)
    return root


def _begins(calendar: Calendar, minutes: Ints) -> Times:
    """The date and time of a minute at which something begins or becomes possible."""
    return _clock(calendar, minutes // calendar.day_minutes, minutes)


def _ends(calendar: Calendar, starts: Ints, minutes: Ints) -> Times:
    """The date and time of a minute at which a span ends: the last of its day where it opens the next."""
    return _clock(calendar, end_day(starts, minutes, calendar.day_minutes), minutes)


def _clock(calendar: Calendar, day: Ints, minutes: Ints) -> Times:
    within = (DAY_BEGINS + minutes - day * calendar.day_minutes).astype("timedelta64[m]")
    return np.asarray((calendar.days[day] + within).astype("datetime64[s]"))


def _since(calendar: Calendar, minutes: Ints) -> Times:
    """The date from which days are counted; NaT for a moment that has not come."""
    return _or_empty(minutes != MISSING, calendar.date(np.maximum(minutes, 0)))


def _until(calendar: Calendar, starts: Ints, minutes: Ints) -> Times:
    """The date up to which days from a start are counted; NaT where either has not come."""
    day = end_day(np.maximum(starts, 0), np.maximum(minutes, 0), calendar.day_minutes)
    return _or_empty((starts != MISSING) & (minutes != MISSING), calendar.days[day])


def _or_empty(known: Bools, dates: Times) -> Times:
    return np.where(known, dates, np.datetime64("NaT")).astype("datetime64[s]")


def _referred(workload: Workload, came: Ints) -> Times:
    own = workload.cases.date
    return np.where(np.isnat(own), _since(workload.calendar, came), own).astype("datetime64[s]")


def _first_review(workload: Workload, outcome: Outcome) -> Ints:
    """The minute at which the first review of each case was held."""
    result = np.full(len(workload.cases), MISSING, dtype=np.int64)
    rows = np.flatnonzero(workload.tasks.review & (outcome.end != MISSING))
    rows = rows[np.argsort(-outcome.end[rows], kind="stable")]
    result[workload.tasks.case[rows]] = outcome.end[rows]
    return result


def _no_conference(workload: Workload, outcome: Outcome) -> Bools:
    """Whether an enquiry was concluded with no conference to follow."""
    tasks = workload.tasks
    ahead = np.isin(tasks.step, workload.marks.get("conference", ()))
    result: Bools = event_minutes(workload, outcome, "enquiry_concluded") != MISSING
    result[tasks.case[ahead]] = False
    return result


def _yes_or_no(yes: Bools, asked: Bools) -> Texts:
    return np.where(asked, np.where(yes, "true", "false"), "").astype(object)
