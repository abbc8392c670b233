"""Truths that the intervals of calibrations have to hold, written down before anything was fitted to them.

A truth is the share of assessments that takes each day, and what the share over 45 days would be with half
and with none of the limit's pull. Some are of the model's own form, as practice numbers. The others are
outside of it, each in one way that published durations show. Every end is delayed by 0, 1 or 2 days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from kit import national
from scipy.stats import gamma, lognorm, weibull_min

from simkit.model.inputs.practice import exponential_mass, practice_of
from simkit.study.calibrate.delay import CONFERENCE_DAYS, Delays
from simkit.study.calibrate.likelihood import days_taken
from simkit.study.calibrate.observed import DAYS
from simkit.study.calibrate.priors import practice_with

SIZES = (1_500, 5_000, 20_000)
"""Numbers of assessments that a truth is seen through."""

LIMIT = 46  # first day past the national limit
ROOM = 0.8  # the largest share that can be brief


@dataclass(frozen=True, eq=False)
class Truth:
    """``days``: the share of each day 0 to 60, and 61 or more. ``half``, ``gone``: the share over 45 days
    with half and with none of the pull. ``inside``: whether the form of the model can make it."""

    name: str
    days: np.ndarray
    half: float
    gone: float
    inside: bool


def _numbers(
    brief_share: float, span_median: float, span_sigma: float, pull: float, margin: float, slip: float
) -> dict[str, float]:
    return {
        "brief_share": brief_share,
        "span_median": span_median,
        "span_sigma": span_sigma,
        "pull_national_limit": pull,
        "margin": margin,
        "slip": slip,
    }


INSIDE = {
    "middling": _numbers(0.12, 36, 0.8, 0.7, 6, 0.25),
    "as England": _numbers(0.14, 43, 1.25, 0.85, 17, 0.14),
    "late finishes, slip of 29%": _numbers(0.10, 38, 0.6, 0.8, 5, 0.29),
    "fast": _numbers(0.15, 20, 0.6, 0.4, 3, 0.1),
    "slow": _numbers(0.06, 55, 0.7, 0.6, 6, 0.15),
    "hardly pulled": _numbers(0.10, 30, 0.7, 0.1, 5, 0.1),
    "nearly all in time": _numbers(0.10, 40, 0.8, 0.97, 8, 0.04),
    "brought far forward": _numbers(0.08, 45, 0.7, 0.85, 20, 0.1),
    "narrow spans": _numbers(0.05, 42, 0.3, 0.8, 4, 0.2),
}
"""Practice numbers of the truths within the form."""


@cache
def delays() -> Delays:
    """Everything is delayed by 0, 1 or 2 days, whatever was planned, which is known and not sampled."""

    def always(days: int) -> np.ndarray:
        counts = np.zeros((days, days))
        counts[:, :3] = (600.0, 300.0, 100.0)
        return counts

    return Delays(
        always(DAYS),
        always(DAYS),
        always(CONFERENCE_DAYS),
        *(np.full(n, 1e12) for n in (DAYS, CONFERENCE_DAYS)),
    )


@cache
def truths() -> tuple[Truth, ...]:
    """All of them, those within the form first."""
    return (*(within(name, numbers) for name, numbers in INSIDE.items()), *_outside())


def within(name: str, numbers: dict[str, float]) -> Truth:
    """The truth of a practice, in closed form."""
    practice, pull = practice_with(practice_of(national()), numbers), numbers["pull_national_limit"]

    def days(kept: float) -> np.ndarray:
        return days_taken(practice, delays(), ROOM, kept * pull)

    return Truth(name, days(1), float(days(0.5)[LIMIT:].sum()), float(days(0)[LIMIT:].sum()), True)


def _outside() -> Iterator[Truth]:
    at_limit = np.zeros(LIMIT)
    at_limit[43:] = (0.2, 0.3, 0.5)
    two_piles = 0.7 * _falling(4)
    two_piles[28:31] += 0.1
    level = np.zeros(LIMIT)
    level[31:] = 1 / 15
    yield _made("same-day closures of 12%", _lognormal(38, 0.7), 0.75, _falling(6), same_day=0.12)
    yield _made(
        "very steep pile", _lognormal(50, 0.6), 0.93, at_limit, brief=0.05, slip=0.03, pile_is_delayed=False
    )
    yield _made("late finishes that last", _lognormal(38, 0.7), 0.75, _falling(6), slip=0.29, late=15)
    yield _made("gamma spans", lambda day: gamma.cdf(day, 2.5, scale=16), 0.75, _falling(6))
    yield _made("Weibull spans", lambda day: weibull_min.cdf(day, 1.4, scale=46), 0.8, _falling(8))
    yield _made(
        "two kinds of work",
        lambda day: (lognorm.cdf(day, 0.4, scale=22) + lognorm.cdf(day, 0.4, scale=52)) / 2,
        0.75,
        _falling(5),
    )
    yield _made("a pile at 30 days too", _lognormal(42, 0.7), 0.75, two_piles)
    yield _made("brought forward evenly from day 31", _lognormal(42, 0.7), 0.75, level)


def _made(
    name: str,
    spans: Callable[[np.ndarray], np.ndarray],
    pull: float,
    early: np.ndarray,
    *,
    brief: float = 0.1,
    same_day: float = 0.0,
    slip: float = 0.15,
    late: float = 6.0,
    pile_is_delayed: bool = True,
) -> Truth:
    """A truth by its parts: ``spans`` is the distribution function of natural days, ``early`` the share of
    each day up to 45 for which pulled ends are planned, ``late`` the mean days of a slip."""
    below = spans(np.arange(DAYS) + 0.5)
    below[-1] = 1.0
    natural = np.diff(below, prepend=0.0)
    moves = delays().other_moves

    def days(kept: float) -> np.ndarray:
        moved = kept * pull * natural[LIMIT:].sum()
        unmoved, on_time, slipped = natural.copy(), np.zeros(DAYS), np.zeros(DAYS)
        unmoved[LIMIT:] *= 1 - kept * pull
        on_time[:LIMIT] = moved * (1 - slip) * early
        slipped[LIMIT:] = moved * slip * exponential_mass(late - 1, DAYS - LIMIT)
        taken = (unmoved + slipped) @ moves + (on_time @ moves if pile_is_delayed else on_time)
        short = exponential_mass(3.0, DAYS) @ delays().brief_moves
        whole = (1 - brief - same_day) * taken + brief * short
        whole[0] += same_day
        return whole

    return Truth(name, days(1), float(days(0.5)[LIMIT:].sum()), float(days(0)[LIMIT:].sum()), False)


def _falling(mean: float) -> np.ndarray:
    """Shares of days 0 to 45 that fall off exponentially before the limit."""
    shares = np.exp(-np.arange(LIMIT)[::-1] / mean)
    return shares / shares.sum()


def _lognormal(median: float, sigma: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda day: lognorm.cdf(day, sigma, scale=median)
