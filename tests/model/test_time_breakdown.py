"""Where the time went: cases worked out by hand to the minute, and sums that must be exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from kit import always, council, setting, together, workload
from numpy.typing import NDArray
from workloads import workloads

from simkit.framework.framework import Framework
from simkit.model.measures.milestones import event_minutes
from simkit.model.measures.time_breakdown import (
    CAUSES,
    minutes_without_queues,
    minutes_worked,
    time_breakdown,
)
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, CLOSED, OWN_WORKER, Workers, Workload

DAY = 100
POOLS = ("social_worker", "team_manager", "front_door")
MANAGER, FRONT_DOOR = 1, 2
FIRST, WAITS = np.array([0]), 10 * DAY  # ten days on end are an idle spell

Rows = Mapping[str, list[int]]


def staff(hours: Mapping[int, tuple[int, int]] | None = None) -> Workers:
    """One social worker, a manager and somebody at the front door; ``hours`` are the worker's only ones."""
    worker = always(OWN_WORKER, 1, 60, DAY)
    if hours is not None:
        shuts = worker.opens.copy()
        opens = worker.opens.copy()
        for day, (start, end) in hours.items():
            opens[0, day], shuts[0, day] = start, end
        worker = replace(worker, opens=opens, shuts=shuts)
    return together(worker, always(MANAGER, 1, 60, DAY, 1), always(FRONT_DOOR, 1, 60, DAY, 2))


def happened(work: Workload, columns: Rows) -> Outcome:
    """An outcome written by hand; ``ready`` and ``queued`` are the same where not said."""
    count = len(work.tasks)
    plain: dict[str, Any] = {name: [MISSING] * count for name in ("start", "end", "worker")}
    values = {**plain, "handover": [0] * count, "effort": work.tasks.effort, **columns}
    values.setdefault("queued", values["ready"])
    arrays = {f.name: np.array(values[f.name], dtype=np.int64) for f in fields(Outcome) if f.name in values}
    return Outcome(arrival=work.cases.arrival, stopped=work.final_minute, ending="finished", **arrays)


def split(work: Workload, run: Outcome) -> dict[str, int]:
    """Minutes by cause of the first case, those of 0 left out."""
    minutes = time_breakdown(work, run, FIRST).minutes[0]
    return {name: int(m) for (name, _), m in zip(CAUSES, minutes, strict=True) if m}


# One case from screening to sign-off

PIECES = {
    "case": [0] * 5,
    "pool": [FRONT_DOOR, ALLOCATION, OWN_WORKER, OWN_WORKER, MANAGER],
    "effort": [30, 0, 40, 30, 20],
    "parent": [-1, 0, 1, 2, 3],
    "wait_from": [-1, -1, -1, 2, -1],
    "wait": [0, 0, 0, 150, 0],
    "hold_from": [-1, -1, -1, 0, -1],
    "hold": [-1, -1, -1, 500, -1],
    "closes": [False, False, False, False, True],
}
HAPPENED = {
    "ready": [100, 160, 220, 600, 640],
    "start": [130, 220, 250, 610, 700],
    "end": [160, 220, 330, 640, 720],
    "worker": [2, 0, 0, 0, 1],
}
HOURS = {2: (200, 260), 3: (300, 340), 6: (600, 700)}


def test_a_case_by_hand() -> None:
    """Screening waits 30 and takes 30; allocation takes 60; the visit waits 30 and is worked on for 10
    minutes of one day and 30 of the next, 40 apart; the answer comes 150 later; the plan holds the rest to
    600; the write-up waits 10 and takes 30; the manager is free after 60 and takes 20."""
    work = workload([100], PIECES, staff(HOURS), day=DAY, pools=POOLS)
    assert split(work, happened(work, HAPPENED)) == {
        "work": 30 + 40 + 30 + 20,
        "worker_away": 40,
        "waiting_worker": 30 + 10,
        "waiting_manager": 60,
        "waiting_front_door": 30,
        "waiting_agency": 150,
        "planned_pause": 120,
        "waiting_allocation": 60,
    }


