"""The model on systems small enough to work out by hand, minute by minute, in both engines.

A day has 100 minutes. Pool 0 holds cases, pool 1 is a manager's, pool 2 another role's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kit import always, together, workload

from simkit.model import working_hours
from simkit.model.engine import process
from simkit.model.outcome import MISSING, Outcome
from simkit.model.queue_order import ORDINARY, RAISED, URGENT
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workers, Workload

Simulate = Callable[[Workload], Outcome]

DAY, DAYS = 100, 20
POOLS = ("social_worker", "team_manager", "front_door")
MANAGER, OTHER = 1, 2


def people(pool: int, count: int = 1, **changes: Any) -> Workers:
    """People of a role who never go home; ``changes`` to their columns, one value for all."""
    staff = always(pool, count, DAYS, DAY)
    return replace(staff, **{name: np.full(count, value, dtype=np.int64) for name, value in changes.items()})


def at_work(staff: Workers, *days: int) -> Workers:
    """The same people, at work on these days alone."""
    here = np.isin(np.arange(DAYS), days)
    return replace(staff, shuts=np.where(here, staff.shuts, staff.opens))


def system(arrival: list[int], tasks: Mapping[str, list[Any]], *staff: Workers, **values: Any) -> Workload:
    return workload(arrival, tasks, together(*staff), day=DAY, pools=POOLS, **values)


# One queue


def test_two_cases_and_one_person(simulate: Simulate) -> None:
    work = system([0, 10], {"case": [0, 1], "effort": [30, 30]}, people(MANAGER))
    run = simulate(work)
    assert run.arrival.tolist() == [0, 10]
    assert run.ready.tolist() == run.queued.tolist() == [0, 10]
    assert run.start.tolist() == [0, 30]
    assert run.end.tolist() == [30, 60]
    assert run.worker.tolist() == [0, 0]
    assert (run.stopped, run.ending) == (DAY * DAYS, "final minute")  # the window ends there


def test_work_is_given_out_after_all_of_the_minute_has_happened(simulate: Simulate) -> None:
    """An urgent case that comes in the minute in which somebody becomes free goes before one that waited."""
    tasks = {"case": [0, 1, 2], "effort": [30, 10, 10], "urgency": [ORDINARY, ORDINARY, URGENT]}
    run = simulate(system([0, 5, 30], tasks, people(MANAGER)))
    assert run.start.tolist() == [0, 40, 30]


def test_urgent_work_interrupts_nothing(simulate: Simulate) -> None:
    tasks = {"case": [0, 1], "effort": [30, 10], "urgency": [ORDINARY, URGENT]}
    assert simulate(system([0, 5], tasks, people(MANAGER))).start.tolist() == [0, 30]


def test_what_is_due_first_goes_first_and_then_the_first_in_the_table(simulate: Simulate) -> None:
    """Due at the drawn time or when patience ends, whichever is sooner."""
    tasks = {"case": [0, 1, 2, 3, 4], "effort": [10] * 5, "due": [-1, -1, 300, 60, 300]}
    run = simulate(system([0, 2, 2, 2, 2], tasks, people(MANAGER), due_within=200))
    # Case 0 is at work. Then what is due at 60; the others are due at 202, when patience ends, not at 300.
    assert run.start.tolist() == [0, 20, 30, 10, 40]


def test_free_people_of_a_role_take_work_in_the_order_of_the_table(simulate: Simulate) -> None:
    run = simulate(system([0, 0, 0], {"case": [0, 1, 2], "effort": [10, 20, 5]}, people(MANAGER, 2)))
    assert run.worker.tolist() == [0, 1, 0]
    assert run.start.tolist() == [0, 0, 10]


def test_many_things_in_one_minute(simulate: Simulate) -> None:
    """Work without minutes goes through a whole case, one person and one task at a time, in a minute."""
    tasks = {"case": [0, 0, 0, 1], "effort": [0, 0, 0, 0], "parent": [-1, 0, 1, -1]}
    run = simulate(system([7, 7], tasks, people(MANAGER)))
    assert run.start.tolist() == run.end.tolist() == [7, 7, 7, 7]


# Waiting for answers and for planned days


def test_an_answer_is_waited_for_alongside_other_work(simulate: Simulate) -> None:
    """The first answer is asked for at the arrival, the second when the task before ends."""
    tasks = {
        "case": [0, 0, 0],
        "effort": [30, 10, 10],
        "parent": [-1, 0, 1],
        "wait_from": [-1, -1, 1],
        "wait": [0, 50, 20],
    }
    run = simulate(system([5], tasks, people(MANAGER)))
    assert run.ready.tolist() == [5, 55, 85]
    assert run.end.tolist() == [35, 65, 95]


def test_a_planned_day_is_counted_from_the_start_of_a_day(simulate: Simulate) -> None:
    tasks = {"case": [0, 0], "effort": [30, 10], "parent": [-1, 0], "hold_from": [-1, 0], "hold": [-1, 250]}
    run = simulate(system([180], tasks, people(MANAGER)))
    # The first ends on day 2, at 210: the second is released at 200 + 250.
    assert run.end.tolist() == [210, 460]


def test_branches_go_on_side_by_side(simulate: Simulate) -> None:
    tasks = {"case": [0, 0, 0], "pool": [1, 1, 2], "effort": [10, 20, 5], "parent": [-1, 0, 0]}
    run = simulate(system([0], tasks, people(MANAGER), people(OTHER)))
    assert run.start.tolist() == [0, 10, 10]


def test_sent_back_work_is_done_again_before_it_is_authorised(simulate: Simulate) -> None:
    tasks = {
        "case": [0] * 5,
        "pool": [ALLOCATION, OWN_WORKER, MANAGER, OWN_WORKER, MANAGER],
        "effort": [0, 20, 10, 15, 10],
        "parent": [-1, 0, 1, 2, 3],
        "closes": [False, False, False, False, True],
    }
    run = simulate(system([0], tasks, people(OWN_WORKER), people(MANAGER)))
    assert run.end.tolist() == [0, 20, 30, 45, 55]
    assert run.worker.tolist() == [0, 0, 1, 0, 1]


# What raises urgency

WAITING = {"case": [0, 1, 2], "effort": [50, 10, 10], "due": [-1, 400, 300]}


def test_without_a_limit_the_earlier_due_goes_first(simulate: Simulate) -> None:
    assert simulate(system([0, 1, 2], WAITING, people(MANAGER))).start.tolist() == [0, 60, 50]


@pytest.mark.parametrize(("before", "order"), [(60, [0, 50, 60]), (50, [0, 50, 60]), (49, [0, 60, 50])])
def test_a_limit_coming_near_raises_urgency(simulate: Simulate, before: int, order: list[int]) -> None:
    """The limit of the second case is at 100; the manager is free at 50."""
    tasks = {**WAITING, "limit": [-1, 100, -1]}
    assert simulate(system([0, 1, 2], tasks, people(MANAGER), raise_before=before)).start.tolist() == order


def test_a_limit_that_is_near_when_work_is_queued_counts_at_once(simulate: Simulate) -> None:
    tasks = {**WAITING, "limit": [-1, 100, -1]}
    assert simulate(system([0, 1, 2], tasks, people(MANAGER), raise_before=99)).start.tolist() == [0, 50, 60]


def test_a_review_raises_the_urgency_of_its_case(simulate: Simulate) -> None:
    """The review of the second case is held by somebody else, from 20 to 25."""
    tasks = {
        "case": [0, 1, 1, 2],
        "pool": [MANAGER, MANAGER, OTHER, MANAGER],
        "effort": [50, 10, 5, 10],
        "due": [-1, 400, -1, 300],
        "hold": [-1, -1, 20, -1],
        "review": [False, False, True, False],
    }
    run = simulate(system([0, 1, 2], tasks, people(MANAGER), people(OTHER)))
    assert run.start.tolist() == [0, 50, 20, 60]


def test_a_review_of_a_case_that_ended_without_being_authorised_is_held(simulate: Simulate) -> None:
    """The second case has no worker and is over at 5; its review waits for the manager, busy until 50."""
    tasks = {
        "case": [0, 1, 1],
        "pool": [MANAGER, MANAGER, OTHER],
        "effort": [50, 10, 5],
        "review": [False, True, False],
    }
    run = simulate(system([0, 0], tasks, people(MANAGER), people(OTHER)))
    assert (run.end[2], run.start[1], run.end[1]) == (5, 50, 60)


@pytest.mark.parametrize(("other", "order"), [(RAISED, [0, 60, 20, 50]), (ORDINARY, [0, 50, 20, 60])])
def test_what_a_review_raises_stays_behind_what_leads_to_a_child_being_seen(
    simulate: Simulate, other: int, order: list[int]
) -> None:
    """The second case, due first, is reviewed at 20. The third goes first if its child has not been seen."""
    tasks = {
        "case": [0, 1, 1, 2],
        "pool": [MANAGER, MANAGER, OTHER, MANAGER],
        "effort": [50, 10, 5, 10],
        "due": [-1, 300, -1, 400],
        "hold": [-1, -1, 20, -1],
        "urgency": [ORDINARY, ORDINARY, ORDINARY, other],
        "review": [False, False, True, False],
    }
    run = simulate(system([0, 1, 2], tasks, people(MANAGER), people(OTHER)))
    assert run.start.tolist() == order


def test_a_near_limit_raises_what_a_review_has_raised(simulate: Simulate) -> None:
    """Both are reviewed by the time the manager is free; the limit of the later due one is near."""
    tasks = {
        "case": [0, 1, 1, 2, 2],
        "pool": [MANAGER, MANAGER, OTHER, MANAGER, OTHER],
        "effort": [50, 10, 5, 10, 5],
        "due": [-1, 400, -1, 300, -1],
        "hold": [-1, -1, 20, -1, 30],
        "limit": [-1, 100, -1, -1, -1],
        "review": [False, False, True, False, True],
    }
    run = simulate(system([0, 1, 2], tasks, people(MANAGER), people(OTHER), raise_before=60))
    assert [run.start[1], run.start[3]] == [50, 60]


def test_raised_work_stays_behind_urgent_work(simulate: Simulate) -> None:
    tasks = {**WAITING, "limit": [-1, 100, -1], "urgency": [ORDINARY, ORDINARY, URGENT]}
    assert simulate(system([0, 1, 2], tasks, people(MANAGER), raise_before=99)).start.tolist() == [0, 60, 50]


def test_a_review_is_dropped_once_its_case_is_authorised(simulate: Simulate) -> None:
    """One review waits for the manager when she authorises the case at 60, another is planned for 70."""
    tasks = {
        "case": [0, 0, 0],
        "effort": [60, 5, 5],
        "hold": [-1, 50, 70],
        "review": [False, True, True],
        "closes": [True, False, False],
    }
    run = simulate(system([0], tasks, people(MANAGER)))
    assert run.end.tolist() == [60, MISSING, MISSING]
    assert run.ready.tolist() == [0, 50, MISSING]
    assert run.start.tolist() == [0, MISSING, MISSING]


def test_a_review_after_a_review_is_counted_from_it(simulate: Simulate) -> None:
    tasks = {
        "case": [0, 0, 0],
        "effort": [500, 5, 5],
        "pool": [MANAGER, OTHER, OTHER],
        "parent": [-1, -1, 1],
        "hold_from": [-1, -1, 1],
        "hold": [-1, 120, 120],
        "review": [False, True, True],
        "closes": [True, False, False],
    }
    run = simulate(system([50], tasks, people(MANAGER), people(OTHER)))
    assert run.start.tolist() == [50, 120, 220]


# Allocation

PAIR = {"pool": [ALLOCATION, OWN_WORKER], "effort": [0, 10], "parent": [-1, 0]}


def cases(count: int, pair: Mapping[str, list[int]] = PAIR, effort: int = 10) -> dict[str, list[int]]:
    """That many cases of an allocation and a piece of work for the case's own worker."""
    first = np.repeat(2 * np.arange(count), 2)
    parent = np.tile(pair["parent"], count)
    return {
        "case": np.repeat(np.arange(count), 2).tolist(),
        "pool": pair["pool"] * count,
        "effort": [0, effort] * count,
        "parent": np.where(parent >= 0, first + parent, -1).tolist(),
    }


