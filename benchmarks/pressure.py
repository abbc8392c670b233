"""The response to pressure, held against published services: ``python benchmarks/pressure.py``.

England's average authority, with as much of the staff's time in use as is assumed and at both ends of what is
plausible. Each line is a change with what published services showed beside it: social workers and share in
time of 2016 to 2023, about 150 authorities. Meeting it checks the setting and is no evidence.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simkit.framework.check import DEFAULT_EDITION, load
from simkit.model.engine_choice import engine
from simkit.model.inputs.scenario import Scenario, scenario_of
from simkit.model.measures.measures import measure
from simkit.model.measures.milestones import event_minutes
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.sample import Setting
from simkit.model.workload.workload import CLOSED, OWN_WORKER, Workload
from simkit.study.experiment import experiment
from simkit.study.runner import simulated

YEAR_BEFORE = "2021-04"  # a year before the measured one, which is that to March 2023


@dataclass(frozen=True)
class Change:
    """A change and what published services did: of each figure the least and the most."""

    title: str
    scenario: dict[str, Any]
    published: dict[str, tuple[float, float]]


MORE = {"demand": {"referrals": "+20%"}}
CHANGES = (
    Change("+20% referrals, first year", MORE, {"in time, points": (-1.8, 0.8)}),
    Change(
        "+20% referrals, second year",
        {"since": YEAR_BEFORE, **MORE},
        {
            "staff, %": (1, 3),
            "closed, points": (0, 3),
            "median, days": (-1.2, 0.3),
            "per worker, %": (10, 18),
            "waiting, %": (2, 14),
        },
    ),
    Change(
        "10% fewer case holders",
        {"workforce": {"case_holders": "-10%"}},
        {"in time, points": (-1.1, 0.7)},
    ),
    Change(
        "vacancies +10 points", {"workforce": {"vacancies": "+10 points"}}, {"in time, points": (-1.5, 0.6)}
    ),
)
ENDS = (Change("+20% referrals, first year", MORE, {"in time, points": (-3, 1)}),)


def figures(work: Workload, run: Outcome) -> dict[str, float]:
    """What is compared, of one replication."""
    found = measure(work, run).values
    start, end = work.window
    here = (run.arrival >= start) & (run.arrival < end) & (work.cases.kind < 2)
    children = work.cases.children
    closed = children[here & (work.cases.route == CLOSED)].sum() / children[here].sum()
    staff = work.workers
    mine = staff.pool == OWN_WORKER
    days = np.arange(start, end, work.calendar.day_minutes)
    there = (staff.starts[mine, None] <= days) & (days < staff.leaves[mine, None])
    posts = float((there * staff.fte[mine, None]).sum(axis=0).mean()) / 100
    rows = (work.tasks.pool == OWN_WORKER) & (run.start >= start) & (run.start < end)
    return {
        "in time": found["published_within_45_days_pct"],
        "median": found["published_median_days"],
        "assessments": found["published_assessments"],
        "closed": 100 * float(closed),
        "staff": posts,
        "waiting": float(children[waiting_for_assessment(work, run)].sum()),
        "effort used": 100 * run.effort[rows].sum() / work.tasks.effort[rows].sum(),
        "time in use": found["utilisation_social_worker_pct"],
    }


def waiting_for_assessment(work: Workload, run: Outcome) -> NDArray[np.bool_]:
    """Families whose children nobody has seen by the end of the year, though they are to be assessed.

    The published stock awaiting assessment at 31 March is 2.4% of a year's assessments (England, year to
    March 2023). All assessments open would be 10%, those of children not yet seen are about 2%.
    """
    end = work.window[1]
    seen, signed = (event_minutes(work, run, event) for event in ("child_seen", "authorised"))
    open_ = (run.arrival != MISSING) & (run.arrival < end) & ((signed == MISSING) | (signed >= end))
    return np.asarray(open_ & (work.cases.route != CLOSED) & ((seen == MISSING) | (seen >= end)))


def mean(setting: Setting, replications: int) -> dict[str, float]:
    fastest = engine("auto", 10**9)
    each = [figures(*simulated(setting, 1, number, fastest)) for number in range(replications)]
    return {name: float(np.mean([one[name] for one in each])) for name in each[0]}


def differences(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    per = [each["assessments"] / each["staff"] for each in (before, after)]
    return {
        "in time, points": after["in time"] - before["in time"],
        "median, days": after["median"] - before["median"],
        "staff, %": 100 * (after["staff"] / before["staff"] - 1),
        "closed, points": after["closed"] - before["closed"],
        "per worker, %": 100 * (per[1] / per[0] - 1),
        "waiting, %": 100 * (after["waiting"] / before["waiting"] - 1),
        "effort used, %": after["effort used"],
    }


def rows(used: float, changes: tuple[Change, ...], replications: int) -> Iterator[tuple[str, str, bool]]:
    before = None
    for change in changes:
        scenario = scenario_of({"title": change.title, **change.scenario})
        setting = at(used, scenario)
        if before is None:
            before = mean(setting.without_change, replications)
        after = differences(before, mean(setting, replications))
        nobody = differences(before, mean(setting.without_response, replications))
        for name, (least, most) in change.published.items():
            text = f"{name:16} {after[name]:+7.2f}  published {least:+.1f} to {most:+.1f}"
            text += f"  without response {nobody[name]:+7.2f}  effort {after['effort used, %']:.1f}%"
            yield change.title, text, least <= after[name] <= most


def at(used: float, scenario: Scenario) -> Setting:
    """England's average authority with this share of case holders' time in use before the change."""
    setting = experiment(DEFAULT_EDITION, scenario, year=2023).setting
    assumed = load(DEFAULT_EDITION).number("staff.utilisation")
    return setting.with_case_holders(assumed / used)


def main(replications: int) -> None:
    met = True
    for used, changes in ((0.85, CHANGES), (0.70, ENDS), (0.95, ENDS)):
        print(f"{used:.0%} of case holders' time in use, {replications} replications")
        for title, text, holds in rows(used, changes, replications):
            print(f"  {'meets' if holds else 'MISSES'}  {title:30} {text}")
            met &= holds
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
