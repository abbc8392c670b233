"""Output to the terminal: answers to stdout, everything else to stderr, on any kind of console."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    from rich.console import RenderableType

CLOSED_PIPE = (errno.EPIPE, errno.EINVAL)  # the latter on Windows
_WIDTH = 200  # of output that goes to a file or another program


def prepare_streams() -> None:
    """Show ``?`` in place of each letter that the console's encoding lacks; print nowhere if it is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell, or no console, as for pythonw on Windows
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str) -> None:
    """Write plain text to stdout, unchanged. Raises SimkitError if it can't be, for instance on a full disk.

    Where the reader has closed it (``simkit ... | head -1``), raises OSError with one of CLOSED_PIPE.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        if error.errno in CLOSED_PIPE:
            raise
        raise SimkitError(f"The answer can't be printed: {error.strerror or error}.") from error


def emit_json(data: object) -> None:
    """Write plain data to stdout as JSON, ending in a new line."""
    emit(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def say(renderable: RenderableType, *, wrap: bool = True) -> None:
    """Print something for rich to stdout: in the colours and width of the terminal, or plain and wide.

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


def notify(text: str) -> None:
    """Write a sentence to stderr, unless even that is closed."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


@contextmanager
def log_to_stderr() -> Iterator[None]:
    """Meanwhile, messages of simkit's log go to stderr, each text once."""
    log, handler = logging.getLogger("simkit"), _OncePerText()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(handler)


class _OncePerText(logging.Handler):
    """Writes each text once."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self._texts:
            self._texts.add(text)
            notify(text)
