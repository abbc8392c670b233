"""Reviews that an assessment comes to, against sums done by hand and against what a simulation holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kit import council, of_step, review, setting, with_numbers, with_reviews

from simkit.framework.framework import Framework, Review
from simkit.model.inputs.review_points import expected_reviews, reviews_in_force
from simkit.model.inputs.staffing import review_minutes
from simkit.model.workload.sample import sample
from simkit.study.experiment import experiment

COUNCIL = council(1000.0)
LEFT = np.array([1.0, 1.0, 0.9, 0.8, 0.6, 0.5, 0.2, 0.1])
"""Share planned to end on day 0 or later, on day 1 or later, and so on."""


@pytest.mark.parametrize(
    ("reviews", "times"),
    [
        ((review(at="4 working days"),), (0.6,)),
        ((review(at="9 working days"),), (0.0,)),
        ((review(at="2 working days"), review("next", after="first", at="3 working days")), (0.9, 0.5)),
        ((review(at_most_every="3 working days"),), (0.8 + 0.2,)),
        (
            (review(at="1 working days"), review("more", after="first", at_most_every="2 working days")),
            (1.0, 0.8 + 0.5 + 0.1),
        ),
        ((review(at="2 working days", only_if="conference"),), (0.9,)),  # in those that have one
        ((review(at="2 working days", only_if="second_stage"),), (0.7,)),
        ((review(at="5 working days", only_if="second_stage"),), (0.5,)),
        ((review(at="2 working days", only_if="a_condition_nobody_simulates"),), (0.0,)),
    ],
)
def test_a_review_is_held_of_what_is_planned_to_end_on_its_day_or_later(
    framework: Framework, reviews: tuple[Review, ...], times: tuple[float, ...]
) -> None:
    changed = with_reviews(framework, *reviews)
    found = [expected_reviews(changed, each, LEFT, second_stage=0.7) for each in reviews]
    assert found == pytest.approx(times)


def test_a_review_set_by_priority_counts_each_priority_by_its_share(framework: Framework) -> None:
    """A tenth on day 3, a fifth on day 5, seven tenths never."""
    set_by = review(by_priority={"high": "3 working days", "middle": "5 working days"})
    changed = with_reviews(framework, set_by, shares={"high": 0.1, "middle": 0.2, "low": 0.7})
    found = expected_reviews(changed, set_by, LEFT, second_stage=1.0)
    assert found == pytest.approx(0.1 * 0.8 + 0.2 * 0.5)


def staffed(framework: Framework, *reviews: Review) -> dict[str, float]:
    """Minutes of reviews a year by role, where each takes an hour whatever the family."""
    same = {
        "steps.review.effort.typical": 60.0,
        "steps.review.effort.high": 60.0,
        "demand.further_sibling": 0.0,
    }
    return review_minutes(with_reviews(with_numbers(framework, same), *reviews), COUNCIL)


ASSESSMENTS = COUNCIL.referrals * 0.92 * 0.98
ENQUIRIES = 0.3 * ASSESSMENTS


@pytest.mark.parametrize(
    ("held", "number"),
    [
        (review(at="0 working days"), ASSESSMENTS),
        (review(at="0 working days", routes=("section_47",)), ENQUIRIES),
        (review(at="0 working days", only_if="conference"), 0.35 * ENQUIRIES),
        (review(at="0 working days", start="strategy_discussion"), ENQUIRIES),
        (review(at="0 working days", start="conference"), 0.35 * ENQUIRIES),
        (review(at="0 working days", start="conference", only_if="conference"), 0.35 * ENQUIRIES),
        (review(at="0 working days", start="referral"), ASSESSMENTS),
        (review(at="0 working days", start="an_event_of_its_own"), 0.0),
    ],
)
def test_only_assessments_that_come_to_its_event_have_a_review(
    framework: Framework, held: Review, number: float
) -> None:
    """With staff for reviews that nobody holds, a council would have managers it never had."""
    assert staffed(framework, held).get("team_manager", 0.0) == pytest.approx(60 * number)


def test_the_role_that_holds_a_review_has_the_time_for_it(framework: Framework) -> None:
    """As it holds them in a run; a post that has no people in the simulation is stood in for."""
    day = "0 working days"
    chaired = review(at=day, by=("conference_chair",))
    other = review("other", at=day, by=("independent_reviewing_officer",))
    found = staffed(framework, chaired, other)
    assert found == pytest.approx({"conference_chair": 60 * ASSESSMENTS, "team_manager": 60 * ASSESSMENTS})
    work = sample(setting(with_reviews(framework, chaired, other), COUNCIL), 1, 0)
    roles = [work.pools[work.tasks.pool[of_step(work, f"review {name}")[0]]] for name in ("first", "other")]
    assert roles == ["conference_chair", "team_manager"]


def test_a_repeating_review_ends_after_its_most_times(framework: Framework) -> None:
    often = review(at_most_every="1 working days")
    for_ever = np.ones(400)
    found = expected_reviews(with_reviews(framework, often), often, for_ever, second_stage=1.0)
    assert found == 12


@pytest.mark.parametrize(
    ("status", "dates", "held"),
    [
        ("documented", {}, True),
        ("documented", {"from": "2015"}, True),
        ("agreed", {"from": "2023-03-31"}, True),
        ("agreed", {"from": "2023-04-01"}, False),
        ("superseded", {"from": "2011", "until": "2013"}, False),
        ("draft", {}, False),
        ("consultation", {"from": "2015"}, False),
    ],
)
def test_the_staff_of_a_year_held_the_reviews_in_force_in_it(
    framework: Framework, status: str, dates: dict[str, str], held: bool
) -> None:
    """A plan with more reviews must show what they cost, and not come with the managers to hold them."""
    weekly = replace(with_reviews(framework, review(at="5 working days")), status=status, in_force=dates)
    assert reviews_in_force(weekly, 2023) == (weekly.reviews if held else {})


def test_new_reviews_are_said_to_come_without_staff() -> None:
    own, other = experiment("gloucestershire"), experiment("hackney", "reviews-by-priority")
    assert not own.staff_notes
    (note,) = other.staff_notes
    assert note.startswith("No staff are added for new review points (First review and Further reviews")
    assert not experiment(
        "gloucestershire", "reviews-by-priority"
    ).staff_notes  # the same days that it has anyway
