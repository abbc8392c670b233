"""The smallest change to a framework's text that gives a field another value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.framework.check import TEXT_NAME, check_text
from simkit.framework.editing.form import (
    Part,
    dotted,
    has_own_names,
    is_group,
    part_at,
    path_of,
    value_at,
)
from simkit.framework.editing.scalars import (
    EditError,
    Value,
    behind,
    lines_of,
    on_one_line,
    plain_key,
    same,
    tidy,
)
from simkit.framework.problem import Path, Problem
from simkit.framework.text_edit import TextEdit
from simkit.framework.yaml.reader import Position
from simkit.framework.yaml.source import Source, plain_text, read_text

_NOT_THERE = frozenset(
    (
        *("S001", "S002", "S004", "S005", "S006", "S009", "S010"),
        *("R001", "R002", "R004", "R005", "R006", "R012", "R013", "R019", "R020", "R021", "R022", "R024"),
        *("R025", "R028", "R029", "C001", "M001", "M013", "M014", "M020", "M021"),
    )
)
"""Rules about names and values that don't exist. What other rules say may be settled by the next change."""


@checked_arguments
def edit(
    text: str,
    path: str | tuple[str | int, ...],
    value: str | int | float | bool | Sequence[object] | Mapping[str, object] | None,
    *,
    name: str | FilePath = TEXT_NAME,
    today: date | None = None,
) -> str:
    """The text with another value at a path. Every other character stays as it was.

    ``path`` is that of a field or problem (``timescales.visit.within``, ``not_known.0``), or its keys. What
    isn't there yet is written at its usual place, with all that it needs above it. ``value`` is a text, a
    number, a list, a dictionary by name, or one of the answers ``none set``, ``not decided`` and ``not
    known`` in place of an entry; None removes the entry, and whatever would be empty without it. Comments
    inside what is removed go too, and one of the empty lines around a section. A text of several lines loses
    the spaces at the ends of lines.

    Raises PathNotFound for a path that no framework has; EditError for a value that can't be written there,
    and for a text whose lines can't all be read: fix those first. ``name`` and ``today`` are those of
    ``check_text``.
    """
    keys = path_of(path)
    if not keys:
        raise EditError("A path names a field, as in `timescales.visit.within`.")
    part_at(keys)
    wanted = None if value is None else _as_read(tidy(value), keys)
    before = _readable(text)
    after = _Editor(text, before).changed(keys, wanted)
    if after == text:
        return text
    read = read_text(after, "")
    if not same(read.data, _with(before.data, keys, wanted)) or len(read.problems) > len(before.problems):
        raise EditError(
            f"`{dotted(keys)}` can't be changed by itself as the file is written: change the file."
        )
    _refuse_new_problems(keys, text, after, name, today)
    return after


def _readable(text: str) -> Source:
    """The content of a text whose lines can all be read. Raises EditError with the first that can't."""
    source = read_text(text, "")
    stopped = not source.data and any(problem.code != "Y009" for problem in source.problems)
    if source.repaired or stopped:
        first = next((each for each in source.problems if each.code != "Y025"), source.problems[0])
        raise EditError(f"Line {first.line} has to be fixed first: {first.message} {first.hint}".strip())
    return source


def _as_read(value: Value, path: Path) -> Value:
    """Digits as the number that a file has, where one can stand. Raises PathNotFound for a name inside."""
    part = part_at(path)
    if isinstance(value, Mapping):
        return {key: _as_read(each, (*path, key)) for key, each in value.items()}
    types = part.get("type", ())
    is_number = {"integer", "number"} & ({types} if isinstance(types, str) else set(types))
    if is_number and isinstance(value, str):
        if re.fullmatch(r"[1-9][0-9]{0,8}|0", value):
            return int(value)
        if "number" in types and re.fullmatch(r"(0|[1-9][0-9]{0,8})\.[0-9]{1,6}", value):
            return float(value)
    return value


def _refuse_new_problems(keys: Path, text: str, after: str, name: str | FilePath, today: date | None) -> None:
    path = f"{dotted(keys)}."

    def inside(content: str) -> list[Problem]:
        return [
            each
            for each in check_text(content, name, today=today).errors
            if each.code in _NOT_THERE
            and (f"{each.path}.".startswith(path) or path.startswith(f"{each.path}."))
        ]

    found = inside(after)
    known = {(each.code, each.message) for each in inside(text)} if found else set()
    for each in found:
        if (each.code, each.message) not in known:
            raise EditError(f"{each.message} {each.hint}".strip())


