"""Workers: posts of each role, the workers in them over time, and their hours on each day."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, Calendar
from simkit.model.inputs.onset import EMPTYING_DAYS, LATE_COVER_DAYS, Before
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing, share_present
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.workload import NEVER, Workers

__all__ = ["workers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SPELLS = 64  # most consecutive workers in a post, half of them permanent and half agency


@dataclass(frozen=True, eq=False)
class _Rows:
    """One row a person: the post, the person's number in it, first day, day after the last, part of full
    time, and the hours of each day of whoever is in the post.
    """

    post: Ints
    turn: Ints
    starts: Ints
    leaves: Ints
    size: Floats
    opens: Ints
    given: Ints


@dataclass(frozen=True, eq=False)
class _Posts:
    """The posts, by role. ``counts``: posts of each role; ``size``: full-time equivalent of each post."""

    counts: Mapping[str, int]
    size: Floats
    draws: Draws

    def __len__(self) -> int:
        return len(self.size)

    def per_post(self, values: Mapping[str, float]) -> Floats:
        """The value of each post's role."""
        return np.repeat([float(values[role]) for role in self.counts], list(self.counts.values()))

    def uniforms(self, purpose: str, width: int) -> Floats:
        """``width`` uniforms for each post; the width of a purpose must never change."""
        parts = [
            self.draws.uniform(f"{purpose} {role}", count * width).reshape(count, width)
            for role, count in self.counts.items()
        ]
        return np.concatenate(parts)

    def daily_uniforms(self, purpose: str, days: int) -> Floats:
        """Uniforms for each post and day (or week), independent of the number of days."""
        parts = [self.draws.rows(f"{purpose} {role}", count, days) for role, count in self.counts.items()]
        return np.concatenate(parts)


def workers(
    framework: Framework,
    staffing: Staffing,
    pools: tuple[str, ...],
    calendar: Calendar,
    draws: Draws,
    before: Before | None = None,
    longest: int = 0,
) -> Workers:
    """Everybody who works in the calendar's days, one row a person, by role and post.

    A role without any work in ``pools`` is left out: staff are worked out under the rules as
    published, and a scenario may have no use for some of them. ``before``: what there was until a change,
    from which ``staffing`` holds; ``longest``: minutes of the longest task, which nobody leaves undone.
    """
    was = staffing if before is None else before.staffing
    roles = [role for role in pools if max(staffing.fte.get(role, 0), was.fte.get(role, 0)) > 0]
    if not roles:
        nobody = np.zeros(0, dtype=np.int64)
        no_hours = np.zeros((0, len(calendar.days)), dtype=np.int64)
        return Workers(*(nobody,) * 6, opens=no_hours, shuts=no_hours)
    days, length = len(calendar.days), calendar.day_minutes
    sizes = {role: _sizes_of(framework, staffing, staffing.fte.get(role, 0)) for role in roles}
    if before is None:
        counts = {role: len(size) for role, size in sizes.items()}
        posts = _Posts(counts, np.concatenate([*sizes.values()]), draws)
        ill = _ill_days(framework, staffing, posts, days)
        spells = _spells(posts, *_stay_and_gap(framework, staffing), staffing.agency_cover, days)
        hours = _hours(framework, staffing, posts, calendar, ill)
        rows = _Rows(*spells, posts.size[spells[0]], *(minutes[spells[0]] for minutes in hours))
    else:
        rows, counts = _through_a_change(framework, staffing, roles, sizes, calendar, draws, before, longest)
    number = np.concatenate([np.arange(count) for count in counts.values()])
    names = {role: zlib.crc32(role.encode("utf-8")) << 24 for role in roles}

    post, starts, leaves = rows.post, rows.starts, rows.leaves
    day = np.arange(days)
    given = rows.given * ((day >= starts[:, None]) & (day < leaves[:, None]))
    notice_days = _notice_days(framework)
    stays = leaves >= days
    role_id, pool = (
        np.repeat(np.array([of[role] for role in roles], dtype=np.int64), list(counts.values()))
        for of in (names, {role: pool for pool, role in enumerate(pools)})
    )
    return Workers(
        id=(number * _SPELLS + role_id)[post] + rows.turn,
        pool=pool[post],
        fte=np.maximum(1, np.rint(rows.size * 100)).astype(np.int64),
        starts=starts * length,
        leaves=np.where(stays, NEVER, leaves * length),
        notice=np.where(stays, NEVER, np.maximum(starts, leaves - notice_days) * length),
        opens=rows.opens,
        shuts=rows.opens + given,
    )


