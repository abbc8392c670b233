"""One text, read event by event into plain data with the place of every key and value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from simkit.framework.problem import Path, Place, Problem, quoted
from simkit.framework.rules.registry import problem_at

__all__ = ["Position", "Reader"]

Position = tuple[int, int]
"""Line and column, both from 1."""

_MOST_LEVELS = 20
_MOST_VALUES = 20_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_LENGTHS = {
    "within": "5 working days",
    "expected_within": "5 working days",
    "every": "10 working days",
    "at_least_before": "2 working days",
    "between": "3 to 5 working days",
    "at": "10 working days",
    "at_most_every": "10 working days",
}
_REMOVE = "To remove something inherited write `remove`."
_CURLY = "“”„‟‘’‚‛"


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    content: dict[str, Any] | list[Any]
    path: Path
    bracketed: bool
    key: str | None = None
    key_at: Position = (1, 1)
    key_ok: bool = True
    key_mark: int = 0


class Reader:
    """Reads one text. Used once: ``run``, then look at ``root``, the places and ``problems``.

    Raises yaml.YAMLError where the text is not YAML; what was found before stays in ``problems``.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.file = file
        self.problems: list[Problem] = []
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.empty: set[Path] = set()
        self.bracketed: set[Path] = set()
        self.root: Any = None
        self.open: list[_Open] = []
        self.skip = 0  # levels of a map or list used as a name

    def found(
        self,
        code: str,
        at: Position,
        message: str,
        path: Path = (),
        first: Position | None = None,
        hint: str = "",
    ) -> None:
        related = (Place(self.file, *first),) if first else ()
        place = Place(self.file, *at)
        self.problems.append(problem_at(code, place, message, hint, path=path, related=related))

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
        if documents == 0 or (self.root in ("", {}) and not self.problems):
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

    def refuse_anchor_and_tag(self, event: Any, at: Position) -> None:
        if event.anchor is not None:
            self.found("Y016", at, f"A text can't start with an ampersand: &{event.anchor}.")
        if event.tag is not None:
            self.found("Y016", at, f"A text can't start with an exclamation mark: {quoted(event.tag)}.")

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

    def name(self, text: str, at: Position, event: Any) -> None:
        here = self.open[-1]
        here.key_ok = True
        if any(letter in _CURLY for letter in text) and here.path[:1] != ("more",):
            self.found("Y024", at, f"The name `{quoted(text)}` has curly quotes.")
        if text in here.content:
            first = self.keys[(*here.path, text)]
            self.found(
                "Y021",
                at,
                f"`{quoted(text)}` stands twice, in line {first[0]} and in line {at[0]}.",
                (*here.path, text),
                first,
                f"If they are two, give the second another name, as in `{quoted(text)}_2:`. If they are one, "
                "keep one of them and delete the other."
                if len(here.path) == 1
                else "",
            )
            here.key_ok = False
        here.key, here.key_at, here.key_mark = text, at, event.end_mark.index

    def nothing(self, at: Position) -> None:
        if not self.open:
            self.root = ""
            return
        here = self.open[-1]
        if isinstance(here.content, list):
            self.found("Y020", at, "An entry of the list has nothing in it.", here.path)
            return
        key, here.key = here.key or "", None
        path = (*here.path, key)
        self.keys[path] = here.key_at
        self.empty.add(path)
        said_key = quoted(key)
        line = self.lines[here.key_at[0] - 1]
        rest = line[here.key_at[1] - 1 + len(key) :].lstrip()
        if here.bracketed and not rest.startswith(":"):
            message = f"The comma before `{said_key}` makes it a name of its own, with nothing behind it."
            self.found("Y026", here.key_at, message, path)
        elif rest.startswith(":") and rest[1:].lstrip().startswith("#"):
            message = f"What stands behind `{said_key}:` starts with a hash, so it is a comment and not read."
            lost = rest[1:].strip()
            meant = f"{said_key}: {quoted(lost.lstrip('# '))}"
            if re.match(r"# *[^# ]", lost) and lost[1:2] == " ":
                hint = f"If it is meant to count, delete the # and the space behind it: write {meant}"
            else:
                hint = (
                    f'Write {said_key}: "{quoted(lost)}", with the quotes, if the hash belongs to the text.'
                )
            self.found("Y020", here.key_at, message, path, hint=hint)
        else:
            message = f"`{said_key}:` has nothing behind it, or on the lines below."
            example = _LENGTHS.get(key)
            hint = (
                f"Write the time, as in `{key}: {example}`, or put a # before the line to leave it open. "
                f"{_REMOVE}"
                if example
                else ""
            )
            self.found("Y020", here.key_at, message, path, hint=hint)

    def look_at_plain(self, event: Any, text: str, at: Position) -> None:
        end = event.end_mark
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        rest = line[end.column :]
        if text and text[0] in _CURLY and text[-1] in _CURLY and len(text) > 1:
            self.found("Y024", at, f"{quoted(text)} is written with curly quotes.")
        if "\t" in text:
            self.found("Y011", at, f"There is a tab in '{quoted(text)}'.")
        comment = re.match(r"([ \t]+)#(.?)", rest)
        if comment is None or not text:
            return
        place = (end.line + 1, end.column + len(comment[1]) + 1)
        lost = quoted(rest.strip())
        if comment[2] not in ("", " ", "#", "-", "=", "!"):
            whole = (
                f'"{text}{rest.rstrip()}"' if event.start_mark.line == end.line and '"' not in line else ""
            )
            hint = f"Write {quoted(whole, 90)}, with the quotes; or, for a comment, a space behind the hash."
            message = f"'{lost}' is not read: a space and a hash start a comment."
            self.found("Y022", place, message, hint=hint if whole else "")
        elif comment[1] == " " and comment[2] == " ":
            message = f"'{lost}' is taken for a comment and not read. Is it part of the text?"
            whole = (
                f'"{text}{rest.rstrip()}"' if event.start_mark.line == end.line and '"' not in line else ""
            )
            hint = (
                f"If it is text, write {quoted(whole, 90)}, with the quotes. If it is a comment, put two "
                "spaces before the hash."
            )
            self.found("Y023", place, message, hint=hint if whole else "")

    def resolved(self, text: str, at: Position) -> Any:
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
            if len(text) > 16:
                self.found("Y031", at, f"{quoted(text)} has too many digits for a number.")
                return text
            return float(text) if "." in text else text if text[0] == "+" else int(text)
        return text

    def add(self, value: Any, at: Position) -> Path:
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


def _at(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1
