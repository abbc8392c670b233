"""What several test files need: small councils, changed frameworks, and workloads written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simkit.framework.amount import parse_amount
from simkit.framework.check import load
from simkit.framework.framework import Framework, Number, Origin, Review, Spread, Timescale
from simkit.model.inputs.calendar import Calendar
from simkit.model.inputs.calibration import calibration, calibration_text
from simkit.model.inputs.horizon import horizon
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import staffing
from simkit.model.queue_order import ORDINARY
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.sample import Setting
from simkit.model.workload.workload import CLOSED, NEVER, Cases, Tasks, Workers, Workload
from simkit.version import __version__

Ints = NDArray[np.int64]

NOWHERE = Origin("test", 1, 1)
YEAR = (dt.date(2022, 4, 1), dt.date(2023, 3, 31))


# Frameworks, councils and calibrations


@cache
def national() -> Framework:
    """National rules since 2018, no local ones."""
    return load("national/working-together-2018")


def calibrated_now(area: str, year: int) -> str:
    """The file of a packaged calibration as if this version had made it."""
    packaged = calibration(area, year)
    assert packaged is not None
    return calibration_text(replace(packaged, provenance={**packaged.provenance, "simkit": __version__}))


def with_numbers(framework: Framework, values: Mapping[str, float]) -> Framework:
    return framework.with_numbers(values)


def number(path: str, value: float, unit: str = "number") -> Number:
    return Number(path, path, value, unit, value, value, "assumption", "", NOWHERE)


def spread(typical: float, high: float, unit: str = "minutes") -> Spread:
    return Spread(number("typical", typical, unit), number("high", high, unit))


def review(name: str = "first", **values: Any) -> Review:
    """A review point by the team manager, from the start of the assessment."""
    for key in ("at", "at_most_every"):
        if key in values:
            values[key] = parse_amount(values[key])
    if "by_priority" in values:
        values["by_priority"] = {p: parse_amount(a) for p, a in values["by_priority"].items()}
    start = None if "after" in values else "assessment_started"
    return Review(
        **{
            "id": name,
            "title": name,
            "by": ("team_manager",),
            "layer": "x",
            "origin": NOWHERE,
            "start": start,
            **values,
        }
    )


def timescale(name: str, start: str, end: str, within: str, **values: Any) -> Timescale:
    return Timescale(name, name, start, end, "within", "x", NOWHERE, amount=parse_amount(within), **values)


def with_reviews(
    framework: Framework, *reviews: Review, shares: Mapping[str, float] | None = None
) -> Framework:
    """The framework with these reviews alone, and priorities of these shares."""
    numbers = {
        f"priority_share.{p}": number(f"priority_share.{p}", share, "share")
        for p, share in (shares or {}).items()
    }
    return replace(
        framework,
        reviews={r.id: r for r in reviews},
        priorities={p: {} for p in shares or {}},
        numbers={**framework.numbers, **numbers},
    )


def without(framework: Framework, *timescales: str) -> Framework:
    """The framework with these timescales taken away."""
    return replace(
        framework, timescales={k: t for k, t in framework.timescales.items() if k not in timescales}
    )


def council(referrals: float = 600.0, **values: Any) -> Profile:
    """A council of that many referred children a year, with shares near England's."""
    plain: dict[str, Any] = {
        "name": "Anyshire",
        "la_code": "",
        "year": 2023,
        "referrals": referrals,
        "by_month": (1 / 12,) * 12,
        "nfa_share": 0.08,
        "rereferral_share": 0.2,
        "assessed_share": 0.9,
        "repeat_share": 0.08,
        "assessments": referrals * 0.92 * 0.98,
        "section_47_share": 0.3,
        "conference_share": 0.35,
        "case_holders_fte": referrals / 23,
        "vacancy_rate": 0.18,
        "turnover_rate": 0.17,
        "agency_cover_rate": 0.7,
        "absence_rate": 0.035,
        "cases_per_fte": 16.0,
    }
    return Profile(**{**plain, **values})


def setting(framework: Framework, profile: Profile, **values: Any) -> Setting:
    """The council under the framework, with the staff that its published caseload implies."""
    plain = {"staffing": staffing(framework, profile), "horizon": horizon(framework, *YEAR)}
    return Setting(framework, profile, **{**plain, **values})