def test_the_least_load_for_their_hours_gets_the_case(simulate: Simulate) -> None:
    """Children count, and hours; ties go to whoever has waited longest for a case, then to the first."""
    half = people(OWN_WORKER, fte=50)
    work = system([0, 1, 2, 3, 4], cases(5, effort=500), people(OWN_WORKER), half, children=[2, 1, 1, 1, 1])
    run = simulate(work)
    # Loads for a full-time post: 2 and 0; 2 and 2, the first has waited longer; 3 and 2; 3 and 4; 4 and 4.
    assert run.worker[::2].tolist() == [0, 1, 0, 1, 0]


def test_an_ended_case_is_no_load(simulate: Simulate) -> None:
    run = simulate(system([0, 5, 30], cases(3, effort=20), people(OWN_WORKER, 2)))
    assert run.worker[::2].tolist() == [0, 1, 0]


def test_at_the_caseload_limit_cases_wait_for_one_to_end(simulate: Simulate) -> None:
    """Two children a full-time post, other cases included: room for two of one child each."""
    work = system([0, 1, 2], cases(3, effort=50), people(OWN_WORKER), caseload_limit=300, other_cases=100)
    run = simulate(work)
    assert run.start[::2].tolist() == [0, 1, 50]
    assert run.start[1::2].tolist() == [0, 50, 100]


