"""The counts of a return: every figure made of it, once, with the relations that tie the counts together.

How many records a file holds is not counted: beside the figures it would give away how many were left out.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import counts_of
from simkit.data import BANDS
from simkit.framework.framework import ROUTES
from simkit.model.inputs.profile import MONTHS
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.dates import NONE, UNREADABLE, known, working_days
from simkit.returns.disclosure import Relation
from simkit.returns.durations import band_counts
from simkit.returns.enquiries import ConferenceTimes, count_enquiries
from simkit.returns.estimates import Estimates, ListedWork, disclosable_estimates, estimates_of
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Records, Referrals
from simkit.returns.repeats import duplicates, twins
from simkit.returns.rereferrals import A_YEAR, listed_rereferrals, rereferrals
from simkit.returns.tally import Tally
from simkit.returns.window import ListContents, Window, thin_beginning

_FIRST_WITHIN = 91  # days after a referral in which its first assessment begins


@dataclass(frozen=True, eq=False)
class Counts:
    """The exact counts of a return, in memory only.

    ``counts`` by name; ``relations``: what ties them to each other; ``never_shown``: names of counts that
    nothing shows. ``estimates``, of which the numbers rest on the counts in ``rests_on``, are made from
    ``listed`` and ``conferences``. ``rereferral_share`` (0 to 1) is an estimate, and ``rereferral_reach``
    the days back to which it follows referrals. ``grows``: whether what is counted becomes markedly more
    through the window.
    """

    counts: dict[str, int] = field(repr=False)
    relations: tuple[Relation, ...] = field(repr=False)
    never_shown: frozenset[str]
    estimates: Estimates
    listed: ListedWork = field(repr=False)
    conferences: ConferenceTimes = field(repr=False)
    open_cases: OpenCases
    rereferral_share: float | None = field(repr=False)
    rereferral_reach: int
    rests_on: tuple[str, ...]
    grows: bool

    def as_shown(self, withheld: AbstractSet[str]) -> Counts:
        """The same with estimates that follow from what is shown."""
        shown = {name: None if name in withheld else number for name, number in self.counts.items()}
        return replace(self, estimates=disclosable_estimates(self.listed, self.conferences, shown))


def included_assessments(records: Records, window: Window) -> tuple[Bools, Bools, Bools]:
    """Which assessments are counted, which of them ended in the window, and which were open at its end."""
    return _assessments(records, window, Tally())


def count_records(records: Records, window: Window) -> Counts:
    """Count the records within a window."""
    tally = Tally()
    tally.counts |= records.problem_counts
    records = replace(records, assessments=_with_answers_of_all_rows(records.assessments))
    included, ended, is_open = _assessments(records, window, tally)
    share, reach = _referrals(records, window, tally, included)
    conferences = count_enquiries(records, window, tally)
    work = records.assessments
    begun = included & (work.start >= window.first)
    _count_begun(int(begun.sum()), window, tally)
    days = working_days(work.start[ended], work.end[ended])
    listed = ListedWork(window, work.start[ended], days, work.start[is_open], int(begun.sum()))
    waited = working_days(work.start[is_open], np.full(int(is_open.sum()), window.last))
    open_cases = OpenCases(routes_of(work, is_open), waited)
    _count_open(open_cases, records.contents, tally)
    if window.whole_year:
        _count_from_before(int((work.start[is_open] < window.first).sum()), tally)
    counted = work.end[ended] if window.holds.has_every_completion else work.start[begun]
    return Counts(
        tally.counts,
        tuple(tally.relations),
        frozenset(tally.never_shown),
        estimates_of(listed, conferences),
        listed,
        conferences,
        open_cases,
        share,
        reach,
        tuple(name for name in ("assessments_completed", "assessments_begun") if name in tally.counts),
        window.holds is not ListContents.FINISHED and thin_beginning(counted, window),
    )


# Referrals


def _referrals(records: Records, window: Window, tally: Tally, included: Bools) -> tuple[float | None, int]:
    """Referrals of the window by month and outcome; gives the share within a year of an earlier one.

    An assessment counts for its referral where it is ``included``. Of a list without the referrals that were
    not assessed only the others are counted.
    """
    contents, counts, referrals = records.contents, tally.counts, records.referrals
    if not contents & {"referrals", "assessed referrals"}:
        return None, 0
    # where open assessments are left out, so are the referrals of the last weeks that were assessed
    linked = counts["open_assessments"] > 0 and bool(contents & {"children", "referral dates"})
    counts_as = _counts_as(referrals)
    duplicate = counts_as != np.arange(len(counts_as))
    group = records.assessments.group
    work = replace(records.assessments, group=np.append(counts_as, UNKNOWN)[group])
    records = replace(records, assessments=work)
    dated = known(referrals.date) & ~duplicate
    inside = dated & (referrals.date >= window.first) & (referrals.date <= window.last)
    assessed = inside & np.isin(np.arange(len(inside)), records.assessments.group[included])
    if linked and "referral dates" in contents:
        first = _first_of(records.assessments, included, inside)
        counts["assessments_further"] = int((included & ~first & _further(records, window)).sum())
    if "referrals" not in contents:
        if linked:
            counts["referrals_assessed"] = int(assessed.sum())
    else:
        counts["referral_duplicate"] = int(duplicate.sum())
        counts["referral_missing_date"] = int((~known(referrals.date) & ~duplicate).sum())
        counts["referral_future"] = int((dated & (referrals.date > window.last)).sum())
        counts["referrals"] = int(inside.sum())
        if window.whole_year:
            month = referrals.date[inside].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            of_year = counts_of((month - 3) % 12, 12)
            names = tuple(f"referrals_{name[:3]}" for name in MONTHS)
            counts |= {name: int(count) for name, count in zip(names, of_year, strict=True)}
            tally.split("referrals", names)
        not_closed = _by_outcome(referrals, inside, tally) if "nfa" in contents else inside
        whole = "referrals_not_nfa" if "nfa" in contents else "referrals"
        if linked:
            counts["referrals_assessed"] = int((assessed & not_closed).sum())
            tally.part_of("referrals_assessed", whole)
    parts = [name for name in ("referrals_assessed", "assessments_further") if name in counts]
    if parts:
        tally.within(parts, ("assessments_completed", "open_assessments"))
    if "earlier" in contents:
        return listed_rereferrals(referrals, inside, tally), A_YEAR
    if "referrals" not in contents:
        return None, 0
    return rereferrals(referrals.child[inside], referrals.date[inside], window)


def _counts_as(referrals: Referrals) -> Ints:
    """The row each referral counts as: if a child was referred twice on one day, one that wasn't closed."""
    rows = np.arange(len(referrals))
    order = np.lexsort((rows, referrals.nfa != NO, referrals.date, referrals.child))
    child, date = referrals.child[order], referrals.date[order]
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = (child[1:] >= 0) & (child[1:] == child[:-1]) & (date[1:] == date[:-1])
    first = np.maximum.accumulate(np.where(again, 0, rows))
    result = np.empty_like(rows)
    result[order] = order[first]
    return result


