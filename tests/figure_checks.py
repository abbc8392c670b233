"""What is asked of every figure: no label cut, none over another, no legend over the data."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
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


LEAST = 9.0  # points: 12 pixels of a screen


def check(figure: Figure) -> None:
    """Fails where a text is cut, small or over another one, or a legend lies over the data."""
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip():
            assert text.get_fontsize() >= LEAST, f"{text.get_text()!r} is small"
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


def luminance(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2), 0 to 1: what is left of it in grey."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
