"""Queues with exact results: both engines must give them, within 99% intervals over replications.

The engines count whole minutes. A mean service of 500 minutes keeps the error of that below a part in a
thousand, under what these intervals can see. Sources: Erlang (1917), Pollaczek (1930) and Khinchine (1932),
Cobham (1954), Little (1961), Campello, Ingolfsson and Shumsky (2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import factorial

import numpy as np
import pytest
from kit import always, council, setting, workload
from numpy.typing import NDArray
from scipy import sparse, stats
from scipy.sparse.linalg import spsolve

from simkit.framework.framework import Framework
from simkit.model.outcome import MISSING, Outcome
from simkit.model.queue_order import ORDINARY, URGENT
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, OWN_WORKER, Workload

Simulate = Callable[[Workload], Outcome]
Floats = NDArray[np.float64]

SERVICE = 500.0  # mean minutes
DAY = 10_000
EARLY, LATE = 400, 100  # cases left out at either end: the queue starts and ends empty


@dataclass(frozen=True)
class Size:
    """How many replications of how many cases, and how much narrower that makes an interval."""

    replications: int
    cases: int
    narrower: float = 1.0


@pytest.fixture(
    params=[Size(20, 2500), pytest.param(Size(60, 20_000, 4.0), marks=pytest.mark.long)],
    ids=["quick", "long"],
)
def size(request: pytest.FixtureRequest) -> Size:
    found: Size = request.param
    return found


def queue(
    arrivals: Floats,
    services: Floats,
    servers: int,
    urgency: NDArray[np.int64] | int = ORDINARY,
    pool: int = 1,
) -> Workload:
    """Cases of one piece of work each, done by people who never go home, first come first served."""
    came = np.floor(np.cumsum(arrivals)).astype(np.int64)
    effort = np.maximum(1, np.rint(services)).astype(np.int64)
    days = int((came[-1] + 4 * effort.sum() / servers) // DAY) + 50
    tasks = {"case": np.arange(len(came)), "pool": pool, "effort": effort, "urgency": urgency, "closes": True}
    return workload(came, tasks, always(pool, servers, days, DAY), day=DAY, due_within=days * DAY)


def middle(values: Floats) -> Floats:
    return values[EARLY:-LATE]


def agrees(samples: list[float], exact: float, most: float) -> None:
    """The 99% interval of the mean holds the exact value, and its half-width is at most ``most`` of it."""
    mean = float(np.mean(samples))
    half = stats.t.ppf(0.995, len(samples) - 1) * np.std(samples, ddof=1) / np.sqrt(len(samples))
    assert half <= most * exact, f"{mean:.4g} +- {half:.2g} is too wide to tell anything of {exact:.4g}"
    assert abs(mean - exact) <= half, f"{mean:.5g} +- {half:.2g} does not hold {exact:.5g}"


def drawn(seed: int, load: float, servers: int, count: int) -> tuple[np.random.Generator, Floats]:
    """Interarrival times of a Poisson stream that keeps ``servers`` busy for the share ``load``."""
    rng = np.random.default_rng(seed)
    return rng, rng.exponential(SERVICE / (load * servers), count)


def waits(run: Outcome) -> Floats:
    return (run.start - run.ready).astype(float)


def erlang_c(servers: int, offered: float) -> float:
    """Chance to wait in M/M/c with the offered load in Erlangs."""
    busy = offered**servers / factorial(servers) * servers / (servers - offered)
    return busy / (sum(offered**k / factorial(k) for k in range(servers)) + busy)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (3, 0.8), (8, 0.8)])
@pytest.mark.slow
def test_mmc_waits_as_erlang_says(simulate: Simulate, size: Size, servers: int, load: float) -> None:
    """Chance to wait C, mean wait C / (c mu - lambda), and the share of waits beyond the mean service."""
    chance, mean, beyond = [], [], []
    for seed in range(size.replications):
        rng, arrivals = drawn(100 + seed, load, servers, size.cases)
        found = middle(waits(simulate(queue(arrivals, rng.exponential(SERVICE, size.cases), servers))))
        chance.append(float((found > 0).mean()))
        mean.append(float(found.mean()))
        beyond.append(float((found > SERVICE).mean()))
    c = erlang_c(servers, load * servers)
    rate = servers * (1 - load) / SERVICE
    agrees(chance, c, 0.08 / size.narrower)
    agrees(mean, c / rate, 0.3 / size.narrower)
    agrees(beyond, c * np.exp(-rate * SERVICE), 0.4 / size.narrower)


@pytest.mark.parametrize("shape", ["deterministic", "lognormal", "two kinds"])
@pytest.mark.slow
def test_mg1_waits_as_pollaczek_and_khinchine_say(simulate: Simulate, size: Size, shape: str) -> None:
    """Mean wait = load / (1 - load) x (1 + squared variation) / 2 x mean service."""
    load, variation = 0.7, {"deterministic": 0.0, "lognormal": 0.64, "two kinds": 1.44}[shape]
    mean = []
    for seed in range(size.replications):
        rng, arrivals = drawn(200 + seed, load, 1, size.cases)
        if shape == "deterministic":
            services = np.full(size.cases, SERVICE)
        elif shape == "lognormal":
            sigma = np.sqrt(np.log1p(variation))
            services = SERVICE * np.exp(sigma * rng.standard_normal(size.cases) - sigma**2 / 2)
        else:  # one in five takes 17 / 5 of the mean, the others 2 / 5
            services = SERVICE * np.where(rng.random(size.cases) < 0.2, 3.4, 0.4)
        mean.append(float(middle(waits(simulate(queue(arrivals, services, 1)))).mean()))
    agrees(mean, load / (1 - load) * (1 + variation) / 2 * SERVICE, 0.15 / size.narrower)


@pytest.mark.slow
def test_priorities_wait_as_cobham_says(simulate: Simulate, size: Size) -> None:
    """The urgent go first and interrupt nothing: the mean waits are R / (1 - a) and R / ((1 - a)(1 - a - b)),
    where R is what is left of the work under way."""
    a, b = 0.3, 0.45
    first, second = [], []
    for seed in range(size.replications):
        rng, arrivals = drawn(300 + seed, a + b, 1, size.cases)
        urgent = rng.random(size.cases) < a / (a + b)
        services = rng.exponential(SERVICE, size.cases)
        found = waits(simulate(queue(arrivals, services, 1, np.where(urgent, URGENT, ORDINARY))))
        first.append(float(middle(found)[middle(urgent)].mean()))
        second.append(float(middle(found)[middle(~urgent)].mean()))
    left = (a + b) * SERVICE
    agrees(first, left / (1 - a), 0.08 / size.narrower)
    agrees(second, left / ((1 - a) * (1 - a - b)), 0.2 / size.narrower)


def number_in_system(came: Floats, ended: Floats, start: float, end: float) -> tuple[Floats, Floats]:
    """Numbers present between two moments, and for how long each held."""
    edges = np.concatenate([came, ended])
    change = np.concatenate([np.ones(len(came)), -np.ones(len(ended))])
    order = np.argsort(edges, kind="stable")
    time, present = edges[order], np.cumsum(change[order])
    time = np.clip(time, start, end)
    return present[:-1], np.diff(time)


@pytest.mark.slow
def test_mm_infinity_is_poisson(simulate: Simulate, size: Size) -> None:
    """More people than ever needed: nobody waits, and the number at work is Poisson with the offered load."""
    offered = 12.0
    mean, spread = [], []
    for seed in range(size.replications):
        rng, arrivals = drawn(400 + seed, 1.0, int(offered), size.cases)
        run = simulate(queue(arrivals, rng.exponential(SERVICE, size.cases), 60))
        assert (run.start == run.ready).all()
        edge = run.arrival[EARLY], run.arrival[-LATE]
        present, length = number_in_system(run.arrival.astype(float), run.end.astype(float), *edge)
        mean.append(float(np.average(present, weights=length)))
        spread.append(float(np.average((present - offered) ** 2, weights=length)))
    agrees(mean, offered, 0.03 / size.narrower)
    agrees(spread, offered, 0.1 / size.narrower)


def test_little(simulate: Simulate) -> None:
    """The mean number in the system is the rate of arrivals times the mean time in it, exactly."""
    rng, arrivals = drawn(7, 0.8, 3, 2500)
    run = simulate(queue(arrivals, rng.exponential(SERVICE, 2500), 3))
    present, length = number_in_system(run.arrival.astype(float), run.end.astype(float), 0, run.stopped)
    assert (present * length).sum() == (run.end - run.arrival).sum()


def test_one_case_holder_is_a_queue_with_one_server(simulate: Simulate) -> None:
    """Cases come through allocation to their own worker: the same queue as a pool of one."""
    rng, arrivals = drawn(8, 0.7, 1, 500)
    services = rng.exponential(SERVICE, 500)
    pooled = simulate(queue(arrivals, services, 1))
    came = np.floor(np.cumsum(arrivals)).astype(np.int64)
    effort = np.maximum(1, np.rint(services)).astype(np.int64)
    row = np.arange(1000)
    tasks = {
        "case": row // 2,
        "pool": np.where(row % 2, OWN_WORKER, ALLOCATION),
        "effort": np.where(row % 2, effort[row // 2], 0),
        "parent": np.where(row % 2, row - 1, -1),
        "closes": row % 2 == 1,
    }
    days = int((came[-1] + effort.sum()) // DAY) + 10
    work = workload(came, tasks, always(OWN_WORKER, 1, days, DAY), day=DAY, due_within=days * DAY)
    assert np.array_equal(simulate(work).end[1::2], pooled.end)


def test_work_with_a_closer_limit_goes_first(simulate: Simulate) -> None:
    """Raised when its limit is near, it overtakes what came before it, and interrupts nothing."""
    tasks = {
        "case": [0, 1, 2],
        "pool": 1,
        "effort": [500, 100, 100],
        "limit": [-1, -1, 1000],
        "closes": True,
    }
    work = workload([0, 10, 20], tasks, always(1, 1, 60, 100), day=100, due_within=2000, raise_before=700)
    assert simulate(work).end.tolist() == [500, 700, 600]
    calm = replace(work, raise_before=0)
    assert simulate(calm).end.tolist() == [500, 600, 700]


# One person with a caseload limit, who meets each case again and again


@dataclass(frozen=True)
class CaseManager:
    """A case manager of Campello, Ingolfsson and Shumsky, "Queueing Models of Case Managers" (Management
    Science 63(3), 2017), with times in mean services.

    Cases come at the rate ``arrivals``. The manager holds at most ``limit`` of them, the others wait for
    allocation. With the chance ``ends`` a meeting is the last one; otherwise the case is away for ``delay``
    on average and then waits for the manager again. All times are exponential.
    """

    limit: int
    arrivals: float
    ends: float
    delay: float

    def exact(self, most: int = 400) -> tuple[float, float]:
        """Mean wait for allocation and mean time in the system, in mean services, by the Markov chain.

        A state is the number of cases in the system, at most ``most``, and how many of those held are with
        the manager: waiting for a meeting or in one. What is cut off must be negligible.
        """
        states = [(n, here) for n in range(most + 1) for here in range(min(n, self.limit) + 1)]
        row = {state: number for number, state in enumerate(states)}
        moves: list[tuple[int, int, float]] = []
        for n, here in states:
            held = min(n, self.limit)
            after = []
            if n < most:
                after.append((n + 1, here + (n < self.limit), self.arrivals))
            if here:
                after.append((n - 1, here - 1 + (n > self.limit), self.ends))
                after.append((n, here - 1, 1 - self.ends))
            if here < held:
                after.append((n, here + 1, (held - here) / self.delay))
            moves += [(row[n, here], row[state[:2]], state[2]) for state in after]
        origin, target, rate = (np.array(column) for column in zip(*moves, strict=True))
        size = len(states)
        flow = sparse.coo_array((rate, (target, origin)), (size, size)).tocsc()
        flow = flow - sparse.diags_array(flow.sum(axis=0))
        # Relative to the empty state, whose own equation follows from all others.
        others = spsolve(flow[1:, 1:], -flow[1:, [0]].toarray()[:, 0])
        chance = np.concatenate([[1.0], others]) / (1 + others.sum())
        present = np.array([n for n, _ in states])
        assert chance[present == most].sum() < 1e-9
        waiting = np.maximum(present - self.limit, 0)
        return float(chance @ waiting) / self.arrivals, float(chance @ present) / self.arrivals

    def workload(self, seed: int, count: int) -> Workload:
        """So many cases of it: allocation, then one meeting after another."""
        rng = np.random.default_rng(seed)
        came = np.floor(np.cumsum(rng.exponential(SERVICE / self.arrivals, count))).astype(np.int64)
        rows = 1 + rng.geometric(self.ends, count)  # of each case
        case = np.repeat(np.arange(count), rows)
        total, first, last = len(case), np.cumsum(rows) - rows, np.cumsum(rows) - 1
        again = np.arange(total) - first[case] >= 2
        parent = np.arange(total) - 1
        parent[first] = -1
        effort, away = (
            np.maximum(1, np.rint(rng.exponential(mean * SERVICE, total))) for mean in (1, self.delay)
        )
        effort[first] = 0
        pool = np.full(total, OWN_WORKER)
        pool[first] = ALLOCATION
        tasks = {
            "case": case,
            "pool": pool,
            "effort": effort,
            "parent": parent,
            "wait_from": np.where(again, parent, -1),
            "wait": np.where(again, away, 0),
            "closes": np.isin(np.arange(total), last),
        }
        days = int((came[-1] + effort.sum() // 2) // DAY) + 50
        staff = always(OWN_WORKER, 1, days, DAY)
        return workload(came, tasks, staff, day=DAY, due_within=DAY, caseload_limit=100 * self.limit)


MANAGERS = {
    "limit 8": (CaseManager(limit=8, arrivals=0.18, ends=0.25, delay=5.0), (3.356, 29.9)),
    "limit 6": (CaseManager(limit=6, arrivals=0.15, ends=0.25, delay=5.0), (3.059, 26.5)),
    "limit 4": (CaseManager(limit=4, arrivals=0.30, ends=0.5, delay=2.0), (1.026, 7.09)),
}


@pytest.mark.parametrize(("manager", "published"), MANAGERS.values(), ids=MANAGERS)
def test_the_markov_chain_of_a_case_manager(manager: CaseManager, published: tuple[float, float]) -> None:
    """Solved exactly: the known mean wait for allocation and time in the system, to their last digit."""
    wait, within = manager.exact()
    assert wait == pytest.approx(published[0], abs=0.0005)
    assert within == pytest.approx(published[1], abs=0.05 if published[1] > 10 else 0.005)


def test_a_case_manager_without_returns_or_a_limit_is_a_plain_queue() -> None:
    """With one meeting a case it is M/M/1, whatever the limit: a check of the chain itself."""
    for limit in (1, 5):
        wait, within = CaseManager(limit, arrivals=0.6, ends=1.0, delay=1.0).exact()
        assert within == pytest.approx(1 / (1 - 0.6))
        assert wait == pytest.approx(0.6**limit / (1 - 0.6))


@pytest.mark.parametrize("manager", [each for each, _ in MANAGERS.values()], ids=MANAGERS)
@pytest.mark.slow
def test_a_caseload_limit_waits_as_the_case_manager_does(
    simulate: Simulate, size: Size, manager: CaseManager
) -> None:
    """A caseload limit, repeated meetings and delays outside together: mean wait for allocation, and mean
    time from arrival to the last meeting's end."""
    wait, within = [], []
    for seed in range(size.replications):
        work = manager.workload(500 + seed, size.cases)
        run = simulate(work)
        allocated = work.tasks.pool == ALLOCATION
        wait.append(float(middle(waits(run)[allocated]).mean()) / SERVICE)
        within.append(
            float(middle((run.end[work.tasks.closes] - run.arrival).astype(float)).mean()) / SERVICE
        )
    exact = manager.exact()
    agrees(wait, exact[0], 0.35 / size.narrower)
    agrees(within, exact[1], 0.07 / size.narrower)


