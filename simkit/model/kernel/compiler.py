"""Compiling the kernel: functions that Python calls are kept on disk, and all others are parts of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from zlib import crc32

import numba

from simkit.model import event_order, queue_order, working_hours
from simkit.model.kernel.heaps import SETTINGS
from simkit.model.workload import arrivals, effort_table, workload


@contextmanager
def _without_linear_algebra() -> Iterator[None]:
    """While numba's arrays are loaded, spare it the question whether scipy's linear algebra is there.

    It loads it to see, which takes a fifth of a second of every command. scipy is required, so the answer
    is yes; numba asks again where somebody uses it, which the kernel does not.
    """
    linalg: Any = import_module("numba.np.linalg")
    asked = linalg.ensure_blas
    linalg.ensure_blas = lambda: None
    try:
        yield
    finally:
        linalg.ensure_blas = asked


with suppress(ImportError, AttributeError), _without_linear_algebra():  # a numba may ask elsewhere
    import_module("numba.np.arraymath")

_SHARED = (working_hours, event_order, queue_order, effort_table, arrivals, workload)
_ENTRIES: list[Any] = []
_CONFIG: Any = import_module("numba.core.config")
_USUAL = _CONFIG.OPT


def entry(function: Callable[..., Any]) -> Any:
    """A function of the kernel that Python calls, compiled at the first call and cached on disk.

    Numba's cache is next to the function's file, or in the user's cache where that folder can't be written
    to. Its key is the name of the function, which therefore contains a checksum of the sources.
    """
    function.__qualname__ = f"{function.__name__}_{_SOURCES:08x}"
    njit: Any = numba.njit
    try:
        compiled = njit(cache=True, no_cfunc_wrapper=True, **SETTINGS)(function)
    except RuntimeError:  # there is no folder for the cache
        compiled = njit(no_cfunc_wrapper=True, **SETTINGS)(function)
    _ENTRIES.append(compiled)

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not compiled.overloads:
            with suppress(OSError), _lightly():  # compiled, but the disk may have no room to keep it
                compiled.compile(tuple(map(numba.typeof, arguments)))
        return compiled(*arguments)

    return call


@contextmanager
def _lightly() -> Iterator[None]:
    """Compile at LLVM's first level of optimisation instead of its third, and collect no garbage meanwhile.

    The first takes a seventh less time, and the kernel is hardly slower, because everything is inlined; the
    second saves another thirtieth.
    """
    _CONFIG.OPT, collects = type(_USUAL)(1), gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        _CONFIG.OPT = _USUAL
        if collects:
            gc.enable()


def _sources() -> int:
    """A checksum of the kernel's source files, and of those that it shares with the engine."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), *(Path(str(each.__file__)) for each in _SHARED)]
    return crc32(b"".join(file.read_bytes() for file in files))


_SOURCES = _sources()


def compiling() -> str:
    """The message for a user who has to wait for the compiler; empty where the kernel is compiled."""
    waiting = [each for each in _ENTRIES if not each.signatures]
    if not waiting:
        return ""
    folder = waiting[0].stats.cache_path
    if folder is None:
        return (
            "Compiling the fast engine: about ten seconds. It can't be kept for the next time, because no "
            "folder for it can be written to: name one in the environment variable NUMBA_CACHE_DIR."
        )
    if all(any(Path(folder).glob(f"*{each.py_func.__qualname__}*.nbi")) for each in waiting):
        return ""
    return "Compiling the fast engine: about ten seconds, the first time only."


def kinds_of_tables() -> int:
    """The most kinds of arguments for which a function has been compiled: one, or users wait unnoticed."""
    return max(len(each.signatures) for each in _ENTRIES)


def is_kept() -> bool:
    """Whether what is compiled is kept for other processes, and for the next time."""
    return _ENTRIES[0].stats.cache_path is not None
