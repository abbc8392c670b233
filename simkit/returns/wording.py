"""Names of options and parameters in messages: as the reader of the message would write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

_OPTIONS = {"first": "from", "last": "until", "allocated_role": "allocated-role"}
FIELDS = {
    "authority": "Whose return is it?",
    "year": "Year to 31 March",
    "columns": "Which column is which",
    "answers": "What the answers mean",
    "sheet": "Sheet",
    "first": "First day that the list covers",
    "last": "Last day that it covers",
    "holds": "Which assessments it takes in",
    "allocated_role": "Role of the allocated worker",
}
"""What a form calls each parameter of ``read_return``."""

_reader: ContextVar[Literal["Python", "command line", "form"]] = ContextVar("reader", default="Python")


@contextmanager
def in_words_of(reader: Literal["command line", "form"]) -> Iterator[None]:
    """Messages made inside name options of the command or fields of a form, else parameters of Python."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def in_command_line() -> bool:
    """Whether messages are for the command line."""
    return _reader.get() == "command line"


def option(name: str, value: str | int | None = None) -> str:
    """A parameter of ``read_return`` with a value: ``--from 2024-04-01`` or ``first="2024-04-01"``."""
    match _reader.get():
        case "command line":
            flag = f"--{_OPTIONS.get(name, name)}"
            return flag if value is None else f"{flag} {value}"
        case "form":
            field = f"\N{LEFT DOUBLE QUOTATION MARK}{FIELDS[name]}\N{RIGHT DOUBLE QUOTATION MARK}"
            return field if value is None or str(value).isupper() else f"{field}: {value}"
    if value is None:
        return f"`{name}`"
    return f"{name}={value}" if isinstance(value, int) else f'{name}="{value}"'


def internal_option() -> str:
    """How to say that withheld counts are to be shown; a form has no field for it."""
    return "`internal=True`" if _reader.get() == "Python" else "--internal on the command line"


def column_option(field: str, heading: str = "YOUR HEADING") -> str:
    """How to say which heading is which: ``--columns "end=YOUR HEADING"`` or ``columns={"end": ...}``."""
    match _reader.get():
        case "command line":
            return f'--columns "{field}={heading}"'
        case "form":
            return option("columns")
    return f'columns={{"{field}": "{heading}"}}'


def where_to_say(named: str) -> str:
    """What follows "name it": a colon and the option, or the field of a form."""
    return f" under {named}" if _reader.get() == "form" else f": {named}"


def answer_option(column: str, answer: str) -> str:
    """How to say what an answer means: ``--answers "disabled:x=yes"`` or ``answers={"disabled": ...}``."""
    match _reader.get():
        case "command line":
            return f'--answers "{column}:{answer}=yes"'
        case "form":
            return option("answers")
    return f'answers={{"{column}": {{"{answer}": "yes"}}}}'