def test_lines_that_overlap_give_each_minute_to_the_first_cause() -> None:
    """Beside the wait for an agency (330 to 480) something waits 70 minutes for the manager and takes 50."""
    pieces = {**PIECES, "case": [0] * 6}
    extra = {
        "pool": MANAGER,
        "effort": 50,
        "parent": 2,
        "wait_from": -1,
        "wait": 0,
        "hold_from": -1,
        "hold": -1,
    }
    for name, value in {**extra, "closes": False}.items():
        pieces[name] = [*PIECES[name], value]
    work = workload([100], pieces, staff(HOURS), day=DAY, pools=POOLS)
    also = {"ready": 330, "start": 400, "end": 450, "worker": 1}
    run = happened(work, {name: [*HAPPENED[name], also[name]] for name in HAPPENED})
    found = split(work, run)
    assert found["waiting_manager"] == 60 + 70
    assert found["waiting_agency"] == 150 - 120
    assert found["work"] == 120 + 50
    assert sum(found.values()) == 620


def test_work_that_lost_its_worker_waits_for_allocation() -> None:
    """Ready at 220, but in nobody's queue before 240: the case has been without a person for 20 minutes."""
    work = workload([100], PIECES, staff(HOURS), day=DAY, pools=POOLS)
    run = happened(work, {**HAPPENED, "queued": [100, 160, 240, 600, 640]})
    found = split(work, run)
    assert (found["waiting_allocation"], found["waiting_worker"]) == (60 + 20, 10 + 10)


def test_a_plan_before_the_answer_is_no_pause() -> None:
    """The answer comes at 480; a plan for 450 holds nothing."""
    work = workload([100], {**PIECES, "hold": [-1, -1, -1, 350, -1]}, staff(HOURS), day=DAY, pools=POOLS)
    run = happened(work, {**HAPPENED, "ready": [100, 160, 220, 480, 640]})
    found = split(work, run)
    assert "planned_pause" not in found
    assert found["waiting_agency"] == 150 and found["waiting_worker"] == 30 + 130


def test_what_happens_after_authorisation_does_not_count() -> None:
    """A conference line may end later than the sign-off."""
    pieces = {name: [*column, column[-1]] for name, column in PIECES.items()}
    pieces["closes"] = [False] * 4 + [True, False]
    pieces["parent"] = [*PIECES["parent"], 2]
    work = workload([100], pieces, staff(HOURS), day=DAY, pools=POOLS)
    also = {"ready": 700, "start": 730, "end": 900, "worker": 1}
    run = happened(work, {name: [*HAPPENED[name], also[name]] for name in HAPPENED})
    assert sum(split(work, run).values()) == 620


def test_a_review_costs_its_work_and_its_waiting_is_nobodys() -> None:
    """It waits for its day beside the case: no pause; its own minutes are work on the case."""
    pieces = {name: [*column, -1] for name, column in PIECES.items()}
    for name, value in {
        "case": 0,
        "pool": MANAGER,
        "effort": 20,
        "parent": 0,
        "wait": 0,
        "hold": 400,
    }.items():
        pieces[name][-1] = value
    pieces["closes"][-1] = False
    pieces["review"] = [False] * 5 + [True]
    work = workload([100], pieces, staff(HOURS), day=DAY, pools=POOLS)
    also = {"ready": 500, "start": 520, "end": 540, "worker": 1}
    run = happened(work, {name: [*HAPPENED[name], also[name]] for name in HAPPENED})
    found = split(work, run)
    assert found["work"] == 120 + 20 and found["planned_pause"] == 120 - 20
    assert found["waiting_manager"] == 60


# Idle spells


def spells(gap: int, *, wait: int = 0, hold: int = -1) -> tuple[bool, bool]:
    """Whether a case is idle for ``gap`` minutes between its two tasks, without pauses and with them."""
    pieces = {
        "case": [0, 0],
        "pool": MANAGER,
        "effort": 10,
        "parent": [-1, 0],
        "wait_from": [-1, 0],
        "wait": [0, wait],
        "hold": [-1, hold],
        "closes": [False, True],
    }
    work = workload([0], pieces, staff(), day=DAY, pools=POOLS)
    ready = max(10, 10 + wait, hold)
    run = happened(
        work, {"ready": [0, ready], "start": [0, 10 + gap], "end": [10, 20 + gap], "worker": [1, 1]}
    )
    found = time_breakdown(work, run, FIRST)
    return bool(found.idle[0]), bool(found.idle_or_paused[0])


def test_ten_working_days_on_end_are_idle_and_a_minute_less_is_not() -> None:
    assert spells(WAITS) == (True, True)
    assert spells(WAITS - 1) == (False, False)


