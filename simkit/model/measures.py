"""What is read off a run: each measure once, with its unit and its denominator.

Two families, never mixed. ``published_*``: assessments authorised inside the measured year, whenever
begun, counted from the assessment's start as the published statistics are; for calibration and for
comparison with them. ``cohort_*``: families referred in the year, followed to the end, counted from
referral, open cases included; for answers. A suffix names the route. Every case counts with its
children, as in the published figures.

A measure whose denominator is empty in a run is NaN there and takes no part in means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import ROUTES
from simkit.model.calendar import WORKING_DAYS_A_YEAR
from simkit.model.demand import REREFERRAL, STOCK
from simkit.model.durations import Convention, band_shares, end_day, in_time, kaplan_meier, quantile
from simkit.model.outcome import MISSING, Outcome
from simkit.model.timeline import CAUSES, event_minutes, timeline, unqueued, work_spans
from simkit.model.workload import CLOSED, OWN_WORKER, Clock, Workload

__all__ = ["LIMIT_DAYS", "Definition", "Measured", "definitions", "measure"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LIMIT_DAYS = 45
_LONGEST = 120  # working days to which survival is followed


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure says: ``unit`` is %, working days, children, times or FTE; ``of`` its denominator."""

    name: str
    title: str
    unit: str
    of: str


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


_COMPLETED = "assessments authorised in the year, whenever begun"
_COHORT = "children referred in the year and assessed"
_ENDED = "children referred in the year whose assessment has ended"

_BY_ROUTE = (
    Definition("published_assessments", "Assessments completed", "children", "the year"),
    Definition(
        "published_within_45_days_pct", "Completed within 45 working days of their start", "%", _COMPLETED
    ),
    Definition("published_p25_days", "Lower quartile of duration, from start", "working days", _COMPLETED),
    Definition("published_median_days", "Median duration, from start", "working days", _COMPLETED),
    Definition("published_p75_days", "Upper quartile of duration, from start", "working days", _COMPLETED),
    Definition("cohort_assessments", "Children referred and assessed", "children", "the year"),
    Definition(
        "cohort_over_45_days_pct",
        "Over 45 working days from referral, open ones included",
        "%",
        _COHORT + "; those open and not yet past day 45 when the run ends are left out",
    ),
    Definition("cohort_p25_days", "Lower quartile of duration, from referral", "working days", _COHORT),
    Definition("cohort_median_days", "Median duration, from referral", "working days", _COHORT),
    Definition("cohort_p75_days", "Upper quartile of duration, from referral", "working days", _COHORT),
    Definition("cohort_open_at_end_pct", "Still open when the run ended", "%", _COHORT),
    *(
        Definition(f"cohort_time_{cause}_days", f"Where the time went: {title}", "working days", _ENDED)
        for cause, title in CAUSES
    ),
    Definition(
        "cohort_drift_stretch", "Drift, stretch: duration over duration without queues", "times", _ENDED
    ),
    Definition(
        "cohort_drift_idle_pct",
        "Drift, idle: 10 or more working days on end with nothing done or awaited",
        "%",
        _ENDED,
    ),
    Definition(
        "cohort_drift_idle_with_pauses_pct",
        "Drift, idle, planned pauses counted (an assumption)",
        "%",
        _ENDED,
    ),
    Definition("cohort_drift_slip_days", "Drift, slip: days past the planned day", "working days", _ENDED),
    Definition(
        "cohort_unallocated_days",
        "From the decision to the allocation",
        "working days",
        _COHORT + " and allocated",
    ),
)
_WHOLE = (
    Definition(
        "published_icpc_within_15_days_pct",
        "Conferences held within 15 working days",
        "%",
        "conferences held in the year",
    ),
    Definition(
        "cohort_reviews_late_pct",
        "Reviews held after their day",
        "%",
        "reviews of the year's referrals that came due",
    ),
    Definition(
        "cohort_rereferral_pct", "Referred again within 12 months", "%", "children referred in the year"
    ),
    Definition(
        "open_assessments", "Children with an open assessment", "children", "mean over the weeks of the year"
    ),
    Definition(
        "open_change",
        "Change of it against the same weeks a year before",
        "children",
        "mean over the weeks of the year",
    ),
    Definition(
        "open_over_45_days",
        "Children with an assessment open past day 45",
        "children",
        "mean over the weeks of the year",
    ),
    Definition(
        "waiting_list", "Children waiting for allocation", "children", "mean over the weeks of the year"
    ),
    Definition(
        "children_per_case_holder",
        "Children in assessment for each case holder",
        "children",
        "full-time equivalents in post, mean over the weeks",
    ),
)


