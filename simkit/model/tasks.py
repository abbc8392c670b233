"""The task table: every piece of work of every family, with what it waits for and when it is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Spread, Timescale
from simkit.model.calendar import model_days
from simkit.model.demand import Families, remembered
from simkit.model.draws import Draws, lognormal
from simkit.model.order import ORDINARY, RAISED, URGENT
from simkit.model.pathway import Piece, StepsError, closing, needed, passed, pieces
from simkit.model.plan import Plan, limit_days
from simkit.model.practice import FIRST_STAGE, conclusion_limits, days_before, first_stage_limits
from simkit.model.profile import Profile
from simkit.model.workload import ALLOCATION, CLOSED, Tasks

__all__ = ["Tables", "tables"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Columns = dict[str, Ints]
Events = Mapping[str, Ints]  # the row of the task with which each family reaches an event, or one of these:

_ARRIVAL, _NOT_REACHED = -1, -2
_MINUTES = {"minutes": 1.0, "hours": 60.0}
_OF_A_PIECE = ("step", "attempt", "pool", "urgency", "review")  # columns that depend on the piece alone
_OF_A_TASK = {  # the others, with what stands where nothing else is said
    **dict.fromkeys(("piece", "effort", "wait", "closes"), 0),
    **dict.fromkeys(("parent", "answer_from", "held_from", "due_from", "limit_from"), _ARRIVAL),
    **dict.fromkeys(("hold", "due", "limit"), -1),
}


@dataclass(frozen=True, eq=False)
class Tables:
    """``tasks`` with the first row of each case, the names of the steps, and the events that steps mark."""

    first_task: Ints
    tasks: Tasks
    steps: tuple[str, ...]
    marks: dict[str, tuple[int, ...]]


def tables(
    framework: Framework,
    profile: Profile,
    came: Families,
    planned: Plan,
    pools: tuple[str, ...],
    *,
    day: int,
    stretch: float,
    draws: Draws,
) -> Tables:
    """Every task of every family. ``day``: working minutes of a day; ``stretch``: working minutes
    that pass while a person who is free does a minute of this work. Raises StepsError where a step
    follows one that its route lacks, or where nobody would authorise an assessment.
    """
    drawn = remembered(came, draws)
    ways = []
    for code in (*range(len(ROUTES)), CLOSED):
        route = ROUTES[code] if code != CLOSED else "closed"
        rows = np.flatnonzero(came.route == code)
        mine, plans, work = came.take(rows), planned.take(rows), pieces(framework, route)
        need = needed(framework, profile, work, mine, plans, _of(rows, drawn))
        ways.append(_Way(framework, route, rows, mine, plans, work, need, day, stretch, draws, drawn))
    count = np.zeros(len(came), dtype=np.int64)
    for way in ways:
        count[way.rows] = way.need.sum(axis=0)
    first = np.concatenate([[0], np.cumsum(count)])
    table = {name: np.full(first[-1], usual, dtype=np.int64) for name, usual in _OF_A_TASK.items()}
    names = _Names(pools)
    for way in ways:
        way.fill(table, first[way.rows], names)
    of_pieces = np.array(names.pieces, dtype=np.int64).reshape(-1, len(_OF_A_PIECE)).T
    piece = table.pop("piece")
    table |= {name: values[piece] for name, values in zip(_OF_A_PIECE, of_pieces, strict=True)}
    review, closes = table.pop("review") > 0, table.pop("closes") > 0
    tasks = Tasks(case=np.repeat(np.arange(len(came)), count), review=review, closes=closes, **table)
    marks = {event: tuple(sorted(steps)) for event, steps in names.marks.items()}
    return Tables(first, tasks, tuple(names.steps), marks)


def _of(rows: Ints, drawn: Callable[..., Floats]) -> Callable[..., Floats]:
    """The uniforms of these families alone."""
    return lambda purpose, *key: np.asarray(drawn(purpose, *key)[rows])


@dataclass(slots=True)
class _Names:
    """Numbers for steps and pieces, given as they are first met."""

    pools: tuple[str, ...]
    steps: list[str] = field(default_factory=list)
    marks: dict[str, set[int]] = field(default_factory=dict)
    pieces: list[tuple[int, ...]] = field(default_factory=list)

    def piece(self, piece: Piece, urgency: int) -> int:
        """The number of a piece: where ``pieces`` has its columns of _OF_A_PIECE."""
        review = piece.review is not None
        self.pieces.append((self._step(piece), piece.attempt, self._pool(piece), urgency, review))
        return len(self.pieces) - 1

    def _step(self, piece: Piece) -> int:
        if piece.label not in self.steps:
            self.steps.append(piece.label)
        code = self.steps.index(piece.label)
        if piece.review is None:
            for event in piece.step.marks:
                self.marks.setdefault(event, set()).add(code)
        return code

    def _pool(self, piece: Piece) -> int:
        """The role that does a piece: a review's own where the model has staff for it, else the step's."""
        if piece.step.by == "allocation":
            return ALLOCATION
        own = piece.review is not None and piece.review.by in self.pools
        return self.pools.index(piece.review.by if own and piece.review else piece.step.by)


@dataclass(frozen=True, eq=False)
class _Limit:
    """A limit on a stage: minutes from its own event, or in a plan from the stage's start, of each family.

    ``first``: whether it is the one that the family's stage meets first.
    """

    start: str
    minutes: Ints
    planned: Ints
    first: Bools


@dataclass(frozen=True, eq=False)
class _Way:
    """The families of one route, ``rows`` of all, and their tasks. ``need``: who needs which of ``work``."""

    framework: Framework
    route: str
    rows: Ints
    came: Families
    planned: Plan
    work: tuple[Piece, ...]
    need: Bools
    day: int
    stretch: float
    draws: Draws
    drawn: Callable[..., Floats]

    def fill(self, table: Columns, first: Ints, names: _Names) -> None:
        """Write the tasks into their rows of the table; those of each family begin at ``first``."""
        closes = closing(self.work, self.need)
        if self.route != "closed" and (closes < 0).any():
            raise StepsError(
                f"On the route {self.route} there are assessments that nobody would authorise: a step that "
                "every one of them comes to must say `marks: [authorised]`."
            )
        who = [np.flatnonzero(need) for need in self.need]
        effort = [self._effort(*each) for each in zip(self.work, who, strict=True)]
        holds = self._holds(who, effort)
        # Each line of work: the task that each family has come to, and the events on its way there.
        line: dict[str, tuple[Ints, Events]] = {}
        main: tuple[Ints, Events] = (self._all(_ARRIVAL), {"referral": self._all(_ARRIVAL)})
        reached: dict[str, Ints] = {**main[1]}  # events on any line
        following = first.copy()
        for place, (piece, mine) in enumerate(zip(self.work, who, strict=True)):
            parent, events = self._before(piece, main, line, reached)
            row = following[mine]
            following[mine] += 1
            columns = {
                "piece": names.piece(piece, self._urgency(piece, events)),
                "effort": effort[place],
                "parent": parent[mine],
                **self._times(piece, mine, parent, line, events, holds.get(place)),
            }
            if piece.ends_a_stage:
                columns["closes"] = closes[mine] == place
            for name, values in columns.items():
                table[name][row] = values
            at = parent.copy()
            at[mine] = row
            marked = self._marked(piece, mine, row)
            reached |= marked
            line[piece.label] = (at, {**events, **marked})
            if piece.follows is None and piece.review is None:
                main = line[piece.label]

    def _all(self, value: int) -> Ints:
        return np.full(len(self.came), value, dtype=np.int64)

    def _before(
        self,
        piece: Piece,
        main: tuple[Ints, Events],
        line: dict[str, tuple[Ints, Events]],
        reached: Events,
    ) -> tuple[Ints, Events]:
        """The task that each family's piece comes after, and the events before it."""
        point = piece.review
        if point is not None:
            never = (self._all(_NOT_REACHED), main[1])
            if piece.attempt > 0:
                return line[piece.label]
            if point.after is not None:
                return line.get(f"review {point.after}", never)
            return reached.get(point.start or "assessment_started", never[0]), main[1]
        if piece.follows is None:
            return main
        if piece.follows not in line:
            raise StepsError(
                f"The step {piece.step.id} follows {piece.follows}, which no case of the route {self.route} "
                "has before it."
            )
        return line[piece.follows]

    def _marked(self, piece: Piece, mine: Ints, row: Ints) -> dict[str, Ints]:
        """Where each family reaches the events that a piece marks."""
        if piece.review is not None or piece.attempt > 0:
            return {}
        where = np.where(passed(piece, self.came), _ARRIVAL, _NOT_REACHED)
        where[mine] = row
        return dict.fromkeys(piece.step.marks, where)

    def _urgency(self, piece: Piece, events: Events) -> int:
        """A section 47 enquiry and its conference go first; the assessment beside them does not.

        Then what leads to the child being seen, so that new cases are begun before others are finished.
        """
        aside = piece.follows is not None
        if self.route == "section_47" and (aside or "enquiry_concluded" not in events):
            return URGENT
        return ORDINARY if "child_seen" in events or self.route == "closed" else RAISED

    def _times(
        self,
        piece: Piece,
        mine: Ints,
        parent: Ints,
        line: Mapping[str, tuple[Ints, Events]],
        events: Events,
        hold: Ints | None,
    ) -> Columns:
        """What the piece waits for and when it is due."""
        if piece.review is not None:
            after, hold = parent[mine], self._review_day(piece)[mine] * self.day
            over = hold + self.day
            found = {"held_from": after, "hold": hold, "due_from": after, "due": over}
            return {**found, "limit_from": after, "limit": over}
        found = {**self._wait(piece, mine, parent, line), **self._due(piece, mine, events)}
        if hold is not None:
            start = "strategy_discussion" if piece.step.held_until == "conference" else "assessment_started"
            found |= {"held_from": events.get(start, events["referral"])[mine], "hold": hold}
        return found

    def _effort(self, piece: Piece, mine: Ints) -> Ints:
        """Minutes of work, at least one where the step is work at all, more for more children."""
        spread = piece.step.effort
        if spread is None:
            return np.zeros(len(mine), dtype=np.int64)
        siblings = 1 + self.framework.number("demand.sibling_effort") * (self.came.children[mine] - 1)
        minutes = self._minutes(f"effort {piece.label}", piece.attempt, mine, spread, _MINUTES)
        return np.maximum(1, np.rint(minutes * siblings)).astype(np.int64)

    def _minutes(
        self, purpose: str, attempt: int, mine: Ints, spread: Spread, units: dict[str, float]
    ) -> Floats:
        typical = spread.typical.value * units[spread.typical.unit]
        high = spread.high.value * units[spread.high.unit]
        return lognormal(self.drawn(purpose, attempt)[self.rows[mine]], typical, high)

    def _holds(self, who: list[Ints], effort: list[Ints]) -> dict[int, Ints]:
        """For each held piece, by its place, the minutes until it is released.

        Everybody being free, its line of work or its stage ends at midday of the planned day.
        """
        plans = {
            "conclusion": self.planned.conclusion,
            "first_stage": self.planned.first_stage,
            "conference": self.planned.conference,
        }
        holds = {}
        left = {False: self._all(0), True: self._all(0)}  # minutes to the end of the main line, of one beside
        for place in range(len(self.work) - 1, -1, -1):
            piece, mine = self.work[place], who[place]
            if piece.review is not None:
                continue
            to_end = left[piece.follows is not None]
            if piece.ends_first_stage:
                to_end[:] = 0
            to_end[mine] += np.rint(effort[place] * self.stretch).astype(np.int64)
            if piece.step.held_until is not None and piece.attempt == 0:
                end = plans[piece.step.held_until][mine] * self.day + self.day // 2
                holds[place] = np.maximum(0, end - to_end[mine])
        return holds

    def _wait(
        self, piece: Piece, mine: Ints, parent: Ints, line: Mapping[str, tuple[Ints, Events]]
    ) -> Columns:
        """What an external answer is counted from, and the minutes until it comes.

        A wait after a step that the route does not have is none: nobody was asked.
        """
        spread, after = piece.step.wait, piece.step.wait_after
        if spread is None or piece.attempt > 0 or (after is not None and after not in line):
            return {}
        asked = parent if after is None else line[after][0]
        units = {**_MINUTES, "working days": float(self.day), "weeks": 5.0 * self.day}
        minutes = self._minutes(f"wait {piece.label}", 0, mine, spread, units)
        return {"answer_from": asked[mine], "wait": np.rint(minutes).astype(np.int64)}

    def _due(self, piece: Piece, mine: Ints, events: Events) -> Columns:
        """Due time and limit: for each what it is counted from, and the minutes to the end of its last day.

        A piece whose end is an event with a timescale is due by it, where the case comes to the event
        that it counts from. Any other is due by the planned end of its stage, and the limit on it is the
        first one on that stage.
        """
        found: Columns = {}
        if self.route != "closed":
            first = self._staged and FIRST_STAGE not in events
            planned = self.planned.first_stage if first else self.planned.conclusion
            begun = events.get("assessment_started", events["referral"])[mine]
            found = {"due_from": begun, "due": (planned[mine] + 1) * self.day}
            found |= self._first_limit(mine, events, begun, self._limits[first])
        own = self._timescale(piece, events)
        if own is not None and own.amount is not None:
            start, over = events[own.start][mine], (model_days(own.amount) + 1) * self.day
            for name, value in (("due_from", start), ("limit_from", start), ("due", over), ("limit", over)):
                found[name] = np.where(start != _NOT_REACHED, value, found.get(name, _OF_A_TASK[name]))
        return found

    def _first_limit(self, mine: Ints, events: Events, begun: Ints, limits: tuple[_Limit, ...]) -> Columns:
        """The limit that each case's stage meets first.

        It counts from its own event, or from the stage's start where the case has not come to that.
        """
        start, minutes = begun, np.full(len(mine), -1, dtype=np.int64)
        for limit in limits:
            first = limit.first[mine]
            since = events.get(limit.start, self._all(_NOT_REACHED))[mine]
            known = since != _NOT_REACHED
            start = np.where(first & known, since, start)
            minutes = np.where(first, np.where(known, limit.minutes[mine], limit.planned[mine]), minutes)
        return {"limit_from": start, "limit": minutes}

    @cached_property
    def _staged(self) -> bool:
        return bool(first_stage_limits(self.framework, self.route))

    @cached_property
    def _limits(self) -> dict[bool, tuple[_Limit, ...]]:
        """The limits on the first of two stages (True) and on the conclusion (False)."""
        return {
            True: self._limits_of(first_stage_limits(self.framework, self.route)),
            False: self._limits_of(conclusion_limits(self.framework, self.route)),
        }

    def _limits_of(self, timescales: tuple[Timescale, ...]) -> tuple[_Limit, ...]:
        own = [limit_days(t, self.came, self.draws) for t in timescales]
        if not own:
            return ()
        before = [days_before(self.framework, t, self.route) for t in timescales]
        planned = np.stack([days + more for days, more in zip(own, before, strict=True)])
        first = np.argmin(planned, axis=0)
        return tuple(
            _Limit(t.start, (own[k] + 1) * self.day, (planned[k] + 1) * self.day, first == k)
            for k, t in enumerate(timescales)
            if (first == k).any()
        )

    def _timescale(self, piece: Piece, events: Events) -> Timescale | None:
        """The shortest limit on reaching the piece's own events, one for this route before one for all."""
        targets = {*piece.step.marks, *(("conference",) if piece.step.only_if == "conference" else ())}
        found = [
            t
            for t in self.framework.timescales.values()
            if t.kind == "within"
            and t.amount is not None
            and t.only_if is None
            and t.end in targets - {"authorised"}
            and t.start in events
        ]
        routed = [t for t in found if self.route in t.routes]
        general = [t for t in found if not t.routes]
        return min(routed or general, key=lambda t: model_days(t.amount) if t.amount else 0, default=None)

    def _review_day(self, piece: Piece) -> Ints:
        """Days from what a review is counted from to the day on which it is held."""
        point = piece.review
        assert point is not None
        if point.by_priority:
            days = [
                model_days(point.by_priority[p]) if p in point.by_priority else -1
                for p in self.framework.priorities
            ]
            return np.array(days, dtype=np.int64)[self.planned.priority]
        amount = point.at if point.at is not None else point.at_most_every
        assert amount is not None
        return self._all(model_days(amount))