def test_somebody_away_for_days_gets_no_new_case(simulate: Simulate) -> None:
    """Away from day 1 to day 3: that is three days, and no reason not to be asked for two."""
    on_leave = at_work(people(OWN_WORKER), 0, 4, 5, 6, 7)
    arrivals = [DAY + 10, 2 * DAY + 10]
    for days, expected in ((3, [1, 0]), (2, [1, 1]), (4, [0, 1])):
        work = system(arrivals, cases(2, effort=500), on_leave, people(OWN_WORKER), away_days=days)
        assert simulate(work).worker[::2].tolist() == expected, days


def test_with_everybody_away_cases_wait_for_a_morning(simulate: Simulate) -> None:
    on_leave = at_work(people(OWN_WORKER), 0, 4, 5, 6, 7)
    run = simulate(system([DAY + 10], cases(1), on_leave, away_days=2))
    assert run.start.tolist() == [3 * DAY, 4 * DAY]  # back the next day: that is soon enough


def test_work_that_waits_for_no_allocation_waits_for_the_worker_all_the_same(simulate: Simulate) -> None:
    """Two lines of one case: the worker's own task is ready before there is a worker."""
    tasks = {"case": [0, 0], "pool": [ALLOCATION, OWN_WORKER], "effort": [0, 10], "wait": [40, 0]}
    run = simulate(system([0], tasks, people(OWN_WORKER)))
    assert (run.ready[1], run.queued[1], run.start[1]) == (0, 40, 40)


