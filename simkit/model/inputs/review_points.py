"""Expected number of reviews of an assessment, from its planned duration, without queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from simkit.common.arrays import Floats
from simkit.framework.dates import in_force_on
from simkit.framework.framework import Framework, Review
from simkit.model.inputs.calendar import counted_days
from simkit.model.inputs.practice import is_simulated, review_day

MOST_REPEATS = 12
"""Maximum number of times that a repeating review is held in one assessment."""

_NOT_IN_FORCE = ("draft", "consultation")


def is_scheduled(review: Review) -> bool:
    """Whether a review has a time; the national rules require review points without one."""
    return review.at is not None or bool(review.by_priority) or review.at_most_every is not None


def reviews_in_force(framework: Framework, year: int) -> Mapping[str, Review]:
    """The review points held in the year to 31 March; none for a draft or rules not in force then."""
    return framework.reviews if is_in_force(framework, year) else {}


def is_in_force(framework: Framework, year: int) -> bool:
    """Whether the rules applied in the year to 31 March: no draft, and no dates that exclude it."""
    period, dates = (date(year - 1, 4, 1), date(year, 3, 31)), framework.in_force
    return framework.status not in _NOT_IN_FORCE and in_force_on(
        period, dates.get("from"), dates.get("until")
    )


def expected_reviews(framework: Framework, review: Review, still_open: Floats, second_stage: float) -> float:
    """Mean number of times a review is held in an assessment that reaches the event it counts from.

    ``still_open``: share of the assessments planned to end on each working day after the start, or later;
    ``second_stage``: the share that continues to a second stage.
    """
    if not is_simulated(review):
        return 0.0
    if review.only_if == "going_beyond":
        still_open = np.append(still_open[1:], 0.0)
    reached = np.minimum(still_open, second_stage) if review.only_if == "second_stage" else still_open
    parts: list[tuple[str | None, float]] = [
        (priority, framework.number(f"priority_share.{priority}")) for priority in framework.priorities
    ]
    return sum(
        part * sum(float(reached[day]) for day in _days(framework, review, priority) if day < len(reached))
        for priority, part in parts or [(None, 1.0)]
    )


def _days(framework: Framework, review: Review, priority: str | None) -> Iterator[int]:
    """Working days after the start on which a case of this priority is reviewed, if still open."""
    if review.at_most_every is None:
        day = review_day(framework, replace(review, only_if=None), priority)
        if day is not None:
            yield day
        return
    earlier = None if review.after is None else framework.reviews.get(review.after)
    begun = 0 if earlier is None else review_day(framework, earlier, priority)
    if begun is not None:
        every = max(1, counted_days(review.at_most_every, review.starting_day))
        yield from range(begun + every, begun + (MOST_REPEATS + 1) * every, every)
