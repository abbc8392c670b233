"""Natural spans and the clocks that pull them: the closed form, its bounds, and what pulls what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import review, timescale, with_numbers, with_reviews, without

from simkit.framework.framework import Framework
from simkit.model.inputs.practice import (
    NATIONAL_LIMIT,
    Practice,
    Pull,
    conclusion_limits,
    conclusion_pulls,
    day_shares,
    natural_span,
    planned_day,
    practice_of,
)
from simkit.model.measures.day_counts import band_shares
from simkit.model.workload.random_streams import Draws

ENGLAND = Practice(
    brief_share=0.07,
    brief_days=3.0,
    span_median=36.0,
    span_sigma=0.81,
    pull=0.73,
    margin=5.0,
    slip=0.29,
    slip_days=3.0,
    conference_median=13.0,
    conference_sigma=0.45,
    conference_pull=0.5,
    conference_margin=1.5,
)
OTHER = replace(
    ENGLAND, brief_share=0.14, span_median=30.0, span_sigma=0.7, margin=8.0, slip=0.15, slip_days=6.0
)
NATIONAL = Pull("assessment", 45, 0.73)
COUNT = 300_000


def planned(practice: Practice, pulls: tuple[Pull, ...], count: int = COUNT) -> tuple[np.ndarray, np.ndarray]:
    """Natural and planned days of many assessments."""
    draws = Draws(5, 0)
    brief = draws.uniform("kind", count) < practice.brief_share
    span = draws.uniform("span", count)
    natural = np.where(brief, *(natural_span(span, kind, practice) for kind in (True, False)))
    pull, *others = (draws.uniform(name, count) for name in ("pull", "margin", "slip"))
    return natural, planned_day(natural, pull, *(each.__getitem__ for each in others), pulls, practice)


# The closed form


@pytest.mark.parametrize(
    "pulls",
    [
        (),
        (NATIONAL,),
        (Pull("review", 20, 0.3), NATIONAL),
        (Pull("limit", 30, 0.8), NATIONAL),  # the earlier clock leaves the later one nobody
        (Pull("review", 10, 0.2), Pull("limit", 30, 0.5), NATIONAL),
        (Pull("review", 45, 0.4), NATIONAL),
        (Pull("today", 0, 0.5), Pull("tomorrow", 1, 0.6)),
        (Pull("limit", 30, 1.0),),
    ],
    ids=["none", "national", "two", "stronger first", "three", "same day", "first days", "everybody"],
)
@pytest.mark.parametrize(
    "practice", [ENGLAND, OTHER, replace(ENGLAND, slip=0.0, margin=0.0)], ids=["England", "other", "sharp"]
)
def test_closed_form_is_the_distribution_of_planned_days(practice: Practice, pulls: tuple[Pull, ...]) -> None:
    """Calibration fits the closed form; the simulation draws. Every day's share, within 4.5 deviations."""
    _, days = planned(practice, pulls)
    last = 120
    expected = day_shares(practice, pulls, last + 1)
    found = np.bincount(np.minimum(days, last), minlength=last + 1) / len(days)
    assert expected.sum() == pytest.approx(1)
    assert (expected > -1e-12).all()
    deviation = np.sqrt(np.maximum(expected, 1e-9) * (1 - expected) / COUNT)
    assert (np.abs(found - expected) < 4.5 * deviation + 1e-6).all()


def test_closed_form_by_hand() -> None:
    """All assessments brief with a mean of one day: halves. A clock at day 1 pulls the rest to day 1."""
    practice = replace(ENGLAND, brief_share=1.0, brief_days=1.0, slip=0.0, margin=0.0)
    assert day_shares(practice, (), 4) == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    assert day_shares(practice, (Pull("x", 1, 1.0),), 4) == pytest.approx([1 / 2, 1 / 2, 0, 0])
    half = day_shares(practice, (Pull("x", 1, 0.5),), 4)
    assert half == pytest.approx([1 / 2, 1 / 4 + 1 / 8, 1 / 16, 1 / 16])
    slipping = day_shares(replace(practice, slip=1.0, slip_days=1.0), (Pull("x", 1, 1.0),), 4)
    assert slipping == pytest.approx([1 / 2, 1 / 4, 1 / 4, 0])


