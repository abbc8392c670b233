"""The options and arguments of commands: their readers, the ones that commands share, and groups of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

Choice = TypeVar("Choice", bound=StrEnum)


class WrongUseError(Exception):
    """Wrong use of a command; the text says what is allowed. The command ends with exit code 2."""


def number_option(
    flag: str, help_text: str, least: int | None = None, most: int | None = None, metavar: str = "<number>"
) -> Any:
    """An option that takes a whole number from ``least`` to ``most``, or any."""
    bounds = "" if least is None or most is None else f" from {least} to {most}"

    def read(text: object) -> int:
        try:
            number = int(str(text))
        except ValueError:
            number = None
        if number is None or (least is not None and number < least) or (most is not None and number > most):
            raise WrongUseError(f"{flag} is a whole number{bounds}. '{text}' is not.")
        return number

    return typer.Option(flag, parser=read, metavar=metavar, help=help_text)


def choice_option(
    flag: str, choices: type[Choice], help_text: str, hints: Mapping[str, str] | None = None
) -> Any:
    """An option that takes one of a few words."""
    metavar = f"<{'|'.join(choices)}>"
    return typer.Option(flag, parser=choice_of(flag, choices, hints), metavar=metavar, help=help_text)


def choice_of(
    option: str, choices: type[Choice], hints: Mapping[str, str] | None = None
) -> Callable[[object], Choice]:
    """A reader of one of a few words; ``hints`` says what to write for other words that people try."""
    words = [choice.value for choice in choices]
    listed = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(text: object) -> Choice:
        try:
            return choices(str(text))
        except ValueError:
            word = str(text).lower()
            near = [f"Did you mean {each}?" for each in get_close_matches(word, words, n=1)]
            hint = (hints or {}).get(word, near[0] if near else "")
            raise WrongUseError(f"{option} is {listed}, not '{text}'. {hint}".rstrip()) from None

    return read


class Format(StrEnum):
    """How an answer is printed."""

    text = "text"
    json = "json"


class Engine(StrEnum):
    """What runs the model."""

    auto = "auto"
    simpy = "simpy"
    kernel = "kernel"


class Convention(StrEnum):
    """The number of the day on which a limit starts."""

    day_0 = "day_0"
    day_1 = "day_1"


Given = TypeVar("Given")


def say_which_taken(given: Given) -> Given:
    """Say on stderr which framework a name stands for where a file of that name is here too."""
    names = given if isinstance(given, list) else [given]
    for name in names:
        if isinstance(name, str) and not name.lower().endswith((".yaml", ".yml")):
            _say_which_taken(name)
    return given


def _say_which_taken(name: str) -> None:
    from simkit.cli.terminal import notify
    from simkit.common.errors import SimkitError
    from simkit.framework.library import find, kind_of, local_file

    own = local_file(name)
    try:
        shipped = own is not None and kind_of(find(name)) != "own"
    except SimkitError:
        return
    if shipped and own is not None and own.endswith((".yaml", ".yml")):
        notify(f"'{name}' is the framework that comes with simkit. To use the file {own} here, write {own}.")


Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="An authority's name, slug or code; national/..; trials/..; or a file.",
        callback=say_which_taken,
    ),
]
ScenarioName = Annotated[str, typer.Option("--scenario", help="A shipped scenario or a file.")]
OwnCaseload = Annotated[
    Path | None,
    typer.Option("--caseload", metavar="FILE", help="Your own: profile.json of `simkit read-return`."),
]
OwnPractice = Annotated[
    Path | None,
    typer.Option("--practice", metavar="FILE", help="Your own: a file of `simkit calibrate`."),
]
SimulatedYears = Annotated[
    int | None,
    number_option(
        "--replications", "Years to simulate, 1 to 10000. Default: 30 to 200, until precise.", 1, 10_000
    ),
]
Seed = Annotated[
    int,
    number_option(
        "--seed", "Start of the random numbers: the same number gives the same result.", 0, 2**63 - 1
    ),
]
Workers = Annotated[
    int | None, number_option("--workers", "How many at once, 1 to 1024. Default: all cores.", 1, 1024)
]
FormatOption = Annotated[Format, choice_option("--format", Format, "Text for people, JSON for programs.")]

FullOption = Annotated[
    bool, typer.Option("--full", help="Print everything, not just the first screen.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How the model is run and on which year's caseload: options of every command that simulates."""

    seed: Seed = 1
    engine: Annotated[Engine, choice_option("--engine", Engine, "What runs the model.")] = Engine.auto
    convention: Annotated[
        Convention | None,
        choice_option(
            "--convention",
            Convention,
            "Number of the day on which a limit starts. Default: as the framework says, else day_0.",
        ),
    ] = None
    year: Annotated[
        int | None,
        number_option(
            "--year",
            "Published caseload of the year to 31 March. Default: the latest.",
            metavar="<year>",
        ),
    ] = None

    def arguments(self) -> dict[str, Any]:
        """The arguments of the same names for the functions of ``simkit.study``."""
        return {
            "seed": self.seed,
            "engine": self.engine.value,
            "convention": None if self.convention is None else self.convention.value,
            "year": self.year,
        }


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """Where an answer goes, and how it is printed."""

    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="DIR|FILE",
            help="Also write tables, figures and report there, or one file: "
            ".xlsx, .docx, .html, .png, .svg, .csv or .json.",
        ),
    ] = None
    format: FormatOption = Format.text
    full: FullOption = False


def with_option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """The command with each parameter that is a group of options replaced by the group's options.

    A group is a dataclass; its fields become parameters of the same names, in the group's place.
    """
    parameters: list[inspect.Parameter] = []
    groups: dict[str, tuple[type, list[str]]] = {}
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        kind = parameter.annotation
        if kind not in (ModelOptions, AnswerOptions):
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        hints = get_type_hints(kind, include_extras=True)
        fields = inspect.signature(kind).parameters.values()
        groups[parameter.name] = kind, [each.name for each in fields]
        parameters += [
            each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY) for each in fields
        ]

    @wraps(command)
    def expanded(**values: Any) -> None:
        for name, (kind, fields) in groups.items():
            values[name] = kind(**{field: values.pop(field) for field in fields})
        command(**values)

    expanded.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    expanded.__annotations__ = {each.name: each.annotation for each in parameters}
    return expanded
