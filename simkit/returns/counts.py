"""Counting a return: every figure that is made of it, once, with the sums that tie them together.

How many records a file holds is not counted: beside the figures it would give away how many were left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simkit.data import BANDS
from simkit.framework.framework import ROUTES
from simkit.model.inputs.profile import MONTHS
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.dates import NONE, UNREADABLE, known, working_days
from simkit.returns.disclosure import Sum
from simkit.returns.durations import Spread, band_counts, completed, delayed_entry, right_truncated
from simkit.returns.records import YES, Assessments, Records
from simkit.returns.window import Holds, Window, reaches_back

__all__ = ["CONFERENCE_BANDS", "FEW", "Counted", "counted"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEW = 24  # ended assessments below which a quartile would rest on five or fewer in a quarter

CONFERENCE_BANDS: tuple[tuple[str, int], ...] = (
    ("icpc_days_0_10", 10),
    ("icpc_days_11_15", 15),
    ("icpc_days_16_20", 20),
    ("icpc_days_21_plus", 10**9),
)
"""The published bands from the start of the section 47 enquiry to the conference, in working days."""

_YEAR_BACK = 365


@dataclass(frozen=True, eq=False)
class Counted:
    """Everything counted, exact and in memory only.

    ``counts`` by name; ``sums`` that hold among them; ``unseen`` names counts that nothing shows. ``shares``:
    rates that are estimates and no quotient of two counts. ``conference_days``: the distribution of times to
    a conference.
    """

    counts: dict[str, int] = field(repr=False)
    sums: tuple[Sum, ...] = field(repr=False)
    unseen: frozenset[str]
    spread: Spread
    conference_days: Spread
    open_cases: OpenCases
    rereferral_share: float | None = field(repr=False)


def counted(records: Records, window: Window) -> Counted:
    """Count the records within a window."""
    counts: dict[str, int] = dict(records.found)
    sums: list[Sum] = []
    unseen: set[str] = set()
    rereferrals = _referrals(records, window, counts, sums)
    spread, open_cases = _assessments(records, window, counts, sums, unseen)
    conference_days = _enquiries(records, window, counts, sums)
    return Counted(counts, tuple(sums), frozenset(unseen), spread, conference_days, open_cases, rereferrals)


def _referrals(records: Records, window: Window, counts: dict[str, int], sums: list[Sum]) -> float | None:
    """Referrals of the window by month and outcome; gives the share within a year of an earlier one."""
    if "referrals" not in records.has:
        return None
    came = records.referrals
    double = _again(came.child, came.date)
    dated = known(came.date) & ~double
    inside = dated & (came.date >= window.first) & (came.date <= window.last)
    counts["referral_duplicate"] = int(double.sum())
    counts["referral_missing_date"] = int((~known(came.date) & ~double).sum())
    counts["referral_future"] = int((dated & (came.date > window.last)).sum())
    counts["referrals"] = int(inside.sum())
    month = came.date[inside].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if window.whole_year:
        of_year = np.bincount((month - 3) % 12, minlength=12)
        names = tuple(f"referrals_{name[:3]}" for name in MONTHS)
        counts |= {name: int(count) for name, count in zip(names, of_year, strict=True)}
        sums.append(Sum("referrals", names))
    nfa = inside & (came.nfa == YES)
    counts["referrals_nfa"] = int(nfa.sum())
    counts["referrals_not_nfa"] = counts["referrals"] - counts["referrals_nfa"]
    sums.append(Sum("referrals", ("referrals_nfa", "referrals_not_nfa")))
    return _rereferrals(came.child[inside], came.date[inside], window)


def _rereferrals(child: Ints, date: Ints, window: Window) -> float | None:
    """The share of referrals with another of the same child in the 365 days before.

    A return doesn't hold the referrals that came before it, so how far back can be seen differs: the time
    back to the one before is censored at the return's first day, and the product-limit estimator takes
    that into account. None where less than a year can be seen or the children aren't told apart.
    """
    if window.days < _YEAR_BACK or not len(child) or (child < 0).any():
        return None
    order = np.lexsort((date, child))
    child, date = child[order], date[order]
    same = np.concatenate([[False], child[1:] == child[:-1]])
    back = np.where(same, date - np.concatenate([[0], date[:-1]]), date - window.first)
    inside = same & (back <= _YEAR_BACK)
    back = np.minimum(back, _YEAR_BACK)
    ending = np.bincount(back[inside], minlength=_YEAR_BACK + 1)
    at_risk = len(back) - np.concatenate([[0], np.cumsum(np.bincount(back, minlength=_YEAR_BACK + 1))[:-1]])
    if inside.sum() < FEW:
        return None
    hazard = np.where(at_risk > 0, ending / np.maximum(at_risk, 1), 0.0)
    return float(1 - np.prod(1 - hazard))


def _assessments(
    records: Records, window: Window, counts: dict[str, int], sums: list[Sum], unseen: set[str]
) -> tuple[Spread, OpenCases]:
    work = records.assessments
    rest = np.ones(len(work), dtype=bool)

    def take(name: str, rows: Bools) -> None:
        """Count what is left out for a reason, each assessment for its first."""
        nonlocal rest
        counts[name] = int((rest & rows).sum())
        rest = rest & ~rows

    begun, over = known(work.start), known(work.end)
    take("duplicate_assessment", _again(work.child, work.start, work.end))
    take("missing_start", ~begun)
    take("unreadable_end", work.end == UNREADABLE)
    take("future_start", work.start > window.last)
    take("end_before_start", over & (work.end < work.start))
    take("ended_before", over & (work.end < window.first))
    ended = rest & over & (work.end <= window.last)
    still = rest & ~ended
    counts["assessments_completed"] = int(ended.sum())
    counts["open_assessments"] = int(still.sum())
    counts["future_end"] = int((still & over).sum())
    if window.whole_year:
        counts["open_from_before"] = int((still & (work.start < window.first)).sum())
    _order_of_events(records, rest, still, counts)

    days = working_days(work.start[ended], work.end[ended])
    waited = working_days(work.start[still], np.full(int(still.sum()), window.last))
    bands = dict(zip(BANDS, band_counts(days), strict=True))
    counts |= bands
    counts["within_45_days"] = sum(tuple(bands.values())[:6])
    counts["over_45_days"] = sum(tuple(bands.values())[6:])
    sums += [
        Sum("assessments_completed", ("within_45_days", "over_45_days")),
        Sum("within_45_days", BANDS[:6]),
        Sum("over_45_days", BANDS[6:]),
    ]
    open_cases = OpenCases(_routes(work, still), waited)
    _open(open_cases, counts, sums, unseen)
    return _spread(work.start[ended], work.end[ended], window, work.start[still]), open_cases


def _order_of_events(records: Records, counted_: Bools, still: Bools, counts: dict[str, int]) -> None:
    """What the dates of an assessment say against those of its episode."""
    work = records.assessments
    if records.has & {"referrals", "referral dates"} and known(work.referral).any():
        both = known(work.referral) & known(work.start)
        counts["start_before_referral"] = int((both & (work.start < work.referral)).sum())
        counts["likely_siblings"] = _siblings(work, counted_ & both)
    if "closures" in records.has:
        counts["closed_but_open"] = int((still & known(work.closed) & (work.end == NONE)).sum())
        _, number = np.unique(work.group[still], return_counts=True)
        counts["two_open"] = int(number[number > 1].sum())


def _siblings(work: Assessments, rows: Bools) -> int:
    """Children referred by the same source, assessed from and to the same days, as another child."""
    same = np.stack([work.referral[rows], work.source[rows], work.start[rows], work.end[rows]], axis=1)
    _, group = np.unique(same, axis=0, return_inverse=True)
    child = work.child[rows]
    pairs = np.unique(np.stack([group.ravel(), child], axis=1), axis=0)
    number = np.bincount(pairs[:, 0]) if len(pairs) else np.zeros(0, dtype=np.int64)
    return int(number[number > 1].sum())


def _routes(work: Assessments, still: Bools) -> Ints:
    route = np.full(int(still.sum()), ROUTES.index("section_17"), dtype=np.int64)
    route[work.disabled[still] == YES] = ROUTES.index("disabled_children")
    route[work.enquired[still] == YES] = ROUTES.index("section_47")
    return route


def _open(open_cases: OpenCases, counts: dict[str, int], sums: list[Sum], unseen: set[str]) -> None:
    by_route_and_age = {f"open.{route}.{age}": n for (route, age), n in open_cases.counts().items()}
    counts |= by_route_and_age
    sums.append(Sum("open_assessments", tuple(by_route_and_age)))
    late = tuple(f"open.{route}.{age}" for route in OPEN_ROUTES for age, top in AGES if top > 45)
    counts["open_over_45"] = sum(by_route_and_age[name] for name in late)
    counts["open_at_45"] = int((open_cases.waited == 45).sum())
    counts["open_45_and_over"] = counts["open_over_45"] + counts["open_at_45"]
    sums += [Sum("open_over_45", late), Sum("open_45_and_over", ("open_over_45", "open_at_45"))]
    unseen.add("open_at_45")


def _spread(start: Ints, end: Ints, window: Window, waiting: Ints) -> Spread:
    """How long assessments take, by what the return holds: see ``durations``.

    ``start`` and ``end`` of what ended in the window; ``waiting``: the start of what was open at its end.
    """
    days = working_days(start, end)
    if not len(days) or window.holds is Holds.COMPLETED:
        return completed(days)
    if window.holds is Holds.OPEN:
        waited = working_days(waiting, np.full(len(waiting), window.last))
        return delayed_entry(
            np.concatenate([days, waited]),
            np.concatenate(
                [np.minimum(_before(start, window), days), np.minimum(_before(waiting, window), waited)]
            ),
            np.repeat([True, False], [len(days), len(waited)]),
        )
    return right_truncated(days, working_days(start, np.full(len(start), window.last)))


def _before(start: Ints, window: Window) -> Ints:
    """Working days from each start to the first day of the window; 0 for what began in it."""
    edge = np.full(len(start), window.first)
    return np.where(start < edge, working_days(np.minimum(start, edge), edge), 0)


def _enquiries(records: Records, window: Window, counts: dict[str, int], sums: list[Sum]) -> Spread:
    """Section 47 enquiries and conferences of the window; gives the times from one to the other."""
    nothing = completed(np.zeros(0, dtype=np.int64))
    if "enquiries" not in records.has:
        return nothing
    made = records.enquiries
    double = _again(made.child, made.start, made.conference)
    begun, held = known(made.start) & ~double, known(made.conference) & ~double
    counts["enquiry_missing_start"] = int((~known(made.start)).sum())
    inside = begun & (made.start >= window.first) & (made.start <= window.last)
    counts["section47_enquiries"] = int(inside.sum())
    if "conferences" not in records.has:
        return nothing
    old = begun & (made.start <= window.last) & (made.conference == NONE) & (made.not_required != YES)
    waiting = working_days(made.start[old], np.full(int(old.sum()), window.last)) > 15
    counts["enquiry_waiting"] = int(waiting.sum())
    counts["conference_before"] = int((begun & held & (made.conference < made.start)).sum())
    weekday = (made.conference[held] + 3) % 7  # 1 January 1970 was a Thursday
    counts["conference_weekend"] = int((weekday >= 5).sum())
    counts["conference_future"] = int((held & (made.conference > window.last)).sum())
    now = held & (made.conference >= window.first) & (made.conference <= window.last)
    timed = now & begun & (made.conference >= made.start)
    extra = records.referrals.conference
    others = int(((extra >= window.first) & (extra <= window.last)).sum())
    days = working_days(made.start[timed], made.conference[timed])
    tops = np.array([top for _, top in CONFERENCE_BANDS])
    number = np.bincount(np.searchsorted(tops, days), minlength=len(tops))
    names = tuple(name for name, _ in CONFERENCE_BANDS)
    counts |= {name: int(count) for name, count in zip(names, number, strict=True)}
    counts["icpcs"] = int(now.sum()) + others
    counts["icpcs_without_time"] = counts["icpcs"] - len(days)
    counts["icpcs_within_15"] = int(number[:2].sum())
    counts["icpcs_over_15"] = int(number[2:].sum())
    sums += [
        Sum("icpcs", ("icpcs_within_15", "icpcs_over_15", "icpcs_without_time")),
        Sum("icpcs_within_15", names[:2]),
        Sum("icpcs_over_15", names[2:]),
    ]
    if window.whole_year or not len(days) or reaches_back(made.start[timed], made.conference[timed], 10):
        return completed(days)
    return right_truncated(days, working_days(made.start[timed], np.full(len(days), window.last)))


def _again(child: Ints, *columns: Ints) -> Bools:
    """Records that say what an earlier one of the same child says; of an unknown child nothing is known."""
    keys = np.stack([child, *columns], axis=1)
    result = np.ones(len(child), dtype=bool)
    if len(child):
        _, first = np.unique(keys, axis=0, return_index=True)
        result[first] = False
    return result & (child >= 0)