def test_an_outside_answer_awaited_is_not_idle() -> None:
    assert spells(2 * WAITS, wait=2 * WAITS) == (False, False)
    assert spells(2 * WAITS, wait=WAITS + 1) == (False, False)
    assert spells(2 * WAITS, wait=WAITS) == (True, True)


def test_a_planned_pause_is_idle_only_where_pauses_count() -> None:
    assert spells(2 * WAITS, hold=2 * WAITS + 10) == (False, True)
    assert spells(2 * WAITS, hold=WAITS + 10) == (True, True)


def test_spells_of_different_cases_do_not_add_up() -> None:
    """Two cases that wait six days each have no spell of ten."""
    work = workload(
        [0, 0], {"case": [0, 1], "pool": MANAGER, "effort": 10, "closes": True}, staff(), day=DAY, pools=POOLS
    )
    run = happened(work, {"ready": [0, 0], "start": [600, 610], "end": [610, 620], "worker": [1, 1]})
    found = time_breakdown(work, run, np.array([0, 1]))
    assert not found.idle.any() and found.minutes.sum(axis=1).tolist() == [610, 620]


def test_a_spell_may_be_made_of_several_waits() -> None:
    """Six days for the front door and five for allocation, with nothing in between."""
    pieces = {
        "case": [0, 0, 0],
        "pool": [FRONT_DOOR, ALLOCATION, MANAGER],
        "effort": [0, 0, 10],
        "parent": [-1, 0, 1],
        "closes": [False, False, True],
    }
    work = workload([0], pieces, staff(), day=DAY, pools=POOLS)
    run = happened(
        work,
        {"ready": [0, 600, 1100], "start": [600, 1100, 1100], "end": [600, 1100, 1110], "worker": [2, 0, 1]},
    )
    assert time_breakdown(work, run, FIRST).idle[0]


# Events


def test_authorised_is_the_end_of_the_sign_off_that_closed_the_case() -> None:
    pieces = {
        "case": [0] * 3,
        "step": [0, 1, 0],
        "attempt": [0, 1, 1],
        "pool": MANAGER,
        "effort": 10,
        "parent": [-1, 0, 1],
        "closes": [False, False, True],
    }
    work = workload(
        [0], pieces, staff(), day=DAY, pools=POOLS, marks={"authorised": (0,), "child_seen": (0,)}
    )
    run = happened(
        work, {"ready": [0, 10, 20], "start": [0, 10, 20], "end": [10, 20, 30], "worker": [1, 1, 1]}
    )
    assert event_minutes(work, run, "authorised").tolist() == [30]
    assert event_minutes(work, run, "child_seen").tolist() == [10]  # the first time
    assert event_minutes(work, run, "referral").tolist() == [0]
    assert event_minutes(work, run, "conference").tolist() == [MISSING]


# Sums, exact on every run


@pytest.fixture(scope="module")
def runs(framework: Framework) -> list[tuple[Workload, Outcome]]:
    """Councils with time to spare, with none, and with staff who leave at any moment."""
    from simkit.model.engine.process import simulate

    made = []
    for utilisation, turnover in ((0.3, 0.2), (0.95, 0.2), (1.3, 2.0)):
        one = setting(framework, council(200.0, turnover_rate=min(turnover, 1.0)))
        fte = {role: size * 0.85 / utilisation for role, size in one.staffing.fte.items()}
        work = sample(replace(one, staffing=replace(one.staffing, fte=fte, turnover=turnover)), 3, 0)
        made.append((work, simulate(work)))
    return made


def test_the_parts_add_up_to_the_duration(runs: list[tuple[Workload, Outcome]]) -> None:
    for work, run in runs:
        end = event_minutes(work, run, "authorised")
        rows = np.flatnonzero(end != MISSING)
        assert len(rows) > 50
        found = time_breakdown(work, run, rows)
        assert np.array_equal(found.minutes.sum(axis=1), end[rows] - run.arrival[rows])
        assert (found.minutes >= 0).all()
        assert (found.idle <= found.idle_or_paused).all()


def test_repeat_assessments_start_when_they_come_and_closed_cases_never_end(
    runs: list[tuple[Workload, Outcome]],
) -> None:
    for work, run in runs:
        again = (work.cases.kind == 2) & (run.arrival != MISSING)
        assert again.any()
        assert np.array_equal(event_minutes(work, run, "assessment_started")[again], run.arrival[again])
        assert (event_minutes(work, run, "authorised")[work.cases.route == CLOSED] == MISSING).all()


