"""Names of options and parameters in messages: as the reader of the message would write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_OPTIONS = {"first": "from", "last": "until", "allocated_role": "allocated-role"}
_command_line = ContextVar("command_line", default=False)


@contextmanager
def in_words_of_the_command_line() -> Iterator[None]:
    """Messages made inside name options of the command, those made elsewhere parameters of Python."""
    token = _command_line.set(True)
    try:
        yield
    finally:
        _command_line.reset(token)


def in_command_line() -> bool:
    """Whether messages are for the command line."""
    return _command_line.get()


def option(name: str, value: str | int | None = None) -> str:
    """A parameter of ``read_return`` with a value: ``--from 2024-04-01`` or ``first="2024-04-01"``."""
    if _command_line.get():
        flag = f"--{_OPTIONS.get(name, name)}"
        return flag if value is None else f"{flag} {value}"
    if value is None:
        return f"`{name}`"
    return f"{name}={value}" if isinstance(value, int) else f'{name}="{value}"'


def column_option(field: str, heading: str = "YOUR HEADING") -> str:
    """How to say which heading is which: ``--columns "end=YOUR HEADING"`` or ``columns={"end": ...}``."""
    if _command_line.get():
        return f'--columns "{field}={heading}"'
    return f'columns={{"{field}": "{heading}"}}'
