"""One change to a text: a range of it, and what stands there instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_LINE = re.compile("\r\n|\r|\n")

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replaces the text from ``line`` and ``column`` up to ``end_line`` and ``end_column`` by ``text``.

    Lines and columns count from 1, columns in characters; the character at the end stays. A byte order mark
    is not counted, and every line end counts as one. ``text`` has ``\\n`` between its lines.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    def apply(self, text: str) -> str:
        """The whole text after this change, all other characters and the kind of its line ends as they were.

        Raises ValueError where the text has no such range: it is another text than the one asked about.
        """
        start, end = (
            offset(text, *at) for at in ((self.line, self.column), (self.end_line, self.end_column))
        )
        if start > end:
            raise ValueError("the end of the change lies before its start")
        first = _LINE.search(text)
        new = self.text if first is None else self.text.replace("\n", first[0])
        return text[:start] + new + text[end:]

    def to_json(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "text": self.text,
        }


def offset(text: str, line: int, column: int) -> int:
    """The index in the text of a line and column from 1. Raises ValueError where the text ends before it."""
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    for _ in range(line - 1):
        end = _LINE.search(text, start)
        if end is None:
            raise ValueError(f"the text has no line {line}")
        start = end.end()
    end = _LINE.search(text, start)
    if column < 1 or start + column - 1 > (end.start() if end else len(text)):
        raise ValueError(f"line {line} of the text has no column {column}")
    return start + column - 1
