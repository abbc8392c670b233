"""A report: what any answer says, in blocks. It is stored, and shown by every renderer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simkit.common.blocks import Section
from simkit.common.display import Shown
from simkit.common.text import text_alternative
from simkit.version import __version__

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simkit.output.drawings.shapes import Drawing

_XML = b'<?xml version="1.0" encoding="utf-8"?>\n'  # before a drawing that is a file

TO_KNOW = "What you need to know"
"""The heading of the cautions of a report."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure: ``name`` is that of its files without the ending, ``alt`` its text alternative in one line.

    ``svg`` is the drawing for a page, ``narrow`` the one for a telephone, ``words`` the figure's values in
    words.
    """

    name: str
    title: str
    alt: str
    svg: bytes
    narrow: bytes
    words: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.name, self.title))

    def _values(self) -> tuple[object, ...]:
        return self.name, self.title, self.alt, self.svg, self.narrow, self.words

    @property
    def png(self) -> bytes:
        """The drawing for Word; empty where only the others are stored."""
        return b""

    @property
    def small(self) -> bytes:
        """The drawing for a notebook, a small PNG; empty where only the others are stored."""
        return b""


class _Drawn(Picture):
    """A figure that is drawn when it is first looked at: a terminal never does."""

    def __init__(self, name: str, title: str, draw: Callable[[], Figure]) -> None:
        self.__dict__.update(name=name, title=title, _draw=draw)

    @cached_property
    def figure(self) -> Figure:
        draw: Callable[[], Figure] = self.__dict__["_draw"]
        return draw()

    @cached_property
    def alt(self) -> str:
        from simkit.output.figures import described

        return described(self.figure)

    @cached_property
    def words(self) -> str:
        from simkit.output.figures import in_words

        return in_words(self.figure)

    @cached_property
    def svg(self) -> bytes:
        from simkit.output.figures import image

        return image(self.figure, "svg", self.alt)

    @cached_property
    def narrow(self) -> bytes:
        from simkit.output.figures import image, narrowed

        return image(narrowed(self.figure), "svg", self.alt)

    @property
    def small(self) -> bytes:
        from simkit.output.figures.style import small

        return small(self.figure)

    @property
    def png(self) -> bytes:
        from simkit.output.figures import image

        return image(self.figure, "png", self.alt)


def picture(name: str, title: str, draw: Callable[[], Figure]) -> Picture:
    """The figure that ``draw`` gives, drawn when it is first looked at."""
    return _Drawn(name, title, draw)


class _Laid(Picture):
    """A figure that is drawn without matplotlib."""

    def __init__(self, name: str, title: str, words: str, wide: Drawing, narrow: Drawing) -> None:
        from simkit.output.drawings.svg import svg

        self.__dict__.update(
            name=name,
            title=title,
            alt=text_alternative(wide.title),
            words=words,
            svg=_XML + svg(wide, name, words).encode(),
            narrow=_XML + svg(narrow, name, words).encode(),
            _wide=wide,
        )

    @property
    def png(self) -> bytes:
        from simkit.output.drawings.png import png

        return png(self.__dict__["_wide"])


def laid_out(name: str, title: str, words: str, wide: Drawing, narrow: Drawing) -> Picture:
    """A drawing for a page and for a telephone, with its values in ``words``."""
    return _Laid(name, title, words, wide, narrow)


@dataclass(frozen=True, slots=True)
class Report(Shown):
    """A whole report.

    ``kind``: the command whose answer it is (``run``, ``compare``). ``standing`` says on every page whose
    framework it is, ``stamp`` that it may not be passed on. ``answer`` is one sentence with its uncertainty,
    or a line for each side of a comparison; ``doubts`` belong right beside it; ``cautions`` are what a
    reader must know; ``command`` repeats it. What is empty is not shown.
    """

    kind: str
    title: str
    subtitle: str = ""
    standing: str = ""
    question: str = ""
    answer: str = ""
    cautions: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    command: str = ""
    attribution: str = ""
    quality: str = ""
    version: str = __version__
    doubts: tuple[str, ...] = ()
    stamp: str = ""

    def pictures(self) -> tuple[Picture, ...]:
        """Its figures, in their order."""
        return tuple(b for section in self.sections for b in section.blocks if isinstance(b, Picture))

    def report(self) -> Report:
        """Itself."""
        return self