def _by_outcome(referrals: Referrals, inside: Bools, tally: Tally) -> Bools:
    """Counts referrals closed with no further action, not closed, and not known; gives those not closed."""
    parts: dict[str, Bools] = {}
    for name, answer in (("referrals_nfa", YES), ("referrals_not_nfa", NO)):
        parts[name] = inside & (referrals.nfa == answer)
        tally.counts[name] = int(parts[name].sum())
    tally.counts["referrals_nfa_unknown"] = int((inside & (referrals.nfa < NO)).sum())
    tally.split("referrals", (*parts, "referrals_nfa_unknown"))
    return parts["referrals_not_nfa"]


def _first_of(work: Assessments, included: Bools, inside: Bools) -> Bools:
    """The first included assessment of each referral that is inside the window."""
    rows = np.flatnonzero(included & (work.group >= 0))
    rows = rows[inside[work.group[rows]]]
    rows = rows[np.lexsort((work.start[rows], work.group[rows]))]
    _, at = np.unique(work.group[rows], return_index=True)
    result = np.zeros(len(work), dtype=bool)
    result[rows[at]] = True
    return result


def _further(records: Records, window: Window) -> Bools:
    """Assessments begun in the window that aren't the first of their referral.

    Another of the same referral began before; or the referral came before the window and more than three
    months before, when its first assessment is over: a return doesn't hold all that came before it.
    """
    work = records.assessments
    linked = (work.group >= 0) & known(work.start)
    first = np.full(len(records.referrals), np.iinfo(np.int64).max)
    np.minimum.at(first, work.group[linked], work.start[linked])
    referred = np.full(len(work), NONE, dtype=np.int64)
    referred[linked] = records.referrals.date[work.group[linked]]
    late = known(referred) & (referred < window.first) & (work.start - referred > _FIRST_WITHIN)
    later = np.zeros(len(work), dtype=bool)
    later[linked] = work.start[linked] > first[work.group[linked]]
    is_begun: Bools = work.start >= window.first
    return np.logical_and(later | late, is_begun)