# Conservation, on whole councils


@pytest.fixture(scope="module", params=[0.5, 0.85, 1.4], ids=["calm", "busy", "overloaded"])
def council_run(
    request: pytest.FixtureRequest, framework: Framework, simulate: Simulate
) -> tuple[Workload, Outcome]:
    one = setting(framework, council(250.0))
    fte = {role: size * 0.85 / request.param for role, size in one.staffing.fte.items()}
    work = sample(replace(one, staffing=replace(one.staffing, fte=fte, turnover=0.5)), 2, 0)
    return work, simulate(work)


def last_end(work: Workload, run: Outcome) -> NDArray[np.int64]:
    """The minute at which each case had no work left, MISSING where some of it is open."""
    ordinary = ~work.tasks.review
    end = np.where(run.end == MISSING, np.int64(2**50), run.end)
    last = np.full(len(work.cases), -1, dtype=np.int64)
    np.maximum.at(last, work.tasks.case[ordinary], end[ordinary])
    return np.where(last >= 2**50, MISSING, last)


def test_cases_in_are_cases_out_and_cases_open(council_run: tuple[Workload, Outcome]) -> None:
    """Nobody is lost, nobody comes twice: all who were due came, and each of them is out or open."""
    work, run = council_run
    last = last_end(work, run)
    came = run.arrival != MISSING
    due = work.cases.arrival < run.stopped
    assert came[due].all() and np.array_equal(run.arrival[came], work.cases.arrival[came])
    out, still_open = came & (last != MISSING), came & (last == MISSING)
    assert came.sum() == out.sum() + still_open.sum()
    assert (last[~came] == MISSING).all()
    assert (last[out] >= run.arrival[out]).all() and (last[out] <= run.stopped).all()
    # What is open has begun or waits; nothing of a case happens before it came or after the stop.
    for moment in (run.ready, run.queued, run.start, run.end):
        some = moment != MISSING
        assert (moment[some] >= run.arrival[work.tasks.case[some]]).all()
        assert (moment[some] <= run.stopped).all()
    assert ((run.ready <= run.queued) | (run.queued == MISSING)).all()
    assert ((run.start <= run.end) | (run.end == MISSING)).all()


