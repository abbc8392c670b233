"""Workloads made at random, from idle to hopelessly overloaded, for tests of the engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from kit import calendar
from numpy.typing import NDArray

from simkit.model.queue_order import ORDINARY, RAISED, URGENT
from simkit.model.workload.workload import (
    ALLOCATION,
    NEVER,
    OWN_WORKER,
    Cases,
    EffortTable,
    Tasks,
    Workers,
    Workload,
)

Ints = NDArray[np.int64]

ARRIVAL = -1


@st.composite
def workloads(draw: st.DrawFn, tidy: bool = False) -> Workload:
    """A workload with some of everything that the tables can say.

    ``tidy``: what a time is counted from has always ended before. Otherwise it may also be a task on
    another line of the same case, as the engines allow it.
    """
    day = draw(st.sampled_from((1, 2, 7, 60, 444)))  # a day of a minute or two: everything falls together
    days = draw(st.sampled_from((12, 30, 60)))
    pools = draw(st.integers(1, 3))
    people = draw(st.sampled_from((9, 15, 20, 6, 3, 0)))
    cases = draw(st.sampled_from((10, 40, 3, 1)))
    pressure = draw(st.sampled_from((0.1, 0.02, 0.0, 0.3, 1.5)))  # days of work in a task
    reviews = draw(st.booleans())
    comings = not draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns, first = _tasks(rng, cases, pools, day, pressure, reviews, tidy)
    length = days * day
    table = _effort_table(rng, cases, length, day) if draw(st.booleans()) else None
    window = (0, length) if rng.random() < 0.6 else tuple(sorted(rng.integers(0, length + 1, 2).tolist()))
    return Workload(
        calendar=calendar(days, day),
        pools=tuple(f"role {k}" for k in range(pools)),
        steps=("step",),
        marks={},
        cases=_cases(rng, cases, first, length, day),
        tasks=columns,
        workers=_staff(rng, people, pools, days, day, comings),
        clocks=(),
        window=window,
        handover=int(rng.integers(0, day + 1)),
        due_within=int(rng.integers(0, 5 * day + 1)),
        raise_before=int(rng.integers(0, 3 * day + 1)),
        away_days=int(rng.integers(1, 5)),
        other_cases=int(rng.integers(0, 300)),
        caseload_limit=int(rng.choice([int(NEVER), int(NEVER), 500, 900, 2000])),
        final_minute=int(length if rng.random() < 0.7 else rng.integers(1, length + 1)),
        effort_table=table,
    )


def _effort_table(rng: np.random.Generator, cases: int, length: int, day: int) -> EffortTable:
    """Weeks of a day or a few, with usual loads from none to many."""
    week = day * int(rng.integers(1, 6))
    factors = 1000 - np.cumsum(rng.integers(0, 3, int(rng.choice([1, 5, 300]))))
    return EffortTable(
        factors=np.append(1000, np.maximum(factors, 1)).astype(np.int64),
        usual=rng.integers(0, 2 * cases * week + 1, length // week + 2),
        week=week,
        memory=int(rng.integers(1, 9)),
        exempt=rng.random(cases) < 0.2,
    )


def _cases(rng: np.random.Generator, count: int, first: Ints, length: int, day: int) -> Cases:
    arrival = rng.integers(0, max(1, length * 2 // 3), count)
    if rng.random() < 0.3:
        arrival -= arrival % day
    source = np.full(count, -1)
    for case in range(1, count):
        if rng.random() < 0.15:
            source[case] = rng.integers(0, case)
            arrival[case] = rng.integers(0, 5 * day + 1)
    same = {name: np.zeros(count, dtype=np.int64) for name in ("route", "kind", "planned_day", "natural_day")}
    return Cases(
        id=np.arange(count),
        arrival=arrival,
        date=np.full(count, np.datetime64("NaT", "D"), dtype="datetime64[D]"),
        children=rng.integers(1, 5, count),
        priority=np.full(count, -1),
        source=source,
        first_task=first,
        **same,
    )


def _tasks(
    rng: np.random.Generator, cases: int, pools: int, day: int, pressure: float, reviews: bool, tidy: bool
) -> tuple[Tasks, Ints]:
    rows: list[dict[str, Any]] = []
    first = [0]
    for case in range(cases):
        rows += _pathway(rng, case, len(rows), pools, day, pressure, reviews, tidy)
        first.append(len(rows))
    flags = ("review", "closes")
    names = list(Tasks.__dataclass_fields__)
    columns = {
        name: np.array([row[name] for row in rows], dtype=bool if name in flags else np.int64)
        for name in names
    }
    return Tasks(**columns), np.array(first)


def _pathway(
    rng: np.random.Generator,
    case: int,
    base: int,
    pools: int,
    day: int,
    pressure: float,
    reviews: bool,
    tidy: bool,
) -> list[dict[str, Any]]:
    """The tasks of a case: one line, branches off it, sometimes an allocation, and reviews after reviews."""
    count = int(rng.integers(0, 9))
    allocation = int(rng.integers(0, 3))
    urgency = int(rng.choice([URGENT, RAISED, ORDINARY, ORDINARY, ORDINARY]))
    rows: list[dict[str, Any]] = []
    before: list[list[int]] = []  # tasks that must have ended before each task
    main, allocated = ARRIVAL, False
    for place in range(count):
        steps = [at for at in range(place) if not rows[at]["review"]]
        branch = bool(steps) and rng.random() < 0.2
        follows = base + int(rng.choice(steps)) if branch else main
        review = reviews and rng.random() < 0.25
        earlier = [] if follows == ARRIVAL else [*before[follows - base], follows]
        if review and rows and rows[-1]["review"] and rng.random() < 0.6:
            follows = base + place - 1  # held again
            earlier = [*before[-1], follows]
        allocates = place >= allocation and not review and not allocated
        own = rng.random() < (0.6 if allocated else 0.03)
        allocated = allocated or allocates
        known = earlier if tidy else [base + at for at in range(place)]

        def some(known: list[int] = known) -> int:
            return int(rng.choice([ARRIVAL, *known]))

        rows.append(
            {
                "case": case,
                "step": 0,
                "attempt": 0,
                "pool": ALLOCATION
                if allocates
                else OWN_WORKER
                if own or pools == 1
                else int(rng.integers(1, pools)),
                "effort": 0 if allocates else int(rng.exponential(pressure * day)) if pressure else 0,
                "parent": follows,
                "wait_from": some(),
                "wait": int(rng.integers(0, 3 * day + 1)) if rng.random() < 0.3 else 0,
                "hold_from": some(),
                "hold": int(rng.integers(0, 5 * day + 1)) if review or rng.random() < 0.3 else -1,
                "due_from": some(),
                "due": int(rng.integers(0, 8 * day + 1)) if rng.random() < 0.5 else -1,
                "limit_from": some(),
                "limit": int(rng.integers(0, 8 * day + 1)) if rng.random() < 0.5 else -1,
                "urgency": urgency,
                "review": review,
                "closes": False,
            }
        )
        before.append(earlier)
        if not branch and not review:
            main = base + place
    if main != ARRIVAL and rng.random() < 0.9:
        rows[main - base]["closes"] = True
    return rows


def _staff(rng: np.random.Generator, count: int, pools: int, days: int, day: int, comings: bool) -> Workers:
    opens = np.arange(days) * day + rng.integers(0, day, (count, days))
    if rng.random() < 0.5:
        opens = np.tile(np.arange(days) * day, (count, 1))
    room = (np.arange(days) + 1) * day - opens
    hours = np.ceil(room * rng.random((count, days)) ** 0.5).astype(np.int64)
    hours[rng.random((count, days)) < rng.choice([0.0, 0.1, 0.5])] = 0
    starts = np.zeros(count, dtype=np.int64)
    leaves = np.full(count, NEVER)
    if comings:
        starts = rng.integers(0, days * day, count) * (rng.random(count) < 0.4)
        leaves = np.where(rng.random(count) < 0.5, starts + rng.integers(0, days * day, count), NEVER)
    notice = np.where(
        leaves == NEVER, NEVER, np.maximum(starts, leaves - rng.integers(0, 5 * day + 1, count))
    )
    staff = Workers(
        id=np.arange(count),
        pool=rng.permutation(np.arange(count) % (pools + 1) % pools),
        fte=rng.choice([20, 50, 80, 100], count),
        starts=starts,
        leaves=leaves,
        notice=notice,
        opens=opens.astype(np.int64),
        shuts=(opens + hours).astype(np.int64),
    )
    # Nobody works before coming or after leaving.
    there = (staff.opens >= starts[:, None]) & (staff.shuts <= leaves[:, None])
    return replace(staff, shuts=np.where(there, staff.shuts, staff.opens))