# Assessments


def _assessments(records: Records, window: Window, tally: Tally) -> tuple[Bools, Bools, Bools]:
    """Counts assessments by what became of them; gives those included, and of them the ended and the open."""
    work, counts = records.assessments, tally.counts
    rest = np.ones(len(work), dtype=bool)

    def exclude(name: str, rows: Bools) -> None:
        """Count assessments left out for a reason, each under its first reason."""
        nonlocal rest
        counts[name] = int((rest & rows).sum())
        rest = rest & ~rows

    started, finished = known(work.start), known(work.end)
    exclude("duplicate_assessment", duplicates(work.child, work.start, work.end))
    exclude("open_and_ended", twins(work.child, work.start, work.end))
    exclude("missing_start", ~started)
    exclude("unreadable_end", work.end == UNREADABLE)
    exclude("future_start", work.start > window.last)
    exclude("end_before_start", finished & (work.end < work.start))
    exclude("ended_before", finished & (work.end < window.first))
    over = finished & (work.end <= window.last)
    if "closures" in records.contents:
        exclude("closed_but_open", ~finished & (work.closed != NONE) & (work.closed <= window.last))
    if window.holds in (ListContents.BEGUN, ListContents.FINISHED):
        exclude("begun_before", work.start < window.first)
    ended, is_open = rest & over, rest & ~over
    counts["assessments_completed"], counts["open_assessments"] = int(ended.sum()), int(is_open.sum())
    counts["future_end"] = int((is_open & finished).sum())
    tally.part_of("future_end", "open_assessments")
    tally.within(("unreadable_end",), ("unreadable_date",))
    _order_of_events(records, rest, is_open, tally)

    bands = dict(zip(BANDS, band_counts(working_days(work.start[ended], work.end[ended])), strict=True))
    counts |= bands
    counts["within_45_days"] = sum(tuple(bands.values())[:6])
    counts["over_45_days"] = sum(tuple(bands.values())[6:])
    tally.split("assessments_completed", ("within_45_days", "over_45_days"))
    tally.split("within_45_days", BANDS[:6])
    tally.split("over_45_days", BANDS[6:])
    return rest, ended, is_open


def _with_answers_of_all_rows(work: Assessments) -> Assessments:
    """The same, but an assessment on several rows has what any of them says about it."""
    is_known = (work.child >= 0) & known(work.start)
    keys = np.stack([work.child[is_known], work.start[is_known]], axis=1)
    _, number = np.unique(keys, axis=0, return_inverse=True)
    number = number.ravel()

    def any_of(answers: Ints) -> Ints:
        most = np.full(len(number), UNKNOWN, dtype=np.int64)
        np.maximum.at(most, number, answers[is_known])
        result = answers.copy()
        result[is_known] = np.where(most[number] == YES, YES, answers[is_known])
        return result

    return replace(work, disabled=any_of(work.disabled), enquired=any_of(work.enquired))


def _order_of_events(records: Records, included: Bools, is_open: Bools, tally: Tally) -> None:
    """Count the contradictions between the dates of assessments, and with those of their episodes."""
    work, counts = records.assessments, tally.counts
    if "referral dates" in records.contents and known(work.referral).any():
        both = known(work.referral) & known(work.start)
        counts["start_before_referral"] = int((both & (work.start < work.referral)).sum())
        counts["likely_siblings"] = _siblings(work, included & both)
    if "children" in records.contents:
        same = np.where(work.group >= 0, work.group, np.where(work.child >= 0, -2 - work.child, UNKNOWN))
        counts["overlap"] = _overlaps(work, included & (same != UNKNOWN), same)
        counts["two_open"] = _two_open(same[is_open & (same != UNKNOWN)])
        tally.part_of("two_open", "open_assessments")
        tally.within(("two_open",), ("overlap", "overlap"))  # of so many open at once, all but one overlap
    for name in ("likely_siblings", "overlap"):
        if name in counts:
            tally.within((name,), ("assessments_completed", "open_assessments"))


