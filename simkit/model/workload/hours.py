"""The hours of posts on each day: days of work in a week, leave, supervision and illness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, Calendar
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing, share_present
from simkit.model.workload.posts import Posts, Spells


@dataclass(frozen=True, eq=False)
class Rota:
    """Of each post: days of work in a week from the weekday ``first`` on (Monday is 0), minutes of this work
    on each, supervision meetings a month, and the minutes that a day with one is shorter.

    ``leave``: the share of weeks, and again of days, on leave.
    """

    week_days: Ints
    first: Ints
    minutes: Ints
    meetings: Ints
    shorter: Ints
    leave: float


Hours = Callable[[Rota, Posts, Calendar, Bools, Spells], tuple[Ints, Ints]]


def rota_of(framework: Framework, staffing: Staffing, posts: Posts, length: int) -> Rota:
    """The hours of each post in a week, for days of ``length`` minutes.

    Part-time workers work whole days on part of the week, those with less than a fifth of a week part of
    every day. Supervision is part of the other work, on a few days of the month: these are shorter and the
    others longer.
    """
    size = posts.size
    whole_days = (size > 0.2) & (size < 1)
    week_days = np.where(whole_days, np.ceil(size * 5 - 1e-9), 5).astype(np.int64)
    meetings = posts.per_post({role: _meetings(framework, role) for role in posts.counts})
    lasts = 60 * framework.number("staff.supervision")
    at_work = week_days / 5 * share_present(framework, staffing.sickness) * WORKING_DAYS_A_YEAR / 12
    supervision = np.minimum(
        meetings * lasts * size / at_work, staffing.other_work * length * size * 5 / week_days
    )
    a_day = (1 - staffing.other_work) * length * np.where(size < 1, size * 5 / week_days, 1.0)
    on_leave = framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR
    return Rota(
        week_days=week_days,
        first=(posts.uniforms("week", 1)[:, 0] * 5).astype(np.int64),
        minutes=np.maximum(1, np.rint(a_day + supervision)).astype(np.int64),
        meetings=meetings.astype(np.int64),
        shorter=np.rint(supervision * at_work / np.maximum(meetings, 1)).astype(np.int64),
        # Half of the leave is in whole weeks, half in single days; a day may be in both.
        leave=float(1 - np.sqrt(1 - on_leave)),
    )


def hours_of(rota: Rota, posts: Posts, calendar: Calendar, ill: Bools, spells: Spells) -> tuple[Ints, Ints]:
    """When each day's time for this work begins and ends, for each worker of posts (workers x days).

    The time for this work begins at a drawn minute of the day. Leave and illness are drawn by post and day,
    since a post has one worker at a time.
    """
    days, length = len(calendar.days), calendar.day_minutes
    minutes, shorter = rota.minutes[:, None], rota.shorter[:, None]
    weekday, week = weekdays(calendar)
    since_first = ((weekday - np.arange(5)[:, None]) % 5)[rota.first]
    works = since_first < rota.week_days[:, None]
    works &= (posts.daily_uniforms("leave in weeks", int(week[-1]) + 1) >= rota.leave)[:, week]
    works &= posts.daily_uniforms("leave in days", days) >= rota.leave
    works &= ~ill
    available = np.where(works, minutes, 0)
    first_row = 0
    for role, count in posts.counts.items():
        rows = slice(first_row, first_row + count)
        first_row += count
        meetings = int(rota.meetings[rows].max(initial=0))
        if meetings > 0:
            uniforms = posts.draws.rows(f"supervision {role}", count, days)
            supervised = _lowest_of_month(uniforms, works[rows], calendar, meetings)
            available[rows] -= np.minimum(shorter[rows], minutes[rows] - 1) * supervised
    begins = (posts.daily_uniforms("hours", days) * (length - minutes + 1)).astype(np.int64)
    opens = np.arange(days) * length + begins
    opens, shuts = opens[spells.post], (opens + available)[spells.post]
    return opens, shuts_in_post(opens, shuts, spells.starts, spells.leaves)


def shuts_in_post(opens: Ints, shuts: Ints, starts: Ints, leaves: Ints) -> Ints:
    """The minutes at which the days of each row end: at once before its worker starts and after leaving."""
    day = np.arange(opens.shape[1])
    in_post = (day >= starts[:, None]) & (day < leaves[:, None])
    return np.where(in_post, shuts, opens)


def weekdays(calendar: Calendar) -> tuple[Ints, Ints]:
    """Of each day the weekday, Monday 0, and the week of the calendar."""
    days = calendar.days.astype(np.int64) + 3
    return days % 7, days // 7 - days[0] // 7


def _meetings(framework: Framework, role: str) -> int:
    """Supervision meetings a month of a worker in a role. Managers supervise several case holders."""
    workers = {CASE_HOLDER: 1, "team_manager": int(framework.number("staff.supervised_by_a_manager"))}
    return workers.get(role, 0)


def _lowest_of_month(uniforms: Floats, works: Bools, calendar: Calendar, count: int) -> Bools:
    """For each row the ``count`` working days of each month with the lowest draws."""
    _, first, days = np.unique(calendar.days.astype("datetime64[M]"), return_index=True, return_counts=True)
    rest = np.where(works, uniforms, 1.0)
    for _ in range(count):
        lowest = repeated(np.minimum.reduceat(rest, first, axis=1), days, axis=1)
        np.copyto(rest, 1.0, where=rest == lowest)
    chosen: Bools = works & (rest == 1.0)
    return chosen


def ill_days(framework: Framework, staffing: Staffing, posts: Posts, days: int) -> Bools:
    """Days on which whoever is in each post is ill."""
    return _ill(
        posts.daily_uniforms("ill", days), staffing.sickness, framework.number("staff.sickness_spell")
    )


def _ill(uniforms: Floats, sick: float, mean: float) -> Bools:
    """Days on which each row is ill: spells start on any day, with geometric lengths of mean ``mean`` days.

    Spells may overlap; their number on a day is Poisson. One draw decides whether a spell starts on a day
    and how long it lasts.
    """
    chance = -np.log1p(-sick) / mean
    ill = np.zeros(uniforms.shape, dtype=bool)
    begins = np.flatnonzero(uniforms < chance)
    row, day = np.divmod(begins, uniforms.shape[1])
    spells = 1 + np.log(uniforms[row, day] / max(chance, 1e-300)) / np.log1p(-1 / max(mean, 1.000001))
    lengths = np.minimum(spells.astype(np.int64), uniforms.shape[1] - day)
    before = np.cumsum(lengths) - lengths  # days of the spells before
    ill.ravel()[np.arange(lengths.sum()) + repeated(begins - before, lengths)] = True
    return ill
