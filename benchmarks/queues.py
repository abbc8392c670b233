"""One queue with ten servers and two priorities, beside SimPy, Ciw and salabim."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import simpy
from timing import Row, side_by_side

from simkit.model.engine import process
from simkit.model.inputs.calendar import Calendar
from simkit.model.queue_order import ORDINARY, URGENT
from simkit.model.workload.workload import NEVER, Cases, Tasks, Workers, Workload

__all__ = ["rows"]

SERVERS, CUSTOMERS, SERVICE, LOAD, URGENT_SHARE = 10, 50_000, 500.0, 0.9, 0.3
GAP = SERVICE / (SERVERS * LOAD)


def rows(times: int) -> list[Row]:
    """Events a second: each customer is an arrival and an end of service."""
    rng = np.random.default_rng(1)
    arrival = np.rint(np.cumsum(rng.exponential(GAP, CUSTOMERS))).astype(np.int64)
    service = np.rint(rng.exponential(SERVICE, CUSTOMERS)).astype(np.int64)
    urgent = rng.random(CUSTOMERS) < URGENT_SHARE
    work = _workload(arrival, service, urgent)
    things: dict[str, Callable[[], Any]] = {
        "SimPy": partial(_simpy, arrival.tolist(), service.tolist(), urgent.tolist()),
        "SimPy engine": partial(process.simulate, work),
    }
    if find_spec("numba") is not None:
        from simkit.model.kernel import run as kernel

        assert kernel.simulate(work) == process.simulate(work)
        things["Kernel"] = partial(kernel.simulate, work)
    if find_spec("ciw") is not None:
        things["Ciw"] = partial(_ciw, arrival.tolist(), service.tolist(), urgent.tolist())
    if find_spec("salabim") is not None:
        things["salabim"] = partial(_salabim, arrival.tolist(), service.tolist(), urgent.tolist())
    took = side_by_side(times, things)
    return [
        Row(
            f"M/M/{SERVERS} with priorities: {name}",
            f"{2 * CUSTOMERS / took[name]:,.0f} events a second",
            took.ratio("SimPy", name),
            at_least=50 if name == "Kernel" else None,
        )
        for name in things
    ]


def _workload(arrival: np.ndarray, service: np.ndarray, urgent: np.ndarray) -> Workload:
    count, day = len(arrival), 1_000
    days = int(arrival[-1] + 100 * SERVICE) // day
    opens = np.tile(np.arange(days) * day, (SERVERS, 1))
    same = np.zeros(count, dtype=np.int64)
    none = np.full(count, -1)
    never = np.full(SERVERS, NEVER)
    return Workload(
        calendar=Calendar(np.datetime64("2000-01-03", "D") + np.arange(days), day),
        pools=("", "server"),
        steps=("service",),
        marks={},
        cases=Cases(
            id=np.arange(count),
            arrival=arrival,
            date=np.full(count, np.datetime64("NaT", "D"), dtype="datetime64[D]"),
            children=same + 1,
            route=same,
            kind=same,
            priority=none,
            source=none,
            first_task=np.arange(count + 1),
            planned_day=none,
            natural_day=none,
        ),
        tasks=Tasks(
            case=np.arange(count),
            step=same,
            attempt=same,
            pool=same + 1,
            effort=service,
            parent=none,
            wait_from=none,
            wait=same,
            hold_from=none,
            hold=none,
            due_from=none,
            due=none,
            limit_from=none,
            limit=none,
            urgency=np.where(urgent, URGENT, ORDINARY),
            review=np.zeros(count, dtype=bool),
            closes=np.ones(count, dtype=bool),
        ),
        workers=Workers(
            id=np.arange(SERVERS),
            pool=np.ones(SERVERS, dtype=np.int64),
            fte=np.full(SERVERS, 100),
            starts=np.zeros(SERVERS, dtype=np.int64),
            leaves=never,
            notice=never,
            opens=opens,
            shuts=opens + day,
        ),
        clocks=(),
        window=(0, int(arrival[-1]) + 1),
        handover=0,
        due_within=0,
        raise_before=0,
        away_days=1,
        other_cases=0,
        caseload_limit=int(NEVER),
        final_minute=days * day,
    )


def _simpy(arrival: list[int], service: list[int], urgent: list[bool]) -> None:
    env = simpy.Environment()
    servers = simpy.PriorityResource(env, SERVERS)
    waits = []

    def customer(minutes: int, first: bool) -> Any:
        came = env.now
        with servers.request(priority=0 if first else 1) as turn:
            yield turn
            waits.append(env.now - came)
            yield env.timeout(minutes)

    def source() -> Any:
        for at, minutes, first in zip(arrival, service, urgent, strict=True):
            yield env.timeout(at - env.now)
            env.process(customer(minutes, first))

    env.process(source())
    env.run()


def _ciw(arrival: list[int], service: list[int], urgent: list[bool]) -> None:
    import ciw

    gaps = {True: [], False: []}  # type: ignore[var-annotated]
    times = {True: [], False: []}  # type: ignore[var-annotated]
    last = {True: 0, False: 0}
    for at, minutes, first in zip(arrival, service, urgent, strict=True):
        gaps[first].append(at - last[first])
        times[first].append(minutes)
        last[first] = at
    names = {True: "Urgent", False: "Ordinary"}
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Sequential([*gaps[first], float("inf")])] for first, name in names.items()
        },
        service_distributions={name: [ciw.dists.Sequential(times[first])] for first, name in names.items()},
        number_of_servers=[SERVERS],
        priority_classes={"Urgent": 0, "Ordinary": 1},
    )
    ciw.Simulation(network).simulate_until_max_time(arrival[-1] + 100 * SERVICE)


def _salabim(arrival: list[int], service: list[int], urgent: list[bool]) -> None:
    import salabim as sim

    sim.yieldless(False)
    env = sim.Environment(trace=False)
    servers = sim.Resource("servers", capacity=SERVERS)

    class Customer(sim.Component):  # type: ignore[misc]
        def process(self, minutes: int, first: bool) -> Any:
            yield self.request((servers, 1, 0 if first else 1))
            yield self.hold(minutes)
            self.release()

    class Source(sim.Component):  # type: ignore[misc]
        def process(self) -> Any:
            for at, minutes, first in zip(arrival, service, urgent, strict=True):
                yield self.hold(till=at)
                Customer(minutes=minutes, first=first)

    Source()
    env.run()
