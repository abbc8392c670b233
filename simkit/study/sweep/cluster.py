"""A Dask cluster as the worker of a sweep: connected by its scheduler's address, and left running."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

from simkit import version
from simkit.common.errors import SimkitError
from simkit.study.sweep.piece import (
    FailedPiece,
    FinishedPiece,
    PieceTask,
    fingerprint,
    numpy_version,
    run_task,
)
from simkit.study.sweep.workers import Outcomes, Say

_ANSWER = 10  # seconds a scheduler has to answer
_FIRST_WORKER = 30  # seconds until there must be a worker
_LOOK = 5.0  # seconds after which the cluster is looked at while nothing is done
_PATIENCE = 12  # looks in a row without any worker, a minute
_WAYS = "`simkit sweep` without --cluster uses the processors of this computer."


def on_cluster(tasks: Sequence[PieceTask], address: str, say: Say) -> Outcomes:
    """By the workers of a cluster. What a dying worker had begun is begun again by others.

    Raises SimkitError where there is no scheduler or no worker, where workers have another simkit, and
    where the cluster is lost on the way.
    """
    with _quietly():
        client = _client(address)
        try:
            _check_workers(client, address)
            yield from _watched(client, tasks, address, say)
        finally:
            with suppress(Exception):
                client.close(timeout=2)


@contextmanager
def _quietly() -> Iterator[None]:
    """While a cluster is used, keep back what Dask logs: what matters is told in a sentence of ours."""
    if find_spec("distributed") is not None:
        import distributed  # noqa: F401  its import sets the levels of its loggers
    loggers = [
        logging.getLogger(name)
        for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict)
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _client(address: str) -> Any:
    if find_spec("distributed") is None:
        raise SimkitError(
            "--cluster needs Dask: install dask[distributed] (the extra `cluster`), here and on every "
            "computer of the cluster."
        )
    _check_address(address)
    import distributed

    connect: Any = distributed.Client
    try:
        return connect(address, timeout=_ANSWER, set_as_default=False, name="simkit sweep")
    except (OSError, TimeoutError) as error:
        raise SimkitError(
            f"No scheduler answers at {address}. Nothing was lost. Start one with `dask scheduler`, give the "
            f"address that it prints, and check that no firewall is in the way. {_WAYS}"
        ) from error


def _check_address(address: str) -> None:
    """Raises SimkitError for what can't be an address.

    It is looked at before a client is made: one that fails on it complains again when it is thrown away.
    """
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.registry import backends

    try:
        protocol, place = parse_address(address)
        port = 1 if protocol == "inproc" else parse_host_port(place)[1]
        possible = protocol in backends and 0 < port < 65_536
    except (ValueError, TypeError):
        possible = False
    if not possible:
        raise SimkitError(
            f"{address!r} can't be the address of a scheduler: it looks like tcp://10.0.0.5:8786. {_WAYS}"
        )


def _check_workers(client: Any, address: str) -> None:
    """Raises SimkitError where there is no worker, or one that has another simkit."""
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER)
    except (TimeoutError, OSError) as error:
        raise SimkitError(
            f"The scheduler at {address} has no workers. Start some: `dask worker {address} --nthreads 1`."
        ) from error
    try:
        version_by_worker = client.run(_simkit_here, on_error="return")
    except (OSError, TimeoutError) as error:
        raise _lost(address) from error
    own = _simkit_here()
    for worker, its in version_by_worker.items():
        if isinstance(its, Exception):
            raise SimkitError(
                f"The worker {worker} can't use simkit ({type(its).__name__}: {its}). Install simkit "
                f"{version.__version__} there, with the extras `fast`, `store` and `cluster`, and start it "
                "again."
            )
        if its != own:
            names = (f"simkit {its[0]}", f"numpy {its[1]}", "other files of simkit")
            what = next(name for name, theirs, ours in zip(names, its, own, strict=True) if theirs != ours)
            raise SimkitError(
                f"The worker {worker} has {what}, and this is simkit {own[0]} with numpy {own[1]}: "
                "the figures of two versions are not mixed. Install the same on every computer and start the "
                "worker again."
            )


def _simkit_here() -> tuple[str, str, str]:
    return version.__version__, numpy_version(), fingerprint()


def _watched(client: Any, tasks: Sequence[PieceTask], address: str, say: Say) -> Outcomes:
    import distributed

    wait: Any = distributed.wait
    waiting = {client.submit(run_task, task, pure=False): task for task in tasks}
    without = 0
    workers = len(client.nthreads())
    while waiting:
        try:
            with client.as_current():
                finished = wait(list(waiting), timeout=_LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            finished = set()
        except Exception as error:  # a client that has lost its scheduler cancels what it waits for
            if client.status == "running" and not isinstance(error, OSError):
                raise
            raise _lost(address) from error
        for future in finished:
            yield _outcome(future, waiting.pop(future), address)
        if not finished:
            now = _workers(client, address)
            if now < workers:
                say(f"{now} of {workers} workers are left; what the others had begun is begun again.")
            workers = now
            without = 0 if now else without + 1
            if without >= _PATIENCE:
                raise SimkitError(
                    f"No worker is left at {address}. The pieces that are finished are kept; the same "
                    "command goes on with them when there are workers again."
                )


def _outcome(future: Any, task: PieceTask, address: str) -> FinishedPiece | FailedPiece:
    if future.status == "finished":
        outcome: FinishedPiece | FailedPiece = future.result()
        return outcome
    if future.status in ("cancelled", "lost"):
        raise _lost(address)
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return FailedPiece(
            task.piece,
            "Every worker that began it stopped, most often because memory ran out. Give the workers more.",
        )
    return FailedPiece(task.piece, f"The cluster could not run it ({type(error).__name__}: {error}).")


def _workers(client: Any, address: str) -> int:
    try:
        return len(client.nthreads())
    except Exception as error:
        raise _lost(address) from error


def _lost(address: str) -> SimkitError:
    return SimkitError(
        f"The scheduler at {address} does not answer any more. The pieces that are finished are kept; the "
        "same command goes on with them, with this cluster or without."
    )
