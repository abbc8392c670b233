"""Read one text, event by event, into plain data with the place of every key and value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from simkit.framework.problem import Path, Place, Problem, excerpt
from simkit.framework.rules.registry import problem_at
from simkit.framework.text_edit import TextEdit

Position = tuple[int, int]
"""Line and column, both from 1."""

MOST_LEVELS = 20
"""How many groups and lists may lie inside each other."""

CONTROL = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that doesn't belong in a text."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_LENGTHS = {
    "within": "5 working days",
    "expected_within": "5 working days",
    "every": "10 working days",
    "at_least": "3 months",
    "at_least_before": "2 working days",
    "between": "3 to 5 working days",
    "at": "10 working days",
    "at_most_every": "10 working days",
}
_REMOVE = "To delete something inherited write `remove`."
_OTHER_SIGN = re.compile(r"(?<!\\)(?:\\\\)*\\[0abefrtvNLP_ ]|\b[A-Za-z]:\\n")
"""What double quotes make a tab, a bell or a line end of; an edit writes none of these."""
_CURLY = "“”„‟‘’‚‛"


@dataclass(slots=True)
class _Container:
    """A map or list that is being read."""

    content: dict[str, Any] | list[Any]
    path: Path
    bracketed: bool
    key: str | None = None
    key_at: Position = (1, 1)
    key_ok: bool = True
    key_end: Position = (1, 1)


class Reader:
    """Reads one text. Used once: ``read``, then look at ``root``, the places and ``problems``.

    ``has_nulls``: the word null is a value of its own, as in what simkit itself writes, and not a name with
    nothing behind it. Raises yaml.YAMLError where the text is not YAML; what was found before stays in
    ``problems``.
    """

    def __init__(self, text: str, file: str, most_values: int, *, has_nulls: bool = False) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.file = file
        self.most_values = most_values
        self.has_nulls = has_nulls
        self.problems: list[Problem] = []
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.key_ends: dict[Path, Position] = {}
        self.value_ends: dict[Path, Position] = {}
        self.last_end: Position = (1, 1)
        self.empty: set[Path] = set()
        self.bracketed: set[Path] = set()
        self.root: Any = None
        self.open: list[_Container] = []
        self.skip = 0  # levels of a map or list used as a name

    def report(
        self,
        code: str,
        at: Position,
        message: str,
        path: Path = (),
        first: Position | None = None,
        hint: str = "",
        *,
        end: Position | None = None,
        fix: TextEdit | None = None,
    ) -> None:
        """Add a problem. Its end is that of the line, unless another is given."""
        related = (Place(self.file, *first),) if first else ()
        line = self.lines[at[0] - 1] if at[0] <= len(self.lines) else ""
        place = Place(self.file, *at, end or (at[0], max(at[1], len(line.rstrip()) + 1)))
        self.problems.append(problem_at(code, place, message, hint, path=path, related=related, fix=fix))

    def read(self) -> None:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = 0
        text = self.text.replace("\t", " ")  # the compiled parser takes tabs where the one in Python does not
        for count, event in enumerate(yaml.parse(text, Loader=loader)):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    at = _at(event)
                    self.report(
                        "Y027", at, f"A second document starts on line {at[0]}. simkit has not read it."
                    )
                    return
            elif isinstance(event, yaml.ScalarEvent):
                self.scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                at = _at(event)
                self.report("Y015", at, f"A text can't start with a star: *{event.anchor}.")
                self.last_end = _end(event)
                self.add(f"*{event.anchor}", at)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self.begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.end(event)
            if len(self.open) + self.skip > MOST_LEVELS or count > self.most_values:
                what = "levels inside each other" if count <= self.most_values else "values"
                self.report("Y028", _at(event), f"The file has too many {what}; reading stopped here.")
                self.root = None
                return
        self.finish(documents)

    def finish(self, documents: int) -> None:
        if documents == 0 or (self.root in ("", {}) and not self.problems):
            self.report("Y009", (1, 1), f"{self.file} is empty.")
        elif not isinstance(self.root, dict):
            self.report("Y029", (1, 1), "The file is not made of lines of `name: text`.")

    def begin(self, event: Any, content: dict[str, Any] | list[Any]) -> None:
        at = _at(event)
        self.refuse_anchor_and_tag(event, at)
        if self.skip or self.expects_key():
            if not self.skip:
                self.report("Y030", at, "A list or a group can't come before a colon.")
            self.skip += 1
            return
        path = self.add(content, at)
        if event.flow_style:
            self.bracketed.add(path)
        self.open.append(_Container(content, path, bool(event.flow_style)))

    def end(self, event: Any) -> None:
        if self.skip:
            self.skip -= 1
            if self.skip == 0 and self.open:
                self.open[-1].key, self.open[-1].key_ok = "", False
            return
        closed = self.open.pop()
        if closed.bracketed:
            self.last_end = _end(event)
        self.value_ends[closed.path] = self.last_end

    def end_of(self, event: Any) -> Position:
        """The end of a scalar: of a text below a bar, that of its last line with words."""
        if event.style not in ("|", ">"):
            return _end(event)
        line = min(event.end_mark.line - (event.end_mark.column == 0), len(self.lines) - 1)
        while line > event.start_mark.line and not self.lines[line].strip():
            line -= 1
        return line + 1, len(self.lines[line]) + 1

    def expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].content, dict) and self.open[-1].key is None

    def refuse_anchor_and_tag(self, event: Any, at: Position) -> None:
        if event.anchor is None and event.tag is None:
            return
        line = self.lines[at[0] - 1] if at[0] <= len(self.lines) else ""
        name, text = line[: at[1] - 1].strip(), line[at[1] - 1 :].strip()
        hint = f'Write {name} "{excerpt(text)}"' if name.endswith(":") and '"' not in text else ""
        if event.anchor is not None:
            message = f"A text can't start with an ampersand: &{event.anchor}."
            self.report("Y016", at, message, hint=hint)
        if event.tag is not None:
            message = f"A text can't start with an exclamation mark: {excerpt(event.tag)}."
            self.report("Y016", at, message, hint=hint)

    def scalar(self, event: Any) -> None:
        if self.skip:
            return
        at = _at(event)
        plain = event.style is None or event.style == ""
        text: str = event.value
        self.refuse_anchor_and_tag(event, at)
        bad = CONTROL.search(text) if event.style == '"' else None
        if bad is not None:
            message = f"{self.file} has a character that does not belong in a text (number {ord(bad[0])})."
            self.report("Y008", at, message)
        elif event.style == '"' and not self.has_nulls:
            self.check_escapes(event, at)
        if self.expects_key():
            self.add_key(text, at, event)
            return
        self.last_end = self.end_of(event)
        if plain and self.has_nulls and text == "null" and self.open:
            self.add(None, at)
            return
        if plain:
            self.check_plain(event, text, at)
            if text in ("", "~", "null", "Null", "NULL"):
                self.empty_value(at)
                return
        elif not self.has_nulls and not text.strip() and self.open:
            self.blank_value(at)
            return
        self.add(self.plain_value(text, at) if plain and event.tag is None else text, at)

    def check_escapes(self, event: Any, at: Position) -> None:
        """A backslash that makes another sign of the letter after it, as in a path of Windows."""
        end = _end(event)
        written = self.lines[at[0] - 1][at[1] - 1 : end[1] - 1] if end[0] == at[0] else ""
        other = _OTHER_SIGN.search(written)
        if other is not None:
            message = f"There is a backslash between double quotes, where it means something else: {written}."
            hint = "Use single quotes around the text, or a forward slash."
            self.report("Y018", (at[0], at[1] + other.end() - 2), excerpt(message, 160), hint=hint)

    def add_key(self, text: str, at: Position, event: Any) -> None:
        container = self.open[-1]
        container.key_ok = True
        if any(letter in _CURLY for letter in text) and container.path[:1] != ("more",):
            self.report("Y024", at, f"The name `{excerpt(text)}` has curly quotes.")
        if text in container.content:
            first = self.keys[(*container.path, text)]
            self.report(
                "Y021",
                at,
                f"`{excerpt(text)}` appears twice, on lines {first[0]} and {at[0]}.",
                (*container.path, text),
                first,
                f"If they are two different ones, give the second another name, as in `{excerpt(text)}_2:`. "
                "If they are the same, delete one of them."
                if len(container.path) == 1
                else "",
            )
            container.key_ok = False
        container.key, container.key_at, container.key_end = text, at, _end(event)

    def blank_value(self, at: Position) -> None:
        """Quotes with nothing in them, or a bar with nothing below: it says no more than nothing does."""
        container, end = self.open[-1], self.last_end
        path = (*container.path, container.key or "")
        self.empty_value(at)
        if path in self.empty:
            self.values[path], self.value_ends[path], self.last_end = at, end, end

    def empty_value(self, at: Position) -> None:
        if not self.open:
            self.root = ""
            return
        container = self.open[-1]
        if isinstance(container.content, list):
            self.report("Y020", at, "An entry of the list has nothing in it.", container.path)
            return
        key, container.key = container.key or "", None
        path = (*container.path, key)
        self.keys[path], self.key_ends[path] = container.key_at, container.key_end
        self.last_end = container.key_end
        self.empty.add(path)
        name = excerpt(key)
        line = self.lines[container.key_at[0] - 1]
        end = container.key_end
        rest = line[end[1] - 1 :].lstrip() if end[0] == container.key_at[0] else ""
        if container.bracketed and not rest.startswith(":"):
            message = f"The comma before `{name}` makes it a name of its own, with nothing after it."
            self.report("Y026", container.key_at, message, path)
        elif rest.startswith(":") and rest[1:].lstrip().startswith("#"):
            message = (
                f"The text after `{name}:` starts with a hash, so simkit takes it for a comment and does not "
                "read it."
            )
            comment_text = rest[1:].strip()
            suggestion = f"{name}: {excerpt(comment_text.lstrip('# '))}"
            if re.match(r"# *[^# ]", comment_text) and comment_text[1:2] == " ":
                hint = f"To use it, delete the # and the space after it: write {suggestion}"
            else:
                text = f'{name}: "{excerpt(comment_text)}"'
                hint = f"Write {text}, with the quotes, if the hash belongs to the text."
            self.report("Y020", container.key_at, message, path, hint=hint)
        else:
            message = f"`{name}:` is empty."
            example = _LENGTHS.get(key)
            hint = (
                f"Write the time, as in `{key}: {example}`, or put a # in front of the line to leave it "
                "open. "
                f"{_REMOVE}"
                if example
                else ""
            )
            self.report("Y020", container.key_at, message, path, hint=hint)

    def check_plain(self, event: Any, text: str, at: Position) -> None:
        end = event.end_mark
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        rest = line[end.column :]
        if _in_curly_quotes(text):
            message = f"{excerpt(text)} is written with curly quotes."
            straight = TextEdit(*at, *_end(event), f'"{text[1:-1]}"')
            simple = at[0] == end.line + 1 and not {'"', "\\"} & set(text)
            self.report("Y024", at, message, end=_end(event), fix=straight if simple else None)
        first = self.lines[at[0] - 1] if at[0] <= len(self.lines) else ""
        if "\t" in (first[at[1] - 1 : end.column] if at[0] == end.line + 1 else first[at[1] - 1 :]):
            spaced = TextEdit(at[0], 1, at[0], len(line) + 1, line.replace("\t", " "))
            fix = spaced if at[0] == end.line + 1 else None
            self.report("Y011", at, f"There is a tab in '{excerpt(text)}'.", fix=fix)
        comment = re.match(r"([ \t]+)#(.?)", rest)
        if comment is None or not text:
            return
        place = (end.line + 1, end.column + len(comment[1]) + 1)
        comment_text = excerpt(rest.strip())
        if comment[2] not in ("", " ", "#", "-", "=", "!"):
            whole = (
                f'"{text}{rest.rstrip()}"' if event.start_mark.line == end.line and '"' not in line else ""
            )
            hint = (
                f"Write {excerpt(whole, 90)}, with the quotes. For a comment, write a space after the hash."
            )
            message = f"'{comment_text}' is not read, because a space and a hash start a comment."
            self.report("Y022", place, message, hint=hint if whole else "")
        elif comment[1] == " " and comment[2] == " ":
            message = f"'{comment_text}' is read as a comment. Is it part of the text?"
            whole = (
                f'"{text}{rest.rstrip()}"' if event.start_mark.line == end.line and '"' not in line else ""
            )
            hint = (
                f"If it is text, write {excerpt(whole, 90)}, with the quotes. If it is a comment, put two "
                "spaces before the hash."
            )
            self.report("Y023", place, message, hint=hint if whole else "")

    def plain_value(self, text: str, at: Position) -> Any:
        if text in ("true", "false"):
            return text == "true"
        if _in_curly_quotes(text):  # Y024 says so; what is between them is the text
            return text[1:-1]
        if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
            if len(text) > 16:
                self.report("Y031", at, f"{excerpt(text)} has too many digits for a number.")
                return text
            return float(text) if "." in text else text if text[0] == "+" else int(text)
        return text

    def add(self, value: Any, at: Position) -> Path:
        """Put a value where it belongs; returns its path."""
        if not self.open:
            self.root = value
            return ()
        container = self.open[-1]
        if isinstance(container.content, list):
            path = (*container.path, len(container.content))
            container.content.append(value)
        else:
            if container.key is None:  # a reference in place of a name
                container.key, container.key_at, container.key_ok = str(value), at, False
                return container.path
            key, container.key = container.key, None
            path = (*container.path, key)
            if container.key_ok:
                container.content[key] = value
                self.keys[path], self.key_ends[path] = container.key_at, container.key_end
                self.values[path], self.value_ends[path] = at, self.last_end
            return path
        self.values[path], self.value_ends[path] = at, self.last_end
        return path


def _in_curly_quotes(text: str) -> bool:
    return len(text) > 1 and text[0] in _CURLY and text[-1] in _CURLY


def _at(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end(event: Any) -> Position:
    return event.end_mark.line + 1, event.end_mark.column + 1
