"""From a framework, a profile and a staff to the Workload of one replication: all drawing happens here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES, Framework, Review, Spread, Step, Timescale
from simkit.model.calendar import Calendar, model_days
from simkit.model.demand import Families, families
from simkit.model.draws import Draws, lognormal
from simkit.model.horizon import Horizon
from simkit.model.order import ORDINARY, URGENT
from simkit.model.practice import (
    conclusion_limits,
    conclusion_pulls,
    natural_span,
    planned_day,
    practice_of,
)
from simkit.model.profile import Profile
from simkit.model.staffing import CASE_HOLDER, Staffing, people
from simkit.model.workload import ALLOCATION, CLOSED, NEVER, Cases, Clock, Tasks, Workload

__all__ = ["Setting", "clocks", "pools_of", "sample"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ARRIVAL = -1
_MINUTES = {"minutes": 1.0, "hours": 60.0}
_REPEATS = 12  # most times a repeating review is held in one assessment


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to simulate: rules, caseload, staff and time. ``factors`` scale demand by month, April to March."""

    framework: Framework
    profile: Profile
    staffing: Staffing
    horizon: Horizon
    factors: tuple[float, ...] = (1.0,) * 12


@dataclass(frozen=True, slots=True)
class _Piece:
    """A step, or a review point, at its place on a route's lines of work; ``follows`` None is the main line."""

    label: str
    step: Step
    attempt: int = 0
    review: Review | None = None
    follows: str | None = None


def sample(setting: Setting, seed: int, replication: int) -> Workload:
    """Draw one replication.

    The same seed and replication give every family, person and step the same draws in every setting.
    Raises ValueError where the framework's steps cannot be put in order.
    """
    draws = Draws(seed, replication)
    framework, horizon = setting.framework, setting.horizon
    calendar = horizon.calendar
    came = families(framework, setting.profile, setting.factors, calendar, horizon.last_arrival, draws)
    pools = pools_of(framework)
    cases, tasks, labels, marks, reviews = _Pathway(setting, calendar, pools, came, draws).tables()
    number = framework.number
    length = calendar.day_minutes
    return Workload(
        calendar=calendar,
        pools=pools,
        steps=labels,
        marks=marks,
        cases=cases,
        tasks=tasks,
        staff=people(framework, setting.staffing, pools, calendar, draws),
        clocks=clocks(framework),
        reviews=reviews,
        window=horizon.window,
        handover=round(number("staff.handover")),
        patience=round(number("work.due_within")) * length,
        raise_before=round(number("work.raise_before")) * length,
        away_days=max(1, int(number("staff.no_new_cases_when_away"))),
        other_cases=round(100 * number("staff.other_cases")),
        caseload_limit=int(NEVER),
        final_minute=len(calendar.days) * length,
    )


def clocks(framework: Framework) -> tuple[Clock, ...]:
    """Every timescale with a number between two events that the model has.

    A timescale that names routes replaces, on them, the authority's own one for all routes that ends at the same event.
    """
    events = {"referral", *(event for step in framework.steps.values() for event in step.marks)}

    def routes(own: Timescale) -> tuple[str, ...]:
        if own.routes or own.national:
            return own.routes or ROUTES
        named = {r for t in framework.timescales.values() if t.end == own.end for r in t.routes}
        return tuple(route for route in ROUTES if route not in named)

    return tuple(
        Clock(t.id, t.title, t.start, t.end, t.amount, routes(t), t.national)
        for t in framework.timescales.values()
        if t.kind in ("within", "expected_within")
        and t.amount is not None
        and t.only_if is None
        and {t.start, t.end} <= events
    )


def pools_of(framework: Framework) -> tuple[str, ...]:
    """The roles that do the steps of a framework, case holders first."""
    return (CASE_HOLDER, *sorted({s.by for s in framework.steps.values()} - {CASE_HOLDER, "allocation"}))


