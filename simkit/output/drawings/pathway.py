"""The pathway as shapes: a box for each point, with arrows in their usual order."""

from __future__ import annotations

from dataclasses import replace

from simkit.framework.document.blocks import Pathway, Stage
from simkit.output.drawings.shapes import Box, Label, Shape, Strip, Stroke, wrapped

_EDGE, _LANE = "#333333", "#E8E8E8"
_SIZE, _SMALL, _LEADING, _PAD, _ARROW = 13.0, 12.0, 16.0, 8.0, 18.0


def pathway_strips(what: Pathway, width: float, *, wide: bool) -> list[Strip]:
    """Strips from top to bottom. ``wide``: commitments are set to the right of the title, not below."""
    strips: list[Strip] = []
    for column in what.columns:
        strips.append(_head(column.title, width, above=bool(strips)))
        again = (_head(column.title, width, above=False),)
        last = len(column.stages) - 1
        for number, stage in enumerate(column.stages):
            strip = _stage(stage, width, wide, number < last)
            strips.append(replace(strip, under=again if number else ()))
    return strips


def _head(title: str, width: float, above: bool) -> Strip:
    lines = wrapped(title, width - 16, _SIZE, bold=True)
    top = 16.0 if above else 0.0
    height = len(lines) * _LEADING + 8
    shapes: list[Shape] = [Box(0, top, width, height, fill=_LANE)]
    shapes += (Label(8, top + 16 + n * _LEADING, words, _SIZE, bold=True) for n, words in enumerate(lines))
    return Strip(top + height + 10, tuple(shapes), with_next=True)


def _stage(stage: Stage, width: float, wide: bool, arrow: bool) -> Strip:
    title_room = width * 0.34 if wide else width - 2 * _PAD - 2
    left = width * 0.34 + 2 * _PAD if wide else _PAD + 1
    room = width - left - _PAD - 1
    titles = wrapped(stage.title, title_room - _PAD, _SIZE, bold=True)
    shapes: list[Shape] = [
        Label(_PAD + 1, 18 + n * _LEADING, words, _SIZE, bold=True) for n, words in enumerate(titles)
    ]
    base = 18.0 if wide else 18 + len(titles) * _LEADING
    for text in stage.lines:
        for words in wrapped(text.words, room, _SMALL):
            shapes.append(Label(left, base, words, _SMALL, italic=text.gap))
            base += _LEADING
        base += 3
    height = max(base - _LEADING, 18 + (len(titles) - 1) * _LEADING) + _PAD
    missing = all(text.gap for text in stage.lines)
    shapes.insert(0, Box(1, 1, width - 2, height, fill="#FFFFFF", edge=_EDGE, dashed=missing))
    if arrow:
        middle = width * 0.17 if wide else width / 2
        shapes.append(Stroke(middle, height + 1, middle, height + _ARROW, _EDGE, 1.5, arrow=True))
    return Strip(height + _ARROW + 2, tuple(shapes))
