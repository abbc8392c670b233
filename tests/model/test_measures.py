"""Every measure on cases told by hand: what it counts, what it leaves out, and what it is a share of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from kit import always, council, setting, together, workload
from paths import ROOT

from simkit.framework.amount import parse_amount
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.measures.day_counts import BANDS, Convention
from simkit.model.measures.measures import RunMeasures, definitions, measure, measures_named
from simkit.model.measures.milestones import event_minutes
from simkit.model.measures.time_breakdown import CAUSES
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import FIRST, REPEAT, REREFERRAL, STOCK
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, CLOSED, OWN_WORKER, Clock, Workers, Workload
from tools.docs.measures_page import page

DAY = 100
MANAGER, FRONT_DOOR = 1, 2
POOLS = ("social_worker", "team_manager", "front_door")
DAY_0, DAY_1 = Convention.DAY_0, Convention.DAY_1

EVENTS = {
    "decided": FRONT_DOOR,
    "strategy_discussion": MANAGER,
    "allocated": ALLOCATION,
    "child_seen": OWN_WORKER,
    "enquiry_concluded": OWN_WORKER,
    "conference": MANAGER,
    "initial_assessment_completed": MANAGER,
    "authorised": MANAGER,
}
MARKS = {event: (step,) for step, event in enumerate(EVENTS)} | {"assessment_started": (0,)}
REVIEW = len(EVENTS)


@dataclass(frozen=True)
class Told:
    """A case: when it came and what happened when; None for what lies ahead and has not happened.

    ``reviews``: of each the minute it came due (None: not yet) and the minute it was held (None: not).
    """

    came: int
    events: dict[str, int | None]
    children: int = 1
    route: str = "section_17"
    kind: int = FIRST
    planned_day: int = -1
    reviews: Sequence[tuple[int | None, int | None]] = field(default=())


def noon(day: int) -> int:
    return day * DAY + 50


def told(came: int, authorised: int | None, **values: Any) -> Told:
    """A case decided on and allocated in the minute it comes."""
    return Told(came, {"decided": came, "allocated": came, "authorised": authorised}, **values)


def people(days: int, workers: int = 1) -> Workers:
    one = always(MANAGER, 1, days, DAY, 100), always(FRONT_DOOR, 1, days, DAY, 101)
    return together(always(OWN_WORKER, workers, days, DAY), *one)


def written(
    *cases: Told, window: tuple[int, int] = (0, 100), days: int = 200, **values: Any
) -> tuple[Workload, Outcome]:
    """The workload and outcome that tell these cases; ``window`` and ``days`` in days."""
    rows: list[tuple[int, int, int, int, int, bool]] = []  # case, step, pool, ready, end, review
    for number, case in enumerate(cases):
        ready: int | None = case.came
        for event, minute in case.events.items():
            pool, known = EVENTS[event], ready is not None
            rows.append((number, MARKS[event][0], pool, ready if known else MISSING, _or(minute), False))
            ready = minute
        rows += [(number, REVIEW, MANAGER, _or(due), _or(held), True) for due, held in case.reviews]
    table = np.array([row[:5] for row in rows], dtype=np.int64).reshape(-1, 5)
    review = np.array([row[5] for row in rows], dtype=bool)
    case, step, pool, ready_at, end = table.T
    first = np.append(True, case[1:] != case[:-1]) if len(case) else np.array([], dtype=bool)
    staff = values.pop("workers", people(days))
    worker = {OWN_WORKER: 0, ALLOCATION: 0, MANAGER: len(staff) - 2, FRONT_DOOR: len(staff) - 1}
    tasks = {
        "case": case,
        "step": step,
        "pool": pool,
        "parent": np.where(first | review, -1, np.arange(len(case)) - 1),
        "review": review,
        "closes": [
            step == MARKS[_last_stage(cases[c])][0]
            for c, step in zip(case.tolist(), step.tolist(), strict=True)
        ],
    }
    work = workload(
        [c.came for c in cases],
        tasks,
        staff,
        day=DAY,
        pools=POOLS,
        children=[c.children for c in cases],
        marks=MARKS,
        window=(window[0] * DAY, window[1] * DAY),
        **values,
    )
    codes = {name: code for code, name in enumerate(ROUTES)} | {"closed": CLOSED}
    own = {
        "route": [codes[c.route] for c in cases],
        "kind": [c.kind for c in cases],
        "planned_day": [c.planned_day for c in cases],
    }
    work = replace(
        work, cases=replace(work.cases, **{k: np.array(v, dtype=np.int64) for k, v in own.items()})
    )
    run = Outcome(
        arrival=work.cases.arrival,
        ready=ready_at,
        queued=ready_at,
        start=end,
        end=end,
        worker=np.array(
            [worker[p] if e != MISSING else MISSING for p, e in zip(pool, end, strict=True)], dtype=np.int64
        ),
        handover=np.zeros(len(case), dtype=np.int64),
        effort=work.tasks.effort,
        stopped=work.final_minute,
        ending="final minute",
    )
    return work, run


def _last_stage(case: Told) -> str:
    """What authorises a case: of two stages the first, where there is no second."""
    early = "initial_assessment_completed"
    return early if early in case.events and "authorised" not in case.events else "authorised"


def _or(minute: int | None) -> int:
    return MISSING if minute is None else minute


def measured(*cases: Told, convention: Convention = DAY_0, **values: Any) -> RunMeasures:
    return measure(*written(*cases, **values), convention)


def of(*cases: Told, **values: Any) -> dict[str, float]:
    return dict(measured(*cases, **values).values)


# The two families


def test_the_two_families_count_different_assessments() -> None:
    """Authorised in the year whenever begun; referred in the year whenever ended. Children, not families."""
    found = of(
        told(noon(5), noon(25), children=2),  # begun before, authorised inside
        told(noon(30), noon(90), children=3),  # both inside
        told(noon(95), noon(130), children=4),  # begun inside, authorised after
        told(noon(110), noon(150), children=5),  # after the year
        window=(20, 100),
    )
    assert found["published_assessments"] == 2 + 3
    assert found["published_within_45_days_pct"] == pytest.approx(100 * 2 / 5)
    assert found["cohort_assessments"] == 3 + 4
    assert found["cohort_over_45_days_pct"] == pytest.approx(100 * 3 / 7)


def test_what_opens_the_year_is_in_it_and_what_ends_it_is_not() -> None:
    edges = [told(20 * DAY, noon(30)), told(100 * DAY, noon(110))]
    ended = [told(noon(1), 20 * DAY), told(noon(1), 100 * DAY)]
    found = of(*edges, *ended, window=(20, 100))
    assert found["cohort_assessments"] == 1
    assert found["published_assessments"] == 2  # one on day 30, and the one authorised at minute 20


def test_the_stock_of_the_beginning_is_in_neither_family() -> None:
    """Its assessment began before the run, nobody knows here how long ago."""
    found = measured(told(0, noon(10), kind=STOCK), told(noon(2), noon(32)))
    assert found.values["published_assessments"] == 1
    assert found.values["cohort_assessments"] == 1
    assert found.values["published_median_days"] == 30
    assert found.bands.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert found.open_by_week[0] == 2  # but it is open, and counted so


def test_routes_are_measured_apart_and_add_up() -> None:
    found = of(
        told(noon(1), noon(60), children=2, route="section_17"),
        told(noon(1), noon(10), children=1, route="section_17"),
        told(noon(1), noon(30), children=3, route="section_47"),
        told(noon(1), noon(1), children=1, route="brief"),
    )
    assert found["cohort_over_45_days_pct"] == pytest.approx(100 * 2 / 7)
    assert found["cohort_over_45_days_pct.section_17"] == pytest.approx(100 * 2 / 3)
    assert found["cohort_over_45_days_pct.section_47"] == 0
    assert found["published_median_days.section_47"] == 29
    assert isnan(found["cohort_over_45_days_pct.disabled_children"])
    assert found["cohort_assessments"] == sum(found[f"cohort_assessments.{r}"] for r in ROUTES) == 7


# The 45 days: both ways to count, both starts


@pytest.mark.parametrize(
    ("authorised", "from_start", "from_referral"),
    [
        # referred on day 2, begun on day 4; verdicts with the starting day as day 0, and as day 1
        (noon(46), (True, True), (True, True)),
        (noon(47), (True, True), (True, False)),
        (noon(48), (True, True), (False, False)),
        (noon(49), (True, False), (False, False)),
        (50 * DAY, (True, False), (False, False)),  # the minute that opens day 50 closes day 49
        (50 * DAY + 1, (False, False), (False, False)),
    ],
)
def test_45_days_are_counted_from_start_or_referral_under_a_named_convention(
    authorised: int, from_start: tuple[bool, bool], from_referral: tuple[bool, bool]
) -> None:
    case = Told(noon(2), {"decided": noon(4), "allocated": noon(4), "authorised": authorised})
    for number, convention in enumerate((DAY_0, DAY_1)):
        found = of(case, convention=convention)
        assert found["published_within_45_days_pct"] == 100 * from_start[number]
        assert found["cohort_over_45_days_pct"] == 100 * (not from_referral[number])


def test_durations_are_days_elapsed_under_either_convention() -> None:
    case = Told(noon(2), {"decided": noon(4), "allocated": noon(4), "authorised": noon(49)})
    for convention in Convention:
        found = of(case, convention=convention)
        assert found["published_median_days"] == 45
        assert found["cohort_median_days"] == 47


def test_a_further_assessment_begins_when_it_comes() -> None:
    """It passes no front door: both families count it from the same day."""
    case = Told(noon(3), {"allocated": noon(5), "authorised": noon(43)}, kind=REPEAT)
    found = of(case)
    assert found["published_median_days"] == found["cohort_median_days"] == 40
    assert found["cohort_unallocated_days"] == 2


def test_quartiles_and_bands_count_children() -> None:
    ends = {0: 1, 7: 2, 15: 1, 42: 3, 46: 1, 70: 2}  # days from start: children
    found = measured(*(told(noon(0), noon(d), children=c) for d, c in ends.items()))
    assert [round(10 * share) for share in found.bands] == [1, 2, 1, 0, 0, 3, 1, 0, 2]
    assert len(found.bands) == len(BANDS)
    assert found.values["published_p25_days"] == 7  # the third child of ten
    assert found.values["published_median_days"] == 42
    assert found.values["published_p75_days"] == 46


# Open at the end


def test_what_is_open_at_the_end_is_late_only_past_its_limit() -> None:
    """The run stops at the end of day 199. Referred on day 150 it is past day 45; on day 155 it is not, and
    is in no share; how many are open is said."""
    found = of(
        told(noon(110), noon(120)),
        told(noon(150), None, children=2),
        told(noon(155), None, children=5),
        window=(100, 200),
    )
    assert found["cohort_over_45_days_pct"] == pytest.approx(100 * 2 / 3)
    assert found["cohort_open_at_end_pct"] == pytest.approx(100 * 7 / 8)
    assert found["published_within_45_days_pct"] == 100


@pytest.mark.parametrize(("came", "day_0", "day_1"), [(153, 100, 100), (154, 100, 100), (155, nan, 100)])
def test_the_last_day_of_a_limit_is_over_with_the_run(came: int, day_0: float, day_1: float) -> None:
    """Day 199 is the last: the 45th day after day 154, and the 46th, counted from 1, that begins with 154."""
    for convention, expected in ((DAY_0, day_0), (DAY_1, day_1)):
        found = of(told(noon(came), None), window=(100, 200), convention=convention)
        assert found["cohort_over_45_days_pct"] == pytest.approx(expected, nan_ok=True)


def test_medians_take_account_of_what_is_open() -> None:
    """Kaplan-Meier by hand. Ended after 10 and 30 days, open at 20 and at 60 when the run stops, one child
    each: 3/4 are open after 10; of the two still followed one ends at 30, so 3/8."""
    cases = [
        told(noon(100), noon(110)),
        told(noon(100), noon(130)),
        told(noon(179), None),
        told(noon(139), None),
    ]
    found = measured(*cases, window=(100, 200))
    assert found.survival[[0, 9, 10, 29, 30, 60]].tolist() == [1, 1, 0.75, 0.75, 0.375, 0.375]
    assert found.values["cohort_p25_days"] == 10
    assert found.values["cohort_median_days"] == 30
    assert isnan(found.values["cohort_p75_days"])  # never reached
    assert found.values["published_median_days"] == 10  # the published family sees the ended alone


def test_children_never_allocated_have_waited_to_the_end() -> None:
    """A mean over the allocated alone would call a hopeless queue short."""
    found = of(
        Told(noon(100), {"decided": noon(100), "allocated": noon(102), "authorised": noon(110)}),
        Told(noon(150), {"decided": noon(151), "allocated": None, "authorised": None}, children=3),
        Told(noon(150), {"decided": None, "allocated": None, "authorised": None}),
        window=(100, 200),
    )
    assert found["cohort_unallocated_days"] == pytest.approx((2 * 1 + 48.5 * 3) / 4)


def test_time_to_the_child_being_seen() -> None:
    """Median from referral; who is not yet seen counts as far as followed, who is not to be not at all."""
    seen = [
        Told(noon(100), {"decided": noon(100), "child_seen": noon(100 + d), "authorised": noon(140)})
        for d in (2, 4)
    ]
    waiting = Told(noon(197), {"decided": noon(197), "child_seen": None, "authorised": None}, children=2)
    never = told(noon(100), noon(120), children=9)
    assert of(*seen, window=(100, 200))["cohort_child_seen_days"] == 2
    found = of(*seen, waiting, never, window=(100, 200))
    # Of four one is seen after 2 days, the two waiting are followed for 2, then 4 is the last: 3/4, then 0.
    assert found["cohort_child_seen_days"] == 4
    assert found["cohort_child_seen_days.section_17"] == 4
    assert isnan(found["cohort_child_seen_days.section_47"])


# Empty denominators


def test_a_year_without_a_breach_has_none_and_not_nothing() -> None:
    found = of(told(noon(1), noon(10)))
    assert found["cohort_over_45_days_pct"] == 0
    assert found["open_over_45_days"] == 0
    assert found["cohort_drift_idle_pct"] == 0


def test_a_year_without_anything_has_no_shares_and_raises_no_warning() -> None:
    """Numbers of children are 0; shares and means of nobody have no value."""
    found = measured(window=(0, 100))
    named = {d.name: d for d in definitions((), POOLS)}
    for name, value in found.values.items():
        if name.startswith("utilisation"):
            assert value == 0
        elif name == "open_change":
            assert isnan(value)  # no year before
        elif named[name].unit == "children":
            assert value == 0
        else:
            assert isnan(value), name
    assert np.isnan(found.bands).all()
    assert (found.survival == 1).all()


def test_a_span_shorter_than_a_week_has_no_weekly_means() -> None:
    found = of(told(noon(1), noon(2)), window=(0, 4))
    for name in ("open_assessments", "open_over_45_days", "waiting_list", "children_per_case_holder"):
        assert isnan(found[name])


def test_what_is_open_at_the_end_of_the_year_is_so_on_its_last_day() -> None:
    """The last week ends before the year: what ends or begins after it counts as it is at the year's end."""
    ended, last = told(noon(1), noon(6), children=2), told(noon(1), 8 * DAY, children=8)
    begun, later = told(noon(6), noon(20), children=4), told(8 * DAY, noon(20), children=16)
    found = measured(ended, last, begun, later, window=(0, 8))
    assert found.open_by_week.tolist() == [10]
    assert found.values["open_at_year_end"] == 4
    assert of(begun, window=(0, 4))["open_at_year_end"] == 0


