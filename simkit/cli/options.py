"""Values of options, read with sentences for people who have never heard of an integer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

__all__ = ["WrongUseError", "one_of", "whole"]

Choice = TypeVar("Choice", bound=StrEnum)


class WrongUseError(Exception):
    """An option's value can't be; the text says what can. The command leaves with exit code 2."""


def whole(option: str, least: int | None = None, most: int | None = None) -> Callable[[object], int]:
    """A reader of whole numbers from ``least`` to ``most``, or of any."""
    bounds = "" if least is None or most is None else f" from {least} to {most}"

    def read(written: object) -> int:
        try:
            number = int(str(written))
        except ValueError:
            number = None
        if number is None or (least is not None and number < least) or (most is not None and number > most):
            raise WrongUseError(f"{option} is a whole number{bounds}. '{written}' is not.")
        return number

    return read


def one_of(
    option: str, choices: type[Choice], meant: Mapping[str, str] | None = None
) -> Callable[[object], Choice]:
    """A reader of one of a few words. ``meant`` says what to write for other words that people try."""
    words = [choice.value for choice in choices]
    listed = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(written: object) -> Choice:
        try:
            return choices(str(written))
        except ValueError:
            word = str(written).lower()
            near = [f"Did you mean {each}?" for each in get_close_matches(word, words, n=1)]
            hint = (meant or {}).get(word, near[0] if near else "")
            raise WrongUseError(f"{option} is {listed}, not '{written}'. {hint}".rstrip()) from None

    return read
