"""What is read off a run: each measure once, with its unit and its denominator.

Two families, never mixed. ``published_*``: assessments authorised inside the measured year, whenever
begun, counted from the assessment's start as the published statistics are; for calibration and for
comparison with them. ``cohort_*``: families referred in the year, followed to the end, counted from
referral, open cases included; for answers. A further assessment of a case already open counts as
referred on the day it comes. A suffix names the route. Every case counts with its children, as in
the published figures.

A measure whose denominator is empty in a run is NaN there and takes no part in means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import ROUTES
from simkit.model.calendar import WORKING_DAYS_A_YEAR
from simkit.model.definitions import Definition, definitions
from simkit.model.demand import REPEAT, REREFERRAL, STOCK
from simkit.model.durations import Convention, band_shares, end_day, in_time, kaplan_meier, quantile
from simkit.model.outcome import MISSING, Outcome
from simkit.model.timeline import CAUSES, event_minutes, timeline, unqueued, work_spans
from simkit.model.workload import CLOSED, NEVER, OWN_WORKER, Clock, Workload

__all__ = ["LIMIT_DAYS", "Definition", "Measured", "definitions", "measure"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LIMIT_DAYS = 45
_CONFERENCE_DAYS = 15
_WEEK = 5  # working days
_QUARTILES = (("p25", 0.25), ("median", 0.5), ("p75", 0.75))
_LONGEST = 120  # working days to which survival is followed


@dataclass(frozen=True, eq=False)
class Measured:
    """One run measured: ``values`` by name, ``bands`` the nine published duration bands (shares),
    ``survival`` the share still open after each working day from referral, ``open_by_week`` and
    ``over_45_by_week`` children with an open assessment at the end of each week of the year."""

    values: Mapping[str, float]
    bands: Floats
    survival: Floats
    open_by_week: Floats
    over_45_by_week: Floats


def measure(workload: Workload, outcome: Outcome, convention: Convention = Convention.DAY_0) -> Measured:
    """Measure one run. Limits count by ``convention``; durations are days elapsed under either."""
    return _Reading(workload, outcome, convention).measured()


def _share(yes: Bools, weights: Floats) -> float:
    total = weights.sum()
    return 100 * float(weights[yes].sum() / total) if total > 0 else float("nan")


def _mean(values: Floats | Ints, weights: Floats) -> float:
    total = weights.sum()
    return float((values * weights).sum() / total) if total > 0 else float("nan")


class _Reading:
    """One run with the columns that several measures share."""

    def __init__(self, workload: Workload, outcome: Outcome, convention: Convention) -> None:
        self.workload, self.outcome, self.convention = workload, outcome, convention
        self.day = workload.calendar.day_minutes
        self.children = workload.cases.children.astype(np.float64)
        self.route, self.kind = workload.cases.route, workload.cases.kind
        self.moments: dict[str, Ints] = {}
        self.expected: dict[str, Bools] = {}
        start, end = workload.window
        came, closed = outcome.came, self.at("authorised")
        # What was open when the run began was referred before it, and how long it had been open is unknown.
        new = self.kind != STOCK
        self.in_window = (came >= start) & (came < end) & new
        self.cohort = self.in_window & (self.route != CLOSED)
        self.completed = (closed >= start) & (closed < end) & (closed != MISSING) & new

    def at(self, event: str) -> Ints:
        """The minute of an event by case; MISSING where it has not come."""
        if event not in self.moments:
            self.moments[event] = event_minutes(self.workload, self.outcome, event)
        return self.moments[event]

    def measured(self) -> Measured:
        values: dict[str, float] = {}
        for suffix, here in self._groups():
            for name, value in self._of_group(here):
                values[name + suffix] = value
        values.update(self._whole())
        values.update(self._queries())
        values.update(self._utilisation())
        days, completed = self.days_from_start, self.completed
        series = self._standing(self.weeks, self.everybody)
        return Measured(
            values={d.name: values[d.name] for d in definitions(self.workload.clocks, self.workload.pools)},
            bands=band_shares(days[completed], self.children[completed]),
            survival=self._survival(),
            open_by_week=series["open_assessments"],
            over_45_by_week=series["open_over_45_days"],
        )

    def _groups(self) -> Iterator[tuple[str, Bools]]:
        yield "", self.everybody
        for code, route in enumerate(ROUTES):
            yield f".{route}", self.route == code

    def _of_group(self, here: Bools) -> Iterator[tuple[str, float]]:
        yield from self._published(self.completed & here)
        yield from self._cohort(self.cohort & here)
        yield from self.timed.of_group(here, self.children, self.day)
        case, late = self.reviews
        yield "cohort_reviews_late_pct", _share(late[here[case]], np.ones(int(here[case].sum())))
        for name, series in self._standing(self.weeks, here).items():
            yield name, _mean(series, np.ones(len(series)))
        for name, runs, kept in self.clocks:
            yield name, _share(kept[runs & here], self.children[runs & here])

    def _published(self, completed: Bools) -> Iterator[tuple[str, float]]:
        weight, days = self.children[completed], self.days_from_start[completed]
        yield "published_assessments", float(weight.sum())
        in_limit, _ = self.within_45["assessment_started"]
        yield "published_within_45_days_pct", _share(in_limit[completed], weight)
        for name, q in _QUARTILES:
            yield f"published_{name}_days", quantile(days, weight, q)

    def _cohort(self, cohort: Bools) -> Iterator[tuple[str, float]]:
        weight = self.children[cohort]
        yield "cohort_assessments", float(weight.sum())
        in_limit, known = self.within_45["referral"]
        yield "cohort_over_45_days_pct", _share(~in_limit[cohort & known], self.children[cohort & known])
        days, ended = self._followed(cohort, "authorised")
        for name, q in _QUARTILES:
            yield f"cohort_{name}_days", _censored_quantile(days, ended, weight, q)
        yield "cohort_open_at_end_pct", _share(~ended, weight)
        visited = cohort & self._expects("child_seen")
        days, seen = self._followed(visited, "child_seen")
        yield "cohort_child_seen_days", _censored_quantile(days, seen, self.children[visited], 0.5)
        decided, allocated = self.at("decided"), self.at("allocated")
        waited = cohort & (decided != MISSING) & self._expects("allocated")
        until = np.where(allocated == MISSING, self.outcome.stopped, allocated)
        waits = (until - decided)[waited] / self.day
        yield "cohort_unallocated_days", _mean(waits, self.children[waited])

    @cached_property
    def everybody(self) -> Bools:
        return np.ones(len(self.route), dtype=bool)

    @cached_property
    def days_from_start(self) -> Ints:
        """Days from the start to authorisation, without meaning where either is missing."""
        start = self.at("assessment_started")
        return end_day(start, self.at("authorised"), self.day) - start // self.day

    @cached_property
    def within_45(self) -> dict[str, tuple[Bools, Bools]]:
        """Whether authorised within 45 days of an event, and whether that is known."""
        limit = Amount(LIMIT_DAYS, Unit.WORKING_DAYS)
        return {
            event: self._within(event, "authorised", limit) for event in ("referral", "assessment_started")
        }

    @cached_property
    def clocks(self) -> list[tuple[str, Bools, Bools]]:
        """Of each clock its measure, the cases it ran for and is known of, and those in time."""
        found = []
        for clock in self.workload.clocks:
            kept, known = self._within(clock.start, clock.end, clock.amount)
            found.append((f"cohort_clock_{clock.id}_pct", self._clocked(clock) & known, kept))
        return found

    def _clocked(self, clock: Clock) -> Bools:
        """The year's referrals for which a clock runs.

        What is closed at the front door was decided too. What ends with the first of two stages has no second
        to be timed.
        """
        covered = np.isin(self.route, [ROUTES.index(route) for route in clock.routes])
        if clock.end == "decided" and len(clock.routes) == len(ROUTES):
            covered |= self.route == CLOSED
        runs: Bools = self.in_window & covered & self._expects(clock.end) & (self.at(clock.start) != MISSING)
        if clock.end == "authorised":
            tasks = self.workload.tasks
            ends_there = tasks.closes & np.isin(tasks.step, self.workload.marks.get(clock.start, ()))
            runs[tasks.case[ends_there]] = False
        return runs

    def _within(self, start_event: str, end_event: str, limit: Amount) -> tuple[Bools, Bools]:
        """Whether each case kept a limit, and whether that is known: an open case past it has not."""
        start, end = self.at(start_event), self.at(end_event)
        last = self.workload.calendar.last_day(np.maximum(start, 0) // self.day, limit)
        ended = end != MISSING
        kept = ended & in_time(start, end, last, self.day, self.convention)
        stopped = np.full(len(start), self.outcome.stopped + 1, dtype=np.int64)
        past = ~in_time(start, stopped, last, self.day, self.convention)
        return kept, ended | past

    def _expects(self, event: str) -> Bools:
        """Whether an event lies on the case's way at all."""
        if event not in self.expected:
            tasks = self.workload.tasks
            here = (
                tasks.closes
                if event == "authorised"
                else np.isin(tasks.step, self.workload.marks.get(event, ()))
            )
            self.expected[event] = np.zeros(len(self.route), dtype=bool)
            self.expected[event][tasks.case[here]] = True
        return self.expected[event]

    def _followed(self, cases: Bools, event: str) -> tuple[Ints, Bools]:
        """Days from referral to an event, or to the end of the run, and whether it is the former."""
        start, end = self.outcome.came[cases], self.at(event)[cases]
        ended = end != MISSING
        until = np.where(ended, end, self.outcome.stopped)
        return end_day(start, until, self.day) - start // self.day, ended

    def _survival(self) -> Floats:
        days, ended = self._followed(self.cohort, "authorised")
        return kaplan_meier(days, ended, self.children[self.cohort], _LONGEST)

    @cached_property
    def timed(self) -> _Timed:
        rows = np.flatnonzero(self.cohort & (self.at("authorised") != MISSING))
        return _Timed(self.workload, self.outcome, rows, self.days_from_start)

    @cached_property
    def reviews(self) -> tuple[Ints, Bools]:
        """The case of each review that came due, and whether it was late.

        It is if held after its day, or if its day was over when the assessment or the run ended.
        """
        tasks, outcome = self.workload.tasks, self.outcome
        rows = np.flatnonzero(tasks.review & self.cohort[tasks.case] & (outcome.ready != MISSING))
        closed = self.at("authorised")[tasks.case[rows]]
        over = np.where(closed == MISSING, outcome.stopped, closed)
        held = np.where(outcome.end[rows] == MISSING, over, outcome.end[rows])
        late = end_day(outcome.ready[rows], held, self.day) > outcome.ready[rows] // self.day
        return tasks.case[rows], late

    def _whole(self) -> Iterator[tuple[str, float]]:
        """The measures that are not given by route, but for queries and time in use."""
        start, end = self.workload.window
        held = self.at("conference")
        here = (held >= start) & (held < end) & (self.at("strategy_discussion") != MISSING)
        limit = Amount(_CONFERENCE_DAYS, Unit.WORKING_DAYS)
        kept, _ = self._within("strategy_discussion", "conference", limit)
        yield "published_icpc_within_15_days_pct", _share(kept[here], self.children[here])
        referred = self.in_window & (self.kind != REPEAT)
        again = self.kind == REREFERRAL
        yield "cohort_rereferral_pct", _share(again[referred], self.children[referred])
        repeat = self.kind == REPEAT
        yield "cohort_repeat_pct", _share(repeat[self.cohort], self.children[self.cohort])
        earlier = self.weeks - WORKING_DAYS_A_YEAR * self.day
        both = earlier > 0
        now = self._standing(self.weeks[both], self.everybody)["open_assessments"]
        change = now - self._standing(earlier[both], self.everybody)["open_assessments"]
        yield "open_change", _mean(change, np.ones(len(change)))
        yield "children_per_case_holder", self._load()

    @cached_property
    def weeks(self) -> Ints:
        """The ends of the year's weeks, every fifth working day."""
        start, end = self.workload.window
        return np.arange(start + _WEEK * self.day, end + 1, _WEEK * self.day)

    def _standing(self, weeks: Ints, here: Bools) -> dict[str, Floats]:
        """Children at the end of each week, those from before the year included. None open counts as 0."""
        here = here & (self.route != CLOSED)
        weight = self.children[here]
        came, closed, decided, allocated = (
            _or_never(self.at(event)[here]) for event in ("referral", "authorised", "decided", "allocated")
        )
        allowed = LIMIT_DAYS - (1 if self.convention is Convention.DAY_1 else 0)
        last_in_time = (came // self.day + allowed + 1) * self.day - 1
        waits = self._expects("allocated")[here]
        return {
            "open_assessments": _standing(came, closed, weight, weeks),
            "open_over_45_days": _standing(last_in_time, closed, weight, weeks),
            "waiting_list": _standing(decided[waits], allocated[waits], weight[waits], weeks),
        }

    def _load(self) -> float:
        """Children with a worker for each full-time equivalent, mean over the weeks with any."""
        allocated, closed = _or_never(self.at("allocated")), _or_never(self.at("authorised"))
        held = _standing(allocated, closed, self.children, self.weeks)
        staff = self.workload.staff
        own = staff.pool == OWN_WORKER
        posts = _standing(staff.starts[own], staff.leaves[own], staff.fte[own] / 100, self.weeks)
        some = posts > 0
        return _mean(held[some] / posts[some], np.ones(int(some.sum())))

    def _queries(self) -> Iterator[tuple[str, float]]:
        """What the census would ask about at the end of the year."""
        end = self.workload.window[1]
        authorised, conference = _or_never(self.at("authorised")), _or_never(self.at("conference"))
        concluded = _or_never(self.at("enquiry_concluded"))
        concluded[self._expects("conference")] = NEVER
        for name, event, limit, over in (
            ("query_assessment_over_45_days", "assessment_started", LIMIT_DAYS, authorised),
            (
                "query_section_47_over_15_days",
                "strategy_discussion",
                _CONFERENCE_DAYS,
                np.minimum(conference, concluded),
            ),
        ):
            start = self.at(event)
            last = self.workload.calendar.last_day(start // self.day, Amount(limit, Unit.WORKING_DAYS))
            ends = np.full(len(start), end, dtype=np.int64)
            asked = (start != MISSING) & (start < end) & (over > end) & (self.route != CLOSED)
            asked &= ~in_time(start, ends, last, self.day, self.convention)
            yield name, float(self.children[asked].sum())

    def _utilisation(self) -> Iterator[tuple[str, float]]:
        start, end = self.workload.window
        staff = self.workload.staff
        first, last = start // self.day, end // self.day
        given = (staff.shuts - staff.opens)[:, first:last].sum(axis=1)
        person, begun, done = work_spans(self.workload, self.outcome)
        inside = np.maximum(np.minimum(done, end) - np.maximum(begun, start), 0)
        worked = np.bincount(person, weights=inside, minlength=len(staff))
        for number, pool in enumerate(self.workload.pools):
            here = staff.pool == number
            total = float(given[here].sum())
            share = float(worked[here].sum()) / total if total else float("nan")
            yield f"utilisation_{pool}_pct", 100 * share


class _Timed:
    """Where the time of the year's ended assessments went, and how they drifted."""

    def __init__(self, workload: Workload, outcome: Outcome, rows: Ints, days: Ints) -> None:
        self.rows = rows
        self.line = timeline(workload, outcome, rows)
        self.total = self.line.minutes.sum(axis=1)
        self.free = unqueued(workload, outcome)[rows]
        planned = workload.cases.planned_day[rows]
        self.slip = np.where(planned >= 0, np.maximum(days[rows] - planned, 0), 0)

    def of_group(self, here: Bools, children: Floats, day: int) -> Iterator[tuple[str, float]]:
        mine = here[self.rows]
        weight = children[self.rows][mine]
        for number, (cause, _) in enumerate(CAUSES):
            yield f"cohort_time_{cause}_days", _mean(self.line.minutes[mine, number] / day, weight)
        free = float((self.free[mine] * weight).sum())
        stretch = float((self.total[mine] * weight).sum()) / free if free > 0 else float("nan")
        yield "cohort_drift_stretch", stretch
        yield "cohort_drift_idle_pct", _share(self.line.idle[mine], weight)
        yield "cohort_drift_idle_with_pauses_pct", _share(self.line.idle_or_paused[mine], weight)
        yield "cohort_drift_slip_days", _mean(self.slip[mine], weight)


def _or_never(minutes: Ints) -> Ints:
    return np.where(minutes == MISSING, NEVER, minutes)


def _standing(begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
    """Weight of the spans that stand at each of ``ends``: begun before it and not finished by it.

    What comes on the minute that ends a day comes with the next day.
    """
    some = finish > begin
    weight = weight[some]
    first = np.searchsorted(ends, begin[some], side="right")
    gone = np.searchsorted(ends, finish[some], side="left")
    count = len(ends) + 1
    change = np.bincount(first, weight, count) - np.bincount(gone, weight, count)
    return np.asarray(np.cumsum(change)[:-1])


def _censored_quantile(days: Ints, ended: Bools, weight: Floats, q: float) -> float:
    """Kaplan-Meier quantile: the first day on which at most 1 - q are still open; NaN where never reached."""
    if len(days) == 0 or weight.sum() == 0:
        return float("nan")
    survival = kaplan_meier(days, ended, weight, int(days.max()))
    reached = np.flatnonzero(survival <= 1 - q + 1e-12)
    return float(reached[0]) if len(reached) else float("nan")
