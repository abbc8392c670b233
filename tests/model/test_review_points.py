"""Reviews that an assessment comes to, against sums done by hand and against what a simulation holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kit import review, with_reviews

from simkit.framework.framework import Framework, Review
from simkit.model.inputs.review_points import expected_reviews, reviews_in_force
from simkit.study.experiment import experiment

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
        ((review(at="2 working days", only_if="conference"),), (0.25 * 0.9,)),
        ((review(at="2 working days", only_if="second_stage"),), (0.7,)),
        ((review(at="5 working days", only_if="second_stage"),), (0.5,)),
        ((review(at="2 working days", only_if="a_condition_nobody_simulates"),), (0.0,)),
    ],
)
def test_a_review_is_held_of_what_is_planned_to_end_on_its_day_or_later(
    framework: Framework, reviews: tuple[Review, ...], times: tuple[float, ...]
) -> None:
    changed = with_reviews(framework, *reviews)
    found = [
        expected_reviews(changed, each, LEFT, conference_share=0.25, second_stage=0.7) for each in reviews
    ]
    assert found == pytest.approx(times)


def test_a_review_set_by_priority_counts_each_priority_by_its_share(framework: Framework) -> None:
    """A tenth on day 3, a fifth on day 5, seven tenths never."""
    set_by = review(by_priority={"high": "3 working days", "middle": "5 working days"})
    changed = with_reviews(framework, set_by, shares={"high": 0.1, "middle": 0.2, "low": 0.7})
    found = expected_reviews(changed, set_by, LEFT, conference_share=0.25, second_stage=1.0)
    assert found == pytest.approx(0.1 * 0.8 + 0.2 * 0.5)


def test_a_repeating_review_ends_after_its_most_times(framework: Framework) -> None:
    often = review(at_most_every="1 working days")
    for_ever = np.ones(400)
    found = expected_reviews(
        with_reviews(framework, often), often, for_ever, conference_share=0.25, second_stage=1.0
    )
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
