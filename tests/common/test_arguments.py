"""Arguments from Python: what can't be is said in a sentence, of every public function, before it begins."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import simkit
from simkit.common import arguments as module
from simkit.common.arguments import ArgumentError, checked_arguments
from simkit.model.measures.day_counts import Convention

Function = Callable[..., Any]


def parameters(function: Function) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(function).parameters)


FUNCTIONS: dict[str, Function] = {
    name: found
    for name in simkit.__all__
    if callable(found := getattr(simkit, name)) and not inspect.isclass(found) and parameters(found)
}
EVERY = [(name, each) for name, found in FUNCTIONS.items() for each in parameters(found)]


def called(name: str, parameter: str, value: object) -> None:
    """Call a function with one argument that can't be; the others are looked at after it or are left out."""
    function, places = FUNCTIONS[name], parameters(FUNCTIONS[name])
    if places[parameter].kind is inspect.Parameter.VAR_POSITIONAL:
        function("hackney", value)
    else:
        function(**{parameter: value})


def test_the_functions_are_there() -> None:
    assert len(FUNCTIONS) >= 50 and len(EVERY) > 150


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_what_is_of_no_use_anywhere_is_refused_by_name(name: str, parameter: str) -> None:
    """Every parameter of every public function, whatever it is for."""
    with pytest.raises(simkit.SimkitError) as error:
        called(name, parameter, object())
    assert f"{parameter} is " in str(error.value)
    assert "not a value of the kind object" in str(error.value)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_what_stands_for_left_out_is_allowed(name: str, parameter: str) -> None:
    default = parameters(FUNCTIONS[name])[parameter].default
    if default is not inspect.Parameter.empty:
        assert module._fits(parameter, default, module._allowed(inspect.unwrap(FUNCTIONS[name]))[parameter])


WRONG: dict[str, list[object]] = {
    "convention": ["foo", "day0", 1, None],
    "predictor": ["x", 3, None],
    "replications": [0, -1, 2.5, "ten", True, 10_001, [30]],
    "trajectories": [-1, 2.5, "ten", True],
    "replication": [-1, 0.5, "first", None],
    "seed": [-1, 2**63, "x", 1.0, None, False],
    "workers": [0, -2, 1.5, "all", 1025, True],
    "engine": [3, None, []],
    "year": ["2023", 2023.0, [2023], True],
    "scenario": [3, [], 2.5],
    "progress": [True, 3, "yes"],
    "internal": [1, "yes", None],
    "confidence": [[], True, None],
}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        (name, parameter, value)
        for name, parameter in EVERY
        for value in WRONG.get(parameter, [])
        if not (name == "load" and parameter == "scenario")
        and not (name in ("sweep", "calibrate_to") and parameter == "engine" and value is None)
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(name: str, parameter: str, value: object) -> None:
    default = parameters(FUNCTIONS[name])[parameter].default
    if value is None and default is None:
        pytest.skip("can be left out")
    with pytest.raises(ArgumentError) as error:
        called(name, parameter, value)
    said = str(error.value)
    assert said.startswith(f"{parameter} is ") and ", not " in said
    if isinstance(value, str):
        assert f'not "{value}"' in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: simkit.run("hackney", engine="fast"), "auto, simpy, kernel"),
        (lambda: simkit.run("hackney", year=1999), "1999"),
        (lambda: simkit.profile("hackney", 1999), "1999"),
        (lambda: simkit.piles(1999), "2025"),
        (lambda: simkit.pull_against_span(1999), "1999"),
        (lambda: simkit.calibrate("hackney", 1999), "1999"),
        (lambda: simkit.project(1999, 2000), "1999"),
        (lambda: simkit.explained([1999]), "1999"),
        (lambda: simkit.staff("hackney", "over 45 days <= 20%", confidence=2), "50% to 99%"),
        (lambda: simkit.staff("hackney", "sooner"), "sooner"),
        (lambda: simkit.staff("hackney", "over 45 days <= 20%", replications=9), "least is 10"),
        (lambda: simkit.compare("hackney", "winter-surge", replications=1), "at least 5"),
        (lambda: simkit.sensitivity("hackney", replications=2), "at least 3"),
        (lambda: simkit.sensitivity("hackney", measure="x"), "x"),
        (lambda: simkit.names("counties"), '"national"'),  # type: ignore[arg-type]
        (lambda: simkit.run("hackney", "no-such-scenario"), "no-such-scenario"),
        (lambda: simkit.authority([]), "code_or_name is text"),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_only_the_function_can_judge_is_told_too(wrong: Callable[[], object], said: str) -> None:
    with pytest.raises(simkit.SimkitError) as error:
        wrong()
    assert said in str(error.value)


