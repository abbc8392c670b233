"""Values that show themselves: as tables and figures in a notebook, as plain text in a terminal."""

from __future__ import annotations

from importlib import import_module

__all__ = ["Displayable"]

# Where people look is above everything else here. It is named and not imported, and only when somebody looks:
# so the imports run one way, and a framework or a model loads no figures.
_WHERE = "simkit.output.render.notebook"


class Displayable:
    """Shows itself in a notebook (``_repr_html_``) and when printed."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        made: str = import_module(_WHERE).html_of(self)
        return made

    def __str__(self) -> str:
        """What a terminal shows."""
        made: str = import_module(_WHERE).text_of(self)
        return made
