"""Texts as lines with their ends: what a text box sends back, and two changes of one text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def split(text: str) -> list[str]:
    """The lines of a text with their ends: CRLF, LF or CR alone. Joined they are the text."""
    return _LINE.findall(text)


def as_in_a_box(text: str) -> str:
    """The text as a browser's text box has it, with LF alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def from_a_box(sent: str, before: str) -> str:
    """What a text box sends back, with each unchanged line ending as it did ``before``.

    A browser changes the ends of all lines. New lines get the most frequent end.
    """
    old = split(before)
    new = split(as_in_a_box(sent))
    usual = Counter(_end(line) for line in old if _end(line)).most_common(1)
    end = usual[0][0] if usual else "\n"
    lines = [_bare(line) + (end if _end(line) else "") for line in new]
    matcher = SequenceMatcher(None, [as_in_a_box(line) for line in old], new, autojunk=False)
    for block in matcher.get_matching_blocks():
        lines[block.b : block.b + block.size] = old[block.a : block.a + block.size]
    for at in reversed(range(len(lines) - 1)):  # a changed end may meet the one before it
        if lines[at].endswith("\r") and lines[at + 1] == "\n":  # the two would become one line end
            lines[at] = f"{_bare(lines[at])}\n"
    return "".join(lines)


def _end(line: str) -> str:
    return line[len(_bare(line)) :]


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one text put together. ``clashes``: both changed the same lines, differently.

    ``text`` is None where there are clashes.
    """

    text: str | None
    clashes: tuple[tuple[str, str], ...] = ()


def merge(before: str, mine: str, theirs: str) -> Merged:
    """Both changes in one text, or the pairs of passages (mine, theirs) that can't both stand."""
    base, a, b = split(before), split(mine), split(theirs)
    result: list[str] = []
    clashes: list[tuple[str, str]] = []
    at = at_a = at_b = 0
    for start, end, a_start, a_end, b_start, b_end in [
        *_common(base, a, b),
        (len(base),) * 2 + (len(a),) * 2 + (len(b),) * 2,
    ]:
        old, one, other = base[at:start], a[at_a:a_start], b[at_b:b_start]
        if one in (old, other):
            result += other
        elif other == old:
            result += one
        else:
            clashes.append(("".join(one), "".join(other)))
        result += base[start:end]
        at, at_a, at_b = end, a_end, b_end
    return Merged(None, tuple(clashes)) if clashes else Merged("".join(result))


def _common(base: list[str], a: list[str], b: list[str]) -> list[tuple[int, int, int, int, int, int]]:
    """The stretches of the base that both left as they were, with their places in both."""
    in_a = SequenceMatcher(None, base, a, autojunk=False).get_matching_blocks()
    in_b = SequenceMatcher(None, base, b, autojunk=False).get_matching_blocks()
    stretches = []
    for one in in_a:
        for other in in_b:
            start = max(one.a, other.a)
            end = min(one.a + one.size, other.a + other.size)
            if start < end:
                first, second = one.b + start - one.a, other.b + start - other.a
                stretches.append((start, end, first, first + end - start, second, second + end - start))
    return stretches
