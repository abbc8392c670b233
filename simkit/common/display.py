"""``Displayable``: base of values that show themselves in a notebook and a terminal."""

from __future__ import annotations

from importlib import import_module

__all__ = ["Displayable"]

# The renderer is imported by name and only when a value is displayed, as it lies in a layer above this one.
_RENDERER = "simkit.output.render.notebook"


class Displayable:
    """Shows itself in a notebook (``_repr_html_``) and when printed."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The HTML for a notebook."""
        return str(import_module(_RENDERER).html_of(self))

    def __str__(self) -> str:
        """The text for a terminal."""
        return str(import_module(_RENDERER).text_of(self))
