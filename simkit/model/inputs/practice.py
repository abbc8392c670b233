"""Practice: natural spans of assessments, and clocks that pull their planned end forward.

Published durations bunch just before day 45 and drop after it, which queues alone do not produce. Each
assessment has a natural span, the whole days it would take without any clock; some are brief. If the span
passes a clock and the family's one uniform is below that clock's pull, the end is planned for the clock's day
less a margin; a share of those slips past the clock. Bunching at a notch: Saez (2010); Kleven and Waseem
(2013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.special import ndtr, ndtri
from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import FIRST_STAGE, ROUTES, Framework, Origin, Review, Timescale
from simkit.model.inputs.calendar import counted_days
from simkit.model.workload.random_streams import truncated_exponential, whole_exponential

NATIONAL_LIMIT = "assessment"  # id of the timescale whose pull is known
NATIONAL_DAYS = 45  # working days of the limit, under which the pull was fitted
_CHILDHOOD = 4554  # working days of 18 years: a wide span could last for centuries


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice numbers of an authority; days are working days from the start of the assessment."""

    brief_share: float
    brief_days: float
    span_median: float
    span_sigma: float
    pull: float
    margin: float
    slip: float
    slip_days: float
    conference_median: float
    conference_sigma: float
    conference_pull: float
    conference_margin: float


@dataclass(frozen=True, slots=True)
class Pull:
    """A clock that brings forward the share ``share`` of the assessments that would pass it.

    ``day``: its working day after the start of the assessment, one for all families or one for each.
    """

    clock: str
    day: int | Ints
    share: float


def practice_of(framework: Framework) -> Practice:
    """The practice numbers in a framework's model part."""

    def number(name: str) -> float:
        return framework.number(f"practice.{name}")

    return Practice(
        brief_share=number("brief_share"),
        brief_days=number("brief_days"),
        span_median=number("span_median"),
        span_sigma=number("span_sigma"),
        pull=number("pull_national_limit"),
        margin=number("margin"),
        slip=number("slip"),
        slip_days=number("slip_days"),
        conference_median=number("conference_median"),
        conference_sigma=number("conference_sigma"),
        conference_pull=number("pull_conference"),
        conference_margin=number("conference_margin"),
    )


def is_calibrated(framework: Framework) -> bool:
    """Whether the practice numbers were fitted under such rules: one stage, a national limit of 45 days.

    Results under other rules are not calibrated and must say so.
    """
    limit = framework.timescales.get(NATIONAL_LIMIT)
    fitted = limit is not None and limit.national and limit.amount == Amount(NATIONAL_DAYS, Unit.WORKING_DAYS)
    return fitted and not framework.two_stages


def conclusion_pulls(framework: Framework, practice: Practice, route: str) -> tuple[Pull, ...]:
    """The clocks, the same for every case, that may bring an assessment on ``route`` forward, earliest first.

    A national limit in force has its pull, and the share ``retention`` of it remains at day 45 where
    there is none any more (``is_retained``). Local limits and review points have pulls of their own,
    unknown and 0 by default. Repeating reviews have no day of their own and pull nothing.
    """
    limits = conclusion_limits(framework, route)
    local = framework.number("practice.pull_local_limit")
    pulls = []
    for t in limits:
        if t.kind != "between" and t.amount is not None:
            day = counted_days(t.amount, t.starting_day) + days_before(framework, t, route)
            pull = national_pull(framework, t, practice.pull) if t.national else local
            pulls.append(Pull(t.id, day, pull))
    if not any(t.national for t in limits):
        retained = practice.pull * framework.number("practice.retention")
        pulls.append(Pull(NATIONAL_LIMIT, NATIONAL_DAYS, retained))
    at_review = framework.number("practice.pull_review")
    for review in framework.reviews.values():
        at = review_day(framework, review)
        if at is not None and (not review.routes or route in review.routes):
            pulls.append(Pull(review.id, at, at_review))
    return tuple(sorted((p for p in pulls if p.share > 0), key=lambda p: int(p.day)))


def last_clock(framework: Framework) -> tuple[float, float]:
    """The last clock's day, in working days, and the lowest pull, a share from 0 to 1.

    After that day, an assessment whose uniform is below the pull is open only if it slipped, whatever its
    natural span and route. The day is infinite if a route has no clock, or if a clock's day differs between
    cases.
    """
    practice, days, shares = practice_of(framework), [0.0], [1.0]
    differ = any(review.by_priority for review in framework.reviews.values())
    for route in ROUTES:
        pulls = conclusion_pulls(framework, practice, route)
        differ |= any(t.kind == "between" for t in conclusion_limits(framework, route))
        days.append(max((float(pull.day) for pull in pulls), default=np.inf))
        shares.append(max((pull.share for pull in pulls), default=0.0))
    return (np.inf, 0.0) if differ else (max(days), min(shares))


