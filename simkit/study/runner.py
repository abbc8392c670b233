"""Running replications: from settings to measured runs, on one core or several."""

from __future__ import annotations

import logging
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import current_process, get_start_method
from typing import Any, ParamSpec, TypeVar

from simkit.common.errors import SimkitError
from simkit.common.progress import Progress
from simkit.model.engine_choice import ENGINES, Engine, engines_in_turn
from simkit.model.engine_choice import engine as choose_engine
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import RunMeasures, measure, measures_named
from simkit.model.outcome import Outcome
from simkit.model.workload.effort_table import with_response
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import Workload

_LOG = logging.getLogger("simkit")

P = ParamSpec("P")
T = TypeVar("T")

_MOST_PROCESSES = 61  # Windows waits for no more at once
_TASKS_A_CHILD = 17  # tasks of a run for a child referred in a year, warm-up and run-out counted
_WORTH_PROCESSES = 8_000_000  # tasks with the kernel that take longer than starting processes does


UNGUARDED = (
    "No process could be started to simulate. In a script, put calls of simkit below "
    '`if __name__ == "__main__":`, since each process reads the script again. `workers=1` starts none.'
)
"""What to do where a system starts processes anew, as Windows does."""


@dataclass(frozen=True, slots=True)
class Job:
    """One replication to run: the same setting, seed and replication give the same measures anywhere.

    Another process gets a setting once for all jobs, and so keeps what is worked out from it.
    """

    setting: Setting
    seed: int
    replication: int
    convention: Convention = Convention.DAY_0

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (_packed(self.setting), self.seed, self.replication, self.convention)


_PACKED: dict[int, tuple[Setting, bytes]] = {}
_MOST_PACKED = 64


def _packed(setting: Setting) -> bytes:
    """The pickle of a setting, made once for the jobs that follow one another."""
    kept = _PACKED.get(id(setting))
    if kept is None:
        if len(_PACKED) >= _MOST_PACKED:
            _PACKED.clear()
        kept = _PACKED[id(setting)] = setting, pickle.dumps(setting)
    return kept[1]


_setting = lru_cache(maxsize=_MOST_PACKED)(pickle.loads)


def _unpacked(setting: bytes, seed: int, replication: int, convention: Convention) -> Job:
    return Job(_setting(setting), seed, replication, convention)


@dataclass(frozen=True, eq=False)
class Runner:
    """An engine and the executor of its runs, made by ``open_runner``."""

    engine: Engine
    executor: Executor
    ahead: int

    def map(
        self, jobs: Iterable[Job], expected: int = 0, progress: Progress | None = None
    ) -> Iterator[RunMeasures]:
        """Run jobs and give their measures in the order of the jobs.

        Few are begun before they are asked for, so jobs may be an endless iterator and a caller may stop.
        ``progress`` is called after each with the number done and ``expected``.
        """
        return _told(self._map(measured, jobs), expected, progress)

    def values(
        self,
        names: Sequence[str],
        jobs: Iterable[Job],
        expected: int = 0,
        progress: Progress | None = None,
    ) -> Iterator[Mapping[str, float]]:
        """Run jobs as ``map`` does, but work out only the measures of these names, which takes less time."""
        return _told(self._map(partial(measured_values, tuple(names)), jobs), expected, progress)

    def _map(self, run: Callable[[Job, Engine], T], jobs: Iterable[Job]) -> Iterator[T]:
        pending: deque[Future[T]] = deque()
        try:
            for job in jobs:
                pending.append(self.executor.submit(run, job, self.engine))
                if len(pending) >= self.ahead:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as error:
            raise SimkitError(
                "A process stopped before it had finished, most often because memory ran out. "
                "Nothing was written. Run again with one worker (`--workers 1`)."
            ) from error
        finally:
            for future in pending:
                future.cancel()


def _told(runs: Iterable[T], expected: int, progress: Progress | None) -> Iterator[T]:
    """The runs as they are; ``progress`` is called after each is taken."""
    for done, each in enumerate(runs, start=1):
        yield each
        if progress is not None:
            progress(done, expected)