def _with(data: Any, keys: Path, value: Value | None) -> Any:
    """The data with another value at the path; without it for None, and without what is empty then."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(key, int):
        items = list(data) if isinstance(data, list) else []
        new = _with(items[key] if key < len(items) else None, tuple(rest), value)
        items[key : key + 1] = [] if new is None else [new]
        return items or None
    entries = dict(data) if isinstance(data, dict) else {}
    new = _with(entries.get(key), tuple(rest), value)
    if new is None:
        entries.pop(key, None)
    else:
        entries[key] = new
    return entries or None


@dataclass(frozen=True, slots=True)
class _Editor:
    """Changes one text. ``source`` is what was read from it."""

    text: str
    source: Source

    @property
    def lines(self) -> list[str]:
        return plain_text(self.text).split("\n")

    def changed(self, path: Path, value: Value | None) -> str:
        """The text with another value at the path, or without one."""
        old = value_at(self.source.data, path)
        if value is None:
            return self.text if old is None and path not in self.source.empty else self.without(path)
        if old is not None and same(old, value) and isinstance(old, dict) == isinstance(value, Mapping):
            return self.text
        if isinstance(old, dict) and isinstance(value, Mapping) and value:
            return self.each_changed(path, {**dict.fromkeys(old), **value})
        if isinstance(old, list) and isinstance(value, list) and value and old:
            return self.list_changed(path, old, value)
        if self.source.has(path):
            return self.put(path, value)
        if path in self.source.empty:
            return self.behind_name(path, value)
        return self.added(path, value)

    def again(self, text: str) -> _Editor:
        return _Editor(text, read_text(text, ""))

    def each_changed(self, path: Path, values: Mapping[str, Value | None]) -> str:
        """What is added first, so that the entry is never empty."""
        editor = self
        for key in sorted(values, key=lambda key: values[key] is None):
            editor = editor.again(editor.changed((*path, key), values[key]))
        return editor.text

    def list_changed(self, path: Path, old: list[Any], new: list[Any]) -> str:
        """The entries that differ, one after the other."""
        same_before = next(
            (n for n, pair in enumerate(zip(old, new, strict=False)) if not same(*pair)),
            min(len(old), len(new)),
        )
        rest = min(len(old), len(new)) - same_before
        same_after = next((n for n in range(rest) if not same(old[-1 - n], new[-1 - n])), rest)
        middle = new[same_before : len(new) - same_after]
        replaced = old[same_before : len(old) - same_after]
        editor = self
        for offset, value in enumerate(middle):
            at = (*path, same_before + offset)
            is_new = offset >= len(replaced)
            editor = editor.again(editor.inserted(at, value) if is_new else editor.changed(at, value))
        for _ in range(len(replaced) - len(middle)):
            editor = editor.again(editor.without((*path, same_before + len(middle))))
        return editor.text

    # The primitive changes, each of one value.

    def apply(self, *changes: TextEdit) -> str:
        """The text after changes that don't overlap."""
        text = self.text
        for change in sorted(changes, key=_place, reverse=True):
            text = change.apply(text)
        return text

    def end_of_line(self, line: int) -> Position:
        return line, len(self.lines[line - 1]) + 1

    def in_brackets(self, path: Path) -> bool:
        return any(path[:end] in self.source.bracketed for end in range(len(path) + 1))

    def put(self, path: Path, value: Value) -> str:
        """Another value in the place of one that the file has."""
        start, end = self.source.values[path], self.source.value_ends[path]
        line = self.lines[start[0] - 1]
        if isinstance(path[-1], int) or self.in_brackets(path[:-1]):
            new = on_one_line(value, in_brackets=self.in_brackets(path[:-1]), like=line[start[1] - 1 :])
            return self.apply(TextEdit(*start, *end, new))
        key_line, indent = self.source.keys[path][0], self.source.keys[path][1] - 1
        inline, below = behind(value, indent, like=line[start[1] - 1 :])
        header = re.match(r"[|>][-+0-9]*", line[start[1] - 1 :])
        if start[0] == key_line and not header:  # the value stands behind its name
            if not inline:
                start = (start[0], len(line[: start[1] - 1].rstrip()) + 1)
            return self.apply(TextEdit(*start, *end, inline), *self.below(end[0], below))
        if header:  # a text below a bar
            mark = TextEdit(*start, start[0], start[1] + len(header[0]), inline)
            top = start[0]
        else:  # entries below the name
            colon = self.after_colon(path)
            mark = TextEdit(*colon, *colon, f" {inline}" if inline else "")
            top = key_line
        lines = "".join(f"\n{each}" for each in below)
        return self.apply(mark, TextEdit(*self.end_of_line(top), *self.end_of_line(max(top, end[0])), lines))

    def after_colon(self, path: Path) -> Position:
        line, column = self.source.key_ends[path]
        return line, self.lines[line - 1].index(":", column - 1) + 2

    def below(self, line: int, lines: Sequence[str]) -> list[TextEdit]:
        """Lines to write below a line of the file."""
        at = self.end_of_line(line)
        return [TextEdit(*at, *at, "".join(f"\n{each}" for each in lines))] if lines else []

    def behind_name(self, path: Path, value: Value) -> str:
        """A value for a name that has none."""
        colon = self.after_colon(path)
        inline, below = behind(value, self.source.keys[path][1] - 1)
        mark = TextEdit(*colon, *colon, f" {inline}" if inline else "")
        return self.apply(mark, *self.below(colon[0], below))

    def added(self, path: Path, value: Value) -> str:
        """A value for a name that the file doesn't have, with what it needs above it."""
        above, key = path[:-1], path[-1]
        parent = value_at(self.source.data, above)
        if isinstance(key, int):
            if not isinstance(parent, list) or not parent:
                return self.changed(above, [value])
            return self.inserted((*above, len(parent)), value)
        if not isinstance(parent, dict) or (not parent and above):
            return self.changed(above, {key: value})
        siblings = [path[-1] for path in self.source.keys if path[:-1] == above]
        if self.in_brackets(above):
            end = self.source.value_ends[(*above, siblings[-1])]
            return self.apply(
                TextEdit(*end, *end, f", {plain_key(key)}: {on_one_line(value, in_brackets=True)}")
            )
        return self.added_line(above, key, value, [str(each) for each in siblings])

    def added_line(self, above: Path, key: str, value: Value, siblings: list[str]) -> str:
        """A name of its own below the one that it usually follows."""
        if not siblings:
            return (
                self.text
                + ("" if self.text.endswith("\n") or not self.text else "\n")
                + "\n".join([*lines_of(key, value, 0), ""])
            )
        before = _before(part_at(above), key, siblings)
        indent = self.source.keys[(*above, siblings[0])][1] - 1
        lines = lines_of(key, value, indent)
        if before is None:
            at = self.source.keys[(*above, siblings[0])]
            return self.apply(TextEdit(*at, *at, "\n".join([*lines, " " * indent])[indent:]))
        path = (*above, before)
        end = self.source.value_ends.get(path) or self.source.key_ends[path]
        is_section = not above and isinstance(value, Mapping) and bool(value)
        spaced = is_section and not "".join(self.lines[end[0] : end[0] + 1]).strip()
        return self.apply(*self.below(end[0], ["", *lines] if spaced else lines))

    def inserted(self, path: Path, value: Value) -> str:
        """An entry of a list behind the one before it."""
        above, number = path[:-1], int(path[-1])
        end = self.source.value_ends[(*above, number - 1)] if number else self.source.values[(*above, 0)]
        if self.in_brackets(above):
            new = on_one_line(value, in_brackets=True)
            return self.apply(TextEdit(*end, *end, f", {new}" if number else f"{new}, "))
        first = self.source.values[(*above, 0)]
        dash = self.lines[first[0] - 1].rindex("-", 0, first[1])
        line = f"{' ' * dash}- {on_one_line(value)}"
        if number:
            return self.apply(*self.below(end[0], [line]))
        return self.apply(TextEdit(first[0], dash + 1, first[0], dash + 1, f"{line.lstrip()}\n{' ' * dash}"))

    def without(self, path: Path) -> str:
        """The text without a name or an entry of a list, and without what would be empty."""
        above = path[:-1]
        siblings = [each for each in (*self.source.keys, *self.source.values) if each[:-1] == above and each]
        if len(set(siblings)) == 1 and above:
            return self.without(above)
        ordered = sorted(set(siblings), key=lambda each: self.start_of(each))
        at = ordered.index(path)
        start, end = self.start_of(path), self.source.value_ends.get(path) or self.after_colon(path)
        if self.in_brackets(above):
            if at:
                previous = ordered[at - 1]
                start = self.source.value_ends.get(previous) or self.after_colon(previous)
            else:
                end = self.start_of(ordered[1])
            return self.apply(TextEdit(*start, *end, ""))
        if isinstance(path[-1], int):
            start = (start[0], 1)
        if not above and self.stands_apart(path, start[0], end[0]):
            start = (start[0] - 1, 1)
        if end[0] < len(self.lines):
            return self.apply(TextEdit(start[0], 1, end[0] + 1, 1, ""))
        if start[0] == 1:
            return ""
        return self.apply(TextEdit(*self.end_of_line(start[0] - 1), *self.end_of_line(end[0]), ""))

    def stands_apart(self, path: Path, first: int, last: int) -> bool:
        """Whether a section has empty lines on both sides, of which one goes with it."""
        before = self.lines[first - 2] if first > 2 else "text"
        behind = self.lines[last] if last < len(self.lines) else ""
        return (
            isinstance(value_at(self.source.data, path), dict) and not before.strip() and not behind.strip()
        )

    def start_of(self, path: Path) -> Position:
        return self.source.keys.get(path) or self.source.values[path]


def _place(change: TextEdit) -> tuple[int, int, int, int]:
    return change.line, change.column, change.end_line, change.end_column


def _before(part: Part, key: str, siblings: Sequence[str]) -> str | None:
    """The one of the names in the file that a new one follows, None where it is the first.

    Names that people choose come last; others stand in the order of the schema.
    """
    if has_own_names(part) or not is_group(part):
        return siblings[-1]
    order = {name: rank for rank, name in enumerate(part.get("properties", {}))}
    rank = order.get(key, len(order))
    return next((each for each in reversed(siblings) if order.get(each, len(order)) < rank), None)
