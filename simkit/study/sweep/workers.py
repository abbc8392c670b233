"""The workers of a sweep: this process, a process pool, any executor, or a Dask cluster.

Each of them is a function from tasks to what became of them, in whatever order they are done. Which it
is changes no figure.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from simkit.study.runner import check_start, started
from simkit.study.sweep.piece import FailedPiece, FinishedPiece, PieceTask, run_task

Outcomes = Generator[FinishedPiece | FailedPiece, None, None]
Crew = Callable[[Sequence[PieceTask]], Outcomes]
Say = Callable[[str], None]

_MOST_PROCESSES = 61  # Windows waits for no more at once
_BREAKS = 2


def in_process(tasks: Sequence[PieceTask]) -> Outcomes:
    """One after another in this process."""
    for task in tasks:
        yield run_task(task)


def by_executor(tasks: Sequence[PieceTask], executor: Executor) -> Outcomes:
    """By any executor of ``concurrent.futures``: threads, processes, or a library's own."""
    yield from _outcomes({executor.submit(run_task, task) for task in tasks})


def _outcomes(waiting: set[Future[FinishedPiece | FailedPiece]]) -> Outcomes:
    try:
        for future in as_completed(frozenset(waiting)):
            waiting.discard(future)
            yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def by_processes(tasks: Sequence[PieceTask], workers: int, say: Say) -> Outcomes:
    """By processes of this computer.

    Where one of them ends before its time, those are started anew that are not done. When that has happened
    a few times the rest is done one by one, and a piece that ends its process is the one that fails.
    """
    remaining = {task.piece: task for task in tasks}
    for _ in range(_BREAKS):
        if not remaining:
            return
        try:
            for outcome in _on_pool(list(remaining.values()), min(workers, len(remaining))):
                del remaining[outcome.piece]
                yield outcome
        except BrokenProcessPool:
            say("A process that was simulating ended before its time. Its pieces are begun again.")
    for task in remaining.values():
        try:
            yield from _on_pool([task], 1)
        except BrokenProcessPool:
            yield FailedPiece(
                task.piece,
                "The process that simulated it stopped, most often because memory ran out.",
            )


def _on_pool(tasks: Sequence[PieceTask], workers: int) -> Outcomes:
    # spawned on every system: a fork would copy locks that this process's other threads hold
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(workers, _MOST_PROCESSES), mp_context=context, initializer=_end_with_interrupt
    )
    done = False
    try:
        begun = pool.submit(started)
        futures = {pool.submit(run_task, task) for task in tasks}
        check_start(begun)
        yield from _outcomes(futures)
        done = True
    finally:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=done, cancel_futures=True)
        if not done:
            for process in processes:
                process.terminate()


def _end_with_interrupt() -> None:
    """Let Ctrl-C end a worker at once, and the end of the run that started it, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
