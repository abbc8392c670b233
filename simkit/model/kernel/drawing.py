"""The passes of drawing in the kernel, family by family: which steps each needs, their draws and their tasks.

As in ``workload/pathway`` and ``workload/route_tasks``, which say what the columns mean. Logarithms, normal
quantiles and exponentials are left to numpy and scipy, whose results compiled code does not repeat to the
last bit: ``draw_steps`` comes before them, ``write_tasks`` after.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.pathway import (
    ALLOWED,
    ARRIVAL,
    BEYOND,
    CONCLUDING,
    CONCLUSION,
    DAYS,
    FIRST,
    IF_CONFERENCE,
    IF_GOING_BEYOND,
    IF_ONE_STAGE,
    IF_SECOND_STAGE,
    NO_STREAM,
    NOBODY,
    NOT_HELD,
    NOT_REACHED,
    Pathways,
    Step,
    Stream,
)
from simkit.model.kernel.streams import uniform_at
from simkit.model.kernel.tables import Count, Row, Table
from simkit.model.workload.arrivals import REPEAT, STOCK
from simkit.model.workload.workload import CLOSED, NEVER

_LATEST = int(NEVER)


class Family(NamedTuple):
    """A family and its plan, and what depends on whether it came before a change; or the columns of all."""

    block: Any
    position: Any
    children: Any
    route: Any
    kind: Any
    priority: Any
    conclusion: Any
    first_stage: Any
    second_stage: Any
    conference: Any
    retained: Any
    earliest: Any
    conference_share: Any
    stretch: Any


class Place:
    """Of a step, for the family in hand: its task (NOT_REACHED for none), the task at which its line of work
    stands after it, its effort, and the minutes until it is released.
    """

    row: Count
    at: Count
    effort: Count
    hold: Count


class Choice:
    """The limit that comes first for the family in hand, NOT_REACHED for none: its minutes, and those
    planned from the start of the stage.
    """

    limit: Row
    minutes: Count
    planned: Count


class Drawn(NamedTuple):
    """What the passes hand on. For each family: where its steps begin in ``need``, and its first task. For
    each amount of work and waiting: its ``uniform``, and the ``sigma`` that multiplies its normal quantile.

    ``key`` of the replication; ``kept``: the last numbers of each stream.
    """

    key: Any
    kept: Any
    need: Any
    first_need: Any
    first_task: Any
    uniform: Any
    sigma: Any


class TaskRows(NamedTuple):
    """Columns of the task table."""

    case: Any
    step: Any
    attempt: Any
    pool: Any
    urgency: Any
    review: Any
    effort: Any
    parent: Any
    wait_from: Any
    wait: Any
    hold_from: Any
    hold: Any
    due_from: Any
    due: Any
    limit_from: Any
    limit: Any
    closes: Any


@compiled
def family_of(families: Family, row: int) -> Family:
    """A family."""
    return Family(
        families.block[row],
        families.position[row],
        families.children[row],
        families.route[row],
        families.kind[row],
        families.priority[row],
        families.conclusion[row],
        families.first_stage[row],
        families.second_stage[row],
        families.conference[row],
        families.retained[row],
        families.earliest[row],
        families.conference_share[row],
        families.stretch[row],
    )


@compiled
def draw(streams: Table[Stream], family: Family, key: Any, kept: Any, stream: int) -> float:
    """The draw of a family in a stream."""
    name, second = streams[stream].name, streams[stream].second
    return uniform_at(key, name, family.block, second, family.position, kept, stream)


@entry
def draw_steps(paths: Pathways, families: Family, drawn: Drawn) -> tuple[int, int]:
    """Which steps each family needs, and the draws of their amounts. The number of amounts; and NOT_REACHED,
    or the route of a family whose assessment nobody would authorise.
    """
    drawn.first_need[0], drawn.first_task[0] = 0, 0
    streams, key, kept = paths.streams, drawn.key, drawn.kept
    amount, unsigned = 0, NOT_REACHED
    for number in range(len(families.block)):
        family = family_of(families, number)
        begin, end = paths.first[family.route], paths.first[family.route + 1]
        steps, by_priority = paths.steps[begin:end], paths.by_priority[begin:end]
        need = drawn.need[drawn.first_need[number] : drawn.first_need[number] + len(steps)]
        sent_back = 0
        while (
            family.route != CLOSED
            and sent_back < len(paths.send_backs)
            and draw(streams, family, key, kept, paths.send_backs[sent_back]) < paths.send_back
        ):
            sent_back += 1
        stream = paths.conference[family.route]
        conference = (
            stream != NO_STREAM and draw(streams, family, key, kept, stream) < family.conference_share
        )
        tasks, signed = 0, family.route == CLOSED
        for place in range(len(steps)):
            step = steps[place]
            needed = is_needed(step, by_priority[place], steps, family, need, conference, sent_back)
            if needed and step.share_stream != NO_STREAM:
                needed = draw(streams, family, key, kept, wide(step.share_stream)) < step.share
            need[place] = needed
            if not needed:
                continue
            tasks += 1
            signed |= step.ends_stage
            if step.effort_stream != NO_STREAM:
                drawn.uniform[amount] = draw(streams, family, key, kept, wide(step.effort_stream))
                drawn.sigma[amount] = step.effort_sigma
                amount += 1
            if step.wait_stream != NO_STREAM:
                drawn.uniform[amount] = draw(streams, family, key, kept, wide(step.wait_stream))
                drawn.sigma[amount] = step.wait_sigma
                amount += 1
        if not signed and unsigned == NOT_REACHED:
            unsigned = family.route
        drawn.first_need[number + 1] = drawn.first_need[number] + len(steps)
        drawn.first_task[number + 1] = drawn.first_task[number] + tasks
    return amount, unsigned


@compiled
def is_needed(
    step: Step,
    by_priority: Any,
    steps: Table[Step],
    family: Family,
    need: Any,
    conference: bool,
    sent_back: int,
) -> bool:
    """Whether a family needs a step, before its share is drawn. ``steps`` and ``need``: its route's."""
    condition, is_stock = step.condition, family.kind == STOCK
    if condition == NOBODY or (condition == IF_CONFERENCE and not conference):
        return False
    if condition == IF_SECOND_STAGE and not family.second_stage:
        return False
    if step.review:
        of = by_priority[max(family.priority, 0)]
        if is_stock or not of[ALLOWED]:
            return False
        if condition == IF_GOING_BEYOND and family.conclusion <= of[BEYOND]:
            return False
        if step.follows < 0:
            return step.follows == ARRIVAL
        after = steps[step.follows]
        return need[step.follows] == 1 or (not after.review and family.kind >= after.passed)
    if (step.decided and family.kind >= REPEAT) or (is_stock and step.branch):
        return False
    if is_stock and not step.allocation:
        one_stage = step.concluding == IF_ONE_STAGE and not family.second_stage
        if step.concluding != CONCLUDING and not one_stage:
            return False
    return step.attempt == 0 or (family.second_stage and step.attempt <= sent_back)


