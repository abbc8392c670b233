"""The pathways of all routes as tables of numbers, from which the kernel draws tasks.

What ``workload/pathway`` and ``workload/route_tasks`` work out for each framework, before any family: the
conditions of each step, the steps whose ends it counts from, its limits and its streams of draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from simkit.framework.framework import FIRST_STAGE, ROUTES, Framework, Review, Spread, Timescale
from simkit.model.inputs.calendar import counted_days, working_minutes
from simkit.model.inputs.practice import (
    conclusion_limits,
    days_before,
    first_stage_limits,
    is_simulated,
    retained_limit,
    review_day,
)
from simkit.model.kernel.streams import stream_name
from simkit.model.kernel.tables import Count, Flag, Fraction, Row, Table, dtype_of
from simkit.model.workload.arrivals import REPEAT, STOCK
from simkit.model.workload.pathway import RouteStep, StepsError, route_steps
from simkit.model.workload.random_streams import lognormal_sigma
from simkit.model.workload.route_tasks import (
    limit_minutes,
    rest_of_day,
    review_days,
    shortest_limit,
    starts_of_due_times,
    urgency_of,
)
from simkit.model.workload.task_table import StepNames
from simkit.model.workload.workload import NEVER

ARRIVAL, NOT_REACHED = -1, -2  # in place of a step: the arrival, and an event that is on no way there
NO_STREAM = -1
ALLOWED, BEYOND, DAYS = range(3)
ALWAYS, IF_CONFERENCE, IF_SECOND_STAGE, IF_GOING_BEYOND, NOBODY = range(5)
NOT_HELD, CONCLUSION, FIRST, CONFERENCE = range(4)  # the plan that holds a step
NOT_YET, IF_ONE_STAGE, CONCLUDING = range(3)  # whether what is left to a case open at the start has begun

_PLANS = {None: NOT_HELD, "conclusion": CONCLUSION, "first_stage": FIRST, "conference": CONFERENCE}
_CONDITIONS = {"conference": IF_CONFERENCE, "second_stage": IF_SECOND_STAGE}


class Step:
    """A step or review point of a route.

    Other steps are rows of the same route, ARRIVAL or NOT_REACHED. ``before``: the step whose end its line of
    work stands at, where ``after_event`` not as a task but as an event. ``due``: row of due times, -1 for
    none. ``own_since`` and ``own_minutes``: its own limit, NOT_REACHED for none. ``plan``: what holds it, and
    ``hold_since`` the event from which it does. ``passed``: the kind of case from which on its event lies
    before the arrival. ``follows``: the review or event after which a review is held.
    """

    review: Flag
    attempt: Row
    condition: Row
    share: Fraction
    share_stream: Row
    branch: Flag
    allocation: Flag
    concluding: Row
    decided: Flag
    follows: Row
    before: Row
    after_event: Flag
    due: Row
    own_since: Row
    own_minutes: Count
    plan: Row
    hold_since: Row
    ends_stage: Flag
    ends_first_stage: Flag
    passed: Row
    has_effort: Flag
    effort_stream: Row
    effort_typical: Fraction
    effort_sigma: Fraction
    wait_stream: Row
    wait_typical: Fraction
    wait_sigma: Fraction
    has_wait: Flag
    wait_after: Row
    name: Row
    pool: Row
    urgency: Row


class DueTime:
    """When tasks are due: by which stage, from which event; and the limits on that stage.

    Limits are the rows ``first_limit`` to ``end_limit`` (excluded) of their table.
    """

    first_stage: Flag
    since: Row
    first_limit: Row
    end_limit: Row


class Limit:
    """A limit on a line of work: the event ``since``, days from ``low`` to ``high`` (a ``stream`` decides,
    NO_STREAM where they are equal), ``before`` the days planned from the start of the stage to that event,
    ``rest`` the minutes of a last part of a day. ``retained``: only for who is treated as under it.
    """

    since: Row
    low: Count
    high: Count
    stream: Row
    before: Count
    rest: Count
    retained: Flag


class Stream:
    """A stream of draws: its name, and its second key."""

    name: Count
    second: Count


class Pathways(NamedTuple):
    """The steps of route r are the rows ``first[r]`` to ``first[r + 1]`` (excluded); the last is the front
    door alone. ``by_priority``: of each step and priority whether a review is ALLOWED, the working days
    BEYOND which an assessment has to be planned for it, and the DAYS after which it is held (-1: none).
    ``conference``: the stream for a conference, NO_STREAM where no step asks; ``send_backs``: those of each
    further attempt.
    """

    first: Any
    first_due: Any
    steps: Table[Step]
    by_priority: Any
    due_times: Table[DueTime]
    limits: Table[Limit]
    streams: Table[Stream]
    conference: Any
    send_backs: Any
    send_back: Any


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of work: the step it stands at, the steps that mark its events, and its row of due times."""

    at: int
    events: Mapping[str, int]
    due: int
    is_event: bool = False
    steps: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Tables:
    """The rows written so far."""

    framework: Framework
    day: int
    names: StepNames
    steps: list[dict[str, Any]] = field(default_factory=list)
    due_times: list[tuple[int, ...]] = field(default_factory=list)
    limits: list[tuple[int, ...]] = field(default_factory=list)
    streams: dict[tuple[int, int], int] = field(default_factory=dict)

    def stream(self, purpose: str, *key: int) -> int:
        """The row of a stream, of one key or two."""
        named = stream_name(purpose, 1 + len(key)), key[0] if key else 0
        return self.streams.setdefault(named, len(self.streams))


