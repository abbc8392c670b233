"""The counts of a return: every figure made of it, once, with the sums that tie the counts together.

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
from simkit.returns.durations import (
    Distribution,
    band_counts,
    from_completed,
    from_delayed_entry,
    from_right_truncated,
)
from simkit.returns.records import YES, Assessments, Records
from simkit.returns.window import ListContents, Window, reaches_back

__all__ = ["CONFERENCE_BANDS", "FEW", "Counts", "count_records"]

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
class Counts:
    """The exact counts of a return, in memory only.

    ``counts`` by name; ``sums``: which counts add up to others; ``never_shown``: names of counts that nothing
    shows. ``durations`` of assessments and ``conference_days``, from the start of the enquiry, are
    distributions in working days; ``rereferral_share`` (0 to 1) is an estimate.
    """

    counts: dict[str, int] = field(repr=False)
    sums: tuple[Sum, ...] = field(repr=False)
    never_shown: frozenset[str]
    durations: Distribution
    conference_days: Distribution
    open_cases: OpenCases
    rereferral_share: float | None = field(repr=False)


def count_records(records: Records, window: Window) -> Counts:
    """Count the records within a window."""
    counts: dict[str, int] = dict(records.problem_counts)
    sums: list[Sum] = []
    never_shown: set[str] = set()
    rereferrals = _referrals(records, window, counts, sums)
    durations, open_cases = _assessments(records, window, counts, sums, never_shown)
    conference_days = _enquiries(records, window, counts, sums)
    return Counts(
        counts, tuple(sums), frozenset(never_shown), durations, conference_days, open_cases, rereferrals
    )


def _referrals(records: Records, window: Window, counts: dict[str, int], sums: list[Sum]) -> float | None:
    """Referrals of the window by month and outcome; gives the share within a year of an earlier one."""
    if "referrals" not in records.contents:
        return None
    referrals = records.referrals
    duplicate = _duplicates(referrals.child, referrals.date)
    dated = known(referrals.date) & ~duplicate
    inside = dated & (referrals.date >= window.first) & (referrals.date <= window.last)
    counts["referral_duplicate"] = int(duplicate.sum())
    counts["referral_missing_date"] = int((~known(referrals.date) & ~duplicate).sum())
    counts["referral_future"] = int((dated & (referrals.date > window.last)).sum())
    counts["referrals"] = int(inside.sum())
    month = referrals.date[inside].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if window.whole_year:
        of_year = np.bincount((month - 3) % 12, minlength=12)
        names = tuple(f"referrals_{name[:3]}" for name in MONTHS)
        counts |= {name: int(count) for name, count in zip(names, of_year, strict=True)}
        sums.append(Sum("referrals", names))
    nfa = inside & (referrals.nfa == YES)
    counts["referrals_nfa"] = int(nfa.sum())
    counts["referrals_not_nfa"] = counts["referrals"] - counts["referrals_nfa"]
    sums.append(Sum("referrals", ("referrals_nfa", "referrals_not_nfa")))
    return _rereferrals(referrals.child[inside], referrals.date[inside], window)


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
    records: Records, window: Window, counts: dict[str, int], sums: list[Sum], never_shown: set[str]
) -> tuple[Distribution, OpenCases]:
    work = records.assessments
    rest = np.ones(len(work), dtype=bool)

    def exclude(name: str, rows: Bools) -> None:
        """Count assessments left out for a reason, each under its first reason."""
        nonlocal rest
        counts[name] = int((rest & rows).sum())
        rest = rest & ~rows

    started, finished = known(work.start), known(work.end)
    exclude("duplicate_assessment", _duplicates(work.child, work.start, work.end))
    exclude("missing_start", ~started)
    exclude("unreadable_end", work.end == UNREADABLE)
    exclude("future_start", work.start > window.last)
    exclude("end_before_start", finished & (work.end < work.start))
    exclude("ended_before", finished & (work.end < window.first))
    ended = rest & finished & (work.end <= window.last)
    is_open = rest & ~ended
    counts["assessments_completed"] = int(ended.sum())
    counts["open_assessments"] = int(is_open.sum())
    counts["future_end"] = int((is_open & finished).sum())
    if window.whole_year:
        counts["open_from_before"] = int((is_open & (work.start < window.first)).sum())
    _order_of_events(records, rest, is_open, counts)

    days = working_days(work.start[ended], work.end[ended])
    waited = working_days(work.start[is_open], np.full(int(is_open.sum()), window.last))
    bands = dict(zip(BANDS, band_counts(days), strict=True))
    counts |= bands
    counts["within_45_days"] = sum(tuple(bands.values())[:6])
    counts["over_45_days"] = sum(tuple(bands.values())[6:])
    sums += [
        Sum("assessments_completed", ("within_45_days", "over_45_days")),
        Sum("within_45_days", BANDS[:6]),
        Sum("over_45_days", BANDS[6:]),
    ]
    open_cases = OpenCases(_routes(work, is_open), waited)
    _count_open(open_cases, counts, sums, never_shown)
    return _durations(work.start[ended], work.end[ended], window, work.start[is_open]), open_cases


def _order_of_events(records: Records, included: Bools, is_open: Bools, counts: dict[str, int]) -> None:
    """Count the contradictions between the dates of assessments and those of their episodes."""
    work = records.assessments
    if records.contents & {"referrals", "referral dates"} and known(work.referral).any():
        both = known(work.referral) & known(work.start)
        counts["start_before_referral"] = int((both & (work.start < work.referral)).sum())
        counts["likely_siblings"] = _siblings(work, included & both)
    if "closures" in records.contents:
        counts["closed_but_open"] = int((is_open & known(work.closed) & (work.end == NONE)).sum())
        _, number = np.unique(work.group[is_open], return_counts=True)
        counts["two_open"] = int(number[number > 1].sum())


def _siblings(work: Assessments, rows: Bools) -> int:
    """Children referred by the same source, assessed from and to the same days, as another child."""
    same = np.stack([work.referral[rows], work.source[rows], work.start[rows], work.end[rows]], axis=1)
    _, group = np.unique(same, axis=0, return_inverse=True)
    child = work.child[rows]
    pairs = np.unique(np.stack([group.ravel(), child], axis=1), axis=0)
    number = np.bincount(pairs[:, 0]) if len(pairs) else np.zeros(0, dtype=np.int64)
    return int(number[number > 1].sum())


def _routes(work: Assessments, is_open: Bools) -> Ints:
    route = np.full(int(is_open.sum()), ROUTES.index("section_17"), dtype=np.int64)
    route[work.disabled[is_open] == YES] = ROUTES.index("disabled_children")
    route[work.enquired[is_open] == YES] = ROUTES.index("section_47")
    return route


def _count_open(
    open_cases: OpenCases, counts: dict[str, int], sums: list[Sum], never_shown: set[str]
) -> None:
    by_route_and_age = {f"open.{route}.{age}": n for (route, age), n in open_cases.counts().items()}
    counts |= by_route_and_age
    sums.append(Sum("open_assessments", tuple(by_route_and_age)))
    over_45 = tuple(f"open.{route}.{age}" for route in OPEN_ROUTES for age, top in AGES if top > 45)
    counts["open_over_45"] = sum(by_route_and_age[name] for name in over_45)
    counts["open_at_45"] = int((open_cases.days_open == 45).sum())
    counts["open_45_and_over"] = counts["open_over_45"] + counts["open_at_45"]
    sums += [Sum("open_over_45", over_45), Sum("open_45_and_over", ("open_over_45", "open_at_45"))]
    never_shown.add("open_at_45")


def _durations(start: Ints, end: Ints, window: Window, waiting: Ints) -> Distribution:
    """How long assessments take, by what the return holds: see ``durations``.

    ``start`` and ``end`` of what ended in the window; ``waiting``: the start of what was open at its end.
    """
    days = working_days(start, end)
    if not len(days) or window.holds is ListContents.COMPLETED:
        return from_completed(days)
    if window.holds is ListContents.OPEN:
        waited = working_days(waiting, np.full(len(waiting), window.last))
        return from_delayed_entry(
            np.concatenate([days, waited]),
            np.concatenate(
                [np.minimum(_before(start, window), days), np.minimum(_before(waiting, window), waited)]
            ),
            np.repeat([True, False], [len(days), len(waited)]),
        )
    return from_right_truncated(days, working_days(start, np.full(len(start), window.last)))


def _before(start: Ints, window: Window) -> Ints:
    """Working days from each start to the first day of the window; 0 for what began in it."""
    edge = np.full(len(start), window.first)
    return np.where(start < edge, working_days(np.minimum(start, edge), edge), 0)


def _enquiries(records: Records, window: Window, counts: dict[str, int], sums: list[Sum]) -> Distribution:
    """Section 47 enquiries and conferences of the window; gives the times from one to the other."""
    no_days = from_completed(np.zeros(0, dtype=np.int64))
    if "enquiries" not in records.contents:
        return no_days
    enquiries = records.enquiries
    duplicate = _duplicates(enquiries.child, enquiries.start, enquiries.conference)
    started, has_conference = known(enquiries.start) & ~duplicate, known(enquiries.conference) & ~duplicate
    counts["enquiry_missing_start"] = int((~known(enquiries.start)).sum())
    inside = started & (enquiries.start >= window.first) & (enquiries.start <= window.last)
    counts["section47_enquiries"] = int(inside.sum())
    if "conferences" not in records.contents:
        return no_days
    no_conference = (
        started
        & (enquiries.start <= window.last)
        & (enquiries.conference == NONE)
        & (enquiries.not_required != YES)
    )
    waiting = (
        working_days(enquiries.start[no_conference], np.full(int(no_conference.sum()), window.last)) > 15
    )
    counts["enquiry_waiting"] = int(waiting.sum())
    counts["conference_before"] = int(
        (started & has_conference & (enquiries.conference < enquiries.start)).sum()
    )
    weekday = (enquiries.conference[has_conference] + 3) % 7  # 1 January 1970 was a Thursday
    counts["conference_weekend"] = int((weekday >= 5).sum())
    counts["conference_future"] = int((has_conference & (enquiries.conference > window.last)).sum())
    in_window = (
        has_conference & (enquiries.conference >= window.first) & (enquiries.conference <= window.last)
    )
    with_time = in_window & started & (enquiries.conference >= enquiries.start)
    extra = records.referrals.conference
    others = int(((extra >= window.first) & (extra <= window.last)).sum())
    days = working_days(enquiries.start[with_time], enquiries.conference[with_time])
    tops = np.array([top for _, top in CONFERENCE_BANDS])
    number = np.bincount(np.searchsorted(tops, days), minlength=len(tops))
    names = tuple(name for name, _ in CONFERENCE_BANDS)
    counts |= {name: int(count) for name, count in zip(names, number, strict=True)}
    counts["icpcs"] = int(in_window.sum()) + others
    counts["icpcs_without_time"] = counts["icpcs"] - len(days)
    counts["icpcs_within_15"] = int(number[:2].sum())
    counts["icpcs_over_15"] = int(number[2:].sum())
    sums += [
        Sum("icpcs", ("icpcs_within_15", "icpcs_over_15", "icpcs_without_time")),
        Sum("icpcs_within_15", names[:2]),
        Sum("icpcs_over_15", names[2:]),
    ]
    if (
        window.whole_year
        or not len(days)
        or reaches_back(enquiries.start[with_time], enquiries.conference[with_time], 10)
    ):
        return from_completed(days)
    return from_right_truncated(
        days, working_days(enquiries.start[with_time], np.full(len(days), window.last))
    )


def _duplicates(child: Ints, *columns: Ints) -> Bools:
    """Whether each record repeats an earlier one of the same child; False where the child is unknown."""
    keys = np.stack([child, *columns], axis=1)
    result = np.ones(len(child), dtype=bool)
    if len(child):
        _, first = np.unique(keys, axis=0, return_index=True)
        result[first] = False
    return result & (child >= 0)
