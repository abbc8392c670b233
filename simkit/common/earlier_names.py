"""Attributes kept for one release under the name that they had before."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

__all__ = ["earlier_name"]


def earlier_name(name: str) -> Any:
    """A property with the value of attribute ``name``."""
    return property(attrgetter(name), doc=f"The earlier name of ``{name}``, kept for one release.")