# People come, are away, and leave


def test_a_task_goes_on_where_it_stopped_when_the_worker_is_back(simulate: Simulate) -> None:
    run = simulate(system([0], {"case": [0], "effort": [150]}, at_work(people(MANAGER), 0, 2)))
    assert (run.start[0], run.end[0]) == (0, 250)


def test_work_that_comes_while_the_worker_is_away_waits_for_the_morning(simulate: Simulate) -> None:
    run = simulate(system([110], {"case": [0], "effort": [10]}, at_work(people(MANAGER), 0, 2)))
    assert (run.ready[0], run.start[0]) == (110, 200)


def test_somebody_not_yet_there_takes_nothing(simulate: Simulate) -> None:
    run = simulate(system([0], {"case": [0], "effort": [10]}, people(MANAGER, starts=70)))
    assert run.start.tolist() == [70]


def test_nobody_begins_what_would_end_after_leaving(simulate: Simulate) -> None:
    """The first person leaves at 30 and can end the second task, not the first."""
    leaver = people(MANAGER, leaves=30, notice=30)
    run = simulate(system([0, 40], {"case": [0, 1], "effort": [31, 5]}, leaver, people(MANAGER)))
    assert run.worker.tolist() == [1, 1]
    run = simulate(system([0, 40], {"case": [0, 1], "effort": [30, 5]}, leaver, people(MANAGER)))
    assert run.worker.tolist() == [0, 1]