def definitions(clocks: tuple[Clock, ...], pools: tuple[str, ...]) -> tuple[Definition, ...]:
    """Every measure that ``measure`` gives for a workload with these, in the order of the tables."""
    found = []
    for base in (*_BY_ROUTE, *(_clock_definition(clock) for clock in clocks)):
        found.append(base)
        found += [
            Definition(f"{base.name}.{route}", f"{base.title}, {route.replace('_', ' ')}", base.unit, base.of)
            for route in ROUTES
        ]
    found += _WHOLE
    found += [
        Definition(
            f"utilisation_{pool}_pct",
            f"Time in use, {pool.replace('_', ' ')}",
            "%",
            "working minutes given to this work in the year",
        )
        for pool in pools
    ]
    return tuple(found)


def _clock_definition(clock: Clock) -> Definition:
    return Definition(
        f"cohort_clock_{clock.id}_pct",
        f"In time: {clock.title}, {clock.amount}",
        "%",
        f"children referred in the year for whom the time from {clock.start} to {clock.end} ran and is known",
    )


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
        self.route = workload.cases.route
        self.moments: dict[str, Ints] = {}
        start, end = workload.window
        came, closed = outcome.came, self.at("authorised")
        self.in_window = (came >= start) & (came < end)
        self.cohort = self.in_window & (self.route != CLOSED)
        self.completed = (closed >= start) & (closed < end) & (closed != MISSING)
        # How long the stock of the run's beginning had been open is not part of it.
        self.completed &= workload.cases.kind != STOCK

    def at(self, event: str) -> Ints:
        """The minute of an event by case; MISSING where it has not come."""
        if event not in self.moments:
            self.moments[event] = event_minutes(self.workload, self.outcome, event)
        return self.moments[event]

    def measured(self) -> Measured:
        values: dict[str, float] = {}
        timed = self._timed()
        for suffix, here in self._groups():
            for name, value in self._of_group(here, timed):
                values[name + suffix] = value
        values.update(self._conferences())
        values.update(self._reviews())
        again = self.workload.cases.kind[self.in_window] == REREFERRAL
        values["cohort_rereferral_pct"] = _share(again, self.children[self.in_window])
        start, end = self.workload.window
        weeks = self._weeks(start, end)
        values.update({name: float(series.mean()) for name, series in weeks.items()})
        before = self._weeks(
            max(start - WORKING_DAYS_A_YEAR * self.day, 0), end - WORKING_DAYS_A_YEAR * self.day
        )
        values["open_change"] = values["open_assessments"] - float(before["open_assessments"].mean())
        values.update(self._utilisation())
        days, bands, survival = self._elapsed("assessment_started"), self.completed, self._survival()
        return Measured(
            values={d.name: values[d.name] for d in definitions(self.workload.clocks, self.workload.pools)},
            bands=band_shares(days[bands], self.children[bands]),
            survival=survival,
            open_by_week=weeks["open_assessments"],
            over_45_by_week=weeks["open_over_45_days"],
        )

    def _groups(self) -> Iterator[tuple[str, Bools]]:
        yield "", np.ones(len(self.route), dtype=bool)
        for code, route in enumerate(ROUTES):
            yield f".{route}", self.route == code

    def _elapsed(self, event: str) -> Ints:
        """Days from an event to authorisation, without meaning where either is missing."""
        start = self.at(event)
        return end_day(start, self.at("authorised"), self.day) - start // self.day

    def _of_group(self, here: Bools, timed: _Timed) -> Iterator[tuple[str, float]]:
        weight, cohort, completed = self.children, self.cohort & here, self.completed & here
        days = self._elapsed("assessment_started")
        limit = Amount(LIMIT_DAYS, Unit.WORKING_DAYS)
        yield "published_assessments", float(weight[completed].sum())
        in_limit, _ = self._within("assessment_started", "authorised", limit)
        yield "published_within_45_days_pct", _share(in_limit[completed], weight[completed])
        for name, q in (("p25", 0.25), ("median", 0.5), ("p75", 0.75)):
            yield f"published_{name}_days", quantile(days[completed], weight[completed], q)
        yield "cohort_assessments", float(weight[cohort].sum())
        in_limit, known = self._within("referral", "authorised", limit)
        yield "cohort_over_45_days_pct", _share(~in_limit[cohort & known], weight[cohort & known])
        seen, ended = self._followed(cohort)
        for name, q in (("p25", 0.25), ("median", 0.5), ("p75", 0.75)):
            yield f"cohort_{name}_days", _censored_quantile(seen, ended, weight[cohort], q)
        yield "cohort_open_at_end_pct", _share(self.at("authorised")[cohort] == MISSING, weight[cohort])
        yield from timed.of_group(here, self.children, self.day)
        decided, allocated = self.at("decided"), self.at("allocated")
        placed = cohort & (decided != MISSING) & (allocated != MISSING)
        yield "cohort_unallocated_days", _mean((allocated - decided)[placed] / self.day, weight[placed])
        for clock in self.workload.clocks:
            codes = [ROUTES.index(route) for route in clock.routes]
            runs = (
                cohort
                & np.isin(self.route, codes)
                & self._expects(clock.end)
                & (self.at(clock.start) != MISSING)
            )
            kept, known = self._within(clock.start, clock.end, clock.amount)
            yield f"cohort_clock_{clock.id}_pct", _share(kept[runs & known], weight[runs & known])

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
        if event == "authorised":
            return np.asarray(self.route != CLOSED)
        tasks = self.workload.tasks
        result = np.zeros(len(self.route), dtype=bool)
        result[tasks.case[np.isin(tasks.step, self.workload.marks.get(event, ()))]] = True
        return result

    def _followed(self, cohort: Bools) -> tuple[Ints, Bools]:
        """Days from referral to authorisation, or to the end of the run, and whether it is the former."""
        start, end = self.outcome.came[cohort], self.at("authorised")[cohort]
        ended = end != MISSING
        until = np.where(ended, end, self.outcome.stopped)
        return end_day(start, until, self.day) - start // self.day, ended

    def _survival(self) -> Floats:
        seen, ended = self._followed(self.cohort)
        return kaplan_meier(seen, ended, self.children[self.cohort], _LONGEST)

    def _timed(self) -> _Timed:
        rows = np.flatnonzero(self.cohort & (self.at("authorised") != MISSING))
        return _Timed(self.workload, self.outcome, rows, self._elapsed("assessment_started"))

    def _conferences(self) -> dict[str, float]:
        start, end = self.workload.window
        held = self.at("conference")
        here = (held != MISSING) & (held >= start) & (held < end)
        kept, _ = self._within("strategy_discussion", "conference", Amount(15, Unit.WORKING_DAYS))
        return {"published_icpc_within_15_days_pct": _share(kept[here], self.children[here])}

    def _reviews(self) -> dict[str, float]:
        """A review is late if held after its day, or if its day was over when assessment or run ended."""
        tasks, outcome = self.workload.tasks, self.outcome
        rows = np.flatnonzero(tasks.review & self.cohort[tasks.case] & (outcome.ready != MISSING))
        closed = self.at("authorised")[tasks.case[rows]]
        over = np.where(closed == MISSING, outcome.stopped, closed)
        held = np.where(outcome.end[rows] == MISSING, over, outcome.end[rows])
        late = end_day(outcome.ready[rows], held, self.day) > outcome.ready[rows] // self.day
        return {"cohort_reviews_late_pct": _share(late, np.ones(len(rows)))}

    def _weeks(self, start: int, end: int) -> dict[str, Floats]:
        """Counts at the end of every fifth working day. Weeks without any open case count as 0."""
        ends = np.arange(start + 5 * self.day, end + 1, 5 * self.day)
        assessed = (self.route != CLOSED) & (self.outcome.came != MISSING)
        came = self.outcome.came[assessed]
        weight = self.children[assessed]
        closed = _or_never(self.at("authorised")[assessed])
        open_ = _standing(came, closed, weight, ends)
        overdue = (came // self.day + LIMIT_DAYS + 1) * self.day
        over = _standing(overdue, np.maximum(closed, overdue), weight, ends)
        decided, allocated = (
            _or_never(self.at("decided")[assessed]),
            _or_never(self.at("allocated")[assessed]),
        )
        waiting = _standing(decided, allocated, weight, ends)
        staff = self.workload.staff
        own = staff.pool == OWN_WORKER
        posts = _standing(staff.starts[own], staff.leaves[own], staff.fte[own] / 100, ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            load = np.where(posts > 0, (open_ - waiting) / posts, np.nan)
        return {
            "open_assessments": open_,
            "open_over_45_days": over,
            "waiting_list": waiting,
            "children_per_case_holder": load,
        }

    def _utilisation(self) -> dict[str, float]:
        start, end = self.workload.window
        staff = self.workload.staff
        first, last = start // self.day, end // self.day
        given = (staff.shuts - staff.opens)[:, first:last].sum(axis=1)
        person, begun, done = work_spans(self.workload, self.outcome)
        worked = np.bincount(
            person,
            weights=np.maximum(np.minimum(done, end) - np.maximum(begun, start), 0),
            minlength=len(staff),
        )
        result = {}
        for number, pool in enumerate(self.workload.pools):
            here = staff.pool == number
            total = float(given[here].sum())
            result[f"utilisation_{pool}_pct"] = (
                100 * float(worked[here].sum()) / total if total else float("nan")
            )
        return result


class _Timed:
    """Where the time of the year's ended assessments went, and how they drifted."""

    def __init__(self, workload: Workload, outcome: Outcome, rows: Ints, days: Ints) -> None:
        self.rows = rows
        self.line = timeline(workload, outcome, rows)
        self.total = self.line.minutes.sum(axis=1)
        self.free = unqueued(workload, outcome)[rows]
        self.slip = np.maximum(days[rows] - workload.cases.planned_day[rows], 0)

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
    return np.where(minutes == MISSING, np.iinfo(np.int64).max, minutes)


def _standing(begin: Ints, finish: Ints, weight: Floats, ends: Ints) -> Floats:
    """Weight of the spans that stand at each minute: begun before it and not finished before it."""
    total = np.zeros(len(ends))
    for sign, minutes in ((1.0, begin), (-1.0, finish)):
        order = np.argsort(minutes, kind="stable")
        reached = np.concatenate([[0.0], np.cumsum(weight[order])])
        total += sign * reached[np.searchsorted(minutes[order], ends, side="right")]
    return total


def _censored_quantile(days: Ints, ended: Bools, weight: Floats, q: float) -> float:
    """Kaplan-Meier quantile: the first day on which at most 1 - q are still open; NaN where never reached."""
    if len(days) == 0 or weight.sum() == 0:
        return float("nan")
    survival = kaplan_meier(days, ended, weight, int(days.max()))
    reached = np.flatnonzero(survival <= 1 - q + 1e-12)
    return float(reached[0]) if len(reached) else float("nan")
