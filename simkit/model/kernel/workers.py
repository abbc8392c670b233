"""The hours of posts in the kernel, day by day: identical to ``hours_of`` in ``workload/workers``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simkit.common.arrays import Bools, Ints
from simkit.common.whole_numbers import repeated
from simkit.model.inputs.calendar import Calendar
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.streams import stream_name, uniform_at
from simkit.model.workload.workers import Posts, Rota, weekdays

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


def hours_of(rota: Rota, posts: Posts, calendar: Calendar, ill: Bools) -> tuple[Ints, Ints]:
    """As in ``workload/workers``."""
    counts = list(posts.counts.values())
    months = np.unique(calendar.days.astype("datetime64[M]"), return_index=True)[1]
    names = np.array([[stream_name(f"{what} {role}", 1) for what in _PURPOSES] for role in posts.counts])
    begins, available = np.empty((2, *ill.shape), dtype=np.int64)
    week = Week(
        rota.week_days,
        rota.first,
        rota.minutes,
        rota.meetings,
        rota.shorter,
        np.concatenate([np.arange(count) for count in counts]),
        repeated(names, counts, axis=0),
        *weekdays(calendar),
        np.append(months, len(calendar.days)),
    )
    kept, numbers = np.zeros((len(_PURPOSES), 6), dtype=np.uint64), np.empty(ill.shape[1])
    _fill_hours(
        posts.draws.key, kept, week, rota.leave, calendar.day_minutes, ill, begins, available, numbers
    )
    return begins, available


@entry
def _fill_hours(
    key: Any,
    kept: Any,
    week: Week,
    leave: float,
    length: int,
    ill: Any,
    begins: Any,
    available: Any,
    numbers: Any,
) -> None:
    for post in range(len(week.minutes)):
        row, streams, minutes = week.number[post], week.streams[post], week.minutes[post]
        for purpose in range(len(kept)):
            kept[purpose, 0] = 0  # nothing is kept of another post
        on_leave = False
        for day in range(len(numbers)):
            if day == 0 or week.week[day] != week.week[day - 1]:
                on_leave = uniform_at(key, streams[_WEEKS], row, 0, week.week[day], kept, _WEEKS) < leave
            away = uniform_at(key, streams[_DAYS], row, 0, day, kept, _DAYS) < leave
            begin = uniform_at(key, streams[_HOURS], row, 0, day, kept, _HOURS) * (length - minutes + 1)
            begins[post, day] = day * length + np.int64(begin)
            works = (week.weekday[day] - week.first[post]) % 5 < week.week_days[post]
            works &= not (on_leave or away or ill[post, day])
            available[post, day] = minutes if works else 0
            if week.meetings[post] > 0:
                numbers[day] = 1.0
                if works:
                    numbers[day] = uniform_at(key, streams[_MEETINGS], row, 0, day, kept, _MEETINGS)
        if week.meetings[post] > 0:
            less = min(week.shorter[post], minutes - 1)
            for month in range(len(week.months) - 1):
                shorten(
                    numbers,
                    available[post],
                    week.months[month],
                    week.months[month + 1],
                    week.meetings[post],
                    less,
                )


@compiled
def shorten(numbers: Any, available: Any, begin: int, end: int, meetings: int, less: int) -> None:
    """Shorten the days of a month with a meeting: the working days with the lowest numbers."""
    for _ in range(meetings):
        lowest = 1.0
        for day in range(begin, end):
            lowest = min(lowest, numbers[day])
        for day in range(begin, end):
            if numbers[day] == lowest:
                if lowest < 1.0:
                    available[day] -= less
                numbers[day] = 1.0
