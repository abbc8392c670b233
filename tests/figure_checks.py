"""What is asked of every figure: no label cut, none over another, no legend over the data."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

_TOUCH = 0.5  # pixels that two boxes may share


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every piece of text that shows, with the place it takes."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    figure.draw(renderer)
    hidden = {id(text) for axes in figure.axes for text in _beyond(axes)}
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if isinstance(text, Text)
        and text.get_visible()
        and text.get_text().strip()
        and id(text) not in hidden
    ]


def _beyond(axes: Axes) -> Iterator[Text]:
    """The labels of ticks beyond an axis, which matplotlib keeps and does not draw."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * max(1.0, high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low - slack <= tick.get_loc() <= high + slack:
                yield from (tick.label1, tick.label2)


def said(figure: Figure) -> str:
    """All that a figure says, in one line."""
    return " ".join(" ".join(text.split()) for text, _ in boxes(figure))


def check(figure: Figure) -> None:
    """Fails where a text leaves the canvas or lies over another, or a legend over the data."""
    found = boxes(figure)
    width, height = figure.canvas.get_width_height()
    for number, (text, box) in enumerate(found):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, f"{text!r} is cut"
        for other, place in found[number + 1 :]:
            shared = Bbox.intersection(box, place)
            apart = shared is None or min(shared.width, shared.height) <= _TOUCH
            assert apart, f"{text!r} over {other!r}"
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is not None:
            over = Bbox.intersection(legend.get_window_extent(renderer), axes.get_window_extent(renderer))
            assert over is None or min(over.width, over.height) <= 3, "the legend lies over the data"