def test_the_area_under_the_number_in_the_system_is_the_time_in_it(
    council_run: tuple[Workload, Outcome],
) -> None:
    """Exactly, in case-minutes, with those still open counted up to the stop."""
    work, run = council_run
    last = last_end(work, run)
    came = run.arrival[run.arrival != MISSING]
    left = np.where(last == MISSING, run.stopped, last)[run.arrival != MISSING]
    change = np.zeros(run.stopped + 1, dtype=np.int64)
    np.add.at(change, came, 1)
    np.add.at(change, left, -1)
    present = np.cumsum(change)
    assert (present >= 0).all()
    assert present[:-1].sum() == (left - came).sum()


def test_each_person_does_one_thing_at_a_time_and_only_while_there(
    council_run: tuple[Workload, Outcome],
) -> None:
    work, run = council_run
    done = np.flatnonzero((run.start != MISSING) & (work.tasks.pool != ALLOCATION))
    person, start = run.worker[done], run.start[done]
    end = np.where(run.end[done] == MISSING, run.stopped, run.end[done])
    order = np.lexsort((start, person))
    same = person[order][1:] == person[order][:-1]
    assert (start[order][1:] >= end[order][:-1])[same].all()
    day = start // work.calendar.day_minutes
    assert (start >= work.workers.opens[person, day]).all() and (
        start < work.workers.shuts[person, day]
    ).all()
    assert (work.workers.pool[person] == work.tasks.pool[done]).all()
    assert (run.end[done] <= work.workers.leaves[person]).all()


def test_everything_after_its_parent(council_run: tuple[Workload, Outcome]) -> None:
    """Nothing begins before what comes before it has ended, its answer is in and its plan has come."""
    work, run = council_run
    tasks = work.tasks
    begun = run.ready != MISSING
    came = run.arrival[tasks.case]
    length = work.calendar.day_minutes

    def of(other: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(other >= 0, run.end[other], came)

    assert (of(tasks.parent) != MISSING)[begun].all()
    earliest = of(tasks.parent)
    answered = of(tasks.wait_from) + tasks.wait
    earliest = np.where(tasks.wait > 0, np.maximum(earliest, answered), earliest)
    held = of(tasks.hold_from)
    release = held - held % length + tasks.hold
    earliest = np.where(tasks.hold >= 0, np.maximum(earliest, release), earliest)
    assert np.array_equal(run.ready[begun], earliest[begun])
