"""What is estimated from a list: how long assessments and conferences take, how many were begun or completed.

An estimate rests on each day, and so would tell how children are spread over groups whose counts are
withheld. For what is shown, the children of these groups are therefore spread evenly over the days of them
all: an estimate then follows from what is shown, and whoever knows it knows no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.whole_numbers import repeated
from simkit.data import BANDS
from simkit.model.inputs.calendar import holidays
from simkit.model.measures.day_counts import BANDS as TOPS
from simkit.returns.dates import working_days
from simkit.returns.durations import (
    CENSORED,
    COMPLETED,
    FEW,
    LONGEST,
    Distribution,
    from_completed,
    from_delayed_entry,
    from_right_truncated,
)
from simkit.returns.enquiries import CONFERENCE_BANDS, ConferenceTimes
from simkit.returns.open_cases import disclosable_open_cases, with_assumed_total
from simkit.returns.window import ListContents, Window

ASSESSMENT_BANDS = tuple((name, top) for name, (_, top) in zip(BANDS, TOPS, strict=True))
"""The published bands of assessments: the names of their counts and their last days."""

_NEARLY_ALL = 0.8  # share that must have had time to end, to estimate how many were begun: an assumption
_ENDLESS = 60  # working days over which a band without an end is spread: an assumption


@dataclass(frozen=True, eq=False, repr=False)
class ListedWork:
    """The assessments of a window, in memory only.

    ``start`` and working ``days`` of those that ended, ``waiting``: the starts of those open at its end,
    ``begun``: how many began in it.
    """

    window: Window
    start: Ints
    days: Ints
    waiting: Ints
    begun: int

    def disclosable(self, shown: Mapping[str, int | None]) -> ListedWork | None:
        """The same as far as the counts ``shown`` tell it; None if how many were begun is withheld."""
        sides = "within_45_days", "over_45_days"
        spread = replace(self, days=spread_days(self.days, self.room, ASSESSMENT_BANDS, 45, sides, shown))
        if self.window.holds in (ListContents.COMPLETED, ListContents.FINISHED):
            return spread
        if shown["assessments_begun"] is None:
            return None
        if all(count is not None for name, count in shown.items() if name.startswith("open")):
            return spread
        is_open = disclosable_open_cases(with_assumed_total(shown))
        assert is_open is not None
        last = np.datetime64(self.window.last, "D")
        began = np.busday_offset(last, -is_open.days_open, roll="backward", holidays=holidays())
        return replace(spread, waiting=began.astype(np.int64))

    @property
    def room(self) -> Ints:
        """Working days from each start to the end of the window."""
        return working_days(self.start, np.full(len(self.start), self.window.last))


@dataclass(frozen=True, eq=False)
class Estimates:
    """The distributions of times, and how many assessments were completed and begun in the window.

    The numbers are estimated where the list leaves some out, None where that can't be told.
    """

    durations: Distribution
    conference_days: Distribution
    completed: float | None = field(repr=False)
    begun: float | None = field(repr=False)


_NOTHING_TOLD = Distribution(np.zeros(LONGEST + 1), np.zeros(LONGEST + 1), 0, -1, CENSORED)


def estimates_of(work: ListedWork, conferences: ConferenceTimes) -> Estimates:
    """The estimates from each day as it is."""
    durations = _durations(work)
    return Estimates(durations, conferences.distribution(), *_volume(work, durations))


def disclosable_estimates(
    work: ListedWork, conferences: ConferenceTimes, shown: Mapping[str, int | None]
) -> Estimates:
    """The estimates that follow from the counts ``shown`` (None where one is withheld).

    Times of a list that leaves nothing out are counted and not estimated: they stay as they are.
    """
    exact = estimates_of(work, conferences)
    times = exact.conference_days
    if times.method != COMPLETED:
        sides = "icpcs_within_15", "icpcs_over_15"
        days = spread_days(conferences.days, conferences.room, CONFERENCE_BANDS, 15, sides, shown)
        times = replace(conferences, days=days).distribution()
    if exact.durations.method == COMPLETED:
        return replace(exact, conference_days=times)
    told = work.disclosable(shown)
    if told is None:
        return replace(exact, durations=_NOTHING_TOLD, conference_days=times)
    durations = _durations(told)
    return Estimates(durations, times, *_volume(told, durations))


def spread_days(
    days: Ints,
    room: Ints,
    bands: Sequence[tuple[str, int]],
    limit: int,
    sides: Collection[str],
    shown: Mapping[str, int | None],
) -> Ints:
    """Working ``days`` with those in withheld bands spread evenly over the days of all withheld bands.

    If the counts of both ``sides`` of the ``limit`` are shown, each side is spread by itself. ``room``: the
    most working days that each can last. ``bands``: the names of their counts, and their last days.
    """
    tops = [top for _, top in bands]
    band = np.searchsorted(tops, days)
    firsts = (0, *(top + 1 for top in tops[:-1]))
    withheld = [number for number, (name, _) in enumerate(bands) if shown[name] is None]
    parts = [withheld]
    if all(shown[name] is not None for name in sides):
        parts = [[n for n in withheld if tops[n] <= limit], [n for n in withheld if tops[n] > limit]]
    result = days.copy()
    for part in parts:
        rows = np.flatnonzero(np.isin(band, part))
        if not len(rows):
            continue
        rows = rows[np.argsort(room[rows], kind="stable")]
        every = np.concatenate([np.arange(firsts[n], min(tops[n], firsts[n] + _ENDLESS) + 1) for n in part])
        at = (np.arange(len(rows)) + 0.5) * len(every) / len(rows)
        result[rows] = np.minimum(every[at.astype(np.int64)], room[rows])
    return result


def _durations(work: ListedWork) -> Distribution:
    """How long assessments take, by what the return holds: see ``durations``."""
    window, start, days, waiting = work.window, work.start, work.days, work.waiting
    if not len(days) or window.holds is ListContents.COMPLETED:
        return from_completed(days)
    if window.holds is ListContents.FINISHED:
        return from_right_truncated(days, work.room)
    began = np.concatenate([start, waiting])
    took = np.concatenate([days, working_days(waiting, np.full(len(waiting), window.last))])
    ended = repeated([True, False], [len(days), len(waiting)])
    if window.holds is not ListContents.OPEN:
        inside = began >= window.first
        return from_delayed_entry(took[inside], np.zeros(int(inside.sum()), dtype=np.int64), ended[inside])
    return from_delayed_entry(took, np.minimum(_before(began, window), took), ended)


def _before(start: Ints, window: Window) -> Ints:
    """Working days from each start to the first day of the window; 0 for what began in it."""
    edge = np.full(len(start), window.first)
    return np.where(start < edge, working_days(np.minimum(start, edge), edge), 0)


def _volume(work: ListedWork, durations: Distribution) -> tuple[float | None, float | None]:
    """How many assessments were completed and begun in the window, each None where the list doesn't tell.

    A list of what began and ended in the window leaves some out: each counts for one over the share that
    would have ended in the time it had (Horvitz and Thompson), of those with time for most to end, and the
    others are taken to be as many a day.
    """
    window = work.window
    completed = float(len(work.days)) if window.holds.has_every_completion else None
    if window.holds is ListContents.COMPLETED:
        return completed, None
    if window.holds is not ListContents.FINISHED:
        return completed, float(work.begun)
    ended_by = np.cumsum(durations.shares)
    share = ended_by[np.minimum(work.room, len(ended_by) - 1)]
    enough = (share >= _NEARLY_ALL) & (work.room <= max(durations.reach, 0))
    if durations.reach < 0 or enough.sum() < FEW:
        return None, None
    days = int(work.start[enough].max()) - window.first + 1
    number = float((1 / share[enough]).sum()) * window.days / days
    return None, round(number, 2 - int(np.floor(np.log10(number))))
