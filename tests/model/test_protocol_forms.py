"""What protocols say beside a plain limit means in a run what its words say.

What is protected: fractions of units in the plan and in the measure alike; the day on which a limit starts;
a review for assessments that go beyond its day, and what has to have happened by a review; the sooner of two
limits; an upper value alone. Each is checked against another way of writing the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import council, national, of_step, setting, timescale

from simkit.framework.amount import parse_amount
from simkit.framework.check import check, load
from simkit.framework.framework import ROUTES, Framework
from simkit.framework.library import find, names
from simkit.model.engine_choice import engine
from simkit.model.inputs.calendar import model_days, part_of_day, working_calendar
from simkit.model.inputs.practice import conclusion_limits
from simkit.model.measures.day_counts import Convention, end_day, latest_in_time
from simkit.model.measures.measures import measure
from simkit.model.workload.arrivals import STOCK
from simkit.model.workload.sample import clocks, sample
from simkit.model.workload.workload import Workload

DAY = 444
HEAD = "simkit: framework/1\ntitle: Ours\nstatus: draft\nbased_on: national/working-together-2023\n"


def own(folder: Path, text: str, name: str = "ours") -> Framework:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path)


def drawn(framework: Framework) -> Workload:
    return sample(setting(framework, council(150.0)), 1, 0)


def same_tasks(one: Workload, other: Workload) -> bool:
    fields = ("parent", "hold", "due_from", "due", "limit_from", "limit", "effort")
    return all(np.array_equal(getattr(one.tasks, name), getattr(other.tasks, name)) for name in fields)


# Fractions


@pytest.mark.parametrize("unit", ["weeks", "working days"])
def test_fractions_of_a_unit_are_limits_of_their_own(unit: str) -> None:
    """One and a half weeks, two and two and a half are three limits, for plan, queue and measure."""
    amounts = [parse_amount(f"{number} {unit}") for number in ("1.5", "2", "2.5")]
    calendar = working_calendar(_date("2023-01-02"), _date("2023-12-29"), DAY)
    start = np.arange(100, dtype=np.int64)
    lasts = [calendar.last_day(start, amount) for amount in amounts]
    for shorter, longer in pairwise(lasts):  # the same now and then, where days off lie between
        assert (shorter <= longer).all() and (shorter < longer).mean() > 0.9
    planned = [model_days(amount) + part_of_day(amount) for amount in amounts]
    assert planned == ([7.5, 10, 12.5] if unit == "weeks" else [1.5, 2, 2.5])


def _date(text: str) -> Any:
    return np.datetime64(text).astype(object)


def test_half_a_day_is_half_a_day() -> None:
    """Within a day and a half ends at midday of the second day after."""
    last = np.array([1.5])
    starts, midday = np.array([100]), 2 * DAY + DAY // 2
    ends = [np.array([minute]) for minute in (midday, midday + 1)]
    told = [bool((end <= latest_in_time(starts, last, DAY, Convention.DAY_0))[0]) for end in ends]
    assert told == [True, False]


@given(st.integers(0, 5000), st.integers(0, 40_000), st.integers(0, 60), st.sampled_from(list(Convention)))
def test_whole_days_count_by_the_day_of_the_end(
    start: int, length: int, limit: int, convention: Convention
) -> None:
    begun, ended = np.array([start]), np.array([start + length])
    last = np.array([start // DAY + limit])
    allowed = last - (1 if convention is Convention.DAY_1 else 0)
    by_day = end_day(begun, ended, DAY) <= np.maximum(allowed, begun // DAY)
    assert (ended <= latest_in_time(begun, last, DAY, convention))[0] == by_day[0]


# The day on which a limit starts


VISIT = """\
timescales:
  visit:
    title: The child is seen
    from: referral
    to: child_seen
    within: 3 working days
{more}"""


def test_a_limit_says_itself_which_day_is_its_first(tmp_path: Path) -> None:
    """Its first day is day 1 whatever the run's convention."""
    plain = drawn(own(tmp_path, VISIT.format(more="")))
    outcome = engine("simpy", 0).run(plain)
    told = replace(
        plain, clocks=tuple(replace(c, starting_day=1) if c.id == "visit" else c for c in plain.clocks)
    )
    under_day_1 = measure(plain, outcome, Convention.DAY_1).values["cohort_clock_visit_pct"]
    for convention in Convention:
        assert measure(told, outcome, convention).values["cohort_clock_visit_pct"] == under_day_1
    assert under_day_1 < measure(plain, outcome, Convention.DAY_0).values["cohort_clock_visit_pct"]


def test_a_limit_whose_first_day_is_day_1_is_planned_as_one_a_day_shorter(tmp_path: Path) -> None:
    limit = "timescales:\n  ours:\n    title: Ours\n    from: referral\n    to: authorised\n    within: {}\n"
    one = own(tmp_path, limit.format("30 working days\n    starting_day: day 1"), "one")
    other = own(tmp_path, limit.format("29 working days"), "other")
    assert same_tasks(drawn(one), drawn(other))


def test_a_run_counts_as_its_framework_does(tmp_path: Path) -> None:
    states = own(tmp_path, "counting:\n  starting_day: day 1\n", "states")
    silent = own(tmp_path, "", "silent")
    assert Convention.of(None, [states]) is Convention.DAY_1
    assert Convention.of(None, [silent]) is Convention.of(None, [states, silent]) is Convention.DAY_0
    assert Convention.of("day_0", [states]) is Convention.DAY_0