def national_pull(framework: Framework, limit: Timescale, pull: float) -> float:
    """The pull of a national limit on the conclusion.

    A part of it, by assumption, where the limit is carried over from another edition, and where it is that
    of a second stage.
    """
    if limit.carried_over is not None:
        pull *= framework.number("practice.carried_over")
    if limit.start == FIRST_STAGE:
        pull *= framework.number("practice.pull_second_stage")
    return pull


def retained_limit(framework: Framework, route: str) -> Timescale | None:
    """The national limit where it was removed: some families are still treated as under it. None elsewhere.

    It is 45 working days from the referral, as in every edition since 2013.
    """
    if any(t.national for t in conclusion_limits(framework, route)):
        return None
    return _RETAINED


_RETAINED = Timescale(
    id=NATIONAL_LIMIT,
    title="What stays of the national limit",
    start="referral",
    end="authorised",
    kind="within",
    layer="national",
    origin=Origin("", 1, 1),
    amount=Amount(NATIONAL_DAYS, Unit.WORKING_DAYS),
)


def is_retained(uniform: Floats, pull: float, retention: float) -> NDArray[np.bool_]:
    """Whether each family is treated as under a limit that was removed, in planned days and urgency.

    ``uniform``: the family's one uniform, which decides which clocks pull it. The share ``retention`` is
    retained both of the families that the limit pulled and of those that it did not. So with 1 everything is
    as under the limit, and a family retained with a smaller share is retained with a larger one.
    """
    pulled = uniform < pull
    with np.errstate(all="ignore"):
        rank = np.where(pulled, uniform / pull, (uniform - pull) / (1 - pull))
    return np.asarray(rank < retention)


def is_simulated(review: Review) -> bool:
    """Whether the simulation models the condition under which a review is held."""
    return review.only_if in (None, "still_open", "going_beyond", "conference", "second_stage")


def review_day(framework: Framework, review: Review, priority: str | None = None) -> int | None:
    """Working days from the start of the assessment to a review of a case of this priority.

    None without a fixed day: repeating reviews, reviews set by priority that set none for this one, and
    reviews under a condition other than that the case is still open or goes on beyond it.
    """
    if review.only_if not in (None, "still_open", "going_beyond"):
        return None
    amount = review.at if priority is None else review.at or review.by_priority.get(priority)
    if amount is None:
        return None
    days = counted_days(amount, review.starting_day)
    if review.after is None:
        return days
    earlier = framework.reviews.get(review.after)
    before = None if earlier is None else review_day(framework, earlier, priority)
    return None if before is None else before + days


def conclusion_limits(framework: Framework, route: str) -> tuple[Timescale, ...]:
    """The limits on the conclusion of an ordinary case on ``route``, set for all cases or case by case."""
    return tuple(
        timescale
        for timescale in framework.limits.values()
        if timescale.end == "authorised"
        and timescale.kind in ("within", "between", "at_most")
        and timescale.amount is not None
        and timescale.only_if is None
        and (not timescale.routes or route in timescale.routes)
    )


def days_before(framework: Framework, timescale: Timescale, route: str) -> int:
    """Planned working days from the start of the assessment to the event that a limit counts from.

    A limit from the end of a first stage follows the limit of that stage. Other events are within a day or
    two of the start without queues, and count as the start.
    """
    return first_stage_days(framework, route) or 0 if timescale.start == FIRST_STAGE else 0


def first_stage_days(framework: Framework, route: str) -> int | None:
    """Planned working days of the first of two stages on ``route``; None for a single assessment."""
    limits = first_stage_limits(framework, route)
    return min((counted_days(t.amount, t.starting_day) for t in limits if t.amount is not None), default=None)


def first_stage_limits(framework: Framework, route: str) -> tuple[Timescale, ...]:
    """The limits on the first of two stages on ``route``; none for a single assessment."""
    if not any(FIRST_STAGE in step.marks and route in step.routes for step in framework.steps.values()):
        return ()
    return tuple(
        timescale
        for timescale in framework.timescales.values()
        if timescale.end == FIRST_STAGE
        and timescale.kind == "within"
        and timescale.amount is not None
        and timescale.only_if is None
        and (not timescale.routes or route in timescale.routes)
    )


