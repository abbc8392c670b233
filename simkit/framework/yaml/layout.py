"""Layout problems of a text: tabs, unclosed quotes, lines indented too far or not far enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from simkit.common.text import listed
from simkit.framework.problem import excerpt

PAIR = re.compile(r"^(?P<before>[ ]*(?:- +)?[^\s:#'\"\[\]{},][^:#]*: +)(?P<text>\S.*?)\s*$")
OPENS = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z_][\w ]*):\s*(?:#.*)?$")
KEY = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z_][\w ]*):(?:\s|$)")

SECTIONS = {
    "in_force": "from, until",
    "agreed": "by, on, owner, review_on",
    "followed_by": "edition, note",
    "counting": "starting_day, bank_holidays, after_hours",
    "sources": "title, strength",
    "dispensations": "title, sets_aside, from, until",
    "departures": "reason, agreed_by, on",
    "roles": "title",
    "routes": "title",
    "events": "title, moment",
    "conditions": "title",
    "timescales": "title, from, to, within",
    "priorities": "title",
    "reviews": "title, by, from, at",
    "protocol": "text, owner",
    "model": "priority_share",
    "threshold_document": "title, link",
    "more": "title, text",
}
"""Names of sections, alone on their line, with the usual keys of each section's entries."""

TOP = frozenset(
    {
        *SECTIONS,
        *(
            "simkit",
            "authority",
            "la_code",
            "gss_code",
            "former_codes",
            "title",
            "based_on",
            "status",
            "target",
            "not_known",
        ),
        *("framework", "what_if", "demand", "workforce", "time", "staff", "practice", "run", "note"),
    }
)
"""Names that stand at the left edge of a framework or scenario."""

LEAVES = frozenset(
    {
        "after",
        "at",
        "at_most",
        "at_most_every",
        "authority",
        "based_on",
        "between",
        "carried_over",
        "by",
        "decided_by",
        "every",
        "expected_within",
        "from",
        "good_practice",
        "la_code",
        "link",
        "note",
        "on",
        "only_if",
        "owner",
        "review_on",
        "read_in",
        "routes",
        "set_by",
        "starting_day",
        "source",
        "status",
        "target",
        "text",
        "title",
        "to",
        "unless",
        "until",
        "varied_by",
        "within",
        "year",
    }
)
"""Names that have their text on the same line."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A problem of one line. ``quote_value``: putting its value between quotes repairs it.

    ``lines`` are the numbers (from 1) and new texts of the lines that repair it.
    """

    code: str
    line: int
    column: int
    message: str
    hint: str = ""
    quote_value: bool = False
    lines: tuple[tuple[int, str], ...] = ()

    @property
    def keeps_words(self) -> bool:
        """Whether its repair is what the hint says, with every word where it belongs."""
        gone = any(not text.strip() or text.startswith("# ") for _, text in self.lines)
        return not gone and self.code != "Y010" and (self.quote_value or self.code != "Y012")


def indent_of(line: str) -> int:
    """How many spaces are in front of a line."""
    return len(line) - len(line.lstrip(" "))


def is_bare(line: str) -> bool:
    """Whether a line is empty or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


Plain = list[tuple[int, str]]
"""The result of ``plain_lines``: lines with their numbers from 0."""

_TEXT_BELOW = re.compile(r":\s+[|>][-+0-9]*\s*(#.*)?$")


def plain_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that are neither blank, nor comments, nor inside a text of several lines (``|``)."""
    block: int | None = None
    for at, line in enumerate(lines):
        if block is not None and (not line.strip() or indent_of(line) > block):
            continue
        block = None
        if is_bare(line):
            continue
        if _TEXT_BELOW.search(line):
            block = indent_of(line)
        yield at, line


