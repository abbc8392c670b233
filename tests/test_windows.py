"""What Windows does otherwise, as far as another system can show it."""

from __future__ import annotations

import ast
import errno
import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest
from paths import ROOT

import simkit
from simkit.common.atomic_files import OutputError, destination, write_all
from simkit.common.paths import LONGEST_ON_WINDOWS, reserved_on_windows
from simkit.common.shell import command_line

SITE_PACKAGES = r"C:\Users\firstname.lastname\AppData\Local\Programs\Python\Python313\Lib\site-packages"
"""The longest place that a usual installation has."""

POSIX_ONLY = frozenset(["fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"])
PACKAGED = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("simkit", "frameworks", "scenarios", "sweeps")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
)


def script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "script.py"]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False
    )


# Names and paths


def test_every_packaged_path_fits_below_a_usual_installation() -> None:
    for name in PACKAGED:
        inside = name if name.startswith("simkit/") else f"simkit/{name}"
        compiled = f"{SITE_PACKAGES}\\{inside}".replace(".py", ".cpython-313.opt-2.pyc")
        assert len(compiled) + len("__pycache__\\") < LONGEST_ON_WINDOWS, name


def test_no_packaged_file_has_a_name_that_windows_does_not_allow() -> None:
    assert len(PACKAGED) > 1000
    assert len({name.lower() for name in PACKAGED}) == len(PACKAGED), "names that differ in capitals alone"
    for name in PACKAGED:
        assert not reserved_on_windows(Path(name)), name
        assert not re.search(r'[<>:"\\|?*]|[. ](/|$)', name), name


def test_there_is_no_link_to_another_file() -> None:
    for name in PACKAGED:
        assert not (ROOT / name).is_symlink(), name


@pytest.mark.parametrize("name", ["con", "NUL.xlsx", "aux", "Com1", "LPT9.results", "folder/prn"])
def test_the_name_of_a_device_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="name of a device on Windows"):
        destination(tmp_path / name)


@pytest.mark.parametrize("name", ["console", "nully.xlsx", "com", "lpt10", "prnt", "results.con"])
def test_other_names_are_not(name: str, tmp_path: Path) -> None:
    assert not reserved_on_windows(Path(name))


def test_a_path_that_is_too_long_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path
    for _ in range(6):
        folder = folder / ("y" * 50)
    folder.parent.mkdir(parents=True)

    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match="more than 259 letters, which Windows does not allow"):
        write_all(folder, {"a.csv": b""})


def test_a_windows_path_stays_whole_in_a_command_to_repeat() -> None:
    path = PureWindowsPath(r"C:\Users\Ann Lee\kent.yaml")
    assert command_line("simkit", "check", path) == r'simkit check "C:\Users\Ann Lee\kent.yaml"'
    assert command_line("simkit", "check", r"C:\work\kent.yaml") == r"simkit check C:\work\kent.yaml"


@pytest.mark.parametrize(
    "name", [r"C:\Users\ann\kent.yaml", r"C:kent.yaml", r"\\server\share\kent.yaml", "D:/k.yaml"]
)
@pytest.mark.slow
def test_a_path_with_a_drive_that_is_not_there_is_told_as_a_file(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "simkit", "check", name], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr and "fault in simkit" not in run.stderr
    assert Path(name).name in run.stdout + run.stderr


# Files that are open elsewhere


@pytest.mark.parametrize("refusals", [3, 10_000])
def test_a_file_that_a_scanner_has_open_is_waited_for(
    refusals: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Path.replace, [refusals]

    def replace(self: Path, target: Path) -> Path:
        if left[0] and self != target:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "used by another process")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("simkit.common.patience.PAUSE", 0.01)
    if refusals < 100:
        write_all(tmp_path, {"a.csv": b"1"})
        assert (tmp_path / "a.csv").read_bytes() == b"1"
    else:
        with pytest.raises(OutputError, match="open in another program"):
            write_all(tmp_path, {"a.csv": b"1"})
        assert list(tmp_path.iterdir()) == []


# Processes that are spawned, not forked

SPAWN = "import multiprocessing, simkit\n"
RUN = 'simkit.run("isles-of-scilly", replications=2, engine="simpy", workers={})'


@pytest.mark.slow
def test_processes_that_are_spawned_give_the_same(tmp_path: Path) -> None:
    text = f"{SPAWN}if __name__ == '__main__':\n    multiprocessing.set_start_method('spawn')\n"
    text += f"    print(repr({RUN.format(2)}.measures) == repr({RUN.format(1)}.measures))\n"
    done = script(tmp_path, text)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.slow
def test_a_script_without_a_guard_is_told_what_to_write(tmp_path: Path) -> None:
    text = f"{SPAWN}multiprocessing.set_start_method('spawn', force=True)\n{RUN.format(2)}\n"
    done = script(tmp_path, text)
    assert done.returncode == 1
    assert 'put calls of simkit below `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]


# What the system has


@pytest.mark.slow
def test_nothing_is_used_that_windows_lacks() -> None:
    for path in sorted((ROOT / "simkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not POSIX_ONLY & {name.partition(".")[0] for name in names}, path
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used = f"{node.value.id}.{node.attr}"
                assert used not in ("os.fork", "os.getuid", "os.geteuid", "os.mkfifo", "signal.SIGKILL"), path


@pytest.mark.slow
def test_every_text_file_is_opened_with_its_encoding(tmp_path: Path) -> None:
    """Windows would take cp1252 where none is given."""
    made = str(tmp_path / "out")
    for words in (["check", "hackney"], ["run", "isles-of-scilly", "--replications", "2", "--out", made]):
        command = [sys.executable, "-X", "warn_default_encoding", "-m", "simkit", *words]
        run = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, encoding="utf-8")
        assert run.returncode == 0, run.stderr
        warned = [line for line in run.stderr.splitlines() if "EncodingWarning" in line]
        assert not [line for line in warned if str(ROOT / "simkit") in line]


def test_times_need_no_list_of_time_zones() -> None:
    """Windows has none, and the package tzdata is not installed."""
    for path in sorted((ROOT / "simkit").rglob("*.py")):
        assert "zoneinfo" not in path.read_text(encoding="utf-8"), path
    assert simkit.__version__
