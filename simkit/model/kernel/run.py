"""The model compiled with numba: identical to the package ``engine``, under the same names.

Cases, tasks and workers are rows of tables in both. A SimPy event of the engine is one number here
(``events``), and its queues, heaps of keys, share one table of nodes (``heaps``). Read ``process``,
``queues`` and ``dispatch`` together with the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import numba

from simkit.model import event_order, queue_order, working_hours
from simkit.model.kernel import dispatch, events, heaps, pressure, process, queues, tables
from simkit.model.outcome import Ending, Outcome
from simkit.model.workload import effort_table
from simkit.model.workload import workload as workload_module
from simkit.model.workload.workload import Workload


def _kernel() -> Any:
    """The kernel, compiled at the first run and cached on disk.

    Numba's cache is next to this file, or in the user's cache where that folder can't be written to. Its key
    is the name of the function, which therefore contains a checksum of the sources.
    """

    def run_to_end(run: tables.Run) -> tuple[int, bool]:
        return process.run_to_end(run)

    run_to_end.__qualname__ = f"run_to_end_{_sources():08x}"
    njit: Any = numba.njit
    try:
        return njit(cache=True, **heaps.SETTINGS)(run_to_end)
    except RuntimeError:  # there is no folder for the cache
        return njit(**heaps.SETTINGS)(run_to_end)


def _sources() -> int:
    """A checksum of the kernel's source files."""
    kernel = (process, events, dispatch, heaps, pressure, queues, tables)
    modules = (*kernel, working_hours, event_order, queue_order, effort_table, workload_module)
    return crc32(b"".join(Path(str(module.__file__)).read_bytes() for module in modules))


_compiled = _kernel()


def compiling() -> str:
    """The message for a user who has to wait for the compiler; empty where the kernel is compiled."""
    if _compiled.signatures:
        return ""
    folder = _compiled.stats.cache_path
    if folder is None:
        return (
            "Compiling the fast engine: about ten seconds. It can't be kept for the next time, because no "
            "folder for it can be written to: name one in the environment variable NUMBA_CACHE_DIR."
        )
    if any(Path(folder).glob(f"*{_sources():08x}*.nbi")):
        return ""
    return "Compiling the fast engine: about ten seconds, the first time only."


def is_kept() -> bool:
    """Whether what is compiled is kept for other processes, and for the next time."""
    return _compiled.stats.cache_path is not None


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    event_order.check_tables(workload)
    run = tables.start(workload)
    try:
        stopped, finished = _compiled(run)
    except OSError:  # compiled, but the disk has no room to keep it: nothing has run yet
        stopped, finished = _compiled(run)
    ending: Ending = "finished" if finished else "final minute"
    return Outcome(**run.outcome._asdict(), stopped=int(stopped), ending=ending)