def pathways(framework: Framework, pools: tuple[str, ...], day: int) -> tuple[Pathways, StepNames]:
    """The pathways of a framework, and the names of their steps. Raises StepsError as ``route_steps``.

    They are worked out once for all replications, whose frameworks differ in other numbers than those of
    steps.
    """
    return _pathways(_Rules(framework), pools, day)


class _Rules:
    """What pathways depend on in a framework: equal where these are the same values."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        rules = (framework.steps, framework.reviews, framework.timescales, framework.implied)
        numbers = (framework.number("work.most_send_backs"), framework.number("work.send_back"))
        self._key = (*map(id, (*rules, framework.priorities)), *numbers)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and self._key == other._key


@lru_cache(maxsize=16)
def _pathways(rules: _Rules, pools: tuple[str, ...], day: int) -> tuple[Pathways, StepNames]:
    framework = rules.framework
    tables = _Tables(framework, day, StepNames(pools))
    first, first_due = [0], [0]
    conference, most = [], 0
    for route in (*ROUTES, "closed"):
        work = route_steps(framework, route)
        _Route(tables, route, work).write()
        first.append(len(tables.steps))
        first_due.append(len(tables.due_times))
        asked = any(each.review is None and each.step.only_if == "conference" for each in work)
        conference.append(tables.stream("conference") if asked else NO_STREAM)
        most = max((most, *(each.attempt for each in work if each.review is None)))
    send_backs = [tables.stream("send_back", attempt) for attempt in range(1, most + 1)]
    return Pathways(
        first=np.array(first),
        first_due=np.array(first_due),
        steps=_table(Step, [tuple(row[name] for name in Step.__annotations__) for row in tables.steps]),
        by_priority=np.array([row["by_priority"] for row in tables.steps]).transpose(0, 2, 1).copy(),
        due_times=_table(DueTime, tables.due_times),
        limits=_table(Limit, tables.limits),
        streams=_table(Stream, list(tables.streams)),
        conference=np.array(conference),
        send_backs=np.array(send_backs, dtype=np.int64),
        send_back=framework.number("work.send_back"),
    ), tables.names


def _table(record: type, rows: list[Any]) -> Any:
    return np.array(rows, dtype=dtype_of(record))


@dataclass(slots=True)
class _Route:
    """Writes the rows of one route."""

    tables: _Tables
    route: str
    work: tuple[RouteStep, ...]

    def write(self) -> None:
        tables = self.tables
        main = _Line(ARRIVAL, {"referral": ARRIVAL}, self._due({"referral": ARRIVAL}))
        lines: dict[str, _Line] = {}  # by the label of their last step or review
        reached: dict[str, int] = {"referral": ARRIVAL}  # events on any line
        reviewed: dict[str, int] = {}  # the last row of each review
        concluding = NOT_YET
        for row, route_step in enumerate(self.work):
            step, before = route_step.step, self._before(route_step, main, lines, reached)
            if route_step.review is None and (step.held_until == "conclusion" or "authorised" in step.marks):
                concluding = CONCLUDING
            elif route_step.review is None and step.held_until == "first_stage":
                concluding = max(concluding, IF_ONE_STAGE)
            columns = {
                "review": route_step.review is not None,
                "attempt": route_step.attempt,
                "branch": route_step.follows is not None,
                "allocation": step.by == "allocation",
                "concluding": concluding,
                "decided": "decided" in step.marks,
                "before": before.at,
                "after_event": before.is_event,
                "due": before.due,
                "ends_stage": route_step.ends_a_stage,
                "ends_first_stage": route_step.ends_first_stage,
                "passed": REPEAT if "decided" in step.marks else STOCK,
                "name": tables.names.step(route_step),
                "pool": tables.names.pool(route_step),
                "urgency": urgency_of(route_step, self.route, before.events),
                **self._condition(route_step, reached, reviewed),
                **self._times(route_step, before, lines),
                "has_effort": step.effort is not None,
                **self._spread("effort", step.effort, f"effort {route_step.label}", route_step.attempt),
            }
            tables.steps.append(columns)
            if route_step.review is not None:
                reviewed[route_step.review.id] = row
            lines[route_step.label] = self._after(route_step, row, before)
            if route_step.review is None and route_step.attempt == 0:
                reached |= dict.fromkeys(step.marks, row)
            if route_step.follows is None and route_step.review is None:
                main = lines[route_step.label]

    def _before(
        self,
        route_step: RouteStep,
        main: _Line,
        lines: Mapping[str, _Line],
        reached: Mapping[str, int],
    ) -> _Line:
        """The line of work that a step continues, as in ``RouteTasks``."""
        point = route_step.review
        if point is not None:
            if route_step.attempt > 0:
                return lines[route_step.label]
            if point.after is not None:
                return lines.get(f"review {point.after}", replace(main, at=NOT_REACHED))
            at = reached.get(point.start or "assessment_started", NOT_REACHED)
            return replace(main, at=at, is_event=True)
        if route_step.follows is None:
            return main
        if route_step.follows not in lines:
            raise StepsError(
                f"The step {route_step.step.id} follows {route_step.follows}, which no case of the route "
                f"{self.route} has before it."
            )
        return lines[route_step.follows]

    def _after(self, route_step: RouteStep, row: int, before: _Line) -> _Line:
        """The line of work after a step."""
        steps = before.steps | {route_step.label}
        if route_step.review is not None or route_step.attempt > 0 or not route_step.step.marks:
            return _Line(row, before.events, before.due, steps=steps)
        events = {**before.events, **dict.fromkeys(route_step.step.marks, row)}
        starts = starts_of_due_times(self.tables.framework, self.route)
        same = starts.isdisjoint(route_step.step.marks)
        return _Line(row, events, before.due if same else self._due(events), steps=steps)

    def _condition(
        self, route_step: RouteStep, reached: Mapping[str, int], reviewed: Mapping[str, int]
    ) -> dict[str, Any]:
        """Which families need a step, and what a review has to follow."""
        step, point = route_step.step, route_step.review
        priorities = tuple(self.tables.framework.priorities)
        everybody = np.ones(max(1, len(priorities)), dtype=np.int64)
        columns: dict[str, Any] = {
            "share": 1.0,
            "share_stream": NO_STREAM,
            "follows": ARRIVAL,
        }
        allowed, beyond, days = everybody, 0 * everybody, 0 * everybody - 1
        if point is None:
            if step.share is not None:
                columns |= {
                    "share": step.share.value,
                    "share_stream": self.tables.stream(f"needed {step.id}"),
                }
            columns["condition"] = _CONDITIONS.get(step.only_if or "", ALWAYS)
            return {**columns, "by_priority": (allowed, beyond, days)}
        if point.after is not None:
            columns["follows"] = reviewed.get(point.after, NOT_REACHED)
        else:
            columns["follows"] = reached.get(point.start or "assessment_started", NOT_REACHED)
        if point.by_priority:
            allowed = np.array([name in point.by_priority for name in priorities] or [False])
        columns["condition"] = _CONDITIONS.get(point.only_if or "", ALWAYS)
        if not is_simulated(point):
            columns["condition"] = NOBODY
        elif point.only_if == "going_beyond":
            columns["condition"], beyond = IF_GOING_BEYOND, self._days_of_review(point)
        days = np.array([review_days(point, each) for each in priorities or (None,)])
        return {**columns, "by_priority": (allowed, beyond, days)}

    def _days_of_review(self, point: Review) -> Any:
        """Working days from the start of each assessment to a review, by priority."""
        framework = self.tables.framework
        days = [review_day(framework, point, each) for each in framework.priorities or (None,)]
        return np.array([NEVER if day is None else day for day in days], dtype=np.int64)

    def _times(self, route_step: RouteStep, before: _Line, lines: Mapping[str, _Line]) -> dict[str, Any]:
        """What a step waits for, when it is due, and the limit on it."""
        framework, step = self.tables.framework, route_step.step
        columns: dict[str, Any] = {
            "own_since": NOT_REACHED,
            "own_minutes": 0,
            "plan": NOT_HELD,
            "hold_since": ARRIVAL,
            "has_wait": False,
            "wait_after": ARRIVAL,
            **self._spread("wait", None, "", 0),
        }
        if route_step.review is not None:
            return columns
        own = shortest_limit(framework, route_step, self.route, before.events)
        if own is not None and own.amount is not None:
            columns["own_since"] = before.events[own.start]
            columns["own_minutes"] = limit_minutes(own, own.amount, self.tables.day)
        if step.held_until is not None and route_step.attempt == 0:
            start = "strategy_discussion" if step.held_until == "conference" else "assessment_started"
            columns["plan"] = _PLANS[step.held_until]
            columns["hold_since"] = before.events.get(start, before.events["referral"])
        if step.wait is not None and route_step.attempt == 0:
            after = step.wait_after
            if after is None or after in before.steps:
                columns["has_wait"] = True
                columns["wait_after"] = before.at if after is None else lines[after].at
                columns |= self._spread("wait", step.wait, f"wait {route_step.label}", 0)
            elif any(after == other.label for other in self.work):
                raise StepsError(
                    f"The step {step.id} waits for what was asked for at {after}, which the cases "
                    f"of the route {self.route} need not have come to by then: it lies later or on another "
                    "line of work. Let it wait after a step that it follows."
                )
        return columns

    def _spread(self, what: str, spread: Spread | None, purpose: str, attempt: int) -> dict[str, Any]:
        """A lognormal amount in minutes, and its stream; none where its median is 0."""
        stream, typical, sigma = NO_STREAM, 0.0, 0.0
        if spread is not None and spread.typical.value > 0:
            numbers = (spread.typical, spread.high)
            typical, high = (n.value * working_minutes(n.unit, self.tables.day) for n in numbers)
            sigma = lognormal_sigma(typical, high)
            stream = self.tables.stream(purpose, attempt)
        return {f"{what}_stream": stream, f"{what}_typical": typical, f"{what}_sigma": sigma}

    def _due(self, events: Mapping[str, int]) -> int:
        """The row of due times after these events, and the limits on the stage."""
        if self.route == "closed":
            return -1
        tables, framework = self.tables, self.tables.framework
        first = bool(first_stage_limits(framework, self.route)) and FIRST_STAGE not in events
        begin = len(tables.limits)
        timescales: tuple[Timescale, ...]
        if first:
            timescales, retained = first_stage_limits(framework, self.route), None
        else:
            timescales = conclusion_limits(framework, self.route)
            retained = retained_limit(framework, self.route)
        for each in timescales if retained is None else (retained, *timescales):
            tables.limits.append(self._limit(each, events, each is retained))
        since = events.get("assessment_started", events["referral"])
        tables.due_times.append((int(first), since, begin, len(tables.limits)))
        return len(tables.due_times) - 1

    def _limit(self, limit: Timescale, events: Mapping[str, int], retained: bool) -> tuple[int, ...]:
        assert limit.amount is not None
        high = low = counted_days(limit.amount, limit.starting_day)
        stream = NO_STREAM
        if limit.lower is not None:
            low = counted_days(limit.lower, limit.starting_day)
            stream = self.tables.stream(f"limit {limit.id}")
        return (
            events.get(limit.start, NOT_REACHED),
            low,
            high,
            stream,
            days_before(self.tables.framework, limit, self.route),
            rest_of_day(limit, self.tables.day),
            int(retained),
        )