@entry
def write_tasks(
    paths: Pathways,
    families: Family,
    drawn: Drawn,
    factors: Any,
    sibling_effort: float,
    day: int,
    table: TaskRows,
    places: Table[Place],
    choices: Table[Choice],
) -> None:
    """Write the tasks of all families. ``factors``: of the typical amounts of work and waiting."""
    amount = 0
    for number in range(len(families.block)):
        family = family_of(families, number)
        begin, end = paths.first[family.route], paths.first[family.route + 1]
        steps, by_priority = paths.steps[begin:end], paths.by_priority[begin:end]
        need = drawn.need[drawn.first_need[number] : drawn.first_need[number + 1]]
        row = drawn.first_task[number]
        siblings = 1 + sibling_effort * (family.children - 1)
        closing = NOT_REACHED
        for place in range(len(steps)):
            here, step = places[place], steps[place]
            here.row = NOT_REACHED
            if not need[place]:
                continue
            here.row, here.effort, here.hold = row, 0, -1
            if step.ends_stage:
                closing = place
            if step.has_effort:
                minutes = 0.0
                if step.effort_stream != NO_STREAM:
                    minutes = step.effort_typical * factors[amount]
                    amount += 1
                here.effort = max(1, wide(np.rint(minutes * siblings)))
            table.wait[row] = 0
            if step.wait_stream != NO_STREAM:
                table.wait[row] = wide(np.rint(step.wait_typical * factors[amount]))
                amount += 1
            row += 1
        hold_tasks(steps, family, day, places)
        for due in range(paths.first_due[family.route], paths.first_due[family.route + 1]):
            choose_limit(paths, family, drawn.key, drawn.kept, due, day, choices[due])
        for place in range(len(steps)):
            here, step = places[place], steps[place]
            before = stand(steps, family, places, step)
            here.at = before if here.row < 0 else here.row
            if here.row < 0:
                continue
            row = here.row
            table.case[row], table.step[row], table.attempt[row] = number, step.name, step.attempt
            table.pool[row], table.urgency[row], table.review[row] = step.pool, step.urgency, step.review
            table.effort[row], table.parent[row], table.closes[row] = here.effort, before, place == closing
            table.wait_from[row] = table.hold_from[row] = ARRIVAL
            table.hold[row] = here.hold
            if step.has_wait and step.wait_after >= 0:
                table.wait_from[row] = places[step.wait_after].at
            if step.plan != NOT_HELD:
                table.hold_from[row] = event_of(steps, family, places, wide(step.hold_since))
            due_from, due, limit_from, limit = due_times(paths, steps, family, places, choices, step, day)
            if step.review:
                table.hold_from[row] = due_from = limit_from = before
                table.hold[row] = by_priority[place, max(family.priority, 0), DAYS] * day
                due = limit = table.hold[row] + day
            table.due_from[row], table.due[row] = due_from, due
            table.limit_from[row], table.limit[row] = limit_from, limit


