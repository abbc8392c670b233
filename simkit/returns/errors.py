"""What is said of a file that can't be read as a return: the problem and the place, never its content."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simkit.common.errors import SimkitError

__all__ = ["ReturnError", "quoting_nothing"]


class ReturnError(SimkitError, ValueError):
    """A file can't be read as the return it was given as; nothing was kept of it.

    The text names the problem, the place and what to do. It never holds a date, an id or a name from
    the file.
    """


@contextmanager
def quoting_nothing(file: Path) -> Iterator[None]:
    """Let an error that nobody foresaw say where in the program it lies, and nothing of what it was about."""
    try:
        yield
    except (SimkitError, MemoryError):
        raise
    except Exception as fault:
        place = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}"
        raise ReturnError(
            f"{file}: simkit has met a fault of its own while it read the return ({where}). Nothing was "
            "written, and nothing of the file is shown here. Please report the fault with these words alone."
        ) from None