def test_the_text_says_what_was_given_what_is_allowed_and_how_to_write_it() -> None:
    with pytest.raises(ArgumentError) as error:
        simkit.run("hackney", convention="day0")
    assert str(error.value) == (
        'convention is "day_0" or "day_1", not "day0". It can be left out. Did you mean "day_0"?'
    )
    with pytest.raises(ArgumentError) as error:
        simkit.run("hackney", replications=0)
    assert str(error.value) == (
        "replications is a whole number from 1 to 10000, not 0. It can be left out. "
        "For example: replications=30."
    )


def test_nothing_of_a_table_or_a_long_text_is_shown_back() -> None:
    """It may be somebody's data, put in the wrong place."""
    frame = pd.DataFrame({"child": ["Alice Example"]})
    for wrong in (
        lambda: simkit.load(frame),
        lambda: simkit.names("Alice Example " * 9),
    ):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError) as error:
            wrong()
        assert "Alice" not in str(error.value)


@pytest.mark.parametrize("error", [simkit.SimkitError, TypeError, ValueError])
def test_it_is_the_error_that_python_would_raise_too(error: type[Exception]) -> None:
    with pytest.raises(error):
        simkit.profile("hackney", "2023")  # type: ignore[arg-type]


def test_what_is_as_good_as_the_kind_asked_for_is_taken() -> None:
    """Numbers of numpy, as in a frame; a path for a text; a tuple for a list; a word for a choice."""

    @checked_arguments
    def taken(
        seed: int, part: float, path: str | Path, years: list[int] | tuple[int, ...], how: Convention | str
    ) -> bool:
        return True

    assert taken(np.int64(3), 1, Path("x"), [2023], "day_1")  # type: ignore[arg-type]
    assert taken(3, np.float32(0.5), "x", (2023,), Convention.DAY_0)  # type: ignore[arg-type]
    assert simkit.profile("hackney", np.int64(2023)) == simkit.profile("hackney", 2023)  # type: ignore[arg-type]


def test_a_function_gets_numbers_and_days_of_pythons_own() -> None:
    """Results keep a seed and a year, and write them as JSON, which knows no other kinds."""

    @checked_arguments
    def got(*years: int, seed: int, today: dt.date | None = None) -> tuple[object, ...]:
        return *years, seed, today

    moment = dt.datetime(2024, 3, 31, 5)
    found = got(np.int64(2023), 2022, seed=np.int32(7), today=moment)  # type: ignore[arg-type]
    assert found == (2023, 2022, 7, dt.date(2024, 3, 31))
    assert [type(each) for each in found] == [int, int, int, dt.date]
    assert got(seed=1, today=pd.Timestamp(moment)) == (1, dt.date(2024, 3, 31))
    load = simkit.load("coventry", today=moment)
    assert load == simkit.load("coventry", today=moment.date()), "dates are compared with dispensations"


def test_a_list_is_refused_for_what_is_in_it_and_many_words_are_listed() -> None:
    with pytest.raises(ArgumentError, match=" or a list, not a list of str and NoneType"):
        simkit.check(["hackney", None])  # type: ignore[list-item]
    with pytest.raises(ArgumentError, match='"authorities", "national", "trials", "scenarios" or "sweeps", '):
        simkit.names("")  # type: ignore[arg-type]


def test_a_decorated_function_is_what_it_was_to_help_and_editors() -> None:
    for name, function in FUNCTIONS.items():
        bare = inspect.unwrap(function)
        assert inspect.signature(function) == inspect.signature(bare)
        assert (function.__name__, function.__module__) == (bare.__name__, bare.__module__), name
        assert function.__doc__ == bare.__doc__ and function.__doc__


def test_what_is_wrong_with_the_call_itself_stays_pythons_own() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'seeds'"):
        simkit.run("hackney", seeds=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing"):
        simkit.run()  # type: ignore[call-arg]
