"""Which engine runs, what the user is told, and where the compiled one is kept."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from paths import ROOT

import simkit
from simkit.cli import main
from simkit.common.errors import SimkitError
from simkit.model import engine_choice
from simkit.model.engine_choice import NoKernelError, engine
from simkit.study import runner

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="the kernel needs numba")


def without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_choice, "find_spec", lambda name: None)


def test_simpy_when_asked_for() -> None:
    found = engine("simpy", 10**9)
    assert (found.name, found.notice) == ("simpy", "")


def test_another_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="auto, simpy, kernel"):
        engine("fast", 1)


def test_without_numba_auto_takes_simpy_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    without_numba(monkeypatch)
    found = engine("auto", 10)
    assert found.name == "simpy"
    assert "(the extra `fast`)" in found.notice


def test_without_numba_the_kernel_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    without_numba(monkeypatch)
    with pytest.raises(NoKernelError) as caught:
        engine("kernel", 10)
    assert isinstance(caught.value, SimkitError)
    assert isinstance(caught.value, ImportError)
    assert "(the extra `fast`)" in str(caught.value)
    assert "--engine simpy" in str(caught.value)


@pytest.mark.parametrize(
    "error", [ImportError("Numba needs NumPy 2.3 or less"), OSError("llvmlite.dll is blocked")]
)
def test_a_numba_that_cannot_be_loaded_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(engine_choice, "find_spec", lambda name: True)
    monkeypatch.delitem(sys.modules, "simkit.model.kernel.run", raising=False)
    monkeypatch.delattr(import_module("simkit.model.kernel"), "run", raising=False)
    monkeypatch.setitem(sys.modules, "simkit.model.kernel.process", None)

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "simkit.model.kernel.run":
                raise error

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(NoKernelError, match=str(error)):
        engine("kernel", 10)
    found = engine("auto", 10**9)
    assert found.name == "simpy"
    assert str(error) in found.notice


@pytest.mark.slow
def test_what_an_engine_has_to_say_is_said_once_and_is_no_part_of_a_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same command gives the same output, whatever the computer has compiled or lacks."""
    notice, tried = "Compiling the fast engine.", ("--replications", "5", "--workers", "1")
    for command in (("run", "rutland"), ("compare", "rutland", "national/working-together-2013")):
        told = []
        for said in (notice, ""):
            chosen = replace(engine("simpy", 1), notice=said)
            monkeypatch.setattr(runner, "choose_engine", lambda *_, chosen=chosen: chosen)
            with pytest.raises(SystemExit) as left:
                main([*command, *tried])
            assert not left.value.code
            told.append(capsys.readouterr())
        assert told[0].out == told[1].out != ""
        assert (told[0].err, told[1].err) == (f"{notice}\n", "")
    assert logging.getLogger("simkit").handlers == []


@needs_numba
def test_the_kernel_when_asked_for() -> None:
    assert engine("kernel", 1).name == "kernel"


PROBE = """
import sys
from simkit.model.engine_choice import engine

for work in (1_000, 150_000, 10_000_000):
    found = engine("auto", work)
    print(found.name, bool(found.notice), "numba" in sys.modules)
"""

RUN = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from kit import always, workload
from simkit.model.engine_choice import engine
from simkit.study.pulled import compile_kernel

found = engine("kernel", 1)
compile_kernel()
work = workload([0], {"case": [0], "effort": [7]}, always(1, 1, 3, 100))
print(bool(found.notice), found.run(work).end.tolist())
"""


def python(code: str, path: Path, cache: Path, *arguments: str) -> str:
    """What a fresh Python prints, with the package in ``path`` and its compiled parts in ``cache``."""
    env = {
        **os.environ,
        "PYTHONPATH": str(path),
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=env,
        cwd=cache,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def installed(folder: Path) -> Path:
    """A copy of the package and its files, with nothing compiled."""
    package = folder / "installed"
    for name in ("simkit", "frameworks", "scenarios"):
        shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    return package


@needs_numba
@pytest.mark.slow
def test_auto_counts_the_compiling(tmp_path: Path) -> None:
    """Nothing is compiled yet: seconds of work are for SimPy, minutes for the kernel."""
    root = Path(simkit.__file__).parents[1]
    printed = python(PROBE, root, tmp_path).split("\n")[:3]
    assert printed == ["simpy False False", "simpy False True", "kernel True True"]


@pytest.mark.long
@needs_numba
def test_the_kernel_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    package = installed(tmp_path)
    cache = tmp_path / "cache"
    cache.mkdir()
    tests = str(ROOT / "tests")
    assert python(RUN, package, cache, tests) == "True [7]\n"
    assert python(RUN, package, cache, tests) == "False [7]\n"
    hours = package / "simkit" / "model" / "working_hours.py"
    hours.write_text(hours.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert python(RUN, package, cache, tests) == "True [7]\n"


@pytest.mark.long
@needs_numba
@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_the_kernel_runs_where_nothing_can_be_written(tmp_path: Path) -> None:
    package = installed(tmp_path)
    for folder in [package, *(p for p in package.rglob("*") if p.is_dir())]:
        folder.chmod(0o555)
    try:
        env = {**os.environ, "PYTHONPATH": str(package), "HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere"}
        env.pop("NUMBA_CACHE_DIR", None)
        run = subprocess.run(
            [sys.executable, "-B", "-c", RUN, str(ROOT / "tests")],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == "True [7]\n"
    finally:
        for folder in [package, *(p for p in package.rglob("*") if p.is_dir())]:
            folder.chmod(0o755)
