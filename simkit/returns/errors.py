"""Errors about a file that can't be read as a return: problem and place, never its content."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simkit.common.errors import SimkitError


class ReturnError(SimkitError, ValueError):
    """A file can't be read as the return it was given as. Nothing of it was kept.

    The text names the problem, the place and what to do. It never contains a date, an id or a name from
    the file. ``headings`` and ``sheets``: those of the file that could be named, where that would help.
    """

    headings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


@contextmanager
def without_quotes(file: str) -> Iterator[None]:
    """Turn an unexpected error into one that names the place in the code and quotes nothing of the file."""
    try:
        yield
    except (SimkitError, MemoryError):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        raise ReturnError(
            f"{file}: this is a fault in simkit ({where}). Nothing was written, and "
            "nothing from the file is shown here. Please report the fault with these words only."
        ) from None
