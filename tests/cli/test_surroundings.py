"""Commands where something around them is missing: a reader, an output, a home folder, room on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

RUN = ("run", "isles-of-scilly", "--replications", "2")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


def command(*arguments: object, shell: str = "", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run simkit in a process of its own: ``shell`` redirects it, ``changes`` are of its environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SIMKIT_PROGRESS": "off"}
    for name, value in changes.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    words = [sys.executable, "-m", "simkit", *map(str, arguments)]
    if shell:
        words = ["sh", "-c", f'exec "$@" {shell}', "sh", *words]
    return subprocess.run(words, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


@pytest.mark.slow
def test_files_are_written_and_named_where_nobody_reads(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "simkit", *RUN, "--engine", "simpy", "--out", str(tmp_path / "out")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.close()
        said = run.stderr.read().splitlines()
    assert said and all(line.startswith("Written: ") for line in said)
    assert len(said) == len(list((tmp_path / "out").iterdir()))


@POSIX
@pytest.mark.parametrize("arguments", [("list",), ("check", "hackney"), ("--help",), ("--version",)])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.slow
def test_a_closed_output_is_no_fault(arguments: tuple[str, ...], closed: str) -> None:
    ran = command(*arguments, shell=closed)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert bool(ran.stdout) == closed.startswith("2")


def test_a_command_that_has_loaded_duckdb_ends_without_a_list_of_what_is_left() -> None:
    pytest.importorskip("duckdb")
    code = "import duckdb; duckdb.sql('select 1'); from simkit.cli import main; main(['--version'])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.slow
def test_an_output_without_room_is_told_and_the_files_are_there(tmp_path: Path) -> None:
    for arguments in (("list",), ("--help",)):
        ran = command(*arguments, shell="> /dev/full")
        assert ran.returncode == 1 and ran.stderr.count("\n") == 1
        assert "fault in simkit" not in ran.stderr
    ran = command(*RUN, "--engine", "simpy", "--out", tmp_path / "out", shell="> /dev/full")
    assert ran.returncode == 1 and (tmp_path / "out" / "measures.csv").exists()
    assert "The answer can't be printed" in ran.stderr and "nothing was written" not in ran.stderr


@pytest.mark.slow
def test_no_home_folder_changes_nothing(tmp_path: Path) -> None:
    gone = dict.fromkeys(("HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "XDG_CACHE_HOME", "MPLCONFIGDIR"))
    arguments = (*RUN, "--engine", "simpy", "--out")
    ran = command(*arguments, tmp_path / "without", **gone)
    assert ran.returncode == 0, ran.stderr
    assert command(*arguments, tmp_path / "with").returncode == 0
    here, there = ((tmp_path / name / "measures.csv").read_bytes() for name in ("with", "without"))
    assert here == there


def test_without_a_folder_for_it_the_kernel_is_compiled_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an install that can't be written to by a user without a home folder."""
    numba = pytest.importorskip("numba")
    from simkit.model.kernel import compiler

    real = numba.njit

    def njit(*, cache: bool = False, **settings: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(**settings)

    monkeypatch.setattr("simkit.model.kernel.compiler.numba.njit", njit)
    monkeypatch.setattr(compiler, "_ENTRIES", [])
    compiler.entry(lambda value: value)
    assert "can't be kept for the next time" in compiler.compiling()


@pytest.mark.long
@POSIX
def test_on_a_full_disk_the_kernel_is_compiled_in_memory(tmp_path: Path) -> None:
    """No file may grow beyond 8 KB, so nothing that is compiled can be kept; the figures are the same."""
    pytest.importorskip("numba")
    (tmp_path / "cache").mkdir()
    arguments = (*RUN, "--engine", "kernel", "--format", "json")
    limit = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (8192, 8192)); "
    start = f"{limit}import simkit.cli; simkit.cli.main({[str(each) for each in arguments]!r})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    full = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert full.returncode == 0, full.stderr
    assert not list((tmp_path / "cache").rglob("*.nbc")), "nothing could be kept"
    assert full.stdout == command(*arguments).stdout
