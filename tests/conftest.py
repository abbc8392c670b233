"""Shared fixtures: a national framework, both engines where both are there, and the command line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from command import Command, Ran
from hypothesis import settings
from kit import national

from simkit.cli import main
from simkit.framework.framework import Framework
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload

_ENGINES = {"engine": "simkit.model.engine.process", "kernel": "simkit.model.kernel.run"}

settings.register_profile("untimed", deadline=None)  # a busy computer is no fault
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of the same width wherever tests run: in a process of several there is none to ask."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def framework() -> Framework:
    """National rules since 2018, no local ones."""
    return national()


@pytest.fixture(scope="session", params=["engine", "kernel"])
def simulate(request: pytest.FixtureRequest) -> Callable[[Workload], Outcome]:
    """Each of the two engines; the kernel is left out where it cannot be loaded."""
    if request.param == "kernel":
        pytest.importorskip("numba")
        pytest.importorskip("simkit.model.kernel.run")
    run: Callable[[Workload], Outcome] = import_module(_ENGINES[request.param]).simulate
    return run


@pytest.fixture(scope="session")
def fastest() -> Callable[[Workload], Outcome]:
    """The kernel, else the engine: for what asks about the model and not about an engine."""
    try:
        found: Callable[[Workload], Outcome] = import_module("simkit.model.kernel.run").simulate
    except ImportError:
        found = import_module("simkit.model.engine.process").simulate
    return found


@pytest.fixture
def simkit(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def command(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    return command
