"""What a document is made of beside the blocks of reports: its drawings, and the document itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from simkit.common.blocks import Line, Paragraph, Section, Text

Form = Literal["limit", "range", "expected", "exceptional", "repeat", "review", "latest", "one of"]
State = Literal["value", "words", "unset", "none set", "not decided", "not known"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on the scale, in working days from the event of its lane.

    ``days`` are two for a range, any number for reviews of which one applies, otherwise one. An
    ``exceptional`` limit goes beyond the limit of its row. ``latest`` is a review by a day, ``review`` one
    on it.
    """

    form: Form
    days: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What the authority, or the nation, says of a row.

    ``words`` are what its column says. ``value``: a number, which may be drawn; ``words``: no number;
    ``unset``: there is nothing to say. The others are the answers of a file.
    """

    state: State
    words: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment, local and national. ``local`` is None on the timeline of a national edition."""

    title: str
    notes: tuple[str, ...]
    local: Side | None
    national: Side

    @property
    def sides(self) -> tuple[tuple[str, Side], ...]:
        """What each side says, by its name."""
        both = (("Local", self.local), ("National", self.national))
        return tuple((name, side) for name, side in both if side is not None)


@dataclass(frozen=True, slots=True)
class Lane:
    """Commitments that count from the same event; ``start`` is empty where nothing says from which."""

    start: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Its heading."""
        return f"From: {self.start}" if self.start else "Nothing set or known"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The commitments about time in lanes, each from an event of its own.

    ``title`` is what it shows, ``under`` whose it is. ``last`` is the last day of the scale; what is later is
    drawn as going on.
    """

    title: str
    under: str
    lanes: tuple[Lane, ...]
    last: int
    foot: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(name for name, _ in self.lanes[0].rows[0].sides) if self.lanes else ()

    @property
    def words(self) -> tuple[str, ...]:
        """The same as sentences."""
        return tuple(_row_words(lane, row) for lane in self.lanes for row in lane.rows)


def _row_words(lane: Lane, row: Row) -> str:
    values = (f"{name.lower()} {side.words}" for name, side in row.sides)
    notes = f" ({'; '.join(row.notes)})" if row.notes else ""
    return f"{lane.title}. {row.title}: {', '.join(values)}{notes}."


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its text alternative."""

    id: str
    drawing: Timeline
    caption: str


@dataclass(frozen=True, slots=True)
class Document:
    """A local protocol, ready to be shown.

    ``standing`` says whose document it is, or is not, and belongs on every page. ``own`` tells
    whether the authority itself wrote it. ``front`` comes before what the document says ``about`` itself.
    """

    name: str
    title: str
    subtitle: str
    standing: str
    own: bool
    authority: str
    about: tuple[object, ...]
    sections: tuple[Section, ...]
    front: tuple[Section, ...] = ()

    def all_sections(self) -> tuple[Section, ...]:
        """Every section, those inside others included, in reading order."""
        return tuple(_walk((*self.front, *self.sections)))


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