def _overlaps(work: Assessments, rows: Bools, same: Ints) -> int:
    """Assessments begun on a day on which another of the same referral was running, its last day included."""
    order = np.lexsort((work.start[rows], same[rows]))
    group, start = same[rows][order], work.start[rows][order]
    end = np.where(known(work.end[rows][order]), work.end[rows][order], np.iinfo(np.int64).max)
    count, latest, current = 0, NONE, None
    for each, first, last in zip(group.tolist(), start.tolist(), end.tolist(), strict=True):
        if each != current:
            current, latest = each, NONE
        count += first <= latest
        latest = max(latest, last)
    return count


def _two_open(group: Ints) -> int:
    _, number = np.unique(group, return_counts=True)
    return int(number[number > 1].sum())


def _siblings(work: Assessments, rows: Bools) -> int:
    """Children referred by the same source, assessed from and to the same days, as another child."""
    same = np.stack([work.referral[rows], work.source[rows], work.start[rows], work.end[rows]], axis=1)
    _, group = np.unique(same, axis=0, return_inverse=True)
    child = work.child[rows]
    pairs = np.unique(np.stack([group.ravel(), child], axis=1), axis=0)
    number = counts_of(pairs[:, 0]) if len(pairs) else np.zeros(0, dtype=np.int64)
    return int(number[number > 1].sum())


def routes_of(work: Assessments, rows: Bools) -> Ints:
    """The route of some of the assessments, as a number of ``ROUTES``."""
    route = np.full(int(rows.sum()), ROUTES.index("section_17"), dtype=np.int64)
    route[work.disabled[rows] == YES] = ROUTES.index("disabled_children")
    route[work.enquired[rows] == YES] = ROUTES.index("section_47")
    return route


def _count_open(open_cases: OpenCases, contents: frozenset[str], tally: Tally) -> None:
    """Open assessments by age, and by route as far as the return tells the routes apart."""
    counts = tally.counts
    told = {"disabled_children": "disabled" in contents, "section_47": "enquiries" in contents}
    routes = tuple(route for route in OPEN_ROUTES if told.get(route, True))
    number = open_cases.counts()
    by_route_and_age = {f"open.{route}.{age}": number[route, age] for route in routes for age, _ in AGES}
    if "disabled" not in contents:
        for age, _ in AGES:
            by_route_and_age[f"open.section_17.{age}"] += number["disabled_children", age]
    counts |= by_route_and_age
    tally.split("open_assessments", tuple(by_route_and_age))
    over_45 = tuple(f"open.{route}.{age}" for route in routes for age, top in AGES if top > 45)
    up_to_45 = tuple(f"open.{route}.31_45" for route in routes)
    counts["open_over_45"] = sum(counts[name] for name in over_45)
    counts["open_at_45"] = int((open_cases.days_open == 45).sum())
    counts["open_45_and_over"] = counts["open_over_45"] + counts["open_at_45"]
    tally.never_shown.add("open_at_45")
    tally.split("open_over_45", over_45)
    tally.split("open_45_and_over", ("open_over_45", "open_at_45"))
    tally.within(("open_at_45",), up_to_45)
    tally.part_of("open_45_and_over", "open_assessments")


def _count_from_before(number: int, tally: Tally) -> None:
    """Assessments open since before the year: all of them are among those open for 91 days and more."""
    tally.counts["open_from_before"] = number
    tally.part_of("open_from_before", "open_assessments")
    oldest = tuple(name for name in tally.counts if name.startswith("open.") and name.endswith(".91_plus"))
    tally.counts["open_long"] = sum(tally.counts[name] for name in oldest)
    tally.never_shown.add("open_long")
    tally.split("open_long", oldest)
    tally.part_of("open_from_before", "open_long")


def _count_begun(begun: int, window: Window, tally: Tally) -> None:
    """Count the assessments begun in the window, and all of them, if the list holds open ones too."""
    counts = tally.counts
    if window.holds in (ListContents.COMPLETED, ListContents.FINISHED):
        return
    counts["assessments_begun"] = begun
    counts["assessments"] = counts["assessments_completed"] + counts["open_assessments"]
    tally.never_shown.add("assessments")
    tally.split("assessments", ("assessments_completed", "open_assessments"))
    tally.part_of("assessments_begun", "assessments")
