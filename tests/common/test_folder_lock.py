"""One run writes to a folder; a run that was killed keeps nobody out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from simkit.common.errors import SimkitError
from simkit.common.folder_lock import LOCK, Lock, LockedError, lock


def left_by(folder: Path, *, host: str, process: int, silent: float = 0, born: str = "") -> None:
    """A lock as another run leaves it."""
    words: dict[str, object] = {"token": "x", "host": host, "process": process, "born": born}
    words["since"] = "2026-01-01T00:00:00+00:00"
    (folder / LOCK).write_text(json.dumps(words), encoding="utf-8")
    then = time.time() - silent
    os.utime(folder / LOCK, (then, then))


def ended_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_a_second_run_is_told_of_the_first(tmp_path: Path) -> None:
    who = f"process {os.getpid()} on this computer"
    with lock(tmp_path), pytest.raises(LockedError, match=who) as problem, lock(tmp_path):
        pass
    assert "Nothing was changed" in str(problem.value)
    assert not (tmp_path / LOCK).exists()


def test_it_is_free_again_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(tmp_path):
        raise ZeroDivisionError
    with lock(tmp_path):
        pass


def test_the_lock_of_a_process_that_is_gone_is_taken_over(tmp_path: Path) -> None:
    left_by(tmp_path, host=socket.gethostname(), process=ended_process())
    with lock(tmp_path) as held:
        held.check()


def test_another_computers_lock_holds_while_it_gives_signs_of_life(tmp_path: Path) -> None:
    left_by(tmp_path, host="elsewhere", process=1)
    with pytest.raises(LockedError, match="process 1 on elsewhere, since 2026"), lock(tmp_path):
        pass
    left_by(tmp_path, host="elsewhere", process=1, silent=3600)
    with lock(tmp_path):
        pass


@pytest.mark.parametrize("silent", [0, 3600])
def test_a_lock_whose_number_another_process_has_now_is_taken_over(tmp_path: Path, silent: float) -> None:
    left_by(tmp_path, host=socket.gethostname(), process=os.getpid(), silent=silent, born="long ago")
    with lock(tmp_path):
        pass


def test_a_process_that_lives_is_not_overrun_however_long_it_stood_still(tmp_path: Path) -> None:
    """A laptop that slept gives no sign of life, and goes on writing when it wakes up."""
    with lock(tmp_path) as held:
        then = time.time() - 24 * 3600
        os.utime(tmp_path / LOCK, (then, then))
        with pytest.raises(LockedError, match="on this computer"), lock(tmp_path):
            pass
        held.check()


def test_a_lock_dated_in_the_future_keeps_nobody_out_for_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of another computer, or of the drive, is a day ahead."""
    monkeypatch.setattr("simkit.common.folder_lock._WAIT", 0.5)
    left_by(tmp_path, host="elsewhere", process=1, silent=-24 * 3600)
    with lock(tmp_path):
        pass


def test_a_lock_dated_in_the_future_holds_while_it_gives_signs_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.common.folder_lock._WAIT", 5)
    left_by(tmp_path, host="elsewhere", process=1, silent=-24 * 3600)
    ended = threading.Event()

    def beat() -> None:
        for number in range(1000):
            if ended.wait(0.1):
                return
            then = time.time() + 24 * 3600 + number
            os.utime(tmp_path / LOCK, (then, then))

    alive = threading.Thread(target=beat)
    alive.start()
    try:
        with pytest.raises(LockedError, match="on elsewhere"), lock(tmp_path):
            pass
    finally:
        ended.set()
        alive.join()


def test_a_file_that_is_open_elsewhere_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows, where it can't be replaced or read meanwhile."""
    real, refusals = Path.replace, [3]

    def replace(self: Path, target: Path) -> Path:
        if refusals[0]:
            refusals[0] -= 1
            raise PermissionError(13, "used by another process")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with lock(tmp_path) as held:
        held.check()
    assert refusals == [0]


def test_an_unreadable_lock_is_somebodys_until_it_is_old(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("", encoding="utf-8")
    with pytest.raises(LockedError), lock(tmp_path):
        pass
    os.utime(tmp_path / LOCK, (0, 0))
    with lock(tmp_path):
        pass


def test_a_run_whose_lock_was_taken_over_stops_before_it_writes(tmp_path: Path) -> None:
    with lock(tmp_path) as held:
        left_by(tmp_path, host="elsewhere", process=1)
        with pytest.raises(LockedError, match="taken over"):
            held.check()
    assert json.loads((tmp_path / LOCK).read_text(encoding="utf-8"))["host"] == "elsewhere", (
        "not ours to delete"
    )


def test_of_many_that_come_at_once_one_has_it(tmp_path: Path) -> None:
    left_by(tmp_path, host=socket.gethostname(), process=ended_process())
    begin, inside, most = threading.Barrier(8), [0], [0]
    guard = threading.Lock()

    def come() -> None:
        begin.wait()
        try:
            with lock(tmp_path) as held:
                held.check()
                with guard:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.3)
                with guard:
                    inside[0] -= 1
        except LockedError:
            pass

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SimkitError, match="can't be written"), lock(tmp_path / "none"):
        pass


def test_a_lock_is_a_value(tmp_path: Path) -> None:
    assert Lock(tmp_path, "a") == Lock(tmp_path, "a")