# Week by week


def test_empty_queues_count_as_nought_in_means_over_weeks() -> None:
    """Two children wait over the end of one week of four."""
    case = Told(noon(3), {"decided": noon(3), "allocated": noon(6), "authorised": noon(8)}, children=2)
    found = of(case, window=(0, 20))
    assert found["waiting_list"] == pytest.approx(2 / 4)
    assert found["open_assessments"] == pytest.approx(2 / 4)
    assert found["waiting_list.section_17"] == pytest.approx(2 / 4)
    assert found["waiting_list.section_47"] == 0


def test_cases_begun_before_the_year_are_open_in_it() -> None:
    """A cut at the window must not lose those already inside."""
    found = measured(told(noon(3), noon(53), children=4), told(noon(42), noon(44)), window=(40, 60))
    assert found.open_by_week.tolist() == [4, 4, 0, 0]
    assert found.over_45_by_week.tolist() == [0, 4, 0, 0]  # day 45 after day 3 is day 48, over by day 50
    assert found.values["open_assessments"] == 2
    assert found.values["open_over_45_days"] == 1


def test_the_end_of_a_week_closes_its_last_day() -> None:
    """What is authorised on that minute was done in time; what comes on it comes with the next day."""
    found = measured(told(noon(1), 5 * DAY), told(5 * DAY, 10 * DAY), told(5 * DAY, None), window=(0, 10))
    assert found.open_by_week.tolist() == [0, 1]


