"""A file as text, read into plain data with the position of every key and value.

The reader takes YAML's events one by one, so that depth, size and references can't hurt it, and
turns every trap between Notepad and YAML into a problem with a line and a remedy. Values are text,
whole and decimal numbers, true and false, lists and maps; everything else stays the text it is:
``no``, ``9:30``, ``012``, ``2025-04-01``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from simkit.common.text import NO_WIDTH
from simkit.framework.problem import Path, Place, Problem
from simkit.framework.rules.registry import problem_at
from simkit.framework.text_edit import BYTE_ORDER_MARK, TextEdit
from simkit.framework.yaml.json_text import JsonReader
from simkit.framework.yaml.layout import LineProblem
from simkit.framework.yaml.reader import CONTROL, Position, Reader
from simkit.framework.yaml.repair import layout_problem, repaired_text, syntax_problem

_MOST_REPAIRS = 20
_REPAIR_BELOW = 100_000

SPECIAL_SPACE = re.compile("[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


# What is written into the first pages of a packed or an old document, and nowhere in a text.
_INSIDE = {
    b"word/": "a Word document",
    b"xl/": "an Excel workbook",
    b"opendocument.text": "a document of LibreOffice Writer",
    b"opendocument.spreadsheet": "a sheet of LibreOffice Calc",
    b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0": "a Word document",
    b"W\0o\0r\0k\0b\0o\0o\0k\0": "an Excel workbook",
}
_BY_ENDING = {".doc": "a Word document", ".xls": "an Excel workbook"}
_COPY_OUT = (
    "Start with `simkit new`, which writes a plain text file. Open that in Notepad and copy the words of "
    "your document into it, bit by bit, under `protocol:`."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is written, and how large it may be: ``most_bytes``, ``most_values``.

    ``by_hand``: people write it, so its name ends in .yaml and every slip is repaired as far as possible to
    find all of them. Others are what simkit itself writes; ``remedy`` says how to have it written again.
    """

    by_hand: bool = True
    is_json: bool = False
    most_bytes: int = 1_000_000
    most_values: int = 20_000
    remedy: str = ""


BY_HAND = Kind()
"""A framework, scenario, sweep plan or comparison."""


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file. ``keys`` and ``values`` hold line and column by path, ``key_ends`` and
    ``value_ends`` where they end.

    ``empty`` are the paths of names without a value; they are not in ``data``.
    ``bracketed`` are the paths of values written with brackets on one line.
    ``repaired`` are the lines whose places are those of a repaired text. ``text`` is what was read.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    keys: Mapping[Path, Position] = field(default_factory=dict)
    values: Mapping[Path, Position] = field(default_factory=dict)
    empty: frozenset[Path] = frozenset()
    bracketed: frozenset[Path] = frozenset()
    problems: tuple[Problem, ...] = ()
    path: FilePath | None = None
    key_ends: Mapping[Path, Position] = field(default_factory=dict)
    value_ends: Mapping[Path, Position] = field(default_factory=dict)
    repaired: frozenset[int] = frozenset()
    text: str = ""

    def behind_a_hash(self, entry: Path, *names: str) -> tuple[int, str] | None:
        """The line and name of the first of the names that stands behind a # among the lines of an entry."""
        lines = [at[0] for path, at in self.keys.items() if path[: len(entry)] == entry]
        if not lines:
            return None
        first = min(lines)
        after = [at[0] for path, at in self.keys.items() if at[0] > max(lines) and len(path) <= len(entry)]
        last = min(after, default=self.text.count("\n") + 2)
        found = ((self.text.count("\n", 0, m.start()) + 1, m[1]) for m in _EXAMPLE.finditer(self.text))
        return next((each for each in found if first < each[0] < last and each[1] in names), None)

    def place(self, path: Path = (), *, at_key: bool = False) -> Place:
        """The place of a value or its key; of a missing one, that of the entry that would contain it."""
        for end in range(len(path), 0, -1):
            start = path[:end]
            if (at_key or end < len(path)) and start in self.keys:
                return Place(self.file, *self.keys[start], self.key_ends.get(start))
            if start in self.values:
                return Place(self.file, *self.values[start], self.value_ends.get(start))
        return Place(self.file)

    def fix(self, place: Place, instead: str) -> TextEdit | None:
        """The change that puts a word in the place of another one, None for no word."""
        if not instead or self.repaired.intersection(range(place.line, place.range[2] + 1)):
            return None
        return TextEdit(*place.range, instead)

    def below(self, key: str) -> Source:
        """The part of the file under a top name, as a source of its own with the same places."""
        inner = self.data.get(key)

        def cut(places: Mapping[Path, Position]) -> dict[Path, Position]:
            return {path[1:]: at for path, at in places.items() if path[:1] == (key,) and len(path) > 1}

        return Source(
            self.file,
            inner if isinstance(inner, dict) else {},
            cut(self.keys),
            cut(self.values),
            frozenset(path[1:] for path in self.empty if path[:1] == (key,)),
            frozenset(path[1:] for path in self.bracketed if path[:1] == (key,)),
            (),
            self.path,
            cut(self.key_ends),
            cut(self.value_ends),
            self.repaired,
        )

    def has(self, path: Path) -> bool:
        """Whether the file itself writes a value at ``path``."""
        return path in self.values


