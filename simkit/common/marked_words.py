"""Two texts as one, word by word: what went is marked as gone, what came as new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from simkit.common.blocks import Line, Text

_WORD = re.compile(r"\S+\s*")


def marked_words(before: str, after: str) -> Line:
    """The text after with the changes from the text before; joined, the words not gone are the text after."""
    one, other = _WORD.findall(before.strip()), _WORD.findall(after.strip())
    matcher = SequenceMatcher(None, [w.strip() for w in one], [w.strip() for w in other], autojunk=False)
    return tuple(_runs(matcher, one, other))


def _runs(matcher: SequenceMatcher[str], one: list[str], other: list[str]) -> Iterator[Text]:
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            yield Text("".join(other[first:last]))
            continue
        if end > start:
            yield Text(_spaced("".join(one[start:end])), change="gone")
        if last > first:
            yield Text("".join(other[first:last]), change="new")


def _spaced(words: str) -> str:
    return words if words[-1:].isspace() else f"{words} "