def test_england_2023_comes_close_to_its_published_bands() -> None:
    """Share within 45 days near the published 82.4%; the pile in the last five days before the limit."""
    shares = day_shares(ENGLAND, (NATIONAL,), 400)
    bands = band_shares(np.arange(400), shares)
    assert bands[:6].sum() == pytest.approx(0.824, abs=0.01)
    assert bands[5] > 2 * bands[6]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1)), max_size=3),
    st.floats(0, 1),
    st.just(0.0) | st.floats(0.1, 12),
    st.just(1.0) | st.floats(1.1, 8),
    st.floats(0.3, 1.2),
)
def test_shares_are_shares_whatever_the_clocks(
    clocks: list[tuple[int, float]], slip: float, margin: float, slip_days: float, sigma: float
) -> None:
    pulls = tuple(Pull(f"clock {k}", day, share) for k, (day, share) in enumerate(sorted(clocks)))
    practice = replace(ENGLAND, slip=slip, margin=margin, slip_days=slip_days, span_sigma=sigma)
    shares = day_shares(practice, pulls, 200)
    assert shares.sum() == pytest.approx(1)
    assert shares.min() > -1e-12


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_stronger_pull_never_leaves_more_past_the_limit(one: float, two: float) -> None:
    weak, strong = sorted((one, two))
    late = [day_shares(ENGLAND, (Pull("x", 45, share),), 200)[46:].sum() for share in (weak, strong)]
    assert late[1] <= late[0] + 1e-12


# Planned days


def test_a_margin_stays_within_the_clock() -> None:
    """L - 1 days at most: nothing is planned for before the day after its start, or after its clock."""
    practice = replace(ENGLAND, margin=40.0, slip=0.0)
    natural, days = planned(practice, (Pull("x", 20, 1.0),))
    pulled = natural > 20
    assert days[pulled].min() == 1 and days[pulled].max() == 20
    assert (days[~pulled] == natural[~pulled]).all()


def test_only_what_passes_a_clock_is_pulled_by_it() -> None:
    natural, days = planned(ENGLAND, (NATIONAL,))
    assert (days[natural <= 45] == natural[natural <= 45]).all()
    moved = days != natural
    assert (natural[moved] > 45).all()
    assert moved[natural > 45].mean() == pytest.approx(0.73, abs=0.01)


def test_those_that_slip_are_past_the_limit_by_their_mean() -> None:
    natural, days = planned(ENGLAND, (Pull("x", 45, 1.0),))
    passing = days[natural > 45]
    late = passing[passing > 45]
    assert len(late) / len(passing) == pytest.approx(ENGLAND.slip, abs=0.01)
    assert (late - 45).mean() == pytest.approx(ENGLAND.slip_days, rel=0.02)
    assert late.min() == 46


def test_the_earlier_clock_decides() -> None:
    """One uniform decides for all clocks: whom the review pulls the national limit does not pull again."""
    alone = planned(ENGLAND, (Pull("review", 20, 0.3),))[1]
    both = planned(ENGLAND, (Pull("review", 20, 0.3), NATIONAL))[1]
    natural = planned(ENGLAND, ())[1]
    by_review = alone != natural
    assert (both[by_review] == alone[by_review]).all()
    assert (both[~by_review] <= 45)[natural[~by_review] <= 45].all()


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_stronger_pull_moves_more_of_the_same_cases(one: float, two: float) -> None:
    """Draw by draw: whoever a weak pull moves a strong one moves to the same day."""
    weak, strong = sorted((one, two))
    natural, first = planned(ENGLAND, (Pull("x", 45, weak),), 5000)
    _, second = planned(ENGLAND, (Pull("x", 45, strong),), 5000)
    moved = first != natural
    assert (second[moved] == first[moved]).all()


def test_nothing_lasts_less_than_no_day() -> None:
    natural, days = planned(replace(ENGLAND, span_median=0.6), (Pull("x", 0, 0.5),))
    assert natural.min() == 0 and days.min() == 0


# Which clocks pull


def pulls_of(framework: Framework, route: str = "section_17") -> dict[str, tuple[int, float]]:
    return {p.clock: (p.day, p.share) for p in conclusion_pulls(framework, practice_of(framework), route)}


