"""The base of every error that simkit raises on purpose."""

from __future__ import annotations


class SimkitError(Exception):
    """Base of every error that simkit raises on purpose: its text is meant for the user."""

    def _render_traceback_(self) -> list[str]:
        """The text, which a notebook shows in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]
