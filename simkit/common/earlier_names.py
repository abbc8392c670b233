"""Attributes kept for one release under the name that they had before."""

from __future__ import annotations

from typing import Any


def earlier_name(name: str) -> Any:
    """A property with the value of attribute ``name``."""

    # a function of its own: the dataclasses of Python 3.15 look into what a property calls
    def value(self: Any) -> Any:
        return getattr(self, name)

    return property(value, doc=f"The earlier name of ``{name}``, kept for one release.")
