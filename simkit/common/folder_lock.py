"""A lock on a folder: one run writes to it at a time, and one that was killed keeps nobody out."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simkit.common.errors import SimkitError

__all__ = ["LOCK", "Lock", "LockedError", "lock"]

LOCK = ".lock"
_BEAT = 30.0  # seconds between signs of life
_DEAD = (
    600.0  # without a sign for that long nobody holds it any more: many beats, for a network drive's clock
)
_PAUSE = 0.05


class LockedError(SimkitError):
    """Another run holds the folder, or has taken it over."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held. ``check`` before each write: it may have been taken over in the meantime."""

    path: Path
    token: str

    def check(self) -> None:
        """Raises LockedError where the lock is no longer this run's."""
        holder = _read(self.path)
        if holder is None or holder.token != self.token:
            raise LockedError(
                f"Another run has taken over {self.path.parent} while this one stood still, or its lock was "
                "deleted. This run stops; what it had finished is kept."
            )


@dataclass(frozen=True, slots=True)
class _Holder:
    token: str
    host: str
    process: int
    since: str
    silent: float

    @property
    def gone(self) -> bool:
        """Whether nobody can be holding it: no such process here, or no sign of life for ten minutes."""
        if self.silent > _DEAD:
            return True
        return self.host == socket.gethostname() and not _runs(self.process)


@contextmanager
def lock(folder: Path) -> Iterator[Lock]:
    """Hold the lock of a folder that is there.

    Raises LockedError where another run holds it. The lock of a run that was killed is taken over: its
    process is not there any more, or, on another computer, it has given no sign of life for ten minutes.
    """
    mine = Lock(folder / LOCK, secrets.token_hex(8))
    _take(mine)
    ended = threading.Event()
    beat = threading.Thread(target=_beat, args=(mine, ended), daemon=True)
    beat.start()
    try:
        yield mine
    finally:
        ended.set()
        beat.join()
        holder = _read(mine.path)
        if holder is not None and holder.token == mine.token:
            with suppress(OSError):
                mine.path.unlink()


def _take(mine: Lock) -> None:
    words = {
        "token": mine.token,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    passing = mine.path.with_name(f"{LOCK}.{mine.token}.part")
    try:
        passing.write_text(json.dumps(words), encoding="utf-8")
        holder = _read(mine.path)
        if holder is not None and not holder.gone:
            raise LockedError(_held(mine.path, holder))
        passing.replace(mine.path)
        time.sleep(_PAUSE)  # two that come at once: the later one has it
    except OSError as error:
        raise SimkitError(f"{mine.path} can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            passing.unlink()
    holder = _read(mine.path)
    if holder is None or holder.token != mine.token:
        raise LockedError(_held(mine.path, holder))


def _held(path: Path, holder: _Holder | None) -> str:
    if holder is None:
        who, remedy = "Another run", ""
    else:
        here = "this computer" if holder.host == socket.gethostname() else holder.host
        who = f"Another run (process {holder.process} on {here}, since {holder.since})"
        remedy = f" If you are sure that it is not running any more, delete {path}."
    return (
        f"{who} is writing to {path.parent}. Nothing was changed: wait for it, or give another folder."
        f"{remedy}"
    )


def _read(path: Path) -> _Holder | None:
    """Who holds a lock; None where nobody does. What can't be read is somebody's, until it is old."""
    try:
        silent = time.time() - path.stat().st_mtime
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    try:
        words = json.loads(text)
        return _Holder(
            str(words["token"]), str(words["host"]), int(words["process"]), str(words["since"]), silent
        )
    except (ValueError, KeyError, TypeError):
        return _Holder("", "an unknown computer", 0, "an unknown time", silent)


def _beat(mine: Lock, ended: threading.Event) -> None:
    while not ended.wait(_BEAT):
        with suppress(OSError):
            os.utime(mine.path)


def _runs(process: int) -> bool:
    """Whether a process of this computer is there."""
    if sys.platform == "win32":
        return _runs_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is there and somebody else's
        return True
    return True


def _runs_on_windows(process: int) -> bool:
    """The same where signal 0 would stop the process."""
    import ctypes

    synchronize, waiting, denied = 0x00100000, 0x00000102, 5
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    handle = kernel32.OpenProcess(synchronize, False, process)
    if not handle:
        last: int = ctypes.get_last_error()  # type: ignore[attr-defined,unused-ignore]
        return last == denied
    try:
        return bool(kernel32.WaitForSingleObject(handle, 0) == waiting)
    finally:
        kernel32.CloseHandle(handle)