def _notice_days(framework: Framework) -> int:
    return int(framework.number("staff.no_new_cases_before_leaving"))


def _stay_and_gap(framework: Framework, staffing: Staffing) -> tuple[float, float]:
    """Mean working days that a person stays in a post, and that it is empty afterwards."""
    turnover = min(staffing.turnover, 3.0)
    stay = WORKING_DAYS_A_YEAR / turnover if turnover > 0 else np.inf
    return float(stay), framework.number("staff.post_empty")


def _sizes_of(framework: Framework, staffing: Staffing, fte: float) -> list[float]:
    """The posts in which so many people are in the mean, under the turnover and agency cover of a staff."""
    stay, gap = _stay_and_gap(framework, staffing)
    empty = 0.0 if np.isinf(stay) else gap / (gap + stay)
    filled = 1 - empty * (1 - staffing.agency_cover)
    if fte <= 0:
        return []
    return _sizes(
        fte / filled, framework.number("staff.part_time_posts"), framework.number("staff.part_time_week")
    )


def _sizes(target: float, part_time: float, week: float) -> list[float]:
    """Full-time equivalents of the posts that add up to ``target``: full-time, part-time and a remainder.

    Less than two full-time equivalents are two posts, so that one worker can be away.
    """
    if target < 2:
        return [target / 2, target / 2]
    posts: list[float] = []
    remainder = target
    while remainder > 1e-9:
        number = len(posts)
        is_part = int((number + 1) * part_time) > int(number * part_time)
        size = min(remainder, week / 5 if is_part else 1.0)
        posts.append(size)
        remainder -= size
    return posts


