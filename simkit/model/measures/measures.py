"""The values of all measures of one run; their names, units and denominators are in ``definitions``.

Two groups, never mixed. ``published_*``: assessments authorised in the measured year, whenever begun, counted
from the start of the assessment as in the published statistics; for calibration and comparison with them.
``cohort_*``: cases referred in the year, followed to the end, counted from referral, open cases included; for
answers. A further assessment of an open case counts as referred on the day it arrives. A suffix names the
route. Every case counts with its children, as in the published figures.

A measure without a denominator in a run is NaN and left out of means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.whole_numbers import sums_of
from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import ROUTES
from simkit.model.inputs.calendar import WORKING_DAYS_A_YEAR
from simkit.model.measures.day_counts import (
    Convention,
    band_shares,
    end_day,
    first_day_at,
    kaplan_meier,
    latest_in_time,
    quantile,
)
from simkit.model.measures.definitions import Definition, definitions
from simkit.model.measures.passes import NUMPY, Passes
from simkit.model.measures.pressure import WorkDone, case_holders_in_post
from simkit.model.measures.route_sums import SUFFIXES
from simkit.model.measures.time_breakdown import CAUSES
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import REPEAT, REREFERRAL, STOCK
from simkit.model.workload.workload import CLOSED, OWN_WORKER, Clock, Workload

__all__ = ["LIMIT_DAYS", "WEEK_DAYS", "Definition", "RunMeasures", "definitions", "measure", "measures_named"]

Measure = tuple[str, Floats | float]  # a name, and its value: of all and of each route, or of all alone

LIMIT_DAYS = 45
_LIMIT = Amount(LIMIT_DAYS, Unit.WORKING_DAYS)
_CONFERENCE = Amount(15, Unit.WORKING_DAYS)
WEEK_DAYS = 5  # working days
_QUARTILES = (("p25", 0.25), ("median", 0.5), ("p75", 0.75))
_LONGEST = 120  # working days covered by the survival curve


@dataclass(frozen=True, eq=False)
class RunMeasures:
    """The measures of one run.

    ``values``: by name. ``bands``: shares of the nine published duration bands. ``survival``: share still
    open after each working day from referral. ``open_by_week`` and ``over_45_by_week``: children with an
    open assessment at the end of each week of the year.
    """

    values: Mapping[str, float]
    bands: Floats
    survival: Floats
    open_by_week: Floats
    over_45_by_week: Floats


def measure(
    workload: Workload,
    outcome: Outcome,
    convention: Convention = Convention.DAY_0,
    passes: Passes = NUMPY,
) -> RunMeasures:
    """The measures of one run, the same whatever the ``passes``.

    ``convention`` applies to limits; durations are days elapsed under either.
    """
    return _Measurement(workload, outcome, convention, passes).run_measures()


def measures_named(
    names: Sequence[str],
    workload: Workload,
    outcome: Outcome,
    convention: Convention = Convention.DAY_0,
    passes: Passes = NUMPY,
) -> Mapping[str, float]:
    """Some measures of one run, as ``measure`` gives them. Others are not worked out, which saves time."""
    return _Measurement(workload, outcome, convention, passes).values(names)


class _Measurement:
    """The computation for one run, and its shared columns. ``rows`` are rows of the case table."""

    def __init__(self, workload: Workload, outcome: Outcome, convention: Convention, passes: Passes) -> None:
        self.workload, self.outcome, self.convention = workload, outcome, convention
        self.passes, self.sums = passes, passes.sums
        self.day = workload.calendar.day_minutes
        self.route, self.kind = workload.cases.route, workload.cases.kind
        self.children = workload.cases.children.astype(np.float64)
        self.milestones = passes.milestones(workload, outcome)
        self.at = self.milestones.at
        start, end = workload.window
        arrival, closed = outcome.arrival, self.at("authorised")
        # A drawn stock arrives at minute 0; the outcome does not contain how long it had been open by then.
        new = (self.kind != STOCK) | (arrival > 0)
        self.referred = np.flatnonzero((arrival >= start) & (arrival < end) & new)
        self.cohort = self.referred[self.route[self.referred] != CLOSED]
        self.completed = np.flatnonzero((closed >= start) & (closed < end) & (closed != MISSING) & new)
        self.weeks = np.arange(start + WEEK_DAYS * self.day, end + 1, WEEK_DAYS * self.day)

    def run_measures(self) -> RunMeasures:
        series = self._open_counts
        return RunMeasures(
            values=self.values([d.name for d in definitions(self.workload.clocks, self.workload.pools)]),
            bands=band_shares(self._completed_days, self.children[self.completed]),
            survival=self._survival[0, : _LONGEST + 1],
            open_by_week=series["open_assessments"][0],
            over_45_by_week=series["open_over_45_days"][0],
        )

    def values(self, names: Sequence[str]) -> dict[str, float]:
        """The measures of these names."""
        values: dict[str, float] = {}
        for part in _parts_of(tuple(names)):
            for name, value in part(self):
                if isinstance(value, np.ndarray):
                    suffixed = (name + suffix for suffix in SUFFIXES)
                    values.update(zip(suffixed, value.tolist(), strict=True))
                else:
                    values[name] = value
        return {name: values[name] for name in names}

    # For all cases and by route

    def _of(self, rows: Ints) -> tuple[Ints, Floats]:
        """Route and weight of these cases."""
        return self.route[rows], self.children[rows]

    def _published(self) -> Iterator[Measure]:
        route, weight = self._of(self.completed)
        yield "published_assessments", self.sums.totals(route, weight)
        in_limit, _ = self._within(self.completed, "assessment_started", "authorised", _LIMIT)
        yield "published_within_45_days_pct", self.sums.shares(route, in_limit, weight)
        days = self._completed_days
        counted = self.sums.by_day(route, days, weight, int(days.max(initial=0)) + 1)
        for name, q in _QUARTILES:
            yield f"published_{name}_days", quantile(counted, q)

    def _cohort(self) -> Iterator[Measure]:
        route, weight = self._of(self.cohort)
        yield "cohort_assessments", self.sums.totals(route, weight)
        in_limit, known = self._cohort_within
        yield "cohort_over_45_days_pct", self.sums.shares(route, ~in_limit, weight * known)
        yield (
            "cohort_open_at_end_pct",
            self.sums.shares(route, self.at("authorised")[self.cohort] == MISSING, weight),
        )

    def _cohort_durations(self) -> Iterator[Measure]:
        route, weight = self._of(self.cohort)
        for name, q in _QUARTILES:
            yield f"cohort_{name}_days", first_day_at(self._survival, 1 - q)
        to_be_seen = self.cohort[self.milestones.expected("child_seen")[self.cohort]]
        yield "cohort_child_seen_days", first_day_at(self._still_open(to_be_seen, "child_seen"), 0.5)
        decided, allocated = (self.at(event)[self.cohort] for event in ("decided", "allocated"))
        until = np.where(allocated == MISSING, self.outcome.stopped, allocated)
        waits = self.milestones.expected("allocated")[self.cohort] & (decided != MISSING)
        yield "cohort_unallocated_days", self.sums.means(route, (until - decided) / self.day, weight * waits)

    def _clocks(self) -> Iterator[Measure]:
        for clock in self.workload.clocks:
            rows = self._clocked(clock)
            in_limit, known = self._within(rows, clock.start, clock.end, clock.amount, clock.starting_day)
            route, weight = self._of(rows)
            yield f"cohort_clock_{clock.id}_pct", self.sums.shares(route, in_limit, weight * known)

    def _timed(self) -> Iterator[Measure]:
        """Time by cause and drift of the cohort's ended assessments."""
        ended = self.at("authorised")[self.cohort] != MISSING
        rows = self.cohort[ended]
        route, weight = self._of(rows)
        line = self.passes.time_breakdown(self.workload, self.outcome, rows)
        late = ~self._cohort_within[0][ended]
        days = line.minutes / self.day
        for name, counted in ("time", weight), ("late_time", weight * late):
            for (cause, _), mean in zip(CAUSES, self.sums.means(route, days, counted).T, strict=True):
                yield f"cohort_{name}_{cause}_days", mean
        free = self.sums.totals(route, line.without_queues * weight)
        duration = self.at("authorised")[rows] - self.outcome.arrival[rows]
        lasted = self.sums.totals(route, duration * weight)
        stretch = np.divide(lasted, free, out=np.full(len(free), np.nan), where=free > 0)
        yield "cohort_drift_stretch", stretch
        yield "cohort_drift_idle_pct", self.sums.shares(route, line.idle, weight)
        yield "cohort_drift_idle_with_pauses_pct", self.sums.shares(route, line.idle_or_paused, weight)
        planned = self.workload.cases.planned_day[rows]
        slip = np.where(planned >= 0, np.maximum(self._days_from_start(rows) - planned, 0), 0)
        yield "cohort_drift_slip_days", self.sums.means(route, slip, weight)

    def _days_from_start(self, rows: Ints) -> Ints:
        """Days from the start of the assessment to authorisation; undefined where either is missing."""
        start = self.at("assessment_started")[rows]
        return end_day(start, self.at("authorised")[rows], self.day) - start // self.day

    def _clocked(self, clock: Clock) -> Ints:
        """The year's referrals for which a clock runs.

        Cases closed at the front door have a decision too. An assessment that ends with the first of two
        stages has no second stage to time.
        """
        routes = np.zeros(CLOSED + 1, dtype=bool)
        routes[[ROUTES.index(route) for route in clock.routes]] = True
        routes[CLOSED] = clock.end == "decided" and len(clock.routes) == len(ROUTES)
        rows = self.referred
        runs = routes[self.route[rows]] & self.milestones.expected(clock.end)[rows]
        runs &= self.at(clock.start)[rows] != MISSING
        if clock.end == "authorised":
            runs &= ~self.milestones.closed_by(clock.start)[rows]
        return rows[runs]

    def _within(
        self, rows: Ints, start_event: str, end_event: str, limit: Amount, starting_day: int | None = None
    ) -> tuple[Bools, Bools]:
        """Whether each case ended within a limit, and whether that is known: not for open cases before it.

        ``starting_day``: the number of the limit's first day, None for that of the convention.
        """
        counting = self.convention if starting_day is None else Convention(f"day_{starting_day}")
        start, end = self.at(start_event)[rows], self.at(end_event)[rows]
        last = self.workload.calendar.last_day(np.maximum(start, 0) // self.day, limit)
        latest, ended = latest_in_time(start, last, self.day, counting), end != MISSING
        return ended & (end <= latest), ended | (self.outcome.stopped >= latest)

    @cached_property
    def _completed_days(self) -> Ints:
        return self._days_from_start(self.completed)

    @cached_property
    def _cohort_within(self) -> tuple[Bools, Bools]:
        return self._within(self.cohort, "referral", "authorised", _LIMIT)

    @cached_property
    def _survival(self) -> Floats:
        return self._still_open(self.cohort, "authorised")

    def _still_open(self, rows: Ints, event: str) -> Floats:
        """Share still without an event on each day from referral; cases open at the end are censored."""
        start, end = self.outcome.arrival[rows], self.at(event)[rows]
        ended = end != MISSING
        until = np.where(ended, end, self.outcome.stopped)
        days = end_day(start, until, self.day) - start // self.day
        route, weight = self._of(rows)
        count = max(int(days.max(initial=0)), _LONGEST) + 1
        return kaplan_meier(
            self.sums.by_day(route, days, weight * ended, count),
            self.sums.by_day(route, days, weight, count),
        )

    def _reviews(self) -> Iterator[Measure]:
        case, late = self._due_reviews()
        yield "cohort_reviews_late_pct", self.sums.shares(self.route[case], late, np.ones(len(case)))

    def _due_reviews(self) -> tuple[Ints, Bools]:
        """The case of each review that came due, and whether it was late.

        Late: held after its day, or not held although its day was over when the assessment or the run ended.
        """
        tasks, outcome = self.workload.tasks, self.outcome
        rows = np.flatnonzero(tasks.review)
        is_cohort = np.zeros(len(self.route), dtype=bool)
        is_cohort[self.cohort] = True
        rows = rows[is_cohort[tasks.case[rows]] & (outcome.ready[rows] != MISSING)]
        closed = self.at("authorised")[tasks.case[rows]]
        over = np.where(closed == MISSING, outcome.stopped, closed)
        end = np.where(outcome.end[rows] == MISSING, over, outcome.end[rows])
        late = end_day(outcome.ready[rows], end, self.day) > outcome.ready[rows] // self.day
        return tasks.case[rows], late

    @cached_property
    def _assessed(self) -> Floats:
        """The children of each case, none where it was closed at the front door."""
        return np.asarray(self.children * (self.route != CLOSED))

    def _open(self, begin: Ints, end: str, weight: Floats, weeks: Ints) -> Floats:
        """The weight of the cases between a minute and an event, at the end of each week."""
        return self.sums.open_counts(self.route, begin, self.at(end), weight, weeks)

    @cached_property
    def _open_counts(self) -> dict[str, Floats]:
        """Children open or waiting at the end of each week, earlier referrals included."""
        arrival, weight = self.outcome.arrival, self._assessed
        allowed = LIMIT_DAYS - self.convention.starting_day
        last_in_time = np.where(
            arrival == MISSING, MISSING, (arrival // self.day + allowed + 1) * self.day - 1
        )
        waits = weight * self.milestones.expected("allocated")
        return {
            "open_assessments": self._open(arrival, "authorised", weight, self.weeks),
            "open_over_45_days": self._open(last_in_time, "authorised", weight, self.weeks),
            "waiting_list": self._open(self.at("decided"), "allocated", waits, self.weeks),
        }

    def _open_lists(self) -> Iterator[Measure]:
        for name, series in self._open_counts.items():
            yield name, series.mean(axis=1) if len(self.weeks) else np.full(len(SUFFIXES), np.nan)

    # For all cases together

    def _conferences(self) -> Iterator[Measure]:
        start, end = self.workload.window
        conference = self.at("conference")
        in_year = (conference >= start) & (conference < end) & (self.at("strategy_discussion") != MISSING)
        rows = np.flatnonzero(in_year)
        in_limit, _ = self._within(rows, "strategy_discussion", "conference", _CONFERENCE)
        yield "published_icpc_within_15_days_pct", self._share(rows, in_limit)

    def _again(self) -> Iterator[Measure]:
        referred = self.referred[self.kind[self.referred] != REPEAT]
        yield "cohort_rereferral_pct", self._share(referred, self.kind[referred] == REREFERRAL)
        yield "cohort_repeat_pct", self._share(self.cohort, self.kind[self.cohort] == REPEAT)

    def _caseload(self) -> Iterator[Measure]:
        yield "open_change", self._change()
        yield "children_per_case_holder", self._load()

    def _share(self, rows: Ints, yes: Bools) -> float:
        return float(self.sums.shares(self.route[rows], yes, self.children[rows])[0])

    def _change(self) -> float:
        """Change of open assessments against the same weeks a year before, mean over weeks with both."""
        earlier = self.weeks - WORKING_DAYS_A_YEAR * self.day
        both = earlier > 0
        if not both.any():
            return float("nan")
        before = self._open(self.outcome.arrival, "authorised", self._assessed, earlier[both])[0]
        return float((self._open_counts["open_assessments"][0][both] - before).mean())

    def _load(self) -> float:
        """Children allocated for each full-time equivalent in post, mean over the weeks with any."""
        children = self._open(self.at("allocated"), "authorised", self.children, self.weeks)[0]
        workers = self.workload.workers
        own = workers.pool == OWN_WORKER
        everybody = np.zeros(int(own.sum()), dtype=np.int64)
        posts = self.sums.open_counts(
            everybody, workers.starts[own], workers.leaves[own], workers.fte[own] / 100, self.weeks
        )[0]
        some = posts > 0
        return float((children[some] / posts[some]).mean()) if some.any() else float("nan")

    def _price(self) -> Iterator[Measure]:
        """What the year's assessments cost in work, and what is left at its end."""
        done = float(self.children[self.completed].sum())
        posts = case_holders_in_post(self.workload)
        minutes = float(self._worked[OWN_WORKER])
        yield "work_minutes_per_assessment", minutes / done if done else float("nan")
        yield "assessments_per_case_holder", done / posts if posts else float("nan")
        year_end = np.array([self.workload.window[1]])
        open_then = self._open(self.outcome.arrival, "authorised", self._assessed, year_end)
        yield "open_at_year_end", float(open_then[0, 0])

    def _effort(self) -> Iterator[Measure]:
        yield "effort_used_pct", self._work.effort.used_pct
        yield "effort_at_bound_pct", self._work.effort.at_bound_pct

    def _queries(self) -> Iterator[Measure]:
        """Children for whom the census would raise a query at the end of the year."""
        end = self.workload.window[1]

        def is_ahead(event: str) -> Bools:
            return np.asarray((self.at(event) == MISSING) | (self.at(event) > end))

        enquired = is_ahead("enquiry_concluded") | self.milestones.expected("conference")
        for name, event, limit, is_open in (
            ("query_assessment_over_45_days", "assessment_started", _LIMIT, is_ahead("authorised")),
            (
                "query_section_47_over_15_days",
                "strategy_discussion",
                _CONFERENCE,
                enquired & is_ahead("conference"),
            ),
        ):
            start = self.at(event)
            rows = np.flatnonzero((start != MISSING) & (start < end) & is_open & (self.route != CLOSED))
            last = self.workload.calendar.last_day(start[rows] // self.day, limit)
            late = end > latest_in_time(start[rows], last, self.day, self.convention)
            yield name, float(self.children[rows[late]].sum())

    @cached_property
    def _work(self) -> WorkDone:
        return self.passes.work_done(self.workload, self.outcome)

    @cached_property
    def _worked(self) -> Floats:
        """Minutes that the workers of each pool worked in the measured year."""
        return self._of_pools(self._work.minutes)

    def _of_pools(self, minutes: Ints) -> Floats:
        """The minutes of all workers of each pool, from those of each worker."""
        return sums_of(self.workload.workers.pool, minutes, len(self.workload.pools))

    def _utilisation(self) -> Iterator[Measure]:
        start, end = self.workload.window
        workers = self.workload.workers
        first, last = start // self.day, end // self.day
        available = (workers.shuts[:, first:last] - workers.opens[:, first:last]).sum(axis=1)
        for pool, worked, total in zip(
            self.workload.pools, self._worked.tolist(), self._of_pools(available).tolist(), strict=True
        ):
            yield f"utilisation_{pool}_pct", 100 * (worked / total if total else float("nan"))


_Part = Callable[[_Measurement], Iterator[Measure]]

_PARTS: tuple[tuple[tuple[str, ...], _Part], ...] = (
    (
        (
            "published_assessments",
            "published_within_45_days_pct",
            *(f"published_{name}_days" for name, _ in _QUARTILES),
        ),
        _Measurement._published,
    ),
    (
        ("cohort_assessments", "cohort_over_45_days_pct", "cohort_open_at_end_pct"),
        _Measurement._cohort,
    ),
    (
        (
            *(f"cohort_{name}_days" for name, _ in _QUARTILES),
            "cohort_child_seen_days",
            "cohort_unallocated_days",
        ),
        _Measurement._cohort_durations,
    ),
    (("cohort_clock_",), _Measurement._clocks),
    (("cohort_time_", "cohort_late_time_", "cohort_drift_"), _Measurement._timed),
    (("cohort_reviews_late_pct",), _Measurement._reviews),
    (("open_assessments", "open_over_45_days", "waiting_list"), _Measurement._open_lists),
    (("published_icpc_within_15_days_pct",), _Measurement._conferences),
    (("cohort_rereferral_pct", "cohort_repeat_pct"), _Measurement._again),
    (("open_change", "children_per_case_holder"), _Measurement._caseload),
    (("work_minutes_per_assessment", "assessments_per_case_holder", "open_at_year_end"), _Measurement._price),
    (("effort_used_pct", "effort_at_bound_pct"), _Measurement._effort),
    (("query_",), _Measurement._queries),
    (("utilisation_",), _Measurement._utilisation),
)
"""What the names of measures begin with, and what works these out together if one of them is asked for."""


@lru_cache(maxsize=64)
def _parts_of(names: tuple[str, ...]) -> tuple[_Part, ...]:
    """The parts that work out these measures."""
    return tuple(part for begins, part in _PARTS if any(name.startswith(begins) for name in names))
