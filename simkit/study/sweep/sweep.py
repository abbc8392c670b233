"""Running a sweep: many frameworks under many scenarios, stored piece by piece so that it can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from multiprocessing import current_process
from os import cpu_count
from pathlib import Path
from typing import Any

from simkit import version
from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.common.folder_lock import Lock, lock
from simkit.common.progress import Progress, with_progress
from simkit.framework import library
from simkit.framework.check import load
from simkit.model.engine_choice import ENGINES
from simkit.model.engine_choice import engine as choose_engine
from simkit.model.inputs.profile import profile
from simkit.model.inputs.scenario import Scenario, load_scenario
from simkit.study.experiment import experiment
from simkit.study.runner import UNGUARDED
from simkit.study.sweep.cluster import on_cluster
from simkit.study.sweep.folder import finished_pieces, prepare, write_frame, write_manifest, write_tables
from simkit.study.sweep.piece import (
    FailedPiece,
    FinishedPiece,
    PieceTask,
    fingerprint,
    need_pyarrow,
    numpy_version,
)
from simkit.study.sweep.plan import Piece, Plan, PlanEntry, load_plan, plan_of
from simkit.study.sweep.results import PIECES, Results, results, write_whole
from simkit.study.sweep.workers import Crew, Say, by_executor, by_processes, in_process

MadeFrom = Mapping[str, str | int]


@checked_arguments
@with_progress("Simulating authority-years")
def sweep(
    plan: str | Path | Mapping[str, Any],
    out: str | Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    executor: Executor | None = None,
    engine: str | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Results:
    """Run every framework of a plan under every scenario, and keep the results in the folder ``out``.

    ``plan``: a file, the name of a shipped plan, or plain data in the form of the file. Each piece
    (framework, scenario, year) is written when it is finished, whole or not at all; begun again with the same
    plan and folder, a sweep goes on where it was stopped, and its tables are those of one that never was.
    ``workers``: processes of this computer, as many as cores by default; ``cluster``: the address of a Dask
    scheduler in their place; ``executor``: any of ``concurrent.futures``. None of them, and no ``engine``,
    changes a figure. In a script, processes need the call to stand below ``if __name__ == "__main__":``.

    ``progress`` is called with authority-years done and expected, weighted by their caseloads; ``say`` with
    sentences for the user. What can't be simulated is in ``failed`` of the results. Raises FrameworkError for
    a plan or scenario with problems, SimkitError for a folder with other results, one that another run is
    writing to, or a cluster that can't be used.

    Example::

        found = simkit.sweep("winter", "winter-results")
        found.measures()
    """
    need_pyarrow()
    if getattr(current_process(), "_inheriting", False):  # a worker that reads the script that began it
        raise SimkitError(UNGUARDED)
    plan_value = plan_of(plan) if isinstance(plan, Mapping) else load_plan(plan)
    plan_value = replace(plan_value, engine=_engine(engine or plan_value.engine))
    scenarios = {named: _scenario(named) for named in plan_value.scenarios}
    pieces = plan_value.pieces()
    made_from = _origin_of(plan_value, pieces, scenarios)
    folder = Path(out)
    tell: Say = say or (lambda _: None)
    crew = _workers(workers, cluster, executor, tell)
    prepare(folder)
    with lock(folder) as folder_lock:
        content = finished_pieces(folder, made_from)
        for name in content.damaged:
            tell(f"{folder / PIECES / name} is damaged and is simulated again.")
        for name in content.strange:
            tell(f"{folder / PIECES / name} is not of this sweep and was left alone.")
        if content.finished:
            rest = "" if len(content.finished) == len(pieces) else "; the others follow"
            tell(f"{len(content.finished)} of {len(pieces)} pieces are finished already{rest}.")
        folder_lock.check()
        write_manifest(folder, plan_value, pieces, ())
        tasks, failed = _tasks(plan_value, pieces, content.finished, scenarios, made_from)
        count = _counter(plan_value, pieces, content.finished, progress)
        for each in failed:
            count(each.piece)
        done = set(content.finished)
        with closing(_run_all(crew, tasks)) as outcomes:
            for outcome in outcomes:
                if isinstance(outcome, FailedPiece):
                    failed.append(outcome)
                else:
                    _store(folder, folder_lock, outcome)
                    done.add(outcome.piece)
                count(outcome.piece)
        folder_lock.check()
        write_tables(folder, [piece for piece in pieces if piece in done])
        order = {piece: number for number, piece in enumerate(pieces)}
        write_manifest(folder, plan_value, pieces, sorted(failed, key=lambda each: order[each.piece]))
        found = results(folder)
        if found.pieces and len(found.plan["scenarios"]) > 1:
            write_frame(folder, "differences", found.main_differences())
    return found


def _engine(name: str) -> str:
    """Raises SimkitError for an engine that is unknown or not there, before anything is begun."""
    if name not in ENGINES:
        raise SimkitError(f"There is no engine called {name!r}: choose one of {', '.join(ENGINES)}.")
    if name == "kernel":
        choose_engine(name, 0)
    return name


def _scenario(named: PlanEntry) -> Scenario:
    return load_scenario(named.path if named.own else named.name)


def _workers(workers: int | None, cluster: str | None, executor: Executor | None, say: Say) -> Crew:
    if sum(each is not None for each in (workers, cluster, executor)) > 1:
        raise SimkitError(
            "Choose one of workers, a cluster and an executor: each is a way to run the pieces."
        )
    if executor is not None:
        return partial(by_executor, executor=executor)
    if cluster is not None:
        return partial(on_cluster, address=cluster, say=say)
    count = workers if workers is not None else cpu_count() or 1
    return in_process if count == 1 else partial(by_processes, workers=count, say=say)


def _run_all(crew: Crew, tasks: Sequence[PieceTask]) -> Generator[FinishedPiece | FailedPiece, None, None]:
    """Nobody is started, and no cluster asked, where there is nothing to do."""
    try:
        if tasks:
            yield from crew(tasks)
    except BrokenExecutor as error:
        raise SimkitError(
            "The workers stopped, most often because memory ran out. Finished pieces are kept; the same call "
            "goes on with them."
        ) from error


def _store(folder: Path, folder_lock: Lock, outcome: FinishedPiece) -> None:
    folder_lock.check()
    write_whole(folder / PIECES / outcome.piece.file, outcome.content)


def _origin_of(
    plan: Plan, pieces: Sequence[Piece], scenarios: Mapping[PlanEntry, Scenario]
) -> dict[Piece, MadeFrom]:
    """What decides on the figures of each piece. What is shipped is in the digest of simkit."""
    frameworks = {each: _text_of(each) for each in plan.frameworks}
    texts = {each: repr(replace(scenarios[each], source=None)) if each.own else "" for each in plan.scenarios}
    return {
        piece: {
            "version": version.__version__,
            "code": fingerprint(),
            "numpy": numpy_version(),
            "framework": _digest(frameworks[piece.framework]),
            "scenario": _digest(texts[piece.scenario]),
            "year": piece.year or 0,
            "replications": plan.replications,
            "seed": plan.seed,
            "convention": plan.convention,
        }
        for piece in pieces
    }


def _text_of(named: PlanEntry) -> str:
    """The text of the user's own framework and of his own files under it; empty for a shipped one."""
    if not named.own:
        return ""
    files = [named.path]
    try:
        layers = load(named.path).layers
        files += [
            path for each in layers if (path := Path(each)).is_file() and library.kind_of(path) == "own"
        ]
    except SimkitError:
        pass  # running it says what is wrong
    return "\0".join(path.read_text(encoding="utf-8", errors="replace") for path in dict.fromkeys(files))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16] if text else ""


