"""What can stand at a place of a text, while somebody writes there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path as FilePath

from simkit.common.arguments import checked_arguments
from simkit.common.text import is_text
from simkit.framework.amount import NUMBER, Amount, Unit
from simkit.framework.check import TEXT_NAME, examined
from simkit.framework.editing.choices import choices, own_names
from simkit.framework.editing.form import Part, PathNotFound, is_group, is_several, kind_of, part_at
from simkit.framework.problem import Path
from simkit.framework.rules.context import RuleContext
from simkit.framework.text_edit import TextEdit
from simkit.framework.yaml.source import plain_text

_NAME = re.compile(r"^(?P<indent> *)(?:- +)?(?P<name>[A-Za-z_][\w ]*?) *:(?= |$)")
_NUMBER_BEGUN = re.compile(rf"({NUMBER})( to {NUMBER})? *")
_LEAST_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that can be written at a place. ``title`` is what it means, empty if the word says it.

    ``edit`` writes it there, in the place of what was begun.
    """

    word: str
    title: str
    edit: TextEdit


@checked_arguments
def suggest(
    text: str,
    line: int,
    column: int,
    *,
    name: str | FilePath = TEXT_NAME,
    today: date | None = None,
) -> tuple[Suggestion, ...]:
    """The names, events, posts, answers and units that fit at a line and column of a text, from 1.

    Words that begin with what is written before the place come first, then those that contain it, then those
    like it; all in their usual order if nothing is written. Empty if anything can be written, and if the text
    has no such place. The text may be broken: only the lines above matter.
    """
    lines = plain_text(text).split("\n")
    if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1):
        return ()
    cursor = _Cursor.at(lines, line, column)
    if cursor is None:
        return ()
    try:
        part = part_at(cursor.path)
    except PathNotFound:
        return ()
    context = examined(text if is_text(text) else f"{text}\n", name, today=today)
    words = _names(context, cursor, part) if cursor.at_name else _values(context, cursor, part)
    return tuple(cursor.suggestion(word, title) for word, title in _nearest_first(words, cursor.begun))


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place in a text. ``path`` is that of the entry in which a name stands there, or of the value.

    ``begun`` is what is written of it before the place, ``start`` and ``end`` where that is.
    """

    path: Path
    at_name: bool
    line: int
    start: int
    end: int
    begun: str
    beside: frozenset[str]
    has_colon: bool

    @classmethod
    def at(cls, lines: list[str], line: int, column: int) -> _Cursor | None:
        whole = lines[line - 1]
        before, after = whole[: column - 1], whole[column - 1 :]
        if re.search(r"(^|\s)#", before):
            return None
        named = _NAME.match(before)
        indent = len(before) - len(before.lstrip(" ")) if before.strip() else column - 1
        above = _above(lines, line - 1, indent)
        if named is None:
            word = re.search(r"[\w ]*$", before.lstrip(" "))
            begun = word[0] if word else ""
            rest = re.match(r"\w*", after)
            end = column + len(rest[0] if rest else "")
            beside = frozenset(_beside(lines, line - 1, indent))
            has_colon = whole[end - 1 :].lstrip().startswith(":")
            return cls(above, True, line, column - len(begun), end, begun, beside, has_colon)
        value = before[named.end() :].lstrip(" ")
        path = (*above, named["name"])
        listed = value.startswith("[")
        begun = re.split(r"[\[,] *", value)[-1] if listed else value
        rest = re.match(r"[^\s,\]#]*" if listed else r"[^#]*?(?= *(?:#|$))", after)
        end = column + len(rest[0] if rest else "")
        beside = frozenset(re.findall(r"[\w ./-]+", whole[named.end() :])) if listed else frozenset[str]()
        return cls(path, False, line, column - len(begun), end, begun, beside - {begun}, True)

    def suggestion(self, word: str, title: str) -> Suggestion:
        return Suggestion(word, title, TextEdit(self.line, self.start, self.line, self.end, word))


def _above(lines: list[str], number: int, indent: int) -> Path:
    """The names that a line that far in stands below."""
    path: list[str] = []
    for text in reversed(lines[:number]):
        named = _NAME.match(text)
        if named is not None and len(named["indent"]) < indent:
            indent = len(named["indent"])
            path.insert(0, named["name"])
    return tuple(path)


def _beside(lines: list[str], number: int, indent: int) -> Iterator[str]:
    """The names that stand beside a line that far in, before it and after it."""
    for part in (reversed(lines[:number]), lines[number + 1 :]):
        for text in part:
            named = _NAME.match(text)
            if named is None:
                continue
            if len(named["indent"]) < indent:
                break
            if len(named["indent"]) == indent:
                yield named["name"]


def _names(context: RuleContext, cursor: _Cursor, part: Part) -> Iterator[tuple[str, str]]:
    """Names for a line of their own, with the colon that follows."""
    for name, title in own_names(context, cursor.path, part).items():
        if name in cursor.beside:
            continue
        try:
            inner = part_at((*cursor.path, name))
        except PathNotFound:
            continue
        end = "" if cursor.has_colon else ":" if is_group(inner) else ": "
        yield f"{name}{end}", title or str(inner.get("title", ""))


def _values(context: RuleContext, cursor: _Cursor, part: Part) -> Iterator[tuple[str, str]]:
    for word, title in choices(context, cursor.path, part).items():
        if word not in cursor.beside:
            yield word, title
    if is_several(part):
        return
    kind = kind_of(part, cursor.path[-1])
    number = _NUMBER_BEGUN.match(cursor.begun)
    if kind.startswith(("time", "amount")) and number:
        for unit in Unit:
            amount = str(Amount(float(number[1]), unit)).partition(" ")[2]
            yield f"{number[0].rstrip()} {unit.value if number[2] else amount}", ""
    elif kind.startswith("time"):
        for example in part.get("examples", ()):
            yield str(example), "an example"


def _nearest_first(words: Iterator[tuple[str, str]], begun: str) -> list[tuple[str, str]]:
    """The words that go with what was begun, by how well they do; in their own order where they do alike."""
    wanted = begun.strip().lower()
    every = list(dict.fromkeys(words))
    if not wanted:
        return every
    ranked: Mapping[tuple[str, str], float] = {each: _likeness(each, wanted) for each in every}
    return sorted((each for each in every if ranked[each] > 0), key=lambda each: -ranked[each])


def _likeness(word: tuple[str, str], wanted: str) -> float:
    plain, title = word[0].rstrip(": ").lower(), word[1].lower()
    if plain.startswith(wanted):
        return 3
    if wanted in plain or wanted in title:
        return 2
    alike = SequenceMatcher(None, wanted, plain).ratio()
    return alike if alike >= _LEAST_ALIKE else 0