@pytest.mark.parametrize(("came", "day_0", "day_1"), [(3, 1, 1), (4, 1, 1), (5, 0, 1), (6, 0, 0)])
def test_past_day_45_means_that_the_day_is_over(came: int, day_0: int, day_1: int) -> None:
    """At the end of day 49, the only week's end: 45 days after day 4."""
    for convention, expected in ((DAY_0, day_0), (DAY_1, day_1)):
        found = measured(told(noon(came), None), window=(45, 50), convention=convention)
        assert found.over_45_by_week.tolist() == [expected]


def test_referrals_closed_at_the_front_door_are_no_open_assessments() -> None:
    case = Told(noon(1), {"decided": None}, route="closed", children=3)
    assert of(case, window=(0, 20))["open_assessments"] == 0


def test_change_compares_the_same_weeks_a_year_before() -> None:
    year = WORKING_DAYS_A_YEAR
    cases = (
        told(noon(1), noon(12), children=2),  # open at the ends of days 4 and 9
        told(noon(year + 1), noon(year + 22), children=5),  # and a year later, at the ends of four weeks
    )
    values: dict[str, Any] = {"window": (year, year + 20), "days": year + 40}
    assert of(*cases, **values)["open_change"] == 5 - 2 / 2


def test_weeks_without_a_year_before_take_no_part_in_the_change() -> None:
    """The window begins a week too early: its first two weeks end where the run has no year before."""
    year = WORKING_DAYS_A_YEAR
    early = told(noon(year - 9), noon(year + 20), children=3)
    values: dict[str, Any] = {"window": (year - 10, year + 10), "days": year + 40}
    assert of(told(noon(1), noon(7)), early, **values)["open_change"] == ((3 - 1) + (3 - 0)) / 2
    assert isnan(of(early, **{**values, "window": (year - 20, year)})["open_change"])


