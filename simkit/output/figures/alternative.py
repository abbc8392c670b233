"""Text alternatives of figures, and the same figures on narrow paper or in given axes."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.common.text import text_alternative
from simkit.output.figures.style import NARROW, Drawing, Paper, family, image

_P = ParamSpec("_P")


def with_alt(words: Callable[..., str]) -> Callable[[Callable[_P, Figure]], Callable[_P, Figure]]:
    """Decorate the function of a figure, so that its figures carry their values in the ``words`` it gives.

    The text alternative is the title. Where the function takes a ``paper``, they can also be drawn again on
    another.
    """

    def decorate(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
        @wraps(draw)
        def draw_with_alt(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
            with mpl.rc_context({"font.family": family()}):
                figure = draw(*args, **kwargs)
            if isinstance(figure, Drawing):
                values = {name: value for name, value in kwargs.items() if name != "paper"}
                figure.in_words = words(*args, **values)
                figure.made_by = draw.__name__
                figure.text_alternative = text_alternative(figure.heading)
                if "paper" in signature(draw).parameters:
                    figure.on = lambda paper: draw_with_alt(*args, **values, paper=paper)  # type: ignore[arg-type]
            return figure

        return draw_with_alt

    return decorate


def described(figure: Figure) -> str:
    """The text alternative of a figure of this package, at most 150 characters; empty for another."""
    return figure.text_alternative if isinstance(figure, Drawing) else ""


def in_words(figure: Figure) -> str:
    """The values of a figure of this package in words; empty for another."""
    return figure.in_words if isinstance(figure, Drawing) else ""


def narrowed(figure: Figure) -> Figure:
    """The same figure on narrow paper; itself where it has no narrow form."""
    return figure.on(NARROW) if isinstance(figure, Drawing) and figure.on else figure


def drawn_into(axes: Axes, figure: Figure) -> Figure:
    """The same figure drawn into axes, without its foot; a picture of it where it has several panels."""
    own = axes.get_figure()
    assert isinstance(own, Figure)
    if isinstance(figure, Drawing) and figure.on and len(figure.axes) == 1:
        width = axes.get_window_extent().transformed(own.dpi_scale_trans.inverted()).width
        figure.on(Paper(width, 1, axes))
    else:
        from PIL import Image

        axes.imshow(Image.open(io.BytesIO(image(figure, "png"))))
        axes.set_axis_off()
    return own
