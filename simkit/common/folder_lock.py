"""A lock file for a folder: one run writes at a time, and the lock of a killed run is taken over."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simkit.common.bounded_file import bounded_bytes
from simkit.common.errors import SimkitError
from simkit.common.patience import patiently

LOCK = ".lock"
_BEAT = 30.0  # seconds between signs of life
_STALE = 600.0  # seconds without a sign of life after which a lock is free; long, for network drives' clocks
_WAIT = 1.5 * _BEAT
_PAUSE = 0.05
_MOST_BYTES = 10_000


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
                f"Another run has taken over {self.path.parent} while this one was paused, or its lock was "
                "deleted. This run stops; what it had finished is kept."
            )


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds a lock. ``born``: when its process began, in the words of its system; empty where not told.

    ``modified``: when it last gave a sign of life, in seconds as ``time.time`` has them.
    """

    token: str
    host: str
    process: int
    born: str
    since: str
    modified: float

    def is_stale(self, path: Path) -> bool:
        """Whether the holder is dead.

        On this computer: no such process, or the number belongs to one that began at another time. A process
        that lives is never dead, however long it stood still. On another computer: no sign of life for ten
        minutes. Where the clock of that computer or of the drive is far ahead, the next sign is waited for.
        """
        if self.host == socket.gethostname():
            if not _is_running(self.process):
                return True
            born = _born(self.process)
            if born and self.born:
                return born != self.born
        age = time.time() - self.modified
        return age > _STALE or (age < -_STALE and not _gives_signs(path))


@contextmanager
def lock(folder: Path) -> Iterator[Lock]:
    """Hold the lock of an existing folder. Raises LockedError while another run holds it.

    The lock of a killed run is taken over: its process no longer runs or, on another computer, it has given
    no sign of life for ten minutes.
    """
    own = Lock(folder / LOCK, secrets.token_hex(8))
    _acquire(own)
    ended = threading.Event()
    beat = threading.Thread(target=_beat, args=(own, ended), daemon=True)
    beat.start()
    try:
        yield own
    finally:
        ended.set()
        beat.join()
        holder = _read(own.path)
        if holder is not None and holder.token == own.token:
            with suppress(OSError):
                own.path.unlink()


def _acquire(own: Lock) -> None:
    content = {
        "token": own.token,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "born": _born(os.getpid()),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    temporary = own.path.with_name(f"{LOCK}.{own.token}.part")
    try:
        temporary.write_text(json.dumps(content), encoding="utf-8")
        holder = _read(own.path)
        if holder is not None and not holder.is_stale(own.path):
            raise LockedError(_locked_text(own.path, holder))
        patiently(lambda: temporary.replace(own.path))
        time.sleep(_PAUSE)  # of two at once, the later has it
    except OSError as error:
        raise SimkitError(f"{own.path} can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    holder = _read(own.path)
    if holder is None or holder.token != own.token:
        raise LockedError(_locked_text(own.path, holder))


def _locked_text(path: Path, holder: _Holder | None) -> str:
    if holder is None:
        subject, remedy = "Another run", ""
    else:
        computer = "this computer" if holder.host == socket.gethostname() else holder.host
        subject = f"Another run (process {holder.process} on {computer}, since {holder.since})"
        remedy = f" If you are sure that it is not running any more, delete {path}."
    return (
        f"{subject} is writing to {path.parent}. Nothing was changed: wait for it, or give another folder."
        f"{remedy}"
    )


def _read(path: Path) -> _Holder | None:
    """The holder of a lock, None without a lock file; an unreadable one counts as held until it is old."""
    try:
        modified, content = patiently(lambda: (path.stat().st_mtime, bounded_bytes(path, _MOST_BYTES)))
        text = content.decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError):
        modified, text = time.time(), ""
        with suppress(OSError):
            modified = path.stat().st_mtime
    try:
        said = json.loads(text)
        return _Holder(
            str(said["token"]),
            str(said["host"]),
            int(said["process"]),
            str(said.get("born", "")),
            str(said["since"]),
            modified,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _Holder("", "an unknown computer", 0, "", "an unknown time", modified)


def _gives_signs(path: Path) -> bool:
    """Whether a lock gives a sign of life within the time in which it should."""
    until = time.monotonic() + _WAIT
    seen = _modified(path)
    while seen is not None and time.monotonic() < until:
        time.sleep(_PAUSE)
        now = _modified(path)
        if now != seen:
            return now is not None
    return False


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _beat(own: Lock, ended: threading.Event) -> None:
    while not ended.wait(_BEAT):
        with suppress(OSError):
            os.utime(own.path)


def _is_running(process: int) -> bool:
    """Whether a process runs on this computer."""
    if sys.platform == "win32":
        return _is_running_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to another user
        return True
    return True


def _born(process: int) -> str:
    """When a process of this computer began, in the words of the system; empty where it doesn't tell.

    The number of a process that ended is given to another one some day; the two began at different times.
    """
    if sys.platform == "win32":
        return _born_on_windows(process)
    try:
        if sys.platform == "linux":
            text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            return text.rpartition(")")[2].split()[19]
        words = ["ps", "-o", "lstart=", "-p", str(process)]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    except (OSError, IndexError):
        return ""


def _born_on_windows(process: int) -> str:
    import ctypes

    query = 0x1000
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    handle = kernel32.OpenProcess(query, False, process)
    if not handle:
        return ""
    try:
        times = (ctypes.c_ulonglong * 4)()
        places = [ctypes.byref(times, 8 * number) for number in range(4)]
        return str(times[0]) if kernel32.GetProcessTimes(handle, *places) else ""
    finally:
        kernel32.CloseHandle(handle)


def _is_running_on_windows(process: int) -> bool:
    """The same on Windows, where signal 0 would end the process."""
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