def test_children_for_each_case_holder_are_those_with_a_worker() -> None:
    """Six children over two posts of 50 and 100 hundredths; one more family waits for allocation."""
    staff = people(200, workers=2)
    staff = replace(staff, fte=np.array([50, 100, 100, 100]))
    held = told(noon(1), noon(30), children=6)
    waits = Told(noon(1), {"decided": noon(1), "allocated": None, "authorised": None}, children=9)
    assert of(held, waits, window=(0, 10), workers=staff)["children_per_case_holder"] == pytest.approx(
        6 / 1.5
    )


def test_weeks_without_a_case_holder_take_no_part_in_the_caseload() -> None:
    staff = people(200)
    staff = replace(staff, leaves=np.array([7 * DAY, *staff.leaves[1:]]))
    found = of(told(noon(1), noon(30), children=6), window=(0, 20), workers=staff)
    assert found["children_per_case_holder"] == 6
    gone = replace(staff, leaves=np.zeros(3, dtype=np.int64))
    assert isnan(of(told(noon(1), noon(30)), window=(0, 20), workers=gone)["children_per_case_holder"])


# Clocks, conferences, reviews


def clock(name: str, start: str, end: str, within: str, *routes: str) -> Clock:
    return Clock(name, name, start, end, parse_amount(within), routes or ROUTES, national=False)


