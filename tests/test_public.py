"""The public names: complete, sorted, typed, and brought in only when they are used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from textwrap import dedent

import pytest

import simkit

HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "yaml",
    "jsonschema",
    "typer",
    "rich",
    "simpy",
    "numba",
    "openpyxl",
)


def loaded_after(code: str) -> set[str]:
    """The heavy packages that a fresh Python has loaded after some code."""
    report = f"{code}\nimport sys; print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_all_is_sorted_and_without_doubles() -> None:
    assert simkit.__all__ == sorted(set(simkit.__all__))


@pytest.mark.parametrize("name", simkit.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(simkit, name) is not None
    assert name in dir(simkit)


def test_a_public_name_is_the_thing_itself() -> None:
    assert simkit.run is import_module("simkit.study.experiment").run
    assert simkit.figure is import_module("simkit.output.answers.earlier").figure


def examples() -> dict[str, str]:
    """The example in the docstring of each public function that has one."""
    found = {}
    for name in simkit.__all__:
        words = inspect.getdoc(getattr(simkit, name)) or ""
        if inspect.isfunction(getattr(simkit, name)) and "Example::" in words:
            found[name] = dedent(words.split("Example::\n\n", 1)[1])
    return found


QUICK = {"check", "load", "project", "nation", "authority_years"}


def test_the_functions_that_people_begin_with_have_an_example() -> None:
    assert {"run", "compare", "staff", "sensitivity", "sweep", "read_return", *QUICK} <= examples().keys()


@pytest.mark.parametrize(("name", "code"), examples().items())
def test_an_example_calls_its_function_as_it_can_be_called(name: str, code: str) -> None:
    calls = [
        call
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[0] == "simkit"
    ]
    assert f"simkit.{name}" in {ast.unparse(call.func) for call in calls}
    for call in calls:
        function = getattr(simkit, ast.unparse(call.func).removeprefix("simkit."))
        inspect.signature(function).bind(*call.args, **{each.arg or "": each for each in call.keywords})
    if name in QUICK:
        exec(code, {"simkit": simkit})


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No simkit attribute simulate_all"):
        _ = simkit.simulate_all  # type: ignore[attr-defined]


def test_importing_simkit_loads_nothing_heavy() -> None:
    assert loaded_after("import simkit") == set()


def test_the_help_loads_neither_numbers_nor_frameworks() -> None:
    code = "from simkit.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert loaded_after(code) <= {"typer", "rich"}


def test_showing_a_framework_loads_no_simulation() -> None:
    code = "from simkit.cli import main\ntry: main(['show', 'hackney', 'title'])\nexcept SystemExit: pass"
    assert not loaded_after(code) & {"numpy", "pandas", "scipy", "matplotlib", "simpy", "numba"}


def test_a_lone_name_can_be_checked_and_loaded() -> None:
    assert simkit.check("hackney").ok
    assert simkit.load("hackney").authority == "Hackney"


@pytest.mark.slow
def test_every_public_name_is_there_in_a_fresh_python() -> None:
    """Whatever was loaded before: each is the first that a Python asks for once."""
    code = "import sys, simkit\nfor name in simkit.__all__[int(sys.argv[1])::4][::-1]: getattr(simkit, name)"
    for start in range(4):
        subprocess.run([sys.executable, "-c", code, str(start)], check=True)
    alone = "import simkit; simkit.drawings.timeline_svg; simkit.figures.durations"
    subprocess.run([sys.executable, "-c", alone], check=True)