def test_by_default_the_national_limit_alone_pulls(framework: Framework) -> None:
    own = practice_of(framework)
    local = timescale("local", "assessment_started", "authorised", "30 working days")
    stricter = replace(framework, timescales={**framework.timescales, "local": local})
    reviewed = with_reviews(stricter, review(at="10 working days"))
    assert pulls_of(reviewed) == {NATIONAL_LIMIT: (45, own.pull)}


def test_the_limit_taken_away_keeps_the_retained_share_of_its_pull(framework: Framework) -> None:
    own = practice_of(framework)
    gone = without(framework, NATIONAL_LIMIT)
    assert pulls_of(with_numbers(gone, {"practice.retention": 0.0})) == {}
    half = pulls_of(with_numbers(gone, {"practice.retention": 0.5}))
    assert half == {NATIONAL_LIMIT: (45, pytest.approx(own.pull / 2))}
    assert pulls_of(with_numbers(framework, {"practice.retention": 0.5})) == pulls_of(framework)


def test_a_limit_without_a_number_pulls_as_one_taken_away(framework: Framework) -> None:
    """The drafts of June 2012 kept the timescale and took its number."""
    limit = replace(framework.timescales[NATIONAL_LIMIT], amount=None, kind="no_number")
    drafts = replace(framework, timescales={**framework.timescales, NATIONAL_LIMIT: limit})
    assert pulls_of(with_numbers(drafts, {"practice.retention": 0.0})) == {}


def test_a_local_limit_and_a_review_pull_as_assumed(framework: Framework) -> None:
    local = timescale("local", "assessment_started", "authorised", "30 working days")
    with_local = replace(framework, timescales={**framework.timescales, "local": local})
    reviewed = with_reviews(with_local, review(at="10 working days"))
    found = pulls_of(with_numbers(reviewed, {"practice.pull_local_limit": 0.2, "practice.pull_review": 0.1}))
    assert {"local": (30, 0.2), "first": (10, 0.1)}.items() <= found.items()
    assert list(found) == ["first", "local", NATIONAL_LIMIT]


@pytest.mark.parametrize(
    "values",
    [
        {"routes": ("section_47",)},
        {"only_if": "exceptional"},
    ],
)
def test_a_limit_that_does_not_hold_for_the_case_pulls_nothing(
    framework: Framework, values: dict[str, object]
) -> None:
    local = timescale("local", "assessment_started", "authorised", "30 working days", **values)
    other = replace(framework, timescales={**framework.timescales, "local": local})
    assert "local" not in pulls_of(with_numbers(other, {"practice.pull_local_limit": 0.2}))


def test_a_limit_on_something_else_pulls_no_conclusion(framework: Framework) -> None:
    visit = timescale("visit", "assessment_started", "child_seen", "7 working days")
    expected = replace(
        timescale("hoped", "assessment_started", "authorised", "30 working days"), kind="expected_within"
    )
    other = replace(framework, timescales={**framework.timescales, "visit": visit, "hoped": expected})
    assert set(pulls_of(with_numbers(other, {"practice.pull_local_limit": 0.2}))) == {NATIONAL_LIMIT}


def test_limits_on_an_assessment_are_the_national_one_and_our_own(framework: Framework) -> None:
    """They raise urgency when they come near; limits on other events, routes and exceptions do not."""
    whole = ("referral", "authorised")
    limits = {
        "local": timescale("local", *whole, "30 working days"),
        "other_route": timescale("other_route", *whole, "20 working days", routes=("brief",)),
        "exceptional": timescale("exceptional", *whole, "60 working days", only_if="exceptional"),
        "visit": timescale("visit", "referral", "child_seen", "5 working days"),
    }
    other = replace(framework, timescales={**framework.timescales, **limits})
    assert {t.id for t in conclusion_limits(other, "section_17")} == {NATIONAL_LIMIT, "local"}
    assert {t.id for t in conclusion_limits(other, "brief")} == {NATIONAL_LIMIT, "local", "other_route"}
    assert conclusion_limits(without(framework, NATIONAL_LIMIT), "section_17") == ()


def test_practice_is_read_from_the_framework(framework: Framework) -> None:
    changed = with_numbers(framework, {"practice.margin": 7.5, "practice.pull_national_limit": 0.6})
    own = practice_of(changed)
    assert (own.margin, own.pull) == (7.5, 0.6)
    assert own.span_median == framework.number("practice.span_median")