def test_a_clock_counts_the_cases_that_it_runs_for() -> None:
    """Two days from the decision to the child being seen, section 17 alone: kept by one child, missed by
    two, still running for four when the run stops, past for eight, and no matter for the others."""
    events: list[dict[str, int | None]] = [
        {"decided": noon(100), "child_seen": noon(102), "authorised": noon(110)},
        {"decided": noon(100), "child_seen": noon(103), "authorised": noon(110)},
        {"decided": noon(198), "child_seen": None, "authorised": None},
        {"decided": noon(190), "child_seen": None, "authorised": None},
        {"decided": None, "child_seen": None, "authorised": None},
        {"decided": noon(100), "authorised": noon(110)},
    ]
    weights = (1, 2, 4, 8, 16, 32)
    cases = [Told(noon(100), e, children=c) for e, c in zip(events, weights, strict=True)]
    cases.append(Told(noon(100), events[1], children=64, route="section_47"))
    visit = clock("visit", "decided", "child_seen", "2 working days", "section_17")
    found = of(*cases, window=(100, 200), clocks=(visit,))
    assert found["cohort_clock_visit_pct"] == pytest.approx(100 * 1 / 11)
    assert found["cohort_clock_visit_pct.section_17"] == pytest.approx(100 * 1 / 11)
    assert isnan(found["cohort_clock_visit_pct.section_47"])
    strict = of(*cases, window=(100, 200), clocks=(visit,), convention=DAY_1)
    # Counted from 1, the second day is day 101; the one decided on day 198 is past it by the end of day 199.
    assert strict["cohort_clock_visit_pct"] == 0


def test_a_decision_is_timed_for_referrals_closed_at_the_front_door_too() -> None:
    closed = Told(noon(1), {"decided": noon(4)}, route="closed", children=3)
    one_day = clock("decision", "referral", "decided", "1 working day")
    found = of(told(noon(1), noon(9)), closed, clocks=(one_day,))
    assert found["cohort_clock_decision_pct"] == 25
    assert found["cohort_clock_decision_pct.section_17"] == 100
    started = clock("start", "referral", "assessment_started", "1 working day")
    assert of(told(noon(1), noon(9)), closed, clocks=(started,))["cohort_clock_start_pct"] == 100


def test_a_further_assessment_is_not_decided_on() -> None:
    one_day = clock("decision", "referral", "decided", "1 working day")
    again = Told(noon(1), {"allocated": noon(1), "authorised": noon(9)}, kind=REPEAT)
    assert isnan(of(again, clocks=(one_day,))["cohort_clock_decision_pct"])


def test_a_second_stage_is_timed_where_there_is_one() -> None:
    """What ends with the first stage would all count as in time for the second."""
    first = Told(
        noon(1),
        {"decided": noon(1), "allocated": noon(1), "initial_assessment_completed": noon(8)},
        children=9,
    )
    both = Told(
        noon(1),
        {"decided": noon(1), "initial_assessment_completed": noon(9), "authorised": noon(45)},
    )
    clocks = (
        clock("initial", "referral", "initial_assessment_completed", "7 working days"),
        clock("core", "initial_assessment_completed", "authorised", "35 working days"),
    )
    found = of(first, both, clocks=clocks)
    assert found["cohort_clock_initial_pct"] == 90
    assert found["cohort_clock_core_pct"] == 0
    assert found["cohort_median_days"] == 7
    assert isnan(of(first, clocks=clocks)["cohort_clock_core_pct"])


def test_hours_are_said_as_the_working_days_that_are_measured() -> None:
    visit = clock("visit", "allocated", "child_seen", "24 hours")
    named = {d.name: d for d in definitions((visit,), POOLS)}["cohort_clock_visit_pct"]
    assert named.title == "In time: visit, by the next working day (for 24 hours)"
    assert "from allocation to the child being seen" in named.of
    assert named.of.endswith("weekend and out-of-hours response is not modelled")
    longer = clock("visit", "allocated", "child_seen", "48 hours")
    named = {d.name: d for d in definitions((longer,), POOLS)}["cohort_clock_visit_pct"]
    assert "within 2 working days (for 48 hours)" in named.title


