"""Workers and the cases allocated to them at the twelve month ends of a year. No figure is of one worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import counts_of
from simkit.returns.casework.measured import NOT_HELD, TOO_FEW, WITHHELD, Measured, month_ends_measured
from simkit.returns.casework.records import CaseworkRecords
from simkit.returns.dates import known, over_by
from simkit.returns.disclosure import SMALL
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.records import YES
from simkit.returns.tally import Tally
from simkit.returns.window import Window

_OF = "month ends"
_PART_TIME = 0.95  # of a full-time post, below which one is part-time
FIGURES = {
    "people_assessing": ("People doing assessments", "people"),
    "fte_assessing": ("Their full-time equivalents", "full-time equivalents"),
    "fte_in_assessment": (
        "Full-time equivalents by the share of their cases in assessment",
        "full-time equivalents",
    ),
    "agency_share": ("Of their full-time equivalents, from agencies", "share"),
    "part_time_share": ("Of these people, part-time", "share"),
    "part_time_fte": ("Full-time equivalent of a part-time post, mean", "full-time equivalents"),
    "cases_per_fte": ("Cases allocated for each full-time equivalent", "cases"),
    "other_cases_per_fte": ("Of these, cases not in assessment", "cases"),
    "unallocated_share": ("Open assessments without an allocated worker", "share"),
}
"""Title and unit of each figure of workers."""


@dataclass(frozen=True, eq=False, repr=False)
class MonthEnds:
    """What was so at each month end, a column each; in memory only.

    ``people`` who have a case in assessment; ``unknown_fte`` of them without a full-time equivalent. Of those
    with one: ``fte``, ``agency`` people and ``agency_fte``, ``part_time`` people and ``part_time_fte``,
    ``cases`` allocated to them and ``assessing`` of these in assessment, ``shared_fte`` by the share of
    these. ``open``: open assessments, ``unallocated`` of them without a worker.
    """

    people: Ints
    unknown_fte: Ints
    fte: Floats
    agency: Ints
    agency_fte: Floats
    part_time: Ints
    part_time_fte: Floats
    cases: Ints
    assessing: Ints
    shared_fte: Floats
    open: Ints
    unallocated: Ints


def month_ends(dataset: Dataset, window: Window) -> MonthEnds:
    """Count workers and cases at the month ends of a window."""
    first = np.datetime64(window.first, "D").astype("datetime64[M]")
    days = [
        int((first + np.timedelta64(n + 1, "M")).astype("datetime64[D]").astype(np.int64) - 1)
        for n in range(12)
    ]
    rows = [_at(dataset, day) for day in days]
    columns = zip(*rows, strict=True)
    return MonthEnds(*(np.array(column) for column in columns))


def _at(dataset: Dataset, day: int) -> tuple[float, ...]:
    """The columns of ``MonthEnds`` on one day."""
    whole, casework = dataset.records, dataset.casework
    is_open = _open_on(whole.assessments.start, whole.assessments.end, day)
    is_open &= ~over_by(whole.assessments.closed, day)
    in_assessment = np.zeros(len(whole.referrals) + 1, dtype=bool)
    in_assessment[whole.assessments.group[is_open]] = True
    in_assessment[-1] = False
    each = casework.allocations
    held = _open_on(each.start, each.end, day) & (each.worker >= 0) & (each.group >= 0)
    closed = np.append(whole.referrals.closed, day + 1)[each.group]
    held &= ~over_by(closed, day)
    pairs = np.unique(np.stack([each.worker[held], each.group[held]], axis=1), axis=0)
    worker, group = pairs[:, 0], pairs[:, 1]
    size = len(casework.workers)
    cases = counts_of(worker, size)
    assessing = counts_of(worker[in_assessment[group]], size)
    people = assessing > 0
    fte, told = casework.workers.fte, people & ~np.isnan(casework.workers.fte)
    agency, part_time = told & (casework.workers.agency == YES), told & (fte < _PART_TIME)
    allocated = np.zeros(len(in_assessment), dtype=bool)
    allocated[group] = True
    is_open &= whole.assessments.group >= 0
    opened = np.unique(whole.assessments.group[is_open])
    return (
        int(people.sum()),
        int((people & ~told).sum()),
        float(fte[told].sum()),
        int(agency.sum()),
        float(fte[agency].sum()),
        int(part_time.sum()),
        float(fte[part_time].sum()),
        int(cases[told].sum()),
        int(assessing[told].sum()),
        float((fte[told] * assessing[told] / np.maximum(cases[told], 1)).sum()),
        len(opened),
        int((~allocated[opened]).sum()),
    )


def _open_on(start: Ints, end: Ints, day: int) -> Bools:
    """Begun by the end of a day and not ended by then."""
    return np.asarray(known(start) & (start <= day) & ~over_by(end, day))


def worker_figures(ends: MonthEnds | None, casework: CaseworkRecords, tally: Tally) -> Iterator[Measured]:
    """Every figure of ``FIGURES``; none where at some month end five people or fewer did assessments.

    Means of twelve month ends show no count of a day, so that none of them is a count of the return.
    """
    holds = casework.holds
    for name, (title, unit) in FIGURES.items():
        yield _figure(name, title, unit, ends, holds)


def _figure(name: str, title: str, unit: str, ends: MonthEnds | None, holds: frozenset[str]) -> Measured:
    nothing = Measured(name, title, unit, None, None, None, None, _OF, None)
    if ends is None or (name not in ("people_assessing", "unallocated_share") and "fte" not in holds):
        return nothing.without_value(NOT_HELD)
    if name == "agency_share" and "agency" not in holds:
        return nothing.without_value(NOT_HELD)
    if (ends.people <= SMALL).any() or (ends.open <= SMALL).any():
        return nothing.without_value(TOO_FEW)
    missing = float(ends.unknown_fte.sum() / ends.people.sum())
    known_people = ends.people - ends.unknown_fte
    if name not in ("people_assessing", "unallocated_share") and (known_people <= SMALL).any():
        return nothing.without_value(TOO_FEW)
    groups = {"agency_share": ends.agency, "part_time_share": ends.part_time, "part_time_fte": ends.part_time}
    if name in groups:
        # of few people, or of all but few, a mean would be a figure of these
        group = groups[name]
        if _some_small(group) or _some_small(known_people - group):
            return nothing.without_value(WITHHELD)
        if name == "part_time_fte" and not (group > 0).all():
            return nothing.without_value(TOO_FEW)
    if name == "unallocated_share" and (
        0 < ends.unallocated.mean() <= SMALL or 0 < (ends.open - ends.unallocated).mean() <= SMALL
    ):
        return nothing.without_value(WITHHELD)
    values = _values(name, ends)
    if name in ("people_assessing", "unallocated_share"):
        missing = 0.0
    return month_ends_measured(name, title, unit, values, _OF, (), missing)


def _some_small(numbers: Ints) -> bool:
    return bool(((numbers > 0) & (numbers <= SMALL)).any())


def _values(name: str, ends: MonthEnds) -> Floats:
    """A figure at each month end."""
    known_people = ends.people - ends.unknown_fte
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "people_assessing": ends.people,
            "fte_assessing": ends.fte,
            "fte_in_assessment": ends.shared_fte,
            "agency_share": ends.agency_fte / ends.fte,
            "part_time_share": ends.part_time / known_people,
            "part_time_fte": ends.part_time_fte / ends.part_time,
            "cases_per_fte": ends.cases / ends.fte,
            "other_cases_per_fte": (ends.cases - ends.assessing) / ends.fte,
            "unallocated_share": ends.unallocated / ends.open,
        }
    return np.asarray(values[name], dtype=float)
