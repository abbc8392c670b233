"""A value as it is written into a file: with quotes where it would be read as something else without them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simkit.common.errors import SimkitError
from simkit.common.text import NO_WIDTH
from simkit.framework.yaml.reader import CONTROL
from simkit.framework.yaml.source import SPECIAL_SPACE, plain_text, read_text

STEP = 2
"""How many spaces further in the lines below a name are written."""

Scalar = str | int | float | bool
Value = Scalar | Sequence[Any] | Mapping[str, Any]


class EditError(SimkitError, ValueError):
    """A change that can't be made as asked; the text says why, and what to do."""


def tidy(value: Value) -> Value:
    """The value as a file can hold it: texts without control characters, tabs, special spaces, and spaces at
    the ends of lines. Raises EditError for what no file can hold.
    """
    if isinstance(value, str):
        text = NO_WIDTH.sub("", SPECIAL_SPACE.sub(" ", plain_text(value))).replace("\t", " ")
        if CONTROL.search(text):
            raise EditError("The text holds a character that doesn't belong in a text.")
        if not text.strip():
            raise EditError("A text can't be empty. To have none, remove it.")
        return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") if "\n" in text else text
    if isinstance(value, Mapping):
        return {str(key): tidy(each) for key, each in value.items()}
    if isinstance(value, (bool, int, float)):
        if isinstance(value, float) and float(f"{value:f}") != value:
            raise EditError(f"{value} has too many digits for a number.")
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [tidy(each) for each in value]
    raise EditError(f"A file can't hold a value of the kind {type(value).__name__}.")


def is_long(value: Value) -> bool:
    """Whether it is a text of several lines."""
    return isinstance(value, str) and "\n" in value


def on_one_line(value: Value, *, in_brackets: bool = False, like: str = "") -> str:
    """The value on one line; ``like`` is how it was written so far, whose quotes are kept."""
    if isinstance(value, Mapping):
        pairs = (f"{plain_key(key)}: {on_one_line(each, in_brackets=True)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str):
        return next(each for each in _forms(value, like[:1]) if _reads_as(each, value, in_brackets))
    if isinstance(value, Sequence):
        return f"[{', '.join(on_one_line(each, in_brackets=True) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return (
        f"{value:f}".rstrip("0") + ("0" if value == int(value) else "")
        if isinstance(value, float)
        else str(value)
    )


def _forms(text: str, quote: str) -> Iterator[str]:
    """The ways to write a text, the plainest first, or that with the same quotes as before."""
    double, single = f'"{text}"', "'" + text.replace("'", "''") + "'"
    forms = {"": text, '"': double, "'": single}
    if quote in ('"', "'"):
        yield forms[quote]
    yield from forms.values()
    yield json.dumps(text, ensure_ascii=False)


def _reads_as(written: str, text: str, in_brackets: bool) -> bool:
    """Whether the text is what is read, without any problem."""
    if written == text and ("\n" in text or not text):
        return False
    line = f"key: [{written}]\n" if in_brackets else f"key: {written}\n"
    source = read_text(line, "")
    return not source.problems and source.data == {"key": [text] if in_brackets else text}


def lines_of(key: str, value: Value, indent: int) -> list[str]:
    """The lines of a name with its value, that many spaces in."""
    front = f"{' ' * indent}{plain_key(key)}:"
    first, below = behind(value, indent)
    return [f"{front} {first}" if first else front, *below]


def behind(value: Value, indent: int, like: str = "") -> tuple[str, list[str]]:
    """What stands behind the colon of a name that far in, and the lines below it."""
    inside = " " * (indent + STEP)
    if isinstance(value, Mapping) and value:
        return "", [line for key, each in value.items() for line in lines_of(key, each, indent + STEP)]
    if isinstance(value, str) and "\n" in value:
        mark = f"|{STEP}" if value.startswith(" ") else "|"
        return mark, [inside + line if line else "" for line in value.split("\n")]
    return on_one_line(value, like=like), []


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, line ends at the end of a text apart."""
    if isinstance(one, str) and isinstance(other, str):
        return one.rstrip("\n") == other.rstrip("\n")
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def plain_key(key: str) -> str:
    """A name as it is written."""
    return key if re.fullmatch(r"[A-Za-z_][\w ]*", key) else on_one_line(key)
