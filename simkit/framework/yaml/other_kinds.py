"""Texts that are something other than a framework: an e-mail, a web page, a spreadsheet, two frameworks."""

from __future__ import annotations

import re

from simkit.framework.problem import excerpt
from simkit.framework.yaml.layout import TOP, LineProblem, line_numbers

BEGIN = (
    "Make a framework with `simkit new` and the name of your authority, open that file in Notepad, and copy "
    "the words you need into it, under `protocol:`."
)
"""What to do with a file that is no framework."""

_MARK = re.compile(r"^simkit:")
_NAME = re.compile(r"^ *[A-Za-z_][\w ]*:(?:\s|$)")
_MAIL_HEAD = re.compile(r"^[>\s*]*(From|To|Cc|Sent|Date|Subject|Importance|Attachments)\*?:\*?\s+\S")
_MAIL_FORWARD = re.compile(r"(?i)^\W*-{3,} ?(original|forwarded) message ?-{3,}|^begin forwarded message:")
_FEWEST_HEADS = 3  # lines of an e-mail's head
_PAGE = re.compile(r"(?i)^\s*<(!doctype html|html|head|body)\b")
_TAG = re.compile(r"(?i)</?(p|div|span|table|t[rdh]|ul|ol|li|h[1-6]|br|a|strong|em)\b[^>\n]*>")
_FEWEST_TAGS = 3
_FEWEST_WORDS = 8
_AUTHORITY = re.compile(r"^authority:\s*(?P<name>\S.*?)\s*(?:#.*)?$")
_BEFORE_SECOND = re.compile(r"^(?:\s*|#.*|---.*|simkit:.*|la_code:.*|gss_code:.*)$")
_BREAKS = re.compile(r"^(?P<name>[a-z_]+):")


def other_kind(text: str) -> LineProblem | None:
    """That the text is no framework, or that a part of it comes from an e-mail; None for a framework."""
    lines = text.split("\n")
    mark = next((number for number, line in enumerate(lines) if _MARK.match(line)), None)
    quoted = _quoted_mail(lines)
    if quoted is not None:
        return quoted
    mail = _mail(lines, mark)
    if mail is not None:
        return mail
    if mark is not None:
        return None
    written = [line for line in lines if line.strip() and not line.startswith("#")]
    if any(_PAGE.match(line) for line in written[:20]) or len(_TAG.findall(text[:20_000])) >= _FEWEST_TAGS:
        return LineProblem("Y033", 1, 1, "This is a web page, not a framework.", BEGIN)
    if _is_table(written):
        return LineProblem("Y033", 1, 1, "This is a table from a spreadsheet, not a framework.", BEGIN)
    words = sum(len(line.split()) for line in written)
    if words >= _FEWEST_WORDS and not any(_NAME.match(line) for line in written) and "{" not in text[:1]:
        return LineProblem(
            "Y033", 1, 1, "This is ordinary text, not a framework: it has no lines of `name: text`.", BEGIN
        )
    return None


def _mail(lines: list[str], mark: int | None) -> LineProblem | None:
    heads = [number for number, line in enumerate(lines) if _MAIL_HEAD.match(line)]
    forwards = [number for number, line in enumerate(lines) if _MAIL_FORWARD.match(line)]
    outside = [
        number for number in heads if not lines[number].startswith("  ")
    ]  # not in a text of a protocol
    near = [number for number in outside if outside and number - outside[0] <= 2 * _FEWEST_HEADS]
    kinds = {match[1] for number in near if (match := _MAIL_HEAD.match(lines[number]))}
    if len(kinds) < _FEWEST_HEADS and not (forwards and kinds):
        return None
    first = min([*near, *(number for number in forwards if not lines[number].startswith("  "))])
    if mark is None:
        return LineProblem("Y033", first + 1, 1, "This is an e-mail, not a framework.", BEGIN)
    if first < mark:
        first = 0
        last = mark - 1
        rest = "so that the file starts with `simkit: framework/1`"
    else:
        breaks = (
            number
            for number in range(near[-1] + 1, len(lines))
            if (name := _BREAKS.match(lines[number])) and name["name"] in TOP
        )
        last = next(breaks, len(lines)) - 1
        rest = (
            "or copy the words that belong to the framework into an element of `protocol:`, below `text: |`"
        )
    while last > first and not lines[last].strip():
        last -= 1
    numbers = list(range(first + 1, last + 2))
    message = f"An e-mail was pasted in, on {line_numbers(numbers)}."
    hint = f"Delete {line_numbers(numbers)}, {rest}."
    return LineProblem("Y033", first + 1, 1, message, hint, lines=tuple((number, "") for number in numbers))


def _quoted_mail(lines: list[str]) -> LineProblem | None:
    """A framework with > in front of its lines, as an answer to an e-mail has it."""
    quoted = [number for number, line in enumerate(lines, 1) if line.startswith(">")]
    plain = {number: re.sub(r"^(?:> ?)+", "", lines[number - 1]) for number in quoted}
    if not any(_MARK.match(line) for line in plain.values()):
        return None
    message = f"There is a > in front of {line_numbers(quoted)}, as in an answer to an e-mail."
    hint = "Delete the > and the one space after it on each of these lines, and keep the other spaces."
    return LineProblem("Y033", quoted[0], 1, message, hint, lines=tuple(plain.items()))


def _is_table(lines: list[str]) -> bool:
    """Whether nearly every line has cells with tabs, commas or semicolons between them."""
    if len(lines) < 2 or sum(bool(_NAME.match(line)) for line in lines) > len(lines) // 4:
        return False
    for sign, fewest in (("\t", 1), (";", 2), (",", 2)):
        counts = [line.strip().count(sign) for line in lines]
        if sum(count >= fewest for count in counts) >= 0.8 * len(lines) and (
            sign == "\t" or len({count for count in counts if count}) <= 2
        ):
            return True
    return False


def second_authority(text: str) -> LineProblem | None:
    """The second of two frameworks that were put into one file. Its repair leaves the first."""
    lines = text.split("\n")
    named = [
        (number, match["name"]) for number, line in enumerate(lines) if (match := _AUTHORITY.match(line))
    ]
    if len(named) < 2:
        return None
    (first, one), (start, other) = (
        named[0],
        next((each for each in named[1:] if _plain(each[1]) != _plain(named[0][1])), named[0]),
    )
    if start == first:
        return None
    at = start
    while at - 1 > first and _BEFORE_SECOND.match(lines[at - 1]):
        at -= 1
    while not lines[at].strip() or lines[at].startswith("#"):
        at += 1
    last = max(number for number, line in enumerate(lines) if line.strip())
    one, other = excerpt(one.strip("\"'"), 40), excerpt(other.strip("\"'"), 40)
    message = (
        f"There are two authorities in this file: {one} on line {first + 1} and {other} on line {start + 1}."
    )
    hint = (
        f"One file is one authority's framework. Move {line_numbers(list(range(at + 1, last + 2)))} to a "
        "file of "
        f"their own for {other}, which starts with `simkit: framework/1`; `simkit new` makes one."
    )
    gone = tuple((number + 1, "") for number in range(at, len(lines)))
    return LineProblem("Y034", start + 1, 1, message, hint, lines=gone)


def _plain(name: str) -> str:
    return re.sub(r"\W+", "", name).lower()
