"""Read one text in JSON into plain data with the place of every key and value.

It has no recursion, so that depth can't hurt it, and takes what JSON allows and nothing else: no NaN, no
comments, no name twice.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from typing import Any

from simkit.framework.problem import Path, Place, Problem, excerpt
from simkit.framework.rules.registry import problem_at
from simkit.framework.yaml.reader import CONTROL, MOST_LEVELS, Position

_MOST_DIGITS = 16
_SPACE = re.compile(r"[ \t\n]*")
_TOKEN = re.compile(
    r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?'
    r"(?:[eE][-+]?[0-9]+)?(?![\w.])|(?:true|false|null)(?!\w)|[][{},:]"
)


class _NotJsonError(Exception):
    """The text is not JSON from this index on."""

    def __init__(self, index: int, expected: str) -> None:
        super().__init__(expected)
        self.index = index
        self.expected = expected


class JsonReader:
    """Reads one text. Used once: ``read``, then look at ``root``, the places and ``problems``."""

    def __init__(self, text: str, file: str, most_values: int) -> None:
        self.text = text
        self.file = file
        self.most_values = most_values
        self.problems: list[Problem] = []
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.root: Any = None
        self._at = 0
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def read(self) -> None:
        """Read the text. Every problem is in ``problems``; with one the text is not used."""
        try:
            self._read()
        except _NotJsonError as error:
            found = excerpt(self.text[error.index : error.index + 40], 20) or "the end of the file"
            at = self._position(error.index)
            self._report("Y032", at, f"This is not JSON: {error.expected} should come here, and not {found}.")
        if self.problems:
            self.root = None

    def _read(self) -> None:
        first, index = self._token("a curly bracket")
        if first != "{":
            raise _NotJsonError(index, "a curly bracket")
        self.root = {}
        open_: list[tuple[dict[str, Any] | list[Any], Path]] = [(self.root, ())]
        after_comma = False
        while open_:
            content, path = open_[-1]
            token, index = self._token("a value")
            if token in ("}", "]") and (token == "}") == isinstance(content, dict) and not after_comma:
                open_.pop()
                after_comma = self._comma(open_)
                continue
            if isinstance(content, dict):
                key_path = self._key(content, path, token, index)
                token, index = self._token("a value")
            else:
                key_path = (*path, len(content))
            value = self._value(token, index)
            self.values[key_path] = self._position(index)
            if isinstance(content, dict):
                content[str(key_path[-1])] = value
            else:
                content.append(value)
            if isinstance(value, dict | list):
                open_.append((value, key_path))
                after_comma = False
            else:
                after_comma = self._comma(open_)
            if len(open_) > MOST_LEVELS or len(self.values) > self.most_values:
                what = "levels inside each other" if len(open_) > MOST_LEVELS else "values"
                place = self._position(index)
                self._report("Y028", place, f"The file has too many {what}; reading stopped here.")
                return
        rest = _SPACE.match(self.text, self._at)
        end = rest.end() if rest else self._at
        if end < len(self.text):
            raise _NotJsonError(end, "the end of the file")

    def _comma(self, open_: list[tuple[dict[str, Any] | list[Any], Path]]) -> bool:
        """Take the comma behind a value, if there is one; behind it another value must come."""
        if not open_:
            return False
        before = self._at
        token, index = self._token("a comma or a closing bracket")
        if token in ("}", "]"):
            self._at = before
        elif token != ",":
            raise _NotJsonError(index, "a comma or a closing bracket")
        return token == ","

    def _key(self, content: dict[str, Any], path: Path, token: str, index: int) -> Path:
        if not token.startswith('"'):
            raise _NotJsonError(index, "a name between double quotes")
        key = self._string(token, index)
        key_path = (*path, key)
        at = self._position(index)
        if key in content:
            first = self.keys[key_path]
            message = f"`{excerpt(key)}` appears twice, on lines {first[0]} and {at[0]}."
            self._report("Y021", at, message, key_path)
        self.keys[key_path] = at
        colon, index = self._token("a colon")
        if colon != ":":
            raise _NotJsonError(index, "a colon")
        return key_path

    def _value(self, token: str, index: int) -> Any:
        if token == "{":
            return {}
        if token == "[":
            return []
        if token in ("}", "]", ",", ":"):
            raise _NotJsonError(index, "a value")
        if token[0] in "-0123456789":
            whole = not set(token) & set(".eE")
            too_long = whole and len(token) > _MOST_DIGITS
            number = math.inf if too_long else int(token) if whole else float(token)
            if not math.isfinite(number):
                place = self._position(index)
                self._report("Y031", place, f"{excerpt(token)} has too many digits for a number.")
            return number
        return self._string(token, index) if token[0] == '"' else json.loads(token)

    def _string(self, token: str, index: int) -> str:
        text = str(json.loads(token))
        bad = CONTROL.search(text)
        if bad is not None:
            message = f"{self.file} has a character that does not belong in a text (number {ord(bad[0])})."
            self._report("Y008", self._position(index), message)
        return text

    def _token(self, expected: str) -> tuple[str, int]:
        """The next token and where it begins."""
        space = _SPACE.match(self.text, self._at)
        start = space.end() if space else self._at
        match = _TOKEN.match(self.text, start)
        if match is None:
            raise _NotJsonError(start, expected)
        self._at = match.end()
        return match[0], start

    def _position(self, index: int) -> Position:
        line = bisect_left(self._line_ends, index)
        return line + 1, index - (self._line_ends[line - 1] if line else -1)

    def _report(self, code: str, at: Position, message: str, path: Path = ()) -> None:
        self.problems.append(problem_at(code, Place(self.file, *at), message, path=path))