@compiled
def event_of(steps: Table[Step], family: Family, places: Table[Place], step: int) -> int:
    """The task whose end is the event of a step: ARRIVAL where the family had passed it before."""
    if step < 0:
        return step
    if places[step].row >= 0:
        return places[step].row
    return ARRIVAL if family.kind >= steps[step].passed else NOT_REACHED


@compiled
def stand(steps: Table[Step], family: Family, places: Table[Place], step: Step) -> int:
    """The task at which the line of work of a step stands before it."""
    if step.before < 0:
        return wide(step.before)
    if step.after_event:
        return event_of(steps, family, places, wide(step.before))
    return places[step.before].at


@compiled
def hold_tasks(steps: Table[Step], family: Family, day: int, places: Table[Place]) -> None:
    """Minutes until each held task is released: without queues its line ends at midday of the planned day."""
    main, branch = 0, 0  # minutes to the end of the main line, of a branch
    for place in range(len(steps) - 1, -1, -1):
        here, step = places[place], steps[place]
        if step.review:
            continue
        rest = branch if step.branch else main
        if step.ends_first_stage:
            rest = 0
        if here.row >= 0:
            rest += wide(np.rint(here.effort * family.stretch))
            if step.plan != NOT_HELD:
                planned = family.conference
                if step.plan == CONCLUSION:
                    planned = family.conclusion
                elif step.plan == FIRST:
                    planned = family.first_stage
                here.hold = max(family.earliest * day, planned * day + day // 2 - rest)
        if step.branch:
            branch = rest
        else:
            main = rest


@compiled
def choose_limit(
    paths: Pathways, family: Family, key: Any, kept: Any, due: int, day: int, choice: Choice
) -> None:
    """The first limit of a stage by its planned day, among those that hold for a family."""
    least = _LATEST
    choice.limit = NOT_REACHED
    for place in range(paths.due_times[due].first_limit, paths.due_times[due].end_limit):
        limit = paths.limits[place]
        if limit.retained and not family.retained:
            continue
        days = limit.low
        if limit.stream != NO_STREAM:
            uniform = draw(paths.streams, family, key, kept, wide(limit.stream))
            days += wide(math.floor(uniform * (limit.high - days + 1)))
        planned = days + limit.before
        if planned < least:
            least = planned
            choice.limit = place
            choice.minutes = (days + 1) * day + limit.rest
            choice.planned = (planned + 1) * day + limit.rest


@compiled
def due_times(
    paths: Pathways,
    steps: Table[Step],
    family: Family,
    places: Table[Place],
    choices: Table[Choice],
    step: Step,
    day: int,
) -> tuple[int, int, int, int]:
    """When a task is due, and the limit on it: the task from which each is counted, and its minutes."""
    due_from, due, limit_from, limit = wide(ARRIVAL), wide(-1), wide(ARRIVAL), wide(-1)
    if step.due >= 0:
        stage, choice = paths.due_times[step.due], choices[step.due]
        planned = family.first_stage if stage.first_stage else family.conclusion
        due_from = limit_from = event_of(steps, family, places, wide(stage.since))
        due = (planned + 1) * day
        if choice.limit >= 0:
            limit = choice.planned
            since = event_of(steps, family, places, wide(paths.limits[choice.limit].since))
            if since != NOT_REACHED:
                limit_from, limit = since, choice.minutes
    own = event_of(steps, family, places, wide(step.own_since))
    if own != NOT_REACHED:
        due_from = limit_from = own
        due = limit = step.own_minutes
    return due_from, due, limit_from, limit