def conference(discussed: int, held: int | None, **values: Any) -> Told:
    events: dict[str, int | None] = {
        "decided": discussed,
        "strategy_discussion": discussed,
        "conference": held,
        "authorised": noon(130),
    }
    return Told(discussed, events, route="section_47", **values)


def test_conferences_are_those_held_in_the_year_counted_from_the_strategy_discussion() -> None:
    cases = (
        conference(noon(10), noon(25), children=2),  # discussed before the year, held in it, on day 15
        conference(noon(30), noon(46), children=3),  # on day 16
        conference(noon(90), noon(101), children=9),  # held after the year
        conference(noon(60), None, children=9),  # not held
        conference(noon(1), noon(19), children=9),  # held before the year
    )
    found = of(*cases, window=(20, 100))
    assert found["published_icpc_within_15_days_pct"] == pytest.approx(100 * 2 / 5)
    assert of(*cases, window=(20, 100), convention=DAY_1)["published_icpc_within_15_days_pct"] == 0
    assert isnan(of(told(noon(1), noon(30)))["published_icpc_within_15_days_pct"])


@pytest.mark.parametrize(
    ("due", "held", "authorised", "late"),
    [
        (50 * DAY, noon(50), noon(80), 0),  # on its day
        (50 * DAY, 51 * DAY, noon(80), 0),  # the minute that opens the next day closes it
        (50 * DAY, noon(51), noon(80), 100),  # the day after
        (50 * DAY, None, noon(50), 0),  # dropped: the assessment ended on its day
        (50 * DAY, None, noon(51), 100),  # dropped, but its day was over
        (50 * DAY, None, None, 100),  # neither held nor dropped when the run stops
        (199 * DAY, None, None, 0),  # due on the run's last day
        (None, None, noon(40), nan),  # never came due
    ],
)
def test_reviews_late(due: int | None, held: int | None, authorised: int | None, late: float) -> None:
    case = told(noon(40), authorised, reviews=[(due, held)])
    assert of(case)["cohort_reviews_late_pct"] == pytest.approx(late, nan_ok=True)


def test_reviews_count_one_by_one_for_the_years_referrals() -> None:
    many = told(
        noon(40), noon(80), reviews=[(50 * DAY, noon(50)), (60 * DAY, noon(61)), (70 * DAY, None)], children=7
    )
    other = told(noon(40), noon(80), reviews=[(50 * DAY, noon(50))], route="section_47")
    before = told(noon(5), noon(80), reviews=[(50 * DAY, noon(55))])
    found = of(many, other, before, window=(20, 100))
    assert found["cohort_reviews_late_pct"] == 50
    assert found["cohort_reviews_late_pct.section_17"] == pytest.approx(200 / 3)
    assert found["cohort_reviews_late_pct.section_47"] == 0


# Coming again, queries of the census


def test_rereferrals_are_a_share_of_referrals_and_further_assessments_of_assessments() -> None:
    """A further assessment is no referral; a referral closed at the front door is one."""
    found = of(
        told(noon(1), noon(9), children=3),
        told(noon(1), noon(9), kind=REREFERRAL, children=2),
        Told(noon(1), {"decided": noon(1)}, route="closed", children=5),
        Told(noon(1), {"allocated": noon(1), "authorised": noon(9)}, kind=REPEAT, children=5),
        told(0, noon(9), kind=STOCK, children=7),
    )
    assert found["cohort_rereferral_pct"] == 20
    assert found["cohort_repeat_pct"] == 50


@pytest.mark.parametrize(
    ("case", "day_0", "day_1"),
    [
        (told(noon(54), None), 0, 1),  # the year's last day, 99, is the 45th after day 54
        (told(noon(53), None), 1, 1),
        (told(noon(55), None), 0, 0),
        (told(noon(3), noon(99)), 0, 0),
        (told(noon(3), 100 * DAY), 0, 0),  # authorised on the year's last minute
        (told(noon(3), noon(100)), 1, 1),  # authorised after it
        (Told(noon(3), {"decided": None, "authorised": None}), 0, 0),  # not begun
        (told(noon(110), None), 0, 0),
        (Told(noon(3), {"decided": None}, route="closed"), 0, 0),
    ],
)
def test_query_on_assessments_open_at_the_end_of_the_year(case: Told, day_0: int, day_1: int) -> None:
    for convention, expected in ((DAY_0, day_0), (DAY_1, day_1)):
        found = of(replace(case, children=2), convention=convention)
        assert found["query_assessment_over_45_days"] == 2 * expected