def natural_span(uniform: Floats, brief: bool, practice: Practice) -> Ints:
    """Whole days that assessments of a kind, ``brief`` or not, would take without any clock.

    At most 18 years.
    """
    if brief:
        return whole_exponential(uniform, practice.brief_days)
    spans = np.rint(practice.span_median * np.exp(practice.span_sigma * ndtri(uniform)))
    return np.asarray(np.minimum(spans, _CHILDHOOD).astype(np.int64))


def planned_day(
    natural: Ints,
    pulled: Floats,
    margin: Callable[[Ints], Floats],
    slipped: Callable[[Ints], Floats],
    pulls: tuple[Pull, ...],
    practice: Practice,
) -> Ints:
    """The day for which the end of each assessment is planned; the earliest clock that pulls decides.

    ``pulled``: one uniform for each family; ``margin`` and ``slipped`` give those of some rows.
    """
    planned = natural.copy()
    if not pulls:
        return planned
    undecided = np.ones(len(natural), dtype=bool)
    for day, share in _by_day(pulls):
        rows = np.flatnonzero(undecided & (natural > day) & (pulled < share))
        undecided[rows] = False
        target = day[rows] if isinstance(day, np.ndarray) else day
        planned[rows] = target - truncated_exponential(margin(rows), practice.margin, target - 1)
        if practice.slip > 0:
            uniform = slipped(rows)
            late = np.flatnonzero(uniform < practice.slip)
            beyond = whole_exponential(uniform[late] / practice.slip, practice.slip_days - 1)
            planned[rows[late]] = (target[late] if isinstance(target, np.ndarray) else target) + 1 + beyond
    return planned


def _by_day(pulls: tuple[Pull, ...]) -> Iterator[tuple[int | Ints, float | Floats]]:
    """Day and share of the clocks, earliest first; one of each for every family where their days differ."""
    if all(isinstance(pull.day, int) for pull in pulls):
        yield from ((pull.day, pull.share) for pull in sorted(pulls, key=lambda pull: int(pull.day)))
        return
    days = np.stack(np.broadcast_arrays(*(np.atleast_1d(pull.day) for pull in pulls))).astype(np.int64)
    shares = np.array([pull.share for pull in pulls])
    for clock in np.argsort(days, axis=0, kind="stable"):
        yield np.take_along_axis(days, clock[np.newaxis], axis=0)[0], shares[clock]


def day_shares(practice: Practice, pulls: tuple[Pull, ...], days: int) -> Floats:
    """Share of assessments planned for each day 0 to ``days`` - 1; the last day includes all later ones.

    The closed form of ``natural_span`` and ``planned_day``, without queues, for clocks that are the same for
    every case.
    """
    grid = np.arange(days)
    edges = np.log((grid + 0.5) / practice.span_median) / practice.span_sigma
    below = ndtr(edges)
    below[-1] = 1.0
    span = np.diff(below, prepend=0.0)
    brief = exponential_mass(practice.brief_days, days)
    natural = practice.brief_share * brief + (1 - practice.brief_share) * span
    shares = natural.copy()
    pulled_before = 0.0
    for pull in pulls:
        at = int(pull.day)
        passing = natural[at + 1 :]
        share = max(0.0, pull.share - pulled_before)
        # One uniform of a family decides for every clock: a later clock pulls only what earlier ones did not.
        moved = share * float(passing.sum())
        shares[at + 1 :] -= share * passing
        top = at - 1
        margin = np.zeros(1)
        if practice.margin > 0 and top > 0:
            cut = np.exp(-np.arange(top + 2) / practice.margin)
            margin = -np.diff(cut) / (1 - cut[-1])
        else:
            margin = np.ones(1)
        shares[at - np.arange(len(margin))] += (1 - practice.slip) * moved * margin
        shares[at + 1 :] += practice.slip * moved * exponential_mass(practice.slip_days - 1, days - at - 1)
        pulled_before = max(pulled_before, pull.share)
    return np.asarray(shares)


def exponential_mass(mean: float, count: int) -> Floats:
    """Probabilities of 0 to ``count`` - 1 under ``whole_exponential``; the last includes larger values."""
    mass = np.zeros(count)
    if mean <= 0:
        mass[0] = 1.0
        return mass
    ratio = mean / (1 + mean)
    mass[:] = (1 - ratio) * ratio ** np.arange(count)
    mass[-1] = ratio ** (count - 1)
    return mass
