"""How far long work has come: the one place that decides where a bar is shown, and that shows it.

A bar appears after two seconds and is gone when the work ends, however it ends: in a notebook as HTML, in a
terminal as rich draws it, and nowhere else. There is one at a time, that of the outermost work.
``SIMKIT_PROGRESS=off`` in the environment switches it off.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import wraps
from html import escape
from multiprocessing import parent_process
from time import monotonic
from typing import Any, ParamSpec, Protocol, TypeVar, cast

__all__ = ["SWITCH", "Progress", "progress_bar", "with_progress"]

P = ParamSpec("P")
T = TypeVar("T")

Progress = Callable[[int, int], None]
"""What is called with what is done and what is expected."""

SWITCH = "SIMKIT_PROGRESS"
_OFF = ("off", "no", "false", "0")
_PATIENCE = 2.0  # seconds of work before a bar is shown
_EVERY = 0.5  # seconds from one drawing of it to the next
_ONE = threading.Lock()  # held while a bar may be seen: two would draw over each other


class _Bar(Protocol):
    """What a bar is drawn with. Nothing is to be seen before the first ``draw``, nor after ``erase``."""

    def draw(self, done: int, expected: int, said: str) -> None: ...

    def erase(self) -> None: ...


def with_progress(title: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function that takes ``progress`` shows a bar with this title where it is called without one."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def watched(*args: P.args, **kwargs: P.kwargs) -> T:
            if kwargs.get("progress") is not None:
                return function(*args, **kwargs)
            with progress_bar(title) as report:
                return cast("Callable[..., T]", function)(*args, **{**kwargs, "progress": report})

        return watched

    return decorate


@contextmanager
def progress_bar(title: str) -> Iterator[Progress | None]:
    """A function to call with what is done and what is expected, which a bar shows meanwhile.

    None where nobody watches, neither in a notebook nor in a terminal, where it is switched off, in a process
    that another one began, and where other work shows a bar already.
    """
    kind = _kind()
    if kind is None or not _ONE.acquire(blocking=False):
        yield None
        return
    seen, over = _Seen(), threading.Event()
    # a thread of its own, so that work which has not reported yet is seen too, and reports cost nothing;
    # in the context of the caller, which tells a notebook the cell
    drawing = threading.Thread(
        target=copy_context().run, args=(_drawn, lambda: kind(title), seen, over.wait), daemon=True
    )
    try:
        drawing.start()
        yield seen.report
    finally:
        over.set()
        _ONE.release()
        if drawing.is_alive():  # it isn't yet where the start was interrupted
            drawing.join()


def _kind() -> Callable[[str], _Bar] | None:
    """Which bar is shown here."""
    if os.environ.get(SWITCH, "").strip().lower() in _OFF or parent_process() is not None:
        return None
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    if ask is not None and getattr(ask(), "kernel", None) is not None:
        return _InNotebook
    with suppress(AttributeError, ValueError):  # there is no stderr, or it is closed
        if sys.stderr.isatty():
            return _InTerminal
    return None


def _drawn(
    begin: Callable[[], _Bar],
    seen: _Seen,
    over: Callable[[float], bool],
    now: Callable[[], float] = monotonic,
) -> None:
    """Draw a bar until the work is over. ``over`` waits so many seconds for that and says whether it is."""
    if over(_PATIENCE):
        return
    with suppress(OSError, ValueError):  # whoever watched has gone; the work goes on
        bar = begin()
        try:
            bar.draw(*seen.at(now()))
            while not over(_EVERY):
                bar.draw(*seen.at(now()))
        finally:
            bar.erase()


class _Seen:
    """What was reported first and last, and when."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._first: tuple[float, int] | None = None
        self._last = (0.0, 0, 0)

    def report(self, done: int, expected: int) -> None:
        """What is done, and what is expected in all."""
        self._last = (self._now(), done, expected)
        if self._first is None:
            self._first = self._last[:2]

    def at(self, now: float) -> tuple[int, int, str]:
        """What is done and expected, and both in words with the time left, as far as it can be told."""
        (when, done, expected), first = self._last, self._first
        if first is None or expected <= 0:
            return 0, 0, ""
        words = f"{done:,} of {expected:,}"
        if done > first[1]:
            pace = (when - first[0]) / (done - first[1])
            words += f", {_duration(max(0.0, pace * (expected - done) - (now - when)))} left"
        return done, expected, words


def _duration(seconds: float) -> str:
    lengths = (("hour", 3600), ("minute", 60), ("second", 1))
    unit, length = next((each for each in lengths if seconds >= 1.5 * each[1]), lengths[-1])
    number = max(1, round(seconds / length))
    return f"about {number} {unit}{'' if number == 1 else 's'}"


class _InTerminal:
    """A line of rich on stderr."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
        # what goes to stdout may be meant for a file, so it is left alone
        self._bar = Progress(
            *columns,
            console=Console(file=sys.stderr),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        self._task = self._bar.add_task(title, total=None, said="")
        self._bar.start()

    def draw(self, done: int, expected: int, said: str) -> None:
        self._bar.update(self._task, completed=done, total=expected or None, said=said, refresh=True)

    def erase(self) -> None:
        self._bar.stop()


class _InNotebook:
    """An output of the cell that is drawn anew in its place, and is empty in the end."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._handle: Any = None

    def draw(self, done: int, expected: int, said: str) -> None:
        there = f' value="{done}" max="{expected}"' if expected else ""
        label = f"<label>{escape(self._title)} <progress{there}></progress></label>"
        self._show(f"<div>{label} {escape(said)}</div>", f"{self._title}: {said}" if said else self._title)

    def erase(self) -> None:
        if self._handle is not None:
            self._show("", "")

    def _show(self, html: str, text: str) -> None:
        from IPython.display import display

        data = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = cast("Any", display)(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)
