"""The task table: every piece of work of every family, with what it waits for and when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Spread, Timescale
from simkit.model.calendar import model_days
from simkit.model.demand import REPEAT, STOCK, Families
from simkit.model.draws import Draws, lognormal
from simkit.model.order import ORDINARY, RAISED, URGENT
from simkit.model.pathway import Piece, StepsError, closing, needed, pieces
from simkit.model.plan import Plan, limit_days
from simkit.model.practice import FIRST_STAGE, conclusion_limits, days_before, first_stage_limits
from simkit.model.profile import Profile
from simkit.model.workload import ALLOCATION, CLOSED, NEVER, Tasks

__all__ = ["Tables", "tables"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Column = NDArray[np.generic]
Events = Mapping[str, Ints]  # where each family reaches an event: the place of a piece, or one of these:

_ARRIVAL, _NOT_REACHED = -1, -2
_MINUTES = {"minutes": 1.0, "hours": 60.0}
_PLAIN = ("step", "attempt", "pool", "effort", "wait", "hold", "due", "limit", "urgency", "review", "closes")
_ROWS = ("parent", "answer_from", "held_from", "due_from", "limit_from")


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
    names = _Names(pools)
    blocks = []
    for code in (*range(len(ROUTES)), CLOSED):
        rows = np.flatnonzero(came.route == code)
        route = ROUTES[code] if code != CLOSED else "closed"
        builder = _Route(
            framework,
            profile,
            route,
            came.take(rows),
            planned.take(rows),
            day,
            stretch,
            draws,
        )
        blocks.append(builder.columns(rows, names))
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    first, tasks = _flatten(columns, len(came))
    marks = {event: tuple(sorted(steps)) for event, steps in names.marks.items()}
    return Tables(first, tasks, tuple(names.steps), marks)


@dataclass(slots=True)
class _Names:
    """Numbers for pools and steps, given as they are first met."""

    pools: tuple[str, ...]
    steps: list[str] = field(default_factory=list)
    marks: dict[str, set[int]] = field(default_factory=dict)

    def step(self, piece: Piece) -> int:
        if piece.label not in self.steps:
            self.steps.append(piece.label)
        code = self.steps.index(piece.label)
        if piece.review is None:
            for event in piece.step.marks:
                self.marks.setdefault(event, set()).add(code)
        return code

    def pool(self, piece: Piece) -> int:
        """The role that does a piece: a review's own where the model has staff for it, else the step's."""
        if piece.step.by == "allocation":
            return ALLOCATION
        own = piece.review is not None and piece.review.by in self.pools
        return self.pools.index(piece.review.by if own and piece.review else piece.step.by)


@dataclass(frozen=True, eq=False)
class _Times:
    """What a piece waits for and when it is due: places of pieces, and minutes from them."""

    held_from: Ints
    hold: Ints
    answer_from: Ints
    wait: Ints
    due_from: Ints
    due: Ints
    limit_from: Ints
    limit: Ints


@dataclass(frozen=True, eq=False)
class _Route:
    """Builds the tasks of the families of one route."""

    framework: Framework
    profile: Profile
    route: str
    came: Families
    planned: Plan
    day: int
    stretch: float
    draws: Draws

    def columns(self, rows: Ints, names: _Names) -> dict[str, Column]:
        """All columns of the table, with ``place``: the piece's place on the route.

        References to other tasks are places here; ``_flatten`` turns them into rows.
        """
        work = pieces(self.framework, self.route)
        need = needed(self.framework, self.profile, work, self.came, self.planned, self.draws)
        effort = np.array([self._effort(piece) for piece in work])
        left = self._left(work, need, effort)
        closes = closing(work, need)
        if self.route != "closed" and (closes < 0).any():
            raise StepsError(
                f"On the route {self.route} there are assessments that nobody would authorise: a step that "
                "every one of them comes to must say `marks: [authorised]`."
            )
        # Each line of work: how far each family has come, and the events on its way there.
        line: dict[str, tuple[Ints, Events]] = {}
        main: tuple[Ints, Events] = (self._all(_ARRIVAL), {"referral": self._all(_ARRIVAL)})
        reached: dict[str, Ints] = {**main[1]}  # events on any line
        parts: list[dict[str, Column]] = []
        for place, piece in enumerate(work):
            parent, events = self._before(piece, main, line, reached)
            here = need[place] & (parent != _NOT_REACHED)
            times = self._times(piece, parent, line, events, left[place])
            count = int(here.sum())
            parts.append(
                {
                    "case": rows[here],
                    "place": np.full(count, place),
                    "step": np.full(count, names.step(piece)),
                    "attempt": np.full(count, piece.attempt),
                    "pool": np.full(count, names.pool(piece)),
                    "effort": effort[place][here],
                    "parent": parent[here],
                    "urgency": np.full(count, self._urgency(piece, events)),
                    "review": np.full(count, piece.review is not None),
                    "closes": (closes == place)[here],
                    **{name: getattr(times, name)[here] for name in _Times.__dataclass_fields__},
                }
            )
            marked = self._marked(piece, place, here)
            reached |= marked
            line[piece.label] = (np.where(here, place, parent), {**events, **marked})
            if piece.follows is None and piece.review is None:
                main = line[piece.label]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _all(self, value: int) -> Ints:
        return np.full(len(self.came), value, dtype=np.int64)

    def _before(
        self,
        piece: Piece,
        main: tuple[Ints, Events],
        line: dict[str, tuple[Ints, Events]],
        reached: Events,
    ) -> tuple[Ints, Events]:
        """The place that each family's piece comes after, and the events before it.

        A review of what a family never comes to is not held.
        """
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

    def _marked(self, piece: Piece, place: int, here: Bools) -> dict[str, Ints]:
        """Where each family reaches the events that a piece marks.

        What lies before the beginning of a repeat assessment, or of one open already, was reached on arrival.
        """
        if piece.review is not None or piece.attempt > 0:
            return {}
        earlier = self.came.kind == STOCK
        if "decided" in piece.step.marks:
            earlier = self.came.kind >= REPEAT
        where = np.where(here, place, np.where(earlier, _ARRIVAL, _NOT_REACHED))
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
        parent: Ints,
        line: Mapping[str, tuple[Ints, Events]],
        events: Events,
        left: Ints,
    ) -> _Times:
        if piece.review is not None:
            hold = self._review_day(piece) * self.day
            over = hold + self.day
            none = self._all(_ARRIVAL)
            return _Times(parent, hold, none, self._all(0), parent, over, parent, over)
        return _Times(
            *self._hold(piece, events, left),
            *self._wait(piece, parent, line),
            *self._due(piece, events),
        )

    def _effort(self, piece: Piece) -> Ints:
        """Minutes of work, at least one where the step is work at all, more for more children."""
        spread = piece.step.effort
        if spread is None:
            return self._all(0)
        siblings = 1 + self.framework.number("demand.sibling_effort") * (self.came.children - 1)
        minutes = self._drawn(f"effort {piece.label}", spread, piece.attempt, _MINUTES)
        return np.maximum(1, np.rint(minutes * siblings)).astype(np.int64)

    def _drawn(self, purpose: str, spread: Spread, attempt: int, units: dict[str, float]) -> Floats:
        typical = spread.typical.value * units[spread.typical.unit]
        high = spread.high.value * units[spread.high.unit]
        return lognormal(self.came.uniform(self.draws, purpose, attempt), typical, high)

    def _left(self, work: tuple[Piece, ...], need: NDArray[np.bool_], effort: Ints) -> Ints:
        """Minutes from the start of each piece to the end of its line or stage, everybody being free."""
        left = np.zeros_like(effort)
        total = {False: self._all(0), True: self._all(0)}
        for place in range(len(work) - 1, -1, -1):
            piece = work[place]
            if piece.review is None:
                aside = piece.follows is not None
                own = np.where(need[place], np.rint(effort[place] * self.stretch), 0).astype(np.int64)
                total[aside] = own if piece.ends_first_stage else total[aside] + own
                left[place] = total[aside]
        return left

    def _hold(self, piece: Piece, events: Events, left: Ints) -> tuple[Ints, Ints]:
        """What a held piece is counted from, and the minutes until it is released.

        Everybody being free, its line of work ends at midday of the planned day.
        """
        plans = {
            "conclusion": (self.planned.conclusion, "assessment_started"),
            "first_stage": (self.planned.first_stage, "assessment_started"),
            "conference": (self.planned.conference, "strategy_discussion"),
        }
        if piece.step.held_until is None or piece.attempt > 0:
            return self._all(_ARRIVAL), self._all(-1)
        day, start = plans[piece.step.held_until]
        return events.get(start, events["referral"]), np.maximum(0, day * self.day + self.day // 2 - left)

    def _wait(self, piece: Piece, parent: Ints, line: Mapping[str, tuple[Ints, Events]]) -> tuple[Ints, Ints]:
        """What an external answer is counted from, and the minutes until it comes.

        A wait after a step that the route does not have is none: nobody was asked.
        """
        spread, after = piece.step.wait, piece.step.wait_after
        if spread is None or piece.attempt > 0 or (after is not None and after not in line):
            return self._all(_ARRIVAL), self._all(0)
        asked = parent if after is None else line[after][0]
        units = {**_MINUTES, "working days": float(self.day), "weeks": 5.0 * self.day}
        return asked, np.rint(self._drawn(f"wait {piece.label}", spread, 0, units)).astype(np.int64)

    def _due(self, piece: Piece, events: Events) -> tuple[Ints, Ints, Ints, Ints]:
        """Due time and limit: for each what it is counted from, and the minutes to the end of its last day.

        A piece whose end is an event with a timescale is due by it, where the case comes to the event
        that it counts from. Any other is due by the planned end of its stage, and the limit on it is the
        first one on that stage.
        """
        if self.route == "closed":
            due_from, due = limit_from, limit = events["referral"], self._all(-1)
        else:
            first = bool(first_stage_limits(self.framework, self.route)) and FIRST_STAGE not in events
            planned = self.planned.first_stage if first else self.planned.conclusion
            due_from, due = events.get("assessment_started", events["referral"]), (planned + 1) * self.day
            limit_from, limit = self._first_limit(events, first)
        own = self._timescale(piece, events)
        if own is not None and own.amount is not None:
            start, over = events[own.start], (model_days(own.amount) + 1) * self.day
            runs = start != _NOT_REACHED
            due_from, limit_from = np.where(runs, start, due_from), np.where(runs, start, limit_from)
            due, limit = np.where(runs, over, due), np.where(runs, over, limit)
        return due_from, due, limit_from, limit

    def _first_limit(self, events: Events, first_stage: bool) -> tuple[Ints, Ints]:
        """The limit that each case's assessment, or its first stage, meets first.

        It counts from its own event, or from the assessment's start where the case has not come to that.
        """
        of_stage = first_stage_limits if first_stage else conclusion_limits
        begun = events.get("assessment_started", events["referral"])
        earliest = self._all(int(NEVER))
        start, limit = begun, self._all(-1)
        for timescale in of_stage(self.framework, self.route):
            own = limit_days(timescale, self.came, self.draws)
            day = own + days_before(self.framework, timescale, self.route)
            since = events.get(timescale.start, self._all(_NOT_REACHED))
            known, sooner = since != _NOT_REACHED, day < earliest
            start = np.where(sooner, np.where(known, since, begun), start)
            limit = np.where(sooner, (np.where(known, own, day) + 1) * self.day, limit)
            earliest = np.minimum(earliest, day)
        return start, limit

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


def _flatten(columns: dict[str, Column], count: int) -> tuple[Ints, Tasks]:
    """Order tasks by case and place, and turn places into rows of the table."""
    case = columns["case"].astype(np.int64)
    place = columns["place"].astype(np.int64)
    order = np.lexsort((place, case))
    case, place = case[order], place[order]
    first = np.searchsorted(case, np.arange(count + 1)).astype(np.int64)
    widest = int(place.max()) + 1 if len(place) else 1
    row_of = np.full(count * widest, -1, dtype=np.int64)
    row_of[case * widest + place] = np.arange(len(case))

    def rows(name: str) -> Ints:
        at = columns[name].astype(np.int64)[order]
        return np.where(at < 0, _ARRIVAL, row_of[case * widest + np.maximum(at, 0)])

    plain = {name: columns[name][order] for name in _PLAIN}
    return first, Tasks(case=case, **{name: rows(name) for name in _ROWS}, **plain)  # type: ignore[arg-type]
