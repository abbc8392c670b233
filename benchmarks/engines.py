"""The two engines against each other, and each against the leanest loop of its kind."""

from __future__ import annotations

from functools import partial

import bare
import per_worker
import years
from timing import Row, side_by_side

from simkit.model.engine import process
from simkit.model.engine_choice import Engine, engine
from simkit.model.measures.measures import measure
from simkit.model.workload.sample import sample
from simkit.study.runner import Job, measured

__all__ = ["rows"]


def rows(times: int) -> list[Row]:
    """One authority-year of 5,000 referrals, drawing apart and included."""
    work = years.year()
    events, pending = bare.simpy_events(work)
    size = f"{len(work.cases):,} cases, {len(work.tasks):,} tasks, {len(work.workers)} people"
    found = [Row(f"One authority-year with its warm-up: {size}", f"{events:,} SimPy events")]
    try:
        from simkit.model.kernel import run as kernel
    except ImportError:
        kernel = None  # type: ignore[assignment]
    things = {
        "engine": partial(process.simulate, work),
        "bare SimPy": bare.simpy_loop(work, events, pending),
        "per worker": partial(per_worker.simulate, work),
    }
    if kernel is not None:
        assert kernel.simulate(work) == process.simulate(work)
        count = bare.kernel_events(work)
        things["kernel"] = partial(kernel.simulate, work)
        things["lean"] = bare.lean_loop(count, pending)
    took = side_by_side(times, things)
    found += [
        Row("SimPy engine", seconds(took["engine"])),
        Row(
            "  against a bare SimPy loop with as many events",
            seconds(took["bare SimPy"]),
            took.ratio("engine", "bare SimPy"),
            at_most=4,
        ),
        Row(
            "  against one PriorityResource per worker",
            seconds(took["per worker"]),
            took.ratio("per worker", "engine"),
            at_least=1,
        ),
    ]
    if kernel is None:
        return [*found, Row("Kernel", "numba is not installed")]
    found += [
        Row(f"Kernel, {count:,} events", seconds(took["kernel"])),
        Row(
            "  as fast as the SimPy engine, times",
            "",
            took.ratio("engine", "kernel"),
            at_least=40,
        ),
        Row(
            "  against the leanest compiled loop with as many events",
            seconds(took["lean"]),
            took.ratio("kernel", "lean"),
            at_most=2,
        ),
    ]
    return [*found, *_many_reviews(times), *_with_drawing(times)]


def _many_reviews(times: int) -> list[Row]:
    """The kernel on an authority-year most of whose work is held by reviews, one after the other."""
    from simkit.model.kernel import run as kernel

    work = years.year(5_000, years.MANY_REVIEWS)
    _, pending = bare.simpy_events(work)
    count = bare.kernel_events(work)
    took = side_by_side(
        times, {"kernel": partial(kernel.simulate, work), "lean": bare.lean_loop(count, pending)}
    )
    return [
        Row(f"Kernel, many reviews: {len(work.tasks):,} tasks, {count:,} events", seconds(took["kernel"])),
        Row(
            "  against the leanest compiled loop with as many events",
            seconds(took["lean"]),
            took.ratio("kernel", "lean"),
            at_most=2,
        ),
    ]


def _with_drawing(times: int) -> list[Row]:
    given = years.setting(5_000)

    def whole(chosen: Engine) -> None:
        measured(Job(given, 1, 0), chosen)

    def around() -> None:
        measure(sample(given, 1, 0, kernel.drawing), outcome, passes=kernel.measures)

    simpy, kernel = engine("simpy", 0), engine("kernel", 0)
    outcome = kernel.run(sample(given, 1, 0))
    took = side_by_side(
        times,
        {
            "engine": partial(whole, simpy),
            "kernel": partial(whole, kernel),
            "around": around,
        },
    )
    return [
        Row("Drawing and measures alone", seconds(took["around"])),
        Row("SimPy engine with drawing and measures", seconds(took["engine"])),
        Row("Kernel with drawing and measures", seconds(took["kernel"])),
        Row("  as fast as the SimPy engine, times", "", took.ratio("engine", "kernel"), at_least=30),
    ]


def seconds(time: float) -> str:
    return f"{time:.2f} s" if time >= 1 else f"{1000 * time:.1f} ms"
