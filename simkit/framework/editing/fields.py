"""Every field of a framework, set or not, with what a form has to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any, Literal

from simkit.common.arguments import checked_arguments
from simkit.framework.check import TEXT_NAME, GivenFramework, examined
from simkit.framework.editing.choices import choices
from simkit.framework.editing.form import (
    Part,
    PathNotFound,
    dotted,
    inner_part,
    is_group,
    is_several,
    kind_of,
    names_in,
    part_at,
    path_of,
    takes_answers,
    value_at,
)
from simkit.framework.equivalence import silence
from simkit.framework.inheritance import INHERITED
from simkit.framework.problem import Path, Place
from simkit.framework.rules.context import RuleContext
from simkit.framework.vocabulary import ANSWERS, NOT_KNOWN, QUESTIONS

Kind = Literal[
    "group",
    "entries",
    "text",
    "long text",
    "choice",
    "time",
    "time range",
    "amount",
    "amount range",
    "date",
    "number",
    "whole number",
    "code",
    "any",
]
"""``group``: names of the format below it. ``entries``: names that people choose. ``time`` has a unit of
time, ``amount`` one of time, a percentage or none.
"""

VALUE = "a value"
"""The first of the four answers; the others are those of ``ANSWERS``, as the file has them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a framework.

    ``path`` is what ``edit`` takes. ``help`` says what belongs there and ``example`` how it is written.
    ``several``: a list can be written. ``choices`` are the words to choose from with their titles, empty
    where anything may be written. ``value`` is that of the file or what it inherits, None where there is
    neither; of a group it is that of all below. ``layer`` names the framework it comes from and ``place``
    where it is written there. ``answer`` is ``a value``, ``none set``, ``not decided`` or ``not known``
    where that is asked, and empty elsewhere. ``source`` is the title of where it was read, or why it is
    assumed. ``editable`` is false for the nation's timescales in a file that inherits them.
    """

    path: str
    title: str
    help: str
    kind: Kind
    several: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    value: Any = None
    answer: str = ""
    layer: str = ""
    place: Place | None = None
    source: str = ""
    editable: bool = True

    @property
    def is_set(self) -> bool:
        """Whether it has a value, its own or inherited."""
        return self.value is not None


class Fields(Mapping[str, Field]):
    """Fields by their paths, in the order of the format. Immutable.

    ``own`` names the framework that they are the fields of: a field with another ``layer`` is inherited.
    """

    def __init__(self, fields: Iterator[Field], own: str) -> None:
        self._fields = MappingProxyType({each.path: each for each in fields})
        self.own = own

    def __getitem__(self, path: str) -> Field:
        try:
            return self._fields[path]
        except KeyError:
            near = get_close_matches(path, self._fields, n=1, cutoff=0.0)
            raise PathNotFound(f"There is no field `{path}`. Did you mean `{near[0]}`?") from None

    def __contains__(self, path: object) -> bool:
        return path in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        given = sum(each.is_set for each in self.values())
        return f"<Fields of {self.own}: {len(self)}, {given} with a value>"


@checked_arguments
def fields(
    text: GivenFramework,
    path: str | tuple[str | int, ...] = "",
    *,
    name: str | FilePath = TEXT_NAME,
    today: date | None = None,
) -> Fields:
    """Every field of a framework, set or not: of its text, or of the one with that name or path.

    ``path`` gives the fields at and below one alone; it may be of an entry that isn't there yet, such as
    ``timescales.first_visit``, to ask for all that it can have. ``name`` is the file that the text is
    from. A text with problems has fields all the same, with what is written in them. Raises
    PathNotFound, or NameNotFound.
    """
    context = examined(text, name, today=today)
    start = path_of(path)
    part = part_at(start)
    reader = _Reader(context)
    return Fields(reader.below(start, part) if start else reader.inside(start, part), context.name)


class _Reader:
    """Reads the fields of one file. Used once."""

    def __init__(self, context: RuleContext) -> None:
        self.context = context
        self.source = context.source
        self.tree = context.tree
        self.data: dict[str, Any] = {
            **{key: value for key, value in context.data.items() if key not in INHERITED},
            **context.tree.data,
        }
        self.layers = {_file_of(layer): layer for layer in context.tree.layers}
        self.layers[self.source.file] = context.name
        self.silence = silence(context.name, context.status, bool(context.own("agreed")))

    def below(self, path: Path, part: Part) -> Iterator[Field]:
        """The field at a path and all inside it."""
        yield self.field(path, part)
        if is_group(part):
            yield from self.inside(path, part)

    def inside(self, path: Path, part: Part) -> Iterator[Field]:
        for name in dict.fromkeys([*names_in(part), *self.entries(path)]):
            inner = inner_part(part, name)
            if inner is not None:  # else the format has no such name
                yield from self.below((*path, name), inner)

    def entries(self, path: Path) -> Iterator[str]:
        """The names that people have chosen, and the questions that every framework answers."""
        for names in (self.value(path), value_at(self.source.data, path)):
            yield from names if isinstance(names, dict) else ()
        if len(path) != 1:
            return
        for answered in self.tree.answers:
            if len(answered) == 2 and answered[0] == path[0]:
                yield str(answered[1])
        if path == ("timescales",):
            ends = [each.get("to") for each in self.tree.section("timescales").values()]
            yield from (name for name in QUESTIONS["timescales"] if name not in ends)

    def value(self, path: Path) -> Any:
        """What holds at the path; where the file writes something unusable, that."""
        value = value_at(self.data, path)
        return value_at(self.source.data, path) if value is None and self.source.has(path) else value

    def field(self, path: Path, part: Part) -> Field:
        value = self.value(path)
        answer = self.answer(path, part, value)
        place = self.place(path, value)
        example = (part.get("examples") or [""])[0]
        words = choices(self.context, path, part)
        kind = kind_of(part, path[-1])
        return Field(
            path=dotted(path),
            title=self.title(path, part, value),
            help=str(part.get("description", "")),
            kind="choice" if words and kind == "text" else kind,  # type: ignore[arg-type]
            several=is_several(part),
            choices=MappingProxyType(dict(words)),
            example=_example(example),
            value=value,
            answer=answer,
            layer=self.layers.get(place.file, place.file) if place else "",
            place=place,
            source=self.source_of(path) if value is not None else "",
            editable=not self.protected(path),
        )

    def title(self, path: Path, part: Part, value: Any) -> str:
        """The entry's own title where people have given it one, else that of the format."""
        own = value.get("title") if isinstance(value, dict) and len(path) > 1 else None
        return str(own or part.get("title", path[-1]))

    def answer(self, path: Path, part: Part, value: Any) -> str:
        if not takes_answers(part):
            return ""
        if isinstance(value, str) and value in ANSWERS:
            return value
        if value and not (path == ("timescales",) or path == ("reviews",)):
            return VALUE
        if value and any(not self.tree.national(str(path[0]), name) for name in value):
            return VALUE
        written = self.context.answer(*(str(key) for key in path))
        unknown = self.context.data.get("not_known", ())
        return written or (NOT_KNOWN if path[0] in unknown or path[-1] in unknown else self.silence)

    def place(self, path: Path, value: Any) -> Place | None:
        if self.source.has(path):
            return self.source.place(path)
        origin = self.tree.origins.get(path) if value is not None or path in self.tree.answers else None
        return Place(origin.file, origin.line, origin.column) if origin else None

    def source_of(self, path: Path) -> str:
        """The title of the source of a value, else of the entry that it belongs to."""
        for end in range(len(path), 1, -1):
            entry = value_at(self.data, path[:end])
            if not isinstance(entry, dict):
                continue
            named = entry.get("source") or entry.get("read_in")
            if named:
                return str(self.tree.get("sources", named, "title") or named)
            assumed = entry.get("assumption") or entry.get("fitted")
            if assumed:
                return str(assumed)
        return ""

    def protected(self, path: Path) -> bool:
        """Whether it belongs to a national timescale that this file inherits."""
        if self.context.kind == "national" or path[0] != "timescales" or len(path) < 2:
            return False
        return self.context.lower.national("timescales", str(path[1]))


def _file_of(layer: str) -> str:
    """The file of a layer that came with simkit, as places name it."""
    return f"frameworks/{layer if '/' in layer else f'authorities/{layer}'}.yaml"


def _example(example: object) -> str:
    if isinstance(example, list):
        return f"[{', '.join(map(str, example))}]"
    return "" if isinstance(example, dict) else str(example)
