"""Text alternatives of figures, and the same figures on narrow paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from matplotlib.figure import Figure

from simkit.output.figures.style import NARROW, Drawing

__all__ = ["described", "narrowed", "with_alt"]

_P = ParamSpec("_P")


def with_alt(words: Callable[..., str]) -> Callable[[Callable[_P, Figure]], Callable[_P, Figure]]:
    """Decorate the function of a figure, so that its figures carry the text alternative that ``words`` gives.

    Where the function takes a ``paper``, they can also be drawn again on another.
    """

    def decorate(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
        draw_on: Callable[..., Figure] = draw

        @wraps(draw)
        def draw_with_alt(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
            figure = draw(*args, **kwargs)
            if isinstance(figure, Drawing):
                values = {name: value for name, value in kwargs.items() if name != "paper"}
                figure.text_alternative = words(*args, **values)
                figure.on = lambda paper: draw_on(*args, **values, paper=paper)
            return figure

        return draw_with_alt

    return decorate


def described(figure: Figure) -> str:
    """The text alternative of a figure of this package; empty for another."""
    return figure.text_alternative if isinstance(figure, Drawing) else ""


def narrowed(figure: Figure) -> Figure:
    """The same figure on narrow paper; itself where it is not of this package."""
    return figure.on(NARROW) if isinstance(figure, Drawing) and figure.on else figure