def test_everybodys_work_is_the_effort_of_what_they_did(runs: list[tuple[Workload, Outcome]]) -> None:
    """Finished tasks take exactly their effort and handover out of their worker's hours, one at a time."""
    for work, run in runs:
        spent = minutes_worked(work, run, 0, work.final_minute)
        finished = (run.end != MISSING) & (work.tasks.pool != ALLOCATION)
        under_way = (run.start != MISSING) & (run.end == MISSING)
        effort = np.bincount(
            run.worker[finished],
            weights=(work.tasks.effort + run.handover)[finished],
            minlength=len(work.workers),
        ).astype(int)
        busy = np.isin(np.arange(len(work.workers)), run.worker[under_way])
        assert np.array_equal(spent[~busy], effort[~busy])
        order = np.lexsort((run.start[finished], run.worker[finished]))
        person, start, end = (column[finished][order] for column in (run.worker, run.start, run.end))
        assert (start[1:] >= end[:-1])[person[1:] == person[:-1]].all()
        middle = work.final_minute // 3 // work.calendar.day_minutes * work.calendar.day_minutes
        halves = minutes_worked(work, run, 0, middle) + minutes_worked(work, run, middle, work.final_minute)
        assert np.array_equal(halves, spent)


def test_nobody_waiting_for_anybody_lasts_as_long_as_unqueued(
    simulate: Callable[[Workload], Outcome],
) -> None:
    """With everybody always there and more people than work, the stretch is exactly 1."""
    rng = np.random.default_rng(4)
    cases, steps = 40, 6
    pool = np.tile([FRONT_DOOR, MANAGER, ALLOCATION, OWN_WORKER, OWN_WORKER, MANAGER], cases)
    place = np.tile(np.arange(steps), cases)
    row = np.arange(cases * steps)
    back = row - place  # the case's first task
    pieces = {
        "case": np.repeat(np.arange(cases), steps),
        "pool": pool,
        "effort": np.where(pool == ALLOCATION, 0, rng.integers(1, 300, len(row))),
        "parent": np.where(place == 0, -1, row - 1),
        "wait_from": np.where(place > 3, back + 3, -1),
        "wait": np.where(place > 3, rng.integers(0, 700, len(row)), 0),
        "hold_from": np.where(place > 3, back, -1),
        "hold": np.where(place > 3, rng.integers(-1, 1500, len(row)), -1),
        "closes": place == steps - 1,
    }
    many = together(*(always(k, 4 * cases, 60, DAY, 1000 * k) for k in range(3)))
    work = workload(rng.integers(0, 900, cases), pieces, many, day=DAY, pools=POOLS)
    run = simulate(work)
    end = event_minutes(work, run, "authorised")
    assert (end != MISSING).all()
    assert np.array_equal(end - run.arrival, minutes_without_queues(work, run, np.arange(cases)))
    found = time_breakdown(work, run, np.arange(cases)).minutes
    waiting = [
        k for k, (name, _) in enumerate(CAUSES) if name not in ("work", "waiting_agency", "planned_pause")
    ]
    assert (found[:, waiting] == 0).all()


def test_queues_only_ever_lengthen_a_case(runs: list[tuple[Workload, Outcome]]) -> None:
    for work, run in runs:
        end = event_minutes(work, run, "authorised")
        done = end != MISSING
        free = minutes_without_queues(work, run, np.arange(len(work.cases)))
        assert (end - run.arrival >= free)[done].all()
        assert (free[work.cases.route == CLOSED] == MISSING).all()
        some = np.flatnonzero(done)[::3]
        assert np.array_equal(minutes_without_queues(work, run, some), free[some])


# The same, minute by minute


