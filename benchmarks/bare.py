"""Event loops that do nothing but let events happen: the floor under each engine."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from simkit.model.workload.workload import Workload

__all__ = ["kernel_events", "lean_loop", "simpy_events", "simpy_loop"]

Run = Callable[[], object]


def simpy_events(workload: Workload) -> tuple[int, float]:
    """How many events SimPy handles when the engine runs a workload, and how many are to come on average."""
    from simkit.model.engine import dispatch, process

    seen = []

    class Counting(dispatch.Clock):  # type: ignore[name-defined, misc]
        def step(self) -> None:
            seen.append(len(self._queue))
            super().step()

    plain, dispatch.Clock = dispatch.Clock, Counting  # type: ignore[attr-defined, misc]
    try:
        process.simulate(workload)
    finally:
        dispatch.Clock = plain  # type: ignore[attr-defined, misc]
    return len(seen), float(np.mean(seen))


def simpy_loop(workload: Workload, events: int, pending: float) -> Run:
    """SimPy with a process for each case, as they come, that waits again and again: that many events.

    It waits so long each time that as many events are to come as in the engine.
    """
    arrivals = np.sort(workload.cases.arrival)
    # A process begins and ends with an event of its own; one more is the arrival before it.
    waits = np.diff(np.floor(np.arange(len(arrivals) + 1) * (events - 2) / len(arrivals))).astype(int) - 3
    longest = max(2, round(2 * pending * float(arrivals[-1]) / events))
    delays = np.random.default_rng(1).integers(1, longest, (len(arrivals), int(waits.max()))).tolist()

    def case(env: simpy.Environment, minutes: list[int]) -> Generator[simpy.Event, Any, None]:
        for minute in minutes:
            yield env.timeout(minute)

    def referrals(env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        gaps = np.diff(arrivals, prepend=0).tolist()
        for gap, count, minutes in zip(gaps, waits.tolist(), delays, strict=True):
            yield env.timeout(gap)
            env.process(case(env, minutes[:count]))

    def run() -> None:
        env = simpy.Environment()
        env.process(referrals(env))
        env.run()

    return run


def kernel_events(workload: Workload) -> int:
    """How many events the kernel handles when it runs a workload."""
    from simkit.model.kernel import run as kernel

    run: Any = kernel.tables.start(workload)
    kernel.run_to_end(run, *kernel.tables.columns(workload))
    return int(run.state["events"][0])


def lean_loop(events: int, pending: float) -> Run:
    """The leanest compiled loop over a heap in an array: the first event happens and sets a later one."""
    from numba import njit

    @njit(nogil=True)  # type: ignore[untyped-decorator]
    def run(heap: Any, delays: Any, events: int) -> int:
        count = len(heap)
        for event in range(events):
            value = heap[0] + delays[event & 4095]
            at, below = 0, 1
            while below < count:
                if below + 1 < count and heap[below + 1] < heap[below]:
                    below += 1
                if value <= heap[below]:
                    break
                heap[at] = heap[below]
                at, below = below, 2 * below + 1
            heap[at] = value
        return int(heap[0])

    rng = np.random.default_rng(1)
    delays = rng.integers(1, 3_000, 4096) << 30
    first = np.sort(rng.integers(1, 3_000, max(2, round(pending))) << 30)
    run(first.copy(), delays, 1)
    return lambda: run(first.copy(), delays, events)
