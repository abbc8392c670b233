"""Unknowns: the pull of local limits and reviews, and how much pull remains when a limit is removed.

Pull belongs to a named clock, and only that of the national limit is known. So a comparison whose arms
differ in local limits, in review points or in whether there is a national limit is made at both ends of what
is possible and halfway.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from simkit.framework.framework import FIRST_STAGE, ROUTES, Framework
from simkit.model.inputs.practice import conclusion_limits, review_day

PULL = "practice.pull_national_limit"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number whose value no evidence settles.

    ``path``: below ``model``. ``short``: its title in a few words. ``where``: it has an effect only where
    this is so. ``of_pull``: whether its range goes up to the national limit's pull, else to 1.
    ``key`` says, of a framework, all that it acts on: frameworks with the same key are moved alike, and one
    without any is not moved at all. ``evidence``: where published figures lie in its range, in a sentence.
    """

    path: str
    title: str
    short: str
    where: str
    of_pull: bool
    key: Callable[[Framework], Hashable]
    evidence: str = ""

    def upper_end(self, framework: Framework) -> float:
        """The upper end of its range."""
        return framework.number(PULL) if self.of_pull else 1.0

    def affects(self, framework: Framework) -> bool:
        """Whether it changes anything under these rules."""
        return bool(self.key(framework))

    def is_fitted(self, framework: Framework, fitted: Framework | None) -> bool:
        """Whether it is in the practice that was fitted under the rules ``fitted``: one about an authority's
        own clocks, where both have the same ones.
        """
        return self.path in LOCAL and fitted is not None and self.key(fitted) == self.key(framework)


def _local_limits(framework: Framework) -> Hashable:
    return tuple(
        (route, str(t.amount), str(t.lower), t.start)
        for route in ROUTES
        for t in conclusion_limits(framework, route)
        if not t.national
    )


def _reviews(framework: Framework) -> Hashable:
    reviews = []
    for route in ROUTES:
        for review in framework.reviews.values():
            if not review.routes or route in review.routes:
                days = [review_day(framework, review, p) for p in (None, *framework.priorities)]
                if any(day is not None for day in days):
                    reviews.append((route, tuple(days)))
    return tuple(reviews)


def _without_limit(framework: Framework) -> Hashable:
    return tuple(
        route for route in ROUTES if not any(t.national for t in conclusion_limits(framework, route))
    )


def _second_stage(framework: Framework) -> Hashable:
    return tuple(
        (route, t.id)
        for route in ROUTES
        for t in conclusion_limits(framework, route)
        if t.start == FIRST_STAGE
    )


def _carried_over(framework: Framework) -> Hashable:
    return tuple(
        (route, t.id) for route in ROUTES for t in conclusion_limits(framework, route) if t.carried_over
    )


UNKNOWNS = (
    Unknown(
        "practice.pull_local_limit",
        "How far people work to a local limit",
        "work to a local limit",
        "the framework has a local limit on the end of an assessment",
        True,
        _local_limits,
        "Cases do not pile up at any of three published local limits, so nothing published shows people "
        "working to one.",
    ),
    Unknown(
        "practice.pull_review",
        "How far people work to a review point",
        "work to a review",
        "a review has a day of its own",
        False,
        _reviews,
        "In Islington's trial, cases piled up at a 45-day review, as they do at the national limit. "
        "Gloucestershire's reviews cannot be seen in its durations.",
    ),
    Unknown(
        "practice.retention",
        "How far people still work to 45 days where there is no national limit",
        "work to 45 days without a limit",
        "no national limit applies",
        False,
        _without_limit,
        "16 published years of 6 authorities without the limit fit best with 62% of its effect kept, and "
        "rule out nothing from 0% to 100%.",
    ),
    Unknown(
        "practice.carried_over",
        "Whether the limit of an edition that was not read applies as in the edition before",
        "work to the limit of the edition not read",
        "the text of the national edition was not read",
        False,
        _carried_over,
    ),
    Unknown(
        "practice.pull_second_stage",
        "How far people work to the limit on the second of two stages",
        "work to the second stage's limit",
        "the second of two stages has a limit",
        False,
        _second_stage,
    ),
)


LOCAL = frozenset({"practice.pull_local_limit", "practice.pull_review"})
"""The unknowns about an authority's own clocks."""


def relevant_unknowns(frameworks: Sequence[Framework]) -> tuple[Unknown, ...]:
    """The unknowns that affect the frameworks differently.

    Where the frameworks themselves set such a number differently, the number is what is compared, and
    it keeps the values that they give it.
    """
    return tuple(
        unknown
        for unknown in UNKNOWNS
        if len({unknown.key(each) for each in frameworks}) > 1
        and len({each.number(unknown.path) for each in frameworks}) == 1
    )


def range_points(unknown: Unknown, framework: Framework) -> tuple[float, float, float]:
    """None, half and the whole of an unknown's range."""
    most = unknown.upper_end(framework)
    return 0.0, most / 2, most
