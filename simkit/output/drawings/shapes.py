"""Shapes in pixels, estimated widths of text, and packing of strips into drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

Corners: TypeAlias = tuple[tuple[float, float], ...]

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


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line, with a head at its end where ``arrow``."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str = "#000000"
    thick: float = 1.0
    dashed: bool = False
    arrow: bool = False

    @property
    def head(self) -> Corners:
        """The corners of the arrow's head, which points right or down."""
        x, y = self.to_x, self.to_y
        if y == self.y:
            return ((x, y), (x - 7, y - 5), (x - 7, y + 5))
        return ((x, y), (x - 5, y - 7), (x + 5, y - 7))


@dataclass(frozen=True, slots=True)
class Diamond:
    """A square on its point, around its middle."""

    x: float
    y: float
    half: float
    fill: str
    edge: str = "#000000"

    @property
    def corners(self) -> Corners:
        """Its corners, from the top."""
        x, y, half = self.x, self.y, self.half
        return ((x, y - half), (x + half, y), (x, y + half), (x - half, y))


@dataclass(frozen=True, slots=True)
class Label:
    """Text on a baseline."""

    x: float
    y: float
    words: str
    size: float = 13.0
    bold: bool = False
    italic: bool = False
    centred: bool = False


Shape: TypeAlias = Box | Stroke | Diamond | Label


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


def pack(
    strips: Iterable[Strip], width: float, title: str, heading: Strip | None, most: float | None
) -> tuple[Drawing, ...]:
    """Strips one under the other, in drawings at most ``most`` high, each under the ``heading``."""
    pages: list[list[Strip]] = []
    for block in _blocks(strips):
        height = sum(strip.height for strip in block)
        used = sum(strip.height for strip in pages[-1]) if pages else 0.0
        if not pages or (most is not None and used + height > most and len(pages[-1]) > bool(heading)):
            pages.append([heading] if heading else [])
            pages[-1] += block[0].under
        pages[-1] += block
    total = len(pages)
    return tuple(
        _drawing(page, width, title if total == 1 else f"{title}, part {number} of {total}")
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
        shapes += (_lowered(shape, top) for shape in strip.shapes)
        top += strip.height
    return Drawing(title, width, top, tuple(shapes))


def _lowered(shape: Shape, by: float) -> Shape:
    if isinstance(shape, Stroke):
        return replace(shape, y=shape.y + by, to_y=shape.to_y + by)
    return replace(shape, y=shape.y + by)
