"""Progress bars of long work: where one is shown, and how.

A bar appears after two seconds and disappears when the work ends or fails: as HTML in a notebook, drawn by
rich in a terminal, and nowhere else. There is one at a time, that of the outermost work.
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

P = ParamSpec("P")
T = TypeVar("T")

Progress = Callable[[int, int], None]
"""A function that is called with the number of pieces done and expected."""

SWITCH = "SIMKIT_PROGRESS"
_OFF = ("off", "no", "false", "0")
_DELAY = 2.0  # seconds of work before a bar is shown
_INTERVAL = 0.5  # seconds from one drawing of it to the next
_SCREEN = threading.Lock()  # held while a bar may be seen: two would draw over each other


class _Bar(Protocol):
    """A bar on some kind of screen. Nothing is visible before the first ``draw`` or after ``erase``."""

    def draw(self, done: int, expected: int, text: str) -> None: ...

    def erase(self) -> None: ...


def with_progress(title: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator of a function that takes ``progress``: without one, it shows a bar with this title."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            if kwargs.get("progress") is not None:
                return function(*args, **kwargs)
            with progress_bar(title) as report:
                return cast("Callable[..., T]", function)(*args, **{**kwargs, "progress": report})

        return wrapped

    return decorate


@contextmanager
def progress_bar(title: str) -> Iterator[Progress | None]:
    """Show a bar; yields the function to call with the number of pieces done and expected.

    Yields None outside a notebook or terminal, when switched off, in a worker process, and while another bar
    is shown.
    """
    bar_class = _bar_class()
    if bar_class is None or not _SCREEN.acquire(blocking=False):
        yield None
        return
    reports, over = _Reports(), threading.Event()
    # drawn by a thread, so that reports cost nothing and a bar shows before the first one; the caller's
    # context tells a notebook which cell it is
    drawing = threading.Thread(
        target=copy_context().run,
        args=(_draw_until_over, lambda: bar_class(title), reports, over.wait),
        daemon=True,
    )
    try:
        drawing.start()
        yield reports.report
    finally:
        over.set()
        _SCREEN.release()
        if drawing.is_alive():  # it is not if its start was interrupted
            drawing.join()


def _bar_class() -> Callable[[str], _Bar] | None:
    """The class of bar for this screen; None where none is shown."""
    if os.environ.get(SWITCH, "").strip().lower() in _OFF or parent_process() is not None:
        return None
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    if get_ipython is not None and getattr(get_ipython(), "kernel", None) is not None:
        return _InNotebook
    with suppress(AttributeError, ValueError):  # there is no stderr, or it is closed
        if sys.stderr.isatty():
            return _InTerminal
    return None


def _draw_until_over(
    begin: Callable[[], _Bar],
    reports: _Reports,
    over: Callable[[float], bool],
    now: Callable[[], float] = monotonic,
) -> None:
    """Draw a bar until the work is over. ``over`` waits so many seconds; True if the work is over."""
    if over(_DELAY):
        return
    with suppress(OSError, ValueError):  # the screen was closed; the work goes on
        bar = begin()
        try:
            bar.draw(*reports.progress_at(now()))
            while not over(_INTERVAL):
                bar.draw(*reports.progress_at(now()))
        finally:
            bar.erase()


class _Reports:
    """The first and the last report, and their times."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._first: tuple[float, int] | None = None
        self._last = (0.0, 0, 0)

    def report(self, done: int, expected: int) -> None:
        """Note the number of pieces done, and of those expected in all."""
        self._last = (self._now(), done, expected)
        if self._first is None:
            self._first = self._last[:2]

    def progress_at(self, now: float) -> tuple[int, int, str]:
        """Pieces done and expected, and both in words with an estimate of the time left."""
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
    """A line drawn by rich on stderr."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[text]}"))
        # stdout may go to a file, so it is not redirected
        self._bar = Progress(
            *columns,
            console=Console(file=sys.stderr),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        self._task = self._bar.add_task(title, total=None, text="")
        self._bar.start()

    def draw(self, done: int, expected: int, text: str) -> None:
        self._bar.update(self._task, completed=done, total=expected or None, text=text, refresh=True)

    def erase(self) -> None:
        self._bar.stop()


class _InNotebook:
    """An output of the cell that is redrawn in place, and is empty at the end."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._handle: Any = None

    def draw(self, done: int, expected: int, text: str) -> None:
        attributes = f' value="{done}" max="{expected}"' if expected else ""
        label = f"<label>{escape(self._title)} <progress{attributes}></progress></label>"
        self._show(f"<div>{label} {escape(text)}</div>", f"{self._title}: {text}" if text else self._title)

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
