"""Running the command line in this process, as several test files do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Ran(NamedTuple):
    """Exit code, and what came on stdout and stderr."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]