def test_the_cases_of_a_leaver_get_another_worker_and_take_longer(simulate: Simulate) -> None:
    """The second task would end at 160, after the leaving at 150; the new worker reads for 25 minutes."""
    tasks = {
        "case": [0] * 4,
        "pool": [ALLOCATION, OWN_WORKER, OWN_WORKER, OWN_WORKER],
        "effort": [0, 40, 120, 5],
        "parent": [-1, 0, 1, 2],
    }
    leaver = people(OWN_WORKER, leaves=150, notice=120)
    run = simulate(system([0], tasks, leaver, people(OWN_WORKER), handover=25))
    assert run.worker.tolist() == [0, 0, 1, 1]
    assert run.ready.tolist() == [0, 0, 40, 295]
    assert run.queued.tolist() == [0, 0, 150, 295]
    assert run.start.tolist() == [0, 0, 150, 295]
    assert run.end.tolist() == [0, 40, 295, 300]
    assert run.handover.tolist() == [0, 0, 25, 0]


def test_somebody_on_notice_gets_no_new_case(simulate: Simulate) -> None:
    leaver = people(OWN_WORKER, leaves=150, notice=20)
    run = simulate(system([0, 20], cases(2), leaver, people(OWN_WORKER)))
    assert run.worker[::2].tolist() == [0, 1]
    alone = simulate(system([0, 20], cases(2), leaver))
    assert alone.start[::2].tolist() == [0, MISSING]


def test_a_case_that_ends_without_a_worker_is_nobodys_load(simulate: Simulate) -> None:
    """Its worker leaves at 50, it is signed off at 60, two others come at 100 and have nothing yet."""
    tasks = {
        "case": [0, 0, 1, 1],
        "pool": [ALLOCATION, MANAGER, ALLOCATION, OWN_WORKER],
        "effort": [0, 60, 0, 5],
        "parent": [-1, 0, -1, 2],
    }
    leaver, later = people(OWN_WORKER, leaves=50, notice=50), people(OWN_WORKER, 2, starts=100)
    run = simulate(system([0, 110], tasks, leaver, later, people(MANAGER)))
    assert run.end[1] == 60
    assert run.worker[2] == 1


def test_waiting_cases_of_a_leaver_come_in_the_order_of_their_keys(simulate: Simulate) -> None:
    """The urgent one is allocated first, and so queued with the first of two equal workers."""
    tasks = cases(2, effort=200) | {"urgency": [ORDINARY, ORDINARY, URGENT, URGENT]}
    leaver = people(OWN_WORKER, leaves=150, notice=120)
    run = simulate(system([0, 1], tasks, leaver, people(OWN_WORKER, 2, starts=130)))
    assert run.worker.tolist() == [0, 2, 0, 1]
    assert run.start[1::2].tolist() == [150, 150]


# Cases from cases, and the end of a run


def test_a_case_can_follow_from_the_end_of_another(simulate: Simulate) -> None:
    work = system([0, 20], {"case": [0, 1], "effort": [30, 10]}, people(MANAGER))
    work = replace(work, cases=replace(work.cases, source=np.array([-1, 0])))
    run = simulate(work)
    assert run.arrival.tolist() == [0, 50]
    assert run.end.tolist() == [30, 60]


def test_the_run_ends_when_the_cases_of_its_window_have_ended(simulate: Simulate) -> None:
    """The case of the window ends at 105; one that came later is left open, another has not come."""
    tasks = {"case": [0, 1, 2], "effort": [100, 100, 100]}
    run = simulate(system([5, 50, 300], tasks, people(MANAGER), window=(0, 10)))
    assert (run.stopped, run.ending) == (105, "finished")
    assert run.end.tolist() == [105, MISSING, MISSING]
    assert run.start.tolist() == [5, 105, MISSING]
    assert run.arrival.tolist() == [5, 50, MISSING]


def test_the_run_goes_on_to_the_end_of_its_window(simulate: Simulate) -> None:
    run = simulate(system([5], {"case": [0], "effort": [10]}, people(MANAGER), window=(0, 500)))
    assert (run.stopped, run.ending) == (500, "finished")


