"""Workers: the posts of each role, and the workers in them over time."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.whole_numbers import repeated
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR, Calendar
from simkit.model.inputs.onset import EMPTYING_DAYS, LATE_COVER_DAYS, Onset
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing
from simkit.model.workload.hours import Hours, hours_of, ill_days, rota_of, shuts_in_post
from simkit.model.workload.posts import Posts, Spells
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.workload import NEVER, Workers

_SPELLS = 64  # most consecutive workers in a post, half of them permanent and half agency


@dataclass(frozen=True, eq=False)
class _Rows:
    """One row for each worker: post, number in the post, first day, day after the last, full-time equivalent.

    ``opens`` and ``shuts``: first minute of the post's time for this work on each day, and that after it.
    """

    post: Ints
    turn: Ints
    starts: Ints
    leaves: Ints
    size: Floats
    opens: Ints
    shuts: Ints


def workers(
    framework: Framework,
    staffing: Staffing,
    pools: tuple[str, ...],
    calendar: Calendar,
    draws: Draws,
    onset: Onset | None = None,
    longest: int = 0,
    hours: Hours | None = None,
) -> Workers:
    """All workers in the days of the calendar, one row each, by role and post.

    A role without work in ``pools`` is left out: staffing is worked out under the published rules, and a
    scenario may not use all of its roles. ``onset``: of a change, from which ``staffing`` applies;
    ``longest``: minutes of the longest task, which leavers finish. ``hours``: the pass that gives the hours
    of posts, ``hours_of`` where it is not given.
    """
    hours = hours or hours_of
    earlier = staffing if onset is None else onset.staffing
    roles = [role for role in pools if max(staffing.fte.get(role, 0), earlier.fte.get(role, 0)) > 0]
    if not roles:
        nobody = np.zeros(0, dtype=np.int64)
        no_hours = np.zeros((0, len(calendar.days)), dtype=np.int64)
        return Workers(*(nobody,) * 6, opens=no_hours, shuts=no_hours)
    days, length = len(calendar.days), calendar.day_minutes
    sizes = {role: _sizes_of(framework, staffing, staffing.fte.get(role, 0)) for role in roles}
    if onset is None:
        counts = {role: len(size) for role, size in sizes.items()}
        posts = Posts(counts, np.concatenate([*sizes.values()]), draws)
        ill = ill_days(framework, staffing, posts, days)
        spells = _spells(posts, *_stay_and_vacancy(framework, staffing), staffing.agency_cover, days)
        daily = hours(rota_of(framework, staffing, posts, calendar.day_minutes), posts, calendar, ill, spells)
        rows = _Rows(*spells, posts.size[spells.post], *daily)
    else:
        rows, counts = _rows_through_change(
            framework, staffing, roles, sizes, calendar, draws, onset, longest, hours
        )
    number = np.concatenate([np.arange(count) for count in counts.values()])
    names = {role: zlib.crc32(role.encode("utf-8")) << 24 for role in roles}

    post, starts, leaves = rows.post, rows.starts, rows.leaves
    notice_days = _notice_days(framework)
    stays = leaves >= days
    role_id, pool = (
        repeated(np.array([of[role] for role in roles], dtype=np.int64), list(counts.values()))
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
        shuts=rows.shuts,
    )


def _notice_days(framework: Framework) -> int:
    return int(framework.number("staff.no_new_cases_before_leaving"))


def _stay_and_vacancy(framework: Framework, staffing: Staffing) -> tuple[float, float]:
    """Mean working days of a stay in a post, and of the vacancy after it."""
    turnover = min(staffing.turnover, 3.0)
    stay = WORKING_DAYS_A_YEAR / turnover if turnover > 0 else np.inf
    return float(stay), framework.number("staff.post_empty")


def _sizes_of(framework: Framework, staffing: Staffing, fte: float) -> list[float]:
    """The posts in which ``fte`` are present on average, given turnover and agency cover."""
    stay, vacancy = _stay_and_vacancy(framework, staffing)
    empty = 0.0 if np.isinf(stay) else vacancy / (vacancy + stay)
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


def _spells(posts: Posts, stay_days: float, vacant_days: float, agency_cover: float, days: int) -> Spells:
    """The consecutive workers of each post.

    Stays and vacancies are exponential; a vacancy is covered by an agency worker with probability
    ``agency_cover``. Permanent workers have even numbers and agency workers odd ones, whoever else there is.
    """
    if not np.isfinite(stay_days):
        return _one_each(posts, days)
    turns, shape = _SPELLS // 2, (len(posts), _SPELLS)
    stays = np.maximum(1, np.rint(-stay_days * np.log(posts.uniforms("stay", turns)))).astype(np.int64)
    vacancies = np.rint(-vacant_days * np.log(posts.uniforms("gap", turns))).astype(np.int64)
    filled_again = np.cumsum(stays + vacancies, axis=1)
    empty = filled_again - vacancies
    starts = np.stack([empty - stays, empty], axis=2).reshape(shape)
    leaves = np.minimum(days, np.stack([empty, filled_again], axis=2).reshape(shape))
    covered = np.stack([stays > 0, posts.uniforms("cover", turns) < agency_cover], axis=2).reshape(shape)
    post, turn = np.nonzero(covered & (starts < leaves))
    return Spells(post, turn, starts[post, turn], leaves[post, turn])


def _one_each(posts: Posts, days: int) -> Spells:
    """One worker in each post throughout."""
    zero = np.zeros(len(posts), dtype=np.int64)
    return Spells(np.arange(len(posts)), zero, zero, np.full(len(posts), days))


_AFTER_CHANGE = 2**17  # added to the post's number for workers who enter it because of a change


def _rows_through_change(
    framework: Framework,
    after: Staffing,
    roles: list[str],
    sizes: Mapping[str, list[float]],
    calendar: Calendar,
    draws: Draws,
    onset: Onset,
    longest: int,
    hours: Hours,
) -> tuple[_Rows, dict[str, int]]:
    """The workers where staffing changes on a day, and the posts of each role.

    Before that day they are those of the run without the change. Posts of the same size keep their workers.
    Posts that fall vacant or change size empty over some months, one leaver after another, each after notice
    and with current work finished; whoever enters such a post is another worker.
    """
    before, days = onset.staffing, len(calendar.days)
    since = calendar.day_index(onset.since)

    def holders_sizes(fte: float) -> dict[str, list[float]]:
        """The sizes after the change, with ``fte`` case holders."""
        return {**sizes, CASE_HOLDER: _sizes_of(framework, after, fte)}

    stages = (
        {role: _sizes_of(framework, before, before.fte.get(role, 0)) for role in roles},
        holders_sizes(onset.posts.filled),
        holders_sizes(onset.posts.filled + onset.posts.covered),
        sizes,
    )
    counts = {role: max(len(stage[role]) for stage in stages) for role in roles}
    first, filled, covered, last = (
        np.concatenate([np.pad(stage[role], (0, counts[role] - len(stage[role]))) for role in roles])
        for stage in stages
    )
    posts = Posts(counts, np.where(first > 0, first, last), draws)
    changed_posts = replace(posts, size=np.where(last > 0, last, first))
    # The change causes illness that nobody could foresee: such spells start some days after it.
    away = max(1, int(framework.number("staff.no_new_cases_when_away")))
    ill_before = ill_days(framework, before, posts, days)
    ill = _spliced(ill_before, ill_days(framework, after, posts, days), since + away - 1)
    each = _one_each(posts, days)
    rota, new_rota, changed_rota = (
        rota_of(framework, staffing, its_posts, calendar.day_minutes)
        for staffing, its_posts in ((before, posts), (after, posts), (after, changed_posts))
    )
    hours_before = hours(rota, posts, calendar, ill_before, each)
    hours_after = hours(new_rota, posts, calendar, ill, each)
    opens, shuts = (_spliced(*pair, since) for pair in zip(hours_before, hours_after, strict=True))
    # Nobody leaves because of the change before current work is finished and notice is given.
    notice = max(_notice_days(framework), away)
    finished = 1 + np.sum(np.cumsum((shuts - opens)[:, since:], axis=1) < longest, axis=1)
    earliest = np.maximum(since + notice, since + finished)
    post, turn, starts, leaves = _spells_through_change(
        framework, posts, before, after, since, earliest, days
    )
    spread = max(0, EMPTYING_DAYS - notice) + 1
    vacant = since + notice + np.floor(posts.uniforms("falls vacant", 1)[:, 0] * spread)
    is_unchanged = (first == filled) & (filled == last)
    empties = np.where(is_unchanged, days, np.maximum(vacant, earliest)).astype(np.int64)
    soonest, latest = LATE_COVER_DAYS
    late_cover = since + soonest + np.floor(posts.uniforms("comes later", 1)[:, 0] * (latest - soonest))
    refilled = np.where(first > 0, empties, since)
    refilled = np.where(covered == last, refilled, np.maximum(refilled, late_cover)).astype(np.int64)

    old = np.flatnonzero((first[post] > 0) & (starts < np.minimum(leaves, empties[post])))
    new = np.flatnonzero(
        (last[post] > 0) & (refilled[post] < days) & (np.maximum(starts, refilled[post]) < leaves)
    )
    new_opens, new_shuts = hours(changed_rota, changed_posts, calendar, ill, each)
    rows = _Rows(
        post=np.concatenate([post[old], post[new]]),
        turn=np.concatenate([turn[old], turn[new] + _AFTER_CHANGE * _SPELLS]),
        starts=np.concatenate([starts[old], np.maximum(starts, refilled[post])[new]]),
        leaves=np.concatenate([np.minimum(leaves, empties[post])[old], leaves[new]]),
        size=np.concatenate([first[post[old]], last[post[new]]]),
        opens=np.concatenate([opens[post[old]], new_opens[post[new]]]),
        shuts=np.concatenate([shuts[post[old]], new_shuts[post[new]]]),
    )
    order = np.lexsort((rows.starts, rows.post))
    rows = _Rows(**{field.name: getattr(rows, field.name)[order] for field in fields(rows)})
    return replace(rows, shuts=shuts_in_post(rows.opens, rows.shuts, rows.starts, rows.leaves)), counts


def _spliced(early: NDArray[Any], late: NDArray[Any], day: int) -> NDArray[Any]:
    """The columns of one table before a day, and those of another from it on."""
    return np.concatenate([early[:, :day], late[:, day:]], axis=1)


def _spells_through_change(
    framework: Framework,
    posts: Posts,
    before: Staffing,
    after: Staffing,
    since: int,
    earliest: Ints,
    days: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """The consecutive workers of each post, as in ``_spells``, where turnover and cover change on a day.

    A worker in post on that day has the same fraction of the stay left, which passes at the new rate. Workers
    who would have left before ``earliest`` still do: notice is given.
    """
    (stay, vacant_days), (new_stay, _) = (_stay_and_vacancy(framework, each) for each in (before, after))
    turns, shape = _SPELLS // 2, (len(posts), _SPELLS)
    lengths = -np.log(posts.uniforms("stay", turns))
    vacancies = np.rint(-vacant_days * np.log(posts.uniforms("gap", turns))).astype(np.int64)
    cover = posts.uniforms("cover", turns)
    starts, leaves = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    covered = np.ones(shape, dtype=bool)
    begins, never = np.zeros(len(posts), dtype=np.int64), 4 * days
    for turn in range(turns):
        length = lengths[:, turn]
        old, new = (np.maximum(1, np.rint(np.minimum(each * length, never))) for each in (stay, new_stay))
        ends = begins + old.astype(np.int64)
        if stay != new_stay:
            remaining = np.maximum(1e-9, length - (since - begins) / stay)
            moved = since + np.rint(np.minimum(remaining * new_stay, never)).astype(np.int64)
            ends = np.where(ends >= np.maximum(earliest, since), np.maximum(moved, earliest), ends)
            ends = np.where(begins >= since, begins + new.astype(np.int64), ends)
        starts[:, 2 * turn], leaves[:, 2 * turn] = begins, ends
        begins = ends + vacancies[:, turn]
        starts[:, 2 * turn + 1], leaves[:, 2 * turn + 1] = ends, begins
        agency = np.where(ends < since, before.agency_cover, after.agency_cover)
        covered[:, 2 * turn + 1] = cover[:, turn] < agency
    leaves = np.minimum(days, leaves)
    post, number = np.nonzero(covered & (starts < leaves))
    return post, number, starts[post, number], leaves[post, number]