def minute_by_minute(work: Workload, run: Outcome, case: int, end: int) -> tuple[list[int], bool, bool]:
    """Minutes by cause of one case, and whether it was idle, without pauses and with them: the definition."""
    tasks, begin = work.tasks, int(run.arrival[case])
    states = np.zeros((len(CAUSES), end - begin), dtype=bool)

    def during(cause: int, since: int, until: int) -> None:
        states[cause, max(0, since - begin) : max(0, until - begin)] = True

    length, causes = work.calendar.day_minutes, [name for name, _ in CAUSES]
    for task in range(work.cases.first_task[case], work.cases.first_task[case + 1]):
        if run.ready[task] == MISSING:
            continue
        ready, pool = int(run.ready[task]), int(tasks.pool[task])
        started = int(run.start[task]) if run.start[task] != MISSING else work.final_minute
        queued = int(run.queued[task]) if run.queued[task] != MISSING else started
        if not tasks.review[task]:
            parent, asked = int(tasks.parent[task]), int(tasks.wait_from[task])
            freed = int(run.end[parent]) if parent >= 0 else begin
            answered = freed
            if tasks.wait[task] > 0:
                answer = (int(run.end[asked]) if asked >= 0 else begin) + int(tasks.wait[task])
                answered = min(max(answer, freed), ready)
            during(causes.index("waiting_agency"), freed, answered)
            during(causes.index("planned_pause"), answered, ready)
            waits = {OWN_WORKER: "waiting_worker", ALLOCATION: "waiting_allocation"}
            name = work.pools[pool] if pool >= 0 else ""
            other = "waiting_manager" if name == "team_manager" else "waiting_front_door"
            during(causes.index(waits.get(pool, other)), queued, started)
        if started < work.final_minute and pool != ALLOCATION:
            over = int(run.end[task]) if run.end[task] != MISSING else work.final_minute
            during(causes.index("worker_away"), started, over)
            person = int(run.worker[task])
            for day in range(started // length, min(over // length + 1, work.workers.opens.shape[1])):
                opens, shuts = int(work.workers.opens[person, day]), int(work.workers.shuts[person, day])
                during(causes.index("work"), max(opens, started), min(shuts, over))
    states[-1] |= ~states.any(axis=0)
    minutes = np.bincount(states.argmax(axis=0), minlength=len(CAUSES)).tolist()
    busy = states[causes.index("work")] | states[causes.index("waiting_agency")]
    paused = states[causes.index("planned_pause")]
    return minutes, longest(~busy & ~paused) >= 10 * length, longest(~busy) >= 10 * length


def longest(idle: NDArray[np.bool_]) -> int:
    """The longest run of minutes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], idle, [False]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


@given(workloads(tidy=True))
@settings(max_examples=25, deadline=None)
def test_every_minute_goes_to_the_first_cause_that_is_true(work: Workload) -> None:
    from simkit.model.engine.process import simulate

    work = replace(work, pools=("social_worker", "team_manager", "front_door")[: len(work.pools)])
    # The last task of each case that is no review authorises it.
    plain = np.flatnonzero(~work.tasks.review)
    closes = np.zeros(len(work.tasks), dtype=bool)
    closes[plain[np.append(np.diff(work.tasks.case[plain]) != 0, True)] if len(plain) else plain] = True
    work = replace(work, tasks=replace(work.tasks, closes=closes))
    run = simulate(work)
    end = event_minutes(work, run, "authorised")
    rows = np.flatnonzero(end != MISSING)
    found = time_breakdown(work, run, rows)
    for number, case in enumerate(rows.tolist()):
        minutes, idle, idle_or_paused = minute_by_minute(work, run, case, int(end[case]))
        assert found.minutes[number].tolist() == minutes
        assert (found.idle[number], found.idle_or_paused[number]) == (idle, idle_or_paused)


def test_more_at_once_on_a_case_than_can_be_told_is_said() -> None:
    """300 lines of one case at once: rather no figure than a wrong one."""
    count = 300
    pieces = {"case": [0] * count, "pool": MANAGER, "effort": 10, "closes": [True] + [False] * (count - 1)}
    work = workload([0], pieces, staff(), day=DAY, pools=POOLS)
    rows = {"ready": [0] * count, "start": [10] * count, "end": [20] * count, "worker": [1] * count}
    with pytest.raises(ValueError, match="300 things happen at once"):
        time_breakdown(work, happened(work, rows), FIRST)


def test_many_things_on_a_case_one_after_the_other_can_be_told() -> None:
    count = 300
    pieces = {
        "case": [0] * count,
        "pool": MANAGER,
        "effort": 10,
        "parent": list(range(-1, count - 1)),
        "closes": [False] * (count - 1) + [True],
    }
    work = workload([0], pieces, staff(), day=DAY, pools=POOLS)
    begun = list(range(0, 10 * count, 10))
    end = [minute + 10 for minute in begun]
    rows = {"ready": begun, "start": begun, "end": end, "worker": [1] * count}
    assert split(work, happened(work, rows)) == {"work": 10 * count}
