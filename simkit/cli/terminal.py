"""Words to the terminal: output to stdout, everything else to stderr, on any kind of console."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["asides_told", "complain", "emit", "forgive_encoding", "say"]

_WIDTH = 200  # of output that goes to a file or another program


def forgive_encoding() -> None:
    """Let a console that can't show a letter show ``?`` in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str) -> None:
    """Plain text to stdout, as it is."""
    sys.stdout.write(text)


def say(renderable: RenderableType, *, wrap: bool = True) -> None:
    """Something readable to stdout: in colour and width of the terminal, or plain and wide.

    Without ``wrap`` long lines are left to the terminal, so that places in files stay whole.
    """
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    if console.is_terminal:
        console.print(renderable, soft_wrap=not wrap)
        return
    page = io.StringIO()
    plain = Console(file=page, width=_WIDTH, highlight=False, no_color=True, force_terminal=False)
    plain.print(renderable, soft_wrap=not wrap)
    emit("".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines()))


def complain(text: str) -> None:
    """A sentence to stderr; nothing happens where even that is closed."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


@contextmanager
def asides_told() -> Iterator[None]:
    """Meanwhile, what simkit notes of this computer in its log goes to stderr, each sentence once."""
    log, told = logging.getLogger("simkit"), _Asides()
    before = log.level
    log.addHandler(told)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(told)


class _Asides(logging.Handler):
    """Says each sentence once."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self.said:
            self.said.add(text)
            complain(text)
