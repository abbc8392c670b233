"""The blocks of a report as plain values: any answer is written in them, stored, and rendered from them."""

from __future__ import annotations

from dataclasses import dataclass

from simkit.version import __version__

__all__ = ["Block", "Cell", "Items", "Link", "Paragraph", "Picture", "Report", "Section", "Table"]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that link to a web page."""

    words: str
    address: str


Cell = str | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row is its head. The last ``numbers`` columns hold numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure: ``name`` is that of its files without the ending, ``alt`` its text alternative in one line.

    ``svg`` is the drawing for a page, ``narrow`` the one for a telephone.
    """

    name: str
    title: str
    alt: str
    svg: bytes
    narrow: bytes


Block = Paragraph | Items | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading. ``appendix``: for reference, after the main text."""

    title: str
    blocks: tuple[Block, ...]
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    ``kind``: the command whose answer it is (``run``, ``compare``). ``standing`` says on every page whose
    framework it is. ``answer`` is one sentence with its uncertainty, or a line for each side of a
    comparison; ``cautions`` are what a reader must know; ``command`` repeats it.
    """

    kind: str
    title: str
    subtitle: str
    standing: str
    question: str
    answer: str
    cautions: tuple[str, ...]
    sections: tuple[Section, ...]
    command: str
    attribution: str
    quality: str
    version: str = __version__

    def pictures(self) -> tuple[Picture, ...]:
        """Its figures, in their order."""
        return tuple(b for section in self.sections for b in section.blocks if isinstance(b, Picture))
