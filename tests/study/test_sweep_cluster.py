"""A sweep on a Dask cluster over TCP: the same tables whatever dies on the way, and words for the rest."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

from simkit.common.errors import SimkitError
from simkit.study.sweep import cluster
from simkit.study.sweep.sweep import sweep

PLAN: dict[str, Any] = {
    "frameworks": ["isles-of-scilly", "rutland", "city-of-london"],
    "scenarios": ["as-published", "winter-surge", "quarter-vacant"],
    "replications": 2,
    "seed": 3,
    "engine": "simpy",
}
TABLES = ("measures.csv", "measures.parquet", "bands.csv", "bands.parquet", "pieces.csv", "assumptions.csv")


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        number: int = listening.getsockname()[1]
        return number


def dask(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def worker(address: str, folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return dask("worker", address, *options, **environment)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler without workers."""
    port = free_port()
    process = dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.mark.long
def test_the_same_tables_with_one_of_two_workers_killed_midway(scheduler: str, tmp_path: Path) -> None:
    sweep(PLAN, tmp_path / "alone", workers=1)
    workers = [worker(scheduler, tmp_path / str(number)) for number in range(2)]
    killed: list[int] = []

    def kill_one(done: int, expected: int) -> None:
        if done and not killed:
            workers[0].send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            killed.append(done)

    try:
        found = sweep(PLAN, tmp_path / "out", cluster=scheduler, progress=kill_one)
    finally:
        for process in workers:
            process.kill()
            process.wait()
    assert killed and killed[0] < 18, "it was killed midway"
    assert len(found.pieces) == 9 and not found.failed
    assert tables(tmp_path / "out") == tables(tmp_path / "alone")


@pytest.mark.long
def test_a_worker_with_another_simkit_is_told(scheduler: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    text = "import simkit.version\nsimkit.version.__version__ = '0.0.1'\n"
    (other / "sitecustomize.py").write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(other), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = worker(scheduler, tmp_path / "work", PYTHONPATH=path)
    try:
        with pytest.raises(SimkitError, match=r"has simkit 0\.0\.1, and this is"):
            sweep(PLAN, tmp_path / "out", cluster=scheduler)
    finally:
        process.kill()
        process.wait()
    assert not list((tmp_path / "out" / "pieces").glob("*.parquet"))


@pytest.mark.long
def test_when_the_last_worker_dies_what_is_finished_is_kept(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_LOOK", 0.2)
    monkeypatch.setattr(cluster, "_PATIENCE", 3)
    process = worker(scheduler, tmp_path / "work")
    said: list[str] = []

    def kill(done: int, expected: int) -> None:
        if done:
            process.kill()

    try:
        with pytest.raises(SimkitError, match=r"No worker is left.*are kept"):
            sweep(PLAN, tmp_path / "out", cluster=scheduler, progress=kill, say=said.append)
    finally:
        process.kill()
        process.wait()
    assert any("0 of 1 workers" in each for each in said)
    assert len(sweep(PLAN, tmp_path / "out", workers=1).pieces) == 9


@pytest.mark.long
def test_a_killed_scheduler_ends_in_a_sentence_alone(tmp_path: Path) -> None:
    """As a command, whose output is all that the user sees: no log and no traceback of Dask's."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    process = dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    helper = worker(address, tmp_path / "work")
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "simkit: sweep/1\nframeworks: [isles-of-scilly, rutland, city-of-london]\n"
        "scenarios: [as-published, winter-surge]\nreplications: 20\nseed: 1\nengine: simpy\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "simkit", "sweep", str(plan), "--out", str(tmp_path / "out")]
    try:
        time.sleep(5)
        run = subprocess.Popen(
            [*command, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + 120
        while not list((tmp_path / "out").glob("pieces/*.parquet")) and time.monotonic() < until:
            time.sleep(0.1)
        process.kill()
        out, told = run.communicate(timeout=180)
    finally:
        for each in (process, helper):
            each.kill()
            each.wait()
    assert run.returncode == 1 and out == ""
    assert "does not answer any more. The pieces that are finished are kept" in told
    assert "Traceback" not in told and "distributed" not in told and len(told.splitlines()) <= 3
    done = sweep(plan, tmp_path / "out", workers=1)
    sweep(plan, tmp_path / "alone", workers=1)
    assert len(done.pieces) == 6
    assert tables(tmp_path / "out") == tables(tmp_path / "alone")


@pytest.mark.long
def test_a_scheduler_without_workers_is_told(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_FIRST_WORKER", 0.5)
    with pytest.raises(SimkitError, match=r"has no workers.*dask worker tcp://"):
        sweep(PLAN, tmp_path / "out", cluster=scheduler)


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SimkitError, match=f"No scheduler answers at {address}.*dask scheduler"):
        sweep(PLAN, tmp_path / "out", cluster=address)


@pytest.mark.parametrize("address", ["nonsense", "ftp://x:1", ""])
def test_what_can_be_no_address_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    with pytest.raises(SimkitError, match=r"address|No scheduler answers"):
        sweep(PLAN, tmp_path / "out", cluster=address)


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(SimkitError, match="`cluster`"):
        sweep(PLAN, tmp_path / "out", cluster="tcp://127.0.0.1:1")


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://x", "foo://a:1", "tcp://a:b", "tcp://a:70000"])
def test_what_is_no_address_is_refused_before_anything_is_asked(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No client is made of it: one that fails leaves a traceback on stderr when it is thrown away."""
    monkeypatch.setattr("distributed.Client", None)
    with pytest.raises(SimkitError, match="can't be the address of a scheduler"):
        sweep(PLAN, tmp_path / "out", cluster=address)
