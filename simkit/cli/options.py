"""The options that commands share, read with sentences for people who have never heard of an integer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

__all__ = [
    "Convention",
    "Counting",
    "Engine",
    "Engines",
    "Format",
    "Name",
    "Out",
    "Output",
    "ScenarioName",
    "Seed",
    "Workers",
    "WrongUseError",
    "Year",
    "one_of",
    "whole",
]

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


class Format(StrEnum):
    """How to print."""

    text = "text"
    json = "json"


class Engine(StrEnum):
    """What runs the model."""

    auto = "auto"
    simpy = "simpy"
    kernel = "kernel"


class Counting(StrEnum):
    """Which number the starting day of a limit has."""

    day_0 = "day_0"
    day_1 = "day_1"


Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="An authority's name, slug or code; national/..; trials/..; or a file."
    ),
]
ScenarioName = Annotated[str, typer.Option("--scenario", help="A shipped scenario or a file.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        parser=whole("--seed", 0, 2**63 - 1),
        metavar="<number>",
        help="Start of the random numbers: the same number gives the same result.",
    ),
]
Engines = Annotated[
    Engine,
    typer.Option(
        "--engine",
        parser=one_of("--engine", Engine),
        metavar="<auto|simpy|kernel>",
        help="What runs the model.",
    ),
]
Convention = Annotated[
    Counting,
    typer.Option(
        "--convention",
        parser=one_of("--convention", Counting),
        metavar="<day_0|day_1>",
        help="Number of the day on which a limit starts.",
    ),
]
Year = Annotated[
    int | None,
    typer.Option(
        "--year",
        parser=whole("--year"),
        metavar="<year>",
        help="Published caseload of the year to 31 March. Default: the latest.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        parser=whole("--workers", 1, 1024),
        metavar="<number>",
        help="How many at once, 1 to 1024. Default: all cores.",
    ),
]
Out = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write tables, figures and report there."),
]
Output = Annotated[
    Format,
    typer.Option(
        "--format",
        parser=one_of("--format", Format),
        metavar="<text|json>",
        help="Text for people, JSON for programs.",
    ),
]
