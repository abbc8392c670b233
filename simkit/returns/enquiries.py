"""Section 47 enquiries and the conferences that follow them: their counts, and the times between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.whole_numbers import counts_of
from simkit.returns.dates import NONE, known, working_days
from simkit.returns.durations import Distribution, from_completed, from_right_truncated
from simkit.returns.records import YES, Records
from simkit.returns.repeats import duplicates, twins
from simkit.returns.tally import Tally
from simkit.returns.window import Window, reaches_back

CONFERENCE_BANDS: tuple[tuple[str, int], ...] = (
    ("icpc_days_0_10", 10),
    ("icpc_days_11_15", 15),
    ("icpc_days_16_20", 20),
    ("icpc_days_21_plus", 10**9),
)
"""The published bands from the start of the section 47 enquiry to the conference, in working days."""


@dataclass(frozen=True, eq=False, repr=False)
class ConferenceTimes:
    """Conferences of a window, in memory only: working ``days`` since the start of the enquiry of each.

    ``room``: from each start to the window's end. ``has_all``: whether the list also holds conferences of
    enquiries that began long before the window.
    """

    days: Ints
    room: Ints
    has_all: bool

    def distribution(self) -> Distribution:
        """The distribution of these times, corrected for what the list leaves out."""
        return from_completed(self.days) if self.has_all else from_right_truncated(self.days, self.room)


def count_enquiries(records: Records, window: Window, tally: Tally) -> ConferenceTimes:
    """Section 47 enquiries and conferences of the window; gives the times from one to the other."""
    no_days = ConferenceTimes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), has_all=True)
    contents, counts = records.contents, tally.counts
    if "enquiries" not in contents:
        return no_days
    enquiries = records.enquiries
    duplicate = duplicates(enquiries.child, enquiries.start, enquiries.conference)
    duplicate |= twins(enquiries.child, enquiries.start, enquiries.conference)
    started, has_conference = known(enquiries.start) & ~duplicate, known(enquiries.conference) & ~duplicate
    counts["enquiry_missing_start"] = int((~known(enquiries.start)).sum())
    inside = started & (enquiries.start >= window.first) & (enquiries.start <= window.last)
    counts["section47_enquiries"] = int(inside.sum())
    if "conferences" not in contents:
        return no_days
    if "not required" in contents:
        no_conference = (
            started
            & (enquiries.start <= window.last)
            & (enquiries.conference == NONE)
            & (enquiries.not_required != YES)
        )
        waited = working_days(enquiries.start[no_conference], np.full(int(no_conference.sum()), window.last))
        counts["enquiry_waiting"] = int((waited > 15).sum())
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
    others = _other_conferences(records, window)
    days = working_days(enquiries.start[with_time], enquiries.conference[with_time])
    tops = np.array([top for _, top in CONFERENCE_BANDS])
    number = counts_of(np.searchsorted(tops, days), len(tops))
    names = tuple(name for name, _ in CONFERENCE_BANDS)
    counts |= {name: int(count) for name, count in zip(names, number, strict=True)}
    counts["icpcs"] = int(in_window.sum()) + others
    counts["icpcs_without_time"] = counts["icpcs"] - len(days)
    counts["icpcs_within_15"] = int(number[:2].sum())
    counts["icpcs_over_15"] = int(number[2:].sum())
    tally.split("icpcs", ("icpcs_within_15", "icpcs_over_15", "icpcs_without_time"))
    tally.split("icpcs_within_15", names[:2])
    tally.split("icpcs_over_15", names[2:])
    start, conference = enquiries.start[with_time], enquiries.conference[with_time]
    return ConferenceTimes(
        days,
        working_days(start, np.full(len(days), window.last)),
        window.whole_year or not len(days) or reaches_back(start, conference, 10),
    )


def _other_conferences(records: Records, window: Window) -> int:
    """Conferences in the window that are listed with a referral, and not also with an enquiry."""
    referrals, enquiries = records.referrals, records.enquiries
    inside = (referrals.conference >= window.first) & (referrals.conference <= window.last)
    child = np.concatenate([enquiries.child, referrals.child[inside]])
    again = duplicates(child, np.concatenate([enquiries.conference, referrals.conference[inside]]))
    return int((~again[len(enquiries) :]).sum())
