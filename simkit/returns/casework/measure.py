"""Measures what the census can't: waits from contact to child seen, visits, hand-overs, workers, teams.

Each small count joins the counts of the return, with the relations that tie it to them, so that one procedure
(``disclosure``) decides what may be shown. A figure is dropped where a count that it rests on may not be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.framework.framework import ROUTES
from simkit.model.inputs.calendar import holidays
from simkit.returns.casework.diary import Diary
from simkit.returns.casework.groups import EndedWork, Group, by_route, by_team
from simkit.returns.casework.measured import (
    NOT_HELD,
    WITHHELD,
    Measured,
    mean_measured,
    median_measured,
    share_measured,
)
from simkit.returns.casework.month_ends import month_ends, worker_figures
from simkit.returns.casework.open_list import OpenList, open_list
from simkit.returns.casework.records import CaseworkRecords
from simkit.returns.casework.response import OwnEffect, own_response
from simkit.returns.counts import Counts, included_assessments, routes_of
from simkit.returns.dates import date_of, known, working_days
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.records import YES, Records
from simkit.returns.tally import Tally
from simkit.returns.window import Window

CONTACT_WITHIN = 30  # days before a referral in which a contact is taken to have led to it
_ENDED = "assessments completed in the year that were the first of their referral"

_TITLES: Mapping[str, tuple[str, str]] = {
    "contact_to_referral_days": ("Contact to referral, median", "contacts"),
    "contact_referred_share": ("Contacts followed by a referral within 30 days", "contacts"),
    "weekend_share": ("Referrals on days when offices are closed", ""),
    "referral_to_allocation_days": ("Referral to allocation, median", "allocations"),
    "referral_to_visit_days": ("Referral to the first visit, median", "visits"),
    "referral_to_seen_days": ("Referral to the child seen, median", "seen"),
    "referral_to_seen_alone_days": ("Referral to the child seen alone, median", "alone"),
    "seen_share": ("Assessments with the child seen before they ended", "seen"),
    "seen_alone_share": ("Assessments with the child seen alone before they ended", "alone"),
    "visits_mean": ("Visits in an assessment, mean", "visits"),
    "further_visit_share": ("Assessments with a second visit", "visits"),
    "handover_share": ("Assessments that changed hands", "allocations"),
    "handovers_mean": ("Hand-overs in an assessment, mean", "allocations"),
    "disabled_share": ("Assessments outside section 47 of disabled children", "disabled"),
}
"""Title of each figure, and what the dataset must hold for it."""


@dataclass(frozen=True, eq=False)
class CaseworkFigures:
    """What was measured of casework: figures, completed assessments by route and by team, the open list,
    and how timeliness answered to referrals and staff.

    ``year_end``: the month in whose end the year ends, as ``open_list`` names months.
    """

    figures: tuple[Measured, ...]
    routes: tuple[Group, ...]
    teams: tuple[Group, ...]
    open_list: OpenList | None
    response: tuple[OwnEffect, ...]
    year_end: str

    def shown(self, withheld: frozenset[str]) -> CaseworkFigures:
        """The same without the figures that rest on counts that may not be shown."""
        return replace(
            self,
            figures=tuple(
                each.without_value(WITHHELD) if withheld.intersection(each.rests_on) else each
                for each in self.figures
            ),
            routes=tuple(each.shown(withheld) for each in self.routes),
            teams=tuple(each.shown(withheld) for each in self.teams),
            open_list=None
            if self.open_list is None
            else self.open_list.without_month(self.year_end, withheld),
        )


def measure_casework(
    dataset: Dataset, census: Records, rows: Ints, window: Window, counts: Counts
) -> tuple[Counts, CaseworkFigures]:
    """Measure the casework of a year; ``rows``: which assessments of the dataset those of ``census`` are.

    Gives the counts of the return with those of casework added, and the figures, nothing withheld yet.
    """
    tally = Tally()
    tally.counts |= counts.counts
    measurer = _Measurer(dataset, census, rows, window, tally)
    figures = CaseworkFigures(
        tuple(measurer.figures()),
        by_route(measurer.ended_work, tally),
        by_team(measurer.ended_work, tally),
        open_list(dataset),
        own_response(dataset),
        f"{date_of(window.last):%B %Y}",
    )
    _same_counts(tally)
    added = replace(
        counts,
        counts=tally.counts,
        relations=(*counts.relations, *tally.relations),
        never_shown=counts.never_shown | tally.never_shown,
    )
    return added, figures


def _same_counts(tally: Tally) -> None:
    """Tell the tally which counts by route add up to those outside section 47 and of disabled children."""
    for whole, routes in (
        ("completed_disabled", ("disabled_children",)),
        ("completed_outside_47", ("disabled_children", "section_17")),
    ):
        parts = [name for route in routes if (name := f"route.{route}") in tally.counts]
        if whole in tally.counts and parts:
            tally.split(whole, parts)


class _Measurer:
    """One year's casework: masks and diaries that several figures share."""

    def __init__(self, dataset: Dataset, census: Records, rows: Ints, window: Window, tally: Tally) -> None:
        self.casework, self.census, self.window, self.tally = dataset.casework, census, window, tally
        self.work = census.assessments
        _, self.ended, _ = included_assessments(census, window)
        referral = dataset.records.assessments.group[rows]  # numbers of the dataset, as allocations have them
        first = _first_of_referral(referral, self.work.start)
        self.first = self.ended & first & known(self.work.referral)
        self.first &= self.work.referral <= self.work.start
        self.referral = referral
        at = rows[self.ended]
        self.ended_work = EndedWork(
            working_days(self.work.start[self.ended], self.work.end[self.ended]),
            routes_of(self.work, self.ended),
            self.casework.team[at],
            self.casework.assessor[at],
            self.casework.teams,
            bool({"disabled", "enquiries"} & census.contents),
            "teams" in self.casework.holds,
        )
        self.dataset = dataset

    def figures(self) -> Iterator[Measured]:
        """Every figure, in the order of ``_TITLES``; those that the dataset can't give say so."""
        has = self.casework.holds | (self.census.contents & {"disabled"})
        self._count("first_completed", self.first.sum(), "assessments_completed")
        measured = {
            each.name: each
            for make, needs in (
                (self._contacts, "contacts"),
                (self._weekends, ""),
                (self._allocation, "allocations"),
                (self._visits, "visits"),
                (self._handovers, "allocations"),
                (self._disabled, "disabled"),
            )
            if not needs or needs in has
            for each in make()
        }
        for name, (title, needs) in _TITLES.items():
            if name in measured and (not needs or needs in has):
                yield measured[name]
            else:
                yield Measured(name, title, "", None, None, None, None, "", None, (), NOT_HELD)
        ends = month_ends(self.dataset, self.window) if "allocations" in has else None
        yield from worker_figures(ends, self.casework, self.tally)

    def _count(self, name: str, number: int, whole: str) -> str:
        """Add a count that is a part of another."""
        self.tally.counts[name] = int(number)
        self.tally.part_of(name, whole)
        return name

    def _median(self, name: str, from_: Ints, to: Ints, rests_on: tuple[str, ...], of: str) -> Measured:
        found = known(to)
        days = working_days(from_[found], np.maximum(to[found], from_[found]))
        return median_measured(name, _TITLES[name][0], days, len(to), of, rests_on)

    def _share(self, name: str, part: str, whole: str, of: str) -> Measured:
        counts = self.tally.counts
        return share_measured(name, _TITLES[name][0], counts[part], counts[whole], of, (part, whole))

    def _contacts(self) -> Iterator[Measured]:
        contacts, referrals, window = self.casework.contacts, self.census.referrals, self.window
        inside = known(referrals.date) & (referrals.date >= window.first) & (referrals.date <= window.last)
        inside &= once(referrals.child, referrals.date)
        child, date = referrals.child[inside], referrals.date[inside]
        day = Diary(contacts.child, contacts.date).last_up_to(child, date, date - CONTACT_WITHIN)
        part = self._count("referrals_with_contact", known(day).sum(), "referrals")
        rests_on = (part, "referrals")
        found = known(day)
        days = working_days(day[found], date[found])
        title = _TITLES["contact_to_referral_days"][0]
        yield median_measured(
            "contact_to_referral_days", title, days, len(day), "referrals of the year", rests_on
        )
        in_year = known(contacts.date) & (contacts.date >= window.first)
        in_year &= contacts.date <= window.last - CONTACT_WITHIN  # with time for a referral to follow
        in_year &= once(contacts.child, contacts.date)
        child, date = contacts.child[in_year], contacts.date[in_year]
        whole = self.dataset.records.referrals
        after = Diary(whole.child, whole.date).first_from(child, date, date + CONTACT_WITHIN)
        self.tally.counts["contacts"] = len(child)
        self._count("contacts_referred", known(after).sum(), "contacts")
        yield self._share("contact_referred_share", "contacts_referred", "contacts", "contacts of the year")

    def _weekends(self) -> Iterator[Measured]:
        referrals, window = self.census.referrals, self.window
        inside = known(referrals.date) & (referrals.date >= window.first) & (referrals.date <= window.last)
        inside &= once(referrals.child, referrals.date)
        days = referrals.date[inside].astype("datetime64[D]")
        self._count("referrals_closed_days", (~np.is_busday(days, holidays=holidays())).sum(), "referrals")
        yield self._share("weekend_share", "referrals_closed_days", "referrals", "referrals of the year")

    def _allocation(self) -> Iterator[Measured]:
        work, first, rows = self.work, self.first, self.casework.allocations
        joined = Diary(rows.group, rows.start)
        group, end = self.referral[first], work.end[first]
        early = np.full(len(end), 0, dtype=np.int64)
        day = joined.first_from(group, early, end)
        part = self._count("first_allocated", known(day).sum(), "first_completed")
        yield self._median(
            "referral_to_allocation_days", work.referral[first], day, (part, "first_completed"), _ENDED
        )

    def _visits(self) -> Iterator[Measured]:
        work, first, visits = self.work, self.first, self.casework.visits
        child, since, end = work.child[first], work.referral[first], work.end[first]
        seen = (visits.seen == YES) | (visits.alone == YES)
        parts = (
            ("referral_to_visit_days", "first_visited", "first_completed", np.ones(len(seen), dtype=bool)),
            ("referral_to_seen_days", "first_seen", "first_visited", seen),
            ("referral_to_seen_alone_days", "first_seen_alone", "first_seen", visits.alone == YES),
        )
        for name, count, whole, kind in parts:
            day = Diary(visits.child[kind], visits.date[kind]).first_from(child, since, end)
            part = self._count(count, known(day).sum(), whole)
            yield self._median(name, since, day, (part, "first_completed"), _ENDED)
        yield self._share("seen_share", "first_seen", "first_completed", _ENDED)
        yield self._share("seen_alone_share", "first_seen_alone", "first_completed", _ENDED)
        every = Diary(visits.child, visits.date)
        number = every.number_between(child, since, end)
        # the mean gives away the number of all visits, so the second and later ones have to be fit to show
        self.tally.counts["visits_later"] = int(np.maximum(number - 2, 0).sum())
        rests_on = ("first_visited", "first_visited_again", "visits_later", "first_completed")
        yield mean_measured(
            "visits_mean", _TITLES["visits_mean"][0], "visits", number, len(number), _ENDED, rests_on
        )
        self._count("first_visited_again", (number > 1).sum(), "first_visited")
        yield self._share("further_visit_share", "first_visited_again", "first_completed", _ENDED)

    def _handovers(self) -> Iterator[Measured]:
        work, first = self.work, self.first
        group, day = changes_of_worker(self.casework)
        number = Diary(group, day).number_between(
            self.referral[first], work.start[first] + 1, work.end[first]
        )
        allocated = Diary(self.casework.allocations.group, self.casework.allocations.start)
        has_one = known(
            allocated.first_from(self.referral[first], np.zeros(len(number), dtype=np.int64), work.end[first])
        )
        self._count("first_handed_over", ((number > 0) & has_one).sum(), "first_allocated")
        yield self._share("handover_share", "first_handed_over", "first_allocated", f"{_ENDED}, allocated")
        self.tally.counts["handovers_later"] = int(np.maximum(number[has_one] - 1, 0).sum())
        yield mean_measured(
            "handovers_mean",
            _TITLES["handovers_mean"][0],
            "hand-overs",
            number[has_one],
            len(number),
            _ENDED,
            ("first_handed_over", "handovers_later", "first_allocated", "first_completed"),
        )

    def _disabled(self) -> Iterator[Measured]:
        route = self.ended_work.route
        disabled = int((route == ROUTES.index("disabled_children")).sum())
        outside = disabled + int((route == ROUTES.index("section_17")).sum())
        self._count("completed_outside_47", outside, "assessments_completed")
        self._count("completed_disabled", disabled, "completed_outside_47")
        of = "assessments completed in the year without an enquiry"
        yield self._share("disabled_share", "completed_disabled", "completed_outside_47", of)