@pytest.mark.parametrize(
    ("discussed", "after", "expected"),
    [
        (noon(84), {"enquiry_concluded": noon(90), "conference": None}, 0),  # day 99 is the 15th after
        (noon(83), {"enquiry_concluded": noon(90), "conference": None}, 1),
        (noon(83), {"enquiry_concluded": noon(90), "conference": noon(99)}, 0),
        (noon(83), {"enquiry_concluded": noon(90), "conference": noon(100)}, 1),
        (noon(83), {"enquiry_concluded": noon(90)}, 0),  # concluded: no conference is needed
        (noon(83), {"enquiry_concluded": None}, 1),
        (noon(83), {"enquiry_concluded": noon(101)}, 1),
    ],
)
def test_query_on_enquiries_without_a_conference(
    discussed: int, after: dict[str, int | None], expected: int
) -> None:
    events: dict[str, int | None] = {"decided": discussed, "strategy_discussion": discussed, **after}
    case = Told(discussed, {**events, "authorised": None}, route="section_47", children=3)
    assert of(case)["query_section_47_over_15_days"] == 3 * expected


# Time in use, where the time went, drift


def test_utilisation_is_work_inside_the_year_over_time_given_in_it() -> None:
    """A task of 300 minutes, 100 of them before the year; two workers give 200 minutes each in its days."""
    staff = people(10, workers=2)
    tasks = {"case": [0, 1], "pool": [OWN_WORKER, MANAGER], "closes": True}
    work = workload([100, 100], tasks, staff, day=DAY, pools=POOLS, window=(200, 400), marks=MARKS)
    start, end = np.array([100, 380]), np.array([400, MISSING])
    run = Outcome(
        arrival=work.cases.arrival,
        ready=np.array([100, 100]),
        queued=np.array([100, 100]),
        start=start,
        end=end,
        worker=np.array([0, 2]),
        handover=np.zeros(2, dtype=np.int64),
        effort=work.tasks.effort,
        stopped=1000,
        ending="final minute",
    )
    found = measure(work, run).values
    assert found["utilisation_social_worker_pct"] == 50
    assert found["utilisation_team_manager_pct"] == 10  # begun and not ended: what is done of it counts
    assert found["utilisation_front_door_pct"] == 0


def test_a_role_without_time_has_no_time_in_use() -> None:
    work, run = written(told(noon(1), noon(3)))
    off = replace(work.workers, shuts=np.where(work.workers.pool[:, None] == MANAGER, 0, work.workers.shuts))
    off = replace(off, opens=np.where(work.workers.pool[:, None] == MANAGER, 0, work.workers.opens))
    assert isnan(measure(replace(work, workers=off), run).values["utilisation_team_manager_pct"])


def test_slip_is_days_past_the_planned_day_and_never_below_nought() -> None:
    found = of(
        told(noon(1), noon(31), planned_day=20, children=3),
        told(noon(1), noon(31), planned_day=40),
        told(noon(1), noon(31)),  # no plan
    )
    assert found["cohort_drift_slip_days"] == pytest.approx(10 * 3 / 5)


def test_the_time_parts_of_a_case_by_hand() -> None:
    """Three days until the decision, two to the allocation, four for the worker; the weight is children."""
    case = Told(
        noon(1),
        {"decided": noon(4), "allocated": noon(6), "child_seen": noon(10), "authorised": noon(10)},
        children=3,
    )
    quick = told(noon(1), noon(1))
    found = of(case, quick)
    parts = {cause: found[f"cohort_time_{cause}_days"] for cause, _ in CAUSES}
    known = {"waiting_front_door": 3, "waiting_allocation": 2, "waiting_worker": 4}
    assert parts == pytest.approx({cause: 0.75 * known.get(cause, 0) for cause, _ in CAUSES})


@pytest.mark.parametrize(("convention", "late"), [(DAY_0, [60]), (DAY_1, [45, 60])])
def test_the_time_of_late_ones_is_of_those_over_45_days_alone(
    convention: Convention, late: list[int]
) -> None:
    """Over 45 days is over under the named convention; the open one has no end to be counted to."""
    ended = [told(noon(1), noon(1 + days)) for days in (0, 44, 45, 60)]
    found = measured(*ended, told(noon(1), None), convention=convention).values
    assert sum(found[f"cohort_late_time_{cause}_days"] for cause, _ in CAUSES) == pytest.approx(np.mean(late))
    assert isnan(found["cohort_late_time_work_days.section_47"])


# On whole councils


@pytest.fixture(scope="module", params=[0.8, 1.3], ids=["busy", "overloaded"])
def council_run(
    request: pytest.FixtureRequest, framework: Framework, fastest: Callable[[Workload], Outcome]
) -> tuple[Workload, Outcome]:
    one = setting(framework, council(400.0))
    fte = {role: size * 0.85 / request.param for role, size in one.staffing.fte.items()}
    work = sample(replace(one, staffing=replace(one.staffing, fte=fte)), 3, 0)
    return work, fastest(work)