def line_numbers(numbers: list[int]) -> str:
    """Line numbers in words: ``line 3``, ``lines 3 to 7``, ``lines 3, 5``."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"lines {numbers[0]} to {numbers[-1]}"
    return f"lines {listed([*(str(n) for n in numbers[:12]), *(['more'] if len(numbers) > 12 else [])])}"


def unclosed_quote(lines: list[str]) -> int | None:
    """The number (from 0) of the line with an opening quote that is never closed, or None.

    A quote that finds its partner on a later line has none where text follows that partner.
    """
    until = -1
    for at, line in plain_lines(lines):
        pair = PAIR.match(line) if at > until else None
        if pair is None or pair["text"][0] not in "'\"":
            continue
        quote = pair["text"][0]
        closed = re.compile(r"(?:[^\"\\]|\\.)*\"" if quote == '"' else r"(?:[^']|'')*'", re.DOTALL)
        rest = "\n".join([pair["text"][1:], *lines[at + 1 :]])
        end = closed.match(rest)
        if end is None:
            return at
        over = end[0].count("\n")
        after = rest[end.end() :].split("\n", 1)[0]
        if over and after.strip() and not after.lstrip().startswith("#"):
            return at
        until = at + over
    return None


def tab_problem(lines: list[str]) -> LineProblem | None:
    """Tabs before the text of lines; the lines around them tell how many spaces to use instead."""
    levels = [0]
    opened = last_was_leaf = False
    repairs: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        front = line[: len(line) - len(line.lstrip())]
        if is_bare(line):
            continue
        wanted = len(front)
        if "\t" in front:
            wanted = front.count(" ") + 2 * front.count("\t")
            deepest = levels[-1] + 2 if opened else levels[-1]
            leaf = OPENS.match(line.strip()) is None
            under = leaf and (opened or last_was_leaf)  # it belongs under the name above, or beside the line
            fits = max((n for n in levels if n <= wanted), default=0)
            wanted = deepest if under or wanted >= deepest else fits
            repairs.append((at + 1, " " * wanted + line.lstrip()))
        levels = [n for n in levels if n < wanted] + [wanted]
        opened = OPENS.match(" " * wanted + line.lstrip()) is not None
        last_was_leaf = not opened and wanted > 2
    if not repairs:
        return None
    numbers = [number for number, _ in repairs]
    spaces = ", ".join(f"{indent_of(text)} on line {number}" for number, text in repairs[:12])
    message = f"There are tabs at the start of {line_numbers(numbers)}."
    hint = f"Delete the tabs and type spaces instead: {spaces}."
    return LineProblem("Y011", numbers[0], 1, message, hint, lines=tuple(repairs))


def indent_problem(lines: list[str], plain: Plain) -> LineProblem | None:
    """A name alone on its line whose contents are not indented further than itself."""
    for (at, line), (_, below) in pairwise(plain):
        opens, key = OPENS.match(line), KEY.match(below)
        if opens is None or key is None or opens["indent"] != key["indent"]:
            continue
        top = not opens["indent"]
        if top and opens["name"] in SECTIONS:
            ends = TOP
        elif not top and opens["name"] not in LEAVES and key["name"] in LEAVES:
            ends = frozenset[str]()
        else:
            continue
        below_lines = _following(plain, at, opens["indent"], ends, leaves=not top)
        if not below_lines:
            continue
        numbers = [n for n in range(below_lines[0] + 1, below_lines[-1] + 2) if lines[n - 1].strip()]
        name = opens["name"]
        message = f"The lines below `{name}:` (line {at + 1}) should be further to the right."
        hint = f"Put 2 spaces in front of {line_numbers(list(range(numbers[0], numbers[-1] + 1)))}."
        changed = tuple((n, "  " + lines[n - 1]) for n in numbers)
        return LineProblem("Y013", numbers[0], len(key["indent"]) + 1, message, hint, lines=changed)
    return None


def _following(
    plain: list[tuple[int, str]], at: int, indent: str, ends: frozenset[str], *, leaves: bool
) -> list[int]:
    numbers: list[int] = []
    for number, line in plain:
        if number <= at:
            continue
        indentation = indent_of(line)
        key = KEY.match(line)
        if indentation < len(indent) or (indentation == len(indent) and (key is None or key["name"] in ends)):
            break
        if leaves and indentation == len(indent) and key is not None and key["name"] not in LEAVES:
            break
        numbers.append(number)
    return numbers


def _line_too_far_left(lines: list[str], at: int) -> LineProblem | None:
    """The line before, where it alone is further left than this one and the one before it; else None."""
    earlier = list(plain_lines(lines[:at]))[-2:]
    if len(earlier) < 2:
        return None
    (_, first), (number, line) = earlier
    key = KEY.match(line)
    wanted = indent_of(lines[at])
    alone = indent_of(first) == wanted > indent_of(line) > 0 and OPENS.match(first) is None
    if key is None or key["name"] not in LEAVES or not alone or OPENS.match(line) is not None:
        return None
    message = f"`{key['name']}` does not line up with the lines around it."
    hint = f"Line it up with the line above it: {wanted} spaces before it."
    repaired = ((number + 1, " " * wanted + line.lstrip()),)
    return LineProblem("Y013", number + 1, indent_of(line) + 1, message, hint, lines=repaired)


def alignment_problem(lines: list[str], at: int) -> LineProblem | None:
    """A line indented between two levels, with the earlier line that it should line up with."""
    line = lines[at]
    indentation = indent_of(line)
    levels: dict[int, int] = {}
    for number, earlier in plain_lines(lines[:at]):
        depth = indent_of(earlier)
        levels = {n: where for n, where in levels.items() if n < depth} | {depth: number}
    if not levels or indentation in levels:
        return None
    before = _line_too_far_left(lines, at)
    if before is not None:
        return before
    opens = OPENS.match(line) is not None

    key = KEY.match(line)
    top = key is not None and key["name"] in TOP

    leaf = key is not None and key["name"] in LEAVES and not opens and not top

    def fits(depth: int) -> tuple[bool, int, bool, bool]:
        like = (OPENS.match(lines[levels[depth]]) is not None) == opens
        return leaf and not like, abs(depth - indentation), (depth == 0) != top, not like

    depth = min(levels, key=fits)
    other = lines[levels[depth]].strip().split(":")[0]
    word = excerpt(line.strip().split(":")[0], 30)
    message = f"`{word}` does not line up with the lines around it."
    space = {0: "no space", 1: "1 space"}.get(depth, f"{depth} spaces")
    hint = f"Line it up with `{excerpt(other, 30)}` (line {levels[depth] + 1}): {space} before it."
    return LineProblem(
        "Y013", at + 1, indentation + 1, message, hint, lines=((at + 1, " " * depth + line.lstrip()),)
    )