def once(child: Ints, day: Ints) -> Bools:
    """Whether each row is the first of its child and day, as referrals are counted; unknown ones count."""
    keys = np.stack([child, day], axis=1)
    result = child < 0
    if len(child):
        _, first = np.unique(keys, axis=0, return_index=True)
        result[first] = True
    return np.asarray(result, dtype=bool)


def _first_of_referral(group: Ints, start: Ints) -> Bools:
    """Whether each assessment is the first of its referral."""
    rows = np.flatnonzero((group >= 0) & known(start))
    rows = rows[np.lexsort((start[rows], group[rows]))]
    _, at = np.unique(group[rows], return_index=True)
    result = np.zeros(len(group), dtype=bool)
    result[rows[at]] = True
    return result


def changes_of_worker(casework: CaseworkRecords) -> tuple[Ints, Ints]:
    """The referral and day of each change of the allocated worker."""
    each = casework.allocations
    rows = np.flatnonzero((each.group >= 0) & (each.worker >= 0) & known(each.start))
    rows = rows[np.lexsort((each.worker[rows], each.start[rows], each.group[rows]))]
    group, worker, start = each.group[rows], each.worker[rows], each.start[rows]
    changed = np.zeros(len(rows), dtype=bool)
    changed[1:] = (group[1:] == group[:-1]) & (worker[1:] != worker[:-1]) & (start[1:] > start[:-1])
    return group[changed], start[changed]
