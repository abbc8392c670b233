"""Shapes in pixels, estimated widths of text, and packing of strips into drawings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, TypeAlias

from simkit.output.look import INK, LINE

Corners: TypeAlias = tuple[tuple[float, float], ...]
Anchor: TypeAlias = Literal["start", "middle", "end"]

_HATCH = 5.0  # pixels from one slanting line to the next

_NARROW, _WIDE, _CAPITAL, _OTHER, _BOLD = 0.36, 0.98, 0.72, 0.62, 1.13  # of the size; as in DejaVu Sans


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Empty colours are not drawn."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    edge: str = ""
    dashed: bool = False
    thick: float = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, straight between them. An empty ``fill`` leaves it open."""

    points: Corners
    colour: str = INK
    thick: float = 1.0
    dotted: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str
    edge: str
    thick: float = 2.0


@dataclass(frozen=True, slots=True)
class Label:
    """Text on a baseline, which begins, ends or has its middle at ``x``."""

    x: float
    y: float
    words: str
    size: float = 13.0
    bold: bool = False
    italic: bool = False
    colour: str = INK
    anchor: Anchor = "start"

    @property
    def left(self) -> float:
        """Where it begins."""
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return self.x - shift * width_of(self.words, self.size, self.bold)


Shape: TypeAlias = Box | Stroke | Disc | Label


def line(x: float, y: float, to_x: float, to_y: float, colour: str = INK, thick: float = 1.0) -> Stroke:
    """A straight line."""
    return Stroke(((x, y), (to_x, to_y)), colour, thick)


def diamond(x: float, y: float, half: float, fill: str, edge: str, thick: float = 2.0) -> Stroke:
    """A square on its point, around its middle."""
    return Stroke(
        ((x, y - half), (x + half, y), (x, y + half), (x - half, y), (x, y - half)), edge, thick, False, fill
    )


def hatched(x: float, y: float, width: float, height: float) -> Iterator[Shape]:
    """A box with slanting lines: there may be something, and it is not known."""
    yield Box(x, y, width, height, fill="#FFFFFF", edge=LINE)
    for foot in range(int(_HATCH), int(width + height), int(_HATCH)):
        low, high = max(0.0, foot - height), min(float(foot), width)
        yield line(x + low, y + foot - low, x + high, y + foot - high, LINE)


def loop(x: float, y: float, radius: float, colour: str) -> Iterator[Shape]:
    """An arrow in a circle: it repeats."""
    turns = [math.radians(angle) for angle in range(-150, 91, 20)]
    yield Stroke(tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns), colour, 1.6)
    tip = y + radius
    yield Stroke(((x - 5, tip), (x + 1, tip - 4), (x + 1, tip + 4), (x - 5, tip)), colour, 1.0, False, colour)


@dataclass(frozen=True, slots=True)
class Strip:
    """Shapes that stay together, over the whole width.

    ``with_next``: no page break after it. ``under`` are its headings, repeated where a page begins with it.
    """

    height: float
    shapes: tuple[Shape, ...]
    with_next: bool = False
    under: tuple[Strip, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture, in pixels."""

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def width_of(words: str, size: float, bold: bool = False) -> float:
    """The greatest width of the words in the fonts that are likely to be used."""
    total = 0.0
    for letter in words:
        if letter in "iljtfrI.,:;'|!()[]- ’“”":
            total += _NARROW
        elif letter in "mwMW%@—":
            total += _WIDE
        elif letter.isupper() or ord(letter) > 0x2000:
            total += _CAPITAL if letter.isupper() else 1.0
        else:
            total += _OTHER
    return total * size * (_BOLD if bold else 1)


def wrapped(words: str, width: float, size: float, bold: bool = False) -> list[str]:
    """The words in lines of this width; a longer word is broken."""
    lines: list[str] = []
    current = ""
    for word in _pieces(words, width, size, bold):
        longer = f"{current} {word}".strip()
        if current and width_of(longer, size, bold) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines or [""]


def _pieces(words: str, width: float, size: float, bold: bool) -> Iterable[str]:
    for word in words.split():
        piece = ""
        for letter in word:
            if piece and width_of(piece + letter, size, bold) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece


_FEWEST_ROWS = 3  # on the last of several pages


def pack(
    strips: Iterable[Strip], width: float, title: str, opening: Strip, heading: Strip, most: float | None
) -> tuple[Drawing, ...]:
    """Strips one under the other, in drawings at most ``most`` high.

    The first begins with ``opening``, and each goes on with ``heading``. The last has a few rows at least.
    """
    pages: list[list[list[Strip]]] = [[]]
    used = opening.height + heading.height
    for block in _blocks(strips):
        height = sum(strip.height for strip in block)
        if most is not None and used + height > most and pages[-1]:
            pages.append([])
            used = heading.height + sum(strip.height for strip in block[0].under)
        pages[-1].append(block)
        used += height
    while len(pages) > 1 and len(pages[-1]) < _FEWEST_ROWS < len(pages[-2]):
        pages[-1].insert(0, pages[-2].pop())
    total = len(pages)
    return tuple(
        _drawing(
            chain([opening, heading] if number == 1 else [heading, *page[0][0].under], *page),
            width,
            title if total == 1 else f"{title}, part {number} of {total}",
        )
        for number, page in enumerate(pages, 1)
    )


def _blocks(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    block: list[Strip] = []
    for strip in strips:
        block.append(strip)
        if not strip.with_next:
            yield block
            block = []
    if block:
        yield block


def _drawing(strips: Iterable[Strip], width: float, title: str) -> Drawing:
    shapes: list[Shape] = []
    top = 0.0
    for strip in strips:
        shapes += lowered(strip, top).shapes
        top += strip.height
    return Drawing(title, width, top, tuple(shapes))


def lowered(strip: Strip, by: float) -> Strip:
    """The strip with its shapes further down."""
    return replace(strip, shapes=tuple(moved(shape, 0.0, by) for shape in strip.shapes))


def moved(shape: Shape, across: float, down: float) -> Shape:
    """The shape elsewhere."""
    if isinstance(shape, Stroke):
        return replace(shape, points=tuple((x + across, y + down) for x, y in shape.points))
    return replace(shape, x=shape.x + across, y=shape.y + down)
