"""Checks the arguments of public functions before they run.

The allowed types are read from the function's annotations; numbers have their bounds here, by parameter name.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, wraps
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, cast, get_args, get_origin

from simkit.common.errors import SimkitError
from simkit.common.text import listed

P = ParamSpec("P")
T = TypeVar("T")

_BOUNDS = {
    "replications": (1, 10_000),
    "trajectories": (0, 1000),
    "replication": (0, 2**31 - 1),
    "seed": (0, 2**63 - 1),
    "workers": (1, 1024),
}
_EXAMPLES = {
    "name": '"hackney"',
    "code_or_name": '"hackney"',
    "names": '"hackney"',
    "names_or_paths": '"hackney"',
    "frameworks": '["hackney", "kent"]',
    "authority": '"hackney"',
    "framework": '"hackney"',
    "scenario": '"winter-surge"',
    "name_or_path": '"winter-surge"',
    "measure": '"cohort_over_45_days_pct"',
    "confidence": '"90%"',
    "year": "2023",
    "years": "[2022, 2023]",
    "pulls": "[0.6, 0.8]",
    "replications": "30",
    "seed": "1",
    "workers": "2",
    "path": '"return.xml"',
    "out": '"results"',
    "folder": '"results"',
    "durations": 'simkit.read_return("assessments", "list.csv").durations',
    "today": "datetime.date(2024, 3, 31)",
    "progress": "print",
}
_MADE_BY = {
    "Authority": "authority",
    "Backtest": "backtest",
    "Calibration": "calibration",
    "Comparison": "compare",
    "Experiment": "experiment",
    "Framework": "load",
    "Neighbourhood": "beside_neighbours",
    "Profile": "profile",
    "Projections": "project",
    "Result": "run",
    "Return": "read_return",
    "Scenario": "scenario_of",
    "Sensitivity": "sensitivity",
    "StaffAnswer": "staff",
    "Survey": "survey",
}
_LONGEST = 40  # characters of a text that is shown back
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class ArgumentError(SimkitError, TypeError, ValueError):
    """An argument of a public function is not allowed; the text says what is, and how to write it."""


def checked_arguments(function: Callable[P, T]) -> Callable[P, T]:
    """Decorator of a public function: checks its arguments first. Raises ArgumentError.

    Whole numbers and dates of numpy and pandas are passed on as Python's own.
    """
    parameters = inspect.signature(function).parameters.values()
    names = [each.name for each in parameters if each.kind in _POSITIONAL]
    rest = next((each.name for each in parameters if each.kind is each.VAR_POSITIONAL), "")
    call = cast("Callable[..., T]", function)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        allowed = _allowed(function)
        passed = [
            *zip(names, args, strict=False),
            *((rest, each) for each in args[len(names) :]),
            *kwargs.items(),
        ]
        for name, value in passed:
            if name in allowed and not _fits(name, value, allowed[name]):
                raise ArgumentError(_message(name, value, allowed[name]))
        return call(*map(_plain, args), **{name: _plain(value) for name, value in kwargs.items()})

    return checked


def _plain(value: object) -> object:
    """Whole numbers of any kind as ``int`` and timestamps as ``date``, as JSON needs; others unchanged."""
    if isinstance(value, Integral) and not isinstance(value, int):
        return int(value)
    return value.date() if isinstance(value, datetime) else value


@cache
def _allowed(function: Callable[..., object]) -> Mapping[str, tuple[Any, ...]]:
    """By parameter: the allowed types, enumerations and literals, or names of classes not loaded yet."""
    original = inspect.unwrap(function)
    namespace = vars(sys.modules[original.__module__])
    return {
        name: tuple(_parts(ast.parse(text, mode="eval").body, namespace))
        for name, text in original.__annotations__.items()
        if name != "return"
    }


def _parts(node: ast.expr, namespace: Mapping[str, Any]) -> Iterator[Any]:
    """The alternatives of an annotation."""
    if isinstance(node, ast.BinOp):
        yield from _parts(node.left, namespace)
        yield from _parts(node.right, namespace)
        return
    try:
        annotation = eval(ast.unparse(node), dict(namespace))
    except NameError:  # imported for type checkers alone: whoever has a value of it has loaded it
        yield ast.unparse(node)
        return
    yield from _alternatives(annotation)


def _alternatives(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _alternatives(each)
    else:
        yield NoneType if annotation is None else annotation


def _fits(name: str, value: object, allowed: Sequence[Any]) -> bool:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        enumerations = [each for each in allowed if _is_enumeration(each)]
        if enumerations:
            return any(value in list(each) for each in enumerations)
    return any(_is_of_kind(name, value, each) for each in allowed)


def _is_of_kind(name: str, value: object, kind: Any) -> bool:
    """Whether a value is of a kind."""
    if isinstance(kind, str):
        return any(each.__name__ == kind for each in type(value).__mro__)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return value in inner
    if kind is int:
        low, high = _BOUNDS.get(name, (None, None))
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return whole and (low is None or low <= value <= high)  # type: ignore[operator]
    if kind is float:
        return isinstance(value, Real) and not isinstance(value, bool)
    if isinstance(value, str) and origin in (Sequence, Iterable):
        return False  # a text is a sequence of letters, which is never meant
    if isinstance(value, list | tuple) and origin in (Sequence, Iterable):
        return all(_fits("", each, list(_alternatives(inner[0]))) for each in value)
    return isinstance(value, origin or kind)


def _is_enumeration(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _message(name: str, value: object, allowed: Sequence[Any]) -> str:
    """The text of the error."""
    words = _choices(allowed)
    kinds = dict.fromkeys(_kind_text(name, each, words) for each in allowed if each is not NoneType)
    example = _EXAMPLES.get(name) or (f'"{words[0]}"' if words else "")
    near = get_close_matches(value, words, n=1) if isinstance(value, str) else []
    hints = ["It can be left out."] if NoneType in allowed else []
    hints += (
        [f'Did you mean "{near[0]}"?'] if near else [f"For example: {name}={example}."] if example else []
    )
    return " ".join([f"{name} is {listed(kinds, 'or')}, not {_value_text(value)}.", *hints])


def _choices(allowed: Sequence[Any]) -> list[str]:
    """The words of enumerations and literals."""
    return [
        str(word)
        for each in allowed
        for word in (each if _is_enumeration(each) else get_args(each) if get_origin(each) is Literal else ())
    ]


def _kind_text(name: str, kind: Any, words: Sequence[str]) -> str:
    if words and (kind is str or _is_enumeration(kind) or get_origin(kind) is Literal):
        return listed((f'"{word}"' for word in words), "or")
    title = kind if isinstance(kind, str) else str(getattr(kind, "__name__", kind))
    if kind is int:
        low, high = _BOUNDS.get(name, (None, None))
        return "a whole number" if low is None else f"a whole number from {low} to {high}"
    if title in _MADE_BY:
        return f"{'an' if title[0] in 'AEIOU' else 'a'} {title} (from simkit.{_MADE_BY[title]})"
    plain = {
        "str": "text",
        "float": "a number",
        "bool": "True or False",
        "Path": "a path",
        "Mapping": "a dictionary",
        "Sequence": "a list",
        "Iterable": "a list",
        "Callable": "a function",
        "date": "a date",
        "Observed": "the durations of a return",
    }
    return plain.get(title, f"a value of the kind {title}")


def _value_text(value: object) -> str:
    """The value in words; of a table or another large value only its type, as it may hold personal data."""
    if value is None or isinstance(value, bool | Real):
        return str(value)[:_LONGEST]
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= _LONGEST else "a longer text"
    if isinstance(value, list | tuple) and value:
        return f"a list of {listed(dict.fromkeys(type(each).__name__ for each in value))}"
    return f"a value of the kind {type(value).__name__}"