def test_the_parts_add_up_to_the_mean_duration(council_run: tuple[Workload, Outcome]) -> None:
    """Of the year's referrals whose assessment has ended, for all and on each route."""
    work, run = council_run
    found = measure(work, run).values
    came, ended = run.arrival, event_minutes(work, run, "authorised")
    start, end = work.window
    cohort = (came >= start) & (came < end) & (work.cases.kind != STOCK) & (ended != MISSING)
    for suffix, here in {
        "": cohort,
        **{f".{r}": cohort & (work.cases.route == k) for k, r in enumerate(ROUTES)},
    }.items():
        whole = np.average(
            (ended - came)[here] / work.calendar.day_minutes, weights=work.cases.children[here]
        )
        parts = sum(found[f"cohort_time_{cause}_days{suffix}"] for cause, _ in CAUSES)
        assert parts == pytest.approx(whole, rel=1e-12)


def test_bands_and_the_share_in_time_are_two_views_of_the_same(council_run: tuple[Workload, Outcome]) -> None:
    found = measure(*council_run)
    within = 100 * found.bands[: [name for name, _ in BANDS].index("41_45") + 1].sum()
    assert found.values["published_within_45_days_pct"] == pytest.approx(within)
    assert found.bands.sum() == pytest.approx(1)


def test_survival_at_day_45_is_the_breach_where_everybody_was_followed(
    council_run: tuple[Workload, Outcome],
) -> None:
    found = measure(*council_run)
    if found.values["cohort_open_at_end_pct"] == 0:
        assert 100 * found.survival[45] == pytest.approx(found.values["cohort_over_45_days_pct"])
    assert (np.diff(found.survival) <= 0).all()


def test_counting_from_day_1_is_never_kinder(council_run: tuple[Workload, Outcome]) -> None:
    first, second = (measure(*council_run, convention).values for convention in (DAY_0, DAY_1))
    for name in first:
        if name.startswith(("published_within", "published_icpc", "cohort_clock")) and not isnan(first[name]):
            assert second[name] <= first[name] + 1e-9, name
        elif name.startswith(("cohort_over", "open_over", "query")):
            assert second[name] >= first[name] - 1e-9, name
        elif name.startswith("cohort_late_time"):
            continue  # who is late follows the convention
        elif name.endswith("_days") or name in ("open_assessments", "waiting_list"):
            assert second[name] == pytest.approx(first[name], nan_ok=True), name


@pytest.mark.parametrize("convention", list(Convention))
def test_a_measure_asked_for_alone_is_what_it_is_among_all(
    council_run: tuple[Workload, Outcome], convention: Convention
) -> None:
    """What a name is worked out by is found by how the name begins: one that no part gives would fail."""
    work, outcome = council_run
    every = measure(work, outcome, convention).values
    for name, value in every.items():
        assert list(measures_named([name], work, outcome, convention)) == [name]
        alone = measures_named([name], work, outcome, convention)[name]
        assert alone == value or (isnan(alone) and isnan(value)), name
    some = list(every)[::7]
    assert list(measures_named(some, work, outcome, convention)) == some


def test_open_by_route_adds_up(council_run: tuple[Workload, Outcome]) -> None:
    found = measure(*council_run).values
    for name in ("open_assessments", "open_over_45_days", "waiting_list", "published_assessments"):
        assert sum(found[f"{name}.{route}"] for route in ROUTES) == pytest.approx(found[name])


def test_values_are_the_definitions_in_their_order(council_run: tuple[Workload, Outcome]) -> None:
    work, run = council_run
    defined = definitions(work.clocks, work.pools)
    assert tuple(measure(work, run).values) == tuple(d.name for d in defined)
    assert len({d.name for d in defined}) == len(defined)
    for each in defined:
        assert each.title and each.of, each.name
        assert (each.unit == "%") == each.name.partition(".")[0].endswith("_pct"), each.name
        assert (each.unit == "working days") == each.name.partition(".")[0].endswith("_days") or (
            each.name.startswith(("open_", "query_"))
        ), each.name


def test_shares_are_shares(council_run: tuple[Workload, Outcome]) -> None:
    for name, value in measure(*council_run).values.items():
        if name.partition(".")[0].endswith("_pct"):
            assert isnan(value) or 0 <= value <= 100 + 1e-9, name


# The page


def test_the_page_of_measures_is_current() -> None:
    """Written by ``python -m tools.docs.measures_page > docs/measures.md``."""
    kept = ROOT / "docs" / "measures.md"
    assert kept.read_text(encoding="utf-8") == page()


def test_the_page_says_what_is_not_measured() -> None:
    text = page()
    assert "Whether a reason was recorded for a breach is not simulated" in text
    for each in definitions((), POOLS):
        assert f"`{each.name.partition('.')[0]}`" in text