def _tasks(
    plan: Plan,
    pieces: Sequence[Piece],
    finished: frozenset[Piece],
    scenarios: Mapping[PlanEntry, Scenario],
    made_from: Mapping[Piece, MadeFrom],
) -> tuple[list[PieceTask], list[FailedPiece]]:
    """What is left to do, the largest first so that nobody is left with it in the end; and what can't be."""
    tasks, failed = [], []
    for piece in sorted(pieces, key=_size, reverse=True):
        if piece in finished:
            continue
        scenario = scenarios[piece.scenario]
        try:
            # a file of the user's need not be where the worker is
            own = (
                experiment(str(piece.framework.path), scenario, year=piece.year)
                if piece.framework.own
                else None
            )
        except SimkitError as error:
            failed.append(FailedPiece(piece, str(error)))
            continue
        task = PieceTask(
            piece, scenario, own, plan.replications, plan.seed, plan.engine, plan.convention, made_from[piece]
        )
        tasks.append(task)
    return tasks, failed


def _size(piece: Piece) -> float:
    """Referrals a year; one for what has no published figures, which fails at once."""
    try:
        return profile(piece.framework.name, piece.year).referrals if not piece.framework.own else 4_000.0
    except (SimkitError, LookupError):
        return 1.0


def _counter(
    plan: Plan, pieces: Sequence[Piece], finished: frozenset[Piece], progress: Progress | None
) -> Callable[[Piece], None]:
    """A function to call for each piece that is done, which tells the progress."""
    sizes = {piece: _size(piece) for piece in pieces}
    total = sum(sizes.values())
    expected = len(pieces) * plan.replications
    done = sum(sizes[piece] for piece in finished)

    def tell() -> None:
        if progress is not None:
            progress(round(expected * done / total), expected)

    def count(piece: Piece) -> None:
        nonlocal done
        done += sizes[piece]
        tell()

    tell()
    return count
