"""Where the designer keeps what it writes: the files of one folder, and nothing outside it.

The application reads and writes through ``Folder`` alone. The browser edition gives it a folder of its own
file system.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from simkit.common.atomic_files import write_all
from simkit.common.bounded_file import bounded_bytes
from simkit.common.errors import SimkitError
from simkit.common.paths import reserved_on_windows

MOST_BYTES = 20_000_000
"""The largest file or request that is read."""

KEPT = ".simkit-designer"
"""The folder for what was typed but not saved, and for earlier versions."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_LONGEST = 120


class FileRefused(SimkitError):  # noqa: N818
    """A file can't be read, written or named so; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one folder by name, and the designer's own under ``KEPT``."""

    path: Path

    def names(self, ending: str) -> tuple[str, ...]:
        """The names of the ordinary files with this ending, sorted. Raises FileRefused."""
        try:
            found = [each.name for each in self.path.iterdir() if self._is_listed(each, ending)]
        except OSError as error:
            raise FileRefused(_cannot_read(self.path, error)) from error
        return tuple(sorted(found, key=str.lower))

    def _is_listed(self, file: Path, ending: str) -> bool:
        with suppress(OSError):
            hidden = file.name.startswith((".", "~$"))
            return not hidden and file.name.lower().endswith(ending) and self._inside(file) and file.is_file()
        return False

    def _inside(self, file: Path) -> bool:
        return file.resolve().parent == self.path.resolve()

    def read(self, name: str) -> bytes | None:
        """The content of a file, None where there is none. Raises FileRefused."""
        file = self._file(name)
        try:
            return bounded_bytes(file, MOST_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileRefused(_cannot_read(file, error)) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all. Raises OutputError or FileRefused."""
        file = self._file(name)
        if not self.path.is_dir():
            raise FileRefused(f"The folder {self.path} no longer exists, so nothing was saved.")
        write_all(self.path, {file.name: content})

    def read_kept(self, name: str) -> bytes | None:
        """The content of one of the designer's own files, None where it is missing or can't be read."""
        with suppress(OSError):
            return bounded_bytes(self.path / KEPT / safe_name(name), MOST_BYTES)
        return None

    def write_kept(self, name: str, content: bytes) -> None:
        """Write one of the designer's own files. Raises OutputError."""
        write_all(self.path / KEPT, {safe_name(name): content})

    def remove_kept(self, name: str) -> None:
        """Remove one of the designer's own files, if it is there."""
        with suppress(OSError):
            (self.path / KEPT / safe_name(name)).unlink()

    def _file(self, name: str) -> Path:
        file = self.path / safe_name(name)
        try:
            inside = self._inside(file)
        except (OSError, ValueError, RuntimeError) as error:
            raise FileRefused(f"{name} can't be read: it is a link that leads nowhere.") from error
        if not inside:
            raise FileRefused(f"{name} is a link out of the folder. The designer stays in its folder.")
        return file


def safe_name(name: str) -> str:
    """The name of a file in the folder, as given. Raises FileRefused for a path or an impossible name."""
    if (
        not name.strip()
        or not name.isprintable()
        or name.startswith((".", "~$"))
        or name.endswith((" ", "."))
    ):
        raise FileRefused("That can't be the name of a file. Use letters, digits and hyphens.")
    if _FORBIDDEN & {*name}:
        raise FileRefused('Give the name of a file, without folders and without the signs < > : " / \\ | ? *')
    if len(name) > _LONGEST:
        raise FileRefused(f"The name of the file is too long. Use at most {_LONGEST} letters.")
    if reserved_on_windows(Path(name)):
        raise FileRefused(f"{name} is the name of a device on Windows. Choose another name.")
    return name


def _cannot_read(path: Path, error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path.name} can't be read: you do not have permission. Ask whoever owns the folder."
    if error.errno == errno.EFBIG:
        return f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB. That is not a framework file."
    return f"{path.name} can't be read: {error.strerror or error}."
