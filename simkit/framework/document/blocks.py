"""What a document is made of beside the blocks of reports: its drawings, and the document itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from simkit.common.blocks import Line, Paragraph, Section, Text


@dataclass(frozen=True, slots=True)
class Row:
    """One clock on the timeline, in working days after what it counts from.

    ``days`` is one number for a limit, an expectation or an interval that repeats, two for a range,
    any for reviews.
    """

    title: str
    says: str
    kind: Literal["limit", "expected", "range", "repeat", "before", "review"]
    days: tuple[float, ...]
    national: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Clocks that count from the same event."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """The clocks of one kind of case."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every clock that has a number of working days, and those that can't be drawn, in words."""

    title: str
    lanes: tuple[Lane, ...]
    last: int
    left_out: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The same as sentences."""
        return tuple(
            f"{lane.title}: {row.title}, {row.says}."
            for lane in self.lanes
            for group in lane.groups
            for row in group.rows
        ) + tuple(f"Not drawn: {text}." for text in self.left_out)


@dataclass(frozen=True, slots=True)
class Stage:
    """An event on a case's pathway, with the commitments about it."""

    title: str
    lines: Line


@dataclass(frozen=True, slots=True)
class Column:
    """Stages in their usual order."""

    title: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Pathway:
    """A case's pathway as far as the commitments describe it."""

    title: str
    columns: tuple[Column, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The same as sentences, in order."""
        return tuple(
            f"{stage.title}: {'; '.join(text.words for text in stage.lines)}."
            for column in self.columns
            for stage in column.stages
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its text alternative."""

    id: str
    drawing: Timeline | Pathway
    caption: str


@dataclass(frozen=True, slots=True)
class Document:
    """A local protocol, ready to be shown.

    ``standing`` says whose document it is, or is not, and belongs on every page. ``own`` tells
    whether the authority itself wrote it.
    """

    name: str
    title: str
    subtitle: str
    standing: str
    own: bool
    authority: str
    about: tuple[object, ...]
    sections: tuple[Section, ...]

    def all_sections(self) -> tuple[Section, ...]:
        """Every section, those inside others included, in reading order."""
        return tuple(_walk(self.sections))


def _walk(sections: Iterable[Section]) -> Iterable[Section]:
    for section in sections:
        yield section
        yield from _walk(section.sections)


def line(*parts: str | Text) -> Line:
    """A line of words; plain words become texts."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def gap(words: str) -> Text:
    """Words in place of a missing value."""
    return Text(words, gap=True)


def cell(*lines: str | Text | Line | None) -> tuple[Line, ...]:
    """A cell with a line for each part that is there."""
    return tuple(part if isinstance(part, tuple) else line(part) for part in lines if part)


def sentences(*lines: str | Text | Line | None) -> tuple[Paragraph, ...]:
    """A paragraph for each part that is there."""
    return tuple(Paragraph((one,)) for one in cell(*lines))
