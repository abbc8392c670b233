"""The share of referrals of children who were referred before in twelve months."""

from __future__ import annotations

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import counts_of
from simkit.returns.dates import year_before
from simkit.returns.durations import FEW, survival
from simkit.returns.records import NO, YES, Referrals
from simkit.returns.tally import Tally
from simkit.returns.window import Window

A_YEAR = 365
"""Days in which a referral of the same child makes the next one a re-referral."""

_SEEN_FOR = 330  # days back to which re-referrals must be followed to be called those of twelve months
_QUARTER = 91  # days before the last followed, like which the rest of the year is taken to be
_MISSING = 0.05  # of referrals without a child's number, above which re-referrals aren't told


def listed_rereferrals(referrals: Referrals, inside: Bools, tally: Tally) -> float | None:
    """The share of referrals for which the list says that the child was referred in the twelve months before.

    None if it says nothing for most of them.
    """
    names = ("rereferrals", "referrals_first", "rereferrals_unknown")
    answers = (referrals.earlier == YES, referrals.earlier == NO, referrals.earlier < NO)
    for name, rows in zip(names, answers, strict=True):
        tally.counts[name] = int((inside & rows).sum())
    tally.split("referrals", names)
    again, first = tally.counts["rereferrals"], tally.counts["referrals_first"]
    return again / (again + first) if again + first > tally.counts["rereferrals_unknown"] else None


def rereferrals(child: Ints, date: Ints, window: Window) -> tuple[float | None, int]:
    """The share of referrals with another of the same child in the twelve months before, and how far back
    they are followed.

    A return doesn't hold the referrals that came before it, so how far back can be seen differs: the time
    back to the one before is censored at the return's first day, and the product-limit estimator takes
    that into account. The last days of the year, for which few are followed, are taken to go on like the
    three months before. None where nearly a year can't be followed or the children aren't told apart.
    """
    if window.days < _SEEN_FOR or (child < 0).sum() > _MISSING * len(child):
        return None, 0
    child, date = child[child >= 0], date[child >= 0]
    order = np.lexsort((date, child))
    child, date = child[order], date[order]
    same = np.concatenate([[False], child[1:] == child[:-1]])[: len(child)]
    back = np.where(same, date - np.concatenate([[0], date[:-1]])[: len(date)], date - window.first)
    inside = same & (back <= date - year_before(date))
    back = np.minimum(back, A_YEAR)
    ending = counts_of(back[inside], A_YEAR + 1)
    at_risk = len(back) - np.concatenate([[0], np.cumsum(counts_of(back, A_YEAR + 1))[:-1]])
    left, _, reach = survival(ending, at_risk)
    if reach < _SEEN_FOR or inside.sum() < FEW or (~inside).sum() < FEW:
        return None, reach
    # beyond what is followed it goes on like the three months before
    each_day = (left[reach] / max(left[reach - _QUARTER], 1e-12)) ** (1 / _QUARTER)
    return round(float(1 - left[reach] * each_day ** (A_YEAR - reach)), 3), reach