def test_nothing_happens_in_the_final_minute(simulate: Simulate) -> None:
    tasks = {"case": [0, 1, 2], "effort": [300, 301, 10], "pool": [MANAGER, OTHER, MANAGER]}
    work = system([0, 0, 300], tasks, people(MANAGER), people(OTHER))
    run = simulate(replace(work, final_minute=300))
    assert (run.stopped, run.ending) == (300, "final minute")
    assert run.end.tolist() == [MISSING, MISSING, MISSING]
    assert run.start.tolist() == [0, 0, MISSING]
    assert simulate(replace(work, final_minute=301)).end.tolist() == [300, MISSING, MISSING]


def test_a_run_without_staff_ends_and_says_so(simulate: Simulate) -> None:
    work = system([0, 5], cases(2), people(OWN_WORKER, 0))
    run = simulate(work)
    assert (run.stopped, run.ending) == (DAY * DAYS, "final minute")
    assert run.queued.tolist() == [0, MISSING, 5, MISSING]
    assert (run.start == MISSING).all()


def test_a_case_without_work_has_ended_when_it_comes(simulate: Simulate) -> None:
    run = simulate(system([0, 5], {"case": [0], "effort": [10]}, people(MANAGER), window=(0, 20)))
    assert (run.stopped, run.ending) == (20, "finished")


def test_a_run_of_the_same_workload_is_the_same(simulate: Simulate) -> None:
    work = system([0, 1, 2], WAITING, people(MANAGER))
    assert simulate(work) == simulate(work)


# Tables that can't be run


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"final_minute": DAY * DAYS + 1}, "within the days"),
        ({"final_minute": 1 << 28}, "too large"),
        ({"due_within": 1 << 28}, "too large"),
    ],
)
def test_impossible_tables_are_refused(simulate: Simulate, changes: Mapping[str, int], words: str) -> None:
    work = replace(system([0], {"case": [0]}, people(MANAGER)), **changes)
    with pytest.raises(ValueError, match=words):
        simulate(work)


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        (people(MANAGER, starts=10, leaves=5, notice=5), "leaves before"),
        (people(MANAGER, leaves=5, notice=6), "notice"),
        (people(MANAGER, fte=0), "hours"),
        (replace(people(MANAGER), shuts=people(MANAGER).opens - 1), "ends before"),
    ],
)
def test_impossible_people_are_refused(simulate: Simulate, staff: Workers, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        simulate(system([0], {"case": [0]}, staff))


# Working hours

OPENS, SHUTS = [10, 100, 200, 310], [60, 100, 250, 320]  # off on the second day


def test_hours() -> None:
    assert [working_hours.is_at_work(OPENS, SHUTS, DAY, m) for m in (9, 10, 59, 60, 100, 205)] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    assert [working_hours.next_at_work(OPENS, SHUTS, DAY, m) for m in (0, 10, 59, 60, 150, 300, 320)] == [
        10, 10, 59, 200, 200, 310, working_hours.AFTER_CALENDAR,
    ]  # fmt: skip
    assert [working_hours.is_away_for(OPENS, SHUTS, DAY, m, 1) for m in (0, 99, 100, 200)] == [
        False,
        False,
        True,
        False,
    ]
    assert not working_hours.is_away_for(OPENS, SHUTS, DAY, 100, 2)


@pytest.mark.parametrize(
    ("minute", "work", "end"),
    [
        (10, 0, 10),
        (10, 50, 60),
        (10, 51, 201),
        (20, 90, 250),
        (20, 91, 311),
        (250, 10, 320),
        (250, 11, working_hours.AFTER_CALENDAR),
    ],
)
def test_when_work_is_done(minute: int, work: int, end: int) -> None:
    assert working_hours.finish(OPENS, SHUTS, DAY, minute, work) == end


def test_the_engine_reads_only_its_workload() -> None:
    """Two runs side by side do not touch each other."""
    one = system([0, 1, 2], WAITING, people(MANAGER))
    other = system([0, 10], {"case": [0, 1], "effort": [30, 30]}, people(MANAGER))
    before = process.simulate(one)
    process.simulate(other)
    assert process.simulate(one) == before