def measured(job: Job, engine: Engine) -> RunMeasures:
    """One replication, from draws to measures."""
    run = simulated(job.setting, job.seed, job.replication, engine)
    return measure(*run, job.convention, engine.measures)


def measured_values(names: Sequence[str], job: Job, engine: Engine) -> Mapping[str, float]:
    """The measures of these names of one replication."""
    run = simulated(job.setting, job.seed, job.replication, engine)
    return measures_named(names, *run, job.convention, engine.measures)


def simulated(setting: Setting, seed: int, replication: int, engine: Engine) -> tuple[Workload, Outcome]:
    """One replication of a setting, drawn and run.

    Where the service responds to a change, the same replication is run first without the change: its load is
    the usual one.
    """
    chosen = setting.for_replication(replication)
    workload = sample(chosen, seed, replication, engine.drawing)
    if chosen.response is not None and chosen.onset is not None and chosen.response.throughput > 0:
        usual = sample(chosen.without_change, seed, replication, engine.drawing)
        workload = with_response(workload, usual, engine.run(usual), chosen.response)
    return workload, engine.run(workload)


def tasks_of(setting: Setting, replications: int) -> int:
    """Roughly how many tasks some replications of a setting have: the ``work`` of ``open_runner``."""
    return round(replications * setting.profile.referrals * _TASKS_A_CHILD)


def chosen_engine(engine: str, work: int) -> Engine:
    """The engine of that name (one of ENGINES) for so much work. Raises SimkitError where there is none."""
    if engine not in ENGINES:
        raise SimkitError(f"There is no engine called {engine!r}: choose one of {', '.join(ENGINES)}.")
    return choose_engine(engine, work)


def chosen_engines(engine: str, work: int) -> tuple[Engine, Engine | None]:
    """The engine to begin with, and that to go on with once it is compiled; as ``engines_in_turn``."""
    if engine not in ENGINES:
        raise SimkitError(f"There is no engine called {engine!r}: choose one of {', '.join(ENGINES)}.")
    first, later = engines_in_turn(engine, work)
    if first.notice:
        _LOG.info(first.notice)
    return first, later


@contextmanager
def open_runner(engine: str, work: int, workers: int | None = None) -> Iterator[Runner]:
    """A runner for about ``work`` tasks in all, on all cores or on ``workers`` of them.

    ``engine`` is one of ENGINES. One worker runs in this process. Several are threads for a little work with
    the kernel, which frees the interpreter, and processes for SimPy or for much work. Left by an exception
    it stops at once: processes are ended, not waited for. What an engine has to say of this computer goes
    to the log ``simkit``, which commands show. Raises SimkitError for an unknown or unavailable engine.
    """
    engine_value = chosen_engine(engine, work)
    if engine_value.notice:
        _LOG.info(engine_value.notice)
    count = min(max(1, workers or os.cpu_count() or 1), _MOST_PROCESSES)
    executor: Executor
    if count == 1:
        executor = _InThread()
    elif engine_value.name == "kernel" and work < _WORTH_PROCESSES:
        executor = ThreadPoolExecutor(count)
    else:
        executor = _processes(count)
    try:
        yield Runner(engine_value, executor, ahead=1 if count == 1 else 2 * count)
    except BaseException:
        processes = list((getattr(executor, "_processes", None) or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        raise
    executor.shutdown()


def _processes(count: int) -> ProcessPoolExecutor:
    """So many processes. Raises SimkitError where a script's call starts them without a guard."""
    if getattr(current_process(), "_inheriting", False):  # a process that reads the script which began it
        raise SimkitError(UNGUARDED)
    pool = ProcessPoolExecutor(count, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_DFL))
    if get_start_method() != "fork":
        check_start(pool.submit(started))
    return pool


def started() -> None:
    """Nothing, which every process that could be started can do."""


def check_start(begun: Future[None]) -> None:
    """Raises SimkitError where no process could be started, which is not the fault of what it was to do."""
    try:
        begun.result()
    except BrokenProcessPool as error:
        raise SimkitError(UNGUARDED) from error


class _InThread(Executor):
    """An executor that runs each call at once in this thread."""

    def submit(self, fn: Callable[P, T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