def _spells(
    posts: _Posts, stay_days: float, vacant_days: float, agency_cover: float, days: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """The consecutive workers of each post: post, number, first day, day after the last.

    Stays and vacancies are exponential; a vacancy is covered by an agency worker with probability
    ``agency_cover``. Permanent workers have even numbers and agency workers odd ones, whoever else there is.
    """
    if not np.isfinite(stay_days):
        zero = np.zeros(len(posts), dtype=np.int64)
        return np.arange(len(posts)), zero, zero, np.full(len(posts), days)
    turns, shape = _SPELLS // 2, (len(posts), _SPELLS)
    stays = np.maximum(1, np.rint(-stay_days * np.log(posts.uniforms("stay", turns)))).astype(np.int64)
    vacancies = np.rint(-vacant_days * np.log(posts.uniforms("gap", turns))).astype(np.int64)
    filled_again = np.cumsum(stays + vacancies, axis=1)
    empty = filled_again - vacancies
    starts = np.stack([empty - stays, empty], axis=2).reshape(shape)
    leaves = np.minimum(days, np.stack([empty, filled_again], axis=2).reshape(shape))
    covered = np.stack([stays > 0, posts.uniforms("cover", turns) < agency_cover], axis=2).reshape(shape)
    post, turn = np.nonzero(covered & (starts < leaves))
    return post, turn, starts[post, turn], leaves[post, turn]


_ANEW = 2**17  # added to a post's number, of whoever comes into it by a change


def _through_a_change(
    framework: Framework,
    after: Staffing,
    roles: list[str],
    sizes: Mapping[str, list[float]],
    calendar: Calendar,
    draws: Draws,
    before: Before,
    longest: int,
) -> tuple[_Rows, dict[str, int]]:
    """Everybody where the staff changes on a day, and the posts of each role.

    Until that day all is as it was. Posts of the same size go on with whoever is in them. Posts that fall
    vacant or change their size empty over some months, one leaver after the other, each after notice and
    with the work in hand done; whoever comes into one then is somebody else.
    """
    was, days = before.staffing, len(calendar.days)
    since = calendar.day_index(before.since)
    size_of = {
        "was": {role: _sizes_of(framework, was, was.fte.get(role, 0)) for role in roles},
        "kept": {
            role: _sizes_of(framework, after, before.posts.kept) if role == CASE_HOLDER else sizes[role]
            for role in roles
        },
        "covered": {
            role: _sizes_of(framework, after, before.posts.kept + before.posts.covered)
            if role == CASE_HOLDER
            else sizes[role]
            for role in roles
        },
        "becomes": sizes,
    }
    counts = {role: max(len(of[role]) for of in size_of.values()) for role in roles}
    first, kept, covered, second = (
        np.concatenate([np.pad(of[role], (0, counts[role] - len(of[role]))) for role in roles])
        for of in size_of.values()
    )
    posts = _Posts(counts, np.where(first > 0, first, second), draws)
    anew = replace(posts, size=np.where(second > 0, second, first))
    # A spell of illness that begins by the change is known to nobody before, so it begins some days later.
    away = max(1, int(framework.number("staff.no_new_cases_when_away")))
    usual_ill = _ill_days(framework, was, posts, days)
    ill = _spliced(usual_ill, _ill_days(framework, after, posts, days), since + away - 1)
    early = _hours(framework, was, posts, calendar, usual_ill)
    late = _hours(framework, after, posts, calendar, ill)
    opens, given = (_spliced(*pair, since) for pair in zip(early, late, strict=True))
    # Nobody goes by the change before the work in hand is done and notice is given.
    notice = max(_notice_days(framework), away)
    done = 1 + np.sum(np.cumsum(given[:, since:], axis=1) < longest, axis=1)
    firm = np.maximum(since + notice, since + done)
    post, turn, starts, leaves = _spells_through(framework, posts, was, after, since, firm, days)
    vacant = (
        since
        + notice
        + np.floor(posts.uniforms("falls vacant", 1)[:, 0] * (max(0, EMPTYING_DAYS - notice) + 1))
    )
    out = np.where((first == kept) & (kept == second), days, np.maximum(vacant, firm)).astype(np.int64)
    soon, latest = LATE_COVER_DAYS
    cover = since + soon + np.floor(posts.uniforms("comes later", 1)[:, 0] * (latest - soon))
    into = np.where(first > 0, out, since)
    into = np.where(covered == second, into, np.maximum(into, cover)).astype(np.int64)

    stayed = (first[post] > 0) & (starts < np.minimum(leaves, out[post]))
    came = (second[post] > 0) & (into[post] < days) & (np.maximum(starts, into[post]) < leaves)
    here, there = np.flatnonzero(stayed), np.flatnonzero(came)
    fresh = _hours(framework, after, anew, calendar, ill)
    parts = _Rows(
        post=np.concatenate([post[here], post[there]]),
        turn=np.concatenate([turn[here], turn[there] + _ANEW * _SPELLS]),
        starts=np.concatenate([starts[here], np.maximum(starts, into[post])[there]]),
        leaves=np.concatenate([np.minimum(leaves, out[post])[here], leaves[there]]),
        size=np.concatenate([first[post[here]], second[post[there]]]),
        opens=np.concatenate([opens[post[here]], fresh[0][post[there]]]),
        given=np.concatenate([given[post[here]], fresh[1][post[there]]]),
    )
    order = np.lexsort((parts.starts, parts.post))
    return _Rows(**{field.name: getattr(parts, field.name)[order] for field in fields(parts)}), counts


def _spliced(early: NDArray[Any], late: NDArray[Any], day: int) -> NDArray[Any]:
    """The columns of one table before a day, and those of another from it on."""
    return np.concatenate([early[:, :day], late[:, day:]], axis=1)


def _spells_through(
    framework: Framework, posts: _Posts, was: Staffing, after: Staffing, since: int, firm: Ints, days: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """The people in each post as ``_spells`` gives them, where turnover and cover change on a day.

    Whoever is in post on that day has so much of the stay left as before, and it passes faster or slower
    from then on. Who would have gone before ``firm`` goes all the same: notice is given.
    """
    (stay, gap_days), (new_stay, _) = (_stay_and_gap(framework, each) for each in (was, after))
    turns, shape = _SPELLS // 2, (len(posts), _SPELLS)
    patience = -np.log(posts.uniforms("stay", turns))
    gaps = np.rint(-gap_days * np.log(posts.uniforms("gap", turns))).astype(np.int64)
    cover = posts.uniforms("cover", turns)
    starts, leaves = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    covered = np.ones(shape, dtype=bool)
    begins, never = np.zeros(len(posts), dtype=np.int64), 4 * days
    for turn in range(turns):
        asked = patience[:, turn]
        old, new = (np.maximum(1, np.rint(np.minimum(each * asked, never))) for each in (stay, new_stay))
        goes = begins + old.astype(np.int64)
        if stay != new_stay:
            left = np.maximum(1e-9, asked - (since - begins) / stay)
            moved = since + np.rint(np.minimum(left * new_stay, never)).astype(np.int64)
            goes = np.where(goes >= np.maximum(firm, since), np.maximum(moved, firm), goes)
            goes = np.where(begins >= since, begins + new.astype(np.int64), goes)
        starts[:, 2 * turn], leaves[:, 2 * turn] = begins, goes
        begins = goes + gaps[:, turn]
        starts[:, 2 * turn + 1], leaves[:, 2 * turn + 1] = goes, begins
        agency = np.where(goes < since, was.agency_cover, after.agency_cover)
        covered[:, 2 * turn + 1] = cover[:, turn] < agency
    leaves = np.minimum(days, leaves)
    post, turn_of = np.nonzero(covered & (starts < leaves))
    return post, turn_of, starts[post, turn_of], leaves[post, turn_of]


def _hours(
    framework: Framework, staffing: Staffing, posts: _Posts, calendar: Calendar, ill: Bools
) -> tuple[Ints, Ints]:
    """When each day's time for this work begins, and its minutes, for whoever is in each post (posts x days).

    Part-time workers work whole days on part of the week, those with less than a fifth of a week part of
    every day. The time for this work begins at a drawn minute of the day. Supervision is part of the other
    work, on a few days of the month: these are shorter and the others longer. Leave and illness are drawn by
    post and day, since a post has one worker at a time.
    """
    days, length, size = len(calendar.days), calendar.day_minutes, posts.size
    whole_days = (size > 0.2) & (size < 1)
    week_days = np.where(whole_days, np.ceil(size * 5 - 1e-9), 5).astype(np.int64)
    a_month = {role: _meetings(framework, role) for role in posts.counts}
    meetings, lasts = posts.per_post(a_month), 60 * framework.number("staff.supervision")
    at_work = week_days / 5 * share_present(framework, staffing.sickness) * WORKING_DAYS_A_YEAR / 12
    supervision = np.minimum(
        meetings * lasts * size / at_work, staffing.other_work * length * size * 5 / week_days
    )
    a_day = (1 - staffing.other_work) * length * np.where(size < 1, size * 5 / week_days, 1.0)
    minutes = np.maximum(1, np.rint(a_day + supervision)).astype(np.int64)[:, None]
    shorter = np.rint(supervision * at_work / np.maximum(meetings, 1)).astype(np.int64)[:, None]

    weekday = (calendar.days.astype(np.int64) + 3) % 7  # Monday is 0
    week = (calendar.days.astype(np.int64) + 3) // 7
    week -= week[0]
    on_leave = framework.number("staff.annual_leave") / WORKING_DAYS_A_YEAR
    # Half of the leave is in whole weeks, half in single days; a day may be in both.
    half = 1 - np.sqrt(1 - on_leave)
    first = (posts.uniforms("week", 1)[:, 0] * 5).astype(np.int64)
    since_first = ((weekday - np.arange(5)[:, None]) % 5)[first]
    works = since_first < week_days[:, None]
    works &= (posts.daily_uniforms("leave in weeks", int(week[-1]) + 1) >= half)[:, week]
    works &= posts.daily_uniforms("leave in days", days) >= half
    works &= ~ill
    available = np.where(works, minutes, 0)
    first_row = 0
    for role, count in posts.counts.items():
        rows = slice(first_row, first_row + count)
        first_row += count
        if a_month[role] > 0:
            uniforms = posts.draws.rows(f"supervision {role}", count, days)
            supervised = _lowest_of_month(uniforms, works[rows], calendar, a_month[role])
            available[rows] -= np.minimum(shorter[rows], minutes[rows] - 1) * supervised
    begins = (posts.daily_uniforms("hours", days) * (length - minutes + 1)).astype(np.int64)
    return np.arange(days) * length + begins, available


def _meetings(framework: Framework, role: str) -> int:
    """Supervision meetings a month of a worker in a role. Managers supervise several case holders."""
    workers = {CASE_HOLDER: 1, "team_manager": int(framework.number("staff.supervised_by_a_manager"))}
    return workers.get(role, 0)


def _lowest_of_month(uniforms: Floats, works: Bools, calendar: Calendar, count: int) -> Bools:
    """For each row the ``count`` working days of each month with the lowest draws."""
    _, first, days = np.unique(calendar.days.astype("datetime64[M]"), return_index=True, return_counts=True)
    rest = np.where(works, uniforms, 1.0)
    for _ in range(count):
        lowest = np.repeat(np.minimum.reduceat(rest, first, axis=1), days, axis=1)
        np.copyto(rest, 1.0, where=rest == lowest)
    chosen: Bools = works & (rest == 1.0)
    return chosen


def _ill_days(framework: Framework, staffing: Staffing, posts: _Posts, days: int) -> Bools:
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
    rows, days = np.nonzero(uniforms < chance)
    lengths = 1 + np.log(uniforms[rows, days] / max(chance, 1e-300)) / np.log1p(-1 / max(mean, 1.000001))
    for row, day, length in zip(rows.tolist(), days.tolist(), lengths.astype(np.int64).tolist(), strict=True):
        ill[row, day : day + length] = True
    return ill