def read(path: FilePath, display_name: str | None = None, kind: Kind = BY_HAND) -> Source:
    """Read a file. ``display_name`` is its name in messages. Never raises: problems are in the result."""
    file = display_name or path.as_posix()
    start = Place(file)

    def failed(code: str, message: str, hint: str = "") -> Source:
        problem = problem_at(code, start, message, hint if kind.by_hand else kind.remedy)
        return Source(file, problems=(problem,), path=path)

    try:
        if path.is_dir():
            one = " One framework is one file." if kind.by_hand else ""
            return failed("Y002", f"{file} is a folder.{one}")
        if not path.exists():
            return failed("Y001", f"There is no file {file}.")
        if not path.is_file():
            return failed("Y003", f"{file} is not an ordinary file.")
        with path.open("rb") as stream:
            content = stream.read(kind.most_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return failed("Y003", f"{file} can't be opened: {reason}.")
    document = bool(document_kind(content, path.suffix))
    if len(content) > kind.most_bytes and not document:
        return Source(file, problems=(_too_large(file, kind),), path=path)
    if kind.by_hand and not document and path.suffix.lower() not in (".yaml", ".yml"):
        ending = "".join(path.suffixes[-2:]) or "no ending"
        return failed("Y004", f"The name of {file} ends in {ending}. It should end in .yaml.")
    return read_content(content, file, path, kind)


def document_kind(content: bytes, ending: str = "") -> str:
    """``a Word document`` for what begins as one does, whatever its name; nothing for a text."""
    if content.startswith(b"%PDF-"):
        return "a PDF"
    if content.startswith(b"{\\rtf"):
        return "a formatted document (RTF)"
    if not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return ""
    kinds = (kind for mark, kind in _INSIDE.items() if mark in content)
    return next(kinds, _BY_ENDING.get(ending.lower(), "a Word, Excel or zip file"))


def read_content(content: bytes, file: str, path: FilePath, kind: Kind = BY_HAND) -> Source:
    """Read the content of a file. ``file`` is its name in messages. Never raises."""
    document = document_kind(content, path.suffix)
    if document:
        hint = _COPY_OUT if kind.by_hand else kind.remedy
        problem = problem_at("Y008", Place(file), f"{file} is {document}, not plain text.", hint)
        return Source(file, path=path, problems=(problem,))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:4].count(0) == 2:
        place = Place(file)
        return Source(
            file, path=path, problems=(problem_at("Y007", place, f"{file} was saved as UTF-16 ('Unicode')."),)
        )
    try:
        return read_text(content.decode("utf-8-sig"), file, path=path, kind=kind)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        letter = content[error.start : error.start + 1].decode("cp1252", "replace")
        problem = problem_at(
            "Y006",
            Place(file, line, column),
            f"{file} was saved as ANSI, not UTF-8: '{letter}' and others like it would be read wrongly.",
        )
        source = read_text(content.decode("cp1252", "replace"), file, path=path, kind=kind)
        return replace(source, problems=(problem, *source.problems))


def read_text(text: str, file: str, *, path: FilePath | None = None, kind: Kind = BY_HAND) -> Source:
    """Read the text of a file. Broken lines are repaired if possible, so that all problems are found."""
    read = _last_texts if kind.by_hand else _read_text
    return replace(read(text, file, path, kind), text=text)


