"""The tasks of one route: what each task waits for, its effort, when it is due, and the limit on it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.framework.amount import Amount
from simkit.framework.framework import FIRST_STAGE, Framework, Review, Spread, Timescale
from simkit.model.inputs.calendar import counted_days, model_days, part_of_day, working_minutes
from simkit.model.inputs.practice import (
    conclusion_limits,
    days_before,
    first_stage_limits,
    retained_limit,
)
from simkit.model.queue_order import ORDINARY, RAISED, URGENT
from simkit.model.workload.arrivals import Families
from simkit.model.workload.pathway import RouteStep, StepsError, already_passed, closing_step
from simkit.model.workload.planned_dates import Plan, limit_days
from simkit.model.workload.random_streams import Draws, Uniforms, lognormal
from simkit.model.workload.workload import NEVER

Columns = dict[str, Ints]
Events = Mapping[str, Ints]  # of each family: row of the task whose end is the event, or one of these:

_ARRIVAL, _NOT_REACHED = -1, -2

# The columns of the task table that this module fills, with their defaults.
DEFAULTS = {
    **dict.fromkeys(("route_step", "effort", "wait", "closes"), 0),
    **dict.fromkeys(("parent", "wait_from", "hold_from", "due_from", "limit_from"), _ARRIVAL),
    **dict.fromkeys(("hold", "due", "limit"), -1),
}


@dataclass(frozen=True, eq=False)
class _Line:
    """The progress of families on a line of work.

    ``at``: row of the last task of each, -1 before the first. ``events`` and ``steps``: those on the way
    there; ``due``: when the next task is due, one value for each family.
    """

    at: Ints
    events: Events
    due: Columns
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class _Limit:
    """A limit on a stage. Of each family: ``minutes`` from the event ``start``, ``planned`` minutes from the
    start of the stage, and whether it is the first limit of the stage.
    """

    start: str
    minutes: Ints
    planned: Ints
    first: Bools


@dataclass(frozen=True, eq=False)
class RouteTasks:
    """The families of one route, ``rows`` of all, and their tasks. ``need``: steps of ``work`` x families."""

    framework: Framework
    route: str
    rows: Ints
    families: Families
    planned: Plan
    work: tuple[RouteStep, ...]
    need: Bools
    day: int
    stretch: Floats
    draws: Draws
    uniforms: Uniforms

    def fill(self, table: Columns, first: Ints, number: Callable[[RouteStep, int], int]) -> None:
        """Write the tasks into their rows of the table; those of each family begin at ``first``.

        ``number``: gives the number of a step of this urgency. Raises StepsError if nobody would authorise an
        assessment.
        """
        closes = closing_step(self.work, self.need)
        if self.route != "closed" and (closes < 0).any():
            raise nobody_signs(self.route)
        members = [np.flatnonzero(need) for need in self.need]
        effort = [self._effort(*each) for each in zip(self.work, members, strict=True)]
        holds = self._holds(members, effort)
        arrived = self._all(_ARRIVAL)
        main = _Line(arrived, {"referral": arrived}, self._due({"referral": arrived}))
        lines: dict[str, _Line] = {}  # by the label of their last step or review
        reached: dict[str, Ints] = {**main.events}  # events on any line
        following = first.copy()
        for place, (route_step, mine) in enumerate(zip(self.work, members, strict=True)):
            before = self._before(route_step, main, lines, reached)
            row = following[mine]
            following[mine] += 1
            table["route_step"][row] = number(route_step, urgency_of(route_step, self.route, before.events))
            columns = {
                "effort": effort[place],
                "parent": before.at[mine],
                **self._times(route_step, mine, before, lines, holds.get(place)),
            }
            if route_step.ends_a_stage:
                columns["closes"] = closes[mine] == place
            for name, values in columns.items():
                table[name][row] = values
            lines[route_step.label] = self._after(route_step, mine, row, before)
            if route_step.review is None and route_step.attempt == 0:
                reached |= {event: lines[route_step.label].events[event] for event in route_step.step.marks}
            if route_step.follows is None and route_step.review is None:
                main = lines[route_step.label]

    def _all(self, value: int) -> Ints:
        return np.full(len(self.families), value, dtype=np.int64)

    def _before(
        self, route_step: RouteStep, main: _Line, lines: Mapping[str, _Line], reached: Events
    ) -> _Line:
        """The line of work that a step continues."""
        point = route_step.review
        if point is not None:
            if route_step.attempt > 0:
                return lines[route_step.label]
            never = replace(main, at=self._all(_NOT_REACHED))
            if point.after is not None:
                return lines.get(f"review {point.after}", never)
            return replace(main, at=reached.get(point.start or "assessment_started", never.at))
        if route_step.follows is None:
            return main
        if route_step.follows not in lines:
            raise StepsError(
                f"The step {route_step.step.id} follows {route_step.follows}, which no case of the route "
                f"{self.route} has before it."
            )
        return lines[route_step.follows]

    def _after(self, route_step: RouteStep, mine: Ints, row: Ints, before: _Line) -> _Line:
        """The line of work after a step."""
        at = before.at.copy()
        at[mine] = row
        steps = before.steps | {route_step.label}
        if route_step.review is not None or route_step.attempt > 0 or not route_step.step.marks:
            return _Line(at, before.events, before.due, steps)
        marked = np.where(already_passed(route_step, self.families), _ARRIVAL, _NOT_REACHED)
        marked[mine] = row
        events = {**before.events, **dict.fromkeys(route_step.step.marks, marked)}
        same = starts_of_due_times(self.framework, self.route).isdisjoint(route_step.step.marks)
        return _Line(at, events, before.due if same else self._due(events), steps)

    def _times(
        self, route_step: RouteStep, mine: Ints, before: _Line, lines: Mapping[str, _Line], hold: Ints | None
    ) -> Columns:
        """What a step waits for, when it is due, and the limit on it.

        A step whose end is an event with a timescale is due by it, if the case reaches the event from which
        it counts.
        """
        if route_step.review is not None:
            after, day = before.at[mine], self._review_day(route_step)[mine] * self.day
            over = day + self.day
            columns = {"hold_from": after, "hold": day, "due_from": after, "due": over}
            return {**columns, "limit_from": after, "limit": over}
        columns = {name: values[mine] for name, values in before.due.items()}
        own = shortest_limit(self.framework, route_step, self.route, before.events)
        if own is not None and own.amount is not None:
            since, minutes = before.events[own.start][mine], limit_minutes(own, own.amount, self.day)
            for origin, column in (("due_from", "due"), ("limit_from", "limit")):
                for name, value in ((origin, since), (column, minutes)):
                    columns[name] = np.where(since != _NOT_REACHED, value, columns.get(name, DEFAULTS[name]))
        if hold is not None:
            start = (
                "strategy_discussion" if route_step.step.held_until == "conference" else "assessment_started"
            )
            columns |= {"hold_from": before.events.get(start, before.events["referral"])[mine], "hold": hold}
        return columns | self._wait(route_step, mine, before, lines)

    def _effort(self, route_step: RouteStep, mine: Ints) -> Ints:
        """Minutes of work, more for more children; at least one for a step with effort."""
        spread = route_step.step.effort
        if spread is None:
            return np.zeros(len(mine), dtype=np.int64)
        minutes = self._minutes(f"effort {route_step.label}", route_step.attempt, mine, spread)
        return np.maximum(1, np.rint(minutes * self._siblings[mine])).astype(np.int64)

    @cached_property
    def _siblings(self) -> Floats:
        """Work for each family, in multiples of the work for one child."""
        further = (self.families.children - 1).astype(np.float64)
        return 1 + self.framework.number("demand.sibling_effort") * further

    def _minutes(self, purpose: str, attempt: int, mine: Ints, spread: Spread) -> Floats:
        """Minutes of work or waiting, one draw for each family."""
        typical, high = (n.value * working_minutes(n.unit, self.day) for n in (spread.typical, spread.high))
        return lognormal(self.uniforms.of(self.rows[mine], purpose, attempt), typical, high)

    def _holds(self, members: list[Ints], effort: list[Ints]) -> dict[int, Ints]:
        """For each step held until a planned day, by place, the minutes until it is released.

        Without queues, its line of work or its stage ends at midday of the planned day. An
        assessment that is already open does not end in the days that have passed.
        """
        plans = {
            "conclusion": self.planned.conclusion,
            "first_stage": self.planned.first_stage,
            "conference": self.planned.conference,
        }
        holds = {}
        remaining = {
            False: self._all(0),
            True: self._all(0),
        }  # minutes to the end of the main line, of a branch
        for place in range(len(self.work) - 1, -1, -1):
            route_step, mine = self.work[place], members[place]
            if route_step.review is not None:
                continue
            to_end = remaining[route_step.follows is not None]
            if route_step.ends_first_stage:
                to_end[:] = 0
            to_end[mine] += np.rint(effort[place] * self.stretch[mine]).astype(np.int64)
            if route_step.step.held_until is not None and route_step.attempt == 0:
                end = plans[route_step.step.held_until][mine] * self.day + self.day // 2
                holds[place] = np.maximum(self.planned.earliest[mine] * self.day, end - to_end[mine])
        return holds

    def _wait(self, route_step: RouteStep, mine: Ints, before: _Line, lines: Mapping[str, _Line]) -> Columns:
        """The task from which an external answer is counted, and the minutes until it comes.

        No wait if it is after a step that the route does not have. Raises StepsError if the route has that
        step elsewhere.
        """
        spread, after = route_step.step.wait, route_step.step.wait_after
        if spread is None or route_step.attempt > 0:
            return {}
        if after is not None and after not in before.steps:
            if any(after == other.label for other in self.work):
                raise StepsError(
                    f"The step {route_step.step.id} waits for what was asked for at {after}, which the cases "
                    f"of the route {self.route} need not have come to by then: it lies later or on another "
                    "line of work. Let it wait after a step that it follows."
                )
            return {}
        origin = before.at if after is None else lines[after].at
        minutes = self._minutes(f"wait {route_step.label}", 0, mine, spread)
        return {"wait_from": origin[mine], "wait": np.rint(minutes).astype(np.int64)}

    def _due(self, events: Events) -> Columns:
        """When tasks after these events are due, and the limit on them: the tasks from which both are
        counted, and minutes to the end of the last day.

        Tasks are due by the planned end of their stage. The limit is the first one of the stage; it counts
        from its own event, or from the start of the stage if the case has not reached that event.
        """
        if self.route == "closed":
            return {}
        first = self._staged and FIRST_STAGE not in events
        planned = self.planned.first_stage if first else self.planned.conclusion
        stage_start = events.get("assessment_started", events["referral"])
        start, minutes = stage_start, self._all(-1)
        for limit in self._limits[first]:
            since = events.get(limit.start, self._all(_NOT_REACHED))
            known = since != _NOT_REACHED
            start = np.where(limit.first & known, since, start)
            minutes = np.where(limit.first, np.where(known, limit.minutes, limit.planned), minutes)
        due = (planned + 1) * self.day
        return {"due_from": stage_start, "due": due, "limit_from": start, "limit": minutes}

    @cached_property
    def _staged(self) -> bool:
        return bool(first_stage_limits(self.framework, self.route))

    @cached_property
    def _limits(self) -> dict[bool, tuple[_Limit, ...]]:
        """The limits on the first of two stages (True) and on the conclusion (False)."""
        retained = retained_limit(self.framework, self.route)
        return {
            True: self._limits_of(first_stage_limits(self.framework, self.route)),
            False: self._limits_of(conclusion_limits(self.framework, self.route), retained),
        }

    def _limits_of(
        self, timescales: tuple[Timescale, ...], retained: Timescale | None = None
    ) -> tuple[_Limit, ...]:
        """``retained``: a removed limit that applies only to the families treated as under it."""
        every = np.ones(len(self.families), dtype=bool)
        holds = [every] * len(timescales)
        if retained is not None:
            timescales, holds = (retained, *timescales), [self.planned.retained, *holds]
        own = [limit_days(t, self.families, self.draws) for t in timescales]
        if not own:
            return ()
        before = [days_before(self.framework, t, self.route) for t in timescales]
        planned = np.stack([days + more for days, more in zip(own, before, strict=True)])
        first = np.argmin(np.where(np.stack(holds), planned, NEVER), axis=0)
        return tuple(
            _Limit(
                t.start,
                (own[k] + 1) * self.day + rest_of_day(t, self.day),
                (planned[k] + 1) * self.day + rest_of_day(t, self.day),
                (first == k) & holds[k],
            )
            for k, t in enumerate(timescales)
            if ((first == k) & holds[k]).any()
        )

    def _review_day(self, route_step: RouteStep) -> Ints:
        """Days from the event or review from which a review is counted to its own day."""
        point = route_step.review
        assert point is not None
        if point.by_priority:
            days = [review_days(point, priority) for priority in self.framework.priorities]
            return np.array(days, dtype=np.int64)[self.planned.priority]
        return self._all(review_days(point, None))


def nobody_signs(route: str) -> StepsError:
    """The error where nobody would authorise an assessment."""
    return StepsError(
        f"On the route {route} there are assessments that nobody would authorise: a step that "
        "every one of them comes to must say `marks: [authorised]`."
    )


def urgency_of(route_step: RouteStep, route: str, events: Container[str]) -> int:
    """A section 47 enquiry and its conference go first, the assessment in parallel with them does not.

    Next are the steps before the child is seen, so that new cases are started before others are finished.
    ``events``: those before the step on its line of work.
    """
    aside = route_step.follows is not None
    if route == "section_47" and (aside or "enquiry_concluded" not in events):
        return URGENT
    return ORDINARY if "child_seen" in events or route == "closed" else RAISED


def limit_minutes(limit: Timescale, amount: Amount, day: int) -> int:
    """Minutes from the beginning of the day on which a limit starts to its end."""
    return (counted_days(amount, limit.starting_day) + 1) * day + round(part_of_day(amount) * day)


def rest_of_day(limit: Timescale, day: int) -> int:
    """Minutes of a limit beyond its whole days; none where it is drawn between two values."""
    if limit.amount is None or limit.lower is not None:
        return 0
    return round(part_of_day(limit.amount) * day)


def starts_of_due_times(framework: Framework, route: str) -> frozenset[str]:
    """The events on which the due times of a route depend."""
    limits = first_stage_limits(framework, route) + conclusion_limits(framework, route)
    retained = retained_limit(framework, route)
    starts = {limit.start for limit in (limits if retained is None else (*limits, retained))}
    return frozenset({"assessment_started", FIRST_STAGE, *starts})


def shortest_limit(
    framework: Framework, route_step: RouteStep, route: str, events: Container[str]
) -> Timescale | None:
    """The shortest limit on a step's own events before the conclusion of an ordinary case.

    It counts from one of ``events``. One for this route goes before one for all routes.
    """
    conference = ("conference",) if route_step.step.only_if == "conference" else ()
    targets = {*route_step.step.marks, *conference} - {"authorised"}
    limits = [
        t
        for t in framework.limits.values()
        if t.kind in ("within", "at_most")
        and t.amount is not None
        and t.only_if is None
        and t.end in targets
        and t.start in events
        and (not t.routes or route in t.routes)
    ]
    return min(limits, key=lambda t: (not t.routes, model_days(t.amount) if t.amount else 0), default=None)


def review_days(point: Review, priority: str | None) -> int:
    """Days from the event or review from which a review is counted to its own day, -1 for none."""
    amount = point.by_priority.get(priority or "") if point.by_priority else point.at or point.at_most_every
    return -1 if amount is None else counted_days(amount, point.starting_day)
