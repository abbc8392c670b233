"""All years of a Standard Safeguarding Dataset, and the census of one year taken from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simkit.common.arrays import Ints
from simkit.returns.casework.records import CaseworkRecords
from simkit.returns.dates import NONE, known, year_window
from simkit.returns.readers.answers import UnknownAnswers
from simkit.returns.readers.columns import ColumnMatch
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals
from simkit.returns.window import Window, edge


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """What was read of all years: the records that a census has, and the casework that it hasn't.

    ``enquiry_group``: each enquiry's referral; ``enquiry_end``: its last day. ``missing``: a sentence for
    each table or column that isn't there, with what can't be measured without it.
    """

    records: Records
    enquiry_group: Ints
    enquiry_end: Ints
    casework: CaseworkRecords
    matches: tuple[ColumnMatch, ...]
    unknown_answers: tuple[UnknownAnswers, ...]
    missing: tuple[str, ...]

    @property
    def last(self) -> int:
        """The last day on which anything is recorded."""
        return self.casework.last

    def __repr__(self) -> str:
        return f"<Dataset: {self.records}, {self.casework}>"

    def in_census(self, window: Window) -> tuple[Records, Ints]:
        """The records that belong in the census of a year, and the rows of its assessments.

        A census holds every case open on any day of its year, and nothing of what came after it.
        """
        whole, last = self.records, window.last
        referrals, work, enquiries = whole.referrals, whole.assessments, whole.enquiries
        open_in_year = ~known(referrals.closed) | (referrals.closed >= window.first)
        kept = open_in_year & (~known(referrals.date) | (referrals.date <= last))
        number = np.full(len(kept) + 1, UNKNOWN, dtype=np.int64)  # the last is for an unknown referral
        number[:-1][kept] = np.arange(int(kept.sum()))

        def until(days: Ints) -> Ints:
            return np.where(known(days) & (days > last), NONE, days)

        def belongs(group: Ints, start: Ints, end: Ints) -> Ints:
            alone = (group < 0) & (~known(end) | (end >= window.first))
            return np.flatnonzero(((number[group] >= 0) | alone) & ~(known(start) & (start > last)))

        rows = belongs(work.group, work.start, work.end)
        asked = belongs(self.enquiry_group, enquiries.start, self.enquiry_end)
        enquired = np.zeros(len(kept) + 1, dtype=bool)
        enquired[self.enquiry_group[asked]] = True
        enquired[-1] = False
        assessed = np.zeros(len(kept) + 1, dtype=bool)
        assessed[work.group[rows]] = True
        conference = until(referrals.conference)
        worked_on = enquired[:-1] | assessed[:-1] | (conference != NONE)
        has_enquiries = "enquiries" in whole.contents
        undecided = known(self.enquiry_end[asked]) & (self.enquiry_end[asked] > last)
        if "earlier" in whole.contents and not self._reaches_back(window):
            whole = replace(whole, contents=whole.contents - {"earlier"})
        census = replace(
            whole,
            referrals=Referrals(
                referrals.child[kept],
                referrals.date[kept],
                until(referrals.closed[kept]),
                referrals.nfa[kept],
                conference[kept],
                referrals.earlier[kept],
            ),
            assessments=Assessments(
                child=work.child[rows],
                group=number[work.group[rows]],
                referral=work.referral[rows],
                source=work.source[rows],
                start=work.start[rows],
                end=until(work.end[rows]),
                disabled=work.disabled[rows],
                enquired=np.where(enquired[work.group[rows]], YES, NO if has_enquiries else UNKNOWN),
                closed=until(work.closed[rows]),
            ),
            enquiries=Enquiries(
                enquiries.child[asked],
                enquiries.start[asked],
                until(enquiries.conference[asked]),
                np.where(undecided, NO, enquiries.not_required[asked]),
            ),
            problem_counts={
                **whole.problem_counts,
                "closed_but_worked_on": int((kept & (referrals.nfa == YES) & worked_on).sum()),
            },
        )
        return census, rows

    def _reaches_back(self, window: Window) -> bool:
        """Whether referrals of the whole year before the window are there, to see who was referred in it."""
        dates = self.records.referrals.date
        return edge(dates[known(dates)], last=False) <= year_window(window.year - 1)[0] + 31
