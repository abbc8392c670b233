"""A file as text, read into plain data with the position of every key and value.

The reader takes YAML's events one by one, so that depth, size and references can't hurt it, and
turns every trap between Notepad and YAML into a problem with a line and a remedy. Values are text,
whole and decimal numbers, true and false, lists and maps; everything else stays the text it is:
``no``, ``9:30``, ``012``, ``2025-04-01``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from simkit.framework.mend import mended, syntax_problem
from simkit.framework.problem import Place, Problem
from simkit.framework.rules import Path, rule_of

__all__ = ["MOST_BYTES", "Source", "read", "read_text"]

MOST_BYTES = 1_000_000
_MOST_LEVELS = 20
_MOST_VALUES = 50_000
_MOST_MENDED = 20
_MEND_BELOW = 100_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_UNSEEN_SPACE = re.compile("[\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]")
_CONTROL = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CURLY = "“”„‟‘’‚‛"


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file. ``keys`` and ``values`` hold line and column by path.

    ``empty`` are the paths of names with nothing behind them; they are not in ``data``.
    ``bracketed`` are the paths of values written with brackets on one line.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    empty: frozenset[Path] = frozenset()
    bracketed: frozenset[Path] = frozenset()
    problems: tuple[Problem, ...] = ()
    path: FilePath | None = None

    def place(self, path: Path = (), *, at_key: bool = False) -> Place:
        """Where the value of ``path`` stands, or its key; for a missing one, what it belongs to."""
        for end in range(len(path), 0, -1):
            here = path[:end]
            known = self.keys if at_key or end < len(path) else self.values
            found = known.get(here) or self.values.get(here)
            if found is not None:
                return Place(self.file, *found)
        return Place(self.file)

    def below(self, key: str) -> Source:
        """The part of the file under a top name, as a source of its own with the same places."""
        inner = self.data.get(key)

        def cut(places: Mapping[Path, tuple[int, int]]) -> dict[Path, tuple[int, int]]:
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
        )

    def has(self, path: Path) -> bool:
        """Whether the file itself writes a value at ``path``."""
        return path in self.values


def _problem(code: str, place: Place, message: str, hint: str = "", **more: Any) -> Problem:
    rule = rule_of(code)
    return Problem(
        code, rule.severity, message, hint or rule.remedy, place.file, place.line, place.column, **more
    )


def read(path: FilePath, shown: str | None = None) -> Source:
    """Read a file. ``shown`` is its name in messages. Never raises: problems are in the result."""
    file = shown or path.as_posix()
    start = Place(file)

    def failed(code: str, message: str, hint: str = "") -> Source:
        return Source(file, problems=(_problem(code, start, message, hint),), path=path)

    try:
        if path.is_dir():
            return failed("Y002", f"{file} is a folder. One framework is one file.")
        if not path.exists():
            return failed("Y001", f"There is no file {file}.")
        if not path.is_file():
            return failed("Y003", f"{file} is not an ordinary file.")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return failed("Y003", f"{file} can't be opened: {reason}.")
    if len(content) > MOST_BYTES:
        return failed("Y005", f"{file} is larger than 1 MB, so it was not read. A framework is a few pages.")
    if path.suffix.lower() not in (".yaml", ".yml"):
        ending = "".join(path.suffixes[-2:]) or "no ending"
        return failed("Y004", f"The name of {file} ends in {ending}, it should end in .yaml.")
    return _read_bytes(content, file, path)


def _read_bytes(content: bytes, file: str, path: FilePath) -> Source:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:4].count(0) == 2:
        place = Place(file)
        return Source(
            file, path=path, problems=(_problem("Y007", place, f"{file} was saved as UTF-16 ('Unicode')."),)
        )
    try:
        return read_text(content.decode("utf-8-sig"), file, path=path)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        letter = content[error.start : error.start + 1].decode("cp1252", "replace")
        problem = _problem(
            "Y006",
            Place(file, line, column),
            f"{file} was saved as ANSI, not UTF-8: '{letter}' and others like it would be read wrongly.",
        )
        source = read_text(content.decode("cp1252", "replace"), file, path=path)
        return _with(source, (problem, *source.problems))


def _with(source: Source, problems: tuple[Problem, ...]) -> Source:
    return Source(
        source.file,
        source.data,
        source.keys,
        source.values,
        source.empty,
        source.bracketed,
        problems,
        source.path,
    )


def read_text(text: str, file: str, *, path: FilePath | None = None) -> Source:
    """Read the text of a file. Where a line can be mended the rest is read too, to find all problems."""
    import yaml

    problems: list[Problem] = []
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    bad = _CONTROL.search(text)
    if bad is not None:
        place = _place(text, bad.start(), file)
        message = f"{file} holds a character that doesn't belong in a text (number {ord(bad[0])})."
        return Source(file, path=path, problems=(_problem("Y008", place, message),))
    text = _without_unseen_spaces(text, file, problems)
    for _ in range(_MOST_MENDED):
        reader = _Reader(text, file)
        try:
            reader.run()
        except yaml.YAMLError as error:
            wrong = syntax_problem(error, text)
            problems.append(
                _problem(wrong.code, Place(file, wrong.line, wrong.column), wrong.message, wrong.hint)
            )
            again = mended(text, wrong) if len(text) < _MEND_BELOW else None
            if again is None:
                return Source(file, path=path, problems=(*problems, *reader.problems))
            text = again
        else:
            return reader.source(tuple(problems), path)
    return Source(file, path=path, problems=tuple(problems))


def _place(text: str, index: int, file: str) -> Place:
    line = text.count("\n", 0, index) + 1
    return Place(file, line, index - (text.rfind("\n", 0, index) + 1) + 1)


def _without_unseen_spaces(text: str, file: str, problems: list[Problem]) -> str:
    first = _UNSEEN_SPACE.search(text)
    if first is None:
        return text
    lines = sorted({text.count("\n", 0, m.start()) + 1 for m in _UNSEEN_SPACE.finditer(text[:_MEND_BELOW])})
    listed = ", ".join(str(n) for n in lines[:12]) + (" and more" if len(lines) > 12 else "")
    which = "line" if len(lines) == 1 else "lines"
    message = f"Special spaces, as they come from Word or a web page, on {which} {listed}."
    problems.append(_problem("Y025", _place(text, first.start(), file), message))
    return _UNSEEN_SPACE.sub(" ", text)


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    content: dict[str, Any] | list[Any]
    path: Path
    bracketed: bool
    key: str | None = None
    key_at: tuple[int, int] = (1, 1)
    key_ok: bool = True
    key_mark: int = 0


class _Reader:
    """Reads one text event by event. Used once."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.file = file
        self.problems: list[Problem] = []
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.empty: set[Path] = set()
        self.bracketed: set[Path] = set()
        self.root: Any = None
        self.open: list[_Open] = []
        self.skip = 0  # levels of a map or list used as a name

    def source(self, before: tuple[Problem, ...], path: FilePath | None) -> Source:
        data = self.root if isinstance(self.root, dict) else {}
        return Source(
            self.file,
            data,
            self.keys,
            self.values,
            frozenset(self.empty),
            frozenset(self.bracketed),
            (*before, *self.problems),
            path,
        )

    def found(self, code: str, at: tuple[int, int], message: str, hint: str = "", **more: Any) -> None:
        self.problems.append(_problem(code, Place(self.file, *at), message, hint, **more))

    def run(self) -> None:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = 0
        for count, event in enumerate(yaml.parse(self.text, Loader=loader)):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    at = _at(event)
                    self.found("Y027", at, f"A second document starts in line {at[0]}; it was not read.")
                    return
            elif isinstance(event, yaml.ScalarEvent):
                self.scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                at = _at(event)
                self.found("Y015", at, f"A text can't start with a star: *{event.anchor}.")
                self.add(f"*{event.anchor}", at)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self.begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.end()
            if len(self.open) + self.skip > _MOST_LEVELS or count > _MOST_VALUES:
                what = "levels inside each other" if count <= _MOST_VALUES else "values"
                self.found("Y028", _at(event), f"The file has too many {what}; reading stopped here.")
                self.root = None
                return
        self.finish(documents)

    def finish(self, documents: int) -> None:
        if documents == 0 or self.root in ("", {}) and not self.problems:
            self.found("Y009", (1, 1), f"{self.file} is empty.")
        elif not isinstance(self.root, dict):
            self.found("Y029", (1, 1), "The file is not made of lines of `name: text`.")

    def begin(self, event: Any, content: dict[str, Any] | list[Any]) -> None:
        at = _at(event)
        self.refuse_anchor_and_tag(event, at)
        if self.skip or self.wants_key():
            if not self.skip:
                self.found("Y030", at, "A list or a group can't stand before a colon.")
            self.skip += 1
            return
        path = self.add(content, at)
        if event.flow_style:
            self.bracketed.add(path)
        self.open.append(_Open(content, path, bool(event.flow_style)))

    def end(self) -> None:
        if self.skip:
            self.skip -= 1
            if self.skip == 0 and self.open:
                self.open[-1].key, self.open[-1].key_ok = "", False
            return
        self.open.pop()

    def wants_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].content, dict) and self.open[-1].key is None

    def refuse_anchor_and_tag(self, event: Any, at: tuple[int, int]) -> None:
        if event.anchor is not None:
            self.found("Y016", at, f"A text can't start with an ampersand: &{event.anchor}.")
        if event.tag is not None:
            self.found("Y016", at, f"A text can't start with an exclamation mark: {_said(event.tag)}.")

    def scalar(self, event: Any) -> None:
        if self.skip:
            return
        at = _at(event)
        plain = event.style is None or event.style == ""
        text: str = event.value
        self.refuse_anchor_and_tag(event, at)
        if self.wants_key():
            self.name(text, at, event)
            return
        if plain:
            self.look_at_plain(event, text, at)
            if text in ("", "~", "null", "Null", "NULL"):
                self.nothing(at)
                return
        self.add(self.resolved(text, at) if plain and event.tag is None else text, at)

    def name(self, text: str, at: tuple[int, int], event: Any) -> None:
        here = self.open[-1]
        here.key_ok = True
        if any(letter in _CURLY for letter in text) and here.path[:1] != ("more",):
            self.found("Y024", at, f"The name `{_said(text)}` has curly quotes.")
        if text in here.content:
            first = self.keys[(*here.path, text)]
            self.found(
                "Y021",
                at,
                f"`{_said(text)}` stands twice, in line {first[0]} and in line {at[0]}.",
                path=_dotted((*here.path, text)),
                related=(Place(self.file, *first),),
            )
            here.key_ok = False
        here.key, here.key_at, here.key_mark = text, at, event.end_mark.index

    def nothing(self, at: tuple[int, int]) -> None:
        if not self.open:
            self.root = ""
            return
        here = self.open[-1]
        if isinstance(here.content, list):
            self.found("Y020", at, "An entry of the list has nothing in it.", path=_dotted(here.path))
            return
        key, here.key = here.key or "", None
        path = (*here.path, key)
        self.keys[path] = here.key_at
        self.empty.add(path)
        said, dotted = _said(key), _dotted(path)
        line = self.lines[here.key_at[0] - 1]
        rest = line[here.key_at[1] - 1 + len(key) :].lstrip()
        if here.bracketed and not rest.startswith(":"):
            message = f"The comma before `{said}` makes it a name of its own, with nothing behind it."
            self.found("Y026", here.key_at, message, path=dotted)
        elif rest.startswith(":") and rest[1:].lstrip().startswith("#"):
            message = f"What stands behind `{said}:` starts with a hash, so it is a comment and not read."
            self.found("Y020", here.key_at, message, path=dotted)
        else:
            self.found("Y020", here.key_at, f"`{said}:` has nothing behind it.", path=dotted)

    def look_at_plain(self, event: Any, text: str, at: tuple[int, int]) -> None:
        end = event.end_mark
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        rest = line[end.column :]
        if text and text[0] in _CURLY and text[-1] in _CURLY and len(text) > 1:
            self.found("Y024", at, f"{_said(text)} is written with curly quotes.")
        if "\t" in text:
            self.found("Y011", at, f"There is a tab in '{_said(text)}'.")
        comment = re.match(r"([ \t]+)#(.?)", rest)
        if comment is None or not text:
            return
        place = (end.line + 1, end.column + len(comment[1]) + 1)
        lost = _said(rest.strip())
        if comment[2] not in ("", " ", "#", "-", "=", "!"):
            self.found("Y022", place, f"'{lost}' is not read: a space and a hash start a comment.")
        elif comment[1] == " " and comment[2] == " ":
            message = f"'{lost}' is taken for a comment and not read. Is it part of the text?"
            self.found("Y023", place, message)

    def resolved(self, text: str, at: tuple[int, int]) -> Any:
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
            if len(text) > 16:
                self.found("Y031", at, f"{_said(text)} has too many digits for a number.")
                return text
            return float(text) if "." in text else text if text[0] == "+" else int(text)
        return text

    def add(self, value: Any, at: tuple[int, int]) -> Path:
        """Put a value where it belongs; returns its path."""
        if not self.open:
            self.root = value
            return ()
        here = self.open[-1]
        if isinstance(here.content, list):
            path = (*here.path, len(here.content))
            here.content.append(value)
        else:
            if here.key is None:  # a reference where a name should stand
                here.key, here.key_at, here.key_ok = str(value), at, False
                return here.path
            key, here.key = here.key, None
            path = (*here.path, key)
            if here.key_ok:
                here.content[key] = value
                self.keys[path] = here.key_at
                self.values[path] = at
            return path
        self.values[path] = at
        return path


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _said(text: str) -> str:
    """A text as quoted in a message: short, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
