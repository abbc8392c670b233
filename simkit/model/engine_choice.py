"""Choice of the engine: SimPy or the compiled kernel, whichever will finish first. Outcomes are identical."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Literal

from simkit.common.errors import SimkitError
from simkit.model.measures import passes as measures
from simkit.model.outcome import Outcome
from simkit.model.workload import passes as drawing
from simkit.model.workload.workload import Workload

ENGINES = ("auto", "simpy", "kernel")

# Seconds, as measured on one processor of a server in 2025. Only their ratios matter.
_SIMPY_TASK = 20e-6
_KERNEL_TASK = 0.4e-6
_LOADING = 1.0
_COMPILING = 10.0


class NoKernelError(SimkitError, ImportError):
    """The kernel was requested, but numba is missing or can't be loaded."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: ``run`` gives the Outcome of a Workload.

    ``drawing`` and ``measures``: the passes that go with it, compiled ones where the kernel is; figures are
    the same. ``notice``: a line about this computer to show once, usually empty. It is not part of any
    result.
    """

    name: Literal["simpy", "kernel"]
    run: Callable[[Workload], Outcome]
    notice: str = ""
    drawing: drawing.Passes = drawing.NUMPY
    measures: measures.Passes = measures.NUMPY


def engine(name: str, work: int) -> Engine:
    """The engine of a name (one of ENGINES) for ``work`` tasks in total, over all replications.

    Raises NoKernelError if the kernel is requested and can't be loaded, ValueError for another name.
    """
    if name not in ENGINES:
        raise ValueError(f"no engine is called {name!r}: write one of {', '.join(ENGINES)}")
    if name == "simpy":
        return _simpy()
    saving = work * (_SIMPY_TASK - _KERNEL_TASK)
    is_loaded = "simkit.model.kernel.run" in sys.modules
    if name == "auto" and find_spec("numba") is not None and not is_loaded and saving < _LOADING:
        return _simpy()
    try:
        kernel, _ = _kernel()
    except NoKernelError as error:
        if name == "kernel":
            raise
        return _simpy(f"SimPy runs the model. {error}")
    notice = kernel.notice
    if name == "auto" and notice and saving < _COMPILING:
        return _simpy()
    return kernel


def engines_in_turn(name: str, work: int) -> tuple[Engine, Engine | None]:
    """The engine to begin with, and the one to go on with once its compiling in another process is done.

    The second is None where the first is the one to stay with: it is compiled already, no other can be had
    or kept, or the work is too little for it. Raises as ``engine``.
    """
    if name != "auto" or find_spec("numba") is None or work * (_SIMPY_TASK - _KERNEL_TASK) < _LOADING:
        return engine(name, work), None
    try:
        kernel, is_kept = _kernel()
    except NoKernelError as error:
        return _simpy(f"SimPy runs the model. {error}"), None
    if not kernel.notice:
        return kernel, None
    return _simpy(), replace(kernel, notice="") if is_kept and sys.executable else None


def _simpy(notice: str = "") -> Engine:
    from simkit.model.engine.process import simulate

    return Engine("simpy", simulate, notice)


def _kernel() -> tuple[Engine, bool]:
    """The kernel, and whether what is compiled is kept for the next time."""
    if find_spec("numba") is None:
        raise NoKernelError(
            "The fast engine needs numba, which is not installed: install numba (the extra `fast`). "
            "`--engine simpy` gives the same results without it."
        )
    try:
        from simkit.model.kernel import compiler, passes, run
    except Exception as error:  # numba does not fit this Python or numpy, or its libraries are blocked
        raise NoKernelError(
            f"The fast engine needs numba, which can't be loaded here ({error}): install a numba that fits "
            "this Python (the extra `fast`). `--engine simpy` gives the same results without it."
        ) from error
    kernel = Engine("kernel", run.simulate, compiler.compiling(), passes.DRAWING, passes.MEASURES)
    return kernel, compiler.is_kept()