# Reviews


REVIEW = """\
reviews:
  second:
    by: team_manager
    from: assessment_started
    at: 15 working days
{more}"""


def test_a_review_for_assessments_that_go_beyond_its_day_is_held_in_those_alone(tmp_path: Path) -> None:
    work = drawn(own(tmp_path, REVIEW.format(more="    only_if: going_beyond\n")))
    held = set(work.tasks.case[of_step(work, "review second")])
    new = (work.cases.kind != STOCK) & (work.cases.planned_day >= 0)
    started = set(drawn(own(tmp_path, REVIEW.format(more=""), "all")).tasks.case[_second(tmp_path)])
    beyond = set(np.flatnonzero(new & (work.cases.planned_day > 15)))
    assert held == beyond & started and held < started


def _second(folder: Path) -> Any:
    work = drawn(own(folder, REVIEW.format(more=""), "all"))
    return of_step(work, "review second")


def test_what_a_review_includes_is_a_limit(tmp_path: Path) -> None:
    included = own(tmp_path, REVIEW.format(more="    includes: [child_seen]\n"), "included")
    limit = "timescales:\n  seen:\n    title: Seen\n    from: assessment_started\n    to: child_seen\n"
    written = own(tmp_path, REVIEW.format(more="") + limit + "    within: 15 working days\n", "written")
    assert same_tasks(drawn(included), drawn(written))
    (clock,) = [each for each in clocks(included) if each.end == "child_seen"]
    assert (str(clock.amount), clock.start) == ("15 working days", "assessment_started")


def test_within_is_at_the_latest(tmp_path: Path) -> None:
    text = REVIEW.format(more="")
    one, other = own(tmp_path, text, "one"), own(tmp_path, text.replace("at:", "within:"), "other")
    assert same_tasks(drawn(one), drawn(other)), "a review within a time is simulated on its last day"


# Limits


def test_the_sooner_of_two_limits_is_both_of_them(tmp_path: Path) -> None:
    two = "timescales:\n  ours:\n    title: Ours\n    from: referral\n    to: child_seen\n"
    two += "    within: 5 working days\n"
    sooner = two + "    or_if_sooner:\n      from: allocated\n      within: 2 working days\n"
    both = (
        two
        + "  other:\n    title: Other\n    from: allocated\n    to: child_seen\n    within: 2 working days\n"
    )
    one, other = own(tmp_path, sooner, "one"), own(tmp_path, both, "other")
    assert same_tasks(drawn(one), drawn(other))
    assert [(c.start, str(c.amount)) for c in clocks(one)] == [
        (c.start, str(c.amount)) for c in clocks(other)
    ]


def test_an_upper_value_alone_is_a_limit_of_that_length() -> None:
    limit = timescale("ours", "referral", "authorised", "30 working days")
    plain = replace(national(), timescales={**national().timescales, "ours": limit})
    upper = replace(plain, timescales={**plain.timescales, "ours": replace(limit, kind="at_most")})
    assert same_tasks(drawn(plain), drawn(upper))


@pytest.mark.parametrize("route", ["pre_birth", "family_help"])
def test_a_limit_of_a_route_that_is_not_simulated_changes_nothing(tmp_path: Path, route: str) -> None:
    text = "timescales:\n  ours:\n    title: Ours\n    from: referral\n    to: authorised\n"
    other = own(tmp_path, f"{text}    within: 5 working days\n    routes: [{route}]\n", "other")
    assert same_tasks(drawn(own(tmp_path, "", "plain")), drawn(other))


# What is not simulated is said


def unsaid(name: Path | str) -> set[str]:
    """Local timescales with a value that no run measures or feels, and that the check does not name."""
    path = name if isinstance(name, Path) else find(name)
    framework = load(path)
    measured = {clock.id for clock in clocks(framework) if clock.routes}
    felt = {limit.id for route in ROUTES for limit in conclusion_limits(framework, route)}
    named = {
        each
        for problem in check([path])
        if problem.code == "M019"
        for each in re.findall(r"`([^`]+)`", problem.message)
    }
    assert not named & (measured | felt), "what is simulated is not said to be left out"
    local = {t.id for t in framework.timescales.values() if not t.national and t.amount is not None}
    return local - measured - felt - named


@pytest.mark.parametrize(
    "form",
    [
        "within: 5 working days\n    only_if: exceptional\n",
        "every: 6 weeks\n",
        "at_least_before: 5 working days\n",
        "at_least: 5 working days\n",
        "between: 3 to 5 working days\n    set_by: team_manager\n",
        "within: 5 working days\n",
        "at_most: 5 working days\n    set_by: team_manager\n",
        "expected_within: 5 working days\n",
    ],
)
def test_the_check_names_what_no_run_times(tmp_path: Path, form: str) -> None:
    text = "timescales:\n  visit:\n    title: Seen\n    from: allocated\n    to: child_seen\n    " + form
    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    assert not check([path]).errors
    assert unsaid(path) == set()


@pytest.mark.slow
def test_the_check_names_what_no_run_times_of_every_shipped_file() -> None:
    for name in names("authorities"):
        assert unsaid(name) == set(), name
