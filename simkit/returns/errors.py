"""What is said of a file that can't be read as a return: the problem and the place, never its content."""

from __future__ import annotations

from simkit.framework.problem import SimkitError

__all__ = ["ReturnError"]


class ReturnError(SimkitError, ValueError):
    """A file can't be read as the return it was given as; nothing was kept of it.

    The text names the problem, the place and what to do. It never holds a date, an id or a name from
    the file.
    """