class _Pathway:
    """Builds the case and task tables, route by route."""

    def __init__(
        self, setting: Setting, calendar: Calendar, pools: tuple[str, ...], came: Families, draws: Draws
    ) -> None:
        self.framework = setting.framework
        self.profile = setting.profile
        self.horizon = setting.horizon
        self.length = calendar.day_minutes
        self.pools = pools
        self.came = came
        self.draws = draws
        self.practice = practice_of(setting.framework)
        self.siblings = 1 + setting.framework.number("demand.sibling_effort") * (came.children - 1)
        # Working minutes that pass while a person does a minute of this work, everybody being free.
        self.stretch = 1 / (1 - setting.staffing.other_work)
        self.labels: list[str] = []
        self.step_marks: dict[str, set[int]] = {}
        self.review_steps: list[int] = []

    def uniform(self, purpose: str, rows: Ints, *key: int) -> Floats:
        """One draw for each of these families, from its own place in the stream."""
        result = np.empty(len(rows))
        block, position = self.came.block[rows], self.came.position[rows]
        for number in np.unique(block).tolist():
            here = block == number
            at = position[here]
            result[here] = self.draws.uniform(purpose, int(at.max()) + 1, number, *key)[at]
        return result

    def tables(self) -> tuple[Cases, Tasks, tuple[str, ...], dict[str, tuple[int, ...]], tuple[int, ...]]:
        """The case table, the task table, the names of the steps, the events they mark, the reviews among them."""
        came = self.came
        planned = np.full(len(came), -1, dtype=np.int64)
        natural = np.full(len(came), -1, dtype=np.int64)
        priority = self._priorities()
        blocks = []
        for code in (*range(len(ROUTES)), CLOSED):
            rows = np.flatnonzero(came.route == code)
            if code != CLOSED:
                natural[rows], planned[rows] = self._plan(rows, ROUTES[code])
            blocks.append(self._route(rows, ROUTES[code] if code != CLOSED else "closed", planned, priority))
        columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        first, tasks = _flatten(columns, len(came))
        cases = Cases(
            id=came.id,
            arrival=came.arrival,
            date=came.date,
            children=came.children,
            route=came.route,
            kind=came.kind,
            priority=priority,
            source=np.full(len(came), -1, dtype=np.int64),
            first_task=first,
            planned_day=planned,
            natural_day=natural,
        )
        marks = {event: tuple(sorted(steps)) for event, steps in self.step_marks.items()}
        return cases, tasks, tuple(self.labels), marks, tuple(self.review_steps)

    def _priorities(self) -> Ints:
        """Index of each family's priority, drawn by the shares under ``model.priority_share``."""
        ids = tuple(self.framework.priorities)
        if not ids:
            return np.full(len(self.came), -1, dtype=np.int64)
        shares = np.cumsum([self.framework.number(f"priority_share.{p}") for p in ids])
        drawn = self.uniform("priority", np.arange(len(self.came)))
        return np.minimum(np.searchsorted(shares, drawn), len(ids) - 1).astype(np.int64)

    def _plan(self, rows: Ints, route: str) -> tuple[Ints, Ints]:
        """Natural and planned day of each assessment of a route."""
        brief = np.full(len(rows), route == "brief")
        natural = natural_span(self.uniform("span", rows), brief, self.practice)
        planned = planned_day(
            natural,
            self.uniform("pull", rows),
            self.uniform("margin", rows),
            self.uniform("slip", rows),
            conclusion_pulls(self.framework, self.practice, route),
            self.practice,
        )
        return natural, planned

    def _conference_day(self, rows: Ints) -> Ints:
        """Day after the strategy discussion for which each conference is planned."""
        own = self.practice
        spans = lognormal(
            self.uniform("conference_span", rows),
            own.conference_median,
            own.conference_median * float(np.exp(1.2815515655446004 * own.conference_sigma)),
        )
        natural = np.maximum(1, np.rint(spans)).astype(np.int64)
        limit = self.framework.timescales.get("conference")
        if limit is None or limit.amount is None:
            return natural
        from simkit.model.practice import Pull

        pull = Pull("conference", model_days(limit.amount), own.conference_pull)
        from dataclasses import replace

        at_conference = replace(own, margin=own.conference_margin, slip=0.0)
        unused = np.ones(len(rows))
        return planned_day(
            natural,
            self.uniform("conference_pull", rows),
            self.uniform("conference_margin", rows),
            unused,
            (pull,),
            at_conference,
        )

    def _pieces(self, route: str) -> list[_Piece]:
        """The route's work in order: steps, send-backs expanded, then review points."""
        pieces: list[_Piece] = []
        rework = [s for s in self.framework.steps.values() if s.only_if == "sent_back" and route in s.routes]
        review = [s for s in self.framework.steps.values() if s.only_if == "review_point"]
        for step in self.framework.steps.values():
            if route not in step.routes or step.only_if in ("sent_back", "review_point"):
                continue
            pieces.append(_Piece(step.id, step, follows=step.follows))
            if "authorised" in step.marks:
                for attempt in range(1, int(self.framework.number("work.most_send_backs")) + 1):
                    pieces += [_Piece(again.id, again, attempt) for again in rework]
                    pieces.append(_Piece(step.id, step, attempt))
        if route != "closed":
            for point in self.framework.reviews.values():
                if point.routes and route not in point.routes:
                    continue
                if point.at is None and not point.by_priority and point.at_most_every is None:
                    continue
                times = _REPEATS if point.at_most_every is not None else 1
                pieces += [
                    _Piece(f"review {point.id}", step, k, review=point) for step in review for k in range(times)
                ]
        return pieces

    def _code(self, piece: _Piece) -> int:
        """Index of the piece's step in the workload's list of steps."""
        if piece.label not in self.labels:
            self.labels.append(piece.label)
            if piece.review is not None:
                self.review_steps.append(len(self.labels) - 1)
        code = self.labels.index(piece.label)
        if piece.review is None:
            for event in piece.step.marks:
                self.step_marks.setdefault(event, set()).add(code)
        return code

    def _route(self, rows: Ints, route: str, planned: Ints, priority: Ints) -> dict[str, NDArray[np.generic]]:
        """Columns of all tasks of the families ``rows``, with ``place``: the piece's place on the route.

        References to other tasks are places here; ``_flatten`` turns them into rows of the table.
        """
        pieces = self._pieces(route)
        count = len(rows)
        needed = self._needed(rows, pieces, priority[rows])
        effort = np.zeros((len(pieces), count), dtype=np.int64)
        for place, piece in enumerate(pieces):
            effort[place] = self._effort(rows, piece)
        left = self._left(pieces, needed, effort)
        columns: list[dict[str, NDArray[np.generic]]] = []
        main = np.full(count, _ARRIVAL, dtype=np.int64)
        after: dict[str, Ints] = {}
        event: dict[str, Ints] = {"referral": main.copy()}
        last_attempt = self._last_sign_off(pieces, needed)
        for place, piece in enumerate(pieces):
            here = needed[place]
            parent = main if piece.follows is None else after.get(piece.follows)
            if piece.review is not None:
                parent, hold, due = self._review_times(piece, after, event, priority[rows])
                if parent is None:
                    continue
                held_from, wait, answer_from = parent, np.zeros(count, dtype=np.int64), np.full(count, _ARRIVAL)
                due_from, limit_from, limit = parent, parent, due
            else:
                if parent is None:
                    raise ValueError(
                        f"step {piece.step.id} follows {piece.follows}, which no case of the route {route} has"
                    )
                held_from, hold = self._hold(rows, piece, planned, event, left[place])
                answer_from, wait = self._wait(rows, piece, parent, after)
                due_from, due, limit_from, limit = self._due(rows, piece, route, planned, event)
            code = self._code(piece)
            pool = ALLOCATION if piece.step.by == "allocation" else self.pools.index(self._by(piece))
            first = route == "section_47" and ("enquiry_concluded" not in event or piece.follows is not None)
            urgency = URGENT if first else ORDINARY
            columns.append(
                {
                    "case": rows[here],
                    "place": np.full(int(here.sum()), place, dtype=np.int64),
                    "step": np.full(int(here.sum()), code, dtype=np.int64),
                    "attempt": np.full(int(here.sum()), piece.attempt, dtype=np.int64),
                    "pool": np.full(int(here.sum()), pool, dtype=np.int64),
                    "effort": effort[place][here],
                    "parent": parent[here],
                    "answer_from": answer_from[here],
                    "wait": wait[here],
                    "held_from": held_from[here],
                    "hold": hold[here],
                    "due_from": due_from[here],
                    "due": due[here],
                    "limit_from": limit_from[here],
                    "limit": limit[here],
                    "urgency": np.full(int(here.sum()), urgency, dtype=np.int64),
                    "review": np.full(int(here.sum()), piece.review is not None),
                    "closes": (last_attempt == place)[here],
                }
            )
            now_at = np.where(here, place, parent)
            after[piece.label] = now_at
            if piece.follows is None and piece.review is None:
                main = now_at
            if piece.review is None and piece.attempt == 0:
                for name in piece.step.marks:
                    event[name] = now_at
        return {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}

    def _by(self, piece: _Piece) -> str:
        """Role that does the piece: a review's own where the model has staff for it, else the step's."""
        if piece.review is not None and piece.review.by in self.pools:
            return piece.review.by
        return piece.step.by

    def _needed(self, rows: Ints, pieces: list[_Piece], priority: Ints) -> NDArray[np.bool_]:
        """Which piece (rows) which family (columns) needs.

        A review set by priority is for the priorities that say when, one after another for those with it.
        """
        count = len(rows)
        needed = np.ones((len(pieces), count), dtype=bool)
        repeat = self.came.kind[rows] == 2
        conference = self.uniform("conference", rows) < self.profile.conference_share
        back = self.framework.number("work.send_back")
        returned = np.ones(count, dtype=bool)
        sent_back = {0: returned}
        for attempt in range(1, int(self.framework.number("work.most_send_backs")) + 1):
            returned = returned & (self.uniform("send_back", rows, attempt) < back)
            sent_back[attempt] = returned
        reviewed: dict[str, Bools] = {}
        for place, piece in enumerate(pieces):
            step = piece.step
            if piece.review is not None:
                point = piece.review
                if point.by_priority:
                    said = [k for k, p in enumerate(self.framework.priorities) if p in point.by_priority]
                    needed[place] &= np.isin(priority, said)
                if point.after is not None:
                    needed[place] &= reviewed.get(point.after, needed[place])
                reviewed[point.id] = needed[place]
                continue
            if "decided" in step.marks:
                needed[place] &= ~repeat
            if step.only_if == "conference":
                needed[place] &= conference
            if step.share is not None:
                needed[place] &= self.uniform(f"needed {step.id}", rows) < step.share.value
            needed[place] &= sent_back[piece.attempt]
        return needed

    def _effort(self, rows: Ints, piece: _Piece) -> Ints:
        """Minutes of work, at least one where the step is work at all."""
        spread = piece.step.effort
        if spread is None:
            return np.zeros(len(rows), dtype=np.int64)
        minutes = self._spread(f"effort {piece.label}", rows, spread, piece.attempt, _MINUTES)
        return np.maximum(1, np.rint(minutes * self.siblings[rows])).astype(np.int64)

    def _spread(
        self, purpose: str, rows: Ints, spread: Spread, attempt: int, units: dict[str, float]
    ) -> Floats:
        unit = units[spread.typical.unit]
        drawn = self.uniform(purpose, rows, attempt)
        return lognormal(drawn, spread.typical.value * unit, spread.high.value * units[spread.high.unit])

    @staticmethod
    def _last_sign_off(pieces: list[_Piece], needed: NDArray[np.bool_]) -> Ints:
        """Place of the piece that authorises each family's assessment, -1 where none does."""
        last = np.full(needed.shape[1], -1, dtype=np.int64)
        for place, piece in enumerate(pieces):
            if piece.review is None and "authorised" in piece.step.marks:
                last = np.where(needed[place], place, last)
        return last

    def _left(self, pieces: list[_Piece], needed: NDArray[np.bool_], effort: Ints) -> Ints:
        """Minutes from the start of each piece to the end of its line, everybody being free."""
        left = np.zeros_like(effort)
        total: dict[str | None, Ints] = {}
        for place in range(len(pieces) - 1, -1, -1):
            piece = pieces[place]
            if piece.review is not None:
                continue
            line = None if piece.follows is None else "branch"
            own = np.where(needed[place], np.rint(effort[place] * self.stretch), 0).astype(np.int64)
            total[line] = total.get(line, np.zeros(effort.shape[1], dtype=np.int64)) + own
            left[place] = total[line]
        return left

    def _hold(
        self, rows: Ints, piece: _Piece, planned: Ints, event: dict[str, Ints], left: Ints
    ) -> tuple[Ints, Ints]:
        """What a held piece is counted from, and the minutes until it is released."""
        count = len(rows)
        if piece.step.held_until is None or piece.attempt > 0:
            return np.full(count, _ARRIVAL, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        if piece.step.held_until == "conference":
            day, start = self._conference_day(rows), event["strategy_discussion"]
        else:
            day, start = planned[rows], event.get("assessment_started", event["referral"])
        # Everybody being free, it ends at midday of its planned day.
        return start, np.maximum(0, day * self.length + self.length // 2 - left)

    def _wait(self, rows: Ints, piece: _Piece, parent: Ints, after: dict[str, Ints]) -> tuple[Ints, Ints]:
        """What an external answer is counted from, and the minutes until it comes.

        A wait after a step that the route does not have is none: nobody was asked.
        """
        count = len(rows)
        spread = piece.step.wait
        asked = parent if piece.step.wait_after is None else after.get(piece.step.wait_after)
        if spread is None or asked is None or piece.attempt > 0:
            return np.full(count, _ARRIVAL, dtype=np.int64), np.zeros(count, dtype=np.int64)
        units = {**_MINUTES, "working days": float(self.length), "weeks": 5.0 * self.length}
        minutes = self._spread(f"wait {piece.label}", rows, spread, 0, units)
        return asked, np.rint(minutes).astype(np.int64)

    def _due(
        self, rows: Ints, piece: _Piece, route: str, planned: Ints, event: dict[str, Ints]
    ) -> tuple[Ints, Ints, Ints, Ints]:
        """Due time and limit of a piece: for each what it is counted from, and the minutes to the end of its last day.

        A piece whose end is an event with a timescale is due by it. Any other is due by the case's
        planned day, and the limit on it is the first one on the whole assessment.
        """
        none = np.full(len(rows), -1, dtype=np.int64)
        own = self._timescale(piece, route, event)
        if own is not None and own.amount is not None:
            over = np.full(len(rows), (model_days(own.amount) + 1) * self.length)
            return event[own.start], over, event[own.start], over
        if route == "closed":
            return event["referral"], none, event["referral"], none
        begun = event.get("assessment_started", event["referral"])
        due = (planned[rows] + 1) * self.length
        limits = conclusion_limits(self.framework, route)
        limit = none if not limits else np.full(len(rows), (min(limits) + 1) * self.length)
        return begun, due, event["referral"], limit

    def _timescale(self, piece: _Piece, route: str, event: dict[str, Ints]) -> Timescale | None:
        """The shortest limit on reaching the piece's own events, one for this route before one for all."""
        targets = {*piece.step.marks, *(("conference",) if piece.step.only_if == "conference" else ())}
        found = [
            t
            for t in self.framework.timescales.values()
            if t.kind == "within"
            and t.amount is not None
            and t.only_if is None
            and t.end in targets - {"authorised"}
            and t.start in event
        ]
        routed = [t for t in found if route in t.routes]
        general = [t for t in found if not t.routes]
        return min(routed or general, key=lambda t: model_days(t.amount) if t.amount else 0, default=None)

    def _review_times(
        self, piece: _Piece, after: dict[str, Ints], event: dict[str, Ints], priority: Ints
    ) -> tuple[Ints | None, Ints, Ints]:
        """What a review is counted from, the minutes until it is held and until its day is over."""
        point = piece.review
        assert point is not None
        if piece.attempt > 0:
            parent = after.get(piece.label)
        elif point.after is not None:
            parent = after.get(f"review {point.after}")
        else:
            parent = event.get(point.start or "assessment_started")
        if point.by_priority:
            ids = tuple(self.framework.priorities)
            days = np.array([model_days(point.by_priority[i]) if i in point.by_priority else -1 for i in ids])[priority]
        else:
            amount = point.at if point.at is not None else point.at_most_every
            assert amount is not None
            days = np.full(len(priority), model_days(amount))
        hold = (days * self.length).astype(np.int64)
        return parent, hold, hold + self.length


def _flatten(columns: dict[str, NDArray[np.generic]], count: int) -> tuple[Ints, Tasks]:
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

    plain = {
        name: columns[name][order]
        for name in ("step", "attempt", "pool", "effort", "wait", "hold", "due", "limit", "urgency", "review", "closes")
    }
    return first, Tasks(
        case=case,
        parent=rows("parent"),
        answer_from=rows("answer_from"),
        held_from=rows("held_from"),
        due_from=rows("due_from"),
        limit_from=rows("limit_from"),
        **plain,  # type: ignore[arg-type]
    )
