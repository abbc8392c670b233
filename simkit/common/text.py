"""Lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["listed"]


def listed(parts: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    words = list(parts)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