def of_step(work: Workload, name: str) -> np.ndarray:
    """Rows of the task table of one step."""
    return (
        np.flatnonzero(work.tasks.step == work.steps.index(name))
        if name in work.steps
        else np.array([], dtype=int)
    )


def new_assessments(work: Workload) -> np.ndarray:
    """The assessed cases that were not open when the run began."""
    return (work.cases.route != CLOSED) & (work.cases.kind != STOCK)


# Workloads by hand


def calendar(days: int, day: int) -> Calendar:
    """Working days without weekends, for runs in which dates mean nothing."""
    return Calendar(np.datetime64("2000-01-03", "D") + np.arange(days), day)


def always(pool: int, count: int, days: int, day: int, first: int = 0) -> Workers:
    """People of one role who never go home."""
    opens = np.tile(np.arange(days, dtype=np.int64) * day, (count, 1))
    same = {"fte": 100, "starts": 0, "leaves": int(NEVER), "notice": int(NEVER), "pool": pool}
    columns = {name: np.full(count, value, dtype=np.int64) for name, value in same.items()}
    return Workers(id=first + np.arange(count, dtype=np.int64), opens=opens, shuts=opens + day, **columns)


def together(*staff: Workers) -> Workers:
    return Workers(**{f.name: np.concatenate([getattr(s, f.name) for s in staff]) for f in fields(Workers)})


_TASK = {
    "step": 0,
    "attempt": 0,
    "pool": 1,
    "effort": 0,
    "parent": -1,
    "wait_from": -1,
    "wait": 0,
    "hold_from": -1,
    "hold": -1,
    "due_from": -1,
    "due": -1,
    "limit_from": -1,
    "limit": -1,
    "urgency": ORDINARY,
    "review": False,
    "closes": False,
}


def workload(
    arrival: Sequence[int] | Ints,
    tasks: Mapping[str, Any],
    staff: Workers,
    *,
    day: int = 100,
    pools: tuple[str, ...] = ("social_worker", "team_manager"),
    children: Sequence[int] | Ints | None = None,
    **values: Any,
) -> Workload:
    """A workload from columns of its tasks (``case`` at least; the others have plain defaults)."""
    case = np.asarray(tasks["case"], dtype=np.int64)
    count = len(arrival)
    columns = {
        name: np.broadcast_to(
            np.asarray(tasks.get(name, value), dtype=bool if isinstance(value, bool) else np.int64),
            case.shape,
        ).copy()
        for name, value in _TASK.items()
    }
    days = staff.opens.shape[1]
    same = {"route": 0, "kind": 0, "priority": -1, "source": -1, "planned_day": -1, "natural_day": -1}
    cases = Cases(
        id=np.arange(count, dtype=np.int64),
        arrival=np.asarray(arrival, dtype=np.int64),
        date=np.full(count, np.datetime64("NaT", "D"), dtype="datetime64[D]"),
        children=np.ones(count, dtype=np.int64) if children is None else np.asarray(children, dtype=np.int64),
        first_task=np.searchsorted(case, np.arange(count + 1)).astype(np.int64),
        **{name: np.full(count, value, dtype=np.int64) for name, value in same.items()},
    )
    final = days * day
    plain: dict[str, Any] = {
        "steps": tuple(f"step {k}" for k in range(int(columns["step"].max(initial=0)) + 1)),
        "marks": {},
        "clocks": (),
        "window": (0, final),
        "handover": 0,
        "due_within": 10 * day,
        "raise_before": 0,
        "away_days": 3,
        "other_cases": 0,
        "caseload_limit": int(NEVER),
        "final_minute": final,
    }
    return Workload(
        calendar=calendar(days, day),
        pools=pools,
        cases=cases,
        tasks=Tasks(case=case, **columns),
        workers=staff,
        **{**plain, **values},
    )


def same(one: Any, other: Any) -> None:
    """Every field of two values of one class is equal, NaN to NaN, and of one type."""
    for field in fields(one):
        here, there = getattr(one, field.name), getattr(other, field.name)
        if isinstance(here, np.ndarray):
            assert here.dtype == there.dtype, field.name
            assert np.array_equal(here, there, equal_nan=here.dtype.kind in "fM"), field.name
        elif field.name == "values":
            assert list(here) == list(there)
            assert np.array_equal([*here.values()], [*there.values()], equal_nan=True)
