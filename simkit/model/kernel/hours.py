"""The hours of posts in the kernel, day by day: identical to ``hours_of`` in ``workload/hours``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import repeated
from simkit.model.inputs.calendar import Calendar
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.streams import fill, in_fours, stream_name
from simkit.model.workload.hours import Rota, weekdays
from simkit.model.workload.posts import Posts, Spells

_PURPOSES = ("leave in weeks", "leave in days", "hours", "supervision")
_WEEKS, _DAYS, _HOURS, _MEETINGS = range(len(_PURPOSES))


class Week(NamedTuple):
    """Columns of a Rota; of each post its number in its role and its streams; and of the calendar."""

    week_days: Any
    first: Any
    minutes: Any
    meetings: Any
    shorter: Any
    number: Any
    streams: Any  # posts x purposes
    weekday: Any
    week: Any
    months: Any  # first day of each month, and the day after the last


def hours_of(rota: Rota, posts: Posts, calendar: Calendar, ill: Bools, spells: Spells) -> tuple[Ints, Ints]:
    """As in ``workload/hours``."""
    counts = list(posts.counts.values())
    names = np.array([[stream_name(f"{what} {role}", 1) for what in _PURPOSES] for role in posts.counts])
    days = len(calendar.days)
    spells = Spells(*map(np.ascontiguousarray, spells))
    opens, shuts = np.empty((2, len(spells.post), days), dtype=np.int64)
    begins, ends = np.empty((2, days), dtype=np.int64)
    week = Week(
        rota.week_days,
        rota.first,
        rota.minutes,
        rota.meetings,
        rota.shorter,
        np.concatenate([np.arange(count) for count in counts]),
        repeated(names, counts, axis=0),
        *_weeks_and_months(calendar),
    )
    numbers = np.empty((len(_PURPOSES), in_fours(days)))
    rules = week, rota.leave, calendar.day_minutes
    _fill_hours(posts.draws.key, *rules, ill, spells, opens, shuts, begins, ends, numbers)
    return opens, shuts


@lru_cache(maxsize=16)
def _weeks_and_months(calendar: Calendar) -> tuple[Ints, Ints, Ints]:
    """The last columns of a Week, the same for every replication."""
    months = np.unique(calendar.days.astype("datetime64[M]"), return_index=True)[1]
    return *weekdays(calendar), np.append(months, len(calendar.days))


@entry
def _fill_hours(
    key: Any,
    week: Week,
    leave: float,
    length: int,
    ill: Any,
    spells: Spells,
    opens: Any,
    shuts: Any,
    begins: Any,
    ends: Any,
    numbers: Any,
) -> None:
    days, row = len(week.week), 0
    for post in range(len(week.minutes)):
        minutes, has_meetings = week.minutes[post], week.meetings[post] > 0
        for purpose in range(len(_PURPOSES) if has_meetings else _MEETINGS):
            count = week.week[days - 1] + 4 & -4 if purpose == _WEEKS else numbers.shape[1]
            fill(key, week.streams[post, purpose], week.number[post], wide(0), numbers[purpose, :count])
        for day in range(days):
            begin = day * length + np.int64(numbers[_HOURS, day] * (length - minutes + 1))
            works = (week.weekday[day] - week.first[post]) % 5 < week.week_days[post]
            on_leave = numbers[_WEEKS, week.week[day]] < leave or numbers[_DAYS, day] < leave
            works &= not (on_leave or ill[post, day])
            begins[day], ends[day] = begin, begin + minutes if works else begin
            if not works:
                numbers[_MEETINGS, day] = 1.0
        if has_meetings:
            less = min(week.shorter[post], minutes - 1)
            for month in range(len(week.months) - 1):
                shorten(
                    numbers[_MEETINGS],
                    ends,
                    week.months[month],
                    week.months[month + 1],
                    week.meetings[post],
                    less,
                )
        while row < len(spells.post) and spells.post[row] == post:
            for day in range(days):
                in_post = spells.starts[row] <= day < spells.leaves[row]
                opens[row, day], shuts[row, day] = begins[day], ends[day] if in_post else begins[day]
            row += 1


@compiled
def shorten(numbers: Any, ends: Any, begin: int, end: int, meetings: int, less: int) -> None:
    """Shorten the days of a month with a meeting: the working days with the lowest numbers."""
    for _ in range(meetings):
        lowest = 1.0
        for day in range(begin, end):
            lowest = min(lowest, numbers[day])
        for day in range(begin, end):
            if numbers[day] == lowest:
                if lowest < 1.0:
                    ends[day] -= less
                numbers[day] = 1.0