def _read_text(text: str, file: str, path: FilePath | None, kind: Kind) -> Source:
    import yaml

    problems: list[Problem] = []
    text = plain_text(text)
    repaired: frozenset[int] = frozenset()
    if len(text) > kind.most_bytes:
        return Source(file, path=path, problems=(_too_large(file, kind),))
    bad = CONTROL.search(text)
    if bad is not None:
        place = _place(text, bad.start(), file)
        message = f"{file} has a character that does not belong in a text (number {ord(bad[0])})."
        return Source(file, path=path, problems=(problem_at("Y008", place, message),))
    if kind.is_json:
        json_reader = JsonReader(text, file, kind.most_values)
        json_reader.read()
        found = tuple(json_reader.problems)
        return Source(
            file, json_reader.root or {}, json_reader.keys, json_reader.values, problems=found, path=path
        )
    if kind.by_hand:
        text, repaired = _without_special_spaces(text, file, problems)
    for _ in range(_MOST_REPAIRS):
        repairable = kind.by_hand and len(text) < _REPAIR_BELOW
        broken = layout_problem(text) if repairable else None
        reader = Reader(text, file, kind.most_values, has_nulls=not kind.by_hand)
        if broken is None:
            try:
                reader.read()
            except yaml.YAMLError as error:
                broken = syntax_problem(error, text)
        if broken is None:
            return Source(
                file,
                reader.root if isinstance(reader.root, dict) else {},
                reader.keys,
                reader.values,
                frozenset(reader.empty),
                frozenset(reader.bracketed),
                (*problems, *_without_fixes(reader.problems, repaired)),
                path,
                reader.key_ends,
                reader.value_ends,
                repaired,
            )
        better = repaired_text(text, broken) if repairable else None
        if better is None:
            problems.append(_problem(broken, file, text))
            return Source(file, path=path, problems=(*problems, *_without_fixes(reader.problems, repaired)))
        change = _changed_lines(text, better)
        lines = frozenset(range(change.line, change.end_line + 1))
        is_fix = broken.keeps_words and not lines & repaired
        problems.append(_problem(broken, file, text, change if is_fix else None))
        text, repaired = better, repaired | lines
    return Source(file, path=path, problems=tuple(problems))


_last_texts = lru_cache(maxsize=8)(_read_text)
"""Keeps the last texts that were read: an editor asks for fields, problems and a drawing of the same text."""


def _without_fixes(problems: Iterable[Problem], repaired: frozenset[int]) -> Iterable[Problem]:
    """The problems, without the changes of lines that were repaired: their places are of another text."""
    for problem in problems:
        fix = problem.fix
        changed = fix is not None and not repaired.isdisjoint(range(fix.line, fix.end_line + 1))
        yield replace(problem, fix=None) if changed else problem


_EXAMPLE = re.compile(r"^# +([a-z_][a-z0-9_]*):", re.MULTILINE)


def plain_text(text: str) -> str:
    """A text without a byte order mark, and with ``\\n`` as its only line end."""
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")


def _too_large(file: str, kind: Kind) -> Problem:
    usual = " A framework is a few pages." if kind.by_hand else ""
    size = f"{kind.most_bytes // 1_000_000} MB"
    hint = "" if kind.by_hand else kind.remedy
    return problem_at("Y005", Place(file), f"{file} is larger than {size}, so it was not read.{usual}", hint)


def _problem(broken: LineProblem, file: str, text: str, fix: TextEdit | None = None) -> Problem:
    end = max(broken.column, len(text.split("\n")[broken.line - 1].rstrip()) + 1)
    place = Place(file, broken.line, broken.column, (broken.line, end))
    return problem_at(broken.code, place, broken.message, broken.hint, fix=fix)


def _changed_lines(text: str, better: str) -> TextEdit:
    """The change of whole lines from one text to another with as many lines."""
    before, after = text.split("\n"), better.split("\n")
    changed = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    first, last = (changed[0], changed[-1]) if changed else (0, 0)
    return TextEdit(first + 1, 1, last + 1, len(before[last]) + 1, "\n".join(after[first : last + 1]))


def _place(text: str, index: int, file: str) -> Place:
    line = text.count("\n", 0, index) + 1
    return Place(file, line, index - (text.rfind("\n", 0, index) + 1) + 1)


def _without_special_spaces(text: str, file: str, problems: list[Problem]) -> tuple[str, frozenset[int]]:
    """The text with plain spaces and without what has no width, and the numbers of the lines with the latter.

    These lines keep their length: they end in a space for each character that was taken out.
    """
    first = SPECIAL_SPACE.search(text)
    first_without = NO_WIDTH.search(text)
    if first is None and first_without is None:
        return text, frozenset()
    before = text.split("\n")
    lines = [n for n, line in enumerate(before, 1) if SPECIAL_SPACE.search(line) or NO_WIDTH.search(line)]
    shifted = frozenset(n for n in lines if NO_WIDTH.search(before[n - 1]))
    listed = ", ".join(str(n) for n in lines[:12]) + (" and more" if len(lines) > 12 else "")
    which, have = ("Line", "contains") if len(lines) == 1 else ("Lines", "contain")
    what = "hidden (non-breaking) spaces" if first else "characters that can't be seen"
    message = f"{which} {listed} {have} {what}, usually pasted from Word or a website."
    hint = "" if first else "Delete the line and type it again."
    plain = NO_WIDTH.sub("", SPECIAL_SPACE.sub(" ", text))
    fix = _changed_lines(text, plain)
    start = min(each.start() for each in (first, first_without) if each)
    place = replace(_place(text, start, file), end=(fix.end_line, fix.end_column))
    problems.append(problem_at("Y025", place, message, hint, fix=fix))
    padded = zip(before, plain.split("\n"), strict=True)
    return "\n".join(line.ljust(len(old)) for old, line in padded), shifted
